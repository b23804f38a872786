//! Groups the items of a reassignment into requests.

use std::collections::HashMap;

use super::effect::Reassignment;
use super::named::Named;
use crate::api::Api;
use crate::api::certifications::Review;
use crate::error::Result;
use crate::review::read_items;

/// What the items of one request of a reassignment have in common.
///
/// The service makes duplicate summaries for the new reviewer when the items of one identity, or of
/// one access, arrive in several requests, and when a request mixes identities and accesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepTogether {
    /// The identity, or the access, whichever takes fewer requests.
    #[default]
    Fewest,
    /// The identity: a request has items of one identity.
    Identities,
    /// The access: a request has items about one access.
    Accesses,
    /// Nothing: requests are as large as they may be. The new reviewer may see duplicates.
    Nothing,
}

impl Reassignment {
    /// Reads the identity and the access of items that were given only by their id. An item that is
    /// not in the certification stays unknown; the service will refuse it.
    pub(super) async fn read_items(&mut self, api: &Api) -> Result<()> {
        let is_unknown = |named: &Named| named.is_item() && named.identity.get().is_none();
        // A single item needs no grouping.
        if self.named.len() == 1 || self.keep_together == KeepTogether::Nothing {
            return Ok(());
        }
        let review = Review::new(api, &self.spec.certification);
        let unknown = self.named.iter_mut().filter(|named| is_unknown(named));
        read_items(
            &review,
            unknown.collect(),
            |it| &it.id,
            |named, item| {
                if let Some(item) = item {
                    *named = Named::from(item);
                }
            },
        )
        .await
    }
}

/// Cuts items into parts of at most `max`.
pub(super) fn cut(
    named: &[Named],
    items: Vec<usize>,
    keep: KeepTogether,
    max: usize,
) -> Vec<Vec<usize>> {
    let by = |key: Key| grouped(named, &items, key);
    let (identity, access): (Key, Key) = (|it| it.identity.get(), |it| it.access.get());
    let groups = match keep {
        KeepTogether::Nothing => vec![items],
        KeepTogether::Identities => by(identity),
        KeepTogether::Accesses => by(access),
        // Counts one grouping after the other, so that memory holds only one.
        KeepTogether::Fewest if requests(&by(access), max) < requests(&by(identity), max) => {
            by(access)
        }
        KeepTogether::Fewest => by(identity),
    };
    let parts = groups.iter().flat_map(|group| group.chunks(max));
    parts.map(<[_]>::to_vec).collect()
}

fn requests(groups: &[Vec<usize>], max: usize) -> usize {
    groups.iter().map(|group| group.len().div_ceil(max)).sum()
}

/// The property that items of a group share.
type Key = fn(&Named) -> Option<&str>;

/// Groups items by their key, in the order of each group's first item. A summary is a group of its
/// own; items without a known key are one group.
fn grouped(named: &[Named], items: &[usize], key: Key) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: HashMap<(bool, Option<&str>), usize> = HashMap::new();
    for item in items {
        let named = &named[*item];
        let is_item = named.is_item();
        let key = if is_item { key(named) } else { named.id.get() };
        let place = *places.entry((is_item, key)).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(*item);
    }
    groups
}
