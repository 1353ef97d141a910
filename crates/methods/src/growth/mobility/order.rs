//! Tests of how far back a chain of classes remembers.

use std::collections::BTreeMap;

use super::class_paths::ClassPaths;
use super::homogeneity::ChiSquaredTest;

/// A test of chains that remember fewer classes than `order` against those that remember `order` of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OrderTest {
    /// Order of the alternative: 1 is a Markov chain.
    pub order: usize,
    /// Transitions whose last `order` classes are known.
    pub transitions: u64,
    /// Pearson's statistic, with degrees of freedom of cells that are not empty.
    pub q: ChiSquaredTest,
    /// The likelihood ratio, with the same degrees of freedom.
    pub likelihood_ratio: ChiSquaredTest,
}

/// Transitions after the same recent classes: by the class before these and the one that follows.
type After = BTreeMap<(u16, u16), u64>;

/// Tests whether the next class depends on the class that was left longest ago, of as many classes as the order.
///
/// With N\[h, c, j\] the transitions to class j after the classes c (of the last `order` - 1 periods) and h before them:
///
/// ```text
/// Q  = sum over c, h, j of N[h, c, *] (p[h, c, j] - p[c, j])^2 / p[c, j]
/// LR = 2 sum over c, h, j of N[h, c, j] ln(p[h, c, j] / p[c, j])
/// degrees of freedom = sum over c of (a_c - 1)(b_c - 1)
/// ```
///
/// where a_c classes follow c, and b_c classes come before it. Order 1 tests whether there is any memory: independence of the
/// class that is left. Order 2 tests the Markov property itself: where it is rejected, long-run distributions and first passage
/// times of a chain of order 1 are not those of the regions.
///
/// # Shapes and units
///
/// - `order`: 1 or more.
/// - returns: none for order 0, and where no region has as many known classes in a row with one to follow.
///
/// # Source
///
/// Anderson and Goodman (1957), Annals of Mathematical Statistics 28(1), 89-110; Bickenbach and Bode (2003), International
/// Regional Science Review 26(3), 363-392, who count cells that are not empty.
pub fn order_test(paths: &ClassPaths, order: usize) -> Option<OrderTest> {
    let steps = paths.n_periods().checked_sub(order).filter(|_| order > 0)?;
    let mut contexts: BTreeMap<Vec<u16>, After> = BTreeMap::new();
    for first in 0..steps {
        for region in 0..paths.n_regions() {
            let known: Option<Vec<u16>> = (first..=first + order).map(|period| paths.period(period)[region]).collect();
            let Some(known) = known else { continue };
            let (earliest, next) = (known[0], known[order]);
            *contexts.entry(known[1..order].to_vec()).or_default().entry((earliest, next)).or_default() += 1;
        }
    }
    let (mut q, mut lr, mut degrees, mut transitions) = (0.0, 0.0, 0, 0);
    for after in contexts.values() {
        let (mut before, mut following): (BTreeMap<u16, u64>, BTreeMap<u16, u64>) = Default::default();
        for ((earliest, next), count) in after {
            *before.entry(*earliest).or_default() += count;
            *following.entry(*next).or_default() += count;
        }
        let total: u64 = before.values().sum();
        transitions += total;
        degrees += ((before.len() - 1) * (following.len() - 1)) as u64;
        for (earliest, of_row) in &before {
            for (next, of_column) in &following {
                let count = after.get(&(*earliest, *next)).copied().unwrap_or(0) as f64;
                let expected = *of_row as f64 * *of_column as f64 / total as f64;
                q += (count - expected) * (count - expected) / expected;
                if count > 0.0 {
                    lr += 2.0 * count * (count / expected).ln();
                }
            }
        }
    }
    (transitions > 0).then(|| OrderTest {
        order,
        transitions,
        q: ChiSquaredTest::new(q, degrees),
        likelihood_ratio: ChiSquaredTest::new(lr, degrees),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn paths(cells: &[u16], regions: usize, classes: usize) -> ClassPaths {
        ClassPaths::try_new(cells.iter().map(|&class| Some(class)).collect(), regions, classes).unwrap()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-10 * expected.abs(), "{own} is not {expected}");
    }

    /// Contingency tables by scipy 1.17 (`chi2_contingency` without correction, and with `lambda_="log-likelihood"`), one for
    /// each context without its empty rows and columns, added up.
    #[test]
    fn agrees_with_contingency_tables() {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u16 % 3
        };
        let paths = paths(&(0..60).map(|_| next()).collect::<Vec<u16>>(), 5, 3);
        for (order, transitions, q, lr, degrees, p) in [
            (1, 55, 1.8925275428153716, 1.9083590088559064, 4, 0.7555175624592771),
            (2, 50, 9.445181405895692, 11.860444906053841, 12, 0.6645087930984095),
            (3, 45, 37.22222222222223, 45.56855672425748, 29, 0.1406250689058181),
        ] {
            let test = order_test(&paths, order).unwrap();
            assert_eq!((test.order, test.transitions, test.q.degrees), (order, transitions, degrees));
            close(test.q.statistic, q);
            close(test.likelihood_ratio.statistic, lr);
            close(test.q.p.unwrap(), p);
        }
    }

    #[test]
    fn a_class_of_two_periods_ago_is_remembered() {
        // 0, 0, 1, 1, 0, 0, 1, 1, …: the last class alone says nothing of the next, the last two say all.
        let cells: Vec<u16> = (0..41).map(|period| period / 2 % 2).collect();
        let paths = paths(&cells, 1, 2);
        let (first, second) = (order_test(&paths, 1).unwrap(), order_test(&paths, 2).unwrap());
        assert_eq!((first.transitions, first.q.statistic, first.q.degrees), (40, 0.0, 1));
        // Two tables of [[0, n], [m, 0]]: all 39 transitions.
        close(second.q.statistic, 39.0);
        assert_eq!((second.transitions, second.q.degrees), (39, 2));
        assert_eq!(order_test(&paths, 3).unwrap().q.degrees, 0, "nothing is left to depend on");
    }

    #[test]
    fn gaps_and_short_paths_leave_nothing() {
        let gap = ClassPaths::try_new(vec![Some(0), None, Some(1), Some(0)], 1, 2).unwrap();
        assert_eq!(order_test(&gap, 1).unwrap().transitions, 1);
        assert!([0, 2, 4, 9].iter().all(|&order| order_test(&gap, order).is_none()));
    }
}
