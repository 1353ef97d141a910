//! Several smoothings of one series side by side, and what the initial states take away from their errors.

/// Smoothings with several parameters, lane by lane, so that the processor works on several at once.
///
/// Beside the errors around given initial states run the responses to a unit of level and to a unit of slope: the errors of
/// a series of zeros that starts from them. The errors for any other states are these less the responses times the difference.
pub(super) struct Lanes<const L: usize> {
    alpha: [f64; L],
    beta: [f64; L],
    phi: [f64; L],
    /// Level and slope of the series, of the response to a level, and of the response to a slope.
    states: [[[f64; L]; 2]; 3],
    /// Sums of squares and products, in the order of [`Sums`].
    sums: [[f64; L]; 6],
}

impl<const L: usize> Lanes<L> {
    /// Starts smoothings with these alpha, beta and phi around a level and a slope.
    pub(super) fn new(parameters: [[f64; 3]; L], [level, slope]: [f64; 2], with_slope: bool) -> Self {
        let unit_slope = if with_slope { 1.0 } else { 0.0 };
        let pair = |level: f64, slope: f64| [[level; L], [slope; L]];
        Self {
            alpha: parameters.map(|[alpha, _, _]| alpha),
            beta: parameters.map(|[_, beta, _]| beta),
            phi: parameters.map(|[_, _, phi]| phi),
            states: [pair(level, slope), pair(1.0, 0.0), pair(0.0, unit_slope)],
            sums: [[0.0; L]; 6],
        }
    }

    /// Takes the next value.
    pub(super) fn take(&mut self, value: f64) {
        for lane in 0..L {
            let (alpha, beta, phi) = (self.alpha[lane], self.beta[lane], self.phi[lane]);
            let mut advance = |series: usize, value: f64| {
                let [level, slope] = &mut self.states[series];
                let damped = phi * slope[lane];
                let expected = level[lane] + damped;
                let error = value - expected;
                level[lane] = expected + alpha * error;
                slope[lane] = damped + beta * error;
                error
            };
            let (error, of_level, of_slope) = (advance(0, value), -advance(1, 0.0), -advance(2, 0.0));
            self.sums[0][lane] += error * error;
            self.sums[1][lane] += error * of_level;
            self.sums[2][lane] += error * of_slope;
            self.sums[3][lane] += of_level * of_level;
            self.sums[4][lane] += of_level * of_slope;
            self.sums[5][lane] += of_slope * of_slope;
        }
    }

    /// The sums so far.
    pub(super) fn sums(&self) -> [Sums; L] {
        let [errors, errors_level, errors_slope, level, level_slope, slope] = &self.sums;
        std::array::from_fn(|lane| Sums {
            errors: errors[lane],
            errors_level: errors_level[lane],
            errors_slope: errors_slope[lane],
            level: level[lane],
            level_slope: level_slope[lane],
            slope: slope[lane],
        })
    }
}

/// Sums of squares and products of errors and responses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// Of the errors.
    pub(super) errors: f64,
    errors_level: f64,
    errors_slope: f64,
    level: f64,
    level_slope: f64,
    slope: f64,
}

impl Sums {
    /// The differences of level and slope with the least squared errors, and these.
    ///
    /// A slope whose response cannot be told from that of the level, or that there is none of, stays where it is.
    pub(super) fn best_states(&self) -> ([f64; 2], f64) {
        let shared = self.level_slope / self.level;
        let own = self.slope - self.level_slope * shared;
        let left = self.errors_slope - self.errors_level * shared;
        let slope = if own > 1e-10 * self.slope { left / own } else { 0.0 };
        let level = (self.errors_level - self.level_slope * slope) / self.level;
        let squares = self.errors - self.errors_level * self.errors_level / self.level - left * slope;
        ([level, slope], squares.max(0.0))
    }
}
