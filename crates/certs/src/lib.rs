//! A client for access reviews in SailPoint Identity Security Cloud: its Certifications
//! APIs, V3 and beta.
//!
//! Organisations prove that people hold only the access they need by *certifying* it. A
//! reviewer owes a **certification**; it holds **access review items**, each one piece of
//! access of one identity; the reviewer approves or revokes each, reassigns what somebody
//! else should decide, and **signs off**.
//!
//! # Quick start
//!
//! ```no_run
//! use certs::filter::{certification, item};
//! use certs::model::Phase;
//! use certs::{Client, MAX_DECISIONS, ReviewerIdentity};
//!
//! # async fn run() -> certs::Result<()> {
//! let client = Client::from_env()?; // SAIL_BASE_URL, SAIL_CLIENT_ID, SAIL_CLIENT_SECRET
//!
//! let due: Vec<_> = client
//!     .certifications()
//!     .reviewer(ReviewerIdentity::Me)
//!     .filter(certification::phase().eq(Phase::Active))
//!     .sort(certification::due().asc())
//!     .stream()
//!     .try_collect()
//!     .await?;
//!
//! for certification in due {
//!     let review = client.certification(&certification.id);
//!     let open = review.items().filter(item::completed().eq(false)).stream();
//!     let open: Vec<_> = open.try_collect().await?;
//!     for batch in open.chunks(MAX_DECISIONS) {
//!         review.decide(batch.iter().map(|item| item.approve().comment("still needed"))).await?;
//!     }
//!     review.sign_off().await?;
//! }
//! # Ok(()) }
//! ```
//!
//! The repository's example `review` does a whole review on a simulator and prints what it
//! does: `cargo run -p certs --example review`.
//!
//! How calls are made: a list is narrowed, then taken with [`send`](List::send),
//! [`pages`](List::pages) or [`stream`](List::stream); everything else is awaited.
//!
//! # Crates you will need
//!
//! A tokio runtime (1, with `rt` and `macros` for the examples here). Dates are
//! [`Timestamp`]s of `jiff` 0.2, re-exported; JSON Schemas of the [`model`] are made with
//! `schemars` 1. Streams have [`try_next`](ItemStream::try_next) and
//! [`try_collect`](ItemStream::try_collect) of their own; for more, they are
//! `futures_core::Stream`s. In tests, `certs-sim`.
//!
//! # Authentication
//!
//! [`Client::from_env`] and [`ClientBuilder::client_credentials`] take the client id and
//! secret of a personal access token. The client gets an access token with them, uses it for
//! all calls, and gets another shortly before it ends (after about 12 minutes) or when the
//! service refuses it. Tokens from elsewhere come through a [`TokenProvider`], or as one
//! [`token`](ClientBuilder::token) for a short run.
//!
//! Secrets and tokens never stand in `Debug` output, errors or traces.
//!
//! # Finding things
//!
//! Nearly everything that is listed is a [`List`]: narrow it with a typed [`filter`], order it,
//! then take one page ([`send`](List::send)), all pages ([`pages`](List::pages)), every
//! record ([`stream`](List::stream)) or only their number ([`count`](List::count)).
//!
//! | list | of | V3 | beta |
//! |---|---|---|---|
//! | [`Client::certifications`], [`BetaClient::certifications`] | [`Certification`](model::Certification) | yes | yes |
//! | [`Review::items`] | [`AccessReviewItem`](model::AccessReviewItem) | yes | |
//! | [`Review::permissions`], [`BetaReview::permissions`] | [`Permission`](model::Permission) | yes | yes |
//! | [`Review::reviewers`], [`BetaReview::reviewers`] | [`IdentityReference`](model::IdentityReference) | yes | yes |
//! | [`Review::identity_summaries`] | [`IdentitySummary`](model::IdentitySummary) | yes | |
//! | [`Review::access_summaries`] | [`AccessSummary`](model::AccessSummary) | yes | |
//! | [`Client::tasks`] | [`Task`](model::Task) | yes | |
//!
//! Beta answers [the pending tasks of a certification](BetaReview::tasks_pending) all at once.
//!
//! A stream goes on until the service has no more. [`fetch_ahead`](List::fetch_ahead) gets
//! several pages at once, in order; [`position`](ItemStream::position) says where to resume.
//! Paging is by offset, so do not change what the filter looks at while streaming: collect
//! the list first, as above, or the next page skips what moved up.
//!
//! A filter belongs to its endpoint and version, and so do the operators of its fields:
//!
//! ```compile_fail,E0277
//! # use certs::filter::certification;
//! certification::completed().ne(true); // only beta has `ne` for this field
//! ```
//!
//! # Deciding
//!
//! [`Review::decide`] takes up to [`MAX_DECISIONS`] decisions at once. An item makes its own:
//! `item.approve()`, `item.revoke()`, with a comment, which the campaign may demand
//! ([`MandatoryCommentRequirement`](model::MandatoryCommentRequirement)). A decision can be
//! changed by deciding again until [`Review::sign_off`], which cannot be undone.
//!
//! # Reassigning
//!
//! [`Review::reassign`] gives any number of items or identities to another reviewer: up to
//! [`MAX_REASSIGN`] at once, more by background tasks of up to [`MAX_REASSIGN_ASYNC`] each.
//! Wait for the tasks before signing off:
//!
//! ```
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # let sim = certs_sim::Simulator::start().await?;
//! # let admin = sim.admin();
//! # let client = certs::Client::builder(sim.base_url())
//! #     .client_credentials(admin.client_id, admin.client_secret)
//! #     .build()?;
//! # use certs::filter::certification;
//! # let active = certification::phase().eq(certs::model::Phase::Active);
//! # let open: Vec<_> = client.certifications()
//! #     .filter(active.and(certification::completed().eq(false)))
//! #     .stream().try_collect::<Vec<_>>().await?.into_iter()
//! #     .filter(|c| !c.reviewer.as_ref().unwrap().is_governance_group()).collect();
//! # let (certification, reviewer) = open.iter()
//! #     .flat_map(|c| open.iter().map(move |o| (c, o.reviewer.as_ref().unwrap())))
//! #     .find(|(c, r)| c.reviewer.as_ref().unwrap().id != r.id).unwrap();
//! # let review = client.certification(&certification.id);
//! # let items: Vec<_> = review.items().stream().try_collect::<Vec<_>>().await?;
//! # let item = items.iter()
//! #     .find(|i| i.identity_summary.as_ref().unwrap().identity_id.as_ref() != Some(&reviewer.id))
//! #     .unwrap();
//! let outcome = review.reassign(&reviewer.id, "on leave until May").items([item]).wait().await?;
//! outcome.ensure_complete()?;
//! # Ok(()) }
//! # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # Errors
//!
//! An [`Error`] says what kind of failure it was (`is_not_found()`, `is_rate_limited()`, …),
//! which operation failed, what the service said, and under which tracking id. Printed, it
//! is one line that says what to do next. What cannot succeed is refused before it is sent:
//! `is_refused()`. And the question after every failed write has an answer:
//! [`may_have_taken_effect`](Error::may_have_taken_effect).
//!
//! # Retries and limits
//!
//! The service allows 100 requests in 10 seconds for each client id and API version. The
//! client keeps that [budget](RequestBudget) itself, shared by its clones, so that a 429 is
//! the exception; when one comes all the same, it obeys `Retry-After` and leaves some room.
//!
//! What is tried again follows from what can do harm:
//!
//! | outcome of an attempt | a read | a write |
//! |---|---|---|
//! | the connection was never made, or 429 | again | again: the service did nothing |
//! | the connection broke, no answer in time, 408, 502, 503, 504 | again | no: it may have been done |
//! | everything else | no | no |
//!
//! Decisions can be declared [idempotent](Decide::idempotent), which makes them a read in
//! this table. How often and how long is the [`RetryPolicy`]'s business; timeouts, the size of
//! answers, proxies and certificates are the [`ClientBuilder`]'s.
//!
//! A record that cannot be read fails its page with an error that names it; a
//! [lenient](List::lenient) list delivers the others and reports it. Each call is a `tracing`
//! span, each attempt an event, without secrets or personal data.
//!
//! # V3 and beta
//!
//! The methods of [`Client`] are V3's. [`Client::beta`] gives the view of beta: only what
//! beta has, with answers in the same [`model`] types. All beta operations are deprecated by
//! the vendor, each with a successor in V3.
//!
//! The service is less strict than its specification, so the model is, too: see
//! [what to expect of every type](model#what-to-expect-of-every-type).
//!
//! # Testing
//!
//! The crate `certs-sim` is a simulator of the service. Start one in a test, point a client
//! at it, and whole reviews run offline; every example here does.
//!
//! # Features
//!
//! | feature | default | what it does |
//! |---|---|---|
//! | `rustls` | yes | TLS by rustls, with the certificates that the operating system trusts |
//! | `native-tls` | | TLS by the operating system's own library |

// Says on docs.rs which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod evidence;
pub mod filter;
pub mod guide;
pub mod model;

mod auth;
mod base_url;
mod beta;
mod client;
mod error;
mod journal;
mod list;
mod outcome;
mod page;
mod policy;
mod progress;
mod resource;
mod resume;
mod time;
mod transport;

pub use auth::{AccessToken, TokenFuture, TokenProvider};
pub use beta::{BetaClient, BetaReview};
pub use client::{Client, ClientBuilder};
pub use error::{ApiError, Error, ErrorKind, Result};
pub use jiff::Timestamp;
pub use journal::Journal;
pub use list::{List, Listed, MAX_PAGE_SIZE};
pub use outcome::{NotAttempted, Outcome};
pub use page::{ItemStream, Page, PageStream, UnreadableRecord};
pub use policy::{Policy, Verdict};
pub use progress::ProgressReport;
pub use resource::certifications::{Review, ReviewerIdentity};
pub use resource::decide::{
    ByPolicy, Decide, DecideOutcome, DecidedItem, Given, MAX_DECISIONS, RuleMatch, Source,
};
pub use resource::reassign::{
    IdentityToReassign, ItemToReassign, MAX_REASSIGN, MAX_REASSIGN_ASYNC, Reassign,
    ReassignOutcome, ReassignedPart, ToReassign,
};
pub use resource::sign_off::SignOff;
pub use resource::summaries::GetDecisionSummary;
pub use resource::tasks::{TaskHandle, WaitForTask};
pub use resume::{Resume, ResumeOutcome, ResumedDecisions, ResumedReassignment, ResumedSignOff};
pub use transport::budget::RequestBudget;
#[cfg(fuzzing)]
#[doc(hidden)]
pub use transport::fuzzing;
pub use transport::retry::RetryPolicy;
