use certs::filter::certification;

fn main() {
    let _ = certification::completed().eq("false");
}
