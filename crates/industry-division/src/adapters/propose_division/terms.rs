//! The terms of a pair's value: which count, with what weight, on what scale.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Period;
use growthpole_methods::division::plan::Scale;

use super::options::window;

/// Terms and their weights; those of no weight do not count.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) quotient: f64,
    pub(crate) density: Option<DensityOptions>,
    pub(crate) outlook: Option<OutlookOptions>,
    pub(crate) complexity: f64,
    pub(crate) scale: v1::TermScale,
}

/// How density is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DensityOptions {
    pub(crate) weight: f64,
    pub(crate) threshold: f64,
    pub(crate) include_self: bool,
}

/// Where the outlook comes from.
#[derive(Debug, Clone)]
pub(crate) struct OutlookOptions {
    pub(crate) weight: f64,
    /// Window and indicator (empty for the selection's); nothing where figures are given.
    pub(crate) window: Option<(Period, Period, String)>,
}

/// How complexity is computed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComplexityOptions {
    pub(crate) threshold: f64,
}

impl ComplexityOptions {
    /// Reads how it is computed; nothing where figures are given, or nothing is asked for.
    pub(super) fn read(sent: Option<&v1::DivisionComplexity>) -> Result<Option<Self>, Refusal> {
        use v1::division_complexity::By;
        let Some(sent) = sent else { return Ok(None) };
        match &sent.by {
            None => Err(Refusal::invalid("complexity", "neither given nor computed", "one of the two")),
            Some(By::Given(_)) => Ok(None),
            Some(By::Computed(sent)) => {
                let threshold = threshold(sent.presence_threshold, "complexity.computed.presence_threshold")?;
                Ok(Some(Self { threshold }))
            }
        }
    }
}

/// A location quotient from which an industry is present.
fn threshold(sent: Option<f64>, field: &str) -> Result<f64, Refusal> {
    let threshold = sent.unwrap_or(1.0);
    if threshold.is_finite() && threshold > 0.0 {
        return Ok(threshold);
    }
    Err(Refusal::invalid(field, threshold, "a finite number above 0"))
}

impl Terms {
    pub(super) fn read(request: &v1::ProposeDivisionRequest) -> Result<Self, Refusal> {
        let sent = request.terms.clone().unwrap_or_default();
        let complexity = finite("terms.complexity_weight", sent.complexity_weight.unwrap_or(0.0))?;
        let quotient = finite("terms.quotient_weight", sent.quotient_weight.unwrap_or(1.0))?;
        let density = sent.density.as_ref().map(DensityOptions::read).transpose()?;
        let outlook = sent.outlook.as_ref().map(OutlookOptions::read).transpose()?;
        if complexity != 0.0 && request.complexity.is_none() {
            return Err(Refusal::invalid("complexity", "nothing", "complexity, which terms.complexity_weight needs"));
        }
        let mut terms = Self {
            quotient,
            density: density.filter(|density| density.weight != 0.0),
            outlook: outlook.filter(|outlook| outlook.weight != 0.0),
            complexity,
            scale: v1::TermScale::AsIs,
        };
        terms.scale = terms.read_scale(sent.scale)?;
        match terms.count() {
            0 => Err(Refusal::invalid("terms", "no term with a weight", "at least one weight that is not 0")),
            _ => Ok(terms),
        }
    }

    fn read_scale(&self, sent: i32) -> Result<v1::TermScale, Refusal> {
        match v1::TermScale::try_from(sent) {
            Ok(v1::TermScale::Unspecified) if self.count() > 1 => Ok(v1::TermScale::ZScore),
            Ok(v1::TermScale::Unspecified) => Ok(v1::TermScale::AsIs),
            Ok(scale) => Ok(scale),
            Err(_) => Err(Refusal::invalid("terms.scale", sent, "AS_IS, Z_SCORE, RANGE, or nothing")),
        }
    }

    fn count(&self) -> usize {
        usize::from(self.quotient != 0.0)
            + usize::from(self.density.is_some())
            + usize::from(self.outlook.is_some())
            + usize::from(self.complexity != 0.0)
    }

    /// The scale, as the mathematics knows it.
    pub(super) fn scale(&self) -> Scale {
        match self.scale {
            v1::TermScale::ZScore => Scale::Standard,
            v1::TermScale::Range => Scale::Range,
            v1::TermScale::AsIs | v1::TermScale::Unspecified => Scale::AsIs,
        }
    }
}

impl DensityOptions {
    fn read(sent: &v1::DensityTerm) -> Result<Self, Refusal> {
        let threshold = threshold(sent.presence_threshold, "terms.density.presence_threshold")?;
        let weight = finite("terms.density.weight", sent.weight)?;
        Ok(Self { weight, threshold, include_self: sent.include_self })
    }
}

impl OutlookOptions {
    fn read(sent: &v1::OutlookTerm) -> Result<Self, Refusal> {
        use v1::outlook_term::By;
        let weight = finite("terms.outlook.weight", sent.weight)?;
        let window = match &sent.by {
            None => {
                return Err(Refusal::invalid("terms.outlook", "neither window nor given", "one of the two"));
            }
            Some(By::Given(_)) => None,
            Some(By::Window(sent)) => {
                let field = "terms.outlook.window.periods";
                let range = sent.periods.as_ref();
                let range = range.ok_or_else(|| Refusal::invalid(field, "nothing", "a first and a last period"))?;
                let (first, last) = window(range, field)?;
                Some((first, last, sent.indicator.clone()))
            }
        };
        Ok(Self { weight, window })
    }
}

fn finite(field: &str, number: f64) -> Result<f64, Refusal> {
    if number.is_finite() { Ok(number) } else { Err(Refusal::invalid(field, number, "a finite number")) }
}
