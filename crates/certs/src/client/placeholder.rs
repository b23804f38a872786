//! Recognises placeholders that nobody has filled in.

/// Whether a text is a placeholder as a whole: `<secret>`, `{{ id }}`, `$CLIENT_ID`, `CHANGE_ME`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let marks = [("<", ">"), ("{", "}"), ("[", "]"), ("%", "%"), ("${", "}")];
    let is_marked = marks
        .iter()
        .any(|(open, close)| text.len() > 2 && text.starts_with(open) && text.ends_with(close));
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let is_variable = text
        .strip_prefix('$')
        .is_some_and(|name| !name.is_empty() && name.chars().all(is_name));
    is_marked || is_variable || asks_to_be_replaced(text)
}

/// Whether a part of an address, such as a label of a host, is a placeholder.
pub(crate) fn has_placeholder(address: &str) -> bool {
    let is_of_a_word = |character: char| character.is_alphanumeric() || "-_".contains(character);
    let mut words = address.split(|character| !is_of_a_word(character));
    address.contains(['{', '}', '<', '>', '$'])
        || address.contains("[tenant")
        || address.contains("%TENANT")
        || words.any(|word| word == "TENANT" || asks_to_be_replaced(word))
}

/// Whether a word asks to be replaced.
fn asks_to_be_replaced(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let plain = lower.replace(['-', '_', ' '], "");
    let asks = ["changeme", "changethis", "replaceme", "replacethis", "todo"];
    let is_yours = ["your", "insert"].iter().any(|whose| {
        let rest = lower.strip_prefix(whose).unwrap_or_default();
        let what = [
            "tenant",
            "id",
            "clientid",
            "secret",
            "clientsecret",
            "token",
            "accesstoken",
            "org",
        ];
        what.contains(&rest.replace(['-', '_', ' '], "").as_str())
    });
    asks.contains(&plain.as_str())
        || is_yours
        || (plain.len() > 2 && plain.bytes().all(|byte| byte == b'x'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_recognised_and_odd_values_are_not() {
        for text in [
            "CHANGE_ME",
            "changeme",
            "change-me",
            "<client-id>",
            "{secret}",
            "{{ secret }}",
            "[client id]",
            "${SAIL_CLIENT_ID}",
            "$SAIL_CLIENT_ID",
            "%CLIENT_ID%",
            "YOUR_CLIENT_ID",
            "your-secret",
            "xxxxxxxx",
            "TODO",
            "<>x>",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "2c9180867a0d2a9e017a0d2d6c8e0001",
            "id",
            "secret",
            "pa$$word${HOME}",
            "$",
            "a<b>",
            "xx",
            "{x",
            "mysql",
            "yours",
            "$ecret!",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
        for address in [
            "https://{tenant}.api.identitynow.com",
            "https://<tenant>.api.identitynow.com",
            "https://[tenant].api.identitynow.com",
            "https://$TENANT.api.identitynow.com",
            "https://%TENANT%.api.identitynow.com",
            "https://TENANT.api.identitynow.com",
            "https://your-tenant.api.identitynow.com",
            "https://yourtenant.api.identitynow.com",
            "https://CHANGE_ME.api.identitynow.com",
        ] {
            assert!(has_placeholder(address), "{address}");
        }
        for address in [
            "https://tenant.example",
            "http://[::1]:80",
            "https://todos.my-org.example",
        ] {
            assert!(!has_placeholder(address), "{address}");
        }
    }
}
