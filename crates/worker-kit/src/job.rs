//! A call's computation, which its caller can watch and stop.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use growthpole_contracts::{Refusal, v1};
use growthpole_methods::Progress;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tonic::{Response, Status};

use crate::compute;

/// Time between two looks at how far a computation is.
const LOOK: Duration = Duration::from_millis(200);

/// The computation of one call. It stops when the job is dropped, as it is when the caller goes away or its time is up.
#[derive(Debug, Default)]
pub struct Job {
    progress: Arc<Progress>,
}

impl Job {
    /// A job that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs work on the threads for computations; see [`compute`](crate::compute()). Work passes the progress to its
    /// method, by which the method counts and stops.
    ///
    /// # Errors
    ///
    /// What the work refuses; a refusal without a cause when it panicked.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Progress) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Status> {
        let progress = Arc::clone(&self.progress);
        compute(move || work(&progress)).await
    }

    /// How far it is.
    pub fn progress(&self) -> v1::Progress {
        let (done, total) = self.progress.counted();
        v1::Progress { done, total }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.progress.stop();
    }
}

/// A streamed answer.
pub type Parts<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Answers an analysis in parts: how far its job is, and then the answer; see [`watched`].
///
/// # Errors
///
/// `INVALID_ARGUMENT` where the request holds no analysis.
pub fn analyzed<A, T, F>(
    analysis: Option<A>,
    answer: impl FnOnce(A, Arc<Job>) -> F,
    part: fn(v1::Progress) -> T,
) -> Result<Response<Parts<T>>, Status>
where
    F: Future<Output = Result<T, Status>> + Send + 'static,
    T: Send + 'static,
{
    let Some(analysis) = analysis else {
        return Err(Refusal::invalid("analysis", "nothing", "the request of one of the methods").into());
    };
    let job = Arc::new(Job::new());
    Ok(Response::new(Box::pin(watched(Arc::clone(&job), answer(analysis, job), part))))
}

/// The parts of a streamed answer: how far the job is whenever that has changed, and then what `answer` comes to.
///
/// The stream owns the answer and its job: dropping it stops the computation.
pub fn watched<T: Send + 'static>(
    job: Arc<Job>,
    answer: impl Future<Output = Result<T, Status>> + Send + 'static,
    part: fn(v1::Progress) -> T,
) -> impl Stream<Item = Result<T, Status>> + Send + 'static {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Watch { job, answer: Box::pin(answer), looks, told: v1::Progress::default(), part };
    unfold(Some(watch), |watch| async move {
        match watch {
            Some(watch) => Some(watch.next().await),
            None => None,
        }
    })
}

struct Watch<T> {
    job: Arc<Job>,
    answer: Pin<Box<dyn Future<Output = Result<T, Status>> + Send>>,
    looks: Interval,
    told: v1::Progress,
    part: fn(v1::Progress) -> T,
}

impl<T> Watch<T> {
    /// The next part, and the watch that goes on; nothing goes on after the answer.
    async fn next(mut self) -> (Result<T, Status>, Option<Self>) {
        loop {
            tokio::select! {
                biased;
                answer = &mut self.answer => return (answer, None),
                _ = self.looks.tick() => {
                    let now = self.job.progress();
                    if now != self.told {
                        self.told = now;
                        return (Ok((self.part)(now)), Some(self));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use futures_util::StreamExt as _;

    use super::*;

    /// Work that counts without end, and sets `stopped` once it was asked to stop.
    fn endless(progress: &Progress, stopped: &AtomicBool) -> Result<u64, Refusal> {
        progress.expect(1);
        while progress.advance(1).is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
        stopped.store(true, Ordering::Relaxed);
        Ok(progress.counted().0)
    }

    async fn until(stopped: &AtomicBool) {
        tokio::time::timeout(Duration::from_secs(10), async {
            while !stopped.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn stops_when_the_caller_goes_away() {
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stopped);
        let call = tokio::spawn(async move {
            let job = Job::new();
            job.compute(move |progress| endless(progress, &seen)).await
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!stopped.load(Ordering::Relaxed));
        call.abort();
        until(&stopped).await;
    }

    #[tokio::test]
    async fn tells_how_far_it_is_and_stops_when_nobody_listens() {
        let (stopped, job) = (Arc::new(AtomicBool::new(false)), Arc::new(Job::new()));
        let (seen, of_job) = (Arc::clone(&stopped), Arc::clone(&job));
        let answer = async move { of_job.compute(move |progress| endless(progress, &seen)).await };
        let mut parts = Box::pin(watched(job, answer, |progress| progress.done));
        let (first, second) = (parts.next().await.unwrap().unwrap(), parts.next().await.unwrap().unwrap());
        assert!(first > 0 && second > first, "{first}, {second}");
        drop(parts);
        until(&stopped).await;
    }

    #[tokio::test]
    async fn ends_with_the_answer_or_its_error() {
        let parts = |answer: Result<u64, Status>| async move {
            watched(Arc::new(Job::new()), async move { answer }, |progress| progress.done).collect::<Vec<_>>().await
        };
        assert_eq!(parts(Ok(7)).await.pop().unwrap().unwrap(), 7);
        let refused = parts(Err(Status::not_found("no"))).await;
        assert_eq!((refused.len(), refused[0].as_ref().unwrap_err().code()), (1, tonic::Code::NotFound));
    }
}
