//! Parses the query string.

use crate::error::ApiError;

/// The parameters of a request, decoded. A space may have come as `%20` or as `+`.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn parse(raw: &str) -> Self {
        Self(
            form_urlencoded::parse(raw.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The first value of a parameter. Undeclared parameters are ignored.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, name: &str, default: u32, max: u32) -> Result<u32, ApiError> {
        let Some(text) = self.get(name) else {
            return Ok(default);
        };
        text.parse()
            .ok()
            .filter(|number| *number <= max)
            .ok_or_else(|| {
                ApiError::illegal(format!(
                    "The query parameter {name} must be a whole number from 0 to {max}, but it \
                     is \"{text}\"."
                ))
            })
    }

    /// `true` or `false`, in either case as some clients capitalise them.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.get(name) {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(ApiError::illegal(format!(
                "The query parameter {name} must be true or false, but it is \"{text}\"."
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_come_both_ways() {
        let params = Params::parse("filters=a%20eq+%22b%2Bc%22");
        assert_eq!(params.get("filters"), Some("a eq \"b+c\""));
    }

    #[test]
    fn numbers_are_bounded_and_named_in_the_refusal() {
        let params = Params::parse("limit=251&offset=-1&count=maybe&zero=0");
        assert_eq!(params.number("zero", 7, 250), Ok(0));
        assert_eq!(params.number("absent", 7, 250), Ok(7));
        for name in ["limit", "offset", "count"] {
            let error = params.number(name, 7, 250).unwrap_err();
            assert!(error.causes()[0].contains(name), "{error:?}");
        }
        assert!(params.flag("count").unwrap_err().causes()[0].contains("count"));
    }
}
