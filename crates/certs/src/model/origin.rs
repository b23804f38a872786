//! Which certification an item was listed in.

use std::fmt;
use std::sync::Arc;

/// The certification that an item was listed in, if it came from a list.
///
/// It goes along with the item's decisions, so that one that is sent to another
/// certification is noticed. It is not part of the record: it is neither read nor written,
/// and makes no two records different.
#[derive(Clone, Default)]
pub(crate) struct Origin(Option<Arc<str>>);

impl Origin {
    pub(crate) fn new(certification: &str) -> Self {
        Self(Some(Arc::from(certification)))
    }

    pub(crate) fn certification(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.certification().unwrap_or("unlisted"))
    }
}
