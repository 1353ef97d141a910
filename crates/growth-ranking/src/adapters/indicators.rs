//! What several methods refuse of an indicator, or warn of.

use growthpole_contracts::Refusal;
use growthpole_domain::{Panel, PriceBasis, Warning};

/// Refuses several industries, where a method takes one value a region and period.
pub(super) fn one_column(panel: &Panel, field: &str) -> Result<(), Refusal> {
    match panel.axes.industries.len() {
        0 | 1 => Ok(()),
        several => {
            let sent = format!("a choice of {several} industries of {}", panel.indicator.code);
            Err(Refusal::invalid(field, sent, "exactly one industry"))
        }
    }
}

/// Growth of an indicator in current prices is not growth of volumes.
pub(super) fn nominal_growth(panel: &Panel) -> Option<Warning> {
    let text = format!("{} is in current prices: its growth contains the change of prices", panel.indicator.code);
    is_nominal(panel).then(|| Warning::new("NOMINAL_GROWTH", text))
}

/// Nor are changes of its values over periods.
pub(super) fn nominal_values(panel: &Panel) -> Option<Warning> {
    let text = format!("{} is in current prices: its changes contain those of prices", panel.indicator.code);
    is_nominal(panel).then(|| Warning::new("NOMINAL_VALUES", text))
}

fn is_nominal(panel: &Panel) -> bool {
    panel.indicator.price_basis == PriceBasis::Current
}

/// What stands for the growth was not made for these levels, as far as their indicator says.
pub(super) fn anothers(panel: &Panel, growth_indicator: &str) -> Option<Warning> {
    let indicator = &panel.indicator;
    let own = match indicator.growth_indicator.as_str() {
        own if own == growth_indicator => return None,
        "" => "declares none of its own".to_owned(),
        own => format!("declares {own}"),
    };
    let text = format!("{growth_indicator} stands for the growth of {}, which {own}", indicator.code);
    Some(Warning::new("GROWTH_INDICATOR_IS_ANOTHERS", text))
}
