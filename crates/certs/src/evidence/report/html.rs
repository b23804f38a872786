//! Values as HTML. Every text from outside goes through [`Text`].

use std::fmt;

use jiff::Timestamp;

/// Text as the content of an element or of a quoted attribute: nothing in it is markup.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `bdi` confines characters that change the writing direction to this text.
        f.write_str("<bdi>")?;
        for char in self.0.chars() {
            match char {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => write!(f, "{char}")?,
                '\r' => {}
                _ if char.is_control() => f.write_str("\u{fffd}")?,
                _ => write!(f, "{char}")?,
            }
        }
        f.write_str("</bdi>")
    }
}

/// The first of these that has text, or a dash.
pub(super) struct First<'a, const N: usize>(pub(super) [Option<&'a str>; N]);

impl<const N: usize> fmt::Display for First<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.iter().flatten().find(|text| !text.is_empty()) {
            Some(text) => Text(text).fmt(f),
            None => f.write_str("–"),
        }
    }
}

/// A time in UTC to the minute, or a dash.
pub(super) struct Time(pub(super) Option<Timestamp>);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(time) => write!(f, "<time>{}</time>", time.strftime("%Y-%m-%d %H:%M")),
            None => f.write_str("–"),
        }
    }
}

/// A number with a thin space between thousands.
pub(super) struct Number(pub(super) u64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str("\u{202f}")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// A part of a whole, in percent.
pub(super) struct Share(pub(super) u64, pub(super) u64);

impl Share {
    fn percent(&self) -> f64 {
        100.0 * self.0 as f64 / self.1 as f64
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1 == 0 {
            return f.write_str("–");
        }
        write!(f, "{:.1} %", self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        let text = "</td><script>alert('x')</script>\"&\u{0}\u{7f}\r\n\u{202e}";
        assert_eq!(
            Text(text).to_string(),
            "<bdi>&lt;/td&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\
             \u{fffd}\u{fffd}\n\u{202e}</bdi>"
        );
        assert_eq!(
            First([None, Some(""), Some("a")]).to_string(),
            "<bdi>a</bdi>"
        );
        assert_eq!(First([None]).to_string(), "–");
    }

    #[test]
    fn numbers_and_shares() {
        assert_eq!(Number(7).to_string(), "7");
        assert_eq!(Number(1_234_567).to_string(), "1\u{202f}234\u{202f}567");
        assert_eq!(Share(1, 8).to_string(), "12.5 %");
        assert_eq!(Share(0, 0).to_string(), "–");
    }
}
