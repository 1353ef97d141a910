use growthpole_contracts::v1;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, Table, Tables, codes, invalid, refusal, regions, selection};
use v1::class_options::By;

type Answer = Result<v1::TrackRanksResponse, tonic::Status>;

/// Four regions in a row: a and b change places in the second year, and so do c and d.
fn tables() -> Tables {
    let years = ["2014", "2015", "2016"];
    let rows: [(&str, &[f64]); 4] =
        [("d", &[1.0, 2.0, 2.0]), ("a", &[4.0, 3.0, 3.0]), ("b", &[3.0, 4.0, 4.0]), ("c", &[2.0, 1.0, 1.0])];
    let mut jobs = Table::new("jobs", &years, &rows);
    jobs.borders = Some(vec![("a", "b"), ("b", "c"), ("c", "d")]);
    let mut island = jobs.clone();
    island.indicator.code = "island".into();
    island.borders = Some(vec![("a", "b"), ("b", "c")]);
    let mut unknown = jobs.clone();
    unknown.indicator.code = "unknown".into();
    unknown.borders = None;
    let holed: [(&str, &[f64]); 4] =
        [("a", &[4.0, 3.0, 3.0]), ("b", &[3.0, NAN, 4.0]), ("c", &[2.0, 1.0, 1.0]), ("d", &[1.0, 2.0, NAN])];
    let equal: [(&str, &[f64]); 2] = [("a", &[1.0, 1.0, 2.0]), ("b", &[1.0, 2.0, 2.0])];
    let falling: [(&str, &[f64]); 2] = [("a", &[-1.0, 1.0, 1.0]), ("b", &[1.0, 1.0, 2.0])];
    Tables(vec![
        jobs,
        island,
        unknown,
        Table::new("holed", &years, &holed),
        Table::new("equal", &years, &equal),
        Table::new("falling", &years, &falling),
    ])
}

async fn ask_with(indicator: &str, periods: &str, change: impl FnOnce(&mut v1::TrackRanksRequest)) -> Answer {
    let mut request = v1::TrackRanksRequest { selection: Some(selection(indicator, periods)), ..Default::default() };
    change(&mut request);
    super::answer(&tables(), request, &Job::new()).await
}

async fn ask(change: impl FnOnce(&mut v1::TrackRanksRequest)) -> v1::TrackRanksResponse {
    ask_with("jobs", "2014..2016", change).await.unwrap()
}

fn named(name: &str, codes: &[&str]) -> v1::NamedRegions {
    let codes = codes.iter().map(|code| (*code).to_owned()).collect();
    let by = v1::named_regions::By::Codes(v1::RegionCodes { codes });
    v1::NamedRegions { name: name.into(), by: Some(by) }
}

fn cut_offs(values: &[f64]) -> v1::ClassOptions {
    v1::ClassOptions {
        basis: v1::ClassBasis::Values.into(),
        by: Some(By::CutOffs(v1::CutOffClasses { values: values.to_vec() })),
    }
}

fn range(start: &str, end: &str) -> v1::PeriodRange {
    v1::PeriodRange { start: start.into(), end: end.into() }
}

#[tokio::test]
async fn paths_follow_each_region_and_sections_come_when_asked_for() {
    let answer = ask(|_| ()).await;
    assert_eq!(answer.periods, ["2014", "2015", "2016"]);
    let path = &answer.paths[0];
    assert_eq!(path.region.as_ref().unwrap().code, "a");
    let ranks: Vec<_> = path.ranks.iter().map(|own| (own.period.as_str(), own.rank, own.value, own.class)).collect();
    assert_eq!(ranks, [("2014", 1.0, 4.0, None), ("2015", 2.0, 3.0, None), ("2016", 2.0, 3.0, None)]);
    assert_eq!((path.places_gained, path.places_moved), (Some(-1.0), 1.0));
    assert_eq!((path.best_rank, path.best_period.as_str()), (Some(1.0), "2014"));
    assert_eq!((path.worst_rank, path.worst_period.as_str()), (Some(2.0), "2015"));
    assert_eq!((answer.rank_method(), answer.rank_order()), (v1::RankMethod::Competition, v1::RankOrder::HighestFirst));
    assert!(answer.rank_correlations.is_empty() && answer.markov.is_none() && answer.neighbour_concordance.is_none());
    assert_eq!((codes(&answer.warnings), answer.provenance.unwrap().seed), (vec![], None));
    assert_eq!(answer.series.unwrap().unit, "persons");

    let lowest = ask(|request| {
        request.rank_order = v1::RankOrder::LowestFirst.into();
        request.summaries_only = true;
    })
    .await;
    assert_eq!((lowest.paths[0].places_gained, lowest.paths[0].ranks.len()), (Some(1.0), 0));
}

#[tokio::test]
async fn correlation_is_of_the_ends_and_of_each_step() {
    let answer = ask(|request| request.rank_correlation = Some(Default::default())).await;
    let shown: Vec<_> = (answer.rank_correlations.iter())
        .map(|own| (own.first_period.as_str(), own.second_period.as_str(), own.concordant, own.discordant))
        .collect();
    assert_eq!(shown, [("2014", "2016", 4, 2), ("2014", "2015", 4, 2), ("2015", "2016", 6, 0)]);
    let ends = &answer.rank_correlations[0];
    assert_eq!((ends.regions, ends.kendall_tau_b, ends.spearman), (4, 1.0 / 3.0, 0.6));
    let local: Vec<f64> = ends.local.iter().map(|own| own.tau).collect();
    assert_eq!((local, answer.rank_correlations[1].local.len()), (vec![1.0 / 3.0; 4], 0));
    let two = ask_with("jobs", "2014,2016", |request| request.rank_correlation = Some(Default::default())).await;
    assert_eq!(two.unwrap().rank_correlations.len(), 1);
}

#[tokio::test]
async fn neighbours_exchange_ranks() {
    let answer = ask(|request| request.neighbour_concordance = Some(Default::default())).await;
    let own = answer.neighbour_concordance.unwrap();
    assert_eq!((own.first_period.as_str(), own.second_period.as_str()), ("2014", "2016"));
    assert_eq!((own.pairs, own.concordant, own.discordant, own.tau), (3, 1, 2, -1.0 / 3.0));
    let test = own.test.unwrap();
    assert_eq!((test.permutations, answer.provenance.unwrap().seed), (999, Some(0)));
    assert!(test.p_lower < test.p_upper && test.deviation.is_some());
    let local: Vec<_> =
        own.regions.iter().map(|own| (own.neighbours, own.neighbour_tau, own.neighbourhood_tau)).collect();
    let third = Some(1.0 / 3.0);
    assert_eq!(
        local,
        [(1, Some(-1.0), Some(-1.0)), (2, Some(0.0), third), (2, Some(0.0), third), (1, Some(-1.0), Some(-1.0))]
    );

    let without = ask(|request| {
        request.neighbour_concordance = Some(Default::default());
        request.permutations = Some(0);
    })
    .await;
    assert_eq!(without.provenance.unwrap().seed, None);
    assert_eq!(without.neighbour_concordance.unwrap().test, None);
    let island = ask_with("island", "2014..2016", |request| request.neighbour_concordance = Some(Default::default()));
    let island = island.await.unwrap();
    assert_eq!((codes(&island.warnings), island.paths.len()), (vec!["ISLANDS_LEFT_OUT"], 4));
    assert_eq!(island.neighbour_concordance.unwrap().regions.len(), 3);
}

#[tokio::test]
async fn the_seed_decides_what_is_drawn() {
    let of = async |seed| {
        let answer = ask(|request| {
            request.neighbour_concordance = Some(Default::default());
            request.seed = seed;
        });
        answer.await.neighbour_concordance.unwrap()
    };
    assert_eq!(of(7).await, of(7).await);
    assert_ne!(of(7).await, of(8).await);
}

#[tokio::test]
async fn groups_move_together_or_within() {
    let answer = ask(|request| {
        let groups = vec![named("upper", &["a", "b"]), named("lower", &["c", "d"])];
        request.group_mobility = Some(v1::GroupMobilityOptions { groups });
    })
    .await;
    let own = answer.group_mobility.unwrap();
    assert_eq!((own.groups, own.most_rank_changes), (vec!["upper".to_owned(), "lower".to_owned()], 8));
    let steps: Vec<_> = own.steps.iter().map(|step| (step.rank_changes, step.theta, step.test.is_some())).collect();
    assert_eq!(steps, [(4.0, Some(0.0), true), (0.0, None, false)]);
    let concordance: Vec<_> = (own.concordance.iter())
        .map(|own| (own.first_group.as_str(), own.second_group.as_str(), own.pairs, own.tau))
        .collect();
    let expected =
        [("upper", "upper", 1, Some(-1.0)), ("upper", "lower", 4, Some(1.0)), ("lower", "lower", 1, Some(-1.0))];
    assert_eq!(concordance, expected);
}

#[tokio::test]
async fn classes_make_a_chain() {
    let answer = ask(|request| {
        let classes = Some(cut_offs(&[1.5, 2.5, 3.5, 9.0]));
        let sub_periods = vec![range("2014", "2015"), range("2015", "2016")];
        let groups = vec![named("upper", &["a", "b"]), named("c", &["c"])];
        request.markov =
            Some(v1::MarkovOptions { classes, sub_periods, groups, highest_order: Some(2), ..Default::default() });
    })
    .await;
    assert_eq!(codes(&answer.warnings), ["CLASSES_WITHOUT_TRANSITIONS", "SEVERAL_RECURRENT_CLASSES"]);
    assert_eq!(answer.paths[0].ranks.iter().map(|own| own.class).collect::<Vec<_>>(), [Some(4), Some(3), Some(3)]);
    let chain = answer.markov.unwrap();
    assert_eq!(chain.cut_offs, [v1::CutOffs { period: String::new(), values: vec![1.5, 2.5, 3.5, 9.0] }]);
    let state = &chain.states[2];
    assert_eq!((state.class, state.kind()), (3, v1::StateKind::Recurrent));
    assert_eq!(
        (state.transitions.as_slice(), state.probabilities.as_slice()),
        (&[0, 0, 1, 1, 0][..], &[0.0, 0.0, 0.5, 0.5, 0.0][..])
    );
    assert_eq!((state.leaving, state.sojourn, state.never_left), (Some(0.5), Some(2.0), false));
    let time = |mean, variance, may_never| v1::FirstPassage { mean, variance, may_never };
    assert_eq!(state.first_passage[0], time(None, None, true));
    assert_eq!(state.first_passage[3], time(Some(2.0), Some(2.0), false));
    let empty = &chain.states[4];
    assert_eq!((empty.kind(), empty.probabilities.len(), empty.leaving), (v1::StateKind::Unvisited, 0, None));
    assert_eq!(empty.first_passage[0], time(None, None, false));
    let sets: Vec<_> = chain.ergodic.iter().map(|own| (own.classes.as_slice(), own.probabilities.as_slice())).collect();
    assert_eq!(sets, [(&[1, 2][..], &[0.5, 0.5][..]), (&[3, 4], &[0.5, 0.5])]);
    assert_eq!((chain.mobility.unwrap().shorrocks, chain.mobility_at_ergodic), (2.0 / 3.0, None));
    let tests: Vec<_> = chain.homogeneity.iter().map(|own| (own.strata.clone(), own.transitions.clone())).collect();
    let strata = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    assert_eq!(tests[0], (strata(["2014/2015", "2015/2016"]), vec![4, 4]));
    assert_eq!(tests[1], (strata(["upper", "c"]), vec![4, 2]));
    // Every class is always left in the first year and never in the second: four rows of one and one.
    let own = &chain.homogeneity[0];
    assert_eq!((own.q.unwrap().statistic, own.q.unwrap().degrees_of_freedom), (8.0, 4));
    assert_eq!(own.kullback.unwrap().degrees_of_freedom, 20);
    // Rows and columns of two each: eight cells of one and eight of none, where a half is expected. Two years back there is one
    // region after every class, so that nothing can be compared.
    let orders: Vec<_> = chain.orders.iter().map(|own| (own.order, own.transitions, own.q.unwrap())).collect();
    assert_eq!((orders[0].0, orders[0].1, orders[0].2.statistic, orders[0].2.degrees_of_freedom), (1, 8, 8.0, 9));
    assert_eq!((orders[1].0, orders[1].1, orders[1].2.degrees_of_freedom, orders[1].2.p), (2, 4, 0, None));
    assert_eq!(orders.len(), 2);
    assert_eq!(state.standard_errors, [0.0, 0.0, 0.125_f64.sqrt(), 0.125_f64.sqrt(), 0.0]);
    assert!(empty.standard_errors.is_empty());
}

#[tokio::test]
async fn classes_are_quantiles_of_relative_values_when_nothing_is_said() {
    let answer = ask(|request| request.markov = Some(Default::default())).await;
    let chain = answer.markov.unwrap();
    assert_eq!((chain.basis(), chain.cut_offs.len(), chain.states.len()), (v1::ClassBasis::RelativeToMean, 3, 5));
    let cut_offs = &chain.cut_offs[2];
    assert_eq!((cut_offs.period.as_str(), cut_offs.values.len()), ("2016", 4));
    assert!((cut_offs.values[0] - 1.6 / 2.5).abs() < 1e-12);
    let pooled = ask(|request| {
        let quantiles = v1::QuantileClasses { count: Some(2), scope: v1::QuantileScope::Pooled.into() };
        let by = Some(By::Quantiles(quantiles));
        let classes = Some(v1::ClassOptions { basis: v1::ClassBasis::Values.into(), by });
        request.markov = Some(v1::MarkovOptions { classes, ..Default::default() });
    })
    .await;
    let chain = pooled.markov.unwrap();
    assert_eq!((chain.cut_offs.len(), chain.cut_offs[0].values[0]), (1, 2.5));
    assert!(chain.states.iter().all(|state| state.never_left && state.sojourn.is_none()));
}

#[tokio::test]
async fn ranks_and_regions_make_chains() {
    let answer = ask(|request| {
        request.full_rank_markov = Some(v1::FullRankMarkovOptions { first_passage: true, from_ranks: vec![3] });
        let from_regions = vec!["b".into(), "a".into()];
        request.geographic_rank_markov = Some(v1::GeographicRankMarkovOptions { first_passage: true, from_regions });
    })
    .await;
    let full = answer.full_rank_markov.unwrap();
    let transitions: Vec<_> = full.states[0].transitions.iter().map(|own| (own.to, own.count)).collect();
    assert_eq!((full.steps, transitions, full.states[0].sojourn), (2, vec![(1, 1), (2, 1)], Some(2.0)));
    assert_eq!((full.states[0].number, full.states[0].region.as_ref()), (1, None));
    let sets: Vec<_> = full.recurrent.iter().map(|set| (set.states.clone(), set.ergodic_probability)).collect();
    assert_eq!(sets, [(vec![1, 2], 0.5), (vec![3, 4], 0.5)]);
    let times = |own: &v1::RankPassages| own.times.iter().map(|own| (own.to, own.mean)).collect::<Vec<_>>();
    assert_eq!((full.first_passage.len(), full.first_passage[0].from), (1, 3));
    assert_eq!(times(&full.first_passage[0]), [(3, 2.0), (4, 2.0)]);
    let geographic = answer.geographic_rank_markov.unwrap();
    assert_eq!(geographic.states[3].region.as_ref().unwrap().code, "d");
    assert_eq!(geographic.first_passage.iter().map(|own| own.from).collect::<Vec<_>>(), [2, 1]);
    let without = ask(|request| request.full_rank_markov = Some(Default::default())).await;
    assert!(without.full_rank_markov.unwrap().first_passage.is_empty());
}

#[tokio::test]
async fn missing_values_are_refused_dropped_or_kept() {
    let missing = |policy: v1::MissingPolicy| {
        move |request: &mut v1::TrackRanksRequest| request.selection.as_mut().unwrap().missing = policy.into()
    };
    assert_eq!(refusal(ask_with("holed", "2014..2016", |_| ()).await).0, "MISSING_CELLS");
    let dropped = ask_with("holed", "2014..2016", missing(v1::MissingPolicy::DropRegion)).await.unwrap();
    assert_eq!((dropped.paths.len(), codes(&dropped.warnings)), (2, vec!["REGIONS_DROPPED"]));
    let kept = ask_with("holed", "2014..2016", |request| {
        missing(v1::MissingPolicy::Keep)(request);
        request.rank_correlation = Some(Default::default());
        request.markov = Some(v1::MarkovOptions { classes: Some(cut_offs(&[1.5])), ..Default::default() });
    });
    let kept = kept.await.unwrap();
    assert_eq!((kept.paths[1].ranks.len(), kept.paths[1].places_gained), (2, Some(1.0)));
    assert_eq!((kept.paths[3].ranks.len(), kept.paths[3].places_gained), (2, None));
    assert_eq!(kept.rank_correlations.iter().map(|own| own.regions).collect::<Vec<_>>(), [3, 3, 2]);
    let transitions: i64 = kept.markov.unwrap().states.iter().flat_map(|state| &state.transitions).sum();
    assert_eq!(transitions, 5);
    let full_rank = ask_with("holed", "2014..2016", |request| {
        missing(v1::MissingPolicy::Keep)(request);
        request.full_rank_markov = Some(Default::default());
    });
    assert_eq!(refusal(full_rank.await).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn what_the_data_does_not_define_is_refused() {
    let undefined = |answer: Answer| assert_eq!(refusal(answer).0, "UNDEFINED_ON_DATA");
    undefined(ask_with("equal", "2014..2016", |own| own.rank_correlation = Some(Default::default())).await);
    undefined(ask_with("falling", "2014..2016", |own| own.markov = Some(Default::default())).await);
    let links = v1::ExplicitLinks { links: vec![v1::SpatialLink { from: "a".into(), to: "b".into(), weight: None }] };
    undefined(
        ask_with("equal", "2015..2016", |own| {
            let weights = v1::SpatialWeights {
                by: Some(v1::spatial_weights::By::Links(links)),
                keep_islands: true,
                ..Default::default()
            };
            own.neighbour_concordance = Some(v1::NeighbourConcordanceOptions { weights: Some(weights) });
        })
        .await,
    );
}

/// Refused, and the field that is to blame.
#[tokio::test]
async fn what_makes_no_request_is_refused_by_its_field() {
    type Change = Box<dyn FnOnce(&mut v1::TrackRanksRequest)>;
    fn case(field: &'static str, change: impl FnOnce(&mut v1::TrackRanksRequest) + 'static) -> (&'static str, Change) {
        (field, Box::new(change))
    }
    let markov = |field: &'static str, change: fn(&mut v1::MarkovOptions)| {
        case(field, move |request| change(request.markov.get_or_insert_default()))
    };
    let classes = |field: &'static str, change: fn(&mut v1::ClassOptions)| {
        case(field, move |request| change(request.markov.get_or_insert_default().classes.get_or_insert_default()))
    };
    let groups = |field: &'static str, groups: Vec<v1::NamedRegions>| {
        case(field, move |request| request.group_mobility = Some(v1::GroupMobilityOptions { groups }))
    };
    let full = |field: &'static str, first_passage, from_ranks: &[i32]| {
        let options = v1::FullRankMarkovOptions { first_passage, from_ranks: from_ranks.to_vec() };
        case(field, move |request| request.full_rank_markov = Some(options))
    };
    let geographic = |field: &'static str, first_passage, from: &[&str]| {
        let from_regions = from.iter().map(|code| (*code).to_owned()).collect();
        let options = v1::GeographicRankMarkovOptions { first_passage, from_regions };
        case(field, move |request| request.geographic_rank_markov = Some(options))
    };
    let cases = vec![
        case("rank_method", |own| own.rank_method = 99),
        case("rank_order", |own| own.rank_order = -1),
        case("permutations", |own| own.permutations = Some(-1)),
        case("permutations", |own| own.permutations = Some(100_000)),
        case("selection.periods", |own| own.selection = Some(selection("jobs", "2014"))),
        case("selection.dataset", |own| own.selection.as_mut().unwrap().dataset.clear()),
        case("neighbour_concordance.weights.borders", |own| {
            own.selection = Some(selection("unknown", "2014..2016"));
            own.neighbour_concordance = Some(Default::default());
        }),
        groups("group_mobility.groups", vec![]),
        groups("group_mobility.groups", vec![named("all", &["a", "b", "c", "d"])]),
        groups("group_mobility.groups", vec![named("x", &["a", "b"]), named("y", &["c"])]),
        groups("group_mobility.groups", vec![named("x", &["a", "b", "c"]), named("y", &["c", "d"])]),
        groups("group_mobility.groups[1].name", vec![named("x", &["a", "b"]), named("x", &["c", "d"])]),
        classes("markov.classes.basis", |own| own.basis = 9),
        classes("markov.classes.quantiles.count", |own| {
            own.by = Some(By::Quantiles(v1::QuantileClasses { count: Some(1), scope: 0 }));
        }),
        classes("markov.classes.quantiles.count", |own| {
            own.by = Some(By::Quantiles(v1::QuantileClasses { count: Some(51), scope: 0 }));
        }),
        classes("markov.classes.quantiles.scope", |own| {
            own.by = Some(By::Quantiles(v1::QuantileClasses { count: None, scope: 3 }));
        }),
        classes("markov.classes.cut_offs.values", |own| *own = cut_offs(&[])),
        classes("markov.classes.cut_offs.values", |own| *own = cut_offs(&(0..50).map(f64::from).collect::<Vec<_>>())),
        classes("markov.classes.cut_offs.values[1]", |own| *own = cut_offs(&[1.0, 1.0])),
        classes("markov.classes.cut_offs.values[0]", |own| *own = cut_offs(&[f64::INFINITY])),
        markov("markov.sub_periods", |own| own.sub_periods = vec![range("2014", "2015")]),
        markov("markov.highest_order", |own| own.highest_order = Some(0)),
        markov("markov.highest_order", |own| own.highest_order = Some(3)),
        markov("markov.highest_order", |own| own.highest_order = Some(6)),
        markov("markov.sub_periods[1].end", |own| own.sub_periods = vec![range("2014", "2015"), range("2015", "x")]),
        markov("markov.sub_periods[0].start", |own| {
            own.sub_periods = vec![range("2014-01", "2015"), range("2015", "2016")];
        }),
        markov("markov.sub_periods[1]", |own| own.sub_periods = vec![range("2014", "2015"), range("2016", "2020")]),
        markov("markov.sub_periods[1]", |own| own.sub_periods = vec![range("2014", "2016"), range("2015", "2016")]),
        markov("markov.groups", |own| own.groups = vec![named("x", &["a"])]),
        markov("markov.groups", |own| own.groups = vec![named("x", &["a"]), named("y", &["b", "a"])]),
        full("full_rank_markov.from_ranks", false, &[1]),
        full("full_rank_markov.from_ranks[1]", true, &[1, 5]),
        full("full_rank_markov.from_ranks[0]", true, &[0]),
        full("full_rank_markov.from_ranks[1]", true, &[2, 2]),
        geographic("geographic_rank_markov.from_regions", false, &["a"]),
        geographic("geographic_rank_markov.from_regions[1]", true, &["a", "a"]),
    ];
    for (field, change) in cases {
        assert_eq!(refusal(ask_with("jobs", "2014..2016", change).await), invalid(field), "{field}");
    }
    let unknown = ask_with("jobs", "2014..2016", |own| {
        own.selection.as_mut().unwrap().regions = regions(&["a", "b"]);
        let from_regions = vec!["c".into()];
        own.geographic_rank_markov = Some(v1::GeographicRankMarkovOptions { first_passage: true, from_regions });
    });
    let (reason, fields) = refusal(unknown.await);
    assert_eq!((reason.as_str(), fields[0].as_str()), ("UNKNOWN_REGION", "geographic_rank_markov.from_regions[0]"));
}

/// Regions without names in two periods, as many as a limit needs.
fn many(count: usize, periods: &[&'static str]) -> Tables {
    let rows = (0..count).map(|region| {
        let code: &'static str = Box::leak(format!("r{region:06}").into_boxed_str());
        (code, (0..periods.len()).map(|period| ((region * 7919 + period * 31) % 10_007) as f64 + 1.0).collect())
    });
    let mut table = Table::new("jobs", periods, &[]);
    table.rows = rows.collect();
    Tables(vec![table])
}

#[tokio::test]
async fn limits_are_told_by_the_field_that_meets_them() {
    let ask = async |tables: &Tables, change: &dyn Fn(&mut v1::TrackRanksRequest)| {
        let selection = Some(selection("jobs", ""));
        let mut request = v1::TrackRanksRequest { selection, ..Default::default() };
        change(&mut request);
        super::answer(tables, request, &Job::new()).await
    };
    let full = |first_passage, from_ranks: &[i32]| {
        let options = v1::FullRankMarkovOptions { first_passage, from_ranks: from_ranks.to_vec() };
        move |request: &mut v1::TrackRanksRequest| request.full_rank_markov = Some(options.clone())
    };
    let tables = many(400, &["2014", "2015"]);
    assert_eq!(refusal(ask(&tables, &full(true, &[])).await), invalid("full_rank_markov.from_ranks"));
    let some = ask(&tables, &full(true, &[1, 400])).await.unwrap().full_rank_markov.unwrap();
    assert_eq!(some.first_passage.len(), 2);
    let tables = many(3001, &["2014", "2015"]);
    assert_eq!(refusal(ask(&tables, &full(true, &[1])).await), invalid("full_rank_markov.first_passage"));
    assert_eq!(ask(&tables, &full(false, &[])).await.unwrap().full_rank_markov.unwrap().states.len(), 3001);
}

/// More values than an answer shows, and more than are tracked at all.
#[tokio::test]
async fn large_selections_are_summarised_and_larger_ones_refused() {
    let ask = async |tables: &Tables, summaries_only| {
        let selection = Some(selection("jobs", ""));
        super::answer(tables, v1::TrackRanksRequest { selection, summaries_only, ..Default::default() }, &Job::new())
            .await
    };
    let years: Vec<&'static str> = (1000..2001).map(|year| &*year.to_string().leak()).collect();
    let tables = many(1000, &years[..101]);
    assert_eq!(refusal(ask(&tables, false).await), invalid("summaries_only"));
    let answer = ask(&tables, true).await.unwrap();
    assert_eq!(answer.paths.len(), 1000);
    assert!(answer.paths.iter().all(|path| path.ranks.is_empty()), "ranks by period are left out");
    let tables = many(1000, &years);
    assert_eq!(refusal(ask(&tables, true).await), invalid("selection"));
}
