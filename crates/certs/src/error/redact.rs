//! Removes a secret from a response that repeats it, as gateways in debug mode do.
//!
//! A response may quote a request as JSON, in a URL or in HTML. So each character of the secret is
//! recognised in every form that these allow.

use std::collections::BTreeSet;

/// No secret is shorter, and shorter texts would match by chance.
const SHORTEST: usize = 4;

/// The text without the secret in any of its forms.
pub(crate) fn redact(text: &str, secret: &str) -> String {
    if secret.chars().count() < SHORTEST {
        return text.to_owned();
    }
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = matching(rest, secret) {
            redacted.push_str("[redacted]");
            rest = &rest[length..];
        } else {
            redacted.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    redacted
}

/// The length of the secret at the beginning of the text, if it is there.
fn matching(text: &str, secret: &str) -> Option<usize> {
    // Some texts can be read in two ways: `%2541` is `%41`, or an `A` that was encoded twice.
    let mut ends = BTreeSet::from([0]);
    for character in secret.chars() {
        ends = ends
            .into_iter()
            .flat_map(|end| {
                let lengths = forms(&text[end..], character).into_iter();
                lengths.map(move |length| end + length)
            })
            .collect();
        if ends.is_empty() {
            return None;
        }
    }
    ends.last().copied()
}

/// The lengths of this character at the beginning of the text, in each form that it may have.
fn forms(text: &str, character: char) -> Vec<usize> {
    let mut lengths = in_url(text, character);
    lengths.extend(in_json(text, character));
    lengths.extend(in_utf16(text, character));
    lengths.extend(in_html(text, character));
    if text.starts_with(character) {
        lengths.push(character.len_utf8());
    }
    if character == ' ' && text.starts_with('+') {
        lengths.push(1);
    }
    lengths
}

/// As in JSON, perhaps in JSON within JSON: there each backslash is doubled.
fn in_json(text: &str, character: char) -> Vec<usize> {
    let unescaped = text.trim_start_matches('\\');
    let backslashes = text.len() - unescaped.len();
    let short = match character {
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\'' | '"' | '/' => character,
        '\\' => return (1..=backslashes).collect(),
        _ => return Vec::new(),
    };
    let is_it = backslashes > 0 && unescaped.starts_with(short);
    Vec::from_iter(is_it.then_some(backslashes + 1))
}

/// `\u0041`, and two of them for a character that does not fit into one.
fn in_utf16(text: &str, character: char) -> Option<usize> {
    let mut rest = text;
    for unit in character.encode_utf16(&mut [0; 2]) {
        let escape = rest.trim_start_matches('\\');
        let hex = escape.strip_prefix('u')?.get(..4)?;
        if escape.len() == rest.len() || u16::from_str_radix(hex, 16).ok()? != *unit {
            return None;
        }
        rest = &escape[5..];
    }
    Some(text.len() - rest.len())
}

/// `%41`, or `%2541` if it was encoded twice.
fn in_url(text: &str, character: char) -> Vec<usize> {
    let mut lengths = Vec::new();
    if character == '%' {
        let encoded = text.strip_prefix('%').unwrap_or_default();
        let again = encoded.len() - encoded.trim_start_matches("25").len();
        lengths.extend((2..=again).step_by(2).map(|length| 1 + length));
        return lengths;
    }
    let mut rest = text;
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        let hex = rest
            .strip_prefix('%')
            .map(|hex| hex.trim_start_matches("25"));
        let hex = hex.and_then(|hex| Some((hex, u8::from_str_radix(hex.get(..2)?, 16).ok()?)));
        match hex {
            Some((hex, value)) if value == byte => rest = &hex[2..],
            _ => return lengths,
        }
    }
    lengths.push(text.len() - rest.len());
    lengths
}

/// `&#65;`, `&#x41;` or by name, and with `&amp;` for `&` if it was escaped twice.
fn in_html(text: &str, character: char) -> Option<usize> {
    let entity = text.strip_prefix('&')?;
    let entity = match character {
        '&' => entity,
        _ => entity.strip_prefix("amp;").unwrap_or(entity),
    };
    let (name, rest) = entity.split_once(';')?;
    let is_it = match (character, name) {
        ('&', "amp") | ('<', "lt") | ('>', "gt") | ('"', "quot") | ('\'', "apos") => true,
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            number == u32::from(character)
        }
    };
    is_it.then_some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every form of a character that a service may write.
    fn written(character: char) -> Vec<String> {
        let mut units = [0; 2];
        let units = &*character.encode_utf16(&mut units);
        let json = |format: fn(u16) -> String| units.iter().map(|unit| format(*unit)).collect();
        let mut bytes = [0; 4];
        let bytes = character.encode_utf8(&mut bytes).as_bytes();
        let url = |format: fn(u8) -> String| bytes.iter().map(|byte| format(*byte)).collect();
        let quoted = serde_json::to_string(&character).unwrap();
        let quoted = quoted[1..quoted.len() - 1].to_owned();
        let mut written: Vec<String> = vec![
            character.to_string(),
            json(|unit| format!("\\u{unit:04x}")),
            json(|unit| format!("\\u{unit:04X}")),
            json(|unit| format!("\\\\u{unit:04x}")),
            url(|byte| format!("%{byte:02x}")),
            url(|byte| format!("%{byte:02X}")),
            url(|byte| format!("%25{byte:02X}")),
            format!("&#{};", u32::from(character)),
            format!("&#x{:x};", u32::from(character)),
            format!("&#X{:X};", u32::from(character)),
            quoted.replace('\\', "\\\\"),
            quoted,
        ];
        written.extend(match character {
            '/' => vec!["\\/".to_owned(), "\\\\/".to_owned()],
            ' ' => vec!["+".to_owned()],
            '&' => vec!["&amp;".to_owned()],
            '<' => vec!["&lt;".to_owned(), "&amp;lt;".to_owned()],
            '>' => vec!["&gt;".to_owned()],
            '"' => vec!["&quot;".to_owned()],
            '\'' => vec!["&apos;".to_owned(), "&#39;".to_owned()],
            _ => Vec::new(),
        });
        written
    }

    #[test]
    fn text_too_short_for_a_secret_is_kept() {
        assert_eq!(redact("the token", "t"), "the token");
        assert_eq!(redact("the token", "toke"), "the [redacted]n");
    }

    #[test]
    fn every_form_of_every_ascii_character_is_recognised() {
        for character in ('\u{1}'..='\u{7f}').chain(['é', '€', '😀']) {
            let secret = format!("hush{character}hush");
            for form in written(character) {
                let text = format!("<{form} hush{form}hush>");
                let redacted = redact(&text, &secret);
                assert_eq!(
                    redacted,
                    format!("<{form} [redacted]>"),
                    "{character:?} as {form}"
                );
            }
        }
    }

    /// The same texts in every run.
    #[test]
    fn a_mixture_of_forms_is_recognised() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..256 {
            let length = random.usize(4..=12);
            let secret: String = std::iter::repeat_with(|| random.char(..))
                .filter(|character| !character.is_control())
                .take(length)
                .collect();
            let mixed: String = secret
                .chars()
                .map(|character| random.choice(written(character)).unwrap())
                .collect();
            assert_eq!(
                redact(&mixed, &secret),
                "[redacted]",
                "{secret:?} as {mixed:?}"
            );
        }
    }

    #[test]
    fn text_without_the_secret_is_unchanged() {
        let mut random = fastrand::Rng::with_seed(2);
        for length in 0..256 {
            let text: String = std::iter::repeat_with(|| random.char('a'..='y'))
                .take(length)
                .collect();
            assert_eq!(redact(&text, "zzzz"), text);
        }
    }
}
