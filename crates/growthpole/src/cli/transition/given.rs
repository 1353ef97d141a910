//! A CSV file of figures of regions that the data set does not hold.

use std::path::{Path, PathBuf};

use clap::Args;
use growthpole_contracts::v1::GivenTransition;

use super::measure;
use crate::cli::columns::{number, texts};
use crate::failure::Failure;

/// Figures that the data set does not hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "What else is known (from a file)")]
pub(super) struct GivenFigures {
    /// CSV file with the columns region, period, measure (capacity-utilization, loss-making-share or state-owned-share) and
    /// value, a fraction
    #[arg(long, value_name = "FILE")]
    given: Option<PathBuf>,
}

impl GivenFigures {
    /// The figures of the file.
    pub(super) fn figures(&self) -> Result<Vec<GivenTransition>, Failure> {
        self.given.as_deref().map(read).transpose().map(Option::unwrap_or_default)
    }
}

fn read(path: &Path) -> Result<Vec<GivenTransition>, Failure> {
    let columns = ["region", "period", "measure", "value"];
    let mut figures = Vec::new();
    for (at, [region, period, name, value]) in texts("--given", path, columns)?.into_iter().enumerate() {
        let wrong = |what: String| Failure::Usage(format!("--given {}: record {}: {what}", path.display(), at + 1));
        let measure = measure(&name).map_err(wrong)?.into();
        figures.push(GivenTransition { measure, region, period, value: number("--given", path, at, &value)? });
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::TransitionMeasure;

    fn of(text: &str) -> Result<Vec<GivenTransition>, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn figures_are_read_by_their_columns() {
        let read = of("region,period,value,measure\n230000,2015,0.71,capacity-utilization\n").unwrap();
        assert_eq!((read[0].measure(), read[0].value), (TransitionMeasure::CapacityUtilization, 0.71));
        assert_eq!((read[0].region.as_str(), read[0].period.as_str()), ("230000", "2015"));
    }

    #[test]
    fn what_is_no_figure_is_wrong_usage() {
        let header = "region,period,measure,value\n";
        for row in ["230000,2015,utilisation,0.7\n", "230000,2015,capacity-utilization,much\n", ""] {
            assert!(matches!(of(&format!("{header}{row}")), Err(Failure::Usage(_))), "{row}");
        }
    }
}
