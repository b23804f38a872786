//! The program, driven as people and schedulers drive it, against a simulator on the loopback.
