//! The records of a page.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

use crate::model::field::Plain;
use crate::model::reader::{self, Unusual};

/// What a page brought. A null among the records is no record, but the page is as full as if
/// it were one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Records<T> {
    pub(crate) items: Vec<T>,
    /// How many places of the page were taken.
    pub(crate) received: usize,
    /// Which of them were null.
    pub(crate) nulls: Vec<usize>,
}

impl<T> Records<T> {
    /// Adds what stands in the next place of the page.
    pub(super) fn push(&mut self, record: Option<T>) {
        match record {
            Some(record) => self.items.push(record),
            None => self.nulls.push(self.received),
        }
        self.received += 1;
    }
}

impl<T> Default for Records<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            received: 0,
            nulls: Vec::new(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Records<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RecordsVisitor(PhantomData))
    }
}

struct RecordsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RecordsVisitor<T> {
    type Value = Records<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut page: A) -> Result<Records<T>, A::Error> {
        let mut records = Records::default();
        while let Some(record) = page.next_element()? {
            records.push(record);
        }
        Ok(records)
    }
}

/// Reads a page, or gives up.
pub(super) fn read<T: Plain>(page: &str) -> Result<Records<T>, Unusual> {
    let mut records = Records::default();
    reader::read_list(page, |record| records.push(record))?;
    Ok(records)
}
