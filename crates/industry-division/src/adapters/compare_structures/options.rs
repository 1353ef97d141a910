//! What a request asks for beside its selection.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::KrugmanReference;

use super::clusters::Asked;
use crate::pair_weights::PairWeights;

/// Largest value of a locational Gini coefficient.
const LARGEST_GINI: f64 = 0.5;

/// Regions whose pairs are compared.
const MOST_REGIONS: usize = 3000;

/// Regions that are clustered.
const MOST_CLUSTERED: usize = 2000;

/// Periods of one call.
const MOST_PERIODS: usize = 100;

/// Pairs times periods that are held at once.
const MOST_HELD: usize = 20_000_000;

/// Pairs that an answer lists.
const MOST_PAIRS: usize = 100_000;

/// Bands of friction by distance end so often.
const MOST_BANDS: usize = 50;

#[derive(Debug, Clone)]
pub(super) struct Options {
    /// Only pairs that share a border.
    pub(super) neighbours_only: bool,
    /// Nothing where the caller leaves it to the data set.
    weights: Option<PairWeights>,
    pub(super) reference: KrugmanReference,
    pub(super) tradable_threshold: Option<f64>,
    /// Number of industries listed for each pair.
    pub(super) contributions: usize,
    /// Number of pairs listed; all of them where there is none.
    most_pairs: Option<usize>,
    pub(super) clusters: Option<Asked>,
    /// Distances at which bands of friction end, in kilometres.
    pub(super) bands: Vec<f64>,
}

impl Options {
    pub(super) fn read(request: v1::CompareStructuresRequest) -> Result<Self, Refusal> {
        let neighbours_only = match v1::PairScope::try_from(request.scope) {
            Ok(v1::PairScope::Unspecified | v1::PairScope::All) => false,
            Ok(v1::PairScope::Neighbours) => true,
            Err(_) => return Err(Refusal::invalid("scope", request.scope, "ALL, NEIGHBOURS, or nothing")),
        };
        let contributions = match usize::try_from(request.contributions) {
            Ok(0) => usize::MAX,
            Ok(count) => count,
            Err(_) => return Err(Refusal::invalid("contributions", request.contributions, "0 or more")),
        };
        let tradable_threshold = match request.tradable_threshold {
            Some(threshold) if !(0.0..=LARGEST_GINI).contains(&threshold) => {
                return Err(Refusal::invalid("tradable_threshold", threshold, "0 to 0.5"));
            }
            threshold => threshold,
        };
        Ok(Self {
            neighbours_only,
            weights: PairWeights::read(request.weights, "weights")?,
            reference: reference(request.krugman_reference)?,
            tradable_threshold,
            contributions,
            most_pairs: request.most_pairs.map(most_pairs).transpose()?,
            clusters: request.clusters.map(Asked::read).transpose()?,
            bands: bands(request.distance_bands_km)?,
        })
    }

    /// Refuses what the panel cannot give, and what would be too much.
    pub(super) fn check_against(&self, panel: &Panel) -> Result<(), Refusal> {
        let (regions, periods) = (panel.axes.regions.len(), panel.axes.periods.len());
        if regions < 2 {
            return Err(Refusal::invalid("selection.regions", "one region", "at least two regions"));
        }
        let regions_allowed = if self.clusters.is_some() { MOST_CLUSTERED } else { MOST_REGIONS };
        if regions > regions_allowed {
            let what = if self.clusters.is_some() { " to be clustered" } else { "" };
            let allowed = format!("at most {regions_allowed} regions{what}");
            return Err(Refusal::invalid("selection.regions", format!("{regions} regions"), &allowed));
        }
        if periods > MOST_PERIODS {
            let sent = format!("{periods} periods");
            return Err(Refusal::invalid("selection.periods", sent, &format!("at most {MOST_PERIODS}")));
        }
        let held = regions * (regions - 1) / 2 * periods;
        if periods > 1 && held > MOST_HELD {
            let sent = format!("{periods} periods of {} pairs", regions * (regions - 1) / 2);
            let allowed = format!("pairs times periods up to {MOST_HELD}");
            return Err(Refusal::invalid("selection.periods", sent, &allowed));
        }
        Ok(())
    }

    /// Number of pairs to list of so many.
    pub(super) fn most_pairs_of(&self, count: usize) -> Result<usize, Refusal> {
        match self.most_pairs {
            Some(most) => Ok(most.min(count)),
            None if count <= MOST_PAIRS => Ok(count),
            None => {
                let allowed = format!("most_pairs up to {MOST_PAIRS}, of {count} pairs");
                Err(Refusal::invalid("most_pairs", "nothing", &allowed))
            }
        }
    }

    /// The weights that are used, once it is known whether the data set holds borders: none where it does not, and the
    /// caller left them open.
    pub(super) fn weights_on(&self, panel: &Panel) -> Result<Option<PairWeights>, Refusal> {
        let has_borders = panel.borders.is_some();
        if self.neighbours_only && !has_borders {
            let allowed = "ALL: the data set holds no borders";
            return Err(Refusal::invalid("scope", "NEIGHBOURS", allowed));
        }
        match self.weights {
            Some(PairWeights::Neighbours) if !has_borders => {
                let allowed = "exponential, gravity or equal: the data set holds no borders";
                Err(Refusal::invalid("weights", "neighbours", allowed))
            }
            None if has_borders => Ok(Some(PairWeights::Neighbours)),
            weights => Ok(weights),
        }
    }
}

fn most_pairs(sent: i32) -> Result<usize, Refusal> {
    let most = usize::try_from(sent).ok().filter(|most| *most <= MOST_PAIRS);
    most.ok_or_else(|| Refusal::invalid("most_pairs", sent, &format!("0 to {MOST_PAIRS}")))
}

fn bands(limits: Vec<f64>) -> Result<Vec<f64>, Refusal> {
    if limits.len() > MOST_BANDS {
        let sent = format!("{} distances", limits.len());
        return Err(Refusal::invalid("distance_bands_km", sent, &format!("at most {MOST_BANDS}")));
    }
    let mut last = 0.0;
    for (at, &limit) in limits.iter().enumerate() {
        if !(limit.is_finite() && limit > last) {
            let allowed = format!("a finite number of kilometres above {last}");
            return Err(Refusal::invalid(&format!("distance_bands_km[{at}]"), limit, &allowed));
        }
        last = limit;
    }
    Ok(limits)
}

fn reference(sent: i32) -> Result<KrugmanReference, Refusal> {
    match v1::KrugmanReference::try_from(sent) {
        Ok(v1::KrugmanReference::Unspecified | v1::KrugmanReference::Whole) => Ok(KrugmanReference::Whole),
        Ok(v1::KrugmanReference::Rest) => Ok(KrugmanReference::Rest),
        Ok(v1::KrugmanReference::MeanOfOthers) => Ok(KrugmanReference::MeanOfOthers),
        Err(_) => Err(Refusal::invalid("krugman_reference", sent, "WHOLE, REST, MEAN_OF_OTHERS, or nothing")),
    }
}

pub(super) fn write_reference(reference: KrugmanReference) -> v1::KrugmanReference {
    match reference {
        KrugmanReference::Whole => v1::KrugmanReference::Whole,
        KrugmanReference::Rest => v1::KrugmanReference::Rest,
        KrugmanReference::MeanOfOthers => v1::KrugmanReference::MeanOfOthers,
    }
}
