//! The value of giving an industry to a region, as a weighted sum of terms on scales that can be compared.

use crate::Matrix;
use crate::stats::{Spread, mean_and_deviation};

/// The scale on which a term enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As it is.
    AsIs,
    /// Less its mean, over its population standard deviation.
    Standard,
    /// From 0 at its least to 1 at its greatest.
    Range,
}

/// One term of the value: the (log) quotient, the density, the outlook.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueTerm {
    /// Weight of the term.
    pub weight: f64,
    /// Scale on which it enters.
    pub scale: Scale,
    /// The term, regions x industries; NaN where it is undefined.
    pub cells: Matrix,
}

/// Why terms have no sum.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ValueError {
    /// There is no term.
    #[error("a value needs at least one term")]
    Empty,
    /// The term has another shape than the first.
    #[error("term {term} has another shape than the first")]
    ShapesDiffer {
        /// Position of the term.
        term: usize,
    },
    /// The weight is NaN or infinite, or makes a cell so.
    #[error("{weight} is not a weight of term {term}")]
    InvalidWeight {
        /// Position of the term.
        term: usize,
        /// The weight.
        weight: f64,
    },
    /// The cell is infinite, or too large to be brought to the scale.
    #[error("term {term}: the cell of region {region} and industry {industry} is not a number of its scale")]
    InvalidCell {
        /// Position of the term.
        term: usize,
        /// Row of the region.
        region: usize,
        /// Column of the industry.
        industry: usize,
    },
    /// The term is the same everywhere, so that it has no scale.
    #[error("term {term} is the same wherever it is defined")]
    NoSpread {
        /// Position of the term.
        term: usize,
    },
}

/// Values and what they are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    /// Sum of the terms; NaN where any of them is undefined.
    pub total: Matrix,
    /// Terms on their scales, times their weights; NaN where any is undefined.
    pub terms: Vec<Matrix>,
}

/// Adds up terms.
///
/// ```text
/// v[r, i] = sum over terms k of weight[k] * scaled(term[k])[r, i]
/// ```
///
/// # Shapes and units
///
/// - `terms`: regions x industries each. Means, deviations and ranges are over the pairs in which all terms are defined, so
///   that all scales are of the same pairs.
/// - returns: the sum and every term's part of it.
///
/// # Errors
///
/// No terms, other shapes, cells or weights that are no numbers, or a term that is the same everywhere and is to be scaled.
///
/// # Source
///
/// Our own; the standard score is the usual one.
pub fn value_of_terms(terms: &[ValueTerm]) -> Result<Values, ValueError> {
    let first = terms.first().ok_or(ValueError::Empty)?;
    let (n_regions, n_industries) = (first.cells.n_rows(), first.cells.n_columns());
    for (term, content) in terms.iter().enumerate() {
        if (content.cells.n_rows(), content.cells.n_columns()) != (n_regions, n_industries) {
            return Err(ValueError::ShapesDiffer { term });
        }
        if !content.weight.is_finite() {
            return Err(ValueError::InvalidWeight { term, weight: content.weight });
        }
        if let Some(pair) = content.cells.cells().iter().position(|cell| cell.is_infinite()) {
            return Err(ValueError::InvalidCell { term, region: pair / n_industries, industry: pair % n_industries });
        }
    }
    let n_pairs = n_regions * n_industries;
    let defined: Vec<bool> =
        (0..n_pairs).map(|pair| terms.iter().all(|term| !term.cells.cells()[pair].is_nan())).collect();
    let parts: Vec<Vec<f64>> = terms
        .iter()
        .enumerate()
        .map(|(position, term)| part(position, term, &defined, n_industries))
        .collect::<Result<_, _>>()?;
    let cell = |parts: &[f64], region: usize, industry: usize| parts[region * n_industries + industry];
    let sum =
        |region, industry| parts.iter().map(|part| cell(part, region, industry)).fold(0.0, |sum, part| sum + part);
    let total = Matrix::from_fn(n_regions, n_industries, sum);
    let terms = parts.iter().map(|part| Matrix::from_fn(n_regions, n_industries, |r, i| cell(part, r, i))).collect();
    Ok(Values { total, terms })
}

/// One term's part of the value, by pair.
fn part(position: usize, term: &ValueTerm, defined: &[bool], n_industries: usize) -> Result<Vec<f64>, ValueError> {
    let cells = term.cells.cells();
    let sample: Vec<f64> = cells.iter().zip(defined).filter(|(_, defined)| **defined).map(|(cell, _)| *cell).collect();
    let (least, most) = sample.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    let (shift, unit) = match term.scale {
        Scale::AsIs => (0.0, 1.0),
        Scale::Standard => mean_and_deviation(&sample, Spread::Population).unwrap_or((0.0, 1.0)),
        Scale::Range => (least, most - least),
    };
    if term.scale != Scale::AsIs && least == most {
        return Err(ValueError::NoSpread { term: position });
    }
    let scaled = |(pair, &cell): (usize, &f64)| {
        if !defined[pair] {
            return Ok(f64::NAN);
        }
        let (region, industry) = (pair / n_industries, pair % n_industries);
        let scaled = (cell - shift) / unit;
        if !scaled.is_finite() {
            return Err(ValueError::InvalidCell { term: position, region, industry });
        }
        match term.weight * scaled {
            part if part.is_finite() => Ok(part),
            _ => Err(ValueError::InvalidWeight { term: position, weight: term.weight }),
        }
    };
    cells.iter().enumerate().map(scaled).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn term(weight: f64, scale: Scale, cells: &[f64]) -> ValueTerm {
        ValueTerm { weight, scale, cells: Matrix::try_new(cells.to_vec(), 2).unwrap() }
    }

    #[test]
    fn parts_add_up_and_are_undefined_together() {
        let terms =
            [term(2.0, Scale::Range, &[1.0, 3.0, 9.0, 2.0]), term(1.0, Scale::AsIs, &[0.5, -0.5, f64::NAN, 1.0])];
        let values = value_of_terms(&terms).unwrap();
        // The range is over the three pairs in which both are defined.
        assert_eq!(values.terms[0].cells()[..2], [0.0, 2.0]);
        assert_eq!((values.terms[0].get(1, 1), values.total.get(1, 1)), (1.0, 2.0));
        assert_eq!(values.total.row(0), [0.5, 1.5]);
        assert!(values.total.get(1, 0).is_nan() && values.terms[0].get(1, 0).is_nan());
    }

    #[test]
    fn standard_scores_have_mean_nought_and_deviation_one() {
        let values = value_of_terms(&[term(1.0, Scale::Standard, &[1.0, 3.0, 3.0, 1.0])]).unwrap();
        assert_eq!(values.total.cells(), [-1.0, 1.0, 1.0, -1.0]);
        // Neither the unit nor the zero of a term matters on this scale.
        let other = value_of_terms(&[term(1.0, Scale::Standard, &[17.0, 23.0, 23.0, 17.0])]).unwrap();
        assert_eq!(other.total.cells(), [-1.0, 1.0, 1.0, -1.0]);
    }

    #[test]
    fn refuses_what_has_no_scale() {
        let flat = term(1.0, Scale::Standard, &[2.0; 4]);
        assert_eq!(value_of_terms(std::slice::from_ref(&flat)), Err(ValueError::NoSpread { term: 0 }));
        assert!(value_of_terms(&[ValueTerm { scale: Scale::AsIs, ..flat.clone() }]).is_ok());
        let heavy = ValueTerm { weight: f64::NAN, ..flat };
        assert!(matches!(value_of_terms(&[heavy]), Err(ValueError::InvalidWeight { term: 0, .. })));
        let infinite = term(1.0, Scale::AsIs, &[1.0, f64::INFINITY, 1.0, 1.0]);
        assert_eq!(value_of_terms(&[infinite]), Err(ValueError::InvalidCell { term: 0, region: 0, industry: 1 }));
        assert_eq!(value_of_terms(&[]), Err(ValueError::Empty));
    }
}
