//! Distances between the paths of regions through classes.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::growth::mobility::ClassPaths;
use growthpole_methods::growth::spatial_mobility::{SequenceCosts, SequenceError, sequence_distances};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::refuse;

use super::super::series::Series;
use super::classes::Classifier;
use super::{Tracked, check_complete};

const MOST_REGIONS: usize = 316;
const MOST_STEPS: u128 = 4_000_000_000;

/// How paths are compared.
pub(super) struct Section {
    classifier: Classifier,
    measure: v1::SequenceMeasure,
    costs: SequenceCosts,
}

impl Section {
    pub(super) fn read(series: &Series, options: &v1::SequenceOptions) -> Result<Self, Refusal> {
        let classifier = Classifier::read(series, options.classes.as_ref(), "sequences.classes")?;
        let (measure, costs) = match &options.costs {
            None => read_measure(options.measure)?,
            Some(costs) if options.measure == 0 => (v1::SequenceMeasure::Unspecified, read_costs(costs)?),
            Some(_) => {
                return Err(Refusal::invalid("sequences.measure", options.measure, "nothing beside sequences.costs"));
            }
        };
        let (regions, periods) = (series.regions.len(), series.periods.len());
        if regions > MOST_REGIONS {
            let sent = format!("{regions} regions");
            return Err(Refusal::invalid("selection.regions", sent, &format!("at most {MOST_REGIONS} for sequences")));
        }
        if (regions as u128).pow(2) * (periods as u128).pow(2) / 2 > MOST_STEPS {
            let (sent, allowed) = (format!("{regions} regions in {periods} periods"), "fewer of them for sequences");
            return Err(Refusal::invalid("selection.periods", sent, allowed));
        }
        if classifier.rule().sorts_values() {
            check_complete(series, 0..periods, "sequences")?;
        }
        classifier.check_known(series, "sequences")?;
        Ok(Self { classifier, measure, costs })
    }

    pub(super) fn compute(&self, tracked: &Tracked, progress: &Progress) -> Result<v1::SequenceDistances, Refusal> {
        let paths = self.classifier.sort(tracked)?.paths;
        let distances = sequence_distances(&sequences(&paths), paths.n_classes(), &self.costs, progress);
        let distances = distances.map_err(refuse_costs)?;
        let row = |(region, distances): (usize, &[f64])| v1::SequenceRow {
            region: tracked.region(region),
            distances: distances.to_vec(),
        };
        Ok(v1::SequenceDistances {
            basis: self.classifier.basis().into(),
            measure: self.measure.into(),
            classes: message::count(paths.n_classes()),
            rows: distances.rows().enumerate().map(row).collect(),
        })
    }
}

/// The classes of each region, period by period.
fn sequences(paths: &ClassPaths) -> Vec<Vec<u16>> {
    (0..paths.n_regions()).map(|region| paths.periods().filter_map(|period| period[region]).collect()).collect()
}

fn read_measure(sent: i32) -> Result<(v1::SequenceMeasure, SequenceCosts), Refusal> {
    use v1::SequenceMeasure as Measure;
    Ok(match Measure::try_from(sent) {
        Ok(Measure::Unspecified | Measure::Hamming) => (Measure::Hamming, SequenceCosts::Hamming),
        Ok(Measure::Interval) => (Measure::Interval, SequenceCosts::Interval),
        Ok(Measure::Arbitrary) => (Measure::Arbitrary, SequenceCosts::Arbitrary),
        Ok(Measure::Markov) => (Measure::Markov, SequenceCosts::Markov),
        Ok(Measure::Transitions) => (Measure::Transitions, SequenceCosts::Transitions),
        Err(_) => {
            let allowed = "HAMMING, INTERVAL, ARBITRARY, MARKOV, TRANSITIONS, or nothing";
            return Err(Refusal::invalid("sequences.measure", sent, allowed));
        }
    })
}

fn read_costs(costs: &v1::SequenceCosts) -> Result<SequenceCosts, Refusal> {
    let n = costs.substitution.len();
    if let Some(at) = costs.substitution.iter().position(|row| row.costs.len() != n) {
        let sent = format!("{} costs", costs.substitution[at].costs.len());
        let field = format!("sequences.costs.substitution[{at}].costs");
        return Err(Refusal::invalid(&field, sent, &format!("{n} of them, as there are rows")));
    }
    let cells = costs.substitution.iter().flat_map(|row| row.costs.iter().copied()).collect();
    let substitution = Matrix::try_new(cells, n)
        .map_err(|_| Refusal::invalid("sequences.costs.substitution", "no rows", "a row for each class"))?;
    Ok(SequenceCosts::Given { substitution, insertion: costs.insertion })
}

fn refuse_costs(error: SequenceError) -> Refusal {
    const FIELD: &str = "sequences.costs.substitution";
    match error {
        SequenceError::Stopped(stopped) => refuse::stopped(stopped),
        SequenceError::CostsDiffer { rows, classes, .. } => {
            Refusal::invalid(FIELD, format!("{rows} rows"), &format!("{classes}, one for each class"))
        }
        SequenceError::InvalidSubstitution { from, to, value } => {
            let allowed = "finite costs, not negative, the same in both directions, 0 from a class to itself";
            Refusal::invalid(&format!("{FIELD}[{from}].costs[{to}]"), value, allowed)
        }
        SequenceError::InvalidInsertion { value } => {
            Refusal::invalid("sequences.costs.insertion", value, "a finite number, not negative")
        }
        other => Refusal::internal(other),
    }
}
