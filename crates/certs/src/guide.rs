//! The handbook: pages of documentation beside the reference.

#[doc = include_str!("guide/campaigns.md")]
pub mod campaigns {}

#[doc = include_str!("guide/cancellation.md")]
pub mod cancellation {}

#[doc = include_str!("guide/evidence.md")]
pub mod evidence {}

#[doc = include_str!("guide/migration.md")]
pub mod migration {}

#[doc = include_str!("guide/observing.md")]
pub mod observing {}
