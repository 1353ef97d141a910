//! Parts and factors of any form, as messages hold them.

use growthpole_contracts::v1;
use growthpole_methods::growth::{Arcelus, Dunn, Esteban, Factors, NoFactors, Split};

/// The parts of a change in any additive form: those of the classic form, and what the form adds to them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    pub(super) national_share: f64,
    pub(super) industry_mix: f64,
    pub(super) regional_share: f64,
    pub(super) competitive_effect: Option<f64>,
    pub(super) allocation_effect: Option<f64>,
    pub(super) arcelus: Option<v1::ArcelusParts>,
}

impl From<Dunn> for Parts {
    fn from(parts: Dunn) -> Self {
        Self {
            national_share: parts.national_share,
            industry_mix: parts.industry_mix,
            regional_share: parts.regional_share,
            competitive_effect: None,
            allocation_effect: None,
            arcelus: None,
        }
    }
}

impl From<Esteban> for Parts {
    fn from(parts: Esteban) -> Self {
        Self {
            national_share: parts.national_share,
            industry_mix: parts.industry_mix,
            regional_share: parts.regional_share(),
            competitive_effect: Some(parts.competitive),
            allocation_effect: Some(parts.allocation),
            arcelus: None,
        }
    }
}

impl From<Arcelus> for Parts {
    fn from(parts: Arcelus) -> Self {
        let split = |Split { expected, differential }: Split| Some(v1::SplitEffect { expected, differential });
        Self {
            national_share: parts.national_growth.total(),
            industry_mix: parts.industry_mix.total(),
            regional_share: parts.regional_share(),
            competitive_effect: None,
            allocation_effect: None,
            arcelus: Some(v1::ArcelusParts {
                national_growth: split(parts.national_growth),
                industry_mix: split(parts.industry_mix),
                regional_growth: split(parts.regional_growth),
                regional_mix: split(parts.regional_mix),
            }),
        }
    }
}

/// The factors, where there are some.
pub(super) fn factors(factors: Result<Factors, NoFactors>) -> Option<v1::GerfinFactors> {
    let Factors { structural, locational, regional } = factors.ok()?;
    Some(v1::GerfinFactors { structural, locational, regional })
}
