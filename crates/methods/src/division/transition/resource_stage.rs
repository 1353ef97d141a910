//! Stage of a region that lives from resources: growing, mature, declining or regenerating.

use crate::division::location_quotient_cell;
use crate::growth::compound_growth;

/// How far a region that lives from resources has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceStage {
    /// It never depended on resources in the periods looked at.
    NotResourceBased,
    /// Resource activity grows, and with it its share.
    Growing,
    /// Resource activity carries the region and neither rises nor falls away.
    Mature,
    /// Resource activity falls, and other activity does not make up for it.
    Declining,
    /// Other activity keeps up with the reference while the share of resources falls.
    Regenerating,
}

/// When a region counts as resource-based, and its resource activity as growing or falling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageRule {
    /// Location quotient of resource activity from which a region is resource-based, positive.
    pub quotient: f64,
    /// Growth a year, up or down, below which activity counts as steady; not negative.
    pub steady_growth: f64,
}

impl Default for StageRule {
    fn default() -> Self {
        Self { quotient: 1.5, steady_growth: 0.01 }
    }
}

/// Resource activity and all activity over periods, of a region and of its reference; each at least two, from first to last.
#[derive(Debug, Clone, Copy)]
pub struct ResourcePath<'a> {
    /// Resource activity of the region.
    pub resource: &'a [f64],
    /// All activity of the region.
    pub total: &'a [f64],
    /// Resource activity of the reference.
    pub reference_resource: &'a [f64],
    /// All activity of the reference.
    pub reference_total: &'a [f64],
    /// Years from the first period to the last, positive.
    pub years: f64,
}

/// What a stage rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageEvidence {
    /// Highest location quotient of resource activity; none where the reference has no such activity in any period.
    pub peak_quotient: Option<f64>,
    /// Position of its period.
    pub peak: usize,
    /// Share of resource activity at first.
    pub first_share: f64,
    /// Share of resource activity at last.
    pub last_share: f64,
    /// Growth of resource activity a year; none where it begins from nothing.
    pub resource_growth: Option<f64>,
    /// Growth of all other activity a year; none where it begins from nothing.
    pub other_growth: Option<f64>,
    /// Growth of all other activity of the reference a year; none where it begins from nothing.
    pub reference_other_growth: Option<f64>,
}

/// Why there is no stage.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum StageError {
    /// The series are not of the same periods, or of fewer than two.
    #[error("the series do not have the same two or more periods")]
    PeriodsDiffer,
    /// A threshold or the number of years is not a positive number, or the steady growth is negative.
    #[error("{value} is not a parameter of the rule")]
    InvalidRule {
        /// The value.
        value: f64,
    },
    /// The value is negative, NaN, infinite, or more than the total.
    #[error("period {period}: {value} is not an amount, or not a part of its total")]
    NotAnAmount {
        /// Position of the period.
        period: usize,
        /// The value.
        value: f64,
    },
    /// The region or its reference holds nothing at first or at last.
    #[error("period {period}: there is no activity")]
    Empty {
        /// Position of the period.
        period: usize,
    },
}

/// Tells the stage of a region by the rule:
///
/// ```text
/// NOT RESOURCE-BASED  LQ of resource activity is below the threshold in every period
/// GROWING             resource activity grows by more than the steady growth, and its share rises
/// REGENERATING        its share falls, and other activity grows at least as fast as that of the reference
/// DECLINING           resource activity falls by more than the steady growth
/// MATURE              anything else
/// ```
///
/// the first that holds, with compound growth a year from the first period to the last.
///
/// # Shapes and units
///
/// - `path`: amounts of one unit, by period.
/// - returns: the stage, and the figures it was told by.
///
/// # Errors
///
/// Series that do not fit, a rule that is none, the first value that is no amount, and a first or last period without
/// activity.
///
/// # Source
///
/// The stages are those of the State Council's plan for resource-based cities (国发〔2013〕45号), which tells them by reserves
/// and finances that no statistics of activity hold; the rule is ours.
pub fn resource_stage(path: &ResourcePath<'_>, rule: StageRule) -> Result<(ResourceStage, StageEvidence), StageError> {
    check(path, rule)?;
    let last = path.total.len() - 1;
    let share = |period: usize| path.resource[period] / path.total[period];
    let (peak, peak_quotient) = peak(path);
    let other = |total: &[f64], resource: &[f64]| {
        compound_growth(total[0] - resource[0], total[last] - resource[last], path.years)
    };
    let evidence = StageEvidence {
        peak_quotient,
        peak,
        first_share: share(0),
        last_share: share(last),
        resource_growth: compound_growth(path.resource[0], path.resource[last], path.years),
        other_growth: other(path.total, path.resource),
        reference_other_growth: other(path.reference_total, path.reference_resource),
    };
    Ok((stage(&evidence, rule), evidence))
}

fn stage(evidence: &StageEvidence, rule: StageRule) -> ResourceStage {
    if evidence.peak_quotient.is_none_or(|quotient| quotient < rule.quotient) {
        return ResourceStage::NotResourceBased;
    }
    // From nothing to something is growth, however little.
    let grows = evidence.resource_growth.map_or(evidence.last_share > 0.0, |growth| growth > rule.steady_growth);
    let falls = evidence.resource_growth.is_some_and(|growth| growth < -rule.steady_growth);
    let keeps_up = match (evidence.other_growth, evidence.reference_other_growth) {
        (Some(own), Some(reference)) => own >= reference,
        _ => false,
    };
    if grows && evidence.last_share > evidence.first_share {
        ResourceStage::Growing
    } else if evidence.last_share < evidence.first_share && keeps_up {
        ResourceStage::Regenerating
    } else if falls {
        ResourceStage::Declining
    } else {
        ResourceStage::Mature
    }
}

/// The first period of the highest location quotient.
fn peak(path: &ResourcePath<'_>) -> (usize, Option<f64>) {
    let quotient = |period: usize| {
        let (resource, total) = (path.resource[period], path.total[period]);
        location_quotient_cell(resource, total, path.reference_resource[period], path.reference_total[period])
    };
    let quotients = (0..path.total.len()).filter_map(|period| Some((period, quotient(period)?)));
    let highest = quotients.reduce(|best, next| if next.1 > best.1 { next } else { best });
    highest.map_or((0, None), |(period, quotient)| (period, Some(quotient)))
}

fn check(path: &ResourcePath<'_>, rule: StageRule) -> Result<(), StageError> {
    let n = path.total.len();
    if n < 2 || [path.resource, path.reference_resource, path.reference_total].iter().any(|series| series.len() != n) {
        return Err(StageError::PeriodsDiffer);
    }
    for value in [path.years, rule.quotient] {
        if !(value.is_finite() && value > 0.0) {
            return Err(StageError::InvalidRule { value });
        }
    }
    if !(rule.steady_growth.is_finite() && rule.steady_growth >= 0.0) {
        return Err(StageError::InvalidRule { value: rule.steady_growth });
    }
    for (parts, totals) in [(path.resource, path.total), (path.reference_resource, path.reference_total)] {
        for (period, (&part, &total)) in parts.iter().zip(totals).enumerate() {
            // A part that is all may exceed its total by the rounding of sums.
            if !(total.is_finite() && part >= 0.0 && part <= total * (1.0 + 1e-12)) {
                return Err(StageError::NotAnAmount { period, value: part });
            }
        }
        if let Some(period) = [0, n - 1].into_iter().find(|&period| totals[period] == 0.0) {
            return Err(StageError::Empty { period });
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A region of 100 at first against a reference of 1000, of which 100 are resources throughout; others of the reference
    /// grow by 21 % in two years.
    fn staged(resource: [f64; 2], other: [f64; 2]) -> (ResourceStage, StageEvidence) {
        let total = [resource[0] + other[0], resource[1] + other[1]];
        let path = ResourcePath {
            resource: &resource,
            total: &total,
            reference_resource: &[100.0, 100.0],
            reference_total: &[1000.0, 100.0 + 900.0 * 1.21],
            years: 2.0,
        };
        resource_stage(&path, StageRule::default()).unwrap()
    }

    #[test]
    fn tells_each_stage() {
        use ResourceStage::{Declining, Growing, Mature, NotResourceBased, Regenerating};
        assert_eq!(staged([10.0, 10.0], [90.0, 100.0]).0, NotResourceBased);
        assert_eq!(staged([40.0, 60.0], [60.0, 66.0]).0, Growing);
        assert_eq!(staged([40.0, 40.0], [60.0, 66.0]).0, Mature);
        assert_eq!(staged([40.0, 30.0], [60.0, 61.0]).0, Declining);
        assert_eq!(staged([40.0, 30.0], [60.0, 80.0]).0, Regenerating);
        // What falls beside others that fall faster still falls.
        assert_eq!(staged([40.0, 38.0], [60.0, 40.0]).0, Declining);
        // A region that depended on resources once is not one that never did.
        assert_eq!(staged([40.0, 5.0], [60.0, 75.0]).0, Regenerating);
        assert_eq!(staged([0.0, 60.0], [60.0, 66.0]).0, Growing);
    }

    #[test]
    fn says_what_it_rests_on() {
        let (_, evidence) = staged([40.0, 48.4], [60.0, 60.0]);
        let close = |found: Option<f64>, wanted: f64| found.is_some_and(|found| (found - wanted).abs() < 1e-12);
        assert!(close(evidence.resource_growth, 0.1) && close(evidence.other_growth, 0.0));
        assert!(close(evidence.reference_other_growth, 0.1));
        assert_eq!((evidence.first_share, evidence.peak), (0.4, 1));
        assert!(close(evidence.peak_quotient, 48.4 / 108.4 / (100.0 / 1189.0)));
        assert_eq!(staged([40.0, 0.0], [60.0, 60.0]).1.resource_growth, Some(-1.0));
    }

    #[test]
    fn refuses_what_has_no_stage() {
        let (part, whole) = ([1.0, 1.0], [2.0, 2.0]);
        let of = |resource: &[f64], total: &[f64], rule: StageRule| {
            let path = ResourcePath { resource, total, reference_resource: &part, reference_total: &whole, years: 1.0 };
            resource_stage(&path, rule)
        };
        let rule = StageRule::default();
        assert_eq!(of(&[1.0], &[2.0], rule), Err(StageError::PeriodsDiffer));
        let more = StageError::NotAnAmount { period: 1, value: 3.0 };
        assert_eq!(of(&[1.0, 3.0], &whole, rule), Err(more));
        assert!(matches!(of(&[f64::NAN, 1.0], &whole, rule), Err(StageError::NotAnAmount { period: 0, .. })));
        assert_eq!(of(&[0.0, 1.0], &[0.0, 2.0], rule), Err(StageError::Empty { period: 0 }));
        let zero = StageRule { quotient: 0.0, ..rule };
        assert_eq!(of(&part, &whole, zero), Err(StageError::InvalidRule { value: 0.0 }));
        let negative = StageRule { steady_growth: -0.1, ..rule };
        assert_eq!(of(&part, &whole, negative), Err(StageError::InvalidRule { value: -0.1 }));
    }
}
