//! A table of 3 000 regions x 1 000 industries that is mostly empty costs no copy of itself, whatever is made of it: for each
//! rpc of industry division, what its computation holds beside the table and beside its answer.

use growthpole_methods::division::complexity::{
    FitnessOptions, SupermodularityOptions, fitness, for_each_outlook, productivity_levels, recombination, reflections,
    supermodularity,
};
use growthpole_methods::division::concentration::{
    PlantSizes, coagglomeration, coagglomeration_pairs, concentration_table,
};
use growthpole_methods::division::economic_base::{
    base_by_assumption, base_by_location_quotients, base_by_minimum_requirements,
};
use growthpole_methods::division::engines::{
    Criterion, CriterionValues, resource_burden, score_engines, spillover_potential, test_entries,
};
use growthpole_methods::division::relatedness::{
    Link, LinkRule, PresenceDensity, WeightedDensity, co_occurrence, communities, correlation_proximity,
    mean_densities_of_rows, network, weighted_density,
};
use growthpole_methods::division::specialization::{ReferenceStructure, krugman_of_others, specialization_profiles};
use growthpole_methods::division::transition::dependence;
use growthpole_methods::division::{
    KrugmanReference, OutlookOptions, Presence, QuotientBase, QuotientBootstrap, QuotientDraws, Standardization,
    StructureMeasure, complexity_index, complexity_outlook, components, dissimilarities, krugman_against_rows,
    locational_gini_of_rows, proximity, relatedness_density,
};
use growthpole_methods::stats::SpatialWeights;
use growthpole_methods::{AmountRows, Amounts, FilledRows, Matrix, Progress, RowSource};

const REGIONS: usize = 3_000;
const INDUSTRIES: usize = 1_000;

/// Bytes of the table.
const TABLE: u64 = (REGIONS * INDUSTRIES * size_of::<f64>()) as u64;

/// Bytes of a number for each candidate: a pair of region and industry in which it is not present.
const CANDIDATES: u64 = TABLE / 10 * 8;

/// What may be held beside the answer: a quarter of the table.
const BESIDE: u64 = TABLE / 4;

/// Bytes of a number for each pair of industries, a third of the table: an answer of its own, or what densities are told by.
const SQUARE: u64 = (INDUSTRIES * INDUSTRIES * size_of::<f64>()) as u64;

/// Bytes of a number for each pair of regions.
const PAIRS: u64 = (REGIONS * (REGIONS - 1) / 2 * size_of::<f64>()) as u64;

/// Seven cells in ten are empty; no region and no industry is.
fn amounts() -> Amounts {
    let cell = |at: usize| {
        let some = (at * 7919) % 10 < 3 || at / INDUSTRIES % INDUSTRIES == at % INDUSTRIES;
        if some { 1.0 + ((at * 104_729) % 1009) as f64 } else { 0.0 }
    };
    Amounts::try_new((0..REGIONS * INDUSTRIES).map(cell).collect(), INDUSTRIES).unwrap()
}

/// Shares, made of amounts where they are asked for.
fn shares(amounts: &Amounts) -> impl RowSource + Sync {
    FilledRows::new(REGIONS, INDUSTRIES, |region, cells: &mut [f64]| {
        let total = amounts.region_totals()[region];
        cells.iter_mut().zip(amounts.region(region)).for_each(|(cell, amount)| *cell = amount / total);
    })
}

/// Most bytes that were held at once, with what several threads would do on one that is counted.
fn held<T: Send>(of: impl FnOnce() -> T + Send) -> u64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        let mut result = None;
        let info = allocation_counter::measure(|| result = Some(of()));
        assert!(result.is_some());
        info.bytes_max
    })
}

/// A computation of an rpc: what its answer takes by itself, and what it held.
struct Case {
    rpc: &'static str,
    what: &'static str,
    own: u64,
    bytes: u64,
}

fn case(rpc: &'static str, what: &'static str, own: u64, bytes: u64) -> Case {
    Case { rpc, what, own, bytes }
}

#[test]
fn every_rpc_does_without_a_copy_of_the_table() {
    let amounts = amounts();
    let cases = [specialization, concentration, structures, relatedness, complexity, engines, transition, base];
    let mut beyond = Vec::new();
    for Case { rpc, what, own, bytes } in cases.iter().flat_map(|of| of(&amounts)) {
        let line = format!("{rpc}, {what}: {bytes} bytes, of which {own} are the answer's");
        eprintln!("{line}");
        if bytes >= own + BESIDE {
            beyond.push(line);
        }
    }
    assert!(beyond.is_empty(), "beside a table of {TABLE}: {beyond:#?}");
}

fn specialization(amounts: &Amounts) -> Vec<Case> {
    const RPC: &str = "MeasureSpecialization";
    let (rows, progress) = (AmountRows::of(amounts), Progress::new());
    let reference = ReferenceStructure::try_new(amounts.industry_totals()).unwrap();
    let how = QuotientBootstrap { draws: 20, level: 0.9, seed: 1 };
    let draws = QuotientDraws::of(&rows, how, &progress).unwrap();
    vec![
        case(RPC, "amounts as they lie", 0, held(|| AmountRows::of(amounts))),
        case(RPC, "measures by region", 0, held(|| specialization_profiles(&rows, &reference, None, &progress))),
        case(RPC, "against others", 0, held(|| krugman_of_others(&rows, &progress))),
        case(RPC, "draws and cut-offs", 0, held(|| QuotientDraws::of(&rows, how, &progress).map(|own| own.cut_offs()))),
        // Every cell of the answer has intervals; the adapter asks for those of sixteen regions at a time.
        case(RPC, "intervals of some regions", 0, held(|| draws.intervals(&rows, 16..32, &progress))),
    ]
}

fn concentration(amounts: &Amounts) -> Vec<Case> {
    const RPC: &str = "MeasureConcentration";
    let (rows, progress) = (AmountRows::of(amounts), Progress::new());
    let (base, plants): (_, Vec<Option<PlantSizes>>) = (amounts.region_totals(), vec![None; INDUSTRIES]);
    let all: Vec<usize> = (0..INDUSTRIES).collect();
    vec![
        case(RPC, "all indices", 0, held(|| concentration_table(&rows, base, &plants, &progress))),
        case(RPC, "a group of all industries", 0, held(|| coagglomeration(&rows, base, &all))),
        // The answer is a number for each pair of industries, of which the strongest are listed; products of some with some lay
        // out both of them.
        case(
            RPC,
            "pairs of industries",
            SQUARE + SQUARE / 2,
            held(|| coagglomeration_pairs(&rows, base, &all, &progress)),
        ),
    ]
}

fn structures(amounts: &Amounts) -> Vec<Case> {
    const RPC: &str = "CompareStructures";
    let (rows, progress) = (AmountRows::of(amounts), Progress::new());
    let all: Vec<usize> = (0..INDUSTRIES).collect();
    let pairs = |measure| held(|| dissimilarities(&rows, measure, &progress));
    vec![
        // The answer is a number for each pair of regions.
        case(RPC, "pairs of regions", PAIRS, pairs(StructureMeasure::Krugman)),
        case(RPC, "against a reference", 0, held(|| krugman_against_rows(&rows, KrugmanReference::MeanOfOthers))),
        case(RPC, "what is tradable", 0, held(|| locational_gini_of_rows(&rows, &all, amounts.region_totals()))),
    ]
}

fn relatedness(amounts: &Amounts) -> Vec<Case> {
    const RPC: &str = "MapRelatedness";
    let (base, progress) = (QuotientBase::of_whole(amounts).unwrap(), Progress::new());
    let rows: Vec<&[f64]> = amounts.regions().collect();
    let columns: Vec<usize> = (0..INDUSTRIES).rev().collect();
    let presence = Presence::revealed(amounts, &base, 1.0).unwrap();
    let near = proximity(&presence, &progress).unwrap();
    let table = shares(amounts);
    let by_presence = || {
        let rows = PresenceDensity::try_new(&presence, &near, false).unwrap();
        mean_densities_of_rows(&presence, &rows, &progress)
    };
    let by_shares = || {
        let rows = WeightedDensity::try_new(&table, &near, false).unwrap();
        mean_densities_of_rows(&presence, &rows, &progress)
    };
    let found = network(&near, LinkRule::TreeOnly);
    let links: &[Link] = &found.links;
    vec![
        case(RPC, "presence", 0, held(|| Presence::revealed(amounts, &base, 1.0))),
        case(RPC, "presence of rows", 0, held(|| Presence::revealed_of_rows(rows.iter().copied(), &base, 1.0))),
        case(
            RPC,
            "presence of columns",
            0,
            held(|| Presence::revealed_of_columns(rows.iter().copied(), &columns, &base, 1.0)),
        ),
        // The answer has a number for each pair of industries, once as counts and once as relatedness.
        case(RPC, "relatedness", 2 * SQUARE, held(|| proximity(&presence, &progress))),
        case(RPC, "correlation", 2 * SQUARE, held(|| correlation_proximity(&table))),
        // Densities by region are told by what is laid out of the relatedness, for products by shares once more in parts, and shown
        // as means of each.
        case(RPC, "mean densities", SQUARE, held(by_presence)),
        case(RPC, "mean densities by shares", SQUARE + SQUARE / 2, held(by_shares)),
        // With all densities the answer is as large as the table.
        case(RPC, "all densities", TABLE + SQUARE, held(|| relatedness_density(&presence, &near, false, &progress))),
        case(
            RPC,
            "all densities by shares",
            TABLE + SQUARE,
            held(|| weighted_density(&table, &near, false, &progress)),
        ),
        case(RPC, "communities", 0, held(|| communities(INDUSTRIES, links, 1.0, 2, 1, &progress))),
    ]
}

fn complexity(amounts: &Amounts) -> Vec<Case> {
    const RPC: &str = "MeasureComplexity";
    let (base, progress) = (QuotientBase::of_whole(amounts).unwrap(), Progress::new());
    let presence = Presence::revealed(amounts, &base, 1.0).unwrap();
    let near = proximity(&presence, &progress).unwrap();
    let counts = co_occurrence(&presence, &progress).unwrap();
    let values: Vec<f64> = (0..REGIONS).map(|region| region as f64).collect();
    let (of_regions, of_industries) = (&values[..], &values[..INDUSTRIES]);
    let quadruples = SupermodularityOptions { quadruples: 10_000, seed: 1 };
    let cell = |region: usize, industry: usize| amounts.region(region)[industry];
    let fit = FitnessOptions { iterations: 20, ..FitnessOptions::default() };
    let options = OutlookOptions::default();
    let some_at_a_time = || {
        let rows = PresenceDensity::try_new(&presence, &near, false).unwrap();
        let mut best = Vec::with_capacity(REGIONS);
        for_each_outlook(&presence, &near, &rows, of_industries, options, &progress, |_, own| {
            best.push((own.index, own.gains.iter().copied().fold(f64::NEG_INFINITY, f64::max)));
        })
        .unwrap();
        best
    };
    let whole = || {
        let density = relatedness_density(&presence, &near, false, &progress).unwrap();
        complexity_outlook(&presence, &near, &density, of_industries, options, &progress)
    };
    vec![
        case(RPC, "components", 0, held(|| components(&presence))),
        // The matrix of the eigenvalue problem is of pairs of industries.
        case(RPC, "indices", SQUARE, held(|| complexity_index(&presence, Standardization::OfRegions, &progress))),
        case(RPC, "reflections", 0, held(|| reflections(&presence, 18))),
        case(RPC, "fitness", 0, held(|| fitness(&presence, fit, &progress))),
        // Relatedness is laid out once for densities and once for gains.
        case(RPC, "outlook and best gains", 2 * SQUARE, held(some_at_a_time)),
        // With all gains the answer is as large as the table, and so are the densities they rest on.
        case(RPC, "all gains", 2 * TABLE + SQUARE, held(whole)),
        case(RPC, "levels of income", 0, held(|| productivity_levels(amounts.cells(), of_regions))),
        case(RPC, "recombination", 0, held(|| recombination(&presence, &counts))),
        case(
            RPC,
            "supermodularity",
            0,
            held(|| supermodularity(cell, of_regions, of_industries, quadruples, &progress)),
        ),
    ]
}

fn engines(amounts: &Amounts) -> Vec<Case> {
    const RPC: &str = "FindGrowthEngines";
    let (base, progress) = (QuotientBase::of_whole(amounts).unwrap(), Progress::new());
    let presence = Presence::revealed(amounts, &base, 1.0).unwrap();
    let later = Presence::revealed(amounts, &base, 0.9).unwrap();
    let near = proximity(&presence, &progress).unwrap();
    let density = relatedness_density(&presence, &near, false, &progress).unwrap();
    let pairs: Vec<(usize, usize)> = (1..REGIONS).map(|region| (region - 1, region)).collect();
    let neighbours = SpatialWeights::from_pairs(REGIONS, &pairs).unwrap().row_standardized();
    let set: Vec<usize> = (0..INDUSTRIES / 10).collect();
    let burden = resource_burden(&AmountRows::of(amounts), &set).unwrap();
    let criteria = [
        Criterion { values: CriterionValues::ByPair(&density), weight: 1.0, is_burden: false },
        Criterion { values: CriterionValues::Burden(&burden), weight: 1.0, is_burden: true },
    ];
    let found = score_engines(&presence, &criteria, &progress).unwrap();
    // Scores, and each criterion that is not of industries alone, are a number for every region and industry that it lacks.
    vec![
        case(RPC, "density", TABLE + SQUARE, held(|| relatedness_density(&presence, &near, false, &progress))),
        case(RPC, "spillover", TABLE, held(|| spillover_potential(&density, &neighbours))),
        case(RPC, "resource burden", 0, held(|| resource_burden(&shares(amounts), &set))),
        case(RPC, "scores", TABLE, held(|| score_engines(&presence, &criteria, &progress))),
        // The test sorts all candidates by the score and by one criterion at once.
        case(RPC, "test of entries", 2 * CANDIDATES, held(|| test_entries(&found, &criteria, &later, 0, &progress))),
    ]
}

fn transition(amounts: &Amounts) -> Vec<Case> {
    let set: Vec<usize> = (0..INDUSTRIES / 10).collect();
    let reference = amounts.industry_totals();
    let all = || amounts.regions().map(|row| dependence(row, reference, &set).is_ok()).filter(|is| *is).count();
    vec![case("AssessTransition", "dependence of all regions", 0, held(all))]
}

fn base(amounts: &Amounts) -> Vec<Case> {
    const RPC: &str = "MeasureEconomicBase";
    let rows = AmountRows::of(amounts);
    let quotients = QuotientBase::of_whole(amounts).unwrap();
    let parts = vec![0.5; INDUSTRIES];
    // Basic activity of each region is shown by industry, and worked out where it is.
    vec![
        case(
            RPC,
            "location quotients",
            0,
            held(|| base_by_location_quotients(&rows, &quotients).unwrap().of_region(7)),
        ),
        case(RPC, "minimum requirements", 0, held(|| base_by_minimum_requirements(&rows).unwrap().of_region(7))),
        case(RPC, "assumption", 0, held(|| base_by_assumption(&rows, &parts).unwrap().of_region(7))),
    ]
}

/// The counter counts: a table that is made shows, also by a thread of a pool.
#[test]
fn a_second_table_is_seen() {
    let amounts = amounts();
    assert!(held(|| amounts.clone()) >= TABLE);
    assert!(held(|| rayon::join(|| amounts.clone(), || ())) >= TABLE);
}

#[test]
fn rows_on_the_way_give_the_same_bits_as_a_table() {
    let (amounts, progress) = (amounts(), Progress::new());
    let on_the_way = shares(&amounts);
    let mut cells = vec![0.0; REGIONS * INDUSTRIES];
    cells.chunks_exact_mut(INDUSTRIES).enumerate().for_each(|(region, row)| on_the_way.fill(region, row));
    let table = Matrix::try_new(cells, INDUSTRIES).unwrap();
    let presence = Presence::revealed(&amounts, &QuotientBase::of_whole(&amounts).unwrap(), 1.0).unwrap();
    let near = proximity(&presence, &progress).unwrap();
    let density = |include_self| {
        let of_rows = weighted_density(&on_the_way, &near, include_self, &progress).unwrap();
        (of_rows, weighted_density(&table, &near, include_self, &progress).unwrap())
    };
    for include_self in [false, true] {
        let (of_rows, of_table) = density(include_self);
        assert_eq!(of_rows, of_table);
    }
    assert_eq!(correlation_proximity(&on_the_way), correlation_proximity(&table));
}
