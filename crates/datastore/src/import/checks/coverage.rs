//! Regions of which values are missing that others have: beside those of their level, and from one period to the next.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use growthpole_domain::Period;
use growthpole_ingest::{Cell, Rule};

use super::found::Found;
use super::parents::Lineage;

/// A region has collapsed that has less than this share of what it had, or of what others have.
const COLLAPSED: f64 = 0.5;
/// The others have not, if they kept at least this share.
const KEPT: f64 = 0.9;
/// Fewer values than this say nothing.
const LEAST_VALUES: u32 = 5;
/// Levels of fewer regions have no usual number of values.
const LEAST_PEERS: usize = 4;
/// So many regions of a level have the usual number of values, or it is none.
const USUAL_SHARE: f64 = 0.8;

/// The most regions that are named where boundaries changed.
const NAMED: usize = 5;

/// Counts the figures of an indicator by region: values, and cells of which the source itself says why they have none.
pub(super) struct Coverage {
    lineage: Rc<Lineage>,
    totals: Vec<u32>,
    occurs: Vec<bool>,
    period: Option<Period>,
    /// Values of the period and of the one before, by region.
    now: Vec<u32>,
    before: Vec<u32>,
    before_period: Option<Period>,
    collapses: Vec<(u32, Period, u32, u32)>,
    replaced: Vec<Replaced>,
}

/// Regions that end where others of their level begin.
struct Replaced {
    period: Period,
    ended: Vec<u32>,
    begun: Vec<u32>,
}

impl Coverage {
    pub(super) fn new(lineage: Rc<Lineage>) -> Self {
        Self {
            lineage,
            totals: Vec::new(),
            occurs: Vec::new(),
            period: None,
            now: Vec::new(),
            before: Vec::new(),
            before_period: None,
            collapses: Vec::new(),
            replaced: Vec::new(),
        }
    }

    /// The next cell, and whether the source marks it as one that has no value.
    pub(super) fn cell(&mut self, cell: &Cell, is_marked: bool) {
        if self.period != Some(cell.period) {
            self.end_period();
            self.period = Some(cell.period);
        }
        let place = cell.region as usize;
        if self.totals.len() <= place {
            self.totals.resize(place + 1, 0);
            self.occurs.resize(place + 1, false);
            self.now.resize(place + 1, 0);
        }
        if let Some(occurs) = self.occurs.get_mut(place) {
            *occurs = true;
        }
        if cell.value.is_nan() && !is_marked {
            return;
        }
        if let Some(total) = self.totals.get_mut(place) {
            *total = total.saturating_add(1);
        }
        if let Some(now) = self.now.get_mut(place) {
            *now += 1;
        }
    }

    pub(super) fn finish(mut self, found: &mut Found<'_>) {
        self.end_period();
        for Replaced { period, ended, begun } in &self.replaced {
            let (ended, begun) = (names(ended, found), names(begun, found));
            found.add(Rule::CoverageDrop, 0, (None, None), || {
                format!("{ended} end before {period}, where {begun} begin: boundaries or codes changed")
            });
        }
        for (region, period, was, is) in &self.collapses {
            found.add(Rule::CoverageDrop, 0, (Some(*region), None), || {
                format!("{is} values in {period}, after {was} in the period before")
            });
        }
        for (region, is, usual) in self.beside() {
            found.add(Rule::CoverageDrop, 0, (Some(region), None), || {
                format!("{is} values, where most regions of its level have {usual}")
            });
        }
    }

    /// Compares the period that ended with the one before it.
    fn end_period(&mut self) {
        let Some(period) = self.period else { return };
        let follows = self.before_period.is_some_and(|before| before.next() == period);
        let sum = |counts: &[u32]| counts.iter().map(|count| u64::from(*count)).sum::<u64>() as f64;
        if follows {
            let (all_now, all_before) = (sum(&self.now), sum(&self.before));
            let fell = (0..).zip(&self.before).zip(&self.now).filter_map(|((region, was), is)| {
                let collapsed = *was >= LEAST_VALUES && f64::from(*is) < COLLAPSED * f64::from(*was);
                let others_kept = all_now - f64::from(*is) >= KEPT * (all_before - f64::from(*was));
                (collapsed && others_kept && all_before > f64::from(*was)).then_some((region, period, *was, *is))
            });
            let mut fell: Vec<_> = fell.collect();
            self.replaced(period, &mut fell);
            self.collapses.append(&mut fell);
        }
        std::mem::swap(&mut self.before, &mut self.now);
        self.now.clear();
        self.now.resize(self.totals.len(), 0);
        self.before_period = Some(period);
    }

    /// Takes those out that end where others of their level begin.
    fn replaced(&mut self, period: Period, fell: &mut Vec<(u32, Period, u32, u32)>) {
        let mut begun: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let before = self.before.iter().copied().chain(std::iter::repeat(0));
        for ((region, now), before) in (0..).zip(&self.now).zip(before) {
            if before == 0 && *now >= LEAST_VALUES {
                begun.entry(self.lineage.level(region)).or_default().push(region);
            }
        }
        for (level, begun) in begun {
            let is_replaced = |region: u32, now: u32| now == 0 && self.lineage.level(region) == level;
            let ended =
                fell.iter().filter(|(region, _, _, now)| is_replaced(*region, *now)).map(|(region, ..)| *region);
            let ended: Vec<u32> = ended.collect();
            fell.retain(|(region, _, _, now)| !is_replaced(*region, *now));
            if !ended.is_empty() {
                self.replaced.push(Replaced { period, ended, begun });
            }
        }
    }

    /// Regions that have far fewer values than most of their level, with what they have and what is usual.
    fn beside(&self) -> Vec<(u32, u32, u32)> {
        let mut levels: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        let regions = (0..).zip(&self.totals).zip(&self.occurs).filter(|(_, occurs)| **occurs);
        for ((region, total), _) in regions {
            levels.entry(self.lineage.level(region)).or_default().push((*total, region));
        }
        let both = |replaced: &'_ Replaced| replaced.ended.iter().chain(&replaced.begun).copied().collect::<Vec<u32>>();
        let replaced: HashSet<u32> = self.replaced.iter().flat_map(both).collect();
        let mut found = Vec::new();
        for mut peers in levels.into_values().filter(|peers| peers.len() >= LEAST_PEERS) {
            peers.sort_unstable();
            let usual = peers.get(peers.len() / 2).map_or(0, |(total, _)| *total);
            let have_it = peers.iter().filter(|(total, _)| f64::from(*total) >= KEPT * f64::from(usual)).count();
            if usual < LEAST_VALUES || (have_it as f64) < USUAL_SHARE * peers.len() as f64 {
                continue;
            }
            // Those that end or begin with others have fewer for that reason, which is told.
            let fewer = peers.iter().filter(|(total, region)| {
                f64::from(*total) < COLLAPSED * f64::from(usual) && !replaced.contains(region)
            });
            found.extend(fewer.map(|(total, region)| (*region, *total, usual)));
        }
        found
    }
}

/// Codes of some regions.
fn names(regions: &[u32], found: &Found<'_>) -> String {
    let named: Vec<&str> = regions.iter().take(NAMED).map(|region| found.region(*region)).collect();
    let others = regions.len() - named.len();
    let and = if others > 0 { format!(" and {others} others") } else { String::new() };
    format!("{}{and}", named.join(", "))
}
