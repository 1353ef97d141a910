use clap::Parser;
use growthpole_contracts::v1::{
    ErgodicDistribution, FirstPassage, GroupConcordance, HomogeneityTest, LocalNeighbourConcordance, MarkovChain,
    MarkovState, MobilityIndices, NeighbourConcordance, PermutationTest, RankCorrelation, RankInPeriod,
    RankMarkovChain, RankPassage, RankPassages, RankPath, RankState, RankTransition, RegionLabel, StateKind, ThetaStep,
};
use growthpole_contracts::v1::{GroupMobility, named_regions, spatial_weights};

use super::*;

#[derive(Debug, Parser)]
struct Probe {
    #[command(flatten)]
    args: TrackArgs,
}

fn args(options: &str) -> TrackArgs {
    let words = "probe --dataset d --indicator i --period 2000:2019".split(' ').chain(options.split_whitespace());
    Probe::try_parse_from(words).unwrap().args
}

#[test]
fn sections_come_with_their_options() {
    let none = args("").request();
    assert!(none.rank_correlation.is_none() && none.neighbour_concordance.is_none() && none.group_mobility.is_none());
    assert!(none.markov.is_none() && none.full_rank_markov.is_none() && none.geographic_rank_markov.is_none());
    let all = args(
        "--ranks average --lowest-first --correlation --neighbours nearest:4 --regime a=1+2 --regime b=@c \
         --permutations 99 --seed 7 --classes 4 --pooled --absolute --split 2000:2008 --split 2008:2019 \
         --split-regions x=1 --from-ranks 1,31 --geographic-rank --per population",
    )
    .request();
    assert_eq!((all.rank_method(), all.rank_order()), (RankMethod::Average, RankOrder::LowestFirst));
    assert_eq!((all.permutations, all.seed, all.rank_correlation.is_some()), (Some(99), 7, true));
    assert_eq!(all.series.unwrap().denominator_indicator, "population");
    let by = all.neighbour_concordance.unwrap().weights.unwrap().by;
    assert!(matches!(by, Some(spatial_weights::By::Nearest(own)) if own.count == 4));
    let groups = all.group_mobility.unwrap().groups;
    assert_eq!(groups[1].by, Some(named_regions::By::Group("c".into())));
    let markov = all.markov.unwrap();
    assert_eq!(markov.sub_periods[1], PeriodRange { start: "2008".into(), end: "2019".into() });
    assert_eq!(markov.groups[0].name, "x");
    let classes = markov.classes.unwrap();
    assert_eq!(classes.basis(), ClassBasis::Values);
    let quantiles = QuantileClasses { count: Some(4), scope: QuantileScope::Pooled.into() };
    assert_eq!(classes.by, Some(class_options::By::Quantiles(quantiles)));
    let full = all.full_rank_markov.unwrap();
    assert_eq!((full.first_passage, full.from_ranks), (true, vec![1, 31]));
    assert!(!all.geographic_rank_markov.unwrap().first_passage);
    let cut_offs = args("--cut-offs 0.6,0.8").request().markov.unwrap().classes.unwrap();
    assert_eq!(cut_offs.by, Some(class_options::By::CutOffs(CutOffClasses { values: vec![0.6, 0.8] })));
}

#[test]
fn what_cannot_be_meant_is_told_at_once() {
    for wrong in ["--split 2000", "--cut-offs x", "--cut-offs 1 --classes 3", "--regime a", "--ranks best"] {
        let words = "probe --dataset d --indicator i --period 2000:2019".split(' ').chain(wrong.split(' '));
        assert!(Probe::try_parse_from(words).is_err(), "{wrong}");
    }
}

fn label(code: &str) -> Option<RegionLabel> {
    Some(RegionLabel { code: code.into(), name: format!("Name of {code}") })
}

fn answer() -> TrackRanksResponse {
    let rank = |period: &str, rank, class| RankInPeriod { period: period.into(), rank, value: 5.5, class };
    let path = |code: &str| RankPath {
        region: label(code),
        ranks: vec![rank("2000", 4.0, Some(2)), rank("2001", 9.5, None)],
        places_gained: Some(-5.5),
        best_rank: Some(4.0),
        best_period: "2000".into(),
        worst_rank: Some(9.5),
        worst_period: "2001".into(),
        mean_rank: Some(6.75),
        places_moved: 5.5,
    };
    TrackRanksResponse {
        periods: vec!["2000".into(), "2001".into()],
        paths: vec![path("21"), path("22")],
        ..Default::default()
    }
}

fn shown(args: &TrackArgs, answer: &TrackRanksResponse) -> String {
    let view = args.view("i of d", answer);
    let mut written = Vec::new();
    view.tables.iter().for_each(|table| table.write(&mut written).unwrap());
    String::from_utf8(written).unwrap()
}

#[test]
fn paths_are_shown_by_region_and_recorded_by_period() {
    let text = shown(&args(""), &answer());
    assert!(text.starts_with("Ranks, i of d (), 2000 to 2001, the highest first\n"), "{text}");
    assert!(text.contains("-5.5") && text.contains("6.8") && text.contains("Name of 22"), "{text}");
    let some = args("--show 22 --by-period");
    let text = shown(&some, &answer());
    assert!(!text.contains("Name of 21") && text.lines().nth(1).unwrap().contains("2000"), "{text}");
    let mut written = Vec::new();
    crate::output::csv::write(&mut written, &some.view("", &answer()).records, None).unwrap();
    let lines: Vec<String> = String::from_utf8(written).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "region,region_name,period,rank,value,class");
    assert_eq!(lines[1..], ["22,Name of 22,2000,4,5.5,2", "22,Name of 22,2001,9.5,5.5,"]);
}

#[test]
fn every_section_has_its_table() {
    let test = PermutationTest { p_two_sided: 0.0123, ..Default::default() };
    let state = |class, kind: StateKind, never_left: bool| MarkovState {
        class,
        kind: kind.into(),
        transitions: vec![3, 1],
        probabilities: vec![0.75, 0.25],
        sojourn: (!never_left).then_some(4.0),
        never_left,
        first_passage: vec![
            FirstPassage { mean: Some(12.34), variance: None, may_never: false },
            FirstPassage { mean: None, variance: None, may_never: true },
        ],
        ..Default::default()
    };
    let chain = MarkovChain {
        states: vec![state(1, StateKind::Transient, false), state(2, StateKind::Recurrent, true)],
        ergodic: vec![ErgodicDistribution { classes: vec![2], probabilities: vec![1.0] }],
        mobility: Some(MobilityIndices { shorrocks: 0.4321, ..Default::default() }),
        homogeneity: vec![HomogeneityTest { strata: vec!["2000/2008".into()], ..Default::default() }],
        ..Default::default()
    };
    let ranks = |region: Option<RegionLabel>| RankMarkovChain {
        steps: 19,
        states: vec![RankState {
            number: 1,
            region,
            transitions: vec![RankTransition { to: 1, count: 19 }],
            sojourn: None,
        }],
        first_passage: vec![RankPassages { from: 1, times: vec![RankPassage { to: 1, mean: 1.0 }] }],
        ..Default::default()
    };
    let answer = TrackRanksResponse {
        rank_correlations: vec![RankCorrelation { kendall_tau_b: 0.5264, ..Default::default() }],
        neighbour_concordance: Some(NeighbourConcordance {
            pairs: 68,
            test: Some(test),
            regions: vec![LocalNeighbourConcordance { region: label("21"), neighbours: 3, ..Default::default() }],
            ..Default::default()
        }),
        group_mobility: Some(GroupMobility {
            steps: vec![ThetaStep { theta: Some(0.5263), ..Default::default() }],
            concordance: vec![GroupConcordance { first_group: "East".into(), ..Default::default() }],
            ..Default::default()
        }),
        markov: Some(chain),
        full_rank_markov: Some(ranks(None)),
        geographic_rank_markov: Some(ranks(label("21"))),
        ..answer()
    };
    let text = shown(&args(""), &answer);
    for part in ["0.5264", "68 pairs", "0.0123", "0.5263", "East", "12.3", "never", "for ever", "transient", "0.4321"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    for part in ["2000/2008", "Likelihood ratio", "Chain of ranks", "Chain of regions", "Name of 21 (19)", "1.0000"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}
