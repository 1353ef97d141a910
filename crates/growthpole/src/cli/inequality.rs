//! `inequality`: how unequal regions are, over time.

use clap::Args;
use growthpole_contracts::v1::{
    EntropyByGroups, GiniByGroups, GiniByNeighbourhood, InequalityMeasure, InequalityTest, InequalityTrend,
    InequalityUndefined, MeasureInequalityRequest, MeasureInequalityResponse, MeasuredInequality, NamedRegions,
    PeriodInequality, QuantileRatio, ShareRatio,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::series::{NeighbourArgs, SeriesArgs, named_regions};
use super::values::names;
use crate::failure::Failure;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{NOTHING, amount, exact, fixed, or_nothing, percent, words};
use crate::output::table::Table;

const PREFIX: &str = "INEQUALITY_MEASURE";

/// Measures inequality between regions, period by period.
#[derive(Debug, Args)]
pub(super) struct InequalityArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    series: SeriesArgs,
    #[command(flatten)]
    neighbours: NeighbourArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToMeasure,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to measure")]
struct HowToMeasure {
    /// Indicator that regions count by, for example population; all count alike if left out
    #[arg(long, value_name = "CODE")]
    weight_indicator: Option<String>,
    /// Measures; a battery of ten if left out
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', value_parser = names(MEASURES))]
    measures: Vec<String>,
    /// Aversions to inequality of the Atkinson index; 0.5, 1 and 2 if left out
    #[arg(long, value_name = "E,…", value_delimiter = ',', allow_negative_numbers = true)]
    aversions: Vec<f64>,
    /// Orders of generalised entropy; -1 and 2 if left out
    #[arg(long, value_name = "A,…", value_delimiter = ',', allow_negative_numbers = true)]
    orders: Vec<f64>,
    /// Upper and lower quantile of quantile ratios, for example 0.9/0.1
    #[arg(long, value_name = "UPPER/LOWER,…", value_delimiter = ',', value_parser = pair)]
    quantiles: Vec<(f64, f64)>,
    /// Richest and poorest part of share ratios, for example 0.1/0.4
    #[arg(long, value_name = "RICHEST/POOREST,…", value_delimiter = ',', value_parser = pair)]
    shares: Vec<(f64, f64)>,
    /// A group of regions, NAME=CODE+CODE+… or NAME=@GROUP, given again for each; parts between and within them
    #[arg(long = "by", value_name = "NAME=REGIONS", value_parser = named_regions)]
    groups: Vec<NamedRegions>,
    /// Gives the Lorenz curve of each period in JSON
    #[arg(long)]
    lorenz: bool,
    /// Gives Pen's parade of each period, the regions from the lowest value on, in JSON and CSV
    #[arg(long)]
    parade: bool,
    /// Permutations for tests of the parts by groups and by neighbourhood
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    permutations: i32,
    /// Seed of the permutations
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

/// All measures, as they are written.
const MEASURES: &[&str] = &[
    "gini",
    "gini-of-sample",
    "theil-t",
    "mean-log-deviation",
    "generalized-entropy",
    "atkinson",
    "equally-distributed-equivalent",
    "hoover",
    "share-below-mean",
    "williamson",
    "coefficient-of-variation",
    "coefficient-of-variation-of-sample",
    "normalized-coefficient-of-variation",
    "normalized-coefficient-of-variation-of-sample",
    "standard-deviation",
    "standard-deviation-of-sample",
    "log-standard-deviation",
    "log-standard-deviation-of-sample",
    "herfindahl",
    "normalized-herfindahl",
    "equivalent-number",
    "coulter",
    "dalton",
    "wolfson",
    "wolfson-half",
    "quantile-ratio",
    "share-ratio",
    "mean",
    "geometric-mean",
    "median",
];

/// `0.9/0.1`.
fn pair(text: &str) -> Result<(f64, f64), String> {
    let numbers = text.split_once('/').and_then(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?)));
    numbers.ok_or_else(|| "write two numbers, for example 0.9/0.1".to_owned())
}

impl InequalityArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &MeasureInequalityResponse| view(&title, &self.how.counted_by(), answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> MeasureInequalityRequest {
        let how = &self.how;
        let number = |name: &String| {
            let full = format!("{PREFIX}_{}", name.to_uppercase().replace('-', "_"));
            InequalityMeasure::from_str_name(&full).unwrap_or_default().into()
        };
        MeasureInequalityRequest {
            selection: Some(self.selection.message()),
            series: self.series.message(),
            weight_indicator: how.weight_indicator.clone().unwrap_or_default(),
            measures: how.measures.iter().map(number).collect(),
            atkinson_aversions: how.aversions.clone(),
            entropy_orders: how.orders.clone(),
            quantile_ratios: how.quantiles.iter().map(|&(upper, lower)| QuantileRatio { upper, lower }).collect(),
            share_ratios: how.shares.iter().map(|&(richest, poorest)| ShareRatio { richest, poorest }).collect(),
            lorenz_curves: how.lorenz,
            pen_parades: how.parade,
            groups: how.groups.clone(),
            neighbours: self.neighbours.is_given().then(|| self.neighbours.message()),
            permutations: how.permutations,
            seed: how.seed,
        }
    }
}

impl HowToMeasure {
    fn counted_by(&self) -> String {
        self.weight_indicator.as_ref().map_or_else(String::new, |weight| format!(", by {weight}"))
    }
}

fn view(what: &str, counted_by: &str, answer: &MeasureInequalityResponse) -> View {
    let unit = answer.values.as_ref().map(|values| values.unit.as_str()).unwrap_or_default();
    let base = answer.values.as_ref().map(|values| values.base_period.as_str()).unwrap_or_default();
    let prices = if base.is_empty() { String::new() } else { format!(" at prices of {base}") };
    let title = format!("Inequality between regions, {what} ({unit}{prices}){counted_by}");
    let mut tables = vec![if answer.trends.is_empty() { levels(title, answer) } else { changes(title, answer) }];
    let several = answer.periods.len() > 1;
    tables.extend(several.then(|| by_period(answer)).filter(|_| !answer.periods.is_empty()));
    tables.extend(by_groups(answer));
    tables.extend(answer.periods.last().and_then(groups_of));
    tables.extend(by_neighbourhood(answer));
    tables.extend(undefined(answer));
    View { tables, records: records(answer), provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

/// A measure as people read it: `atkinson (0.5)`.
fn label(measure: InequalityMeasure, parameters: &[f64]) -> String {
    let name = words(measure.as_str_name(), PREFIX);
    match parameters {
        [] => name,
        parameters => format!("{name} ({})", listed(parameters, "/")),
    }
}

fn listed(parameters: &[f64], between: &str) -> String {
    parameters.iter().map(f64::to_string).collect::<Vec<_>>().join(between)
}

/// A value: four decimals, or thousands apart where it is in the values' unit.
fn shown(value: f64) -> String {
    if value.abs() >= 1000.0 { amount(value) } else { fixed(value, 4) }
}

/// The measures of a single period.
fn levels(title: String, answer: &MeasureInequalityResponse) -> Table {
    let mut table = Table::new(title).texts(["Period", "Measure"]).numbers(["Value"]);
    for period in &answer.periods {
        for own in &period.measures {
            let value = or_nothing(own.value, shown);
            table.row([period.period.clone(), label(own.measure(), &own.parameters), value]);
        }
    }
    table
}

/// The measures of the first and the last period.
fn changes(title: String, answer: &MeasureInequalityResponse) -> Table {
    let mut table =
        Table::new(title).texts(["Measure", "From", "To"]).numbers(["First", "Last", "Change", "Change of it"]);
    for own in &answer.trends {
        let InequalityTrend { first_period, last_period, .. } = own;
        table.row([
            label(own.measure(), &own.parameters),
            first_period.clone(),
            last_period.clone(),
            shown(own.first),
            shown(own.last),
            shown(own.change),
            or_nothing(own.relative_change, percent),
        ]);
    }
    table
}

/// The best-known measures of every period, as far as they were asked for.
fn by_period(answer: &MeasureInequalityResponse) -> Table {
    const COLUMNS: [InequalityMeasure; 5] = [
        InequalityMeasure::Gini,
        InequalityMeasure::TheilT,
        InequalityMeasure::MeanLogDeviation,
        InequalityMeasure::Hoover,
        InequalityMeasure::Mean,
    ];
    let mut table = Table::new("Period by period").texts(["Period"]).numbers([
        "Regions",
        "Gini",
        "Theil T",
        "Mean log deviation",
        "Hoover",
        "Mean",
    ]);
    for period in &answer.periods {
        let value = |measure: InequalityMeasure| {
            let own = period.measures.iter().find(|own| own.measure() == measure);
            or_nothing(own.and_then(|own| own.value), shown)
        };
        let [gini, theil, deviation, hoover, mean] = COLUMNS.map(value);
        table.row([period.period.clone(), period.n_regions.to_string(), gini, theil, deviation, hoover, mean]);
    }
    table
}

/// Parts by groups: the whole, between, within, overlap, and what the test of the part between says.
struct Parts {
    measure: &'static str,
    whole: f64,
    between: f64,
    within: f64,
    overlap: Option<f64>,
    between_test: Option<InequalityTest>,
    overlap_test: Option<InequalityTest>,
    undefined: Option<InequalityUndefined>,
    /// Name, and what the group adds within and between; the latter only of entropies.
    groups: Vec<(String, Option<f64>, f64, Option<f64>)>,
}

impl Parts {
    fn of_period(period: &PeriodInequality) -> Vec<Self> {
        let entropies =
            [("theil-t", &period.theil_by_groups), ("mean-log-deviation", &period.mean_log_deviation_by_groups)];
        let entropies =
            entropies.into_iter().filter_map(|(measure, own)| Some(Self::of_entropy(measure, own.as_ref()?)));
        entropies.chain(period.gini_by_groups.as_ref().map(Self::of_gini)).collect()
    }

    fn of_entropy(measure: &'static str, own: &EntropyByGroups) -> Self {
        Self {
            measure,
            whole: own.total,
            between: own.between,
            within: own.within,
            overlap: None,
            between_test: own.between_test,
            overlap_test: None,
            undefined: own.undefined.clone(),
            groups: own.groups.iter().map(|own| (own.name.clone(), own.own, own.within, Some(own.between))).collect(),
        }
    }

    fn of_gini(own: &GiniByGroups) -> Self {
        Self {
            measure: "gini",
            whole: own.gini,
            between: own.between,
            within: own.within,
            overlap: Some(own.overlap),
            between_test: own.between_test,
            overlap_test: own.overlap_test,
            undefined: own.undefined.clone(),
            groups: own.groups.iter().map(|own| (own.name.clone(), own.own, own.within, None)).collect(),
        }
    }
}

fn by_groups(answer: &MeasureInequalityResponse) -> Option<Table> {
    let mut table = Table::new("By groups of regions").texts(["Period", "Measure"]).numbers([
        "Whole",
        "Between",
        "Within",
        "Overlap",
        "Between, share",
        "p (between)",
    ]);
    let mut any = false;
    for period in &answer.periods {
        for parts in Parts::of_period(period).into_iter().filter(|parts| parts.undefined.is_none()) {
            any = true;
            table.row([
                period.period.clone(),
                parts.measure.replace('-', " "),
                shown(parts.whole),
                shown(parts.between),
                shown(parts.within),
                or_nothing(parts.overlap, shown),
                if parts.whole > 0.0 { percent(parts.between / parts.whole) } else { NOTHING.to_owned() },
                or_nothing(parts.between_test.map(|test| test.p_value), |p| fixed(p, 4)),
            ]);
        }
    }
    any.then_some(table)
}

/// The groups of a period.
fn groups_of(period: &PeriodInequality) -> Option<Table> {
    let theil = period.theil_by_groups.as_ref().filter(|own| own.undefined.is_none())?;
    let gini = period.gini_by_groups.as_ref()?;
    let mut table = Table::new(format!("Groups in {}", period.period)).texts(["Group"]).numbers([
        "Regions",
        "Weight, share",
        "Total, share",
        "Mean",
        "Theil T",
        "Gini",
        "Theil T within, share",
    ]);
    for (own, by_pairs) in theil.groups.iter().zip(&gini.groups) {
        table.row([
            own.name.clone(),
            own.n_regions.to_string(),
            percent(own.population_share),
            percent(own.total_share),
            shown(own.mean),
            or_nothing(own.own, shown),
            or_nothing(by_pairs.own, shown),
            if theil.total > 0.0 { percent(own.within / theil.total) } else { NOTHING.to_owned() },
        ]);
    }
    Some(table)
}

fn by_neighbourhood(answer: &MeasureInequalityResponse) -> Option<Table> {
    let mut table = Table::new("By neighbourhood: pairs of neighbours (near) and others (far)")
        .texts(["Period"])
        .numbers(["Regions", "Gini", "Near", "Far", "Far, share", "Polarization", "p (far)"]);
    let own = |period: &PeriodInequality| period.gini_by_neighbourhood.clone().filter(|own| own.undefined.is_none());
    let parts: Vec<(&str, GiniByNeighbourhood)> =
        answer.periods.iter().filter_map(|period| Some((period.period.as_str(), own(period)?))).collect();
    for (period, own) in &parts {
        table.row([
            (*period).to_owned(),
            own.n_regions.to_string(),
            shown(own.gini),
            shown(own.near),
            shown(own.far),
            or_nothing(own.far_share, percent),
            or_nothing(own.polarization, shown),
            or_nothing(own.far_test.map(|test| test.p_value), |p| fixed(p, 4)),
        ]);
    }
    (!parts.is_empty()).then_some(table)
}

/// What has no value, and why.
fn undefined(answer: &MeasureInequalityResponse) -> Option<Table> {
    let mut table = Table::new("Undefined").texts(["Period", "Measure", "Why"]);
    let mut any = false;
    for period in &answer.periods {
        let measures = period.measures.iter().map(|own| (label(own.measure(), &own.parameters), &own.undefined));
        let parts = Parts::of_period(period);
        let parts = parts.iter().map(|own| (format!("{} by groups", own.measure.replace('-', " ")), &own.undefined));
        let far = period.gini_by_neighbourhood.iter().map(|own| ("gini by neighbourhood".to_owned(), &own.undefined));
        for (what, why) in measures.chain(parts).chain(far) {
            if let Some(why) = why {
                any = true;
                table.row([period.period.clone(), what, why.text.clone()]);
            }
        }
    }
    any.then_some(table)
}

/// One record a figure: of a measure, of a part of it, of a group's part, of a test.
fn records(answer: &MeasureInequalityResponse) -> Records {
    let header = ["period", "regions", "measure", "parameters", "part", "group", "value", "undefined_reason"];
    let mut records = Records::new(header);
    for period in &answer.periods {
        let mut row = |measure: &str, parameters: String, part: &str, group: &str, value: Option<f64>, reason: &str| {
            records.row([
                period.period.clone(),
                period.n_regions.to_string(),
                measure.to_owned(),
                parameters,
                part.to_owned(),
                group.to_owned(),
                exact(value),
                reason.to_owned(),
            ]);
        };
        for own in &period.measures {
            let MeasuredInequality { parameters, value, undefined, .. } = own;
            let name = words(own.measure().as_str_name(), PREFIX).replace(' ', "-");
            let reason = undefined.as_ref().map(|why| why.reason.as_str()).unwrap_or_default();
            row(&name, listed(parameters, ";"), "", "", *value, reason);
        }
        for step in &period.pen_parade {
            row("pen-parade", String::new(), "value", &step.region, Some(step.value), "");
            row("pen-parade", String::new(), "passed", &step.region, Some(step.passed), "");
        }
        for parts in Parts::of_period(period) {
            part_records(&parts, |part, group, value, reason| {
                row(parts.measure, String::new(), part, group, value, reason)
            });
        }
        if let Some(own) = &period.gini_by_neighbourhood {
            let reason = own.undefined.as_ref().map(|why| why.reason.as_str()).unwrap_or_default();
            let is_defined = own.undefined.is_none();
            let figures = [
                ("gini-near", Some(own.near)),
                ("gini-far", Some(own.far)),
                ("far-share", own.far_share),
                ("polarization", own.polarization),
                ("far-p-value", own.far_test.map(|test| test.p_value)),
            ];
            for (part, value) in figures {
                row("gini-by-neighbourhood", String::new(), part, "", value.filter(|_| is_defined), reason);
            }
        }
    }
    records
}

fn part_records(parts: &Parts, mut row: impl FnMut(&str, &str, Option<f64>, &str)) {
    if let Some(why) = &parts.undefined {
        return row("between", "", None, &why.reason);
    }
    let figures = [
        ("whole", Some(parts.whole)),
        ("between", Some(parts.between)),
        ("within", Some(parts.within)),
        ("overlap", parts.overlap),
        ("between-p-value", parts.between_test.map(|test| test.p_value)),
        ("overlap-p-value", parts.overlap_test.map(|test| test.p_value)),
    ];
    for (part, value) in figures.into_iter().filter(|(_, value)| value.is_some()) {
        row(part, "", value, "");
    }
    for (group, own, within, between) in &parts.groups {
        row("own", group, *own, "");
        row("within", group, Some(*within), "");
        if let Some(between) = between {
            row("between", group, Some(*between), "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_can_be_asked_for() {
        for (at, name) in MEASURES.iter().enumerate() {
            let number = i32::try_from(at + 1).unwrap();
            let measure = InequalityMeasure::try_from(number).unwrap();
            assert_eq!(words(measure.as_str_name(), PREFIX).replace(' ', "-"), *name);
        }
        assert!(InequalityMeasure::try_from(i32::try_from(MEASURES.len() + 1).unwrap()).is_err());
        assert_eq!(pair("0.9/0.1"), Ok((0.9, 0.1)));
        assert!(pair("0.9").is_err() && pair("a/b").is_err());
    }

    #[test]
    fn shows_what_changed_and_what_is_undefined() {
        let measured = |value: Option<f64>| MeasuredInequality {
            measure: InequalityMeasure::Atkinson.into(),
            parameters: vec![0.5],
            value,
            undefined: value.is_none().then(|| InequalityUndefined {
                reason: "NEGATIVE_VALUE".into(),
                text: "a: the value -1 is negative".into(),
                region: "a".into(),
            }),
        };
        let period = |period: &str, value: Option<f64>| PeriodInequality {
            period: period.into(),
            n_regions: 3,
            measures: vec![measured(value)],
            theil_by_groups: Some(EntropyByGroups { total: 0.5, between: 0.125, ..Default::default() }),
            gini_by_neighbourhood: Some(GiniByNeighbourhood { near: 0.25, ..Default::default() }),
            ..Default::default()
        };
        let answer = MeasureInequalityResponse {
            periods: vec![period("2014", Some(0.25)), period("2015", None)],
            ..Default::default()
        };
        let view = view("income", "", &answer);
        let mut written = Vec::new();
        view.tables.iter().for_each(|table| table.write(&mut written).unwrap());
        let text = String::from_utf8(written).unwrap();
        for expected in ["atkinson (0.5)", "0.2500", "25.00 %", "a: the value -1 is negative", "By neighbourhood"] {
            assert!(text.contains(expected), "{expected} is not in\n{text}");
        }
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view.records, None).unwrap();
        let lines: Vec<String> = String::from_utf8(written).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(lines[1], "2014,3,atkinson,0.5,,,0.25,");
        assert!(lines.contains(&"2015,3,atkinson,0.5,,,,NEGATIVE_VALUE".to_owned()));
        assert!(lines.contains(&"2014,3,theil-t,,between,,0.125,".to_owned()));
    }
}
