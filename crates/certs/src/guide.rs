//! Pages of documentation beside the reference.

#[doc = include_str!("guide/evidence.md")]
pub mod evidence {}

#[doc = include_str!("guide/migration.md")]
pub mod migration {}
