//! What requests with an id of the caller's were answered, so that one that is sent again does nothing again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use growthpole_contracts::{Refusal, v1};

/// How many answers are remembered.
const MOST: usize = 1000;

/// Answers by the ids of their requests; the oldest are forgotten.
#[derive(Debug, Default)]
pub(super) struct Answered(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    by_id: HashMap<String, Arc<tokio::sync::Mutex<Answer>>>,
    oldest_first: VecDeque<String>,
}

/// The answer to a request, once there is one.
#[derive(Debug, Default)]
pub(super) struct Answer(Option<(v1::ImportHeader, v1::ImportReport)>);

impl Answered {
    /// The answer to the request of an id, which one at a time works on.
    pub(super) fn of(&self, id: &str) -> Arc<tokio::sync::Mutex<Answer>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.by_id.get(id) {
            return Arc::clone(answer);
        }
        if known.oldest_first.len() >= MOST
            && let Some(oldest) = known.oldest_first.pop_front()
        {
            known.by_id.remove(&oldest);
        }
        known.oldest_first.push_back(id.to_owned());
        Arc::clone(known.by_id.entry(id.to_owned()).or_default())
    }
}

impl Answer {
    /// The answer that was given to a request; none yet. The id of another request is refused.
    pub(super) fn answer_to(&self, header: &v1::ImportHeader) -> Result<Option<v1::ImportReport>, Refusal> {
        match &self.0 {
            None => Ok(None),
            Some((known, report)) if known == header => Ok(Some(report.clone())),
            Some(_) => {
                let sent = format!("\"{}\" with another header than before", header.request_id);
                Err(Refusal::invalid("header.request_id", sent, "an id of its own for each request"))
            }
        }
    }

    pub(super) fn set(&mut self, header: v1::ImportHeader, report: v1::ImportReport) {
        self.0 = Some((header, report));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_id_is_answered_once_and_belongs_to_one_request() {
        let answered = Answered::default();
        let header = v1::ImportHeader { request_id: "1".into(), dataset: "d".into(), ..Default::default() };
        let report = v1::ImportReport { vintage: Some(3), ..Default::default() };
        assert_eq!(answered.of("1").lock().await.answer_to(&header), Ok(None));
        answered.of("1").lock().await.set(header.clone(), report.clone());
        assert_eq!(answered.of("1").lock().await.answer_to(&header), Ok(Some(report)));
        let other = v1::ImportHeader { dataset: "e".into(), ..header.clone() };
        assert!(answered.of("1").lock().await.answer_to(&other).is_err());
        for id in 2..=MOST + 1 {
            answered.of(&id.to_string());
        }
        assert_eq!(answered.of("1").lock().await.answer_to(&header), Ok(None));
    }
}
