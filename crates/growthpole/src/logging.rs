//! Logs, to standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogSettings};

/// Starts logging. Does nothing when something else in the process already has.
pub(crate) fn start(settings: &LogSettings) {
    // The level was checked with the rest of the configuration.
    let filter = EnvFilter::try_new(&settings.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let ansi = std::io::IsTerminal::is_terminal(&std::io::stderr());
    // Complaints about a closed standard error would go to standard error, and panic.
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .log_internal_errors(false);
    let _started = match settings.format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
}

/// What libraries log by the crate `log` goes the same way.
#[cfg(feature = "ballista")]
pub(crate) fn with_libraries() {
    // Another logger may be there already; then they go its way.
    let _started = tracing_log::LogTracer::init();
}
