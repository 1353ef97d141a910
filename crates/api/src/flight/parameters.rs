//! The values of a statement's parameters, as clients send them: a schema and one batch of one row.

use std::panic::AssertUnwindSafe;

use arrow_flight::FlightData;
use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::error::FlightError;
use arrow_ipc::root_as_message;
use futures_util::{FutureExt as _, Stream, StreamExt as _, TryStreamExt as _};
use growthpole_contracts::{Reason, Refusal};
use growthpole_datastore::SqlValue;
use tonic::Status;

use super::refused;

/// The most messages that are read: a schema, a batch, and dictionaries of its texts.
const MOST_MESSAGES: usize = 1000;

/// Reads the values.
///
/// # Errors
///
/// They are no batch of one row, or of types that are none of a parameter.
pub(super) async fn read(
    messages: impl Stream<Item = Result<FlightData, Status>> + Send + 'static,
) -> Result<Vec<SqlValue>, Status> {
    let checked = messages.take(MOST_MESSAGES).map(|message| {
        let message = message.map_err(|status| FlightError::Tonic(Box::new(status)))?;
        check(&message).map_err(|refusal| FlightError::Tonic(Box::new(refusal.into())))?;
        Ok(message)
    });
    let batches = FlightRecordBatchStream::new_from_flight_data(checked).try_collect::<Vec<_>>();
    // The decoder takes for granted that buffers lie within their message.
    let batches = AssertUnwindSafe(batches).catch_unwind().await.map_err(|_| unreadable("a batch that is damaged"))?;
    let batches = batches.map_err(|error| match error {
        FlightError::Tonic(status) => *status,
        other => unreadable(&other.to_string()).into(),
    })?;
    match batches.as_slice() {
        [] => Ok(Vec::new()),
        [batch] => Ok(SqlValue::of_row(batch).map_err(refused)?),
        more => Err(unreadable(&format!("{} batches", more.len())).into()),
    }
}

/// Refuses what says itself how large it is once it is unpacked: memory would be set aside for what it says.
fn check(message: &FlightData) -> Result<(), Refusal> {
    let header = root_as_message(&message.data_header).map_err(|error| unreadable(&error.to_string()))?;
    let dictionary = header.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
    let batch = header.header_as_record_batch().or(dictionary);
    match batch.and_then(|batch| batch.compression()) {
        Some(_) => Err(unreadable("a compressed batch")),
        None => Ok(()),
    }
}

fn unreadable(sent: &str) -> Refusal {
    let message = format!("parameters: {sent} was sent; allowed: one batch of one row, not compressed");
    Refusal::new(Reason::InvalidSql, message.clone()).with_violation("parameters", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use arrow_flight::encode::FlightDataEncoderBuilder;
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::IpcWriteOptions;
    use tonic_types::StatusExt as _;

    async fn encoded(columns: Vec<(&str, ArrayRef)>, options: IpcWriteOptions) -> Vec<FlightData> {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let batches = futures_util::stream::iter([Ok(batch)]);
        FlightDataEncoderBuilder::new().with_options(options).build(batches).try_collect().await.unwrap()
    }

    fn two() -> Vec<(&'static str, ArrayRef)> {
        vec![("a", Arc::new(Int64Array::from(vec![2015]))), ("b", Arc::new(StringArray::from(vec!["220000"])))]
    }

    async fn of(messages: Vec<FlightData>) -> Result<Vec<SqlValue>, Status> {
        read(futures_util::stream::iter(messages.into_iter().map(Ok))).await
    }

    #[tokio::test]
    async fn one_row_is_read() {
        let values = of(encoded(two(), IpcWriteOptions::default()).await).await.unwrap();
        assert_eq!(values, [SqlValue::Integer(2015), SqlValue::Text("220000".into())]);
        assert_eq!(of(Vec::new()).await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_is_damaged_packed_or_no_row_is_the_fault_of_the_caller() {
        let options = IpcWriteOptions::default().try_with_compression(Some(CompressionType::ZSTD)).unwrap();
        let packed = encoded(two(), options).await;
        let plain = encoded(two(), IpcWriteOptions::default()).await;
        let mut cut = plain.clone();
        for message in &mut cut {
            message.data_body.clear();
        }
        let mut garbled = plain.clone();
        garbled[1].data_header = vec![0xFF; 64].into();
        let rows = vec![("a", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef)];
        let rows = encoded(rows, IpcWriteOptions::default()).await;
        let twice = [plain.clone(), plain[1..].to_vec()].concat();
        for (messages, about) in [
            (packed, "compressed"),
            (cut, "parameters"),
            (garbled, "parameters"),
            (rows, "2 rows"),
            (twice, "2 batches"),
        ] {
            let status = of(messages).await.unwrap_err();
            let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
            assert!(status.message().contains(about) && reason == "INVALID_SQL", "{about}: {status:?}");
        }
    }
}
