//! ObservationService: observations as they were published, page by page or as a stream.

use std::sync::Arc;

use futures_util::{Stream, StreamExt as _};
use growthpole_contracts::v1::{self, observation_service_server::ObservationService};
use growthpole_contracts::{Reason, Refusal};
use growthpole_datastore::{Datastore, ObservationQuery, ObservationReader, ObservationSet};
use growthpole_domain::{Catalogue, Observation, QueryError, VintageChoice, VintageInfo, Warning};
use growthpole_worker_kit::Method;
use growthpole_worker_kit::convert::{message, selection};
use growthpole_worker_kit::refuse;
use tonic::{Request, Response, Status};

use super::export_vintage::Exports;
use super::{Answer, Messages, aggregate_observations, messages};
use crate::chunks::{ROWS_PER_MESSAGE, messages_of, take};
use crate::convert;
use crate::page_token::{PageToken, mismatch};

const QUERY: Method = Method { name: "growthpole.v1.ObservationService/QueryObservations", revision: 1 };
const STREAM: Method = Method { name: "growthpole.v1.ObservationService/StreamObservations", revision: 1 };

const DEFAULT_PAGE: usize = 1000;
const GREATEST_PAGE: usize = 10_000;

/// The service.
pub(crate) struct Observations {
    store: Datastore,
    exports: Exports,
}

impl Observations {
    pub(crate) fn new(store: Datastore) -> Self {
        Self { exports: Exports::new(store.clone()), store }
    }

    async fn read(&self, query: &ObservationQuery) -> Result<Arc<ObservationSet>, Refusal> {
        self.store.observations(query).await.map_err(|error| refuse::query(error, "filter"))
    }

    async fn found(&self, query: &ObservationQuery) -> Result<Found, Refusal> {
        match self.store.large_observations(query).await.map_err(refused)? {
            Some(reader) => Ok(Found::Large(Box::new(reader))),
            None => self.read(query).await.map(Found::Kept),
        }
    }

    /// The query that a page belongs to: of the vintage that the first page read, whatever came since.
    fn pinned(&self, mut query: ObservationQuery, token: &PageToken) -> Result<ObservationQuery, Refusal> {
        let handle = self.store.dataset(&query.dataset).map_err(|error| refuse::query(error, "filter"))?;
        let vintage = handle.vintages.iter().find(|vintage| token.fits(vintage)).ok_or_else(mismatch)?;
        let indicators: Vec<&str> = query.indicators.iter().map(String::as_str).collect();
        // While the choice still means that vintage it stays as it is, so that every page has the same warnings.
        let same = handle.resolve_vintage(query.vintage, &indicators).is_ok_and(|found| found.vintage == vintage);
        if !same {
            query.vintage = VintageChoice::Number(vintage.number);
        }
        Ok(query)
    }
}

/// The observations of a query: kept, or read as they are taken.
enum Found {
    Kept(Arc<ObservationSet>),
    Large(Box<ObservationReader>),
}

impl Found {
    fn total(&self) -> usize {
        match self {
            Self::Kept(set) => set.rows.len(),
            Self::Large(reader) => reader.total,
        }
    }

    async fn page(&self, offset: usize, most: usize) -> Result<Vec<v1::Observation>, Refusal> {
        match self {
            Self::Kept(set) => Ok(take(&set.rows, offset, most, convert::observation)),
            Self::Large(reader) => {
                let rows = reader.page(offset, most).await.map_err(refused)?;
                Ok(take(&rows, 0, most, convert::observation))
            }
        }
    }

    fn about(&self) -> About<'_> {
        match self {
            Self::Kept(set) => {
                About { catalogue: &set.catalogue, vintage: &set.vintage, digest: &set.digest, warnings: &set.warnings }
            }
            Self::Large(reader) => About {
                catalogue: &reader.catalogue,
                vintage: &reader.vintage,
                digest: &reader.digest,
                warnings: &reader.warnings,
            },
        }
    }
}

/// What is said of observations, however they are read.
struct About<'a> {
    catalogue: &'a Catalogue,
    vintage: &'a VintageInfo,
    digest: &'a str,
    warnings: &'a [Warning],
}

fn refused(error: QueryError) -> Refusal {
    refuse::query(error, "filter")
}

/// The parts of a reader from one on.
pub(crate) fn parts(
    reader: ObservationReader,
    from: usize,
) -> impl Stream<Item = Result<Vec<Observation>, Status>> + Send + 'static {
    futures_util::stream::unfold(Some((reader, from)), |state| async {
        let (reader, at) = state?;
        if at >= reader.parts() {
            return None;
        }
        match reader.part(at).await {
            Ok(rows) => Some((Ok(rows), Some((reader, at + 1)))),
            Err(error) => Some((Err(refused(error).into()), None)),
        }
    })
}

#[tonic::async_trait]
impl ObservationService for Observations {
    type AggregateObservationsStream = Messages<v1::AggregateObservationsResponse>;
    type ExportVintageStream = Messages<v1::ExportVintageResponse>;
    type StreamObservationsStream = Messages<v1::StreamObservationsResponse>;

    async fn export_vintage(&self, request: Request<v1::ExportVintageRequest>) -> Answer<Self::ExportVintageStream> {
        self.exports.export(request.into_inner()).await
    }

    async fn query_observations(
        &self,
        request: Request<v1::QueryObservationsRequest>,
    ) -> Answer<v1::QueryObservationsResponse> {
        let v1::QueryObservationsRequest { filter, page_size, page_token } = request.into_inner();
        let filter = filter.ok_or_else(no_filter)?;
        let most = size_of_page(page_size)?;
        let query = parse(filter.clone())?;
        let (found, offset) = if page_token.is_empty() {
            (self.found(&query).await?, 0)
        } else {
            let token = PageToken::read(&page_token, &filter)?;
            let found = self.found(&self.pinned(query, &token)?).await?;
            let offset = usize::try_from(token.offset).ok().filter(|offset| *offset < found.total());
            (found, offset.ok_or_else(mismatch)?)
        };
        let observations = found.page(offset, most).await?;
        let next = offset + observations.len();
        let about = found.about();
        let token = || PageToken::new(next as u64, about.vintage).write(&filter);
        Ok(Response::new(v1::QueryObservationsResponse {
            next_page_token: if next < found.total() { token() } else { String::new() },
            total_size: convert::long(found.total()),
            provenance: Some(provenance(&about, &filter, &QUERY)),
            warnings: message::warnings(about.warnings),
            observations,
        }))
    }

    async fn stream_observations(
        &self,
        request: Request<v1::StreamObservationsRequest>,
    ) -> Answer<Self::StreamObservationsStream> {
        let filter = request.into_inner().filter.ok_or_else(no_filter)?;
        let found = self.found(&parse(filter.clone())?).await.map_err(Status::from)?;
        let about = found.about();
        let mut first = v1::StreamObservationsResponse {
            observations: Vec::new(),
            provenance: Some(provenance(&about, &filter, &STREAM)),
            warnings: message::warnings(about.warnings),
        };
        let set = match found {
            Found::Kept(set) => set,
            Found::Large(reader) => return stream_large(first, *reader).await,
        };
        first.observations = take(&set.rows, 0, ROWS_PER_MESSAGE, convert::observation);
        let mut offset = first.observations.len();
        let rest = std::iter::from_fn(move || {
            let observations = take(&set.rows, offset, ROWS_PER_MESSAGE, convert::observation);
            offset += observations.len();
            let part = v1::StreamObservationsResponse { observations, provenance: None, warnings: Vec::new() };
            (!part.observations.is_empty()).then_some(part)
        });
        messages(std::iter::once(first).chain(rest))
    }

    async fn aggregate_observations(
        &self,
        request: Request<v1::AggregateObservationsRequest>,
    ) -> Answer<Self::AggregateObservationsStream> {
        aggregate_observations::aggregate(&self.store, request.into_inner()).await
    }
}

/// The messages of observations that are read as they are taken.
async fn stream_large(
    head: v1::StreamObservationsResponse,
    reader: ObservationReader,
) -> Answer<Messages<v1::StreamObservationsResponse>> {
    let first = reader.part(0).await.map_err(refused)?;
    let mut head = Some(head);
    let messages = messages_of(first, parts(reader, 1), convert::observation).map(move |observations| {
        let head = head.take().unwrap_or_default();
        Ok(v1::StreamObservationsResponse { observations: observations?, ..head })
    });
    Ok(Response::new(messages.boxed()))
}

fn no_filter() -> Refusal {
    Refusal::invalid("filter", "nothing", "a filter")
}

/// More than the greatest page is no mistake: the caller gets fewer, as at the end (AIP-158).
fn size_of_page(sent: i32) -> Result<usize, Refusal> {
    match usize::try_from(sent) {
        Ok(0) => Ok(DEFAULT_PAGE),
        Ok(size) => Ok(size.min(GREATEST_PAGE)),
        Err(_) => Err(Refusal::invalid("page_size", sent, &format!("0 or more; at most {GREATEST_PAGE} come"))),
    }
}

/// Reads a filter.
pub(crate) fn parse(filter: v1::ObservationFilter) -> Result<ObservationQuery, Refusal> {
    selection::required("filter.dataset", &filter.dataset, "the id of a data set, as ListDatasets gives it")?;
    if filter.indicators.is_empty() {
        let field = "filter.indicators";
        return Err(Refusal::new(Reason::EmptySelection, format!("{field} chooses nothing"))
            .with_violation(field, "chooses nothing; at least one is needed"));
    }
    Ok(ObservationQuery {
        dataset: filter.dataset,
        vintage: selection::vintage(filter.vintage, "filter.vintage")?,
        indicators: filter.indicators,
        regions: selection::regions(filter.regions),
        industries: selection::industries(filter.industries, "filter.industries")?,
        periods: selection::periods(filter.periods, "filter.periods")?,
    })
}

/// Where the observations come from. The classification is named where all indicators share one.
fn provenance(about: &About<'_>, filter: &v1::ObservationFilter, method: &Method) -> v1::Provenance {
    let classification =
        |code: &String| about.catalogue.indicators.get(code).map(|known| known.classification.as_str());
    let mut classifications: Vec<_> = filter.indicators.iter().map(classification).collect();
    classifications.dedup();
    v1::Provenance {
        panel_digest: about.digest.to_owned(),
        classification: match classifications.as_slice() {
            [Some(only)] => (*only).to_owned(),
            _ => String::new(),
        },
        ..super::provenance(about.catalogue, about.vintage, method)
    }
}
