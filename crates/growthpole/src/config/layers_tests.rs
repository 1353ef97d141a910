#![allow(clippy::unwrap_used)]

use super::*;

type Given<'a> = &'a [(&'static str, &'static str, &'a str)];

fn layers(file: &str, environment: &[(&str, &str)], flags: Given<'_>) -> Result<Effective, Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("growthpole.toml");
    std::fs::write(&path, file).unwrap();
    let flags = flags.iter().map(|&(key, flag, value)| Flag::new(key, flag, value)).collect();
    load_file(FileChoice::Named(path), environment, flags)
}

fn load_file(file: FileChoice, environment: &[(&str, &str)], flags: Vec<Flag>) -> Result<Effective, Vec<String>> {
    let environment = environment.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    load(&Sources { file, environment: Some(environment), flags })
}

fn loaded(file: &str, environment: &[(&str, &str)], flags: Given<'_>) -> Effective {
    layers(file, environment, flags).unwrap()
}

fn refused(file: &str, environment: &[(&str, &str)], flags: Given<'_>) -> Vec<String> {
    layers(file, environment, flags).unwrap_err()
}

#[test]
fn later_layers_win_and_say_so() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\nmax_connections = 1\ndrain_seconds = 3\n[log]\nformat = \"json\"";
    let environment = [
        ("GROWTHPOLE__SERVER__LISTEN", "127.0.0.1:2"),
        ("GROWTHPOLE__SERVER__MAX_CONNECTIONS", "2"),
        ("GROWTHPOLE__SERVER__DRAIN_SECONDS", ""),
        ("GROWTHPOLE_LISTEN", "not part of it"),
    ];
    let effective = loaded(file, &environment, &[("server.listen", "--listen", "127.0.0.1:3")]);
    let settings = &effective.settings;
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:3");
    assert_eq!((settings.server.max_connections, settings.server.drain_seconds), (2, 3.0));
    assert_eq!(effective.origin("server.listen"), &Origin::Flag("--listen"));
    assert_eq!(effective.origin("server.max_connections").to_string(), "env GROWTHPOLE__SERVER__MAX_CONNECTIONS");
    assert!(matches!(effective.origin("log.format"), Origin::File(_)));
    assert_eq!(effective.origin("log.level"), &Origin::Default);
}

#[test]
fn data_are_in_one_place() {
    let file = "[data]\nurl = \"s3://bucket/x\"\n[data.options]\naws_region = \"eu-north-1\"";
    let data = loaded(file, &[], &[]).settings.data;
    assert_eq!((data.url.as_str(), data.options["aws_region"].as_str()), ("s3://bucket/x", "eu-north-1"));
    // A later layer wins, whichever of the two keys it sets.
    let data = loaded(file, &[], &[("data.directory", "--data", "/srv/data")]).settings.data;
    assert_eq!((data.url.as_str(), data.directory.to_str()), ("", Some("/srv/data")));
    let environment = ("GROWTHPOLE__DATA__URL", "gs://b");
    assert_eq!(loaded("[data]\ndirectory = \"/a\"", &[environment], &[]).settings.data.url, "gs://b");
    // An empty URL is none.
    assert_eq!(loaded("[data]\ndirectory = \"/a\"\nurl = \"\"", &[], &[]).settings.data.directory.to_str(), Some("/a"));
    let both = refused("[data]\ndirectory = \"/a\"\nurl = \"s3://b\"\nrefresh_seconds = -1", &[], &[]);
    assert!(both[0].ends_with("data.directory and data.url are both set: set one of them"), "{both:?}");
    assert!(both[1].contains("data.refresh_seconds = -1 must lie between 0 and 86400"), "{both:?}");
    let misspelt = refused("[data]\nulr = \"s3://b\"", &[], &[]);
    assert!(misspelt[0].ends_with("there is no key data.ulr; nearest: data.url"), "{misspelt:?}");
}

#[test]
fn workers_are_tables_or_a_line() {
    let file = "[[workers]]\nname = \"growth-ranking\"\nendpoint = \"http://a:1\"\n";
    let from_file = loaded(file, &[], &[]).settings.workers;
    let line = ("GROWTHPOLE__WORKERS", "growth-ranking=http://a:1");
    let from_environment = loaded("", &[line], &[]).settings.workers;
    assert_eq!(from_file, from_environment);
    assert_eq!((from_file[0].name.as_str(), from_file[0].endpoint.as_str()), ("growth-ranking", "http://a:1"));
}

#[test]
fn deadlines_of_methods_keep_their_names() {
    let file = "[server.method_deadlines]\n\"growthpole.v1.PanelService/GetPanel\" = 120";
    let deadlines = loaded(file, &[], &[]).settings.server.method_deadlines;
    assert_eq!(deadlines["growthpole.v1.PanelService/GetPanel"], 120.0);
}

#[test]
fn panels_are_counted_apart_unless_somebody_says_otherwise() {
    let inner = |file: &str| loaded(file, &[], &[]).settings.server.inner_services;
    assert_eq!(inner(""), ["growthpole.v1.PanelService"]);
    assert_eq!(inner("[server]\nmax_connections = 7"), ["growthpole.v1.PanelService"]);
    assert_eq!(inner("[server]\ninner_services = [\"a.B\", \"c.D\"]"), ["a.B", "c.D"]);
    assert!(inner("[server]\ninner_services = []").is_empty());
    let mistakes = refused("[server]\ninner_services = [\"a.B/C\"]", &[], &[]);
    assert!(mistakes[0].contains("server.inner_services: \"a.B/C\" must be written package.Service"), "{mistakes:?}");
}

#[test]
fn endless_methods_are_unlimited_unless_somebody_says_otherwise() {
    let unlimited = |file: &str| loaded(file, &[], &[]).settings.server.unlimited_methods;
    assert!(
        unlimited("[server]\nmax_connections = 7").contains(&"growthpole.v1.DatasetService/WatchDatasets".to_owned())
    );
    // Else SQL would end after the default of all calls, whatever query.timeout_seconds says.
    assert!(unlimited("").contains(&"arrow.flight.protocol.FlightService/DoGet".to_owned()));
    assert_eq!(unlimited("[server]\nunlimited_methods = [\"a.B/C\"]"), ["a.B/C"]);
}

#[test]
fn reports_all_mistakes_of_all_layers_with_the_nearest_keys() {
    let file = "listen = \"127.0.0.1:1\"\nlog = 3\n[server]\nlisten = 5\nmax_connections = 1.5\nlisen = \"x\"\n\
                [servr]\nx = 1\n[data]\ndirectory = \"/tmp\"";
    let environment = [("GROWTHPOLE__LOG__LEVL", "info"), ("GROWTHPOLE__LOG__FORMAT", "xml")];
    let mistakes = refused(file, &environment, &[("server.listen", "--listen", "0.0.0.0:1")]);
    let expected = [
        "there is no key listen; nearest: server.listen",
        "log is a section",
        "there is no key server.lisen; nearest: server.listen",
        "there is no key servr",
        "env GROWTHPOLE__LOG__LEVL: there is no key log.levl; nearest: log.level",
        "server.listen = 5 is of the wrong type",
        "server.max_connections = 1.5 is of the wrong type",
        "env GROWTHPOLE__LOG__FORMAT: log.format = xml:",
        "flag --listen: server.listen = \"0.0.0.0:1\" would let other machines in",
    ];
    for part in expected {
        assert!(mistakes.iter().any(|mistake| mistake.contains(part)), "{part}\n{mistakes:#?}");
    }
    assert_eq!(mistakes.len(), expected.len(), "{mistakes:#?}");
}

#[test]
fn refuses_workers_that_are_twice_or_nowhere() {
    let line = "a=http://x:1,a=http://x:2,b=ftp://x";
    let mistakes = refused("", &[], &[("workers", "--workers", line)]);
    assert_eq!(mistakes.len(), 2, "{mistakes:#?}");
    assert!(mistakes.iter().all(|mistake| mistake.starts_with("flag --workers: workers:")), "{mistakes:#?}");
    assert!(refused("", &[], &[("workers", "--workers", "nothing")])[0].contains("NAME=URL"));
    let file = "[[workers]]\nname = \"a\"\nendpont = \"http://x:1\"\n";
    assert!(refused(file, &[], &[])[0].contains("endpont"));
}

#[test]
fn a_named_file_must_be_there_and_be_toml() {
    let absent = PathBuf::from("/nowhere/growthpole.toml");
    assert!(load_file(FileChoice::IfPresent(absent.clone()), &[], Vec::new()).is_ok());
    let mistakes = load_file(FileChoice::Named(absent), &[], Vec::new()).unwrap_err();
    assert!(mistakes[0].contains("/nowhere/growthpole.toml"));
    assert!(refused("[server", &[], &[])[0].contains("line 1"));
}
