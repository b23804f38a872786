//! What calls write into a journal, and what they ask it.

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};

use super::entry::{self, Entry};
use super::ledger::Ledger;
use super::{Effect, EffectId, End, Journal, KnownPart, KnownSignOff, Standing, Unfinished};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::model::{ReassignReference, ReviewDecision};

impl Journal {
    /// Refuses to be used with another tenant.
    pub(crate) fn check(&self, client: &Client) -> Result<()> {
        let ledger = self.ledger();
        let (ours, theirs) = (tenant(client), ledger.tenant());
        match theirs {
            Some(theirs) if theirs != ours => Err(Error::refused(format!(
                "the journal is of {theirs}, and the client is of {ours}"
            ))),
            _ => Ok(()),
        }
    }

    /// Writes the plan of a call, durably, and answers an id for each effect. Nothing of it
    /// may be sent before.
    pub(crate) async fn plan(
        &self,
        client: &Client,
        effects: Vec<Effect>,
    ) -> Result<Vec<EffectId>> {
        self.check(client)?;
        let mut ids = Vec::with_capacity(effects.len());
        let write = |ledger: &mut Ledger| {
            let mut entries = Vec::with_capacity(effects.len() + 2);
            if ledger.tenant().is_none() {
                entries.push(Entry::header(tenant(client).to_owned()));
            }
            let call = ledger.next_call();
            let count = effects.len() as u64;
            for effect in effects {
                let id = ledger.next_effect();
                ids.push(id);
                entries.push(Entry::Planned { call, id, effect });
            }
            entries.push(Entry::Begun {
                call,
                effects: count,
            });
            entries
        };
        self.write(write, true).await?;
        Ok(ids)
    }

    /// Writes, durably, that an effect is about to be sent.
    pub(crate) async fn sending(&self, id: EffectId) -> Result<()> {
        self.write(|_| vec![Entry::Sending { id }], true).await
    }

    /// Writes what became of an effect, or of these items of it.
    ///
    /// That this line is durable matters less: without it, the effect is read back.
    pub(crate) async fn ended(
        &self,
        id: EffectId,
        parts: Vec<(End, Option<Vec<String>>)>,
    ) -> Result<()> {
        let entries = parts.into_iter();
        let entries = entries.map(|(end, items)| Entry::Ended { id, end, items });
        let entries: Vec<_> = entries.collect();
        match entries.is_empty() {
            true => Ok(()),
            false => self.write(|_| entries, false).await,
        }
    }

    /// What the journal knows of a decision.
    pub(crate) fn standing(&self, certification: &str, decision: &ReviewDecision) -> Standing {
        self.ledger().standing(certification, decision)
    }

    /// What it knows of things to reassign to this reviewer, by the requests that named them
    /// last. What it does not know, or knows not to be done, is left out.
    pub(crate) fn known_parts(
        &self,
        certification: &str,
        to: &str,
        references: &[ReassignReference],
    ) -> Vec<KnownPart> {
        self.ledger().known_parts(certification, to, references)
    }

    /// The tasks of which it knows what they do to a certification.
    pub(crate) fn tasks(&self, certification: &str) -> HashSet<String> {
        self.ledger().tasks(certification)
    }

    /// What it knows of the sign-off of a certification.
    pub(crate) fn sign_off(&self, certification: &str) -> Option<KnownSignOff> {
        self.ledger().sign_off(certification)
    }

    /// What is planned and not at its end.
    pub(crate) fn unfinished(&self) -> Unfinished {
        self.ledger().unfinished()
    }

    /// Drops calls whose plan is not complete: nothing of them was sent.
    pub(crate) async fn drop_calls(&self, calls: Vec<u64>) -> Result<()> {
        let entries: Vec<_> = calls
            .into_iter()
            .map(|call| Entry::Dropped { call })
            .collect();
        match entries.is_empty() {
            true => Ok(()),
            false => self.write(|_| entries, false).await,
        }
    }

    async fn write(
        &self,
        entries: impl FnOnce(&mut Ledger) -> Vec<Entry>,
        durable: bool,
    ) -> Result<()> {
        let mut log = Arc::clone(&self.0.log).lock_owned().await;
        log.check()?;
        let text = {
            let mut ledger = self.ledger();
            let entries = entries(&mut ledger);
            let text = entry::lines(&entries)?;
            entries.into_iter().for_each(|entry| ledger.apply(entry));
            text
        };
        // A task of its own ends what it has begun: a caller that goes away in the middle
        // would leave half a line.
        let written = tokio::spawn(async move { log.append(text, durable).await });
        written
            .await
            .map_err(|_| Error::cancelled("the journal was not written: the runtime shuts down"))?
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What tells tenants apart: the address without its scheme.
fn tenant(client: &Client) -> &str {
    let url = client.base_url();
    url.split_once("://").map_or(url, |(_, rest)| rest)
}
