//! Comparisons in a row, each starting where the one before ends: the dynamic form of shift-share.

use super::{Comparison, ShiftShareError};
use crate::Amounts;

/// Why tables do not make a chain.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ChainError {
    /// There is nothing to compare.
    #[error("a chain needs at least two periods, not {periods}")]
    TooFewPeriods {
        /// Number of tables.
        periods: usize,
    },
    /// Tables and references are not of the same periods.
    #[error("{references} references for {periods} periods")]
    ReferencesDiffer {
        /// Number of tables.
        periods: usize,
        /// Number of references.
        references: usize,
    },
    /// Two periods in a row do not go together.
    #[error("step {step}: {error}")]
    Step {
        /// Position of the first of the two.
        step: usize,
        /// Why.
        #[source]
        error: ShiftShareError,
    },
}

/// At least one comparison; with several, the base of each is the end of the one before.
///
/// Over one comparison the forms of shift-share are static: they weight with the structure of the first period, however long
/// ago that was. Over a chain of yearly comparisons they are dynamic: the base moves on every year, the yearly parts are
/// added (the yearly factors of [`gerfin`](super::gerfin) multiplied), and they still make up the whole change.
///
/// # Source
///
/// Barff and Knight (1988), Growth and Change 19(2), 1-10.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain<'a> {
    steps: Vec<Comparison<'a>>,
}

impl<'a> Chain<'a> {
    /// Links tables and references of consecutive periods.
    ///
    /// # Shapes and units
    ///
    /// - `tables`: at least two, each regions x industries, in one unit. They are borrowed, never copied.
    /// - `references`: one for each table, by industry, in the same unit.
    ///
    /// # Errors
    ///
    /// Fewer than two tables, another number of references, or the first step that [`Comparison::try_new`] refuses.
    pub fn try_new(tables: &[&'a Amounts], references: &[&'a [f64]]) -> Result<Self, ChainError> {
        if tables.len() < 2 {
            return Err(ChainError::TooFewPeriods { periods: tables.len() });
        }
        if tables.len() != references.len() {
            return Err(ChainError::ReferencesDiffer { periods: tables.len(), references: references.len() });
        }
        let pairs = tables.windows(2).zip(references.windows(2)).enumerate();
        let steps = pairs.map(|(step, (table, reference))| {
            Comparison::try_new(table[0], table[1], reference[0], reference[1])
                .map_err(|error| ChainError::Step { step, error })
        });
        Ok(Self { steps: steps.collect::<Result<_, _>>()? })
    }

    /// The comparisons in order, at least one.
    pub fn steps(&self) -> &[Comparison<'a>] {
        &self.steps
    }

    /// The regions at the very start.
    pub fn start(&self) -> &'a Amounts {
        self.steps[0].start()
    }

    /// The regions at the very end.
    pub fn end(&self) -> &'a Amounts {
        self.steps[self.steps.len() - 1].end()
    }
}

impl<'a> From<Comparison<'a>> for Chain<'a> {
    fn from(comparison: Comparison<'a>) -> Self {
        Self { steps: vec![comparison] }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::testing::amounts;
    use super::*;

    #[test]
    fn every_step_starts_where_the_one_before_ends() {
        let tables = [1.0, 2.0, 3.0].map(|level| amounts(&[level, level]));
        let references: [&[f64]; 3] = [&[4.0, 4.0], &[4.0, 8.0], &[8.0, 8.0]];
        let chain = Chain::try_new(&tables.each_ref(), &references).unwrap();
        assert_eq!((chain.steps().len(), chain.start(), chain.end()), (2, &tables[0], &tables[2]));
        assert_eq!(chain.steps()[0].end(), chain.steps()[1].start());
        assert_eq!(chain.steps()[1].reference_growth(), 4.0 / 12.0);
    }

    #[test]
    fn names_the_step_that_does_not_go_together() {
        let table = amounts(&[1.0, 1.0]);
        let full: &[f64] = &[1.0, 1.0];
        let tables = |n: usize| vec![&table; n];
        assert_eq!(Chain::try_new(&tables(1), &[full]), Err(ChainError::TooFewPeriods { periods: 1 }));
        let differ = ChainError::ReferencesDiffer { periods: 2, references: 1 };
        assert_eq!(Chain::try_new(&tables(2), &[full]), Err(differ));
        let empty = ChainError::Step { step: 1, error: ShiftShareError::EmptyReference };
        assert_eq!(Chain::try_new(&tables(3), &[full, &[0.0, 0.0], full]), Err(empty));
    }
}
