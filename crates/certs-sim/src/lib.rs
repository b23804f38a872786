//! An offline simulator of the Certifications APIs of SailPoint Identity Security
//! Cloud: start a tenant in a test, point any client at it, and check
//! what the client did.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use certs_sim::{Phase, Simulator};
//!
//! let sim = Simulator::builder().seed(7).items(500).start().await?;
//!
//! // Any HTTP client, at `sim.base_url()`, with these credentials:
//! let credentials = sim.admin();
//! let response = reqwest::Client::new()
//!     .post(format!("{}/oauth/token", sim.base_url()))
//!     .form(&[
//!         ("grant_type", "client_credentials"),
//!         ("client_id", &credentials.client_id),
//!         ("client_secret", &credentials.client_secret),
//!     ])
//!     .send()
//!     .await?;
//! assert_eq!(response.status(), 200);
//!
//! // What there is to work with, and what was asked for:
//! let phases: Vec<_> = sim.certifications().iter().map(|row| row.phase).collect();
//! assert!([Phase::Staged, Phase::Active, Phase::Signed].iter().all(|phase| phases.contains(phase)));
//! assert_eq!(sim.requests()[0].path, "/oauth/token");
//! # Ok(()) }
//! ```
//!
//! If your client takes a tower service, tests need no socket and no real time: [`Builder::build`]
//! and [`Simulator::service`].
//!
//! For clients in other languages there is the program `certs-sim`, which the feature `cli` (on by
//! default) builds. Users of the library can switch it off with `default-features = false`.
//!
//! # How it responds
//!
//! The 42 V3 operations at `/v3` and in every [`Version`] that has them, the 6 beta operations at
//! `/beta`, and `POST /oauth/token`, which takes client credentials as a url-encoded form, in the
//! query or, with the feature `multipart`, as multipart form data. The data set has several
//! campaigns of every type and certifications in every phase, among them overdue ones, one of a
//! governance group, one with an error and one that was reassigned. As on real campaigns, two items
//! of five name their access only in `entitlement`, `accessProfile` or `role`
//! ([`view::Item::access_omitted`]). It depends only on the seed, the number of items and the day.
//! Changes last until the simulator stops.
//!
//! Set up exact cases with a [`scenario`]: [`Builder::scenario`] starts from one, and
//! [`Simulator::export`] writes the current state as one.
//!
//! Two addresses do not belong to the API and need no token: `GET /` is a page for people, with
//! credentials, operations and the state of campaigns and certifications; `GET /scenario` is the
//! state as a scenario file.
//!
//! With [`Builder::read_lag`], reads lag behind writes, and [`Fault`]s break requests and
//! responses. [`Simulator::decide`], [`reassign`](Simulator::reassign) and
//! [`sign_off`](Simulator::sign_off) act as a second person.
//!
//! It shares no code with any client, so it can be used to check one: its own code reads filters,
//! sorters and bodies.
//!
//! # Model behaviour
//!
//! Where the vendor's documents leave something open, the simulator does the
//! following. A client must not rely on it.
//!
//! **Collections**
//! - An offset past the end returns an empty page, or 400 if set ([`PastEnd`]).
//! - If a query parameter comes twice, the first counts; unknown ones are ignored. `true` and
//!   `false` are read in either case.
//! - Missing values sort last, and first when descending. Equal rows are ordered by identifier.
//!   Without sorters, rows are in the order in which they were added.
//! - In a filter, a missing value equals nothing, so `ne` holds for it. Strings, identifiers and
//!   enum values are compared without regard to case; booleans must be bare. Parentheses and `not`
//!   may be 64 levels deep. Unreadable text, unknown fields and operators that do not apply return
//!   `400.1`, values of a wrong type `400.1.3`.
//! - Filters and sorters by `access` apply to items that name it only in `entitlement`,
//!   `accessProfile` or `role`, too.
//! - `type` and `access.type` of an item are the same. A filter on permissions cannot
//!   use `not`, and only entitlements have permissions.
//! - Beta's `tasks-pending` is not paged.
//!
//! **Who may do what**
//! - `sp:scopes:all` allows everything, and each other scope only itself. A token request may ask
//!   for fewer scopes with `scope`. Beta's list needs none, beta's tasks need
//!   `idn:certification:read`.
//! - A list with somebody else's `reviewer-identity` shows what both that reviewer
//!   and the caller may see; an unknown identity reviews nothing.
//! - The members of a governance group see its certifications; reviewers, summaries
//!   and permissions of one can be read, and reassign-async is refused like the rest.
//! - A task can be read by its submitter, by the reviewer and by administrators.
//! - Every 401 has the one body that the documentation shows. The token endpoint is not rate
//!   limited. The rate limit counts in fixed windows from a client's first request, and refused
//!   requests do not count.
//!
//! **Reviews**
//! - Decisions and sign-off need an ACTIVE certification; reassignment works while it
//!   is STAGED too. Neither an error nor a past due date stops a reviewer.
//! - A request with several decisions or references is done as a whole or not at all. Deciding one
//!   item twice in a request is refused. A blank comment does not count.
//! - Reassigned items keep their decisions. They go to the certification that the new
//!   reviewer already got from the same one in the same phase, else to a new one. A
//!   certification without items is completed and can be signed.
//! - A `TARGET_SUMMARY` names an access: all items about it move.
//! - A reassignment makes duplicate review summaries, unless all its items belong to one identity,
//!   or to one access, and the new reviewer has no item of it yet. A request that mixes identities
//!   and accesses makes a summary for each item; a later one for the same identity or access makes
//!   one more ([`view::Certification::duplicate_summaries`]).
//! - reassign-async checks the form of a request at once, and whether it can be done
//!   when the task ends. A reviewer's task is a `REASSIGN`, an administrator's an
//!   `ADMIN_REASSIGN` (beta: always `REASSIGN`); its trail says
//!   `MANUAL_REASSIGNMENT`.
//! - While a reassignment of a certification is pending, it cannot be signed off.
//! - Items of role composition campaigns have no identity summary: nobody's access
//!   is reviewed. Beta counts the parts of the role as entities.
//! - Items are never about accounts as such: those counters are 0.
//! - Some staged certifications have no due date in V3; beta shows the end of the
//!   campaign. Beta's `signed` is null before the sign-off, as on the real service.
//!
//! **Campaigns**
//! - They are for administrators. A created campaign has no certifications, and a remediation scan
//!   has no result: both would need the tenant's identity data.
//! - Creating, activating, completing and deleting one takes as long as a task. One can be
//!   activated if it is STAGED and its deadline is in the future, completed if it is ACTIVE and
//!   past due, and deleted, with its certifications, if nobody works on it. The last sign-off makes
//!   an active campaign COMPLETED. One whose filter has a composite criterion without children, or
//!   another criterion with children, is in ERROR, with an alert. Only scenarios have ARCHIVED
//!   campaigns.
//! - Activating opens the staged certifications, which are due at the campaign's deadline if they
//!   have no date; the time zone does not move it. Completing decides on every open item and
//!   signs everything off.
//! - Whole certifications keep their id when they go to another reviewer; a task moves all that
//!   it names or none.
//! - A report takes as long as a task; the file of its result is not served.
//! - Templates, schedules and filters are stored and returned. A schedule starts nothing, and a
//!   filter excludes nothing; a template generates a campaign only on request.
//!
//! **Errors**
//! - A request that the state does not allow returns `400.1` with the reason in `causes`: a
//!   decision after the sign-off, a sign-off with open decisions, a missing comment, an item of
//!   another certification.
//! - Input that is not HTTP gets 400 or 431 with an error body, and a body that does not arrive
//!   in time 408 ([`Builder::receive_timeout`]).
//! - 400 responses for unreadable input say "The request could not be parsed."; 405 is an error
//!   body like the others. A list that is too long returns `400.1`, an empty one `400.1.0`.

// Shows on docs.rs which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod api;
mod app;
mod auth;
mod builder;
mod clock;
mod connection;
mod credentials;
mod data;
mod error;
mod exchange;
mod fault;
mod id;
mod listener;
mod log;
mod operation;
mod query;
mod rate_limit;
pub mod scenario;
mod service;
mod simulator;
mod state;
mod sync;
mod text;
mod version;
pub mod view;

pub use self::builder::Builder;
pub use self::clock::Clock;
pub use self::credentials::Credentials;
pub use self::fault::{Fault, FaultRule, Faults, InvalidFault, Target};
pub use self::log::{RecordedRequest, Traffic};
pub use self::operation::Operation;
pub use self::query::page::PastEnd;
pub use self::rate_limit::RateLimit;
pub use self::scenario::{Scenario, ScenarioError};
pub use self::service::{ResponseBody, SimulatorService};
pub use self::simulator::{Refused, Simulator, StartError};
pub use self::state::task::TaskTimes;
pub use self::version::Version;
pub use self::view::{
    AccessType, CampaignStatus, CampaignType, CommentRequirement, Decision, Phase, ReassignType,
    ReportType, Reviewer, TaskStatus, TaskType, UserLevel,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
