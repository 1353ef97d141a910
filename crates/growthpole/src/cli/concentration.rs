//! `concentration`: how industries are spread over regions.

mod plants;
mod view;

use std::path::PathBuf;

use clap::Args;
use growthpole_contracts::v1::{
    ClusterIndexOptions, ColocationOptions, DistanceDensityOptions, IndustryGroup, MeasureConcentrationRequest,
    MeasureConcentrationResponse, PlantSource, RegionFigures, plant_source, region_figures,
};

use super::Common;
use super::ask::Ask;
use super::selection::SelectionArgs;
use crate::failure::Failure;

/// Measures how industries are spread over regions, by amounts, by plants and by distances.
#[derive(Debug, Args)]
pub(super) struct ConcentrationArgs {
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    pub(super) ask: Ask,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    plants: Plants,
    #[command(flatten)]
    together: Together,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How to measure")]
struct How {
    /// Indicator that industries are compared with in each region; the region's total over all industries when left out
    #[arg(long, value_name = "CODE")]
    base: Option<String>,
    /// Adds the corners of the Lorenz curve and of Hoover's curve (CSV and JSON)
    #[arg(long)]
    curves: bool,
    /// Indicator of areas, for the cluster index of Litzenberger and Sternberg
    #[arg(long, value_name = "CODE", requires = "population")]
    area: Option<String>,
    /// Indicator of population, for the cluster index
    #[arg(long, value_name = "CODE", requires = "area")]
    population: Option<String>,
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
    /// Adds the density of distances between plants (Duranton and Overman)
    #[arg(long)]
    distances: bool,
    /// Greatest distance in kilometres; the median of all distances when left out
    #[arg(long, value_name = "KM", requires = "distances", allow_negative_numbers = true)]
    max_km: Option<f64>,
    /// Draws for the bands of distances; 1000 when left out
    #[arg(long, value_name = "N", requires = "distances", allow_negative_numbers = true)]
    distance_draws: Option<i32>,
    /// Weighs pairs of plants by the product of their sizes
    #[arg(long, requires = "distances")]
    by_size: bool,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

impl ConcentrationArgs {
    /// Asks and prints.
    pub(super) async fn run(&self, common: &Common) -> Result<(), Failure> {
        let title = self.selection.title();
        let view = |answer: &MeasureConcentrationResponse| view::view(&title, answer);
        self.ask.analyze(common, self.request()?, view).await
    }

    fn request(&self) -> Result<MeasureConcentrationRequest, Failure> {
        let Together { groups, pairs, colocation, distances, max_km, distance_draws, by_size, seed } = &self.together;
        let indicator = |code: &String| RegionFigures { by: Some(region_figures::By::Indicator(code.clone())) };
        let cluster = self.how.area.as_ref().zip(self.how.population.as_ref());
        Ok(MeasureConcentrationRequest {
            selection: Some(self.selection.message()),
            base: self.how.base.as_ref().map(indicator),
            curves: self.how.curves,
            plants: self.plants.message()?,
            cluster_index: cluster.map(|(area, population)| ClusterIndexOptions {
                area: Some(indicator(area)),
                population: Some(indicator(population)),
            }),
            coagglomeration_groups: groups.clone(),
            coagglomeration_pairs: *pairs,
            colocation: colocation.map(|draws| ColocationOptions { draws, seed: *seed }),
            distances: distances.then_some(DistanceDensityOptions {
                max_km: *max_km,
                steps: None,
                draws: *distance_draws,
                level: None,
                by_size: *by_size,
                seed: *seed,
            }),
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

    fn request(options: &str) -> MeasureConcentrationRequest {
        let line = format!("--dataset d --indicator i --period 2015 {options}");
        read::<ConcentrationArgs>(&line).unwrap().request().unwrap()
    }

    #[test]
    fn options_become_fields() {
        let sent = request(
            "--base people --curves --area land --population people \
             --cells-as-plants --industry-group cars=C36,C37 --pairs 3 --colocation 99 --distances --max-km 200 \
             --distance-draws 500 --by-size --seed 4",
        );
        assert_eq!(sent.selection.unwrap().indicator, "i");
        assert_eq!((sent.base.unwrap().by, sent.curves), (Some(region_figures::By::Indicator("people".into())), true));
        assert_eq!(sent.plants.unwrap().by, Some(plant_source::By::Cells(true)));
        assert_eq!((sent.coagglomeration_groups[0].industries.len(), sent.coagglomeration_pairs), (2, 3));
        assert_eq!(sent.colocation, Some(ColocationOptions { draws: 99, seed: 4 }));
        let distances = sent.distances.unwrap();
        assert_eq!((distances.max_km, distances.draws, distances.by_size), (Some(200.0), Some(500), true));
        assert!(sent.cluster_index.is_some());
    }

    #[test]
    fn plants_come_from_one_place() {
        let counted = Some(plant_source::By::CountIndicator("firms".into()));
        assert_eq!(request("--plant-counts firms").plants.unwrap().by, counted);
        assert_eq!(request("").plants, None);
        assert!(read::<ConcentrationArgs>("--plant-counts firms --cells-as-plants").is_err());
        assert!(industry_group("C36,C37").is_err());
    }
}
