//! `import`: a file of statistics as a vintage.

mod local;
mod remote;
mod report;

use std::fs::File;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use growthpole_contracts::v1;

use super::ask::Whom;
use super::{Common, counted};
use crate::failure::Failure;
use crate::output::Format;

/// Imports a file of statistics as a further vintage of a data set, or its first.
///
/// Nothing is imported from a file with an error; the report says what is wrong, by line and column. The same file again is
/// the vintage that is there.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The file; plain, in gzip or zstd, or a tar archive
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Data set, a new one or one that is there: 1 to 64 of a-z, 0-9, - and _
    #[arg(long, value_name = "ID")]
    dataset: String,
    /// Format: auto, csv, wide-csv, parquet, arrow, sdmx-csv, eurostat-tsv, json-stat, bea, qcew or nbs
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    format: String,
    /// Mapping file (TOML): what columns, marks and codes mean, and what indicators are
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// When it was published: 2019-12-12, 2019-12 or 2019; without it what the file says, else today
    #[arg(long, value_name = "DATE")]
    published: Option<String>,
    /// Code of the indicator; of a file with several, what their codes begin with
    #[arg(long, value_name = "CODE")]
    indicator: Option<String>,
    /// What becomes of the vintage before
    #[arg(long, value_enum, default_value_t = Mode::Replace)]
    mode: Mode,
    /// Short name of the vintage; without it the name of the file
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// What to know about the vintage
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Checks the file in the same way, and writes nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    whom: Whom,
    /// How the report is printed
    #[arg(long, short, value_enum, default_value_t = Format::Table)]
    output: Format,
}

/// What becomes of the vintage before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// The new vintage holds what the file holds, and nothing else
    Replace,
    /// The new vintage also holds what the one before it holds of other indicators, regions, industries and periods
    Upsert,
}

impl ImportArgs {
    /// Whether programs read the report.
    pub(super) fn wants_json(&self) -> bool {
        self.output == Format::Json
    }

    /// Imports and prints the report.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let header = self.header()?;
        let file = self.open()?;
        let report = match self.whom.address() {
            Some(_) => remote::import(&self.whom.client(common).await?, header, file, self.dry_run).await?,
            None => local::import(&self.whom.settings(common)?, header, file, self.dry_run).await?,
        };
        report::print(&report, self.dry_run, self.output)?;
        let errors: i64 = report.errors.iter().map(|finding| finding.count).sum();
        if errors > 0 {
            let text = format!(
                "nothing was imported: the file has {}",
                counted(usize::try_from(errors).unwrap_or(usize::MAX), "error")
            );
            return Err(Failure::Other(anyhow::anyhow!(text)));
        }
        Ok(())
    }

    /// What is asked for, checked as far as it can be without the file.
    fn header(&self) -> Result<v1::ImportHeader, Failure> {
        let mapping = match &self.mapping {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| Failure::Usage(format!("--mapping {}: {error}", path.display())))?,
            None => String::new(),
        };
        let mode = match self.mode {
            Mode::Replace => v1::ImportMode::Replace,
            Mode::Upsert => v1::ImportMode::Upsert,
        };
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let header = v1::ImportHeader {
            dataset: self.dataset.clone(),
            format: self.format.clone(),
            file_name: name.into_owned(),
            mapping,
            indicator: self.indicator.clone().unwrap_or_default(),
            published: self.published.clone().unwrap_or_default(),
            label: self.label.clone().unwrap_or_default(),
            note: self.note.clone().unwrap_or_default(),
            mode: mode.into(),
            ..v1::ImportHeader::default()
        };
        growthpole_api::check_header(&header)
            .map_err(|refusal| Failure::Usage(refusal.message.replace("header.", "--")))?;
        Ok(header)
    }

    /// The file, which is read more than once, so that a pipe does not do.
    fn open(&self) -> Result<File, Failure> {
        let unreadable =
            |problem: String| Failure::Other(anyhow::anyhow!("{} cannot be imported: {problem}", self.file.display()));
        let opened = File::open(&self.file).and_then(|file| Ok((file.metadata()?.is_file(), file)));
        match opened {
            Ok((true, file)) => Ok(file),
            Ok((false, _)) => Err(unreadable("it is a folder, a pipe or a device, not a file".to_owned())),
            Err(error) => Err(unreadable(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::probe::read;

    fn header(words: &str) -> Result<v1::ImportHeader, Failure> {
        read::<ImportArgs>(words).unwrap().header()
    }

    #[test]
    fn options_become_a_header() {
        let header = header("a/gdp.csv.gz --dataset d --format csv --published 2019-12 --mode upsert").unwrap();
        assert_eq!((header.file_name.as_str(), header.published.as_str()), ("gdp.csv.gz", "2019-12"));
        assert_eq!(header.mode(), v1::ImportMode::Upsert);
    }

    #[test]
    fn mistakes_are_found_before_the_file_is_opened() {
        for words in [
            "f --dataset D",
            "f --dataset d --format xlsx",
            "f --dataset d --published yesterday",
            "f --dataset d --mapping /nowhere.toml",
        ] {
            assert!(matches!(header(words), Err(Failure::Usage(_))), "{words}");
        }
    }
}
