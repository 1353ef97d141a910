use growthpole_contracts::v1;
use growthpole_domain::{ObservationStatus, Panel, Selection};
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, industries, invalid, refusal, regions, selection,
};
use growthpole_worker_kit::{Job, PanelSource, SourcedPanel};
use v1::benchmark::By;

mod acceleration;
mod agreement;
mod ratios;
mod statistics;
mod uncertainty;

type Answer = Result<v1::RankGrowthResponse, tonic::Status>;

async fn answer(panels: &dyn PanelSource, request: v1::RankGrowthRequest) -> Answer {
    super::answer(panels, request, &Job::new()).await
}

/// Rates of two years, levels of four, and the same by industry.
fn tables() -> Tables {
    let rates: [(&str, &[f64]); 6] = [
        ("r3", &[3.0, 6.5]),
        ("r1", &[7.0, 6.5]),
        ("r2", &[6.5, 7.0]),
        ("r4", &[5.0, 9.1]),
        ("r5", &[4.0, NAN]),
        (NATION, &[6.0, 6.9]),
    ];
    let years = ["2012", "2013", "2014", "2015"];
    let levels: [(&str, &[f64]); 6] = [
        ("r1", &[100.0, 110.0, 120.0, 132.0]),
        ("r2", &[50.0, 50.0, 0.0, 60.0]),
        ("r3", &[40.0, 40.0, -1.0, 40.0]),
        ("r4", &[200.0, 210.0, 230.0, 253.0]),
        ("r5", &[10.0, 10.0, NAN, 10.0]),
        (NATION, &[400.0, 420.0, 350.0, 420.0]),
    ];
    let money = |code: &str| Table::new(code, &years, &levels).current_prices("growth");
    let mut money_per_head = money("per_head");
    money_per_head.indicator.aggregation = growthpole_domain::Aggregation::None;
    money_per_head.indicator.price_basis = growthpole_domain::PriceBasis::None;
    let mut ratio = Table::new("ratio", &years, &levels).rates();
    ratio.indicator.unit = "persons".into();
    let by_industry: [(&str, &[f64]); 2] = [("r1", &[1.0, 2.0, 2.0, 2.0]), ("r2", &[1.0, 1.0, 3.0, 3.0])];
    Tables(vec![
        Table::new("growth", &["2014", "2015"], &rates).rates(),
        Table::new("jobs", &years, &levels),
        money("money"),
        money_per_head,
        ratio,
        Table::new("jobs_by_industry", &["2014", "2015"], &by_industry).with_industries(&["a", "b"]),
    ])
}

fn request(indicator: &str, periods: &str) -> v1::RankGrowthRequest {
    v1::RankGrowthRequest { selection: Some(selection(indicator, periods)), ..v1::RankGrowthRequest::default() }
}

async fn ask(request: v1::RankGrowthRequest) -> Answer {
    answer(&tables(), request).await
}

async fn ask_with(indicator: &str, periods: &str, change: impl FnOnce(&mut v1::RankGrowthRequest)) -> Answer {
    let mut request = request(indicator, periods);
    change(&mut request);
    ask(request).await
}

fn ranks(response: &v1::RankGrowthResponse) -> Vec<(&str, f64)> {
    response.ranked.iter().map(|ranked| (ranked.region.as_ref().unwrap().code.as_str(), ranked.rank)).collect()
}

fn reasons(response: &v1::RankGrowthResponse) -> Vec<(&str, &str, Vec<&str>)> {
    let shown = response.unranked.iter().map(|unranked| {
        let periods = unranked.periods.iter().map(String::as_str).collect();
        (unranked.region.as_ref().unwrap().code.as_str(), unranked.reason.as_str(), periods)
    });
    shown.collect()
}

fn close(actual: f64, expected: f64) -> bool {
    (actual - expected).abs() < 1e-12
}

#[tokio::test]
async fn ranks_published_rates_with_every_field() {
    let response = ask(request("growth", "2015")).await.unwrap();
    assert_eq!(ranks(&response), [("r4", 1.0), ("r2", 2.0), ("r1", 3.0), ("r3", 3.0)]);
    let first = &response.ranked[0];
    assert_eq!(first.region.as_ref().unwrap().name, "Region r4");
    assert_eq!((first.growth, first.percentile), (9.1 / 100.0, 0.875));
    assert_eq!((first.gap, first.contribution), (Some(9.1 / 100.0 - 6.9 / 100.0), None));
    assert!(first.tied_with.is_empty());
    assert_eq!(response.ranked[2].tied_with, ["r3"]);
    assert_eq!(response.ranked[3].tied_with, ["r1"]);
    assert_eq!(response.ranked[3].percentile, 0.25);
    assert_eq!(reasons(&response), [("r5", "MISSING_VALUE", vec!["2015"])]);
    assert_eq!(response.unranked[0].text, "No value for 2015.");
    let against = response.benchmark.unwrap();
    assert_eq!((against.region.unwrap().code.as_str(), against.growth), (NATION, Some(6.9 / 100.0)));
    assert_eq!(against.sum_of_level, "");
    assert_eq!(response.measure, v1::GrowthMeasure::YearOnYear as i32);
    assert_eq!(response.rank_method, v1::RankMethod::Competition as i32);
    assert_eq!(response.rank_order, v1::RankOrder::HighestFirst as i32);
    assert_eq!((response.first_period.as_str(), response.last_period.as_str()), ("2015", "2015"));
    assert_eq!((response.contribution_sum, response.warnings), (None, vec![]));
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.GrowthRankingService/RankGrowth");
    assert_eq!((provenance.method_revision, provenance.vintage), (1, 1));
    assert_eq!((provenance.published.as_str(), provenance.panel_digest.len()), ("2016-02-29", 64));
    assert!(provenance.further_inputs.is_empty());
}

#[tokio::test]
async fn treats_ties_as_asked() {
    for (method, expected) in [
        (v1::RankMethod::Dense, vec![("r4", 1.0), ("r2", 2.0), ("r1", 3.0), ("r3", 3.0)]),
        (v1::RankMethod::Ordinal, vec![("r4", 1.0), ("r2", 2.0), ("r1", 3.0), ("r3", 4.0)]),
        (v1::RankMethod::Average, vec![("r4", 1.0), ("r2", 2.0), ("r1", 3.5), ("r3", 3.5)]),
        (v1::RankMethod::Worst, vec![("r4", 1.0), ("r2", 2.0), ("r1", 4.0), ("r3", 4.0)]),
    ] {
        let response = ask_with("growth", "2015", |request| request.rank_method = method.into()).await.unwrap();
        assert_eq!(ranks(&response), expected, "{method:?}");
        assert_eq!(response.rank_method, method as i32);
    }
    let lowest = |request: &mut v1::RankGrowthRequest| request.rank_order = v1::RankOrder::LowestFirst.into();
    let response = ask_with("growth", "2015", lowest).await.unwrap();
    assert_eq!(ranks(&response), [("r1", 1.0), ("r3", 1.0), ("r2", 3.0), ("r4", 4.0)]);
    assert_eq!(response.ranked[0].percentile, 0.25, "the share that grew less, whichever end comes first");
}

#[tokio::test]
async fn chains_the_rates_of_several_years() {
    let response = ask(request("growth", "2014..2015")).await.unwrap();
    // The same two rates in another order are a tie, whatever rounding makes of them.
    assert_eq!(ranks(&response), [("r4", 1.0), ("r1", 2.0), ("r2", 2.0), ("r3", 4.0)]);
    assert!(close(response.ranked[0].growth, (1.05_f64 * 1.091).sqrt() - 1.0));
    assert_eq!(response.measure, v1::GrowthMeasure::CompoundAnnual as i32);
    assert_eq!((response.first_period.as_str(), response.last_period.as_str()), ("2014", "2015"));
    assert!(close(response.benchmark.unwrap().growth.unwrap(), (1.06_f64 * 1.069).sqrt() - 1.0));

    let listed = ask(request("growth", "2015,2014")).await.unwrap();
    assert_eq!(listed.ranked, response.ranked);
    for (measure, expected) in
        [(v1::GrowthMeasure::Mean, 0.0705), (v1::GrowthMeasure::LogDifference, (1.05_f64 * 1.091).ln() / 2.0)]
    {
        let response = ask_with("growth", "2014..2015", |request| request.measure = measure.into()).await.unwrap();
        assert!(close(response.ranked[0].growth, expected), "{measure:?}");
    }
}

#[tokio::test]
async fn compares_levels_with_the_year_before() {
    let response = ask(request("jobs", "2015")).await.unwrap();
    assert_eq!(ranks(&response), [("r1", 1.0), ("r4", 1.0)]);
    assert_eq!(
        reasons(&response),
        [
            ("r2", "ZERO_BASE", vec!["2014"]),
            ("r3", "NEGATIVE_LEVEL", vec!["2014"]),
            ("r5", "MISSING_VALUE", vec!["2014"])
        ]
    );
    assert_eq!((response.first_period.as_str(), response.last_period.as_str()), ("2015", "2015"));
    assert_eq!(response.ranked[0].growth, 0.1);
    assert!(close(response.ranked[0].contribution.unwrap(), 120.0 / 350.0 * 0.1));
    assert!(close(response.contribution_sum.unwrap(), 350.0 / 350.0 * 0.1));
    // The nation grew by a fifth, the two ranked regions account for half of it.
    assert_eq!(codes(&response.warnings), ["CONTRIBUTIONS_DO_NOT_ADD_UP"]);
    assert_eq!(response.warnings[0].regions, ["r2", "r3", "r5"]);
    assert!(response.warnings[0].text.contains("-0.1000"), "{}", response.warnings[0].text);
}

#[tokio::test]
async fn growth_of_a_range_of_levels_starts_after_its_first_year() {
    let response = ask(request("jobs", "2012..2015")).await.unwrap();
    assert_eq!((response.first_period.as_str(), response.last_period.as_str()), ("2013", "2015"));
    assert_eq!(ranks(&response), [("r1", 1.0), ("r4", 2.0), ("r2", 3.0), ("r3", 4.0), ("r5", 4.0)]);
    assert!(close(response.ranked[0].growth, 1.32_f64.cbrt() - 1.0));
    // Growth over all years, not by year, of the level before the first.
    assert!(close(response.ranked[0].contribution.unwrap(), 100.0 / 400.0 * 0.32));

    let mean = |request: &mut v1::RankGrowthRequest| request.measure = v1::GrowthMeasure::Mean.into();
    let response = ask_with("jobs", "2012..2015", mean).await.unwrap();
    assert!(close(response.ranked[0].growth, (0.1 + 1.0 / 11.0 + 0.1) / 3.0));
    assert_eq!(
        reasons(&response),
        [
            ("r2", "ZERO_BASE", vec!["2014"]),
            ("r3", "NEGATIVE_LEVEL", vec!["2014"]),
            ("r5", "MISSING_VALUE", vec!["2014"])
        ]
    );
    let by = |measure: v1::GrowthMeasure| move |request: &mut v1::RankGrowthRequest| request.measure = measure.into();
    let response = ask_with("jobs", "2012..2015", by(v1::GrowthMeasure::Change)).await.unwrap();
    assert_eq!(ranks(&response)[..2], [("r4", 1.0), ("r1", 2.0)], "the largest region adds most");
    assert_eq!((response.ranked[0].growth, response.ranked[0].gap), (53.0, Some(33.0)));
    let response = ask_with("jobs", "2012..2015", by(v1::GrowthMeasure::SimpleAnnual)).await.unwrap();
    assert!(close(response.ranked[0].growth, 0.32 / 3.0));
    let response = ask_with("jobs", "2012..2014", by(v1::GrowthMeasure::LogDifference)).await.unwrap();
    assert_eq!(reasons(&response)[0], ("r2", "ZERO_LEVEL", vec!["2014"]));
    assert_eq!(reasons(&response)[1], ("r3", "NEGATIVE_LEVEL", vec!["2014"]));
}

#[tokio::test]
async fn contributions_that_add_up_are_not_warned_of() {
    let sum = |request: &mut v1::RankGrowthRequest| {
        let selection = request.selection.as_mut().unwrap();
        selection.regions = regions(&["r4", "r1"]);
        selection.benchmark = benchmark(By::SumOfMainLevel(true));
    };
    let whole =
        Tables(vec![Table::new("jobs", &["2014", "2015"], &[("r1", &[100.0, 110.0]), ("r4", &[300.0, 360.0])])]);
    let mut request = request("jobs", "2015");
    sum(&mut request);
    let response = answer(&whole, request).await.unwrap();
    assert_eq!(response.warnings, []);
    assert!(close(response.contribution_sum.unwrap(), 70.0 / 400.0));
    let against = response.benchmark.unwrap();
    assert_eq!((against.region, against.sum_of_level.as_str()), (None, "PROVINCE"));
}

#[tokio::test]
async fn weights_rates_by_another_indicator() {
    let weighted = |request: &mut v1::RankGrowthRequest| request.weight_indicator = "money".into();
    let response = ask_with("growth", "2015", weighted).await.unwrap();
    assert!(close(response.ranked[0].contribution.unwrap(), 230.0 / 350.0 * 0.091));
    assert_eq!(response.ranked[3].contribution, None, "a negative level is no share");
    assert_eq!(codes(&response.warnings), ["CONTRIBUTIONS_DO_NOT_ADD_UP"]);
    let input = &response.provenance.unwrap().further_inputs[0];
    assert_eq!((input.role.as_str(), input.indicator.as_str(), input.vintage), ("weight", "money", 1));
    assert_eq!((input.published.as_str(), input.panel_digest.len()), ("2016-02-29", 64));

    let alone = |request: &mut v1::RankGrowthRequest| {
        weighted(request);
        request.selection.as_mut().unwrap().benchmark = benchmark(By::None(true));
    };
    let response = ask_with("growth", "2015", alone).await.unwrap();
    assert_eq!((response.contribution_sum, response.benchmark), (None, None));
    assert_eq!((codes(&response.warnings), response.ranked[0].gap), (vec!["NO_WEIGHTS"], None));
}

#[tokio::test]
async fn a_growth_indicator_stands_for_the_growth_of_levels() {
    let chained = |request: &mut v1::RankGrowthRequest| request.growth_indicator = "growth".into();
    let response = ask_with("money", "2015", chained).await.unwrap();
    assert_eq!(ranks(&response), [("r4", 1.0), ("r2", 2.0), ("r1", 3.0), ("r3", 3.0)]);
    assert!(close(response.ranked[0].contribution.unwrap(), 230.0 / 350.0 * 0.091));
    assert_eq!(response.ranked[1].contribution, Some(0.0));
    assert_eq!(response.benchmark.unwrap().growth, Some(6.9 / 100.0));
    let inputs = response.provenance.unwrap().further_inputs;
    assert_eq!((inputs.len(), inputs[0].role.as_str(), inputs[0].indicator.as_str()), (1, "chain", "growth"));
    assert_eq!(codes(&response.warnings), ["CONTRIBUTIONS_DO_NOT_ADD_UP"]);

    let several = ask_with("money", "2014..2015", chained).await.unwrap();
    assert_eq!((several.first_period.as_str(), several.last_period.as_str()), ("2014", "2015"));
    // The weights are of 2013, the year before the first rate.
    assert!(close(several.ranked[0].contribution.unwrap(), 210.0 / 420.0 * (1.05 * 1.091 - 1.0)));
}

#[tokio::test]
async fn nominal_growth_must_be_asked_for() {
    let refused = ask(request("money", "2015")).await;
    assert!(refused.as_ref().unwrap_err().message().contains("\"growth\""));
    let (reason, fields) = refusal(refused);
    assert_eq!(
        (reason.as_str(), fields),
        ("INVALID_FIELD", vec!["growth_indicator".into(), "allow_current_prices".into()])
    );

    let response = ask_with("money", "2015", |request| request.allow_current_prices = true).await.unwrap();
    assert_eq!(codes(&response.warnings), ["NOMINAL_GROWTH", "CONTRIBUTIONS_DO_NOT_ADD_UP"]);
    assert_eq!(response.ranked[0].growth, 0.1);
}

#[tokio::test]
async fn what_does_not_add_up_has_no_contributions() {
    let response = ask(request("per_head", "2015")).await.unwrap();
    assert_eq!((response.contribution_sum, response.ranked[0].contribution), (None, None));
    assert!(response.ranked[0].gap.is_some());
}

#[tokio::test]
async fn applies_the_policy_for_missing_cells() {
    let with = |policy: v1::MissingPolicy| {
        move |request: &mut v1::RankGrowthRequest| request.selection.as_mut().unwrap().missing = policy.into()
    };
    let (reason, fields) = refusal(ask_with("growth", "2015", with(v1::MissingPolicy::Fail)).await);
    assert_eq!((reason.as_str(), fields), ("MISSING_CELLS", vec!["selection.missing".to_owned()]));
    let response = ask_with("growth", "2015", with(v1::MissingPolicy::DropRegion)).await.unwrap();
    assert_eq!((response.ranked.len(), response.unranked.len()), (4, 0));
    assert_eq!(
        (codes(&response.warnings), &response.warnings[0].regions),
        (vec!["REGIONS_DROPPED"], &vec!["r5".into()])
    );
    // A missing rate is no growth of nothing, but a missing level may be nothing.
    for (indicator, growth_indicator) in [("growth", ""), ("money", "growth")] {
        let zero = |request: &mut v1::RankGrowthRequest| {
            request.growth_indicator = growth_indicator.into();
            with(v1::MissingPolicy::AsZero)(request);
        };
        assert_eq!(refusal(ask_with(indicator, "2015", zero).await), invalid("selection.missing"));
    }
    let response = ask_with("jobs", "2015", with(v1::MissingPolicy::AsZero)).await.unwrap();
    assert_eq!((reasons(&response)[2].1, codes(&response.warnings)[0]), ("ZERO_BASE", "MISSING_AS_ZERO"));
    let (reason, _) = refusal(ask_with("growth", "2015", with(v1::MissingPolicy::DropIndustry)).await);
    assert_eq!(reason, "MISSING_CELLS");
    // Levels between the first and the last are not needed, so that a hole there is none.
    let response = ask_with("jobs", "2013..2015", with(v1::MissingPolicy::Fail)).await.unwrap();
    assert_eq!(response.unranked, []);
}

#[tokio::test]
async fn sums_of_different_regions_are_not_compared() {
    let rows: [(&str, &[f64]); 2] = [("r1", &[100.0, 110.0]), ("r2", &[50.0, NAN])];
    let tables = Tables(vec![Table::new("jobs", &["2014", "2015"], &rows)]);
    let summed = |policy: v1::MissingPolicy| {
        let mut request = request("jobs", "2015");
        sum_of_regions(&mut request);
        request.selection.as_mut().unwrap().missing = policy.into();
        request
    };
    let response = answer(&tables, summed(v1::MissingPolicy::Keep)).await.unwrap();
    let against = response.benchmark.unwrap();
    assert_eq!((against.sum_of_level.as_str(), against.growth, response.ranked[0].gap), ("PROVINCE", None, None));
    assert_eq!(codes(&response.warnings), ["BENCHMARK_NOT_COMPARABLE", "CONTRIBUTIONS_WITHOUT_BENCHMARK_GROWTH"]);
    assert!(response.warnings[0].text.contains("2015") && !response.warnings[0].text.contains("2014"));
    assert!(response.warnings[1].text.contains("the sum of level PROVINCE"), "{}", response.warnings[1].text);
    let response = answer(&tables, summed(v1::MissingPolicy::AsZero)).await.unwrap();
    assert!(close(response.benchmark.unwrap().growth.unwrap(), 110.0 / 150.0 - 1.0));
    assert_eq!(codes(&response.warnings), ["MISSING_AS_ZERO"]);
}

#[tokio::test]
async fn contributions_of_some_regions_need_not_add_up() {
    let some = |request: &mut v1::RankGrowthRequest| {
        request.selection.as_mut().unwrap().regions = regions(&["r1", "r2", "r4"]);
    };
    let response = ask_with("jobs", "2015", some).await.unwrap();
    assert!(response.contribution_sum.is_some());
    assert_eq!(response.warnings, []);
}

#[tokio::test]
async fn contributions_without_growth_name_whose_level_they_share() {
    let rows: [(&str, &[f64]); 2] = [("r1", &[1.0]), (NATION, &[NAN])];
    let mut tables = tables();
    tables.0[0] = Table::new("growth", &["2015"], &rows).rates();
    let mut request = request("growth", "2015");
    request.weight_indicator = "jobs".into();
    let response = answer(&tables, request).await.unwrap();
    assert!(response.contribution_sum.is_some());
    assert_eq!(codes(&response.warnings), ["BENCHMARK_WITHOUT_VALUE", "CONTRIBUTIONS_WITHOUT_BENCHMARK_GROWTH"]);
    assert!(response.warnings[1].text.contains("region N (Nation)"), "{}", response.warnings[1].text);
}

#[tokio::test]
async fn weights_without_the_base_year_leave_the_ranking() {
    let weighted = |request: &mut v1::RankGrowthRequest| request.weight_indicator = "recent".into();
    let mut tables = tables();
    tables.0.push(Table::new("recent", &["2015"], &[("r1", &[1.0])]));
    for indicator in ["growth", "jobs"] {
        let mut request = request(indicator, "2015");
        weighted(&mut request);
        let response = answer(&tables, request).await.unwrap();
        assert!(!response.ranked.is_empty());
        assert_eq!((response.contribution_sum, codes(&response.warnings)), (None, vec!["NO_WEIGHTS"]));
        assert!(response.warnings[0].text.contains("recent"), "{}", response.warnings[0].text);
    }
}

#[tokio::test]
async fn a_growth_indicator_of_another_is_warned_of() {
    let chained = |request: &mut v1::RankGrowthRequest| request.growth_indicator = "other".into();
    for (declared, expected) in [("growth", "declares growth"), ("", "declares none")] {
        let mut tables = tables();
        let mut other = tables.0[0].clone();
        other.indicator.code = "other".into();
        tables.0.push(other);
        tables.0[2].indicator.growth_indicator = declared.into();
        let mut request = request("money", "2015");
        chained(&mut request);
        let response = answer(&tables, request).await.unwrap();
        assert_eq!(codes(&response.warnings)[0], "GROWTH_INDICATOR_IS_ANOTHERS");
        assert!(response.warnings[0].text.contains(expected), "{}", response.warnings[0].text);
    }
}

/// Panels in which every cell of some indicators is estimated.
struct Estimated(Tables, &'static [&'static str]);

#[tonic::async_trait]
impl PanelSource for Estimated {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, tonic::Status> {
        let mut source = self.0.panel(selection).await?;
        if self.1.contains(&selection.indicator.as_str()) {
            let mut panel = Panel::clone(&*source.panel);
            panel.statuses.fill(ObservationStatus::from_code(b'E').unwrap());
            source.panel = std::sync::Arc::new(panel);
        }
        Ok(source)
    }
}

#[tokio::test]
async fn statuses_of_all_panels_are_warned_of() {
    let panels = Estimated(tables(), &["growth", "money"]);
    let estimated = |response: &v1::RankGrowthResponse| {
        let of = response.warnings.iter().filter(|warning| warning.code == "ESTIMATED");
        of.map(|warning| warning.text.clone()).collect::<Vec<_>>()
    };
    let growth = "growth: 4 values are estimated (status E)".to_owned();
    let money = "money: 5 values are estimated (status E)".to_owned();
    let response = answer(&panels, request("growth", "2015")).await.unwrap();
    assert_eq!(estimated(&response), std::slice::from_ref(&growth));
    assert_eq!(response.warnings[0].regions, ["r1", "r2", "r3", "r4"]);
    let mut weighted = request("growth", "2015");
    weighted.weight_indicator = "money".into();
    let response = answer(&panels, weighted).await.unwrap();
    assert_eq!(estimated(&response), [growth.clone(), "money: 4 values are estimated (status E)".to_owned()]);
    // Of the levels only those of 2013 are used, which weight the growth of 2014.
    let mut chained = request("money", "2014");
    chained.growth_indicator = "growth".into();
    let response = answer(&panels, chained).await.unwrap();
    assert_eq!(estimated(&response), ["growth: 5 values are estimated (status E)".to_owned(), money]);
}

#[tokio::test]
async fn impossible_rates_are_unranked() {
    let rows: [(&str, &[f64]); 3] = [("r1", &[-100.0]), ("r2", &[-150.0]), ("r3", &[2.0])];
    let tables = Tables(vec![Table::new("growth", &["2015"], &rows).rates()]);
    let response = answer(&tables, request("growth", "2015")).await.unwrap();
    assert_eq!(ranks(&response), [("r3", 1.0), ("r1", 2.0)]);
    assert_eq!(reasons(&response), [("r2", "IMPOSSIBLE_RATE", vec!["2015"])]);
    assert_eq!(response.benchmark, None);
    let mut log = request("growth", "2015");
    log.measure = v1::GrowthMeasure::LogDifference.into();
    let response = answer(&tables, log).await.unwrap();
    assert_eq!(reasons(&response)[0], ("r1", "ZERO_LEVEL", vec!["2015"]));
}

#[tokio::test]
async fn nobody_with_a_value_is_still_an_answer() {
    let alone = |request: &mut v1::RankGrowthRequest| request.selection.as_mut().unwrap().regions = regions(&["r5"]);
    let response = ask_with("growth", "2015", alone).await.unwrap();
    assert_eq!((response.ranked.len(), reasons(&response).len()), (0, 1));
    assert_eq!(response.contribution_sum, None);
}

#[tokio::test]
async fn a_benchmark_without_a_value_leaves_no_gaps() {
    let rows: [(&str, &[f64]); 2] = [("r1", &[1.0]), (NATION, &[NAN])];
    let tables = Tables(vec![Table::new("growth", &["2015"], &rows).rates()]);
    let response = answer(&tables, request("growth", "2015")).await.unwrap();
    assert_eq!((response.benchmark.unwrap().growth, response.ranked[0].gap), (None, None));
    assert_eq!(codes(&response.warnings), ["BENCHMARK_WITHOUT_VALUE"]);
}

#[tokio::test]
async fn one_period_may_be_of_any_frequency() {
    let rows: [(&str, &[f64]); 2] = [("r1", &[100.0, 0.0, 105.0]), ("r2", &[100.0, 0.0, 107.0])];
    let tables = Tables(vec![Table::new("half", &["2014-S1", "2014-S2", "2015-S1"], &rows)]);
    let response = answer(&tables, request("half", "2015-S1")).await.unwrap();
    assert_eq!(ranks(&response), [("r2", 1.0), ("r1", 2.0)]);
    assert_eq!((response.ranked[0].growth, response.first_period.as_str()), (0.07, "2015-S1"));
    assert_eq!(refusal(answer(&tables, request("half", "2014-S1..2015-S1")).await), invalid("selection.periods"));
}

#[tokio::test]
async fn the_order_of_the_request_does_not_matter() {
    let mut results = Vec::new();
    for order in [["r1", "r2", "r3", "r4", "r5"], ["r5", "r3", "r1", "r4", "r2"]] {
        let permuted = |request: &mut v1::RankGrowthRequest| {
            request.selection.as_mut().unwrap().regions = regions(&order);
            request.rank_method = v1::RankMethod::Ordinal.into();
            request.weight_indicator = "jobs".into();
        };
        let response = ask_with("growth", "2015", permuted).await.unwrap();
        results.push((response.ranked, response.unranked, response.contribution_sum, response.warnings));
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn one_industry_is_ranked_and_several_are_not() {
    let one = |request: &mut v1::RankGrowthRequest| {
        let selection = request.selection.as_mut().unwrap();
        selection.industries = industries(&["b"]);
        selection.benchmark = benchmark(By::SumOfMainLevel(true));
    };
    let response = ask_with("jobs_by_industry", "2015", one).await.unwrap();
    assert_eq!(ranks(&response), [("r2", 1.0), ("r1", 2.0)]);
    assert_eq!((response.ranked[0].growth, response.ranked[0].contribution), (2.0, Some(2.0 / 3.0)));
    assert_eq!(refusal(ask(request("jobs_by_industry", "2015")).await), invalid("selection.industries"));
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let mut nothing = request("growth", "2015");
    nothing.selection.as_mut().unwrap().periods = no_periods();
    let (reason, fields) = refusal(ask(nothing).await);
    assert_eq!((reason.as_str(), fields), ("EMPTY_SELECTION", vec!["selection.periods.list.periods".to_owned()]));
    for periods in ["", "2014-S1..2015-S1"] {
        assert_eq!(refusal(ask(request("growth", periods)).await), invalid("selection.periods"), "{periods}");
    }
    assert_eq!(refusal(ask(request("growth", "2015..2014")).await), invalid("selection.periods.range.end"));
    assert_eq!(refusal(ask(request("growth", "2014..2015-S1")).await), invalid("selection.periods.range.end"));
    assert_eq!(refusal(ask(request("growth", "2012,2015")).await), invalid("selection.periods.list"));
    assert_eq!(refusal(ask(request("growth", "2015,2015")).await), invalid("selection.periods.list"));
    assert_eq!(refusal(ask(request("growth", "0001")).await), invalid("selection.periods"));
    assert_eq!(refusal(ask(v1::RankGrowthRequest::default()).await), invalid("selection"));
    assert_eq!(refusal(ask(request("ratio", "2015")).await), invalid("selection.indicator"));

    type Change = fn(&mut v1::RankGrowthRequest);
    let cases: [(&str, &str, Change, &str); 14] = [
        ("growth", "2014..2015", |r| r.measure = v1::GrowthMeasure::YearOnYear.into(), "selection.periods"),
        ("growth", "2015", |r| r.measure = 99, "measure"),
        ("growth", "2015", |r| r.measure = v1::GrowthMeasure::Change.into(), "measure"),
        ("growth", "2015", |r| r.rank_method = -1, "rank_method"),
        ("growth", "2015", |r| r.rank_order = 99, "rank_order"),
        ("growth", "2015", |r| r.weight_indicator = "growth".into(), "weight_indicator"),
        ("growth", "2015", |r| r.weight_indicator = "per_head".into(), "weight_indicator"),
        ("growth", "2015", |r| r.weight_indicator = "jobs_by_industry".into(), "weight_indicator"),
        ("growth", "2015", |r| r.growth_indicator = "growth".into(), "growth_indicator"),
        ("money", "2015", |r| r.growth_indicator = "jobs".into(), "growth_indicator"),
        ("jobs", "2015", |r| r.growth_indicator = "growth".into(), "growth_indicator"),
        ("growth", "2015", |r| sum_of_regions(r), "selection.benchmark"),
        ("per_head", "2015", |r| sum_of_regions(r), "selection.benchmark"),
        ("growth", "2015", |r| r.selection.as_mut().unwrap().missing = 99, "selection.missing"),
    ];
    for (indicator, periods, change, field) in cases {
        assert_eq!(refusal(ask_with(indicator, periods, change).await), invalid(field), "{indicator} {field}");
    }
}

fn no_periods() -> Option<v1::PeriodSelection> {
    Some(v1::PeriodSelection { by: Some(v1::period_selection::By::List(v1::PeriodList { periods: vec![] })) })
}

fn sum_of_regions(request: &mut v1::RankGrowthRequest) {
    request.selection.as_mut().unwrap().benchmark = benchmark(By::SumOfMainLevel(true));
}

#[tokio::test]
async fn unknown_names_are_the_fault_of_the_field_that_holds_them() {
    let unknown = |field: &str| ("UNKNOWN_INDICATOR".to_owned(), vec![field.to_owned()]);
    assert_eq!(refusal(ask(request("grwth", "2015")).await), unknown("selection.indicator"));
    let weight = |request: &mut v1::RankGrowthRequest| request.weight_indicator = "mony".into();
    assert_eq!(refusal(ask_with("growth", "2015", weight).await), unknown("weight_indicator"));
    let chain = |request: &mut v1::RankGrowthRequest| request.growth_indicator = "grwth".into();
    assert_eq!(refusal(ask_with("money", "2015", chain).await), unknown("growth_indicator"));
    let (reason, fields) = refusal(ask(request("growth", "1999")).await);
    assert_eq!((reason.as_str(), fields), ("NO_DATA", vec!["selection.periods".to_owned()]));
}

proptest::proptest! {
    #[test]
    fn ranks_are_those_of_a_count(rates in proptest::collection::vec(-20i32..20, 1..12)) {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        let cells: Vec<[f64; 1]> = rates.iter().map(|rate| [f64::from(*rate) / 10.0]).collect();
        let rows: Vec<(&'static str, &[f64])> = names.into_iter().zip(cells.iter().map(|cell| cell.as_slice())).collect();
        let tables = Tables(vec![Table::new("growth", &["2015"], &rows).rates()]);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let response = runtime.block_on(answer(&tables, request("growth", "2015"))).unwrap();
        proptest::prop_assert_eq!(response.ranked.len(), rates.len());
        for ranked in &response.ranked {
            let own = names.iter().position(|name| *name == ranked.region.as_ref().unwrap().code).unwrap();
            let above = rates.iter().filter(|rate| **rate > rates[own]).count();
            let equal = rates.iter().filter(|rate| **rate == rates[own]).count();
            proptest::prop_assert_eq!(ranked.rank, (above + 1) as f64);
            proptest::prop_assert_eq!(ranked.tied_with.len(), equal - 1);
        }
    }
}
