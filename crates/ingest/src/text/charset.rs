//! Which character set a text is in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// A name that is no character set's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{sent}\" is no character set; allowed: names of the WHATWG Encoding Standard, like utf-8 or gb18030")]
pub(crate) struct UnknownCharacterSetError {
    /// The name.
    pub(crate) sent: String,
}

/// The character set of a name.
pub(crate) fn declared(name: &str) -> Result<&'static Encoding, UnknownCharacterSetError> {
    let found = Encoding::for_label_no_replacement(name.as_bytes());
    found.ok_or_else(|| UnknownCharacterSetError { sent: name.to_owned() })
}

/// A character set, and how it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// It.
    pub(crate) charset: &'static Encoding,
    /// Whether nothing but the likeness of the text to others speaks for it.
    pub(crate) is_guess: bool,
}

/// The character set of a text that starts so: by its byte order mark; UTF-8 where it is that; else by the places of NUL
/// bytes, or by what is frequent in languages.
pub(crate) fn charset_of(head: &[u8]) -> Found {
    if let Some((charset, _)) = Encoding::for_bom(head) {
        return Found { charset, is_guess: false };
    }
    if let Some(charset) = utf_16(head) {
        return Found { charset, is_guess: true };
    }
    if is_utf_8(head) {
        return Found { charset: UTF_8, is_guess: false };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, false);
    let charset = detector.guess(None, Utf8Detection::Deny);
    // GB18030 has all of GBK, and more.
    Found { charset: if charset == GBK { GB18030 } else { charset }, is_guess: true }
}

/// Whether it is UTF-8, but for a character that the end cuts off; or was before somebody put text in another set into
/// it: then it has more characters of several bytes than mistakes, which no other set looks like.
fn is_utf_8(head: &[u8]) -> bool {
    let is_all = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
    let (mut characters, mut mistakes) = (0, 0);
    for chunk in head.utf8_chunks().take(if is_all { 0 } else { usize::MAX }) {
        characters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        mistakes += usize::from(!chunk.invalid().is_empty());
    }
    is_all || characters >= mistakes
}

/// In UTF-16, ASCII characters have NUL bytes before or behind them; nothing else has.
fn utf_16(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = head.len() / 8;
    match (even > many, odd > many) {
        (true, false) if odd == 0 => Some(UTF_16BE),
        (false, true) if even == 0 => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn found(text: &str, charset: &str) -> (&'static str, bool) {
        let bytes = match charset {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => declared(charset).unwrap().encode(text).0.into_owned(),
        };
        let found = charset_of(&bytes);
        (found.charset.name(), found.is_guess)
    }

    #[test]
    fn knows_utf_8_for_certain_and_guesses_the_others() {
        assert_eq!(found("region,2015\n", "utf-8"), ("UTF-8", false));
        assert_eq!(found("地区,2015年\n", "utf-8"), ("UTF-8", false));
        assert_eq!(found("\u{feff}region,2015\n", "utf-16le"), ("UTF-16LE", false));
        assert_eq!(found("region,period,value\n北京,2015,1", "utf-16le"), ("UTF-16LE", true));
        assert_eq!(found("region,period,value\n北京,2015,1", "utf-16be"), ("UTF-16BE", true));
        let table = "地区生产总值,北京市,天津市,内蒙古自治区,黑龙江省\n";
        assert_eq!(found(table, "gb18030"), ("gb18030", true));
        let names = "Región;Año;Población\nCataluña;2015;1\nAragón;2015;2\nCastilla y León;2015;3\n";
        assert_eq!(found(names, "windows-1252"), ("windows-1252", true));
    }

    #[test]
    fn a_character_cut_off_at_the_end_is_no_mistake() {
        assert!(is_utf_8(&"地区".as_bytes()[..5]) && !is_utf_8(b"a\xFFb"));
        assert!(is_utf_8("Zürich, München, M\u{FFFD}".as_bytes()) && is_utf_8(b"M\xC3\xBCnchen, M\xFCnchen"));
        assert!(declared("utf-7").is_err() && declared("replacement").is_err());
    }
}
