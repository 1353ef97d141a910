//! Whether a class of neighbours changes where a chain is found in the long run.

use crate::growth::mobility::ChiSquaredTest;
use crate::stats::distributions::chi_squared_above;

/// Tests whether the ergodic distribution for a class of neighbours is that of all.
///
/// ```text
/// chi2 = n * sum((q[i] - p[i])^2 / p[i])        degrees of freedom = number of p[i] above zero - 1
/// ```
///
/// # Shapes and units
///
/// - `all`, `conditional`: ergodic distributions p and q over the same classes.
/// - `transitions`: n, the number of transitions behind q.
/// - returns: the test; none when q has what p rules out, or when they are of different lengths.
///
/// # Source
///
/// Rey (2001), Geographical Analysis 33(3), 195-214; giddy's `shtest`.
pub fn ergodic_difference(all: &[f64], conditional: &[f64], transitions: u64) -> Option<ChiSquaredTest> {
    let ruled_out = all.iter().zip(conditional).any(|(&p, &q)| p == 0.0 && q > 0.0);
    if all.len() != conditional.len() || ruled_out {
        return None;
    }
    let possible = || all.iter().zip(conditional).filter(|(p, _)| **p > 0.0);
    let statistic = transitions as f64 * possible().map(|(p, q)| (q - p) * (q - p) / p).sum::<f64>();
    let degrees = (possible().count() as u64).saturating_sub(1);
    Some(ChiSquaredTest { statistic, degrees, p: chi_squared_above(statistic, degrees as f64) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ergodic_distributions_are_compared() {
        let test = ergodic_difference(&[0.5, 0.5, 0.0], &[0.75, 0.25, 0.0], 16).unwrap();
        assert_eq!((test.statistic, test.degrees), (4.0, 1));
        assert_eq!(ergodic_difference(&[1.0, 0.0], &[0.5, 0.5], 16), None);
        assert_eq!(ergodic_difference(&[1.0], &[0.5, 0.5], 16), None);
    }
}
