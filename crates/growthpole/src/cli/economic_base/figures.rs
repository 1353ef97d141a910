//! Multipliers and accounts of what an input-output table says of its sectors beside money.

use growthpole_contracts::v1::{MeasureEconomicBaseResponse, TableAnalysis};

use crate::output::format::{amount, fixed, or_nothing};
use crate::output::table::Table;

/// Multipliers of figures by sector; nothing where the table has none.
pub(super) fn multipliers(own: &TableAnalysis) -> Option<Table> {
    let figures = || own.sectors.iter().flat_map(|sector| sector.figures.iter().map(move |figure| (sector, figure)));
    let with_households = figures().any(|(_, figure)| figure.total_with_households.is_some());
    let mut table = Table::new("Figures for one unit of output, and of final demand")
        .texts(["Code", "Sector", "Figure"])
        .numbers(["Own output", "Final demand", "Type I"]);
    if with_households {
        table = table.numbers(["With households", "Type II"]);
    }
    for (sector, figure) in figures() {
        let four = |number: Option<f64>| or_nothing(number, |number| fixed(number, 4));
        let mut row = vec![
            sector.code.clone(),
            sector.name.clone(),
            figure.name.clone(),
            four(Some(figure.direct)),
            four(Some(figure.total)),
            four(figure.type_one),
        ];
        if with_households {
            row.extend([four(figure.total_with_households), four(figure.type_two)]);
        }
        table.cells(row);
    }
    figures().next().is_some().then_some(table)
}

/// Where figures arise, and whose final demand calls for them; nothing where sectors have no groups.
pub(super) fn accounts(answer: &MeasureEconomicBaseResponse) -> Option<Table> {
    let mut table = Table::new("Figures by where they arise, and by whose final demand calls for them")
        .texts(["Figure", "Group"])
        .numbers(["Production", "Consumption", "Imports", "Exports"]);
    let mut any = false;
    for own in answer.tables.iter().flat_map(|table| &table.accounts) {
        any = true;
        let [production, consumption, imports, exports] =
            [own.production, own.consumption, own.imports, own.exports].map(amount);
        table.row([own.figure.clone(), own.group.clone(), production, consumption, imports, exports]);
    }
    any.then_some(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use growthpole_contracts::v1::{FigureMultiplier, GroupAccount, SectorAnalysis};

    fn text(table: Option<Table>) -> String {
        let mut written = Vec::new();
        table.unwrap().write(&mut written).unwrap();
        String::from_utf8(written).unwrap()
    }

    #[test]
    fn figures_are_shown_where_there_are_any() {
        let jobs = FigureMultiplier {
            name: "jobs".into(),
            direct: 0.25,
            total: 0.5,
            type_one: Some(2.0),
            type_two: Some(3.0),
            total_with_households: Some(0.75),
        };
        let sector = |figures| SectorAnalysis { code: "x".into(), figures, ..Default::default() };
        let own = TableAnalysis { sectors: vec![sector(vec![jobs.clone()])], ..Default::default() };
        let shown = text(multipliers(&own));
        assert!(["jobs", "0.2500", "2.0000", "Type II", "3.0000"].iter().all(|part| shown.contains(part)), "{shown}");
        let without = FigureMultiplier { total_with_households: None, type_two: None, ..jobs };
        let own = TableAnalysis { sectors: vec![sector(vec![without])], ..Default::default() };
        assert!(!text(multipliers(&own)).contains("Type II"));
        assert!(multipliers(&TableAnalysis { sectors: vec![sector(Vec::new())], ..Default::default() }).is_none());
    }

    #[test]
    fn accounts_are_shown_by_group() {
        let account =
            GroupAccount { figure: "carbon".into(), group: "north".into(), production: 1250.0, ..Default::default() };
        let own = TableAnalysis { accounts: vec![account], ..Default::default() };
        let shown = text(accounts(&MeasureEconomicBaseResponse { tables: vec![own], ..Default::default() }));
        assert!(shown.contains("north") && shown.contains("1,250"), "{shown}");
        assert!(accounts(&MeasureEconomicBaseResponse::default()).is_none());
    }
}
