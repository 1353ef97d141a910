//! The economic base and input-output analysis.

use growthpole_methods::division::QuotientBase;
use growthpole_methods::division::economic_base::{
    Households, InputOutput, QuotientMethod, SectorKind, attribute, base_by_location_quotients,
    base_by_minimum_requirements, closed_inverse, extract, ghosh_inverse, leontief_inverse, linkages, multipliers,
    regional_quotients, regional_table,
};
use growthpole_methods::{AmountRows, Amounts, Matrix};
use proptest::prelude::*;

/// A table in which every sector makes more than it sells to sectors, and so is productive.
fn table() -> impl Strategy<Value = InputOutput> {
    (1..7_usize).prop_flat_map(|n| {
        let flow = prop_oneof![3 => 0.1..1e3_f64, 1 => Just(0.0)];
        let flows = prop::collection::vec(flow, n * n);
        (flows, prop::collection::vec(1.0..1e3_f64, n)).prop_map(move |(flows, demand)| {
            InputOutput::with_final_demand(Matrix::try_new(flows, n).unwrap(), &demand).unwrap()
        })
    })
}

/// Final demand of each sector.
fn demand(table: &InputOutput) -> Vec<f64> {
    table.outputs().iter().zip(table.flows().rows()).map(|(output, row)| output - row.iter().sum::<f64>()).collect()
}

fn apply(matrix: &Matrix, vector: &[f64]) -> Vec<f64> {
    matrix.rows().map(|row| row.iter().zip(vector).map(|(cell, value)| cell * value).sum()).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-8 * (1.0 + a.abs())
}

fn all_close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(*a, *b))
}

/// Output of sectors, with some columns of A gone and some rows and final demands too, by the plain definition.
fn output_without(table: &InputOutput, gone: &[usize], buys: bool, sells: bool) -> Vec<f64> {
    let (coefficients, n) = (table.input_coefficients(), table.n_sectors());
    let mut output = vec![0.0; n];
    let demand = demand(table);
    // The rounds of demand are added up until they have no end in sight of rounding.
    let mut round: Vec<f64> =
        (0..n).map(|sector| if !sells && gone.contains(&sector) { 0.0 } else { demand[sector] }).collect();
    for _ in 0..20_000 {
        output.iter_mut().zip(&round).for_each(|(sum, own)| *sum += own);
        let next = |row: usize| {
            (0..n)
                .filter(|column| buys || !gone.contains(column))
                .filter(|_| sells || !gone.contains(&row))
                .map(|column| coefficients.get(row, column) * round[column])
                .sum::<f64>()
        };
        round = (0..n).map(next).collect();
    }
    output
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn final_demand_calls_for_all_output(table in table()) {
        let inverse = leontief_inverse(&table).unwrap();
        prop_assert!(all_close(&apply(&inverse, &demand(&table)), table.outputs()));
        // Primary inputs allow all of it.
        let ghosh = ghosh_inverse(&table).unwrap();
        let primary: Vec<f64> =
            (0..table.n_sectors()).map(|to| table.outputs()[to] - table.flows().column(to).sum::<f64>()).collect();
        let turned = Matrix::from_fn(ghosh.n_rows(), ghosh.n_rows(), |row, column| ghosh.get(column, row));
        prop_assert!(all_close(&apply(&turned, &primary), table.outputs()));
    }

    #[test]
    fn multipliers_are_at_least_one(table in table()) {
        let (leontief, ghosh) = (leontief_inverse(&table).unwrap(), ghosh_inverse(&table).unwrap());
        let n = table.n_sectors();
        let linked = linkages(&table, &leontief, &ghosh);
        for own in &linked {
            // What buys nothing has a multiplier of 1, but for rounding.
            prop_assert!(own.output_multiplier >= 1.0 - 1e-12 && own.supply_multiplier >= 1.0 - 1e-12);
            prop_assert!(own.output_multiplier >= 1.0 + own.direct_backward - 1e-9);
        }
        for sum in [linked.iter().map(|own| own.backward).sum::<f64>(), linked.iter().map(|own| own.forward).sum()] {
            prop_assert!(close(sum, n as f64));
        }
        let above = |own: &&growthpole_methods::division::economic_base::Linkages| own.kind == SectorKind::Key;
        prop_assert!(linked.iter().filter(above).count() < n.max(2));
        // The figure of every sector's output is 1, so that its multiplier is that of output.
        let own = multipliers(&table, &leontief, table.outputs()).unwrap();
        let expected: Vec<f64> = linked.iter().map(|own| own.output_multiplier).collect();
        prop_assert!(all_close(&own.total, &expected));
    }

    #[test]
    fn extraction_is_what_the_definition_says(table in table(), first in 0..7_usize, second in 0..7_usize) {
        let n = table.n_sectors();
        let (leontief, ghosh) = (leontief_inverse(&table).unwrap(), ghosh_inverse(&table).unwrap());
        let mut gone = vec![first % n, second % n];
        gone.dedup();
        let lost = extract(&table, &leontief, &ghosh, &gone).unwrap();
        let by_rounds = |buys, sells| -> Vec<f64> {
            table.outputs().iter().zip(output_without(&table, &gone, buys, sells)).map(|(all, left)| all - left).collect()
        };
        prop_assert!(all_close(&lost.total, &by_rounds(false, false)));
        prop_assert!(all_close(&lost.backward, &by_rounds(false, true)));
        let everything: Vec<usize> = (0..n).rev().collect();
        prop_assert!(all_close(&extract(&table, &leontief, &ghosh, &everything).unwrap().total, table.outputs()));
        // Final demand is positive; primary inputs, by which `forward` goes, may not be.
        for losses in [&lost.total, &lost.backward] {
            prop_assert!(losses.iter().zip(table.outputs()).all(|(lost, all)| (0.0..=all * (1.0 + 1e-9)).contains(lost)));
        }
    }

    /// A table turned on its side swaps buying and selling: its Ghosh model is the Leontief model of the other.
    #[test]
    fn selling_nothing_is_buying_nothing_of_the_table_turned(table in table(), at in 0..7_usize) {
        let n = table.n_sectors();
        let flows = Matrix::from_fn(n, n, |row, column| table.flows().get(column, row));
        let turned = InputOutput::try_new(flows, table.outputs().to_vec()).unwrap();
        let (Ok(leontief), Ok(ghosh)) = (leontief_inverse(&turned), ghosh_inverse(&turned)) else {
            return Err(TestCaseError::fail("a table turned is as productive"));
        };
        let own = extract(&table, &leontief_inverse(&table).unwrap(), &ghosh_inverse(&table).unwrap(), &[at % n]).unwrap();
        let other = extract(&turned, &leontief, &ghosh, &[at % n]).unwrap();
        prop_assert!(all_close(&own.forward, &other.backward) && all_close(&own.backward, &other.forward));
    }

    #[test]
    fn accounts_add_up_to_the_figures(table in table(), split in 0.0..1.0_f64) {
        let n = table.n_sectors();
        let inverse = leontief_inverse(&table).unwrap();
        let demand = demand(&table);
        let by_group = Matrix::from_fn(n, 2, |row, group| demand[row] * if group == 0 { split } else { 1.0 - split });
        let groups: Vec<usize> = (0..n).map(|sector| sector % 2).collect();
        let intensities: Vec<f64> = (0..n).map(|sector| 1.0 + sector as f64).collect();
        let own = attribute(&intensities, &inverse, &by_group, &groups).unwrap();
        let all: f64 = intensities.iter().zip(table.outputs()).map(|(own, output)| own * output).sum();
        prop_assert!(close(own.production.iter().sum(), all) && close(own.consumption.iter().sum(), all));
        for group in 0..2 {
            prop_assert!(close(own.production[group] + own.imports[group], own.consumption[group] + own.exports[group]));
        }
    }

    #[test]
    fn a_region_calls_for_no_more_than_the_nation(
        table in table(),
        quotients in prop::collection::vec(prop_oneof![4 => 0.1..5.0_f64, 1 => Just(0.0)], 7),
        share in 0.001..1.0_f64,
        delta in 0.0..0.99_f64,
    ) {
        let n = table.n_sectors();
        let national = leontief_inverse(&table).unwrap();
        let quotients = &quotients[..n];
        let shares: Vec<f64> = quotients.iter().map(|quotient| (quotient * share).min(1.0)).collect();
        let methods = [
            QuotientMethod::Simple,
            QuotientMethod::CrossIndustry,
            QuotientMethod::Flegg { delta },
            QuotientMethod::AugmentedFlegg { delta },
        ];
        for method in methods {
            let own = regional_quotients(method, quotients, share).unwrap();
            let inverse = leontief_inverse(&regional_table(&table, &own, &shares).unwrap()).unwrap();
            let less = inverse.cells().iter().zip(national.cells()).all(|(own, all)| *own <= all * (1.0 + 1e-9) + 1e-12);
            prop_assert!(less, "{method:?}");
        }
        // With a delta of 0 size plays no part.
        let cross = regional_quotients(QuotientMethod::CrossIndustry, quotients, share).unwrap();
        prop_assert_eq!(cross, regional_quotients(QuotientMethod::Flegg { delta: 0.0 }, quotients, share).unwrap());
    }

    #[test]
    fn minimum_requirements_find_more_than_location_quotients(
        cells in prop::collection::vec(1.0..1e5_f64, 12),
    ) {
        let amounts = Amounts::try_new(cells, 4).unwrap();
        let rows = AmountRows::of(&amounts);
        let minimum = base_by_minimum_requirements(&rows).unwrap();
        let quotients = base_by_location_quotients(&rows, &QuotientBase::of_whole(&amounts).unwrap()).unwrap();
        for region in 0..amounts.n_regions() {
            prop_assert!(minimum.totals[region] >= quotients.totals[region] * (1.0 - 1e-9));
            prop_assert!(minimum.multipliers[region].is_none_or(|multiplier| multiplier >= 1.0));
            let basic = minimum.of_region(region);
            prop_assert!(basic.iter().zip(amounts.region(region)).all(|(basic, all)| basic <= all));
        }
        // In the region with the smallest share an industry is not basic at all.
        for industry in 0..4 {
            let least = |region| minimum.of_region(region)[industry] <= 1e-9 * amounts.total();
            prop_assert!((0..amounts.n_regions()).any(least));
        }
    }
}

/// What households of a table are paid and buy: a part of what is left over, and of final demand.
fn households(table: &InputOutput, paid: f64, bought: f64) -> (Vec<f64>, Vec<f64>) {
    let left = |to: usize| (table.outputs()[to] - table.flows().column(to).sum::<f64>()).max(0.0);
    let income = (0..table.n_sectors()).map(|to| paid * left(to)).collect();
    (income, demand(table).iter().map(|own| bought * own).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Output is called for by final demand other than households', and their income by the same.
    #[test]
    fn a_closed_table_is_called_for_by_the_other_final_demand(table in table(), bought in 0.0..0.9_f64) {
        let (income, consumption) = households(&table, 1.0, bought);
        let earned: f64 = income.iter().sum();
        prop_assume!(earned > 1.0 && consumption.iter().sum::<f64>() < 0.95 * earned);
        let own = Households { income: &income, consumption: &consumption, own: 0.0, total: None };
        let closed = closed_inverse(&table, &own).unwrap();
        let rest: Vec<f64> = demand(&table).iter().zip(&consumption).map(|(all, home)| all - home).collect();
        prop_assert!(all_close(&apply(&closed.sectors, &rest), table.outputs()));
        let incomes: f64 = closed.incomes.iter().zip(&rest).map(|(income, rest)| income * rest).sum();
        prop_assert!(close(incomes, earned));
        // Rounds of households only add to what there is without them.
        let open = leontief_inverse(&table).unwrap();
        prop_assert!(closed.sectors.cells().iter().zip(open.cells()).all(|(closed, open)| *closed >= open - 1e-9));
    }
}
