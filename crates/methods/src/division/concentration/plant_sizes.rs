//! Sizes of an industry's plants: how lumpy its activity is by itself.

use crate::amounts::check_amount;

/// Why sizes are not those of plants.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PlantSizesError {
    /// The size, or the amount of a cell, is not an amount.
    #[error("number {position}: {value} is not a size")]
    InvalidSize {
        /// Position in the list.
        position: usize,
        /// The size.
        value: f64,
    },
    /// The number of plants in a cell is not a number of plants: negative, not whole, or zero beside an amount.
    #[error("number {position}: {value} plants cannot hold the amount")]
    InvalidCount {
        /// Position in the list.
        position: usize,
        /// The number of plants.
        value: f64,
    },
    /// There are not as many counts as amounts.
    #[error("{counts} numbers of plants for {amounts} amounts")]
    LengthsDiffer {
        /// Numbers of plants.
        counts: usize,
        /// Amounts.
        amounts: usize,
    },
    /// No plant holds anything.
    #[error("no plant holds anything")]
    Empty,
}

/// What measures of concentration need of the sizes of an industry's plants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlantSizes {
    plants: f64,
    herfindahl: f64,
    fourth_powers: f64,
}

impl PlantSizes {
    /// Takes the size of each plant. Plants of size zero count as plants and weigh nothing.
    ///
    /// # Errors
    ///
    /// The first size that is none, or plants that hold nothing.
    pub fn of_plants(sizes: &[f64]) -> Result<Self, PlantSizesError> {
        if let Some(position) = sizes.iter().position(|&size| check_amount(size).is_err()) {
            return Err(PlantSizesError::InvalidSize { position, value: sizes[position] });
        }
        let total: f64 = sizes.iter().sum();
        if total == 0.0 {
            return Err(PlantSizesError::Empty);
        }
        let squares = || sizes.iter().map(|size| (size / total) * (size / total));
        let fourth_powers = squares().map(|square| square * square).sum();
        Ok(Self { plants: sizes.len() as f64, herfindahl: squares().sum(), fourth_powers })
    }

    /// Takes amounts by region with the number of plants in each, which are taken to be of the same size within a region.
    ///
    /// Real plants differ, so that the Herfindahl index is the least that these numbers allow, and gamma the greatest.
    ///
    /// # Errors
    ///
    /// The first amount or number that is none, and the first region that has an amount but no plant.
    pub fn of_counts(amounts: &[f64], counts: &[f64]) -> Result<Self, PlantSizesError> {
        if amounts.len() != counts.len() {
            return Err(PlantSizesError::LengthsDiffer { counts: counts.len(), amounts: amounts.len() });
        }
        for (position, (&amount, &count)) in amounts.iter().zip(counts).enumerate() {
            if check_amount(amount).is_err() {
                return Err(PlantSizesError::InvalidSize { position, value: amount });
            }
            if check_amount(count).is_err() || count.fract() != 0.0 || (count == 0.0 && amount > 0.0) {
                return Err(PlantSizesError::InvalidCount { position, value: count });
            }
        }
        let total: f64 = amounts.iter().sum();
        if total == 0.0 {
            return Err(PlantSizesError::Empty);
        }
        let cells = || amounts.iter().zip(counts).filter(|(_, count)| **count > 0.0);
        let size = |(amount, count): (&f64, &f64)| amount / count / total;
        let herfindahl = cells().map(|cell| cell.1 * size(cell) * size(cell)).sum();
        let fourth_powers = cells().map(|cell| cell.1 * size(cell).powi(4)).sum();
        Ok(Self { plants: counts.iter().sum(), herfindahl, fourth_powers })
    }

    /// Number of plants.
    pub fn plants(&self) -> f64 {
        self.plants
    }

    /// Herfindahl index of the plants' shares of the industry: 1 for a single plant, 1/n for n equal ones.
    pub fn herfindahl(&self) -> f64 {
        self.herfindahl
    }

    /// Sum of the fourth powers of the shares.
    pub(super) fn fourth_powers(&self) -> f64 {
        self.fourth_powers
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn equal_plants_are_the_same_counted_or_listed() {
        let listed = PlantSizes::of_plants(&[2.0, 2.0, 4.0, 0.0]).unwrap();
        assert_eq!((listed.plants(), listed.herfindahl()), (4.0, 0.375));
        let counted = PlantSizes::of_counts(&[4.0, 4.0, 0.0], &[2.0, 1.0, 1.0]).unwrap();
        assert_eq!(counted, listed);
    }

    #[test]
    fn refuses_what_no_plants_hold() {
        assert_eq!(PlantSizes::of_plants(&[0.0]), Err(PlantSizesError::Empty));
        assert_eq!(PlantSizes::of_plants(&[]), Err(PlantSizesError::Empty));
        let negative = PlantSizesError::InvalidSize { position: 0, value: -1.0 };
        assert_eq!(PlantSizes::of_plants(&[-1.0]), Err(negative));
        for count in [0.0, 1.5, -1.0] {
            let refused = PlantSizesError::InvalidCount { position: 0, value: count };
            assert_eq!(PlantSizes::of_counts(&[1.0], &[count]), Err(refused));
        }
        let lengths = PlantSizesError::LengthsDiffer { counts: 0, amounts: 1 };
        assert_eq!(PlantSizes::of_counts(&[1.0], &[]), Err(lengths));
    }
}
