//! Applies filter, order and page to rows.

use super::Row;
use super::filter::Filter;
use super::page::Page;
use super::sort::Order;

/// The rows of a page, and how many rows there are in all.
#[derive(Debug)]
pub(crate) struct Selection<R> {
    pub(crate) rows: Vec<R>,
    pub(crate) total: usize,
}

/// Picks the page out of all rows. Without an order rows stay as they come.
pub(crate) fn select<R: Row>(
    rows: impl Iterator<Item = R>,
    filter: Option<&Filter<R::Field>>,
    order: Option<&Order<R::Field>>,
    page: Page,
) -> Selection<R> {
    let matching = rows.filter(|row| filter.is_none_or(|filter| filter.matches(row)));
    match order {
        Some(order) => ordered(matching.collect(), order, page),
        None => unordered(matching, page),
    }
}

/// Keeps only the page, so that an early page of a large collection is cheap.
fn unordered<R>(matching: impl Iterator<Item = R>, page: Page) -> Selection<R> {
    let mut rows = Vec::new();
    let mut total = 0;
    for row in matching {
        if total >= page.offset && rows.len() < page.limit {
            rows.push(row);
        }
        total += 1;
    }
    Selection { rows, total }
}

/// Sorts only the page: the rows before and after it are only partitioned off.
fn ordered<R: Row>(mut rows: Vec<R>, order: &Order<R::Field>, page: Page) -> Selection<R> {
    let total = rows.len();
    let start = page.offset.min(total);
    let end = page.offset.saturating_add(page.limit).min(total);
    if end < total {
        rows.select_nth_unstable_by(end, |left, right| order.compare(left, right));
        rows.truncate(end);
    }
    if start > 0 && start < end {
        rows.select_nth_unstable_by(start, |left, right| order.compare(left, right));
    }
    rows.drain(..start);
    rows.sort_unstable_by(|left, right| order.compare(left, right));
    Selection { rows, total }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::Id;
    use crate::query::Value;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Number(u8, u128);

    impl Row for Number {
        type Field = ();

        fn value(&self, (): ()) -> Value<'_> {
            const DIGITS: [&str; 4] = ["0", "1", "2", "3"];
            match DIGITS.get(usize::from(self.0)) {
                Some(digit) => Value::Text(digit),
                None => Value::Missing,
            }
        }

        fn tie_break(&self) -> Id {
            Id::new(self.1)
        }
    }

    proptest! {
        #[test]
        fn pages_put_together_are_the_sorted_whole(
            numbers in proptest::collection::vec(0_u8..5, 0..40),
            limit in 1_usize..9,
            descending in any::<bool>(),
        ) {
            let rows: Vec<_> = (0_u128..).zip(numbers).map(|(id, n)| Number(n, id)).collect();
            let sorters = if descending { "-n" } else { "n" };
            let order = Order::parse(sorters, &[("n", ())]).unwrap();
            let mut expected = rows.clone();
            expected.sort_by(|left, right| order.compare(left, right));

            let mut collected = Vec::new();
            for offset in (0..=rows.len()).step_by(limit) {
                let page = Page { limit, offset, count: false };
                let selection = select(rows.iter().copied(), None, Some(&order), page);
                prop_assert_eq!(selection.total, rows.len());
                collected.extend(selection.rows);
            }
            prop_assert_eq!(collected, expected);
        }
    }

    #[test]
    fn what_is_missing_comes_last_and_first_when_descending() {
        let rows = [Number(9, 1), Number(1, 2)];
        let page = Page {
            limit: 1,
            offset: 0,
            count: false,
        };
        for (sorters, first) in [("n", rows[1]), ("-n", rows[0])] {
            let order = Order::parse(sorters, &[("n", ())]).unwrap();
            let selection = select(rows.into_iter(), None, Some(&order), page);
            assert_eq!(selection.rows, [first]);
        }
    }

    #[test]
    fn a_sorter_that_is_not_listed_is_refused_with_the_list() {
        for sorters in ["m", "n,", "", "--n", "n m"] {
            let error = Order::parse(sorters, &[("n", ())]).unwrap_err();
            assert!(error.causes()[0].ends_with("are: n."), "{error:?}");
        }
    }
}
