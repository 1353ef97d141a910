//! Shift-share: the forms of Dunn, Esteban-Marquillas and Gerfin, static and dynamic.

use growthpole_contracts::v1::{self, ShiftShareForm};
use growthpole_methods::growth::{Chain, dunn, esteban_marquillas};
use growthpole_methods::{Amounts, Progress};

use super::{Case, industry, region, selection};
use crate::golden::figures::Figures;
use crate::golden::packages::{named_effects, named_parts};
use crate::golden::service::Service;

/// The forms that REAT has, by the names that it gives them.
const FORMS: [(&str, ShiftShareForm); 3] = [
    ("Dunn", ShiftShareForm::Dunn),
    ("Esteban", ShiftShareForm::EstebanMarquillas),
    ("Gerfin", ShiftShareForm::Gerfin),
];

/// The growth of a case's regions between its first and its last period, in parts.
fn decompose(service: &Service, case: &Case, form: ShiftShareForm, dynamic: bool) -> Vec<v1::RegionShift> {
    let (first, last) = case.ends();
    let selection = Some(selection(case, &[first, last]));
    let request = v1::DecomposeGrowthRequest { selection, form: form.into(), dynamic, ..Default::default() };
    service.decompose_growth(request).regions
}

/// The parts of a row or of a step by the names that REAT gives them.
struct Named {
    change: f64,
    national_share: f64,
    industry_mix: f64,
    regional_share: f64,
    effects: Option<(f64, f64)>,
    factors: Option<v1::GerfinFactors>,
}

impl Named {
    fn region(shift: &v1::RegionShift) -> Self {
        Self {
            change: shift.change,
            national_share: shift.national_share,
            industry_mix: shift.industry_mix,
            regional_share: shift.regional_share,
            effects: shift.competitive_effect.zip(shift.allocation_effect),
            factors: shift.gerfin,
        }
    }

    fn step(step: &v1::ShiftShareStep) -> Self {
        Self {
            change: step.change,
            national_share: step.national_share,
            industry_mix: step.industry_mix,
            regional_share: step.regional_share,
            effects: step.competitive_effect.zip(step.allocation_effect),
            factors: step.gerfin,
        }
    }

    fn parts(&self) -> Vec<(&'static str, f64)> {
        if let Some(factors) = self.factors {
            let v1::GerfinFactors { structural, locational, regional } = factors;
            return vec![("Industrial mix", structural), ("Regional share", locational), ("Net total shift", regional)];
        }
        let (regional, last) = match self.effects {
            Some((competitive, allocation)) => (competitive, ("Allocation effect", allocation)),
            None => (self.regional_share, ("Net total shift", self.industry_mix + self.regional_share)),
        };
        vec![
            ("Growth (t1-t)", self.change),
            ("National share", self.national_share),
            ("Industrial mix", self.industry_mix),
            ("Regional share", regional),
            last,
        ]
    }
}

pub(super) fn some_regions(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for (name, form) in FORMS {
        for shift in decompose(service, case, form, false) {
            let parts = format!("result/{}/{name}", region(&shift.region));
            figures.put_all(&parts, Named::region(&shift).parts());
        }
    }
    figures
}

pub(super) fn all_regions(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for (name, form) in FORMS {
        for shift in decompose(service, case, form, false) {
            let code = region(&shift.region);
            figures.put_all(&format!("result/{name}/{code}"), Named::region(&shift).parts());
            if form == ShiftShareForm::Dunn {
                let textbook = [
                    ("growth", shift.change),
                    ("national", shift.national_share),
                    ("mix", shift.industry_mix),
                    ("competitive", shift.regional_share),
                ];
                figures.put_all(&format!("textbook_result/{code}"), textbook);
            }
        }
    }
    figures
}

pub(super) fn by_industry(service: &Service, case: &Case) -> Figures {
    let regions = decompose(service, case, ShiftShareForm::Gerfin, false);
    assert_eq!(regions.len(), 1, "the case is of one region");
    let mut figures = Figures::default();
    // The parts of Dunn come with every form.
    for part in &regions[0].industries {
        let code = industry(&part.industry);
        figures.put("result/Dunn/Growth (t1-t)", &[code], part.change);
        figures.put("result/Dunn/Regional share", &[code], part.regional_share);
        figures.put("result/Gerfin/Regional share", &[code], part.gerfin.map(|factors| factors.locational));
        let textbook =
            [("national", part.national_share), ("mix", part.industry_mix), ("competitive", part.regional_share)];
        textbook.into_iter().for_each(|(name, value)| figures.put("textbook_result", &[name, code], value));
    }
    figures
}

/// The regions without a missing cell against their own sum, which no benchmark of a request is: the amounts come from the
/// API, the parts from the method.
pub(super) fn complete_regions(service: &Service, case: &Case) -> Figures {
    let regions = decompose(service, case, ShiftShareForm::Dunn, false);
    let amounts = |amount: fn(&v1::IndustryShift) -> f64| {
        let cells = regions.iter().flat_map(|region| region.industries.iter().map(amount)).collect();
        Amounts::try_new(cells, regions[0].industries.len()).unwrap()
    };
    let (start, end) = (amounts(|part| part.start), amounts(|part| part.end));
    let chain = Chain::try_new(&[&start, &end], &[start.industry_totals(), end.industry_totals()]).unwrap();
    let parts = dunn(&chain, &Progress::new()).unwrap();
    let effects = esteban_marquillas(&chain, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    for (at, label) in regions.iter().enumerate() {
        let code = region(&label.region);
        figures.put_all(&format!("result/Dunn/{code}"), named_parts(&parts.regions()[at]));
        figures.put_all(&format!("result/Esteban/{code}"), named_effects(&effects.regions()[at]));
    }
    figures
}

/// Every year, and the sums over the years; of factors the reference takes the mean, the service the product.
pub(super) fn year_by_year(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    for (name, form) in FORMS {
        for shift in decompose(service, case, form, true) {
            let code = region(&shift.region);
            let steps: Vec<_> = shift.steps.iter().map(|step| (step, Named::step(step).parts())).collect();
            if form == ShiftShareForm::Gerfin {
                for (at, (part, product)) in Named::region(&shift).parts().into_iter().enumerate() {
                    let factors = || steps.iter().map(|(_, parts)| parts[at].1);
                    assert!((factors().product::<f64>() / product - 1.0).abs() < 1e-12, "{part} is the product");
                    let mean = factors().sum::<f64>() / steps.len() as f64;
                    figures.put(&format!("result/{code}/Gerfin_mean"), &[part], mean);
                }
                continue;
            }
            figures.put_all(&format!("result/{code}/{name}/components"), Named::region(&shift).parts());
            for (step, parts) in steps {
                let years = format!("{}-{}", step.first_period, step.last_period);
                for (part, value) in parts {
                    figures.put(&format!("result/{code}/{name}/per_year"), &[part, &years], value);
                }
            }
        }
    }
    figures
}
