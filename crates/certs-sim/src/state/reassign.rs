//! Reassignment: items move to another reviewer, and so to another certification.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::counters::Counters;
use super::review::{Certification, Item, Reassignment, Reviewer};
use super::table::Ix;
use super::tenant::Person;
use super::{Extent, State};
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

/// A reassignment of whole certifications.
#[derive(Clone, Debug)]
pub(crate) struct CertificationsRequest {
    pub(crate) certifications: Vec<Ix<Certification>>,
    pub(crate) to: String,
    pub(crate) reason: String,
}

/// The things to reassign.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) kind: ReassignType,
    pub(crate) id: String,
}

impl State {
    /// Moves everything that the request names or, if an entry is refused, nothing or a part of it.
    /// Decisions move with their items: the new reviewer may change them until sign-off.
    pub(crate) fn reassign(
        &mut self,
        certification: Ix<Certification>,
        request: &ReassignRequest,
        extent: Extent,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.require_unsigned(certification)?;
        let reviewer = self.new_reviewer(certification, &request.to)?;
        let mut named = Vec::with_capacity(request.references.len());
        let mut refusal = None;
        for (position, reference) in request.references.iter().enumerate() {
            match self.accept_reference(certification, reviewer, position, reference) {
                Ok(items) => named.push(items),
                Err(reason) => {
                    refusal = Some(ApiError::content(reason));
                    break;
                }
            }
        }
        let (named, outcome) = extent.of(named, refusal)?;
        if named.is_empty() {
            return outcome;
        }
        let moving: HashSet<_> = named.into_iter().flatten().collect();
        let destination = self.destination(certification, reviewer, &request.reason, now);
        // In the order that they were in, so that a list stays comparable.
        let (leaving, staying): (Vec<_>, Vec<_>) = self.certifications[certification]
            .items
            .iter()
            .partition(|item| moving.contains(*item));
        self.mark_duplicates(destination, &leaving);
        for item in &leaving {
            self.items[*item].certification = destination;
        }
        self.certifications[certification].items = staying;
        self.certifications[destination].items.extend(leaving);
        for changed in [certification, destination] {
            self.certifications[changed].modified = now;
            self.recount(changed);
        }
        outcome
    }

    /// Makes duplicate review summaries as the service does: unless all the items belong to one
    /// identity, or to one access, and no other item of it has arrived before.
    fn mark_duplicates(&mut self, destination: Ix<Certification>, arriving: &[Ix<Item>]) {
        let there = &self.certifications[destination].items;
        let of_one = |key: &dyn Fn(&Item) -> Option<Id>| {
            let keys: HashSet<_> = arriving
                .iter()
                .map(|item| key(&self.items[*item]))
                .collect();
            let is_one = keys.len() == 1;
            let is_new = there
                .iter()
                .all(|item| !keys.contains(&key(&self.items[*item])));
            (is_one, is_new)
        };
        let (one_person, new_person) =
            of_one(&|item| item.subject.map(|person| self.tenant.people[person].id));
        let (one_access, new_access) = of_one(&|item| Some(item.access.id(&self.tenant)));
        let nobody = arriving
            .iter()
            .all(|item| self.items[*item].subject.is_none());
        let is_duplicate = !(nobody || one_person && new_person || one_access && new_access);
        let last = there.iter().map(|item| self.items[*item].duplicate).max();
        let mut next = last.unwrap_or_default() + 1;
        for item in arriving {
            self.items[*item].duplicate = if is_duplicate { next } else { 0 };
            // A request that mixes identities and accesses makes a summary for each item.
            next += u32::from(!one_person && !one_access);
        }
    }

    /// The identity of the new reviewer.
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

    /// Gives whole certifications of a campaign to another reviewer, or none of them. They keep
    /// their ids and all decisions.
    pub(crate) fn reassign_certifications(
        &mut self,
        request: &CertificationsRequest,
        now: Timestamp,
    ) -> Result<Ix<Person>, ApiError> {
        let CertificationsRequest {
            certifications,
            to,
            reason,
        } = request;
        let mut new = None;
        for certification in certifications {
            self.require_unsigned(*certification)?;
            let reviewer = self.new_reviewer(*certification, to)?;
            let row = &self.certifications[*certification];
            let is_own = |item: &&Ix<Item>| self.items[**item].subject == Some(reviewer);
            if row.items.iter().any(|item| is_own(&item)) {
                return Err(ApiError::content(format!(
                    "reassignTo: {to} cannot review their own access (certification {}).",
                    row.id
                )));
            }
            new = Some(reviewer);
        }
        let Some(new) = new else {
            return Err(ApiError::missing("certificationIds is empty."));
        };
        let comment: Arc<str> = Arc::from(reason.as_str());
        for certification in certifications {
            let row = &mut self.certifications[*certification];
            row.reassignment = Some(Reassignment {
                from: *certification,
                reviewer: row.reviewer,
                comment: Arc::clone(&comment),
            });
            row.reviewer = Reviewer::Identity(new);
            row.modified = now;
        }
        Ok(new)
    }

    /// The items that a reference names, or why they cannot go to this reviewer.
    fn accept_reference(
        &self,
        certification: Ix<Certification>,
        reviewer: Ix<Person>,
        position: usize,
        reference: &Reference,
    ) -> Result<Vec<Ix<Item>>, String> {
        let items = self.named(certification, reference);
        if items.is_empty() {
            return Err(format!(
                "reassign[{position}].id: the certification has no {} \"{}\".",
                reference.kind, reference.id
            ));
        }
        let is_own = |item: &&Ix<Item>| self.items[**item].subject == Some(reviewer);
        match items.iter().find(is_own) {
            Some(item) => Err(format!(
                "reassignTo: {} cannot review their own access (item {}).",
                self.tenant.people[reviewer].id, self.items[*item].id
            )),
            None => Ok(items),
        }
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
                let mut summaries = row.counters.summaries.iter().map(|(summary, _)| *summary);
                let summary = summaries
                    .find(|summary| self.identity_summary_id(certification, *summary) == id);
                match summary {
                    Some(_) => all(&|item| item.summary() == summary),
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
        let reassignment = Reassignment {
            from,
            reviewer: source.reviewer,
            comment,
        };
        if let Some((existing, _)) = existing {
            self.certifications[existing].reassignment = Some(reassignment);
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
            reassignment: Some(reassignment),
            error: None,
            items: Vec::new(),
            counters: Counters::default(),
            extra: None,
        };
        self.certifications.push(certification)
    }
}
