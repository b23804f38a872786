//! The API's resources, one file each: typed requests in, responses of the model out.

pub(crate) mod awaited;
pub(crate) mod beta;
pub(crate) mod call;
pub(crate) mod campaigns;
pub(crate) mod certifications;
mod deprecation;
pub(crate) mod ids;
pub(crate) mod items;
pub(crate) mod list;
pub(crate) mod page;
mod patch;
pub(crate) mod permissions;
pub(crate) mod poll;
pub(crate) mod reviewers;
pub(crate) mod summaries;
pub(crate) mod tasks;
pub(crate) mod version;

pub(crate) use call::Api;
