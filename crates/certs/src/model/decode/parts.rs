//! Splits JSON at its outermost commas.

/// The elements of a list or the members of an object; `None` if they cannot be separated or are
/// more than `max`.
///
/// Reads only strings, brackets and commas, so that an unreadable part does not hide the others.
pub(super) fn parts(json: &[u8], max: usize) -> Option<Vec<&[u8]>> {
    let [b'[' | b'{', inside @ .., b']' | b'}'] = json.trim_ascii() else {
        return None;
    };
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let mut bytes = inside.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => skip_string(&mut bytes)?,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                parts.push(inside[start..at].trim_ascii());
                start = at + 1;
            }
            _ => {}
        }
        if parts.len() >= max {
            return None;
        }
    }
    let last = inside[start..].trim_ascii();
    if !(parts.is_empty() && last.is_empty()) {
        parts.push(last);
    }
    (depth == 0).then_some(parts)
}

/// Skips the rest of the string that just began.
pub(super) fn skip_string<'a>(bytes: &mut impl Iterator<Item = (usize, &'a u8)>) -> Option<()> {
    loop {
        match bytes.next()?.1 {
            b'"' => return Some(()),
            b'\\' => {
                bytes.next()?;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(json: &str) -> Option<Vec<&str>> {
        let parts = parts(json.as_bytes(), 4)?;
        Some(
            parts
                .iter()
                .map(|part| str::from_utf8(part).unwrap())
                .collect(),
        )
    }

    #[test]
    fn commas_in_strings_and_further_inside_do_not_count() {
        assert_eq!(texts("[]"), Some(vec![]));
        assert_eq!(texts(" [ ] "), Some(vec![]));
        assert_eq!(texts("[1]"), Some(vec!["1"]));
        assert_eq!(
            texts(r#"[ {"a,": [1,2]} , "b\",]" ,[[],[]], null]"#),
            Some(vec![r#"{"a,": [1,2]}"#, r#""b\",]""#, "[[],[]]", "null"])
        );
        assert_eq!(
            texts(r#"{"a": {"b": 1, "c": 2}, "d\\": 3}"#),
            Some(vec![r#""a": {"b": 1, "c": 2}"#, r#""d\\": 3"#])
        );
    }

    #[test]
    fn what_is_inside_a_part_does_not_matter() {
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        let page = format!(r#"[{deep}, 1e400, "\ud800", nonsense]"#);
        assert_eq!(
            texts(&page),
            Some(vec![&*deep, "1e400", r#""\ud800""#, "nonsense"])
        );
        assert_eq!(
            parts(b"[\"\xff\",2]", 4),
            Some(vec![&b"\"\xff\""[..], b"2"])
        );
    }

    #[test]
    fn a_list_without_an_end_has_no_parts() {
        for json in [
            "",
            "[",
            "[1",
            "1]",
            "[\"]",
            "[\"a\\\"]",
            "[[1]",
            "[1]]",
            "[1] [2]",
            "[],[]",
        ] {
            assert_eq!(texts(json), None, "{json}");
        }
    }

    #[test]
    fn no_more_parts_than_requested() {
        assert_eq!(texts("[1,2,3,4]").map(|parts| parts.len()), Some(4));
        assert_eq!(texts("[1,2,3,4,5]"), None);
    }
}
