//! Merged reflection, through a real client of both versions; and the list of methods.

use growthpole_router::WorkerState;
use prost::Message;
use prost_types::FileDescriptorProto;
use tokio_stream::StreamExt;
use tonic::transport::Channel;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ExtensionRequest, ServerReflectionRequest};
use tonic_reflection::pb::v1alpha;

use crate::support::{ECHO, RANKING, Reflection, echo_worker, ranking_worker, route_to};

async fn ask(channel: &Channel, requests: Vec<Option<MessageRequest>>) -> Vec<MessageResponse> {
    let requests: Vec<_> = requests
        .into_iter()
        .map(|message_request| ServerReflectionRequest { host: "h".into(), message_request })
        .collect();
    let answers = ServerReflectionClient::new(channel.clone())
        .server_reflection_info(tokio_stream::iter(requests.clone()))
        .await
        .unwrap()
        .into_inner();
    let answers: Vec<_> = answers.map(Result::unwrap).collect().await;
    for (answer, request) in answers.iter().zip(requests) {
        assert_eq!((answer.valid_host.as_str(), answer.original_request.as_ref()), ("h", Some(&request)));
    }
    answers.into_iter().map(|answer| answer.message_response.unwrap()).collect()
}

async fn services(channel: &Channel) -> Vec<String> {
    match ask(channel, vec![Some(MessageRequest::ListServices(String::new()))]).await.remove(0) {
        MessageResponse::ListServicesResponse(list) => list.service.into_iter().map(|found| found.name).collect(),
        other => panic!("{other:?}"),
    }
}

fn names(response: &MessageResponse) -> Vec<String> {
    match response {
        MessageResponse::FileDescriptorResponse(files) => files
            .file_descriptor_proto
            .iter()
            .map(|bytes| FileDescriptorProto::decode(bytes.as_slice()).unwrap().name().to_owned())
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn error_code(response: &MessageResponse) -> i32 {
    match response {
        MessageResponse::ErrorResponse(error) => error.error_code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn everybodys_services_are_listed_and_described() {
    let worker = echo_worker("Word", Reflection::V1, None).await;
    let routed = route_to("echo", &worker).await;
    let listed = services(&routed.channel).await;
    assert_eq!(
        listed,
        [
            ECHO,
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection"
        ]
    );
    let extension = ExtensionRequest { containing_type: "growthpole.v1.Selection".into(), extension_number: 7 };
    let answers = ask(
        &routed.channel,
        vec![
            Some(MessageRequest::FileContainingSymbol(format!("{ECHO}.Chat"))),
            Some(MessageRequest::FileByFilename("growthpole/v1/panel.proto".into())),
            Some(MessageRequest::FileContainingSymbol("growthpole.v1.Nothing".into())),
            Some(MessageRequest::FileByFilename("nothing.proto".into())),
            Some(MessageRequest::FileContainingExtension(extension)),
            Some(MessageRequest::AllExtensionNumbersOfType("growthpole.v1.Selection".into())),
            Some(MessageRequest::AllExtensionNumbersOfType("growthpole.v1.Nothing".into())),
            None,
        ],
    )
    .await;
    assert_eq!(names(&answers[0]), ["example/echo.proto"]);
    assert_eq!(
        names(&answers[1]),
        [
            "growthpole/v1/panel.proto",
            "growthpole/v1/catalog.proto",
            "growthpole/v1/provenance.proto",
            "growthpole/v1/selection.proto"
        ]
    );
    assert_eq!([2, 3, 4, 6, 7].map(|position| error_code(&answers[position])), [5, 5, 5, 5, 3]);
    assert!(
        matches!(&answers[5], MessageResponse::AllExtensionNumbersResponse(none) if none.extension_number.is_empty())
    );

    worker.kill().await;
    routed.wait_for("echo", WorkerState::Lost).await;
    assert!(!services(&routed.channel).await.contains(&ECHO.to_owned()));
}

#[tokio::test]
async fn a_long_symbol_is_not_said_twice() {
    let worker = echo_worker("Word", Reflection::V1, None).await;
    let routed = route_to("echo", &worker).await;
    let answers = ask(&routed.channel, vec![Some(MessageRequest::FileContainingSymbol("é".repeat(1 << 20)))]).await;
    assert!(matches!(&answers[0], MessageResponse::ErrorResponse(error) if error.error_message.len() < 1000));
}

#[tokio::test]
async fn the_old_version_answers_the_same() {
    let worker = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &worker).await;
    let request = v1alpha::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1alpha::server_reflection_request::MessageRequest::ListServices(String::new())),
    };
    let answer = v1alpha::server_reflection_client::ServerReflectionClient::new(routed.channel.clone())
        .server_reflection_info(tokio_stream::once(request))
        .await
        .unwrap()
        .into_inner()
        .message()
        .await
        .unwrap()
        .unwrap();
    let v1alpha::server_reflection_response::MessageResponse::ListServicesResponse(list) =
        answer.message_response.unwrap()
    else {
        panic!("no list");
    };
    let listed: Vec<String> = list.service.into_iter().map(|found| found.name).collect();
    assert_eq!(listed, services(&routed.channel).await);
    assert!(listed.contains(&RANKING.to_owned()));
}

#[tokio::test]
async fn methods_are_listed_with_who_serves_them_and_their_comments() {
    let worker = ranking_worker(None).await;
    let routed = route_to("growth-ranking", &worker).await;
    let methods = routed.router.methods();
    let found = methods.iter().find(|method| method.service == RANKING && method.name == "RankGrowth").unwrap();
    assert_eq!(found.worker, "growth-ranking");
    assert!(found.documentation.starts_with("Ranks regions"), "{found:?}");
    let health = methods.iter().find(|method| method.service == "grpc.health.v1.Health").unwrap();
    assert_eq!(health.worker, "api");
    let mut sorted = methods.clone();
    sorted.sort_by(|a, b| (&a.service, &a.name).cmp(&(&b.service, &b.name)));
    assert_eq!(methods, sorted);
}
