//! The class that each region is in, period by period.

/// Why cells are not paths through classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClassPathsError {
    /// There are no regions or no periods.
    #[error("paths need at least one region and one period")]
    Empty,
    /// The last period would lack regions.
    #[error("{cells} cells do not fill periods of {regions} regions")]
    NotRectangular {
        /// Number of cells that were given.
        cells: usize,
        /// Number of regions that were asked for.
        regions: usize,
    },
    /// The number of classes is zero, or larger than 65 535.
    #[error("{classes} classes are none, or more than 65535")]
    InvalidClasses {
        /// Number of classes.
        classes: usize,
    },
    /// The class is not one of them.
    #[error("period {period}, region {region}: there is no class {class}")]
    NoSuchClass {
        /// Row of the period.
        period: usize,
        /// Column of the region.
        region: usize,
        /// The class.
        class: u16,
    },
}

/// The class that each region is in, period by period; none where it is unknown. Classes count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassPaths {
    cells: Vec<Option<u16>>,
    n_regions: usize,
    n_classes: usize,
}

impl ClassPaths {
    /// Cuts cells into periods of `n_regions`.
    ///
    /// # Errors
    ///
    /// No cells, a last period that is too short, a number of classes that cannot be, or the first class that is not one.
    pub fn try_new(cells: Vec<Option<u16>>, n_regions: usize, n_classes: usize) -> Result<Self, ClassPathsError> {
        if cells.is_empty() || n_regions == 0 {
            return Err(ClassPathsError::Empty);
        }
        if !cells.len().is_multiple_of(n_regions) {
            return Err(ClassPathsError::NotRectangular { cells: cells.len(), regions: n_regions });
        }
        if n_classes == 0 || n_classes > usize::from(u16::MAX) {
            return Err(ClassPathsError::InvalidClasses { classes: n_classes });
        }
        let outside = |cell: &Option<u16>| cell.filter(|&class| usize::from(class) >= n_classes);
        if let Some((at, class)) = cells.iter().enumerate().find_map(|(at, cell)| Some((at, outside(cell)?))) {
            return Err(ClassPathsError::NoSuchClass { period: at / n_regions, region: at % n_regions, class });
        }
        Ok(Self { cells, n_regions, n_classes })
    }

    /// Takes cells that a classification of this crate has made of a matrix that is not empty.
    pub(in crate::growth) fn from_classification(cells: Vec<Option<u16>>, n_regions: usize, n_classes: usize) -> Self {
        Self { cells, n_regions, n_classes }
    }

    /// The classes of one period by region; like indexing, `period` must be there.
    pub fn period(&self, period: usize) -> &[Option<u16>] {
        &self.cells[period * self.n_regions..(period + 1) * self.n_regions]
    }

    /// The periods in order.
    pub fn periods(&self) -> impl Iterator<Item = &[Option<u16>]> {
        self.cells.chunks(self.n_regions.max(1))
    }

    /// The paths of some of the regions, in the order given; like indexing, they must be there. Without any there are no
    /// periods.
    #[must_use]
    pub fn subset(&self, regions: &[usize]) -> Self {
        let cells = self.periods().flat_map(|period| regions.iter().map(|&region| period[region])).collect();
        Self { cells, n_regions: regions.len(), n_classes: self.n_classes }
    }

    /// Number of periods.
    pub fn n_periods(&self) -> usize {
        self.cells.len() / self.n_regions.max(1)
    }

    /// Number of regions.
    pub fn n_regions(&self) -> usize {
        self.n_regions
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keeps_periods() {
        let paths = ClassPaths::try_new(vec![Some(0), Some(1), None, Some(0)], 2, 2).unwrap();
        assert_eq!((paths.n_periods(), paths.n_regions(), paths.n_classes()), (2, 2, 2));
        assert_eq!(paths.periods().collect::<Vec<_>>(), [[Some(0), Some(1)], [None, Some(0)]]);
        assert_eq!(paths.period(1), [None, Some(0)]);
        assert_eq!(paths.subset(&[]).n_periods(), 0);
        assert_eq!(paths.subset(&[1]).periods().collect::<Vec<_>>(), [[Some(1)], [Some(0)]]);
    }

    #[test]
    fn refuses_what_is_no_class() {
        let of = |cells: &[u16], regions, classes| {
            ClassPaths::try_new(cells.iter().map(|&class| Some(class)).collect(), regions, classes).unwrap_err()
        };
        assert_eq!(of(&[], 1, 1), ClassPathsError::Empty);
        assert_eq!(of(&[0], 0, 1), ClassPathsError::Empty);
        assert_eq!(of(&[0, 0, 0], 2, 1), ClassPathsError::NotRectangular { cells: 3, regions: 2 });
        assert_eq!(of(&[0], 1, 0), ClassPathsError::InvalidClasses { classes: 0 });
        assert_eq!(of(&[0], 1, 65_536), ClassPathsError::InvalidClasses { classes: 65_536 });
        assert_eq!(of(&[0, 0, 0, 2], 2, 2), ClassPathsError::NoSuchClass { period: 1, region: 1, class: 2 });
    }
}
