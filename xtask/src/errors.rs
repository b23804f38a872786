//! How an error is printed.

/// An error with its causes in one line. A cause that its consequence already quotes is not
/// repeated.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let message = cause.to_string();
        if text.ends_with(&message) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&message);
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn nothing_is_said_twice() {
        let error = anyhow!("not found")
            .context("a.yaml: not found")
            .context("no contract");
        assert_eq!(chain(&error), "no contract: a.yaml: not found");
    }
}
