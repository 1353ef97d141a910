//! Mobility indices: how much a chain moves, in one number.

use faer::Mat;

use super::chain::{Chain, StateKind};

/// Why a chain has no mobility indices.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum MobilityError {
    /// A single class is no mobility.
    #[error("mobility is between two visited classes at least, not {classes}")]
    TooFewClasses {
        /// Number of classes that are visited.
        classes: usize,
    },
    /// Regions came to the class, and no transition from it is known.
    #[error("nothing is known of what follows class {class}")]
    OpenEnded {
        /// The class.
        class: usize,
    },
    /// There is not one weight for every class.
    #[error("{weights} weights are not one for every class")]
    WeightsLength {
        /// Number of weights.
        weights: usize,
    },
    /// A weight is negative or not finite, or all of them are zero.
    #[error("the weight of class {class} is {value}, which is no weight, or all weights are zero")]
    InvalidWeight {
        /// The class.
        class: usize,
        /// The weight.
        value: f64,
    },
    /// The eigenvalues were not found.
    #[error("the eigenvalues of the chain were not found")]
    NoEigenvalues,
}

/// How much a chain moves. All but the last two depend on the chain only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MobilityIndices {
    /// Shorrocks: mean probability of leaving a class, times k / (k - 1).
    pub shorrocks: f64,
    /// One less the size of the determinant.
    pub determinant: f64,
    /// One less the size of the second largest eigenvalue (Sommers and Conlisk): the speed towards the ergodic distribution.
    pub second_eigenvalue: f64,
    /// Bartholomew: weighted probability of leaving a class, times k / (k - 1).
    pub bartholomew_leaving: f64,
    /// Bartholomew: weighted mean of the number of classes that are crossed, over k - 1.
    pub bartholomew_crossed: f64,
}

/// Computes Prais' conditional mobility: the probability of leaving each class within a period.
///
/// # Shapes and units
///
/// - returns: 1 - p\[i, i\] by class; none where no transition from the class is known.
///
/// # Source
///
/// Prais (1955), Journal of the Royal Statistical Society A 118(1), 56-66.
pub fn prais(chain: &Chain) -> Vec<Option<f64>> {
    (0..chain.n_states()).map(|state| chain.leaving(state)).collect()
}

/// Computes the mobility indices of a chain.
///
/// With k classes, the probabilities p and weights w of the classes that add up to one:
///
/// ```text
/// P  = (k - tr p) / (k - 1)                    D  = 1 - abs(det p)            L2 = 1 - abs(lambda_2)
/// B1 = k (1 - sum w_i p_ii) / (k - 1)          B2 = sum w_i p_ij abs(i - j) / (k - 1)
/// ```
///
/// Classes that are never visited are left out, as if the cut-off between them and the class beside were not there.
///
/// # Shapes and units
///
/// - `weights`: one for every class, such as the ergodic distribution or shares of regions; they are divided by their sum
///   over the visited classes. Left out: every visited class counts alike.
/// - returns: numbers that are 0 without any movement. P and B1 reach k / (k - 1), the others 1.
///
/// # Errors
///
/// Fewer than two visited classes, the first class from which no transition is known although regions came to it, weights
/// that are none, or eigenvalues that were not found.
///
/// # Source
///
/// Shorrocks (1978), Econometrica 46(5), 1013-1024; Bartholomew (1973), Stochastic Models for Social Processes; Formby,
/// Smith and Zheng (2004), Journal of Econometrics 120(1), 181-205. giddy counts a class without transitions as one that
/// every region leaves; this leaves it out.
pub fn mobility_indices(chain: &Chain, weights: Option<&[f64]>) -> Result<MobilityIndices, MobilityError> {
    let kinds = chain.structure().kinds;
    let visited: Vec<usize> = (0..kinds.len()).filter(|&class| kinds[class] != StateKind::Unvisited).collect();
    let n = visited.len();
    if n < 2 {
        return Err(MobilityError::TooFewClasses { classes: n });
    }
    let mut rows = Vec::with_capacity(n);
    for &class in &visited {
        rows.push(chain.row(class).ok_or(MobilityError::OpenEnded { class })?);
    }
    let weights = weights_of(weights, &visited, kinds.len())?;
    let p = Mat::from_fn(n, n, |from, to| rows[from][visited[to]]);

    let scale = n as f64 / (n - 1) as f64;
    // Summed over the other classes, so that a chain without movement has exactly none.
    let leaving: Vec<f64> = visited.iter().filter_map(|&class| chain.leaving(class)).collect();
    let crossed = |from: usize| (0..n).map(|to| p[(from, to)] * from.abs_diff(to) as f64).sum::<f64>();
    let weighted = |of: &dyn Fn(usize) -> f64| (0..n).map(|class| weights[class] * of(class)).sum::<f64>();
    Ok(MobilityIndices {
        shorrocks: leaving.iter().sum::<f64>() / (n - 1) as f64,
        determinant: 1.0 - p.determinant().abs(),
        second_eigenvalue: 1.0 - second_largest(&p)?,
        bartholomew_leaving: scale * weighted(&|class| leaving[class]),
        bartholomew_crossed: weighted(&crossed) / (n - 1) as f64,
    })
}

/// Weights of the visited classes, adding up to one.
fn weights_of(weights: Option<&[f64]>, visited: &[usize], n_classes: usize) -> Result<Vec<f64>, MobilityError> {
    let Some(weights) = weights else { return Ok(vec![1.0 / visited.len() as f64; visited.len()]) };
    if weights.len() != n_classes {
        return Err(MobilityError::WeightsLength { weights: weights.len() });
    }
    if let Some(class) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        return Err(MobilityError::InvalidWeight { class, value: weights[class] });
    }
    let sum: f64 = visited.iter().map(|&class| weights[class]).sum();
    if !(sum > 0.0 && sum.is_finite()) {
        return Err(MobilityError::InvalidWeight { class: visited[0], value: weights[visited[0]] });
    }
    Ok(visited.iter().map(|&class| weights[class] / sum).collect())
}

/// Size of the second largest eigenvalue of a matrix of at least two rows.
fn second_largest(p: &Mat<f64>) -> Result<f64, MobilityError> {
    let values = p.eigenvalues().map_err(|_| MobilityError::NoEigenvalues)?;
    let mut sizes: Vec<f64> = values.iter().map(|value| value.re.hypot(value.im)).collect();
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    // Rounding may carry the largest, which is one, and its equals beyond one.
    sizes.get(1).map(|size| size.min(1.0)).ok_or(MobilityError::NoEigenvalues)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn chain(rows: &[&[f64]]) -> Chain {
        Chain::try_new(rows.iter().map(|row| (!row.is_empty()).then(|| row.to_vec())).collect()).unwrap()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() < 1e-14, "{own} is not {expected}");
    }

    #[test]
    fn matches_a_worked_example() {
        // Eigenvalues 1 and 0.5; determinant 0.5.
        let chain = chain(&[&[0.75, 0.25], &[0.25, 0.75]]);
        assert_eq!(prais(&chain), [Some(0.25), Some(0.25)]);
        let indices = mobility_indices(&chain, None).unwrap();
        close(indices.shorrocks, 0.5);
        close(indices.determinant, 0.5);
        close(indices.second_eigenvalue, 0.5);
        close(indices.bartholomew_leaving, 0.5);
        close(indices.bartholomew_crossed, 0.25);
    }

    #[test]
    fn a_class_that_is_never_visited_is_left_out() {
        // giddy takes the fourth class for one that is always left: P = 5/6, D = 1, B1 = 5/6, B2 = 1/8.
        let none: &[f64] = &[];
        let chain = chain(&[&[0.0, 1.0, 0.0, 0.0], &[0.5, 0.5, 0.0, 0.0], &[0.0, 0.0, 1.0, 0.0], none]);
        assert_eq!(prais(&chain), [Some(1.0), Some(0.5), Some(0.0), None]);
        let indices = mobility_indices(&chain, None).unwrap();
        close(indices.shorrocks, 0.75);
        close(indices.determinant, 0.5);
        close(indices.second_eigenvalue, 0.0);
        close(indices.bartholomew_leaving, 0.75);
        close(indices.bartholomew_crossed, 0.25);
        let weighted = mobility_indices(&chain, Some(&[0.2, 0.0, 0.6, 9.0])).unwrap();
        close(weighted.bartholomew_leaving, 0.375);
        close(weighted.bartholomew_crossed, 0.125);
    }

    #[test]
    fn refuses_what_has_no_mobility() {
        let of = |rows: &[&[f64]], weights: Option<&[f64]>| mobility_indices(&chain(rows), weights).unwrap_err();
        assert_eq!(of(&[&[1.0]], None), MobilityError::TooFewClasses { classes: 1 });
        assert_eq!(of(&[&[0.5, 0.5], &[]], None), MobilityError::OpenEnded { class: 1 });
        let two: [&[f64]; 2] = [&[0.5, 0.5], &[0.5, 0.5]];
        assert_eq!(of(&two, Some(&[1.0])), MobilityError::WeightsLength { weights: 1 });
        let negative = MobilityError::InvalidWeight { class: 1, value: -1.0 };
        assert_eq!(of(&two, Some(&[2.0, -1.0])), negative);
        assert_eq!(of(&two, Some(&[0.0, 0.0])), MobilityError::InvalidWeight { class: 0, value: 0.0 });
    }
}
