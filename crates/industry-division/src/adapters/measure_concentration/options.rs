//! What a request asks to be measured beside the indices by amounts.

use growthpole_contracts::{Refusal, v1};
use v1::plant_source::By;

const MOST_GROUPS: usize = 1_000;
const MOST_PAIRS: i32 = 10_000;
const MOST_DRAWS: i32 = 100_000;
const DISTANCE_DRAWS: std::ops::RangeInclusive<i32> = 19..=10_000;
const MOST_STEPS: i32 = 1_000;

/// What is wanted.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) curves: bool,
    pub(super) groups: Vec<v1::IndustryGroup>,
    /// Number of pairs that are listed.
    pub(super) pairs: usize,
    pub(super) colocation: Option<Draws>,
    pub(super) distances: Option<Distances>,
}

/// Seeded draws.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws {
    pub(super) draws: usize,
    pub(super) seed: u64,
}

/// How distances are looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Distances {
    pub(super) max_km: Option<f64>,
    pub(super) steps: usize,
    pub(super) draws: Draws,
    pub(super) level: f64,
    pub(super) by_size: bool,
    /// Whether what has no place of its own is at its region's.
    pub(super) at_regions: bool,
}

impl Options {
    /// Reads and checks them.
    pub(super) fn read(request: &v1::MeasureConcentrationRequest) -> Result<Self, Refusal> {
        let groups = request.coagglomeration_groups.clone();
        if groups.len() > MOST_GROUPS {
            let sent = format!("{} groups", groups.len());
            return Err(Refusal::invalid("coagglomeration_groups", sent, "at most 1000"));
        }
        let plants = request.plants.as_ref().and_then(|source| source.by.as_ref());
        if request.plants.is_some() && plants.is_none() {
            return Err(Refusal::invalid("plants", "nothing", "a list, an indicator that counts plants, or cells"));
        }
        if matches!(plants, Some(By::Cells(false))) {
            return Err(Refusal::invalid("plants.cells", "false", "true, or no plants at all"));
        }
        let needs_plants = |field: &str| Refusal::invalid(field, "no plants", "plants, in the field plants");
        if request.colocation.is_some() && plants.is_none() {
            return Err(needs_plants("colocation"));
        }
        check_places(request, plants)?;
        if request.cluster_index.is_some() && !matches!(plants, Some(By::List(_) | By::CountIndicator(_))) {
            return Err(needs_plants("cluster_index"));
        }
        Ok(Self {
            curves: request.curves,
            groups,
            pairs: within("coagglomeration_pairs", request.coagglomeration_pairs, 0..=MOST_PAIRS)?,
            colocation: request.colocation.as_ref().map(colocation).transpose()?,
            distances: request.distances.as_ref().map(distances).transpose()?,
        })
    }

    /// The seed that the answer rests on, if any.
    pub(super) fn seed(&self) -> Option<u64> {
        let drawn = self.colocation.filter(|own| own.draws > 0).map(|own| own.seed);
        self.distances.map(|own| own.draws.seed).or(drawn)
    }
}

/// Refuses distances of what is nowhere.
fn check_places(request: &v1::MeasureConcentrationRequest, plants: Option<&By>) -> Result<(), Refusal> {
    let Some(distances) = &request.distances else { return Ok(()) };
    let cells = matches!(plants, Some(By::Cells(_))) && distances.at_regions;
    if !cells && !matches!(plants, Some(By::List(_))) {
        let allowed = "plants with coordinates, in plants.list, or cells as plants with at_regions";
        return Err(Refusal::invalid("distances", "no plants with places", allowed));
    }
    if distances.at_regions && request.selection.is_none() {
        let allowed = "a selection, whose regions have coordinates";
        return Err(Refusal::invalid("distances.at_regions", "true without a selection", allowed));
    }
    Ok(())
}

fn colocation(options: &v1::ColocationOptions) -> Result<Draws, Refusal> {
    Ok(Draws { draws: within("colocation.draws", options.draws, 0..=MOST_DRAWS)?, seed: options.seed })
}

fn distances(options: &v1::DistanceDensityOptions) -> Result<Distances, Refusal> {
    if let Some(max_km) = options.max_km.filter(|max_km| !(max_km.is_finite() && *max_km > 0.0)) {
        return Err(Refusal::invalid("distances.max_km", max_km, "a positive number of kilometres"));
    }
    let level = options.level.unwrap_or(0.05);
    if !(level > 0.0 && level < 0.5) {
        return Err(Refusal::invalid("distances.level", level, "above 0 and below 0.5"));
    }
    let draws = within("distances.draws", options.draws.unwrap_or(1_000), DISTANCE_DRAWS)?;
    Ok(Distances {
        max_km: options.max_km,
        steps: within("distances.steps", options.steps.unwrap_or(100), 1..=MOST_STEPS)?,
        draws: Draws { draws, seed: options.seed },
        level,
        by_size: options.by_size,
        at_regions: options.at_regions,
    })
}

fn within(field: &str, sent: i32, allowed: std::ops::RangeInclusive<i32>) -> Result<usize, Refusal> {
    match usize::try_from(sent) {
        Ok(number) if allowed.contains(&sent) => Ok(number),
        _ => Err(Refusal::invalid(field, sent, &format!("{} to {}", allowed.start(), allowed.end()))),
    }
}
