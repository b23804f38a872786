//! Detects that a list has no end.

use std::hash::{BuildHasher as _, RandomState};

/// Remembers, in memory that does not grow, which records a list has brought.
///
/// It is a Bloom filter: a record that it does not know is certainly new, and one that it knows
/// most likely came before. It never takes a whole page for known by mistake; for pages of a single
/// record, see [`Repetition::suspects`].
#[derive(Debug)]
pub(super) struct Repetition {
    bits: Vec<u64>,
    hasher: RandomState,
    remembered: usize,
    /// How many pages in a row have brought nothing new, and how many records these had.
    idle_pages: u32,
    idle_records: usize,
}

/// 256 KiB; allocated with the second page, because most lists have only one.
const WORDS: usize = 1 << 15;

/// Bits for each record. At this density, less than one new record in a thousand is taken for
/// known.
const BITS: usize = 4;
const CAPACITY: usize = 100_000;

impl Default for Repetition {
    fn default() -> Self {
        Self {
            bits: Vec::new(),
            hasher: RandomState::new(),
            remembered: 0,
            idle_pages: 0,
            idle_records: 0,
        }
    }
}

impl Repetition {
    /// Remembers the records of a page, and says whether all of them were there before.
    pub(super) fn suspects(&mut self, keys: impl Iterator<Item = impl AsRef<str>>) -> bool {
        if self.bits.is_empty() || self.remembered >= CAPACITY {
            // Starts over. A list that repeats itself is still detected by the records from now on.
            self.bits = vec![0; WORDS];
            self.remembered = 0;
        }
        let mut count = 0;
        let mut any_new = false;
        for key in keys {
            any_new |= self.insert(key.as_ref());
            count += 1;
        }
        self.remembered += count;
        if any_new {
            (self.idle_pages, self.idle_records) = (0, 0);
            return false;
        }
        self.idle_pages += 1;
        self.idle_records += count;
        // One new record may be taken for known by mistake, but not ten in a row.
        count >= 10 || self.idle_pages >= 3
    }

    /// How many known records have come in a row.
    pub(super) fn idle_records(&self) -> usize {
        self.idle_records
    }

    /// Whether the key is new.
    fn insert(&mut self, key: &str) -> bool {
        let hash = self.hasher.hash_one(key);
        let mut is_new = false;
        for part in 0..BITS {
            // 21 bits say which of two million; the parts may overlap a little.
            let bit = (hash >> (part * 14)) as usize % (WORDS * 64);
            let (word, mask) = (bit / 64, 1 << (bit % 64));
            is_new |= self.bits[word] & mask == 0;
            self.bits[word] |= mask;
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(numbers: impl Iterator<Item = u32>) -> Vec<String> {
        numbers.map(|number| format!("id-{number}")).collect()
    }

    fn suspects(repetition: &mut Repetition, page: &[String]) -> bool {
        repetition.suspects(page.iter())
    }

    #[test]
    fn a_million_records_are_not_suspected() {
        for page_size in [1, 7, 250] {
            let mut repetition = Repetition::default();
            for start in (0..1_000_000 / page_size).map(|page| page * page_size) {
                let page = page(start..start + page_size);
                assert!(
                    !suspects(&mut repetition, &page),
                    "at {start} by {page_size}"
                );
            }
        }
    }

    #[test]
    fn pages_that_alternate_rotate_or_are_shuffled_are_suspected() {
        for (pages, page_size) in [(1, 250), (2, 250), (100, 250), (300, 250), (3, 1)] {
            let mut repetition = Repetition::default();
            let mut seen = 0;
            let suspected = (0..2 * CAPACITY as u32).any(|number| {
                seen = number;
                let start = (number % pages) * page_size;
                // Another order each time.
                let mut page = page(start..start + page_size);
                page.rotate_left((number % page_size) as usize);
                suspects(&mut repetition, &page)
            });
            assert!(
                suspected && seen <= 2 * pages.max(400) + 3,
                "{pages}: {seen}"
            );
        }
    }
}
