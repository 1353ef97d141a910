//! Classes, chains and costs that were made elsewhere, from files and options.

use std::collections::{BTreeMap, BTreeSet};

use growthpole_contracts::v1::{CostRow, GivenChain, GivenChainRow, GivenClasses, RegionClasses, SequenceCosts};

/// Reads classes from a CSV file with a header: `region`, `period` and `class`, as `track --markov --output csv` writes it,
/// whose other columns play no part. Periods are taken in the order of their names; a class that is not there is unknown.
pub(super) fn classes(path: &str) -> Result<GivenClasses, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| {
        let place = header.iter().position(|own| own == name);
        place.ok_or_else(|| "the columns region, period and class are needed".to_owned())
    };
    let (region, period, class) = (column("region")?, column("period")?, column("class")?);
    let (mut periods, mut paths) = (BTreeSet::new(), BTreeMap::<String, BTreeMap<String, i32>>::new());
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        let text = |column: usize| record.get(column).unwrap_or_default().trim().to_owned();
        let number = match text(class).as_str() {
            "" => 0,
            own => own.parse().map_err(|_| format!("row {}: \"{own}\" is no class", at + 1))?,
        };
        periods.insert(text(period));
        if paths.entry(text(region)).or_default().insert(text(period), number).is_some() {
            return Err(format!("row {}: {} has a class in {} already", at + 1, text(region), text(period)));
        }
    }
    let path =
        |own: &BTreeMap<String, i32>| periods.iter().map(|period| own.get(period).copied().unwrap_or(0)).collect();
    let regions: Vec<RegionClasses> =
        paths.iter().map(|(region, own)| RegionClasses { region: region.clone(), classes: path(own) }).collect();
    if regions.is_empty() { Err("there is no class".to_owned()) } else { Ok(GivenClasses { count: None, regions }) }
}

/// `NAME=10,5/2,7`: a row for each class, with its transitions to each.
pub(super) fn transitions(text: &str) -> Result<GivenChain, String> {
    chain(text, |row| Ok(GivenChainRow { transitions: numbers(row)?, probabilities: Vec::new() }))
}

/// `NAME=0.9,0.1/0.2,0.8`: a row for each class, with its probabilities of each.
pub(super) fn probabilities(text: &str) -> Result<GivenChain, String> {
    chain(text, |row| Ok(GivenChainRow { transitions: Vec::new(), probabilities: numbers(row)? }))
}

fn chain(text: &str, row: impl Fn(&str) -> Result<GivenChainRow, String>) -> Result<GivenChain, String> {
    let (name, rows) = text.split_once('=').ok_or("write NAME=ROW/ROW/…, for example other=10,5/2,7")?;
    Ok(GivenChain { name: name.to_owned(), rows: rows.split('/').map(row).collect::<Result<_, _>>()? })
}

/// `0,1/1,0`: a row for each class, with the costs of replacing it by each.
pub(super) fn costs(text: &str) -> Result<SequenceCosts, String> {
    let row = |row: &str| Ok(CostRow { costs: numbers(row)? });
    Ok(SequenceCosts { substitution: text.split('/').map(row).collect::<Result<_, String>>()?, insertion: 0.0 })
}

fn numbers<T: std::str::FromStr>(row: &str) -> Result<Vec<T>, String> {
    row.split(',').map(|own| own.trim().parse().map_err(|_| format!("\"{own}\" is not such a number"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<GivenClasses, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        classes(file.path().to_str().unwrap())
    }

    #[test]
    fn classes_that_were_written_are_read() {
        let text = "region,region_name,period,rank,value,class\nb,B,2001,1,9,2\na,A,2000,2,5,1\na,A,2001,2,5,\nb,B,2000,1,9,3\n";
        let row = |region: &str, classes: &[i32]| RegionClasses { region: region.into(), classes: classes.to_vec() };
        assert_eq!(of(text).unwrap().regions, [row("a", &[1, 0]), row("b", &[3, 2])]);
    }

    #[test]
    fn what_is_no_class_is_told() {
        for text in [
            "region,class\na,1\n",
            "region,period,class\n",
            "region,period,class\na,2000,high\n",
            "region,period,class\na,2000,1\na,2000,2\n",
        ] {
            assert!(of(text).is_err(), "{text}");
        }
        assert!(classes("there-is-no-such.csv").is_err());
    }

    #[test]
    fn chains_are_rows_of_numbers() {
        let own = transitions("old=10,5/2,7").unwrap();
        assert_eq!((own.name.as_str(), own.rows[1].transitions.as_slice()), ("old", [2, 7].as_slice()));
        assert_eq!(probabilities("p=0.5,0.5/0,1").unwrap().rows[0].probabilities, [0.5, 0.5]);
        assert!(transitions("10,5/2,7").is_err() && transitions("old=0.5,1/2,7").is_err());
        assert!(probabilities("p=half").is_err());
        assert_eq!(costs("0,0.5/0.5,0").unwrap().substitution[1].costs, [0.5, 0.0]);
        assert!(costs("0,x").is_err());
    }
}
