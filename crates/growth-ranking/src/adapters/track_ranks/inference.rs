//! Draws and tests, read and written.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::growth::mobility::{ChiSquaredTest, Draws};
use growthpole_methods::stats::{Alternative, PermutationTest};
use growthpole_worker_kit::convert::message;

const PERMUTATIONS: i32 = 999;
const MOST_PERMUTATIONS: i32 = 99_999;

/// How many permutations are drawn, and from which seed.
pub(crate) fn read_draws(request: &v1::TrackRanksRequest) -> Result<Draws, Refusal> {
    let permutations = request.permutations.unwrap_or(PERMUTATIONS);
    if !(0..=MOST_PERMUTATIONS).contains(&permutations) {
        return Err(Refusal::invalid("permutations", permutations, &format!("0 to {MOST_PERMUTATIONS}")));
    }
    Ok(Draws { permutations: permutations as usize, seed: request.seed })
}

/// A permutation test as answers show it.
pub(crate) fn permutation_test(test: &PermutationTest) -> v1::PermutationTest {
    v1::PermutationTest {
        permutations: message::count(test.permutations),
        mean: test.mean,
        deviation: Some(test.deviation).filter(|deviation| deviation.is_finite()),
        p_lower: test.p_value(Alternative::Less),
        p_upper: test.p_value(Alternative::Greater),
        p_two_sided: test.p_value(Alternative::TwoSided),
    }
}

/// A chi-squared test as answers show it.
pub(crate) fn chi_squared_test(test: &ChiSquaredTest) -> v1::ChiSquaredTest {
    let degrees_of_freedom = i64::try_from(test.degrees).unwrap_or(i64::MAX);
    v1::ChiSquaredTest { statistic: test.statistic, degrees_of_freedom, p: test.p }
}

/// A number of pairs or transitions as answers show it.
pub(crate) fn long(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
