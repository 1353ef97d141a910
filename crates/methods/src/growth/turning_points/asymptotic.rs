//! Critical values of the break tests for long series, as they were published.

/// Values for one trimming, each for significance at 10, 5 and 1 per cent.
struct Trimming {
    /// Shortest segment as a share of the series.
    share: f64,
    /// sup F(m), m = 1, 2, … as far as the trimming allows, five at most.
    sup: &'static [[f64; 3]],
    /// sup F(l + 1 | l), l = 0 to 4.
    sequential: [[f64; 3]; 5],
    /// UDmax, over up to five breaks.
    unweighted: [f64; 3],
    /// WDmax, over up to five breaks.
    weighted: [f64; 3],
}

/// The significances of the tables.
const SIGNIFICANCES: [f64; 3] = [0.10, 0.05, 0.01];

/// Shifts of a mean (one coefficient). One of the figures happens to be near twice pi.
#[allow(clippy::approx_constant)]
const TABLE: [Trimming; 5] = [
    Trimming {
        share: 0.05,
        sup: &[[8.02, 9.63, 13.58], [7.87, 8.78, 10.95], [7.07, 7.85, 9.37], [6.61, 7.21, 8.50], [6.14, 6.69, 7.85]],
        sequential: [
            [8.02, 9.63, 13.58],
            [9.56, 11.14, 15.03],
            [10.45, 12.16, 15.62],
            [11.07, 12.83, 16.39],
            [11.65, 13.45, 16.60],
        ],
        unweighted: [8.78, 10.17, 13.74],
        weighted: [9.14, 10.91, 15.02],
    },
    Trimming {
        share: 0.10,
        sup: &[[7.42, 9.10, 13.00], [6.93, 7.92, 10.14], [6.09, 6.84, 8.42], [5.44, 6.03, 7.31], [4.85, 5.37, 6.48]],
        sequential: [
            [7.42, 9.10, 13.00],
            [9.05, 10.55, 14.51],
            [9.97, 11.36, 15.44],
            [10.49, 12.35, 15.73],
            [10.91, 12.97, 16.39],
        ],
        unweighted: [8.05, 9.52, 13.07],
        weighted: [8.63, 10.39, 14.53],
    },
    Trimming {
        share: 0.15,
        sup: &[[7.04, 8.58, 12.29], [6.28, 7.22, 9.36], [5.21, 5.96, 7.60], [4.41, 4.99, 6.19], [3.47, 3.91, 4.91]],
        sequential: [
            [7.04, 8.58, 12.29],
            [8.51, 10.13, 13.89],
            [9.41, 11.14, 14.80],
            [10.04, 11.83, 15.28],
            [10.58, 12.25, 15.76],
        ],
        unweighted: [7.46, 8.88, 12.37],
        weighted: [8.20, 9.91, 13.83],
    },
    Trimming {
        share: 0.20,
        sup: &[[6.72, 8.22, 11.94], [5.59, 6.53, 8.77], [4.37, 5.08, 6.58]],
        sequential: [
            [6.72, 8.22, 11.94],
            [8.13, 9.71, 13.61],
            [9.07, 10.66, 14.31],
            [9.66, 11.34, 14.80],
            [10.17, 11.93, 15.26],
        ],
        unweighted: [6.96, 8.43, 12.02],
        weighted: [7.67, 9.27, 13.16],
    },
    Trimming {
        share: 0.25,
        sup: &[[6.35, 7.86, 11.44], [4.88, 5.80, 7.92]],
        sequential: [
            [6.35, 7.86, 11.44],
            [7.79, 9.29, 13.09],
            [8.70, 10.12, 14.02],
            [9.22, 10.93, 14.63],
            [9.71, 11.37, 14.89],
        ],
        unweighted: [6.55, 8.01, 11.50],
        weighted: [7.09, 8.69, 12.27],
    },
];

/// Which test a critical value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakTest {
    /// No break against a number of breaks.
    Number(usize),
    /// No break against any number up to the largest.
    AnyNumber,
    /// The same, each number weighted so that all have the same critical value.
    AnyNumberWeighted,
    /// A number of breaks against one more.
    OneMore(usize),
}

/// Looks up the critical value of a test for shifts of a mean in long series.
///
/// It serves comparison with other programs: whether a test rejects is decided by simulation at the length in question (see
/// [`super::detect_breaks`]). At twenty years and a trimming of 0.15 the values for 5 per cent reject true hypotheses in 7 to
/// 12 per cent of cases (40 000 series by numpy). There are none for trends: the published ones for two coefficients hold for
/// regressors without a trend (at 0.15 and 5 per cent 11.47, where 10 000 trends of 600 periods give 12.4).
///
/// # Shapes and units
///
/// - `trimming`: shortest segment as a share of the series: 0.05, 0.10, 0.15, 0.20 or 0.25.
/// - `significance`: 0.10, 0.05 or 0.01.
/// - returns: the value, `None` for what the tables do not hold. Those of [`BreakTest::AnyNumber`] are for up to five breaks,
///   or as many as the trimming allows.
///
/// # Source
///
/// Bai and Perron (2003), Econometrics Journal 6(1), 72-78, one coefficient. Each sup F, UDmax and WDmax was compared with
/// 10 000 simulated series of 600 values: all lie within 4.5 per cent.
pub fn asymptotic_critical_value(test: BreakTest, trimming: f64, significance: f64) -> Option<f64> {
    let table = TABLE.iter().find(|table| (table.share - trimming).abs() < 1e-9)?;
    let level = SIGNIFICANCES.iter().position(|level| (level - significance).abs() < 1e-9)?;
    match test {
        BreakTest::Number(breaks) => table.sup.get(breaks.checked_sub(1)?).map(|values| values[level]),
        BreakTest::OneMore(breaks) => table.sequential.get(breaks).map(|values| values[level]),
        BreakTest::AnyNumber => Some(table.unweighted[level]),
        BreakTest::AnyNumberWeighted => Some(table.weighted[level]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_published() {
        let value = |test| asymptotic_critical_value(test, 0.15, 0.05);
        assert_eq!(value(BreakTest::Number(1)), Some(8.58));
        assert_eq!(value(BreakTest::Number(5)), Some(3.91));
        assert_eq!(value(BreakTest::OneMore(1)), Some(10.13));
        assert_eq!((value(BreakTest::AnyNumber), value(BreakTest::AnyNumberWeighted)), (Some(8.88), Some(9.91)));
        assert_eq!((value(BreakTest::Number(0)), value(BreakTest::Number(6))), (None, None));
        assert_eq!(asymptotic_critical_value(BreakTest::Number(1), 3.0 / 20.0, 0.01), Some(12.29));
        assert_eq!(asymptotic_critical_value(BreakTest::Number(1), 0.13, 0.05), None);
        assert_eq!(asymptotic_critical_value(BreakTest::Number(1), 0.15, 0.02), None);
        assert_eq!(asymptotic_critical_value(BreakTest::Number(4), 0.20, 0.05), None);
    }

    /// Laws that a slip of the pen would break.
    #[test]
    fn the_tables_are_in_order() {
        for (earlier, later) in TABLE.iter().zip(&TABLE[1..]) {
            assert!(earlier.share < later.share);
            for level in 0..3 {
                assert!(earlier.unweighted[level] > later.unweighted[level]);
                assert!(earlier.weighted[level] > later.weighted[level]);
                assert!(earlier.sup.iter().zip(later.sup).all(|(a, b)| a[level] > b[level]));
            }
        }
        for table in &TABLE {
            assert!(table.sup.iter().chain(&table.sequential).all(|values| values.is_sorted()));
            assert_eq!(table.sup[0], table.sequential[0], "one break against none is the same test");
            for level in 0..3 {
                assert!(table.sup.windows(2).all(|pair| pair[0][level] > pair[1][level]));
                assert!(table.sequential.windows(2).all(|pair| pair[0][level] < pair[1][level]));
                assert!(table.sup[0][level] < table.unweighted[level]);
                assert!(table.unweighted[level] < table.weighted[level]);
            }
        }
    }
}
