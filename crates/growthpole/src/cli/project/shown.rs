//! Projections as tables and records.

use growthpole_contracts::v1::{
    BenchmarkProjection, IndustryProjection, PredictionInterval, ProjectGrowthResponse, ProjectedValue,
    ProjectionBacktest, ProjectionErrors, RegionProjection, SeriesDescription,
};

use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, fixed, industry, or_nothing, percent, region, words};
use crate::output::table::Table;

/// Projected values, their backtests, and who has none.
pub(super) fn view(what: &str, answer: &ProjectGrowthResponse, by_industry: bool) -> View {
    let mut tables = vec![values(what, answer, by_industry)];
    tables.extend(with_parameters(answer));
    tables.push(backtests(answer));
    tables.extend(unprojected(answer));
    View {
        tables,
        records: records(answer, by_industry),
        provenance: answer.provenance.clone(),
        warnings: answer.warnings.clone(),
    }
}

/// A projected value with its names.
struct Row<'a> {
    region: (String, String),
    industry: (String, String),
    model: String,
    last: f64,
    value: &'a ProjectedValue,
    /// Errors of the whole backtest.
    errors: Option<&'a ProjectionErrors>,
}

/// Regions, their industries where they were asked for, and the benchmark.
fn rows(answer: &ProjectGrowthResponse, by_industry: bool) -> Vec<Row<'_>> {
    let benchmark = answer.benchmark.iter().filter_map(|own| Some((benchmark_name(own), own.projection.as_ref()?)));
    let regions = answer.regions.iter().map(|own| (region(&own.region), own));
    regions.chain(benchmark).flat_map(|(name, own)| rows_of(name, own, by_industry)).collect()
}

fn rows_of(name: (String, String), own: &RegionProjection, by_industry: bool) -> Vec<Row<'_>> {
    let row = |industry: (String, String), last, errors, value| Row {
        region: name.clone(),
        industry,
        model: model(own),
        last,
        value,
        errors,
    };
    let errors = own.backtest.as_ref().and_then(|backtest| backtest.errors.as_ref());
    let mut rows: Vec<Row<'_>> =
        own.values.iter().map(|value| row(Default::default(), own.last, errors, value)).collect();
    for part in own.industries.iter().filter(|_| by_industry) {
        let IndustryProjection { last, values, errors, .. } = part;
        rows.extend(values.iter().map(|value| row(industry(&part.industry), *last, errors.as_ref(), value)));
    }
    rows
}

fn benchmark_name(benchmark: &BenchmarkProjection) -> (String, String) {
    let source = benchmark.benchmark.as_ref();
    match source.map(|source| (&source.region, source.sum_of_level.as_str())) {
        Some((label @ Some(_), _)) => region(label),
        Some((None, level)) => (String::new(), format!("sum of {level}")),
        None => Default::default(),
    }
}

fn model(own: &RegionProjection) -> String {
    own.model.as_ref().map_or_else(String::new, |model| words(model.method().as_str_name(), "PROJECTION_METHOD"))
}

/// Both ends of the interval of a level; the tables show the first two levels.
fn ends(intervals: &[PredictionInterval], level: usize) -> String {
    match intervals.get(level) {
        Some(PredictionInterval { lower, upper }) => format!("{} … {}", amount(*lower), amount(*upper)),
        None => String::new(),
    }
}

fn level(answer: &ProjectGrowthResponse, at: usize) -> String {
    answer.interval_levels.get(at).map(|level| format!("{} %", fixed(100.0 * level, 0))).unwrap_or_default()
}

/// `CNY, 10^8`: the unit and its multiplier, and the year whose prices values are in.
fn unit(series: &SeriesDescription) -> String {
    let mut unit = series.unit.clone();
    if series.unit_multiplier != 0 {
        unit.push_str(&format!(", 10^{}", series.unit_multiplier));
    }
    if !series.base_period.is_empty() {
        unit.push_str(&format!(", prices of {}", series.base_period));
    }
    unit
}

fn values(what: &str, answer: &ProjectGrowthResponse, by_industry: bool) -> Table {
    let unit = answer.series.as_ref().map(unit).unwrap_or_default();
    let (first, last) = (&answer.first_period, &answer.last_period);
    let levels = [level(answer, 0), level(answer, 1)].into_iter().filter(|level| !level.is_empty());
    let levels = levels.collect::<Vec<_>>().join(" and ");
    let title = format!("Projection of {what} ({unit}) from {first} to {last}, with intervals of {levels}");
    let mut table = Table::new(title).texts(["Code", "Region", "Industry", "Model", "Period"]).numbers([
        "Last",
        "Projected",
        "First interval",
        "Second interval",
    ]);
    for Row { region: (code, name), industry: (industry, industry_name), model, last, value, .. } in
        rows(answer, by_industry)
    {
        let label = if industry.is_empty() { "all".to_owned() } else { format!("{industry} {industry_name}") };
        let shown = amount(value.value);
        let (first, second) = (ends(&value.intervals, 0), ends(&value.intervals, 1));
        table.row([code, name, label, model, value.period.clone(), amount(last), shown, first, second]);
    }
    table
}

/// The intervals that carry the uncertainty of parameters, with what they would have covered; nothing without them.
fn with_parameters(answer: &ProjectGrowthResponse) -> Option<Table> {
    let rows = rows(answer, false);
    let mut table = Table::new("Intervals with the uncertainty of parameters, and their coverage in the backtest")
        .texts(["Code", "Region", "Model", "Period"])
        .numbers(["First interval", "Second interval", "Covered", "Covered"]);
    let mut any = false;
    for Row { region: (code, name), model, value, errors, .. } in rows {
        let covered = |level: usize| {
            let coverage = errors.and_then(|own| own.coverage_with_parameters.get(level)).copied();
            or_nothing(coverage, percent)
        };
        let own = &value.intervals_with_parameters;
        any |= !own.is_empty();
        table.row([code, name, model, value.period.clone(), ends(own, 0), ends(own, 1), covered(0), covered(1)]);
    }
    any.then_some(table)
}

/// How each model would have done, beside both benchmarks.
fn backtests(answer: &ProjectGrowthResponse) -> Table {
    let mut table =
        Table::new("Backtests: mean absolute errors, scaled error, bias, coverage of the first two intervals")
            .texts(["Code", "Region", "Model", "Origins"])
            .numbers(["Error", "Last value", "Mean growth", "Scaled", "Bias", "Covered", "Covered"]);
    let benchmark = answer.benchmark.iter().filter_map(|own| Some((benchmark_name(own), own.projection.as_ref()?)));
    let regions = answer.regions.iter().map(|own| (region(&own.region), own));
    for ((code, name), own) in regions.chain(benchmark) {
        let Some(ProjectionBacktest { first_origin, last_origin, errors, naive, mean_growth, .. }) = &own.backtest
        else {
            continue;
        };
        let error = |errors: &Option<ProjectionErrors>| or_nothing(errors.as_ref().map(|errors| errors.mae), amount);
        let covered =
            |level: usize| or_nothing(errors.as_ref().and_then(|own| own.coverage.get(level)).copied(), percent);
        table.row([
            code,
            name,
            model(own),
            format!("{first_origin}–{last_origin}"),
            error(errors),
            error(naive),
            error(mean_growth),
            or_nothing(errors.as_ref().and_then(|errors| errors.mase), |mase| fixed(mase, 2)),
            or_nothing(errors.as_ref().map(|errors| errors.bias), amount),
            covered(0),
            covered(1),
        ]);
    }
    table
}

fn unprojected(answer: &ProjectGrowthResponse) -> Option<Table> {
    let mut table = Table::new("Without a projection").texts(["Code", "Region", "Why"]);
    for row in &answer.unprojected {
        let (code, name) = region(&row.region);
        table.row([code, name, row.text.clone()]);
    }
    (!answer.unprojected.is_empty()).then_some(table)
}

/// One record for each projected value and level, and one for each region without a projection.
fn records(answer: &ProjectGrowthResponse, by_industry: bool) -> Records {
    let mut records = Records::new([
        "region",
        "region_name",
        "industry",
        "industry_name",
        "model",
        "period",
        "last",
        "projected",
        "level",
        "lower",
        "upper",
        "mae",
        "mase",
        "coverage",
        "unprojected_reason",
        "lower_with_parameters",
        "upper_with_parameters",
        "coverage_with_parameters",
    ]);
    for row in rows(answer, by_industry) {
        let coverage = |level: usize| row.errors.and_then(|errors| errors.coverage.get(level)).copied();
        let with_parameters =
            |level: usize| row.errors.and_then(|errors| errors.coverage_with_parameters.get(level)).copied();
        for (at, (interval, level)) in row.value.intervals.iter().zip(&answer.interval_levels).enumerate() {
            records.row([
                row.region.0.clone(),
                row.region.1.clone(),
                row.industry.0.clone(),
                row.industry.1.clone(),
                row.model.clone(),
                row.value.period.clone(),
                exact(row.last),
                exact(row.value.value),
                exact(*level),
                exact(interval.lower),
                exact(interval.upper),
                exact(row.errors.map(|errors| errors.mae)),
                exact(row.errors.and_then(|errors| errors.mase)),
                exact(coverage(at)),
                String::new(),
                exact(row.value.intervals_with_parameters.get(at).map(|own| own.lower)),
                exact(row.value.intervals_with_parameters.get(at).map(|own| own.upper)),
                exact(with_parameters(at)),
            ]);
        }
    }
    for own in &answer.unprojected {
        let (code, name) = region(&own.region);
        let mut record: [String; 18] = Default::default();
        [record[0], record[1], record[14]] = [code, name, own.reason.clone()];
        records.row(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::{FittedModel, ProjectionMethod, RegionLabel, UnprojectedRegion};

    #[test]
    fn every_level_is_a_record_and_the_unprojected_come_last() {
        let interval = |lower, upper| PredictionInterval { lower, upper };
        let value = ProjectedValue {
            period: "2020".into(),
            value: 1500.0,
            intervals: vec![interval(1400.0, 1600.0), interval(1300.0, 1700.0)],
            intervals_with_parameters: vec![interval(1390.0, 1610.0), interval(1290.0, 1710.0)],
        };
        let errors = ProjectionErrors {
            mae: 5.0,
            mase: Some(0.5),
            coverage: vec![0.75, 1.0],
            coverage_with_parameters: vec![0.8, 1.0],
            ..Default::default()
        };
        let own = RegionProjection {
            region: Some(RegionLabel { code: "a".into(), name: "A".into() }),
            last: 1450.0,
            model: Some(FittedModel { method: ProjectionMethod::Holt.into(), ..Default::default() }),
            values: vec![value],
            backtest: Some(ProjectionBacktest { errors: Some(errors), ..Default::default() }),
            ..Default::default()
        };
        let answer = ProjectGrowthResponse {
            regions: vec![own],
            unprojected: vec![UnprojectedRegion { reason: "TOO_SHORT".into(), ..Default::default() }],
            interval_levels: vec![0.8, 0.95],
            ..Default::default()
        };
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view("", &answer, false).records, None).unwrap();
        let text = String::from_utf8(written).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "a,A,,,holt,2020,1450,1500,0.8,1400,1600,5,0.5,0.75,,1390,1610,0.8");
        assert_eq!(lines[2], "a,A,,,holt,2020,1450,1500,0.95,1300,1700,5,0.5,1,,1290,1710,1");
        assert_eq!(lines[3], ",,,,,,,,,,,,,,TOO_SHORT,,,");
    }
}
