//! Tables of rows, with lookup by position and by identifier.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use crate::id::Id;

/// A row with an identifier.
pub(crate) trait Entity {
    fn id(&self) -> Id;
}

/// The position of a row in its table: four bytes where a pointer or an identifier
/// would take eight or sixteen.
pub(crate) struct Ix<T>(u32, PhantomData<fn() -> T>);

impl<T> Ix<T> {
    fn new(position: usize) -> Self {
        let position = u32::try_from(position).expect("no table has four thousand million rows");
        Self(position, PhantomData)
    }

    fn position(self) -> usize {
        usize::try_from(self.0).expect("a position was made from a usize")
    }
}

impl<T> Clone for Ix<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ix<T> {}

impl<T> PartialEq for Ix<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Ix<T> {}

impl<T> std::hash::Hash for Ix<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Ix<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Rows in the order in which they were added. Rows are never removed.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    rows: Vec<T>,
    by_id: HashMap<Id, Ix<T>>,
}

impl<T: Entity> Table<T> {
    pub(crate) fn new() -> Self {
        Self {
            rows: Vec::new(),
            by_id: HashMap::new(),
        }
    }

    pub(crate) fn reserve(&mut self, rows: usize) {
        self.rows.reserve_exact(rows);
        self.by_id.reserve(rows);
    }

    pub(crate) fn push(&mut self, row: T) -> Ix<T> {
        let ix = Ix::new(self.rows.len());
        self.by_id.insert(row.id(), ix);
        self.rows.push(row);
        ix
    }

    pub(crate) fn find(&self, id: Id) -> Option<Ix<T>> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (Ix<T>, &T)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(position, row)| (Ix::new(position), row))
    }

    pub(crate) fn rows(&self) -> &[T] {
        &self.rows
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row at a position that wraps around, for drawing from the table.
    pub(crate) fn wrapping(&self, position: usize) -> Ix<T> {
        Ix::new(position % self.rows.len())
    }
}

impl<T> Index<Ix<T>> for Table<T> {
    type Output = T;

    fn index(&self, ix: Ix<T>) -> &T {
        &self.rows[ix.position()]
    }
}

impl<T> IndexMut<Ix<T>> for Table<T> {
    fn index_mut(&mut self, ix: Ix<T>) -> &mut T {
        &mut self.rows[ix.position()]
    }
}
