//! Where long computations run: apart from the threads that answer calls, and at a lower priority.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use growthpole_contracts::Refusal;
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tonic::Status;

/// How much of the machine computations may take.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ComputeSettings {
    /// Threads of one computation; 0 is as many as the machine has cores. Results do not depend on it.
    pub threads: usize,
    /// Computations at a time; others wait for their turn. 0 is twice the number of cores, and at least four.
    pub at_once: usize,
}

/// Most threads that a setting may ask for.
const MOST: usize = 1024;

impl ComputeSettings {
    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// A sentence for every value that is not allowed, each starting with its key.
    pub fn validate(&self) -> Result<(), Vec<String>> {
        let fields = [("threads", self.threads), ("at_once", self.at_once)];
        let wrong = fields.into_iter().filter(|(_, value)| *value > MOST);
        let mistakes: Vec<String> =
            wrong.map(|(name, value)| format!("{name} = {value} is too large: allowed are 0 to {MOST}")).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }
}

/// Settles how much computations may take, before the first one runs; later calls change nothing.
pub fn configure(settings: &ComputeSettings) {
    // Whoever comes first settles it: in one process all workers share the machine.
    let _already = PLACES.set(Places::new(settings));
}

static PLACES: OnceLock<Places> = OnceLock::new();

/// Places for computations, each with threads of its own, so that a short one never waits behind the tasks of a long one.
struct Places {
    free: Arc<Semaphore>,
    pools: Arc<Mutex<Vec<ThreadPool>>>,
    threads: usize,
}

impl Places {
    fn new(settings: &ComputeSettings) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let given = |value: usize, default: usize| if value == 0 { default } else { value.min(MOST) };
        let at_once = given(settings.at_once, (2 * cores).max(4));
        Self {
            free: Arc::new(Semaphore::new(at_once)),
            pools: Arc::new(Mutex::new(Vec::new())),
            threads: given(settings.threads, cores),
        }
    }
}

/// Runs a computation apart from the threads that answer calls, so that the process goes on answering.
///
/// So many run at a time as the settings say; others wait for their turn, and a call whose caller went away while it
/// waited never begins. A computation that has begun keeps its place until it ends, so that abandoned work cannot pile
/// up; [`Job::compute`](crate::Job::compute) ends it early. Parallel iterators inside `work` run on the threads of its
/// place.
///
/// # Errors
///
/// What the computation refuses; a refusal without a cause when it panicked or no thread could be started.
pub async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Status> {
    let places = PLACES.get_or_init(|| Places::new(&ComputeSettings::default()));
    let place = Arc::clone(&places.free).acquire_owned().await.map_err(Refusal::internal)?;
    let (pools, threads) = (Arc::clone(&places.pools), places.threads);
    let in_its_place = move || {
        let kept = pools.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let pool = kept.map_or_else(|| start(threads), Ok)?;
        let result = pool.install(work);
        pools.lock().unwrap_or_else(PoisonError::into_inner).push(pool);
        drop(place);
        result
    };
    match tokio::task::spawn_blocking(in_its_place).await {
        Ok(result) => result.map_err(Status::from),
        Err(stopped) => Err(Refusal::internal(stopped).into()),
    }
}

/// Starts the threads of a place.
fn start(threads: usize) -> Result<ThreadPool, Refusal> {
    let builder = ThreadPoolBuilder::new().num_threads(threads);
    let builder = builder.thread_name(|index| format!("compute-{index}")).start_handler(|_| give_way());
    builder.build().map_err(Refusal::internal)
}

/// Lets the threads that answer calls go first. Elsewhere than on Linux a priority is of the whole process.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(cause) = rustix::process::nice(10) {
        tracing::debug!(%cause, "computations keep the priority of the process");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn work_whose_caller_went_away_in_the_queue_never_begins() {
        let at_once = PLACES.get_or_init(|| Places::new(&ComputeSettings::default())).free.available_permits();
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let finished = Arc::new(Mutex::new(finished));
        let running: Vec<_> = (0..at_once)
            .map(|_| {
                let finished = Arc::clone(&finished);
                tokio::spawn(compute(move || Ok(finished.lock().unwrap().recv().is_err())))
            })
            .collect();
        // All places are taken once nothing can be begun any more.
        let begun = Arc::new(AtomicUsize::new(0));
        loop {
            let count = Arc::clone(&begun);
            let waiting = compute(move || Ok(count.fetch_add(1, Ordering::Relaxed)));
            if tokio::time::timeout(Duration::from_millis(100), waiting).await.is_err() {
                break;
            }
        }
        let before = begun.load(Ordering::Relaxed);
        drop(finish);
        for task in running {
            task.await.unwrap().unwrap();
        }
        compute(|| Ok(())).await.unwrap();
        assert_eq!(begun.load(Ordering::Relaxed), before);
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_and_frees_its_place() {
        for _ in 0..20 {
            let refused = compute::<()>(|| std::panic::panic_any("broken")).await.unwrap_err();
            assert_eq!(refused.code(), tonic::Code::Internal);
        }
        assert!(compute(|| Ok(rayon::current_thread_index().is_some())).await.unwrap());
    }

    #[test]
    fn settings_have_bounds() {
        assert!(ComputeSettings::default().validate().is_ok());
        let mistakes = ComputeSettings { threads: 5000, at_once: 2 }.validate().unwrap_err();
        assert_eq!(mistakes, ["threads = 5000 is too large: allowed are 0 to 1024"]);
    }
}
