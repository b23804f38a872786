//! The content of the report, from top to bottom.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write as _};

use jiff::Timestamp;

use super::html::{First, Number, Share, Text, Time};
use crate::evidence::manifest::{CertificationCount, DecisionCounts, Manifest};
use crate::evidence::row::EvidenceRow;
use crate::model::{CampaignStatus, CampaignType};

const STYLE: &str = include_str!("style.css");

/// The report of a manifest.
pub(super) struct Page<'a> {
    manifest: &'a Manifest,
}

impl<'a> Page<'a> {
    pub(super) fn new(manifest: &'a Manifest) -> Self {
        Self { manifest }
    }

    pub(super) fn before_revocations(&self) -> String {
        html(|out| {
            self.head(out)?;
            self.verdict(out)?;
            self.progress(out)?;
            self.campaigns(out)?;
            self.reviewers(out)?;
            self.certifications(out)?;
            self.reassignments(out)?;
            self.revocations(out)
        })
    }

    pub(super) fn after_revocations(&self) -> String {
        html(|out| {
            out.push_str(TABLE_END);
            self.files(out)?;
            writeln!(
                out,
                "<footer>Written by certs {} from the API {} of {}. Times are UTC.</footer>\n\
                 </main>\n</body>\n</html>",
                Text(&self.manifest.crate_version),
                Text(&self.manifest.api_version),
                Text(&self.manifest.tenant),
            )
        })
    }

    fn head(&self, out: &mut String) -> fmt::Result {
        let names: Vec<_> = self
            .manifest
            .campaigns
            .iter()
            .map(|campaign| First([campaign.name.as_deref(), campaign.id.as_deref()]).to_string())
            .collect();
        let title = match names.as_slice() {
            [] => "No campaign".to_owned(),
            [name] => name.clone(),
            names => format!("{} campaigns", Number(names.len() as u64)),
        };
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>Access review evidence</title>\n<style>\n{STYLE}</style>\n</head>\n\
             <body>\n<main>\n<header>\n<p class=\"kind\">Access review evidence</p>\n\
             <h1>{title}</h1>\n<dl>\n<dt>Tenant</dt><dd>{}</dd>\n\
             <dt>Read</dt><dd>{} to {} UTC</dd>\n",
            Text(&self.manifest.tenant),
            Time(Some(self.manifest.started)),
            Time(Some(self.manifest.finished)),
        )?;
        let selection = &self.manifest.selection;
        let ids = [&selection.campaigns, &selection.certifications];
        for (name, ids) in ["Campaigns selected", "Certifications selected"]
            .iter()
            .zip(ids)
        {
            if let [first, rest @ ..] = ids.as_slice() {
                write!(out, "<dt>{name}</dt><dd>{}", Text(first))?;
                if !rest.is_empty() {
                    write!(out, " and {} more", Number(rest.len() as u64))?;
                }
                out.push_str("</dd>\n");
            }
        }
        for (name, value) in [
            ("Reviewer selected", &selection.reviewer),
            ("Filter of certifications", &selection.filter),
            ("Filter of items", &selection.items),
        ] {
            if let Some(value) = value {
                writeln!(out, "<dt>{name}</dt><dd>{}</dd>", Text(value))?;
            }
        }
        out.push_str("</dl>\n</header>\n");
        Ok(())
    }

    /// Whether it is complete, and what is missing.
    fn verdict(&self, out: &mut String) -> fmt::Result {
        let Manifest {
            complete,
            discrepancies,
            ..
        } = self.manifest;
        let (class, title) = if *complete {
            ("complete", "Complete")
        } else {
            ("incomplete", "Not complete")
        };
        let meaning = if !*complete {
            "Some of the selection is missing, or may be. Discrepancies:"
        } else if discrepancies.is_empty() {
            "Every item of the selection was recorded exactly once, by the service's own count."
        } else {
            "Every item of the selection was recorded exactly once, by the service's own count. \
             Decisions were made in the meantime:"
        };
        writeln!(
            out,
            "<section class=\"verdict {class}\">\n<h2>{title}</h2>\n<p>{meaning}</p>"
        )?;
        if !discrepancies.is_empty() {
            let certifications = self.manifest.certifications.iter();
            let names: HashMap<_, _> = certifications
                .filter_map(|it| Some((it.id.as_deref()?, it.name.as_deref()?)))
                .collect();
            table(out, &["Certification", "What", "Tracking id"])?;
            for found in discrepancies {
                let id = found.certification_id.as_deref();
                let name = id.and_then(|id| names.get(id).copied());
                writeln!(
                    out,
                    "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                    First([name, id]),
                    Text(&found.message),
                    First([found.tracking_id.as_deref()]),
                )?;
            }
            out.push_str(TABLE_END);
        }
        out.push_str("</section>\n");
        Ok(())
    }

    fn progress(&self, out: &mut String) -> fmt::Result {
        let totals = &self.manifest.totals;
        let campaigns = self.manifest.campaigns.iter();
        let signed: u64 = campaigns
            .map(|campaign| campaign.certifications_signed)
            .sum();
        write!(
            out,
            "<section>\n<h2>Progress</h2>\n<ul class=\"figures\">\n\
             <li><b>{} of {}</b> certifications signed off</li>\n\
             <li><b>{}</b> items</li>\n",
            Number(signed),
            Number(totals.certifications),
            Number(totals.items),
        )?;
        for (class, name, count) in kinds(totals.decisions) {
            writeln!(
                out,
                "<li class=\"{class}\"><b>{}</b> {name} <small>{}</small></li>",
                Number(count),
                Share(count, totals.items),
            )?;
        }
        out.push_str("</ul>\n</section>\n");
        Ok(())
    }

    fn campaigns(&self, out: &mut String) -> fmt::Result {
        out.push_str("<section>\n<h2>Campaigns</h2>\n");
        self.what_campaigns_are(out)?;
        table(
            out,
            &[
                "Campaign",
                "#Certifications",
                "#Read",
                "#Signed off",
                "#Items",
                "#Approved",
                "#Revoked",
                "#Other",
                "#Open",
            ],
        )?;
        for campaign in &self.manifest.campaigns {
            let name = First([campaign.name.as_deref(), campaign.id.as_deref()]);
            write!(out, "<tr><td>{name}</td>")?;
            for count in [
                campaign.certifications,
                campaign.certifications_read,
                campaign.certifications_signed,
                campaign.items,
            ] {
                write!(out, "<td class=\"number\">{}</td>", Number(count))?;
            }
            decision_cells(out, campaign.decisions)?;
            out.push_str("</tr>\n");
        }
        out.push_str(TABLE_END);
        out.push_str("</section>\n");
        Ok(())
    }

    /// The campaigns that could be read. No response says who owns a campaign.
    fn what_campaigns_are(&self, out: &mut String) -> fmt::Result {
        let campaigns = self.manifest.campaigns.iter();
        let mut read = campaigns
            .filter(|campaign| campaign.status.is_some())
            .peekable();
        if read.peek().is_none() {
            return Ok(());
        }
        let columns = [
            "Campaign", "Type", "Status", "Created", "Deadline", "Filter",
        ];
        table(out, &columns)?;
        for campaign in read {
            let campaign_type = campaign.campaign_type.as_ref();
            let status = campaign.status.as_ref();
            let filter = [campaign.filter.as_deref(), campaign.filter_id.as_deref()];
            writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                First([campaign.name.as_deref(), campaign.id.as_deref()]),
                First([campaign_type.map(CampaignType::as_str)]),
                First([status.map(CampaignStatus::as_str)]),
                Time(campaign.created),
                Time(campaign.deadline),
                First([filter[0], filter[1], Some("The default of the tenant")]),
            )?;
        }
        out.push_str(TABLE_END);
        Ok(())
    }

    fn reviewers(&self, out: &mut String) -> fmt::Result {
        let mut reviewers = BTreeMap::<_, Reviewer>::new();
        for certification in &self.manifest.certifications {
            let name = certification.reviewer_name.as_deref();
            let key = (name, certification.reviewer_id.as_deref());
            let reviewer = reviewers.entry(key).or_default();
            reviewer.add(certification, self.manifest.finished);
        }
        out.push_str("<section>\n<h2>Reviewers</h2>\n");
        table(
            out,
            &[
                "Reviewer",
                "#Signed off",
                "#Late",
                "#Days to sign off",
                "Last sign-off",
                "#Items",
                "#Approved",
                "#Revoked",
                "#Other",
                "#Open",
                "#Share revoked",
            ],
        )?;
        for ((name, id), reviewer) in reviewers {
            write!(
                out,
                "<tr><td>{}</td><td class=\"number\">{} of {}</td><td class=\"number\">{}</td>\
                 <td class=\"number\">{}</td><td>{}</td><td class=\"number\">{}</td>",
                First([name, id]),
                Number(reviewer.signed),
                Number(reviewer.certifications),
                Number(reviewer.late),
                reviewer.days(),
                Time(reviewer.last_signed),
                Number(reviewer.items),
            )?;
            decision_cells(out, reviewer.decisions)?;
            let share = Share(reviewer.decisions.revoked, reviewer.items);
            writeln!(out, "<td class=\"number\">{share}</td></tr>")?;
        }
        out.push_str(TABLE_END);
        out.push_str(
            "<p class=\"note\">Late: signed off after the due date, or due and not signed off. \
             Days to sign off: on average, from the creation of the certification.</p>\n\
             </section>\n",
        );
        Ok(())
    }

    fn certifications(&self, out: &mut String) -> fmt::Result {
        out.push_str("<section>\n<h2>Certifications</h2>\n");
        table(
            out,
            &[
                "Certification",
                "Reviewer",
                "Phase",
                "Created",
                "Due",
                "Signed off",
                "#Items",
                "#Open",
                "Read",
            ],
        )?;
        for certification in &self.manifest.certifications {
            let last = certification.last();
            let read = if certification.not_readable.is_some() {
                "<strong>no</strong>"
            } else {
                "yes"
            };
            writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td class=\"number\">{}</td><td class=\"number\">{}</td><td>{read}</td></tr>",
                First([certification.name.as_deref(), certification.id.as_deref()]),
                reviewer_of(certification),
                First([last.phase.as_ref().map(|phase| phase.as_str())]),
                Time(certification.created),
                Time(certification.due),
                Time(last.signed),
                Number(certification.items),
                Number(certification.decisions.open),
            )?;
        }
        out.push_str(TABLE_END);
        out.push_str("</section>\n");
        Ok(())
    }

    fn reassignments(&self, out: &mut String) -> fmt::Result {
        let certifications = self.manifest.certifications.iter();
        let mut reassigned = certifications
            .filter_map(|to| to.reassigned_from.as_ref().map(|from| (from, to)))
            .peekable();
        out.push_str("<section>\n<h2>Reassignments</h2>\n");
        if reassigned.peek().is_none() {
            out.push_str("<p>None.</p>\n</section>\n");
            return Ok(());
        }
        table(
            out,
            &["From", "Reviewer", "To", "Reviewer", "#Items", "Reason"],
        )?;
        for (from, to) in reassigned {
            let names = [
                from.certification_name.as_deref(),
                from.certification_id.as_deref(),
            ];
            writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td>\
                 <td>{}</td></tr>",
                First(names),
                First([from.reviewer_name.as_deref(), from.reviewer_id.as_deref()]),
                First([to.name.as_deref(), to.id.as_deref()]),
                reviewer_of(to),
                Number(to.items),
                First([from.comment.as_deref()]),
            )?;
        }
        out.push_str(TABLE_END);
        out.push_str("</section>\n");
        Ok(())
    }

    /// Up to the rows, which [`revocation`] makes.
    fn revocations(&self, out: &mut String) -> fmt::Result {
        writeln!(
            out,
            "<section>\n<h2>Revocations <small>{}</small></h2>",
            Number(self.manifest.totals.decisions.revoked)
        )?;
        table(
            out,
            &[
                "Identity",
                "Access",
                "Type",
                "Source",
                "Privileged",
                "Reviewer",
                "Comment",
            ],
        )
    }

    /// After the rows of revocations.
    fn files(&self, out: &mut String) -> fmt::Result {
        out.push_str("</section>\n<section>\n<h2>Files</h2>\n");
        table(out, &["File", "#Rows", "#Bytes", "SHA-256"])?;
        for file in &self.manifest.files {
            writeln!(
                out,
                "<tr><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
                 <td class=\"digest\">{}</td></tr>",
                Text(&file.name),
                Number(file.rows.unwrap_or(0)),
                Number(file.bytes),
                Text(&file.sha256),
            )?;
        }
        out.push_str(TABLE_END);
        out.push_str(
            "<p class=\"note\">The digest of this report is in <code>manifest.json</code>.</p>\n\
             </section>\n",
        );
        Ok(())
    }
}

/// The row of a revoked item.
pub(super) fn revocation(row: &EvidenceRow) -> String {
    let privileged = match row.grants_privileged {
        Some(true) => "<strong>yes</strong>",
        Some(false) => "no",
        None => "–",
    };
    format!(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{privileged}</td><td>{}</td>\
         <td>{}</td></tr>\n",
        First([row.identity_name.as_deref(), row.identity_id.as_deref()]),
        First([row.access_name.as_deref(), row.access_id.as_deref()]),
        First([row
            .access_type
            .as_ref()
            .map(|access_type| access_type.as_str())]),
        First([row.source_name.as_deref(), row.source_id.as_deref()]),
        First([row.reviewer_name.as_deref(), row.reviewer_id.as_deref()]),
        First([row.comment.as_deref()]),
    )
}

/// What a reviewer has done in all certifications.
#[derive(Default)]
struct Reviewer {
    certifications: u64,
    signed: u64,
    late: u64,
    last_signed: Option<Timestamp>,
    items: u64,
    decisions: DecisionCounts,
    /// From creation to sign-off, in hours, of `timed` certifications.
    hours: f64,
    timed: u64,
}

impl Reviewer {
    fn add(&mut self, certification: &CertificationCount, now: Timestamp) {
        let signed = certification.last().signed;
        self.certifications += 1;
        self.signed += u64::from(certification.is_signed());
        let end = signed.or((!certification.is_signed()).then_some(now));
        let is_late = certification
            .due
            .zip(end)
            .is_some_and(|(due, end)| end > due);
        self.late += u64::from(is_late);
        self.last_signed = self.last_signed.max(signed);
        self.items += certification.items;
        self.decisions.add(certification.decisions);
        if let Some((created, signed)) = certification.created.zip(signed) {
            self.hours += signed.duration_since(created).as_secs_f64() / 3600.0;
            self.timed += 1;
        }
    }

    fn days(&self) -> String {
        if self.timed == 0 {
            return "–".to_owned();
        }
        format!("{:.1}", self.hours / 24.0 / self.timed as f64)
    }
}

fn reviewer_of(certification: &CertificationCount) -> First<'_, 2> {
    First([
        certification.reviewer_name.as_deref(),
        certification.reviewer_id.as_deref(),
    ])
}

fn kinds(decisions: DecisionCounts) -> [(&'static str, &'static str, u64); 4] {
    [
        ("approved", "approved", decisions.approved),
        ("revoked", "revoked", decisions.revoked),
        ("other", "decided otherwise", decisions.other),
        ("open", "open", decisions.open),
    ]
}

fn decision_cells(out: &mut String, decisions: DecisionCounts) -> fmt::Result {
    for (.., count) in kinds(decisions) {
        write!(out, "<td class=\"number\">{}</td>", Number(count))?;
    }
    Ok(())
}

const TABLE_END: &str = "</tbody>\n</table>\n";

/// Begins a table. The names of columns of numbers begin with `#`.
fn table(out: &mut String, columns: &[&str]) -> fmt::Result {
    out.push_str("<table>\n<thead><tr>");
    for column in columns {
        match column.strip_prefix('#') {
            Some(column) => write!(out, "<th scope=\"col\" class=\"number\">{column}</th>")?,
            None => write!(out, "<th scope=\"col\">{column}</th>")?,
        }
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    Ok(())
}

fn html(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut out);
    out
}
