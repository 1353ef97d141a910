//! Concentration of industries.

use growthpole_contracts::v1;

use super::{Case, industry, selection, specialization};
use crate::golden::figures::Figures;
use crate::golden::packages::put_hoover;
use crate::golden::service::Service;

fn request(case: &Case) -> v1::MeasureConcentrationRequest {
    v1::MeasureConcentrationRequest { selection: Some(selection(case, &[case.period()])), ..Default::default() }
}

/// Indices by region in the first half of the tables, by industry in the second.
pub(super) fn tables(service: &Service, case: &Case) -> Figures {
    let mut figures = specialization::tables(service, case);
    for own in service.measure_concentration(request(case)).industries {
        let code = industry(&own.industry);
        figures.put("result/conc", &[code, "H i"], own.hoover);
        figures.put("result/conc", &[code, "G i"], own.quotient_gini);
        figures.put("result/conc", &[code, "K i"], own.krugman_mean_of_others);
    }
    figures
}

pub(super) fn cells_as_plants(service: &Service, case: &Case) -> Figures {
    let by = Some(v1::plant_source::By::Cells(true));
    let asked = v1::MeasureConcentrationRequest { plants: Some(v1::PlantSource { by }), ..request(case) };
    let mut figures = Figures::default();
    for own in service.measure_concentration(asked).industries {
        let code = industry(&own.industry);
        let plants = own.plants.as_ref().expect("every industry has cells");
        figures.put("result", &[code, "Gamma i"], plants.gamma);
        figures.put("result", &[code, "G i"], own.geographic_concentration);
        figures.put("result", &[code, "z Gi"], plants.z);
        figures.put("result", &[code, "K i"], plants.plants);
        figures.put("result", &[code, "HHI i"], plants.plant_herfindahl);
        figures.put("textbook_result/raw_G", &[code], own.geographic_concentration);
        figures.put("textbook_result/gamma_with_H_zero", &[code], own.gamma_without_plants);
    }
    figures
}

/// One industry with both curves: Lorenz's over regions, Hoover's against population.
pub(super) fn one_industry(service: &Service, case: &Case) -> Figures {
    let with = |base: Option<v1::RegionFigures>| {
        let asked = v1::MeasureConcentrationRequest { base, curves: true, ..request(case) };
        let found = service.measure_concentration(asked).industries;
        found.into_iter().find(|own| industry(&own.industry) == "C36").expect("the industry is there")
    };
    let own = with(None);
    let mut figures = Figures::default();
    figures.put("result/gini.conc", &[], own.quotient_gini);
    figures.put("result/hoover", &[], own.hoover);
    figures.put("result/krugman_vs_total", &[], own.krugman_whole);
    let lorenz = own.lorenz_curve.expect("curves were asked for");
    for (at, corner) in lorenz.base.iter().enumerate() {
        figures.put("result/Lorenz/cum.reg", &[&at.to_string()], *corner);
    }
    let names = std::iter::once("").chain(lorenz.regions.iter().map(String::as_str));
    figures.put_all("result/Lorenz/cum.out", names.zip(lorenz.industry.iter().copied()));
    let population = v1::region_figures::By::Indicator("population".into());
    let hoover = with(Some(v1::RegionFigures { by: Some(population) })).hoover_curve.expect("curves were asked for");
    put_hoover(&mut figures, &hoover.base, &hoover.industry);
    figures
}

/// Indices by industry: against all industries, against population, and over regions that count alike.
pub(super) fn put_indices(figures: &mut Figures, service: &Service, case: &Case) {
    let with = |base: Option<v1::region_figures::By>| {
        let base = base.map(|by| v1::RegionFigures { by: Some(by) });
        service.measure_concentration(v1::MeasureConcentrationRequest { base, ..request(case) }).industries
    };
    for own in with(None) {
        figures.put("result/locational.Gini", &[industry(&own.industry)], own.locational_gini);
    }
    let population = with(Some(v1::region_figures::By::Indicator("population".into())));
    let regions = service.measure_specialization(v1::MeasureSpecializationRequest {
        selection: Some(selection(case, &[case.period()])),
        ..Default::default()
    });
    let codes = regions.regions.iter().map(|own| super::region(&own.region).to_owned());
    let amounts = codes.map(|region| v1::RegionAmount { region, amount: 1.0 }).collect();
    let alike = with(Some(v1::region_figures::By::Amounts(v1::RegionAmounts { amounts })));
    for (own, alike) in population.iter().zip(&alike) {
        let code = [industry(&own.industry)];
        figures.put("result/Gini_3digits", &code, alike.hoover_gini);
        figures.put("textbook_result/gini_of_industry_over_regions", &code, alike.hoover_gini);
        figures.put("result/Hoover.Gini_3digits", &code, own.hoover_gini);
        figures.put("result/Hoover.index_pct_2digits", &code, own.hoover.map(|share| 100.0 * share));
        figures.put("textbook_result/hoover_index_vs_population", &code, own.hoover);
    }
}
