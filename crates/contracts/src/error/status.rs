//! A refusal as a gRPC status, which travels in headers: of these clients take 8 to 16 KiB in all, while what a caller sent
//! comes back in them, and may be megabytes long.

use std::collections::HashMap;

use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt};

use super::{ERROR_DOMAIN, Refusal, Violation};

/// Bytes that one text of a status may have.
const GREATEST_TEXT: usize = 800;

/// Bytes that the violations of a status may have together. With the message, which travels twice, and some facts they are
/// less than 8 KiB in base64.
const GREATEST_VIOLATIONS: usize = 2_400;

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let refusal = *refusal.0;
        let mut details = ErrorDetails::new();
        details.set_error_info(
            refusal.reason.as_str(),
            ERROR_DOMAIN,
            refusal.metadata.into_iter().map(|(key, text)| (key, shorten(text))).collect::<HashMap<_, _>>(),
        );
        for violation in first_of(refusal.violations) {
            details.add_bad_request_violation(violation.field, violation.description);
        }
        if let Some((kind, name)) = refusal.resource {
            details.set_resource_info(kind, shorten(name), "", "");
        }
        if let Some(delay) = refusal.retry_after {
            details.set_retry_info(Some(delay));
        }
        Status::with_error_details(refusal.reason.code(), shorten(refusal.message), details)
    }
}

/// As many violations as there is room for; the last one says how many there are beyond them.
fn first_of(violations: Vec<Violation>) -> Vec<Violation> {
    let (total, mut room) = (violations.len(), GREATEST_VIOLATIONS);
    let mut told = Vec::new();
    for Violation { field, description } in violations {
        let (field, description) = (shorten(field), shorten(description));
        match room.checked_sub(field.len() + description.len()) {
            Some(left) => room = left,
            None => {
                let description = format!("and {} more: there are {total} altogether", total - told.len());
                told.push(Violation { field, description });
                break;
            }
        }
        told.push(Violation { field, description });
    }
    told
}

/// The beginning of a text that is too long for a header.
fn shorten(mut text: String) -> String {
    if text.len() > GREATEST_TEXT {
        let end = (0..=GREATEST_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::Reason;
    use super::*;

    /// A refusal with violations of about seventy bytes each.
    fn refused(violations: usize) -> Status {
        let names: Vec<String> = (0..violations).map(|at| format!("FOCUS_MIN {:06}", 110_000 + at)).collect();
        let refusal = Refusal::new(Reason::ContradictoryConstraints, names.join("; "))
            .with_metadata("conflict", names.join(", "))
            .with_metadata("minimal", "true");
        let sentence = |name: &String| format!("{name}: the region must focus on at least 2 industries");
        names.iter().fold(refusal, |refusal, name| refusal.with_violation("focuses.min", sentence(name))).into()
    }

    #[test]
    fn a_status_of_many_violations_fits_into_the_headers_that_clients_take() {
        for violations in [1, 30, 69, 10_000] {
            let answer = refused(violations).into_http::<()>();
            let size: usize = answer.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
            assert!(size < 8 << 10, "{violations}: {size}");
        }
    }

    #[test]
    fn violations_that_are_left_out_are_counted() {
        let told =
            |violations: usize| refused(violations).get_error_details().bad_request().unwrap().field_violations.clone();
        assert_eq!(told(30).len(), 30);
        let many = told(10_000);
        let last = many.last().unwrap();
        assert_eq!(last.field, "focuses.min");
        assert_eq!(last.description, format!("and {} more: there are 10000 altogether", 10_001 - many.len()));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(shorten("a".repeat(800)), "a".repeat(800));
        assert_eq!(shorten("省".repeat(300)), format!("{}…", "省".repeat(266)));
    }
}
