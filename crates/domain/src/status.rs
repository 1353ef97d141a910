//! Observation status: the SDMX code list CL_OBS_STATUS.

/// Status of an observation, by the code list CL_OBS_STATUS of SDMX (version 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObservationStatus(u8);

impl ObservationStatus {
    /// `A`: a normal value.
    pub const NORMAL: Self = Self(b'A');
    /// `O`: a value that is missing.
    pub const MISSING: Self = Self(b'O');
    /// `D`: the definition differs from that of its neighbours.
    pub const DEFINITION_DIFFERS: Self = Self(b'D');

    /// `Q`: a value that exists and was suppressed.
    pub const SUPPRESSED: Self = Self(b'Q');

    /// Whether it says that there is no value: the codes that the list calls "missing value".
    pub fn is_missing(self) -> bool {
        matches!(self.0, b'H' | b'L' | b'M' | b'O' | b'Q')
    }

    /// Codes of the list, with what they mean.
    pub const CODES: [(u8, &'static str); 21] = [
        (b'A', "normal value"),
        (b'B', "time series break"),
        (b'D', "definition differs"),
        (b'E', "estimated value"),
        (b'F', "forecast value"),
        (b'G', "experimental value"),
        (b'H', "missing value; holiday or weekend"),
        (b'I', "value imputed by a receiving agency"),
        (b'J', "derogation"),
        (b'K', "data included in another category"),
        (b'L', "missing value; data exist but were not collected"),
        (b'M', "missing value; data cannot exist"),
        (b'N', "not significant"),
        (b'O', "missing value"),
        (b'P', "provisional value"),
        (b'Q', "missing value; suppressed"),
        (b'S', "strike and other special events"),
        (b'T', "trend value"),
        (b'U', "low reliability"),
        (b'V', "unvalidated value"),
        (b'W', "includes data from another category"),
    ];

    /// Reads a code; an empty text is `A`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [] => Some(Self::NORMAL),
            [code] => Self::from_code(*code),
            _ => None,
        }
    }

    /// The status of an ASCII letter.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::CODES.iter().any(|(known, _)| *known == code).then_some(Self(code))
    }

    /// The ASCII letter.
    pub fn code(self) -> u8 {
        self.0
    }
}

impl std::fmt::Display for ObservationStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", char::from(self.0))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        for (code, _) in ObservationStatus::CODES {
            let status = ObservationStatus::from_code(code).unwrap();
            assert_eq!(ObservationStatus::parse(&status.to_string()), Some(status));
        }
        assert_eq!(ObservationStatus::parse(""), Some(ObservationStatus::NORMAL));
        assert_eq!(ObservationStatus::parse("Z"), None);
        assert_eq!(ObservationStatus::parse("AA"), None);
    }
}
