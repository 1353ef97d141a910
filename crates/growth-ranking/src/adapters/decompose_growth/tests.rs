use growthpole_contracts::v1;
use growthpole_domain::{ObservationStatus, Panel, RegionChoice, Selection};
use growthpole_worker_kit::testing::{
    NAN, NATION, Table, Tables, benchmark, codes, invalid, refusal, regions, selection,
};
use growthpole_worker_kit::{Job, PanelSource, SourcedPanel};
use v1::benchmark::By;

use super::options::Options;
use super::{MOST_ROWS, check_size};

type Answer = Result<v1::DecomposeGrowthResponse, tonic::Status>;

async fn answer(panels: &dyn PanelSource, request: v1::DecomposeGrowthRequest) -> Answer {
    super::answer(panels, request, &Job::new()).await
}

/// Periods x industries: a and b in 2014, 2015 and 2016.
const R1: &[f64] = &[20.0, 20.0, 0.0, 0.0, 28.0, 26.0];
const R2: &[f64] = &[20.0, 40.0, 0.0, 0.0, 32.0, 34.0];
const R3: &[f64] = &[1.0, NAN, 1.0, 1.0, 1.0, NAN];

fn tables(rows: &[(&'static str, &[f64])]) -> Tables {
    let years = ["2014", "2015", "2016"];
    let by_industry = Table::new("jobs", &years, rows).with_industries(&["a", "b"]);
    let mut money = by_industry.clone().current_prices("");
    money.indicator.code = "money".into();
    let mut rates = by_industry.clone().rates();
    rates.indicator.code = "rates".into();
    Tables(vec![by_industry, money, rates, Table::new("plain", &years, &[("r1", &[1.0, 2.0, 3.0])])])
}

fn request(indicator: &str, periods: &str) -> v1::DecomposeGrowthRequest {
    v1::DecomposeGrowthRequest { selection: Some(selection(indicator, periods)), ..Default::default() }
}

async fn ask(rows: &[(&'static str, &[f64])], request: v1::DecomposeGrowthRequest) -> Answer {
    answer(&tables(rows), request).await
}

fn with(policy: v1::MissingPolicy, by: Option<By>) -> v1::DecomposeGrowthRequest {
    let mut request = request("jobs", "2014..2016");
    let selection = request.selection.as_mut().unwrap();
    selection.missing = policy.into();
    selection.benchmark = by.and_then(benchmark);
    request
}

#[tokio::test]
async fn splits_growth_with_every_field() {
    // Together the regions grow by a fifth: industry a by a half, industry b not at all.
    let response = ask(&[("r2", R2), ("r1", R1)], request("jobs", "2014..2016")).await.unwrap();
    assert_eq!((response.first_period.as_str(), response.last_period.as_str()), ("2014", "2016"));
    assert_eq!(response.form, v1::ShiftShareForm::Dunn as i32);
    let against = response.benchmark.unwrap();
    assert_eq!((against.region, against.sum_of_level.as_str(), against.growth), (None, "PROVINCE", Some(0.2)));
    let region = &response.regions[0];
    let label = region.region.as_ref().unwrap();
    assert_eq!((label.code.as_str(), label.name.as_str()), ("r1", "Region r1"));
    assert_eq!((region.start, region.end, region.change), (40.0, 54.0, 14.0));
    assert_eq!((region.national_share, region.industry_mix, region.regional_share), (8.0, 2.0, 4.0));
    assert_eq!(region.net_total_shift, 6.0);
    let industry = &region.industries[0];
    assert_eq!(industry.industry.as_ref().unwrap().code, "a");
    assert_eq!((industry.start, industry.end, industry.change), (20.0, 28.0, 8.0));
    assert_eq!((industry.national_share, industry.industry_mix, industry.regional_share), (4.0, 6.0, -2.0));
    // What was not asked for is not there.
    assert_eq!((response.total, response.dynamic, response.closing_benchmark_rate), (None, false, None));
    assert_eq!((region.competitive_effect, region.arcelus, region.gerfin), (None, None, None));
    assert_eq!((region.predicted_growth, region.gap, region.steps.len()), (None, None, 0));
    assert_eq!((response.undefined, response.warnings), (vec![], vec![]));
    let provenance = response.provenance.unwrap();
    assert_eq!(provenance.method, "growthpole.v1.GrowthRankingService/DecomposeGrowth");
    assert_eq!((provenance.method_revision, provenance.classification.as_str()), (1, "K"));
}

#[tokio::test]
async fn shifts_within_a_sum_add_up_to_nothing() {
    let response = ask(&[("r1", R1), ("r2", R2)], request("jobs", "2016,2014")).await.unwrap();
    let sum = |part: fn(&v1::RegionShift) -> f64| response.regions.iter().map(part).sum::<f64>();
    assert!(sum(|region| region.industry_mix).abs() < 1e-12);
    assert!(sum(|region| region.regional_share).abs() < 1e-12);
    assert!((sum(|region| region.national_share) - 20.0).abs() < 1e-12);
    for region in &response.regions {
        let parts = region.national_share + region.industry_mix + region.regional_share;
        assert!((parts - region.change).abs() < 1e-12);
    }
}

#[tokio::test]
async fn the_order_of_the_request_does_not_matter() {
    let mut results = Vec::new();
    for order in [["r1", "r2"], ["r2", "r1"]] {
        let mut request = request("jobs", "2014..2016");
        request.selection.as_mut().unwrap().regions = regions(&order);
        results.push(ask(&[("r2", R2), ("r1", R1)], request).await.unwrap().regions);
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn applies_the_policy_for_missing_cells() {
    let rows: [(&str, &[f64]); 3] = [("r1", R1), ("r2", R2), ("r3", R3)];
    let (reason, fields) = refusal(ask(&rows, request("jobs", "2014..2016")).await);
    assert_eq!((reason.as_str(), fields), ("MISSING_CELLS", vec!["selection.missing".to_owned()]));

    let response = ask(&rows, with(v1::MissingPolicy::Keep, None)).await.unwrap();
    assert_eq!((response.regions.len(), response.undefined.len()), (2, 1));
    let undefined = &response.undefined[0];
    assert_eq!((undefined.region.as_ref().unwrap().code.as_str(), undefined.reason.as_str()), ("r3", "MISSING_VALUE"));
    assert_eq!((undefined.text.as_str(), undefined.periods.len()), ("No value for b 2014, b 2016.", 2));

    let partial = &response.warnings[0];
    assert_eq!(
        (codes(&response.warnings), partial.industries.as_slice()),
        (vec!["BENCHMARK_NOT_COMPARABLE"], ["b".to_owned()].as_slice())
    );
    let response = ask(&rows, with(v1::MissingPolicy::DropRegion, None)).await.unwrap();
    assert_eq!(
        (response.regions.len(), codes(&response.warnings)),
        (2, vec!["REGIONS_DROPPED", "BENCHMARK_NOT_COMPARABLE"])
    );
    let response = ask(&rows, with(v1::MissingPolicy::DropIndustry, None)).await.unwrap();
    assert_eq!((response.regions[0].industries.len(), codes(&response.warnings)), (1, vec!["INDUSTRIES_DROPPED"]));
    let response = ask(&rows, with(v1::MissingPolicy::AsZero, None)).await.unwrap();
    assert_eq!((response.regions[2].start, codes(&response.warnings)), (1.0, vec!["MISSING_AS_ZERO"]));

    let response = ask(&[("r3", R3)], with(v1::MissingPolicy::Keep, None)).await.unwrap();
    assert_eq!((response.regions.len(), response.undefined.len()), (0, 1));
}

#[tokio::test]
async fn prices_are_warned_of() {
    let response = ask(&[("r1", R1)], request("money", "2014..2016")).await.unwrap();
    assert_eq!(codes(&response.warnings), ["NOMINAL_GROWTH"]);
}

#[tokio::test]
async fn measures_against_a_published_row() {
    let nation: &[f64] = &[40.0, 60.0, 0.0, 0.0, 60.0, 60.0];
    let rows: [(&str, &[f64]); 2] = [("r1", R1), (NATION, nation)];
    let published = || with(v1::MissingPolicy::Unspecified, Some(By::DatasetRegion(true)));
    let response = ask(&rows, published()).await.unwrap();
    assert_eq!(response.benchmark.unwrap().region.unwrap().code, NATION);
    assert_eq!(response.regions[0].national_share, 8.0);

    let holed: &[f64] = &[40.0, NAN, 0.0, 0.0, 60.0, 60.0];
    let (reason, _) = refusal(ask(&[("r1", R1), (NATION, holed)], published()).await);
    assert_eq!(reason, "UNDEFINED_ON_DATA");
    let empty: &[f64] = &[0.0, 0.0, 0.0, 0.0, 60.0, 60.0];
    let (reason, _) = refusal(ask(&[("r1", R1), (NATION, empty)], published()).await);
    assert_eq!(reason, "UNDEFINED_ON_DATA");
    let without_b: &[f64] = &[40.0, 0.0, 0.0, 0.0, 60.0, 60.0];
    let outside = ask(&[("r1", R1), (NATION, without_b)], published()).await;
    assert!(outside.unwrap_err().message().contains("region r1 has industry b"));
    assert_eq!(refusal(ask(&[("r1", R1)], published()).await), invalid("selection.benchmark"));
}

#[tokio::test]
async fn negative_amounts_are_named() {
    let negative: &[f64] = &[20.0, 20.0, 0.0, 0.0, 28.0, -1.0];
    let rows: [(&str, &[f64]); 2] = [("r2", R2), ("r1", negative)];
    let refused = ask(&rows, request("jobs", "2014..2016")).await;
    assert_eq!(refused.as_ref().unwrap_err().message(), "r1 b: -1 is not an amount");
    assert_eq!(refusal(refused).0, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn statuses_are_warned_of() {
    let response = answer(&Provisional(tables(&[("r1", R1)])), request("jobs", "2014..2016")).await.unwrap();
    assert_eq!(codes(&response.warnings), ["PROVISIONAL"]);
    assert_eq!(response.warnings[0].text, "jobs: 4 values are provisional (status P)");
}

#[tokio::test]
async fn a_break_between_the_ends_is_warned_of() {
    let tables = Broken(tables(&[("r1", R1), ("r2", R2)]));
    let response = answer(&tables, request("jobs", "2014..2016")).await.unwrap();
    assert_eq!(codes(&response.warnings), ["SERIES_BREAK"]);
    assert_eq!(response.warnings[0].regions, ["r1", "r2"]);
}

/// Panels whose series break in 2015.
struct Broken(Tables);

#[tonic::async_trait]
impl PanelSource for Broken {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, tonic::Status> {
        let mut source = self.0.panel(selection).await?;
        let mut panel = Panel::clone(&*source.panel);
        let size = panel.axes.regions.len() * panel.axes.n_columns();
        for (period, statuses) in panel.axes.periods.iter().zip(panel.statuses.chunks_mut(size)) {
            if period.to_string() == "2015" {
                statuses.fill(ObservationStatus::from_code(b'B').unwrap());
            }
        }
        source.panel = std::sync::Arc::new(panel);
        Ok(source)
    }
}

/// Panels in which every cell is provisional.
struct Provisional(Tables);

#[tonic::async_trait]
impl PanelSource for Provisional {
    async fn panel(&self, selection: &Selection) -> Result<SourcedPanel, tonic::Status> {
        let mut source = self.0.panel(selection).await?;
        let mut panel = Panel::clone(&*source.panel);
        panel.statuses.fill(ObservationStatus::from_code(b'P').unwrap());
        source.panel = std::sync::Arc::new(panel);
        Ok(source)
    }
}

#[tokio::test]
async fn refuses_with_the_field_to_blame() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    for (indicator, periods, field) in [
        ("jobs", "", "selection.periods"),
        ("jobs", "2014", "selection.periods.list"),
        ("jobs", "2014,2014", "selection.periods.list"),
        ("jobs", "2014,2015,2016", "selection.periods.list"),
        ("jobs", "2014..2014", "selection.periods.range.end"),
        ("jobs", "2016..2014", "selection.periods.range.end"),
        ("jobs", "2014..2016-S1", "selection.periods.range.end"),
        ("plain", "2014..2016", "selection.indicator"),
        ("rates", "2014..2016", "selection.indicator"),
    ] {
        assert_eq!(refusal(ask(&rows, request(indicator, periods)).await), invalid(field), "{indicator} {periods}");
    }
    let mut nothing = request("jobs", "2014..2016");
    let none = v1::period_selection::By::List(v1::PeriodList { periods: vec![] });
    nothing.selection.as_mut().unwrap().periods = Some(v1::PeriodSelection { by: Some(none) });
    assert_eq!(refusal(ask(&rows, nothing).await).1, ["selection.periods.list.periods"]);
    let mut other_form = request("jobs", "2014..2016");
    other_form.form = 99;
    assert_eq!(refusal(ask(&rows, other_form).await), invalid("form"));
    let without = with(v1::MissingPolicy::Unspecified, Some(By::None(true)));
    assert_eq!(refusal(ask(&rows, without).await), invalid("selection.benchmark"));
}

/// Amounts in every year, which R1 and R2 lack.
const D1: &[f64] = &[10.0, 10.0, 20.0, 10.0, 20.0, 20.0];
const D2: &[f64] = &[40.0, 40.0, 80.0, 40.0, 80.0, 80.0];
/// Nothing at first, then something.
const D3: &[f64] = &[0.0, 0.0, 5.0, 0.0, 6.0, 1.0];

fn of_form(form: v1::ShiftShareForm) -> v1::DecomposeGrowthRequest {
    v1::DecomposeGrowthRequest { form: form.into(), include_total: true, ..request("jobs", "2014..2016") }
}

fn close(own: impl IntoIterator<Item = f64>, expected: impl IntoIterator<Item = f64>) {
    let (own, expected): (Vec<f64>, Vec<f64>) = (own.into_iter().collect(), expected.into_iter().collect());
    assert_eq!(own.len(), expected.len());
    assert!(own.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12), "{own:?} is not {expected:?}");
}

#[tokio::test]
async fn forms_add_their_own_parts() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    let response = ask(&rows, of_form(v1::ShiftShareForm::EstebanMarquillas)).await.unwrap();
    assert_eq!(response.form, v1::ShiftShareForm::EstebanMarquillas as i32);
    let region = &response.regions[0];
    // With the structure of the whole, 16 and 24; the industries grow 0.1 less and 0.3 more than there.
    close([region.competitive_effect.unwrap(), region.allocation_effect.unwrap()], [5.6, -1.6]);
    close([region.national_share, region.industry_mix, region.regional_share], [8.0, 2.0, 4.0]);
    let industry = &region.industries[0];
    close([industry.competitive_effect.unwrap(), industry.allocation_effect.unwrap()], [-1.6, -0.4]);

    let response = ask(&rows, of_form(v1::ShiftShareForm::Arcelus)).await.unwrap();
    let split = |split: Option<v1::SplitEffect>| [split.unwrap().expected, split.unwrap().differential];
    let parts = response.regions[0].arcelus.unwrap();
    let all = [parts.national_growth, parts.industry_mix, parts.regional_growth, parts.regional_mix].map(split);
    close(all.concat(), [8.0, 0.0, 0.0, 2.0, 6.0, 0.0, -0.4, -1.6]);
    let parts = response.regions[0].industries[0].arcelus.unwrap();
    close(split(parts.regional_mix), [-4.0, -1.0]);
    close([response.regions[0].industry_mix, response.regions[0].regional_share], [2.0, 4.0]);

    let response = ask(&rows, of_form(v1::ShiftShareForm::Gerfin)).await.unwrap();
    let factors = response.regions[0].gerfin.unwrap();
    close([factors.structural, factors.locational, factors.regional], [1.25 / 1.2, 1.08, 1.125]);
    let factors = response.regions[0].industries[1].gerfin.unwrap();
    close([factors.structural, factors.locational, factors.regional], [1.0 / 1.2, 1.3, 1.3 / 1.2]);
    let factors = response.total.unwrap().gerfin.unwrap();
    close([factors.structural, factors.locational, factors.regional], [1.0, 1.0, 1.0]);
    assert_eq!(response.warnings, vec![]);
}

#[tokio::test]
async fn regions_add_up_to_the_total() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    for form in [v1::ShiftShareForm::Dunn, v1::ShiftShareForm::EstebanMarquillas, v1::ShiftShareForm::Arcelus] {
        let response = ask(&rows, of_form(form)).await.unwrap();
        let (regions, total) = (response.regions, response.total.unwrap());
        assert_eq!((total.region.as_ref(), total.industries.len()), (None, 2));
        let numbers: [fn(&v1::RegionShift) -> f64; 6] = [
            |row| row.start,
            |row| row.change,
            |row| row.national_share,
            |row| row.industry_mix,
            |row| row.regional_share,
            |row| row.competitive_effect.unwrap_or_default(),
        ];
        for number in numbers {
            close([regions.iter().map(number).sum::<f64>()], [number(&total)]);
        }
        for (column, industry) in total.industries.iter().enumerate() {
            let of = |number: fn(&v1::IndustryShift) -> f64| {
                (regions.iter().map(|row| number(&row.industries[column])).sum::<f64>(), number(industry))
            };
            let (sums, own) = [of(|row| row.change), of(|row| row.industry_mix), of(|row| row.regional_share)]
                .into_iter()
                .collect::<(Vec<f64>, Vec<f64>)>();
            close(sums, own);
        }
    }
}

#[tokio::test]
async fn children_levels_and_groups_come_with_their_total() {
    use v1::region_selection::By;
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    for by in [By::ChildrenOf(NATION.into()), By::Level("PROVINCE".into()), By::Group("g".into())] {
        let mut request = request("jobs", "2014..2016");
        request.selection.as_mut().unwrap().regions = Some(v1::RegionSelection { by: Some(by) });
        assert_eq!(ask(&rows, request).await.unwrap().total.unwrap().change, 20.0);
    }
    let mut by_code = request("jobs", "2014..2016");
    by_code.selection.as_mut().unwrap().regions = regions(&["r1", "r2"]);
    assert_eq!(ask(&rows, by_code.clone()).await.unwrap().total, None);
    by_code.include_total = true;
    assert_eq!(ask(&rows, by_code).await.unwrap().total.unwrap().change, 20.0);
    let holed = v1::DecomposeGrowthRequest { include_total: true, ..with(v1::MissingPolicy::Keep, None) };
    assert_eq!(ask(&[("r3", R3)], holed).await.unwrap().total, None);
}

#[tokio::test]
async fn views_leave_rows_out() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    let seen = |view: v1::ShiftShareView| {
        let request = v1::DecomposeGrowthRequest { view: view.into(), ..request("jobs", "2014..2016") };
        async move { ask(&rows, request).await.unwrap() }
    };
    let regions = seen(v1::ShiftShareView::Regions).await;
    assert_eq!((regions.regions.len(), regions.regions[0].industries.len(), regions.total), (2, 0, None));
    let industries = seen(v1::ShiftShareView::Industries).await;
    let total = industries.total.unwrap();
    assert_eq!((industries.regions.len(), total.industries.len(), total.change), (0, 2, 20.0));
    // Together the regions are the whole: each industry has its national share and mix, and no regional share.
    close([total.industries[0].national_share, total.industries[0].industry_mix], [8.0, 12.0]);
    close([total.industries[0].regional_share, total.industries[1].regional_share], [0.0, 0.0]);
}

#[tokio::test]
async fn steps_move_the_base_on() {
    let rows: [(&str, &[f64]); 2] = [("r1", D1), ("r2", D2)];
    for periods in ["2014..2016", "2015,2014,2016"] {
        let request = v1::DecomposeGrowthRequest {
            dynamic: true,
            include_total: true,
            form: v1::ShiftShareForm::EstebanMarquillas.into(),
            ..request("jobs", periods)
        };
        let response = ask(&rows, request).await.unwrap();
        assert!(response.dynamic);
        let region = &response.regions[0];
        let spans: Vec<(&str, &str)> =
            region.steps.iter().map(|step| (step.first_period.as_str(), step.last_period.as_str())).collect();
        assert_eq!(spans, [("2014", "2015"), ("2015", "2016")]);
        // A fifth of the whole throughout: 20 grow by a half, then 30 by a third.
        close(region.steps.iter().map(|step| step.national_share), [10.0, 10.0]);
        close(
            [region.national_share, region.industry_mix, region.regional_share, region.change],
            [20.0, 0.0, 0.0, 20.0],
        );
        close(region.steps.iter().map(|step| step.competitive_effect.unwrap()), [0.0, 0.0]);
        close(response.total.unwrap().steps.iter().map(|step| step.change), [50.0, 50.0]);
    }
    let factors = v1::DecomposeGrowthRequest { dynamic: true, ..of_form(v1::ShiftShareForm::Gerfin) };
    let response = ask(&rows, factors).await.unwrap();
    let regional = |factors: Option<v1::GerfinFactors>| factors.unwrap().regional;
    close(response.regions[0].steps.iter().map(|step| regional(step.gerfin)), [1.0, 1.0]);
    close([regional(response.regions[0].gerfin), regional(response.total.unwrap().steps[0].gerfin)], [1.0, 1.0]);
    // Every step needs a benchmark that starts from something: r1, the only region, has nothing in 2015.
    let holed = v1::DecomposeGrowthRequest { dynamic: true, ..request("jobs", "2014..2016") };
    let (reason, _) = refusal(ask(&[("r1", R1)], holed).await);
    assert_eq!(reason, "UNDEFINED_ON_DATA");
}

#[tokio::test]
async fn what_starts_from_zero_is_told() {
    let rows: [(&str, &[f64]); 3] = [("r1", D1), ("r2", D2), ("r3", D3)];
    let response = ask(&rows, of_form(v1::ShiftShareForm::EstebanMarquillas)).await.unwrap();
    let entered = &response.regions[2];
    close([entered.change, entered.regional_share, entered.competitive_effect.unwrap()], [7.0, 7.0, 7.0]);
    assert_eq!(codes(&response.warnings), ["ZERO_BASE"]);
    let warning = &response.warnings[0];
    assert!(warning.text.starts_with("2 industries of regions enter from zero"), "{}", warning.text);
    assert_eq!((warning.regions.as_slice(), warning.industries.len()), (["r3".to_owned()].as_slice(), 2));

    let request = v1::DecomposeGrowthRequest {
        prediction: v1::GrowthPrediction::WholeBenchmark.into(),
        gap: Some(v1::GrowthGapOptions::default()),
        ..of_form(v1::ShiftShareForm::Gerfin)
    };
    let response = ask(&rows, request).await.unwrap();
    let row = &response.regions[2];
    assert_eq!((row.gerfin, row.predicted_growth, row.gap), (None, None, None));
    assert_eq!(codes(&response.warnings), ["FACTORS_UNDEFINED", "PREDICTION_UNDEFINED", "GAP_UNDEFINED"]);
    assert_eq!(response.warnings[2].text, "1 region has no gap to the benchmark; r3: nothing is there at the start");
    // What it brings is still a part of the gap of all: 7 of 100, less nothing.
    close([row.contribution_to_total_gap.unwrap()], [0.07]);
}

#[tokio::test]
async fn growth_is_predicted_from_structure() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    let ask_for = |prediction: v1::GrowthPrediction| {
        let request =
            v1::DecomposeGrowthRequest { prediction: prediction.into(), ..of_form(v1::ShiftShareForm::Unspecified) };
        async move { ask(&rows, request).await.unwrap() }
    };
    let whole = ask_for(v1::GrowthPrediction::WholeBenchmark).await;
    assert_eq!(whole.prediction, v1::GrowthPrediction::WholeBenchmark as i32);
    close([whole.regions[0].predicted_growth.unwrap(), whole.total.unwrap().predicted_growth.unwrap()], [0.25, 0.2]);
    // Elsewhere a grows from 20 to 32 and b shrinks from 40 to 34; without all regions, nothing is left to look at.
    let others = ask_for(v1::GrowthPrediction::LeaveOneOut).await;
    close([others.regions[0].predicted_growth.unwrap()], [0.225]);
    assert_eq!(others.total.unwrap().predicted_growth, None);

    let alone: [(&str, &[f64]); 2] = [("r1", &[5.0, 1.0, 0.0, 0.0, 5.0, 1.0]), ("r2", &[0.0, 1.0, 0.0, 0.0, 2.0, 1.0])];
    let request = v1::DecomposeGrowthRequest {
        prediction: v1::GrowthPrediction::LeaveOneOut.into(),
        ..request("jobs", "2014..2016")
    };
    let response = ask(&alone, request).await.unwrap();
    assert_eq!(
        response.warnings[0].text,
        "1 region has no predicted growth; r1: no other region of the benchmark has industry a in the first period"
    );
}

#[tokio::test]
async fn the_gap_is_split_and_closed() {
    let nation: &[f64] = &[40.0, 60.0, 0.0, 0.0, 60.0, 84.0];
    let rows: [(&str, &[f64]); 3] = [("r1", R1), ("r2", R2), (NATION, nation)];
    let mut request = with(v1::MissingPolicy::Unspecified, Some(By::DatasetRegion(true)));
    request.include_total = true;
    request.gap = Some(v1::GrowthGapOptions { closing_years: Some(4.0), benchmark_rate: None });
    let response = ask(&rows, request.clone()).await.unwrap();
    // The nation grows by 0.44, 0.2 a year; r1 by 0.35, r2 by 0.1, both together by 0.2.
    close([response.closing_benchmark_rate.unwrap()], [0.2]);
    let (regions, total) = (&response.regions, response.total.unwrap());
    let gap = regions[0].gap.unwrap();
    close([gap.growth, gap.gap, gap.relative_index], [0.35, -0.09, 1.35 / 1.44]);
    close([(1.35 / 1.44) * ((1.0 + gap.required_rate.unwrap()) / 1.2_f64).powi(4)], [1.0]);
    close(regions[0].industries.iter().map(|row| row.gap_contribution.unwrap()), [0.0, -0.09]);
    close([total.gap.unwrap().gap], [-0.24]);
    close(total.industries.iter().map(|row| row.gap_contribution.unwrap()), [0.0, -0.24]);
    close(regions.iter().map(|row| row.contribution_to_total_gap.unwrap()), [-0.036, -0.204]);
    assert_eq!(total.contribution_to_total_gap, None);

    request.gap = Some(v1::GrowthGapOptions { closing_years: Some(1.0), benchmark_rate: Some(0.0) });
    let response = ask(&rows, request.clone()).await.unwrap();
    close([response.regions[0].gap.unwrap().required_rate.unwrap()], [1.44 / 1.35 - 1.0]);
    request.gap = Some(v1::GrowthGapOptions::default());
    let response = ask(&rows, request).await.unwrap();
    assert_eq!((response.regions[0].gap.unwrap().required_rate, response.closing_benchmark_rate), (None, None));
}

#[tokio::test]
async fn refuses_options_with_the_field_to_blame() {
    let rows: [(&str, &[f64]); 2] = [("r1", R1), ("r2", R2)];
    let gap = |closing_years, benchmark_rate| Some(v1::GrowthGapOptions { closing_years, benchmark_rate });
    let base = || request("jobs", "2014..2016");
    let mut cases = vec![
        (v1::DecomposeGrowthRequest { form: -1, ..base() }, "form"),
        (v1::DecomposeGrowthRequest { view: 9, ..base() }, "view"),
        (v1::DecomposeGrowthRequest { prediction: 9, ..base() }, "prediction"),
        (v1::DecomposeGrowthRequest { dynamic: true, ..request("jobs", "2014") }, "selection.periods.list"),
        (v1::DecomposeGrowthRequest { dynamic: true, ..request("jobs", "2014,2015,2014") }, "selection.periods.list"),
        (v1::DecomposeGrowthRequest { dynamic: true, ..request("jobs", "2016..2014") }, "selection.periods.range.end"),
    ];
    for years in [0.0, -1.0, 1001.0, f64::NAN, f64::INFINITY] {
        cases.push((v1::DecomposeGrowthRequest { gap: gap(Some(years), None), ..base() }, "gap.closing_years"));
    }
    for rate in [-1.0, 10.5, f64::NAN, f64::NEG_INFINITY] {
        cases.push((v1::DecomposeGrowthRequest { gap: gap(Some(5.0), Some(rate)), ..base() }, "gap.benchmark_rate"));
    }
    cases.push((v1::DecomposeGrowthRequest { gap: gap(None, Some(0.05)), ..base() }, "gap.benchmark_rate"));
    let mut sibling = with(v1::MissingPolicy::Unspecified, Some(By::Region("r1".into())));
    sibling.prediction = v1::GrowthPrediction::LeaveOneOut.into();
    cases.push((sibling, "prediction"));
    for (request, field) in cases {
        assert_eq!(refusal(ask(&rows, request.clone()).await), invalid(field), "{request:?}");
    }
}

#[test]
fn refuses_more_rows_than_a_client_would_take() {
    let options = |view: v1::ShiftShareView| {
        let request = v1::DecomposeGrowthRequest { view: view.into(), ..Default::default() };
        Options::parse(&request, &RegionChoice::Default).unwrap()
    };
    let all = options(v1::ShiftShareView::Unspecified);
    assert!(check_size(MOST_ROWS, &all).is_ok());
    let refused = Err::<(), _>(check_size(MOST_ROWS + 1, &all).unwrap_err().into());
    assert_eq!(refusal(refused), invalid("view"));
    for view in [v1::ShiftShareView::Regions, v1::ShiftShareView::Industries] {
        assert!(check_size(MOST_ROWS + 1, &options(view)).is_ok());
    }
}
