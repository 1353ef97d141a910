//! The economic base of the shown regions by each method.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::division::economic_base::{
    BaseError, EconomicBase, base_by_assumption, base_by_location_quotients, base_by_minimum_requirements,
};
use growthpole_methods::division::{QuotientBase, location_quotient_cell};
use growthpole_worker_kit::refuse;
use v1::BaseMethod;

use super::activity::Activity;
use super::options::Options;

pub(super) fn bases(activity: &Activity, options: &Options) -> Result<Vec<v1::RegionBase>, Refusal> {
    let amounts = activity.amounts()?;
    let mut bases = Vec::new();
    for &method in &options.methods {
        let own = match method {
            BaseMethod::MinimumRequirements => base_by_minimum_requirements(&amounts),
            BaseMethod::Assumption => base_by_assumption(&amounts, &parts(activity, options)?),
            BaseMethod::LocationQuotient | BaseMethod::Unspecified => {
                base_by_location_quotients(&amounts, &quotient_base(activity)?)
            }
        };
        let own = own.map_err(|error| refusal(error, activity))?;
        bases.extend(activity.shown_regions.iter().map(|&region| region_base(activity, method, &own, region)));
    }
    Ok(bases)
}

fn quotient_base(activity: &Activity) -> Result<QuotientBase, Refusal> {
    let totals = activity.totals.clone();
    let overall = activity.benchmark.iter().sum();
    QuotientBase::try_new(totals, activity.benchmark.clone(), overall).map_err(Refusal::internal)
}

/// The basic part of every industry.
fn parts(activity: &Activity, options: &Options) -> Result<Vec<f64>, Refusal> {
    let mut parts = vec![0.0; activity.industries.len()];
    for (at, (code, part)) in options.parts.iter().enumerate() {
        let industry = activity.industry(code).ok_or_else(|| {
            let allowed = "an industry that totals are over";
            Refusal::invalid(&format!("basic_parts[{at}].industry"), format!("\"{code}\""), allowed)
        })?;
        parts[industry] = *part;
    }
    Ok(parts)
}

fn refusal(error: BaseError, activity: &Activity) -> Refusal {
    match error {
        BaseError::SingleRegion => {
            let code = activity.regions.first().map(|region| region.code.as_str()).unwrap_or_default();
            refuse::undefined("MINIMUM_REQUIREMENTS needs two regions that have any activity", "region", code)
        }
        other => Refusal::internal(other),
    }
}

fn region_base(activity: &Activity, method: BaseMethod, own: &EconomicBase<'_>, region: usize) -> v1::RegionBase {
    let total = activity.totals[region];
    let overall: f64 = activity.benchmark.iter().sum();
    let (amounts, row) = (activity.row(region), own.of_region(region));
    let mut industries: Vec<v1::BasicIndustry> = activity
        .shown_industries
        .iter()
        .filter(|&&industry| row[industry] > 0.0)
        .map(|&industry| {
            let amount = amounts[industry];
            v1::BasicIndustry {
                industry: Some(activity.industries[industry].clone()),
                amount,
                basic: row[industry],
                location_quotient: location_quotient_cell(amount, total, activity.benchmark[industry], overall),
            }
        })
        .collect();
    // Industries come by code, and equals stay in that order.
    industries.sort_by(|a, b| b.basic.total_cmp(&a.basic));
    v1::RegionBase {
        region: Some(activity.regions[region].clone()),
        method: method.into(),
        total,
        basic: own.totals[region],
        multiplier: own.multipliers[region],
        industries,
    }
}
