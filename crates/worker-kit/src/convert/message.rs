//! Values of the domain as messages, and the few that workers read back.

use growthpole_contracts::v1;
use growthpole_domain::{
    Aggregation, BenchmarkSource, Catalogue, DatedPrecision, Indicator, IndicatorKind, Industry, Names, PriceBasis,
    Region, Warning,
};

/// A count as a message carries it. Counts beyond 2³¹ do not occur; they would be shown as the greatest number.
pub fn count(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

/// How exactly a date is known.
pub fn precision(precision: DatedPrecision) -> v1::DatePrecision {
    match precision {
        DatedPrecision::Day => v1::DatePrecision::Day,
        DatedPrecision::Month => v1::DatePrecision::Month,
        DatedPrecision::Year => v1::DatePrecision::Year,
    }
}

/// How exactly a date is known, read back.
pub fn read_precision(precision: i32) -> Option<DatedPrecision> {
    match v1::DatePrecision::try_from(precision) {
        Ok(v1::DatePrecision::Day) => Some(DatedPrecision::Day),
        Ok(v1::DatePrecision::Month) => Some(DatedPrecision::Month),
        Ok(v1::DatePrecision::Year) => Some(DatedPrecision::Year),
        Ok(v1::DatePrecision::Unspecified) | Err(_) => None,
    }
}

/// Names by language.
pub fn names(names: &Names) -> Vec<v1::LocalizedText> {
    let text =
        |(language, text): (&String, &String)| v1::LocalizedText { language: language.clone(), text: text.clone() };
    names.0.iter().map(text).collect()
}

/// Names by language, read back.
pub fn read_names(names: Vec<v1::LocalizedText>) -> Names {
    Names(names.into_iter().map(|name| (name.language, name.text)).collect())
}

/// A warning.
pub fn warning(warning: &Warning) -> v1::Warning {
    v1::Warning {
        code: warning.code.to_string(),
        text: warning.text.clone(),
        regions: warning.regions.clone(),
        industries: warning.industries.clone(),
    }
}

/// Warnings.
pub fn warnings<'a>(warnings: impl IntoIterator<Item = &'a Warning>) -> Vec<v1::Warning> {
    warnings.into_iter().map(warning).collect()
}

/// Warnings, read back.
pub fn read_warnings(warnings: Vec<v1::Warning>) -> Vec<Warning> {
    warnings
        .into_iter()
        .map(|warning| {
            Warning::new(warning.code, warning.text).with_regions(warning.regions).with_industries(warning.industries)
        })
        .collect()
}

/// A region as answers show it.
pub fn region_label(region: &Region) -> v1::RegionLabel {
    v1::RegionLabel { code: region.code.clone(), name: region.names.display().to_owned() }
}

/// An industry as answers show it.
pub fn industry_label(industry: &Industry) -> v1::IndustryLabel {
    v1::IndustryLabel { code: industry.code.clone(), name: industry.names.display().to_owned() }
}

/// The two fields by which answers say what regions were measured against: a region, or a level.
pub fn benchmark_source(source: &BenchmarkSource) -> (Option<v1::RegionLabel>, String) {
    match source {
        BenchmarkSource::Region { code, name } => {
            (Some(v1::RegionLabel { code: code.clone(), name: name.clone() }), String::new())
        }
        BenchmarkSource::SumOfLevel(level) => (None, level.clone()),
    }
}

/// A region, with the scheme that it has in its catalogue.
pub fn region_of(catalogue: &Catalogue, of: &Region) -> v1::Region {
    v1::Region { scheme: catalogue.scheme_of(of).to_owned(), ..region(of) }
}

/// A region.
pub fn region(region: &Region) -> v1::Region {
    v1::Region {
        scheme: region.scheme.clone(),
        valid_from: region.valid_from.clone(),
        valid_to: region.valid_to.clone(),
        code: region.code.clone(),
        level: region.level.clone(),
        parent: region.parent.clone(),
        names: names(&region.names),
        latitude: region.coordinates.map(|(latitude, _)| latitude),
        longitude: region.coordinates.map(|(_, longitude)| longitude),
        other_codes: region
            .other_codes
            .iter()
            .map(|(scheme, code)| v1::SchemeCode { scheme: scheme.clone(), code: code.clone() })
            .collect(),
        note: region.note.clone(),
    }
}

/// A region, read back. Aliases are for finding regions and do not travel.
pub fn read_region(region: v1::Region) -> Region {
    Region {
        scheme: region.scheme,
        valid_from: region.valid_from,
        valid_to: region.valid_to,
        code: region.code,
        level: region.level,
        parent: region.parent,
        names: read_names(region.names),
        aliases: Vec::new(),
        coordinates: region.latitude.zip(region.longitude),
        other_codes: region.other_codes.into_iter().map(|code| (code.scheme, code.code)).collect(),
        note: region.note,
    }
}

/// An industry.
pub fn industry(industry: &Industry) -> v1::Industry {
    v1::Industry {
        classification: industry.classification.clone(),
        code: industry.code.clone(),
        level: industry.level.clone(),
        parent: industry.parent.clone(),
        names: names(&industry.names),
        tags: industry.tags.clone(),
        note: industry.note.clone(),
    }
}

/// An industry, read back.
pub fn read_industry(industry: v1::Industry) -> Industry {
    Industry {
        classification: industry.classification,
        code: industry.code,
        level: industry.level,
        parent: industry.parent,
        names: read_names(industry.names),
        tags: industry.tags,
        note: industry.note,
    }
}

/// An indicator.
pub fn indicator(indicator: &Indicator) -> v1::Indicator {
    let kind = match indicator.kind {
        IndicatorKind::Level => v1::IndicatorKind::Level,
        IndicatorKind::Flow => v1::IndicatorKind::Flow,
        IndicatorKind::Rate => v1::IndicatorKind::Rate,
        IndicatorKind::Index => v1::IndicatorKind::Index,
        IndicatorKind::Share => v1::IndicatorKind::Share,
    };
    let price_basis = match indicator.price_basis {
        PriceBasis::None => v1::PriceBasis::Unspecified,
        PriceBasis::Current => v1::PriceBasis::Current,
        PriceBasis::Constant => v1::PriceBasis::Constant,
    };
    let aggregation = match indicator.aggregation {
        Aggregation::None => v1::Aggregation::Unspecified,
        Aggregation::Sum => v1::Aggregation::Sum,
        Aggregation::Mean => v1::Aggregation::Mean,
    };
    v1::Indicator {
        code: indicator.code.clone(),
        names: names(&indicator.names),
        unit: indicator.unit.clone(),
        unit_multiplier: indicator.unit_multiplier,
        kind: kind.into(),
        price_basis: price_basis.into(),
        aggregation: aggregation.into(),
        decimals: count(indicator.decimals),
        classification: indicator.classification.clone(),
        growth_indicator: indicator.growth_indicator.clone(),
        aggregation_weight: indicator.aggregation_weight.clone(),
        description: indicator.description.clone(),
    }
}

/// An indicator, read back; nothing when its kind is not known here.
pub fn read_indicator(indicator: v1::Indicator) -> Option<Indicator> {
    let kind = match indicator.kind() {
        v1::IndicatorKind::Level => IndicatorKind::Level,
        v1::IndicatorKind::Flow => IndicatorKind::Flow,
        v1::IndicatorKind::Rate => IndicatorKind::Rate,
        v1::IndicatorKind::Index => IndicatorKind::Index,
        v1::IndicatorKind::Share => IndicatorKind::Share,
        v1::IndicatorKind::Unspecified => return None,
    };
    let price_basis = match indicator.price_basis() {
        v1::PriceBasis::Unspecified => PriceBasis::None,
        v1::PriceBasis::Current => PriceBasis::Current,
        v1::PriceBasis::Constant => PriceBasis::Constant,
    };
    let aggregation = match indicator.aggregation() {
        v1::Aggregation::Unspecified => Aggregation::None,
        v1::Aggregation::Sum => Aggregation::Sum,
        v1::Aggregation::Mean => Aggregation::Mean,
    };
    Some(Indicator {
        code: indicator.code,
        names: read_names(indicator.names),
        unit: indicator.unit,
        unit_multiplier: indicator.unit_multiplier,
        kind,
        price_basis,
        aggregation,
        decimals: u32::try_from(indicator.decimals).unwrap_or_default(),
        classification: indicator.classification,
        growth_indicator: indicator.growth_indicator,
        aggregation_weight: indicator.aggregation_weight,
        description: indicator.description,
    })
}
