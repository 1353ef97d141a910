//! The one entry: a file in any format to cells, with what its codes mean and what is wrong with it.

use std::io::BufReader;
use std::ops::ControlFlow;

use crate::cells::{Labels, Output, Sink};
use crate::described::Described;
use crate::options::Options;
use crate::report::{Report, Rule};
use crate::source::{Content, HEAD, Member, Reading, Source, SourceError};
use crate::text::{Charset, Text, charset_of, declared};
use crate::{
    Format, FormatChoice, bea, columnar, detect, eurostat, json_stat, nbs, qcew, schemes, sdmx_csv, tidy, unused, wide,
};

/// What a file was read as.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its format, where it was recognised or named.
    pub format: Option<Format>,
    /// What the positions of its cells stand for.
    pub labels: Labels,
    /// What it says about its codes.
    pub described: Described,
    /// What is wrong with it. Where it holds an error, nothing is to be imported.
    pub report: Report,
}

/// Reads a file, in its own order, into a sink. Text is read as a stream; whatever is wrong, a file that cannot be read
/// to its end too, is in the report.
pub fn read(source: &mut Source, options: &Options, sink: &mut dyn Sink) -> Outcome {
    let mut output = Output::new(sink);
    output.described.dataset.clone_from(&options.mapping.dataset);
    output.report.enter(source.name());
    let mut format = None;
    let reading = read_source(source, options, &mut output, &mut format);
    if let Some(format) = format {
        unused::finish(format, &options.mapping, &mut output);
    }
    schemes::declared::declare(&options.mapping, &mut output.described);
    if !matches!(reading, Ok(ControlFlow::Break(()))) {
        // The last run; nothing follows that a break could end.
        let _ = output.flush();
    }
    if let Err(error) = reading {
        output.report.add(error.rule, error.line, "", &error.message);
    }
    if output.labels.are_full() {
        output.report.add_overall(Rule::TooManyTexts, "", "");
    }
    let Output { labels, described, report, .. } = output;
    Outcome { format, labels, described, report }
}

fn read_source(
    source: &mut Source,
    options: &Options,
    output: &mut Output<'_>,
    format: &mut Option<Format>,
) -> Reading {
    let head = source.head()?;
    let shown = match options.format {
        FormatChoice::Named(named) => Some(named),
        FormatChoice::Auto => detect(&head, &options.mapping),
    };
    if let Some(binary) = shown.filter(|shown| shown.is_binary()) {
        *format = Some(binary);
        return read_table(binary, source, options, output);
    }
    let mut is_over = ControlFlow::Continue(());
    source.members(&mut |member| {
        is_over = read_member(member, options, output, format)?;
        Ok(is_over)
    })?;
    if format.is_none() && output.report.errors() == 0 {
        return Err(SourceError::new(Rule::UnknownFormat, 1, "no member is in a format that is read"));
    }
    Ok(is_over)
}

fn read_member(member: Member<'_>, options: &Options, output: &mut Output<'_>, format: &mut Option<Format>) -> Reading {
    output.report.enter(&member.name);
    let shown = detect(&member.head, &options.mapping);
    let chosen = match options.format {
        FormatChoice::Auto => shown,
        // What else lies in an archive beside the tables, notes for example, has none of the formats.
        FormatChoice::Named(_) if member.is_of_archive && shown.is_none() => None,
        FormatChoice::Named(named) => Some(named),
    };
    let is_beside = member.is_of_archive && chosen == Some(Format::Csv) && !is_named_as_table(&member.name);
    let Some(chosen) = chosen.filter(|_| !is_beside) else {
        if member.is_of_archive {
            output.report.add(Rule::MemberNotRead, 1, "", "in none of the formats");
            return Ok(ControlFlow::Continue(()));
        }
        let start = String::from_utf8_lossy(member.head.get(..60).unwrap_or(&member.head)).into_owned();
        return Err(SourceError::new(Rule::UnknownFormat, 1, start));
    };
    if format.is_some_and(|known| known != chosen) {
        return Err(SourceError::new(Rule::MixedFormats, 1, chosen.name()));
    }
    *format = Some(chosen);
    if chosen.is_binary() {
        return Err(SourceError::new(Rule::UnknownCompression, 0, format!("{chosen} within another file")));
    }
    let charset = charset(&member.head, chosen, options, &mut output.report)?;
    let about = (member.name.as_str(), member.is_of_archive);
    let mut read = |mut text: Text<'_>| {
        let read = read_text(chosen, &mut text, about, options, output);
        text.finish(&mut output.report);
        read
    };
    match member.content {
        // What is all in the head is read before a thread has started.
        Content::Movable(content) if member.head.len() == HEAD => {
            std::thread::scope(|scope| read(Text::ahead(scope, content, charset)?))
        }
        Content::Movable(content) => read(Text::new(content, charset)),
        Content::Fixed(content) => read(Text::new(content, charset)),
    }
}

/// Whether a member of an archive is a table by its name: a note that lies beside tables may have commas too.
fn is_named_as_table(name: &str) -> bool {
    [".csv", ".tsv", ".tab"].iter().any(|ending| name.to_ascii_lowercase().ends_with(ending))
}

/// What a member is written in; a character set that was guessed is reported.
fn charset(head: &[u8], format: Format, options: &Options, report: &mut Report) -> Result<Charset, SourceError> {
    if let Some(name) = &options.mapping.text.charset {
        let charset = declared(name).map_err(|error| SourceError::new(Rule::UnknownCharacterSet, 0, error.sent))?;
        return Ok(charset.into());
    }
    let found = charset_of(head);
    match usual_charset(format) {
        Some(usual) if head.is_ascii() => return Ok(Charset { first: found.charset, fallback: Some(usual) }),
        Some(usual) if found.is_guess => return Ok(usual.into()),
        _ => {}
    }
    if found.is_guess {
        report.add(Rule::CharacterSetGuessed, 1, "", found.charset.name());
    }
    Ok(found.charset.into())
}

/// The character set that a format has by its publisher where it is not UTF-8.
fn usual_charset(format: Format) -> Option<&'static encoding_rs::Encoding> {
    match format {
        Format::Bea | Format::Qcew => Some(encoding_rs::WINDOWS_1252),
        Format::Nbs => Some(encoding_rs::GB18030),
        _ => None,
    }
}

/// Reads a format that is read by position.
fn read_table(format: Format, source: &mut Source, options: &Options, output: &mut Output<'_>) -> Reading {
    let file = source.raw()?;
    output.report.number_records();
    match format {
        Format::Parquet => columnar::parquet(file, options, output),
        _ => columnar::arrow(BufReader::new(file), options, output),
    }
}

/// Reads a member in a text format; its name, and whether others lie beside it.
fn read_text(
    format: Format,
    text: &mut Text<'_>,
    member: (&str, bool),
    options: &Options,
    output: &mut Output<'_>,
) -> Reading {
    match format {
        Format::Csv => tidy::stream(text, options, output),
        Format::WideCsv => wide::stream(text, options, output),
        Format::SdmxCsv => sdmx_csv::stream(text, options, output),
        Format::EurostatTsv => eurostat::stream(text, options, output),
        Format::JsonStat => json_stat::stream(text, options, output),
        Format::Bea => bea::stream(text, member, options, output),
        Format::Qcew => qcew::stream(text, options, output),
        Format::Nbs => nbs::stream(text, options, output),
        // Read by position, and refused where they stand within another file.
        Format::Parquet | Format::Arrow => Err(SourceError::new(Rule::UnknownCompression, 0, format.name())),
    }
}
