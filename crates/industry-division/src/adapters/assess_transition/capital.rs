//! Capital, investment and output of a region over a window of years.

use growthpole_methods::division::transition::{
    CapitalOutputError, PerpetualInventoryError, capital_deepening, incremental_capital_output_ratio,
    perpetual_inventory,
};
use growthpole_methods::growth::cumulative_from_rates;

use super::further::{Further, Series};
use super::{MISSING_VALUE, NOT_AN_AMOUNT, NOT_GIVEN, Outcome};

const OUTPUT_DID_NOT_GROW: &str = "OUTPUT_DID_NOT_GROW";
const NOT_POSITIVE: &str = "NOT_POSITIVE";
const PRICES_NOT_GIVEN: &str = "PRICES_NOT_GIVEN";
const GROWTH_NOT_GIVEN: &str = "GROWTH_NOT_GIVEN";
const HISTORY_TOO_SHORT: &str = "HISTORY_TOO_SHORT";
const NO_FIRST_STOCK: &str = "NO_FIRST_STOCK";

/// Years of investment before a window without which what was inferred of the first stock would weigh too much.
const YEARS_BEFORE: i16 = 10;

/// A region over the years after `start` up to `end`.
pub(super) struct Window<'a> {
    pub(super) further: &'a Further,
    pub(super) depreciation: Option<f64>,
    pub(super) region: usize,
    pub(super) start: i16,
    pub(super) end: i16,
}

impl Window<'_> {
    /// Investment over the output it added, both at the prices of the start where growth and prices are given.
    pub(super) fn incremental_capital_output_ratio(&self) -> Outcome {
        let Further { output, output_growth, investment, investment_prices, .. } = self.further;
        let before = output.get(self.region, self.start)?;
        // Without growth amounts stand as they are: both nominal, or both at constant prices.
        let converts = output_growth.is_given() || !output.is_nominal();
        let after = match output_growth.is_given() {
            true => before * self.growth_factor()?,
            false => output.get(self.region, self.end)?,
        };
        let first_price = match converts && investment.is_nominal() {
            true if !output_growth.is_given() || !investment_prices.is_given() => return Err(PRICES_NOT_GIVEN),
            true => Some(positive(investment_prices, self.region, self.start)?),
            false => None,
        };
        let invested = |year: i16| -> Outcome {
            let amount = investment.get(self.region, year)?;
            let Some(first_price) = first_price else { return Ok(amount) };
            Ok(amount * first_price / positive(investment_prices, self.region, year)?)
        };
        let investments: Vec<f64> = (self.start + 1..=self.end).map(invested).collect::<Result<_, _>>()?;
        incremental_capital_output_ratio(&investments, before, after).map_err(|error| match error {
            CapitalOutputError::OutputDidNotGrow { .. } => OUTPUT_DID_NOT_GROW,
            CapitalOutputError::NotAnAmount { .. } => NOT_AN_AMOUNT,
            CapitalOutputError::NoPeriod => MISSING_VALUE,
        })
    }

    /// Growth of capital less that of output.
    pub(super) fn capital_against_output(&self) -> Outcome {
        let Further { output, output_growth, .. } = self.further;
        let capital = self.capital()?;
        let used = if output_growth.is_given() && output.is_given() {
            (1.0, self.growth_factor()?)
        } else {
            let ends = (output.get(self.region, self.start)?, output.get(self.region, self.end)?);
            if output.is_nominal() {
                return Err(GROWTH_NOT_GIVEN);
            }
            ends
        };
        capital_deepening(capital, used).map_err(|_| NOT_POSITIVE)
    }

    /// Growth of capital less that of employment.
    pub(super) fn capital_against_employment(&self) -> Outcome {
        let capital = self.capital()?;
        let employment = &self.further.employment;
        let used = (employment.get(self.region, self.start)?, employment.get(self.region, self.end)?);
        capital_deepening(capital, used).map_err(|_| NOT_POSITIVE)
    }

    fn growth_factor(&self) -> Outcome {
        let rate = |year: i16| self.further.output_growth.get(self.region, year);
        let rates: Vec<f64> = (self.start + 1..=self.end).map(rate).collect::<Result<_, _>>()?;
        cumulative_from_rates(&rates).map_err(|_| NOT_AN_AMOUNT)
    }

    /// Stocks of capital at the start and at the end: as given, or inferred from investment.
    fn capital(&self) -> Result<(f64, f64), &'static str> {
        let Further { investment, investment_prices, capital, .. } = self.further;
        if capital.is_given() {
            return Ok((capital.get(self.region, self.start)?, capital.get(self.region, self.end)?));
        }
        let depreciation = self.depreciation.ok_or(NOT_GIVEN)?;
        if investment.is_nominal() && !investment_prices.is_given() {
            return Err(PRICES_NOT_GIVEN);
        }
        let investments = self.investment_up_to_end();
        let before = investments.len() as i64 - 1 - i64::from(self.end - self.start);
        if before < 0 {
            return Err(MISSING_VALUE);
        }
        if before < i64::from(YEARS_BEFORE) {
            return Err(HISTORY_TOO_SHORT);
        }
        let stocks = perpetual_inventory(&investments, depreciation).map_err(|error| match error {
            PerpetualInventoryError::NoFirstStock { .. } => NO_FIRST_STOCK,
            PerpetualInventoryError::NothingLeft { .. } => NOT_POSITIVE,
            _ => NOT_AN_AMOUNT,
        })?;
        let at = |years_before_end: i16| {
            let from_end = usize::try_from(years_before_end).ok()?;
            stocks.get(stocks.len().checked_sub(1 + from_end)?).copied()
        };
        at(self.end - self.start).zip(at(0)).ok_or(MISSING_VALUE)
    }

    /// Investment at constant prices in all years up to the end without a gap, from the first of them.
    fn investment_up_to_end(&self) -> Vec<f64> {
        let Further { investment, investment_prices, .. } = self.further;
        let real = |year: i16| {
            let amount = investment.get(self.region, year).ok()?;
            if !investment.is_nominal() {
                return Some(amount);
            }
            Some(amount / positive(investment_prices, self.region, year).ok()?)
        };
        let mut backwards: Vec<f64> = (0..=self.end).rev().map_while(real).collect();
        backwards.reverse();
        backwards
    }
}

/// A price, by which something is divided.
fn positive(prices: &Series, region: usize, year: i16) -> Outcome {
    prices.get(region, year).and_then(|price| if price > 0.0 { Ok(price) } else { Err(NOT_POSITIVE) })
}
