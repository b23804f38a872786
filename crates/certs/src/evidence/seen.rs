//! Items that come twice.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

/// As many ids as are remembered: with 8 bytes each and the table around them, 9 MiB.
const MOST: usize = 900_000;

/// The items of one certification so far, each as a hash of its id. Two ids with one hash are
/// less likely than a wrong bit in memory.
///
/// Beyond [`MOST`] items it begins anew: records that move while a list is paged come again
/// a few pages later, not at its other end.
#[derive(Debug, Default)]
pub(super) struct Seen {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Seen {
    /// Whether it is the first of this id. Without an id nothing can be said.
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        if id.is_empty() {
            return true;
        }
        if self.hashes.len() == MOST {
            self.hashes.clear();
        }
        self.hashes.insert(self.hasher.hash_one(id))
    }

    pub(super) fn clear(&mut self) {
        self.hashes.clear();
    }
}
