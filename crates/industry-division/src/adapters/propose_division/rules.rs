//! What a request asks of regions and industries, by position in the cluster.

mod centres;
mod codes;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::division::plan::{Bounds, CentrePeriphery};

use centres::centre_periphery;
pub(crate) use codes::Codes;
use codes::once;

/// Numbers, pairs and groups, by position in the cluster.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// By industry.
    pub(crate) homes: Vec<Bounds>,
    /// By region.
    pub(crate) focuses: Vec<Bounds>,
    pub(crate) pins: Vec<(usize, usize)>,
    pub(crate) bans: Vec<(usize, usize)>,
    pub(crate) exits: Vec<usize>,
    /// What is balanced, and how far from even it may be.
    pub(crate) balances: Vec<(v1::BalanceBy, f64)>,
    /// Industries, and the most that their homes may hold.
    pub(crate) caps: Vec<(usize, f64)>,
    pub(crate) together: Groups,
    pub(crate) apart: Groups,
    pub(crate) centre_periphery: Option<CentrePeriphery>,
}

/// Groups of industries, with their positions in the request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Groups {
    pub(crate) industries: Vec<Vec<usize>>,
    pub(crate) at: Vec<usize>,
}

impl Rules {
    pub(crate) fn read(
        request: &v1::ProposeDivisionRequest,
        codes: &Codes<'_>,
        panel: &Panel,
        complexity: Option<&[f64]>,
    ) -> Result<Self, Refusal> {
        let homes = homes(request, codes)?;
        let exits = codes.industries(&request.exits, "exits")?;
        Ok(Self {
            focuses: focuses(request, codes, balanced(&homes, &exits, codes.regions.len()))?,
            homes,
            pins: pairs(&request.pins, "pins", codes)?,
            bans: pairs(&request.bans, "bans", codes)?,
            exits,
            balances: balances(&request.balances, codes.regions.len())?,
            caps: caps(&request.activity_caps, codes)?,
            together: groups(&request.industry_groups, v1::GroupRule::Together, codes)?,
            apart: groups(&request.industry_groups, v1::GroupRule::Apart, codes)?,
            centre_periphery: match &request.centre_rule {
                Some(sent) => Some(centre_periphery(sent, codes, panel, complexity)?),
                None => None,
            },
        })
    }
}

/// Bounds of homes by industry.
fn homes(request: &v1::ProposeDivisionRequest, codes: &Codes<'_>) -> Result<Vec<Bounds>, Refusal> {
    let usual = match &request.homes {
        None => Bounds::exactly(1),
        Some(sent) => bounds(sent, "homes", codes.regions.len())?,
    };
    let mut homes = vec![usual; codes.industries.len()];
    let mut named = Vec::new();
    for (at, own) in request.industry_homes.iter().enumerate() {
        let field = format!("industry_homes[{at}]");
        let industry = codes.industry(&own.industry, &format!("{field}.industry"))?;
        named.push(industry);
        let sent = v1::CountBounds { min: own.min, max: own.max };
        homes[industry] = bounds(&sent, &field, codes.regions.len())?;
    }
    once(&named, "industry_homes", |at| request.industry_homes[at].industry.clone(), "each industry once")?;
    Ok(homes)
}

/// Bounds of focuses by region.
fn focuses(request: &v1::ProposeDivisionRequest, codes: &Codes<'_>, balanced: Bounds) -> Result<Vec<Bounds>, Refusal> {
    let usual = match &request.focuses {
        None => balanced,
        Some(sent) => bounds(sent, "focuses", codes.industries.len())?,
    };
    let mut focuses = vec![usual; codes.regions.len()];
    let mut named = Vec::new();
    for (index, focus) in request.region_focuses.iter().enumerate() {
        let field = format!("region_focuses[{index}]");
        let region = codes.region(&focus.region, &format!("{field}.region"))?;
        if named.contains(&region) {
            let sent = format!("\"{}\" twice", focus.region);
            return Err(Refusal::invalid(&format!("{field}.region"), sent, "each region once"));
        }
        named.push(region);
        let field = format!("{field}.bounds");
        let sent =
            focus.bounds.as_ref().ok_or_else(|| Refusal::invalid(&field, "nothing", "least and greatest number"))?;
        focuses[region] = bounds(sent, &field, codes.industries.len())?;
    }
    Ok(focuses)
}

/// Equal parts of as many homes as industries have; one that may be left without a home counts as none at least.
fn balanced(homes: &[Bounds], exits: &[usize], regions: usize) -> Bounds {
    let mut homes = homes.to_vec();
    exits.iter().for_each(|&industry| homes[industry].min = 0);
    Bounds::balanced(&homes, regions)
}

fn balances(sent: &[v1::DivisionBalance], regions: usize) -> Result<Vec<(v1::BalanceBy, f64)>, Refusal> {
    let mut balances: Vec<(v1::BalanceBy, f64)> = Vec::new();
    for (at, balance) in sent.iter().enumerate() {
        let by = match v1::BalanceBy::try_from(balance.by) {
            Ok(by) if by != v1::BalanceBy::Unspecified => by,
            _ => return Err(Refusal::invalid(&format!("balances[{at}].by"), balance.by, "ACTIVITY, VALUE or COUNT")),
        };
        if balances.iter().any(|(known, _)| *known == by) {
            let sent = format!("{} twice", by.as_str_name());
            return Err(Refusal::invalid(&format!("balances[{at}].by"), sent, "each kind once"));
        }
        let most = regions.saturating_sub(1) as f64;
        if !(0.0..=most).contains(&balance.tolerance) {
            let allowed = format!("0 to {most}, one less than the number of regions");
            return Err(Refusal::invalid(&format!("balances[{at}].tolerance"), balance.tolerance, &allowed));
        }
        balances.push((by, balance.tolerance));
    }
    Ok(balances)
}

fn caps(sent: &[v1::ActivityCap], codes: &Codes<'_>) -> Result<Vec<(usize, f64)>, Refusal> {
    let read = |(at, cap): (usize, &v1::ActivityCap)| {
        let field = format!("activity_caps[{at}]");
        let industry = codes.industry(&cap.industry, &format!("{field}.industry"))?;
        if !(0.0..=1.0).contains(&cap.max_share) {
            return Err(Refusal::invalid(&format!("{field}.max_share"), cap.max_share, "0 to 1"));
        }
        Ok((industry, cap.max_share))
    };
    let caps: Vec<(usize, f64)> = sent.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    let named: Vec<usize> = caps.iter().map(|(industry, _)| *industry).collect();
    once(&named, "activity_caps", |at| sent[at].industry.clone(), "each industry once")?;
    Ok(caps)
}

/// The groups under one rule.
fn groups(sent: &[v1::DivisionGroup], rule: v1::GroupRule, codes: &Codes<'_>) -> Result<Groups, Refusal> {
    let mut groups = Groups::default();
    for (at, group) in sent.iter().enumerate() {
        let field = format!("industry_groups[{at}]");
        let own = match v1::GroupRule::try_from(group.rule) {
            Ok(own) if own != v1::GroupRule::Unspecified => own,
            _ => return Err(Refusal::invalid(&format!("{field}.rule"), group.rule, "TOGETHER or APART")),
        };
        if own != rule {
            continue;
        }
        let industries = codes.industries(&group.industries, &format!("{field}.industries"))?;
        if industries.len() < 2 {
            let sent = format!("{} of them", industries.len());
            return Err(Refusal::invalid(&format!("{field}.industries"), sent, "two industries or more"));
        }
        groups.industries.push(industries);
        groups.at.push(at);
    }
    Ok(groups)
}

/// Bounds of a number of which there are `all`.
fn bounds(sent: &v1::CountBounds, field: &str, all: usize) -> Result<Bounds, Refusal> {
    let v1::CountBounds { min, max } = *sent;
    if min.is_none() && max.is_none() {
        return Err(Refusal::invalid(field, "neither min nor max", "a least number, a greatest number, or both"));
    }
    let min = min.unwrap_or(0);
    let Ok(least) = usize::try_from(min) else {
        return Err(Refusal::invalid(&format!("{field}.min"), min, "0 or more"));
    };
    let Some(max) = max else {
        return Ok(Bounds::between(least, all.max(least)));
    };
    match usize::try_from(max) {
        Ok(most) if most >= least => Ok(Bounds::between(least, most)),
        _ => Err(Refusal::invalid(&format!("{field}.max"), max, &format!("{least} or more, the least number"))),
    }
}

fn pairs(sent: &[v1::DivisionPair], field: &str, codes: &Codes<'_>) -> Result<Vec<(usize, usize)>, Refusal> {
    let read = |(index, pair): (usize, &v1::DivisionPair)| {
        let region = codes.region(&pair.region, &format!("{field}[{index}].region"))?;
        let industry = codes.industry(&pair.industry, &format!("{field}[{index}].industry"))?;
        Ok((region, industry))
    };
    sent.iter().enumerate().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_of_bounds_is_no_limit() {
        let read = |min, max| bounds(&v1::CountBounds { min, max }, "homes", 5);
        assert_eq!(read(None, Some(0)).unwrap(), Bounds::between(0, 0));
        assert_eq!(read(None, Some(3)).unwrap(), Bounds::between(0, 3));
        assert_eq!(read(Some(2), None).unwrap(), Bounds::between(2, 5));
        assert_eq!(read(Some(0), Some(2)).unwrap(), Bounds::between(0, 2));
        // More than there are is for the plan to refuse, as with a greatest number.
        assert_eq!(read(Some(7), None).unwrap(), Bounds::between(7, 7));
        let blamed = |min, max| read(min, max).unwrap_err().violations[0].field.clone();
        assert_eq!(blamed(None, None), "homes");
        assert_eq!((blamed(Some(-1), None), blamed(None, Some(-1))), ("homes.min".into(), "homes.max".into()));
    }
}
