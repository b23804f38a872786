use certs::filter::certification;
use certs::model::Phase;

fn main() {
    let _ = certification::phase().eq("ACTIVE");
    let _ = certification::phase().eq(Phase::Paused);
}
