//! What a request asks for beside its selection.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::KrugmanReference;

use crate::pair_weights::PairWeights;

/// Largest value of a locational Gini coefficient.
const LARGEST_GINI: f64 = 0.5;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// Only pairs that share a border.
    pub(crate) neighbours_only: bool,
    /// Nothing where the caller leaves it to the data set.
    weights: Option<PairWeights>,
    pub(crate) reference: KrugmanReference,
    pub(crate) tradable_threshold: Option<f64>,
    /// Number of industries listed for each pair.
    pub(crate) contributions: usize,
}

impl Options {
    pub(crate) fn read(request: v1::CompareStructuresRequest) -> Result<Self, Refusal> {
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
        let weights = PairWeights::read(request.weights, "weights")?;
        let reference = reference(request.krugman_reference)?;
        Ok(Self { neighbours_only, weights, reference, tradable_threshold, contributions })
    }

    /// The weights that are used, once it is known whether the data set holds borders: none where it does not, and the
    /// caller left them open.
    pub(crate) fn weights_on(&self, panel: &Panel) -> Result<Option<PairWeights>, Refusal> {
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

fn reference(sent: i32) -> Result<KrugmanReference, Refusal> {
    match v1::KrugmanReference::try_from(sent) {
        Ok(v1::KrugmanReference::Unspecified | v1::KrugmanReference::Whole) => Ok(KrugmanReference::Whole),
        Ok(v1::KrugmanReference::Rest) => Ok(KrugmanReference::Rest),
        Ok(v1::KrugmanReference::MeanOfOthers) => Ok(KrugmanReference::MeanOfOthers),
        Err(_) => Err(Refusal::invalid("krugman_reference", sent, "WHOLE, REST, MEAN_OF_OTHERS, or nothing")),
    }
}

pub(crate) fn write_reference(reference: KrugmanReference) -> v1::KrugmanReference {
    match reference {
        KrugmanReference::Whole => v1::KrugmanReference::Whole,
        KrugmanReference::Rest => v1::KrugmanReference::Rest,
        KrugmanReference::MeanOfOthers => v1::KrugmanReference::MeanOfOthers,
    }
}
