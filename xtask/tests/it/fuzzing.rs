//! The checkouts that fuzzing kept.

use std::fs;
use std::path::Path;

use xtask::fuzzing::import;

#[test]
fn import_keeps_its_promises_for_every_checkout_that_was_kept() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus/import");
    let mut checkouts = 0;
    for checkout in fs::read_dir(&corpus).unwrap() {
        import(&fs::read(checkout.unwrap().path()).unwrap());
        checkouts += 1;
    }
    assert!(checkouts > 10);
    // They would prove nothing if none got far.
    assert_eq!(import(&fs::read(corpus.join("library")).unwrap()), 2);
}
