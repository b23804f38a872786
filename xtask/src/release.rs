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
use crate::files::{Staged, read_if_there};
use crate::generate::{self, Generated};
use crate::manifest::{Likeness, Manifest, Version};
use crate::workspace::Workspace;
use crate::{import, like, manifest, todo, yaml};

/// The command line of `cargo xtask release`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// A checkout of the vendor's repository.
    pub dir: PathBuf,
    /// Say what would be done, and write nothing but the report.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the beginning of each thing that is left to do, too, with `…` for the sentences.
    #[arg(long, conflicts_with = "dry_run")]
    pub scaffold: bool,
    /// Write a report in Markdown here, such as for a pull request.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// The commit that DIR is a checkout of; asked from git if DIR is a work tree.
    #[arg(long, value_name = "SHA", requires = "date")]
    pub commit: Option<String>,
    /// The day of that commit.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "commit")]
    pub date: Option<String>,
}

/// What a release means for one version of the API.
#[derive(Debug)]
struct Step {
    version: String,
    /// What import has to say about it.
    imported: String,
    diff: Diff,
}

/// Takes a release. After an error, and after a dry run, nothing has changed.
pub fn run(options: &Options, workspace: &Workspace) -> Result<String> {
    let openapi = workspace.openapi();
    let manifest = Manifest::load(&openapi)?;
    let prepared = import::prepare(
        &import::Options {
            dir: options.dir.clone(),
            version: None,
            out: None,
            commit: options.commit.clone(),
            date: options.date.clone(),
        },
        &openapi,
    )?;

    let mut files = prepared.files;
    let mut steps = Vec::new();
    let mut generated = Vec::new();
    let mut alike = Vec::new();
    for imported in &prepared.report.versions {
        let version = manifest.version(&imported.name)?;
        if let Some(likeness) = version.likeness() {
            alike.push((imported, version, likeness.clone()));
            continue;
        }
        let (step, module) = step(workspace, version, imported)?;
        let path = workspace.generated(version.name());
        let committed = read_if_there(&path).with_context(|| path.display().to_string())?;
        if committed.as_deref() != Some(module.source.as_bytes()) {
            files.push((path, module.source.clone()));
        }
        steps.push(step);
        generated.push(module);
    }

    if options.scaffold {
        list_differences(&prepared.report, &mut alike, &manifest, &mut files)?;
    }
    let alike = alike_lines(&prepared.report, &alike, workspace)?;

    let date = prepared.date.as_deref();
    let path = workspace.changelog();
    let before = fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read", workspace.shown(&path)))?;
    let after = changelog::with_entry(&before, &title(date), &changelog_entry(&steps, date))
        .with_context(|| workspace.shown(&path))?;
    if after != before {
        files.push((path, after));
    }
    let suggestion = versions::suggest(&steps, &workspace.cargo_manifest())?;
    let mut open = todo::open_for(workspace, &manifest, &generated)?;

    if let Some(path) = &options.report {
        let mut staged = Staged::default();
        staged.add(path.clone(), &markdown(&steps, &suggestion, &open, date))?;
        staged.commit()?;
    }
    let mut text = String::new();
    for step in &steps {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\n  {}", step.imported, step.diff);
    }
    text.push_str(&alike);
    let _ = writeln!(text, "{suggestion}");
    let verb = if options.dry_run {
        "would be written"
    } else {
        "written"
    };
    for (path, _) in &files {
        let _ = writeln!(text, "{verb}: {}", workspace.shown(path));
    }
    if !options.dry_run {
        let mut staged = Staged::default();
        for (path, contents) in files {
            staged.add(path, &contents)?;
        }
        staged.commit()?;
    }
    let mut begun = BTreeSet::new();
    if options.scaffold {
        // What is begun may ask for more: a type, to be exported.
        for _ in 0..2 {
            begun.extend(todo::scaffold(workspace, &open)?);
            // The manifest then vouches for the new contracts and lists the new operations.
            let manifest = Manifest::load(&openapi)?;
            generated = generate_again(workspace, &manifest, generated)?;
            open = todo::open_for(workspace, &manifest, &generated)?;
        }
    }
    for file in &begun {
        let _ = writeln!(text, "begun: {file}");
    }
    if open.is_empty() && !begun.is_empty() {
        let _ = write!(
            text,
            "to do: what was begun has to compile\n{}",
            todo::then()
        );
    } else {
        text.push_str(&todo::text(&open));
    }
    Ok(text)
}

/// A version that is like another.
type Alike<'a> = (&'a import::Imported, &'a Version, Likeness);

/// Adds to the manifest how these versions differ from those that they are like.
fn list_differences(
    report: &import::Report,
    alike: &mut [Alike<'_>],
    manifest: &Manifest,
    files: &mut Vec<(PathBuf, String)>,
) -> Result<()> {
    let of_manifest = files.iter().position(|(path, _)| path == manifest.path());
    let (path, mut text) = match of_manifest {
        Some(at) => files.remove(at),
        None => (manifest.path().to_owned(), manifest.updated([])?),
    };
    for (imported, version, likeness) in alike {
        let other = imported_as(report, &likeness.version)?;
        let contract = imported.contract.document.clone();
        let more = like::unlisted(version, likeness, contract, other)?;
        text = manifest::with_differences(&text, version.name(), &more);
        likeness.differences.extend(more);
    }
    if !manifest.is(&text) {
        files.push((path, text));
    }
    Ok(())
}

/// The contract of a version in this release.
fn imported_as(report: &import::Report, name: &str) -> Result<Value> {
    let found = report.versions.iter().find(|other| other.name == name);
    let found = found.with_context(|| format!("{name} was not imported"))?;
    Ok(found.contract.document.clone())
}

/// What there is to say about versions that have no client of their own. Fails if one of them is
/// not like the other any more.
fn alike_lines(
    report: &import::Report,
    alike: &[Alike<'_>],
    workspace: &Workspace,
) -> Result<String> {
    let mut text = String::new();
    let mut problems = Vec::new();
    for (imported, version, likeness) in alike {
        let Likeness {
            version: like,
            differences,
            ..
        } = likeness;
        let (contract, other) = (
            imported.contract.document.clone(),
            imported_as(report, like)?,
        );
        match like::compare(version, likeness, contract, other) {
            Ok(()) => {
                let _ = writeln!(
                    text,
                    "{}\n  like {like}, with {} known differences",
                    workspace.shorten(&imported.to_string()),
                    differences.len()
                );
            }
            Err(error) => problems.push(format!("{error:#}")),
        }
    }
    for name in &report.absent {
        let _ = writeln!(text, "{name}: not in this release");
    }
    if !problems.is_empty() {
        let problems = problems.join("\n");
        bail!("{problems}\n`--scaffold` adds to the manifest what it lacks");
    }
    Ok(text)
}

/// Everything about one version, in memory: the step and the generated source.
fn step(
    workspace: &Workspace,
    version: &Version,
    imported: &import::Imported,
) -> Result<(Step, Generated)> {
    let old = vendored(version)?;
    let new = imported.contract.document.clone();
    let diff =
        diff::compare(old, new.clone()).with_context(|| format!("version {}", version.name()))?;
    let generated = generate::one(workspace, version, new)
        .with_context(|| format!("version {}", version.name()))?;
    let step = Step {
        version: version.name().to_owned(),
        imported: workspace.shorten(&imported.to_string()),
        diff,
    };
    Ok((step, generated))
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

/// The same modules after overlays have changed.
fn generate_again(
    workspace: &Workspace,
    manifest: &Manifest,
    generated: Vec<Generated>,
) -> Result<Vec<Generated>> {
    let mut again = Vec::new();
    let mut staged = Staged::default();
    for module in generated {
        let version = manifest.version(&module.version)?;
        let module = generate::one(workspace, version, vendored(version)?)?;
        staged.add(workspace.generated(version.name()), &module.source)?;
        again.push(module);
    }
    staged.commit()?;
    Ok(again)
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
fn markdown(
    steps: &[Step],
    suggestion: &versions::Suggestion,
    open: &[todo::Line],
    date: Option<&str>,
) -> String {
    let mut blocks = vec![format!("# Changes in {}", title(date))];
    blocks.push(suggestion.to_string());
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
