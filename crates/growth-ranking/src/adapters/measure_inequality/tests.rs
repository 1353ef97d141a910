use growthpole_contracts::v1;
use growthpole_contracts::v1::InequalityMeasure as Measure;
use growthpole_worker_kit::Job;
use growthpole_worker_kit::testing::{NAN, Table, Tables, codes, invalid, refusal, selection};
use tonic::Status;

use super::answer;

/// Incomes of four regions of which d has none in 2015, heads, and what is not defined; a borders b, b borders c.
fn tables() -> Tables {
    let years = ["2014", "2015", "2016"];
    let rows: [(&str, &[f64]); 4] =
        [("a", &[1.0, 2.0, 2.0]), ("c", &[10.0, 10.0, 10.0]), ("b", &[4.0, 4.0, 5.0]), ("d", &[5.0, NAN, 9.0])];
    let mut income = Table::new("income", &years, &rows);
    income.borders = Some(vec![("a", "b"), ("b", "c")]);
    let heads: [(&str, &[f64]); 4] =
        [("a", &[1.0, 1.0, 1.0]), ("b", &[2.0, 2.0, 2.0]), ("c", &[3.0, NAN, 3.0]), ("d", &[4.0, 4.0, 4.0])];
    let odd: [(&str, &[f64]); 4] =
        [("a", &[0.0, -1.0, 0.0]), ("b", &[1.0, 2.0, 0.0]), ("c", &[2.0, 3.0, 0.0]), ("d", &[3.0, NAN, 0.0])];
    let bad: [(&str, &[f64]); 4] = [("a", &[1.0; 3]), ("b", &[1.0, 0.0, 1.0]), ("c", &[1.0; 3]), ("d", &[1.0; 3])];
    Tables(vec![
        income,
        Table::new("heads", &years, &heads),
        Table::new("odd", &years, &odd),
        Table::new("bad", &years, &bad),
        Table::new("rates", &years, &heads).rates(),
    ])
}

async fn ask(request: v1::MeasureInequalityRequest) -> Result<v1::MeasureInequalityResponse, Status> {
    answer(&tables(), request, &Job::new()).await
}

fn request(indicator: &str, periods: &str, measures: &[Measure]) -> v1::MeasureInequalityRequest {
    v1::MeasureInequalityRequest {
        selection: Some(selection(indicator, periods)),
        measures: measures.iter().map(|&measure| measure.into()).collect(),
        ..Default::default()
    }
}

fn set(name: &str, codes: &[&str]) -> v1::NamedRegions {
    let codes = codes.iter().map(|&code| code.to_owned()).collect();
    v1::NamedRegions { name: name.into(), by: Some(v1::named_regions::By::Codes(v1::RegionCodes { codes })) }
}

fn near(own: f64, expected: f64) {
    assert!((own - expected).abs() < 1e-14, "{own} is not {expected}");
}

#[tokio::test]
async fn measures_each_period_over_the_regions_that_have_values() {
    let answer = ask(request("income", "2014..2016", &[Measure::Gini, Measure::Mean])).await.unwrap();
    let of = |period: usize| &answer.periods[period];
    assert_eq!((of(0).period.as_str(), of(0).n_regions, of(1).n_regions), ("2014", 4, 3));
    assert_eq!((of(1).left_out.as_slice(), of(0).left_out.len()), (["d".to_owned()].as_slice(), 0));
    // 1, 4, 5, 10: differences 3, 4, 9, 1, 6, 5, twice, over 2 n^2 m.
    near(of(0).measures[0].value.unwrap(), 56.0 / 160.0);
    near(of(1).measures[1].value.unwrap(), 16.0 / 3.0);
    let trend = &answer.trends[1];
    assert_eq!((trend.first_period.as_str(), trend.last_period.as_str()), ("2014", "2016"));
    assert_eq!((trend.first, trend.last, trend.change, trend.relative_change), (5.0, 6.5, 1.5, Some(0.3)));
    assert_eq!(codes(&answer.warnings), ["REGIONS_CHANGE"]);
    assert_eq!(answer.warnings[0].regions, ["d"]);
    assert_eq!(answer.provenance.unwrap().seed, None);
}

#[tokio::test]
async fn the_default_battery_follows_the_weights() {
    let names = |answer: &v1::MeasureInequalityResponse| {
        answer.periods[0].measures.iter().map(|own| (own.measure(), own.parameters.clone())).collect::<Vec<_>>()
    };
    let alike = ask(request("income", "2014", &[])).await.unwrap();
    assert_eq!(names(&alike).len(), 12);
    assert!(names(&alike).contains(&(Measure::Atkinson, vec![0.5])));
    assert!(names(&alike).contains(&(Measure::ShareRatio, vec![0.1, 0.4])));
    assert!(alike.trends.is_empty() && alike.periods[0].lorenz_curve.is_none());
    let mut by_heads = request("income", "2014", &[]);
    by_heads.weight_indicator = "heads".into();
    let weighted = ask(by_heads).await.unwrap();
    let mean = weighted.periods[0].measures.iter().find(|own| own.measure() == Measure::Mean).unwrap();
    near(mean.value.unwrap(), 5.9);
    assert!(names(&weighted).iter().any(|(measure, _)| *measure == Measure::Williamson));
    assert_eq!(weighted.provenance.unwrap().further_inputs[0].role, "weight");
}

#[tokio::test]
async fn the_parade_starts_with_the_lowest() {
    let mut asked = request("income", "2014", &[Measure::Mean]);
    let plain = ask(asked.clone()).await.unwrap();
    assert!(plain.periods[0].pen_parade.is_empty());
    asked.pen_parades = true;
    asked.weight_indicator = "heads".into();
    let answer = ask(asked).await.unwrap();
    let parade = &answer.periods[0].pen_parade;
    assert_eq!(parade.len(), answer.periods[0].n_regions as usize);
    assert!(parade.windows(2).all(|pair| pair[0].value <= pair[1].value && pair[0].passed < pair[1].passed));
    near(parade.last().unwrap().passed, 1.0);
    let mean = answer.periods[0].measures[0].value.unwrap();
    parade.iter().for_each(|step| near(step.relative.unwrap(), step.value / mean));
}

#[tokio::test]
async fn every_measure_is_known_by_its_name() {
    let every: Vec<Measure> = (1..=30).map(|number| Measure::try_from(number).unwrap()).collect();
    assert!(Measure::try_from(31).is_err(), "this test goes through all of them");
    let answer = ask(request("income", "2014", &every)).await.unwrap();
    for own in &answer.periods[0].measures {
        let is_weighted = own.measure() == Measure::Williamson;
        assert_eq!(own.value.is_none(), is_weighted, "{}", own.measure().as_str_name());
    }
    let value = |measure: Measure| {
        let own = answer.periods[0].measures.iter().find(|own| own.measure() == measure);
        own.unwrap().value.unwrap()
    };
    near(value(Measure::WolfsonHalf), value(Measure::Wolfson) / 2.0);
    near(value(Measure::GiniOfSample), value(Measure::Gini) * 4.0 / 3.0);
    near(value(Measure::StandardDeviation), (42.0_f64 / 4.0).sqrt());
    near(value(Measure::Median), 4.5);
}

#[tokio::test]
async fn what_is_undefined_says_why_and_where() {
    let measures = [Measure::Gini, Measure::MeanLogDeviation, Measure::CoefficientOfVariationOfSample];
    let mut request = request("odd", "2014..2016", &measures);
    request.lorenz_curves = true;
    let answer = ask(request).await.unwrap();
    let undefined = |period: usize, measure: usize| {
        let own = answer.periods[period].measures[measure].undefined.clone().unwrap();
        (own.reason, own.region)
    };
    assert_eq!(undefined(0, 1), ("VALUE_NOT_POSITIVE".to_owned(), "a".to_owned()));
    assert_eq!(undefined(1, 0), ("NEGATIVE_VALUE".to_owned(), "a".to_owned()));
    assert_eq!(undefined(2, 0), ("MEAN_NOT_POSITIVE".to_owned(), String::new()));
    assert_eq!(codes(&answer.warnings), ["REGIONS_CHANGE", "MEASURES_UNDEFINED"]);
    let curve = answer.periods[0].lorenz_curve.as_ref().unwrap();
    assert_eq!((curve.population.len(), curve.total.last()), (5, Some(&1.0)));
    assert!(answer.periods[1].lorenz_curve.is_none());
    // Defined in two of three periods.
    assert_eq!((answer.trends.len(), answer.trends[0].last_period.as_str()), (1, "2015"));
}

#[tokio::test]
async fn a_missing_weight_counts_like_a_missing_value() {
    use v1::MissingPolicy;
    let with = |missing: MissingPolicy, weight: &str| {
        let mut request = request("income", "2014..2015", &[Measure::Gini]);
        request.weight_indicator = weight.into();
        request.selection.as_mut().unwrap().missing = missing.into();
        request
    };
    let kept = ask(with(MissingPolicy::Keep, "heads")).await.unwrap();
    assert_eq!(kept.periods[1].left_out, ["c", "d"]);
    let dropped = ask(with(MissingPolicy::DropRegion, "heads")).await.unwrap();
    assert_eq!((dropped.periods[0].n_regions, codes(&dropped.warnings)), (2, vec!["REGIONS_DROPPED"; 2]));
    let mut only = with(MissingPolicy::Fail, "heads");
    only.selection.as_mut().unwrap().regions = growthpole_worker_kit::testing::regions(&["a", "c"]);
    let (reason, fields) = refusal(ask(only).await);
    assert_eq!((reason.as_str(), fields[0].as_str()), ("MISSING_CELLS", "weight_indicator"));
    let zero = ask(with(MissingPolicy::Keep, "bad")).await.unwrap_err();
    assert_eq!(zero.message(), "bad of b in 2015 is 0, which is no weight");
    assert_eq!(zero.code(), tonic::Code::FailedPrecondition);
    assert_eq!(refusal(ask(with(MissingPolicy::Keep, "rates")).await), invalid("weight_indicator"));
    let (reason, fields) = refusal(ask(with(MissingPolicy::Keep, "haeds")).await);
    assert_eq!((reason.as_str(), fields[0].as_str()), ("UNKNOWN_INDICATOR", "weight_indicator"));
}

#[tokio::test]
async fn groups_have_parts_that_add_up_and_tests() {
    let mut request = request("income", "2014..2015", &[Measure::Gini, Measure::TheilT, Measure::MeanLogDeviation]);
    request.groups = vec![set("north", &["d"]), set("south", &["c", "a", "b"])];
    (request.permutations, request.seed) = (99, 7);
    let answer = ask(request.clone()).await.unwrap();
    let first = &answer.periods[0];
    let value = |at: usize| first.measures[at].value.unwrap();
    let gini = first.gini_by_groups.as_ref().unwrap();
    near(gini.between + gini.within + gini.overlap, value(0));
    let theil = first.theil_by_groups.as_ref().unwrap();
    near(theil.between + theil.within, value(1));
    near(theil.between_share.unwrap(), theil.between / theil.total);
    near(first.mean_log_deviation_by_groups.as_ref().unwrap().total, value(2));
    assert_eq!((theil.groups[1].name.as_str(), theil.groups[1].n_regions), ("south", 3));
    near(theil.groups[1].mean, 5.0);
    let test = theil.between_test.as_ref().unwrap();
    assert!(test.p_value > 0.0 && test.p_value <= 1.0 && test.permutations == 99);
    assert_eq!(gini.pairs.len(), 1);
    assert_eq!(gini.pairs[0].affluence, Some(0.0));
    // d has no value in 2015: its group is gone.
    assert_eq!(answer.periods[1].gini_by_groups.as_ref().unwrap().groups.len(), 1);
    assert_eq!(codes(&answer.warnings), ["REGIONS_CHANGE", "GROUPS_WITHOUT_VALUES"]);
    assert_eq!(answer.provenance.as_ref().unwrap().seed, Some(7));
    assert_eq!(ask(request).await.unwrap(), answer);
}

#[tokio::test]
async fn neighbours_are_measured_without_islands_unless_they_are_kept() {
    let mut request = request("income", "2014..2015", &[Measure::Gini]);
    request.neighbours = Some(v1::SpatialWeights::default());
    request.permutations = 19;
    let answer = ask(request.clone()).await.unwrap();
    let own = |answer: &v1::MeasureInequalityResponse, period: usize| {
        answer.periods[period].gini_by_neighbourhood.clone().unwrap()
    };
    // 1, 4 and 10 in a row: neighbours differ by 3 and 6, the others by 9; mean 5. The island d is measured otherwise.
    let first = own(&answer, 0);
    assert_eq!((first.n_regions, answer.periods[0].n_regions), (3, 4));
    near(first.near, 18.0 / 90.0);
    near(first.far_share.unwrap(), 0.5);
    near(first.polarization.unwrap(), 2.0);
    assert_eq!(first.far_test.as_ref().unwrap().permutations, 19);
    assert_eq!(codes(&answer.warnings), ["ISLANDS_LEFT_OUT", "REGIONS_CHANGE"]);
    request.neighbours = Some(v1::SpatialWeights { keep_islands: true, ..Default::default() });
    let kept = ask(request).await.unwrap();
    assert_eq!((own(&kept, 0).n_regions, own(&kept, 1).n_regions), (4, 3));
}

#[tokio::test]
async fn what_cannot_be_measured_is_refused_by_its_field() {
    let with = |change: &dyn Fn(&mut v1::MeasureInequalityRequest)| {
        let mut request = request("income", "2014", &[]);
        change(&mut request);
        request
    };
    let pair = |upper, lower| v1::QuantileRatio { upper, lower };
    let ends = |richest, poorest| v1::ShareRatio { richest, poorest };
    let cases: Vec<(v1::MeasureInequalityRequest, &str)> = vec![
        (with(&|own| own.measures = vec![0]), "measures[0]"),
        (with(&|own| own.measures = vec![1, 99]), "measures[1]"),
        (with(&|own| own.measures = vec![1, 1]), "measures[1]"),
        (with(&|own| own.atkinson_aversions = vec![1.0, -0.5]), "atkinson_aversions[1]"),
        (with(&|own| own.atkinson_aversions = vec![f64::INFINITY]), "atkinson_aversions[0]"),
        (with(&|own| own.atkinson_aversions = vec![1.0, 1.0]), "atkinson_aversions[1]"),
        (with(&|own| own.atkinson_aversions = vec![0.5; 21]), "atkinson_aversions"),
        (with(&|own| own.entropy_orders = vec![2.0]), "entropy_orders"),
        (with(&|own| (own.measures, own.entropy_orders) = (vec![5], vec![NAN])), "entropy_orders[0]"),
        (with(&|own| own.quantile_ratios = vec![pair(0.1, 0.9)]), "quantile_ratios[0]"),
        (with(&|own| own.quantile_ratios = vec![pair(1.1, 0.1)]), "quantile_ratios[0]"),
        (with(&|own| own.quantile_ratios = vec![pair(0.9, NAN)]), "quantile_ratios[0]"),
        (with(&|own| own.share_ratios = vec![ends(0.1, 0.4), ends(0.0, 0.4)]), "share_ratios[1]"),
        (with(&|own| own.share_ratios = vec![ends(0.1, 1.0)]), "share_ratios[0]"),
        (with(&|own| own.permutations = 99), "permutations"),
        (with(&|own| own.permutations = -1), "permutations"),
        (with(&|own| own.permutations = 100_001), "permutations"),
        (with(&|own| own.groups = vec![set("one", &["a"])]), "groups"),
        (with(&|own| own.groups = (0..101).map(|at| set(&at.to_string(), &["a"])).collect()), "groups"),
        (with(&|own| own.groups = vec![set("", &["a"])]), "groups[0].name"),
    ];
    for (request, field) in cases {
        assert_eq!(refusal(ask(request).await), invalid(field), "{field}");
    }
    let unbordered = v1::MeasureInequalityRequest {
        neighbours: Some(v1::SpatialWeights::default()),
        ..request("heads", "2014", &[])
    };
    assert_eq!(refusal(ask(unbordered).await), invalid("neighbours.borders"));
}
