//! Tables for people, one an analysis.

use growthpole_contracts::v1::{
    BreakErrors, BreakTestKind, BreaksFound, ComovementFound, CycleFound, DetectTurningPointsResponse, PhaseDirection,
    RegionLabel, RegionTurningPoints, StructuralBreak, ThresholdFound, TurnKind, TurningPointAnalysis,
    TurningPointForm,
};

use crate::output::format::{NOTHING, amount, fixed, or_nothing, percent, region, words};
use crate::output::table::Table;

/// The tables of an answer, without those of analyses that nobody has.
pub(super) fn tables(what: &str, answer: &DetectTurningPointsResponse) -> Vec<Table> {
    let less = if answer.less_benchmark { " less the benchmark's" } else { "" };
    let form = match answer.form() {
        TurningPointForm::Growth => "growth of ",
        TurningPointForm::LogGrowth => "log growth of ",
        TurningPointForm::LogValues => "logarithm of ",
        TurningPointForm::Values | TurningPointForm::Unspecified => "",
    };
    let span = format!("{form}{what}{less}, {} to {}", answer.first_period, answer.last_period);
    let rows: Vec<&RegionTurningPoints> = answer.regions.iter().chain(&answer.of_benchmark).collect();
    let named = Named { answer, rows };
    [
        named.breaks(&span),
        named.known_breaks(&span),
        named.threshold(&span),
        named.cycles(&span),
        named.comovement(&span),
    ]
    .into_iter()
    .flatten()
    .chain(undefined(answer))
    .collect()
}

/// The rows of an answer, and how their values are written.
struct Named<'a> {
    answer: &'a DetectTurningPointsResponse,
    rows: Vec<&'a RegionTurningPoints>,
}

impl Named<'_> {
    /// A value in its unit.
    fn value(&self, value: f64) -> String {
        let is_rate = self.answer.series.as_ref().is_some_and(|series| series.is_rate);
        match self.answer.form() {
            TurningPointForm::Growth | TurningPointForm::LogGrowth => percent(value),
            TurningPointForm::LogValues => fixed(value, 3),
            TurningPointForm::Values | TurningPointForm::Unspecified if is_rate => percent(value),
            TurningPointForm::Values | TurningPointForm::Unspecified => amount(value),
        }
    }

    /// Code and name; a benchmark that is a sum has a name only.
    fn label(&self, label: &Option<RegionLabel>) -> (String, String) {
        match label {
            Some(_) => region(label),
            None => (NOTHING.to_owned(), format!("sum of {}", self.answer.benchmark_sum_of_level)),
        }
    }

    /// The rows that have an analysis.
    fn with<'a, T>(
        &'a self,
        found: impl Fn(&'a RegionTurningPoints) -> Option<T> + 'a,
    ) -> impl Iterator<Item = ((String, String), &'a RegionTurningPoints, T)> + 'a {
        self.rows.iter().filter_map(move |row| Some((self.label(&row.region), *row, found(row)?)))
    }

    fn breaks(&self, span: &str) -> Option<Table> {
        let errors = match self.with(|row| row.breaks.as_ref()).next().map(|(.., found)| found.errors()) {
            Some(BreakErrors::Heteroskedastic) => ", errors of a variance for each segment",
            Some(BreakErrors::Autocorrelated) => ", errors correlated over time",
            Some(BreakErrors::HeteroskedasticAutocorrelated) => {
                ", errors correlated and of a variance for each segment"
            }
            Some(BreakErrors::Independent | BreakErrors::Unspecified) | None => "",
        };
        let mut table = Table::new(format!("Breaks, {span}{errors}"))
            .texts(["Code", "Region", "Periods"])
            .numbers(["Breaks"])
            .texts(["New regime from (interval)", "Means"])
            .numbers(["UDmax", "p", "Breaks by tests"]);
        let mut is_empty = true;
        for ((code, name), row, found) in self.with(|row| row.breaks.as_ref()) {
            is_empty = false;
            let dates: Vec<String> = found.breaks.iter().map(date).collect();
            let means: Vec<String> = found.segments.iter().map(|segment| self.value(segment.mean)).collect();
            let test = found.tests.iter().find(|test| test.kind() == BreakTestKind::UdMax);
            table.row([
                code,
                name,
                format!("{}–{}", row.first_period, row.last_period),
                count(found),
                if dates.is_empty() { NOTHING.to_owned() } else { dates.join(", ") },
                means.join(" → "),
                or_nothing(test.and_then(|test| test.statistic), |statistic| fixed(statistic, 2)),
                or_nothing(test.map(|test| test.p_value), probability),
                found.chosen_by_sequential_tests.to_string(),
            ]);
        }
        (!is_empty).then_some(table)
    }

    fn known_breaks(&self, span: &str) -> Option<Table> {
        let mut table = Table::new(format!("Breaks known beforehand (Chow), {span}"))
            .texts(["Code", "Region", "New regime from"])
            .numbers(["Mean before", "Mean after", "F", "p"]);
        let mut is_empty = true;
        for row in &self.rows {
            for test in &row.known_breaks {
                is_empty = false;
                let (code, name) = self.label(&row.region);
                let mean = |segment: Option<f64>| or_nothing(segment, |mean| self.value(mean));
                table.row([
                    code,
                    name,
                    test.first_after.clone(),
                    mean(test.before.as_ref().map(|segment| segment.mean)),
                    mean(test.after.as_ref().map(|segment| segment.mean)),
                    fixed(test.f, 2),
                    or_nothing(test.p_value, probability),
                ]);
            }
        }
        (!is_empty).then_some(table)
    }

    fn threshold(&self, span: &str) -> Option<Table> {
        let mut table = Table::new(format!("At or above the threshold, {span}"))
            .texts(["Code", "Region", "Until", "Not known", "Below from"])
            .numbers(["Periods at or above", "Longest run"]);
        let mut is_empty = true;
        for ((code, name), _, found) in self.with(|row| row.threshold.as_ref()) {
            is_empty = false;
            let lengths = above(found);
            table.row([
                code,
                name,
                or_dash(&found.last_at_or_above),
                or_dash(&found.unknown_after_last.join(", ")),
                or_dash(&found.first_below_after_last),
                lengths.iter().sum::<i32>().to_string(),
                lengths.iter().max().copied().unwrap_or_default().to_string(),
            ]);
        }
        (!is_empty).then_some(table)
    }

    fn cycles(&self, span: &str) -> Option<Table> {
        let mut table = Table::new(format!("Peaks and troughs, {span}")).texts([
            "Code",
            "Region",
            "Peaks",
            "Troughs",
            "Last phase",
        ]);
        let mut is_empty = true;
        for ((code, name), _, found) in self.with(|row| row.cycle.as_ref()) {
            is_empty = false;
            let of = |kind: TurnKind| {
                let turns = found.turning_points.iter().filter(|turn| turn.kind() == kind);
                let shown = turns.map(|turn| format!("{} ({})", turn.period, self.value(turn.value)));
                or_dash(&shown.collect::<Vec<String>>().join(", "))
            };
            table.row([code, name, of(TurnKind::Peak), of(TurnKind::Trough), last_phase(found)]);
        }
        (!is_empty).then_some(table)
    }

    fn comovement(&self, span: &str) -> Option<Table> {
        let against = match region(&self.answer.benchmark_region) {
            (code, _) if code.is_empty() => format!("the sum of {}", self.answer.benchmark_sum_of_level),
            (code, name) if name.is_empty() => code,
            (_, name) => name,
        };
        let span = span.replace(" less the benchmark's", "");
        let mut table = Table::new(format!("Co-movement with {against}, {span}")).texts(["Code", "Region"]).numbers([
            "Correlation",
            "p",
            "Beta",
            "s.e.",
            "Leads by",
            "Same phase",
            "p",
        ]);
        let mut is_empty = true;
        for ((code, name), _, found) in self.with(|row| row.comovement.as_ref()) {
            is_empty = false;
            let ComovementFound { correlation, p_value, beta, beta_standard_error, strongest_lag, .. } = *found;
            let phases = found.concordance.as_ref();
            table.row([
                code,
                name,
                fixed(correlation, 3),
                or_nothing(p_value, probability),
                fixed(beta, 2),
                or_nothing(beta_standard_error, |error| fixed(error, 2)),
                strongest_lag.to_string(),
                or_nothing(phases.map(|phases| phases.index), percent),
                or_nothing(phases.and_then(|phases| phases.p_value), probability),
            ]);
        }
        (!is_empty).then_some(table)
    }
}

/// A p-value with three decimals.
fn probability(p: f64) -> String {
    if p < 0.000_5 { "<0.001".to_owned() } else { fixed(p, 3) }
}

fn count(found: &BreaksFound) -> String {
    found.breaks.len().to_string()
}

/// `2012 (2011–2013)`; an end that the data do not confine has an ellipsis.
fn date(at: &StructuralBreak) -> String {
    let earliest = if at.earliest_is_cut { "…" } else { &at.earliest };
    let latest = if at.latest_is_cut { "…" } else { &at.latest };
    format!("{} ({earliest}–{latest})", at.first_after)
}

/// Lengths of the runs at or above the threshold.
fn above(found: &ThresholdFound) -> Vec<i32> {
    found.runs.iter().filter(|run| run.at_or_above).map(|run| run.n).collect()
}

/// `contraction since 2010`.
fn last_phase(found: &CycleFound) -> String {
    let Some(last) = found.phases.last() else { return NOTHING.to_owned() };
    let direction = match last.direction() {
        PhaseDirection::Expansion => "rise",
        PhaseDirection::Contraction => "fall",
        PhaseDirection::Unspecified => NOTHING,
    };
    format!("{direction} since {}", last.from_period)
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { NOTHING.to_owned() } else { text.to_owned() }
}

fn undefined(answer: &DetectTurningPointsResponse) -> Option<Table> {
    let mut table = Table::new("Without a result").texts(["Code", "Region", "Analysis", "Why"]);
    for row in &answer.undefined {
        let (code, name) = match &row.region {
            Some(_) => region(&row.region),
            None => (NOTHING.to_owned(), "benchmark".to_owned()),
        };
        table.row([code, name, analysis(row.analysis()), row.text.clone()]);
    }
    (!answer.undefined.is_empty()).then_some(table)
}

/// An analysis in words.
pub(super) fn analysis(analysis: TurningPointAnalysis) -> String {
    words(analysis.as_str_name(), "TURNING_POINT_ANALYSIS")
}
