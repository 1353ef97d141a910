//! Merging of neighbouring convergence clubs that converge with each other.

use super::clubs::{Club, ClubError, ClubOptions, Clubs, Search};
use super::log_t::LogT;
use super::moments::Moments;
use super::transition::TransitionPanel;
use crate::Progress;

/// How clubs are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Merging {
    /// From the first club on, the next joins while they converge together.
    #[default]
    PhillipsSul,
    /// Two neighbours merge that converge together, unless the second converges better with its other neighbour; then all
    /// over again.
    VonLynckerThoennessen,
}

/// A club of clubs.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedClub {
    /// Positions of its regions: those of the first club, then those of the second and so on, then those who joined.
    pub members: Vec<usize>,
    /// Positions of the clubs that it was merged from.
    pub from: Vec<usize>,
    /// Positions of regions that were divergent and joined.
    pub joined: Vec<usize>,
    /// The test of the club.
    pub test: LogT,
}

/// Clubs after merging.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedClubs {
    /// The clubs, from that of the highest regions on.
    pub clubs: Vec<MergedClub>,
    /// Positions of the regions that are in no club, the highest first.
    pub divergent: Vec<usize>,
}

/// Merges clubs, because the sieve may find more of them than there are.
///
/// ```text
/// Phillips and Sul              i, i + 1, i + 2, ... while t(i, ..., i + k) is above the critical value
/// von Lyncker and Thoennessen   i and i + 1 where t(i, i + 1) is above it and above t(i + 1, i + 2), from the first on, repeated
/// divergent regions             region and club of the highest t of all, while it is above the critical value
/// ```
///
/// # Shapes and units
///
/// - `clubs`: as [`convergence_clubs`](super::convergence_clubs) found them in `panel`.
/// - `divergent_join`: whether divergent regions may join a club that they converge with, after the merging.
/// - returns: every region once.
///
/// # Errors
///
/// As [`convergence_clubs`](super::convergence_clubs).
///
/// # Source
///
/// Phillips and Sul (2009), Journal of Applied Econometrics 24(7), 1153-1185; von Lyncker and Thoennessen (2017), Empirical
/// Economics 52(2), 525-553.
pub fn merge_clubs(
    panel: &TransitionPanel,
    clubs: &Clubs,
    options: ClubOptions,
    merging: Merging,
    divergent_join: bool,
    progress: &Progress,
) -> Result<MergedClubs, ClubError> {
    let search = Search::try_new(panel, options, progress)?;
    let single = |(at, club): (usize, &Club)| Group {
        moments: Moments::of(panel, club.members.iter().copied()),
        from: vec![at],
        joined: Vec::new(),
    };
    let groups: Vec<Group> = clubs.clubs.iter().enumerate().map(single).collect();
    let mut merged = match merging {
        Merging::PhillipsSul => in_sequence(&search, groups),
        Merging::VonLynckerThoennessen => by_neighbours(&search, groups)?,
    };
    let mut divergent = clubs.divergent.clone();
    if divergent_join {
        join(&search, &mut merged, &mut divergent)?;
    }
    let finish = |group: Group| {
        let from = group.from.iter().flat_map(|&at| &clubs.clubs[at].members);
        let members: Vec<usize> = from.chain(&group.joined).copied().collect();
        MergedClub { test: search.test(&members), members, from: group.from, joined: group.joined }
    };
    Ok(MergedClubs { clubs: merged.into_iter().map(finish).collect(), divergent })
}

/// Clubs on the way to be merged.
#[derive(Clone)]
struct Group {
    moments: Moments,
    from: Vec<usize>,
    joined: Vec<usize>,
}

impl Group {
    fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.moments.merge(&other.moments);
        both.from.extend(&other.from);
        both
    }
}

fn in_sequence(search: &Search<'_>, groups: Vec<Group>) -> Vec<Group> {
    let mut merged: Vec<Group> = Vec::new();
    for group in groups {
        let both = merged.last().map(|last| last.with(&group)).filter(|both| search.apply(&both.moments).converges);
        match (both, merged.last_mut()) {
            (Some(both), Some(last)) => *last = both,
            _ => merged.push(group),
        }
    }
    merged
}

fn by_neighbours(search: &Search<'_>, mut groups: Vec<Group>) -> Result<Vec<Group>, ClubError> {
    let test = |a: &Group, b: &Group| search.apply(&a.with(b).moments);
    let mut tests: Vec<LogT> = groups.windows(2).map(|pair| test(&pair[0], &pair[1])).collect();
    loop {
        search.check()?;
        let better = |at: usize| tests.get(at + 1).is_none_or(|next| tests[at].statistic() > next.statistic());
        let Some(at) = (0..tests.len()).find(|&at| tests[at].converges && better(at)) else { return Ok(groups) };
        groups[at] = groups[at].with(&groups[at + 1]);
        groups.remove(at + 1);
        tests.remove(at);
        if at > 0 {
            tests[at - 1] = test(&groups[at - 1], &groups[at]);
        }
        if at < tests.len() {
            tests[at] = test(&groups[at], &groups[at + 1]);
        }
    }
}

/// Lets divergent regions join, the one of highest t first.
fn join(search: &Search<'_>, groups: &mut [Group], divergent: &mut Vec<usize>) -> Result<(), ClubError> {
    let with = |group: &Group, divergent: &[usize]| search.statistics(&group.moments, divergent);
    let mut statistics = groups.iter().map(|group| with(group, divergent)).collect::<Result<Vec<_>, _>>()?;
    loop {
        let mut best: Option<(usize, usize, f64)> = None;
        for (group, row) in statistics.iter().enumerate() {
            for (region, &t) in row.iter().enumerate() {
                if t > best.map_or(search.critical(), |best| best.2) {
                    best = Some((group, region, t));
                }
            }
        }
        let Some((group, region, _)) = best else { return Ok(()) };
        let joining = divergent.remove(region);
        statistics.iter_mut().for_each(|row| {
            row.remove(region);
        });
        search.add(&mut groups[group].moments, joining);
        groups[group].joined.push(joining);
        statistics[group] = with(&groups[group], divergent)?;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::clubs::convergence_clubs;
    use super::super::samples::drawn;
    use super::*;

    fn merged(panel: &TransitionPanel, merging: Merging, divergent_join: bool) -> (Clubs, MergedClubs) {
        let (options, progress) = (ClubOptions::default(), Progress::new());
        let clubs = convergence_clubs(panel, options, &progress).unwrap();
        let merged = merge_clubs(panel, &clubs, options, merging, divergent_join, &progress).unwrap();
        (clubs, merged)
    }

    fn from(merged: &MergedClubs) -> Vec<&[usize]> {
        merged.clubs.iter().map(|club| club.from.as_slice()).collect()
    }

    fn close(test: LogT, expected: f64) {
        let own = test.fit.unwrap().t;
        assert!((own - expected).abs() <= 1e-8 * expected.abs(), "{own} is not {expected}");
    }

    /// Expected clubs and t are those of a program in Python that tests whole groups each time.
    #[test]
    fn the_two_ways_part_where_a_club_fits_both_neighbours() {
        let panel = drawn(32, 20, 20, 4, 0.5, 0.06);
        let (clubs, sequence) = merged(&panel, Merging::PhillipsSul, false);
        assert_eq!(clubs.clubs.iter().map(|club| club.members.len()).collect::<Vec<_>>(), [3, 2, 7, 3, 5]);
        assert_eq!(from(&sequence), [&[0, 1][..], &[2, 3], &[4]]);
        close(sequence.clubs[0].test, 0.06388270533068853);
        close(sequence.clubs[1].test, -1.282630751090796);
        let (_, neighbours) = merged(&panel, Merging::VonLynckerThoennessen, false);
        assert_eq!(from(&neighbours), [&[0][..], &[1, 2], &[3], &[4]]);
        close(neighbours.clubs[1].test, 0.4047689364737541);
    }

    #[test]
    fn divergent_regions_join_on_request() {
        let panel = drawn(19, 40, 25, 3, 1.0, 0.02);
        let (clubs, without) = merged(&panel, Merging::PhillipsSul, false);
        assert_eq!((&clubs.divergent[..], &without.divergent[..]), (&[7, 21][..], &[7, 21][..]));
        assert_eq!(from(&without), [&[0][..], &[1, 2, 3], &[4, 5]]);
        close(without.clubs[1].test, 11.004066625671005);
        let (_, with) = merged(&panel, Merging::PhillipsSul, true);
        let joined: Vec<usize> = with.clubs.iter().flat_map(|club| club.joined.clone()).collect();
        assert_eq!(joined.len() + with.divergent.len(), 2);
        assert!(with.clubs.iter().all(|club| club.test.converges));
        assert_eq!(with.clubs.iter().map(|club| club.members.len()).sum::<usize>() + with.divergent.len(), 40);
    }
}
