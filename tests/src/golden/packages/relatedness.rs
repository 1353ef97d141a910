//! Relatedness, density, networks, entry and exit.

use growthpole_methods::division::relatedness::{
    Change, CoOccurrence, LinkRule, Margins, Normalization, co_occurrence, correlation_proximity, entries_and_exits,
    mean_densities, network, normalized,
};
use growthpole_methods::division::{
    Presence, QuotientBase, location_quotient_of_whole, proximity, relatedness_density,
};
use growthpole_methods::{Amounts, Matrix, Progress};

use super::Runner;
use super::shift_share::states;
use super::specialisation::states_2015;
use crate::golden::figures::Figures;
use crate::golden::reference::{Folder, Reference};
use crate::golden::table::Table;

/// What computes a case.
pub(super) fn runner(case: &str) -> Option<Runner> {
    Some(match case {
        "ecomplexity_proximity_variants_wt40" => variants,
        "entry_exit_states_2008_2014" => entry_exit,
        "projections_wt40" | "projections_wt60" => projections,
        "proximity_density_ec_wt40" => proximity_and_density,
        "relatedness_density_econgeo_states" => |folder, _| by_zero_or_one(&states_2015(folder)),
        "relatedness_density_econgeo_wt40" => |folder, case| by_zero_or_one(&trade(folder, case)),
        "relatedness_econgeo_states" => |folder, _| normalizations(&states_2015(folder)),
        "relatedness_econgeo_wt40" => |folder, case| normalizations(&trade(folder, case)),
        _ => return None,
    })
}

/// Exports of the countries of a case, by product.
pub(super) fn trade(folder: &Folder, case: &Reference) -> Table {
    let countries: Vec<&str> =
        case.params["countries"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    trade_of(folder, &countries)
}

/// Exports of countries by product, products without any left out.
pub(super) fn trade_of(folder: &Folder, countries: &[&str]) -> Table {
    let records = folder.data("ec_world_trade_sitc2.csv");
    let all = Table::pivot(records.rows(), "country", "product", "value");
    let products: Vec<&str> =
        all.industry_labels().into_iter().filter(|p| countries.iter().any(|c| all.get(c, p) > 0.0)).collect();
    all.block(countries, &products)
}

/// The same of the first twenty products only.
pub(super) fn trade_block(folder: &Folder, countries: &[&str]) -> Table {
    let all = trade_of(folder, countries);
    all.block(countries, &all.industry_labels()[..20])
}

pub(super) fn presence(amounts: &Amounts, threshold: f64) -> Presence {
    Presence::revealed(amounts, &QuotientBase::of_whole(amounts).unwrap(), threshold).unwrap()
}

/// Puts the figures of a matrix that the case holds.
pub(super) fn put_matrix(figures: &mut Figures, parts: &str, rows: &[&str], columns: &[&str], matrix: &Matrix) {
    for (row, name) in rows.iter().enumerate() {
        for (column, other) in columns.iter().enumerate() {
            figures.put(parts, &[name, other], matrix.get(row, column));
        }
    }
}

fn variants(folder: &Folder, case: &Reference) -> Figures {
    // The products are named; the countries are those of the larger case.
    let whole = folder.case(crate::golden::reference::Set::Cases, "ecomplexity_wt40").unwrap();
    let countries = whole.expected.names_below("result/eci").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let table = trade_block(folder, &countries.iter().map(String::as_str).collect::<Vec<_>>());
    let (amounts, products) = (table.amounts(), table.industry_labels());
    let presence = presence(&amounts, 1.0);
    let counts = co_occurrence(&presence, &Progress::new()).unwrap();
    let mut figures = Figures::default();
    assert_eq!(case.expected.names_below("result/symmetric"), products);
    let of = |normalization| normalized(&counts, normalization, Margins::Others);
    put_matrix(&mut figures, "result/symmetric", &products, &products, &of(Normalization::MinimumConditional));
    put_matrix(&mut figures, "result/asymmetric", &products, &products, &of(Normalization::Conditional));
    let continuous = correlation_proximity(&location_quotient_of_whole(&amounts).unwrap());
    put_matrix(&mut figures, "result/continuous", &products, &products, &continuous);
    figures
}

fn proximity_and_density(folder: &Folder, case: &Reference) -> Figures {
    let table = trade(folder, case);
    let (countries, products) = (table.region_labels(), table.industry_labels());
    let (presence, progress) = (presence(&table.amounts(), 1.0), Progress::new());
    let near = proximity(&presence, &progress).unwrap();
    let mut figures = Figures::default();
    put_matrix(&mut figures, "result/proximity_product", &products[..30], &products[..30], &near);
    figures.put("result/sum_proximity_product", &[], near.cells().iter().sum::<f64>());
    let of_countries = proximity(&presence.transposed(), &progress).unwrap();
    put_matrix(&mut figures, "result/proximity_country", &countries[..30], &countries[..30], &of_countries);
    let density = relatedness_density(&presence, &near, true, &progress).unwrap();
    put_matrix(&mut figures, "result/density", &countries, &products, &density);
    figures
}

fn counts(presence: &Presence) -> CoOccurrence {
    co_occurrence(presence, &Progress::new()).unwrap()
}

fn normalizations(table: &Table) -> Figures {
    let counts = counts(&presence(&table.amounts(), 1.0));
    let industries = table.industry_labels();
    let shown = &industries[..industries.len().min(30)];
    let mut figures = Figures::default();
    for (name, normalization) in [
        ("prob", Normalization::Probability),
        ("association", Normalization::Association),
        ("cosine", Normalization::Cosine),
        ("jaccard", Normalization::Jaccard),
    ] {
        let related = normalized(&counts, normalization, Margins::Others);
        put_matrix(&mut figures, &format!("result/{name}"), shown, shown, &related);
        figures.put(&format!("result/sum_{name}"), &[], related.cells().iter().sum::<f64>());
    }
    // The reference removes the diagonal of the counts, which is the ubiquity here.
    let plain = normalized(&counts, Normalization::Count, Margins::Others);
    let without = Matrix::from_fn(plain.n_rows(), plain.n_columns(), |i, j| if i == j { 0.0 } else { plain.get(i, j) });
    put_matrix(&mut figures, "result/cooccurrence", shown, shown, &without);
    figures
}

/// Densities in per cent, by relatedness of 1 or more, which counts as 1.
fn by_zero_or_one(table: &Table) -> Figures {
    let presence = presence(&table.amounts(), 1.0);
    let related = normalized(&counts(&presence), Normalization::Probability, Margins::Others);
    let zero_or_one = related.map(|cell| f64::from(u8::from(cell >= 1.0)));
    let density = relatedness_density(&presence, &zero_or_one, false, &Progress::new()).unwrap();
    let percent = density.map(|cell| cell * 100.0);
    let (regions, industries) = (table.region_labels(), table.industry_labels());
    let mut figures = Figures::default();
    put_matrix(&mut figures, "result/density", &regions, &industries, &percent);
    for (region, name) in regions.iter().enumerate() {
        for (industry, other) in industries.iter().enumerate() {
            let (own, there) = (percent.get(region, industry), presence.is_present(region, industry));
            figures.put("result/int", &[name, other], there.then_some(own));
            figures.put("result/ext", &[name, other], (!there).then_some(own));
        }
    }
    for (region, means) in regions.iter().zip(mean_densities(&presence, &percent).unwrap()) {
        figures.put("result/int_avg", &[region], means.internal);
        figures.put("result/ext_avg", &[region], means.external);
    }
    figures
}

fn entry_exit(folder: &Folder, _: &Reference) -> Figures {
    let (before, after) = (states(folder, "2008"), states(folder, "2014"));
    let changes =
        entries_and_exits(&presence(&before.amounts(), 1.0), &presence(&after.amounts(), 1.0)).expect("one shape");
    let (regions, industries) = (before.region_labels(), before.industry_labels());
    let entry = |change| match change {
        Change::Entry => Some(1.0),
        Change::StaysAway => Some(0.0),
        Change::Exit | Change::Stays => None,
    };
    let exit = |change| match change {
        Change::Exit => Some(1.0),
        Change::Stays => Some(0.0),
        Change::Entry | Change::StaysAway => None,
    };
    let mut figures = Figures::default();
    for (region, name) in regions.iter().enumerate() {
        for (industry, other) in industries.iter().enumerate() {
            let change = changes[region * industries.len() + industry];
            figures.put("result/entry", &[name, other], entry(change));
            figures.put("result/exit", &[name, other], exit(change));
        }
    }
    figures
}

/// The links of a network, in the order of the reference. Its tree is not the only one of greatest weight: the weights of
/// all links are the same for each of them, and those of its links are ours.
fn projections(folder: &Folder, case: &Reference) -> Figures {
    let table = trade(folder, case);
    let presence = presence(&table.amounts(), 1.0);
    let mut figures = Figures::default();
    let sides =
        [("country", presence.transposed(), table.region_labels()), ("product", presence, table.industry_labels())];
    for (side, presence, labels) in sides {
        let near = proximity(&presence, &Progress::new()).unwrap();
        let ours = network(&near, LinkRule::MeanDegree { most: 4.0, step: 0.05 });
        let parts = format!("result/{side}_edges");
        let mut expected = case.expected.below(&format!("{parts}/weight"), &[]);
        let n_links = expected.len();
        let mut own: Vec<f64> = ours.links.iter().map(|link| link.weight).collect();
        // The reference adds up its steps, so that rounding keeps links that are exactly at the threshold.
        let threshold = ours.threshold.expect("links beside the tree");
        let apart = |weight: &f64| (weight - threshold).abs() > 1e-12;
        own.retain(apart);
        expected.retain(apart);
        own.sort_by(f64::total_cmp);
        expected.sort_by(f64::total_cmp);
        assert!(
            own.len() == expected.len() && own.iter().zip(&expected).all(|(own, other)| (own - other).abs() < 1e-12),
            "{side}: {own:?} {expected:?}"
        );
        let position = |end: &str, at: usize| {
            let path = crate::golden::figures::Path::new(&format!("{parts}/{end}"), &[&at.to_string()]);
            let Some(crate::golden::figures::Value::Text(name)) = case.expected.get(&path) else {
                panic!("{path} is a name")
            };
            labels.iter().position(|label| label == name).expect("a node")
        };
        for at in 0..n_links {
            let (from, to) = (position("from", at), position("to", at));
            figures.put(&format!("{parts}/from"), &[&at.to_string()], labels[from]);
            figures.put(&format!("{parts}/to"), &[&at.to_string()], labels[to]);
            figures.put(&format!("{parts}/weight"), &[&at.to_string()], near.get(from, to));
        }
    }
    figures
}
