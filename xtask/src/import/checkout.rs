//! The vendor's checkout: which files there are, and what they hold.
//!
//! Files are read when something refers to them and never otherwise: root documents name
//! thousands, some of them broken or absent.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};

use super::reference::{self, Reference};
use crate::yaml::{self, Entry, Kind, Node};

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
        let node = Arc::clone(node);
        Place {
            node,
            ..self.clone()
        }
    }

    /// The place of the value under a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<Place> {
        self.node.get(keyword).map(|node| self.inside(node))
    }

    /// The entries of a mapping; `what` names it in the error if it is not one.
    pub(super) fn entries(&self, what: &str) -> Result<&[Entry]> {
        match &self.node.kind {
            Kind::Mapping(entries) => Ok(entries),
            _ => Err(self.wrong_kind(what, "a mapping")),
        }
    }

    /// The items of a list; `what` names it in the error if it is not one.
    pub(super) fn items(&self, what: &str) -> Result<impl Iterator<Item = Place>> {
        let Kind::Sequence(items) = &self.node.kind else {
            return Err(self.wrong_kind(what, "a list"));
        };
        Ok(items.iter().map(|item| self.inside(item)))
    }

    /// Its line, for a message.
    pub(super) fn origin(&self) -> String {
        self.line(self.node.line)
    }

    /// Another line of the same file.
    pub(super) fn line(&self, line: u64) -> String {
        format!("{}:{line}", self.file)
    }

    /// `file#/pointer`, or the file alone.
    pub(super) fn id(&self) -> String {
        if self.pointer.is_empty() {
            self.file.to_string()
        } else {
            format!("{}#{}", self.file, reference::pointer(&self.pointer))
        }
    }

    /// That it is of the wrong kind; `what` names it.
    pub(super) fn wrong_kind(&self, what: &str, expected: &str) -> anyhow::Error {
        let (origin, kind) = (self.origin(), self.node.kind_name());
        anyhow!("{origin}: `{what}` must be {expected}, not {kind}")
    }
}

/// Whether a node is a reference; what is beside it has no meaning.
pub(super) fn is_reference(node: &Node) -> bool {
    node.get("$ref").is_some()
}

/// A folder with the vendor's files, and those read so far.
#[derive(Debug)]
pub(super) struct Checkout {
    /// Without symbolic links.
    root: PathBuf,
    documents: HashMap<String, Place>,
    /// Problems in the files read so far that the vendor should know.
    pub(super) warnings: Vec<String>,
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

    /// The whole file at a path relative to the checkout; `origin` asks for it.
    pub(super) fn document(&mut self, file: &str, origin: &str) -> Result<Place> {
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

    /// The place itself, or what its `$ref` leads to in the end.
    pub(super) fn followed(&mut self, place: &Place) -> Result<Place> {
        match place.get("$ref") {
            Some(reference) => self.follow(&reference, is_reference),
            None => Ok(place.clone()),
        }
    }

    /// What the text of a reference leads to in the end, through places that are a mere reference.
    pub(super) fn follow(
        &mut self,
        reference: &Place,
        is_mere: fn(&Node) -> bool,
    ) -> Result<Place> {
        let mut place = self.resolve(reference)?;
        let mut chain = vec![place.id()];
        while is_mere(&place.node)
            && let Some(next) = place.get("$ref")
        {
            place = self.resolve(&next)?;
            let looped = chain.contains(&place.id());
            chain.push(place.id());
            if looped {
                let (origin, chain) = (reference.origin(), chain.join(" -> "));
                bail!("{origin}: a reference loop without an end: {chain}");
            }
        }
        Ok(place)
    }

    /// What the text of a reference leads to; one step only.
    fn resolve(&mut self, reference: &Place) -> Result<Place> {
        let text = reference.node.as_str();
        let text = text.ok_or_else(|| reference.wrong_kind("$ref", "a string"))?;
        let origin = reference.origin();
        // A block scalar brings its line break along.
        let Reference { file, pointer } = reference::parse(&reference.file, text.trim(), &origin)?;
        let document = self.document(&file, &origin)?;
        let mut node = &document.node;
        for step in &pointer {
            let next = match &node.kind {
                Kind::Sequence(items) => {
                    step.parse().ok().and_then(|index: usize| items.get(index))
                }
                _ => node.get(step),
            };
            node = next.with_context(|| {
                let pointer = reference::pointer(&pointer);
                format!("{origin} refers to {file}#{pointer}, but {file} has nothing called `{step}` there")
            })?;
        }
        let place = document.inside(node);
        Ok(Place { pointer, ..place })
    }

    /// The path of a file on disk, if it exists with exactly this spelling: some systems open it
    /// by another.
    fn find(&self, file: &str, origin: &str) -> Result<PathBuf> {
        let path = self.root.join(file);
        // A symbolic link may lead elsewhere, or nowhere.
        let actual = path.canonicalize().ok().filter(|path| path.is_file());
        match actual.as_deref().map(|path| path.strip_prefix(&self.root)) {
            Some(Err(_)) => bail!("{origin} refers to `{file}`, which leaves the checkout"),
            Some(Ok(actual)) if actual == Path::new(file) => Ok(path),
            _ => bail!(
                "{origin} refers to {file}, which does not exist in the checkout (case matters)"
            ),
        }
    }
}
