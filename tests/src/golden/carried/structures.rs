//! Likeness of structures, friction, and distance.

use growthpole_contracts::v1::{self, KrugmanReference, PairScope};

use super::{Case, industry, region, selection};
use crate::golden::figures::Figures;
use crate::golden::service::Service;

/// A request to compare the structures of a case, every pair with equal weight.
fn request(case: &Case) -> v1::CompareStructuresRequest {
    let equal = v1::pair_weights::By::Equal(v1::EqualWeights {});
    v1::CompareStructuresRequest {
        selection: Some(selection(case, &[case.period()])),
        weights: Some(v1::PairWeights { by: Some(equal) }),
        ..Default::default()
    }
}

/// Krugman indices of a case's regions against a reference.
pub(super) fn against(service: &Service, case: &Case, reference: KrugmanReference) -> Vec<(String, f64)> {
    let request = v1::CompareStructuresRequest { krugman_reference: reference.into(), ..request(case) };
    let regions = service.compare_structures(request).regions;
    regions.iter().map(|own| (region(&own.region).to_owned(), own.krugman)).collect()
}

pub(super) fn krugman_references(service: &Service, case: &Case) -> Figures {
    let mut figures = Figures::default();
    put_symmetric(&mut figures, "result/pair", &service.compare_structures(request(case)).pairs, |pair| pair.krugman);
    let references = [
        ("whole", KrugmanReference::Whole),
        ("rest_weighted", KrugmanReference::Rest),
        ("mean_of_others", KrugmanReference::MeanOfOthers),
    ];
    for (name, reference) in references {
        for (code, krugman) in against(service, case, reference) {
            figures.put("result", &[name, &code], krugman);
        }
    }
    figures
}

/// A matrix of what pairs hold: in both directions, and zero for a region and itself, which is no pair.
fn put_symmetric(
    figures: &mut Figures,
    parts: &str,
    pairs: &[v1::StructurePair],
    value: fn(&v1::StructurePair) -> f64,
) {
    for pair in pairs {
        let (first, second) = (region(&pair.first), region(&pair.second));
        figures.put(parts, &[first, second], value(pair));
        figures.put(parts, &[second, first], value(pair));
    }
    for code in figures.names_below(parts).into_iter().map(str::to_owned).collect::<Vec<_>>() {
        figures.put(parts, &[&code, &code], 0.0);
    }
}

pub(super) fn borders(service: &Service, case: &Case) -> Figures {
    let neighbours = v1::pair_weights::By::Neighbours(v1::NeighbourWeights {});
    let answer = service.compare_structures(v1::CompareStructuresRequest {
        scope: PairScope::Neighbours.into(),
        weights: Some(v1::PairWeights { by: Some(neighbours) }),
        ..request(case)
    });
    let mut figures = Figures::default();
    for pair in &answer.pairs {
        assert_eq!(pair.neighbours, Some(true), "only neighbours were asked for");
        let name = format!("{}-{}", region(&pair.first), region(&pair.second));
        figures.put("result/krugman", &[&name], pair.krugman);
        figures.put("result/overlap", &[&name], pair.overlap);
        figures.put("result/cosine", &[&name], pair.cosine);
        figures.put("result/rank_by_krugman_1_is_most_alike", &[&name], f64::from(pair.rank));
    }
    let friction = answer.friction.expect("borders give pairs weight");
    figures.put("result/friction_equal_weights", &[], friction.index);
    for part in &friction.industries {
        figures.put("result/friction_by_industry", &[industry(&part.industry)], part.part);
        figures.put("result/friction_share_by_industry", &[industry(&part.industry)], part.part / friction.index);
    }
    figures
}

pub(super) fn distances(service: &Service, case: &Case) -> Figures {
    let pairs = service.compare_structures(request(case)).pairs;
    let mut figures = Figures::default();
    let distance = |pair: &v1::StructurePair| pair.distance_km.expect("the cities have coordinates");
    put_symmetric(&mut figures, "textbook_result/haversine_6371.0088", &pairs, distance);
    figures
}
