//! What the best partitions of one series come to: tests, number, dates and intervals.

use super::super::asymptotic::{BreakTest, asymptotic_critical_value};
use super::super::break_interval::{ErrorVariances, distances};
use super::super::criteria::{InformationCriteria, information_criteria};
use super::super::null_distribution::{Chance, NullDistribution};
use super::super::segments::SegmentFit;
use super::fit::Fit;
use super::{Break, BreakCriterion, BreakNumber, BreakOptions, ChosenNumbers, SeriesBreaks, TestedBreaks};

/// Tests, choice, dates and intervals.
pub(super) fn conclude(
    values: &[f64],
    fit: Fit,
    lists: &[Vec<usize>],
    chances: &NullDistribution,
    options: &BreakOptions,
) -> SeriesBreaks {
    let shape = fit.shape;
    let coefficients = options.model.coefficients();
    let numbers: Vec<BreakNumber> = (fit.partitions.iter().zip(&fit.squares).enumerate())
        .map(|(breaks, (segments, &squares))| BreakNumber {
            breaks: segments[1..].iter().map(|segment| segment.start).collect(),
            squares,
            criteria: information_criteria(squares, shape.n, breaks, coefficients),
        })
        .collect();
    let (tests, sequential) = tests(&fit, lists, chances, options);
    let least = |criterion: fn(&InformationCriteria) -> f64| least(&numbers, criterion);
    let chosen_by = ChosenNumbers {
        bic: least(|criteria| criteria.bic),
        lwz: least(|criteria| criteria.lwz),
        aic: least(|criteria| criteria.aic),
        sequential,
    };
    let chosen = match options.criterion {
        BreakCriterion::Bic => chosen_by.bic,
        BreakCriterion::Lwz => chosen_by.lwz,
        BreakCriterion::Aic => chosen_by.aic,
        BreakCriterion::Sequential => chosen_by.sequential,
    };
    let segments: Vec<SegmentFit> =
        fit.partitions[chosen].iter().map(|segment| SegmentFit::of(values, segment.clone(), options.model)).collect();
    SeriesBreaks {
        min_segment: shape.min_segment,
        breaks: breaks(values, &segments, fit.squares[chosen], options),
        residual_autocorrelation: (fit.squares[chosen] > 0.0).then(|| autocorrelation(values, &segments)),
        numbers,
        tests,
        chosen,
        chosen_by,
        segments,
    }
}

/// The number of breaks with the least criterion; the first that fits exactly, where one does.
fn least(numbers: &[BreakNumber], criterion: fn(&InformationCriteria) -> f64) -> usize {
    let value = |number: &BreakNumber| match &number.criteria {
        Some(criteria) => criterion(criteria),
        None if number.squares == 0.0 => f64::NEG_INFINITY,
        None => f64::INFINITY,
    };
    let values = numbers.iter().map(value).enumerate();
    values.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(breaks, _)| breaks)
}

/// All tests, and the number of breaks that the sequential ones choose.
fn tests(
    fit: &Fit,
    lists: &[Vec<usize>],
    chances: &NullDistribution,
    options: &BreakOptions,
) -> (Vec<TestedBreaks>, usize) {
    let shape = fit.shape;
    let trimming = shape.min_segment as f64 / shape.n as f64;
    let tested = |test, statistic: f64, chance: &Chance| TestedBreaks {
        test,
        statistic: statistic.is_finite().then_some(statistic),
        p_value: chance.p_value(statistic),
        critical_value: chance.critical_value(options.significance),
        asymptotic_critical_value: (!shape.is_trend)
            .then(|| asymptotic_critical_value(test, trimming, options.significance))
            .flatten(),
    };
    let sup = &fit.sup;
    let each = sup.iter().zip(&chances.sup).enumerate();
    let mut tests: Vec<TestedBreaks> =
        each.map(|(index, (statistic, chance))| tested(BreakTest::Number(index + 1), *statistic, chance)).collect();
    let unweighted = sup.iter().copied().fold(0.0, f64::max);
    let weighted = sup.iter().zip(&chances.weights).map(|(statistic, weight)| statistic * weight).fold(0.0, f64::max);
    tests.push(tested(BreakTest::AnyNumber, unweighted, &chances.unweighted));
    tests.push(tested(BreakTest::AnyNumberWeighted, weighted, &chances.weighted));

    let mut sequential = 0;
    for one_more in &fit.one_more {
        let Ok(index) = lists.binary_search(&one_more.lengths) else { continue };
        let test = tested(BreakTest::OneMore(one_more.breaks), one_more.statistic, &chances.one_more[index]);
        if sequential == one_more.breaks && test.p_value <= options.significance {
            sequential += 1;
        }
        tests.push(test);
    }
    (tests, sequential)
}

/// The breaks between segments, with their intervals.
fn breaks(values: &[f64], segments: &[SegmentFit], squares: f64, options: &BreakOptions) -> Vec<Break> {
    let (n, coefficients) = (values.len(), options.model.coefficients());
    // A variance, corrected for the coefficients that were estimated beside it.
    let of = |residuals: &[f64], squares: f64, estimated: usize| {
        let (n, free) = (residuals.len() as f64, (residuals.len() - estimated) as f64);
        if options.errors.are_correlated() { options.errors.variance(residuals) * n / free } else { squares / free }
    };
    let common = of(&residuals(values, segments), squares, segments.len() * coefficients);
    let variance = |segment: &SegmentFit| match options.variances {
        ErrorVariances::Common => common,
        ErrorVariances::BySegment => {
            of(&residuals(values, std::slice::from_ref(segment)), segment.squares, coefficients)
        }
    };
    let between = |pair: &[SegmentFit]| {
        let (before, after) = (&pair[0], &pair[1]);
        let first_after = after.positions.start;
        let jump = after.first_fitted - before.fitted(first_after);
        let [earlier, later] = distances(jump, [variance(before), variance(after)], options.confidence)
            .map(|distance| distance.min(n as f64).floor() as usize + 1);
        Break {
            first_after,
            jump,
            slope_change: after.slope.zip(before.slope).map(|(after, before)| after - before),
            interval: [first_after.saturating_sub(earlier).max(1), (first_after + later).min(n - 1)],
            cut: [first_after < earlier + 1, first_after + later > n - 1],
        }
    };
    segments.windows(2).map(between).collect()
}

/// First-order autocorrelation of the residuals about the segments' fits.
fn autocorrelation(values: &[f64], segments: &[SegmentFit]) -> f64 {
    let residuals = residuals(values, segments);
    let products: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
    products / residuals.iter().map(|residual| residual * residual).sum::<f64>()
}

/// Residuals about the segments' fits, in order of time.
fn residuals(values: &[f64], segments: &[SegmentFit]) -> Vec<f64> {
    segments.iter().flat_map(|segment| segment.residuals(values)).collect()
}
