//! Convergence in records for programs: one row a figure.

use growthpole_contracts::v1::convergence_speed::Outcome;
use growthpole_contracts::v1::{
    BetaModel, ConvergenceClubs, ConvergenceEstimate, ConvergenceFTest, ConvergenceSpeed, LogTTest, SigmaConvergence,
    SpatialScoreTest, TestConvergenceResponse,
};

use super::people::term;
use crate::output::View;
use crate::output::csv::Records;
use crate::output::format::exact;

pub(super) fn view(answer: &TestConvergenceResponse) -> View {
    let mut rows = Rows(Records::new([
        "part",
        "item",
        "region",
        "period",
        "value",
        "standard_error",
        "statistic",
        "p_value",
        "text",
    ]));
    if let Some(sigma) = &answer.sigma {
        rows.sigma(sigma);
    }
    for model in answer.beta.iter().flat_map(|beta| &beta.models) {
        rows.model(model, answer);
    }
    if let Some(clubs) = &answer.clubs {
        rows.clubs(clubs, &answer.periods);
    }
    for own in &answer.undefined {
        rows.add(Figure { part: &own.part, item: &own.reason, text: own.text.clone(), ..Figure::default() });
    }
    View {
        records: rows.0,
        provenance: answer.provenance.clone(),
        warnings: answer.warnings.clone(),
        ..View::default()
    }
}

/// A row.
#[derive(Debug, Default)]
struct Figure<'a> {
    part: &'a str,
    item: &'a str,
    region: &'a str,
    period: &'a str,
    value: Option<f64>,
    standard_error: Option<f64>,
    statistic: Option<f64>,
    p_value: Option<f64>,
    text: String,
}

struct Rows(Records);

impl Rows {
    fn add(&mut self, own: Figure<'_>) {
        self.0.row([
            own.part.to_owned(),
            own.item.to_owned(),
            own.region.to_owned(),
            own.period.to_owned(),
            exact(own.value),
            exact(own.standard_error),
            exact(own.statistic),
            exact(own.p_value),
            own.text,
        ]);
    }

    fn sigma(&mut self, sigma: &SigmaConvergence) {
        for own in &sigma.periods {
            self.add(Figure {
                part: "sigma",
                item: "sigma",
                period: &own.period,
                value: Some(own.sigma),
                ..Figure::default()
            });
        }
        if let Some(own) = &sigma.comparison {
            let test = own.variance_ratio;
            self.add(Figure {
                part: "sigma",
                item: "quotient",
                value: own.quotient,
                statistic: test.map(|test| test.statistic),
                p_value: test.map(|test| test.p_value),
                ..Figure::default()
            });
            if let Some(test) = own.paired {
                self.add(Figure {
                    part: "sigma",
                    item: "paired",
                    value: Some(test.correlation),
                    statistic: Some(test.t),
                    p_value: Some(test.p_value),
                    ..Figure::default()
                });
            }
        }
        if let Some(trend) = &sigma.trend {
            self.estimates("sigma.trend", &trend.estimates);
            self.fit("sigma.trend", trend.r_squared, trend.f_test);
        }
    }

    fn model(&mut self, model: &BetaModel, answer: &TestConvergenceResponse) {
        let name = if model.conditional { "beta.conditional" } else { "beta.absolute" };
        if let Some(own) = &model.least_squares {
            let part = format!("{name}.least_squares");
            self.estimates(&part, &own.estimates);
            self.fit(&part, own.r_squared, own.f_test);
            self.speed(&part, own.speed.as_ref());
            for (region, residual) in answer.regions.iter().zip(&own.residuals) {
                let (item, value) = ("residual", Some(*residual));
                self.add(Figure { part: &part, item, region: &region.code, value, ..Figure::default() });
            }
        }
        if let Some(own) = &model.nonlinear {
            let part = format!("{name}.nonlinear");
            self.estimates(&part, &own.estimates);
            self.speed(&part, own.speed.as_ref());
            let text = if own.converged { "converged" } else { "not converged" };
            let value = Some(own.relative_offset);
            self.add(Figure {
                part: &part,
                item: "relative_offset",
                value,
                text: text.to_owned(),
                ..Figure::default()
            });
        }
        if let Some(own) = &model.spatial {
            let part = format!("{name}.spatial");
            if let Some(moran) = own.moran {
                let (statistic, p_value) = (Some(moran.z), Some(moran.p_value));
                self.add(Figure {
                    part: &part,
                    item: "moran",
                    value: Some(moran.i),
                    statistic,
                    p_value,
                    ..Figure::default()
                });
            }
            self.score(&part, "lm_error", own.lm_error);
            self.score(&part, "lm_lag", own.lm_lag);
            self.score(&part, "robust_lm_error", own.robust_lm_error);
            self.score(&part, "robust_lm_lag", own.robust_lm_lag);
            self.score(&part, "lm_joint", own.lm_joint);
            for (form, model) in [("lag", &own.lag), ("error", &own.error)] {
                if let Some(model) = model {
                    let part = format!("{part}.{form}");
                    self.estimates(&part, &model.estimates);
                    self.score(&part, "likelihood_ratio", model.likelihood_ratio);
                }
            }
        }
    }

    fn estimates(&mut self, part: &str, estimates: &[ConvergenceEstimate]) {
        for own in estimates {
            self.add(Figure {
                part,
                item: &term(own).replace(' ', "_"),
                value: Some(own.value),
                standard_error: Some(own.standard_error),
                statistic: own.statistic,
                p_value: own.p_value,
                ..Figure::default()
            });
        }
    }

    fn fit(&mut self, part: &str, r_squared: Option<f64>, test: Option<ConvergenceFTest>) {
        self.add(Figure {
            part,
            item: "r_squared",
            value: r_squared,
            statistic: test.map(|test| test.statistic),
            p_value: test.map(|test| test.p_value),
            ..Figure::default()
        });
    }

    fn speed(&mut self, part: &str, speed: Option<&ConvergenceSpeed>) {
        match speed.and_then(|speed| speed.outcome.as_ref()) {
            Some(Outcome::Defined(own)) => {
                let figures = [
                    ("speed_of_convergence", own.rate, own.rate_standard_error),
                    ("half_life", own.half_life, own.half_life_standard_error),
                ];
                for (item, value, error) in figures {
                    let (value, standard_error) = (Some(value), Some(error));
                    self.add(Figure { part, item, value, standard_error, ..Figure::default() });
                }
            }
            Some(Outcome::Undefined(why)) => {
                let text = format!("{}: {}", why.reason, why.text);
                self.add(Figure { part, item: "speed_of_convergence", text, ..Figure::default() });
            }
            None => {}
        }
    }

    fn score(&mut self, part: &str, item: &str, test: Option<SpatialScoreTest>) {
        if let Some(test) = test {
            let (statistic, p_value) = (Some(test.statistic), Some(test.p_value));
            self.add(Figure { part, item, statistic, p_value, ..Figure::default() });
        }
    }

    fn clubs(&mut self, clubs: &ConvergenceClubs, periods: &[String]) {
        self.log_t("clubs", "all", clubs.all.as_ref());
        for (position, club) in clubs.clubs.iter().enumerate() {
            let item = format!("club_{}", position + 1);
            self.log_t("clubs", &item, club.test.as_ref());
            for member in &club.members {
                self.add(Figure { part: "clubs.members", item: &item, region: &member.code, ..Figure::default() });
            }
        }
        for region in &clubs.divergent {
            self.add(Figure { part: "clubs.members", item: "divergent", region: &region.code, ..Figure::default() });
        }
        for path in &clubs.paths {
            for (period, value) in periods.iter().zip(&path.values) {
                let (region, value) = (path.region.as_str(), Some(*value));
                self.add(Figure { part: "clubs.paths", item: "path", region, period, value, ..Figure::default() });
            }
        }
    }

    fn log_t(&mut self, part: &str, item: &str, test: Option<&LogTTest>) {
        let Some(test) = test else { return };
        let text = if test.converges { "converges" } else { "does not converge" };
        self.add(Figure {
            part,
            item,
            value: test.coefficient,
            standard_error: test.standard_error,
            statistic: test.t,
            p_value: test.p_value,
            text: text.to_owned(),
            ..Figure::default()
        });
    }
}
