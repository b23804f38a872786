//! What goes into one request of a reassignment.

use std::collections::HashMap;

use super::effect::Reassignment;
use super::named::ToReassign;
use crate::api::Api;
use crate::api::certifications::Review;
use crate::error::Result;
use crate::review::items_by_id;

/// What the items of one request of a reassignment have in common.
///
/// The service makes duplicate summaries for the new reviewer when what belongs together comes in
/// several requests, and when a request mixes identities and accesses.
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
    /// Reads whose items are, and about what, that were given by their id alone. One that is not in
    /// the certification stays unknown, and is for the service to refuse.
    pub(super) async fn look(&mut self, api: &Api) -> Result<()> {
        let is_unknown = |named: &ToReassign| named.is_item() && named.identity.is_none();
        let unknown = self.named.iter().filter(|named| is_unknown(named));
        let unknown: Vec<_> = unknown.map(|named| &*named.id).collect();
        let is_cut_by_it = self.keep_together != KeepTogether::Nothing;
        // One is together with itself.
        if unknown.is_empty() || self.named.len() == 1 || !is_cut_by_it {
            return Ok(());
        }
        let review = Review::new(api, &self.spec.certification);
        let items = match items_by_id(&review, &unknown).await {
            Ok(items) => items,
            // A token may be allowed to reassign without being allowed to read.
            Err(error) if error.is_forbidden() => return Ok(()),
            Err(error) => return Err(error),
        };
        for named in self.named.iter_mut().filter(|named| is_unknown(named)) {
            if let Some(item) = items.get(&named.id) {
                *named = ToReassign::from(item);
            }
        }
        Ok(())
    }
}

/// Cuts items into parts of at most `max`.
pub(super) fn cut(
    named: &[ToReassign],
    items: Vec<usize>,
    keep: KeepTogether,
    max: usize,
) -> Vec<Vec<usize>> {
    let identity = |item: usize| named[item].identity.clone();
    let access = |item: usize| named[item].access.clone();
    let groups = match keep {
        KeepTogether::Nothing => vec![items],
        KeepTogether::Identities => grouped(named, &items, identity),
        KeepTogether::Accesses => grouped(named, &items, access),
        KeepTogether::Fewest => {
            let by_identity = grouped(named, &items, identity);
            let by_access = grouped(named, &items, access);
            if requests(&by_access, max) < requests(&by_identity, max) {
                by_access
            } else {
                by_identity
            }
        }
    };
    let parts = groups.iter().flat_map(|group| group.chunks(max));
    parts.map(<[_]>::to_vec).collect()
}

fn requests(groups: &[Vec<usize>], max: usize) -> usize {
    groups.iter().map(|group| group.len().div_ceil(max)).sum()
}

/// Items by what they have in common, in the order of the first of each. A summary is together by
/// itself; what is not known is kept together as one.
fn grouped(
    named: &[ToReassign],
    items: &[usize],
    key: impl Fn(usize) -> Option<String>,
) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: HashMap<(bool, Option<String>), usize> = HashMap::new();
    for item in items {
        let ToReassign { id, .. } = &named[*item];
        let is_item = named[*item].is_item();
        let key = if is_item {
            key(*item)
        } else {
            Some(id.clone())
        };
        let place = *places.entry((is_item, key)).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(*item);
    }
    groups
}
