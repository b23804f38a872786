//! What is left to do by hand, found by comparing the contracts, the client and the simulator as
//! they are now.
//!
//! Nothing is remembered: a line is listed as long as its cause exists. [`model`], [`filters`],
//! [`calls`], [`limits`] and [`simulator`] each find lines of one kind in what [`sources`] reads;
//! the overlays' come from the generator's notes. A line that knows what to write and where can be
//! written by [`scaffold`].

mod calls;
mod filters;
mod limits;
mod model;
mod overlays;
mod simulator;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::diff::levels::Finder;
use crate::files;
use crate::generate::{self, Generated, Noted};
use crate::manifest::{Manifest, Version};
use crate::normalise::field_name;
use crate::workspace::Workspace;

pub(crate) use model::KEYWORD as MODEL_KEYWORD;

/// Where the client is.
const CLIENT: &str = "crates/certs/src";
/// Where the client declares responses and bodies.
const MODEL: &str = "crates/certs/src/model";
/// Where the client declares what lists filter and sort by.
const FILTERS: &str = "crates/certs/src/filter";
/// Where the simulator is.
const SIMULATOR: &str = "crates/certs-sim/src";
/// Where the tests between the crates are.
const TESTS: &str = "tests/it";
/// Where import's selection is.
const MANIFEST: &str = "openapi/manifest.toml";

/// What comes before no line.
const END: usize = usize::MAX;

/// What is left when all lines are done.
const LAST: &str = "\
cargo check --workspace --all-targets         # what uses the changed types
cargo xtask generate                          # the sentences, into certs-raw
INSTA_UPDATE=always cargo test --workspace    # the snapshots; read what changed in them
cargo xtask api                               # the public API; read what changed in it";

/// Marks a sentence that is still to be written.
pub const BLANK: &str = "…";

/// A version with a client of its own, and its contract.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'a> {
    pub(crate) version: &'a Version,
    pub(crate) noted: &'a Noted,
}

impl Input<'_> {
    /// The names of the other versions.
    fn others<'i>(&self, inputs: &'i [Input<'_>]) -> Vec<&'i str> {
        let names = inputs.iter().map(|input| input.version.name());
        names.filter(|name| *name != self.version.name()).collect()
    }
}

/// In which order to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// What import selects.
    Manifest,
    /// What overlays say.
    Overlays,
    /// Fields and values of the client.
    Model,
    /// What the client filters and sorts by.
    Filters,
    /// What the client calls.
    Calls,
    /// What the simulator speaks.
    Simulator,
    /// What the tests between the crates call.
    Tests,
}

/// One thing to do.
#[derive(Clone, Debug)]
pub struct Line {
    /// When to do it.
    pub stage: Stage,
    /// The file to work on, from the root of the workspace.
    pub file: String,
    /// What is missing or wrong there.
    pub what: String,
    /// The names of the versions that ask for it.
    pub versions: BTreeSet<String>,
    write: Vec<Write>,
}

/// A change of its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Write {
    /// Lines to be written before a line, counted from 1.
    Before(usize, String),
    /// What a line says, and what it should say instead.
    Instead(usize, String, String),
}

impl Write {
    fn line(&self) -> usize {
        match *self {
            Self::Before(line, _) | Self::Instead(line, ..) => line,
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if !self.versions.is_empty() {
            let versions: Vec<&str> = self.versions.iter().map(String::as_str).collect();
            write!(f, "{}: ", versions.join(", "))?;
        }
        f.write_str(&self.what)?;
        for (at, write) in self.write.iter().enumerate() {
            f.write_str(if at == 0 { "; " } else { "\n    and " })?;
            let text = match write {
                Write::Instead(line, old, new) => {
                    write!(f, "in line {line}, `{old}` becomes `{new}`")?;
                    continue;
                }
                Write::Before(END, text) => {
                    write!(f, "at the end:")?;
                    text
                }
                Write::Before(before, text) => {
                    write!(f, "before line {before}:")?;
                    text
                }
            };
            for line in text.trim_start_matches('\n').lines() {
                write!(f, "\n      {line}")?;
            }
        }
        Ok(())
    }
}

impl Line {
    /// Which parts of this module may have found it.
    pub fn finders(&self) -> &'static [Finder] {
        match self.stage {
            Stage::Manifest => &[Finder::Calls],
            Stage::Overlays => &[Finder::Overlays],
            Stage::Model => &[Finder::Model],
            Stage::Filters => &[Finder::Filters],
            Stage::Calls => &[Finder::Calls, Finder::Limits],
            Stage::Simulator => &[Finder::Simulator],
            Stage::Tests => &[Finder::Calls],
        }
    }
}

/// Collects lines, by file and text. The same one from several versions is one, and so are those that
/// write the same.
#[derive(Debug, Default)]
struct Lines(BTreeMap<(String, String), Line>);

impl Lines {
    fn add(&mut self, stage: Stage, version: &str, file: &str, what: String) {
        self.insert(stage, version, file, what, Vec::new());
    }

    fn insert(&mut self, stage: Stage, version: &str, file: &str, what: String, write: Vec<Write>) {
        let mut key = (file.to_owned(), what.clone());
        let mut known = self.0.iter();
        let same = |line: &Line| !write.is_empty() && line.file == file && line.write == write;
        if let Some((known, _)) = known.find(|(_, line)| same(line)) {
            key = known.clone();
        }
        let line = self.0.entry(key).or_insert_with(|| Line {
            stage,
            file: file.to_owned(),
            what,
            versions: BTreeSet::new(),
            write,
        });
        if !version.is_empty() {
            line.versions.insert(version.to_owned());
        }
    }
}

/// What would be open if these were the contracts of the versions with these names, in working order.
///
/// # Errors
///
/// If a version is not in the manifest, an overlay does not apply, or a source cannot be read.
pub fn of_contracts(workspace: &Workspace, contracts: &[(&str, Value)]) -> Result<Vec<Line>> {
    let manifest = Manifest::load(&workspace.openapi())?;
    let noted = contracts.iter().map(|(name, contract)| {
        let version = manifest.version(name)?;
        let (noted, _) = generate::noted(workspace, version, contract.clone())?;
        Ok((version, noted))
    });
    let noted: Vec<_> = noted.collect::<Result<_>>()?;
    let inputs = noted.iter();
    let inputs: Vec<_> = inputs
        .map(|(version, noted)| Input { version, noted })
        .collect();
    open(workspace, &inputs)
}

/// What is open, in working order.
fn open(workspace: &Workspace, inputs: &[Input<'_>]) -> Result<Vec<Line>> {
    let mut lines = Lines::default();
    let client = sources::read(workspace, CLIENT)?;
    let simulator = sources::read(workspace, SIMULATOR)?;
    let tests = sources::read(workspace, TESTS)?;
    let model = sources::declarations(&sources::read(workspace, MODEL)?);
    let filters = sources::vocabularies(&sources::read(workspace, FILTERS)?);
    calls::unlisted(workspace, inputs, &mut lines)?;
    let decided = model::find(workspace, inputs, &model, &client, &mut lines);
    overlays::find(workspace, inputs, &decided, &client, &mut lines)?;
    for input in inputs {
        // What another version's files have does not count for this one.
        let others = input.others(inputs);
        let client = sources::without(&client, &others);
        let simulator = sources::without(&simulator, &others);
        let named: Vec<_> = client.iter().chain(&tests).cloned().collect();
        let renamings = calls::find(input, &client, &named, &model, &mut lines);
        filters::find(input, &filters, &model, &renamings, &mut lines);
        calls::untested(input, &tests, &renamings, &mut lines);
        limits::find(input, &client, &simulator, &mut lines);
        simulator::find(input, &client, &simulator, &mut lines);
    }
    let mut lines: Vec<Line> = lines.0.into_values().collect();
    lines.sort_by_key(|line| line.stage);
    Ok(lines)
}

/// What is open about these modules, in working order.
pub(crate) fn open_for(
    workspace: &Workspace,
    manifest: &Manifest,
    generated: &[Generated],
) -> Result<Vec<Line>> {
    let inputs = generated
        .iter()
        .map(|module| {
            Ok(Input {
                version: manifest.version(&module.version)?,
                noted: &module.noted,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    open(workspace, &inputs)
}

/// Writes what lines know how to write; says into which files.
///
/// # Errors
///
/// If a file cannot be read or written. Then none is changed.
pub fn scaffold(workspace: &Workspace, lines: &[Line]) -> Result<Vec<String>> {
    let mut by_file: BTreeMap<&str, Vec<&Write>> = BTreeMap::new();
    for line in lines {
        if !line.write.is_empty() {
            by_file.entry(&line.file).or_default().extend(&line.write);
        }
    }
    let mut files = Vec::new();
    let mut written = Vec::new();
    for (file, mut writes) in by_file {
        let path = workspace.root().join(file);
        let text = fs::read_to_string(&path).with_context(|| format!("{file} cannot be read"))?;
        let mut old: Vec<String> = text.lines().map(str::to_owned).collect();
        writes.sort_by_key(|write| write.line());
        for write in writes.into_iter().rev() {
            let at = write.line().saturating_sub(1).min(old.len());
            match write {
                Write::Before(_, text) => {
                    old.splice(at..at, text.lines().map(str::to_owned));
                }
                Write::Instead(_, from, to) => old[at] = old[at].replacen(from, to, 1),
            }
        }
        files.push((path, old.join("\n") + "\n"));
        written.push(file.to_owned());
    }
    files::write(&files)?;
    Ok(written)
}

/// The list for a terminal, with what comes after it.
pub fn text(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "nothing is left to do".to_owned();
    }
    let mut text = format!("to do ({}):", lines.len());
    for line in lines {
        text.push_str(&format!("\n  {line}"));
    }
    format!("{text}\n{}", then())
}

/// What comes after the list, or after what was begun.
pub(crate) fn then() -> String {
    format!("then:\n  {}", LAST.replace('\n', "\n  "))
}

/// The overlay with a version's sentences: by convention, the last one.
fn docs_of(workspace: &Workspace, input: &Input<'_>) -> String {
    let overlays = input.version.overlay_paths();
    match overlays.last() {
        Some(docs) => workspace.shown(docs),
        None => format!("openapi/overlays/{}-docs.yaml", input.version.name()),
    }
}

/// What an operation or a parameter is called in Rust: as the generator writes it.
fn method_name(name: &str) -> String {
    let own = rust_name(name);
    match own.strip_prefix('x') {
        Some(rest) if name.starts_with(|first: char| first.is_ascii_digit()) => format!("_{rest}"),
        _ => own,
    }
}

/// What a field is called in Rust: as the generator writes it.
fn rust_name(name: &str) -> String {
    let name = field_name(name);
    if is_identifier(&name) {
        name
    } else {
        format!("{name}_")
    }
}

/// Whether Rust accepts it as a name, which a keyword is not.
fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}

/// The list for a pull request.
pub(crate) fn markdown(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "Nothing.".to_owned();
    }
    let lines: Vec<_> = lines.iter().map(|line| format!("- [ ] {line}")).collect();
    format!("{}\n\nThen:\n\n```sh\n{LAST}\n```", lines.join("\n"))
}
