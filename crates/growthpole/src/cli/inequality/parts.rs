//! Parts of a measure by groups of regions.

use growthpole_contracts::v1::{EntropyByGroups, GiniByGroups, InequalityTest, InequalityUndefined, PeriodInequality};

/// Parts by groups: the whole, between, within, overlap, and what the test of the part between says.
pub(super) struct Parts {
    pub(super) measure: &'static str,
    pub(super) whole: f64,
    pub(super) between: f64,
    pub(super) within: f64,
    pub(super) overlap: Option<f64>,
    pub(super) between_test: Option<InequalityTest>,
    pub(super) overlap_test: Option<InequalityTest>,
    pub(super) undefined: Option<InequalityUndefined>,
    /// Name, and what the group adds within and between; the latter only of entropies.
    pub(super) groups: Vec<(String, Option<f64>, f64, Option<f64>)>,
}

impl Parts {
    /// The measures that have parts in a period.
    pub(super) fn of_period(period: &PeriodInequality) -> Vec<Self> {
        let entropies =
            [("theil-t", &period.theil_by_groups), ("mean-log-deviation", &period.mean_log_deviation_by_groups)];
        let entropies =
            entropies.into_iter().filter_map(|(measure, own)| Some(Self::of_entropy(measure, own.as_ref()?)));
        entropies.chain(period.gini_by_groups.as_ref().map(Self::of_gini)).collect()
    }

    fn of_entropy(measure: &'static str, own: &EntropyByGroups) -> Self {
        Self {
            measure,
            whole: own.total,
            between: own.between,
            within: own.within,
            overlap: None,
            between_test: own.between_test,
            overlap_test: None,
            undefined: own.undefined.clone(),
            groups: own.groups.iter().map(|own| (own.name.clone(), own.own, own.within, Some(own.between))).collect(),
        }
    }

    fn of_gini(own: &GiniByGroups) -> Self {
        Self {
            measure: "gini",
            whole: own.gini,
            between: own.between,
            within: own.within,
            overlap: Some(own.overlap),
            between_test: own.between_test,
            overlap_test: own.overlap_test,
            undefined: own.undefined.clone(),
            groups: own.groups.iter().map(|own| (own.name.clone(), own.own, own.within, None)).collect(),
        }
    }
}
