//! What is to be sent of a reassignment, and what a journal knows of it.

use std::collections::HashSet;

use super::part::{Order, Way};
use crate::effects::journal::{Effect, Journal, KnownPart, PartStanding, Record};
use crate::error::Result;
use crate::model::ReassignReference;

/// A part that is to be dealt with.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    /// Where it is written down.
    pub(super) record: Record,
    pub(super) way: Way,
    pub(super) references: Vec<ReassignReference>,
    pub(super) standing: PartStanding,
}

impl Planned {
    fn new(way: Way, references: Vec<ReassignReference>) -> Self {
        Self {
            record: Record::default(),
            way,
            references,
            standing: PartStanding::New,
        }
    }

    /// One that stands in a journal.
    pub(super) fn known(journal: &Journal, part: KnownPart) -> Self {
        let KnownPart {
            id,
            way,
            references,
            standing,
        } = part;
        Self {
            record: Record::new(journal, id),
            way,
            references,
            standing,
        }
    }

    /// Whether it has to stand in the plan of this call: what is done, or taken on, is not
    /// sent.
    fn may_be_sent(&self) -> bool {
        matches!(self.standing, PartStanding::New | PartStanding::Sent)
    }
}

/// Cuts what shall be reassigned into parts and writes them into the journal, all before the
/// first is sent. What was sent before keeps the way it went, and so the place where to look
/// for it.
pub(super) async fn plan(
    order: &Order,
    way: Way,
    references: &[ReassignReference],
    journal: Option<&Journal>,
) -> Result<Vec<Planned>> {
    let Some(journal) = journal else {
        let parts = way.cut(references).into_iter();
        return Ok(parts.map(|part| Planned::new(way, part)).collect());
    };
    journal.check(&order.client)?;
    let known = journal.known_parts(&order.certification, &order.to, references);
    let in_known: HashSet<_> = known.iter().flat_map(|part| &part.references).collect();
    let new = references.iter().filter(|named| !in_known.contains(named));
    let new: Vec<_> = new.cloned().collect();
    let known = known.into_iter().map(|part| Planned::known(journal, part));
    let new = way.cut(&new).into_iter();
    let mut parts: Vec<_> = known
        .chain(new.map(|part| Planned::new(way, part)))
        .collect();

    let to_send = parts.iter().filter(|part| part.may_be_sent());
    let effects: Vec<_> = to_send.map(|part| effect(order, part)).collect();
    if !effects.is_empty() {
        let ids = journal.plan(&order.client, effects).await?;
        let to_send = parts.iter_mut().filter(|part| part.may_be_sent());
        for (part, id) in to_send.zip(ids) {
            part.record = Record::new(journal, id);
        }
    }
    Ok(parts)
}

fn effect(order: &Order, part: &Planned) -> Effect {
    Effect::Reassign {
        certification: order.certification.clone(),
        to: order.to.clone(),
        reason: order.reason.clone(),
        way: part.way,
        references: part.references.clone(),
    }
}
