//! Tombstones: that a vintage was taken back, written beside its manifest, which stays as it is.

use growthpole_domain::Retraction;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::digest::digest_of;
use crate::manifest::{Manifest, encode_error, format_of};
use crate::objects::StoredObject;

/// The format that this version writes and reads.
const FORMAT: u32 = 1;

/// A tombstone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tombstone {
    format: u32,
    digest: String,
    content: TombstoneContent,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TombstoneContent {
    dataset: String,
    number: u32,
    /// Digest of the vintage: a tombstone takes back this one and no other.
    vintage: String,
    reason: String,
    retracted_at: jiff::Timestamp,
}

impl Tombstone {
    pub(crate) fn new(of: &Manifest, retraction: Retraction) -> Result<Self, StoreError> {
        let content = TombstoneContent {
            dataset: of.content.dataset.clone(),
            number: of.content.number,
            vintage: of.digest.clone(),
            reason: retraction.reason,
            retracted_at: retraction.at,
        };
        Ok(Self { format: FORMAT, digest: content.digest()?, content })
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec_pretty(self).map_err(|error| encode_error("a tombstone", error))
    }

    /// Reads a tombstone and checks it against its digest and against the manifest that it takes back.
    pub(crate) fn decode(stored: &StoredObject, of: &Manifest) -> Result<Self, StoreError> {
        let corrupt = |problem: &str| stored.corrupt(problem);
        format_of(stored, FORMAT)?;
        let tombstone: Self =
            serde_json::from_slice(&stored.bytes).map_err(|error| stored.corrupt(&error.to_string()))?;
        let TombstoneContent { dataset, number, vintage, .. } = &tombstone.content;
        if tombstone.content.digest()? != tombstone.digest {
            return Err(corrupt("its content has another digest"));
        }
        if (dataset, *number, vintage) != (&of.content.dataset, of.content.number, &of.digest) {
            return Err(corrupt("it takes back another vintage than the one that it stands beside"));
        }
        Ok(tombstone)
    }

    pub(crate) fn retraction(self) -> Retraction {
        Retraction { at: self.content.retracted_at, reason: self.content.reason }
    }
}

impl TombstoneContent {
    fn digest(&self) -> Result<String, StoreError> {
        serde_json::to_vec(self).map(|bytes| digest_of(&bytes)).map_err(|error| encode_error("a tombstone", error))
    }
}
