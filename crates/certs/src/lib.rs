//! A client for access reviews in SailPoint Identity Security Cloud: its Certifications APIs in
//! every [version](Version), and in beta.
//!
//! Organisations prove that people hold only the access they need by *certifying* it. A reviewer
//! gets a **certification** with **access review items**, each one piece of access of one identity.
//! The reviewer approves or revokes each item, reassigns those that somebody else should decide,
//! and **signs off**.
//!
//! ```
//! # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
//! # example(async |client, _| {
//! use certs::filter::certification;
//! use certs::model::{AccessReviewItem, Phase};
//! use certs::{Policy, Verdict};
//!
//! // `client` is made with `certs::Client::from_env()`, or from a simulator, as in tests.
//! let policy = Policy::new()
//!     .when_item(AccessReviewItem::is_privileged, Verdict::revoke().comment("request it again"))
//!     .when_item(|item| item.new_access == Some(false), Verdict::approve().comment("no change"));
//!
//! let active = client.certifications().filter(certification::phase().eq(Phase::Active));
//! let active: Vec<_> = active.sort(certification::due().asc()).stream().try_collect().await?;
//! for certification in active.iter().filter(|certification| certification.is_workable()) {
//!     let review = client.certification(&certification.id);
//!     let planned = review.decide_by(policy.clone()).dry_run().await?; // sends no decision
//!     println!("{}: {planned}", certification.id);
//! }
//! # Ok(()) });
//! ```
//!
//! The [guide](mod@guide) continues from here: [quick start](guide::quick_start),
//! [authentication](guide::authentication), [finding](guide::finding), [deciding
//! safely](guide::deciding), [reassigning](guide::reassigning), [signing off](guide::signing_off),
//! [when the program dies](guide::recovery), [cancellation](guide::cancellation),
//! [campaigns](guide::campaigns), [evidence](guide::evidence), [errors](guide::errors),
//! [limits](guide::limits), [observing](guide::observing), [testing](guide::testing),
//! [versions](guide::versions), [migration](guide::migration) and [FAQ](guide::faq).

// Shows on docs.rs which feature an item needs.
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
mod sync;
mod time;

pub use api::beta::{BetaClient, BetaReview};
pub use api::campaigns::{
    Activate, CampaignFilterHandle, CampaignHandle, CampaignOverview, CampaignReviewer, Complete,
    DeleteCampaign, GetOverview, ListCampaignFilters, MAX_ACCESS_CONSTRAINTS, NewCampaign,
    NewCampaignFilter, NewCampaignTemplate, NewSchedule, ReportHandle, ReviewerOverview, RoleScope,
    SearchScope, TemplateHandle, UpdateCampaign, UpdateTemplate, WaitForCampaign, WaitForReport,
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
pub use error::{Error, ErrorKind, Result};
pub use http::counters::Counters;
pub use http::rate_limiter::RateLimit;
pub use http::retry::RetryPolicy;
pub use http::service::{BoxError, RequestBody};
pub use jiff::Timestamp;
pub use progress::ProgressReport;
pub use review::decide::{Decide, MAX_DECISIONS};
pub use review::policy::{ParseVerdictError, Policy, Verdict};
pub use review::reassign::{
    KeepTogether, MAX_CERTIFICATIONS, MAX_REASSIGN, MAX_REASSIGN_ASYNC, Reassign,
    ReassignCertifications, ToReassign,
};
pub use review::sign_off::SignOff;
