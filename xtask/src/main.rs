//! Maintainers' commands, called as `cargo xtask VERB`.
mod generate; mod normalise; mod overlay;
fn main() -> anyhow::Result<()> {
    let a: Vec<String> = std::env::args().collect();
    let mut v: serde_json::Value = serde_json::from_slice(&std::fs::read(&a[2])?)?;
    for o in &a[4..] { overlay::apply(&mut v, &serde_saphyr::from_str(&std::fs::read_to_string(o)?)?, o)?; }
    std::fs::write(&a[3], generate::render(&a[1], v)?)?;
    Ok(())
}
