//! A client of SailPoint Identity Security Cloud's Certifications APIs, V3 and beta.

pub mod filter;
pub mod model;

mod auth;
mod base_url;
mod beta;
mod client;
mod error;
mod list;
mod page;
mod resource;
mod time;
mod transport;

pub use auth::{AccessToken, TokenFuture, TokenProvider};
pub use beta::{BetaClient, BetaReview};
pub use client::{Client, ClientBuilder};
pub use error::{ApiError, Error, ErrorKind, Result};
pub use list::{List, Listed, MAX_PAGE_SIZE};
pub use page::{ItemStream, Page, PageStream};
pub use resource::certifications::{Review, ReviewerIdentity};
pub use resource::decide::{Decide, DecideOutcome, MAX_DECISIONS};
pub use resource::reassign::{Beta, MAX_REASSIGN, MAX_REASSIGN_ASYNC, Reassign, V3};
pub use resource::sign_off::SignOff;
pub use resource::summaries::GetDecisionSummary;
pub use resource::tasks::{TaskHandle, WaitForTask};
