//! Golden figures: carried over for the bundled data, and those of the reference folder where it is named.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use growthpole_tests::golden::carried::{self, Case};
use growthpole_tests::golden::compare::{Terms, Tolerance, agree, compare, summary};
use growthpole_tests::golden::figures::{Figures, Path, Value};
use growthpole_tests::golden::ledger::Ledger;
use growthpole_tests::golden::packages;
use growthpole_tests::golden::reference::{Folder, Set, VARIABLE};
use growthpole_tests::golden::service::Service;

static SERVICE: LazyLock<Service> = LazyLock::new(Service::start);

/// Every case of this repository agrees with what the API answers.
#[test]
fn the_api_answers_the_carried_figures() {
    let cases = Case::all().unwrap();
    assert!(!cases.is_empty(), "there are cases");
    let wrong: Vec<String> =
        cases.iter().filter_map(|case| told(&case.name, faults_of(case, &case.expected))).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    println!("{} cases, {} figures", cases.len(), cases.iter().map(|case| case.expected.len()).sum::<usize>());
}

/// Every case of the reference folder is met, or listed with the reason and indeed not met.
#[test]
fn every_reference_case_is_met_or_listed() {
    let Some(folder) = Folder::from_environment() else {
        println!("skipped: {VARIABLE} is not set");
        return;
    };
    let ledger = Ledger::read().unwrap();
    let carried = Case::all().unwrap();
    let (cases, china) = (folder.index(Set::Cases), folder.index(Set::China));
    let of_packages = cases.iter().filter_map(|name| told(name, package_case(&folder, &ledger, name)));
    let of_china = china.iter().filter_map(|name| told(name, china_case(&folder, &ledger, &carried, name)));
    let mut wrong: Vec<String> = of_packages.chain(of_china).collect();
    let known = |name: &str| cases.iter().chain(&china).any(|case| case == name);
    let of_folder = carried.iter().filter(|case| case.script.is_none());
    let gone = ledger.cases().chain(of_folder.map(|case| case.name.as_str())).filter(|name| !known(name));
    wrong.extend(gone.map(|name| format!("{name} is listed or carried, and the folder does not have it")));
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
    let met = |names: &[String]| names.iter().filter(|name| ledger.reason(name).is_none()).count();
    println!("{} of {} cases and {} of {} cases of china are met", met(&cases), cases.len(), met(&china), china.len());
}

/// The faults of a case in one line; nothing where there is none.
fn told(name: &str, faults: Vec<String>) -> Option<String> {
    (!faults.is_empty()).then(|| format!("{name}: {}", summary(&faults)))
}

/// Compares the answers of the API with figures. A call that is refused is the fault of its case.
fn faults_of(case: &Case, expected: &Figures) -> Vec<String> {
    let Some(runner) = carried::runner(&case.name) else { return vec!["nothing computes it".to_owned()] };
    match catch_unwind(AssertUnwindSafe(|| runner(&SERVICE, case))) {
        Ok(computed) => compare(expected, &computed, case.terms()),
        Err(_) => vec!["it could not be computed; see above".to_owned()],
    }
}

/// A case of another package's own data: computed with the methods.
fn package_case(folder: &Folder, ledger: &Ledger, name: &str) -> Vec<String> {
    let case = match folder.case(Set::Cases, name) {
        Ok(case) => case,
        Err(refused) => return vec![refused],
    };
    let terms = ledger.terms(name);
    let faults = packages::runner(name).map(|runner| compare(&case.expected, &runner(folder, &case), terms));
    match (faults, ledger.reason(name)) {
        (Some(faults), None) => faults.into_iter().chain(terms.idle(&case.expected)).collect(),
        (None, None) => vec!["it is neither met nor listed".to_owned()],
        (Some(faults), Some(_)) if faults.is_empty() => {
            vec!["it is listed as not applicable, and it is met".to_owned()]
        }
        (_, Some(_)) => Vec::new(),
    }
}

/// A case of the bundled data: carried over faithfully, and what it lists as not met is not met.
fn china_case(folder: &Folder, ledger: &Ledger, carried: &[Case], name: &str) -> Vec<String> {
    let reference = match folder.case(Set::China, name) {
        Ok(reference) => reference.expected,
        Err(refused) => return vec![refused],
    };
    match (carried.iter().find(|case| case.name == name), ledger.reason(name)) {
        (None, Some(_)) => Vec::new(),
        (None, None) => vec!["it is neither carried nor listed".to_owned()],
        (Some(_), Some(_)) => vec!["it is listed as not applicable, and it is carried".to_owned()],
        (Some(case), None) => {
            let faults = unfaithful(&reference, &case.expected, case.terms()).into_iter();
            faults.chain(faults_of(case, &reference)).chain(case.terms().idle(&reference)).collect()
        }
    }
}

/// Figures that were not carried over as they are and are not listed as not met, and those that nobody computed.
fn unfaithful(reference: &Figures, carried: &Figures, terms: Terms<'_>) -> Vec<String> {
    // Both were read from the same decimal digits.
    let same = Tolerance { relative: 1e-15, absolute: 0.0 };
    let faithful = |path: &Path, expected: &Value| match carried.get(path) {
        Some(own) => agree(expected, own, same),
        None => terms.excuses(path),
    };
    let changed = reference.iter().filter(|(path, expected)| !faithful(path, expected));
    let invented = carried.iter().filter(|(path, _)| reference.get(path).is_none());
    let changed = changed.map(|(path, _)| format!("{path} was not carried over as it is, nor listed as not met"));
    changed.chain(invented.map(|(path, _)| format!("{path} is carried, and the source does not have it"))).collect()
}
