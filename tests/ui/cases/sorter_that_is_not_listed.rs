use certs::filter::certification;

fn main() {
    let _ = certification::phase().asc();
}
