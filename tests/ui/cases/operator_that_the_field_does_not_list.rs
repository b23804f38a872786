//! `completed` is compared only with `eq`, though beta has `ne`.

use certs::filter::certification;

fn main() {
    let _ = certification::completed().ne(true);
}
