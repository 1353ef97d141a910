//! RetractVintage: takes a vintage back.

use growthpole_contracts::{Refusal, v1};
use growthpole_datastore::Datastore;
use growthpole_worker_kit::convert::message::count;
use growthpole_worker_kit::convert::selection::required;
use tonic::Response;

use super::{Answer, dataset, storing};

/// Takes the vintage back, and tells the reason that stands.
pub(super) async fn answer(
    store: &Datastore,
    request: v1::RetractVintageRequest,
) -> Answer<v1::RetractVintageResponse> {
    required("dataset", &request.dataset, "the id of a data set, as ListDatasets gives it")?;
    let number = u32::try_from(request.number).ok().filter(|number| *number > 0);
    let number = number.ok_or_else(|| Refusal::invalid("number", request.number, "the number of a vintage, from 1"))?;
    let now = jiff::Timestamp::now();
    let retracted = store.retract_vintage(&request.dataset, number, &request.reason, now).await;
    let retracted = retracted.map_err(storing::store)?;
    let latest = dataset(store, &request.dataset)?.latest().map(|vintage| count(vintage.number));
    let retraction = retracted.vintage.retracted;
    Ok(Response::new(v1::RetractVintageResponse {
        dataset: request.dataset,
        number: request.number,
        retracted_at: retraction.as_ref().map(|retraction| retraction.at.to_string()).unwrap_or_default(),
        reason: retraction.map(|retraction| retraction.reason).unwrap_or_default(),
        already_retracted: retracted.already,
        latest_vintage: latest.unwrap_or_default(),
    }))
}
