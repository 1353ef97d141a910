//! Industries of a region that grow like those of a reference, times a factor.

/// Projects the industries of a region by those of a reference.
///
/// ```text
/// E''[i] = E'[i] * N''[i] / N'[i] * factor
/// ```
///
/// # Shapes and units
///
/// - `amounts`, `totals`: the region's industries and those of the reference in the last period, in one unit.
/// - `coming`: the industries of the reference in the projected period.
/// - `factor`: the locational factor, one for all industries; see `gerfin`.
/// - returns: as many amounts. An industry that the region does not have stays at zero, also where the reference has none
///   either.
///
/// # Source
///
/// Gerfin (1964), Kyklos 17(4), 565-593, as in REAT, `shiftp`.
pub fn follow_reference(amounts: &[f64], totals: &[f64], coming: &[f64], factor: f64) -> Vec<f64> {
    let follow = |((&amount, &total), &coming): ((&f64, &f64), &f64)| {
        if amount == 0.0 { 0.0 } else { amount * (coming / total) * factor }
    };
    amounts.iter().zip(totals).zip(coming).map(follow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_a_worked_example() {
        // The reference grows by a half and by nothing; the region does a tenth better.
        let followed = follow_reference(&[20.0, 10.0, 0.0], &[40.0, 60.0, 0.0], &[60.0, 60.0, 5.0], 1.1);
        assert_eq!(followed, [20.0 * 1.5 * 1.1, 11.0, 0.0]);
    }
}
