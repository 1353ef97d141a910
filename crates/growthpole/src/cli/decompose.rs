//! `decompose`: growth in parts.

mod columns;
mod view;

use clap::Args;
use growthpole_contracts::v1::{
    DecomposeGrowthRequest, DecomposeGrowthResponse, GrowthGapOptions, GrowthPrediction, ShiftShareForm, ShiftShareView,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use super::values::{names, number};
use crate::failure::Failure;

/// Splits growth between two periods (`--period 2008:2015`) into its parts.
#[derive(Debug, Args)]
pub(super) struct DecomposeArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: HowToDecompose,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "How to decompose")]
struct HowToDecompose {
    /// Form of shift-share analysis; dunn if left out
    #[arg(long, value_name = "FORM", value_parser = names(&["dunn", "esteban-marquillas", "arcelus", "gerfin"]))]
    form: Option<String>,
    /// Compares every period with the one before and adds the parts up, or multiplies the factors of gerfin
    #[arg(long)]
    dynamic: bool,
    /// Shows the parts by industry in tables and CSV; JSON always holds them
    #[arg(long)]
    by_industry: bool,
    /// Shows industries summed over the regions, and no regions
    #[arg(long, conflicts_with = "by_industry")]
    over_regions: bool,
    /// Adds the row of all regions together
    #[arg(long)]
    total: bool,
    /// Adds the growth that the structure of the first period predicts: with the benchmark's growth by industry, or with
    /// that of the benchmark without the region
    #[arg(long, value_name = "FROM", value_parser = names(&["whole-benchmark", "leave-one-out"]))]
    predict: Option<String>,
    /// Adds the gap to the benchmark's growth
    #[arg(long)]
    gap: bool,
    /// Adds the gap, and the rate a year that closes it in so many years
    #[arg(long, value_name = "YEARS", allow_negative_numbers = true)]
    close_in: Option<f64>,
    /// Growth of the benchmark in each of these years, as a fraction: 0.05 is 5 per cent; its rate so far if left out
    #[arg(long, value_name = "RATE", requires = "close_in", allow_negative_numbers = true)]
    benchmark_rate: Option<f64>,
}

impl DecomposeArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &DecomposeGrowthResponse| view::view(&title, answer);
        self.ask.analyze(common, self.request(), view).await
    }

    fn request(&self) -> DecomposeGrowthRequest {
        let how = &self.how;
        DecomposeGrowthRequest {
            selection: Some(self.selection.message()),
            form: number(how.form.as_ref(), "SHIFT_SHARE_FORM", ShiftShareForm::from_str_name),
            dynamic: how.dynamic,
            view: how.view(self.ask.wants_json()).into(),
            include_total: how.total,
            prediction: number(how.predict.as_ref(), "GROWTH_PREDICTION", GrowthPrediction::from_str_name),
            gap: how.gap(),
        }
    }
}

impl HowToDecompose {
    /// Only the rows that are shown are asked for.
    fn view(&self, wants_json: bool) -> ShiftShareView {
        match (self.over_regions, self.by_industry || wants_json) {
            (true, _) => ShiftShareView::Industries,
            (false, true) => ShiftShareView::Unspecified,
            (false, false) => ShiftShareView::Regions,
        }
    }

    fn gap(&self) -> Option<GrowthGapOptions> {
        let options = GrowthGapOptions { closing_years: self.close_in, benchmark_rate: self.benchmark_rate };
        (self.gap || self.close_in.is_some()).then_some(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_shown_rows_are_asked_for() {
        let how = HowToDecompose::default;
        assert_eq!((how().view(false), how().view(true)), (ShiftShareView::Regions, ShiftShareView::Unspecified));
        let by_industry = HowToDecompose { by_industry: true, ..how() };
        assert_eq!(by_industry.view(false), ShiftShareView::Unspecified);
        let over_regions = HowToDecompose { over_regions: true, ..how() };
        assert_eq!(over_regions.view(true), ShiftShareView::Industries);
    }

    #[test]
    fn a_time_to_close_it_in_asks_for_the_gap() {
        assert_eq!(HowToDecompose::default().gap(), None);
        let gap = HowToDecompose { gap: true, ..HowToDecompose::default() };
        assert_eq!(gap.gap(), Some(GrowthGapOptions::default()));
        let closing = HowToDecompose { close_in: Some(5.0), ..HowToDecompose::default() };
        assert_eq!(closing.gap().and_then(|gap| gap.closing_years), Some(5.0));
    }
}
