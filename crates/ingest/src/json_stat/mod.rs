//! JSON-stat, versions 1 and 2: data sets as cubes, alone, in a bundle or in a collection.
//!
//! Positions in the cube refer to the whole of it, so that a document is read as a whole: its text and eight bytes a
//! value, not a tree of it.

mod cube;
mod dataset;

use std::io::Read;
use std::ops::ControlFlow;

use crate::cells::Output;
use crate::dimensions::DimensionChoice;
use crate::json::{Json, JsonError, Kind};
use crate::options::Options;
use crate::report::Rule;
use crate::source::{Reading, SourceError};

use cube::Cube;
use dataset::Dataset;
pub(crate) use dataset::{EXTENSION, TEXTS};

/// The largest document that is read, in bytes.
pub(crate) const LARGEST: u64 = 256 << 20;

/// Reads a document of JSON-stat.
///
/// The first dimension with the role `geo` becomes the region, the first with the role `time` the period; where roles are
/// not given, dimensions called `geo` and `time` do. All others become the indicator. An absent position of an object
/// of values is no observation; a null is a missing value.
///
/// # Errors
///
/// It cannot be read, is larger than [`LARGEST`], or is no JSON.
pub(crate) fn stream(input: impl Read, options: &Options, output: &mut Output<'_>) -> Reading {
    let mut text = String::new();
    input.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(SourceError::new(Rule::TooLarge, 0, format!("more than {LARGEST} bytes")));
    }
    let found = datasets(&text)
        .map_err(|error| SourceError::new(error.rule, error.line, format!("expected {}", error.expected)))?;
    drop(text);
    output.report.number_records();
    for _ in 0..found.links {
        output.report.add(Rule::LinkNotFollowed, 0, "link", "");
    }
    Ok(read_datasets(found.datasets, &DimensionChoice::from(options), output))
}

/// Data sets of a document, and how many others it only names.
#[derive(Default)]
struct Found {
    datasets: Vec<Dataset>,
    links: usize,
}

fn read_datasets(datasets: Vec<Dataset>, choice: &DimensionChoice, output: &mut Output<'_>) -> ControlFlow<()> {
    if datasets.is_empty() {
        output.report.add(Rule::NoData, 0, "", "");
    }
    if let [only] = datasets.as_slice() {
        describe(only, output);
    }
    let mut cubes: Vec<Cube> =
        datasets.into_iter().filter_map(|dataset| Cube::new(dataset, choice, &mut output.report)).collect();
    if output.report.errors() > 0 {
        return ControlFlow::Continue(());
    }
    for cube in &mut cubes {
        cube.read(output)?;
    }
    for cube in cubes {
        cube.dimensions.finish(&cube.codes, choice, output);
    }
    ControlFlow::Continue(())
}

/// Writes what a data set says of itself where the mapping says nothing.
fn describe(dataset: &Dataset, output: &mut Output<'_>) {
    let about = &mut output.described.dataset;
    let day = dataset.updated.get(..10).filter(|day| day.parse::<jiff::civil::Date>().is_ok());
    let said = [
        (&mut about.title, dataset.label.as_str()),
        (&mut about.publisher, dataset.source.as_str()),
        (&mut about.published, day.unwrap_or_default()),
    ];
    for (known, text) in said {
        if known.is_empty() {
            text.clone_into(known);
        }
    }
}

/// Reads all data sets of a document: itself, the members of a bundle, or those in a collection's links.
fn datasets(text: &str) -> Result<Found, JsonError> {
    let mut json = Json::new(text);
    let mut found = Found::default();
    let mut whole = Dataset::default();
    let mut members = Vec::new();
    json.object(|json, key| {
        if json.kind()? == Kind::Object && !is_member(&key) {
            // A bundle of version 1 has its data sets under names of its own.
            members.push(dataset(json)?);
            return Ok(());
        }
        if key == "link" { links(json, &mut found) } else { whole.member(json, &key) }
    })?;
    json.end()?;
    if whole.values.is_some() || !whole.dimensions.is_empty() {
        found.datasets = vec![whole];
        found.links = 0;
    } else if whole.class.is_empty() {
        found.datasets = members.into_iter().filter(|member| member.values.is_some()).collect();
    }
    Ok(found)
}

/// Whether it is the name of a member of version 2, or of a data set.
fn is_member(key: &str) -> bool {
    ["role", "dimension", "value", "status", "extension", "link", "error"].contains(&key)
}

fn dataset(json: &mut Json<'_>) -> Result<Dataset, JsonError> {
    let mut dataset = Dataset::default();
    json.object(|json, key| dataset.member(json, &key))?;
    Ok(dataset)
}

/// Reads the data sets that stand within the links of a collection, and counts those that do not.
fn links(json: &mut Json<'_>, found: &mut Found) -> Result<(), JsonError> {
    if json.kind()? != Kind::Object {
        return json.skip();
    }
    json.object(|json, relation| {
        if relation != "item" || json.kind()? != Kind::List {
            return json.skip();
        }
        json.list(|json| {
            if json.kind()? != Kind::Object {
                return json.skip();
            }
            let dataset = dataset(json)?;
            if dataset.values.is_some() {
                found.datasets.push(dataset)
            } else {
                found.links += 1
            }
            Ok(())
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::collected::{Collected, collect};

    const DIMENSIONS: &str = r#""id": ["unit", "geo", "time"], "size": [1, 2, 2], "dimension": {
        "unit": {"category": {"label": {"THS": "thousand persons"}}},
        "geo": {"category": {"index": {"DE": 1, "AT11": 0}, "label": {"DE": "Germany"}}},
        "time": {"category": {"index": ["2015", "2016Q1"]}}}"#;

    fn read_text(text: &str) -> Collected {
        collect(|output| match stream(text.as_bytes(), &Options::default(), output) {
            Ok(_) => drop(output.flush()),
            Err(error) => output.report.add(error.rule, error.line, "", &error.message),
        })
    }

    fn version_2(rest: &str) -> Collected {
        read_text(&format!(r#"{{"version": "2.0", "class": "dataset", {rest}, {DIMENSIONS}}}"#))
    }

    #[test]
    fn reads_lists_of_values_with_statuses_of_every_form() {
        let values = r#""value": [1.5, null, 0, -3e2]"#;
        let with_list = version_2(&format!(r#"{values}, "status": ["b", ":c", null, "F"]"#));
        assert_eq!(
            with_list.rows(),
            ["THS AT11  2015 1.5 B b", "THS AT11  2016-Q1 - Q c", "THS DE  2015 0 A ", "THS DE  2016-Q1 -300 F ",]
        );
        let with_object = version_2(&format!(r#"{values}, "status": {{"0": "b", "1": ":c", "3": "F"}}"#));
        assert_eq!(with_object.rows(), with_list.rows());
        let with_one = version_2(&format!(r#"{values}, "status": "p""#));
        assert_eq!(with_one.rows()[1..3], ["THS AT11  2016-Q1 - O p", "THS DE  2015 0 P p"]);
        assert_eq!((with_one.described.regions["DE"].names.display(), with_one.report.missing), ("Germany", 1));
        assert_eq!(with_one.described.regions["AT1"].level, "NUTS1");
        assert_eq!(with_one.described.indicators["THS"].names.display(), "thousand persons");
    }

    #[test]
    fn an_absent_position_is_no_observation_and_a_null_is_a_missing_one() {
        let found = version_2(r#""value": {"3": 7, "1": null}"#);
        assert_eq!(found.rows(), ["THS DE  2016-Q1 7 A ", "THS AT11  2016-Q1 - O "]);
    }

    #[test]
    fn reads_bundles_and_collections_and_counts_links() {
        let bundle = r#"{"one": {"label": "Old", "value": [1, 2], "dimension": {"id": ["unit", "geo", "time"],
            "size": [1, 2, 1], "role": {"time": ["time"]}, "unit": {"category": {"index": {"THS": 0}}},
            "geo": {"category": {"index": {"DE": 0, "FR": 1}}}, "time": {"category": {"index": {"2015": 0}}}}}}"#;
        assert_eq!(read_text(bundle).rows(), ["THS DE  2015 1 A ", "THS FR  2015 2 A "]);
        let item = format!(r#"{{"class": "dataset", "value": {{"0": 1}}, {DIMENSIONS}}}"#);
        let link = r#"{"class": "dataset", "href": "http://elsewhere"}"#;
        let found = read_text(&format!(r#"{{"class": "collection", "link": {{"item": [{item}, {link}]}}}}"#));
        assert_eq!((found.rows().len(), found.report.findings[0].rule), (1, Rule::LinkNotFollowed));
        assert_eq!(
            read_text(&format!(r#"{{"link": {{"item": [{link}]}}}}"#)).report.findings.last().unwrap().rule,
            Rule::NoData
        );
    }

    #[test]
    fn reads_roles_units_and_children() {
        let found = read_text(
            r#"{"class": "dataset", "label": "Jobs", "source": "Office", "updated": "2019-12-12T10:00:00Z",
            "value": [1, 2, 3, 4], "id": ["metric", "place", "birth", "year"], "size": [2, 2, 1, 1],
            "role": {"geo": ["place", "birth"], "time": ["year"], "metric": ["metric"]}, "dimension": {
            "metric": {"category": {"index": ["a", "b"], "unit": {"a": {"label": "persons", "decimals": 1, "multiplier": 3}}}},
            "place": {"category": {"index": ["N", "S"], "child": {"N": ["S"]}}},
            "birth": {"category": {"label": {"T": "total"}}},
            "year": {"category": {"label": {"2012": "2012"}}}}}"#,
        );
        assert_eq!(found.rows()[..2], ["a.T N  2012 1 A ", "a.T S  2012 2 A "]);
        let unit = &found.described.indicators["a.T"];
        assert_eq!((unit.unit.as_str(), unit.decimals, unit.unit_multiplier), ("persons", 1, 3));
        let south = &found.described.regions["S"];
        assert_eq!((south.parent.as_str(), south.level.as_str()), ("N", "PLACE_2"));
        let about = &found.described.dataset;
        assert_eq!(
            (about.title.as_str(), about.publisher.as_str(), about.published.as_str()),
            ("Jobs", "Office", "2019-12-12")
        );
        assert_eq!(found.report.counts.get(&Rule::DimensionJoined), None);
    }

    #[test]
    fn reports_what_contradicts_itself() {
        let cases = [
            (r#""value": [1, 2, 3]"#, Rule::Inconsistent),
            (r#""value": {"4": 1}"#, Rule::Inconsistent),
            (r#""value": {"x": 1}"#, Rule::Inconsistent),
            (r#""value": [1, 2, 3, 4], "status": ["a", "b", "c", "d", "e"]"#, Rule::Inconsistent),
            (r#""value": [1, 2, 3, "4"]"#, Rule::BadNumber),
            (r#""value": [1, 2, 3, 1e999]"#, Rule::NotFinite),
            (r#""value": [1, 2, 3, 4], "status": {"0": "M"}"#, Rule::ValueWithMissingStatus),
            (r#""value": [1, 2, 3, null], "status": {"3": "A"}"#, Rule::NormalStatusWithoutValue),
            (r#""value": [1, 2, 3, 4], "status": {"0": "y"}"#, Rule::UnknownFlag),
            (r#""label": "none""#, Rule::Inconsistent),
            (r#""value": [1, 2 3]"#, Rule::BadJson),
        ];
        for (members, rule) in cases {
            assert_eq!(version_2(members).report.findings.first().map(|finding| finding.rule), Some(rule), "{members}");
        }
        let infinite = version_2(r#""value": [1, 2, 3, 1e999]"#).report.findings[0].to_string();
        assert!(infinite.starts_with(r#"record 4, column value: "inf" (NOT_FINITE"#), "{infinite}");
        let huge = r#"{"value": {}, "id": ["a", "b"], "size": [4294967296, 4294967296], "dimension": {}}"#;
        assert!(read_text(huge).report.errors() > 0);
        assert_eq!(read_text("[]").report.findings[0].rule, Rule::BadJson);
        assert_eq!(read_text("{}").report.findings[0].rule, Rule::NoData);
    }
}
