//! Compares files of evidence with their manifest.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use hmac_sha256::Hash as Sha256;

use super::format::EvidenceFormat;
use super::manifest::{EvidenceFile, FILE_NAME, FORMAT_VERSION, Manifest};
use super::output::hex;

/// Why evidence does not match its manifest.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// The manifest cannot be read.
    Manifest {
        /// The path at which it was expected.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Files are not as the manifest says: their names, each with what is wrong.
    Files(Vec<(String, FileProblem)>),
}

/// What is wrong with a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileProblem {
    /// The name in the manifest is not a plain file name: it is a path, for example. It was not
    /// opened.
    Name,
    /// It is a link, a folder, a device or a pipe instead of a regular file. It was not opened.
    NotAFile,
    /// It cannot be read, or does not exist.
    Unreadable(io::Error),
    /// Its size differs.
    Bytes {
        /// By the manifest.
        expected: u64,
        /// In the file.
        found: u64,
    },
    /// Its content differs.
    Sha256 {
        /// By the manifest.
        expected: String,
        /// Of the file.
        found: String,
    },
    /// Its number of rows differs.
    Rows {
        /// By the manifest.
        expected: u64,
        /// In the file.
        found: u64,
    },
}

impl Manifest {
    /// Reads the manifest of a folder that [`Evidence::write_to`](super::Evidence::write_to)
    /// has made. It blocks.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Manifest`] if the folder has no `manifest.json`, or one that this version
    /// cannot read.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, VerifyError> {
        let path = folder.as_ref().join(FILE_NAME);
        let read = || -> Result<Self, String> {
            let file = open_regular(&path).map_err(|problem| problem.to_string())?;
            let manifest: Self = serde_json::from_reader(io::BufReader::new(file))
                .map_err(|error| error.to_string())?;
            if manifest.format_version == FORMAT_VERSION {
                Ok(manifest)
            } else {
                Err(format!(
                    "its form is {}, and this version knows {FORMAT_VERSION}",
                    manifest.format_version
                ))
            }
        };
        read().map_err(|why| VerifyError::Manifest { path, why })
    }

    /// Compares the files of a folder with the manifest: size, SHA-256 and number of rows of
    /// each. It blocks while it reads all of them.
    ///
    /// A manifest can come from anybody: only regular files directly in the folder are opened.
    ///
    /// This cannot show that the manifest itself is unchanged: keep its own digest, or a signature
    /// of it, apart from the files.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Files`] with every file that differs.
    pub fn verify(&self, folder: impl AsRef<Path>) -> Result<(), VerifyError> {
        let check = |file: &EvidenceFile| {
            let checked = if is_plain_name(&file.name) {
                file.verify(folder.as_ref().join(&file.name))
            } else {
                Err(FileProblem::Name)
            };
            checked.err().map(|problem| (file.name.clone(), problem))
        };
        let problems: Vec<_> = self.files.iter().filter_map(check).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(VerifyError::Files(problems))
        }
    }
}

/// Whether it is the name of a file in a folder on every system, without path, drive or stream.
fn is_plain_name(name: &str) -> bool {
    let is_special = |c: char| matches!(c, '/' | '\\' | ':') || c.is_control();
    !name.is_empty() && name != "." && name != ".." && !name.contains(is_special)
}

/// Opens a file, unless it is a link, a device or anything else that is not a regular file.
pub(super) fn open_regular(path: &Path) -> Result<File, FileProblem> {
    let metadata = std::fs::symlink_metadata(path).map_err(FileProblem::Unreadable)?;
    if !metadata.is_file() {
        return Err(FileProblem::NotAFile);
    }
    File::open(path).map_err(FileProblem::Unreadable)
}

impl EvidenceFile {
    /// Compares the file at this path with what the manifest says of it. It blocks while it
    /// reads the file. Rows of Parquet files are counted with the feature `parquet`.
    ///
    /// # Errors
    ///
    /// The first difference, or [`FileProblem::NotAFile`].
    pub fn verify(&self, path: impl AsRef<Path>) -> Result<(), FileProblem> {
        let mut file = open_regular(path.as_ref())?;
        let mut digest = Sha256::new();
        let mut lines = Lines::of(self.format);
        let (mut bytes, mut buffer) = (0, vec![0; 1 << 16]);
        loop {
            let read = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => &buffer[..read],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(FileProblem::Unreadable(error)),
            };
            bytes += read.len() as u64;
            digest.update(read);
            lines.count(read);
        }
        if bytes != self.bytes {
            return Err(FileProblem::Bytes {
                expected: self.bytes,
                found: bytes,
            });
        }
        let found = hex(digest);
        if !found.eq_ignore_ascii_case(&self.sha256) {
            return Err(FileProblem::Sha256 {
                expected: self.sha256.clone(),
                found,
            });
        }
        let Some(expected) = self.rows else {
            return Ok(());
        };
        match rows(self.format, &lines, file)? {
            Some(found) if found != expected => Err(FileProblem::Rows { expected, found }),
            _ => Ok(()),
        }
    }
}

/// Counts the lines of a text, except those within quotes.
struct Lines {
    has_quotes: bool,
    is_quoted: bool,
    lines: u64,
}

impl Lines {
    fn of(format: EvidenceFormat) -> Self {
        Self {
            has_quotes: format == EvidenceFormat::Csv,
            is_quoted: false,
            lines: 0,
        }
    }

    fn count(&mut self, text: &[u8]) {
        for byte in text {
            // A quote within quotes is doubled, which does not change the count.
            self.is_quoted ^= self.has_quotes && *byte == b'"';
            self.lines += u64::from(*byte == b'\n' && !self.is_quoted);
        }
    }
}

/// How many rows a file has; `None` if this build cannot count them.
fn rows(format: EvidenceFormat, lines: &Lines, file: File) -> Result<Option<u64>, FileProblem> {
    match format {
        EvidenceFormat::JsonLines => Ok(Some(lines.lines)),
        // One is the header.
        EvidenceFormat::Csv => Ok(Some(lines.lines.saturating_sub(1))),
        EvidenceFormat::Parquet => parquet_rows(file),
        EvidenceFormat::Html => Ok(None),
    }
}

#[cfg(feature = "parquet")]
fn parquet_rows(file: File) -> Result<Option<u64>, FileProblem> {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};

    let reader = SerializedFileReader::new(file)
        .map_err(|error| FileProblem::Unreadable(io::Error::other(error)))?;
    let rows = reader.metadata().file_metadata().num_rows();
    Ok(u64::try_from(rows).ok())
}

#[cfg(not(feature = "parquet"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature, it can fail")]
fn parquet_rows(_: File) -> Result<Option<u64>, FileProblem> {
    Ok(None)
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest { path, why } => {
                write!(f, "the manifest `{}` cannot be read: {why}", path.display())
            }
            Self::Files(problems) => {
                f.write_str("not as the manifest says: ")?;
                for (place, (name, problem)) in problems.iter().enumerate() {
                    let before = if place > 0 { "; " } else { "" };
                    write!(f, "{before}`{}` {problem}", name.escape_debug())?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("is not a plain file name"),
            Self::NotAFile => f.write_str("is not a regular file"),
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Self::Bytes { expected, found } => write!(f, "has {found} bytes, not {expected}"),
            Self::Sha256 { expected, found } => {
                write!(f, "has the SHA-256 {found}, not {expected}")
            }
            Self::Rows { expected, found } => write!(f, "has {found} rows, not {expected}"),
        }
    }
}

impl std::error::Error for VerifyError {}

impl std::error::Error for FileProblem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}
