//! Shift-share: parts add up to the change, regions to their parent, steps to the whole time, factors multiply.

use growthpole_methods::growth::{
    AdditiveParts, Arcelus, BartikReference, Chain, Comparison, Dunn, Esteban, RegionShift, ShiftShare, arcelus, dunn,
    esteban_marquillas, gerfin, growth_gap, predicted_growth, required_rate,
};
use growthpole_methods::{Amounts, Progress, Stopped};
use proptest::prelude::*;

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-12 * scale.abs().max(f64::MIN_POSITIVE)
}

/// Amounts of several periods, of which many are zero, and a reference of more than all regions together.
#[derive(Debug, Clone)]
struct Data {
    tables: Vec<Amounts>,
    references: Vec<Vec<f64>>,
}

impl Data {
    fn chain(&self) -> Chain<'_> {
        let tables: Vec<&Amounts> = self.tables.iter().collect();
        let references: Vec<&[f64]> = self.references.iter().map(Vec::as_slice).collect();
        Chain::try_new(&tables, &references).unwrap()
    }

    /// The first and the last period.
    fn ends(&self) -> Comparison<'_> {
        let last = self.tables.len() - 1;
        Comparison::try_new(&self.tables[0], &self.tables[last], &self.references[0], &self.references[last]).unwrap()
    }

    /// The same periods with other regions.
    fn with(&self, change: impl Fn(&Amounts) -> Vec<f64>) -> Self {
        let n_industries = self.tables[0].n_industries();
        let tables = self.tables.iter().map(|table| Amounts::try_new(change(table), n_industries).unwrap()).collect();
        Self { tables, references: self.references.clone() }
    }

    /// One region that is the sum of the regions.
    fn parent(&self) -> Self {
        self.with(|table| table.industry_totals().to_vec())
    }
}

fn data(zeros: u32) -> impl Strategy<Value = Data> {
    (1..6_usize, 1..6_usize, 2..5_usize).prop_flat_map(move |(regions, industries, periods)| {
        let cell = prop_oneof![3 => 0.1..1e6_f64, zeros => Just(0.0)];
        let tables = prop::collection::vec(prop::collection::vec(cell, regions * industries), periods);
        let rest = prop::collection::vec(prop::collection::vec(1.0..1e6_f64, industries), periods);
        (tables, rest).prop_map(move |(tables, rest)| {
            let tables: Vec<Amounts> =
                tables.into_iter().map(|cells| Amounts::try_new(cells, industries).unwrap()).collect();
            let sum = |(table, rest): (&Amounts, &Vec<f64>)| {
                table.industry_totals().iter().zip(rest).map(|(own, rest)| own + rest).collect()
            };
            let references = tables.iter().zip(&rest).map(sum).collect();
            Data { tables, references }
        })
    })
}

/// The numbers of parts, by which they are compared whatever the form.
trait Numbers: AdditiveParts + std::fmt::Debug {
    fn numbers(&self) -> Vec<f64>;

    /// Those that a parent has in common with its regions, because nothing in them depends on a region's structure.
    fn of_any_structure(&self) -> [f64; 3];
}

impl Numbers for Dunn {
    fn numbers(&self) -> Vec<f64> {
        vec![self.national_share, self.industry_mix, self.regional_share]
    }

    fn of_any_structure(&self) -> [f64; 3] {
        [self.national_share, self.industry_mix, self.regional_share]
    }
}

impl Numbers for Esteban {
    fn numbers(&self) -> Vec<f64> {
        vec![self.national_share, self.industry_mix, self.competitive, self.allocation]
    }

    fn of_any_structure(&self) -> [f64; 3] {
        [self.national_share, self.industry_mix, self.regional_share()]
    }
}

impl Numbers for Arcelus {
    fn numbers(&self) -> Vec<f64> {
        let splits = [self.national_growth, self.industry_mix, self.regional_growth, self.regional_mix];
        splits.iter().flat_map(|split| [split.expected, split.differential]).collect()
    }

    fn of_any_structure(&self) -> [f64; 3] {
        [self.national_growth.total(), self.industry_mix.total(), self.regional_share()]
    }
}

type Form<P> = for<'c> fn(&'c Chain<'c>, &Progress) -> Result<ShiftShare<'c, P>, Stopped>;

/// The largest number that rounding could be measured by.
fn scale<P: Numbers>(parts: impl IntoIterator<Item = P>, base: f64) -> f64 {
    parts.into_iter().flat_map(|parts| parts.numbers()).fold(base, |scale, part| scale.max(part.abs()))
}

/// Parts of cells, regions, industries and steps all add up, to the change and to each other.
fn adds_up<P: Numbers>(data: &Data, form: Form<P>) -> Result<(), TestCaseError> {
    let chain = data.chain();
    let shift = form(&chain, &Progress::new()).unwrap();
    let (start, end) = (chain.start(), chain.end());
    let everything = scale(
        (0..start.n_regions())
            .flat_map(|region| shift.industries(region))
            .chain(shift.regions().iter().map(|r| r.parts)),
        data.tables.iter().map(Amounts::total).fold(0.0, f64::max),
    );
    for (at, region) in shift.regions().iter().enumerate() {
        let own =
            scale(shift.industries(at).into_iter().chain([region.parts]), region.start_total.max(region.end_total));
        let own = own.max(data.tables.iter().map(|table| table.region_totals()[at]).fold(0.0, f64::max));
        prop_assert!(close(region.parts.change(), region.change, own), "{region:?}");
        prop_assert_eq!(region.change, end.region_totals()[at] - start.region_totals()[at]);
        for (industry, parts) in shift.industries(at).iter().enumerate() {
            let change = end.region(at)[industry] - start.region(at)[industry];
            prop_assert!(close(parts.change(), change, own), "{parts:?} {change}");
        }
        for number in 0..region.parts.numbers().len() {
            let sum = |parts: &[P]| parts.iter().map(|parts| parts.numbers()[number]).sum::<f64>();
            prop_assert!(close(sum(&shift.industries(at)), region.parts.numbers()[number], own));
            let steps: Vec<P> = (0..chain.steps().len()).map(|step| shift.step(step)[at]).collect();
            prop_assert!(close(sum(&steps), region.parts.numbers()[number], own));
        }
    }
    let total = shift.total();
    prop_assert!(close(total.parts.change(), end.total() - start.total(), everything));
    for number in 0..total.parts.numbers().len() {
        let sum: f64 = shift.by_industry(&Progress::new()).unwrap().iter().map(|parts| parts.numbers()[number]).sum();
        prop_assert!(close(sum, total.parts.numbers()[number], everything));
    }
    Ok(())
}

/// A parent that is the sum of the regions has the sum of their parts.
fn adds_to_parent<P: Numbers>(data: &Data, form: Form<P>) -> Result<(), TestCaseError> {
    let (chain, parent) = (data.chain(), data.parent());
    let parent_chain = parent.chain();
    let shift = form(&chain, &Progress::new()).unwrap();
    let of_parent = form(&parent_chain, &Progress::new()).unwrap();
    let whole: RegionShift<P> = of_parent.regions()[0];
    let everything = scale(
        (0..chain.start().n_regions()).flat_map(|region| shift.industries(region)).chain(of_parent.industries(0)),
        data.tables.iter().map(Amounts::total).fold(0.0, f64::max),
    );
    for (sum, own) in shift.total().parts.of_any_structure().into_iter().zip(whole.parts.of_any_structure()) {
        prop_assert!(close(sum, own, everything), "{sum} {own}");
    }
    for (sums, own) in shift.by_industry(&Progress::new()).unwrap().iter().zip(of_parent.industries(0)) {
        for (sum, own) in sums.of_any_structure().into_iter().zip(own.of_any_structure()) {
            prop_assert!(close(sum, own, everything), "{sum} {own}");
        }
    }
    Ok(())
}

/// The forms differ in how they cut the regional share only.
fn same_as_dunn<P: Numbers>(data: &Data, form: Form<P>) -> Result<(), TestCaseError> {
    let chain = data.chain();
    let (classic, other) = (dunn(&chain, &Progress::new()).unwrap(), form(&chain, &Progress::new()).unwrap());
    for region in 0..chain.start().n_regions() {
        let cells = other.industries(region);
        let own = scale(cells, data.tables.iter().map(Amounts::total).fold(0.0, f64::max));
        let (a, b) = (classic.regions()[region].parts, other.regions()[region].parts);
        for (a, b) in a.of_any_structure().into_iter().zip(b.of_any_structure()) {
            prop_assert!(close(a, b, own), "{a} {b}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn parts_add_up_to_the_change(data in data(2)) {
        adds_up(&data, dunn)?;
        adds_up(&data, esteban_marquillas)?;
        adds_up(&data, arcelus)?;
    }

    #[test]
    fn regions_add_up_to_their_parent(data in data(2)) {
        adds_to_parent(&data, dunn)?;
        adds_to_parent(&data, esteban_marquillas)?;
        adds_to_parent(&data, arcelus)?;
    }

    #[test]
    fn forms_share_what_the_classic_form_has(data in data(2)) {
        same_as_dunn(&data, esteban_marquillas)?;
        same_as_dunn(&data, arcelus)?;
    }

    #[test]
    fn a_region_of_the_reference_s_structure_has_no_differential(data in data(0)) {
        // One region that is a tenth of the reference throughout.
        let tables = data.references.iter().map(|all| {
            Amounts::try_new(all.iter().map(|amount| amount / 10.0).collect(), all.len()).unwrap()
        });
        let data = Data { tables: tables.collect(), references: data.references.clone() };
        let chain = data.chain();
        let size = data.references.iter().flatten().fold(0.0, |sum, amount| sum + amount);
        let shift = arcelus(&chain, &Progress::new()).unwrap();
        for parts in shift.industries(0) {
            let differentials = [parts.national_growth, parts.industry_mix, parts.regional_growth, parts.regional_mix];
            for part in differentials.map(|split| split.differential) {
                prop_assert!(close(part, 0.0, size * size), "{parts:?}");
            }
        }
    }

    #[test]
    fn the_order_and_the_unit_of_regions_do_not_matter(data in data(2), factor in 0.01..100.0_f64) {
        let n_industries = data.tables[0].n_industries();
        let turned = data.with(|table| table.cells().cells().rchunks(n_industries).flatten().copied().collect());
        let (chain, turned) = (data.chain(), turned.chain());
        let mut reversed = esteban_marquillas(&turned, &Progress::new()).unwrap().regions().to_vec();
        reversed.reverse();
        let shift = esteban_marquillas(&chain, &Progress::new()).unwrap();
        prop_assert_eq!(shift.regions(), reversed);

        let mut scaled = data.with(|table| table.cells().cells().iter().map(|cell| factor * cell).collect());
        scaled.references.iter_mut().flatten().for_each(|amount| *amount *= factor);
        let scaled = scaled.chain();
        let scaled = esteban_marquillas(&scaled, &Progress::new()).unwrap();
        for (region, (one, other)) in shift.regions().iter().zip(scaled.regions()).enumerate() {
            let base = data.tables.iter().map(Amounts::total).fold(0.0, f64::max);
            let size = 1e3 * scale(shift.industries(region), base);
            for (a, b) in one.parts.numbers().into_iter().zip(other.parts.numbers()) {
                prop_assert!(close(a * factor, b, size * factor), "{a} {b}");
            }
        }
    }

    #[test]
    fn shifts_within_the_whole_add_up_to_nothing(data in data(1)) {
        // An industry that nobody has at the start of a step has no growth in the whole and is regional share: there is none.
        let n_industries = data.tables[0].n_industries();
        let data = data.with(|table| {
            let mut cells = table.cells().cells().to_vec();
            for (industry, _) in table.industry_totals().iter().enumerate().filter(|(_, total)| **total == 0.0) {
                cells[(table.n_regions() - 1) * n_industries + industry] = 1.0;
            }
            cells
        });
        let references = data.tables.iter().map(|table| table.industry_totals().to_vec()).collect();
        let data = Data { tables: data.tables, references };
        let chain = data.chain();
        let parts = dunn(&chain, &Progress::new()).unwrap().total().parts;
        let size = 1e3 * data.tables.iter().map(Amounts::total).sum::<f64>();
        prop_assert!(close(parts.industry_mix, 0.0, size), "{parts:?}");
        prop_assert!(close(parts.regional_share, 0.0, size), "{parts:?}");
    }

    #[test]
    fn factors_multiply(data in data(1)) {
        let (chain, ends, progress) = (data.chain(), Chain::from(data.ends()), Progress::new());
        let (yearly, at_once) = (gerfin(&chain, &progress).unwrap(), gerfin(&ends, &progress).unwrap());
        for region in 0..chain.start().n_regions() {
            let (Ok(yearly), Ok(at_once)) = (yearly.region(region), at_once.region(region)) else { continue };
            for factors in [yearly, at_once] {
                prop_assert!(close(factors.structural * factors.locational, factors.regional, factors.regional));
            }
            // The regional factors of the years make up the one of the whole time.
            prop_assert!(close(yearly.regional, at_once.regional, at_once.regional), "{yearly:?} {at_once:?}");
        }
        // The parent as one region has the factors of the total.
        let parent = data.parent();
        let parent = parent.chain();
        if let (Ok(a), Ok(b)) = (yearly.total(), gerfin(&parent, &progress).unwrap().region(0)) {
            prop_assert!(close(a.structural, b.structural, b.structural));
            prop_assert!(close(a.locational, b.locational, b.locational));
        }
    }

    #[test]
    fn factors_are_one_plus_parts(data in data(1)) {
        // structural * (1 + G) = 1 + (national share + mix) / E, and locational = 1 + regional share / X.
        let chain = Chain::from(data.ends());
        let (factors, parts) =
            (gerfin(&chain, &Progress::new()).unwrap(), dunn(&chain, &Progress::new()).unwrap());
        for (region, shift) in parts.regions().iter().enumerate() {
            let Ok(own) = factors.region(region) else { continue };
            let expected = shift.start_total + shift.parts.national_share + shift.parts.industry_mix;
            let reference = chain.steps()[0].reference_factor();
            prop_assert!(close(own.structural * reference * shift.start_total, expected, 1e3 * expected.max(shift.start_total)));
            prop_assert!(close(own.locational * expected, expected + shift.parts.regional_share, 1e3 * shift.end_total.max(expected)));
        }
    }

    #[test]
    fn predictions_are_national_share_and_mix(data in data(1)) {
        let comparison = data.ends();
        let predicted = predicted_growth(&comparison, BartikReference::Whole, &Progress::new()).unwrap();
        let chain = Chain::from(comparison.clone());
        let parts = dunn(&chain, &Progress::new()).unwrap();
        for (predicted, shift) in predicted.iter().zip(parts.regions()) {
            let Ok(predicted) = predicted else {
                prop_assert_eq!(shift.start_total, 0.0);
                continue;
            };
            let expected = shift.parts.national_share + shift.parts.industry_mix;
            let size = shift.start_total * (1.0 + comparison.industry_growth().iter().fold(0.0, |a: f64, b| a.max(b.abs())));
            prop_assert!(close(predicted * shift.start_total, expected, size), "{predicted} {expected}");
        }
    }

    #[test]
    fn leaving_one_out_does_not_look_at_the_region(data in data(1), factor in 1.0..3.0_f64) {
        // The first region grows more, and the reference with it: what is elsewhere stays, and so does the prediction.
        let last = data.tables.len() - 1;
        let n_industries = data.tables[0].n_industries();
        let mut changed = data.clone();
        let own: Vec<f64> = data.tables[last].region(0).to_vec();
        let mut cells = data.tables[last].cells().cells().to_vec();
        cells.iter_mut().take(n_industries).for_each(|cell| *cell *= factor);
        changed.tables[last] = Amounts::try_new(cells, n_industries).unwrap();
        for (all, own) in changed.references[last].iter_mut().zip(own) {
            *all += own * (factor - 1.0);
        }
        let first = |ends: &Comparison<'_>| {
            predicted_growth(ends, BartikReference::LeaveOneOut, &Progress::new()).unwrap()[0]
        };
        let (before, after) = (first(&data.ends()), first(&changed.ends()));
        match (before, after) {
            (Ok(before), Ok(after)) => prop_assert!((before - after).abs() <= 1e-8 * (1.0 + before.abs()), "{before} {after}"),
            (before, after) => prop_assert_eq!(before, after),
        }
    }

    #[test]
    fn gaps_add_up_over_industries_and_regions(data in data(1)) {
        let comparison = data.ends();
        let gaps = growth_gap(&comparison, &Progress::new()).unwrap();
        for gap in gaps.regions.iter().chain([&gaps.together]).flatten() {
            let size = gap.by_industry.iter().fold(1.0 + gap.growth.abs() + gap.gap.abs(), |a: f64, b| a.max(b.abs()));
            prop_assert!(close(gap.by_industry.iter().sum(), gap.gap, 1e2 * size), "{gap:?}");
            let reference = 1.0 + comparison.reference_growth();
            prop_assert!(close((gap.relative_index - 1.0) * reference, gap.gap, 1e2 * size), "{gap:?}");
        }
        if let Ok(together) = &gaps.together {
            let size = gaps.by_region.iter().fold(1.0 + together.growth.abs(), |a: f64, b| a.max(b.abs()));
            prop_assert!(close(gaps.by_region.iter().sum(), together.gap, 1e2 * size));
        }
    }

    #[test]
    fn the_required_rate_closes_the_gap(index in 0.01..10.0_f64, rate in -0.5..0.5_f64, years in 0.5..50.0_f64) {
        let required = required_rate(index, rate, years).unwrap();
        prop_assert!((index * ((1.0 + required) / (1.0 + rate)).powf(years) - 1.0).abs() < 1e-11);
        prop_assert_eq!(required > rate, index < 1.0);
    }
}

#[test]
fn what_looks_at_every_cell_stops_when_asked() {
    let (start, end) = (Amounts::try_new(vec![1.0; 6], 3).unwrap(), Amounts::try_new(vec![2.0; 6], 3).unwrap());
    let comparison = Comparison::try_new(&start, &end, start.industry_totals(), end.industry_totals()).unwrap();
    let (chain, stopped) = (Chain::from(comparison.clone()), Progress::new());
    let shift = arcelus(&chain, &Progress::new()).unwrap();
    stopped.stop();
    assert_eq!(gerfin(&chain, &stopped), Err(Stopped));
    assert_eq!(growth_gap(&comparison, &stopped), Err(Stopped));
    assert_eq!(predicted_growth(&comparison, BartikReference::LeaveOneOut, &stopped), Err(Stopped));
    assert_eq!((arcelus(&chain, &stopped), shift.by_industry(&stopped)), (Err(Stopped), Err(Stopped)));
}
