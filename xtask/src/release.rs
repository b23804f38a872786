//! `cargo xtask release`: everything that a release of the vendor's specifications asks of
//! a maintainer, up to what only a person can decide.
//!
//! Import, diff and generate happen in memory; [`changelog`] and [`versions`] say what it
//! means for users, [`mod@todo`] what is left to do. Then all files are written; an error before that
//! leaves everything as it was.

mod changelog;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::diff::levels::Then;
use crate::diff::{self, Diff};
use crate::files::{self, File};
use crate::generate::{self, Generated};
use crate::import::{self, Imported, Upstream};
use crate::manifest::{self, Manifest, Version};
use crate::workspace::Workspace;
use crate::{like, todo, yaml};

/// The command line of `cargo xtask release`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What to take.
    #[command(flatten)]
    pub upstream: Upstream,
    /// Say what would be done, and write nothing but the report.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the beginning of each thing that is left to do, too, with `…` for the sentences.
    #[arg(long, conflicts_with = "dry_run")]
    pub scaffold: bool,
    /// Write a report in Markdown here, such as for a pull request.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// What a release means for one version of the API.
#[derive(Debug)]
struct Step {
    version: String,
    diff: Diff,
}

/// Takes a release. After an error, and after a dry run, nothing has changed.
pub fn run(options: &Options, workspace: &Workspace) -> Result<String> {
    let manifest = Manifest::load(&workspace.openapi())?;
    let import = import::Options {
        upstream: options.upstream.clone(),
        version: None,
        out: None,
    };
    let mut imported = import::prepare(&import, &manifest)?;

    let mut text = String::new();
    let mut steps = Vec::new();
    let mut generated = Vec::new();
    for Imported {
        name,
        contract,
        text: said,
    } in &imported.versions
    {
        let version = manifest.version(name)?;
        if version.likeness().is_some() {
            continue;
        }
        let of_version = || format!("version {name}");
        let diff = diff::compare(vendored(version)?, contract.clone()).with_context(of_version)?;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\n  {diff}", workspace.shorten(said));
        let module = generate::one(workspace, version, contract.clone());
        generated.push(module.with_context(of_version)?);
        steps.push(Step {
            version: name.clone(),
            diff,
        });
    }
    text.push_str(&alike(
        options.scaffold,
        &mut imported,
        &manifest,
        workspace,
    )?);

    let mut files = imported.files;
    files.extend(manifest.changed(&imported.manifest));
    files.extend(modules(workspace, &generated));
    let date = imported.date.as_deref();
    let path = workspace.root().join("CHANGELOG.md");
    let before = fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", workspace.shown(&path)))?;
    let after = changelog::with_entry(&before, &title(date), &changelog_entry(&steps, date))
        .with_context(|| workspace.shown(&path))?;
    if after != before {
        files.push((path, after));
    }
    let suggestion = versions::suggest(&steps, &workspace.root().join("Cargo.toml"))?;
    let mut open = todo::open_for(workspace, &manifest, &generated)?;

    if let Some(path) = &options.report {
        files::write(&[(path.clone(), markdown(&steps, &suggestion, &open, date))])?;
    }
    let _ = writeln!(text, "{suggestion}");
    let would = if options.dry_run { "would be " } else { "" };
    for (path, _) in &files {
        let _ = writeln!(text, "{would}written: {}", workspace.shown(path));
    }
    if !options.dry_run {
        files::write(&files)?;
    }
    let mut begun = BTreeSet::new();
    if options.scaffold {
        // What is begun may ask for more: a type, to be exported.
        for _ in 0..2 {
            begun.extend(todo::scaffold(workspace, &open)?);
            // The manifest then vouches for the new contracts and lists the new operations.
            let manifest = Manifest::load(&workspace.openapi())?;
            let generated = generate::all(workspace)?;
            files::write(&Vec::from_iter(modules(workspace, &generated)))?;
            open = todo::open_for(workspace, &manifest, &generated)?;
        }
    }
    for file in &begun {
        let _ = writeln!(text, "begun: {file}");
    }
    if open.is_empty() && !begun.is_empty() {
        let then = todo::then();
        let _ = write!(text, "to do: what was begun has to compile\n{then}");
    } else {
        text.push_str(&todo::text(&open));
    }
    Ok(text)
}

/// The generated modules that are not on disk yet.
fn modules(workspace: &Workspace, generated: &[Generated]) -> impl Iterator<Item = File> {
    let files = generated
        .iter()
        .map(|module| (workspace.generated(&module.version), module.source.clone()));
    files.filter(|(path, source)| !files::has(path, source))
}

/// What there is to say about versions that have no client of their own. Fails if one of them is
/// not like the other any more; `list` adds to the manifest how they differ.
fn alike(
    list: bool,
    imported: &mut import::Report,
    manifest: &Manifest,
    workspace: &Workspace,
) -> Result<String> {
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for Imported {
        name,
        contract,
        text,
    } in &imported.versions
    {
        let version = manifest.version(name)?;
        let Some(mut likeness) = version.likeness().cloned() else {
            continue;
        };
        let like = likeness.version.clone();
        let other = imported.versions.iter().find(|other| other.name == like);
        let other = &other
            .with_context(|| format!("{like} was not imported"))?
            .contract;
        if list {
            let more = like::unlisted(version, &likeness, contract.clone(), other.clone())?;
            imported.manifest = manifest::with_differences(&imported.manifest, name, &more);
            likeness.differences.extend(more);
        }
        match like::compare(version, &likeness, contract.clone(), other.clone()) {
            Ok(()) => lines.push(format!(
                "{}\n  like {like}, with {} known differences\n",
                workspace.shorten(text),
                likeness.differences.len()
            )),
            Err(error) => problems.push(format!("{error:#}")),
        }
    }
    if !problems.is_empty() {
        let problems = problems.join("\n");
        bail!("{problems}\n`--scaffold` adds to the manifest what it lacks");
    }
    lines.extend(imported.absent_lines().map(|line| line + "\n"));
    Ok(lines.concat())
}

/// How many changes of each kind ask for nothing, and why.
fn nothing_to_do(steps: &[Step]) -> BTreeMap<(&str, &str), usize> {
    let mut found = BTreeMap::new();
    for change in steps.iter().flat_map(|step| &step.diff.changes) {
        if let Then::Nothing(why) = change.then {
            *found.entry((change.code.as_str(), why)).or_default() += 1;
        }
    }
    found
}

/// The contract as it is vendored now; one without operations for a version that is new.
fn vendored(version: &Version) -> Result<Value> {
    let path = version.contract_path();
    if !path.exists() {
        return Ok(json!({ "openapi": "3.0.1", "paths": {} }));
    }
    version.verify()?;
    yaml::load_json(&path)
}

/// What the changelog says; empty if there is nothing that users could notice.
fn changelog_entry(steps: &[Step], date: Option<&str>) -> String {
    let mut blocks = Vec::new();
    for step in steps {
        let mut diff = step.diff.clone();
        // The vendor's hints to its own tools.
        diff.changes
            .retain(|change| !change.code.ends_with("extension-changed"));
        if !diff.changes.is_empty() {
            blocks.push(format!("#### {}", step.version));
            blocks.push(diff::sections(&diff, 5));
        }
    }
    if !blocks.is_empty() {
        blocks.insert(0, format!("### Changes in {}", title(date)));
    }
    blocks.join("\n\n")
}

fn title(date: Option<&str>) -> String {
    match date {
        Some(date) => format!("the specifications of {date}"),
        None => "the specifications".to_owned(),
    }
}

/// The report for a pull request.
fn markdown(steps: &[Step], suggestion: &str, open: &[todo::Line], date: Option<&str>) -> String {
    let mut blocks = vec![format!("# Changes in {}", title(date))];
    blocks.push(suggestion.to_owned());
    blocks.push("## To do".to_owned());
    blocks.push(todo::markdown(open));
    let nothing = nothing_to_do(steps);
    if !nothing.is_empty() {
        blocks.push("## Nothing to do".to_owned());
        let lines: Vec<_> = nothing
            .iter()
            .map(|((code, why), count)| format!("- {count} × `{code}`: {why}"))
            .collect();
        blocks.push(lines.join("\n"));
    }
    for step in steps {
        blocks.push(format!("## {}: {}", step.version, step.diff));
        blocks.push(diff::markdown(&step.diff, 3));
    }
    blocks.join("\n\n") + "\n"
}
