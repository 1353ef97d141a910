//! What a data set holds, list by list.

use growthpole_contracts::v1::{
    ListEventsResponse, ListIndicatorsResponse, ListIndustriesResponse, ListRegionGroupsResponse,
};

use super::shown;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::{date, english, in_language, precision, words};
use crate::output::table::Table;

pub(super) fn indicators(answer: &ListIndicatorsResponse) -> View {
    let mut table = Table::new("Indicators").texts(["Code", "Name", "Unit"]).numbers(["x 10^"]).texts([
        "Kind",
        "Prices",
        "Industries",
        "Chained by",
    ]);
    let mut records = Records::new([
        "code",
        "name_en",
        "name_zh",
        "unit",
        "unit_multiplier",
        "kind",
        "price_basis",
        "aggregation",
        "decimals",
        "classification",
        "growth_indicator",
        "aggregation_weight",
        "description",
    ]);
    for indicator in &answer.indicators {
        let kind = words(indicator.kind().as_str_name(), "INDICATOR_KIND");
        let prices = words(indicator.price_basis().as_str_name(), "PRICE_BASIS");
        table.row([
            indicator.code.clone(),
            english(&indicator.names).to_owned(),
            indicator.unit.clone(),
            indicator.unit_multiplier.to_string(),
            kind.clone(),
            prices.clone(),
            indicator.classification.clone(),
            indicator.growth_indicator.clone(),
        ]);
        records.row([
            indicator.code.clone(),
            in_language(&indicator.names, "en").to_owned(),
            in_language(&indicator.names, "zh").to_owned(),
            indicator.unit.clone(),
            indicator.unit_multiplier.to_string(),
            kind,
            prices,
            words(indicator.aggregation().as_str_name(), "AGGREGATION"),
            indicator.decimals.to_string(),
            indicator.classification.clone(),
            indicator.growth_indicator.clone(),
            indicator.aggregation_weight.clone(),
            indicator.description.clone(),
        ]);
    }
    shown(table, records, answer.provenance.as_ref())
}

pub(super) fn industries(answer: &ListIndustriesResponse) -> View {
    let mut table = Table::new("Industries").texts(["Classification", "Code", "Name", "", "Level", "Parent", "Tags"]);
    let mut records = Records::new(["classification", "code", "name_en", "name_zh", "level", "parent", "tags"]);
    for industry in &answer.industries {
        let row = |tags: String| {
            [
                industry.classification.clone(),
                industry.code.clone(),
                in_language(&industry.names, "en").to_owned(),
                in_language(&industry.names, "zh").to_owned(),
                industry.level.clone(),
                industry.parent.clone(),
                tags,
            ]
        };
        table.row(row(industry.tags.join(", ")));
        records.row(row(industry.tags.join(";")));
    }
    shown(table, records, answer.provenance.as_ref())
}

pub(super) fn groups(answer: &ListRegionGroupsResponse) -> View {
    let mut table =
        Table::new("Groups of regions").texts(["Id", "Name", "Kind", "Date", "Document"]).numbers(["Members"]);
    let mut records =
        Records::new(["id", "name_en", "name_zh", "kind", "date", "date_precision", "document", "members", "source"]);
    for group in &answer.groups {
        let kind = words(group.kind().as_str_name(), "REGION_GROUP_KIND");
        let members: Vec<&str> = group.members.iter().map(|member| member.region.as_str()).collect();
        table.row([
            group.id.clone(),
            english(&group.names).to_owned(),
            kind.clone(),
            date(&group.date, group.date_precision()),
            group.document.clone(),
            members.len().to_string(),
        ]);
        records.row([
            group.id.clone(),
            in_language(&group.names, "en").to_owned(),
            in_language(&group.names, "zh").to_owned(),
            kind,
            group.date.clone(),
            precision(group.date_precision()),
            group.document.clone(),
            members.join(";"),
            group.source.clone(),
        ]);
    }
    shown(table, records, answer.provenance.as_ref())
}

pub(super) fn events(answer: &ListEventsResponse) -> View {
    let mut table = Table::new("Events").texts(["Kind"]).numbers(["No."]).texts(["Date", "Name", "", "Document"]);
    let mut records = Records::new([
        "id",
        "kind",
        "number",
        "date",
        "date_precision",
        "name_en",
        "name_zh",
        "document",
        "regions",
        "source",
    ]);
    for event in &answer.events {
        let kind = words(event.kind().as_str_name(), "EVENT_KIND");
        let number = if event.number == 0 { String::new() } else { event.number.to_string() };
        let name = |language| in_language(&event.names, language).to_owned();
        let date = date(&event.date, event.date_precision());
        table.row([kind.clone(), number.clone(), date, name("en"), name("zh"), event.document.clone()]);
        records.row([
            event.id.clone(),
            kind,
            number,
            event.date.clone(),
            precision(event.date_precision()),
            name("en"),
            name("zh"),
            event.document.clone(),
            event.regions.join(";"),
            event.source.clone(),
        ]);
    }
    shown(table, records, answer.provenance.as_ref())
}
