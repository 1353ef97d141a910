//! A CSV file of relatedness that was measured elsewhere.

use std::path::{Path, PathBuf};

use clap::Args;
use growthpole_contracts::v1::GivenRelatedness;

use crate::failure::Failure;

/// Relatedness that was measured elsewhere.
#[derive(Debug, Args)]
pub(in crate::cli) struct GivenArgs {
    /// Relatedness that was measured elsewhere, in place of a measure: CSV with the columns first, second and relatedness, as
    /// `relatedness --list links --output csv` writes it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["measure", "margins"])]
    given: Option<PathBuf>,
    /// Takes it as that of the first to the second alone
    #[arg(long, requires = "given")]
    pub(in crate::cli) given_one_way: bool,
}

impl GivenArgs {
    /// The pairs of the file.
    pub(in crate::cli) fn pairs(&self) -> Result<Vec<GivenRelatedness>, Failure> {
        self.given.as_deref().map(read).transpose().map(Option::unwrap_or_default)
    }
}

/// Reads pairs from a file whose other columns play no part.
fn read(path: &Path) -> Result<Vec<GivenRelatedness>, Failure> {
    let mut pairs = Vec::new();
    for (at, [first, second, number]) in
        texts("--given", path, ["first", "second", "relatedness"])?.into_iter().enumerate()
    {
        let wrong =
            |_| Failure::Usage(format!("--given {}: pair {}: \"{number}\" is no number", path.display(), at + 1));
        pairs.push(GivenRelatedness { first, second, relatedness: number.parse().map_err(wrong)? });
    }
    Ok(pairs)
}

/// The texts in some columns of a CSV file with a header and at least one record.
pub(super) fn texts<const N: usize>(
    option: &str,
    path: &Path,
    columns: [&str; N],
) -> Result<Vec<[String; N]>, Failure> {
    let wrong = |what: String| Failure::Usage(format!("{option} {}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let places = columns.map(|name| header.iter().position(|own| own == name));
    if places.contains(&None) {
        return Err(wrong(format!("the columns {} are needed", columns.join(", "))));
    }
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let text = |place: Option<usize>| place.and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned();
        all.push(places.map(text));
    }
    if all.is_empty() { Err(wrong("there is no record".to_owned())) } else { Ok(all) }
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
