//! `concentration`: how industries are spread over regions.

mod figures;
mod plants;
mod view;

use std::path::PathBuf;

use clap::Args;
use growthpole_contracts::v1::{
    ColocationOptions, DistanceDensityOptions, IndustryGroup, MeasureConcentrationRequest,
    MeasureConcentrationResponse, PlantSource, plant_source,
};

use super::Common;
use super::ask::Ask;
use super::selection::{OptionalSelectionArgs, title};
use crate::failure::Failure;
use figures::Figures;

/// Measures how industries are spread over regions, by amounts, by plants and by distances; of listed plants alone where
/// --plants stands without a data set.
#[derive(Debug, Args)]
pub(super) struct ConcentrationArgs {
    #[command(flatten)]
    selection: OptionalSelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    /// Adds the corners of the Lorenz curve and of Hoover's curve (CSV and JSON)
    #[arg(long, help_heading = "How to measure")]
    curves: bool,
    #[command(flatten)]
    figures: Figures,
    #[command(flatten)]
    plants: Plants,
    #[command(flatten)]
    together: Together,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Plants")]
struct Plants {
    /// CSV file of plants: region, industry, and where known size, latitude and longitude
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plant_counts", "cells_as_plants"])]
    plants: Option<PathBuf>,
    /// Indicator that counts plants by the same industries
    #[arg(long, value_name = "CODE", conflicts_with = "cells_as_plants")]
    plant_counts: Option<String>,
    /// Takes every cell with an amount for one plant
    #[arg(long)]
    cells_as_plants: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Industries and plants beside each other")]
struct Together {
    /// Group of industries whose co-agglomeration is measured; may be given more than once
    #[arg(long = "industry-group", value_name = "NAME=A,B,…", value_parser = industry_group)]
    groups: Vec<IndustryGroup>,
    /// Number of pairs of industries listed by their co-agglomeration
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pairs: i32,
    /// Adds the co-location of plants, with this many draws; 0: without a test
    #[arg(long, value_name = "DRAWS", allow_negative_numbers = true)]
    colocation: Option<i32>,
    #[command(flatten)]
    distances: Distances,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Distances between plants")]
struct Distances {
    /// Adds the density of distances between plants (Duranton and Overman)
    #[arg(long)]
    distances: bool,
    /// Places plants without coordinates, or cells taken for plants, at the coordinates of their regions
    #[arg(long, requires = "distances")]
    at_regions: bool,
    /// Greatest distance in kilometres; the median of all distances when left out
    #[arg(long, value_name = "KM", requires = "distances", allow_negative_numbers = true)]
    max_km: Option<f64>,
    /// Steps up to it; 100 when left out
    #[arg(long, value_name = "N", requires = "distances", allow_negative_numbers = true)]
    distance_steps: Option<i32>,
    /// Draws for the bands of distances; 1000 when left out
    #[arg(long, value_name = "N", requires = "distances", allow_negative_numbers = true)]
    distance_draws: Option<i32>,
    /// Share of the draws beyond each band; 0.05 when left out
    #[arg(long, value_name = "SHARE", requires = "distances", allow_negative_numbers = true)]
    distance_level: Option<f64>,
    /// Weighs pairs of plants by the product of their sizes
    #[arg(long, requires = "distances")]
    by_size: bool,
}

impl ConcentrationArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let request = self.request()?;
        let title = request.selection.as_ref().map_or_else(|| "listed plants".to_owned(), title);
        let view = |answer: &MeasureConcentrationResponse| view::view(&title, answer);
        self.ask.analyze(common, request, view).await
    }

    fn request(&self) -> Result<MeasureConcentrationRequest, Failure> {
        let Together { groups, pairs, colocation, distances, seed } = &self.together;
        let alone = self.plants.plants.as_ref().map(|_| "--plants");
        Ok(MeasureConcentrationRequest {
            selection: self.selection.message(alone)?,
            base: self.figures.base()?,
            curves: self.curves,
            plants: self.plants.message()?,
            cluster_index: self.figures.cluster_index()?,
            coagglomeration_groups: groups.clone(),
            coagglomeration_pairs: *pairs,
            colocation: colocation.map(|draws| ColocationOptions { draws, seed: *seed }),
            distances: distances.message(*seed),
        })
    }
}

impl Distances {
    fn message(&self, seed: u64) -> Option<DistanceDensityOptions> {
        self.distances.then_some(DistanceDensityOptions {
            max_km: self.max_km,
            steps: self.distance_steps,
            draws: self.distance_draws,
            level: self.distance_level,
            by_size: self.by_size,
            seed,
            at_regions: self.at_regions,
        })
    }
}

impl Plants {
    fn message(&self) -> Result<Option<PlantSource>, Failure> {
        let by = if let Some(file) = &self.plants {
            Some(plant_source::By::List(plants::read(file)?))
        } else if let Some(code) = &self.plant_counts {
            Some(plant_source::By::CountIndicator(code.clone()))
        } else {
            self.cells_as_plants.then_some(plant_source::By::Cells(true))
        };
        Ok(by.map(|by| PlantSource { by: Some(by) }))
    }
}

/// `NAME=A,B`.
fn industry_group(text: &str) -> Result<IndustryGroup, String> {
    let (name, codes) = text.split_once('=').ok_or("write NAME=A,B, for example vehicles=C36,C37")?;
    Ok(IndustryGroup { name: name.to_owned(), industries: codes.split(',').map(str::to_owned).collect() })
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::cli::probe::read;
    use growthpole_contracts::v1::region_figures::By;

    fn request(options: &str) -> MeasureConcentrationRequest {
        let line = format!("--dataset d --indicator i --period 2015 {options}");
        read::<ConcentrationArgs>(&line).unwrap().request().unwrap()
    }

    #[test]
    fn options_become_fields() {
        let sent = request(
            "--base people --curves --area land --population people \
             --cells-as-plants --industry-group cars=C36,C37 --pairs 3 --colocation 99 --distances --max-km 200 \
             --distance-draws 500 --distance-steps 20 --distance-level 0.1 --by-size --at-regions --seed 4",
        );
        assert_eq!(sent.selection.unwrap().indicator, "i");
        assert_eq!((sent.base.unwrap().by, sent.curves), (Some(By::Indicator("people".into())), true));
        assert_eq!(sent.plants.unwrap().by, Some(plant_source::By::Cells(true)));
        assert_eq!((sent.coagglomeration_groups[0].industries.len(), sent.coagglomeration_pairs), (2, 3));
        assert_eq!(sent.colocation, Some(ColocationOptions { draws: 99, seed: 4 }));
        let expected = DistanceDensityOptions {
            max_km: Some(200.0),
            steps: Some(20),
            draws: Some(500),
            level: Some(0.1),
            by_size: true,
            seed: 4,
            at_regions: true,
        };
        assert_eq!(sent.distances, Some(expected));
        assert!(sent.cluster_index.is_some() && request("--seed 4").distances.is_none());
        assert!(read::<ConcentrationArgs>("--dataset d --indicator i --at-regions").is_err());
    }

    #[test]
    fn plants_come_from_one_place() {
        let counted = Some(plant_source::By::CountIndicator("firms".into()));
        assert_eq!(request("--plant-counts firms").plants.unwrap().by, counted);
        assert_eq!(request("").plants, None);
        assert!(read::<ConcentrationArgs>("--plant-counts firms --cells-as-plants").is_err());
        assert!(industry_group("C36,C37").is_err());
    }

    #[test]
    fn plants_may_stand_alone() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "region,industry\nx,a\n").unwrap();
        let of = |line: &str| read::<ConcentrationArgs>(line).unwrap().request();
        let alone = of(&format!("--plants {}", file.path().display())).unwrap();
        assert!(alone.selection.is_none() && alone.plants.is_some());
        assert!(matches!(of("--cells-as-plants"), Err(Failure::Usage(_))), "of no cells");
    }
}
