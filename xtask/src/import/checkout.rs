//! The vendor's checkout: which files there are, and what they hold.
//!
//! Files are read when something refers to them and never otherwise: root documents name
//! thousands, some of them broken or absent.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::error::{Error, Origin};
use super::reference::{self, Reference};
use crate::yaml::{self, Node};

/// A node, and how it was reached: enough to resolve what it refers to and to name it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The file, relative to the checkout, with `/`.
    pub(super) file: Arc<str>,
    /// The steps from the file's root, where this place was reached by a reference.
    pub(super) pointer: Vec<String>,
    /// The value.
    pub(super) node: Rc<Node>,
}

impl Place {
    /// The place of a value inside this one.
    ///
    /// Only references name places, so the steps in between need not be kept.
    pub(super) fn inside(&self, node: &Rc<Node>) -> Place {
        Place {
            file: Arc::clone(&self.file),
            pointer: self.pointer.clone(),
            node: Rc::clone(node),
        }
    }

    /// Its line, for a message.
    pub(super) fn origin(&self) -> Origin {
        self.line(self.node.line)
    }

    /// Another line of the same file.
    pub(super) fn line(&self, line: usize) -> Origin {
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
    pub(super) fn reference(&self) -> Result<Option<(&str, Origin)>, Error> {
        match self.node.get("$ref") {
            None => Ok(None),
            Some(node) => match node.as_str() {
                // A block scalar brings its line break along.
                Some(text) => Ok(Some((text.trim(), self.line(node.line)))),
                None => Err(Error::WrongKind {
                    what: "`$ref`".to_owned(),
                    expected: "a string",
                    found: node.kind_name(),
                    origin: self.line(node.line),
                }),
            },
        }
    }
}

/// A folder with the vendor's files, and those read so far.
#[derive(Debug)]
pub(super) struct Checkout {
    root: PathBuf,
    canonical: PathBuf,
    documents: HashMap<String, Place>,
    folders: HashMap<PathBuf, Rc<Vec<String>>>,
    warnings: Vec<String>,
}

impl Checkout {
    /// Opens a checkout; reads nothing yet.
    pub(super) fn open(root: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Checkout {
            dir: root.to_owned(),
            source,
        };
        let canonical = root.canonicalize().map_err(failed)?;
        if !canonical.is_dir() {
            return Err(failed(std::io::ErrorKind::NotADirectory.into()));
        }
        Ok(Checkout {
            root: root.to_owned(),
            canonical,
            documents: HashMap::new(),
            folders: HashMap::new(),
            warnings: Vec::new(),
        })
    }

    /// What the vendor should know about the files read so far.
    pub(super) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    /// The whole file at a path relative to the checkout.
    pub(super) fn document(&mut self, file: &str, origin: &Origin) -> Result<Place, Error> {
        if let Some(place) = self.documents.get(file) {
            return Ok(place.clone());
        }
        let path = self.find(file, origin)?;
        let bytes = yaml::read(&path).map_err(|source| Error::Read { path, source })?;
        let loaded = yaml::load(file, &bytes).map_err(|source| Error::Document {
            source,
            origin: origin.clone(),
        })?;
        for repeated in loaded.repeated {
            self.warnings.push(format!(
                "{file}:{}: key `{}` was already given on line {}, with the same value",
                repeated.line, repeated.key, repeated.first
            ));
        }
        let place = Place {
            file: file.into(),
            pointer: Vec::new(),
            node: loaded.root,
        };
        self.documents.insert(file.to_owned(), place.clone());
        Ok(place)
    }

    /// What a reference in `from` refers to; one step only.
    pub(super) fn resolve(
        &mut self,
        from: &Place,
        text: &str,
        origin: &Origin,
    ) -> Result<Place, Error> {
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
            node = match next {
                Some(next) => Rc::clone(next),
                None => {
                    return Err(Error::BadPointer {
                        file: document.file,
                        pointer: reference::pointer(&pointer),
                        missing: step.clone(),
                        origin: origin.clone(),
                    });
                }
            };
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
    ) -> Result<Place, Error> {
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
                return Err(Error::ReferenceLoop {
                    chain,
                    origin: origin.clone(),
                });
            }
            place = next;
        }
        Ok(place)
    }

    /// The path of a file on disk, if it exists with exactly this spelling.
    ///
    /// Each step is looked up in the listing of its folder, because opening the file would
    /// succeed with a wrong case on some systems.
    fn find(&mut self, file: &str, origin: &Origin) -> Result<PathBuf, Error> {
        let mut path = self.root.clone();
        let mut spelled = Vec::new();
        let mut misspelled = false;
        for step in file.split('/') {
            let names = self.listing(&path)?;
            let name = if names.iter().any(|name| name == step) {
                step
            } else {
                misspelled = true;
                names
                    .iter()
                    .find(|name| name.to_lowercase() == step.to_lowercase())
                    .ok_or_else(|| Error::MissingFile {
                        file: file.to_owned(),
                        origin: origin.clone(),
                    })?
            };
            spelled.push(name.to_owned());
            path.push(name);
        }
        if misspelled {
            return Err(Error::WrongCase {
                written: file.to_owned(),
                actual: spelled.join("/"),
                origin: origin.clone(),
            });
        }
        let missing = || Error::MissingFile {
            file: file.to_owned(),
            origin: origin.clone(),
        };
        // A symbolic link may lead elsewhere, or nowhere.
        let real = path.canonicalize().map_err(|_| missing())?;
        if !real.starts_with(&self.canonical) {
            return Err(Error::LeavesCheckout {
                reference: file.to_owned(),
                origin: origin.clone(),
            });
        }
        if !real.is_file() {
            return Err(missing());
        }
        Ok(path)
    }

    /// The names in a folder; none if it is no folder.
    fn listing(&mut self, folder: &Path) -> Result<Rc<Vec<String>>, Error> {
        if let Some(names) = self.folders.get(folder) {
            return Ok(Rc::clone(names));
        }
        let mut names = Vec::new();
        if folder.is_dir() {
            let failed = |source| Error::Read {
                path: folder.to_owned(),
                source,
            };
            for entry in std::fs::read_dir(folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
            // Among names that differ only in case, the same one is suggested everywhere.
            names.sort_unstable();
        }
        let names = Rc::new(names);
        self.folders.insert(folder.to_owned(), Rc::clone(&names));
        Ok(names)
    }
}
