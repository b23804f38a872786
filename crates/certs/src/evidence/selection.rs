//! Selects certifications and items.

use std::collections::{BTreeSet, HashSet};

use super::draft::or_unknown;
use super::manifest::{Discrepancy, DiscrepancyKind, SelectionSummary};
use crate::api::Api;
use crate::api::campaigns::Detail;
use crate::api::certifications::ReviewerIdentity;
use crate::api::ids;
use crate::api::list::List;
use crate::api::page::PageStream;
use crate::error::{Error, ErrorKind, Result};
use crate::filter::endpoint::{Campaigns, Certifications, Items};
use crate::filter::{Filter, campaign, certification};
use crate::model::{Campaign, Certification, Id};

#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    pub(super) campaigns: Vec<Id>,
    pub(super) certifications: Option<Vec<Id>>,
    pub(super) reviewer: Option<ReviewerIdentity>,
    pub(super) filter: Option<Filter<Certifications>>,
    pub(super) items: Option<Filter<Items>>,
    /// A filter was set twice, so it is unclear which one is meant.
    pub(super) filtered_twice: bool,
}

impl Selection {
    /// The selection with each id once, or why it cannot be requested.
    pub(super) fn checked(mut self) -> Result<Self> {
        let refuse = |why: &str| Err(Error::refused(format!("evidence: {why}")));
        if self.filtered_twice {
            return refuse("two filters of the same kind are set: combine them with `and` or `or`");
        }
        let certifications = self.certifications.as_deref();
        for id in &self.campaigns {
            ids::required("id of a campaign of the evidence", id)?;
        }
        if certifications.is_some_and(<[_]>::is_empty) {
            return refuse("the list of certifications is empty: leave it out, or name one");
        }
        for id in certifications.into_iter().flatten() {
            ids::required("id of a certification of the evidence", id)?;
        }
        let filter = self.filter.as_ref().map_or(Ok(()), Filter::check);
        let items = self.items.as_ref().map_or(Ok(()), Filter::check);
        if let Err(error) = filter.and(items) {
            return Err(Error::refused(error.to_string()));
        }
        keep_first(&mut self.campaigns);
        if let Some(ids) = &mut self.certifications {
            keep_first(ids);
        }
        Ok(self)
    }

    /// The lists that make up the selection: more than one if there are many ids. A
    /// certification is in one of them only.
    fn lists(&self, api: &Api) -> Vec<List<Certifications>> {
        let campaigns = filters(&self.campaigns, |ids| {
            certification::campaign_id().is_in(ids)
        });
        let certifications = self.certifications.as_deref().unwrap_or_default();
        let certifications = filters(certifications, |ids| certification::id().is_in(ids));
        let mut lists = Vec::new();
        for certification in &certifications {
            for campaign in &campaigns {
                let mut list = List::<Certifications>::new(api.clone(), None)
                    .with_total()
                    .lenient()
                    .in_stable_order();
                if let Some(reviewer) = &self.reviewer {
                    list = list.reviewer(reviewer.clone());
                }
                let parts = [certification, campaign, &self.filter].into_iter();
                if let Some(filter) = parts.flatten().cloned().reduce(Filter::and) {
                    list = list.filter(filter);
                }
                lists.push(list);
            }
        }
        lists
    }

    /// Lists the certifications.
    pub(super) async fn list(&self, api: &Api) -> Result<Listing> {
        let mut listing = Listing::default();
        for list in self.lists(api) {
            listing.read(list.pages()).await?;
        }
        let campaigns = listing.certifications.iter();
        let campaigns = campaigns.filter_map(|certification| certification.campaign.as_ref());
        let found: HashSet<_> = campaigns.map(|campaign| campaign.id.clone()).collect();
        for id in &self.campaigns {
            if !found.contains(id) {
                let message = format!(
                    "no certification of campaign {id} is among those that the token's owner may \
                     see, or in the rest of the selection: check the id"
                );
                listing.add(DiscrepancyKind::CampaignNotFound, None, message);
            }
        }
        for id in self.certifications.iter().flatten() {
            if !listing.ids.contains(id) {
                let message = "is not among those that the token's owner may see, or not in the \
                               rest of the selection";
                let kind = DiscrepancyKind::CertificationNotFound;
                listing.add(kind, id.get(), message);
            }
        }
        Ok(listing)
    }

    pub(super) fn summary(&self) -> SelectionSummary {
        SelectionSummary {
            campaigns: texts(&self.campaigns),
            certifications: texts(self.certifications.as_deref().unwrap_or_default()),
            reviewer: self.reviewer.as_ref().map(|reviewer| match reviewer {
                ReviewerIdentity::Me => "me".to_owned(),
                ReviewerIdentity::Id(id) => id.to_string(),
            }),
            filter: self.filter.as_ref().map(ToString::to_string),
            items: self.items.as_ref().map(ToString::to_string),
        }
    }
}

fn texts(ids: &[Id]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// Keeps the first of each id.
fn keep_first(ids: &mut Vec<Id>) {
    let mut kept = HashSet::with_capacity(ids.len());
    ids.retain(|id| kept.insert(id.clone()));
}

/// Filters for the ids, each with as many as a URL holds. Without ids, no filter.
fn filters(
    ids: &[Id],
    filter: impl Fn(&[Id]) -> Filter<Certifications>,
) -> Vec<Option<Filter<Certifications>>> {
    if ids.is_empty() {
        return vec![None];
    }
    ids::parts(ids).map(|part| Some(filter(part))).collect()
}

/// The campaigns of these certifications. Reviewers may not read campaigns, and evidence is
/// complete without them.
pub(super) async fn campaigns(api: &Api, certifications: &[Certification]) -> Vec<Campaign> {
    let ids = certifications.iter().filter_map(Certification::campaign_id);
    let ids: BTreeSet<_> = ids.collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut campaigns = Vec::new();
    for ids in ids::parts(&ids) {
        let list = List::<Campaigns>::new(api.clone(), Detail::Full);
        let list = list.filter(campaign::id().is_in(ids.iter().copied()));
        match list.lenient().send().await {
            Ok(page) => campaigns.extend(page.items),
            Err(error) if error.kind() == ErrorKind::Forbidden => {
                tracing::debug!(%error, "the token's owner may not read campaigns");
                break;
            }
            Err(error) => tracing::warn!(%error, "campaigns cannot be read"),
        }
    }
    campaigns
}

/// The certifications of a selection, each once, and what is wrong with their lists.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) certifications: Vec<Certification>,
    pub(super) discrepancies: Vec<Discrepancy>,
    /// The ids of all records, including those that could not be read.
    ids: HashSet<Id>,
}

impl Listing {
    /// Reads a list to its end.
    async fn read(&mut self, mut pages: PageStream<Certification>) -> Result<()> {
        let (mut received, mut before, mut after) = (0, None, None);
        while let Some(page) = pages.try_next().await? {
            received += page.received as u64;
            before = before.or(page.total);
            after = page.total;
            for record in page.unreadable {
                let message = format!(
                    "certification number {} of its list cannot be read: {}",
                    record.place + 1,
                    record.reason
                );
                let kind = DiscrepancyKind::RecordNotReadable;
                self.add(kind, record.id.get(), message);
                self.ids.insert(record.id);
            }
            for certification in page.items {
                let id = &certification.id;
                if id.get().is_none() || self.ids.insert(id.clone()) {
                    self.certifications.push(certification);
                } else {
                    let message = "was listed twice; it is recorded once";
                    let kind = DiscrepancyKind::RecordRepeated;
                    self.add(kind, id.get(), message);
                }
            }
        }
        if before != Some(received) || after != Some(received) {
            let (before, after) = (or_unknown(before), or_unknown(after));
            let message = format!(
                "{received} certifications were received, but the service counts {before} before \
                 and {after} after"
            );
            self.add(DiscrepancyKind::CountDiffers, None, message);
        }
        Ok(())
    }

    fn add(&mut self, kind: DiscrepancyKind, id: Option<&str>, message: impl Into<String>) {
        self.discrepancies.push(Discrepancy::new(kind, id, message));
    }
}
