//! Selects the certifications that a verb works on.

use certs::filter::{Filter, certification, endpoint::Certifications};
use certs::model::{Certification, Phase, Reviewer};
use certs::{Client, ReviewerIdentity};
use clap::Args;

use crate::interrupt;
use crate::names::{self, Named};
use crate::status::Result;

/// Certifications as the command line selects them.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Scope {
    /// Certifications, by id or by exact name
    #[arg(value_name = "CERT")]
    pub(crate) certifications: Vec<String>,

    #[command(flatten)]
    pub(crate) narrow: Narrow,
}

/// Options that narrow the certifications that the token's owner may see.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Narrow {
    /// Only those of this campaign, by id or by exact name
    #[arg(long, value_name = "NAME")]
    pub(crate) campaign: Option<String>,

    /// Only those of this reviewer: `me`, an id, an email address or an exact name
    #[arg(long, value_name = "WHO")]
    pub(crate) reviewer: Option<String>,
}

impl Scope {
    /// Whether anything is selected at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.certifications.is_empty()
            && self.narrow.campaign.is_none()
            && self.narrow.reviewer.is_none()
    }

    /// The selected certifications that are not signed off and can be worked on.
    pub(crate) async fn workable(&self, client: &Client) -> Result<Vec<Certification>> {
        let mut rows = self.list(client).await?;
        rows.retain(Certification::is_workable);
        Ok(rows)
    }

    /// The selected certifications.
    pub(crate) async fn list(&self, client: &Client) -> Result<Vec<Certification>> {
        let rows = if self.certifications.iter().all(|text| names::is_id(text))
            && !self.certifications.is_empty()
        {
            let ids = certification::id().is_in(&self.certifications);
            self.narrow.list(client, Some(ids)).await?
        } else {
            self.narrow.list(client, None).await?
        };
        if self.certifications.is_empty() {
            return Ok(rows);
        }
        let mut selected: Vec<Certification> = Vec::new();
        for wanted in &self.certifications {
            let named = rows.iter().filter_map(|row| {
                Some(Named {
                    name: row.name.as_deref().unwrap_or_default(),
                    id: row.id.get()?,
                })
            });
            let id = names::find("certification", wanted, named.collect())?;
            let row = rows.iter().filter(|row| row.id == id);
            selected.extend(row.cloned());
        }
        Ok(selected)
    }
}

impl Narrow {
    /// Lists the certifications that the options select. `filter` has the conditions that need no
    /// names.
    pub(crate) async fn list(
        &self,
        client: &Client,
        filter: Option<Filter<Certifications>>,
    ) -> Result<Vec<Certification>> {
        let mut list = client.certifications().in_stable_order().fetch_ahead(4);
        let mut by_name = None;
        match self.reviewer.as_deref() {
            Some("me") => list = list.reviewer(ReviewerIdentity::Me),
            Some(id) if names::is_id(id) => list = list.reviewer(id),
            name => by_name = name,
        }
        // Names are searched among all certifications, so that a mistake in one can be reported.
        if let Some(filter) = filter
            && self.campaign.is_none()
            && by_name.is_none()
        {
            list = list.filter(filter);
        }
        let mut rows: Vec<_> = interrupt::reading(list.stream().try_collect()).await?;
        if let Some(name) = &self.campaign {
            let id = names::find("campaign", name, campaigns(&rows))?;
            rows.retain(|row| row.campaign_id() == Some(&id));
        }
        if let Some(name) = by_name {
            let id = names::find("reviewer", name, reviewers(&rows))?;
            rows.retain(|row| row.reviewer.as_ref().is_some_and(|it| it.id == id));
        }
        Ok(rows)
    }
}

/// The certifications that are open for decisions.
pub(crate) fn active() -> Filter<Certifications> {
    certification::phase().eq(Phase::Active)
}

/// The campaigns of certifications.
pub(crate) fn campaigns(rows: &[Certification]) -> Vec<Named<'_>> {
    let campaigns = rows.iter().filter_map(|row| {
        Some(Named {
            id: row.campaign_id()?,
            name: row.campaign_name().unwrap_or_default(),
        })
    });
    campaigns.collect()
}

/// Their reviewers, by name and by email address.
pub(crate) fn reviewers(rows: &[Certification]) -> Vec<Named<'_>> {
    let mut all = Vec::new();
    for Reviewer {
        id, name, email, ..
    } in rows.iter().filter_map(|row| row.reviewer.as_ref())
    {
        let names = [name, email].into_iter().flatten();
        all.extend(names.filter_map(|name| {
            Some(Named {
                name,
                id: id.get()?,
            })
        }));
    }
    all
}
