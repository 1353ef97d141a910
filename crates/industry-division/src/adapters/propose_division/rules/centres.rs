//! Which industries are for centres, and what their neighbours take.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::plan::CentrePeriphery;
use growthpole_worker_kit::reading::region_code;
use growthpole_worker_kit::refuse;

use super::codes::{Codes, once};
use crate::pair_weights::distance_km;

pub(super) fn centre_periphery(
    sent: &v1::CentreRule,
    codes: &Codes<'_>,
    panel: &Panel,
    complexity: Option<&[f64]>,
) -> Result<CentrePeriphery, Refusal> {
    let Some(complexity) = complexity else {
        return Err(Refusal::invalid("complexity", "nothing", "complexity, which centre_rule needs"));
    };
    if !sent.threshold.is_finite() {
        return Err(Refusal::invalid("centre_rule.threshold", sent.threshold, "a finite number"));
    }
    let find = |(at, code): (usize, &String)| codes.region(code, &format!("centre_rule.centres[{at}]"));
    let centres: Vec<usize> = sent.centres.iter().enumerate().map(find).collect::<Result<_, _>>()?;
    if centres.is_empty() {
        return Err(Refusal::invalid("centre_rule.centres", "none", "at least one region"));
    }
    once(&centres, "centre_rule.centres", |at| sent.centres[at].clone(), "each region once")?;
    let link = |(at, link): (usize, &v1::IndustryLink)| {
        let field = format!("centre_rule.links[{at}]");
        let function = codes.industry(&link.function, &format!("{field}.function"))?;
        let stage = codes.industry(&link.stage, &format!("{field}.stage"))?;
        if function == stage {
            let sent = format!("\"{}\"", link.stage);
            return Err(Refusal::invalid(&format!("{field}.stage"), sent, "another industry than the function"));
        }
        Ok((function, stage))
    };
    let links: Vec<(usize, usize)> = sent.links.iter().enumerate().map(link).collect::<Result<_, Refusal>>()?;
    let neighbours = if links.is_empty() { Vec::new() } else { neighbours(sent, &centres, panel)? };
    Ok(CentrePeriphery { centres, complexity: complexity.to_vec(), threshold: sent.threshold, links, neighbours })
}

/// Pairs of a centre and a neighbour of it that is no centre.
fn neighbours(sent: &v1::CentreRule, centres: &[usize], panel: &Panel) -> Result<Vec<(usize, usize)>, Refusal> {
    use v1::centre_rule::Neighbours;
    let others = (0..panel.axes.regions.len()).filter(|region| !centres.contains(region));
    let pairs = others.flat_map(|other| centres.iter().map(move |&centre| (centre, other)));
    let mut pairs: Vec<(usize, usize)> = pairs.collect();
    pairs.sort_unstable();
    match &sent.neighbours {
        Some(Neighbours::All(true)) => {}
        Some(Neighbours::All(false)) => {
            return Err(Refusal::invalid("centre_rule.all", "false", "true, or another choice of neighbours"));
        }
        Some(Neighbours::WithinKm(most)) if !(most.is_finite() && *most > 0.0) => {
            return Err(Refusal::invalid("centre_rule.within_km", most, "a finite number of kilometres above 0"));
        }
        Some(Neighbours::WithinKm(most)) => {
            if let Some(&region) = centres.iter().find(|&&region| distance_km(panel, region, region).is_none()) {
                let code = region_code(panel, region);
                let message = format!("there are no distances: centre {code} has no coordinates");
                return Err(refuse::undefined(message, "region", code));
            }
            pairs.retain(|&(centre, other)| distance_km(panel, centre, other).is_some_and(|km| km <= *most));
        }
        None => {
            let Some(borders) = &panel.borders else {
                let allowed = "centre_rule.within_km or centre_rule.all: the data set holds no borders";
                return Err(Refusal::invalid("centre_rule", "links without a choice of neighbours", allowed));
            };
            pairs.retain(|&(a, b)| borders.contains(&(a, b)) || borders.contains(&(b, a)));
        }
    }
    Ok(pairs)
}
