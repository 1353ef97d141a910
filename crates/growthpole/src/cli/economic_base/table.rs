//! A CSV file that holds an input-output table.

use std::path::Path;

use growthpole_contracts::v1::{Households, InputOutputTable, Sector, SectorFigures};

use crate::failure::Failure;

/// What a column of the file holds.
enum Column {
    Sector,
    Name,
    Group,
    /// Codes of industries of the selection.
    Industries,
    Output,
    /// Flows to the sector of this position.
    Buyer(usize),
    Demand(usize),
    Figure(usize),
    /// What the sector pays to households.
    Income,
    /// What households buy from the sector.
    Consumption,
}

/// Reads a table: a row for each sector, with its code under `sector`; a column for each sector, headed by its code, with
/// what it buys; `output` or columns `final:NAME`; and where known `name`, `group`, `industries` (`A;B`), columns `figure:NAME`,
/// and `households:income` with `households:consumption`.
pub(super) fn read(path: &Path) -> Result<InputOutputTable, Failure> {
    let wrong = |what: String| Failure::Usage(format!("--table {}: {what}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let records: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().map_err(|error| wrong(error.to_string()))?;
    let at = header.iter().position(|name| name == "sector");
    let at = at.ok_or_else(|| wrong("the column sector is needed".to_owned()))?;
    let codes: Vec<&str> = records.iter().map(|record| record.get(at).unwrap_or_default()).collect();
    let n = codes.len();
    let mut table = InputOutputTable { flows: vec![0.0; n * n], ..Default::default() };
    let columns = columns(&header, &codes, &mut table).map_err(wrong)?;
    let mut households = Households::default();
    for (row, record) in records.iter().enumerate() {
        let mut sector = Sector::default();
        for (column, text) in columns.iter().zip(record) {
            let number =
                || text.trim().parse::<f64>().map_err(|_| wrong(format!("row {}: \"{text}\" is no number", row + 1)));
            match column {
                Column::Sector => sector.code = text.to_owned(),
                Column::Name => sector.name = text.to_owned(),
                Column::Group => sector.group = text.to_owned(),
                Column::Industries => {
                    let codes = text.split(';').map(str::trim).filter(|code| !code.is_empty());
                    sector.industries = codes.map(str::to_owned).collect();
                }
                Column::Output => table.outputs.push(number()?),
                Column::Buyer(buyer) => table.flows[row * n + buyer] = number()?,
                Column::Demand(at) => table.final_demand[*at].values.push(number()?),
                Column::Figure(at) => table.figures[*at].values.push(number()?),
                Column::Income => households.income.push(number()?),
                Column::Consumption => households.consumption.push(number()?),
            }
        }
        table.sectors.push(sector);
    }
    let known = columns.iter().any(|column| matches!(column, Column::Income | Column::Consumption));
    table.households = known.then_some(households);
    Ok(table)
}

/// What each column holds; those of final demand and figures are begun in the table.
fn columns(header: &csv::StringRecord, codes: &[&str], table: &mut InputOutputTable) -> Result<Vec<Column>, String> {
    let begin = |columns: &mut Vec<SectorFigures>, name: &str| {
        columns.push(SectorFigures { name: name.to_owned(), values: Vec::new() });
        columns.len() - 1
    };
    let mut all = Vec::with_capacity(header.len());
    for name in header {
        all.push(match (name, name.split_once(':')) {
            ("sector", _) => Column::Sector,
            ("name", _) => Column::Name,
            ("group", _) => Column::Group,
            ("industries", _) => Column::Industries,
            ("output", _) => Column::Output,
            (_, Some(("final", name))) => Column::Demand(begin(&mut table.final_demand, name)),
            ("households:income", _) => Column::Income,
            ("households:consumption", _) => Column::Consumption,
            (_, Some(("figure", name))) => Column::Figure(begin(&mut table.figures, name)),
            _ => match codes.iter().position(|code| *code == name) {
                Some(buyer) => Column::Buyer(buyer),
                None => {
                    return Err(format!(
                        "\"{name}\" is no sector, output, name, group, industries, final:…, figure:… or households:…"
                    ));
                }
            },
        });
    }
    match codes.iter().find(|code| !header.iter().any(|name| name == **code)) {
        Some(code) => Err(format!("there is no column of what {code} buys")),
        None => Ok(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<InputOutputTable, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn columns_may_stand_in_any_order() {
        let table = of("name,sector,y,x,figure:jobs,final:home,group\nIks,x,2,1,30,3,n\nYps,y,5,4,60,6,s\n").unwrap();
        assert_eq!(table.flows, [1.0, 2.0, 4.0, 5.0]);
        assert_eq!((table.sectors[1].name.as_str(), table.sectors[1].group.as_str()), ("Yps", "s"));
        assert_eq!(
            (table.figures[0].values.as_slice(), table.final_demand[0].name.as_str()),
            (&[30.0, 60.0][..], "home")
        );
        assert!(table.outputs.is_empty());
    }

    #[test]
    fn households_are_read_where_there_are_any() {
        let text = "sector,x,y,output,households:income,households:consumption\nx,1,2,9,3,1\ny,4,5,20,6,2\n";
        let households = of(text).unwrap().households.unwrap();
        assert_eq!((households.income, households.consumption), (vec![3.0, 6.0], vec![1.0, 2.0]));
        assert_eq!(of("sector,x,output\nx,1,2\n").unwrap().households, None);
    }

    #[test]
    fn sectors_may_be_made_of_other_industries() {
        let table = of("sector,x,y,output,industries\nx,1,2,9,B06;B07\ny,4,5,20,\n").unwrap();
        assert_eq!(table.sectors[0].industries, ["B06", "B07"]);
        assert!(table.sectors[1].industries.is_empty());
    }

    #[test]
    fn what_is_no_table_is_wrong_usage() {
        for text in ["a,b\n1,2\n", "sector,x\nx,1\ny,2\n", "sector,x,z\nx,1,2\n", "sector,x,output\nx,much,2\n"] {
            assert!(matches!(of(text), Err(Failure::Usage(_))), "{text}");
        }
    }
}
