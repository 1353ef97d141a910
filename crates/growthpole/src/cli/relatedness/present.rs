//! What makes an industry present in a region.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use growthpole_contracts::v1::{GivenPresence, PresenceRule};

use crate::cli::columns::texts;
use crate::failure::Failure;

/// What makes an industry present in a region.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is present")]
pub(in crate::cli) struct PresenceArgs {
    /// Location quotient from which an industry is present; 1 if left out
    #[arg(long, value_name = "LQ", allow_negative_numbers = true)]
    presence_threshold: Option<f64>,
    /// Compares amounts per head by this indicator, population say, in place of location quotients
    #[arg(long, value_name = "INDICATOR")]
    per_head: Option<String>,
    /// Location quotient that must be reached beside amounts per head
    #[arg(long, value_name = "LQ", requires = "per_head", allow_negative_numbers = true)]
    quotient_threshold: Option<f64>,
    /// What is present, in place of what amounts tell: CSV with the columns region and industry
    #[arg(long, value_name = "FILE", conflicts_with_all = ["presence_threshold", "per_head"])]
    present: Option<PathBuf>,
}

impl PresenceArgs {
    pub(in crate::cli) fn message(&self) -> Result<Option<PresenceRule>, Failure> {
        Ok(Some(PresenceRule {
            threshold: self.presence_threshold,
            population_indicator: self.per_head.clone().unwrap_or_default(),
            quotient_threshold: self.quotient_threshold,
            given: self.present.as_deref().map(read).transpose()?.unwrap_or_default(),
        }))
    }
}

/// Reads pairs from a file whose other columns play no part.
fn read(path: &Path) -> Result<Vec<GivenPresence>, Failure> {
    let mut regions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for [region, industry] in texts("--present", path, ["region", "industry"])? {
        regions.entry(region).or_default().push(industry);
    }
    Ok(regions.into_iter().map(|(region, industries)| GivenPresence { region, industries }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_by_region() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "industry,region,year\nC36,r2,2015\nC13,r1,2015\nC14,r2,2015\n").unwrap();
        let read = read(file.path()).unwrap();
        assert_eq!((read[0].region.as_str(), read[0].industries.as_slice()), ("r1", &["C13".to_owned()][..]));
        assert_eq!((read.len(), read[1].industries.join(" ").as_str()), (2, "C36 C14"));
        std::fs::write(file.path(), "region\nr1\n").unwrap();
        assert!(matches!(super::read(file.path()), Err(Failure::Usage(_))));
    }
}
