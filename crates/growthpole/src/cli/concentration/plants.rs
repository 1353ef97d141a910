//! A CSV file of plants.

use std::path::Path;

use growthpole_contracts::v1::{Plant, PlantList};

use crate::failure::Failure;

/// Reads plants from a file with a header: `region` and `industry`, and where known `size`, `latitude` and `longitude`.
pub(super) fn read(path: &Path) -> Result<PlantList, Failure> {
    let wrong = |what: String| Failure::Usage(format!("--plants {}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let known = ["region", "industry", "size", "latitude", "longitude"];
    if let Some(other) = header.iter().find(|name| !known.contains(name)) {
        return Err(wrong(format!("there is no column \"{other}\": {}", known.join(", "))));
    }
    let column = |name: &str| header.iter().position(|own| own == name);
    if column("region").is_none() || column("industry").is_none() {
        return Err(wrong("the columns region and industry are needed".to_owned()));
    }
    let mut plants = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let text = |name: &str| column(name).and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        let number = |name: &str| match text(name).as_str() {
            "" => Ok(None),
            text => text.parse::<f64>().map(Some).map_err(|_| wrong(format!("plant {}: {text} is no number", at + 1))),
        };
        plants.push(Plant {
            region: text("region"),
            industry: text("industry"),
            size: number("size")?,
            latitude: number("latitude")?,
            longitude: number("longitude")?,
        });
    }
    Ok(PlantList { plants })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<PlantList, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn empty_cells_are_absent() {
        let list = of("industry,region,size,latitude,longitude\nC36,220000,12.5,43.9,125.3\nC13,230000,,,\n").unwrap();
        assert_eq!((list.plants[0].size, list.plants[0].latitude), (Some(12.5), Some(43.9)));
        assert_eq!((list.plants[1].region.as_str(), list.plants[1].size), ("230000", None));
    }

    #[test]
    fn what_is_no_plant_is_wrong_usage() {
        for text in ["region\na\n", "region,industry,colour\n", "region,industry,size\na,b,large\n"] {
            assert!(matches!(of(text), Err(Failure::Usage(_))), "{text}");
        }
    }
}
