//! Spatial weights between the regions of a series.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::Matrix;
use growthpole_methods::division::haversine_km;
use growthpole_methods::stats::{SpatialWeights, SpatialWeightsError};
use growthpole_worker_kit::refuse;
use v1::spatial_weights::By;

use super::series::Series;

/// Most regions whose distances are compared one with another.
const MOST_REGIONS: usize = 5000;

/// The series with the weights between its regions. Regions without neighbours are left out of both, with a Warning, unless
/// the message keeps them.
///
/// # Errors
///
/// A refusal that names the field below `field`, or the region without what the weights need.
pub(crate) fn with_weights(
    series: Series,
    message: Option<&v1::SpatialWeights>,
    field: &str,
) -> Result<(Series, SpatialWeights), Refusal> {
    let default = v1::SpatialWeights::default();
    let message = message.unwrap_or(&default);
    let weights = read(&series, message, field)?;
    let islands = weights.islands();
    let (mut series, weights) = if islands.is_empty() || message.keep_islands {
        (series, weights)
    } else {
        let kept: Vec<usize> = (0..series.regions.len()).filter(|region| !islands.contains(region)).collect();
        if kept.is_empty() {
            return Err(Refusal::invalid(field, "weights by which no region has a neighbour", "at least one link"));
        }
        let codes: Vec<String> =
            islands.iter().filter_map(|&island| Some(series.regions.get(island)?.code.clone())).collect();
        let text = format!("{} regions without neighbours were left out", codes.len());
        let mut series = series.subset(&kept);
        series.warnings.push(Warning::new("ISLANDS_LEFT_OUT", text).with_regions(codes));
        let weights = weights.subset(&kept);
        (series, weights)
    };
    if !islands.is_empty() && message.keep_islands {
        let codes = islands.iter().filter_map(|&island| Some(series.regions.get(island)?.code.clone()));
        let text = format!("{} regions have no neighbours; their spatial lag is 0", islands.len());
        let warning = Warning::new("ISLANDS_KEPT", text).with_regions(codes.collect::<Vec<_>>());
        series.warnings.push(warning);
    }
    let weights = if message.unstandardized { weights } else { weights.row_standardized() };
    Ok((series, weights))
}

fn read(series: &Series, message: &v1::SpatialWeights, field: &str) -> Result<SpatialWeights, Refusal> {
    let n_regions = series.regions.len();
    match &message.by {
        None | Some(By::Borders(_)) => {
            let Some(borders) = &series.borders else {
                let sent = "borders, of which the data set knows nothing,";
                return Err(Refusal::invalid(&format!("{field}.borders"), sent, "nearest, distance_band or links"));
            };
            SpatialWeights::from_pairs(n_regions, borders).map_err(Refusal::internal)
        }
        Some(By::Nearest(nearest)) => {
            let field = format!("{field}.nearest.count");
            let allowed = format!("1 to {}", n_regions.saturating_sub(1));
            let refused = || Refusal::invalid(&field, nearest.count, &allowed);
            // Before distances, which a region without coordinates does not have.
            let count = usize::try_from(nearest.count).ok().filter(|count| (1..n_regions).contains(count));
            let count = count.ok_or_else(refused)?;
            SpatialWeights::nearest(&distances(series, &field)?, count).map_err(Refusal::internal)
        }
        Some(By::DistanceBand(band)) => {
            let field = format!("{field}.distance_band.kilometres");
            if !(band.kilometres.is_finite() && band.kilometres > 0.0) {
                return Err(Refusal::invalid(&field, band.kilometres, "a positive number of kilometres"));
            }
            SpatialWeights::within(&distances(series, &field)?, band.kilometres).map_err(Refusal::internal)
        }
        Some(By::Links(links)) => explicit(series, &links.links, &format!("{field}.links.links")),
    }
}

fn explicit(series: &Series, links: &[v1::SpatialLink], field: &str) -> Result<SpatialWeights, Refusal> {
    let mut read = Vec::with_capacity(links.len());
    for (at, link) in links.iter().enumerate() {
        let from = series.known_position(&link.from, &format!("{field}[{at}].from"))?;
        let to = series.known_position(&link.to, &format!("{field}[{at}].to"))?;
        let weight = link.weight.unwrap_or(1.0);
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(Refusal::invalid(&format!("{field}[{at}].weight"), weight, "a number that is not negative"));
        }
        read.push((from, to, weight));
    }
    SpatialWeights::from_links(series.regions.len(), &read).map_err(|error| match error {
        SpatialWeightsError::InvalidLink { .. } => {
            Refusal::invalid(field, "a link of a region with itself", "links of two different regions")
        }
        SpatialWeightsError::RepeatedLink { .. } => Refusal::invalid(field, "a link twice", "each link once"),
        other => Refusal::internal(other),
    })
}

/// Great-circle distances between all regions.
fn distances(series: &Series, field: &str) -> Result<Matrix, Refusal> {
    let n_regions = series.regions.len();
    if n_regions > MOST_REGIONS {
        let sent = format!("{n_regions} regions");
        return Err(Refusal::invalid(
            field,
            sent,
            &format!("at most {MOST_REGIONS} where distances are compared, or links"),
        ));
    }
    let mut coordinates = Vec::with_capacity(n_regions);
    for region in &series.regions {
        // A place that is none, north of the pole say, has no distance to itself either.
        let valid =
            |&(latitude, longitude): &(f64, f64)| haversine_km(latitude, longitude, latitude, longitude).is_some();
        let Some(own) = region.coordinates.filter(valid) else {
            let message = format!("{} has no coordinates, so that its neighbours are not known", region.code);
            return Err(refuse::undefined(message, "region", &region.code));
        };
        coordinates.push(own);
    }
    let distance = |a: usize, b: usize| {
        let ((latitude1, longitude1), (latitude2, longitude2)) = (coordinates[a], coordinates[b]);
        haversine_km(latitude1, longitude1, latitude2, longitude2).unwrap_or(f64::INFINITY)
    };
    Ok(Matrix::from_fn(n_regions, n_regions, distance))
}

#[cfg(test)]
mod tests {
    use growthpole_domain::{BenchmarkChoice, MissingPolicy};
    use growthpole_worker_kit::SelectionDefaults;
    use growthpole_worker_kit::testing::{Table, Tables, invalid, refusal, selection};
    use tonic::Status;

    use super::*;

    /// Regions on the equator at 0, 1, 2 and 30 degrees; a borders b, b borders c.
    async fn series() -> Series {
        let rows: [(&str, &[f64]); 4] = [("a", &[1.0]), ("b", &[2.0]), ("c", &[3.0]), ("d", &[4.0])];
        let mut table = Table::new("jobs", &["2015"], &rows);
        table.coordinates = [("a", (0.0, 0.0)), ("b", (0.0, 1.0)), ("c", (0.0, 2.0)), ("d", (0.0, 30.0))].into();
        table.borders = Some(vec![("a", "b"), ("b", "c")]);
        let defaults = SelectionDefaults { benchmark: BenchmarkChoice::None, missing: MissingPolicy::Fail };
        Series::read(&Tables(vec![table]), Some(selection("jobs", "2015")), None, defaults).await.unwrap()
    }

    async fn weigh(message: v1::SpatialWeights) -> Result<(Series, SpatialWeights), Status> {
        with_weights(series().await, Some(&message), "weights").map_err(Status::from)
    }

    fn by(by: By) -> v1::SpatialWeights {
        v1::SpatialWeights { by: Some(by), ..Default::default() }
    }

    fn codes(series: &Series) -> Vec<&str> {
        series.regions.iter().map(|region| region.code.as_str()).collect()
    }

    fn links(links: &[(&str, &str, Option<f64>)]) -> By {
        let link = |&(from, to, weight): &(&str, &str, Option<f64>)| v1::SpatialLink {
            from: from.into(),
            to: to.into(),
            weight,
        };
        By::Links(v1::ExplicitLinks { links: links.iter().map(link).collect() })
    }

    #[tokio::test]
    async fn islands_are_left_out_with_a_warning_or_kept() {
        let (left, weights) = weigh(v1::SpatialWeights::default()).await.unwrap();
        assert_eq!((codes(&left), weights.lag(&[1.0, 2.0, 3.0])), (vec!["a", "b", "c"], vec![2.0, 2.0, 2.0]));
        assert_eq!(
            (left.warnings[0].code.as_ref(), left.warnings[0].regions.as_slice()),
            ("ISLANDS_LEFT_OUT", ["d".to_owned()].as_slice())
        );
        let keep = v1::SpatialWeights { keep_islands: true, unstandardized: true, ..Default::default() };
        let (kept, weights) = weigh(keep).await.unwrap();
        assert_eq!((codes(&kept).len(), weights.lag(&[1.0, 2.0, 3.0, 4.0])), (4, vec![2.0, 4.0, 2.0, 0.0]));
        assert_eq!(kept.warnings[0].code, "ISLANDS_KEPT");
    }

    #[tokio::test]
    async fn distances_and_links_make_neighbours() {
        let nearest = weigh(by(By::Nearest(v1::NearestNeighbours { count: 1 }))).await.unwrap().1;
        assert_eq!(nearest.lag(&[1.0, 2.0, 3.0, 4.0]), [2.0, 1.0, 2.0, 3.0]);
        let band = weigh(by(By::DistanceBand(v1::DistanceBand { kilometres: 112.0 }))).await.unwrap();
        assert_eq!((codes(&band.0), band.1.n_links()), (vec!["a", "b", "c"], 4));
        let (_, explicit) = weigh(by(links(&[("a", "d", Some(2.0)), ("d", "a", None)]))).await.unwrap();
        assert_eq!(explicit.lag(&[1.0, 4.0]), [4.0, 1.0]);
    }

    #[tokio::test]
    async fn what_makes_no_weights_is_refused_by_its_field() {
        for (message, field) in [
            (By::Nearest(v1::NearestNeighbours { count: 4 }), "weights.nearest.count"),
            (By::Nearest(v1::NearestNeighbours { count: -1 }), "weights.nearest.count"),
            (By::DistanceBand(v1::DistanceBand { kilometres: f64::NAN }), "weights.distance_band.kilometres"),
            (links(&[("a", "b", Some(-1.0))]), "weights.links.links[0].weight"),
            (links(&[("a", "a", None)]), "weights.links.links"),
            (links(&[("a", "b", None), ("a", "b", None)]), "weights.links.links"),
            (links(&[]), "weights"),
        ] {
            assert_eq!(refusal(weigh(by(message)).await), invalid(field));
        }
        let (reason, fields) = refusal(weigh(by(links(&[("a", "x", None)]))).await);
        assert_eq!(
            (reason.as_str(), fields.as_slice()),
            ("UNKNOWN_REGION", ["weights.links.links[0].to".to_owned()].as_slice())
        );
    }
}
