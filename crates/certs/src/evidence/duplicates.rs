//! Detects items that are listed twice.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use crate::model::Id;

/// How many ids are remembered: with 8 bytes each and the table around them, 9 MiB.
const MAX_REMEMBERED: usize = 900_000;

/// The ids of one certification's items so far, each as its hash. Two ids with the same hash are
/// less likely than a flipped bit in memory.
///
/// Beyond [`MAX_REMEMBERED`] items it starts over: records that move while a list is paged are
/// repeated a few pages later.
#[derive(Debug, Default)]
pub(super) struct Duplicates {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Duplicates {
    /// Whether it is the first item with this id. One without an id counts as new.
    pub(super) fn is_new(&mut self, id: &Id) -> bool {
        let Some(id) = id.get() else {
            return true;
        };
        if self.hashes.len() == MAX_REMEMBERED {
            self.hashes.clear();
        }
        self.hashes.insert(self.hasher.hash_one(id))
    }

    pub(super) fn clear(&mut self) {
        self.hashes.clear();
    }
}
