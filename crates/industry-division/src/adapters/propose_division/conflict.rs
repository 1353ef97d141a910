//! Why there is no plan, in the caller's words.

use growthpole_contracts::{Reason, Refusal, v1};
use growthpole_methods::division::plan::{Bounds, Constraint, DivisionError, WORK_LIMIT};
use growthpole_worker_kit::refuse;

use super::constraints::Constraints;
use super::problem::Cluster;

/// What was asked for, to tell constraints by.
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a v1::ProposeDivisionRequest,
    pub(crate) cluster: &'a Cluster,
    pub(crate) constraints: &'a Constraints,
}

/// The refusal of a problem whose best plan was not proven.
pub(crate) fn work_limit() -> Refusal {
    let message = format!("the best plan was not found within {WORK_LIMIT} steps");
    Refusal::new(Reason::WorkLimit, format!("{message}; fewer homes, pins, or no friction make it easier"))
        .with_metadata("limit", WORK_LIMIT.to_string())
}

/// The refusal of a problem that was not solved.
pub(crate) fn refusal(error: DivisionError, asked: &Asked<'_>) -> Refusal {
    let cluster = asked.cluster;
    let message = error.to_string();
    match error {
        DivisionError::Infeasible { conflict, .. } => contradiction(&conflict, asked),
        DivisionError::NoPlanYet => work_limit(),
        DivisionError::InvalidFrictionWeight { value } => {
            Refusal::invalid("friction_weight", value, "a number with which friction stays within the range of numbers")
        }
        DivisionError::InvalidValue { region, industry, value } => {
            let (region, industry) = (region_code(cluster, region), industry_code(cluster, industry));
            let message = format!("region {region}, industry {industry}: {value} is not a value");
            refuse::undefined(message, "region", region).with_metadata("industry", industry)
        }
        DivisionError::Friction(error) => Refusal::new(Reason::UndefinedOnData, error.to_string()),
        DivisionError::Empty
        | DivisionError::TooLarge { .. }
        | DivisionError::LengthsDiffer { .. }
        | DivisionError::InvalidImportance { .. }
        | DivisionError::InvalidHomes { .. }
        | DivisionError::InvalidFocuses { .. }
        | DivisionError::InvalidPair { .. }
        | DivisionError::InvalidExit { .. }
        | DivisionError::Invalid(_)
        | DivisionError::Stopped(_)
        | DivisionError::SharesDiffer { .. } => Refusal::internal(message),
    }
}

/// One violation for each constraint of the conflict.
fn contradiction(conflict: &[Constraint], asked: &Asked<'_>) -> Refusal {
    let told: Vec<Told> = conflict.iter().map(|constraint| asked.tell(*constraint)).collect();
    let sentences: Vec<&str> = told.iter().map(|told| told.sentence.as_str()).collect();
    let names: Vec<&str> = told.iter().map(|told| told.name.as_str()).collect();
    let message = format!("no plan meets these constraints together: {}", sentences.join("; "));
    let refusal = Refusal::new(Reason::ContradictoryConstraints, message).with_metadata("conflict", names.join(", "));
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
            // What cannot be asked for yet is in no conflict.
            Constraint::CentreOnly { region, industry } => self.tell_pair("CENTRE_ONLY", region, industry),
            Constraint::BalanceFloor { region, .. } | Constraint::Apart { region, .. } => {
                self.tell_focus(region, End::Least)
            }
            Constraint::BalanceCeiling { region, .. } | Constraint::Stage { centre: region, .. } => {
                self.tell_focus(region, End::Most)
            }
            Constraint::Cap { .. } | Constraint::Together { .. } => self.tell_home(0, End::Most),
            Constraint::UndefinedValue { region, industry } => self.tell_pair("UNDEFINED_VALUE", region, industry),
        }
    }

    fn tell_focus(&self, region: usize, end: End) -> Told {
        let code = region_code(self.cluster, region);
        let own = self.request.region_focuses.iter().position(|focus| focus.region == code);
        let field = match (own, &self.request.focuses) {
            (Some(index), _) => format!("region_focuses[{index}].bounds.{}", end.field()),
            (None, Some(_)) => format!("focuses.{}", end.field()),
            (None, None) => "focuses".to_owned(),
        };
        let number = self.constraints.focuses.get(region).map(|bounds| end.of(bounds)).unwrap_or_default();
        let sentence =
            format!("region {code} must focus on at {} {}", end.word(), counted(number, "industry", "industries"));
        Told { field, name: format!("FOCUS_{} {code}", end.name()), sentence }
    }

    fn tell_home(&self, industry: usize, end: End) -> Told {
        let code = industry_code(self.cluster, industry);
        let field = match self.request.homes {
            Some(_) => format!("homes.{}", end.field()),
            None => "homes".to_owned(),
        };
        let number = self.constraints.homes.get(industry).map(|bounds| end.of(bounds)).unwrap_or_default();
        let sentence =
            format!("industry {code} must be given to at {} {}", end.word(), counted(number, "region", "regions"));
        Told { field, name: format!("HOME_{} {code}", end.name()), sentence }
    }

    fn tell_pair(&self, name: &str, region: usize, industry: usize) -> Told {
        let (region, industry) = (region_code(self.cluster, region), industry_code(self.cluster, industry));
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

fn region_code(cluster: &Cluster, region: usize) -> &str {
    cluster.regions.get(region).map(|region| region.code.as_str()).unwrap_or_default()
}

fn industry_code(cluster: &Cluster, industry: usize) -> &str {
    cluster.industries.get(industry).map(|industry| industry.code.as_str()).unwrap_or_default()
}
