//! Reading manifests of evidence.

use certs::evidence::Manifest;

/// A manifest is written as it was read, and opens no file outside its folder.
pub fn manifest(data: &[u8]) {
    let Ok(manifest) = serde_json::from_slice::<Manifest>(data) else {
        return;
    };
    let written = serde_json::to_string(&manifest).expect("a manifest can always be written");
    let again: Manifest = serde_json::from_str(&written).expect("and read again");
    assert_eq!(again, manifest);
    assert!(!manifest.to_string().chars().any(char::is_control));
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let verified = manifest.verify(folder.path());
    assert_eq!(verified.is_ok(), manifest.files.is_empty());
    if let Err(error) = verified {
        assert!(!error.to_string().chars().any(char::is_control), "{error}");
    }
}
