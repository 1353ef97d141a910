//! The one error that crosses RPC: a closed set of reasons, each with its code, and google.rpc details.

mod status;

use std::collections::BTreeMap;
use std::time::Duration;

use tonic::Code;

/// The domain of every `ErrorInfo` that this software writes.
pub const ERROR_DOMAIN: &str = "growthpole";

/// Why a call was refused. Clients match on [`Reason::as_str`], never on the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No data set of that id.
    UnknownDataset,
    /// No vintage of that number.
    UnknownVintage,
    /// Nothing was published on or before the day asked for.
    AsOfBeforeFirstVintage,
    /// Every vintage of the data set was retracted: only a number chooses one.
    AllVintagesRetracted,
    /// No region of that code.
    UnknownRegion,
    /// No region has that level.
    UnknownLevel,
    /// No group of that id.
    UnknownGroup,
    /// No industry of that code in the indicator's classification.
    UnknownIndustry,
    /// No indicator of that code.
    UnknownIndicator,
    /// The vintage asked for does not hold the indicator.
    IndicatorNotInVintage,
    /// No method or service of that name.
    UnknownMethod,
    /// A field holds a value that is not allowed.
    InvalidField,
    /// The selection chooses nothing.
    EmptySelection,
    /// The page token belongs to another request.
    PageTokenMismatch,
    /// Constraints contradict each other.
    ContradictoryConstraints,
    /// More regions or industries than the exact division plan takes.
    DivisionTooLarge,
    /// The program was built without what is asked for.
    NotBuilt,
    /// Other vintages were committed meanwhile, again and again.
    CommitContended,
    /// None of the periods has data.
    NoData,
    /// Cells without a value, under the policy that refuses them.
    MissingCells,
    /// The method is not defined on these data.
    UndefinedOnData,
    /// It is no SQL statement, or not one question.
    InvalidSql,
    /// A query takes more memory, or has more rows, than is allowed.
    QueryLimit,
    /// A query takes longer than is allowed.
    QueryTimeout,
    /// The exact solution takes more work than is allowed.
    WorkLimit,
    /// An uploaded file is larger than is taken.
    UploadTooLarge,
    /// Uploads have no more room together.
    TooManyUploads,
    /// An upload stood still for longer than is waited.
    UploadStalled,
    /// The caller went away before the answer was there.
    Stopped,
    /// A worker cannot be reached.
    WorkerUnavailable,
    /// The store cannot be reached.
    StorageUnavailable,
    /// The store does not refuse to write over what is there, so that commits would not be safe.
    StoreUnsafe,
    /// The query cluster cannot be reached, or lost what it computed.
    ClusterUnavailable,
    /// What is stored does not match its digest or its schema.
    DataCorrupt,
    /// A mistake of this software.
    Internal,
}

impl Reason {
    /// The reason as `ErrorInfo` carries it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownDataset => "UNKNOWN_DATASET",
            Self::UnknownVintage => "UNKNOWN_VINTAGE",
            Self::AsOfBeforeFirstVintage => "AS_OF_BEFORE_FIRST_VINTAGE",
            Self::AllVintagesRetracted => "ALL_VINTAGES_RETRACTED",
            Self::UnknownRegion => "UNKNOWN_REGION",
            Self::UnknownLevel => "UNKNOWN_LEVEL",
            Self::UnknownGroup => "UNKNOWN_GROUP",
            Self::UnknownIndustry => "UNKNOWN_INDUSTRY",
            Self::UnknownIndicator => "UNKNOWN_INDICATOR",
            Self::IndicatorNotInVintage => "INDICATOR_NOT_IN_VINTAGE",
            Self::UnknownMethod => "UNKNOWN_METHOD",
            Self::InvalidField => "INVALID_FIELD",
            Self::EmptySelection => "EMPTY_SELECTION",
            Self::PageTokenMismatch => "PAGE_TOKEN_MISMATCH",
            Self::ContradictoryConstraints => "CONTRADICTORY_CONSTRAINTS",
            Self::DivisionTooLarge => "DIVISION_TOO_LARGE",
            Self::NotBuilt => "NOT_BUILT",
            Self::CommitContended => "COMMIT_CONTENDED",
            Self::NoData => "NO_DATA",
            Self::MissingCells => "MISSING_CELLS",
            Self::UndefinedOnData => "UNDEFINED_ON_DATA",
            Self::InvalidSql => "INVALID_SQL",
            Self::QueryLimit => "QUERY_LIMIT",
            Self::QueryTimeout => "QUERY_TIMEOUT",
            Self::WorkLimit => "WORK_LIMIT",
            Self::UploadTooLarge => "UPLOAD_TOO_LARGE",
            Self::TooManyUploads => "TOO_MANY_UPLOADS",
            Self::UploadStalled => "UPLOAD_STALLED",
            Self::Stopped => "STOPPED",
            Self::WorkerUnavailable => "WORKER_UNAVAILABLE",
            Self::StorageUnavailable => "STORAGE_UNAVAILABLE",
            Self::StoreUnsafe => "STORE_UNSAFE",
            Self::ClusterUnavailable => "CLUSTER_UNAVAILABLE",
            Self::DataCorrupt => "DATA_CORRUPT",
            Self::Internal => "INTERNAL",
        }
    }

    /// The code that goes with the reason.
    pub fn code(self) -> Code {
        match self {
            Self::UnknownDataset
            | Self::UnknownVintage
            | Self::AsOfBeforeFirstVintage
            | Self::UnknownRegion
            | Self::UnknownLevel
            | Self::UnknownGroup
            | Self::UnknownIndustry
            | Self::UnknownIndicator
            | Self::NoData => Code::NotFound,
            Self::UnknownMethod | Self::NotBuilt => Code::Unimplemented,
            Self::InvalidField
            | Self::InvalidSql
            | Self::EmptySelection
            | Self::PageTokenMismatch
            | Self::ContradictoryConstraints
            | Self::DivisionTooLarge => Code::InvalidArgument,
            Self::CommitContended => Code::Aborted,
            Self::AllVintagesRetracted
            | Self::IndicatorNotInVintage
            | Self::MissingCells
            | Self::UndefinedOnData
            | Self::StoreUnsafe => Code::FailedPrecondition,
            Self::WorkLimit | Self::QueryLimit | Self::UploadTooLarge | Self::TooManyUploads => Code::ResourceExhausted,
            Self::QueryTimeout | Self::UploadStalled => Code::DeadlineExceeded,
            Self::Stopped => Code::Cancelled,
            Self::WorkerUnavailable | Self::StorageUnavailable | Self::ClusterUnavailable => Code::Unavailable,
            Self::DataCorrupt => Code::DataLoss,
            Self::Internal => Code::Internal,
        }
    }
}

/// A field that holds what is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the request, for example `selection.periods.range.start`.
    pub field: String,
    /// What was sent, and what is allowed.
    pub description: String,
}

/// A refused call, before it becomes a gRPC status. Behind a box, so that results which may hold one stay small.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal(Box<RefusalContent>);

/// What a refusal says.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusalContent {
    /// Why.
    pub reason: Reason,
    /// A sentence for people.
    pub message: String,
    /// Fields to blame.
    pub violations: Vec<Violation>,
    /// Kind and name of the thing that is not there.
    pub resource: Option<(String, String)>,
    /// Further facts, for programs.
    pub metadata: BTreeMap<String, String>,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal with a sentence and nothing else.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self(Box::new(RefusalContent {
            reason,
            message: message.into(),
            violations: Vec::new(),
            resource: None,
            metadata: BTreeMap::new(),
            retry_after: None,
        }))
    }

    /// A field holds `sent`, which is not allowed; `allowed` completes the sentence "allowed: …".
    pub fn invalid(field: &str, sent: impl std::fmt::Display, allowed: &str) -> Self {
        let description = format!("{sent} was sent; allowed: {allowed}");
        Self::new(Reason::InvalidField, format!("{field}: {description}")).with_violation(field, description)
    }

    /// A name that is not known, with the nearest ones that are.
    pub fn unknown(reason: Reason, kind: &str, field: &str, sent: &str, nearest: &[String]) -> Self {
        let hint = match nearest {
            [] => String::new(),
            names => format!("; nearest: {}", names.join(", ")),
        };
        let message = format!("there is no {kind} \"{sent}\"{hint}");
        let mut refusal = Self::new(reason, message.clone())
            .with_violation(field, message)
            .with_metadata("sent", sent)
            .with_metadata("nearest", nearest.join(","));
        refusal.0.resource = Some((kind.to_owned(), sent.to_owned()));
        refusal
    }

    /// A mistake of ours: the caller gets a short sentence, the log the cause.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Reason::Internal, "internal error; the log of the service has the cause")
    }

    /// Adds a field to blame.
    #[must_use]
    pub fn with_violation(mut self, field: impl Into<String>, description: impl Into<String>) -> Self {
        self.0.violations.push(Violation { field: field.into(), description: description.into() });
        self
    }

    /// Adds a fact for programs.
    #[must_use]
    pub fn with_metadata(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.metadata.insert(key.to_owned(), value.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Duration) -> Self {
        self.0.retry_after = Some(delay);
        self
    }
}

impl std::ops::Deref for Refusal {
    type Target = RefusalContent;

    fn deref(&self) -> &RefusalContent {
        &self.0
    }
}
