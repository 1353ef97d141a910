//! Convergence clubs: the groups of regions that converge within themselves.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::log_t::{LogT, LogTError, LogTOptions, LogTTest};
use super::moments::Moments;
use super::transition::TransitionPanel;
use crate::{Progress, Stopped};

/// Candidates above which a sieve is spread over threads.
const MANY: usize = 256;

/// What happens when a core and all regions that fit it do not converge together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sieve {
    /// The critical value is raised, which drops the regions of lowest t one by one, until the rest converges.
    #[default]
    RaiseCritical,
    /// The region of highest t joins the core and the others are tested with the new core, until none fits.
    OneByOne,
}

/// How clubs are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClubOptions {
    /// The test.
    pub test: LogTOptions,
    /// The t above which a region fits a core: 0 for up to 50 periods, the test's critical value for many.
    pub sieve_critical: f64,
    /// What happens when all that fit do not converge together.
    pub sieve: Sieve,
    /// Regions are ordered by their mean over this fraction of the periods at the end; 0 takes the last period alone.
    pub ordering_fraction: f64,
}

impl Default for ClubOptions {
    fn default() -> Self {
        Self { test: LogTOptions::default(), sieve_critical: 0.0, sieve: Sieve::default(), ordering_fraction: 0.0 }
    }
}

/// Why there are no clubs.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ClubError {
    /// The test is undefined.
    #[error(transparent)]
    Test(#[from] LogTError),
    /// The critical value of the sieve is no number, or below that of the test, so that clubs would not converge.
    #[error("{sieve} is not a critical value from that of the test on, {test}")]
    InvalidCritical {
        /// Of the sieve.
        sieve: f64,
        /// Of the test.
        test: f64,
    },
    /// The fraction of periods for the order is not at least 0 and below 1.
    #[error("{fraction} is not a fraction of periods from 0 to below 1")]
    InvalidFraction {
        /// The fraction.
        fraction: f64,
    },
    /// The caller wants no more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A group of regions that converges.
#[derive(Debug, Clone, PartialEq)]
pub struct Club {
    /// Positions of its regions, the highest first.
    pub members: Vec<usize>,
    /// Positions of the core that the club was grown from; all members of a club that was found whole.
    pub core: Vec<usize>,
    /// The test of the club.
    pub test: LogT,
}

/// The clubs of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Clubs {
    /// The test of all regions together.
    pub all: LogT,
    /// The clubs, from that of the highest regions on.
    pub clubs: Vec<Club>,
    /// Positions of the regions that are in no club, the highest first.
    pub divergent: Vec<usize>,
}

/// Sorts regions into clubs of convergence.
///
/// ```text
/// 1. order the regions by their last values, the highest first
/// 2. core: from the first two neighbours that converge on, add regions in order while they converge;
///    keep as many as give the highest t
/// 3. sieve: test the core with each other region; those with t above the sieve's critical value join,
///    unless core and they do not converge together: see Sieve
/// 4. the club is core and those; test all others together: they are a club, or go back to 2
/// ```
///
/// What is left when no two neighbours converge is divergent. Where all regions converge together they are one club.
///
/// # Shapes and units
///
/// - `panel`: at least two regions.
/// - `progress`: counts regions.
/// - returns: every region once, in a club or as divergent.
///
/// # Errors
///
/// As [`log_t`](super::log_t), critical values and fractions that are none, or the caller's wish to stop.
///
/// # Source
///
/// Phillips and Sul (2007), Econometrica 75(6), 1771-1855; (2009), Journal of Applied Econometrics 24(7), 1153-1185. The sieve
/// one by one follows Schnurbus, Haupt and Meier (2017), Journal of Applied Econometrics 32(5), 1039-1042. ConvergenceClubs takes
/// the core of largest t in size, also a negative one, and does not test what its sieve lets pass unless asked to; this
/// follows the articles.
pub fn convergence_clubs(
    panel: &TransitionPanel,
    options: ClubOptions,
    progress: &Progress,
) -> Result<Clubs, ClubError> {
    let search = Search::try_new(panel, options, progress)?;
    progress.expect(panel.n_regions());
    let mut left = search.order();
    let all = search.test(&left);
    let mut clubs = Vec::new();
    let mut whole = all;
    while left.len() > 1 {
        if whole.converges {
            let members = std::mem::take(&mut left);
            progress.advance(members.len())?;
            clubs.push(Club { core: members.clone(), members, test: whole });
            break;
        }
        let Some(core) = search.core(&left)? else { break };
        let club = search.grow(&left, core)?;
        let mut taken = vec![false; panel.n_regions()];
        club.members.iter().for_each(|&region| taken[region] = true);
        left.retain(|&region| !taken[region]);
        progress.advance(club.members.len())?;
        clubs.push(club);
        if left.len() > 1 {
            whole = search.test(&left);
        }
    }
    progress.advance(left.len())?;
    Ok(Clubs { all, clubs, divergent: left })
}

/// What every step needs.
pub(super) struct Search<'a> {
    panel: &'a TransitionPanel,
    test: LogTTest,
    options: ClubOptions,
    progress: &'a Progress,
}

impl<'a> Search<'a> {
    pub(super) fn try_new(
        panel: &'a TransitionPanel,
        options: ClubOptions,
        progress: &'a Progress,
    ) -> Result<Self, ClubError> {
        let test = LogTTest::try_new(panel.n_periods(), options.test)?;
        let (sieve, of_test, fraction) = (options.sieve_critical, options.test.critical, options.ordering_fraction);
        if !(sieve.is_finite() && sieve >= of_test) {
            return Err(ClubError::InvalidCritical { sieve, test: of_test });
        }
        if !(0.0..1.0).contains(&fraction) {
            return Err(ClubError::InvalidFraction { fraction });
        }
        Ok(Self { panel, test, options, progress })
    }

    /// Regions from the highest on; equal ones by position.
    fn order(&self) -> Vec<usize> {
        let periods = (self.options.ordering_fraction * self.panel.n_periods() as f64 + 1e-9).floor() as usize;
        let last = |region: usize| -> f64 {
            let values = self.panel.region(region).iter().rev().take(periods.max(1));
            values.sum()
        };
        let mut order: Vec<(usize, f64)> = (0..self.panel.n_regions()).map(|region| (region, last(region))).collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        order.into_iter().map(|(region, _)| region).collect()
    }

    /// Tests a group of at least two regions together.
    pub(super) fn test(&self, group: &[usize]) -> LogT {
        self.apply(&Moments::of(self.panel, group.iter().copied()))
    }

    /// The positions in `left` of a core: consecutive, because regions are in order.
    fn core(&self, left: &[usize]) -> Result<Option<std::ops::Range<usize>>, ClubError> {
        let mut terms = Vec::new();
        for start in 0..left.len().saturating_sub(1) {
            if start % 1024 == 0 {
                self.progress.check()?;
            }
            let mut moments = Moments::of(self.panel, left[start..start + 2].iter().copied());
            let mut best = self.test.apply(&moments, &mut terms);
            if !best.converges {
                continue;
            }
            let mut end = start + 2;
            for (next, &region) in left.iter().enumerate().skip(start + 2) {
                moments.add(self.panel.region(region));
                let test = self.test.apply(&moments, &mut terms);
                if !test.converges {
                    break;
                }
                if test.statistic() > best.statistic() {
                    (best, end) = (test, next + 1);
                }
            }
            return Ok(Some(start..end));
        }
        Ok(None)
    }

    /// Adds to a core what fits it.
    fn grow(&self, left: &[usize], core: std::ops::Range<usize>) -> Result<Club, ClubError> {
        let members: Vec<usize> = left[core.clone()].to_vec();
        let others: Vec<usize> = left[..core.start].iter().chain(&left[core.end..]).copied().collect();
        let moments = Moments::of(self.panel, members.iter().copied());
        let mut fitting = self.fitting(&moments, &others)?;
        let joined = fitting.iter().map(|candidate| candidate.0);
        let mut joint = moments.clone();
        joined.for_each(|region| joint.add(self.panel.region(region)));
        let together = self.apply(&joint);
        if together.converges {
            return Ok(self.club(left, &members, fitting.iter().map(|candidate| candidate.0)));
        }
        let joined = match self.options.sieve {
            Sieve::RaiseCritical => {
                fitting.sort_by(by_statistic);
                self.longest_prefix(&moments, &fitting)
            }
            Sieve::OneByOne => self.one_by_one(moments, others, fitting)?,
        };
        Ok(self.club(left, &members, joined))
    }

    /// Those of some regions whose t with a group is above the sieve's critical value, with it.
    fn fitting(&self, group: &Moments, others: &[usize]) -> Result<Vec<(usize, f64)>, ClubError> {
        let statistics = others.iter().copied().zip(self.statistics(group, others)?);
        Ok(statistics.filter(|(_, t)| *t > self.options.sieve_critical).collect())
    }

    /// The t of a group with each of some regions.
    pub(super) fn statistics(&self, group: &Moments, others: &[usize]) -> Result<Vec<f64>, ClubError> {
        self.check()?;
        let memory = || (Moments::new(self.panel.n_periods()), Vec::new());
        let test = |(moments, terms): &mut (Moments, Vec<f64>), &region: &usize| {
            moments.set_with(group, self.panel.region(region));
            self.test.apply(moments, terms).statistic()
        };
        if others.len() < MANY {
            let mut memory = memory();
            return Ok(others.iter().map(|region| test(&mut memory, region)).collect());
        }
        Ok(others.par_iter().map_init(memory, test).collect())
    }

    /// Whether to go on.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        self.progress.check()
    }

    /// Tests a group by its moments.
    pub(super) fn apply(&self, moments: &Moments) -> LogT {
        self.test.apply(moments, &mut Vec::new())
    }

    /// Adds a region to the moments of a group.
    pub(super) fn add(&self, moments: &mut Moments, region: usize) {
        moments.add(self.panel.region(region));
    }

    /// The t above which convergence is not rejected.
    pub(super) fn critical(&self) -> f64 {
        self.options.test.critical
    }

    /// As many candidates of highest t as converge with the core.
    fn longest_prefix(&self, core: &Moments, candidates: &[(usize, f64)]) -> Vec<usize> {
        let (mut moments, mut terms, mut longest) = (core.clone(), Vec::new(), 0);
        for (at, (region, _)) in candidates.iter().enumerate() {
            moments.add(self.panel.region(*region));
            if self.test.apply(&moments, &mut terms).converges {
                longest = at + 1;
            }
        }
        candidates[..longest].iter().map(|candidate| candidate.0).collect()
    }

    /// Lets regions join one by one, that of the highest t first, until no other fits.
    fn one_by_one(
        &self,
        mut group: Moments,
        mut others: Vec<usize>,
        mut fitting: Vec<(usize, f64)>,
    ) -> Result<Vec<usize>, ClubError> {
        let mut joined = Vec::new();
        while let Some(best) = fitting.iter().min_by(|a, b| by_statistic(a, b)).map(|best| best.0) {
            group.add(self.panel.region(best));
            joined.push(best);
            others.retain(|&region| region != best);
            fitting = self.fitting(&group, &others)?;
        }
        Ok(joined)
    }

    /// A club of a core and those who joined, in order.
    fn club(&self, left: &[usize], core: &[usize], joined: impl IntoIterator<Item = usize>) -> Club {
        let mut inside = vec![false; self.panel.n_regions()];
        core.iter().copied().chain(joined).for_each(|region| inside[region] = true);
        let members: Vec<usize> = left.iter().copied().filter(|&region| inside[region]).collect();
        Club { test: self.test(&members), members, core: core.to_vec() }
    }
}

/// The highest t first; equal ones by position.
fn by_statistic(a: &(usize, f64), b: &(usize, f64)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::samples::{RAW, drawn, two_clubs};
    use super::super::transition::Preparation;
    use super::*;

    fn clubs(panel: &TransitionPanel, options: ClubOptions) -> Clubs {
        convergence_clubs(panel, options, &Progress::new()).unwrap()
    }

    fn members(clubs: &Clubs) -> Vec<&[usize]> {
        clubs.clubs.iter().map(|club| club.members.as_slice()).collect()
    }

    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() <= 1e-8 * expected.abs(), "{own} is not {expected}");
    }

    /// Expected clubs and t come from a program in Python that follows the steps with whole groups each time, without the
    /// updates of this one.
    #[test]
    fn finds_the_two_clubs_and_the_region_of_its_own() {
        for smoothing in [None, Some(400.0)] {
            let panel = TransitionPanel::try_new(&two_clubs(), Preparation { logs: false, smoothing }).unwrap();
            for sieve in [Sieve::RaiseCritical, Sieve::OneByOne] {
                let own = clubs(&panel, ClubOptions { sieve, ..ClubOptions::default() });
                assert_eq!(members(&own), [[0, 4, 8, 6, 10, 2], [1, 5, 9, 7, 11, 3]]);
                assert_eq!(own.divergent, [12]);
                assert!(!own.all.converges);
            }
        }
        let panel = TransitionPanel::try_new(&two_clubs(), RAW).unwrap();
        let own = clubs(&panel, ClubOptions::default());
        close(own.clubs[0].test.fit.unwrap().t, 44.052171423379605);
        close(own.clubs[1].test.fit.unwrap().t, 61.80789944481602);
        close(own.all.fit.unwrap().t, -525.0117617301349);
    }

    #[test]
    fn the_two_sieves_part_where_a_club_is_in_doubt() {
        let panel = drawn(42, 40, 25, 3, 1.0, 0.02);
        let raised = clubs(&panel, ClubOptions::default());
        let first = [14, 20, 5, 29, 38, 11, 2, 32, 26, 35, 8, 17, 13, 1, 34, 23];
        assert_eq!(members(&raised)[..2], [&first[..], &[4, 16, 37, 31, 19, 22, 28, 25, 10, 7]]);
        assert_eq!((&raised.clubs[0].core[..], raised.clubs[1].core.len()), (&first[..13], 7));
        close(raised.clubs[0].test.fit.unwrap().t, -1.4199205945141227);
        close(raised.clubs[2].test.fit.unwrap().t, 5.599573243021917);
        let one_by_one = clubs(&panel, ClubOptions { sieve: Sieve::OneByOne, ..ClubOptions::default() });
        assert_eq!(members(&one_by_one)[1], [1, 4, 16, 37, 31, 19, 22, 28, 25, 10, 7]);
        assert_eq!(members(&one_by_one)[0].len(), 15);
    }

    #[test]
    fn one_club_when_all_converge() {
        let panel = drawn(4, 30, 25, 1, 0.0, 0.01);
        let own = clubs(&panel, ClubOptions::default());
        assert!(own.all.converges && own.clubs.len() == 1 && own.divergent.is_empty());
        assert_eq!(own.clubs[0].core, own.clubs[0].members);
    }

    #[test]
    fn threads_change_nothing() {
        let panel = drawn(7, 700, 20, 4, 0.5, 0.05);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| clubs(&panel, ClubOptions::default()))
        };
        assert_eq!(with(1), with(3));
    }

    #[test]
    fn refuses_what_finds_no_clubs_and_stops_when_asked_to() {
        let panel = drawn(1, 4, 20, 2, 1.0, 0.02);
        let with = |options| convergence_clubs(&panel, options, &Progress::new()).unwrap_err();
        let below = ClubOptions { sieve_critical: -2.0, ..ClubOptions::default() };
        assert_eq!(with(below), ClubError::InvalidCritical { sieve: -2.0, test: -1.65 });
        let fraction = ClubOptions { ordering_fraction: 1.0, ..ClubOptions::default() };
        assert_eq!(with(fraction), ClubError::InvalidFraction { fraction: 1.0 });
        let progress = Progress::new();
        progress.stop();
        let stopped = convergence_clubs(&panel, ClubOptions::default(), &progress);
        assert_eq!(stopped, Err(ClubError::Stopped(Stopped)));
    }
}
