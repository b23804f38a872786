//! The text of a `$ref`: which file it means, and what inside that file.

use anyhow::{Context as _, Result, bail};

/// A reference, resolved against the file it is in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The file, relative to the checkout.
    pub(super) file: String,
    /// The steps of the pointer; none for the whole file.
    pub(super) pointer: Vec<String>,
}

/// Reads the text of a `$ref` in `from`. Does not read the disk.
pub(super) fn parse(from: &str, text: &str, origin: &str) -> Result<Reference> {
    let bad = || {
        format!("{origin}: `{text}` is not a reference; expected FILE, FILE#/POINTER or #/POINTER")
    };
    let leaves = || format!("{origin} refers to `{text}`, which leaves the checkout");
    let (file, fragment) = text.split_once('#').unwrap_or((text, ""));
    // Or a drive, which is not in the checkout either.
    if file.contains(':') {
        bail!("{origin} refers to the URL `{text}`; import only reads files of the checkout");
    }
    if file.starts_with(['/', '\\']) {
        bail!(leaves());
    }
    let file = match (file, fragment) {
        ("", "") => bail!(bad()),
        ("", _) => from.to_owned(),
        _ => {
            let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
            join(folder, &decode(file).with_context(bad)?).with_context(leaves)?
        }
    };
    let pointer = match decode(fragment).with_context(bad)?.strip_prefix('/') {
        Some(steps) => steps
            .split('/')
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect(),
        None if fragment.is_empty() => Vec::new(),
        None => bail!(bad()),
    };
    Ok(Reference { file, pointer })
}

pub(super) fn pointer(steps: &[String]) -> String {
    steps
        .iter()
        .map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1")))
        .collect()
}

/// A path relative to `folder`, without `.` and `..`; none if it leaves the checkout.
fn join(folder: &str, relative: &str) -> Option<String> {
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in relative.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// Undoes `%7B` and the like.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
