//! Cases on the bundled data, computed through the public API.

mod case;
mod concentration;
mod convergence;
mod division;
mod engines;
mod growth;
mod inequality;
mod mobility;
mod relatedness;
mod shift_share;
mod spatial_mobility;
mod specialization;
mod structures;
mod transition;

pub use case::{Case, Input};

use growthpole_contracts::v1;

use super::figures::Figures;
use super::service::Service;

/// Computes the figures of a case by calls.
pub type Runner = fn(&Service, &Case) -> Figures;

/// What computes the cases of a kind. Those of one kind differ by year and level of the classification only.
const KINDS: &[(&str, Runner)] = &[
    ("cn_atkinson_wolfson_schutz", inequality::welfare),
    ("cn_beta_nls", convergence::nonlinear),
    ("cn_beta_ols_20", convergence::least_squares),
    ("cn_beta_ols_conditional", convergence::conditional),
    ("cn_city_distance_matrix", structures::distances),
    ("cn_complexity_eigen", relatedness::eigenvectors),
    ("cn_complexity_fitness", relatedness::fitness),
    ("cn_complexity_outlook", relatedness::outlook),
    ("cn_complexity_reflections", relatedness::reflected),
    ("cn_division_six_industries", division::six_industries),
    ("cn_econgeo_indices", specialization::indices),
    ("cn_ecomplexity", relatedness::harvard),
    ("cn_ellison_glaeser_cells", concentration::cells_as_plants),
    ("cn_gini_theil", inequality::gini_and_theil),
    ("cn_entry_exit", relatedness::entries_and_exits),
    ("cn_full_rank_markov", mobility::full_rank),
    ("cn_growth_engines", engines::found_and_tested),
    ("cn_growth_employment", growth::employment),
    ("cn_growth_real_gdp", growth::real_gdp),
    ("cn_industry_concentration", concentration::one_industry),
    ("cn_inequality_battery", inequality::battery),
    ("cn_kci_tci_mor", relatedness::knowledge),
    ("cn_krugman_references", structures::krugman_references),
    ("cn_lisa_markov", spatial_mobility::lisa_markov),
    ("cn_locq", specialization::quotients),
    ("cn_markov_fixed_cutoffs", mobility::fixed_cut_offs),
    ("cn_markov_homogeneity", mobility::homogeneity),
    ("cn_markov_quintiles", mobility::quintiles),
    ("cn_productivity_levels", relatedness::levels),
    ("cn_prody_expy", relatedness::levels_and_ubiquity),
    ("cn_proximity_density", relatedness::proximity_and_density),
    ("cn_rank_gdp_per_capita", growth::rank_levels),
    ("cn_rank_growth", growth::rank_growth),
    ("cn_rca", specialization::revealed_advantage),
    ("cn_related_variety", specialization::related_variety),
    ("cn_relatedness_density", relatedness::density_by_zero_or_one),
    ("cn_relatedness_econgeo", relatedness::normalizations),
    ("cn_shift_all31", shift_share::all_regions),
    ("cn_shift_by_industry", shift_share::by_industry),
    ("cn_shift_drop_incomplete", shift_share::complete_regions),
    ("cn_shift_dynamic", shift_share::year_by_year),
    ("cn_shift_northeast", shift_share::some_regions),
    ("cn_similarity_friction", structures::borders),
    ("cn_sigma_20", convergence::sigma),
    ("cn_sigma_trend", convergence::sigma_trend),
    ("cn_single_region_indices", specialization::single_regions),
    ("cn_spatial_markov", spatial_mobility::spatial_markov),
    ("cn_spec_conc_tables", concentration::tables),
    ("cn_spatial_gini", inequality::by_neighbourhood),
    ("cn_tau_family", mobility::tau_family),
    ("cn_tau_growth_with_ties", mobility::tau_with_ties),
    ("cn_theil_four_regions", inequality::theil_by_groups),
    ("cn_theil_mld_weighted_four_regions", inequality::entropies_by_groups),
    ("cn_theta_four_regions", mobility::theta),
    ("cn_transition_northeast", transition::among_all_provinces),
    ("cn_williamson_cv", inequality::variation),
];

/// What computes a case; nothing where it is not covered.
pub fn runner(case: &str) -> Option<Runner> {
    KINDS.iter().find(|(kind, _)| case.starts_with(kind)).map(|(_, runner)| *runner)
}

/// The selection of a case for some periods: one, or the first and the last of a range.
fn selection(case: &Case, periods: &[&str]) -> v1::Selection {
    use v1::{industry_selection, period_selection, region_selection, vintage_selector};
    let input = &case.input;
    let by_code = |codes: &[String]| Some(codes.to_vec()).filter(|codes| !codes.is_empty());
    let regions = by_code(&input.regions)
        .map(|codes| v1::RegionSelection { by: Some(region_selection::By::Codes(v1::RegionCodes { codes })) });
    let industries = by_code(&input.industries)
        .map(|codes| v1::IndustrySelection { by: Some(industry_selection::By::Codes(v1::IndustryCodes { codes })) });
    let periods = match periods {
        [period] => period_selection::By::List(v1::PeriodList { periods: vec![(*period).to_owned()] }),
        [start, end] => {
            period_selection::By::Range(v1::PeriodRange { start: (*start).to_owned(), end: (*end).to_owned() })
        }
        other => panic!("{other:?} are neither one period nor two"),
    };
    let policy = format!("MISSING_POLICY_{}", input.missing);
    v1::Selection {
        dataset: input.dataset.clone(),
        vintage: Some(v1::VintageSelector { by: Some(vintage_selector::By::Number(input.vintage)) }),
        indicator: input.indicator.clone(),
        regions,
        industries,
        periods: Some(v1::PeriodSelection { by: Some(periods) }),
        benchmark: None,
        missing: v1::MissingPolicy::from_str_name(&policy).unwrap_or_else(|| panic!("{policy} is a policy")).into(),
    }
}

/// The code of a region in an answer.
fn region(label: &Option<v1::RegionLabel>) -> &str {
    &label.as_ref().expect("an answer labels its regions").code
}

/// The code of an industry in an answer.
fn industry(label: &Option<v1::IndustryLabel>) -> &str {
    &label.as_ref().expect("an answer labels its industries").code
}
