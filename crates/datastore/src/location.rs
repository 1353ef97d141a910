//! Where a store lies: a directory, memory, or a bucket by its URL.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use growthpole_domain::nearest::nearest;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};

use crate::{Datastore, StoreError, StoreSettings};

/// Where a store may lie, for messages.
const ALLOWED: &str =
    "a directory, file:///path, s3://bucket/prefix, gs://bucket/prefix, az://container/prefix, memory://";

/// Schemes of URLs that are known.
const SCHEMES: [&str; 10] = ["file", "memory", "s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "adl"];

/// Options that are often meant, for the nearest to one that is not known.
const OPTIONS: [&str; 19] = [
    "aws_access_key_id",
    "aws_allow_http",
    "aws_conditional_put",
    "aws_endpoint",
    "aws_region",
    "aws_role_arn",
    "aws_skip_signature",
    "aws_virtual_hosted_style_request",
    "aws_web_identity_token_file",
    "azure_storage_account_name",
    "azure_storage_client_id",
    "azure_storage_endpoint",
    "azure_storage_tenant_id",
    "azure_storage_use_emulator",
    "connect_timeout",
    "google_base_url",
    "google_service_account",
    "proxy_url",
    "timeout",
];

/// Ends of the names of options that hold secrets.
const SECRETS: [&str; 8] =
    ["secret_access_key", "client_secret", "token", "account_key", "access_key", "master_key", "sas_key", "key_base64"];

/// Requests that fail with an error of the server or of the connection are sent again after 0.1 s, 0.2 s … 5 s, six times at
/// most and not after 60 s. The time for one request is the option `timeout`, 30 s unless set, and for a connection
/// `connect_timeout`, 5 s. The write of a manifest is not repeated blindly: the store is asked whether it is there.
fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: 6,
        retry_timeout: Duration::from_secs(60),
    }
}

impl Datastore {
    /// Opens the store at a place: a path or `file://` is a directory, which is made where there is none; `memory://` lasts
    /// as long as the process; `s3://bucket/prefix`, `gs://bucket/prefix` and `az://container/prefix` are buckets. Its data
    /// sets are known after [`Self::refresh`] or [`Self::import_bundled`].
    ///
    /// A bucket is reached as the environment says (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
    /// `AWS_ENDPOINT`, `GOOGLE_…`, `AZURE_…`; roles of the machine where no key is set), and as the settings' options say
    /// under the same names in lower case. Secrets are taken from the environment only. Addresses are in the path style
    /// unless `aws_virtual_hosted_style_request` says otherwise.
    ///
    /// # Errors
    ///
    /// [`StoreError::Location`] for a place or an option that is not known, and [`StoreError::Directory`]. That a bucket
    /// cannot be reached is seen when it is used.
    pub fn open(place: &str, settings: StoreSettings) -> Result<Self, StoreError> {
        let Some((scheme, rest)) = scheme_of(place) else {
            return Self::open_directory(Path::new(place), settings);
        };
        let wrong = |problem: String| StoreError::Location { url: without_secrets(place), problem };
        if !SCHEMES.contains(&scheme) {
            let hint =
                nearest(scheme, SCHEMES, 1).first().map_or_else(String::new, |near| format!("; nearest: {near}"));
            return Err(wrong(format!("there is no store \"{scheme}\"{hint}; allowed: {ALLOWED}")));
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        match scheme {
            "file" if host.is_empty() => Self::open_directory(&file_path(path).map_err(wrong)?, settings),
            "file" => Err(wrong("a file of another machine; write file:///path".to_owned())),
            "memory" => Ok(Self::in_memory(settings)),
            _ => {
                if host.is_empty() {
                    return Err(wrong(format!("it names no bucket; allowed: {ALLOWED}")));
                }
                if has_secret(scheme, host) {
                    return Err(wrong("keys are no part of it: set them in the environment".to_owned()));
                }
                let prefix = object_store::path::Path::from_url_path(path).map_err(|error| wrong(error.to_string()))?;
                let bucket = bucket(scheme, place, &settings).map_err(wrong)?;
                Ok(Self::with_store(Arc::new(PrefixStore::new(bucket, prefix)), settings))
            }
        }
    }
}

/// Scheme and rest of a URL; none for a path.
fn scheme_of(place: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = place.split_once("://")?;
    let is_scheme =
        scheme.len() > 1 && scheme.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"+-.".contains(&letter));
    is_scheme.then_some((scheme, rest))
}

/// The path of a file URL, whose letters may be written as `%20`.
fn file_path(path: &str) -> Result<std::path::PathBuf, String> {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        bytes.push(match byte {
            b'%' => {
                let (digits, after) = rest.split_at_checked(2).ok_or("% without two digits")?;
                rest = after;
                let digits = std::str::from_utf8(digits).map_err(|_| "% without two digits")?;
                u8::from_str_radix(digits, 16).map_err(|_| format!("%{digits} is no byte"))?
            }
            byte => *byte,
        });
    }
    let path = String::from_utf8(bytes).map_err(|_| "its path is no UTF-8")?;
    // A drive's letter stands for itself.
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    Ok(if is_drive { path.into() } else { format!("/{path}").into() })
}

/// `container@account` is how some write Azure's; all else before an `@` are keys.
fn has_secret(scheme: &str, host: &str) -> bool {
    match host.rsplit_once('@') {
        Some((user, _)) => user.contains(':') || !scheme.starts_with("abfs"),
        None => false,
    }
}

fn without_secrets(place: &str) -> String {
    match (place.split_once("://"), place.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://…@{rest}"),
        _ => place.to_owned(),
    }
}

/// Sets options on a builder. The builders have the same methods, and no trait to share them.
macro_rules! with_options {
    ($builder:expr, $key:ty, $place:expr, $options:expr) => {{
        let mut builder = $builder.with_url($place).with_retry(retries());
        for (name, value) in $options {
            refuse_secret(name)?;
            let key: $key = name.parse().map_err(|_| unknown_option(name))?;
            builder = builder.with_config(key, value);
        }
        builder
    }};
}

fn bucket(scheme: &str, place: &str, settings: &StoreSettings) -> Result<Arc<dyn ObjectStore>, String> {
    let text = |error: object_store::Error| error.to_string();
    let options = &settings.options;
    match scheme {
        "s3" | "s3a" => {
            let builder = with_options!(AmazonS3Builder::from_env(), AmazonS3ConfigKey, place, options);
            refuse_plain_http(&builder)?;
            Ok(Arc::new(builder.build().map_err(text)?))
        }
        "gs" => {
            let builder = with_options!(GoogleCloudStorageBuilder::from_env(), GoogleConfigKey, place, options);
            Ok(Arc::new(builder.build().map_err(text)?))
        }
        _ => {
            let builder = with_options!(MicrosoftAzureBuilder::from_env(), AzureConfigKey, place, options);
            Ok(Arc::new(builder.build().map_err(text)?))
        }
    }
}

fn refuse_secret(name: &str) -> Result<(), String> {
    if SECRETS.iter().any(|secret| name.ends_with(secret)) {
        return Err(format!("the option {name} is a secret: set {} in the environment", name.to_uppercase()));
    }
    Ok(())
}

fn unknown_option(name: &str) -> String {
    let hint = nearest(name, OPTIONS, 1).first().map_or_else(String::new, |near| format!("; nearest: {near}"));
    format!("there is no option {name} of this kind of store{hint}")
}

/// Says at once what the client would say at every request.
fn refuse_plain_http(builder: &AmazonS3Builder) -> Result<(), String> {
    let value = |key: &str| key.parse().ok().and_then(|key: AmazonS3ConfigKey| builder.get_config_value(&key));
    let is_plain = value("aws_endpoint").is_some_and(|endpoint| endpoint.starts_with("http://"));
    // As the client reads it.
    let is_allowed = |text: String| ["1", "true", "on", "yes", "y"].contains(&text.to_ascii_lowercase().as_str());
    if is_plain && !value("aws_allow_http").is_some_and(is_allowed) {
        return Err("its endpoint is reached without TLS: set aws_allow_http = \"true\", or write https://".to_owned());
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn problem(place: &str, options: &[(&str, &str)]) -> String {
        let options = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let settings = StoreSettings { options, ..StoreSettings::default() };
        match Datastore::open(place, settings) {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        }
    }

    #[test]
    fn opens_and_refuses_by_this_table() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a b");
        let url = format!("file://{}", path.display().to_string().replace(' ', "%20"));
        assert_eq!([problem(path.to_str().unwrap(), &[]), problem(&url, &[]), problem("memory://", &[])], ["", "", ""]);
        assert!(path.is_dir() && std::fs::read_dir(directory.path()).unwrap().count() == 1);
        type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
        let cases: [Case<'_>; 10] = [
            ("s4://bucket/x", &[], "there is no store \"s4\"; nearest: s3; allowed: a directory, file:///path"),
            ("file://host/x", &[], "a file of another machine"),
            ("file:///%zz", &[], "%zz is no byte"),
            ("s3://", &[], "names no bucket"),
            ("s3://key:secret@bucket/x", &[], "s3://…@bucket/x: keys are no part of it"),
            (
                "s3://bucket",
                &[("aws_regoin", "x")],
                "there is no option aws_regoin of this kind of store; nearest: aws_region",
            ),
            (
                "s3://bucket",
                &[("aws_secret_access_key", "x")],
                "a secret: set AWS_SECRET_ACCESS_KEY in the environment",
            ),
            ("s3://bucket", &[("aws_endpoint", "http://localhost:1")], "set aws_allow_http = \"true\""),
            ("s3://bucket", &[("aws_allow_http", "perhaps")], "perhaps"),
            ("gs://bucket", &[("aws_region", "x")], "there is no option aws_region of this kind of store"),
        ];
        for (place, options, expected) in cases {
            let problem = problem(place, options);
            assert!(problem.contains(expected), "{place}: {problem}");
        }
        for (place, options) in [
            ("s3://bucket/pre/fix", [("aws_region", "eu-north-1"), ("aws_skip_signature", "true")]),
            ("gs://bucket/pre/fix", [("google_base_url", "http://127.0.0.1:1"), ("google_skip_signature", "true")]),
            ("az://container/x", [("azure_storage_account_name", "account"), ("azure_skip_signature", "true")]),
            ("abfss://files@account.dfs.core.windows.net/x", [("timeout", "60s"), ("azure_skip_signature", "true")]),
        ] {
            assert_eq!(problem(place, &options), "", "{place}");
        }
    }

    #[test]
    fn a_path_is_a_path() {
        for path in ["/srv/data", "data", "C:\\data", "./a:b"] {
            assert_eq!(scheme_of(path), None, "{path}");
        }
        assert_eq!(file_path("srv/a%20b"), Ok("/srv/a b".into()));
        assert_eq!(file_path("C:/data"), Ok("C:/data".into()));
    }
}
