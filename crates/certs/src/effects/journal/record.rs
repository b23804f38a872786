//! One effect of a call, and where it is written down.

use super::{EffectId, End, Journal};
use crate::error::Result;

/// Where a call writes what becomes of an effect: a journal, or nowhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(Option<(Journal, EffectId)>);

impl Record {
    pub(crate) fn new(journal: &Journal, id: EffectId) -> Self {
        Self(Some((journal.clone(), id)))
    }

    /// Writes, durably, that the effect is about to be sent. If that fails, it must not be.
    pub(crate) async fn sending(&self) -> Result<()> {
        match &self.0 {
            Some((journal, id)) => journal.sending(*id).await,
            None => Ok(()),
        }
    }

    /// Writes what became of it.
    pub(crate) async fn ended(&self, end: End) -> Result<()> {
        match &self.0 {
            Some((journal, id)) => journal.ended(*id, vec![(end, None)]).await,
            None => Ok(()),
        }
    }
}
