//! Who may know whom, as deny.toml has it, with no more than cargo. `cargo deny` sees more:
//! dependencies of dependencies, licences, advisories.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use toml_edit::DocumentMut;

#[test]
fn each_crate_knows_only_whom_it_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let policy = std::fs::read_to_string(root.join("deny.toml")).unwrap();
    let policy: DocumentMut = policy.parse().unwrap();
    let metadata = Command::new(env!("CARGO"))
        .current_dir(root)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();

    let mut known = 0;
    for rule in policy["bans"]["deny"].as_array_of_tables().unwrap() {
        let banned = rule["crate"].as_str().unwrap();
        let wrappers = rule["wrappers"].as_array().unwrap();
        for package in metadata["packages"].as_array().unwrap() {
            let name = package["name"].as_str().unwrap();
            let dependencies = package["dependencies"].as_array().unwrap();
            let knows = dependencies
                .iter()
                .any(|dependency| dependency["name"] == banned && dependency["kind"] != "dev");
            let may = wrappers
                .iter()
                .any(|wrapper| wrapper.as_str() == Some(name));
            assert!(
                !knows || may,
                "{name} must not know {banned}: {}",
                rule["reason"]
            );
            known += usize::from(knows);
        }
    }
    assert!(known > 5, "only {known} dependencies were seen");
}
