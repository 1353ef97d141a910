//! Arrow Flight as it is served: the calls of Flight SQL, and those beside them that tell what there is.

use arrow_flight::flight_service_server::FlightService;
use arrow_flight::{
    Action, Criteria, Empty, FlightData, FlightDescriptor, FlightInfo, HandshakeRequest, PollInfo, SchemaResult,
    Ticket, flight_descriptor::DescriptorType,
};
use futures_util::stream::BoxStream;
use growthpole_datastore::Datastore;
use tonic::{Request, Response, Status, Streaming};

use super::Flight;

type Answer<T> = Result<Response<T>, Status>;

/// The service.
pub(crate) struct Served(Flight);

impl Served {
    pub(crate) fn new(store: Datastore) -> Self {
        Self(Flight::new(store))
    }
}

#[tonic::async_trait]
impl FlightService for Served {
    type HandshakeStream = <Flight as FlightService>::HandshakeStream;
    type ListFlightsStream = BoxStream<'static, Result<FlightInfo, Status>>;
    type DoGetStream = <Flight as FlightService>::DoGetStream;
    type DoPutStream = <Flight as FlightService>::DoPutStream;
    type DoExchangeStream = <Flight as FlightService>::DoExchangeStream;
    type DoActionStream = <Flight as FlightService>::DoActionStream;
    type ListActionsStream = <Flight as FlightService>::ListActionsStream;

    async fn handshake(&self, request: Request<Streaming<HandshakeRequest>>) -> Answer<Self::HandshakeStream> {
        FlightService::handshake(&self.0, request).await
    }

    /// Tables, and the indicators of every data set.
    async fn list_flights(&self, request: Request<Criteria>) -> Answer<Self::ListFlightsStream> {
        let flights = self.0.flights(&request.into_inner().expression).await?;
        Ok(Response::new(Box::pin(futures_util::stream::iter(flights.into_iter().map(Ok)))))
    }

    async fn get_flight_info(&self, request: Request<FlightDescriptor>) -> Answer<FlightInfo> {
        if request.get_ref().r#type() == DescriptorType::Path {
            return self.0.flight(request.get_ref()).await.map(Response::new);
        }
        FlightService::get_flight_info(&self.0, request).await
    }

    async fn poll_flight_info(&self, request: Request<FlightDescriptor>) -> Answer<PollInfo> {
        FlightService::poll_flight_info(&self.0, request).await
    }

    async fn get_schema(&self, request: Request<FlightDescriptor>) -> Answer<SchemaResult> {
        let info = self.get_flight_info(request).await?.into_inner();
        Ok(Response::new(SchemaResult { schema: info.schema }))
    }

    async fn do_get(&self, request: Request<Ticket>) -> Answer<Self::DoGetStream> {
        FlightService::do_get(&self.0, request).await
    }

    async fn do_put(&self, request: Request<Streaming<FlightData>>) -> Answer<Self::DoPutStream> {
        FlightService::do_put(&self.0, request).await
    }

    async fn do_exchange(&self, request: Request<Streaming<FlightData>>) -> Answer<Self::DoExchangeStream> {
        FlightService::do_exchange(&self.0, request).await
    }

    async fn do_action(&self, request: Request<Action>) -> Answer<Self::DoActionStream> {
        FlightService::do_action(&self.0, request).await
    }

    async fn list_actions(&self, request: Request<Empty>) -> Answer<Self::ListActionsStream> {
        FlightService::list_actions(&self.0, request).await
    }
}
