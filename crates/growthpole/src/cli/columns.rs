//! Columns of a CSV file that an option names.

use std::path::Path;

use crate::failure::Failure;

/// The texts in some columns of a CSV file with a header and at least one record; other columns play no part.
pub(super) fn texts<const N: usize>(
    option: &str,
    path: &Path,
    columns: [&str; N],
) -> Result<Vec<[String; N]>, Failure> {
    let wrong = |what: String| Failure::Usage(format!("{option} {}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let places = columns.map(|name| header.iter().position(|own| own == name));
    if places.contains(&None) {
        return Err(wrong(format!("the columns {} are needed", columns.join(", "))));
    }
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let text = |place: Option<usize>| place.and_then(|at| record.get(at)).unwrap_or_default().trim().to_owned();
        all.push(places.map(text));
    }
    if all.is_empty() { Err(wrong("there is no record".to_owned())) } else { Ok(all) }
}

/// The number in a record, counted from 0.
pub(super) fn number(option: &str, path: &Path, record: usize, text: &str) -> Result<f64, Failure> {
    let what = || format!("{option} {}: record {}: \"{text}\" is no number", path.display(), record + 1);
    text.parse().map_err(|_| Failure::Usage(what()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_any_order_beside_others() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "note,amount,region\nx, 2.5 ,r1\n").unwrap();
        let read = texts("--base-file", file.path(), ["region", "amount"]).unwrap();
        assert_eq!(read, [["r1".to_owned(), "2.5".to_owned()]]);
        assert_eq!(number("--base-file", file.path(), 0, &read[0][1]).unwrap(), 2.5);
        assert!(matches!(number("--base-file", file.path(), 0, "much"), Err(Failure::Usage(_))));
        for text in ["region\nr1\n", "region,amount\n", ""] {
            std::fs::write(file.path(), text).unwrap();
            let read = texts("--base-file", file.path(), ["region", "amount"]);
            assert!(matches!(read, Err(Failure::Usage(_))), "{text}");
        }
    }
}
