//! The portfolio of each region's industries between the first and the last period.

use growthpole_contracts::v1;
use growthpole_methods::division::{PortfolioClass, portfolio_class};

use super::options::{Options, Reference};
use super::period::PeriodData;
use super::{industry_label, region_label};

/// The entries of a portfolio, by region and industry, of the columns that are shown. Periods are in order, two or more.
pub(super) fn portfolio(
    periods: &[PeriodData<'_>],
    columns: &[usize],
    options: &Options,
    reference: Reference,
) -> Vec<v1::PortfolioEntry> {
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return Vec::new() };
    let mut entries = Vec::new();
    for region in 0..first.totals.len() {
        let amount = |data: &PeriodData<'_>, column: usize| data.panel.value(data.period, region, column);
        let largest = columns.iter().filter_map(|&column| amount(last, column)).fold(0.0, f64::max);
        for &column in columns {
            let ends = (amount(first, column), amount(last, column));
            if options.omit_absent && ends == (Some(0.0), Some(0.0)) {
                continue;
            }
            let entry = entry(periods, region, column, options.threshold, reference);
            let relative_size = ends.1.filter(|_| largest > 0.0).map(|amount| amount / largest);
            entries.push(v1::PortfolioEntry { relative_size, amount: ends.1, ..entry });
        }
    }
    entries
}

/// One entry, without its size.
fn entry(
    periods: &[PeriodData<'_>],
    region: usize,
    column: usize,
    threshold: f64,
    reference: Reference,
) -> v1::PortfolioEntry {
    let panel = periods[0].panel;
    let shown = v1::PortfolioEntry {
        region: region_label(panel, region),
        industry: industry_label(panel, column),
        ..v1::PortfolioEntry::default()
    };
    let reason = periods.iter().map(|data| data.reason(region, column)).find(|reason| !reason.is_empty());
    if let Some(reason) = reason {
        return v1::PortfolioEntry { reason: reason.to_owned(), ..shown };
    }
    let (first, last) = (&periods[0], &periods[periods.len() - 1]);
    let quotients: Vec<f64> = periods.iter().filter_map(|data| data.quotient(region, column)).collect();
    let quotient = quotients.iter().sum::<f64>() / quotients.len() as f64;
    let ends = |of: &dyn Fn(&PeriodData<'_>) -> Option<f64>| Some((of(first)?, of(last)?));
    let growth =
        |ends: Option<(f64, f64)>| ends.filter(|(start, _)| *start > 0.0).map(|(start, end)| end / start - 1.0);
    let own = ends(&|data| data.panel.value(data.period, region, column));
    let benchmark = growth(ends(&|data| data.benchmark.as_ref().map(|(industries, _)| industries[column])));
    let reference_growth = match reference {
        Reference::BenchmarkIndustry => benchmark,
        Reference::BenchmarkTotal => growth(ends(&|data| data.benchmark.as_ref().map(|(_, total)| *total))),
        Reference::Zero => Some(0.0),
    };
    let class = own.zip(reference_growth).and_then(|(own, growth)| portfolio_class(own, quotient, threshold, growth));
    v1::PortfolioEntry {
        class: class.map_or(v1::PortfolioClass::Unspecified, class_message).into(),
        location_quotient: Some(quotient),
        location_quotient_change: quotients.first().zip(quotients.last()).map(|(first, last)| last - first),
        growth: growth(own),
        reference_growth,
        benchmark_growth: benchmark,
        ..shown
    }
}

fn class_message(class: PortfolioClass) -> v1::PortfolioClass {
    match class {
        PortfolioClass::Star => v1::PortfolioClass::Star,
        PortfolioClass::Mature => v1::PortfolioClass::Mature,
        PortfolioClass::Emerging => v1::PortfolioClass::Emerging,
        PortfolioClass::Lagging => v1::PortfolioClass::Lagging,
        PortfolioClass::Entrant => v1::PortfolioClass::Entrant,
        PortfolioClass::Absent => v1::PortfolioClass::Absent,
    }
}
