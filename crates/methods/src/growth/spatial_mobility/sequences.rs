//! Distances between sequences of classes: how unlike the paths of two regions are.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::{Matrix, Progress, Stopped};

/// Steps of matching above which sequences are spread over threads.
const WORTH_A_THREAD: usize = 100_000;
/// Costs are a table of classes by classes, which has to stay small.
const MOST_CLASSES: usize = 4_096;

/// Why there are no distances between sequences.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SequenceError {
    /// There are more classes than a table of costs takes.
    #[error("{classes} classes are more than {most}")]
    TooManyClasses {
        /// Number of classes.
        classes: usize,
        /// The most there may be.
        most: usize,
    },
    /// A sequence holds a class that is not there.
    #[error("sequence {sequence}, place {place}: {class} is not one of {classes} classes")]
    UnknownClass {
        /// Position of the sequence.
        sequence: usize,
        /// Place in the sequence.
        place: usize,
        /// The class.
        class: u16,
        /// Number of classes.
        classes: usize,
    },
    /// Places cannot be compared one by one when a sequence is of another length than the first.
    #[error("sequence {sequence} is of another length than the first")]
    LengthDiffers {
        /// Position of the sequence.
        sequence: usize,
    },
    /// The costs of substitution are not a square over the classes.
    #[error("costs of {rows} x {columns} are not those between {classes} classes")]
    CostsDiffer {
        /// Rows of the costs.
        rows: usize,
        /// Columns of the costs.
        columns: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A cost of substitution is negative, not finite, not 0 from a class to itself, or not the same in both directions.
    #[error("{value} is not what it costs to put class {to} for class {from}")]
    InvalidSubstitution {
        /// The class that is replaced.
        from: usize,
        /// The class that is put in its place.
        to: usize,
        /// The cost.
        value: f64,
    },
    /// The cost of an insertion or deletion is negative or not finite.
    #[error("{value} is not what an insertion or deletion costs")]
    InvalidInsertion {
        /// The cost.
        value: f64,
    },
    /// The caller does not want the result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// What it costs to turn one sequence into another.
#[derive(Debug, Clone, PartialEq)]
pub enum SequenceCosts {
    /// Places that differ, each 1; nothing is inserted or deleted.
    Hamming,
    /// Substitution of class i by class j costs abs(i - j), insertion and deletion the number of classes less 1.
    Interval,
    /// Any substitution costs 0.5, insertion and deletion 1.
    Arbitrary,
    /// Substitution costs 1 - (p\[i, j\] + p\[j, i\])/2 with the shares of transitions in the sequences themselves, insertion
    /// and deletion 1. From a class that nothing follows, shares are 0.
    Markov,
    /// The sequences of transitions are matched: the first class, then each step. A step costs 1 to replace when one of the
    /// two stays and the other moves, and nothing otherwise; a first class costs 1; insertion and deletion 2.
    Transitions,
    /// As given: by class and class, and for an insertion or deletion.
    Given {
        /// Costs of substitution: classes x classes, the same in both directions, 0 on the diagonal.
        substitution: Matrix,
        /// Cost of an insertion or deletion.
        insertion: f64,
    },
}

/// Computes the distance between every two sequences of classes.
///
/// By optimal matching, the least cost of substitutions, insertions and deletions that turn one into the other:
///
/// ```text
/// D[0, j] = j c    D[i, 0] = i c    D[i, j] = min(D[i - 1, j - 1] + s[a_i, b_j], D[i, j - 1] + c, D[i - 1, j] + c)
/// ```
///
/// with s the costs of substitution and c that of an insertion or deletion; or by Hamming's count of places.
///
/// # Shapes and units
///
/// - `sequences`: classes from 0 on; of any length, but of one length for [`SequenceCosts::Hamming`].
/// - `n_classes`: how many classes there are, also those that no sequence visits.
/// - returns: sequences x sequences, symmetric, in units of cost. The work grows with the square of both the number of
///   different sequences and their length.
///
/// # Errors
///
/// More than 4 096 classes, the first class that is not there, lengths that differ where they must not, costs that are none,
/// or the caller's wish to stop. Each sequence counts one unit of progress.
///
/// # Source
///
/// Abbott and Tsay (2000), Sociological Methods and Research 29(1), 3-33; Biemann (2011), Sociological Methodology 41(1),
/// 195-221, for sequences of transitions. giddy joins class numbers without a separator to tell sequences apart and stops
/// when two fall together, as 1, 11 and 11, 1 do; it also refuses sequences of numbers that differ in length.
pub fn sequence_distances(
    sequences: &[Vec<u16>],
    n_classes: usize,
    costs: &SequenceCosts,
    progress: &Progress,
) -> Result<Matrix, SequenceError> {
    check_classes(sequences, n_classes)?;
    let n = sequences.len();
    let table = match costs {
        SequenceCosts::Hamming => {
            let first = sequences.first().map_or(0, Vec::len);
            if let Some(sequence) = sequences.iter().position(|sequence| sequence.len() != first) {
                return Err(SequenceError::LengthDiffers { sequence });
            }
            None
        }
        other => Some(Costs::of(other, sequences, n_classes)?),
    };
    let steps: Vec<Vec<u16>> = match costs {
        SequenceCosts::Transitions => sequences.iter().map(|sequence| transitions(sequence, n_classes)).collect(),
        _ => Vec::new(),
    };
    let (unique, position) = distinct(if steps.is_empty() { sequences } else { &steps });

    progress.expect(unique.len());
    let row = |at: usize| -> Result<Vec<f64>, Stopped> {
        let (mut above, mut distances) = (Vec::new(), Vec::with_capacity(unique.len() - at - 1));
        for other in &unique[at + 1..] {
            progress.check()?;
            distances.push(match &table {
                None => unique[at].iter().zip(*other).filter(|(a, b)| a != b).count() as f64,
                Some(table) => table.matching(unique[at], other, &mut above),
            });
        }
        progress.advance(1)?;
        Ok(distances)
    };
    let longest = sequences.iter().map(Vec::len).max().unwrap_or(0);
    let rows: Result<Vec<Vec<f64>>, Stopped> = if unique.len() * unique.len() * longest * longest < WORTH_A_THREAD {
        (0..unique.len()).map(row).collect()
    } else {
        (0..unique.len()).into_par_iter().map(row).collect()
    };
    let rows = rows?;
    Ok(Matrix::from_fn(n, n, |a, b| {
        let (first, second) = (position[a].min(position[b]), position[a].max(position[b]));
        if first == second { 0.0 } else { rows[first][second - first - 1] }
    }))
}

/// Refuses too many classes, and the first one that is not there.
fn check_classes(sequences: &[Vec<u16>], classes: usize) -> Result<(), SequenceError> {
    if classes > MOST_CLASSES {
        return Err(SequenceError::TooManyClasses { classes, most: MOST_CLASSES });
    }
    for (sequence, places) in sequences.iter().enumerate() {
        if let Some(place) = places.iter().position(|&class| usize::from(class) >= classes) {
            return Err(SequenceError::UnknownClass { sequence, place, class: places[place], classes });
        }
    }
    Ok(())
}

/// The different sequences in the order in which they first appear, and which of them each one is.
fn distinct(sequences: &[Vec<u16>]) -> (Vec<&[u16]>, Vec<usize>) {
    let mut known: HashMap<&[u16], usize> = HashMap::with_capacity(sequences.len());
    let mut unique = Vec::new();
    let position = |sequence| {
        *known.entry(sequence).or_insert_with(|| {
            unique.push(sequence);
            unique.len() - 1
        })
    };
    let position = sequences.iter().map(Vec::as_slice).map(position).collect();
    (unique, position)
}

/// The first class of a sequence, then for each step `classes` where it stays and `classes + 1` where it moves: steps of
/// one kind cost nothing to exchange, wherever they lead.
fn transitions(sequence: &[u16], classes: usize) -> Vec<u16> {
    let classes = classes as u16;
    let steps = sequence.windows(2).map(|step| if step[0] == step[1] { classes } else { classes + 1 });
    sequence.first().copied().into_iter().chain(steps).collect()
}

/// Costs by symbol and symbol.
#[derive(Debug)]
struct Costs {
    substitution: Vec<f64>,
    symbols: usize,
    insertion: f64,
}

impl Costs {
    /// The costs of a name; those that are given are checked.
    fn of(costs: &SequenceCosts, sequences: &[Vec<u16>], classes: usize) -> Result<Self, SequenceError> {
        Ok(match costs {
            SequenceCosts::Interval => Self::by(classes, classes as f64 - 1.0, |from, to| from.abs_diff(to) as f64),
            SequenceCosts::Hamming | SequenceCosts::Arbitrary => Self::by(classes, 1.0, |_, _| 0.5),
            SequenceCosts::Markov => {
                let shares = shares_of_transitions(sequences, classes);
                Self::by(classes, 1.0, |from, to| 1.0 - (shares.get(from, to) + shares.get(to, from)) / 2.0)
            }
            SequenceCosts::Transitions => Self::by(classes + 2, 2.0, |_, _| 1.0),
            SequenceCosts::Given { substitution, insertion } => {
                check_costs(substitution, *insertion, classes)?;
                Self::by(classes, *insertion, |from, to| substitution.get(from, to))
            }
        })
    }

    /// Costs between different symbols; nothing is to be done where they are equal.
    fn by(symbols: usize, insertion: f64, cost: impl Fn(usize, usize) -> f64) -> Self {
        let cells = (0..symbols).flat_map(|from| (0..symbols).map(move |to| (from, to)));
        let substitution = cells.map(|(from, to)| if from == to { 0.0 } else { cost(from, to) }).collect();
        Self { substitution, symbols, insertion }
    }

    /// The least cost of turning one sequence into another. `above` is the last row of the table, kept to be used again.
    fn matching(&self, one: &[u16], other: &[u16], above: &mut Vec<f64>) -> f64 {
        above.clear();
        above.extend((0..=other.len()).map(|place| place as f64 * self.insertion));
        for (row, &symbol) in one.iter().enumerate() {
            let from = usize::from(symbol) * self.symbols;
            let costs = &self.substitution[from..from + self.symbols];
            let mut diagonal = row as f64 * self.insertion;
            let mut left = diagonal + self.insertion;
            if let Some(first) = above.first_mut() {
                *first = left;
            }
            for (cell, &to) in above.iter_mut().skip(1).zip(other) {
                let replaced = diagonal + costs[usize::from(to)];
                diagonal = *cell;
                left = replaced.min(diagonal.min(left) + self.insertion);
                *cell = left;
            }
        }
        above.last().copied().unwrap_or(0.0)
    }
}

/// Shares of the transitions from each class that lead to each class; 0 from a class that nothing follows.
fn shares_of_transitions(sequences: &[Vec<u16>], classes: usize) -> Matrix {
    let mut counts = vec![0_u64; classes * classes];
    for step in sequences.iter().flat_map(|sequence| sequence.windows(2)) {
        counts[usize::from(step[0]) * classes + usize::from(step[1])] += 1;
    }
    let totals: Vec<u64> = counts.chunks(classes.max(1)).map(|row| row.iter().sum()).collect();
    Matrix::from_fn(classes, classes, |from, to| match totals[from] {
        0 => 0.0,
        total => counts[from * classes + to] as f64 / total as f64,
    })
}

/// Refuses what is no table of costs.
fn check_costs(substitution: &Matrix, insertion: f64, classes: usize) -> Result<(), SequenceError> {
    let (rows, columns) = (substitution.n_rows(), substitution.n_columns());
    if (rows, columns) != (classes, classes) {
        return Err(SequenceError::CostsDiffer { rows, columns, classes });
    }
    for from in 0..classes {
        for to in 0..classes {
            let value = substitution.get(from, to);
            let is_cost = value.is_finite() && value >= 0.0 && (from != to || value == 0.0);
            if !is_cost || value != substitution.get(to, from) {
                return Err(SequenceError::InvalidSubstitution { from, to, value });
            }
        }
    }
    let is_cost = insertion.is_finite() && insertion >= 0.0;
    if is_cost { Ok(()) } else { Err(SequenceError::InvalidInsertion { value: insertion }) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn distances(sequences: &[&[u16]], classes: usize, costs: &SequenceCosts) -> Vec<f64> {
        let sequences: Vec<Vec<u16>> = sequences.iter().map(|sequence| sequence.to_vec()).collect();
        sequence_distances(&sequences, classes, costs, &Progress::new()).unwrap().cells().to_vec()
    }

    /// A, C, G, T of the examples in giddy's documentation.
    const ACGGTAG: &[u16] = &[0, 1, 2, 2, 3, 0, 2];
    const CCTAAG: &[u16] = &[1, 1, 3, 0, 0, 2];
    const CCTAAGC: &[u16] = &[1, 1, 3, 0, 0, 2, 1];
    const CCTAAGA: &[u16] = &[1, 1, 3, 0, 0, 2, 0];

    #[test]
    fn documented_examples_are_met() {
        let interval = distances(&[ACGGTAG, CCTAAG, CCTAAGC], 4, &SequenceCosts::Interval);
        assert_eq!(interval, [0.0, 7.0, 10.0, 7.0, 0.0, 3.0, 10.0, 3.0, 0.0]);
        let hamming = distances(&[ACGGTAG, CCTAAGA, CCTAAGC], 4, &SequenceCosts::Hamming);
        assert_eq!(hamming, [0.0, 6.0, 6.0, 6.0, 0.0, 1.0, 6.0, 1.0, 0.0]);
        let substitution = Matrix::from_fn(4, 4, |from, to| f64::from(u8::from(from != to)));
        let given = |insertion| SequenceCosts::Given { substitution: substitution.clone(), insertion };
        assert_eq!(distances(&[ACGGTAG, CCTAAGA, CCTAAGC], 4, &given(2.0)), hamming);
        let cheap = distances(&[ACGGTAG, CCTAAGA, CCTAAGC], 4, &given(1.0));
        assert_eq!(cheap, [0.0, 5.0, 5.0, 5.0, 0.0, 1.0, 5.0, 1.0, 0.0]);
    }

    /// Class numbers of two digits fall together when they are joined: 1, 11 and 11, 1. giddy stops with a KeyError.
    #[test]
    fn more_than_ten_classes_are_told_apart() {
        let sequences: [&[u16]; 2] = [&[1, 11, 0, 0], &[11, 1, 0, 0]];
        assert_eq!(distances(&sequences, 12, &SequenceCosts::Interval), [0.0, 20.0, 20.0, 0.0]);
        assert_eq!(distances(&sequences, 12, &SequenceCosts::Hamming), [0.0, 2.0, 2.0, 0.0]);
    }

    /// giddy 2.3.8, `Sequence([[0, 0, 1, 1, 2], [0, 1, 1, 1, 2], [2, 2, 2, 0, 1]], dist_type="tran")`.
    #[test]
    fn transitions_are_matched_by_whether_they_move() {
        let sequences: [&[u16]; 3] = [&[0, 0, 1, 1, 2], &[0, 1, 1, 1, 2], &[2, 2, 2, 0, 1]];
        assert_eq!(
            distances(&sequences, 3, &SequenceCosts::Transitions),
            [0.0, 2.0, 3.0, 2.0, 0.0, 3.0, 3.0, 3.0, 0.0]
        );
    }

    /// giddy 2.3.8, `dist_type="markov"` on the same.
    #[test]
    fn likely_moves_cost_little() {
        let sequences: [&[u16]; 3] = [&[0, 0, 1, 1, 2], &[0, 1, 1, 1, 2], &[2, 2, 2, 0, 1]];
        let own = distances(&sequences, 3, &SequenceCosts::Markov);
        let (near, far, farthest) = (0.625, 3.858_333_333_333_333_3, 3.891_666_666_666_666_6);
        for (own, expected) in own.iter().zip([0.0, near, farthest, near, 0.0, far, farthest, far, 0.0]) {
            assert!((own - expected).abs() < 1e-14, "{own} is not {expected}");
        }
    }

    #[test]
    fn refuses_what_has_no_distance() {
        let error = |sequences: &[&[u16]], costs: &SequenceCosts| {
            let sequences: Vec<Vec<u16>> = sequences.iter().map(|sequence| sequence.to_vec()).collect();
            sequence_distances(&sequences, 2, costs, &Progress::new()).unwrap_err()
        };
        let unknown = SequenceError::UnknownClass { sequence: 1, place: 1, class: 2, classes: 2 };
        assert_eq!(error(&[&[0], &[0, 2]], &SequenceCosts::Interval), unknown);
        assert_eq!(error(&[&[0], &[0, 1]], &SequenceCosts::Hamming), SequenceError::LengthDiffers { sequence: 1 });
        let given = |cells: &[f64], insertion| {
            let substitution = Matrix::try_new(cells.to_vec(), 2).unwrap();
            error(&[&[0], &[1]], &SequenceCosts::Given { substitution, insertion })
        };
        assert_eq!(given(&[0.0, 1.0], 1.0), SequenceError::CostsDiffer { rows: 1, columns: 2, classes: 2 });
        let uneven = SequenceError::InvalidSubstitution { from: 0, to: 1, value: 1.0 };
        assert_eq!(given(&[0.0, 1.0, 2.0, 0.0], 1.0), uneven);
        let itself = SequenceError::InvalidSubstitution { from: 1, to: 1, value: 3.0 };
        assert_eq!(given(&[0.0, 1.0, 1.0, 3.0], 1.0), itself);
        assert_eq!(given(&[0.0, 1.0, 1.0, 0.0], -1.0), SequenceError::InvalidInsertion { value: -1.0 });
        let many = sequence_distances(&[], 5_000, &SequenceCosts::Interval, &Progress::new()).unwrap_err();
        assert_eq!(many, SequenceError::TooManyClasses { classes: 5_000, most: 4_096 });
        let stopped = Progress::new();
        stopped.stop();
        let sequences = [vec![0], vec![1]];
        let error = sequence_distances(&sequences, 2, &SequenceCosts::Interval, &stopped).unwrap_err();
        assert_eq!(error, SequenceError::Stopped(Stopped));
    }
}
