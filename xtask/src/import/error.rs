//! Everything that can stop an import. Each message says where, who refers to it, and
//! what to do.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::filters;
use crate::{files, manifest, yaml};

/// Where something is, or who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A line of a file of the checkout; the path is relative to the checkout.
    Line {
        /// The file.
        file: Arc<str>,
        /// Line, from 1.
        line: usize,
    },
    /// The selection of a version in the manifest.
    Manifest {
        /// The version.
        version: String,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Line { file, line } => write!(f, "{file}:{line}"),
            Origin::Manifest { version } => write!(f, "[version.{version}] of the manifest"),
        }
    }
}

/// Why an import failed. Nothing has been written then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file of the checkout is not readable YAML.
    #[error(transparent)]
    Yaml(#[from] yaml::Error),
    /// The contract cannot be written as YAML.
    #[error("the contract cannot be written: {0}")]
    Serialize(#[from] serde_saphyr::ser::Error),
    /// The manifest, or a version that it does not have.
    #[error(transparent)]
    Manifest(#[from] manifest::Error),
    /// A file of the checkout cannot be read as YAML, and who needs it.
    #[error("{source} (referred to by {origin})")]
    Document {
        /// What is wrong with it.
        source: yaml::Error,
        /// Who refers to it.
        origin: Origin,
    },
    /// The checkout itself.
    #[error("{}: {source}; give the folder of a checkout of the vendor's repository", .dir.display())]
    Checkout {
        /// What was given.
        dir: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A folder of the checkout could not be listed.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// A reference to a file that is not there.
    #[error("{origin} refers to {file}, which does not exist in the checkout")]
    MissingFile {
        /// The file, relative to the checkout.
        file: String,
        /// Who refers to it.
        origin: Origin,
    },
    /// A reference that only works where file names have no case.
    #[error("{origin} refers to {written}, but the file is called {actual}; case matters")]
    WrongCase {
        /// As the reference spells it.
        written: String,
        /// As the file system spells it.
        actual: String,
        /// Who refers to it.
        origin: Origin,
    },
    /// A reference to somewhere outside.
    #[error("{origin} refers to `{reference}`, which leaves the checkout")]
    LeavesCheckout {
        /// The reference as written.
        reference: String,
        /// Who refers to it.
        origin: Origin,
    },
    /// A reference to the network.
    #[error("{origin} refers to the URL `{reference}`; import only reads files of the checkout")]
    Url {
        /// The reference as written.
        reference: String,
        /// Who refers to it.
        origin: Origin,
    },
    /// A `$ref` that is no reference.
    #[error(
        "{origin}: `{reference}` is not a reference; expected FILE, FILE#/POINTER or #/POINTER"
    )]
    BadReference {
        /// The reference as written.
        reference: String,
        /// Where it is.
        origin: Origin,
    },
    /// A pointer into a file that leads nowhere.
    #[error("{origin} refers to {file}#{pointer}, but {file} has nothing called `{missing}` there")]
    BadPointer {
        /// The file that the pointer goes into.
        file: Arc<str>,
        /// The whole pointer.
        pointer: String,
        /// Its first step that leads nowhere.
        missing: String,
        /// Who refers to it.
        origin: Origin,
    },
    /// References that only refer to each other.
    #[error("{origin}: a reference loop without an end: {}", .chain.join(" -> "))]
    ReferenceLoop {
        /// The places on the loop; the first is repeated at the end.
        chain: Vec<String>,
        /// Where it was entered.
        origin: Origin,
    },
    /// A schema that is itself, or itself and more.
    #[error("a schema is made of itself, without an end: {}", .chain.join(" -> "))]
    EndlessSchema {
        /// The places on the loop; the first is repeated at the end.
        chain: Vec<String>,
    },
    /// Something of the wrong kind.
    #[error("{origin}: {what} must be {expected}, not {found}")]
    WrongKind {
        /// What it is.
        what: String,
        /// The kind it must be.
        expected: &'static str,
        /// The kind it is.
        found: &'static str,
        /// Where it is.
        origin: Origin,
    },
    /// Something that has to be there.
    #[error("{origin}: {what} has no `{keyword}`")]
    Missing {
        /// What lacks it.
        what: String,
        /// The keyword.
        keyword: &'static str,
        /// Where it should be.
        origin: Origin,
    },
    /// Another version of OpenAPI.
    #[error("{origin}: OpenAPI {found}; import understands 3.0")]
    OpenApiVersion {
        /// What the document says.
        found: String,
        /// The place that says so.
        origin: Origin,
    },
    /// A file name that cannot be a component's name.
    #[error(
        "{origin}: `{name}` cannot be the name of a component; \
         give {file} another in `names` of the manifest"
    )]
    ComponentName {
        /// The name.
        name: String,
        /// The file it comes from.
        file: Arc<str>,
        /// Who refers to it.
        origin: Origin,
    },
    /// Two things that would have to share a name.
    #[error(
        "two different {kind} are called `{name}`: {first} and {second}; \
         give one of the files another name in `names` of the manifest"
    )]
    NameClash {
        /// `schemas`, `parameters` or `responses`.
        kind: &'static str,
        /// The name.
        name: String,
        /// Where the first comes from.
        first: String,
        /// Where the second comes from.
        second: String,
    },
    /// An operation that the manifest expects and the checkout does not have.
    #[error("`{operation}` of version {version} is not in the checkout: {hint}")]
    Vanished {
        /// The version.
        version: String,
        /// Method and path.
        operation: String,
        /// What there is instead, and what to do.
        hint: String,
    },
    /// One method of one path given by two root documents.
    #[error("`{operation}` stands both at {first} and at {second}")]
    DuplicateOperation {
        /// Method and path.
        operation: String,
        /// Where it is first.
        first: Origin,
        /// Where it is again.
        second: Origin,
    },
    /// Two operations with one id.
    #[error("operationId `{id}` belongs to two operations: {first} and {second}")]
    DuplicateOperationId {
        /// The id.
        id: String,
        /// The first, with its place.
        first: String,
        /// The second, with its place.
        second: String,
    },
    /// One parameter given twice with different facts.
    #[error("{origin}: the {place} parameter `{name}` is given twice, with different facts")]
    DuplicateParameter {
        /// `path`, `query`, `header` or `cookie`.
        place: String,
        /// Its name.
        name: String,
        /// The second of the two.
        origin: Origin,
    },
    /// Root documents of one version that contradict each other.
    #[error("the roots of version {version} disagree about `{what}`: {first} and {second}")]
    RootsDisagree {
        /// The version.
        version: String,
        /// The keyword.
        what: String,
        /// The first root.
        first: String,
        /// The one that says something else.
        second: String,
    },
    /// Filterable or sortable fields that could not be read from the prose.
    #[error("{origin}: `{parameter}` of {operation}: {problem}")]
    Collection {
        /// `filters` or `sorters`.
        parameter: &'static str,
        /// The operation's id.
        operation: String,
        /// What could not be read.
        problem: filters::Problem,
        /// Where the prose begins.
        origin: Origin,
    },
    /// `--out` names one file, and there are several versions.
    #[error("--out names one file: say which version with --version")]
    OutNeedsVersion,
    /// `--commit` that is no commit.
    #[error("`{0}` is not a commit: 40 hexadecimal digits")]
    BadCommit(String),
    /// `--date` that is no day.
    #[error("`{0}` is not a day: YYYY-MM-DD")]
    BadDate(String),
    /// The contract changed and nobody knows what it was made from.
    #[error(
        "the contract of version {version} changes, and {} is not a git work tree: \
         say what it is with --commit SHA --date YYYY-MM-DD",
        .dir.display()
    )]
    UnknownSource {
        /// The version.
        version: String,
        /// The checkout.
        dir: PathBuf,
    },
    /// The checkout is a git work tree, and git does not answer.
    #[error(
        "cannot ask git which commit {} is at: {message}; say it with --commit SHA --date YYYY-MM-DD",
        .dir.display()
    )]
    Git {
        /// The checkout.
        dir: PathBuf,
        /// The error of git, or of running it.
        message: String,
    },
    /// A result could not be written.
    #[error(transparent)]
    Write(#[from] files::Error),
}
