//! Relatedness that the request brings along.

use std::collections::{BTreeMap, BTreeSet};

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::Matrix;

/// Pairs at most.
const MOST_PAIRS: usize = 100_000;

/// Relatedness by pair of codes, the smaller first; none where the request brings none.
#[derive(Debug, Clone, Default)]
pub(super) struct Given(BTreeMap<(String, String), f64>);

impl Given {
    pub(super) fn read(sent: Vec<v1::GivenRelatedness>) -> Result<Self, Refusal> {
        if sent.len() > MOST_PAIRS {
            return Err(Refusal::invalid("given", format!("{} pairs", sent.len()), &format!("at most {MOST_PAIRS}")));
        }
        let mut pairs = BTreeMap::new();
        for (at, v1::GivenRelatedness { first, second, relatedness }) in sent.into_iter().enumerate() {
            let field = |name: &str| format!("given[{at}].{name}");
            if !relatedness.is_finite() || relatedness < 0.0 {
                return Err(Refusal::invalid(&field("relatedness"), relatedness, "0 or more, and finite"));
            }
            if first == second {
                return Err(Refusal::invalid(&field("second"), format!("\"{second}\" again"), "another industry"));
            }
            let pair = if first < second { (first, second) } else { (second, first) };
            let shown = format!("{} and {} again", pair.0, pair.1);
            if pairs.insert(pair, relatedness).is_some() {
                return Err(Refusal::invalid(&format!("given[{at}]"), shown, "each pair once"));
            }
        }
        Ok(Self(pairs))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses an industry that the data do not know.
    pub(super) fn check(&self, panel: &Panel) -> Result<(), Refusal> {
        let known: BTreeSet<&str> = panel.axes.industries.iter().map(|industry| industry.code.as_str()).collect();
        let named = self.0.keys().flat_map(|(first, second)| [first, second]);
        let unknown = named.into_iter().find(|code| !known.contains(code.as_str()));
        unknown.map_or(Ok(()), |code| {
            let allowed = "industries of the indicator, of the level that the selection names";
            Err(Refusal::invalid("given", format!("\"{code}\""), allowed))
        })
    }

    /// The relatedness of these industries; 0 where nothing is said, and of an industry to itself.
    pub(super) fn matrix(&self, codes: &[&str]) -> Matrix {
        let places: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(at, code)| (*code, at)).collect();
        let mut cells = vec![vec![0.0; codes.len()]; codes.len()];
        for ((first, second), relatedness) in &self.0 {
            if let (Some(&one), Some(&other)) = (places.get(first.as_str()), places.get(second.as_str())) {
                cells[one][other] = *relatedness;
                cells[other][one] = *relatedness;
            }
        }
        Matrix::from_fn(codes.len(), codes.len(), |row, column| cells[row][column])
    }
}
