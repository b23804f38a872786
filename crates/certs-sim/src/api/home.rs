//! `GET /`, the page for people, and `GET /scenario`.
//!
//! Plain HTML, which is also readable in a terminal. It needs no token, because nothing here needs
//! protection.

use std::fmt::{self, Display, Write as _};
use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::response::Html;

use super::endpoint::Endpoint;
use super::endpoints;
use super::time::Time;
use crate::app::App;
use crate::credentials::{ADMIN_CLIENT, CERT_ADMIN_CLIENT, SECRET};
use crate::scenario::Scenario;
use crate::state::State;
use crate::state::review::{Certification, Reviewer};
use crate::state::table::Ix;
use crate::version::Version;
use crate::view::Phase;

/// How many campaigns and certifications the page shows: the first are enough to try something.
const MOST_SHOWN: usize = 50;

const STYLE: &str = "body{font-family:sans-serif;max-width:75em;margin:2em auto;padding:0 1em}\
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.25em .6em;text-align:left}\
pre,code{background:#f4f4f4}pre{padding:.8em;overflow-x:auto}";

/// The introduction, credentials and operations.
pub(super) async fn page(Shared(app): Shared<Arc<App>>) -> Html<String> {
    let (campaigns, certifications) = app.look(|state, _| {
        let campaigns = section_of_campaigns(state);
        (campaigns, section_of_certifications(state))
    });
    Html(document(&app.base_url, &campaigns, &certifications))
}

/// The state as a scenario file.
pub(super) async fn scenario(Shared(app): Shared<Arc<App>>) -> Json<Scenario> {
    Json(app.look(|state, _| Scenario::of(state)))
}

fn document(base_url: &str, campaigns: &str, certifications: &str) -> String {
    let base_url = Escaped(base_url);
    let versions = rows_of_versions();
    let operations = rows_of_operations();
    format!(
        "<!DOCTYPE html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>certs-sim</title><style>{STYLE}</style></head>
<body>
<h1>certs-sim</h1>
<p>A simulator of the Certifications APIs of SailPoint Identity Security Cloud.
The tenant is made up. What requests change lasts until the simulator stops; the state of
this moment as a <a href=\"/scenario\">scenario file</a> can be the beginning of another.</p>
<h2>Get a token</h2>
<pre>curl -s {base_url}/oauth/token -d grant_type=client_credentials \\
     -d client_id={ADMIN_CLIENT} -d client_secret={SECRET}</pre>
<p>Send its <code>access_token</code> with every request:</p>
<pre>curl -s {base_url}/v3/certifications -H &quot;Authorization: Bearer $TOKEN&quot;</pre>
<p>Clients of the vendor&#39;s making read <code>SAIL_BASE_URL={base_url}</code>,
<code>SAIL_CLIENT_ID</code> and <code>SAIL_CLIENT_SECRET</code>.</p>
<h2>Credentials</h2>
<table>
<tr><th>client id</th><th>secret</th><th>who</th></tr>
<tr><td><code>{ADMIN_CLIENT}</code></td><td><code>{SECRET}</code></td>\
<td>ORG_ADMIN: sees everything</td></tr>
<tr><td><code>{CERT_ADMIN_CLIENT}</code></td><td><code>{SECRET}</code></td>\
<td>CERT_ADMIN: sees everything</td></tr>
<tr><td>any id of an identity</td><td><code>{SECRET}</code></td>\
<td>that identity, such as a reviewer below: sees what they review</td></tr>
</table>
<h2>Campaigns</h2>
{campaigns}<h2>Certifications</h2>
{certifications}<h2>Versions</h2>
<table>
<tr><th>version</th><th>certifications are at</th><th>operations of</th></tr>
{versions}</table>
<p>A client has a rate limit of its own for each.</p>
<h2>Operations</h2>
<table>
<tr><th>method</th><th>path</th><th>scope</th></tr>
<tr><td>POST</td><td><code>/oauth/token</code></td><td></td></tr>
{operations}</table>
<p>A token that asks for no <code>scope</code> has them all.</p>
</body>
</html>
"
    )
}

fn rows_of_versions() -> String {
    let mut html = String::new();
    for version in Version::ALL {
        push(
            &mut html,
            format_args!(
                "<tr><td>{version}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                version.path("/certifications"),
                first_like(*version),
            ),
        );
    }
    html
}

/// The operations of each contract, in the version that had it first.
fn rows_of_operations() -> String {
    let mut html = String::new();
    let first = |version: &&Version| first_like(**version) == **version;
    for version in Version::ALL.iter().filter(first) {
        for endpoint in endpoints(*version) {
            push(
                &mut html,
                format_args!(
                    "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                    endpoint.method(),
                    Escaped(&version.path(endpoint.path)),
                    scopes_of(endpoint),
                ),
            );
        }
    }
    html
}

fn scopes_of(endpoint: &Endpoint) -> String {
    let scopes: Vec<_> = endpoint.scopes().collect();
    match scopes.as_slice() {
        [] => "any".to_owned(),
        scopes => scopes.join(" or "),
    }
}

/// The first version with the operations of this one.
fn first_like(version: Version) -> Version {
    let mut all = Version::ALL.iter().copied();
    all.find(|other| other.contract() == version.contract())
        .unwrap_or(version)
}

fn section_of_campaigns(state: &State) -> String {
    let mut html = format!(
        "<p>{} campaign templates, {} campaign filters.</p>\n\
         <table>\n<tr><th>name</th><th>id</th><th>type</th><th>status</th>\
         <th>certifications signed</th><th>deadline</th></tr>\n",
        state.templates.len(),
        state.campaign_filters.len(),
    );
    for (campaign, row) in state.live_campaigns().take(MOST_SHOWN) {
        let all = state.certifications_of(campaign);
        let (signed, all): (Vec<_>, Vec<_>) = all.partition(|(_, row)| row.phase == Phase::Signed);
        push(
            &mut html,
            format_args!(
                "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td>\
                 <td>{} of {}</td><td>{}</td></tr>\n",
                Escaped(row.name.as_str()),
                row.id,
                row.kind,
                state.campaign_status(campaign),
                signed.len(),
                signed.len() + all.len(),
                Time(row.deadline),
            ),
        );
    }
    html.push_str("</table>\n");
    html
}

fn section_of_certifications(state: &State) -> String {
    let all: Vec<_> = state.live_certifications().map(|(_, row)| row).collect();
    let of = |phase: Phase| all.iter().filter(|row| row.phase == phase).count();
    let mut html = format!(
        "<p>{} in all: {} staged, {} active, {} signed; {} items; {} pending tasks.{}</p>\n",
        all.len(),
        of(Phase::Staged),
        of(Phase::Active),
        of(Phase::Signed),
        state.items.len(),
        state.pending.len(),
        if all.len() > MOST_SHOWN {
            format!(" The first {MOST_SHOWN}:")
        } else {
            String::new()
        },
    );
    html.push_str(
        "<table>\n<tr><th>name</th><th>id</th><th>phase</th><th>decisions</th><th>due</th>\
         <th>reviewer</th><th>client id of the reviewer</th></tr>\n",
    );
    for (certification, row) in state.live_certifications().take(MOST_SHOWN) {
        row_of_certification(&mut html, state, certification, row);
    }
    html.push_str("</table>\n");
    html
}

fn row_of_certification(
    html: &mut String,
    state: &State,
    certification: Ix<Certification>,
    row: &Certification,
) {
    let reviewer_id = state.reviewer_id(certification);
    let (reviewer, client_id) = match row.reviewer {
        Reviewer::Identity(person) => (&state.tenant.people[person].name, Some(reviewer_id)),
        Reviewer::Group(group) => (&state.tenant.groups[group].name, None),
    };
    push(
        html,
        format_args!(
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{} of {}</td><td>{}</td>\
             <td>{}</td><td><code>{}</code></td></tr>\n",
            Escaped(row.name.as_str()),
            row.id,
            row.phase,
            row.counters.decisions.done,
            row.counters.decisions.total,
            OrNothing(row.due.map(Time)),
            Escaped(reviewer.as_str()),
            OrNothing(client_id),
        ),
    );
}

fn push(html: &mut String, text: fmt::Arguments<'_>) {
    html.write_fmt(text)
        .expect("writing to a string does not fail");
}

/// Text escaped for HTML.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

struct OrNothing<T>(Option<T>);

impl<T: Display> Display for OrNothing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => Ok(()),
        }
    }
}
