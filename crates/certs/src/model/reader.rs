//! A reader of JSON for answers as they nearly always are.
//!
//! It knows which type it reads, looks at each byte once and makes nothing in between, which
//! costs half of what `serde_json` takes for the same (`BENCHMARKS.md`). It reads no text but
//! what `serde_json` reads, to the same end, and gives up on everything else: whoever asked
//! then asks `serde_json`, which knows what is wrong and where.

use std::borrow::Cow;

use super::field::{Date, Plain};
use super::record::Record;
use super::source::Source;

/// The reader gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unusual;

/// Reads a whole text, or gives up.
pub(crate) fn read<T: Plain>(text: &str) -> Result<T, Unusual> {
    let mut reader = Reader::new(text);
    let value = T::read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads a list, null elements included, or gives up.
pub(crate) fn read_list<T: Plain>(
    text: &str,
    mut element: impl FnMut(Option<T>),
) -> Result<(), Unusual> {
    let mut reader = Reader::new(text);
    reader.elements(|reader| {
        element(reader.value()?);
        Ok(())
    })?;
    reader.end()
}

/// Where in a text reading goes on.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Result<u8, Unusual> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Ok(*byte),
            _ => self.peek_further(),
        }
    }

    #[cold]
    fn peek_further(&mut self) -> Result<u8, Unusual> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(Unusual),
            }
        }
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Result<bool, Unusual> {
        let is_next = self.peek()? == byte;
        self.at += usize::from(is_next);
        Ok(is_next)
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Unusual> {
        match self.take(byte)? {
            true => Ok(()),
            false => Err(Unusual),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Unusual> {
        let rest = self.text.as_bytes().get(self.at..);
        let is_next = rest.is_some_and(|rest| rest.starts_with(word.as_bytes()));
        self.at += word.len();
        is_next.then_some(()).ok_or(Unusual)
    }

    fn end(&mut self) -> Result<(), Unusual> {
        match self.peek() {
            Ok(_) => Err(Unusual),
            Err(Unusual) => Ok(()),
        }
    }

    /// Whether a null comes next, which is passed over.
    #[inline]
    fn null(&mut self) -> Result<bool, Unusual> {
        let is_null = self.peek()? == b'n';
        if is_null {
            self.word("null")?;
        }
        Ok(is_null)
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Unusual> {
        let is_true = self.peek()? == b't';
        self.word(if is_true { "true" } else { "false" })?;
        Ok(is_true)
    }

    /// A whole number, as long as it surely fits.
    pub(super) fn integer(&mut self) -> Result<i64, Unusual> {
        const MAX_DIGITS: usize = 18;

        let is_negative = self.take(b'-')?;
        let first = self.at;
        let mut number = 0;
        while let Some(digit @ b'0'..=b'9') = self.text.as_bytes().get(self.at) {
            if self.at - first == MAX_DIGITS {
                return Err(Unusual);
            }
            number = number * 10 + i64::from(digit - b'0');
            self.at += 1;
        }
        let digits = self.text.as_bytes().get(first..self.at);
        match (digits, self.text.as_bytes().get(self.at)) {
            (_, Some(b'.' | b'e' | b'E')) | (None | Some([] | [b'0', _, ..]), _) => Err(Unusual),
            // JSON has a negative zero, and it is no whole number.
            (Some([b'0']), _) if is_negative => Err(Unusual),
            _ => Ok(if is_negative { -number } else { number }),
        }
    }

    /// The name of a field, which ends at the next quote: those of records have nothing
    /// escaped in them, and [`is_plain`] has to tell of the others.
    #[inline]
    fn name(&mut self) -> Result<&'a str, Unusual> {
        self.expect(b'"')?;
        let start = self.at;
        let end = find(self.text.as_bytes(), start, |bytes| equal(bytes, b'"'))?;
        self.at = end + 1;
        self.text.get(start..end).ok_or(Unusual)
    }

    /// A string, in place unless something in it is escaped.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Unusual> {
        self.expect(b'"')?;
        let start = self.at;
        let end = special(self.text.as_bytes(), start)?;
        if self.text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return self.text.get(start..end).map(Cow::Borrowed).ok_or(Unusual);
        }
        self.escaped(start, end)
    }

    /// A string with something else than letters in it.
    #[cold]
    fn escaped(&mut self, start: usize, mut end: usize) -> Result<Cow<'a, str>, Unusual> {
        loop {
            match self.text.as_bytes().get(end) {
                Some(b'"') => break,
                Some(b'\\') => end = special(self.text.as_bytes(), end + 2)?,
                _ => return Err(Unusual),
            }
        }
        self.at = end + 1;
        let quoted = self.text.get(start - 1..self.at).ok_or(Unusual)?;
        serde_json::from_str(quoted)
            .map(Cow::Owned)
            .map_err(|_| Unusual)
    }

    /// Anything, for fields that have no name.
    #[cold]
    pub(super) fn anything(&mut self) -> Result<serde_json::Value, Unusual> {
        let rest = self.text.get(self.at..).ok_or(Unusual)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        let value = values.next().and_then(Result::ok).ok_or(Unusual)?;
        self.at += values.byte_offset();
        Ok(value)
    }

    pub(super) fn record<T: Record>(&mut self) -> Result<T, Unusual> {
        if self.peek()? == b'"' {
            return T::from_text(&self.string()?).ok_or(Unusual);
        }
        self.expect(b'{')?;
        let mut record = T::default();
        if self.take(b'}')? {
            return Ok(record);
        }
        // The field that comes next if the answer keeps the order of declaration.
        let mut next = 0;
        loop {
            match self.place::<T>(next)? {
                Ok(place) => {
                    record.read(place, self)?;
                    next = place + 1;
                }
                Err(name) => {
                    self.peek()?;
                    let value = self.anything()?;
                    record.extra().insert(name.to_owned(), value);
                }
            }
            if !self.take(b',')? {
                self.expect(b'}')?;
                return Ok(record);
            }
        }
    }

    /// Reads a name and the colon after it: which field it is, or the name itself if it is
    /// none. To compare it with the one that is likely costs less than to find its end.
    #[inline]
    fn place<T: Record>(&mut self, likely: usize) -> Result<Result<usize, &'a str>, Unusual> {
        let rest = self.text.as_bytes().get(self.at..).ok_or(Unusual)?;
        if let Some(name) = T::NAMES.get(likely)
            && rest.starts_with(name.as_bytes())
        {
            self.at += name.len();
            return Ok(Ok(likely));
        }
        let name = self.name()?;
        self.expect(b':')?;
        match T::place(name) {
            Some(place) => Ok(Ok(place)),
            None if is_plain(name) => Ok(Err(name)),
            None => Err(Unusual),
        }
    }

    fn elements(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), Unusual>,
    ) -> Result<(), Unusual> {
        self.expect(b'[')?;
        if self.take(b']')? {
            return Ok(());
        }
        loop {
            element(self)?;
            if !self.take(b',')? {
                return self.expect(b']');
            }
        }
    }
}

impl Source for Reader<'_> {
    type Error = Unusual;

    #[inline]
    fn value<T: Plain>(&mut self) -> Result<Option<T>, Unusual> {
        match self.null()? {
            true => Ok(None),
            false => T::read(self).map(Some),
        }
    }

    fn list<T: Plain>(&mut self) -> Result<Option<Vec<T>>, Unusual> {
        if self.null()? {
            return Ok(None);
        }
        let mut list = Vec::new();
        self.elements(|reader| {
            list.extend(reader.value()?);
            Ok(())
        })?;
        Ok(Some(list))
    }

    fn date(&mut self) -> Result<Option<Date>, Unusual> {
        match self.null()? {
            true => Ok(None),
            false => Ok(Some(Date::new(&self.string()?))),
        }
    }
}

/// Whether a name means what it says.
fn is_plain(name: &str) -> bool {
    !name.bytes().any(|byte| matches!(byte, b'\\' | ..0x20))
}

/// Where the next quote, backslash or control character is.
#[inline]
fn special(text: &[u8], at: usize) -> Result<usize, Unusual> {
    find(text, at, |bytes| {
        below(0x20, bytes) | equal(bytes, b'"') | equal(bytes, b'\\')
    })
}

const EACH: u64 = u64::MAX / 255;

/// Sets the uppermost bit of each of eight bytes that is less than the limit.
///
/// A byte beyond one that is less may have it set wrongly: what counts is the lowest.
#[inline]
fn below(limit: u8, bytes: u64) -> u64 {
    bytes.wrapping_sub(EACH * u64::from(limit)) & !bytes & (EACH << 7)
}

/// Sets the uppermost bit of each of eight bytes that is this one.
#[inline]
fn equal(bytes: u64, byte: u8) -> u64 {
    below(1, bytes ^ (EACH * u64::from(byte)))
}

/// Where the first byte is that `mark` marks, which it does for eight at once.
#[inline]
fn find(text: &[u8], mut at: usize, mark: impl Fn(u64) -> u64) -> Result<usize, Unusual> {
    let (eights, rest) = text.get(at..).ok_or(Unusual)?.as_chunks();
    for eight in eights {
        let marked = mark(u64::from_le_bytes(*eight));
        if marked != 0 {
            return Ok(at + marked.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    // Filled up with what nothing looks for.
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    match mark(u64::from_le_bytes(last)) {
        0 => Err(Unusual),
        marked => Ok(at + marked.trailing_zeros() as usize / 8),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::model::{AccessReviewItem, Certification, DataAccessCategory, Permission, Task};

    /// Whatever the reader reads, `serde_json` reads the same. Tells whether it does.
    fn agrees<T: Plain + PartialEq + Debug>(text: &str) -> bool {
        let Ok(value) = read::<T>(text) else {
            return false;
        };
        match serde_json::from_str::<T>(text) {
            Ok(expected) => assert_eq!(value, expected, "{text}"),
            Err(error) => panic!("{error}: {text}"),
        }
        true
    }

    #[test]
    fn what_answers_are_made_of_is_read() {
        for text in [
            r#"{}"#,
            r#" { "id" : "c-1" , "completed" : true , "decisionsMade" : -7 } "#,
            "{\"id\":null,\"phase\":\"ACTIVE\",\t\"due\":\"soon\",\r\n\"signed\":\"2026-11-30\"}",
            r#"{"name":"\"quoted\" \\ \u00e9\ud83d\ude00 and more","errorMessage":"größer"}"#,
            r#"{"riskScore":[1.5e3,{"deep":null}],"campaign":{"id":"x"},"campaignRef":null}"#,
            r#"{"decisionsMade":0,"decisionsTotal":2147483647,"campaignOwner":null,"x":-0}"#,
        ] {
            assert!(agrees::<Certification>(text), "{text}");
        }
        assert!(agrees::<Task>(
            r#"{"errors":["text",null,{"text":"more"}]}"#
        ));
        assert!(agrees::<Permission>(r#"{"rights":[]}"#));
        assert!(agrees::<DataAccessCategory>(r#"{"matchCount":5000000000}"#));
    }

    #[test]
    fn what_is_no_such_answer_is_left_to_others() {
        for text in [
            "",
            " ",
            "null",
            "[]",
            "{",
            "{}}",
            "{} x",
            r#""text""#,
            r#"{"id"}"#,
            r#"{"id":}"#,
            r#"{"id":"x",}"#,
            r#"{"id" "x"}"#,
            r#"{"id":"x" "name":"y"}"#,
            r#"{id:"x"}"#,
            r#"{"id":7}"#,
            r#"{"id":nul}"#,
            r#"{"id":"x"#,
            r#"{"id":"\x"}"#,
            r#"{"id":"\ud800"}"#,
            "{\"id\":\"line\nbreak\"}",
            r#"{"completed":True}"#,
            r#"{"completed":"true"}"#,
            r#"{"decisionsMade":"7"}"#,
            r#"{"decisionsMade":07}"#,
            r#"{"decisionsMade":-}"#,
            r#"{"decisionsMade":-0}"#,
            r#"{"decisionsMade":1.5}"#,
            r#"{"decisionsMade":1e3}"#,
            r#"{"decisionsMade":2147483648}"#,
            r#"{"decisionsMade":99999999999999999999}"#,
            r#"{"due":7}"#,
            r#"{"extra":[1,]}"#,
        ] {
            assert_eq!(read::<Certification>(text), Err(Unusual), "{text}");
        }
        assert!(read::<Permission>(r#"{"rights":"all"}"#).is_err());
        assert!(read::<Permission>(r#"{"rights":["a",]}"#).is_err());
    }

    #[test]
    fn strings_end_where_they_end() {
        for before in ["", "a", "é", "配達"] {
            for length in 0..40 {
                let text = format!("{before}{}", "x".repeat(length));
                for text in [
                    text.clone(),
                    format!("{text}\\\\"),
                    format!("{text}\\n{text}"),
                ] {
                    assert!(agrees::<String>(&format!("\"{text}\"")), "{text}");
                    assert!(!agrees::<String>(&format!("\"{text}")), "{text}");
                    assert!(!agrees::<String>(&format!("\"{text}\u{1f}\"")), "{text}");
                }
            }
        }
    }

    /// An item in which something of everything stands.
    const ITEM: &str = r#"[{"accessSummary":{"access":{"type":"ENTITLEMENT","id":"e1","name":"a
\"b\""},"entitlement":{"id":"e1","privileged":true,"owner":null,"sourceName":"Büro",
"dataAccess":{"categories":[{"value":"iban","matchCount":-12}],"policies":null},"account":
{"created":"2020-01-02T03:04:05.006Z","modified":"never","activityInsights":{"usageDays":12}}},
"role":{"entitlements":[null,{"id":"e2"}]}},"id":"i1","completed":false,"decision":null,
"novelty":{"deep":[1,null,2.5,"\u00e9"]}},null]"#;

    fn agrees_on_a_page(page: &str) {
        let mut items: Vec<Option<AccessReviewItem>> = Vec::new();
        if read_list(page, |item| items.push(item)).is_ok() {
            let expected: Vec<Option<AccessReviewItem>> = serde_json::from_str(page).unwrap();
            assert_eq!(items, expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        /// One piece of a page replaced by something that could stand there, or could not.
        #[test]
        fn nothing_is_read_that_serde_json_reads_otherwise(
            at in 0..ITEM.len(),
            length in 0..12_usize,
            piece in select(vec![
                "", " ", "\"", "\\", "\\u00e9", "{", "}", "[", "]", ",", ":", "null", "true", "7",
                "-1", "0", "1.5", "é", "\n", "\u{1}", "\"id\":", "\"id\":\"x\",", "{}",
            ]),
        ) {
            let page = ITEM.replace("a\n", "a").replace('\n', " ");
            let floor = |mut at: usize| {
                at = at.min(page.len());
                while !page.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let (start, end) = (floor(at), floor(at + length));
            let changed = format!("{}{piece}{}", &page[..start], &page[end..]);
            agrees_on_a_page(&page);
            agrees_on_a_page(&changed);
        }
    }

    #[test]
    fn the_page_that_is_changed_at_random_is_read() {
        let page = ITEM.replace("a\n", "a").replace('\n', " ");
        let mut places = 0;
        read_list(&page, |_: Option<AccessReviewItem>| places += 1).unwrap();
        assert_eq!(places, 2);
    }
}
