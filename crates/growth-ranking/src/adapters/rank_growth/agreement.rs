//! Further indicators beside the selection's: how far their rankings agree, and the ranking by mean rank.

use std::collections::BTreeMap;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::{BenchmarkChoice, MissingPolicy, Panel, Selection, Warning};
use growthpole_methods::growth::mobility::{RankPairs, kendall, spearman};
use growthpole_methods::stats::{Agreement, AgreementError, RankMethod, RankOrder, kendall_w, mean_ranks, rank};
use growthpole_methods::{Progress, Stopped};
use growthpole_worker_kit::companions::Companions;
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::reading::status_warnings;
use growthpole_worker_kit::{Job, PanelSource, refuse};
use tonic::Status;

use super::grown::figures;
use super::growth::{Growth, NoGrowth};
use super::inputs::{Asked, Inputs};
use super::options::Options;
use super::ranking::tie_key;
use super::times::Times;
use crate::adapters::ranks;

/// Most further indicators of a request.
const MOST: usize = 20;

/// The name of a request's further indicator, for fields.
fn path(at: usize, field: &str) -> String {
    format!("further_indicators[{at}].{field}")
}

/// The fields of further indicators that name indicators, and what they name.
pub(crate) fn named(further: &[v1::FurtherIndicator]) -> Result<Vec<(String, &str)>, Refusal> {
    if further.len() > MOST {
        let sent = format!("{} indicators", further.len());
        return Err(Refusal::invalid("further_indicators", sent, &format!("{MOST} at most")));
    }
    let mut named = Vec::new();
    for (at, own) in further.iter().enumerate() {
        if own.indicator.is_empty() {
            return Err(Refusal::invalid(&path(at, "indicator"), "nothing", "the code of an indicator"));
        }
        named.push((path(at, "indicator"), own.indicator.as_str()));
        named.extend(Asked::of_further(own).named().into_iter().map(|(field, code)| (path(at, field), code)));
    }
    Ok(named)
}

/// The growth of one indicator, by region code.
pub(crate) struct Ranking {
    shown: v1::RankedIndicator,
    order: RankOrder,
    growth: BTreeMap<String, f64>,
    /// The panels, for provenance; none for the selection's own, which are there already.
    pub(crate) inputs: Option<Inputs>,
    pub(crate) warnings: Vec<Warning>,
}

impl Ranking {
    /// The selection's own.
    pub(crate) fn own(
        request: &v1::RankGrowthRequest,
        indicator: &str,
        panel: &Panel,
        growth: &[Result<Growth, NoGrowth>],
        order: RankOrder,
    ) -> Self {
        let shown = v1::RankedIndicator {
            indicator: indicator.to_owned(),
            growth_indicator: request.growth_indicator.clone(),
            denominator_indicator: request.denominator_indicator.clone(),
            rank_order: ranks::write_order(order).into(),
        };
        Self { shown, order, growth: growth_by_code(panel, growth), inputs: None, warnings: Vec::new() }
    }

    /// Reads a further one: the same regions and periods, of the vintage that `selection` names.
    pub(crate) async fn read(
        panels: &dyn PanelSource,
        selection: &Selection,
        missing: MissingPolicy,
        further: &v1::FurtherIndicator,
        at: usize,
        times: &Times,
    ) -> Result<Self, Status> {
        let selection = Selection {
            indicator: further.indicator.clone(),
            companions: Vec::new(),
            benchmark: BenchmarkChoice::None,
            ..selection.clone()
        };
        let order = ranks::read_order(further.rank_order).map_err(|refusal| blame(refusal.into(), at))?;
        let asked = Asked::of_further(further);
        let none = Companions::new(std::iter::empty::<(String, &str)>());
        let inputs = Inputs::read(panels, &selection, asked, &none, times).await.map_err(|status| blame(status, at))?;
        let (panel, figures, mut warnings) = figures(&inputs, missing)?;
        let growth = times.rule(inputs.basis).growth_of_regions(&figures);
        warnings.extend(status_warnings(&panel, None));
        warnings.extend(inputs.warnings.iter().cloned());
        let shown = v1::RankedIndicator {
            indicator: further.indicator.clone(),
            growth_indicator: further.growth_indicator.clone(),
            denominator_indicator: further.denominator_indicator.clone(),
            rank_order: ranks::write_order(order).into(),
        };
        Ok(Self { shown, order, growth: growth_by_code(&panel, &growth), inputs: Some(inputs), warnings })
    }

    /// Its growth in these regions, such that more is better.
    fn merits(&self, codes: &[&str]) -> Vec<f64> {
        let sign = if self.order == RankOrder::LowestFirst { -1.0 } else { 1.0 };
        codes.iter().filter_map(|code| self.growth.get(*code)).map(|growth| sign * tie_key(*growth)).collect()
    }
}

/// Blames the fields of a further indicator for what its reading refuses.
fn blame(status: Status, at: usize) -> Status {
    let fields = [
        ("selection.indicator", "indicator"),
        ("selection.industries", "indicator"),
        ("growth_indicator", "growth_indicator"),
        ("denominator_indicator", "denominator_indicator"),
        ("allow_current_prices", "allow_current_prices"),
        ("rank_order", "rank_order"),
    ];
    fields.into_iter().fold(status, |status, (from, to)| refuse::rename_field(status, from, &path(at, to)))
}

fn growth_by_code(panel: &Panel, growth: &[Result<Growth, NoGrowth>]) -> BTreeMap<String, f64> {
    let codes = panel.axes.regions.iter().map(|region| region.code.clone());
    codes.zip(growth).filter_map(|(code, growth)| Some((code, growth.as_ref().ok()?.measured))).collect()
}

/// What the mathematics say of rankings.
struct Measured {
    agreement: Agreement,
    mean_ranks: Vec<f64>,
    correlations: Vec<v1::IndicatorCorrelation>,
}

/// How far rankings agree, among the regions that have growth in all of them; the first is the selection's.
pub(crate) async fn agreement(
    panel: &Panel,
    rankings: &[Ranking],
    options: Options,
    job: &Job,
) -> Result<(Option<v1::IndicatorAgreement>, Vec<Warning>), Status> {
    let regions = panel.axes.regions.iter();
    let (compared, others): (Vec<_>, Vec<_>) =
        regions.partition(|region| rankings.iter().all(|ranking| ranking.growth.contains_key(&region.code)));
    let mut warnings = Vec::new();
    if !others.is_empty() {
        let text = format!("{} regions lack growth by one of the indicators, and are not compared", others.len());
        let codes = others.iter().map(|region| region.code.clone());
        warnings.push(Warning::new("AGREEMENT_OF_SOME_REGIONS", text).with_regions(codes));
    }
    let codes: Vec<&str> = compared.iter().map(|region| region.code.as_str()).collect();
    let merits: Vec<Vec<f64>> = rankings.iter().map(|ranking| ranking.merits(&codes)).collect();
    let of_all = merits.clone();
    let measured = match job.compute(move |progress| measure(&of_all, progress)).await? {
        Ok(measured) => measured,
        Err(error) => {
            warnings.push(Warning::new("NO_AGREEMENT", format!("rankings cannot be compared: {error}")));
            return Ok((None, warnings));
        }
    };
    let labels = compared.iter().map(|region| message::region_label(region)).collect();
    let answer = v1::IndicatorAgreement {
        indicators: rankings.iter().map(|ranking| ranking.shown.clone()).collect(),
        regions: region_ranks(labels, rankings, &merits, &measured.mean_ranks, options.method),
        kendall_w: measured.agreement.w,
        chi_squared: measured.agreement.chi_squared,
        degrees_of_freedom: message::count(measured.agreement.degrees),
        p_value: measured.agreement.p_value,
        mean_spearman: measured.agreement.mean_spearman,
        correlations: measured.correlations,
    };
    Ok((Some(answer), warnings))
}

/// The mathematics; the inner error is of rankings that cannot be compared.
fn measure(merits: &[Vec<f64>], progress: &Progress) -> Result<Result<Measured, AgreementError>, Refusal> {
    let lists: Vec<&[f64]> = merits.iter().map(Vec::as_slice).collect();
    match (kendall_w(&lists), mean_ranks(&lists)) {
        (Ok(agreement), Ok(mean_ranks)) => {
            let correlations = correlations(&lists, progress).map_err(refuse::stopped)?;
            Ok(Ok(Measured { agreement, mean_ranks, correlations }))
        }
        (Err(error @ (AgreementError::TooFew { .. } | AgreementError::AllTied)), _) => Ok(Err(error)),
        (Err(error), _) | (_, Err(error)) => Err(Refusal::internal(error)),
    }
}

fn region_ranks(
    labels: Vec<v1::RegionLabel>,
    rankings: &[Ranking],
    merits: &[Vec<f64>],
    means: &[f64],
    method: RankMethod,
) -> Vec<v1::RegionRanks> {
    let present = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
    let ranks: Vec<Vec<Option<f64>>> =
        merits.iter().map(|merits| rank(&present(merits), RankMethod::Average, RankOrder::HighestFirst)).collect();
    // Mean ranks that only rounding tells apart are a tie.
    let keys: Vec<f64> = means.iter().copied().map(tie_key).collect();
    let aggregate = rank(&present(&keys), method, RankOrder::LowestFirst);
    let row = |(at, label): (usize, v1::RegionLabel)| v1::RegionRanks {
        growth: rankings.iter().filter_map(|ranking| ranking.growth.get(&label.code).copied()).collect(),
        region: Some(label),
        ranks: ranks.iter().filter_map(|ranks| ranks[at]).collect(),
        mean_rank: means[at],
        aggregate_rank: aggregate[at].unwrap_or_default(),
    };
    let mut rows: Vec<v1::RegionRanks> = labels.into_iter().enumerate().map(row).collect();
    rows.sort_by(|a, b| a.aggregate_rank.total_cmp(&b.aggregate_rank));
    rows
}

/// Correlations of all pairs; none where a ranking is all ties.
fn correlations(merits: &[&[f64]], progress: &Progress) -> Result<Vec<v1::IndicatorCorrelation>, Stopped> {
    let pairs = (0..merits.len()).flat_map(|first| (first + 1..merits.len()).map(move |second| (first, second)));
    let pairs: Vec<(usize, usize)> = pairs.collect();
    progress.expect(pairs.len());
    let one = |(first, second): (usize, usize)| {
        progress.advance(1)?;
        let Ok(pair) = RankPairs::try_new(merits[first], merits[second]) else { return Ok(None) };
        let tau = kendall(&pair);
        Ok(Some(v1::IndicatorCorrelation {
            first: message::count(first),
            second: message::count(second),
            kendall_tau: tau.tau_b,
            kendall_p_value: tau.p,
            spearman: spearman(&pair).rho,
        }))
    };
    let all: Result<Vec<_>, Stopped> = pairs.into_iter().map(one).collect();
    Ok(all?.into_iter().flatten().collect())
}
