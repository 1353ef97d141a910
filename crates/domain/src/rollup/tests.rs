//! The laws of roll-ups, over figures of any kind.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{ObservationStatus, Period};

const SUM: Rules = Rules { combination: Combination::Sum, suppressed: CellPolicy::Refuse, missing: CellPolicy::Refuse };
const KNOWN: Rules = Rules { suppressed: CellPolicy::KnownOnly, missing: CellPolicy::KnownOnly, ..SUM };

/// Two countries, five states, twelve counties.
fn places() -> Vec<(String, &'static str, String)> {
    let mut nodes = vec![("W".to_owned(), "WORLD", String::new())];
    nodes.extend((0..2).map(|at| (format!("N{at}"), "NATION", "W".to_owned())));
    nodes.extend((0..5).map(|at| (format!("S{at}"), "STATE", format!("N{}", at % 2))));
    nodes.extend((0..12).map(|at| (format!("C{at:02}"), "COUNTY", format!("S{}", at % 5))));
    nodes
}

fn tree<'a>(nodes: &'a [(String, &'static str, String)]) -> Hierarchy<'a> {
    Hierarchy::new(nodes.iter().map(|(code, level, parent)| (code.as_str(), *level, parent.as_str())))
}

/// The axis of a level: each of its members from what lies below it of another level.
fn axis(tree: &Hierarchy<'_>, to: &str, from: &'static str) -> Arc<Axis> {
    let targets = tree.of_level(to).into_iter().map(|code| Target { code, of: TargetOf::Below(code) }).collect();
    let sources = Sources { level: Some(from), ..Sources::default() };
    Arc::new(Axis::rolled_up(tree, &parts(tree, targets, &sources).unwrap()))
}

fn kept<'a>(codes: impl IntoIterator<Item = &'a str>) -> Arc<Axis> {
    Arc::new(Axis::kept(codes))
}

/// An observation before it has a place.
type Figure = (String, &'static str, Option<f64>, ObservationStatus);

fn cell(regions: &Axis, industries: &Axis, (region, industry, value, status): &Figure) -> Option<Cell> {
    Some(Cell {
        region: regions.position(region)?,
        industry: industries.position(industry)?,
        period: Period::year(2015),
        value: value.unwrap_or(f64::NAN),
        status: *status,
        weight: 1.0,
    })
}

fn fold(regions: &Arc<Axis>, industries: &Arc<Axis>, figures: &[Figure], rules: Rules) -> Vec<Aggregate> {
    let mut fold = Fold::new(regions, industries);
    figures.iter().filter_map(|figure| cell(regions, industries, figure)).for_each(|cell| fold.add(&cell));
    fold.finish(rules)
}

fn status(code: u8) -> ObservationStatus {
    ObservationStatus::from_code(code).unwrap()
}

/// Every county, of two industries: known, suppressed, missing, or not listed.
fn figures() -> impl Strategy<Value = Vec<Figure>> {
    let one = prop_oneof![
        6 => (-1e9..1e9f64).prop_map(|value| Some((Some(value), status(b'A')))),
        1 => Just(Some((None, ObservationStatus::SUPPRESSED))),
        1 => Just(Some((None, ObservationStatus::MISSING))),
        1 => Just(None),
    ];
    prop::collection::vec(one, 24).prop_map(|all| {
        let keys = (0..12).flat_map(|county| ["x", "y"].map(|industry| (format!("C{county:02}"), industry)));
        keys.zip(all)
            .filter_map(|((region, industry), figure)| figure.map(|(value, status)| (region, industry, value, status)))
            .collect()
    })
}

/// Results as figures of their targets, to be rolled up again.
fn again(regions: &Axis, results: &[Aggregate]) -> Vec<Figure> {
    let industry = |at: usize| ["x", "y"][at];
    let figure = |of: &Aggregate| (regions.targets()[of.region].clone(), industry(of.industry), of.value, of.status);
    results.iter().map(figure).collect()
}

fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-15 * scale
}

proptest! {
    #[test]
    fn two_steps_are_one(figures in figures()) {
        let nodes = places();
        let tree = tree(&nodes);
        let industries = kept(["x", "y"]);
        let (states, nations, direct) =
            (axis(&tree, "STATE", "COUNTY"), axis(&tree, "NATION", "STATE"), axis(&tree, "NATION", "COUNTY"));
        let first = again(&states, &fold(&states, &industries, &figures, KNOWN));
        let twice = fold(&nations, &industries, &first, KNOWN);
        let once = fold(&direct, &industries, &figures, KNOWN);
        let scale: f64 = figures.iter().filter_map(|figure| figure.2).map(f64::abs).sum();
        for result in &once {
            let other = twice.iter().find(|other| (other.region, other.industry) == (result.region, result.industry));
            match (result.value, other.and_then(|other| other.value)) {
                (Some(a), Some(b)) => prop_assert!(near(a, b, scale), "{a} {b}"),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
        // Without permission to leave anything out, two steps refuse what one refuses.
        let first = again(&states, &fold(&states, &industries, &figures, SUM));
        let refused = |results: &[Aggregate], region| {
            results.iter().filter(|of| of.region == region && of.value.is_none()).map(|of| of.industry).collect::<Vec<_>>()
        };
        let (twice, once) = (fold(&nations, &industries, &first, SUM), fold(&direct, &industries, &figures, SUM));
        for region in 0..2 {
            prop_assert_eq!(refused(&twice, region), refused(&once, region));
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(figures in figures(), seed in any::<u64>()) {
        let nodes = places();
        let tree = tree(&nodes);
        let (regions, industries) = (axis(&tree, "STATE", "COUNTY"), kept(["x", "y"]));
        let plain = fold(&regions, &industries, &figures, KNOWN);
        let mut shuffled = figures.clone();
        shuffled.sort_by_key(|figure| (figure.0.len() as u64 ^ seed).wrapping_mul(figure.2.map_or(7, f64::to_bits) | 1));
        let shuffled = fold(&regions, &industries, &shuffled, KNOWN);
        prop_assert_eq!(plain.len(), shuffled.len());
        let scale: f64 = figures.iter().filter_map(|figure| figure.2).map(f64::abs).sum();
        for (a, b) in plain.iter().zip(&shuffled) {
            prop_assert_eq!((a.region, a.industry, a.status, a.counts), (b.region, b.industry, b.status, b.counts));
            match (a.value, b.value) {
                (Some(a), Some(b)) => prop_assert!(near(a, b, scale), "{a} {b}"),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn counts_add_up(figures in figures()) {
        let nodes = places();
        let tree = tree(&nodes);
        let industries = kept(["x", "y"]);
        let (states, world) = (axis(&tree, "STATE", "COUNTY"), axis(&tree, "WORLD", "COUNTY"));
        let by_state = fold(&states, &industries, &figures, SUM);
        for whole in fold(&world, &industries, &figures, SUM) {
            let of = by_state.iter().filter(|of| of.industry == whole.industry).map(|of| of.counts);
            let sum = |count: fn(&Counts) -> u64| of.clone().map(|counts| count(&counts)).sum::<u64>();
            prop_assert_eq!(sum(|counts| counts.known), whole.counts.known);
            prop_assert_eq!(sum(|counts| counts.suppressed), whole.counts.suppressed);
            let counts = whole.counts;
            prop_assert_eq!(counts.cells, 12);
            prop_assert_eq!(counts.known + counts.suppressed + counts.missing + counts.without_weight, counts.cells);
            prop_assert_eq!(whole.value.is_some(), counts.known == counts.cells);
        }
    }

    #[test]
    fn a_conversion_keeps_the_sum(
        figures in figures(),
        shares in prop::collection::vec(0.0..1.0f64, 2),
        cover_y in any::<bool>(),
    ) {
        let row = |from: &str, to: &str, share| CorrespondenceRow { from: from.into(), to: to.into(), share: Some(share) };
        let mut rows = vec![row("x", "p", shares[0]), row("x", "q", 1.0 - shares[0])];
        if cover_y {
            rows.extend([row("y", "q", shares[1]), row("y", "r", 1.0 - shares[1])]);
        }
        let conversion = Correspondence::try_new(&rows).unwrap().convert(["x", "y"], Split::Refuse).unwrap();
        let industries = Arc::new(Axis::converted(&conversion));
        prop_assert_eq!(industries.remainder().is_some(), !cover_y);
        let regions = kept(figures.iter().map(|figure| figure.0.as_str()));
        let scale: f64 = figures.iter().filter_map(|figure| figure.2).map(f64::abs).sum();
        let after: f64 = fold(&regions, &industries, &figures, KNOWN).iter().filter_map(|result| result.value).sum();
        let before: f64 = figures.iter().filter_map(|figure| figure.2).sum();
        prop_assert!((after - before).abs() <= 1e-14 * scale.max(1.0), "{before} {after}");
    }

    #[test]
    fn bounds_hold_what_was_hidden(
        values in prop::collection::vec(0.0..1e6f64, 12),
        hidden in prop::collection::vec(any::<bool>(), 12),
    ) {
        let nodes = places();
        let tree = tree(&nodes);
        let (regions, industries) = (axis(&tree, "STATE", "COUNTY"), kept(["x"]));
        let bounds = Rules { suppressed: CellPolicy::Bounds, ..SUM };
        let mut figures: Vec<Figure> = values.iter().zip(&hidden).enumerate().map(|(at, (value, hidden))| {
            let status = if *hidden { ObservationStatus::SUPPRESSED } else { status(b'A') };
            (format!("C{at:02}"), "x", (!hidden).then_some(*value), status)
        }).collect();
        for nation in 0..2 {
            let of_nation = values.iter().enumerate().filter(|(at, _)| at % 5 % 2 == nation).map(|(_, value)| value);
            figures.push((format!("N{nation}"), "x", Some(of_nation.sum()), status(b'A')));
        }
        for result in fold(&regions, &industries, &figures, bounds) {
            let truth: f64 = values.iter().enumerate().filter(|(at, _)| at % 5 == result.region).map(|(_, value)| value).sum();
            match result.value {
                Some(value) => prop_assert!(near(value, truth, truth.max(1.0)), "{value} {truth}"),
                None => {
                    let (lower, upper) = (result.lower.unwrap(), result.upper.unwrap());
                    prop_assert!(lower <= truth + 1e-6 && truth <= upper + 1e-6, "{lower} {truth} {upper}");
                }
            }
        }
    }
}

fn figure(region: &str, value: Option<f64>, code: u8) -> Figure {
    (region.to_owned(), "x", value, status(code))
}

/// The one result of county figures for a state, beside the state's own.
fn state(figures: &[Figure], rules: Rules) -> Aggregate {
    let tree = Hierarchy::new([
        ("S", "STATE", "N"),
        ("A", "COUNTY", "S"),
        ("B", "COUNTY", "S"),
        ("T", "STATE", "N"),
        ("C", "COUNTY", "T"),
    ]);
    let (regions, industries) = (axis(&tree, "STATE", "COUNTY"), kept(["x"]));
    fold(&regions, &industries, figures, rules).remove(0)
}

#[test]
fn each_policy_by_this_table() {
    let figures = [figure("A", Some(3.0), b'P'), figure("B", None, b'Q'), figure("S", Some(10.0), b'E')];
    let with = |policy: CellPolicy| state(&figures, Rules { suppressed: policy, ..SUM });
    let refused = with(CellPolicy::Refuse);
    assert_eq!((refused.value, refused.status, refused.lower), (None, ObservationStatus::SUPPRESSED, None));
    let counts = Counts { cells: 2, known: 1, suppressed: 1, ..Counts::default() };
    assert_eq!(refused.counts, counts);
    let bounds = with(CellPolicy::Bounds);
    assert_eq!((bounds.value, bounds.lower, bounds.upper), (None, Some(3.0), Some(10.0)));
    let published = with(CellPolicy::Published);
    assert_eq!((published.value, published.status), (Some(10.0), status(b'E')));
    let known = with(CellPolicy::KnownOnly);
    assert_eq!((known.value, known.status), (Some(3.0), ObservationStatus::DEFINITION_DIFFERS));
    assert_eq!(known.published, Some(PublishedFigure { value: Some(10.0), status: status(b'E') }));
}

#[test]
fn missing_cells_are_counted_apart_and_have_a_policy_of_their_own() {
    // B is not listed at all.
    let figures = [figure("A", Some(3.0), b'A')];
    let result = state(&figures, Rules { suppressed: CellPolicy::KnownOnly, ..SUM });
    assert_eq!((result.value, result.status), (None, ObservationStatus::MISSING));
    assert_eq!((result.counts.missing, result.counts.absent, result.counts.suppressed), (1, 1, 0));
    let listed = state(&[figure("A", Some(3.0), b'A'), figure("B", None, b'M')], SUM);
    assert_eq!((listed.counts.missing, listed.counts.absent), (1, 0));
    assert_eq!(state(&figures, Rules { missing: CellPolicy::KnownOnly, ..SUM }).value, Some(3.0));
    // The published policy without a published figure leaves no value.
    assert_eq!(state(&figures, Rules { missing: CellPolicy::Published, ..SUM }).value, None);
    // Zero is a value.
    assert_eq!(state(&[figure("A", Some(0.0), b'A'), figure("B", Some(0.0), b'A')], SUM).value, Some(0.0));
}

#[test]
fn a_complete_result_has_the_most_telling_status_of_its_cells() {
    let result = state(&[figure("A", Some(1.0), b'P'), figure("B", Some(2.0), b'E')], SUM);
    assert_eq!((result.value, result.status), (Some(3.0), status(b'E')));
    assert_eq!(state(&[figure("A", Some(1.0), b'A'), figure("B", Some(2.0), b'A')], SUM).status, status(b'A'));
}

#[test]
fn the_nation_bounds_what_its_other_states_leave() {
    let tree = Hierarchy::new([
        ("S", "STATE", "N"),
        ("A", "COUNTY", "S"),
        ("B", "COUNTY", "S"),
        ("T", "STATE", "N"),
        ("C", "COUNTY", "T"),
    ]);
    let (regions, industries) = (axis(&tree, "STATE", "COUNTY"), kept(["x"]));
    let rules = Rules { suppressed: CellPolicy::Bounds, ..SUM };
    let mut figures = vec![
        figure("A", Some(3.0), b'A'),
        figure("B", None, b'Q'),
        figure("C", Some(4.0), b'A'),
        figure("N", Some(9.0), b'A'),
    ];
    let result = fold(&regions, &industries, &figures, rules).remove(0);
    assert_eq!((result.lower, result.upper), (Some(3.0), Some(5.0)));
    // Where a sibling is negative, the nation's figure says nothing; where a part is, nothing does.
    figures[2].2 = Some(-4.0);
    let result = fold(&regions, &industries, &figures, rules).remove(0);
    assert_eq!((result.lower, result.upper), (Some(3.0), None));
    figures[0].2 = Some(-3.0);
    let result = fold(&regions, &industries, &figures, rules).remove(0);
    assert_eq!((result.lower, result.upper), (None, None));
}

#[test]
fn means_are_weighted_and_lack_what_has_no_weight() {
    let tree = Hierarchy::new([("S", "STATE", ""), ("A", "COUNTY", "S"), ("B", "COUNTY", "S")]);
    let (regions, industries) = (axis(&tree, "STATE", "COUNTY"), kept(["x"]));
    let mean = |weights: [f64; 2], rules: Rules| {
        let mut fold = Fold::new(&regions, &industries);
        for ((region, value), weight) in [("A", 10.0), ("B", 40.0)].into_iter().zip(weights) {
            let cell = cell(&regions, &industries, &figure(region, Some(value), b'A')).unwrap();
            fold.add(&Cell { weight, ..cell });
        }
        fold.finish(rules).remove(0)
    };
    let rules = Rules { combination: Combination::Mean, ..SUM };
    assert_eq!(mean([2.0, 1.0], rules).value, Some(20.0));
    let without = mean([2.0, f64::NAN], rules);
    assert_eq!((without.value, without.status, without.counts.without_weight), (None, ObservationStatus::MISSING, 1));
    assert_eq!(mean([2.0, f64::NAN], Rules { missing: CellPolicy::KnownOnly, ..rules }).value, Some(10.0));
    assert_eq!(mean([0.0, 0.0], rules).value, None);
}

#[test]
fn groups_may_share_members() {
    let tree = Hierarchy::new([("A", "CITY", ""), ("B", "CITY", ""), ("C", "CITY", "")]);
    let group =
        |code, members: &[&'static str]| Target { code, of: TargetOf::Members(members.iter().copied().collect()) };
    let found = parts(&tree, vec![group("g", &["A", "B"]), group("h", &["B", "C"])], &Sources::default()).unwrap();
    let (regions, industries) = (Arc::new(Axis::rolled_up(&tree, &found)), kept(["x"]));
    let figures = [figure("A", Some(1.0), b'A'), figure("B", Some(2.0), b'A'), figure("C", Some(4.0), b'A')];
    let values: Vec<_> = fold(&regions, &industries, &figures, SUM).iter().map(|result| result.value).collect();
    assert_eq!(values, [Some(3.0), Some(6.0)]);
}
