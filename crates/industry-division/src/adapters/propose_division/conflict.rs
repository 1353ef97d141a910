//! Why there is no plan, in the caller's words.

use std::collections::BTreeMap;

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_methods::division::plan::{Bounds, Constraint, DivisionError, Invalid};
use growthpole_worker_kit::refuse;

use super::cluster::Basis;
use super::rules::Groups;
use super::solving::Unsolved;

/// What was asked for, to tell constraints by.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a v1::ProposeDivisionRequest,
    pub(crate) basis: &'a Basis,
}

/// The refusal of a problem that was not solved.
pub(crate) fn refusal(unsolved: Unsolved, asked: &Asked<'_>) -> Refusal {
    let error = match unsolved {
        Unsolved::Refused(refusal) => return refusal,
        Unsolved::Plan(error) => error,
    };
    let basis = asked.basis;
    let message = error.to_string();
    match error {
        DivisionError::Infeasible { conflict, minimal } => contradiction(&conflict, minimal, asked),
        DivisionError::NoPlanYet => {
            let advice = "fewer homes, pins, no friction or more time make it easier";
            Refusal::new(Reason::WorkLimit, format!("{message}; {advice}"))
        }
        DivisionError::Stopped(stopped) => refuse::stopped(stopped),
        DivisionError::TooLarge { regions, industries } => too_large(&message, regions, industries),
        DivisionError::NotBuilt { feature, .. } => {
            let refusal = Refusal::new(Reason::NotBuilt, &message).with_metadata("feature", feature);
            refusal.with_violation("search.engine", format!("{message}; AUTO, OWN and MICROLP are always there"))
        }
        DivisionError::ProgrammeTooLarge { variables, .. } => Refusal::new(Reason::DivisionTooLarge, &message)
            .with_metadata("variables", variables.to_string())
            .with_violation("search.engine", format!("{message}; OWN takes it")),
        DivisionError::EngineFailed { .. } => Refusal::internal(message),
        DivisionError::InvalidFrictionWeight { value } => {
            Refusal::invalid("friction_weight", value, "a number with which friction stays within the range of numbers")
        }
        DivisionError::InvalidValue { region, industry, value } => {
            let (region, industry) = (basis.region_code(region), basis.industry_code(industry));
            let message = format!("region {region}, industry {industry}: {value} is not a value");
            refuse::undefined(message, "region", region).with_metadata("industry", industry)
        }
        DivisionError::Friction(error) => Refusal::new(Reason::UndefinedOnData, error.to_string()),
        DivisionError::Invalid(Invalid::Balance { balance }) => {
            let (field, by) = asked.balance(balance);
            let message = format!("there is nothing to balance by {by}: {message}");
            Refusal::new(Reason::UndefinedOnData, &message).with_violation(field, message)
        }
        DivisionError::Empty
        | DivisionError::LengthsDiffer { .. }
        | DivisionError::InvalidImportance { .. }
        | DivisionError::InvalidHomes { .. }
        | DivisionError::InvalidFocuses { .. }
        | DivisionError::InvalidPair { .. }
        | DivisionError::InvalidExit { .. }
        | DivisionError::Invalid(_)
        | DivisionError::SharesDiffer { .. } => Refusal::internal(message),
    }
}

/// A problem beyond what is solved.
fn too_large(message: &str, regions: usize, industries: usize) -> Refusal {
    Refusal::new(Reason::DivisionTooLarge, message)
        .with_metadata("regions", regions.to_string())
        .with_metadata("industries", industries.to_string())
        .with_violation("selection", format!("{regions} regions and {industries} industries were chosen; {message}"))
}

/// With more constraints than these, not all are told, see `growthpole_contracts::Refusal`.
const MOST_IN_ORDER: usize = 20;

/// The first constraint of each field, then the second of each, and so on: what is told of many names every field.
fn each_field_first(told: Vec<Told>) -> Vec<Told> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let numbered = |told: Told| {
        let before = seen.entry(told.field.clone()).or_default();
        *before += 1;
        (*before, told)
    };
    let mut numbered: Vec<(usize, Told)> = told.into_iter().map(numbered).collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, told)| told).collect()
}

/// One violation for each constraint of the conflict.
fn contradiction(conflict: &[Constraint], minimal: bool, asked: &Asked<'_>) -> Refusal {
    let mut told: Vec<Told> = conflict.iter().map(|constraint| asked.tell(*constraint)).collect();
    if told.len() > MOST_IN_ORDER {
        told = each_field_first(told);
    }
    let sentences: Vec<&str> = told.iter().map(|told| told.sentence.as_str()).collect();
    let names: Vec<&str> = told.iter().map(|told| told.name.as_str()).collect();
    let beyond = if minimal { "" } else { " (perhaps not all of them matter)" };
    let message = format!("no plan meets these constraints together{beyond}: {}", sentences.join("; "));
    let refusal = Refusal::new(Reason::ContradictoryConstraints, message)
        .with_metadata("conflict", names.join(", "))
        .with_metadata("minimal", minimal.to_string());
    told.iter().fold(refusal, |refusal, told| refusal.with_violation(&told.field, &told.sentence))
}

/// A constraint: the field that sets it, its name for programs, and a sentence for people.
struct Told {
    field: String,
    name: String,
    sentence: String,
}

impl Asked<'_> {
    fn tell(&self, constraint: Constraint) -> Told {
        match constraint {
            Constraint::FocusMin { region } => self.tell_focus(region, End::Least),
            Constraint::FocusMax { region } => self.tell_focus(region, End::Most),
            Constraint::HomeMin { industry } => self.tell_home(industry, End::Least),
            Constraint::HomeMax { industry } => self.tell_home(industry, End::Most),
            Constraint::Pin { region, industry } => self.tell_pair("PIN", region, industry),
            Constraint::Ban { region, industry } => self.tell_pair("BAN", region, industry),
            Constraint::MinimumPresence { region, industry } => self.tell_pair("MINIMUM_PRESENCE", region, industry),
            Constraint::UndefinedValue { region, industry } => self.tell_pair("UNDEFINED_VALUE", region, industry),
            Constraint::BalanceFloor { balance, region } => self.tell_balance(balance, region, End::Least),
            Constraint::BalanceCeiling { balance, region } => self.tell_balance(balance, region, End::Most),
            Constraint::Cap { cap } => self.tell_cap(cap),
            Constraint::Together { group } => self.tell_group(&self.basis.rules.together, group, "TOGETHER"),
            Constraint::Apart { group, region } => self.tell_apart(group, region),
            Constraint::CentreOnly { region, industry } => self.tell_centre(region, industry),
            Constraint::Stage { link, centre } => self.tell_stage(link, centre),
        }
    }

    fn tell_focus(&self, region: usize, end: End) -> Told {
        let code = self.basis.region_code(region);
        let own = self.request.region_focuses.iter().position(|focus| focus.region == code);
        let field = match (own, &self.request.focuses) {
            (Some(index), _) => format!("region_focuses[{index}].bounds.{}", end.field()),
            (None, Some(_)) => format!("focuses.{}", end.field()),
            (None, None) => "focuses".to_owned(),
        };
        let number = self.basis.rules.focuses.get(region).map(|bounds| end.of(bounds)).unwrap_or_default();
        let sentence =
            format!("region {code} must focus on at {} {}", end.word(), counted(number, "industry", "industries"));
        Told { field, name: format!("FOCUS_{} {code}", end.name()), sentence }
    }

    fn tell_home(&self, industry: usize, end: End) -> Told {
        let code = self.basis.industry_code(industry);
        let own = self.request.industry_homes.iter().position(|homes| homes.industry == code);
        let field = match (own, self.request.homes) {
            (Some(index), _) => format!("industry_homes[{index}].{}", end.field()),
            (None, Some(_)) => format!("homes.{}", end.field()),
            (None, None) => "homes".to_owned(),
        };
        let number = self.basis.rules.homes.get(industry).map(|bounds| end.of(bounds)).unwrap_or_default();
        let exit = if self.request.exits.iter().any(|exit| exit == code) { ", or to none" } else { "" };
        let regions = counted(number, "region", "regions");
        let sentence = format!("industry {code} must be given to at {} {regions}{exit}", end.word());
        Told { field, name: format!("HOME_{} {code}", end.name()), sentence }
    }

    fn tell_pair(&self, name: &str, region: usize, industry: usize) -> Told {
        let (region, industry) = (self.basis.region_code(region), self.basis.industry_code(industry));
        let listed = |pairs: &[v1::DivisionPair]| {
            pairs.iter().position(|pair| pair.region == region && pair.industry == industry).unwrap_or_default()
        };
        let (field, sentence) = match name {
            "PIN" => {
                let field = format!("pins[{}]", listed(&self.request.pins));
                (field, format!("region {region} must focus on industry {industry}"))
            }
            "BAN" => {
                let field = format!("bans[{}]", listed(&self.request.bans));
                (field, format!("region {region} must not focus on industry {industry}"))
            }
            "MINIMUM_PRESENCE" => {
                let sentence = format!("region {region} has less than the least share of industry {industry}");
                ("minimum_presence".to_owned(), sentence)
            }
            _ => ("value".to_owned(), format!("industry {industry} has no value in region {region}")),
        };
        Told { field, name: format!("{name} {region} {industry}"), sentence }
    }
}

impl Asked<'_> {
    /// Field and name of a balance.
    fn balance(&self, balance: usize) -> (String, &'static str) {
        let by = self.basis.rules.balances.get(balance).map(|(by, _)| by.as_str_name()).unwrap_or_default();
        (format!("balances[{balance}]"), by.trim_start_matches("BALANCE_BY_"))
    }

    fn tell_balance(&self, balance: usize, region: usize, end: End) -> Told {
        let (field, by) = self.balance(balance);
        let code = self.basis.region_code(region);
        let regions = self.basis.regions.len() as f64;
        let tolerance = self.basis.rules.balances.get(balance).map(|(_, tolerance)| *tolerance).unwrap_or_default();
        let part = match end {
            End::Least => (1.0 - tolerance).max(0.0) / regions,
            End::Most => (1.0 + tolerance) / regions,
        };
        let sentence = format!("region {code} must have at {} {part:.4} of the whole by {by}", end.word());
        Told { field: format!("{field}.tolerance"), name: format!("BALANCE_{} {by} {code}", end.name()), sentence }
    }

    fn tell_cap(&self, cap: usize) -> Told {
        let (industry, share) = self.basis.rules.caps.get(cap).copied().unwrap_or_default();
        let code = self.basis.industry_code(industry);
        let sentence =
            format!("the homes of industry {code} must hold at most {share} of the cluster's activity in it");
        Told { field: format!("activity_caps[{cap}].max_share"), name: format!("ACTIVITY_CAP {code}"), sentence }
    }

    fn tell_group(&self, groups: &Groups, group: usize, name: &str) -> Told {
        let at = groups.at.get(group).copied().unwrap_or_default();
        let members = groups.industries.get(group).map(Vec::as_slice).unwrap_or_default();
        let codes: Vec<&str> = members.iter().map(|&industry| self.basis.industry_code(industry)).collect();
        Told {
            field: format!("industry_groups[{at}]"),
            name: format!("{name} {}", codes.join("+")),
            sentence: format!("industries {} must have the same homes", codes.join(", ")),
        }
    }

    fn tell_apart(&self, group: usize, region: usize) -> Told {
        let told = self.tell_group(&self.basis.rules.apart, group, "APART");
        let code = self.basis.region_code(region);
        let codes = told.name.trim_start_matches("APART ").replace('+', ", ");
        let sentence = format!("region {code} must not focus on two of {codes}");
        Told { name: format!("{} {code}", told.name), sentence, ..told }
    }

    fn tell_centre(&self, region: usize, industry: usize) -> Told {
        let (region, industry) = (self.basis.region_code(region), self.basis.industry_code(industry));
        Told {
            field: "centre_rule.threshold".to_owned(),
            name: format!("CENTRE_ONLY {region} {industry}"),
            sentence: format!("industry {industry} is for centres only, and region {region} is none"),
        }
    }

    fn tell_stage(&self, link: usize, centre: usize) -> Told {
        let centre = self.basis.region_code(centre);
        let links = self.basis.rules.centre_periphery.as_ref().map(|rule| rule.links.as_slice()).unwrap_or_default();
        let (function, stage) = links.get(link).copied().unwrap_or_default();
        let (function, stage) = (self.basis.industry_code(function), self.basis.industry_code(stage));
        Told {
            field: format!("centre_rule.links[{link}]"),
            name: format!("STAGE {function}:{stage} {centre}"),
            sentence: format!("where centre {centre} has {function}, a neighbour of it must have {stage}"),
        }
    }
}

/// An end of a pair of bounds.
#[derive(Clone, Copy)]
enum End {
    Least,
    Most,
}

impl End {
    fn of(self, bounds: &Bounds) -> usize {
        match self {
            Self::Least => bounds.min,
            Self::Most => bounds.max,
        }
    }

    fn field(self) -> &'static str {
        match self {
            Self::Least => "min",
            Self::Most => "max",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Least => "MIN",
            Self::Most => "MAX",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Least => "least",
            Self::Most => "most",
        }
    }
}

fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_told_before_any_is_told_again() {
        let told = |field: &str, name: &str| Told { field: field.into(), name: name.into(), sentence: String::new() };
        let many =
            [("homes", "A"), ("homes", "B"), ("homes", "C"), ("focuses", "D"), ("focuses", "E"), ("caps[0]", "F")];
        let ordered = each_field_first(many.iter().map(|(field, name)| told(field, name)).collect());
        assert_eq!(ordered.iter().map(|told| told.name.as_str()).collect::<String>(), "ADFBEC");
    }
}
