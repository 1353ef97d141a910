//! FindGrowthEngines: which industries regions could enter, and how well such scores foretold entries.

mod entry_test;
mod options;
mod response;
mod snapshot;
mod space;
#[cfg(test)]
mod tests;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_domain::{Frequency, Panel, Period, Warning};
use growthpole_methods::Progress;
use growthpole_methods::division::engines::{EngineError, score_engines};
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::reading::has_reason;
use growthpole_worker_kit::{Job, Method, PanelSource, ParsedSelection, refuse};
use tonic::Status;

use crate::industry_sets::{EXTRACTIVE, FIRST_PROCESSING, NoSet, find, labels};
use crate::reading::{DEFAULTS, benchmark, single_period};
use entry_test::{entry_test, without};
use options::{FIRST_GIVEN, N, Options};
use response::Shown;
use snapshot::{Snapshot, Sources, Structure, name};
use space::{Lacking, Space};

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/FindGrowthEngines", revision: 1 };

/// Longest time between the scores and the entries of a back-test that the request leaves open.
const LONGEST_BACKTEST: i16 = 5;

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    mut request: v1::FindGrowthEnginesRequest,
    job: &Job,
) -> Result<v1::FindGrowthEnginesResponse, Status> {
    let mut parsed = selection::parse(request.selection.take(), DEFAULTS)?.filled();
    let year = year(single_period(&parsed.selection.periods)?)?;
    let options = Options::read(request, year)?;
    let space = space(panels, &parsed, &options, year).await?;
    check_given(&space.panel, &options)?;
    let (resource, unknown) = resource_industries(&space.panel, &options)?;
    parsed.selection.vintage = space.panel.vintage_choice();
    let past = past(panels, &parsed, &options, year).await?;
    let question = Question { space, past, options, resource, year };
    job.compute(move |progress| question.answer(unknown, progress)).await
}

fn year(period: Period) -> Result<i16, Refusal> {
    if period.frequency() == Frequency::Year {
        return Ok(period.calendar_year());
    }
    Err(Refusal::invalid("selection.periods", period, "a year"))
}

/// The space in the year that is decided in, in that from which outlooks are taken, and in the outcome period.
async fn space(
    panels: &dyn PanelSource,
    parsed: &ParsedSelection,
    options: &Options,
    year: i16,
) -> Result<Space, Status> {
    let mut years = vec![year, year - options.outlook];
    years.extend(options.outcome);
    Space::read(panels, parsed, &options.space, &years).await?.map_err(|Lacking(lacking)| {
        let field = match lacking {
            same if same == year => "selection.periods",
            later if Some(later) == options.outcome => "outcome_period",
            _ => "outlook_years",
        };
        let indicator = &parsed.selection.indicator;
        Refusal::invalid(field, format!("{lacking}, of which {indicator} has nothing,"), "years with data").into()
    })
}

/// Refuses values of industries that the space does not have.
fn check_given(panel: &Panel, options: &Options) -> Result<(), Refusal> {
    for (field, values) in &options.given {
        let is_known = |code: &String| panel.axes.industries.iter().any(|industry| industry.code == *code);
        if let Some(code) = values.keys().find(|code| !is_known(code)) {
            let known = panel.axes.industries.iter().map(|industry| industry.code.as_str());
            let nearest = growthpole_domain::nearest::nearest(code, known, 3);
            return Err(Refusal::unknown(Reason::UnknownIndustry, "industry of the space", field, code, &nearest));
        }
    }
    Ok(())
}

/// Columns of the resource industries, or why they are not known.
fn resource_industries(panel: &Panel, options: &Options) -> Result<(Option<Vec<usize>>, Option<Warning>), Refusal> {
    let default = [EXTRACTIVE, FIRST_PROCESSING].concat();
    match find(panel, "resource_industries", options.resource_industries.as_ref(), &default)? {
        Ok(columns) => Ok((Some(columns), None)),
        Err(NoSet::NotGiven) => {
            let text = "the resource burden does not count: no resource industries are named, and the classification has \
                        none of its own";
            Ok((None, Some(Warning::new("CRITERION_UNKNOWN", text))))
        }
        Err(NoSet::Lacks(codes)) => {
            let text =
                format!("the resource burden does not count: {} lacks resource industries", panel.indicator.code);
            Ok((None, Some(Warning::new("CRITERION_UNKNOWN", text).with_industries(codes))))
        }
    }
}

/// A past time: its space, and the years that are scored and by which entries are told; or the reason why there is none.
type Past = Result<(Space, i16, i16), &'static str>;

async fn past(
    panels: &dyn PanelSource,
    parsed: &ParsedSelection,
    options: &Options,
    decided: i16,
) -> Result<Past, Status> {
    let read = async |start: i16, end: i16| {
        Space::read(panels, parsed, &options.space, &[start, end, start - options.outlook]).await
    };
    if let Some((start, end)) = options.backtest {
        return match read(start, end).await? {
            Ok(space) => Ok(Ok((space, start, end))),
            Err(Lacking(lacking)) => {
                let field = if lacking == end { "backtest.end" } else { "backtest.start" };
                let sent = format!("{start} to {end}, without data in {lacking},");
                Err(Refusal::invalid(field, sent, "years with data, outlooks included").into())
            }
        };
    }
    for years in (1..=LONGEST_BACKTEST).rev() {
        let start = decided - years;
        match read(start, decided).await {
            Ok(Ok(space)) => return Ok(Ok((space, start, decided))),
            Ok(Err(Lacking(_))) => {}
            Err(status) if has_reason(&status, Reason::NoData) => {}
            // What is asked for has its cells; that the past lacks some costs the test alone.
            Err(status) if has_reason(&status, Reason::MissingCells) => return Ok(Err("MISSING_CELLS")),
            Err(status) => return Err(status),
        }
    }
    Ok(Err("NO_DATA"))
}

/// All that is read, before anything is computed.
struct Question {
    space: Space,
    past: Past,
    options: Options,
    resource: Option<Vec<usize>>,
    year: i16,
}

impl Question {
    fn answer(&self, unknown: Option<Warning>, progress: &Progress) -> Result<v1::FindGrowthEnginesResponse, Refusal> {
        let (space, options) = (&self.space, &self.options);
        let snapshot = self.sources(space, true).snapshot(self.year, progress)?;
        let weights = options.weights(snapshot.known())?;
        let criteria = snapshot.criteria(&weights);
        let found = score_engines(&snapshot.structure.presence, &criteria, progress).map_err(unscorable)?;
        let outcome = options.outcome.map(|later| Structure::of(space, later, options.threshold)).transpose()?;
        let tested = outcome.as_ref().zip(options.outcome).map(|(later, end)| {
            entry_test(&found, &criteria, &later.presence, (self.year, end), options.confidence, progress)
        });
        let (backtest, of_past) = self.backtest(&weights, progress)?;
        let (outcome, outcome_test) = (outcome.as_ref(), tested.transpose()?);
        let limit = options.limit;
        let shown = Shown { space, snapshot: &snapshot, criteria: &criteria, found: &found, outcome, limit };
        let against = benchmark(&space.panel)?;
        let (benchmark_region, benchmark_sum_of_level) = message::benchmark_source(&against.source);
        let mut warnings = space.warnings.clone();
        warnings.extend(unknown);
        warnings.extend(snapshot.warnings.iter().cloned());
        warnings.extend(shown.warnings());
        warnings.extend(unproven(&backtest));
        let new: Vec<Warning> = of_past.into_iter().filter(|warning| !warnings.contains(warning)).collect();
        warnings.extend(new.into_iter().map(|own| Warning { text: format!("back-test: {}", own.text), ..own }));
        let further = self.past.as_ref().ok().map(|(past, ..)| ("backtest", &past.source));
        Ok(v1::FindGrowthEnginesResponse {
            regions: shown.regions(progress)?,
            criteria: shown.summaries(),
            backtest: Some(backtest),
            outcome: outcome_test,
            period: self.year.to_string(),
            outlook_start: (self.year - options.outlook).to_string(),
            presence_threshold: options.threshold,
            complexity: options.complexity.into(),
            confidence: options.confidence,
            space_regions: message::count(space.panel.axes.regions.len()),
            space_candidates: message::count(found.candidates),
            resource_industries: labels(&space.panel, self.resource.as_deref().unwrap_or_default()),
            benchmark_region,
            benchmark_sum_of_level,
            warnings: message::warnings(&warnings),
            provenance: Some(METHOD.provenance(&space.source, further.as_slice())),
        })
    }

    fn sources<'a>(&'a self, space: &'a Space, with_given: bool) -> Sources<'a> {
        Sources { space, options: &self.options, resource: self.resource.as_deref(), with_given }
    }

    /// How the same weights did on the past time, and what to know about it.
    fn backtest(&self, weights: &[f64; N], progress: &Progress) -> Result<(v1::EntryTest, Vec<Warning>), Refusal> {
        let (past, start, end) = match &self.past {
            Ok(past) => past,
            Err(reason) => return Ok((without(reason), Vec::new())),
        };
        // Columns of the past space are its own: a year in which an industry is empty leaves it out.
        let resource = resource_industries(&past.panel, &self.options)?.0;
        let sources = Sources { resource: resource.as_deref(), ..self.sources(past, false) };
        let snapshot = sources.snapshot(*start, progress)?;
        let criteria = snapshot.criteria(weights);
        if criteria.iter().all(|own| own.weight == 0.0) {
            return Ok((without("NO_CRITERION"), Vec::new()));
        }
        let later = Structure::of(past, *end, self.options.threshold)?;
        let found = match score_engines(&snapshot.structure.presence, &criteria, progress) {
            Ok(found) => found,
            Err(EngineError::NoCandidate) => return Ok((without("NO_CANDIDATE"), Vec::new())),
            Err(error) => return Err(unscorable(error)),
        };
        let years = (*start, *end);
        let test = entry_test(&found, &criteria, &later.presence, years, self.options.confidence, progress)?;
        let mut warnings = past.warnings.clone();
        warnings.extend(left_out_of_test(weights, &snapshot));
        Ok((test, warnings))
    }
}

fn unscorable(error: EngineError) -> Refusal {
    match error {
        EngineError::NoCandidate => {
            let message =
                "no industry is below the threshold in any region with a value in every criterion that counts";
            Refusal::new(Reason::UndefinedOnData, message)
        }
        EngineError::OutOfRange { criterion } => {
            let message = format!("{} has values that cannot be standardised", name(criterion));
            Refusal::new(Reason::UndefinedOnData, message).with_metadata("criterion", name(criterion))
        }
        EngineError::Stopped(stopped) => refuse::stopped(stopped),
        other => Refusal::internal(other),
    }
}

/// What counts and was not known at the past time. Values that the caller gives are of the year that is decided in.
fn left_out_of_test(weights: &[f64; N], snapshot: &Snapshot<'_>) -> Option<Warning> {
    let known = snapshot.known();
    let left_out = (0..N).filter(|&at| weights[at] != 0.0 && !known[at]);
    let names: Vec<&str> = left_out.clone().map(name).collect();
    let given = left_out.clone().all(|at| at >= FIRST_GIVEN);
    let why = if given { "given for the year that is decided in" } else { "not known then" };
    let text = format!("{} is left out, {why}", names.join(", "));
    (!names.is_empty()).then(|| Warning::new("BACKTEST_LEAVES_OUT", text))
}

/// Weights that no back-test speaks for.
fn unproven(test: &v1::EntryTest) -> Option<Warning> {
    let text = match (test.reason.as_str(), test.better_than_chance, test.better_than_density) {
        ("", true, true) => return None,
        ("", true, false) => {
            "on the past time the score is better than chance, but not shown to be better than density alone"
        }
        ("", false, _) => "on the past time the score is not shown to be better than chance",
        _ => "there is no test of the score on a past time",
    };
    Some(Warning::new("WEIGHTS_UNPROVEN", format!("the weights are a choice: {text}")))
}
