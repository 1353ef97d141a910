//! `export`: a vintage as a file.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use clap::Args;
use growthpole_contracts::v1::{
    ExportFormat, ExportHeader, ExportVintageRequest, ExportVintageResponse, export_vintage_response::Part,
};
use prost::Message as _;
use tonic::{Status, Streaming};

use super::Common;
use super::ask::{Whom, method};
use super::selection::PartArgs;
use super::values::{names, number};
use crate::failure::Failure;
use crate::output::new_file::NewFile;
use crate::output::{View, standard_output, tell};

/// Writes a vintage, or some of it, as a file. `growthpole import` reads it back as it was.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Data set, for example china-provinces
    #[arg(value_name = "DATASET")]
    dataset: String,
    /// Format of the file
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = names(&["csv", "sdmx-csv", "json-stat", "parquet", "arrow"]))]
    format: String,
    /// File to write; - for standard output
    #[arg(long, short, value_name = "FILE|-", default_value = "-")]
    output: PathBuf,
    /// Indicators, for example gdp_real_growth; without them, all that the vintage holds
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    indicator: Vec<String>,
    #[command(flatten)]
    part: PartArgs,
    #[command(flatten)]
    whom: Whom,
}

impl ExportArgs {
    /// Asks, and writes what comes as it comes.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let is_binary = matches!(self.format.as_str(), "parquet" | "arrow");
        if is_binary && is_standard(&self.output) && io::stdout().is_terminal() {
            let text = format!("{} is not for a screen: write it to a file by --output FILE", self.format);
            return Err(Failure::Usage(text));
        }
        let target = Target::of(&self.output)?;
        let client = self.whom.client(common).await?;
        let request = Bytes::from(self.request().encode_to_vec());
        let mut parts = client.streaming(method!("ObservationService/ExportVintage"), vec![request]).await?;
        let header = header(&mut parts).await?;
        let bytes = match target {
            Target::Standard => {
                let mut output = standard_output();
                copy(&mut parts, &mut output).await?;
                return Ok(output.flush()?);
            }
            Target::Taker(mut taker) => copy(&mut parts, &mut taker).await?,
            Target::File(path) => to_file(&mut parts, &path).await?,
        };
        let ExportHeader { provenance, warnings, .. } = header;
        View { provenance, warnings, ..View::default() }.tell_notes();
        tell(&format!("{bytes} bytes written to {}", self.output.display()));
        Ok(())
    }

    fn request(&self) -> ExportVintageRequest {
        ExportVintageRequest {
            dataset: self.dataset.clone(),
            vintage: self.part.vintage.message(),
            indicators: self.indicator.clone(),
            regions: self.part.regions.message(),
            industries: self.part.industries.message(),
            periods: self.part.periods.message(),
            format: number(Some(&self.format), "EXPORT_FORMAT", ExportFormat::from_str_name),
        }
    }
}

fn is_standard(output: &Path) -> bool {
    output.as_os_str() == "-"
}

/// Where a file goes.
enum Target {
    /// Standard output.
    Standard,
    /// A file, which is there once it is whole.
    File(PathBuf),
    /// A pipe or a device, which takes what comes.
    Taker(File),
}

impl Target {
    fn of(output: &Path) -> Result<Self, Failure> {
        if is_standard(output) {
            return Ok(Self::Standard);
        }
        let cannot = |problem: String| Failure::Usage(format!("{} cannot be written: {problem}", output.display()));
        let opened = match std::fs::metadata(output) {
            Ok(there) if there.is_dir() => return Err(cannot("it is a folder".to_owned())),
            // A link stays one: what it leads to is written.
            Ok(there) if there.is_file() => output.canonicalize().map(Self::File),
            Ok(_) => File::options().write(true).open(output).map(Self::Taker),
            Err(_) => Ok(Self::File(output.to_owned())),
        };
        opened.map_err(|error| cannot(error.to_string()))
    }
}

async fn header(parts: &mut Streaming<Bytes>) -> Result<ExportHeader, Failure> {
    match next(parts).await? {
        Some(Part::Header(header)) => Ok(header),
        _ => Err(Status::internal("the answer does not begin with a header").into()),
    }
}

async fn next(parts: &mut Streaming<Bytes>) -> Result<Option<Part>, Failure> {
    let part = parts.message().await?;
    Ok(part.map(ExportVintageResponse::decode).transpose()?.and_then(|part| part.part))
}

/// Writes a file that is there once it is whole.
async fn to_file(parts: &mut Streaming<Bytes>, path: &Path) -> Result<u64, Failure> {
    let cannot = |error: io::Error| Failure::Usage(format!("{} cannot be written: {error}", path.display()));
    let mut file = NewFile::create(path).map_err(cannot)?;
    let bytes = copy(parts, &mut file).await?;
    file.finish().map_err(cannot)?;
    Ok(bytes)
}

async fn copy(parts: &mut Streaming<Bytes>, output: &mut impl Write) -> Result<u64, Failure> {
    let mut bytes = 0;
    while let Some(part) = next(parts).await? {
        if let Part::Chunk(chunk) = part {
            output.write_all(&chunk)?;
            bytes += chunk.len() as u64;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: ExportArgs,
    }

    #[test]
    fn options_are_fields() {
        let line =
            "export china-provinces --vintage 3 --format json-stat --indicator gdp,population --period 2015 -o a.json";
        let args = Line::try_parse_from(line.split(' ')).unwrap().args;
        let request = args.request();
        assert_eq!((request.format(), request.indicators.len()), (ExportFormat::JsonStat, 2));
        assert_eq!(
            (request.dataset.as_str(), request.vintage.is_some(), request.periods.is_some()),
            ("china-provinces", true, true)
        );
        assert_eq!(args.output, Path::new("a.json"));
        assert!(Line::try_parse_from(["export", "x", "--format", "xlsx"]).is_err());
    }
}
