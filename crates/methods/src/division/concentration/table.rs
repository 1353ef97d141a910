//! All indices of concentration of all industries.

use rayon::prelude::*;

use super::{
    EllisonGlaeser, Location, LocationError, PlantSizes, concentration_curve, ellison_glaeser, gini_of_quotients,
    hoover_coefficient, krugman_concentration, maurel_sedillot,
};
use crate::division::{KrugmanReference, StructureError};
use crate::stats::inequality::{Distribution, Herfindahl, InequalityError, herfindahl};
use crate::{AmountRows, Progress, Stopped};

/// Cells below which a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 20_000;

/// Why there is no table.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ConcentrationTableError {
    /// The base is of other regions, or one of its amounts is none or zero.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The indices of Krugman are undefined.
    #[error(transparent)]
    Structure(#[from] StructureError),
    /// The sizes of plants are of another number of industries.
    #[error("plants of {plants} industries for {industries} industries")]
    IndustriesDiffer {
        /// Industries with or without plants.
        plants: usize,
        /// Industries.
        industries: usize,
    },
    /// The Gini coefficient or the Herfindahl index is beyond the range of numbers.
    #[error(transparent)]
    Inequality(#[from] InequalityError),
    /// The caller wants no result any more.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The indices of one industry. Each is documented where it is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndustryConcentration {
    /// Area beside Hoover's curve, 0 to 0.5; see [`super::ConcentrationCurve::area`].
    pub locational_gini: f64,
    /// See [`gini_of_quotients`].
    pub quotient_gini: f64,
    /// See [`hoover_coefficient`].
    pub hoover: f64,
    /// See [`krugman_concentration`], against all industries.
    pub krugman_whole: f64,
    /// Against the other industries together; `None` for the only industry.
    pub krugman_rest: Option<f64>,
    /// Against the mean of the other industries' shares; `None` for the only industry.
    pub krugman_mean_of_others: Option<f64>,
    /// Of the shares of regions.
    pub herfindahl: Herfindahl,
    /// Of Ellison and Glaeser, as if plants were very many; `None` for a single region.
    pub without_plants: Option<EllisonGlaeser>,
    /// Of Maurel and Sédillot, as if plants were very many; `None` for a single region.
    pub maurel_sedillot_without_plants: Option<f64>,
    /// Of Ellison and Glaeser by plants; `None` without plants or for a single region.
    pub with_plants: Option<EllisonGlaeser>,
    /// Of Maurel and Sédillot by plants; `None` without plants, for a single region and for a single plant.
    pub maurel_sedillot: Option<f64>,
}

/// Computes all indices of every industry, one column of the table at a time.
///
/// # Shapes and units
///
/// - `amounts`: regions x industries.
/// - `base`: what each region has of what industries are compared with, positive.
/// - `plants`: by industry, sizes of plants where they are known.
/// - returns: by industry; `None` for an industry that is nowhere. Indices of Krugman are against the industries that are
///   somewhere.
///
/// # Errors
///
/// A base of other regions or of none, plants of other industries, or a caller who wants no more.
pub fn concentration_table(
    amounts: &AmountRows<'_>,
    base: &[f64],
    plants: &[Option<PlantSizes>],
    progress: &Progress,
) -> Result<Vec<Option<IndustryConcentration>>, ConcentrationTableError> {
    let (regions, industries) = (amounts.n_regions(), amounts.n_industries());
    if plants.len() != industries {
        return Err(ConcentrationTableError::IndustriesDiffer { plants: plants.len(), industries });
    }
    let totals = amounts.industry_totals();
    let present: Vec<usize> = (0..industries).filter(|&industry| totals[industry] > 0.0).collect();
    let mut table = vec![None; industries];
    if present.is_empty() {
        return Ok(table);
    }
    progress.expect(present.len());
    let krugman = Krugman::of(amounts, &present)?;
    let of = |at: usize| -> Result<IndustryConcentration, ConcentrationTableError> {
        progress.advance(1)?;
        let own: Vec<f64> = amounts.column(present[at]).collect();
        industry(&own, base, plants[present[at]].as_ref(), krugman.at(at))
    };
    let computed: Result<Vec<IndustryConcentration>, _> = if regions * industries < WORTH_A_THREAD {
        (0..present.len()).map(of).collect()
    } else {
        (0..present.len()).into_par_iter().map(of).collect()
    };
    for (industry, own) in present.into_iter().zip(computed?) {
        table[industry] = Some(own);
    }
    Ok(table)
}

/// The indices of Krugman of all industries.
struct Krugman {
    whole: Vec<f64>,
    /// Against the rest and against the mean of others.
    others: Option<(Vec<f64>, Vec<f64>)>,
}

impl Krugman {
    fn of(amounts: &AmountRows<'_>, industries: &[usize]) -> Result<Self, StructureError> {
        let against = |reference| krugman_concentration(amounts, industries, reference);
        let others = (industries.len() > 1)
            .then(|| Ok((against(KrugmanReference::Rest)?, against(KrugmanReference::MeanOfOthers)?)));
        Ok(Self { whole: against(KrugmanReference::Whole)?, others: others.transpose()? })
    }

    fn at(&self, industry: usize) -> (f64, Option<f64>, Option<f64>) {
        let others = self.others.as_ref();
        let (rest, mean) = (others.map(|own| own.0[industry]), others.map(|own| own.1[industry]));
        (self.whole[industry], rest, mean)
    }
}

fn industry(
    own: &[f64],
    base: &[f64],
    plants: Option<&PlantSizes>,
    (krugman_whole, krugman_rest, krugman_mean_of_others): (f64, Option<f64>, Option<f64>),
) -> Result<IndustryConcentration, ConcentrationTableError> {
    let location = Location::try_new(own, base)?;
    Ok(IndustryConcentration {
        locational_gini: concentration_curve(&location).area(),
        quotient_gini: gini_of_quotients(&location)?,
        hoover: hoover_coefficient(&location),
        krugman_whole,
        krugman_rest,
        krugman_mean_of_others,
        herfindahl: herfindahl(&Distribution::new(own)?)?,
        without_plants: ellison_glaeser(&location, None),
        maurel_sedillot_without_plants: maurel_sedillot(&location, None),
        with_plants: plants.and_then(|plants| ellison_glaeser(&location, Some(plants))),
        maurel_sedillot: plants.and_then(|plants| maurel_sedillot(&location, Some(plants))),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Amounts;

    type Table = Result<Vec<Option<IndustryConcentration>>, ConcentrationTableError>;

    fn of(amounts: &Amounts, base: &[f64], plants: &[Option<PlantSizes>]) -> Table {
        concentration_table(&AmountRows::of(amounts), base, plants, &Progress::new())
    }

    #[test]
    fn leaves_what_is_nowhere_without_indices() {
        let amounts = Amounts::try_new(vec![6.0, 0.0, 2.0, 2.0, 0.0, 2.0], 3).unwrap();
        let plants = PlantSizes::of_plants(&[4.0, 4.0]).unwrap();
        let table = of(&amounts, &[8.0, 4.0], &[Some(plants), None, None]).unwrap();
        assert_eq!(table[1], None);
        let (first, last) = (table[0].unwrap(), table[2].unwrap());
        assert!((first.hoover * 2.0 - first.krugman_whole).abs() < 1e-15);
        assert_eq!((first.krugman_rest, first.krugman_mean_of_others), (Some(0.5), Some(0.5)));
        assert_eq!((first.herfindahl.index, last.with_plants, last.maurel_sedillot), (0.625, None, None));
        assert!(first.with_plants.unwrap().gamma.unwrap() < first.without_plants.unwrap().gamma.unwrap());
        let nowhere = Amounts::try_new(vec![0.0], 1).unwrap();
        assert_eq!(of(&nowhere, &[1.0], &[None]).unwrap(), [None]);
        let alone = Amounts::try_new(vec![1.0, 3.0], 1).unwrap();
        assert_eq!(of(&alone, &[1.0, 1.0], &[None]).unwrap()[0].unwrap().krugman_rest, None);
    }

    #[test]
    fn refuses_a_base_of_others() {
        let amounts = Amounts::try_new(vec![6.0, 2.0, 2.0, 2.0], 2).unwrap();
        let plants = ConcentrationTableError::IndustriesDiffer { plants: 1, industries: 2 };
        assert_eq!(of(&amounts, &[1.0, 1.0], &[None]), Err(plants));
        let progress = Progress::new();
        progress.stop();
        let stopped = concentration_table(&AmountRows::of(&amounts), &[1.0, 1.0], &[None, None], &progress);
        assert_eq!(stopped, Err(Stopped.into()));
        let base = LocationError::InvalidBase { region: 1, value: 0.0 };
        assert_eq!(of(&amounts, &[1.0, 0.0], &[None, None]), Err(base.into()));
    }
}
