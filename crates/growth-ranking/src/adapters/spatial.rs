//! Spatial weights between the regions of a series.

use std::fmt::Display;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::stats::{Places, SpatialWeights, SpatialWeightsError};
use growthpole_worker_kit::{Job, refuse};
use tonic::Status;
use v1::spatial_weights::By;

use super::series::Series;

/// Most regions whose distances are compared one with another.
const MOST_REGIONS: usize = 5000;

/// Most links that distances may make: a lag over so many takes some milliseconds.
const MOST_LINKS: usize = 2_000_000;

/// The series with the weights between its regions. Regions without neighbours are left out of both, with a Warning, unless
/// the message keeps them. Distances are a part of the job's computation.
///
/// # Errors
///
/// A refusal that names the field below `field`, or the region without what the weights need.
pub(crate) async fn with_weights(
    series: Series,
    message: Option<&v1::SpatialWeights>,
    field: &str,
    job: &Job,
) -> Result<(Series, SpatialWeights), Status> {
    let default = v1::SpatialWeights::default();
    let message = message.unwrap_or(&default);
    let weights = read(&series, message, field, job).await?;
    let islands = weights.islands();
    let (mut series, weights) = if islands.is_empty() || message.keep_islands {
        (series, weights)
    } else {
        let kept: Vec<usize> = (0..series.regions.len()).filter(|region| !islands.contains(region)).collect();
        if kept.is_empty() {
            let sent = "weights by which no region has a neighbour";
            return Err(Refusal::invalid(field, sent, "at least one link").into());
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

async fn read(series: &Series, message: &v1::SpatialWeights, field: &str, job: &Job) -> Result<SpatialWeights, Status> {
    let n_regions = series.regions.len();
    match &message.by {
        None | Some(By::Borders(_)) => {
            let Some(borders) = &series.borders else {
                let sent = "borders, of which the data set knows nothing,";
                let allowed = "nearest, distance_band or links";
                return Err(Refusal::invalid(&format!("{field}.borders"), sent, allowed).into());
            };
            Ok(SpatialWeights::from_pairs(n_regions, borders).map_err(Refusal::internal)?)
        }
        Some(By::Nearest(nearest)) => {
            let field = format!("{field}.nearest.count");
            let allowed = format!("1 to {}", n_regions.saturating_sub(1));
            let refused = || Refusal::invalid(&field, nearest.count, &allowed);
            // Before places, which a region without coordinates does not have.
            let count = usize::try_from(nearest.count).ok().filter(|count| (1..n_regions).contains(count));
            let (count, places) = (count.ok_or_else(refused)?, places(series, &field)?);
            check_links(count * n_regions, &field, count)?;
            job.compute(move |progress| by_distance(SpatialWeights::nearest(&places, count, progress))).await
        }
        Some(By::DistanceBand(band)) => {
            let (field, kilometres) = (format!("{field}.distance_band.kilometres"), band.kilometres);
            if !(kilometres.is_finite() && kilometres > 0.0) {
                return Err(Refusal::invalid(&field, kilometres, "a positive number of kilometres").into());
            }
            let places = places(series, &field)?;
            job.compute(move |progress| {
                let weights = by_distance(SpatialWeights::within(&places, kilometres, progress))?;
                check_links(weights.n_links(), &field, kilometres)?;
                Ok(weights)
            })
            .await
        }
        Some(By::Links(links)) => Ok(explicit(series, &links.links, &format!("{field}.links.links"))?),
    }
}

/// Refuses more links than there may be.
fn check_links(links: usize, field: &str, sent: impl Display) -> Result<(), Refusal> {
    if links <= MOST_LINKS {
        return Ok(());
    }
    let sent = format!("{sent}, which makes {links} links,");
    Err(Refusal::invalid(field, sent, &format!("at most {MOST_LINKS} links")))
}

fn by_distance(weights: Result<SpatialWeights, SpatialWeightsError>) -> Result<SpatialWeights, Refusal> {
    weights.map_err(|error| match error {
        SpatialWeightsError::Stopped(stopped) => refuse::stopped(stopped),
        other => Refusal::internal(other),
    })
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

/// The places of all regions, not too many to be compared one with another.
fn places(series: &Series, field: &str) -> Result<Places, Refusal> {
    let n_regions = series.regions.len();
    if n_regions > MOST_REGIONS {
        let sent = format!("{n_regions} regions");
        return Err(Refusal::invalid(
            field,
            sent,
            &format!("at most {MOST_REGIONS} where distances are compared, or links"),
        ));
    }
    let unknown = |region: usize| {
        let code = series.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default();
        let message = format!("{code} has no coordinates, so that its neighbours are not known");
        refuse::undefined(message, "region", code)
    };
    let coordinates = series.regions.iter().enumerate();
    let coordinates = coordinates.map(|(at, region)| region.coordinates.ok_or_else(|| unknown(at)));
    Places::try_new(coordinates.collect::<Result<_, _>>()?).map_err(|error| match error {
        SpatialWeightsError::InvalidPlace { region, .. } => unknown(region),
        other => Refusal::internal(other),
    })
}

#[cfg(test)]
mod tests {
    use growthpole_domain::{BenchmarkChoice, MissingPolicy};
    use growthpole_worker_kit::SelectionDefaults;
    use growthpole_worker_kit::testing::{Table, Tables, invalid, refusal, selection};

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
        with_weights(series().await, Some(&message), "weights", &Job::new()).await
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
        assert!(check_links(MOST_LINKS, "weights", 7).is_ok());
        let many = check_links(MOST_LINKS + 1, "weights.nearest.count", 7).map_err(Status::from);
        assert_eq!(refusal(many), invalid("weights.nearest.count"));
        let (reason, fields) = refusal(weigh(by(links(&[("a", "x", None)]))).await);
        assert_eq!(
            (reason.as_str(), fields.as_slice()),
            ("UNKNOWN_REGION", ["weights.links.links[0].to".to_owned()].as_slice())
        );
    }
}
