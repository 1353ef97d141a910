//! What went wrong on an executor, in words that survive the way to the caller: a scheduler passes on nothing but text.

use std::fmt;

use datafusion::error::DataFusionError;
use growthpole_domain::QueryError;

use crate::SqlError;

const BEGIN: &str = "growthpole[";
const END: char = ']';

/// Kinds of errors that are passed on, with their names.
const UNDEFINED: &str = "undefined";
const MEMORY: &str = "memory";
const UNAVAILABLE: &str = "unavailable";
const CORRUPT: &str = "corrupt";
const INVALID: &str = "invalid";
const INTERNAL: &str = "internal";
const LOST: &str = "lost";

/// An error whose text [`read`] understands, wherever it stands.
pub(super) struct Told {
    kind: &'static str,
    message: String,
}

impl Told {
    /// What an executor at a place tells.
    pub(super) fn new(error: SqlError, place: &str) -> Self {
        let at_place = |problem: String| format!("{problem} (query executor {place})");
        let (kind, message) = match error {
            SqlError::Undefined(problem) => (UNDEFINED, problem),
            SqlError::Memory { bytes } => (MEMORY, bytes.to_string()),
            SqlError::Data(QueryError::Corrupt(problem)) => (CORRUPT, at_place(problem)),
            SqlError::Data(QueryError::Unavailable(problem)) => (UNAVAILABLE, at_place(problem)),
            SqlError::Data(QueryError::Cluster(problem)) => (LOST, at_place(problem)),
            SqlError::Invalid { message, .. } => (INVALID, message),
            other => (INTERNAL, at_place(other.to_string())),
        };
        Self { kind, message }
    }

    /// In the engine's terms.
    pub(super) fn into_error(self) -> DataFusionError {
        DataFusionError::External(Box::new(self))
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Digits: whatever writes it with quotes or escapes leaves them as they are.
        write!(f, "{BEGIN}{} ", self.kind)?;
        self.message.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, "{END}")
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Told {}

/// What an executor told, somewhere in a text.
pub(super) fn read(text: &str) -> Option<SqlError> {
    let (_, rest) = text.split_once(BEGIN)?;
    let (kind, digits) = rest.split_once(END)?.0.split_once(' ')?;
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect::<Option<Vec<u8>>>()?;
    let message = String::from_utf8(bytes).ok()?;
    Some(match kind {
        UNDEFINED => SqlError::Undefined(message),
        MEMORY => SqlError::Memory { bytes: message.parse().ok()? },
        UNAVAILABLE => SqlError::Data(QueryError::Unavailable(message)),
        CORRUPT => SqlError::Data(QueryError::Corrupt(message)),
        LOST => SqlError::Data(QueryError::Cluster(message)),
        INVALID => SqlError::Invalid { message, place: None },
        INTERNAL => SqlError::Internal(message),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_survive_what_is_written_around_them() {
        let errors = [
            SqlError::Undefined("Divide by zero error".to_owned()),
            SqlError::Memory { bytes: 5 },
            SqlError::Invalid { message: "no \"such] growthpole[ thing\n".to_owned(), place: None },
        ];
        for error in errors {
            let told = Told::new(error.clone(), "executor:50052").into_error();
            let text = format!("Job failed due to stage 1 failed: {:?}\n", Some(format!("{told:?}")));
            assert_eq!(read(&text), Some(error), "{text}");
        }
        let gone = Told::new(SqlError::Data(QueryError::Unavailable("no bucket".to_owned())), "executor:50052");
        let expected = QueryError::Unavailable("no bucket (query executor executor:50052)".to_owned());
        assert_eq!(read(&format!("{:?}", gone.into_error())), Some(SqlError::Data(expected)));
        for text in ["", "growthpole[", "growthpole[memory 7a]", "growthpole[undefined 7]x", "growthpole[other 61]"] {
            assert_ne!(read(text), Some(SqlError::Memory { bytes: 0 }));
        }
        assert_eq!(read("growthpole[memory 7a]"), None);
        assert_eq!(read("growthpole[other 61]"), None);
    }
}
