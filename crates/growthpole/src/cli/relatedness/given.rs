//! A CSV file of relatedness that was measured elsewhere.

use std::path::Path;

use growthpole_contracts::v1::GivenRelatedness;

use crate::failure::Failure;

/// Reads pairs from a file with a header: `first`, `second` and `relatedness`, as `relatedness --list links --output csv` writes
/// it, whose other columns play no part.
pub(super) fn read(path: &Path) -> Result<Vec<GivenRelatedness>, Failure> {
    let wrong = |what: String| Failure::Usage(format!("--given {}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let column = |name: &str| {
        let place = header.iter().position(|own| own == name);
        place.ok_or_else(|| wrong("the columns first, second and relatedness are needed".to_owned()))
    };
    let (first, second, relatedness) = (column("first")?, column("second")?, column("relatedness")?);
    let mut pairs = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let text = |column: usize| record.get(column).unwrap_or_default().trim().to_owned();
        let number = text(relatedness);
        let parsed = number.parse().map_err(|_| wrong(format!("pair {}: \"{number}\" is no number", at + 1)));
        pairs.push(GivenRelatedness { first: text(first), second: text(second), relatedness: parsed? });
    }
    if pairs.is_empty() { Err(wrong("there is no pair".to_owned())) } else { Ok(pairs) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<GivenRelatedness>, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn links_that_were_written_are_read() {
        let pairs = of("first,second,relatedness,in_tree,dataset\nC13,C14,0.625,true,china-provinces\n").unwrap();
        let expected = GivenRelatedness { first: "C13".into(), second: "C14".into(), relatedness: 0.625 };
        assert_eq!(pairs, [expected]);
    }

    #[test]
    fn what_is_no_pair_is_wrong_usage() {
        for text in ["first,second\na,b\n", "first,second,relatedness\na,b,much\n", "first,second,relatedness\n"] {
            assert!(matches!(of(text), Err(Failure::Usage(_))), "{text}");
        }
    }
}
