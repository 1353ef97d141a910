//! The request that the sections of a plan file make.

use std::collections::BTreeMap;

use growthpole_contracts::v1;

use super::{
    After, Balance, BalanceBy, Centres, Complexity, Engine, Group, GroupRule, Missing, Number, Outlook, Quotient,
    Scale, Search, Sections, Selection, Stability, Value,
};
use crate::cli::selection::{benchmark, period};

/// A key whose value does not go with others, and why.
type Unfit = (&'static str, String);

impl Sections {
    /// The request.
    pub(in crate::cli::divide::plan_file) fn request(self) -> Result<v1::ProposeDivisionRequest, Unfit> {
        let homes = &self.homes;
        let by_code = |bounds: &BTreeMap<String, Number>| {
            bounds.iter().map(|(code, number)| (code.clone(), number.0)).collect::<Vec<_>>()
        };
        Ok(v1::ProposeDivisionRequest {
            value: self.value.quotient().into(),
            weight_by_importance: self.value.importance,
            terms: self.value.terms()?,
            complexity: self.complexity.message()?,
            homes: homes.each.map(|number| number.0),
            industry_homes: by_code(&homes.industries)
                .into_iter()
                .map(|(industry, v1::CountBounds { min, max })| v1::IndustryHomes { industry, min, max })
                .collect(),
            exits: homes.exits.clone(),
            activity_caps: (homes.caps.iter())
                .map(|(industry, &max_share)| v1::ActivityCap { industry: industry.clone(), max_share })
                .collect(),
            focuses: self.focuses.each.map(|number| number.0),
            region_focuses: by_code(&self.focuses.regions)
                .into_iter()
                .map(|(region, bounds)| v1::RegionFocus { region, bounds: Some(bounds) })
                .collect(),
            balances: self.focuses.balances.iter().map(Balance::message).collect(),
            pins: self.pairs.pins.into_iter().map(|pair| pair.0).collect(),
            bans: self.pairs.bans.into_iter().map(|pair| pair.0).collect(),
            minimum_presence: self.pairs.minimum_presence,
            industry_groups: self.groups.into_iter().map(Group::message).collect(),
            friction_weight: self.friction.weight,
            pair_weights: self.friction.pairs.map(|weights| weights.0),
            frontier: self.friction.frontier.map(|friction_weights| v1::DivisionFrontier { friction_weights }),
            centre_rule: self.centres.map(Centres::message).transpose()?,
            search: self.search.map(Search::message),
            explain: self.explain,
            stability: self.stability.map(Stability::message).transpose()?,
            reallocation: self.after.map(After::message),
            selection: Some(self.selection.message()?),
        })
    }
}

impl Selection {
    fn message(self) -> Result<v1::Selection, Unfit> {
        use v1::{industry_selection, region_selection, vintage_selector};
        let vintage = only(
            [self.vintage.map(vintage_selector::By::Number), self.as_of.map(vintage_selector::By::AsOf)],
            "selection.as_of",
            "write vintage or as_of, not both",
        )?;
        let regions = only(
            [
                self.regions.map(|codes| region_selection::By::Codes(v1::RegionCodes { codes })),
                self.group.map(region_selection::By::Group),
                self.level.map(region_selection::By::Level),
                self.children_of.map(region_selection::By::ChildrenOf),
            ],
            "selection",
            "write one of regions, group, level and children_of",
        )?;
        let industries = only(
            [
                self.industries.map(|codes| industry_selection::By::Codes(v1::IndustryCodes { codes })),
                self.industry_level.map(industry_selection::By::Level),
            ],
            "selection.industry_level",
            "write industries or industry_level, not both",
        )?;
        Ok(v1::Selection {
            dataset: self.dataset,
            indicator: self.indicator,
            vintage: vintage.map(|by| v1::VintageSelector { by: Some(by) }),
            regions: regions.map(|by| v1::RegionSelection { by: Some(by) }),
            industries: industries.map(|by| v1::IndustrySelection { by: Some(by) }),
            periods: self.period.as_deref().map(period),
            benchmark: self.benchmark.as_deref().map(benchmark),
            missing: self.missing.map_or(v1::MissingPolicy::Unspecified, Missing::policy).into(),
        })
    }
}

/// The only one of several that is there.
fn only<T, const N: usize>(choices: [Option<T>; N], key: &'static str, allowed: &str) -> Result<Option<T>, Unfit> {
    let mut there = choices.into_iter().flatten();
    match (there.next(), there.next()) {
        (_, Some(_)) => Err((key, allowed.to_owned())),
        (first, None) => Ok(first),
    }
}

impl Missing {
    fn policy(self) -> v1::MissingPolicy {
        match self {
            Self::Fail => v1::MissingPolicy::Fail,
            Self::DropRegion => v1::MissingPolicy::DropRegion,
            Self::DropIndustry => v1::MissingPolicy::DropIndustry,
            Self::Keep => v1::MissingPolicy::Keep,
            Self::AsZero => v1::MissingPolicy::AsZero,
        }
    }
}

impl Value {
    fn quotient(&self) -> v1::DivisionValue {
        match self.quotient {
            None => v1::DivisionValue::Unspecified,
            Some(Quotient::Log) => v1::DivisionValue::LogQuotient,
            Some(Quotient::Symmetric) => v1::DivisionValue::SymmetricQuotient,
        }
    }

    /// The terms; nothing where the quotient alone counts.
    fn terms(&self) -> Result<Option<v1::DivisionTerms>, Unfit> {
        let scale = match self.scale {
            None => v1::TermScale::Unspecified,
            Some(Scale::AsIs) => v1::TermScale::AsIs,
            Some(Scale::ZScore) => v1::TermScale::ZScore,
            Some(Scale::Range) => v1::TermScale::Range,
        };
        let density = self.density.as_ref().map(|own| v1::DensityTerm {
            weight: own.weight,
            presence_threshold: own.presence_threshold,
            include_self: own.include_self,
        });
        let terms = v1::DivisionTerms {
            quotient_weight: self.quotient_weight,
            density,
            outlook: self.outlook.as_ref().map(Outlook::message).transpose()?,
            complexity_weight: self.complexity_weight,
            scale: scale.into(),
        };
        Ok(Some(terms).filter(|terms| *terms != v1::DivisionTerms::default()))
    }
}

impl Outlook {
    fn message(&self) -> Result<v1::OutlookTerm, Unfit> {
        use v1::outlook_term::By;
        let window = self
            .periods
            .clone()
            .map(|window| By::Window(v1::OutlookWindow { periods: Some(window.0), indicator: self.indicator.clone() }));
        let given = self.given.as_ref().map(|given| By::Given(numbers(given)));
        let by = only([window, given], "value.outlook.given", "write periods or given, not both")?;
        match by {
            None => Err(("value.outlook", "write periods = \"FIRST:LAST\", or given by industry".to_owned())),
            by => Ok(v1::OutlookTerm { weight: self.weight, by }),
        }
    }
}

impl Complexity {
    fn message(&self) -> Result<Option<v1::DivisionComplexity>, Unfit> {
        use v1::division_complexity::By;
        let presence_threshold = self.presence_threshold;
        if presence_threshold.is_some() && !self.computed {
            return Err(("complexity.presence_threshold", "it goes with computed = true only".to_owned()));
        }
        let given = self.given.as_ref().map(|given| By::Given(numbers(given)));
        let computed = self.computed.then_some(By::Computed(v1::ComputedComplexity { presence_threshold }));
        let by = only([given, computed], "complexity.computed", "write given or computed, not both")?;
        Ok(by.map(|by| v1::DivisionComplexity { by: Some(by) }))
    }
}

impl Balance {
    fn message(&self) -> v1::DivisionBalance {
        let by = match self.by {
            BalanceBy::Activity => v1::BalanceBy::Activity,
            BalanceBy::Value => v1::BalanceBy::Value,
            BalanceBy::Count => v1::BalanceBy::Count,
        };
        v1::DivisionBalance { by: by.into(), tolerance: self.tolerance }
    }
}

impl Group {
    fn message(self) -> v1::DivisionGroup {
        let rule = match self.rule {
            GroupRule::Together => v1::GroupRule::Together,
            GroupRule::Apart => v1::GroupRule::Apart,
        };
        v1::DivisionGroup { rule: rule.into(), industries: self.industries }
    }
}

impl Centres {
    fn message(self) -> Result<v1::CentreRule, Unfit> {
        use v1::centre_rule::Neighbours;
        let neighbours = only(
            [self.within_km.map(Neighbours::WithinKm), self.all.then_some(Neighbours::All(true))],
            "centres.all",
            "write within_km or all, not both",
        )?;
        let links = self.links.into_iter().map(|link| link.0).collect();
        Ok(v1::CentreRule { centres: self.regions, threshold: self.threshold, links, neighbours })
    }
}

impl Engine {
    fn message(self) -> v1::DivisionEngine {
        match self {
            Self::Auto => v1::DivisionEngine::Auto,
            Self::Own => v1::DivisionEngine::Own,
            Self::Microlp => v1::DivisionEngine::Microlp,
            Self::Highs => v1::DivisionEngine::Highs,
        }
    }
}

impl Search {
    fn message(self) -> v1::DivisionSearch {
        let Self { time_limit_seconds, alternatives, alternatives_within, without_margins, engine } = self;
        let engine = engine.map_or(v1::DivisionEngine::Unspecified, Engine::message).into();
        v1::DivisionSearch { time_limit_seconds, alternatives, alternatives_within, without_margins, engine }
    }
}

impl Stability {
    fn message(self) -> Result<v1::DivisionStability, Unfit> {
        use v1::division_stability::By;
        let by = only(
            [self.sigma.map(By::Sigma), self.periods.map(|window| By::Periods(window.0))],
            "stability.periods",
            "write sigma or periods, not both",
        )?;
        match by {
            None => Err(("stability", "write sigma, or periods = \"FIRST:LAST\"".to_owned())),
            by => Ok(v1::DivisionStability { draws: self.draws, seed: self.seed, by }),
        }
    }
}

impl After {
    fn message(self) -> v1::DivisionReallocation {
        v1::DivisionReallocation { max_share: self.max_share, max_amount: self.max_amount }
    }
}

/// Figures by industry as the request has them.
fn numbers(by_code: &BTreeMap<String, f64>) -> v1::IndustryNumbers {
    let number =
        |(industry, number): (&String, &f64)| v1::IndustryNumber { industry: industry.clone(), number: *number };
    v1::IndustryNumbers { numbers: by_code.iter().map(number).collect() }
}
