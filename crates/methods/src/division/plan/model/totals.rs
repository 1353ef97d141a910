//! What the totals of balances can be, by what single regions can weigh.
//!
//! A total is ruled out where some region has no set of focuses whose weight is an admissible share of it, where an industry
//! that needs a home is in none of the sets that are left to regions, or where the industries that are left have fewer homes
//! than regions need focuses. None of this looks at more than one balance, or at more than single sets; but it settles at
//! once what a search would have to learn part by part: that the largest industry is too large for any region's share, say.

use super::super::checked::Checked;
use super::super::homes::{self, count, ones};
use super::super::watch::{Halt, Meter};
use super::region_unit;
use super::rows::{Range, Weighed, weighed};

/// For each balance that excludes something, the ranges in which its total may lie, in order. Regions of which there are more
/// than `most` sets of focuses, together with those before them, rule nothing out.
pub(in super::super) fn admissible(
    checked: &Checked<'_>,
    most: usize,
    meter: &mut Meter<'_>,
) -> Result<Vec<Vec<Range>>, Halt> {
    let balances = weighed(checked);
    if balances.is_empty() {
        return Ok(Vec::new());
    }
    let sets = sets_of_regions(checked, most, meter)?;
    balances.iter().map(|balance| ranges(checked, balance, &sets, meter)).collect()
}

/// Sets of focuses by region; none where they are too many.
fn sets_of_regions(checked: &Checked<'_>, most: usize, meter: &mut Meter<'_>) -> Result<Vec<Option<Vec<u128>>>, Halt> {
    if checked.n_industries > u128::BITS as usize {
        return Ok(vec![None; checked.n_regions]);
    }
    let nothing = vec![0.0; checked.n_industries];
    let mut left = most;
    let mut sets = Vec::with_capacity(checked.n_regions);
    for region in 0..checked.n_regions {
        let unit = region_unit(checked, region);
        if count(&unit, unit.mask) > left as f64 {
            sets.push(None);
            continue;
        }
        let listed = homes::list(&unit, unit.mask, &nothing, f64::NEG_INFINITY, left, meter)?;
        let listed = listed.ok().map(|sets| sets.into_iter().map(|set| set.homes).collect::<Vec<u128>>());
        left -= listed.as_ref().map_or(0, Vec::len);
        sets.push(listed);
    }
    Ok(sets)
}

/// Where a set of a region begins to be admissible, as the total grows, or ceases to be.
struct End {
    at: f64,
    opens: bool,
    region: usize,
    homes: u128,
}

/// The ranges of one balance's total.
fn ranges(
    checked: &Checked<'_>,
    balance: &Weighed<'_>,
    sets: &[Option<Vec<u128>>],
    meter: &mut Meter<'_>,
) -> Result<Vec<Range>, Halt> {
    let (least, most) = by_homes(checked, balance);
    let mut ends = Vec::new();
    for (region, sets) in sets.iter().enumerate() {
        let sets = sets.as_deref().unwrap_or_default();
        meter.spend(sets.len() as u64)?;
        for &homes in sets {
            let weight = ones(homes).map(|industry| balance.weight(region, industry)).sum();
            let (from, up_to) = totals(balance, region, weight);
            let (from, up_to) = (from.max(least), up_to.min(most));
            if from <= up_to {
                ends.push(End { at: from, opens: true, region, homes });
                ends.push(End { at: up_to, opens: false, region, homes });
            }
        }
    }
    // What begins at a total and what ceases there are both admissible at it.
    ends.sort_unstable_by(|a, b| a.at.total_cmp(&b.at).then(b.opens.cmp(&a.opens)));
    let mut left = Left::new(checked, sets);
    let mut open = left.is_enough().then_some(least);
    let mut ranges = Vec::new();
    for end in &ends {
        left.pass(end);
        match (open, left.is_enough()) {
            (None, true) => open = Some(end.at),
            (Some(from), false) => {
                ranges.push((from, end.at));
                open = None;
            }
            _ => {}
        }
    }
    ranges.extend(open.map(|from| (from, most)));
    ranges.retain(|(from, up_to)| from <= up_to);
    Ok(ranges)
}

/// What all regions weigh together at least and at most, by how many homes industries have.
fn by_homes(checked: &Checked<'_>, balance: &Weighed<'_>) -> Range {
    let (mut least, mut most) = (0.0, 0.0);
    for (industry, homes) in checked.demands().homes.iter().enumerate() {
        let is_allowed = |region: &usize| checked.allowed[region * checked.n_industries + industry];
        let weights = (0..checked.n_regions).filter(is_allowed).map(|region| balance.weight(region, industry));
        let mut weights: Vec<f64> = weights.collect();
        weights.sort_by(f64::total_cmp);
        least += weights.iter().take(homes.min).sum::<f64>();
        most += weights.iter().rev().take(homes.max).sum::<f64>();
    }
    let tolerance = 2.0 * balance.tolerance_of_total();
    (least - tolerance, most + tolerance)
}

/// The totals of which a region's weight is an admissible share.
fn totals(balance: &Weighed<'_>, region: usize, weight: f64) -> Range {
    let (floor, ceiling) = balance.shares[region];
    // Twice what rows allow: nothing that meets them is ruled out.
    let tolerance = 2.0 * balance.tolerance(region);
    let from = match ceiling > 0.0 {
        true => (weight - tolerance) / ceiling,
        false if weight <= tolerance => f64::NEG_INFINITY,
        false => f64::INFINITY,
    };
    (from, if floor > 0.0 { (weight + tolerance) / floor } else { f64::INFINITY })
}

/// What is left at a total: how many sets of each region, how many sets with each industry, and what these can do.
struct Left<'a> {
    checked: &'a Checked<'a>,
    sets: Vec<usize>,
    with_industry: Vec<usize>,
    /// Regions without a set.
    idle: usize,
    /// Industries that need a home and are in no set.
    homeless: usize,
    /// Homes that the industries in some set may have together, and focuses that regions need.
    homes: usize,
    focuses: usize,
}

impl<'a> Left<'a> {
    /// Before any set is admissible: regions whose sets are not listed have what they are allowed.
    fn new(checked: &'a Checked<'a>, sets: &[Option<Vec<u128>>]) -> Self {
        let is_open = |region: usize| sets[region].is_none();
        let of_industry = |industry: usize| {
            let has = |region: &usize| is_open(*region) && checked.allowed[region * checked.n_industries + industry];
            (0..checked.n_regions).filter(has).count()
        };
        let with_industry: Vec<usize> = (0..checked.n_industries).map(of_industry).collect();
        let rules = || checked.homes.iter().zip(&with_industry);
        Self {
            sets: (0..checked.n_regions).map(|region| usize::from(is_open(region))).collect(),
            idle: (0..checked.n_regions).filter(|&region| !is_open(region)).count(),
            homeless: rules().filter(|(rule, sets)| !rule.none && **sets == 0).count(),
            homes: rules().filter(|(_, sets)| **sets > 0).map(|(rule, _)| rule.max).sum(),
            focuses: checked.focuses.iter().map(|bounds| bounds.min).sum(),
            with_industry,
            checked,
        }
    }

    fn pass(&mut self, end: &End) {
        let change = |count: &mut usize| {
            let before = *count;
            *count = if end.opens { before + 1 } else { before - 1 };
            // Whether the first came, or the last went.
            before.min(*count) == 0
        };
        if change(&mut self.sets[end.region]) {
            self.idle = if end.opens { self.idle - 1 } else { self.idle + 1 };
        }
        for industry in ones(end.homes) {
            if change(&mut self.with_industry[industry]) {
                let rule = &self.checked.homes[industry];
                let needs = usize::from(!rule.none);
                match end.opens {
                    true => (self.homeless, self.homes) = (self.homeless - needs, self.homes + rule.max),
                    false => (self.homeless, self.homes) = (self.homeless + needs, self.homes - rule.max),
                }
            }
        }
    }

    /// Whether a plan is not ruled out.
    fn is_enough(&self) -> bool {
        self.idle == 0 && self.homeless == 0 && self.homes >= self.focuses
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::super::problem::{Balance, Bounds, DivisionProblem};
    use super::*;
    use crate::division::plan::Watch;
    use crate::{Matrix, Progress};

    fn admissible_of(problem: &DivisionProblem, most: usize) -> Vec<Vec<Range>> {
        let checked = Checked::try_new(problem).unwrap();
        let progress = Progress::new();
        admissible(&checked, most, &mut Meter::new(Watch::new(&progress), u64::MAX)).unwrap()
    }

    fn balanced(weights: &[f64], n_regions: usize, tolerance: f64) -> DivisionProblem {
        let of_pair = Matrix::from_fn(n_regions, weights.len(), |_, industry| weights[industry]);
        let mut problem = DivisionProblem::new(of_pair.clone());
        problem.focuses = vec![Bounds::between(1, 2); n_regions];
        problem.balances = vec![Balance::even(of_pair, tolerance)];
        problem
    }

    #[test]
    fn a_total_is_a_multiple_of_what_every_region_can_weigh() {
        // One home each: 10 of the largest altogether, which two regions halve by 4 + 1 and 3 + 2.
        let ranges = admissible_of(&balanced(&[4.0, 3.0, 2.0, 1.0], 2, 0.0), 1000);
        let [(from, up_to)] = ranges[0][..] else { panic!("{ranges:?}") };
        assert!((from - 2.5).abs() < 1e-6 && (up_to - 2.5).abs() < 1e-6, "{from} {up_to}");
        // Nobody has 11 / 2.
        assert_eq!(admissible_of(&balanced(&[4.0, 3.0, 2.0, 2.0], 2, 0.0), 1000), [[]]);
        assert_eq!(admissible_of(&balanced(&[4.0, 3.0, 2.0, 2.0], 2, 0.1), 1000)[0].len(), 1);
    }

    #[test]
    fn a_total_at_which_an_industry_has_no_home_is_ruled_out() {
        // One focus each: shares are alike where both regions have the same.
        let mut problem = balanced(&[9.0, 5.0, 5.0], 2, 0.0);
        problem.focuses = vec![Bounds::exactly(1); 2];
        problem.homes = vec![Bounds::between(1, 2); 3];
        assert_eq!(admissible_of(&problem, 1000), [[]], "the first and the others need a home");
        problem.exits = vec![1, 2];
        let ranges = admissible_of(&problem, 1000);
        let [(from, up_to)] = ranges[0][..] else { panic!("{ranges:?}") };
        assert!((from - 2.0).abs() < 1e-6 && (up_to - 2.0).abs() < 1e-6, "{from} {up_to}");
    }

    #[test]
    fn too_few_homes_rule_a_total_out() {
        // Three regions can only weigh alike by all having the same industry.
        let mut problem = balanced(&[1.0, 5.0], 3, 0.05);
        problem.exits = vec![0, 1];
        problem.homes = vec![Bounds::between(1, 3); 2];
        assert_eq!(admissible_of(&problem, 1000)[0].len(), 3, "both, or either");
        problem.homes = vec![Bounds::between(1, 2); 2];
        assert_eq!(admissible_of(&problem, 1000), [[]]);
    }

    #[test]
    fn regions_with_too_many_sets_rule_nothing_out() {
        let ranges = admissible_of(&balanced(&[9.0, 1.0, 1.0, 1.0], 2, 0.4), 3);
        assert_eq!(ranges[0].len(), 1);
        assert!(admissible_of(&DivisionProblem::new(Matrix::from_fn(2, 2, |_, _| 1.0)), 3).is_empty());
    }
}
