//! Demand for commercial land of the shown regions.

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Matrix;
use growthpole_methods::division::economic_base::{AreaDemand, AreaRates, commercial_area};

use super::activity::Activity;
use super::options::Options;

/// Columns of the industries that have rates, in their order.
pub(super) fn columns_of_rates(activity: &Activity, options: &Options) -> Result<Vec<usize>, Refusal> {
    let mut industries = Vec::with_capacity(options.areas.len());
    for (at, (code, _)) in options.areas.iter().enumerate() {
        let allowed = "an industry that totals are over";
        let field = format!("area_rates[{at}].industry");
        let known = activity.industry(code);
        industries.push(known.ok_or_else(|| Refusal::invalid(&field, format!("\"{code}\""), allowed))?);
    }
    Ok(industries)
}

pub(super) fn areas(activity: &Activity, options: &Options) -> Result<Vec<v1::CommercialArea>, Refusal> {
    let industries = columns_of_rates(activity, options)?;
    if industries.is_empty() || activity.shown_regions.is_empty() {
        return Ok(Vec::new());
    }
    let rates: Vec<AreaRates> = options.areas.iter().map(|(_, (rates, _))| *rates).collect();
    let jobs = Matrix::from_fn(activity.shown_regions.len(), industries.len(), |row, column| {
        activity.row(activity.shown_regions[row])[industries[column]]
    });
    let demand = commercial_area(&jobs, &rates).map_err(Refusal::internal)?;
    let cells = activity.shown_regions.iter().flat_map(|region| industries.iter().map(move |column| (region, column)));
    let of = |((&region, &industry), own): ((&usize, &usize), &AreaDemand)| v1::CommercialArea {
        period: activity.period.clone(),
        jobs: activity.row(region)[industry],
        reason: String::new(),
        region: Some(activity.regions[region].clone()),
        industry: Some(activity.industries[industry].clone()),
        resettled: own.resettled,
        relocated: own.relocated,
        reused: own.reused,
        area: own.area,
    };
    Ok(cells.zip(&demand).map(of).collect())
}
