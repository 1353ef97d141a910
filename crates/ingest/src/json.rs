//! JSON, one value at a time, with every number rounded as it should be.
//!
//! The usual library rounds some numbers to a neighbour unless it is built otherwise, and holds a whole document as a tree
//! of many times its size. Statistics come in long lists of numbers that must be read to the last bit, so that this reads
//! them one by one.

use std::borrow::Cow;

use crate::report::Rule;

/// How deep lists and objects may lie within each other.
const DEEPEST: usize = 64;

/// Why a text is no JSON, or not what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// What it breaks: that it is JSON, or what the JSON has to say.
    pub(crate) rule: Rule,
    /// Line, from 1.
    pub(crate) line: u64,
    /// What was expected.
    pub(crate) expected: &'static str,
}

/// What kind of value comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

type Result<T> = std::result::Result<T, JsonError>;

/// Reads values from a text.
#[derive(Debug, Clone)]
pub(crate) struct Json<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Json<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The line that it is at, from 1.
    pub(crate) fn line(&self) -> u64 {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count() as u64
    }

    /// The error that something else was expected here.
    pub(crate) fn error(&self, expected: &'static str) -> JsonError {
        self.breaks(Rule::BadJson, expected)
    }

    /// The error that what stands here is JSON and breaks a rule.
    pub(crate) fn breaks(&self, rule: Rule, expected: &'static str) -> JsonError {
        JsonError { rule, line: self.line(), expected }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Takes a byte, if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let comes = self.byte() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    /// What comes next.
    pub(crate) fn kind(&mut self) -> Result<Kind> {
        self.skip_blanks();
        match self.byte() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'"') => Ok(Kind::Text),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            _ => Err(self.error("a value")),
        }
    }

    /// Whether nothing but blanks follows.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.skip_blanks();
        if self.at == self.text.len() { Ok(()) } else { Err(self.error("the end")) }
    }

    /// Reads an object: calls `each` with every key, which must read the value.
    pub(crate) fn object(&mut self, mut each: impl FnMut(&mut Self, Cow<'a, str>) -> Result<()>) -> Result<()> {
        self.nested(b'{', b'}', "an object", |json| {
            let key = json.text()?;
            if !json.take(b':') {
                return Err(json.error("a colon"));
            }
            each(json, key)
        })
    }

    /// Reads a list: calls `each` at every element, which it must read.
    pub(crate) fn list(&mut self, each: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.nested(b'[', b']', "a list", each)
    }

    fn nested(
        &mut self,
        open: u8,
        close: u8,
        what: &'static str,
        mut each: impl FnMut(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if !self.take(open) {
            return Err(self.error(what));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error("fewer levels"));
        }
        if !self.take(close) {
            loop {
                each(self)?;
                if self.take(close) {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.error("a comma or an end"));
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads a number: the nearest to what is written. Numbers beyond the range are infinite.
    pub(crate) fn number(&mut self) -> Result<f64> {
        let written = self.number_text()?;
        written.parse().map_err(|_| self.error("a number"))
    }

    /// Reads a number as it is written.
    pub(crate) fn number_text(&mut self) -> Result<&'a str> {
        self.skip_blanks();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = number_length(rest.as_bytes()).ok_or_else(|| self.error("a number"))?;
        self.at += length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// Reads null.
    pub(crate) fn null(&mut self) -> Result<()> {
        self.word("null")
    }

    fn word(&mut self, word: &'static str) -> Result<()> {
        self.skip_blanks();
        let comes = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += if comes { word.len() } else { 0 };
        if comes { Ok(()) } else { Err(self.error("a value")) }
    }

    /// Reads a text.
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>> {
        if !self.take(b'"') {
            return Err(self.error("a text"));
        }
        let mut made = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < b' ');
            let Some(length) = plain else { return Err(self.error("the end of a text")) };
            let (before, after) = rest.split_at(length);
            self.at += length;
            match after.as_bytes().first() {
                Some(b'"') => {
                    self.at += 1;
                    if made.is_empty() {
                        return Ok(Cow::Borrowed(before));
                    }
                    made.push_str(before);
                    return Ok(Cow::Owned(made));
                }
                Some(b'\\') => {
                    made.push_str(before);
                    self.at += 1;
                    made.push(self.escape()?);
                }
                _ => return Err(self.error("no control character in a text")),
            }
        }
    }

    /// The character of an escape, behind its backslash.
    fn escape(&mut self) -> Result<char> {
        let letter = self.byte().ok_or_else(|| self.error("an escape"))?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !(0xD800..0xDC00).contains(&first) {
                    return char::from_u32(first).ok_or_else(|| self.error("a character"));
                }
                let follows = self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u"));
                self.at += if follows { 2 } else { 0 };
                let second = if follows { self.unit()? } else { 0 };
                if !(0xDC00..0xE000).contains(&second) {
                    return Err(self.error("the second half of a character"));
                }
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return char::from_u32(code).ok_or_else(|| self.error("a character"));
            }
            _ => return Err(self.error("an escape")),
        })
    }

    fn unit(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..).and_then(|rest| rest.get(..4));
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.error("four hexadecimal digits"))?;
        self.at += 4;
        Ok(unit)
    }

    /// Reads a value of any kind and forgets it.
    pub(crate) fn skip(&mut self) -> Result<()> {
        match self.kind()? {
            Kind::Object => self.object(|json, _| json.skip()),
            Kind::List => self.list(Self::skip),
            Kind::Text => self.text().map(drop),
            Kind::Number => self.number_text().map(drop),
            Kind::Null => self.null(),
            Kind::Bool if self.byte() == Some(b't') => self.word("true"),
            Kind::Bool => self.word("false"),
        }
    }

    /// Reads a text, or a number as it is written; anything else is passed over.
    pub(crate) fn text_or_skip(&mut self) -> Result<Option<Cow<'a, str>>> {
        match self.kind()? {
            Kind::Text => self.text().map(Some),
            Kind::Number => self.number_text().map(|number| Some(Cow::Borrowed(number))),
            _ => self.skip().map(|()| None),
        }
    }
}

/// How many bytes of the text are a number by the grammar of RFC 8259.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    let mut at = usize::from(is(0, b"-"));
    at += match digits(at) {
        0 => return None,
        more if more > 1 && is(at, b"0") => return None,
        more => more,
    };
    if is(at, b".") {
        let decimals = digits(at + 1);
        at += if decimals == 0 { return None } else { 1 + decimals };
    }
    if is(at, b"eE") {
        let sign = usize::from(is(at + 1, b"+-"));
        let exponent = digits(at + 1 + sign);
        at += if exponent == 0 { return None } else { 1 + sign + exponent };
    }
    Some(at)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn skipped(text: &str) -> Result<()> {
        let mut json = Json::new(text);
        json.skip()?;
        json.end()
    }

    #[test]
    fn reads_objects_and_lists_in_order() {
        let mut json = Json::new(" { \"a\" : [1, -2.5e-3 , 0] , \"b\\u00e9\\ud83d\\ude00\" : null } ");
        let mut found = Vec::new();
        json.object(|json, key| {
            found.push(key.into_owned());
            if json.kind()? == Kind::Null {
                return json.null();
            }
            json.list(|json| {
                found.push(json.number()?.to_string());
                Ok(())
            })
        })
        .unwrap();
        assert_eq!(found, ["a", "1", "-0.0025", "0", "bé😀"]);
        assert_eq!(json.end(), Ok(()));
    }

    #[test]
    fn refuses_what_is_no_json_with_its_line() {
        for text in [
            "",
            "{",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "01",
            "1.",
            "-",
            "1e",
            "+1",
            "\"a",
            "\"\n\"",
            "\"\\x\"",
            "nul",
            "\"\\ud800\"",
            "\"\\u12g4\"",
            "1 2",
            "\"\\u00é\"",
            "tru",
            "'a'",
            "[1 2]",
        ] {
            assert!(skipped(text).is_err(), "{text}");
        }
        assert_eq!(skipped("[1,\n2,\n,]").unwrap_err().line, 3);
        assert!(skipped(&"[".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn agrees_with_the_usual_library_on_what_is_json(text in "[\\[\\]{}\",:0-9a-f\\\\nulte.+ -]{0,12}") {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // That one refuses numbers beyond the range, which are infinite here.
            let is_json = theirs.as_ref().map_or_else(|error| error.to_string().contains("out of range"), |_| true);
            prop_assert_eq!(skipped(&text).is_ok(), is_json);
        }

        #[test]
        fn reads_every_number_to_the_last_bit(value in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL) {
            prop_assert_eq!(Json::new(&format!("{value:?}")).number().unwrap().to_bits(), value.to_bits());
            prop_assert_eq!(Json::new(&value.to_string()).number().unwrap().to_bits(), value.to_bits());
        }

        #[test]
        fn reads_every_text(text in "\\PC{0,20}[\"\\\\\n\t\u{0}]{0,3}") {
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(Json::new(&written).text().unwrap().into_owned(), text);
        }
    }
}
