//! A correspondence between classifications or schemes: the options that name it, and its CSV file.

use std::path::Path;

use growthpole_contracts::v1::{
    Correspondence, CorrespondenceDataset, CorrespondenceRow, CorrespondenceRows, SplitPolicy, correspondence as table,
};

use crate::failure::Failure;

/// The options that name a correspondence, each with what was given.
pub(super) struct Options<'a> {
    /// A CSV file.
    pub(super) file: (&'static str, Option<&'a Path>),
    /// A data set and the indicator whose values are the shares.
    pub(super) stored: (&'static str, Option<&'a (String, String)>),
    /// What the new codes are of.
    pub(super) name: (&'static str, Option<&'a str>),
    /// Whether codes that cannot be told apart are joined.
    pub(super) joins: (&'static str, bool),
}

impl Options<'_> {
    /// The message; nothing where no table is named.
    pub(super) fn message(&self) -> Result<Option<Correspondence>, Failure> {
        let Self { file: (file_option, file), stored: (stored_option, stored), name, joins } = *self;
        let rows = file.map(|path| read(path, file_option)).transpose()?.map(table::Table::Rows);
        let stored = stored.cloned().map(|(dataset, indicator)| {
            table::Table::Dataset(CorrespondenceDataset { dataset, indicator, ..Default::default() })
        });
        let table = rows.or(stored);
        if table.is_none() && (name.1.is_some() || joins.1) {
            let problem = format!("{} and {} are for {file_option} and {stored_option}", name.0, joins.0);
            return Err(Failure::Usage(problem));
        }
        let split = if joins.1 { SplitPolicy::Join } else { SplitPolicy::Refuse };
        Ok(table.map(|table| Correspondence {
            table: Some(table),
            classification: name.1.unwrap_or_default().to_owned(),
            split: split.into(),
        }))
    }
}

/// Reads rows from a file with a header: `from` and `to`, and where known `share`. Other columns are refused, except `note`.
fn read(path: &Path, option: &str) -> Result<CorrespondenceRows, Failure> {
    let wrong = |what: String| Failure::Usage(format!("{option} {}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let known = ["from", "to", "share", "note"];
    if let Some(other) = header.iter().find(|name| !known.contains(name)) {
        return Err(wrong(format!("there is no column \"{other}\": {}", known.join(", "))));
    }
    let column = |name: &str| header.iter().position(|own| own == name);
    let (Some(from), Some(to)) = (column("from"), column("to")) else {
        return Err(wrong("the columns from and to are needed".to_owned()));
    };
    let share = column("share");
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let text = |at: usize| record.get(at).unwrap_or_default();
        let share = match share.map(text).unwrap_or_default() {
            "" => None,
            text => Some(text.parse().map_err(|_| wrong(format!("line {line}: \"{text}\" is no share")))?),
        };
        rows.push(CorrespondenceRow { from: text(from).to_owned(), to: text(to).to_owned(), share });
    }
    Ok(CorrespondenceRows { rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<CorrespondenceRows, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path(), "--correspondence")
    }

    #[test]
    fn an_empty_share_is_none() {
        let rows = of("from,to,share,note\nC36,C36,1,\nC37,C37,,unchanged\n").unwrap().rows;
        assert_eq!((rows[0].share, rows[1].share, rows[1].from.as_str()), (Some(1.0), None, "C37"));
        assert_eq!(of("to,from\nx,a\n").unwrap().rows[0].from, "a");
    }

    #[test]
    fn what_is_no_table_is_wrong_usage() {
        for text in ["from\na\n", "from,to,colour\n", "from,to,share\na,b,half\n", "from,to\na\n"] {
            assert!(matches!(of(text), Err(Failure::Usage(_))), "{text}");
        }
    }
}
