//! MeasureConcentration: how industries are spread over regions, by amounts, by plants and by distances.

mod distances;
mod figures;
mod input;
mod listed;
mod options;
mod response;
mod tables;
mod task;
#[cfg(test)]
mod tests;

use growthpole_contracts::v1;
use growthpole_worker_kit::{Job, Method, PanelSource};
use tonic::Status;

use options::Options;
use task::Task;

const METHOD: Method = Method { name: "growthpole.v1.IndustryDivisionService/MeasureConcentration", revision: 1 };

pub(crate) async fn answer(
    panels: &dyn PanelSource,
    request: v1::MeasureConcentrationRequest,
    job: &Job,
) -> Result<v1::MeasureConcentrationResponse, Status> {
    let options = Options::read(&request)?;
    let input = match request.selection {
        Some(_) => input::of_selection(panels, request).await?,
        None => input::of_plants(request)?,
    };
    let task = Task::of(input, options)?;
    let (task, results) = job
        .compute(move |progress| {
            let results = task.run(progress)?;
            Ok((task, results))
        })
        .await?;
    Ok(response::response(task, results))
}
