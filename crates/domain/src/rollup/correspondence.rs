//! Correspondence tables: which codes of one classification are which of another.

use std::collections::{BTreeMap, BTreeSet};

/// How far the shares of one code may be from 1 together.
const SHARES_TOLERANCE: f64 = 1e-6;

/// A row of a correspondence table.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrespondenceRow {
    /// Code in the old classification.
    pub from: String,
    /// Code in the new one.
    pub to: String,
    /// Share of the old code that goes to the new one; none where the table does not say.
    pub share: Option<f64>,
}

/// Why rows are no correspondence table.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CorrespondenceError {
    /// A code is empty.
    #[error("row {row} has an empty code")]
    EmptyCode {
        /// Position of the row.
        row: usize,
    },
    /// Two rows for the same pair of codes.
    #[error("row {row} repeats {from} to {to}")]
    Repeated {
        /// Position of the second.
        row: usize,
        /// Old code.
        from: String,
        /// New code.
        to: String,
    },
    /// A share that is none.
    #[error("row {row}: {share} is not a share between 0 and 1")]
    NoShare {
        /// Position of the row.
        row: usize,
        /// What stands there.
        share: f64,
    },
    /// Some rows of a code have a share, others have none.
    #[error("{from} has a share in some of its rows and none in others")]
    HalfShared {
        /// Old code.
        from: String,
    },
    /// The shares of a code are not 1 together.
    #[error("the shares of {from} are {sum} together, not 1")]
    SharesDoNotAddUp {
        /// Old code.
        from: String,
        /// Their sum.
        sum: f64,
    },
    /// An old code has several new ones and the table does not say in which shares.
    #[error("{from} becomes {}, and the table does not say in which shares", to.join(", "))]
    Unshared {
        /// Old code.
        from: String,
        /// New codes.
        to: Vec<String>,
    },
}

/// What to do about an old code that has several new ones without shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Split {
    /// Refuse.
    #[default]
    Refuse,
    /// Join the candidates: they are answered as one code, which holds their sum exactly.
    Join,
}

/// A correspondence table.
#[derive(Debug, Clone, PartialEq)]
pub struct Correspondence {
    /// New codes and shares by old code.
    to: BTreeMap<String, BTreeMap<String, Option<f64>>>,
}

/// What old codes become.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// New codes in order, joined ones as `C36+C37`.
    pub targets: Vec<String>,
    /// By old code: positions of targets, and the share that goes there. Shares of a code are 1 together.
    pub parts: BTreeMap<String, Vec<(usize, f64)>>,
    /// Joined codes with their candidates.
    pub joined: BTreeMap<String, Vec<String>>,
    /// Old codes that are divided by shares.
    pub divided: Vec<String>,
    /// Old codes that the table does not name.
    pub uncovered: Vec<String>,
}

impl Correspondence {
    /// A table of rows.
    ///
    /// # Errors
    ///
    /// [`CorrespondenceError`]: a row that is none, or shares that do not add up to 1 (to one millionth).
    pub fn try_new(rows: &[CorrespondenceRow]) -> Result<Self, CorrespondenceError> {
        let mut to: BTreeMap<String, BTreeMap<String, Option<f64>>> = BTreeMap::new();
        for (row, entry) in rows.iter().enumerate() {
            if entry.from.is_empty() || entry.to.is_empty() {
                return Err(CorrespondenceError::EmptyCode { row });
            }
            if let Some(share) = entry.share.filter(|share| !(0.0..=1.0).contains(share)) {
                return Err(CorrespondenceError::NoShare { row, share });
            }
            let of_code = to.entry(entry.from.clone()).or_default();
            if of_code.insert(entry.to.clone(), entry.share).is_some() {
                let (from, to) = (entry.from.clone(), entry.to.clone());
                return Err(CorrespondenceError::Repeated { row, from, to });
            }
        }
        to.iter().try_for_each(|(from, shares)| check_shares(from, shares))?;
        Ok(Self { to })
    }

    /// The old codes that it names, in order.
    pub fn from_codes(&self) -> impl Iterator<Item = &str> {
        self.to.keys().map(String::as_str)
    }

    /// What some old codes become. One to one and many to one is exact; one to many goes by the table's shares.
    ///
    /// # Errors
    ///
    /// [`CorrespondenceError::Unshared`] for the first code with several new ones and no shares, unless those are joined.
    pub fn convert<'a>(
        &self,
        codes: impl IntoIterator<Item = &'a str>,
        split: Split,
    ) -> Result<Conversion, CorrespondenceError> {
        let codes: BTreeSet<&str> = codes.into_iter().collect();
        let (covered, uncovered): (Vec<&str>, Vec<&str>) =
            codes.into_iter().partition(|code| self.to.contains_key(*code));
        let mut families = Families::default();
        let mut divided = Vec::new();
        for (from, shares) in covered.iter().filter_map(|code| self.to.get_key_value(*code)) {
            let to: Vec<&str> = shares.keys().map(String::as_str).collect();
            to.iter().for_each(|code| families.add(code));
            let unshared = shares.len() > 1 && shares.values().any(Option::is_none);
            match (unshared, split) {
                (true, Split::Refuse) => {
                    let to = to.into_iter().map(str::to_owned).collect();
                    return Err(CorrespondenceError::Unshared { from: from.clone(), to });
                }
                (true, Split::Join) => families.join(&to),
                (false, _) if shares.len() > 1 => divided.push(from.clone()),
                (false, _) => {}
            }
        }
        let (targets, joined) = families.targets();
        let position: BTreeMap<&str, usize> =
            targets.iter().enumerate().flat_map(|(at, (_, members))| members.iter().map(move |of| (*of, at))).collect();
        let parts = covered.iter().filter_map(|code| self.to.get_key_value(*code));
        let parts = parts.map(|(from, shares)| (from.clone(), parts_of(shares, &position))).collect();
        Ok(Conversion {
            targets: targets.iter().map(|(code, _)| code.clone()).collect(),
            parts,
            joined,
            divided,
            uncovered: uncovered.into_iter().map(str::to_owned).collect(),
        })
    }
}

fn check_shares(from: &str, shares: &BTreeMap<String, Option<f64>>) -> Result<(), CorrespondenceError> {
    let given: Vec<f64> = shares.values().copied().flatten().collect();
    if given.is_empty() {
        return Ok(());
    }
    if given.len() < shares.len() {
        return Err(CorrespondenceError::HalfShared { from: from.to_owned() });
    }
    let sum: f64 = given.iter().sum();
    match (sum - 1.0).abs() <= SHARES_TOLERANCE {
        true => Ok(()),
        false => Err(CorrespondenceError::SharesDoNotAddUp { from: from.to_owned(), sum }),
    }
}

/// Where a code goes: each target once, with its share.
fn parts_of(shares: &BTreeMap<String, Option<f64>>, position: &BTreeMap<&str, usize>) -> Vec<(usize, f64)> {
    let mut parts: BTreeMap<usize, Option<f64>> = BTreeMap::new();
    for (to, share) in shares {
        if let Some(at) = position.get(to.as_str()) {
            let sum = parts.entry(*at).or_insert(Some(0.0));
            *sum = sum.zip(*share).map(|(sum, share)| sum + share);
        }
    }
    // Without shares there is one target: the only one, or that of the joined candidates. So it is with shares that
    // all go to one target, whatever their sum was rounded to.
    let whole = parts.len() == 1;
    parts.into_iter().map(|(at, share)| (at, if whole { 1.0 } else { share.unwrap_or(1.0) })).collect()
}

/// New codes that cannot be told apart.
#[derive(Default)]
struct Families<'a> {
    /// By code: another of its family that leads to the first.
    leads: BTreeMap<&'a str, &'a str>,
}

/// Code of a target, and the new codes that it holds.
type TargetCodes<'a> = Vec<(String, Vec<&'a str>)>;

impl<'a> Families<'a> {
    fn add(&mut self, code: &'a str) {
        self.leads.entry(code).or_insert(code);
    }

    fn first(&self, code: &'a str) -> &'a str {
        let mut at = code;
        while let Some(next) = self.leads.get(at).filter(|next| **next != at) {
            at = next;
        }
        at
    }

    fn join(&mut self, codes: &[&'a str]) {
        for pair in codes.windows(2) {
            if let [a, b] = pair {
                let (a, b) = (self.first(a), self.first(b));
                self.leads.insert(a.max(b), a.min(b));
            }
        }
    }

    /// Targets in order of their codes, and the joined ones with their candidates.
    fn targets(&self) -> (TargetCodes<'a>, BTreeMap<String, Vec<String>>) {
        let mut members: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
        for code in self.leads.keys() {
            members.entry(self.first(code)).or_default().push(code);
        }
        let mut targets: TargetCodes<'a> = members.into_values().map(|codes| (codes.join("+"), codes)).collect();
        targets.sort();
        let joined = targets.iter().filter(|(_, codes)| codes.len() > 1);
        let joined = joined.map(|(code, codes)| (code.clone(), codes.iter().map(|&code| code.to_owned()).collect()));
        let joined = joined.collect();
        (targets, joined)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, &str, Option<f64>)]) -> Result<Correspondence, CorrespondenceError> {
        let row = |(from, to, share): &(&str, &str, Option<f64>)| CorrespondenceRow {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            share: *share,
        };
        Correspondence::try_new(&rows.iter().map(row).collect::<Vec<_>>())
    }

    #[test]
    fn one_to_one_and_many_to_one_are_exact() {
        let table = table(&[("a", "x", None), ("b", "x", None), ("c", "y", Some(1.0))]).unwrap();
        let found = table.convert(["a", "b", "c", "z"], Split::Refuse).unwrap();
        assert_eq!(found.targets, ["x", "y"]);
        assert_eq!(found.parts["a"], [(0, 1.0)]);
        assert_eq!(found.parts["b"], [(0, 1.0)]);
        assert_eq!(found.parts["c"], [(1, 1.0)]);
        assert_eq!((found.uncovered.as_slice(), found.divided.len()), (["z".to_owned()].as_slice(), 0));
    }

    #[test]
    fn one_to_many_goes_by_shares_or_is_refused_or_joined() {
        let shared = table(&[("a", "x", Some(0.25)), ("a", "y", Some(0.75))]).unwrap();
        let found = shared.convert(["a"], Split::Refuse).unwrap();
        assert_eq!(
            (found.parts["a"].as_slice(), found.divided.as_slice()),
            ([(0, 0.25), (1, 0.75)].as_slice(), ["a".to_owned()].as_slice())
        );

        let unshared = table(&[("a", "x", None), ("a", "y", None), ("b", "y", None), ("c", "z", None)]).unwrap();
        let refused = unshared.convert(["a", "b"], Split::Refuse);
        assert_eq!(refused, Err(CorrespondenceError::Unshared { from: "a".into(), to: vec!["x".into(), "y".into()] }));
        // A code that is not converted does not matter.
        assert!(unshared.convert(["b", "c"], Split::Refuse).is_ok());
        let joined = unshared.convert(["a", "b", "c"], Split::Join).unwrap();
        assert_eq!(joined.targets, ["x+y", "z"]);
        assert_eq!(
            (joined.parts["a"].as_slice(), joined.parts["b"].as_slice()),
            ([(0, 1.0)].as_slice(), [(0, 1.0)].as_slice())
        );
        assert_eq!(joined.joined["x+y"], ["x", "y"]);
    }

    #[test]
    fn shares_within_a_joined_family_come_together() {
        let rows =
            [("a", "x", None), ("a", "y", None), ("b", "x", Some(0.2)), ("b", "y", Some(0.3)), ("b", "z", Some(0.5))];
        let found = table(&rows).unwrap().convert(["a", "b"], Split::Join).unwrap();
        assert_eq!(found.targets, ["x+y", "z"]);
        assert_eq!(found.parts["b"], [(0, 0.5), (1, 0.5)]);
    }

    #[test]
    fn refuses_what_is_no_table() {
        use CorrespondenceError as E;
        assert_eq!(table(&[("a", "", None)]), Err(E::EmptyCode { row: 0 }));
        assert_eq!(
            table(&[("a", "x", None), ("a", "x", None)]),
            Err(E::Repeated { row: 1, from: "a".into(), to: "x".into() })
        );
        assert_eq!(table(&[("a", "x", Some(1.5))]), Err(E::NoShare { row: 0, share: 1.5 }));
        assert!(matches!(table(&[("a", "x", Some(f64::NAN))]), Err(E::NoShare { row: 0, .. })));
        assert_eq!(table(&[("a", "x", Some(0.5)), ("a", "y", None)]), Err(E::HalfShared { from: "a".into() }));
        assert_eq!(table(&[("a", "x", Some(0.5))]), Err(E::SharesDoNotAddUp { from: "a".into(), sum: 0.5 }));
    }
}
