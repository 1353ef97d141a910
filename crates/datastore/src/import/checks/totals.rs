//! Values that are not the sum of their parts: regions of the regions that lie in them, industries likewise.

mod sums;

use std::collections::BTreeMap;
use std::rc::Rc;

use growthpole_domain::Period;
use growthpole_ingest::{Cell, Rule};

use super::Map;
use super::found::Found;
use super::parents::Lineage;
use sums::{Sum, Sums};

/// The most decimals that are looked for; values with more are compared exactly but for [`RELATIVE`].
const MOST_DECIMALS: i32 = 6;
/// Sums differ by less than this part of the value: what is published of large totals does not hold to more digits, as the
/// nation's product is rounded to millions and then written in thousands.
const RELATIVE: f64 = 1e-6;
/// Where nothing says that values add up, so many of them must, before the others are held to be damaged.
const USUAL_SHARE: f64 = 0.9;
const LEAST_COMPARED: u64 = 10;
/// Where so few of all do, parts are missing everywhere, or are measured in another way: that is told once.
const RARE_SHARE: f64 = 0.2;
/// Where more than this share of a region's, or an industry's, own totals are no sums, that is so of its parts: it is told
/// once for each.
const SINGLE_SHARE: f64 = 0.2;
const FEWEST_COMPARED: u64 = 4;
/// The status of a value whose definition differs from that of the others.
const OTHER_DEFINITION: u8 = b'D';

/// Checks the totals of an indicator, period by period.
pub(super) struct Totals {
    regions: Axis,
    industries: Axis,
    adds_up: bool,
    period: Option<Period>,
    /// Values of the period that others may add up to, by region and industry, with their lines.
    totals: Map<(u32, u32), Total>,
    decimals: i32,
}

/// A value that others may add up to.
#[derive(Clone, Copy)]
struct Total {
    value: f64,
    line: u64,
    is_other: bool,
}

/// What the totals over regions, or over industries, were like.
struct Axis {
    lineage: Rc<Lineage>,
    /// Sums of the period's parts. Cells come in order, so that the same cells give the same sums.
    sums: Sums,
    /// By the position of the region, or of the industry, whose totals they are.
    by_total: BTreeMap<u32, Totalled>,
}

/// The totals of one region, or of one industry.
#[derive(Default)]
struct Totalled {
    compared: u64,
    wrong_count: u64,
    wrong: Vec<Wrong>,
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

/// How many wrong totals of one are kept to be told of; the others are counted.
const MOST_KEPT: usize = 20;

impl Axis {
    fn new(lineage: Rc<Lineage>) -> Self {
        Self { lineage, sums: Sums::new(), by_total: BTreeMap::new() }
    }

    /// Compares the sums of a period with its totals. `of` is the code of a key that others lie in.
    fn end_period(
        &mut self,
        period: Period,
        of: impl Fn((u32, u32)) -> u32,
        totals: &Map<(u32, u32), Total>,
        decimals: i32,
    ) {
        for ((region, industry, level), Sum { value: sum, parts, has_other }) in self.sums.take() {
            let total = of((region, industry));
            let all = self.lineage.children(total, level);
            let Some(Total { value, line, is_other }) = totals.get(&(region, industry)).copied() else { continue };
            // What is defined in another way is not added up, nor compared with a sum.
            if parts == all && parts > 1 && !(has_other || is_other) {
                self.compare(total, Wrong { region, industry, period, value, sum, parts, line }, decimals);
            }
        }
    }

    fn sum(&self, of: fn(&Totalled) -> u64) -> u64 {
        self.by_total.values().map(of).sum()
    }

    /// Whether nearly all totals are sums.
    fn usually_adds_up(&self) -> bool {
        let (compared, wrong) = (self.sum(|of| of.compared), self.sum(|of| of.wrong_count));
        compared >= LEAST_COMPARED && (compared - wrong) as f64 >= USUAL_SHARE * compared as f64
    }

    /// Whether hardly any total is a sum: parts are missing everywhere, or are measured in another way.
    fn rarely_adds_up(&self) -> bool {
        let (compared, wrong) = (self.sum(|of| of.compared), self.sum(|of| of.wrong_count));
        compared >= FEWEST_COMPARED && (compared - wrong) as f64 <= RARE_SHARE * compared as f64
    }

    /// Tells of all wrong totals in one finding.
    fn tell_at_once(&self, found: &mut Found<'_>) {
        let (compared, wrong_count) = (self.sum(|of| of.compared), self.sum(|of| of.wrong_count));
        Totalled { compared, wrong_count, wrong: Vec::new() }.tell((None, None), found);
    }

    fn compare(&mut self, total: u32, wrong: Wrong, decimals: i32) {
        let of = self.by_total.entry(total).or_default();
        of.compared += 1;
        // Each part and the total itself may be off by the last digit: by half of it where figures were rounded once, and
        // many are rounded twice, as those that were converted from another unit or currency.
        let rounding = 10_f64.powi(-decimals) * f64::from(wrong.parts + 1);
        let tolerance = rounding + RELATIVE * wrong.value.abs();
        if (wrong.value - wrong.sum).abs() <= tolerance {
            return;
        }
        of.wrong_count += 1;
        if of.wrong.len() < MOST_KEPT {
            of.wrong.push(wrong);
        }
    }
}

impl Totalled {
    /// Tells of the wrong totals, of all in one finding where many are; `place` is that of the total.
    fn tell(&self, place: (Option<u32>, Option<u32>), found: &mut Found<'_>) {
        let Self { compared, wrong_count, wrong } = self;
        if *compared >= FEWEST_COMPARED && *wrong_count as f64 > SINGLE_SHARE * *compared as f64 {
            found.add(Rule::NotTheSum, 0, place, || {
                format!(
                    "{wrong_count} of {compared} totals are not the sum of their parts in the file, which may lack some"
                )
            });
            return;
        }
        for Wrong { region, industry, period, value, sum, parts, line } in wrong {
            found.add(Rule::NotTheSum, *line, (Some(*region), Some(*industry)), || {
                format!("{period} is {value}, and its {parts} parts are {sum} together")
            });
        }
        found.count(Rule::NotTheSum, wrong_count - wrong.len() as u64);
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
        let Cell { region, industry, value, line, status, .. } = *cell;
        let total = Total { value, line, is_other: status.code() == OTHER_DEFINITION };
        let Self { regions, industries, totals, .. } = self;
        if let Some((parent, level)) = regions.lineage.of(region) {
            regions.sums.add((parent, industry, level), value, total.is_other);
        }
        if let Some((parent, level)) = industries.lineage.of(industry) {
            industries.sums.add((region, parent, level), value, total.is_other);
        }
        if regions.lineage.is_parent(region) || industries.lineage.is_parent(industry) {
            totals.insert((region, industry), total);
        }
    }

    pub(super) fn finish(mut self, found: &mut Found<'_>) {
        self.end_period();
        for (axis, is_regions) in [(&self.regions, true), (&self.industries, false)] {
            if !(self.adds_up || axis.usually_adds_up()) {
                continue;
            }
            if axis.rarely_adds_up() {
                axis.tell_at_once(found);
                continue;
            }
            for (total, of) in axis.by_total.iter().filter(|(_, of)| of.wrong_count > 0) {
                of.tell(if is_regions { (Some(*total), None) } else { (None, Some(*total)) }, found);
            }
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
