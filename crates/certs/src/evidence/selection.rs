//! Which certifications and which of their items.

use std::collections::HashSet;

use super::ledger::Ledger;
use super::manifest::{DiscrepancyKind, SelectionSummary};
use crate::api::certifications::ReviewerIdentity;
use crate::api::ids;
use crate::api::list::List;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::filter::endpoint::{Certifications, Items};
use crate::filter::{Filter, certification};
use crate::model::Certification;

#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    pub(super) campaigns: Vec<String>,
    pub(super) certifications: Option<Vec<String>>,
    pub(super) reviewer: Option<ReviewerIdentity>,
    pub(super) filter: Option<Filter<Certifications>>,
    pub(super) items: Option<Filter<Items>>,
    /// Set twice, which of the two is meant?
    pub(super) filtered_twice: bool,
}

impl Selection {
    /// Whether it can be asked for at all.
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |why: &str| Err(Error::refused(format!("evidence: {why}")));
        if self.filtered_twice {
            return refuse("there are two filters of one sort: combine them with `and` or `or`");
        }
        if self.campaigns.iter().any(String::is_empty) {
            return refuse("the id of a campaign is empty");
        }
        match self.certifications.as_deref() {
            Some([]) => {
                return refuse("the list of certifications is empty: leave it away, or name one");
            }
            Some(ids) if ids.iter().any(String::is_empty) => {
                return refuse("the id of a certification is empty");
            }
            _ => {}
        }
        let checked = [
            self.filter.as_ref().map(Filter::check),
            self.items.as_ref().map(Filter::check),
        ];
        match checked
            .into_iter()
            .flatten()
            .find_map(std::result::Result::err)
        {
            Some(error) => Err(Error::refused(error.to_string())),
            None => Ok(()),
        }
    }

    /// The lists that make up the selection: more than one when many ids are asked for.
    fn lists(&self, client: &Client) -> Vec<List<Certifications>> {
        let mut rest = self.filter.clone();
        if !self.campaigns.is_empty() {
            rest = both(certification::campaign_id().is_in(&self.campaigns), rest);
        }
        let list = |filter: Option<Filter<Certifications>>| {
            let mut list = client
                .certifications()
                .with_total()
                .lenient()
                .in_stable_order();
            if let Some(reviewer) = &self.reviewer {
                list = list.reviewer(reviewer.clone());
            }
            match filter {
                Some(filter) => list.filter(filter),
                None => list,
            }
        };
        match &self.certifications {
            None => vec![list(rest)],
            Some(ids) => ids::parts(ids)
                .map(|ids| list(both(certification::id().is_in(ids), rest.clone())))
                .collect(),
        }
    }

    /// The certifications, each once, and a note in the ledger about what is wrong with the
    /// list.
    pub(super) async fn list(
        &self,
        client: &Client,
        ledger: &mut Ledger,
    ) -> Result<Vec<Certification>> {
        let mut certifications: Vec<Certification> = Vec::new();
        let mut seen = HashSet::new();
        for list in self.lists(client) {
            let mut pages = list.pages();
            let (mut came, mut before, mut after) = (0, None, None);
            while let Some(page) = pages.try_next().await? {
                came += page.received as u64;
                before = before.or(page.total);
                after = page.total;
                page.unreadable
                    .iter()
                    .for_each(|record| ledger.undecodable(record));
                seen.extend(page.unreadable.into_iter().filter_map(|record| record.id));
                for certification in page.items {
                    let id = &certification.id;
                    if id.is_empty() || seen.insert(id.clone()) {
                        certifications.push(certification);
                    } else {
                        let message = "came again while certifications were listed".to_owned();
                        ledger.note(DiscrepancyKind::RecordRepeated, Some(id), message);
                    }
                }
            }
            if before != Some(came) || after != Some(came) {
                let shown =
                    |count: Option<u64>| count.map_or("unknown".to_owned(), |n| n.to_string());
                let message = format!(
                    "{came} certifications came, and the service counts {} before and {} after",
                    shown(before),
                    shown(after)
                );
                ledger.note(DiscrepancyKind::CountDiffers, None, message);
            }
        }
        for id in self
            .certifications
            .iter()
            .flatten()
            .filter(|id| !seen.contains(*id))
        {
            let message = "is not among those that the token's owner may see, or not in the rest \
                           of the selection"
                .to_owned();
            ledger.note(DiscrepancyKind::CertificationNotFound, Some(id), message);
        }
        Ok(certifications)
    }

    pub(super) fn summary(&self) -> SelectionSummary {
        SelectionSummary {
            campaigns: self.campaigns.clone(),
            certifications: self.certifications.clone().unwrap_or_default(),
            reviewer: self.reviewer.as_ref().map(|reviewer| match reviewer {
                ReviewerIdentity::Me => "me".to_owned(),
                ReviewerIdentity::Id(id) => id.clone(),
            }),
            filter: self.filter.as_ref().map(ToString::to_string),
            items: self.items.as_ref().map(ToString::to_string),
        }
    }
}

fn both(
    filter: Filter<Certifications>,
    rest: Option<Filter<Certifications>>,
) -> Option<Filter<Certifications>> {
    Some(match rest {
        Some(rest) => filter.and(rest),
        None => filter,
    })
}
