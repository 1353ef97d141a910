//! Tables and records of the economic base and of input-output tables.

use growthpole_contracts::v1::{MeasureEconomicBaseResponse, RegionBase, SectorAnalysis, TableAnalysis};

use super::{figures, land};
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{amount, exact, fixed, industry, or_nothing, percent, region, words};
use crate::output::table::Table;

/// The answer, with the first `top` basic industries of each region; 0: all of them.
pub(super) fn view(what: &str, top: usize, answer: &MeasureEconomicBaseResponse) -> View {
    let mut tables = Vec::new();
    if !answer.bases.is_empty() || (answer.tables.is_empty() && answer.areas.is_empty()) {
        tables.push(bases(what, top, answer));
    }
    for own in &answer.tables {
        tables.push(sectors(own));
        tables.extend(figures::multipliers(own));
    }
    tables.extend(extractions(answer));
    tables.extend(figures::accounts(answer));
    tables.extend(land::table(answer));
    View { tables, records: records(answer), provenance: answer.provenance.clone(), warnings: answer.warnings.clone() }
}

fn method(own: &RegionBase) -> String {
    words(own.method().as_str_name(), "BASE_METHOD_")
}

fn bases(what: &str, top: usize, answer: &MeasureEconomicBaseResponse) -> Table {
    let mut table = Table::new(format!("Economic base, {what}, {}", answer.period))
        .texts(["Code", "Region", "Method"])
        .numbers(["Total", "Basic", "Share", "Multiplier"])
        .texts(["Most basic"]);
    for own in &answer.bases {
        let (code, name) = region(&own.region);
        let shown = if top == 0 { own.industries.len() } else { top };
        let basic = own.industries.iter().take(shown).map(|basic| {
            let quotient = or_nothing(basic.location_quotient, |quotient| fixed(quotient, 1));
            format!("{} ({}; LQ {quotient})", industry(&basic.industry).0, amount(basic.basic))
        });
        table.row([
            code,
            name,
            method(own),
            amount(own.total),
            amount(own.basic),
            if own.total > 0.0 { percent(own.basic / own.total) } else { String::new() },
            or_nothing(own.multiplier, |multiplier| fixed(multiplier, 2)),
            basic.collect::<Vec<_>>().join(", "),
        ]);
    }
    table
}

fn title(own: &TableAnalysis) -> String {
    match &own.region {
        None => "the table".to_owned(),
        label => {
            let (code, name) = region(label);
            if name.is_empty() { code } else { name }
        }
    }
}

fn sectors(own: &TableAnalysis) -> Table {
    let why = if own.reason.is_empty() { String::new() } else { format!(": {}", own.reason) };
    let mut table = Table::new(format!("Sectors of {}{why}", title(own))).texts(["Code", "Sector"]).numbers([
        "Output",
        "LQ",
        "Output mult.",
        "Supply mult.",
        "Backward",
        "Forward",
        "Lost without it",
    ]);
    let with_households = own.sectors.iter().any(|sector| sector.output_multiplier_with_households.is_some());
    if with_households {
        table = table.numbers(["With households", "Their income"]);
    }
    table = table.texts(["Kind"]);
    for sector in &own.sectors {
        let share = sector.extraction.and_then(|lost| lost.share);
        let mut row = vec![
            sector.code.clone(),
            sector.name.clone(),
            amount(sector.output),
            or_nothing(sector.location_quotient, |quotient| fixed(quotient, 2)),
            fixed(sector.output_multiplier, 3),
            fixed(sector.supply_multiplier, 3),
            fixed(sector.backward, 3),
            fixed(sector.forward, 3),
            or_nothing(share, percent),
        ];
        if with_households {
            let further = [sector.output_multiplier_with_households, sector.household_income];
            row.extend(further.map(|number| or_nothing(number, |number| fixed(number, 3))));
        }
        row.push(words(sector.kind().as_str_name(), "SECTOR_KIND_"));
        table.cells(row);
    }
    table
}

fn extractions(answer: &MeasureEconomicBaseResponse) -> Option<Table> {
    let mut table = Table::new("Output lost without groups of sectors").texts(["Table", "Group"]).numbers([
        "Lost",
        "Share",
        "Buying nothing",
        "Selling nothing",
    ]);
    let mut any = false;
    for own in &answer.tables {
        for group in &own.extractions {
            any = true;
            let loss = group.loss.unwrap_or_default();
            table.row([
                title(own),
                group.name.clone(),
                amount(loss.total),
                or_nothing(loss.share, percent),
                amount(loss.backward),
                amount(loss.forward),
            ]);
        }
    }
    any.then_some(table)
}

/// One record a figure.
fn records(answer: &MeasureEconomicBaseResponse) -> Records {
    let mut records = Records::new(["region", "method", "industry", "figure", "value", "reason"]);
    let mut add = |place: &str, method: &str, industry: &str, figure: &str, value: Option<f64>, reason: &str| {
        let texts = [place, method, industry, figure].map(str::to_owned);
        let [place, method, industry, figure] = texts;
        records.row([place, method, industry, figure, exact(value), reason.to_owned()]);
    };
    for own in &answer.bases {
        let (place, method) = (region(&own.region).0, method(own).replace(' ', "-"));
        add(&place, &method, "", "total", Some(own.total), "");
        add(&place, &method, "", "basic", Some(own.basic), "");
        add(&place, &method, "", "multiplier", own.multiplier, "");
        for basic in &own.industries {
            let code = industry(&basic.industry).0;
            add(&place, &method, &code, "basic", Some(basic.basic), "");
            add(&place, &method, &code, "location_quotient", basic.location_quotient, "");
        }
    }
    for own in &answer.areas {
        let (place, code) = (region(&own.region).0, industry(&own.industry).0);
        for (name, value) in land::figures(own) {
            add(&place, "land", &code, &format!("{name}_{}", own.period), value, &own.reason);
        }
    }
    for own in &answer.tables {
        let place = region(&own.region).0;
        add(&place, "table", "", "output", Some(own.output), &own.reason);
        for sector in &own.sectors {
            sector_figures(sector, |figure, value| add(&place, "table", &sector.code, figure, value, ""));
        }
        for group in &own.extractions {
            add(&place, "extraction", &group.name, "extraction_total", group.loss.map(|loss| loss.total), "");
        }
        for account in &own.accounts {
            let figures = [
                ("production", account.production),
                ("consumption", account.consumption),
                ("imports", account.imports),
                ("exports", account.exports),
            ];
            for (name, value) in figures {
                add(&account.group, "account", "", &format!("{}_{name}", account.figure), Some(value), "");
            }
        }
    }
    records
}

fn sector_figures(sector: &SectorAnalysis, mut add: impl FnMut(&str, Option<f64>)) {
    let lost = sector.extraction;
    let figures = [
        ("output", Some(sector.output)),
        ("location_quotient", sector.location_quotient),
        ("output_multiplier", Some(sector.output_multiplier)),
        ("supply_multiplier", Some(sector.supply_multiplier)),
        ("output_multiplier_with_households", sector.output_multiplier_with_households),
        ("household_income", sector.household_income),
        ("backward", Some(sector.backward)),
        ("forward", Some(sector.forward)),
        ("sensitivity", Some(sector.sensitivity)),
        ("backward_spread", sector.backward_spread),
        ("forward_spread", sector.forward_spread),
        ("extraction_total", lost.map(|lost| lost.total)),
        ("extraction_backward", lost.map(|lost| lost.backward)),
        ("extraction_forward", lost.map(|lost| lost.forward)),
    ];
    figures.into_iter().for_each(|(name, value)| add(name, value));
    for own in &sector.figures {
        add(&format!("{}_direct", own.name), Some(own.direct));
        add(&format!("{}_total", own.name), Some(own.total));
        add(&format!("{}_type_one", own.name), own.type_one);
        add(&format!("{}_total_with_households", own.name), own.total_with_households);
        add(&format!("{}_type_two", own.name), own.type_two);
    }
}

#[cfg(test)]
mod tests {
    use growthpole_contracts::v1::{BaseMethod, BasicIndustry, ExtractionLoss, ExtractionResult, SectorKind};

    use super::*;

    #[test]
    fn shows_bases_and_sectors() {
        let base = RegionBase {
            method: BaseMethod::MinimumRequirements.into(),
            total: 40.0,
            basic: 20.0,
            multiplier: Some(2.0),
            industries: vec![BasicIndustry { basic: 12.0, ..Default::default() }; 3],
            ..Default::default()
        };
        let loss = ExtractionLoss { total: 12.5, share: Some(0.25), ..Default::default() };
        let sector = SectorAnalysis {
            code: "a".into(),
            output_multiplier: 1.5,
            kind: SectorKind::Key.into(),
            extraction: Some(loss),
            ..Default::default()
        };
        let table = TableAnalysis {
            sectors: vec![sector],
            extractions: vec![ExtractionResult { name: "energy".into(), loss: Some(loss), ..Default::default() }],
            ..Default::default()
        };
        let broken = TableAnalysis { reason: "NOT_PRODUCTIVE".into(), ..Default::default() };
        let answer =
            MeasureEconomicBaseResponse { bases: vec![base], tables: vec![table, broken], ..Default::default() };
        let view = view("jobs", 2, &answer);
        let mut written = Vec::new();
        view.tables.iter().for_each(|table| table.write(&mut written).unwrap());
        let text = String::from_utf8(written).unwrap();
        for expected in ["minimum requirements", "50.00 %", "1.500", "25.00 %", "key", "energy", "NOT_PRODUCTIVE"] {
            assert!(text.contains(expected), "{expected} is not in\n{text}");
        }
        let mut written = Vec::new();
        crate::output::csv::write(&mut written, &view.records, None).unwrap();
        let text = String::from_utf8(written).unwrap();
        for expected in ["\n,minimum-requirements,,multiplier,2,\n", "\n,table,a,output_multiplier,1.5,\n"] {
            assert!(text.contains(expected), "{expected} is not in\n{text}");
        }
    }
}
