//! Peaks and troughs of annual series, and the phases between them.

/// How turning points are told from noise; all in periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CycleOptions {
    /// A peak is the highest value this far to either side.
    pub window: usize,
    /// Shortest phase between a peak and a trough, and shortest distance of a turning point from the ends.
    pub min_phase: usize,
    /// Shortest cycle from peak to peak or from trough to trough.
    pub min_cycle: usize,
}

impl Default for CycleOptions {
    fn default() -> Self {
        Self { window: 1, min_phase: 2, min_cycle: 5 }
    }
}

/// Which way a series turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// From rise to fall.
    Peak,
    /// From fall to rise.
    Trough,
}

/// A turning point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TurningPoint {
    /// Position: the last of the old phase.
    pub position: usize,
    /// Which way.
    pub turn: Turn,
    /// The value there.
    pub value: f64,
}

/// Which way a phase goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a trough to a peak.
    Expansion,
    /// From a peak to a trough.
    Contraction,
}

/// The time between two turning points, or between one and an end of the series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Which way.
    pub direction: Direction,
    /// Position of the turning point, or end, that it starts from.
    pub start: usize,
    /// Position of the turning point, or end, that it leads to.
    pub end: usize,
    /// Change of the value from start to end.
    pub amplitude: f64,
    /// Whether turning points bound it on both sides.
    pub is_complete: bool,
}

impl Phase {
    /// Periods from start to end.
    pub fn duration(&self) -> usize {
        self.end - self.start
    }
}

/// Why a series has no turning points to speak of.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CycleError {
    /// Window or phases of no length.
    #[error("window, phases and cycles last at least one period")]
    ZeroLength,
    /// No turning point could be far enough from both ends.
    #[error("{values} values are too few: {needed} are needed")]
    TooShort {
        /// Values of the series.
        values: usize,
        /// Values that are needed.
        needed: usize,
    },
    /// A value is NaN or infinite.
    #[error("value {position}, {value}, is missing")]
    InvalidValue {
        /// Position of the value.
        position: usize,
        /// What was there.
        value: f64,
    },
}

/// Finds peaks and troughs.
///
/// A candidate peak is at least as high as the values up to `window` before it, higher than those up to `window` after it, and
/// higher than the last value before it that differs; troughs likewise. So of a level stretch the last value counts. Candidates nearer to an end than
/// `min_phase` are left out, and then, as long as there is something to remove, the first of these that applies:
///
/// 1. of two neighbours of one kind, the weaker (the earlier of equals);
/// 2. a first or last peak below a value between it and the end of the series, and likewise troughs;
/// 3. a peak and the trough beside it where the peak is not the higher;
/// 4. the weaker of two peaks, or of two troughs, less than `min_cycle` apart;
/// 5. both ends of a phase shorter than `min_phase`, or its outer end where it is the first or last phase.
///
/// # Shapes and units
///
/// - `values`: in order of time: log levels for the classical cycle, growth rates or deviations from a benchmark for growth
///   cycles.
/// - returns: turning points in order, peaks and troughs alternating, each peak above the troughs beside it. There may be none.
///
/// # Errors
///
/// Options of no length, fewer than `2 min_phase + 1` values, or a value that is none.
///
/// # Source
///
/// Bry and Boschan (1971), Cyclical analysis of time series, NBER; adapted to lower frequencies by Harding and Pagan (2002),
/// Journal of Monetary Economics 49(2), 365-381, whose BBQ has no smoothing either.
pub fn turning_points(values: &[f64], options: CycleOptions) -> Result<Vec<TurningPoint>, CycleError> {
    let CycleOptions { window, min_phase, min_cycle } = options;
    if window == 0 || min_phase == 0 || min_cycle == 0 {
        return Err(CycleError::ZeroLength);
    }
    let needed = min_phase.max(window).saturating_mul(2).saturating_add(1);
    if values.len() < needed {
        return Err(CycleError::TooShort { values: values.len(), needed });
    }
    if let Some(position) = values.iter().position(|value| !value.is_finite()) {
        return Err(CycleError::InvalidValue { position, value: values[position] });
    }
    let margin = min_phase.max(window);
    let candidate = |position: usize| {
        let turn = candidate(values, position, window)?;
        Some(TurningPoint { position, turn, value: values[position] })
    };
    let mut turns: Vec<TurningPoint> = (margin..values.len() - margin).filter_map(candidate).collect();
    while let Some((first, count)) = superfluous(values, &turns, options) {
        turns.drain(first..first + count);
    }
    Ok(turns)
}

/// Whether the series turns at a position that is at least `window` away from both ends.
fn candidate(values: &[f64], position: usize, window: usize) -> Option<Turn> {
    let value = values[position];
    let before = &values[position - window..position];
    let after = &values[position + 1..=position + window];
    let different = values[..position].iter().rev().find(|&&other| other != value)?;
    let is_peak = |sign: f64| {
        let own = sign * value;
        own > sign * different
            && before.iter().all(|other| own >= sign * other)
            && after.iter().all(|other| own > sign * other)
    };
    if is_peak(1.0) { Some(Turn::Peak) } else { is_peak(-1.0).then_some(Turn::Trough) }
}

impl TurningPoint {
    /// The value, so that more is stronger.
    fn strength(&self) -> f64 {
        self.strength_of(self.value)
    }

    fn strength_of(&self, value: f64) -> f64 {
        match self.turn {
            Turn::Peak => value,
            Turn::Trough => -value,
        }
    }

    /// Whether none of the values is stronger.
    fn dominates(&self, values: &[f64]) -> bool {
        values.iter().all(|&value| self.strength_of(value) <= self.strength())
    }
}

/// Which turning points are to be removed next: the first and how many.
fn superfluous(values: &[f64], turns: &[TurningPoint], options: CycleOptions) -> Option<(usize, usize)> {
    let weaker = |at: usize, distance: usize| {
        let (one, other) = (&turns[at], &turns[at + distance]);
        if one.strength() > other.strength() { (at + distance, 1) } else { (at, 1) }
    };
    let (first, last) = (turns.first()?, turns.last()?);
    let pairs = || turns.windows(2).enumerate();
    if let Some((at, _)) = pairs().find(|(_, pair)| pair[0].turn == pair[1].turn) {
        return Some(weaker(at, 1));
    }
    if !first.dominates(&values[..first.position]) {
        return Some((0, 1));
    }
    if !last.dominates(&values[last.position + 1..]) {
        return Some((turns.len() - 1, 1));
    }
    if let Some((at, _)) = pairs().find(|(_, pair)| pair[0].strength() <= pair[0].strength_of(pair[1].value)) {
        return Some((at, 2));
    }
    let is_short_cycle = |cycle: &[TurningPoint]| cycle[2].position - cycle[0].position < options.min_cycle;
    if let Some(at) = turns.windows(3).position(is_short_cycle) {
        return Some(weaker(at, 2));
    }
    let at = turns.windows(2).position(|pair| pair[1].position - pair[0].position < options.min_phase)?;
    match (at == 0, at + 2 == turns.len()) {
        // Of only two, the one that is an extreme of the whole series stays.
        (true, true) if first.dominates(values) => Some((1, 1)),
        (true, _) => Some((0, 1)),
        (false, true) => Some((at + 1, 1)),
        (false, false) => Some((at, 2)),
    }
}

/// The phases between turning points, and the incomplete ones before the first and after the last.
///
/// # Shapes and units
///
/// - `values`, `turns`: the series, and what [`turning_points`] found in it.
/// - returns: phases in order, which join; none without a turning point, because the direction is not known then.
pub fn phases(values: &[f64], turns: &[TurningPoint]) -> Vec<Phase> {
    let phase = |direction, start: usize, end: usize, is_complete| Phase {
        direction,
        start,
        end,
        amplitude: values[end] - values[start],
        is_complete,
    };
    let (Some(first), Some(last)) = (turns.first(), turns.last()) else { return Vec::new() };
    let to = |turn: &TurningPoint| match turn.turn {
        Turn::Peak => Direction::Expansion,
        Turn::Trough => Direction::Contraction,
    };
    let from = |turn: &TurningPoint| match turn.turn {
        Turn::Peak => Direction::Contraction,
        Turn::Trough => Direction::Expansion,
    };
    let between = turns.windows(2).map(|pair| phase(to(&pair[1]), pair[0].position, pair[1].position, true));
    std::iter::once(phase(to(first), 0, first.position, false))
        .chain(between)
        .chain(std::iter::once(phase(from(last), last.position, values.len() - 1, false)))
        .collect()
}

/// Whether each period is one of expansion: after a trough, up to and with the peak.
///
/// # Shapes and units
///
/// - `n`: number of periods. `phases`: what [`phases`] returns for a series of that many values.
/// - returns: a state a period; none without phases. The first period has the state of the first phase.
pub fn expansion_states(n: usize, phases: &[Phase]) -> Option<Vec<bool>> {
    let first = phases.first()?;
    let mut states = vec![first.direction == Direction::Expansion; n];
    for phase in phases {
        for state in states.iter_mut().take(phase.end + 1).skip(phase.start + 1) {
            *state = phase.direction == Direction::Expansion;
        }
    }
    Some(states)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn turns(values: &[f64]) -> Vec<(usize, Turn)> {
        let turns = turning_points(values, CycleOptions::default()).unwrap();
        turns.iter().map(|turn| (turn.position, turn.turn)).collect()
    }

    const WAVES: [f64; 13] = [0.0, 2.0, 4.0, 3.0, 1.0, 2.0, 5.0, 7.0, 6.0, 4.0, 3.0, 5.0, 8.0];

    #[test]
    fn waves_turn_where_they_turn() {
        assert_eq!(turns(&WAVES), [(2, Turn::Peak), (4, Turn::Trough), (7, Turn::Peak), (10, Turn::Trough)]);
        let found = turning_points(&WAVES, CycleOptions::default()).unwrap();
        let phases = phases(&WAVES, &found);
        let shown: Vec<_> = phases.iter().map(|phase| (phase.duration(), phase.amplitude, phase.is_complete)).collect();
        assert_eq!(shown, [(2, 4.0, false), (2, -3.0, true), (3, 6.0, true), (3, -4.0, true), (2, 5.0, false)]);
        let states = expansion_states(13, &phases).unwrap();
        let expected = [true, true, true, false, false, true, true, true, false, false, false, true, true];
        assert_eq!(states, expected);
    }

    #[test]
    fn a_dip_of_one_period_is_no_contraction() {
        assert_eq!(turns(&[0.0, 1.0, 2.0, 3.0, 2.5, 4.0, 5.0, 6.0, 5.0, 4.0, 3.0]), [(7, Turn::Peak)]);
    }

    #[test]
    fn short_cycles_lose_the_weaker_peak() {
        // Peaks of 5 and 6 are four periods apart: the first goes, and with it the higher of the troughs.
        let values = [3.0, 1.0, 0.0, 2.0, 5.0, 4.0, 3.0, 4.0, 6.0, 4.0, 2.0];
        assert_eq!(turns(&values), [(2, Turn::Trough), (8, Turn::Peak)]);
    }

    #[test]
    fn of_a_level_stretch_the_last_counts() {
        assert_eq!(turns(&[0.0, 1.0, 2.0, 2.0, 2.0, 1.0, 0.0]), [(4, Turn::Peak)]);
        // A series that starts level has not risen.
        assert_eq!(turns(&[2.0, 2.0, 2.0, 2.0, 1.0, 0.0]), []);
    }

    #[test]
    fn the_ends_bound_the_first_and_last_turn() {
        // The peak at 3 is below the first value; the trough at 5 is the lowest.
        assert_eq!(turns(&[9.0, 6.0, 7.0, 8.0, 4.0, 2.0, 3.0, 5.0]), [(5, Turn::Trough)]);
        // One period before the end is too near.
        assert_eq!(turns(&[0.0, 1.0, 2.0, 3.0, 4.0, 1.0]), []);
    }

    #[test]
    fn of_two_turns_too_near_the_extreme_stays() {
        assert_eq!(turns(&[1.0, 3.0, 5.0, 10.0, 9.0, 9.5, 9.4, 9.6]), [(3, Turn::Peak)]);
        assert_eq!(turns(&[10.0, 9.0, 8.0, 9.5, 5.0, 6.0, 8.0, 9.0]), [(4, Turn::Trough)]);
    }

    #[test]
    fn refuses_what_has_no_cycle() {
        let options = CycleOptions::default();
        let short = CycleError::TooShort { values: 4, needed: 5 };
        assert_eq!(turning_points(&[1.0, 2.0, 1.0, 2.0], options), Err(short));
        assert!(matches!(
            turning_points(&[1.0, f64::NAN, 1.0, 2.0, 3.0], options),
            Err(CycleError::InvalidValue { position: 1, .. })
        ));
        assert_eq!(turning_points(&WAVES, CycleOptions { min_cycle: 0, ..options }), Err(CycleError::ZeroLength));
        assert_eq!((phases(&WAVES, &[]), expansion_states(13, &[])), (vec![], None));
    }
}
