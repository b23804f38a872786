//! What the client does when things go wrong, and that nothing happens twice.

mod matrix;
mod operation;
mod refused;
mod soak;
mod tokens;

use certs_tests::VirtualTime;

use crate::support::NOW;

/// Time that costs none.
fn virtual_time() -> VirtualTime {
    VirtualTime::new(NOW.parse().unwrap())
}
