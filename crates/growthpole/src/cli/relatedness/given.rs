//! A CSV file of relatedness that was measured elsewhere.

use std::path::{Path, PathBuf};

use clap::Args;
use growthpole_contracts::v1::GivenRelatedness;

use crate::cli::columns::{number, texts};
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
    let columns = ["first", "second", "relatedness"];
    for (at, [first, second, text]) in texts("--given", path, columns)?.into_iter().enumerate() {
        pairs.push(GivenRelatedness { first, second, relatedness: number("--given", path, at, &text)? });
    }
    Ok(pairs)
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
