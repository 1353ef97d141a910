//! Directions in which regions and their neighbours move.

use std::f64::consts::TAU;

use growthpole_contracts::{Refusal, v1};
use growthpole_domain::Warning;
use growthpole_methods::growth::mobility::Draws;
use growthpole_methods::growth::spatial_mobility::{
    RoseAlternative, RoseError, RoseMove, directional_rose, rose_p_values, rose_permutations,
};
use growthpole_methods::stats::{PermutationTest, RankOrder, SpatialWeights};
use growthpole_methods::{Matrix, Progress};
use growthpole_worker_kit::convert::message;
use growthpole_worker_kit::{Job, refuse};
use tonic::Status;

use super::super::series::Series;
use super::classes::{basis_values, read_basis, write_basis};
use super::inference::permutation_test;
use super::neighbours::with_neighbours;
use super::{Tracked, check_complete};

const SECTORS: i32 = 8;
const MOST_SECTORS: i32 = 360;

/// Neighbours, and how directions are counted.
pub(super) struct Section {
    tracked: Tracked,
    weights: SpatialWeights,
    relative: bool,
    sectors: usize,
    alternative: RoseAlternative,
    draws: Draws,
    with_regions: bool,
}

impl Section {
    pub(super) async fn read(
        series: &Series,
        options: &v1::DirectionalLisaOptions,
        draws: Draws,
        with_regions: bool,
        warnings: &mut Vec<Warning>,
        job: &Job,
    ) -> Result<Self, Status> {
        let relative = read_basis(options.basis, "directional_lisa.basis")?;
        let sectors = options.sectors.unwrap_or(SECTORS);
        if !(2..=MOST_SECTORS).contains(&sectors) {
            return Err(Refusal::invalid("directional_lisa.sectors", sectors, &format!("2 to {MOST_SECTORS}")).into());
        }
        let alternative = read_alternative(options.alternative)?;
        if alternative != RoseAlternative::TwoSided && sectors % 4 != 0 {
            let sent = format!("{sectors} for an alternative with a direction");
            return Err(Refusal::invalid("directional_lisa.sectors", sent, "a multiple of 4").into());
        }
        let (series, weights) =
            with_neighbours(series, options.weights.as_ref(), "directional_lisa.weights", warnings, job).await?;
        check_complete(&series, [0, series.periods.len() - 1].into_iter(), "directional_lisa")?;
        let tracked = Tracked::of(&series, RankOrder::HighestFirst);
        Ok(Self { tracked, weights, relative, sectors: sectors as usize, alternative, draws, with_regions })
    }

    pub(super) fn compute(&self, progress: &Progress) -> Result<v1::DirectionalLisa, Refusal> {
        let values = basis_values(&self.tracked, self.relative)?;
        let last = values.n_rows() - 1;
        let refused = |error| self.refuse(error, &values);
        let rose = directional_rose(values.row(0), values.row(last), &self.weights, self.sectors).map_err(refused)?;
        let Draws { permutations, seed } = self.draws;
        let tests = match permutations {
            0 => None,
            _ => Some(rose_permutations(
                values.row(0),
                values.row(last),
                &self.weights,
                self.sectors,
                permutations,
                seed,
                progress,
            )),
        };
        let tests = tests.transpose().map_err(refused)?;
        let moves = rose.moves.iter().enumerate().map(|(region, own)| self.write(region, own));
        Ok(v1::DirectionalLisa {
            basis: write_basis(self.relative).into(),
            first_period: self.tracked.period(0),
            second_period: self.tracked.period(last),
            alternative: write_alternative(self.alternative).into(),
            sectors: self.sectors(&rose.counts, tests.as_deref())?,
            unmoved: message::count(rose.moves.iter().filter(|own| own.sector.is_none()).count()),
            moves: if self.with_regions { moves.collect() } else { Vec::new() },
        })
    }

    fn sectors(&self, counts: &[usize], tests: Option<&[PermutationTest]>) -> Result<Vec<v1::RoseSector>, Refusal> {
        let p_values = tests.map(|tests| rose_p_values(tests, self.alternative)).transpose();
        let p_values = p_values.map_err(Refusal::internal)?;
        let angle = |sector: usize| TAU * sector as f64 / self.sectors as f64;
        Ok((counts.iter().enumerate())
            .map(|(sector, &count)| v1::RoseSector {
                start: angle(sector),
                end: angle(sector + 1),
                count: message::count(count),
                test: tests.and_then(|tests| tests.get(sector)).map(permutation_test),
                p: p_values.as_ref().and_then(|p| p.get(sector)).copied(),
            })
            .collect())
    }

    fn write(&self, region: usize, own: &RoseMove) -> v1::LisaMove {
        v1::LisaMove {
            region: self.tracked.region(region),
            own: own.own,
            lag: own.lag,
            length: own.length(),
            angle: own.angle(),
            sector: own.sector.map(|sector| message::count(sector + 1)),
        }
    }

    fn refuse(&self, error: RoseError, values: &Matrix) -> Refusal {
        match error {
            RoseError::Stopped(stopped) => refuse::stopped(stopped),
            RoseError::NotFinite { region } => self.tracked.refuse_value(0, region, values.get(0, region)),
            other => Refusal::internal(other),
        }
    }
}

fn read_alternative(sent: i32) -> Result<RoseAlternative, Refusal> {
    match v1::RoseAlternative::try_from(sent) {
        Ok(v1::RoseAlternative::Unspecified | v1::RoseAlternative::TwoSided) => Ok(RoseAlternative::TwoSided),
        Ok(v1::RoseAlternative::Common) => Ok(RoseAlternative::Common),
        Ok(v1::RoseAlternative::Opposite) => Ok(RoseAlternative::Opposite),
        Err(_) => {
            Err(Refusal::invalid("directional_lisa.alternative", sent, "TWO_SIDED, COMMON, OPPOSITE, or nothing"))
        }
    }
}

fn write_alternative(own: RoseAlternative) -> v1::RoseAlternative {
    match own {
        RoseAlternative::TwoSided => v1::RoseAlternative::TwoSided,
        RoseAlternative::Common => v1::RoseAlternative::Common,
        RoseAlternative::Opposite => v1::RoseAlternative::Opposite,
    }
}
