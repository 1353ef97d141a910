//! The columns that a form or an option adds to tables and records.

use growthpole_contracts::v1::{
    ArcelusParts, DecomposeGrowthResponse, GerfinFactors, GrowthPrediction, IndustryShift, RegionShift, ShiftShareForm,
    ShiftShareStep, SplitEffect,
};

use crate::output::format::{amount, fixed, percent, points};

/// What a row shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    Region(&'a RegionShift),
    Industry(&'a IndustryShift),
    Step(&'a ShiftShareStep),
}

/// A column of numbers, which some rows do not have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Name in tables.
    pub(super) title: &'static str,
    /// Name in records.
    pub(super) field: &'static str,
    /// How people read the number.
    pub(super) show: fn(f64) -> String,
    /// The number of a row.
    pub(super) of: fn(Source<'_>) -> Option<f64>,
}

/// The columns that an answer has beside those of the classic form.
pub(super) fn further(answer: &DecomposeGrowthResponse) -> Vec<Column> {
    let mut columns = match answer.form() {
        ShiftShareForm::Unspecified | ShiftShareForm::Dunn => Vec::new(),
        ShiftShareForm::EstebanMarquillas => EFFECTS.to_vec(),
        ShiftShareForm::Arcelus => ARCELUS.to_vec(),
        ShiftShareForm::Gerfin => FACTORS.to_vec(),
    };
    if answer.prediction() != GrowthPrediction::Unspecified {
        columns.push(PREDICTED);
    }
    let rows = || answer.regions.iter().chain(&answer.total);
    if rows().any(|row| row.gap.is_some()) {
        columns.extend(GAP);
    }
    if rows().any(|row| row.gap.is_some_and(|gap| gap.required_rate.is_some())) {
        columns.push(REQUIRED);
    }
    columns
}

const fn parts(title: &'static str, field: &'static str, of: fn(Source<'_>) -> Option<f64>) -> Column {
    Column { title, field, show: amount, of }
}

const EFFECTS: [Column; 2] = [
    parts("Competitive", "competitive_effect", |row| match row {
        Source::Region(row) => row.competitive_effect,
        Source::Industry(row) => row.competitive_effect,
        Source::Step(row) => row.competitive_effect,
    }),
    parts("Allocation", "allocation_effect", |row| match row {
        Source::Region(row) => row.allocation_effect,
        Source::Industry(row) => row.allocation_effect,
        Source::Step(row) => row.allocation_effect,
    }),
];

const ARCELUS: [Column; 8] = [
    parts("National, expected", "national_growth_expected", |row| Some(national(row)?.expected)),
    parts("differential", "national_growth_differential", |row| Some(national(row)?.differential)),
    parts("Mix, expected", "industry_mix_expected", |row| Some(mix(row)?.expected)),
    parts("differential", "industry_mix_differential", |row| Some(mix(row)?.differential)),
    parts("Regional, expected", "regional_growth_expected", |row| Some(regional(row)?.expected)),
    parts("differential", "regional_growth_differential", |row| Some(regional(row)?.differential)),
    parts("Regional mix, expected", "regional_mix_expected", |row| Some(regional_mix(row)?.expected)),
    parts("differential", "regional_mix_differential", |row| Some(regional_mix(row)?.differential)),
];

fn arcelus(row: Source<'_>) -> Option<ArcelusParts> {
    match row {
        Source::Region(row) => row.arcelus,
        Source::Industry(row) => row.arcelus,
        Source::Step(row) => row.arcelus,
    }
}

fn national(row: Source<'_>) -> Option<SplitEffect> {
    arcelus(row)?.national_growth
}

fn mix(row: Source<'_>) -> Option<SplitEffect> {
    arcelus(row)?.industry_mix
}

fn regional(row: Source<'_>) -> Option<SplitEffect> {
    arcelus(row)?.regional_growth
}

fn regional_mix(row: Source<'_>) -> Option<SplitEffect> {
    arcelus(row)?.regional_mix
}

const fn factor(title: &'static str, field: &'static str, of: fn(Source<'_>) -> Option<f64>) -> Column {
    Column { title, field, show: |factor| fixed(factor, 4), of }
}

const FACTORS: [Column; 3] = [
    factor("Structural", "structural_factor", |row| Some(gerfin(row)?.structural)),
    factor("Locational", "locational_factor", |row| Some(gerfin(row)?.locational)),
    factor("Regional", "regional_factor", |row| Some(gerfin(row)?.regional)),
];

fn gerfin(row: Source<'_>) -> Option<GerfinFactors> {
    match row {
        Source::Region(row) => row.gerfin,
        Source::Industry(row) => row.gerfin,
        Source::Step(row) => row.gerfin,
    }
}

const PREDICTED: Column = Column {
    title: "Predicted",
    field: "predicted_growth",
    show: percent,
    of: |row| if let Source::Region(row) = row { row.predicted_growth } else { None },
};

/// Regions have a gap of their own, and industries a part in it.
const GAP: [Column; 4] = [
    Column {
        title: "Growth",
        field: "growth",
        show: percent,
        of: |row| if let Source::Region(row) = row { Some(row.gap?.growth) } else { None },
    },
    Column {
        title: "Gap (pp)",
        field: "gap",
        show: points,
        of: |row| match row {
            Source::Region(row) => Some(row.gap?.gap),
            Source::Industry(row) => row.gap_contribution,
            Source::Step(_) => None,
        },
    },
    Column {
        title: "In the total gap (pp)",
        field: "contribution_to_total_gap",
        show: points,
        of: |row| if let Source::Region(row) = row { row.contribution_to_total_gap } else { None },
    },
    Column {
        title: "Relative index",
        field: "relative_index",
        show: |index| fixed(index, 4),
        of: |row| if let Source::Region(row) = row { Some(row.gap?.relative_index) } else { None },
    },
];

const REQUIRED: Column = Column {
    title: "Required a year",
    field: "required_rate",
    show: percent,
    of: |row| if let Source::Region(row) = row { row.gap?.required_rate } else { None },
};
