//! Entry and exit: which industries regions took up and gave up between two periods.

use super::Presence;

/// What became of an industry in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Absent before, present after.
    Entry,
    /// Present before, absent after.
    Exit,
    /// Present before and after.
    Stays,
    /// Absent before and after.
    StaysAway,
}

/// Tells for every industry of every region whether it was taken up, given up, or neither.
///
/// # Shapes and units
///
/// - `before`, `after`: the same regions x industries. A region or industry without data in either period belongs in neither:
///   that it left all its industries is not known.
/// - returns: regions x industries, region by region; `None` for presences of different shapes.
///
/// # Source
///
/// Boschma, Heimeriks and Balland (2014), Research Policy 43(1), 107-114.
pub fn entries_and_exits(before: &Presence, after: &Presence) -> Option<Vec<Change>> {
    let (regions, industries) = (before.n_regions(), before.n_industries());
    if (regions, industries) != (after.n_regions(), after.n_industries()) {
        return None;
    }
    let change = |region, industry| match (before.is_present(region, industry), after.is_present(region, industry)) {
        (false, true) => Change::Entry,
        (true, false) => Change::Exit,
        (true, true) => Change::Stays,
        (false, false) => Change::StaysAway,
    };
    Some((0..regions * industries).map(|at| change(at / industries, at % industries)).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_is_one_of_four() {
        let before = Presence::try_new(&[true, true, false, false], 2).unwrap();
        let after = Presence::try_new(&[true, false, true, false], 2).unwrap();
        let changes = [Change::Stays, Change::Exit, Change::Entry, Change::StaysAway];
        assert_eq!(entries_and_exits(&before, &after).unwrap(), changes);
        assert_eq!(entries_and_exits(&before, &Presence::try_new(&[true; 6], 2).unwrap()), None);
    }
}
