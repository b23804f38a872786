//! The vendor's checkout: which files there are, and what they hold.
//!
//! Files are read when something refers to them and never otherwise: root documents name
//! thousands, some of them broken or absent.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};

use super::reference::{self, Reference};
use crate::yaml::{self, Node};

/// Where something is, or who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A line of a file, whose path is relative to the checkout.
    Line { file: Arc<str>, line: u64 },
    /// The selection of a version in the manifest.
    Manifest { version: String },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Line { file, line } => write!(f, "{file}:{line}"),
            Origin::Manifest { version } => write!(f, "[version.{version}] of the manifest"),
        }
    }
}

/// A node, and how it was reached: enough to resolve what it refers to and to name it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The file, relative to the checkout, with `/`.
    pub(super) file: Arc<str>,
    /// The steps from the file's root, where this place was reached by a reference.
    pub(super) pointer: Vec<String>,
    pub(super) node: Arc<Node>,
}

impl Place {
    /// The place of a value inside this one.
    ///
    /// Only references name places, so the steps in between need not be kept.
    pub(super) fn inside(&self, node: &Arc<Node>) -> Place {
        Place {
            file: Arc::clone(&self.file),
            pointer: self.pointer.clone(),
            node: Arc::clone(node),
        }
    }

    /// Its line, for a message.
    pub(super) fn origin(&self) -> Origin {
        self.line(self.node.line)
    }

    /// Another line of the same file.
    pub(super) fn line(&self, line: u64) -> Origin {
        Origin::Line {
            file: Arc::clone(&self.file),
            line,
        }
    }

    /// `file#/pointer`, or the file alone.
    pub(super) fn id(&self) -> String {
        if self.pointer.is_empty() {
            self.file.to_string()
        } else {
            format!("{}#{}", self.file, reference::pointer(&self.pointer))
        }
    }

    /// The text of `$ref`, if this place has one.
    pub(super) fn reference(&self) -> Result<Option<(&str, Origin)>> {
        let Some(node) = self.node.get("$ref") else {
            return Ok(None);
        };
        match node.as_str() {
            // A block scalar brings its line break along.
            Some(text) => Ok(Some((text.trim(), self.line(node.line)))),
            None => Err(self.wrong_kind(node, "$ref", "a string")),
        }
    }

    /// That a value in it is of the wrong kind.
    pub(super) fn wrong_kind(&self, node: &Node, what: &str, expected: &str) -> anyhow::Error {
        let origin = self.line(node.line);
        anyhow!(
            "{origin}: `{what}` must be {expected}, not {}",
            node.kind_name()
        )
    }
}

/// A folder with the vendor's files, and those read so far.
#[derive(Debug)]
pub(super) struct Checkout {
    /// Without symbolic links.
    root: PathBuf,
    documents: HashMap<String, Place>,
    warnings: Vec<String>,
}

impl Checkout {
    /// Opens a checkout; reads nothing yet.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let failed = |error| {
            let dir = root.display();
            anyhow!("{dir}: {error}; give the folder of a checkout of the vendor's repository")
        };
        let canonical = root.canonicalize().map_err(failed)?;
        if !canonical.is_dir() {
            return Err(failed(std::io::ErrorKind::NotADirectory.into()));
        }
        Ok(Checkout {
            root: canonical,
            documents: HashMap::new(),
            warnings: Vec::new(),
        })
    }

    /// Problems in the files read so far that the vendor should know.
    pub(super) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// The whole file at a path relative to the checkout.
    pub(super) fn document(&mut self, file: &str, origin: &Origin) -> Result<Place> {
        if let Some(place) = self.documents.get(file) {
            return Ok(place.clone());
        }
        let path = self.find(file, origin)?;
        let (node, warnings) = yaml::load(file, &yaml::read(&path)?)
            .map_err(|error| anyhow!("{error} (referred to by {origin})"))?;
        self.warnings.extend(warnings);
        let place = Place {
            file: file.into(),
            pointer: Vec::new(),
            node,
        };
        self.documents.insert(file.to_owned(), place.clone());
        Ok(place)
    }

    /// What a reference in `from` refers to; one step only.
    pub(super) fn resolve(&mut self, from: &Place, text: &str, origin: &Origin) -> Result<Place> {
        let Reference { file, pointer } = reference::parse(&from.file, text, origin)?;
        let document = self.document(&file, origin)?;
        let mut node = document.node;
        for step in &pointer {
            let next = match &node.kind {
                yaml::Kind::Sequence(items) => step
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index)),
                _ => node.get(step),
            };
            let next = next.with_context(|| {
                let (file, pointer) = (&document.file, reference::pointer(&pointer));
                format!("{origin} refers to {file}#{pointer}, but {file} has nothing called `{step}` there")
            })?;
            node = Arc::clone(next);
        }
        Ok(Place {
            file: document.file,
            pointer,
            node,
        })
    }

    /// Resolves a reference, and what that refers to, until something else than a mere
    /// reference is found. `is_mere` says whether a place with a `$ref` says nothing more.
    pub(super) fn follow(
        &mut self,
        from: &Place,
        text: &str,
        origin: &Origin,
        is_mere: impl Fn(&Node) -> bool,
    ) -> Result<Place> {
        let mut place = self.resolve(from, text, origin)?;
        let mut chain = vec![place.id()];
        while is_mere(&place.node) {
            let Some((text, at)) = place.reference()? else {
                break;
            };
            let next = self.resolve(&place, text, &at)?;
            let id = next.id();
            let looped = chain.contains(&id);
            chain.push(id);
            if looped {
                let chain = chain.join(" -> ");
                bail!("{origin}: a reference loop without an end: {chain}");
            }
            place = next;
        }
        Ok(place)
    }

    /// The path of a file on disk, if it exists with exactly this spelling: some systems open it
    /// by another.
    fn find(&self, file: &str, origin: &Origin) -> Result<PathBuf> {
        // A symbolic link may lead elsewhere, or nowhere.
        let path = self.root.join(file).canonicalize();
        let path = path.ok().filter(|path| path.is_file());
        if path
            .as_ref()
            .is_some_and(|path| !path.starts_with(&self.root))
        {
            bail!("{origin} refers to `{file}`, which leaves the checkout");
        }
        path.filter(|path| {
            path.strip_prefix(&self.root)
                .is_ok_and(|actual| actual == Path::new(file))
        })
        .with_context(|| {
            format!(
                "{origin} refers to {file}, which does not exist in the checkout (case matters)"
            )
        })
    }
}
