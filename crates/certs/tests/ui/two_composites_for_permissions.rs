use certs::filter::permission::{rights, target};

fn main() {
    let select = target().eq("A").and(rights().contains_all(["SELECT"]));
    let _ = select.and(rights().contains_all(["UPDATE"]).into());
}
