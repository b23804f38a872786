//! Descriptions in JSON Schemas.

use schemars::Schema;
use serde_json::Value;

/// Makes descriptions fit for readers of a JSON Schema: they come from documentation
/// comments, whose examples and links mean something in Rust only. What is left is the first
/// paragraph, as plain text.
pub(crate) fn plain_descriptions(schema: &mut Schema) {
    if let Some(object) = schema.as_object_mut() {
        object.values_mut().for_each(inside);
        describe(object);
    }
}

fn inside(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(inside);
            describe(object);
        }
        Value::Array(list) => list.iter_mut().for_each(inside),
        _ => {}
    }
}

/// A property that is named `description` is an object and no text.
fn describe(object: &mut serde_json::Map<String, Value>) {
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = plain(text);
    }
}

/// The first paragraph of a documentation comment, as plain text.
pub(super) fn plain(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let mut plain = String::new();
    let mut rest = paragraph;
    while let Some(start) = rest.find('[') {
        let (before, link) = rest.split_at(start);
        plain.push_str(before);
        let Some(end) = link.find(']') else { break };
        plain.push_str(&link[1..end]);
        rest = &link[end + 1..];
        if rest.starts_with('(')
            && let Some(end) = rest.find(')')
        {
            rest = &rest[end + 1..];
        }
    }
    plain.push_str(rest.trim_start_matches('['));
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_first_paragraph_without_links() {
        assert_eq!(
            plain("The id of\nan [item](super::Item), see [`Other`].\n\n```\nlet x = 1;\n```"),
            "The id of an item, see `Other`."
        );
        assert_eq!(plain("No links."), "No links.");
    }
}
