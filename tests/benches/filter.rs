//! The cost of writing a term of a filter, and of reading it.
//!
//! ```sh
//! cargo bench -p certs-tests --bench filter
//! ```
#![expect(
    clippy::disallowed_methods,
    reason = "what is measured takes real time"
)]

use std::hint::black_box;
use std::time::Instant;

use certs::filter::{Filter, endpoint, item};

type Items = Filter<endpoint::Items>;

/// Terms of every type that the list of items accepts: truth values, texts, lists.
fn terms(count: usize) -> Items {
    let one = |n: usize| -> Items {
        match n % 3 {
            0 => item::completed().eq(false),
            1 => item::access_name().eq("Payroll \"write\""),
            _ => item::id().is_in(["i-1", "i-2", "i-3"]),
        }
    };
    (1..count).map(one).fold(one(0), Items::and)
}

/// The least of several measurements, in nanoseconds: disturbances only add time.
fn nanoseconds(mut work: impl FnMut()) -> f64 {
    const TIMES: u32 = 2_000;
    let once = |()| {
        let began = Instant::now();
        (0..TIMES).for_each(|_| work());
        began.elapsed().as_nanos() as f64 / f64::from(TIMES)
    };
    std::iter::repeat_n((), 50)
        .map(once)
        .fold(f64::INFINITY, f64::min)
}

fn main() {
    println!(
        "{:>5} {:>18} {:>18}",
        "terms", "rendering, ns each", "reading, ns each"
    );
    for count in [1, 3, 30, 300] {
        let filter = terms(count);
        let text = filter.to_string();
        let rendering = nanoseconds(|| {
            black_box(black_box(&filter).to_string());
        });
        let reading = nanoseconds(|| {
            let read: Items = black_box(&text).parse().expect("a filter");
            black_box(read);
        });
        let each = |total: f64| total / count as f64;
        println!(
            "{count:>5} {:>18.0} {:>18.0}",
            each(rendering),
            each(reading)
        );
    }
}
