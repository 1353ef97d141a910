//! The nearest of the names that are known, for misspelt ones.

/// Returns up to `limit` of `known` that are most like `sent`, best first; none that is unlike it.
///
/// Likeness is Damerau-Levenshtein distance on lower-cased text, relative to its length, with a leading part counting as
/// near. Ties keep the order of `known`.
pub fn nearest<'a>(sent: &str, known: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<String> {
    const LEAST_LIKENESS: f64 = 0.5;
    // No name is that long, and the work grows with it: a caller must not keep a core busy with one field.
    const LONGEST: usize = 200;
    if sent.len() > LONGEST {
        return Vec::new();
    }
    let sent = sent.to_lowercase();
    let mut found: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (likeness(&sent, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= LEAST_LIKENESS)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().take(limit).map(|(_, name)| name.to_owned()).collect()
}

fn likeness(sent: &str, name: &str) -> f64 {
    // A text of twice the length, or half, is unlike by its length alone; most names are ruled out here.
    let (sent_length, name_length) = (sent.chars().count(), name.chars().count());
    let may_be_like = sent_length <= 2 * name_length && name_length <= 2 * sent_length;
    let by_letters = if may_be_like { strsim::normalized_damerau_levenshtein(sent, name) } else { 0.0 };
    let starts_alike = sent.len() >= 3 && (name.starts_with(sent) || sent.starts_with(name) && name.len() >= 3);
    if starts_alike { by_letters.max(0.8) } else { by_letters }
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
    fn what_is_ruled_out_by_length_would_not_be_like() {
        for (sent, name) in [("ab", "abcde"), ("abcdefgh", "xyz"), ("a", "abc")] {
            assert!(strsim::normalized_damerau_levenshtein(sent, name) < 0.5, "{sent} {name}");
        }
        assert_eq!(nearest("abc", ["abcdefgh"], 1), ["abcdefgh"], "a leading part is near, however long the rest");
    }

    #[test]
    fn finds_nothing_for_what_is_unlike() {
        assert!(nearest("zzz", ["employment", "population"], 3).is_empty());
    }
}
