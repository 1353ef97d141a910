//! Figures of regions: of an indicator, or from a CSV file.

use std::path::{Path, PathBuf};

use clap::Args;
use growthpole_contracts::v1::{ClusterIndexOptions, RegionAmount, RegionAmounts, RegionFigures, region_figures};

use crate::cli::columns::{number, texts};
use crate::failure::Failure;

/// Figures of regions that industries are set against.
#[derive(Debug, Args)]
#[command(next_help_heading = "Figures of regions")]
pub(super) struct Figures {
    /// Indicator that industries are compared with in each region; the region's total over all industries when left out
    #[arg(long, value_name = "CODE", group = "bases")]
    base: Option<String>,
    /// The same from a CSV file with the columns region and amount
    #[arg(long, value_name = "FILE", group = "bases")]
    base_file: Option<PathBuf>,
    /// Indicator of areas, for the cluster index of Litzenberger and Sternberg
    #[arg(long, value_name = "CODE", group = "areas", requires = "populations")]
    area: Option<String>,
    /// The same from a CSV file with the columns region and amount
    #[arg(long, value_name = "FILE", group = "areas", requires = "populations")]
    area_file: Option<PathBuf>,
    /// Indicator of population, for the cluster index
    #[arg(long, value_name = "CODE", group = "populations", requires = "areas")]
    population: Option<String>,
    /// The same from a CSV file with the columns region and amount
    #[arg(long, value_name = "FILE", group = "populations", requires = "areas")]
    population_file: Option<PathBuf>,
}

impl Figures {
    /// What industries are compared with.
    pub(super) fn base(&self) -> Result<Option<RegionFigures>, Failure> {
        figures(self.base.as_ref(), "--base-file", self.base_file.as_deref())
    }

    /// What the cluster index needs.
    pub(super) fn cluster_index(&self) -> Result<Option<ClusterIndexOptions>, Failure> {
        let area = figures(self.area.as_ref(), "--area-file", self.area_file.as_deref())?;
        let population = figures(self.population.as_ref(), "--population-file", self.population_file.as_deref())?;
        let wanted = area.is_some() || population.is_some();
        Ok(wanted.then_some(ClusterIndexOptions { area, population }))
    }
}

fn figures(code: Option<&String>, option: &str, file: Option<&Path>) -> Result<Option<RegionFigures>, Failure> {
    use region_figures::By;
    let by = match (code, file) {
        (Some(code), _) => By::Indicator(code.clone()),
        (None, Some(file)) => By::Amounts(read(option, file)?),
        (None, None) => return Ok(None),
    };
    Ok(Some(RegionFigures { by: Some(by) }))
}

fn read(option: &str, path: &Path) -> Result<RegionAmounts, Failure> {
    let mut amounts = Vec::new();
    for (at, [region, amount]) in texts(option, path, ["region", "amount"])?.into_iter().enumerate() {
        amounts.push(RegionAmount { region, amount: number(option, path, at, &amount)? });
    }
    Ok(RegionAmounts { amounts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read as parse;

    #[test]
    fn figures_come_from_indicators_or_files() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "region,amount\n230000,473000\n220000,187400\n").unwrap();
        let path = file.path().display();
        let read = parse::<Figures>(&format!("--base-file {path} --area-file {path} --population people")).unwrap();
        let Some(region_figures::By::Amounts(base)) = read.base().unwrap().unwrap().by else {
            panic!("a file of amounts")
        };
        assert_eq!((base.amounts[1].region.as_str(), base.amounts[1].amount), ("220000", 187_400.0));
        let index = read.cluster_index().unwrap().unwrap();
        assert_eq!(index.population.unwrap().by, Some(region_figures::By::Indicator("people".into())));
        assert_eq!(index.area.unwrap().by, Some(region_figures::By::Amounts(base)));
        let none = parse::<Figures>("").unwrap();
        assert!(none.base().unwrap().is_none() && none.cluster_index().unwrap().is_none());
        for refused in ["--area land".to_owned(), format!("--area land --population-file {path} --population p")] {
            assert!(parse::<Figures>(&refused).is_err(), "{refused}");
        }
        std::fs::write(file.path(), "region,amount\n230000,much\n").unwrap();
        assert!(matches!(parse::<Figures>(&format!("--base-file {path}")).unwrap().base(), Err(Failure::Usage(_))));
    }
}
