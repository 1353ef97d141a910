//! Relatedness that the request brings along.

use std::collections::{BTreeMap, BTreeSet};

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Panel;
use growthpole_methods::Matrix;

/// Pairs at most.
const MOST_PAIRS: usize = 100_000;

/// Relatedness by pair of codes; none where the request brings none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    pairs: BTreeMap<(String, String), f64>,
    /// Whether pairs go from the first to the second only; else the smaller code is the first.
    one_way: bool,
    /// Path of the field.
    field: String,
}

impl Given {
    /// Reads pairs of the field of this path.
    pub(crate) fn read(sent: Vec<v1::GivenRelatedness>, one_way: bool, path: String) -> Result<Self, Refusal> {
        if sent.len() > MOST_PAIRS {
            return Err(Refusal::invalid(&path, format!("{} pairs", sent.len()), &format!("at most {MOST_PAIRS}")));
        }
        if one_way && sent.is_empty() {
            return Err(Refusal::invalid(&format!("{path}_one_way"), true, "false where no relatedness is given"));
        }
        let mut pairs = BTreeMap::new();
        for (at, v1::GivenRelatedness { first, second, relatedness }) in sent.into_iter().enumerate() {
            let field = |name: &str| format!("{path}[{at}].{name}");
            if !relatedness.is_finite() || relatedness < 0.0 {
                return Err(Refusal::invalid(&field("relatedness"), relatedness, "0 or more, and finite"));
            }
            if first == second {
                return Err(Refusal::invalid(&field("second"), format!("\"{second}\" again"), "another industry"));
            }
            let pair = if one_way || first < second { (first, second) } else { (second, first) };
            let shown = format!("{} and {} again", pair.0, pair.1);
            if pairs.insert(pair, relatedness).is_some() {
                return Err(Refusal::invalid(&format!("{path}[{at}]"), shown, "each pair once"));
            }
        }
        Ok(Self { pairs, one_way, field: path })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Refuses an industry that the data do not know.
    pub(crate) fn check(&self, panel: &Panel) -> Result<(), Refusal> {
        let known: BTreeSet<&str> = panel.axes.industries.iter().map(|industry| industry.code.as_str()).collect();
        let named = self.pairs.keys().flat_map(|(first, second)| [first, second]);
        let unknown = named.into_iter().find(|code| !known.contains(code.as_str()));
        unknown.map_or(Ok(()), |code| {
            let allowed = "industries of the indicator, of the level that the selection names";
            Err(Refusal::invalid(&self.field, format!("\"{code}\""), allowed))
        })
    }

    /// The relatedness of these industries, from row to column; 0 where nothing is said, and `own` of an industry to itself.
    pub(crate) fn matrix(&self, codes: &[&str], own: f64) -> Matrix {
        let places: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(at, code)| (*code, at)).collect();
        let n = codes.len();
        let mut cells = vec![0.0; n * n];
        (0..n).for_each(|place| cells[place * n + place] = own);
        for ((first, second), relatedness) in &self.pairs {
            if let (Some(&one), Some(&other)) = (places.get(first.as_str()), places.get(second.as_str())) {
                cells[one * n + other] = *relatedness;
                if !self.one_way {
                    cells[other * n + one] = *relatedness;
                }
            }
        }
        // What is kept has at least one industry.
        Matrix::try_new(cells, n).unwrap_or_else(|_| Matrix::from_fn(0, 0, |_, _| own))
    }
}
