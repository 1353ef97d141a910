//! Transition: dependence, capital against its use, stages, composites.

use growthpole_methods::division::transition::{
    Peers, ResourcePath, ResourceStage, StageRule, capital_deepening, dependence, incremental_capital_output_ratio,
    peer_composite, perpetual_inventory, resource_stage,
};
use proptest::prelude::*;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

fn amounts(n: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.1..1e6_f64, n)
}

proptest! {
    #[test]
    fn sets_that_part_everything_have_shares_of_one_together(own in amounts(6), reference in amounts(6), cut in 1..6_usize) {
        let (first, second): (Vec<usize>, Vec<usize>) = ((0..cut).collect(), (cut..6).collect());
        let (a, b) = (dependence(&own, &reference, &first).unwrap(), dependence(&own, &reference, &second).unwrap());
        prop_assert!(close(a.share + b.share, 1.0));
        let of_reference = |set: &[usize]| set.iter().map(|&i| reference[i]).sum::<f64>() / reference.iter().sum::<f64>();
        let together = a.quotient.unwrap() * of_reference(&first) + b.quotient.unwrap() * of_reference(&second);
        prop_assert!(close(together, 1.0));
        let doubled: Vec<f64> = own.iter().map(|amount| 2.0 * amount).collect();
        prop_assert!(close(dependence(&doubled, &reference, &first).unwrap().share, a.share));
    }

    #[test]
    fn capital_ratios_do_not_depend_on_units(
        investment in amounts(3), before in 1.0..1e5_f64, growth in 0.01..2.0_f64, scale in 0.01..100.0_f64,
    ) {
        let after = before * (1.0 + growth);
        let ratio = incremental_capital_output_ratio(&investment, before, after).unwrap();
        let scaled: Vec<f64> = investment.iter().map(|amount| scale * amount).collect();
        let again = incremental_capital_output_ratio(&scaled, scale * before, scale * after).unwrap();
        prop_assert!((ratio - again).abs() <= 1e-9 * ratio);
        let deepening = capital_deepening((before, after), (3.0, 5.0)).unwrap();
        prop_assert!(close(deepening, capital_deepening((scale * before, scale * after), (3.0, 5.0)).unwrap()));
        prop_assert!(close(deepening, -capital_deepening((after, before), (5.0, 3.0)).unwrap()));
    }

    #[test]
    fn stocks_follow_their_investment(investment in amounts(25), rate in 0.02..0.5_f64) {
        let Ok(stocks) = perpetual_inventory(&investment, rate) else { return Ok(()) };
        for year in 1..investment.len() {
            prop_assert!(close(stocks[year], (1.0 - rate) * stocks[year - 1] + investment[year]));
        }
        let doubled: Vec<f64> = investment.iter().map(|amount| 2.0 * amount).collect();
        for (stock, twice) in stocks.iter().zip(perpetual_inventory(&doubled, rate).unwrap()) {
            prop_assert!((2.0 * stock - twice).abs() <= 1e-9 * twice);
        }
    }

    #[test]
    fn stages_do_not_depend_on_units(
        resource in amounts(4), other in amounts(4), scale in 0.01..100.0_f64, reference in amounts(8),
    ) {
        let total: Vec<f64> = resource.iter().zip(&other).map(|(a, b)| a + b).collect();
        let reference_total: Vec<f64> = (0..4).map(|year| reference[year] + reference[4 + year]).collect();
        let rule = StageRule::default();
        let of = |resource: &[f64], total: &[f64]| {
            let path = ResourcePath {
                resource, total, reference_resource: &reference[..4], reference_total: &reference_total, years: 3.0,
            };
            resource_stage(&path, rule).unwrap()
        };
        let (stage, evidence) = of(&resource, &total);
        let scaled = |amounts: &[f64]| amounts.iter().map(|amount| scale * amount).collect::<Vec<f64>>();
        let again = of(&scaled(&resource), &scaled(&total)).1;
        prop_assert!(close(evidence.last_share, again.last_share));
        prop_assert!(close(evidence.other_growth.unwrap(), again.other_growth.unwrap()));
        match stage {
            ResourceStage::NotResourceBased => prop_assert!(evidence.peak_quotient.unwrap() < rule.quotient),
            ResourceStage::Growing => prop_assert!(evidence.last_share > evidence.first_share),
            ResourceStage::Declining => prop_assert!(evidence.resource_growth.unwrap() < 0.0),
            ResourceStage::Regenerating => prop_assert!(evidence.last_share < evidence.first_share),
            ResourceStage::Mature => prop_assert!(evidence.peak_quotient.unwrap() >= rule.quotient),
        }
    }

    #[test]
    fn ranks_and_composites_are_of_the_order(values in prop::collection::vec(-100.0..100.0_f64, 2..20), weight in 0.1..5.0_f64) {
        let peers = Peers::of(values.iter().copied());
        for value in &values {
            prop_assert_eq!(peers.rank(*value), 1 + values.iter().filter(|other| *other > value).count());
        }
        let given: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let (up, down) = (peer_composite(&[&given], &[weight]).unwrap(), peer_composite(&[&given], &[-weight]).unwrap());
        let mean = up.values.iter().flatten().sum::<f64>() / values.len() as f64;
        prop_assert!(mean.abs() < 1e-9);
        for (up, down) in up.values.iter().zip(&down.values) {
            prop_assert!(close(up.unwrap(), -down.unwrap()));
        }
    }
}
