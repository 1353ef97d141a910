//! Every key there is, with its documentation.

/// A key that may be set.
#[derive(Debug)]
pub(super) struct Key {
    /// Section and name, `server.listen`.
    pub(super) path: &'static str,
    /// What it does, for the reference file.
    pub(super) doc: &'static str,
}

const fn key(path: &'static str, doc: &'static str) -> Key {
    Key { path, doc }
}

/// The key of the list of workers, which is a list of tables in the file.
pub(super) const WORKERS: &str = "workers";

/// The default of this key depends on the user.
pub(super) const DIRECTORY: &str = "data.directory";

/// The key that says the same in another way.
pub(super) const URL: &str = "data.url";

/// All keys, by section.
pub(super) const KEYS: &[Key] = &[
    key(
        "server.listen",
        "Where to listen: \"127.0.0.1:50051\", \"[::1]:50051\" or \"unix:/path\"; port 0 takes a free one.",
    ),
    key(
        "server.insecure",
        "Whether other machines may connect although there is neither TLS nor authentication. Listening on anything but \
         this machine's own addresses needs it.",
    ),
    key("server.max_connections", "Connections served at a time; the next ones wait to be accepted."),
    key("server.max_concurrent_streams", "Calls at a time on one connection."),
    key(
        "server.max_concurrent_requests",
        "Calls at a time in the whole process; more are refused with RESOURCE_EXHAUSTED. Health and reflection do not count.",
    ),
    key(
        "server.inner_services",
        "Services that other calls here wait for: workers elsewhere read their panels from this process. Calls of them are \
         counted apart, with the same limit, so that calls taken on are not refused what they need. In the file only.",
    ),
    key("server.max_header_list_bytes", "Size of all headers of a call together."),
    key("server.default_deadline_seconds", "Time in seconds for a call whose caller names none."),
    key("server.max_deadline_seconds", "The most time in seconds that a caller may ask for."),
    key(
        "server.method_deadlines",
        "Time in seconds for single methods instead of both above, for example { \
         \"growthpole.v1.IndustryDivisionService/ProposeDivision\" = 120.0 }; 0 leaves it to the caller alone. In the file \
         only.",
    ),
    key(
        "server.unlimited_methods",
        "Methods that take as long as their callers let them: endless streams, and those as long as the file or table that is \
         sent; of DoGet, SQL has query.timeout_seconds. In the file only.",
    ),
    key("server.drain_seconds", "Time in seconds that running calls get to finish once the server is told to stop."),
    key("server.max_message_bytes", "Size of a received message."),
    key(
        "server.adaptive_window",
        "Whether flow-control windows follow the measured bandwidth; the two sizes below are then not used. Measuring \
         costs a ping for every message received, which pays for large uploads over long ways only.",
    ),
    key("server.stream_window_bytes", "Flow-control window of one call."),
    key("server.connection_window_bytes", "Flow-control window of one connection."),
    key(
        DIRECTORY,
        "Where data are kept. Left out: `growthpole` in the user's data directory, on Linux $XDG_DATA_HOME or \
         ~/.local/share.",
    ),
    key(
        URL,
        "Where data are kept instead of a directory: \"s3://bucket/prefix\", \"gs://bucket/prefix\", \
         \"az://container/prefix\", \"file:///path\" or \"memory://\". One of the two keys may be set; of two layers, the \
         later wins. Keys of a bucket are taken from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
         GOOGLE_SERVICE_ACCOUNT, AZURE_STORAGE_ACCOUNT_KEY …).",
    ),
    key(
        "data.options",
        "How a bucket is reached, by the names of the environment's variables in lower case, for example { aws_endpoint = \
         \"http://127.0.0.1:9000\", aws_region = \"us-east-1\", aws_allow_http = \"true\", \
         aws_virtual_hosted_style_request = \"false\" }. They win over the environment; secrets are refused here. In the file \
         only.",
    ),
    key(
        "data.refresh_seconds",
        "Time in seconds after which the service looks for vintages that other processes committed or retracted; 0 is never.",
    ),
    key("data.cache_bytes", "Size of the panels and catalogues kept in memory."),
    key("import.max_bytes", "Bytes of an uploaded file, as it is sent: compressed files count compressed."),
    key(
        "import.at_once",
        "Imports at a time; the next ones wait for their turn, which they have when their file is there as a whole.",
    ),
    key(
        "import.spool_bytes",
        "Bytes of uploads that may lie in temporary files at a time, of files that are on their way or wait for their turn; at \
         least import.max_bytes.",
    ),
    key("import.idle_seconds", "Time in seconds that the next part of an upload may take to come."),
    key(
        "import.sort_bytes",
        "Memory in which the cells of one import are sorted; what has no room waits in temporary files.",
    ),
    key("import.scratch", "Folder of temporary files: uploads, and what is being sorted. Empty: the system's."),
    key(
        "query.memory_bytes",
        "Bytes that the sorts, joins and groups of all running queries may take together; a query that needs more is refused \
         with RESOURCE_EXHAUSTED.",
    ),
    key("query.max_rows", "Rows that the answer of one SQL statement may have; one with more is refused."),
    key(
        "query.timeout_seconds",
        "Time in seconds that one SQL statement may take, from its arrival to the last row that its caller takes.",
    ),
    key(
        "query.threads",
        "Threads that queries run on, apart from those that answer calls; 0 is as many as the machine has cores.",
    ),
    key(
        "query.large_table_rows",
        "Rows from which on a table is read by the query engine, a part at a time, and no longer decoded whole and kept in \
         memory. Answers do not depend on it.",
    ),
    key(
        "query.ballista",
        "The scheduler of an Apache Ballista cluster that large tables are queried on, \"df://host:50050\"; empty: this \
         process queries them. The program must have been built with the feature `ballista`; docs/cluster.md says what runs \
         there and when it pays.",
    ),
    key(
        "query.ballista_partitions",
        "Parts that a query is split into on the cluster: about as many as its executors have cores together.",
    ),
    key(
        "compute.threads",
        "Threads of one long computation; 0 is as many as the machine has cores. Results do not depend on it.",
    ),
    key(
        "compute.at_once",
        "Long computations at a time; others wait for their turn. 0 is twice the number of cores, and at least four.",
    ),
    key("router.connect_seconds", "Time in seconds for a connection to a worker to be made."),
    key("router.learn_seconds", "Time in seconds for reflection to tell everything about a worker."),
    key(
        "router.least_pause_seconds",
        "The first pause in seconds before a worker that was not reached is dialled again; it doubles from there.",
    ),
    key("router.greatest_pause_seconds", "The longest such pause in seconds."),
    key(
        "router.incompatible_pause_seconds",
        "Pause in seconds before a worker that cannot be served here is asked again.",
    ),
    key(
        "router.check_interval_seconds",
        "Time in seconds between two health checks of a worker that refuses to be watched.",
    ),
    key("router.check_seconds", "Time in seconds for one such check."),
    key("router.check_misses", "Checks that must fail in a row before the worker counts as lost."),
    key(
        "log.format",
        "How a line of the log looks: \"text\" for people or \"json\" for programs. Logs go to standard error.",
    ),
    key(
        "log.level",
        "What is logged: \"error\", \"warn\", \"info\", \"debug\" or \"trace\", also by crate: \
         \"warn,growthpole_api=debug\". Commands that only ask log warnings, unless the environment or a flag says otherwise.",
    ),
    key(
        WORKERS,
        "Workers that run as processes of their own; the others run in this one. In the environment and on the command \
         line: NAME=URL,NAME=URL.",
    ),
];

/// Tells whether `path` is a key.
pub(super) fn is_key(path: &str) -> bool {
    KEYS.iter().any(|key| key.path == path)
}

/// Tells whether `path` is a section.
pub(super) fn is_section(path: &str) -> bool {
    KEYS.iter().any(|key| key.path.split_once('.').is_some_and(|(section, _)| section == path))
}

/// The keys most like `path`.
pub(super) fn nearest(path: &str) -> Vec<String> {
    let found = growthpole_domain::nearest::nearest(path, KEYS.iter().map(|key| key.path), 1);
    if !found.is_empty() {
        return found;
    }
    // A key written without its section, or in another one.
    let name = path.rsplit('.').next().unwrap_or(path);
    let by_name = |key: &&Key| key.path.rsplit('.').next() == Some(name);
    KEYS.iter().filter(by_name).map(|key| key.path.to_owned()).take(1).collect()
}
