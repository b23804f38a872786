//! Working on a certification: deciding, reassigning, signing off.

pub(crate) mod decide;
pub(crate) mod policy;
pub(crate) mod reassign;
pub(crate) mod sign_off;
