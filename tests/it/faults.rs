//! The client's reaction to every fault; nothing happens twice.

mod matrix;
mod operation;
mod outcomes;
mod refused;
mod soak;
mod tokens;
