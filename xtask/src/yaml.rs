//! YAML in and out: a strict loader that knows where everything is, and a writer with one spelling
//! for each value.
//!
//! Import reads files that other people write by hand, so the loader refuses whatever
//! two readers could understand differently: a key given twice, a tab as indentation, a
//! second document, a merge key. What is written means the same to every YAML 1.2 reader.

mod load;
mod node;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) use load::load;
pub(crate) use node::{Entry, Kind, Node};

/// Writes a value as YAML: block style, two spaces, keys in the order given, each text on one line.
pub(crate) fn to_yaml(value: &Value) -> Result<String, serde_saphyr::ser::Error> {
    let mut options = serde_saphyr::SerializerOptions::default();
    options.compact_list_indent = false;
    options.prefer_block_scalars = false;
    serde_saphyr::to_string_with_options(value, options)
}

/// Why a file could not be read as YAML. Each message names the file and, where there is
/// one, the line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The file could not be read at all.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// The text is not one well-formed YAML document.
    #[error("{file}:{line}:{column}: {problem}")]
    Syntax {
        /// The file, as the caller named it.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong, and what to do about it.
        problem: Problem,
    },
}

/// What is wrong at one place of a YAML text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    /// The parser gave up.
    #[error("not valid YAML: {0}")]
    Invalid(String),
    /// Tabs have no width that two readers agree on.
    #[error("a tab where YAML wants spaces; indent with spaces")]
    Tab,
    /// YAML must be UTF-8 here.
    #[error("not UTF-8 from this byte on; save the file as UTF-8")]
    NotUtf8,
    /// Nothing, or nothing but comments.
    #[error("the file holds no value")]
    Empty,
    /// A second `---`.
    #[error("a second YAML document begins here; only one is read")]
    SecondDocument,
    /// The key comes twice in one mapping, with different values.
    #[error("key `{key}` was already given a different value on line {first}; keep one of the two")]
    DuplicateKey {
        /// The key.
        key: String,
        /// Line of its first use.
        first: usize,
    },
    /// The key comes twice in one mapping of ours.
    #[error("key `{key}` was already given on line {first}; keep one of the two")]
    RepeatedKey {
        /// The key.
        key: String,
        /// Line of its first use.
        first: usize,
    },
    /// A key that is a list or a mapping.
    #[error("a mapping key must be a plain word here, not a list or a mapping")]
    ComplexKey,
    /// `<<` is not part of YAML 1.2.
    #[error("the merge key `<<` is not supported; write the keys out")]
    MergeKey,
    /// A tag such as `!Foo` or `!!binary`.
    #[error("the tag `{0}` is not supported")]
    Tag(String),
    /// An alias inside the value it names.
    #[error("this alias stands inside the value that it names, which has no end")]
    RecursiveAlias,
    /// Aliases that multiply.
    #[error("aliases expand to more than {0} values")]
    TooLarge(usize),
    /// Nesting that would exhaust the stack of a recursive function.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// Infinity and NaN have no JSON form.
    #[error("the number `{0}` has no JSON form")]
    Number(String),
}

/// The largest file of the vendor has a hundredth.
const MAX_BYTES: u64 = 16 << 20;

/// The bytes of a file, unless it would fill the memory.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {MAX_BYTES} bytes"),
        ));
    }
    Ok(bytes)
}

/// Reads one of our own files: a contract or an overlay.
///
/// Keys keep the order of the file. A key given twice is an error here even if both
/// values agree: the file is ours to mend.
pub(crate) fn load_json(path: &Path) -> Result<Value, Error> {
    let bytes = read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let file = path.display().to_string();
    let loaded = load(&file, &bytes)?;
    match loaded.repeated.into_iter().next() {
        Some(repeated) => Err(Error::Syntax {
            file,
            line: repeated.line,
            column: repeated.column,
            problem: Problem::RepeatedKey {
                key: repeated.key,
                first: repeated.first,
            },
        }),
        None => Ok(loaded.root.to_json()),
    }
}
