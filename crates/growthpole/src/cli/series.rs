//! Options of series of regions: how values are made, named sets of regions, and who is a neighbour of whom.

use clap::Args;
use growthpole_contracts::v1::{
    BorderNeighbours, DistanceBand, ExplicitLinks, NamedRegions, NearestNeighbours, RegionCodes, SeriesOptions,
    SpatialLink, SpatialWeights, named_regions, spatial_weights,
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
    /// Neighbours: borders, nearest:COUNT, within:KM, or links:FILE, a CSV file with the columns from and to and, where weights
    /// differ, weight; borders if left out
    #[arg(long, value_name = "WHICH", value_parser = neighbours)]
    neighbours: Option<SpatialWeights>,
    /// Keeps regions without neighbours; their spatial lag is 0
    #[arg(long)]
    keep_islands: bool,
    /// Takes weights as they are; divided by the sum of each region's if left out
    #[arg(long)]
    unstandardized: bool,
}

impl NeighbourArgs {
    /// Whether anything was said.
    pub(super) fn is_given(&self) -> bool {
        self.neighbours.is_some() || self.keep_islands || self.unstandardized
    }

    /// The message.
    pub(super) fn message(&self) -> SpatialWeights {
        let weights = self.neighbours.clone().unwrap_or_default();
        SpatialWeights { keep_islands: self.keep_islands, unstandardized: self.unstandardized, ..weights }
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
        Some(("links", path)) => By::Links(ExplicitLinks { links: links(path)? }),
        _ => return Err("write borders, nearest:COUNT, within:KM or links:FILE".to_owned()),
    };
    Ok(SpatialWeights { by: Some(by), ..Default::default() })
}

/// Reads links from a CSV file with a header.
fn links(path: &str) -> Result<Vec<SpatialLink>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| header.iter().position(|own| own.trim() == name);
    let (from, to) = column("from").zip(column("to")).ok_or("the columns from and to are needed")?;
    let weight = column("weight");
    let mut links = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        let text = |column: usize| record.get(column).unwrap_or_default().trim();
        let number = |text: &str| text.parse().map_err(|_| format!("row {}: \"{text}\" is no weight", at + 1));
        let weight = weight.map(text).filter(|text| !text.is_empty()).map(number).transpose()?;
        links.push(SpatialLink { from: text(from).to_owned(), to: text(to).to_owned(), weight });
    }
    Ok(links)
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
        assert!(neighbours("links:there-is-no-such.csv").is_err());
        let set = named_regions("Northeast=210000+220000").unwrap();
        let codes = vec!["210000".to_owned(), "220000".to_owned()];
        assert_eq!((set.name.as_str(), set.by), ("Northeast", Some(named_regions::By::Codes(RegionCodes { codes }))));
        assert_eq!(named_regions("NE=@northeast").unwrap().by, Some(named_regions::By::Group("northeast".into())));
        assert!(named_regions("=a").is_err() && named_regions("a").is_err() && named_regions("a=").is_err());
    }

    #[test]
    fn links_are_read_from_files() {
        let of = |text: &str| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            neighbours(&format!("links:{}", file.path().display())).map(|weights| weights.by)
        };
        let link = |from: &str, to: &str, weight| SpatialLink { from: from.into(), to: to.into(), weight };
        let links = vec![link("a", "b", Some(2.5)), link("b", "a", None)];
        let read = of("to,weight,from\nb,2.5,a\na,,b\n");
        assert_eq!(read, Ok(Some(spatial_weights::By::Links(ExplicitLinks { links }))));
        let plain = spatial_weights::By::Links(ExplicitLinks { links: vec![link("a", "b", None)] });
        assert_eq!(of("from,to\na,b\n"), Ok(Some(plain)));
        assert!(of("from,weight\na,1\n").is_err() && of("from,to,weight\na,b,near\n").is_err());
    }

    #[test]
    fn values_as_published_need_no_message() {
        assert_eq!(SeriesArgs::default().message(), None);
        let per_head = SeriesArgs { per: Some("population".into()), ..Default::default() };
        assert_eq!(per_head.message().unwrap().denominator_indicator, "population");
    }
}
