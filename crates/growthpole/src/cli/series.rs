//! Options of series of regions: how values are made, named sets of regions, and who is a neighbour of whom.

use clap::Args;
use growthpole_contracts::v1::{
    BorderNeighbours, DistanceBand, NamedRegions, NearestNeighbours, RegionCodes, SeriesOptions, SpatialWeights,
    named_regions, spatial_weights,
};

/// How the values of a series are made.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How values are made")]
pub(super) struct SeriesArgs {
    /// Indicator of real growth that carries the level of the base period on, for example gdp_real_growth
    #[arg(long, value_name = "CODE")]
    growth_indicator: Option<String>,
    /// Year whose prices the values are in; the first one if left out
    #[arg(long, value_name = "YEAR", requires = "growth_indicator")]
    base_period: Option<String>,
    /// Indicator that divides the values, for example population: values per head
    #[arg(long, value_name = "CODE")]
    per: Option<String>,
}

impl SeriesArgs {
    /// The message; nothing where values are taken as they were published.
    pub(super) fn message(&self) -> Option<SeriesOptions> {
        let options = SeriesOptions {
            growth_indicator: self.growth_indicator.clone().unwrap_or_default(),
            base_period: self.base_period.clone().unwrap_or_default(),
            denominator_indicator: self.per.clone().unwrap_or_default(),
        };
        (options != SeriesOptions::default()).then_some(options)
    }
}

/// Who is a neighbour of whom.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Neighbours")]
pub(super) struct NeighbourArgs {
    /// Neighbours: borders, nearest:COUNT or within:KM; borders if left out
    #[arg(long, value_name = "WHICH", value_parser = neighbours)]
    neighbours: Option<SpatialWeights>,
    /// Keeps regions without neighbours; their spatial lag is 0
    #[arg(long)]
    keep_islands: bool,
}

impl NeighbourArgs {
    /// Whether anything was said.
    pub(super) fn is_given(&self) -> bool {
        self.neighbours.is_some() || self.keep_islands
    }

    /// The message.
    pub(super) fn message(&self) -> SpatialWeights {
        let weights = self.neighbours.clone().unwrap_or_default();
        SpatialWeights { keep_islands: self.keep_islands, ..weights }
    }
}

fn neighbours(text: &str) -> Result<SpatialWeights, String> {
    use spatial_weights::By;
    let by = match text.split_once(':') {
        None if text == "borders" => By::Borders(BorderNeighbours {}),
        Some(("nearest", count)) => {
            let count = count.parse().map_err(|_| format!("\"{count}\" is no number of neighbours"))?;
            By::Nearest(NearestNeighbours { count })
        }
        Some(("within", distance)) => {
            let kilometres = distance.parse().map_err(|_| format!("\"{distance}\" is no distance in kilometres"))?;
            By::DistanceBand(DistanceBand { kilometres })
        }
        _ => return Err("write borders, nearest:COUNT or within:KM".to_owned()),
    };
    Ok(SpatialWeights { by: Some(by), ..Default::default() })
}

/// `NAME=CODE+CODE+…`, or `NAME=@GROUP`.
pub(super) fn named_regions(text: &str) -> Result<NamedRegions, String> {
    use named_regions::By;
    let wrong = || "write NAME=CODE+CODE+… or NAME=@GROUP, for example Northeast=210000+220000+230000".to_owned();
    let (name, regions) =
        text.split_once('=').filter(|(name, rest)| !name.is_empty() && !rest.is_empty()).ok_or_else(wrong)?;
    let by = match regions.strip_prefix('@') {
        Some(group) => By::Group(group.to_owned()),
        None => By::Codes(RegionCodes { codes: regions.split('+').map(str::to_owned).collect() }),
    };
    Ok(NamedRegions { name: name.to_owned(), by: Some(by) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_neighbours_and_sets_of_regions() {
        assert_eq!(neighbours("borders").unwrap().by, Some(spatial_weights::By::Borders(BorderNeighbours {})));
        let nearest = spatial_weights::By::Nearest(NearestNeighbours { count: 4 });
        assert_eq!(neighbours("nearest:4").unwrap().by, Some(nearest));
        assert!(neighbours("within:250").is_ok());
        assert!(neighbours("within").is_err() && neighbours("nearest:x").is_err() && neighbours("").is_err());
        let set = named_regions("Northeast=210000+220000").unwrap();
        let codes = vec!["210000".to_owned(), "220000".to_owned()];
        assert_eq!((set.name.as_str(), set.by), ("Northeast", Some(named_regions::By::Codes(RegionCodes { codes }))));
        assert_eq!(named_regions("NE=@northeast").unwrap().by, Some(named_regions::By::Group("northeast".into())));
        assert!(named_regions("=a").is_err() && named_regions("a").is_err() && named_regions("a=").is_err());
    }

    #[test]
    fn values_as_published_need_no_message() {
        assert_eq!(SeriesArgs::default().message(), None);
        let per_head = SeriesArgs { per: Some("population".into()), ..Default::default() };
        assert_eq!(per_head.message().unwrap().denominator_indicator, "population");
    }
}
