//! The loader's strictness, and the writer's agreement with it.

use proptest::prelude::*;
use serde_json::{Value, json};

use xtask::yaml::{MAX_BYTES, load, load_json, read as bytes_of, to_yaml};

fn read(text: &str) -> Value {
    load("test.yaml", text.as_bytes()).unwrap().0.to_json()
}

fn error(text: &[u8]) -> String {
    load("test.yaml", text).unwrap_err().to_string()
}

#[test]
fn scalars_follow_the_core_schema() {
    for (text, value) in [
        ("~", json!([null])),
        ("'~'", json!(["~"])),
        ("no", json!(["no"])),
        ("True", json!([true])),
        ("2018-10-19", json!(["2018-10-19"])),
        ("12:30", json!(["12:30"])),
        ("3.0.1", json!(["3.0.1"])),
        ("-7", json!([-7])),
        ("+7", json!([7])),
        ("0x1F", json!([31])),
        ("0o17", json!([15])),
        ("1.5e3", json!([1500.0])),
        ("18446744073709551615", json!([u64::MAX])),
        ("99999999999999999999", json!([1e20])),
        ("2-3", json!(["2-3"])),
        ("-", json!([[null]])),
        ("!!str 7", json!(["7"])),
    ] {
        assert_eq!(read(&format!("- {text}\n")), value, "{text}");
    }
}

#[test]
fn keys_are_text_and_keep_their_order() {
    let value = read("200: a\n'404': b\nno: c\nnull: d\n");
    let keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["200", "404", "no", "null"]);
}

#[test]
fn a_flow_collection_may_be_indented_less_than_its_block() {
    assert_eq!(
        read("a:\n  b: {\n\"c\": 1,\n   \"d\": [\n2\n]\n}\n  e: 3\n"),
        json!({ "a": { "b": { "c": 1, "d": [2] }, "e": 3 } })
    );
    // Lines keep their numbers.
    assert_eq!(
        error(b"a: {\n}\nb: 1\nb: 2\n"),
        "test.yaml:4: key `b` has another value on line 3; keep one of the two"
    );
}

#[test]
fn what_is_wrong_in_an_example_alone_does_not_matter() {
    let value = read(
        "type: object\nexample:\n  a: .nan\n  a: [1]\nexamples: [{b: 1, b: 2}]\n\
         properties:\n  example: {type: string}\n",
    );
    assert_eq!(value["properties"], json!({"example": {"type": "string"}}));
    // A property may be called that.
    assert!(error(b"properties:\n  example: {a: 1, a: 2}\n").contains("another value"));
}

#[test]
fn aliases_are_written_out() {
    assert_eq!(
        read("a: &x {b: 1}\nc: *x\n"),
        json!({ "a": { "b": 1 }, "c": { "b": 1 } })
    );
}

#[test]
fn a_key_repeated_with_its_value_is_remembered() {
    let text = b"a: {x: 1, y: 2}\nb: 0\na: {y: 2, x: 1}\n";
    let (root, warnings) = load("test.yaml", text).unwrap();
    assert_eq!(root.to_json(), json!({ "a": { "x": 1, "y": 2 }, "b": 0 }));
    assert_eq!(
        warnings,
        ["test.yaml:3: key `a` was already given on line 1, with the same value"]
    );
}

#[test]
fn what_two_readers_could_take_differently_is_refused() {
    let deep = "[".repeat(200) + &"]".repeat(200);
    let bomb = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        let last = level - 1;
        format!("{text}a{level}: &a{level} [*a{last}, *a{last}]\n")
    });
    let errors: Vec<_> = [
        ("empty", ""),
        ("comment", "# nothing\n"),
        ("null", "~\n"),
        ("tab", "a:\n\tb: 1\n"),
        ("tab after a dash's line", "a:\n  - b\n\t- c\n"),
        ("tab in a block scalar's indentation", "a: |\n\tb\n"),
        ("unclosed", "a: [1, 2\nb: 3\n"),
        ("bad indentation", "a:\n    b: 1\n  c: 2\n"),
        ("duplicate", "a: 1\nb: 2\na: 3\n"),
        ("duplicate beside a repetition", "a: 1\na: 2\na: 1\n"),
        ("duplicate by quotes", "200: a\n'200': b\n"),
        ("second document", "a: 1\n---\nb: 2\n"),
        ("merge key", "a: &x {b: 1}\nc:\n  <<: *x\n"),
        ("complex key", "? [a]\n: b\n"),
        ("complex key by alias", "a: &x [1]\n*x : 2\n"),
        ("tag", "a: !thing b\n"),
        ("unknown alias", "a: *x\n"),
        ("alias in itself", "a: &x [*x]\n"),
        ("not a number", "a: .nan\n"),
        ("infinity", "a: -.inf\n"),
        ("too deep", deep.as_str()),
        ("too large", bomb.as_str()),
    ]
    .iter()
    .map(|(name, text)| format!("{name}: {}", error(text.as_bytes())))
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
    insta::assert_snapshot!(error(b"a: b\nc: \xff\n"), @"test.yaml:2: not UTF-8; save the file as UTF-8");
}

#[test]
fn our_own_files_may_not_repeat_a_key_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.yaml");
    std::fs::write(&path, "a: 1\na: 1\n").unwrap();
    let error = load_json(&path).unwrap_err().to_string();
    assert!(
        error.ends_with("a.yaml:2: key `a` was already given on line 1, with the same value; keep one of the two"),
        "{error}"
    );
    std::fs::write(&path, "a: 1\n").unwrap();
    assert_eq!(load_json(&path).unwrap(), json!({ "a": 1 }));
    assert!(
        load_json(&dir.path().join("b.yaml"))
            .unwrap_err()
            .to_string()
            .contains("b.yaml")
    );
}

#[test]
fn one_spelling_for_each_value() {
    let value = json!({
        "$ref": "#/components/schemas/A",
        "/a/{id}": ["x", { "a": 1, "b": [] }, [], {}, [["deep"]], null],
        "200": "no",
        "words": ["y", "Null", "a: b", "a #b", "it's", " a", "a ", "", "2020-01-02", "1e3", "=", "<<"],
        "escaped": ["a\nb", "\u{7}\"\\", "\u{a0}\u{2028}é\u{1f600}"],
        "numbers": [1, -1, 0.5, 1e21, 1e-7],
    });
    let text = to_yaml(&value).unwrap();
    insta::assert_snapshot!(text);
    assert_eq!(read(&text), value);
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[ -~\\n\\t]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map("[ -~]{0,8}", inner, 0..5)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(value in values()) {
        // A document that is null, or a merge key, is refused on purpose.
        let text = to_yaml(&json!([value])).unwrap();
        prop_assume!(!text.contains("<<"));
        prop_assert_eq!(read(&text), json!([value]), "{}", text);
    }
}

#[test]
fn a_file_that_would_fill_the_memory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.yaml");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(MAX_BYTES).unwrap();
    assert_eq!(bytes_of(&path).unwrap().len() as u64, MAX_BYTES);
    file.set_len(MAX_BYTES + 1).unwrap();
    let error = load_json(&path).unwrap_err().to_string();
    assert!(error.contains("more than 16777216 bytes"), "{error}");
}
