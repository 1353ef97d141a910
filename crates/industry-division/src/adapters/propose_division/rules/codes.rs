//! Positions of the codes that a request names.

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::nearest::nearest;

/// Codes of a cluster, to find positions by.
#[derive(Debug)]
pub(crate) struct Codes<'a> {
    pub(crate) regions: Vec<&'a str>,
    pub(crate) industries: Vec<&'a str>,
}

impl Codes<'_> {
    pub(crate) fn region(&self, sent: &str, field: &str) -> Result<usize, Refusal> {
        find(sent, &self.regions, field, "a region")
    }

    pub(crate) fn industry(&self, sent: &str, field: &str) -> Result<usize, Refusal> {
        find(sent, &self.industries, field, "an industry")
    }

    /// Industries of a list, each of which may stand in it once.
    pub(super) fn industries(&self, sent: &[String], field: &str) -> Result<Vec<usize>, Refusal> {
        let find = |(at, code): (usize, &String)| self.industry(code, &format!("{field}[{at}]"));
        let found: Vec<usize> = sent.iter().enumerate().map(find).collect::<Result<_, _>>()?;
        once(&found, field, |at| sent[at].clone(), "each industry once")?;
        Ok(found)
    }

    /// Figures of every candidate industry.
    pub(crate) fn numbers(&self, sent: &v1::IndustryNumbers, field: &str) -> Result<Vec<f64>, Refusal> {
        let field = format!("{field}.numbers");
        let mut numbers = vec![None; self.industries.len()];
        for (at, number) in sent.numbers.iter().enumerate() {
            let industry = self.industry(&number.industry, &format!("{field}[{at}].industry"))?;
            if !number.number.is_finite() {
                return Err(Refusal::invalid(&format!("{field}[{at}].number"), number.number, "a finite number"));
            }
            if numbers[industry].replace(number.number).is_some() {
                let sent = format!("\"{}\" twice", number.industry);
                return Err(Refusal::invalid(&format!("{field}[{at}].industry"), sent, "each industry once"));
            }
        }
        let missing = self.industries.iter().zip(&numbers).filter(|(_, number)| number.is_none());
        let missing: Vec<&str> = missing.map(|(code, _)| *code).collect();
        if missing.is_empty() {
            return Ok(numbers.into_iter().flatten().collect());
        }
        let sent = format!("nothing for {}", missing.join(", "));
        Err(Refusal::invalid(&field, sent, "a number for every candidate industry"))
    }
}

/// Refuses a list in which something stands twice.
pub(super) fn once(found: &[usize], field: &str, name: impl Fn(usize) -> String, allowed: &str) -> Result<(), Refusal> {
    match (0..found.len()).find(|&at| found[..at].contains(&found[at])) {
        Some(at) => Err(Refusal::invalid(&format!("{field}[{at}]"), format!("\"{}\" twice", name(at)), allowed)),
        None => Ok(()),
    }
}

/// Position of a code among those of the plan.
fn find(sent: &str, known: &[&str], field: &str, kind: &str) -> Result<usize, Refusal> {
    if let Some(position) = known.iter().position(|code| *code == sent) {
        return Ok(position);
    }
    let nearest = nearest(sent, known.iter().copied(), 3);
    let hint = if nearest.is_empty() { String::new() } else { format!("; nearest: {}", nearest.join(", ")) };
    let allowed = format!("{kind} of the selection that no policy left out{hint}");
    Err(Refusal::invalid(field, format!("\"{sent}\""), &allowed).with_metadata("nearest", nearest.join(",")))
}
