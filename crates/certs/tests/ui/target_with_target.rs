use certs::filter::permission::target;

fn main() {
    let _ = target().eq("A").or(target().eq("B"));
}
