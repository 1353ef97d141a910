//! Convergence clubs.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Period;
use growthpole_methods::Progress;
use growthpole_methods::growth::convergence::{
    Club, ClubError, Clubs, Degenerate, LogT, LogTError, MergedClub, MergedClubs, TransitionError, TransitionPanel,
    convergence_clubs, first_tested_period, merge_clubs,
};
use growthpole_methods::stats::FilterError;
use growthpole_worker_kit::convert::message::count;

use super::inputs::Inputs;
use super::options;
use super::undefined::{NoPart, Undefined};

/// Regions that are sorted into clubs: the work grows with their square.
const MOST_REGIONS: usize = 10_000;

pub(super) fn answer(
    inputs: &Inputs,
    options: options::Clubs,
    progress: &Progress,
) -> Result<v1::ConvergenceClubs, NoPart> {
    check(inputs)?;
    let periods = inputs.series.periods.len();
    let first = first_tested_period(periods, options.search.test).map_err(no_test)?;
    let panel = TransitionPanel::try_new(&inputs.series.values, options.preparation)
        .map_err(|error| no_panel(inputs, error))?;
    let found = convergence_clubs(&panel, options.search, progress).map_err(no_clubs)?;
    let merged = match options.merging {
        Some(merging) => {
            merge_clubs(&panel, &found, options.search, merging, options.divergent_join, progress).map_err(no_clubs)?
        }
        None => unmerged(&found),
    };
    let shown = Shown { inputs, panel: &panel };
    Ok(v1::ConvergenceClubs {
        of_logarithms: options.preparation.logs,
        smoothing: options.preparation.smoothing.unwrap_or_default(),
        first_tested_period: inputs.period(first),
        tested_periods: count(periods - first),
        all: Some(test(&found.all)),
        initial: found.clubs.iter().map(|club| shown.initial(club)).collect(),
        clubs: merged.clubs.iter().map(|club| shown.merged(club)).collect(),
        divergent: shown.labels(&merged.divergent),
        paths: if options.without_paths { Vec::new() } else { shown.paths(&merged) },
    })
}

/// Refuses panels that the test is not made for.
fn check(inputs: &Inputs) -> Result<(), NoPart> {
    let regions = inputs.series.regions.len();
    if regions > MOST_REGIONS {
        let text = format!("{regions} regions are more than the {MOST_REGIONS} that are sorted into clubs");
        let allowed = "at most 10 000 regions, or clubs left out";
        return Err(Undefined::new("clubs", "TOO_MANY_REGIONS", text).blame("selection.regions", allowed).into());
    }
    if evenly_spaced(&inputs.series.periods, &inputs.times) {
        return Ok(());
    }
    let allowed = "periods without gaps, or with gaps that are all alike";
    let undefined = Undefined::new("clubs", "UNEVEN_PERIODS", "the periods are unevenly spaced");
    Err(undefined.blame("selection.periods", allowed).into())
}

fn evenly_spaced(periods: &[Period], times: &[f64]) -> bool {
    let consecutive = periods.windows(2).all(|pair| pair[0].next() == pair[1]);
    let mut steps = times.windows(2).map(|pair| pair[1] - pair[0]);
    let first = steps.next().unwrap_or_default();
    consecutive || steps.all(|step| (step - first).abs() < 1e-9)
}

fn no_panel(inputs: &Inputs, error: TransitionError) -> NoPart {
    let at = |region: usize, period: usize, text: String| {
        let (code, period) = (inputs.region(region), inputs.period(period));
        let text = format!("{code} in {period}: {text}");
        Undefined::new("clubs", "NOT_POSITIVE", text).with("region", code).with("period", period)
    };
    let undefined = match error {
        TransitionError::NotPositive { region, period, value } => {
            at(region, period, format!("{value} is not positive"))
        }
        TransitionError::PreparedNotPositive { region, period, prepared } => {
            let text = format!("its logarithm or trend is {prepared}, not positive; choose another unit, or of_levels");
            at(region, period, text)
        }
        TransitionError::Filter(FilterError::TooFewPeriods { .. }) => {
            Undefined::new("clubs", "TOO_FEW_PERIODS", error.to_string()).blame("selection.periods", "more periods")
        }
        TransitionError::TooFewRegions { .. } => Undefined::new("clubs", "TOO_FEW_REGIONS", error.to_string()),
        TransitionError::Filter(FilterError::InvalidSmoothing { .. }) => {
            return Refusal::invalid("clubs.smoothing", error, "from 0 to 1e8").into();
        }
    };
    undefined.into()
}

fn no_test(error: LogTError) -> NoPart {
    match error {
        LogTError::TooFewPeriods { .. } => Undefined::new("clubs", "TOO_FEW_PERIODS", error.to_string())
            .blame("selection.periods", "more periods, or less of clubs.discarded")
            .into(),
        LogTError::TooFewRegions { .. } => Undefined::new("clubs", "TOO_FEW_REGIONS", error.to_string()).into(),
        LogTError::InvalidFraction { .. } => Refusal::invalid("clubs.discarded", error, "between 0 and 1").into(),
        LogTError::InvalidCritical { .. } => Refusal::invalid("clubs.critical", error, "a number").into(),
    }
}

fn no_clubs(error: ClubError) -> NoPart {
    match error {
        ClubError::Stopped(stopped) => stopped.into(),
        ClubError::Test(error) => no_test(error),
        ClubError::InvalidCritical { .. } => {
            Refusal::invalid("clubs.sieve_critical", error, "a number that is not below clubs.critical").into()
        }
        ClubError::InvalidFraction { .. } => {
            Refusal::invalid("clubs.ordering_fraction", error, "from 0 to below 1").into()
        }
    }
}

/// Clubs as they were found, in the form of merged ones.
fn unmerged(found: &Clubs) -> MergedClubs {
    let alone = |(at, club): (usize, &Club)| MergedClub {
        members: club.members.clone(),
        from: vec![at],
        joined: Vec::new(),
        test: club.test,
    };
    MergedClubs { clubs: found.clubs.iter().enumerate().map(alone).collect(), divergent: found.divergent.clone() }
}

/// Clubs with labels.
struct Shown<'a> {
    inputs: &'a Inputs,
    panel: &'a TransitionPanel,
}

impl Shown<'_> {
    fn labels(&self, regions: &[usize]) -> Vec<v1::RegionLabel> {
        regions.iter().filter_map(|&region| self.inputs.series.label(region)).collect()
    }

    fn codes(&self, regions: &[usize]) -> Vec<String> {
        regions.iter().map(|&region| self.inputs.region(region).to_owned()).collect()
    }

    fn initial(&self, club: &Club) -> v1::ConvergenceClub {
        v1::ConvergenceClub {
            members: self.labels(&club.members),
            test: Some(test(&club.test)),
            core: self.codes(&club.core),
            ..v1::ConvergenceClub::default()
        }
    }

    fn merged(&self, club: &MergedClub) -> v1::ConvergenceClub {
        v1::ConvergenceClub {
            members: self.labels(&club.members),
            test: Some(test(&club.test)),
            core: Vec::new(),
            merged_from: club.from.iter().copied().map(count).collect(),
            joined: self.codes(&club.joined),
            mean_path: self.panel.mean_path(&club.members),
        }
    }

    fn paths(&self, merged: &MergedClubs) -> Vec<v1::TransitionPath> {
        let all: Vec<usize> = (0..self.panel.n_regions()).collect();
        let paths = self.panel.paths(&all);
        let mut club = vec![-1; all.len()];
        for (position, own) in merged.clubs.iter().enumerate() {
            own.members.iter().for_each(|&region| club[region] = count(position));
        }
        let path = |region: usize| v1::TransitionPath {
            region: self.inputs.region(region).to_owned(),
            club: club[region],
            values: paths.column(region).collect(),
        };
        all.iter().map(|&region| path(region)).collect()
    }
}

fn test(own: &LogT) -> v1::LogTTest {
    let fit = own.fit.as_ref();
    let undefined = match fit {
        Ok(_) => "",
        Err(Degenerate::NoDispersion { .. }) => "NO_DISPERSION",
        Err(Degenerate::NoInitialDispersion) => "NO_INITIAL_DISPERSION",
        Err(Degenerate::ExactFit) => "EXACT_FIT",
    };
    let fit = fit.ok();
    v1::LogTTest {
        converges: own.converges,
        constant: fit.map(|fit| fit.constant),
        coefficient: fit.map(|fit| fit.coefficient),
        standard_error: fit.map(|fit| fit.standard_error),
        t: fit.map(|fit| fit.t),
        p_value: fit.map(|fit| fit.p),
        undefined: undefined.to_owned(),
    }
}
