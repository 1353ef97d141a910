//! Flags of Eurostat as statuses of SDMX.

use growthpole_domain::ObservationStatus;

/// Flags that say something about a value, the one that counts first where there are several: whether it is a forecast,
/// an estimate or imputed, then what it can be compared with, then how far it can be relied upon.
///
/// `c` (confidential) and `z` (not applicable) say why there is no value; with a value they leave it a normal one, as
/// `r` (revised) does. The flag itself is always kept.
const OF_VALUES: [(char, u8); 9] = [
    ('f', b'F'),
    ('e', b'E'),
    ('s', b'E'),
    ('i', b'I'),
    ('b', b'B'),
    ('d', b'D'),
    ('u', b'U'),
    ('n', b'N'),
    ('p', b'P'),
];

/// All flags that are known. `m` stands for a missing value in newer files.
const KNOWN: &str = "bcdefimnprsuz";

/// What a cell's flag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flagged {
    /// The status.
    pub(crate) status: ObservationStatus,
    /// Whether every letter of it is known.
    pub(crate) is_known: bool,
}

/// The status of a cell with a flag: letters, and after `@` those that say whether the figure is confidential.
///
/// Of a cell without a value: suppressed where it is confidential, "cannot exist" where it is not applicable, else
/// missing. Of a value: what the first of its flags says, in the order above.
pub(crate) fn status(flag: &str, is_missing: bool) -> Flagged {
    let (letters, confidentiality) = flag.split_once('@').unwrap_or((flag, ""));
    let has = |letter: char| letters.contains(letter);
    let code = if is_missing {
        let is_suppressed = has('c') || is_confidential(confidentiality);
        if is_suppressed {
            b'Q'
        } else if has('z') {
            b'M'
        } else {
            b'O'
        }
    } else {
        OF_VALUES.iter().find(|(letter, _)| has(*letter)).map_or(b'A', |(_, code)| *code)
    };
    let is_known = letters.chars().all(|letter| KNOWN.contains(letter) || letter == ' ' || letter == ':');
    // Every code above is in the list.
    Flagged { status: ObservationStatus::from_code(code).unwrap_or(ObservationStatus::MISSING), is_known }
}

/// Whether a code of the list CL_CONF_STATUS keeps a figure from the public: all but `F` (free).
pub(crate) fn is_confidential(code: &str) -> bool {
    !code.is_empty() && code != "F"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_its_status() {
        let of_value = |flag: &str| char::from(status(flag, false).status.code());
        let cases = [
            ("", 'A'),
            ("b", 'B'),
            ("c", 'A'),
            ("d", 'D'),
            ("e", 'E'),
            ("f", 'F'),
            ("i", 'I'),
            ("n", 'N'),
            ("p", 'P'),
            ("r", 'A'),
            ("s", 'E'),
            ("u", 'U'),
            ("z", 'A'),
            ("bu", 'B'),
            ("ub", 'B'),
            ("be", 'E'),
            ("pu", 'U'),
            ("rp", 'P'),
        ];
        for (flag, expected) in cases {
            assert_eq!(of_value(flag), expected, "{flag}");
            assert!(status(flag, false).is_known, "{flag}");
        }
    }

    #[test]
    fn suppressed_missing_and_inapplicable_are_three_things() {
        let of_missing = |flag: &str| char::from(status(flag, true).status.code());
        let cases =
            [("", 'O'), ("c", 'Q'), ("cu", 'Q'), ("@C", 'Q'), ("p@N", 'Q'), ("@F", 'O'), ("z", 'M'), ("u", 'O')];
        for (flag, expected) in cases {
            assert_eq!(of_missing(flag), expected, "{flag}");
        }
    }

    #[test]
    fn unknown_letters_are_told() {
        assert!(!status("x", false).is_known && !status("bX", true).is_known);
        assert!(status(":c", true).is_known);
    }
}
