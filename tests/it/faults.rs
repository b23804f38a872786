//! What the client does when things go wrong, and that nothing happens twice.

mod matrix;
mod operation;
mod outcomes;
mod refused;
mod soak;
mod tokens;
