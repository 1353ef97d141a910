//! What `docs/mapping.md` says: its example is read as it stands there, and every key is in it.

use std::path::Path;

use growthpole_ingest::{Mapping, Options};

use crate::collected::collect_bytes;

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mapping.md");
    std::fs::read_to_string(path).unwrap().replace('\r', "")
}

/// The first block of a language.
fn block<'a>(document: &'a str, language: &str) -> &'a str {
    let (_, rest) = document.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_worked_example_is_read_as_the_document_says() {
    let document = document();
    let mapping = Mapping::parse(block(&document, "toml")).unwrap();
    // As the office writes it: every letter of the table is one of Windows-1252 with the number that Unicode gives it.
    let table: Vec<u8> =
        block(&document, "csv").chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let found = collect_bytes(&table, &Options { mapping, ..Options::default() });
    assert_eq!((found.report.errors(), found.report.warnings()), (0, 0), "{}", found.report);
    let rows: Vec<String> = found.rows().iter().map(|row| row.trim_end().to_owned()).collect();
    assert_eq!(rows, block(&document, "text").lines().collect::<Vec<_>>());
}

#[test]
fn every_key_is_documented() {
    let document = document();
    for table in ["dataset", "columns", "constants", "values", "periods", "translate", "indicators.x", "wide", "text"] {
        assert!(document.contains(&format!("## `[{}]`", table.replace(".x", ".CODE"))), "{table}");
        // The error about a key that is not known lists those that are.
        let message = Mapping::parse(&format!("[{table}]\nno_such_key = 1")).unwrap_err().message;
        let keys: Vec<&str> = message.split('`').skip(1).step_by(2).filter(|key| *key != "no_such_key").collect();
        assert!(!keys.is_empty(), "{message}");
        for key in keys {
            assert!(document.contains(&format!("`{key}`")), "{table}.{key}");
        }
    }
}
