//! Convergence clubs of the bundled provinces, as a program of its own finds them.

use growthpole_contracts::v1;
use growthpole_tests::golden::service::Service;

/// Clubs of real GDP per head, 2000 to 2019, in prices of 2008.
///
/// Expected members and figures come from a program in Python (numpy 2, scipy 1.17) that reads the published observations,
/// chains and divides them itself, filters by a dense solve, and tests whole groups at each step of Phillips and Sul, with the
/// regression from 2005 (t = 6) on.
#[test]
fn provinces_form_two_clubs() {
    let selection = v1::Selection {
        dataset: "china-provinces".to_owned(),
        vintage: Some(v1::VintageSelector { by: Some(v1::vintage_selector::By::Number(3)) }),
        indicator: "gdp".to_owned(),
        periods: Some(v1::PeriodSelection {
            by: Some(v1::period_selection::By::Range(v1::PeriodRange { start: "2000".into(), end: "2019".into() })),
        }),
        ..Default::default()
    };
    let series = v1::SeriesOptions {
        growth_indicator: "gdp_real_growth".to_owned(),
        base_period: "2008".to_owned(),
        denominator_indicator: "population".to_owned(),
    };
    let request = v1::TestConvergenceRequest {
        selection: Some(selection),
        series: Some(series),
        clubs: Some(v1::ConvergenceClubOptions::default()),
        ..Default::default()
    };
    let clubs = Service::start().test_convergence(request).clubs.unwrap();
    let near = |own: Option<f64>, expected: f64| {
        let own = own.unwrap();
        assert!((own - expected).abs() <= 1e-9 * expected.abs(), "{own} is not {expected}");
    };
    near(clubs.all.as_ref().unwrap().t, -5.024587424216825);
    assert_eq!((clubs.first_tested_period.as_str(), clubs.tested_periods, clubs.clubs.len()), ("2005", 15, 2));
    assert!(clubs.divergent.is_empty());
    let codes = |club: &v1::ConvergenceClub| club.members.iter().map(|region| region.code.clone()).collect::<Vec<_>>();
    let first = [
        "310000", "110000", "320000", "330000", "120000", "350000", "440000", "150000", "500000", "370000", "420000",
        "610000", "410000", "430000", "510000", "340000", "360000", "520000",
    ];
    let second = [
        "210000", "650000", "640000", "460000", "230000", "130000", "630000", "140000", "220000", "530000", "540000",
        "450000", "620000",
    ];
    assert_eq!(
        (codes(&clubs.clubs[0]), codes(&clubs.clubs[1])),
        (first.map(str::to_owned).to_vec(), second.map(str::to_owned).to_vec())
    );
    near(clubs.clubs[0].test.as_ref().unwrap().t, 1.1627863649747177);
    near(clubs.clubs[1].test.as_ref().unwrap().t, 2.1732265641524835);
    assert_eq!(clubs.initial[0].core, ["110000", "320000", "330000", "120000"]);
    // The north-east is in the lower club as a whole.
    for path in clubs.paths.iter().filter(|path| ["210000", "220000", "230000"].contains(&path.region.as_str())) {
        assert_eq!(path.club, 1);
    }
}
