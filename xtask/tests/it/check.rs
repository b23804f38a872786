//! What is committed is what the generator makes.

use xtask::{Workspace, check};

use crate::release::House;

#[test]
fn generated_files_are_up_to_date() {
    if let Err(error) = check::run(&Workspace::here()) {
        panic!("{error:#}");
    }
}

#[test]
fn the_first_line_that_differs_is_named() {
    let house = House::new();
    house.release().unwrap();
    let check = || house.0.said(check::run(&house.workspace())).unwrap_err();
    let up_to_date = check();
    assert!(up_to_date.starts_with("to do"), "{up_to_date}");
    let path = "crates/certs-raw/src/v3.rs";
    let source = house.0.read(path);
    house
        .0
        .edit(path, "Do not edit by hand:\n", "Edit by hand:\n");
    insta::assert_snapshot!(check(), @"generated files are not what the contracts and overlays make: crates/certs-raw/src/v3.rs, from line 1. Run `cargo xtask generate` and commit what it writes");
    house.0.write(path, source.trim_end());
    let last = source.lines().count() + 1;
    assert!(
        check().contains(&format!("from line {last}.")),
        "{}",
        check()
    );
}
