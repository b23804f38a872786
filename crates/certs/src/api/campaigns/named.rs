//! Finds a campaign by its name.

use std::collections::BTreeSet;

use crate::api::list::{List, PagedEndpoint as _};
use crate::error::{Error, ErrorKind, Result};
use crate::filter::campaign;
use crate::filter::endpoint::Campaigns;
use crate::model::Campaign;

/// How many campaigns an error names.
const FEW: usize = 5;

impl List<Campaigns> {
    /// Finds the only campaign with this name. Case matters.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |client, _| {
    /// let campaign = client.campaigns().named("Quarterly Manager Review").await?;
    /// println!("{:?} until {:?}", campaign.status, campaign.deadline);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) if no campaign has this name; the error lists the names
    /// that share most words with it. Refused if several campaigns have it; the error lists their
    /// ids, with status and date, to [choose](crate::Client::campaign) from. A filter on the list
    /// narrows the choice.
    pub async fn named(self, name: impl AsRef<str>) -> Result<Campaign> {
        let name = name.as_ref();
        let operation = self.operation(Campaigns::OPERATION);
        self.find(name)
            .await
            .map_err(|error| error.during(operation))
    }

    async fn find(self, name: &str) -> Result<Campaign> {
        if name.trim().is_empty() {
            return Err(Error::refused(
                "the name is empty: give the name of a campaign",
            ));
        }
        let all = self.clone();
        let of_that_name = self.and_filter(campaign::name().eq(name)).in_stable_order();
        let mut found: Vec<Campaign> = of_that_name.stream().try_collect().await?;
        // The service ignores case.
        found.retain(|campaign| campaign.name.as_deref() == Some(name));
        match found.len() {
            0 => Err(not_found(name, all.stream().try_collect().await?)),
            1 => Ok(found.swap_remove(0)),
            several => {
                let why = format!(
                    "{several} campaigns are called `{name}`: {}. Take one of them by its id",
                    listed(&found, |campaign| campaign.id.to_string())
                );
                let ids = found.into_iter().map(|campaign| campaign.id);
                Err(Error::refused(why).about(ids.collect()))
            }
        }
    }
}

fn not_found(name: &str, all: Vec<Campaign>) -> Error {
    let wanted = words(name);
    let shared = |campaign: &Campaign| {
        let own = words(campaign.name.as_deref().unwrap_or_default());
        own.intersection(&wanted).count()
    };
    let mut near: Vec<_> = all
        .into_iter()
        .map(|campaign| (shared(&campaign), campaign))
        .filter(|(shared, _)| *shared > 0)
        .collect();
    near.sort_by(|(one, a), (other, b)| (other, &b.created).cmp(&(one, &a.created)));
    // Names that share at most half as many words as the nearest one are not worth suggesting.
    let most = near.first().map_or(0, |(shared, _)| *shared);
    near.retain(|(shared, _)| shared * 2 > most);
    let near: Vec<_> = near.into_iter().map(|(_, campaign)| campaign).collect();
    let why = if near.is_empty() {
        format!("no campaign is called `{name}`, or anything like it")
    } else {
        let quoted =
            |campaign: &Campaign| format!("`{}`", campaign.name.as_deref().unwrap_or_default());
        format!(
            "no campaign is called `{name}`. There is {}",
            listed(&near, quoted)
        )
    };
    Error::refused(why).with_kind(ErrorKind::NotFound)
}

/// The words of a name, in lower case.
fn words(name: &str) -> BTreeSet<String> {
    let words = name.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The first few, each with its status and date.
fn listed(campaigns: &[Campaign], called: impl Fn(&Campaign) -> String) -> String {
    let one = |campaign: &Campaign| {
        let status = campaign.status.as_ref().map(ToString::to_string);
        let created = campaign.created.map(|created| created.strftime("%F"));
        let created = created.map(|date| format!("created {date}"));
        let details: Vec<_> = [status, created].into_iter().flatten().collect();
        format!("{} ({})", called(campaign), details.join(", "))
    };
    let few: Vec<_> = campaigns.iter().take(FEW).map(one).collect();
    let few = few.join(", ");
    match campaigns.len().saturating_sub(FEW) {
        0 => few,
        more => format!("{few} and {more} more"),
    }
}
