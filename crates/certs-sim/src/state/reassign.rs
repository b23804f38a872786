//! Reassignment: items change hands, and with them the certification they are in.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::State;
use super::counters::Counters;
use super::review::{Certification, Item, Reassignment, Reviewer};
use super::table::Ix;
use super::tenant::Person;
use crate::error::ApiError;
use crate::id::Id;
use crate::text::Text;
use crate::view::ReassignType;

/// A reassignment as a client sends it.
#[derive(Clone, Debug)]
pub(crate) struct ReassignRequest {
    pub(crate) references: Vec<Reference>,
    pub(crate) to: String,
    pub(crate) reason: String,
}

/// What shall be reassigned.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) kind: ReassignType,
    pub(crate) id: String,
}

impl State {
    /// Moves everything that the request names or, if one part is refused, nothing.
    /// Decisions go along: their new reviewer may change them until sign-off.
    pub(crate) fn reassign(
        &mut self,
        certification: Ix<Certification>,
        request: &ReassignRequest,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_unsigned(certification)?;
        let reviewer = self.new_reviewer(certification, &request.to)?;
        let moving = self.referenced(certification, &request.references)?;
        let own = moving
            .iter()
            .find(|item| self.items[**item].subject == Some(reviewer));
        if let Some(item) = own {
            return Err(ApiError::content(format!(
                "reassignTo: {} cannot review their own access (item {}).",
                request.to, self.items[*item].id
            )));
        }
        let destination = self.destination(certification, reviewer, &request.reason, now);
        // In the order in which they stood, so that a list stays comparable.
        let (leaving, staying): (Vec<_>, Vec<_>) = self.certifications[certification]
            .items
            .iter()
            .partition(|item| moving.contains(*item));
        for item in &leaving {
            self.items[*item].certification = destination;
        }
        self.certifications[certification].items = staying;
        self.certifications[destination].items.extend(leaving);
        for changed in [certification, destination] {
            self.certifications[changed].modified = now;
            self.recount(changed);
        }
        Ok(())
    }

    /// The identity that shall review from now on.
    pub(crate) fn new_reviewer(
        &self,
        certification: Ix<Certification>,
        to: &str,
    ) -> Result<Ix<Person>, ApiError> {
        let person = Id::parse(to)
            .and_then(|id| self.tenant.people.find(id))
            .filter(|person| !self.tenant.people[*person].is_machine())
            .ok_or_else(|| {
                ApiError::content(format!(
                    "reassignTo: there is no identity \"{to}\" that can review."
                ))
            })?;
        if self.certifications[certification].reviewer == Reviewer::Identity(person) {
            return Err(ApiError::content(format!(
                "reassignTo: {to} is already the reviewer of this certification."
            )));
        }
        Ok(person)
    }

    /// Everything that the references name, each item once.
    fn referenced(
        &self,
        certification: Ix<Certification>,
        references: &[Reference],
    ) -> Result<HashSet<Ix<Item>>, ApiError> {
        let mut found = HashSet::new();
        for (position, reference) in references.iter().enumerate() {
            let named = self.named(certification, reference);
            if named.is_empty() {
                return Err(ApiError::content(format!(
                    "reassign[{position}].id: the certification has no {} \"{}\".",
                    reference.kind, reference.id
                )));
            }
            found.extend(named);
        }
        Ok(found)
    }

    /// The items of the certification that one reference names; none if it names
    /// something else.
    fn named(&self, certification: Ix<Certification>, reference: &Reference) -> Vec<Ix<Item>> {
        let Some(id) = Id::parse(&reference.id) else {
            return Vec::new();
        };
        let row = &self.certifications[certification];
        let all = |is_named: &dyn Fn(&Item) -> bool| {
            let items = row.items.iter().copied();
            items.filter(|item| is_named(&self.items[*item])).collect()
        };
        match reference.kind {
            ReassignType::Item => self
                .items
                .find(id)
                .into_iter()
                .filter(|item| self.items[*item].certification == certification)
                .collect(),
            ReassignType::IdentitySummary => {
                let subject = row
                    .counters
                    .subjects
                    .iter()
                    .map(|(person, _)| *person)
                    .find(|person| self.identity_summary_id(certification, *person) == id);
                match subject {
                    Some(_) => all(&|item| item.subject == subject),
                    None => Vec::new(),
                }
            }
            ReassignType::TargetSummary => all(&|item| item.access.id(&self.tenant) == id),
        }
    }

    /// The certification that takes the items: one that `reviewer` already got from
    /// the same certification, as long as it is in the same phase, or a new one.
    fn destination(
        &mut self,
        from: Ix<Certification>,
        reviewer: Ix<Person>,
        reason: &str,
        now: Timestamp,
    ) -> Ix<Certification> {
        let comment: Arc<str> = Arc::from(reason);
        let source = &self.certifications[from];
        let existing = self.certifications.iter().find(|(_, row)| {
            row.reviewer == Reviewer::Identity(reviewer)
                && row.phase == source.phase
                && row
                    .reassignment
                    .as_ref()
                    .is_some_and(|reassignment| reassignment.from == from)
        });
        if let Some((existing, _)) = existing {
            self.certifications[existing].reassignment = Some(Reassignment { from, comment });
            return existing;
        }
        let person = &self.tenant.people[reviewer];
        let mut id = source.id.derive(person.id);
        while self.certifications.find(id).is_some() {
            id = id.derive(person.id);
        }
        let campaign = &self.campaigns[source.campaign];
        let certification = Certification {
            id,
            name: Text::new(format!(
                "{} - reassigned to {}",
                campaign.name.as_str(),
                person.name.as_str()
            )),
            campaign: source.campaign,
            reviewer: Reviewer::Identity(reviewer),
            phase: source.phase,
            created: now,
            modified: now,
            due: source.due,
            signed: None,
            reassignment: Some(Reassignment { from, comment }),
            error: None,
            items: Vec::new(),
            counters: Counters::default(),
        };
        self.certifications.push(certification)
    }
}
