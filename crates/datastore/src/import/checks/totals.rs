//! Values that are not the sum of their parts: regions of the regions that lie in them, industries likewise.

use std::rc::Rc;

use growthpole_domain::Period;
use growthpole_ingest::{Cell, Rule};

use super::Map;
use super::found::Found;
use super::parents::Lineage;

/// The most decimals that are looked for; values with more are compared exactly but for [`RELATIVE`].
const MOST_DECIMALS: i32 = 6;
/// Sums in floating point differ by less than this part of the value.
const RELATIVE: f64 = 1e-9;
/// Where nothing says that values add up, so many of them must, before the others are held to be damaged.
const USUAL_SHARE: f64 = 0.9;
const LEAST_COMPARED: u64 = 10;
/// Where so few of them do, parts are missing everywhere, or are measured in another way: that is told once.
const RARE_SHARE: f64 = 0.2;
const FEWEST_COMPARED: u64 = 4;

/// Checks the totals of an indicator, period by period.
pub(super) struct Totals {
    regions: Axis,
    industries: Axis,
    adds_up: bool,
    period: Option<Period>,
    /// Values of the period that others may add up to, by region and industry, with their lines.
    totals: Map<(u32, u32), (f64, u64)>,
    decimals: i32,
}

/// What the totals over regions, or over industries, were like.
struct Axis {
    lineage: Rc<Lineage>,
    /// Sums of the period's parts and their number: by region, industry, and the level of the parts. Cells come in order,
    /// so that the same cells give the same sums.
    sums: Map<(u32, u32, u32), (f64, u32)>,
    compared: u64,
    wrong: Vec<Wrong>,
    wrong_count: u64,
}

/// A value that is not the sum of its parts.
struct Wrong {
    region: u32,
    industry: u32,
    period: Period,
    value: f64,
    sum: f64,
    parts: u32,
    line: u64,
}

/// How many wrong totals are kept to be told of; the others are counted.
const MOST_KEPT: usize = 100;

impl Axis {
    fn new(lineage: Rc<Lineage>) -> Self {
        Self { lineage, sums: Map::default(), compared: 0, wrong: Vec::new(), wrong_count: 0 }
    }

    fn add(&mut self, region: u32, industry: u32, level: u32, value: f64) {
        let sum = self.sums.entry((region, industry, level)).or_default();
        sum.0 += value;
        sum.1 += 1;
    }

    /// Compares the sums of a period with its totals. `of` is the code of a key that others lie in.
    fn end_period(
        &mut self,
        period: Period,
        of: impl Fn((u32, u32)) -> u32,
        totals: &Map<(u32, u32), (f64, u64)>,
        decimals: i32,
    ) {
        // In an order of its own, which that of a hash is not.
        let mut sums: Vec<_> = self.sums.drain().collect();
        sums.sort_unstable_by_key(|(key, _)| *key);
        for ((region, industry, level), (sum, parts)) in sums {
            let all = self.lineage.children(of((region, industry)), level);
            let Some((value, line)) = totals.get(&(region, industry)).copied() else { continue };
            if parts == all && parts > 1 {
                self.compare(Wrong { region, industry, period, value, sum, parts, line }, decimals);
            }
        }
    }

    /// Tells of all wrong totals in one finding.
    fn tell_at_once(&self, found: &mut Found<'_>) {
        let Self { compared, wrong_count, .. } = self;
        found.add(Rule::NotTheSum, 0, (None, None), || {
            format!(
                "{wrong_count} of {compared} totals are not the sum of their parts in the file, which may lack some"
            )
        });
    }

    fn compare(&mut self, wrong: Wrong, decimals: i32) {
        self.compared += 1;
        // Each part and the total itself may be off by half of the last digit.
        let rounding = 0.5 * 10_f64.powi(-decimals) * f64::from(wrong.parts + 1);
        let tolerance = rounding + RELATIVE * wrong.value.abs();
        if (wrong.value - wrong.sum).abs() <= tolerance {
            return;
        }
        self.wrong_count += 1;
        if self.wrong.len() < MOST_KEPT {
            self.wrong.push(wrong);
        }
    }
}

impl Totals {
    pub(super) fn new(regions: Rc<Lineage>, industries: Rc<Lineage>, adds_up: bool) -> Self {
        Self {
            regions: Axis::new(regions),
            industries: Axis::new(industries),
            adds_up,
            period: None,
            totals: Map::default(),
            decimals: 0,
        }
    }

    pub(super) fn cell(&mut self, cell: &Cell) {
        if self.regions.lineage.is_flat() && self.industries.lineage.is_flat() {
            return;
        }
        if self.period != Some(cell.period) {
            self.end_period();
            self.period = Some(cell.period);
        }
        if cell.value.is_nan() {
            return;
        }
        while self.decimals < MOST_DECIMALS && !has_decimals(cell.value, self.decimals) {
            self.decimals += 1;
        }
        let Cell { region, industry, value, line, .. } = *cell;
        let Self { regions, industries, totals, .. } = self;
        if let Some((parent, level)) = regions.lineage.of(region) {
            regions.add(parent, industry, level, value);
        }
        if let Some((parent, level)) = industries.lineage.of(industry) {
            industries.add(region, parent, level, value);
        }
        if regions.lineage.is_parent(region) || industries.lineage.is_parent(industry) {
            totals.insert((region, industry), (value, line));
        }
    }

    pub(super) fn finish(mut self, found: &mut Found<'_>) {
        self.end_period();
        for axis in [&self.regions, &self.industries] {
            let right = axis.compared - axis.wrong_count;
            let usually = axis.compared >= LEAST_COMPARED && right as f64 >= USUAL_SHARE * axis.compared as f64;
            if !(self.adds_up || usually) {
                continue;
            }
            if axis.compared >= FEWEST_COMPARED && right as f64 <= RARE_SHARE * axis.compared as f64 {
                axis.tell_at_once(found);
                continue;
            }
            for wrong in &axis.wrong {
                let place = (Some(wrong.region), Some(wrong.industry));
                found.add(Rule::NotTheSum, wrong.line, place, || {
                    let Wrong { period, value, sum, parts, .. } = wrong;
                    format!("{period} is {value}, and its {parts} parts are {sum} together")
                });
            }
            let unkept = axis.wrong_count - axis.wrong.len() as u64;
            found.count(Rule::NotTheSum, unkept);
        }
    }

    fn end_period(&mut self) {
        let Some(period) = self.period else { return };
        let Self { regions, industries, totals, decimals, .. } = self;
        regions.end_period(period, |(region, _)| region, totals, *decimals);
        industries.end_period(period, |(_, industry)| industry, totals, *decimals);
        totals.clear();
    }
}

/// Whether a value has no more than so many decimals.
fn has_decimals(value: f64, decimals: i32) -> bool {
    let scaled = value * 10_f64.powi(decimals);
    // Ten digits behind are the noise of the multiplication.
    (scaled - scaled.round()).abs() <= 1e-10 * scaled.abs().max(1.0)
}
