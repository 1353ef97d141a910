use growthpole_contracts::v1::{CategoricalLagTies, GivenMarkovChain, GroupMobility, named_regions, spatial_weights};
use growthpole_contracts::v1::{
    ChiSquaredTest, ConditionalMarkovChain, DirectionalLisa, ExpectedTransitions, LisaInPeriod, LisaMarkovChain,
    LisaMove, LisaPath, LocalTail, MoranMoments, MoranOfPeriod, Quadrant, RoseAlternative, RoseSector,
    SequenceDistances, SequenceMeasure, SequenceRow, SpatialMarkovChain, SpilloverStep,
};
use growthpole_contracts::v1::{
    ErgodicDistribution, FirstPassage, GroupConcordance, HomogeneityTest, LocalNeighbourConcordance, MarkovChain,
    MarkovOrderTest, MarkovState, MobilityIndices, NeighbourConcordance, PermutationTest, RankCorrelation,
    RankInPeriod, RankMarkovChain, RankPassage, RankPassages, RankPath, RankState, RankTransition, RegionLabel,
    StateKind, ThetaStep,
};

use super::*;
use crate::cli::probe::read;

fn args(options: &str) -> TrackArgs {
    let line = format!("--dataset d --indicator i --period 2000:2019 {options}");
    read::<TrackArgs>(&line).unwrap()
}

#[test]
fn sections_come_with_their_options() {
    let none = args("").request();
    assert!(none.rank_correlation.is_none() && none.neighbour_concordance.is_none() && none.group_mobility.is_none());
    assert!(none.markov.is_none() && none.full_rank_markov.is_none() && none.geographic_rank_markov.is_none());
    let all = args(
        "--ranks average --lowest-first --correlation --neighbours nearest:4 --regime a=1+2 --regime b=@c \
         --permutations 99 --seed 7 --classes 4 --pooled --absolute --split 2000:2008 --split 2008:2019 \
         --split-regions x=1 --orders 2 --from-ranks 1,31 --geographic-rank --per population",
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
    assert_eq!((markov.groups[0].name.as_str(), markov.highest_order), ("x", Some(2)));
    assert_eq!(args("--orders 1").request().markov.unwrap().highest_order, Some(1));
    let classes = markov.classes.unwrap();
    assert_eq!(classes.basis(), ClassBasis::Values);
    let quantiles = QuantileClasses { count: Some(4), scope: QuantileScope::Pooled.into() };
    assert_eq!(classes.by, Some(class_options::By::Quantiles(quantiles)));
    let full = all.full_rank_markov.unwrap();
    assert_eq!((full.first_passage, full.from_ranks), (true, vec![1, 31]));
    assert!(!all.geographic_rank_markov.unwrap().first_passage);
    let cut_offs = args("--cut-offs 0.6,0.8").request().markov.unwrap().classes.unwrap();
    assert_eq!(cut_offs.by, Some(class_options::By::CutOffs(CutOffClasses { values: vec![0.6, 0.8] })));
    let given = args(
        "--given-chain old=10,5/2,7 --given-probabilities p=0.5,0.5/0,1 --mobility-weights 0.9,0.1 --empty-classes-stay",
    );
    let markov = given.request().markov.unwrap();
    assert_eq!((markov.given_chains.len(), markov.given_chains[1].name.as_str()), (2, "p"));
    assert_eq!((markov.mobility_weights.as_slice(), markov.empty_classes_stay), ([0.9, 0.1].as_slice(), true));
}

#[test]
fn classes_from_elsewhere_take_the_place_of_quantiles() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "region,period,class\na,2000,1\na,2001,2\n").unwrap();
    let name = file.path().display();
    let own = args(&format!("--given-classes {name}")).request().markov.unwrap().classes.unwrap().by;
    let Some(class_options::By::Given(own)) = own else { panic!("{own:?}") };
    assert_eq!((own.regions.len(), own.regions[0].classes.as_slice()), (1, [1, 2].as_slice()));
    let spatial = args(&format!("--given-classes {name} --spatial-markov --commonest-class lowest")).request();
    let spatial = spatial.spatial_markov.unwrap();
    assert_eq!(spatial.categorical_lag.unwrap().ties(), CategoricalLagTies::Lowest);
    let usual = args("--spatial-markov --commonest-class").request().spatial_markov.unwrap();
    assert_eq!(usual.categorical_lag.unwrap().ties(), CategoricalLagTies::OwnClassThenDrawn);
    let lag = args(&format!("--spatial-markov --given-lag-classes {name}")).request().spatial_markov.unwrap();
    assert!(matches!(lag.lag_classes.unwrap().by, Some(class_options::By::Given(_))));
}

#[test]
fn what_cannot_be_meant_is_told_at_once() {
    for wrong in [
        "--split 2000",
        "--cut-offs x",
        "--cut-offs 1 --classes 3",
        "--regime a",
        "--ranks best",
        "--given-classes no.csv",
    ] {
        let line = format!("--dataset d --indicator i --period 2000:2019 {wrong}");
        assert!(read::<TrackArgs>(&line).is_err(), "{wrong}");
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
        orders: vec![MarkovOrderTest { order: 2, transitions: 558, ..Default::default() }],
        mobility_at_given: Some(MobilityIndices { shorrocks: 0.6543, ..Default::default() }),
        given_chains: vec![GivenMarkovChain {
            name: "elsewhere".into(),
            states: vec![state(1, StateKind::Recurrent, false)],
            ..Default::default()
        }],
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
    for part in [
        "0.5264",
        "68 pairs",
        "0.0123",
        "0.5263",
        "East",
        "12.3",
        "never",
        "for ever",
        "transient",
        "0.4321",
        "0.6543",
        "elsewhere",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    for part in [
        "2000/2008",
        "558",
        "How far back",
        "Likelihood ratio",
        "Chain of ranks",
        "Chain of regions",
        "Name of 21 (19)",
        "1.0000",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn sections_among_neighbours_share_neighbours_and_classes() {
    let own = args(
        "--spatial-markov --lag-classes 2 --lisa --significance 0.1 --smaller-tail --cores low-low --wide-clusters \
         --rose --sectors 4 --rose-alternative common --sequences interval --classes 3 --pooled --keep-islands \
         --unstandardized",
    )
    .request();
    assert!(own.markov.is_none() && own.neighbour_concordance.is_none());
    let spatial = own.spatial_markov.unwrap();
    let quantiles = |count| {
        let scope = QuantileScope::Pooled.into();
        Some(class_options::By::Quantiles(QuantileClasses { count: Some(count), scope }))
    };
    assert_eq!((spatial.classes.unwrap().by, spatial.lag_classes.unwrap().by), (quantiles(3), quantiles(2)));
    assert_eq!(spatial.weights.map(|own| (own.keep_islands, own.unstandardized)), Some((true, true)));
    let lisa = own.lisa_markov.unwrap();
    assert_eq!(
        (lisa.significance_level, lisa.tail(), lisa.cluster_quadrant()),
        (Some(0.1), LocalTail::Smaller, Quadrant::LowLow)
    );
    assert!(lisa.neighbours_of_neighbours && lisa.weights.unwrap().keep_islands);
    let rose = own.directional_lisa.unwrap();
    assert_eq!((rose.sectors, rose.alternative()), (Some(4), RoseAlternative::Common));
    let sequences = own.sequences.unwrap();
    assert_eq!((sequences.measure(), sequences.classes.unwrap().by), (SequenceMeasure::Interval, quantiles(3)));
    let own = args("--replacement-costs 0,1/1,0 --insertion-cost 2 --summaries-only").request();
    assert!(own.summaries_only && own.markov.is_none());
    let sequences = own.sequences.unwrap();
    let costs = sequences.costs.clone().unwrap();
    assert_eq!((sequences.measure(), costs.insertion), (SequenceMeasure::Unspecified, 2.0));
    assert_eq!(costs.substitution[0].costs, [0.0, 1.0]);
    let both = args("--markov --spatial-markov --lag-cut-offs 0.8 --concordance").request();
    assert!(both.markov.is_some() && both.neighbour_concordance.is_some());
    let by = both.spatial_markov.unwrap().lag_classes.unwrap().by;
    assert_eq!(by, Some(class_options::By::CutOffs(CutOffClasses { values: vec![0.8] })));
}

fn state(class: i32) -> MarkovState {
    MarkovState { class, transitions: vec![3, 1], probabilities: vec![0.75, 0.25], ..Default::default() }
}

#[test]
fn chains_among_neighbours_are_tables() {
    let chain = |lag_class| ConditionalMarkovChain {
        lag_class,
        states: vec![state(1), state(2)],
        ergodic: vec![ErgodicDistribution { classes: vec![2], probabilities: vec![1.0] }],
        ..Default::default()
    };
    let place = |quadrant: Quadrant, p| LisaInPeriod {
        quadrant: quadrant.into(),
        p,
        significant: p.is_some(),
        ..Default::default()
    };
    let mut answer = answer();
    answer.spatial_markov = Some(SpatialMarkovChain {
        regions: 30,
        all: Some(chain(0)),
        by_lag: vec![chain(1)],
        homogeneity: Some(HomogeneityTest {
            q: Some(ChiSquaredTest { statistic: 12.5, degrees_of_freedom: 4, p: Some(0.014) }),
            ..Default::default()
        }),
        test: Some(PermutationTest { permutations: 99, p_upper: 0.03, ..Default::default() }),
        ..Default::default()
    });
    answer.lisa_markov = Some(LisaMarkovChain {
        states: vec![state(1), state(2)],
        expected: vec![ExpectedTransitions { transitions: vec![2.5, 1.5] }; 2],
        significance_level: 0.05,
        moran: vec![MoranOfPeriod {
            period: "2015".into(),
            i: 0.4321,
            normality: Some(MoranMoments { p_value: 0.0021, ..Default::default() }),
            test: Some(PermutationTest { p_two_sided: 0.0042, ..Default::default() }),
            ..Default::default()
        }],
        spillover: vec![SpilloverStep { joined: vec!["22".into()], ..Default::default() }],
        regions: vec![LisaPath {
            region: label("21"),
            periods: vec![place(Quadrant::LowLow, Some(0.01)), place(Quadrant::HighLow, None)],
        }],
        ..Default::default()
    });
    answer.directional_lisa = Some(DirectionalLisa {
        sectors: vec![RoseSector { start: 0.0, end: std::f64::consts::PI, count: 2, p: Some(0.5), test: None }],
        moves: vec![LisaMove {
            region: label("21"),
            own: 0.5,
            angle: Some(-std::f64::consts::FRAC_PI_2),
            ..Default::default()
        }],
        ..Default::default()
    });
    let row = |code: &str, distances: &[f64]| SequenceRow { region: label(code), distances: distances.to_vec() };
    answer.sequences = Some(SequenceDistances {
        measure: SequenceMeasure::Interval.into(),
        classes: 5,
        rows: vec![row("21", &[0.0, 2.0, 2.0]), row("22", &[2.0, 0.0, 5.0]), row("23", &[2.0, 5.0, 0.0])],
        ..Default::default()
    });
    let text = shown(&args(""), &answer);
    for expected in [
        "(30 regions)",
        "class 1",
        "0.7500",
        "Q against 99 permutations",
        "12.500",
        "0.0140",
        "0.0300",
        "to high high",
        "3 (2.5)",
        "low low",
        "high low",
        "22",
        "180°",
        "-90°",
        "interval",
        "Name of 23",
        "0.4321",
        "0.0021",
        "0.0042",
    ] {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
}
