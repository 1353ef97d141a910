//! The input-output table of a request.

use std::collections::BTreeSet;

use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Matrix;
use growthpole_methods::division::economic_base::{
    ClosedInverse, Households, HouseholdsError, InputOutput, InputOutputError, InverseError, closed_inverse,
    leontief_inverse,
};

const MOST_SECTORS: usize = 500;
const MOST_FIGURES: usize = 50;
const FIELD: &str = "input_output.table";

/// The table, by position of sectors.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) sectors: Vec<v1::Sector>,
    pub(super) table: InputOutput,
    /// Names and values by sector, finite; none of a sector without output.
    pub(super) figures: Vec<v1::SectorFigures>,
    /// Names of final demands, and for each sector the position of its own; none without groups.
    pub(super) groups: Option<(Vec<String>, Vec<usize>)>,
    /// Sectors x final demands.
    pub(super) demand: Option<Matrix>,
    /// What a unit of final demand calls for where households spend again what they earn.
    pub(super) closed: Option<ClosedInverse>,
}

impl Table {
    /// Reads and checks the table.
    pub(super) fn read(options: &v1::InputOutputOptions) -> Result<Self, Refusal> {
        let Some(sent) = &options.table else { return Err(Refusal::invalid(FIELD, "nothing", "a table")) };
        let n = sent.sectors.len();
        if !(1..=MOST_SECTORS).contains(&n) {
            return Err(Refusal::invalid(&format!("{FIELD}.sectors"), format!("{n} sectors"), "1 to 500"));
        }
        check_sectors(&sent.sectors)?;
        if sent.flows.len() != n * n {
            let allowed = format!("{}, a flow for every pair of sectors", n * n);
            return Err(Refusal::invalid(&format!("{FIELD}.flows"), format!("{} flows", sent.flows.len()), &allowed));
        }
        check_figures(&sent.final_demand, n, MOST_SECTORS, "final_demand")?;
        check_figures(&sent.figures, n, MOST_FIGURES, "figures")?;
        let flows = Matrix::try_new(sent.flows.clone(), n).map_err(Refusal::internal)?;
        let demand = (!sent.final_demand.is_empty())
            .then(|| Matrix::from_fn(n, sent.final_demand.len(), |row, column| sent.final_demand[column].values[row]));
        let table = match (&demand, sent.outputs.is_empty()) {
            (None, true) => {
                return Err(Refusal::invalid(&format!("{FIELD}.outputs"), "nothing", "outputs, or final_demand"));
            }
            (_, false) if sent.outputs.len() != n => {
                let sent = format!("{} outputs", sent.outputs.len());
                return Err(Refusal::invalid(&format!("{FIELD}.outputs"), sent, &format!("{n}, one for every sector")));
            }
            (_, false) => InputOutput::try_new(flows, sent.outputs.clone()),
            (Some(demand), true) => {
                let total: Vec<f64> = demand.rows().map(|row| row.iter().sum()).collect();
                InputOutput::with_final_demand(flows, &total)
            }
        };
        let table = table.map_err(|error| refusal(error, &sent.sectors))?;
        check_outputs(&table, sent)?;
        let groups = groups(sent)?;
        let closed = sent.households.as_ref().map(|own| closed(&table, own)).transpose()?.flatten();
        Ok(Self { sectors: sent.sectors.clone(), table, figures: sent.figures.clone(), groups, demand, closed })
    }
}

fn check_sectors(sectors: &[v1::Sector]) -> Result<(), Refusal> {
    let (mut codes, mut industries) = (BTreeSet::new(), BTreeSet::new());
    for (at, sector) in sectors.iter().enumerate() {
        let field = |name: &str| format!("{FIELD}.sectors[{at}].{name}");
        if sector.code.is_empty() || !codes.insert(&sector.code) {
            return Err(Refusal::invalid(&field("code"), format!("\"{}\"", sector.code), "a code, each once"));
        }
        let own = std::slice::from_ref(&sector.code);
        let own = if sector.industries.is_empty() { own } else { &sector.industries };
        for code in own {
            if !industries.insert(code) {
                return Err(Refusal::invalid(&field("industries"), format!("\"{code}\" again"), "each industry once"));
            }
        }
    }
    Ok(())
}

/// Refuses figures without a name of their own, or that are not one for every sector.
fn check_figures(figures: &[v1::SectorFigures], n: usize, most: usize, name: &str) -> Result<(), Refusal> {
    let field = format!("{FIELD}.{name}");
    if figures.len() > most {
        return Err(Refusal::invalid(&field, format!("{} columns", figures.len()), &format!("at most {most}")));
    }
    let mut names = BTreeSet::new();
    for (at, own) in figures.iter().enumerate() {
        if own.name.is_empty() || !names.insert(&own.name) {
            let sent = format!("\"{}\"", own.name);
            return Err(Refusal::invalid(&format!("{field}[{at}].name"), sent, "a name, each once"));
        }
        let values = format!("{field}[{at}].values");
        if own.values.len() != n {
            let sent = format!("{} values", own.values.len());
            return Err(Refusal::invalid(&values, sent, &format!("{n}, one for every sector")));
        }
        if let Some(sector) = own.values.iter().position(|value| !value.is_finite()) {
            return Err(Refusal::invalid(&format!("{values}[{sector}]"), own.values[sector], "a finite number"));
        }
    }
    Ok(())
}

/// Refuses figures of sectors that make nothing, which have no multiplier.
fn check_outputs(table: &InputOutput, sent: &v1::InputOutputTable) -> Result<(), Refusal> {
    for (at, own) in sent.figures.iter().enumerate() {
        let mut pairs = own.values.iter().zip(table.outputs());
        if let Some(sector) = pairs.position(|(value, output)| *value != 0.0 && *output == 0.0) {
            let field = format!("{FIELD}.figures[{at}].values[{sector}]");
            return Err(Refusal::invalid(&field, own.values[sector], "0 for a sector without output"));
        }
    }
    Ok(())
}

/// The inverse with households; nothing where the table by itself has none, which the analysis says.
fn closed(table: &InputOutput, sent: &v1::Households) -> Result<Option<ClosedInverse>, Refusal> {
    let field = |name: &str| format!("{FIELD}.households.{name}");
    let own = Households {
        income: &sent.income,
        consumption: &sent.consumption,
        own: sent.own.unwrap_or_default(),
        total: sent.total_income,
    };
    let n = table.n_sectors();
    for (name, values) in [("income", own.income), ("consumption", own.consumption)] {
        if values.len() != n {
            let sent = format!("{} values", values.len());
            return Err(Refusal::invalid(&field(name), sent, &format!("{n}, one for every sector")));
        }
    }
    match closed_inverse(table, &own) {
        Ok(closed) => Ok(Some(closed)),
        Err(HouseholdsError::InvalidIncome { sector, value }) => {
            let allowed = "a finite number, not negative, and 0 for a sector without output";
            Err(Refusal::invalid(&format!("{}[{sector}]", field("income")), value, allowed))
        }
        Err(HouseholdsError::InvalidConsumption { sector, value }) => {
            let field = format!("{}[{sector}]", field("consumption"));
            Err(Refusal::invalid(&field, value, "a finite number, not negative"))
        }
        Err(HouseholdsError::InvalidTotal { value, paid }) => {
            let name = if own.own.is_finite() && own.own >= 0.0 { "total_income" } else { "own" };
            let allowed = format!("finite income above 0, and in all at least the {paid} that is paid");
            Err(Refusal::invalid(&field(name), value, &allowed))
        }
        Err(HouseholdsError::Inverse(InverseError::NotProductive)) if leontief_inverse(table).is_err() => Ok(None),
        Err(HouseholdsError::Inverse(InverseError::NotProductive)) => {
            let sent = "consumption that calls for at least as much income again";
            Err(Refusal::invalid(&field("consumption"), sent, "consumption whose rounds have an end"))
        }
        Err(error @ HouseholdsError::SectorsDiffer { .. }) => Err(Refusal::internal(error)),
    }
}

/// Names of final demands, and for each sector the position of that which is from where it is.
type Groups = (Vec<String>, Vec<usize>);

/// The groups of a table, where its sectors have them.
fn groups(sent: &v1::InputOutputTable) -> Result<Option<Groups>, Refusal> {
    if sent.sectors.iter().all(|sector| sector.group.is_empty()) {
        return Ok(None);
    }
    let names: Vec<String> = sent.final_demand.iter().map(|own| own.name.clone()).collect();
    let of = |(at, sector): (usize, &v1::Sector)| {
        names.iter().position(|name| *name == sector.group).ok_or_else(|| {
            let field = format!("{FIELD}.sectors[{at}].group");
            Refusal::invalid(&field, format!("\"{}\"", sector.group), "the name of a final demand, for every sector")
        })
    };
    let positions = sent.sectors.iter().enumerate().map(of).collect::<Result<_, _>>()?;
    Ok(Some((names, positions)))
}

fn refusal(error: InputOutputError, sectors: &[v1::Sector]) -> Refusal {
    let n = sectors.len();
    let code = |sector: usize| sectors.get(sector).map(|own| own.code.as_str()).unwrap_or_default();
    match error {
        InputOutputError::InvalidFlow { from, to, value } => {
            let field = format!("{FIELD}.flows[{}]", from * n + to);
            let sent = format!("{value}, from {} to {}", code(from), code(to));
            Refusal::invalid(&field, sent, "a finite number, not negative")
        }
        InputOutputError::InvalidOutput { sector, value } => {
            let sent = format!("{value} of {}", code(sector));
            Refusal::invalid(&format!("{FIELD}.outputs[{sector}]"), sent, "a finite number, not negative")
        }
        InputOutputError::OutputMissing { sector } => {
            let sent = format!("0 of {}, which sells or buys", code(sector));
            Refusal::invalid(&format!("{FIELD}.outputs[{sector}]"), sent, "an output of every sector that has flows")
        }
        other @ InputOutputError::ShapesDiffer { .. } => Refusal::internal(other),
    }
}
