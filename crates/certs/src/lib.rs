//! A client for access reviews in SailPoint Identity Security Cloud: its Certifications
//! APIs, in every [version](Version), and beta.
//!
//! Organisations prove that people hold only the access they need by *certifying* it. A
//! reviewer owes a **certification**; it holds **access review items**, each one piece of
//! access of one identity; the reviewer approves or revokes each, reassigns what somebody
//! else should decide, and **signs off**.
//!
//! # Quick start
//!
//! ```no_run
//! use certs::filter::certification;
//! use certs::model::Phase;
//! use certs::{Client, Policy, ReviewerIdentity, Verdict};
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
//!     let rules = Policy::new().otherwise(Verdict::approve().comment("still needed"));
//!     review.decide_by(rules).await?.ensure_complete()?;
//!     review.sign_off().await?;
//! }
//! # Ok(()) }
//! ```
//!
//! The repository's examples run on a simulator that they start themselves:
//!
//! | example | what it does |
//! |---|---|
//! | `review` | a whole review, step by step |
//! | `bulk_decide` | decisions from a CSV file: a dry run, then all of them, with a journal |
//! | `reassign_absent` | gives all open items of one reviewer to another, and waits |
//! | `evidence` | a campaign as CSV, JSON Lines and Parquet, with a manifest |
//! | `watch` | the progress of a campaign, until it is signed off |
//!
//! How calls are made: a list is narrowed, then taken with [`send`](List::send),
//! [`pages`](List::pages) or [`stream`](List::stream); everything else is awaited, after any
//! options.
//!
//! # Crates you will need
//!
//! A tokio runtime (1, with `rt` and `macros` for the examples here). Dates are
//! [`Timestamp`]s of `jiff` 0.2, re-exported; with the feature `schemars`, the [`model`] has JSON
//! Schemas of `schemars` 1. Streams have [`try_next`](ItemStream::try_next) and
//! [`try_collect`](ItemStream::try_collect) of their own; for more, they are
//! `futures_core::Stream`s. In tests, `certs-sim`.
//!
//! Coming from the vendor's PowerShell or Python SDK? The [migration page](guide::migration) has
//! each documented call, theirs and ours.
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
//! | list | of | versions | beta |
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
//! [`Review::decide`] takes any number of decisions, from an iterator or a
//! [stream](Review::decide_stream), and sends them in batches of [`MAX_DECISIONS`]. An item
//! makes its own: `item.approve()`, `item.revoke()`, with a comment, which the campaign may
//! demand ([`MandatoryCommentRequirement`](model::MandatoryCommentRequirement)). What can be
//! checked is checked before anything is sent: an item decided twice, a comment that is
//! missing, an end date on an approval, an item of another certification.
//!
//! The [`BulkOutcome`] has an [`Outcome`] for each item, whatever happened on the way. When an
//! answer is lost, the items are read back to see whether the decisions were made.
//!
//! ```
//! # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
//! # example(async |client, review| {
//! use certs::Outcome;
//!
//! let items: Vec<_> = review.items().stream().try_collect().await?;
//! let outcome = review
//!     .decide(items.iter().map(|item| item.approve().comment("still needed")))
//!     .await?;
//! for decided in outcome.items() {
//!     match &decided.outcome {
//!         Outcome::Applied => {}
//!         other => println!("{}: {other:?}", decided.id),
//!     }
//! }
//! outcome.ensure_complete()?; // an error unless every decision was made
//! # Ok(()) });
//! ```
//!
//! [`Review::decide_by`] decides by rule: the first rule of a [`Policy`] that
//! matches an open item decides on it, and what no rule matches stays open. With
//! [`dry_run`](Decide::dry_run) everything is looked at and nothing is sent:
//!
//! ```
//! # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
//! # example(async |client, review| {
//! use certs::filter::item;
//! use certs::model::{AccessReviewItem, ObjectType};
//! use certs::{Policy, Verdict};
//!
//! let rules = Policy::new()
//!     .when_item(AccessReviewItem::is_privileged, Verdict::revoke().comment("to be requested anew"))
//!     .when(item::access_type().eq(ObjectType::Role), Verdict::approve().comment("role model"));
//! let planned = review.decide_by(rules).dry_run().await?;
//! println!("{planned}; {} stay open", planned.left_open().len());
//! # Ok(()) });
//! ```
//!
//! A decision can be changed by deciding again until [`Review::sign_off`], which cannot be
//! undone. It looks first whether anything is open or a task still runs, says what, and
//! [waits](SignOff::wait) for it if asked.
//!
//! # Reassigning
//!
//! [`Review::reassign`] gives items or identities, any number of them, to another reviewer: at
//! once for up to [`MAX_REASSIGN`], beyond that in background tasks of
//! [`MAX_REASSIGN_ASYNC`] each. [`wait`](Reassign::wait) waits for the tasks, too.
//!
//! ```
//! # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
//! # example(async |client, review| {
//! # let deputy = another_reviewer(&client, &review).await?;
//! let items: Vec<_> = review.items().stream().try_collect().await?;
//! let given = review
//!     .reassign(deputy, "on leave until May")
//!     .items(&items) // or their ids
//!     .leave_out_own() // nobody may review their own access
//!     .wait()
//!     .await?;
//! println!("{given}");
//! given.ensure_complete()?;
//! # Ok(()) });
//! ```
//!
//! Nobody may review their own access. Whose access it is, is looked up where the call does not
//! say, and a reassignment that asks for it is refused before it is sent, unless
//! [`leave_out_own`](Reassign::leave_out_own) leaves it out.
//!
//! # When the program may die
//!
//! A [`Journal`] is a file of JSON Lines in which every decision, reassignment and sign-off is
//! written before it is sent, and its end after. [`Client::resume`] finishes what a program
//! that died left behind. It does nothing twice, and overwrites nothing that somebody has changed
//! in between:
//!
//! ```
//! # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
//! # example(async |client, review| {
//! use certs::Journal;
//!
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("march.jsonl");
//! # let items: Vec<_> = review.items().stream().try_collect().await?;
//! # let decisions = items.iter().map(|item: &certs::model::AccessReviewItem| item.approve().comment("needed"));
//! let journal = Journal::open_or_create(&path).await?;
//! review.decide(decisions).journal(&journal).await?.ensure_complete()?;
//! # drop(journal);
//!
//! // In the next process, before anything else:
//! let journal = Journal::open_or_create(&path).await?;
//! client.resume(&journal).await?.ensure_complete()?;
//! # Ok(()) });
//! ```
//!
//! # Evidence
//!
//! [`Client::evidence`] puts together what auditors ask for: one record for each item, with
//! certification, campaign, identity, access, decision, comment and reviewer, as JSON Lines,
//! CSV and (feature `parquet`) Parquet, and a [`Manifest`](evidence::Manifest) with counts, the
//! selection and the SHA-256 of every file. Its totals are compared with the service's own
//! counters, and what does not fit is named. Memory stays flat, whatever the number of items.
//!
//! ```
//! # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
//! # example(async |client, review| {
//! # let dir = tempfile::tempdir()?;
//! # let (folder, chosen) = (dir.path(), review.id().to_owned());
//! let manifest = client.evidence().certifications([&chosen]).write_to(folder).await?;
//! println!("{manifest}"); // 58 of 58 items, 1 of 1 certifications: complete
//! # Ok(()) });
//! ```
//!
//! # Progress
//!
//! Long calls tell a callback how far they are and whether they wait for the rate limit:
//! [`ProgressReport`]. The examples draw bars with it.
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
//! client keeps that [limit](RateLimit) itself, shared by its clones, so that a 429 is
//! the exception; when one comes all the same, it obeys `Retry-After` and leaves some room.
//!
//! What is tried again follows from what can do harm:
//!
//! | outcome of an attempt | a read | a write |
//! |---|---|---|
//! | the connection was never made, or 429 | again | again: the service did nothing |
//! | the connection broke, no answer in time, 408, 500, 502 to 504, 520 to 527 | again | no: it may have been done |
//! | everything else | no | no |
//!
//! Calls that change any number of things go further: after a write whose answer was lost they
//! read what became of it. Decisions that are not made are sent again; what was reassigned is
//! not. How often and how long is the [`RetryPolicy`]'s business; timeouts, the size of
//! answers, proxies and certificates are the [`ClientBuilder`]'s.
//!
//! Requests go through a [`tower::Service`](ClientBuilder::http_service): a service of your own
//! can record, delay or answer them. The page [`guide::cancellation`] says what a dropped call
//! leaves behind.
//!
//! A record that cannot be read fails its page with an error that names it; a
//! [lenient](List::lenient) list delivers the others and reports it. Each call is a `tracing`
//! span, each attempt an event, without secrets or personal data: see [`guide::observing`].
//!
//! # Versions
//!
//! The methods of [`Client`] are V3's, and those of V2024, V2025, V2026 and the certifications
//! service's own V1, which have the same operations: [`ClientBuilder::version`] or
//! `SAIL_API_VERSION` chooses one. [`Client::beta`] gives the view of beta: only what beta has,
//! with answers in the same [`model`] types. All beta operations are deprecated by the vendor,
//! each with a successor in V3.
//!
//! What this crate does not cover goes through [`Client::execute`], with the client's token,
//! limits and retries; [`Client::raw`] is the generated client that makes such requests.
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
//! | `gzip` | | answers are asked for compressed: worth it on slow links |
//! | `http2` | | one connection for many requests at once |
//! | `schemars` | | JSON Schemas of the [`model`] and of [`evidence`] |
//! | `parquet` | | [evidence] as Parquet files, too |
//!
//! They add to each other, and it compiles without any: then only loopback addresses and
//! [`http_client`](ClientBuilder::http_client) are of use.
//!
//! # FAQ: what breaks other clients
//!
//! **A value that the specification does not list made the whole page fail.** Here it becomes
//! `Unrecognized("…")` of its enum, and goes back over the wire as it came.
//!
//! **A field that is never null was null, or was missing.** The model takes both, everywhere;
//! what the specification does not name is kept in `extra`.
//!
//! **After a quarter of an hour every call answers 401.** Tokens live about 12 minutes. The
//! client gets another before the end, or when one is refused, once for all calls that wait.
//!
//! **429, although nothing else runs.** The limit is counted for each client id and API version.
//! The client keeps it itself, obeys `Retry-After`, and leaves room when somebody else uses the
//! same client id.
//!
//! **The list ends at 1,000 or 10,000 records.** A stream here ends when the service has no
//! more, and a list that the service repeats for ever is an error.
//!
//! **More than 250 decisions, or 50 reassignments.** Any number; see above.
//!
//! **Sign-off fails after a reassignment.** The task was still running.
//! [`Reassign::wait`] waits for it, and [`Review::sign_off`] looks first.
//!
//! **An exception without a reason.** An [`Error`] carries status, detail code, causes and the
//! [tracking id](Error::tracking_id) that the vendor's support asks for.
//!
//! **It works, but not behind our proxy.** Proxy and certificates hold for the token request,
//! too: [`ClientBuilder::proxy`], [`ClientBuilder::root_certificates`].
//!
//! **Which version should I use?** V3, unless your organisation has moved on: a word to
//! [`ClientBuilder::version`]. Beta's operations are deprecated; the view of beta is for what is
//! still there.
//!
//! **Calls on a governance group's certification answer 400.** The service lists such
//! certifications but lets nobody work on them through these APIs.

// Says on docs.rs which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod evidence;
pub mod filter;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
pub mod guide;
pub mod model;

mod api;
mod auth;
mod client;
mod effects;
mod error;
mod http;
mod progress;
mod review;
mod time;

pub use api::beta::{BetaClient, BetaReview};
pub use api::campaigns::{
    Activate, CampaignFilterHandle, CampaignHandle, CampaignOverview, CampaignReviewer, Complete,
    GetOverview, ListCampaignFilters, MAX_ACCESS_CONSTRAINTS, NewCampaign, NewCampaignFilter,
    NewCampaignTemplate, NewSchedule, ReportHandle, ReviewerOverview, RoleScope, SearchScope,
    TemplateHandle, UpdateCampaign, UpdateTemplate, WaitForCampaign, WaitForReport,
};
pub use api::certifications::{Review, ReviewerIdentity};
pub use api::list::{List, ListEndpoint, MAX_PAGE_SIZE};
pub use api::page::{ItemStream, Page, PageStream, UnreadableRecord};
pub use api::summaries::GetDecisionSummary;
pub use api::tasks::{TaskHandle, WaitForTask};
pub use api::version::Version;
pub use auth::{AccessToken, TokenClaims, TokenFuture, TokenProvider};
pub use client::{Client, ClientBuilder};
pub use effects::journal::Journal;
pub use effects::outcome::{BulkOutcome, ItemOutcome, NotAttempted, Outcome, RuleMatch};
pub use effects::resume::{Action, Resume, ResumeOutcome, ResumedCall};
pub use error::{ApiError, Error, ErrorKind, Result};
pub use http::counters::Counters;
pub use http::rate_limiter::RateLimit;
pub use http::retry::RetryPolicy;
pub use http::service::{BoxError, RequestBody};
pub use jiff::Timestamp;
pub use progress::ProgressReport;
pub use review::decide::{Decide, MAX_DECISIONS};
pub use review::policy::{ParseVerdictError, Policy, Verdict};
pub use review::reassign::{
    CertificationToReassign, IdentityToReassign, ItemToReassign, KeepTogether, MAX_CERTIFICATIONS,
    MAX_REASSIGN, MAX_REASSIGN_ASYNC, Reassign, ReassignCertifications, ToReassign,
};
pub use review::sign_off::SignOff;
