//! The nearest of the names that are known, for misspelt ones.

/// Returns up to `limit` of `known` that are most like `sent`, best first; none that is unlike it.
///
/// Likeness is Damerau-Levenshtein distance on lower-cased text, relative to its length, with a leading part counting as
/// near. Ties keep the order of `known`.
pub fn nearest<'a>(sent: &str, known: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<String> {
    Known::new(known).nearest(sent, limit).into_iter().map(str::to_owned).collect()
}

/// Names that many texts are compared with.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    names: Vec<(&'a str, Text)>,
}

impl<'a> Known<'a> {
    /// Names in the order that ties keep.
    pub fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().map(|name| (name, Text::new(name))).collect() }
    }

    /// The names that are most like `sent`, as [`nearest`] gives them.
    pub fn nearest(&self, sent: &str, limit: usize) -> Vec<&'a str> {
        // No name is that long, and the work grows with it: a caller must not keep a core busy with one field.
        const LONGEST: usize = 200;
        if sent.len() > LONGEST {
            return Vec::new();
        }
        let sent = Text::new(sent);
        let likenesses = self.names.iter().filter_map(|(name, text)| Some((sent.likeness(text)?, *name)));
        let mut found: Vec<(f64, &str)> = likenesses.collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.dedup_by(|a, b| a.1 == b.1);
        found.into_iter().take(limit).map(|(_, name)| name).collect()
    }
}

/// A text as it is compared.
#[derive(Debug, Clone)]
struct Text {
    lower: String,
    /// Its characters in order.
    sorted: Vec<char>,
}

impl Text {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let mut sorted: Vec<char> = lower.chars().collect();
        sorted.sort_unstable();
        Self { lower, sorted }
    }

    /// How like a name is to this; nothing when it is unlike.
    fn likeness(&self, name: &Self) -> Option<f64> {
        const LEAST_LIKENESS: f64 = 0.5;
        const OF_A_LEADING_PART: f64 = 0.8;
        let (sent, known) = (self.lower.as_str(), name.lower.as_str());
        let starts_alike = sent.len() >= 3 && (known.starts_with(sent) || sent.starts_with(known) && known.len() >= 3);
        // The distance costs the product of the lengths, and most names are ruled out without it.
        let by_letters = if self.may_be_like(name) { strsim::normalized_damerau_levenshtein(sent, known) } else { 0.0 };
        let likeness = if starts_alike { by_letters.max(OF_A_LEADING_PART) } else { by_letters };
        (likeness >= LEAST_LIKENESS).then_some(likeness)
    }

    /// Whether lengths and letters allow a likeness of a half: each edit supplies one letter of the longer text at most,
    /// so that half of them have to be in the shorter one.
    fn may_be_like(&self, name: &Self) -> bool {
        let longer = self.sorted.len().max(name.sorted.len());
        let may = |common: usize| 2 * common >= longer;
        may(self.sorted.len().min(name.sorted.len())) && may(common(&self.sorted, &name.sorted))
    }
}

/// How many elements two ordered lists have in common, each as often as it is in both.
fn common(a: &[char], b: &[char]) -> usize {
    let mut rest = b.iter().peekable();
    let is_in_rest = |letter: &&char| {
        while rest.next_if(|other| other < letter).is_some() {}
        rest.next_if(|other| other == letter).is_some()
    };
    a.iter().filter(is_in_rest).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_transposition_first() {
        let known = ["gdp", "gdp_real_growth", "population"];
        assert_eq!(nearest("gdp_real_grwoth", known, 3), ["gdp_real_growth", "gdp"]);
    }

    #[test]
    fn does_not_look_for_what_is_longer_than_any_name() {
        assert!(nearest(&"gdp".repeat(100_000), ["gdp"], 3).is_empty());
    }

    #[test]
    fn a_leading_part_is_near_however_long_the_rest() {
        assert_eq!(nearest("abc", ["abcdefgh"], 1), ["abcdefgh"]);
    }

    #[test]
    fn only_what_is_unlike_is_ruled_out_beforehand() {
        // Every text of up to five letters of an alphabet of three, with the empty one.
        let mut all = vec![String::new()];
        for first in 0..121 {
            all.extend(["a", "b", "ß"].map(|letter| format!("{}{letter}", all[first])));
        }
        let mut ruled_out = 0;
        for (sent, name) in all.iter().flat_map(|sent| all.iter().map(move |name| (sent, name))) {
            let like = strsim::normalized_damerau_levenshtein(sent, name) >= 0.5;
            let may_be_like = Text::new(sent).may_be_like(&Text::new(name));
            assert!(may_be_like || !like, "{sent} {name}");
            ruled_out += usize::from(!may_be_like);
        }
        assert!(ruled_out > 20_000, "{ruled_out}");
    }

    #[test]
    fn finds_nothing_for_what_is_unlike() {
        assert!(nearest("zzz", ["employment", "population"], 3).is_empty());
    }
}
