//! Convergence in tables for people.

use growthpole_contracts::v1::convergence_speed::Outcome;
use growthpole_contracts::v1::{
    BetaConvergence, BetaModel, BetaSpatial, BetaSpatialModel, ConvergenceClub, ConvergenceClubs, ConvergenceEstimate,
    ConvergenceFTest, ConvergenceSpeed, LogTTest, RegionLabel, SigmaConvergence, SpatialScoreTest,
    TestConvergenceResponse,
};

use crate::output::View;
use crate::output::format::{NOTHING, fixed, or_nothing, percent, words};
use crate::output::table::Table;

pub(super) fn view(what: &str, answer: &TestConvergenceResponse) -> View {
    let span = match (answer.periods.first(), answer.periods.last()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    };
    let about = About { what: format!("{what}, {} regions, {span}", answer.regions.len()), years: answer.years };
    let mut tables = Vec::new();
    if let Some(sigma) = &answer.sigma {
        tables.extend(about.sigma(sigma));
    }
    if let Some(beta) = &answer.beta {
        tables.extend(about.beta(beta));
    }
    if let Some(clubs) = &answer.clubs {
        tables.push(about.clubs(clubs));
    }
    if !answer.undefined.is_empty() {
        let mut undefined = Table::new("Undefined").texts(["Part", "Why"]);
        for own in &answer.undefined {
            undefined.row([own.part.clone(), own.text.clone()]);
        }
        tables.push(undefined);
    }
    View { tables, provenance: answer.provenance.clone(), warnings: answer.warnings.clone(), ..View::default() }
}

/// What the tables are about.
struct About {
    what: String,
    years: f64,
}

impl About {
    fn sigma(&self, sigma: &SigmaConvergence) -> Vec<Table> {
        let measure = words(sigma.measure().as_str_name(), "SIGMA_MEASURE");
        let of = if sigma.of_logarithms { "of logarithms" } else { "of values" };
        let weights = match sigma.weight_indicator.as_str() {
            "" => String::new(),
            indicator => format!(", weighted by {indicator}"),
        };
        let title = format!("Dispersion ({measure} {of}{weights}): {}", self.what);
        let mut periods = Table::new(title).texts(["Period"]).numbers(["Sigma"]);
        for own in &sigma.periods {
            periods.row([own.period.clone(), fixed(own.sigma, 4)]);
        }
        let mut tests = Table::new("Tests of dispersion").texts(["Test"]).numbers(["Value", "Statistic", "p"]);
        if let Some(own) = &sigma.comparison {
            let ratio = own.variance_ratio.as_ref();
            tests.row([
                "first over last; variance ratio F".to_owned(),
                or_nothing(own.quotient, |quotient| fixed(quotient, 4)),
                or_nothing(ratio.map(|test| test.statistic), |f| fixed(f, 3)),
                or_nothing(ratio.map(|test| test.p_value), probability),
            ]);
            if let Some(test) = &own.paired {
                let name = "same regions in both (Pitman and Morgan), t".to_owned();
                tests.row([name, fixed(test.correlation, 4), fixed(test.t, 3), probability(test.p_value)]);
            }
        }
        if let Some(slope) = sigma.trend.as_ref().and_then(|trend| trend.estimates.get(1)) {
            tests.row(["trend a year, t".to_owned(), fixed(slope.value, 5), statistic(slope), p_value(slope)]);
        }
        vec![periods, tests]
    }

    fn beta(&self, beta: &BetaConvergence) -> Vec<Table> {
        let errors = words(beta.covariance().as_str_name(), "BETA_COVARIANCE");
        beta.models.iter().flat_map(|model| self.model(model, &errors)).collect()
    }

    fn model(&self, model: &BetaModel, errors: &str) -> Vec<Table> {
        let mut tables = Vec::new();
        let kind = if model.conditional { "conditional" } else { "absolute" };
        if let Some(own) = &model.least_squares {
            let title = format!(
                "Growth on initial level ({kind}; {errors} errors): {}, {} years; R2 {}; {}; {}",
                self.what,
                self.years,
                or_nothing(own.r_squared, |r_squared| fixed(r_squared, 4)),
                f_test(own.f_test.as_ref()),
                speed(own.speed.as_ref()),
            );
            tables.push(estimates(title, &own.estimates));
        }
        if let Some(own) = &model.nonlinear {
            let search = if own.converged { "converged" } else { "did not converge" };
            let title = format!(
                "The same by non-linear least squares ({search} after {} steps); {}",
                own.iterations,
                speed(own.speed.as_ref()),
            );
            tables.push(estimates(title, &own.estimates));
        }
        if let Some(own) = &model.spatial {
            tables.extend(spatial(own));
        }
        tables
    }

    fn clubs(&self, clubs: &ConvergenceClubs) -> Table {
        let of = if clubs.of_logarithms { "logarithms" } else { "values" };
        let title = format!(
            "Convergence clubs ({of}, smoothing {}, log t from {} on): {}; all together: {}",
            clubs.smoothing,
            clubs.first_tested_period,
            self.what,
            clubs.all.as_ref().map_or_else(String::new, log_t),
        );
        let mut table = Table::new(title).texts(["Club"]).numbers(["Regions", "Relative level", "b", "t", "p"]);
        table = table.texts(["Members"]);
        for (position, club) in clubs.clubs.iter().enumerate() {
            table.row(row(position + 1, club));
        }
        if !clubs.divergent.is_empty() {
            let nothing = || NOTHING.to_owned();
            let count = clubs.divergent.len().to_string();
            let members = members(&clubs.divergent);
            table.row(["divergent".to_owned(), count, nothing(), nothing(), nothing(), nothing(), members]);
        }
        table
    }
}

fn row(number: usize, club: &ConvergenceClub) -> [String; 7] {
    let test = club.test.clone().unwrap_or_default();
    [
        number.to_string(),
        club.members.len().to_string(),
        or_nothing(club.mean_path.last().copied(), |level| fixed(level, 4)),
        or_nothing(test.coefficient, |b| fixed(b, 3)),
        or_nothing(test.t, |t| fixed(t, 2)),
        or_nothing(test.p_value, probability),
        members(&club.members),
    ]
}

fn members(regions: &[RegionLabel]) -> String {
    let name = |region: &RegionLabel| if region.name.is_empty() { region.code.clone() } else { region.name.clone() };
    regions.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn log_t(test: &LogTTest) -> String {
    let verdict = if test.converges { "converge" } else { "do not converge" };
    match test.t {
        Some(t) => format!("t {}, {verdict}", fixed(t, 2)),
        None => verdict.to_owned(),
    }
}

fn estimates(title: String, estimates: &[ConvergenceEstimate]) -> Table {
    let numbers = ["Estimate", "Standard error", "Statistic", "p", "Standardized"];
    let mut table = Table::new(title).texts(["Term"]).numbers(numbers);
    for own in estimates {
        table.row([
            term(own),
            fixed(own.value, 6),
            fixed(own.standard_error, 6),
            statistic(own),
            p_value(own),
            or_nothing(own.standardized, |beta| fixed(beta, 3)),
        ]);
    }
    table
}

pub(super) fn term(own: &ConvergenceEstimate) -> String {
    match own.name.as_str() {
        "" => words(own.term().as_str_name(), "CONVERGENCE_TERM"),
        name => name.to_owned(),
    }
}

fn statistic(own: &ConvergenceEstimate) -> String {
    or_nothing(own.statistic, |statistic| fixed(statistic, 3))
}

fn p_value(own: &ConvergenceEstimate) -> String {
    or_nothing(own.p_value, probability)
}

/// A probability to four decimals; one that would read as zero is smaller than the last.
fn probability(p: f64) -> String {
    if p < 0.000_05 { "< 0.0001".to_owned() } else { fixed(p, 4) }
}

fn f_test(test: Option<&ConvergenceFTest>) -> String {
    let text = |own: &ConvergenceFTest| {
        let ConvergenceFTest { numerator, denominator, .. } = own;
        format!("F({numerator}, {denominator}) {}, p {}", fixed(own.statistic, 3), probability(own.p_value))
    };
    test.map_or_else(|| "no F".to_owned(), text)
}

fn speed(speed: Option<&ConvergenceSpeed>) -> String {
    match speed.and_then(|speed| speed.outcome.as_ref()) {
        Some(Outcome::Defined(own)) => format!(
            "speed {} a year (± {}), half-life {} years (± {})",
            percent(own.rate),
            percent(own.rate_standard_error),
            fixed(own.half_life, 1),
            fixed(own.half_life_standard_error, 1),
        ),
        Some(Outcome::Undefined(why)) => format!("no speed: {}", why.text),
        None => "no speed".to_owned(),
    }
}

fn spatial(own: &BetaSpatial) -> Vec<Table> {
    let title = format!("Spatial dependence of the residuals: {} regions with neighbours", own.regions);
    let mut tests = Table::new(title).texts(["Test"]).numbers(["Statistic", "p"]);
    if let Some(moran) = &own.moran {
        tests.row([format!("Moran's I {}, z", fixed(moran.i, 4)), fixed(moran.z, 3), probability(moran.p_value)]);
    }
    let scores: [(&str, &Option<SpatialScoreTest>); 5] = [
        ("LM error", &own.lm_error),
        ("LM lag", &own.lm_lag),
        ("robust LM error", &own.robust_lm_error),
        ("robust LM lag", &own.robust_lm_lag),
        ("LM joint", &own.lm_joint),
    ];
    for (name, test) in scores.into_iter().filter_map(|(name, test)| Some((name, test.as_ref()?))) {
        tests.row([name.to_owned(), fixed(test.statistic, 3), probability(test.p_value)]);
    }
    let models = [("lag", &own.lag), ("error", &own.error)];
    let models = models.into_iter().filter_map(|(name, model)| Some(by_likelihood(name, model.as_ref()?)));
    std::iter::once(tests).chain(models).collect()
}

fn by_likelihood(name: &str, own: &BetaSpatialModel) -> Table {
    let ratio = own.likelihood_ratio.map_or_else(String::new, |test| {
        format!("; likelihood ratio {}, p {}", fixed(test.statistic, 3), probability(test.p_value))
    });
    let title = format!("With a spatial {name}: log likelihood {}{ratio}", fixed(own.log_likelihood, 3));
    estimates(title, &own.estimates)
}
