//! The program, driven as people and schedulers drive it, against a simulator on the loopback.

mod campaigns;
mod decide;
mod demo;
mod help;
mod interrupted;
mod output;
mod reassign;
mod review;
mod setup;
mod support;
#[cfg(unix)]
mod terminal;
