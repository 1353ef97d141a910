//! Imports over real sockets: what is answered, what is refused, and that nothing is written that should not be.

use growthpole_contracts::v1::dataset_service_client::DatasetServiceClient;
use growthpole_contracts::v1::{
    GetVintageRequest, ImportHeader, ImportReport, ImportVintageRequest, ValidateImportRequest, import_vintage_request,
    import_vintage_response, validate_import_request, validate_import_response,
};
use growthpole_tests::call::Client;
use growthpole_tests::process::{Growthpole, Shape};
use tempfile::TempDir;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const FILE: &str = "region,indicator,period,value\na,gdp,2014,1\na,gdp,2015,1.5\nb,gdp,2015,\n";

struct Service {
    _growthpole: Growthpole,
    _data: TempDir,
    client: DatasetServiceClient<Channel>,
}

async fn service(variables: &[(&str, &str)]) -> Service {
    let data = tempfile::tempdir().unwrap();
    let directory = data.path().to_string_lossy().into_owned();
    let mut all = vec![("GROWTHPOLE__DATA__DIRECTORY", directory.as_str())];
    all.extend_from_slice(variables);
    let growthpole = Growthpole::start_with(Shape::OneProcess, &all);
    let channel = Client::connect(&growthpole.endpoint).await.channel();
    Service { _growthpole: growthpole, _data: data, client: DatasetServiceClient::new(channel) }
}

fn header() -> ImportHeader {
    ImportHeader {
        dataset: "d".into(),
        file_name: "gdp.csv".into(),
        published: "2016-03".into(),
        ..ImportHeader::default()
    }
}

fn parts(header: ImportHeader, file: &str) -> Vec<ImportVintageRequest> {
    let part = |part| ImportVintageRequest { part: Some(part) };
    // In small pieces: they end within records.
    let chunks = file.as_bytes().chunks(7).map(|chunk| part(import_vintage_request::Part::Chunk(chunk.to_vec())));
    std::iter::once(part(import_vintage_request::Part::Header(header))).chain(chunks).collect()
}

async fn import(
    client: &mut DatasetServiceClient<Channel>,
    parts: Vec<ImportVintageRequest>,
) -> Result<ImportReport, Status> {
    let mut answer = client.import_vintage(tokio_stream::iter(parts)).await?.into_inner();
    while let Some(message) = answer.message().await? {
        if let Some(import_vintage_response::Part::Report(report)) = message.part {
            assert!(answer.message().await?.is_none(), "the report is the last part");
            return Ok(report);
        }
    }
    panic!("the answer has no report");
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_once_and_can_be_asked_for() {
    let mut service = service(&[]).await;
    let header = ImportHeader { request_id: "one".into(), ..header() };
    let report = import(&mut service.client, parts(header.clone(), FILE)).await.unwrap();
    assert_eq!((report.vintage, report.already_there, report.format.as_str()), (Some(1), false, "csv"));
    assert_eq!((report.rows, report.series, report.cells, report.missing), (3, 2, 3, 1));
    assert_eq!((report.published.as_str(), report.label.as_str()), ("2016-03-01", "gdp.csv"));
    let codes: Vec<&str> = report.warnings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["KIND_ASSUMED"]);
    let known = GetVintageRequest { dataset: "d".into(), vintage: None };
    let vintage = service.client.get_vintage(known).await.unwrap().into_inner().vintage.unwrap();
    assert_eq!((vintage.number, vintage.observation_count, &vintage.digest), (1, 3, &report.digest));

    // The same request is answered in the same way; the same file without an id is found to be there.
    assert_eq!(import(&mut service.client, parts(header.clone(), FILE)).await.unwrap(), report);
    let again = ImportHeader { request_id: String::new(), ..header.clone() };
    let again = import(&mut service.client, parts(again, FILE)).await.unwrap();
    assert_eq!((again.vintage, again.already_there), (Some(1), true));
    let other = ImportHeader { label: "another".into(), ..header };
    let refused = import(&mut service.client, parts(other, FILE)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused)), (Code::InvalidArgument, "INVALID_FIELD".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_writes_nothing_and_a_file_with_errors_neither() {
    let mut service = service(&[]).await;
    let sent = parts(header(), FILE).into_iter().map(|sent| {
        let part = match sent.part.unwrap() {
            import_vintage_request::Part::Header(header) => validate_import_request::Part::Header(header),
            import_vintage_request::Part::Chunk(chunk) => validate_import_request::Part::Chunk(chunk),
        };
        ValidateImportRequest { part: Some(part) }
    });
    let sent: Vec<ValidateImportRequest> = sent.collect();
    let mut answer = service.client.validate_import(tokio_stream::iter(sent)).await.unwrap().into_inner();
    let mut report = None;
    while let Some(message) = answer.message().await.unwrap() {
        if let Some(validate_import_response::Part::Report(found)) = message.part {
            report = Some(found);
        }
    }
    let report = report.unwrap();
    assert_eq!((report.cells, report.series, report.vintage), (3, 2, None));

    let wrong = format!("{FILE}c,gdp,2015,one and a half\nc,gdp,15,2\n");
    let report = import(&mut service.client, parts(header(), &wrong)).await.unwrap();
    let codes: Vec<(&str, i64)> = report.errors.iter().map(|finding| (finding.code.as_str(), finding.count)).collect();
    assert_eq!((codes, report.vintage), (vec![("BAD_PERIOD", 1), ("BAD_NUMBER", 1)], None));
    let place = &report.errors[1].places[0];
    let found = (place.file.as_str(), place.line, place.column.as_str(), place.value.as_str());
    assert_eq!(found, ("gdp.csv", 5, "value", "one and a half"));
    let known = GetVintageRequest { dataset: "d".into(), vintage: None };
    let unknown = service.client.get_vintage(known).await.unwrap_err();
    assert_eq!((unknown.code(), reason(&unknown)), (Code::NotFound, "UNKNOWN_DATASET".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_was_published_after_today() {
    let mut service = service(&[]).await;
    let published = |day: &str| parts(ImportHeader { published: day.into(), ..header() }, FILE);
    let report = import(&mut service.client, published("9999-12-31")).await.unwrap();
    let codes: Vec<&str> = report.errors.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!((codes, report.vintage), (vec!["FUTURE_PUBLICATION"], None));
    let whole = ImportHeader { size_bytes: Some(FILE.len() as i64), ..header() };
    assert_eq!(import(&mut service.client, parts(whole, FILE)).await.unwrap().vintage, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_refused_by_field() {
    let mut service = service(&[("GROWTHPOLE__IMPORT__MAX_BYTES", "100")]).await;
    let with = |change: fn(&mut ImportHeader)| {
        let mut header = header();
        change(&mut header);
        parts(header, FILE)
    };
    let headless = parts(header(), FILE).split_off(1);
    let two = [parts(header(), FILE), parts(header(), FILE)].concat();
    for (sent, field) in [
        (with(|header| header.dataset = "D".into()), "header.dataset"),
        (with(|header| header.format = "xlsx".into()), "header.format"),
        (with(|header| header.mapping = "[columns]\nregoin = \"a\"".into()), "header.mapping"),
        (with(|header| header.published = "yesterday".into()), "header.published"),
        (with(|header| header.mode = 9), "header.mode"),
        (with(|header| header.size_bytes = Some(FILE.len() as i64 + 1)), "header.size_bytes"),
        (with(|header| header.size_bytes = Some(-1)), "header.size_bytes"),
        (with(|header| header.label = "l".repeat(256)), "header.label"),
        (with(|header| header.request_id = "r".repeat(129)), "header.request_id"),
        (headless, "header"),
        (Vec::new(), "header"),
        (two, "header"),
    ] {
        let refused = import(&mut service.client, sent).await.unwrap_err();
        let blamed = refused.get_details_bad_request().map(|request| request.field_violations[0].field.clone());
        assert_eq!((refused.code(), blamed.as_deref()), (Code::InvalidArgument, Some(field)), "{refused:?}");
    }
    let long = format!("{FILE}{FILE}");
    let refused = import(&mut service.client, parts(header(), &long)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused)), (Code::ResourceExhausted, "UPLOAD_TOO_LARGE".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_have_bounded_room_together_and_give_it_back() {
    let variables = [("GROWTHPOLE__IMPORT__MAX_BYTES", "100"), ("GROWTHPOLE__IMPORT__SPOOL_BYTES", "100")];
    let mut service = service(&variables).await;
    let (sender, receiver) = tokio::sync::mpsc::channel(64);
    for part in parts(header(), FILE) {
        sender.send(part).await.unwrap();
    }
    let mut answer = service.client.clone().import_vintage(ReceiverStream::new(receiver)).await.unwrap().into_inner();
    // The first upload is there but for its end, so that its room is taken; a second one has not enough.
    let refused = loop {
        match import(&mut service.client, parts(ImportHeader { dataset: "e".into(), ..header() }, FILE)).await {
            Err(refused) => break refused,
            // The first one's bytes are still on their way.
            Ok(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert_eq!((refused.code(), reason(&refused)), (Code::ResourceExhausted, "TOO_MANY_UPLOADS".to_owned()));
    drop(sender);
    while answer.message().await.unwrap().is_some() {}
    let later = ImportHeader { dataset: "f".into(), ..header() };
    assert_eq!(import(&mut service.client, parts(later, FILE)).await.unwrap().vintage, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stands_still_is_given_up_and_holds_up_no_other() {
    let variables = [("GROWTHPOLE__IMPORT__IDLE_SECONDS", "4"), ("GROWTHPOLE__IMPORT__AT_ONCE", "1")];
    let mut service = service(&variables).await;
    let (sender, receiver) = tokio::sync::mpsc::channel(2);
    sender.send(parts(header(), FILE).swap_remove(0)).await.unwrap();
    let mut silent = service.client.clone();
    let silent = tokio::spawn(async move {
        let mut answer = silent.import_vintage(ReceiverStream::new(receiver)).await?.into_inner();
        while answer.message().await?.is_some() {}
        Ok::<(), Status>(())
    });
    // The one turn is not taken by what is still on its way.
    let report = import(&mut service.client, parts(header(), FILE)).await.unwrap();
    assert_eq!(report.vintage, Some(1));
    assert!(!silent.is_finished(), "the import waited for the upload that stands still");
    let given_up = silent.await.unwrap().unwrap_err();
    assert_eq!((given_up.code(), reason(&given_up)), (Code::DeadlineExceeded, "UPLOAD_STALLED".to_owned()));
    drop(sender);
}
