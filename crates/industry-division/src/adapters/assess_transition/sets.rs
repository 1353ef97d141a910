//! The sets of industries of an assessment.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{Panel, Warning};

use super::{INDUSTRIES_NOT_IN_DATA, NOT_GIVEN};
use crate::industry_sets::{EXTRACTIVE, FIRST_PROCESSING, NoSet, OLD, find, labels};

/// A set of industries as columns of the panel, or the reason why there is none.
#[derive(Debug, Clone)]
pub(super) struct Set(pub(super) Result<Vec<usize>, &'static str>);

impl Set {
    /// The industries, as answers show them.
    pub(super) fn labels(&self, panel: &Panel) -> Vec<v1::IndustryLabel> {
        labels(panel, self.0.as_deref().unwrap_or_default())
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.clone().and_then(|mut columns| {
            columns.extend(other.0.clone()?);
            columns.sort_unstable();
            columns.dedup();
            Ok(columns)
        }))
    }
}

/// The sets of a request.
#[derive(Debug)]
pub(super) struct Sets {
    pub(super) extractive: Set,
    pub(super) first_processing: Set,
    /// Both together.
    pub(super) resource: Set,
    pub(super) old: Set,
}

impl Sets {
    /// Finds the sets of a request in a panel; a default that the indicator lacks a part of is warned of, one that the caller
    /// named is refused.
    pub(super) fn find(
        asked: &v1::TransitionIndustries,
        panel: &Panel,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self, Refusal> {
        let mut absent = Vec::new();
        let mut set = |field: &str, given: &Option<v1::IndustryCodes>, default: &[&str]| {
            Ok::<Set, Refusal>(Set(match find(panel, field, given.as_ref(), default)? {
                Ok(columns) => Ok(columns),
                Err(NoSet::NotGiven) => Err(NOT_GIVEN),
                Err(NoSet::Lacks(codes)) => {
                    absent.extend(codes);
                    Err(INDUSTRIES_NOT_IN_DATA)
                }
            }))
        };
        let extractive = set("industries.extractive", &asked.extractive, EXTRACTIVE)?;
        let first_processing = set("industries.first_processing", &asked.first_processing, FIRST_PROCESSING)?;
        let old = set("industries.old", &asked.old, OLD)?;
        if !absent.is_empty() {
            absent.sort_unstable();
            absent.dedup();
            let indicator = &panel.indicator.code;
            let text =
                format!("{indicator} lacks industries of sets that are measured together, which have no figures");
            warnings.push(Warning::new(INDUSTRIES_NOT_IN_DATA, text).with_industries(absent));
        }
        Ok(Self { resource: extractive.and(&first_processing), extractive, first_processing, old })
    }
}
