//! Taking a vintage back, without taking away what was computed from it.

use growthpole_domain::{QueryError, Retraction, UnknownKind, VintageInfo};

use crate::objects::Record;
use crate::tombstone::Tombstone;
use crate::{Datastore, StoreError, observations};

/// Letters that a reason may have: it comes with every answer from the vintage.
const LONGEST_REASON: usize = 500;

/// What a retraction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retracted {
    /// The vintage, with the reason that stands.
    pub vintage: VintageInfo,
    /// Whether it was retracted before: then the reason given then stands.
    pub already: bool,
}

impl Datastore {
    /// Takes a vintage back: writes a tombstone beside its manifest. It is not chosen any more as the latest or as of a day;
    /// by its number it answers as before, with the warning `VINTAGE_RETRACTED`, so that provenance stays resolvable. Its
    /// objects stay. Nothing takes a retraction back: the data can be imported again, as a further vintage.
    ///
    /// The only live vintage of a data set may be retracted too. The data set then answers by numbers only, and a further
    /// vintage makes it whole.
    ///
    /// # Errors
    ///
    /// [`StoreError::Refused`] for a data set or number that there is none of and for a reason that is empty or longer than
    /// 500 letters; what [`Self::refresh`] gives.
    pub async fn retract_vintage(
        &self,
        dataset: &str,
        number: u32,
        reason: &str,
        at: jiff::Timestamp,
    ) -> Result<Retracted, StoreError> {
        let reason = check_reason(reason)?;
        let history = self.history(dataset).await?;
        let Some(recorded) = history.numbered(number) else {
            return Err(self.unknown(dataset, number, &history.numbers()).into());
        };
        let mut already = !recorded.is_live();
        if !already {
            let tombstone = Tombstone::new(&recorded.manifest, Retraction { at, reason })?.encode()?;
            already = !self.objects.commit(dataset, Record::Tombstone(number), tombstone).await?;
        }
        let history = self.history(dataset).await?;
        let recorded = history.numbered(number).ok_or_else(|| self.unknown(dataset, number, &history.numbers()))?;
        let vintage = recorded.vintage()?;
        self.refresh_after_commit().await;
        Ok(Retracted { vintage, already })
    }

    fn unknown(&self, dataset: &str, number: u32, numbers: &[u32]) -> QueryError {
        if numbers.is_empty() {
            return observations::unknown_dataset(dataset, self.state().datasets.keys().map(String::as_str));
        }
        QueryError::Unknown {
            kind: UnknownKind::Vintage,
            field: "number".to_owned(),
            sent: number.to_string(),
            nearest: numbers.iter().map(u32::to_string).collect(),
        }
    }
}

fn check_reason(reason: &str) -> Result<String, QueryError> {
    let reason = reason.trim();
    let letters = reason.chars().count();
    if (1..=LONGEST_REASON).contains(&letters) {
        return Ok(reason.to_owned());
    }
    Err(QueryError::InvalidField {
        field: "reason".to_owned(),
        sent: if letters == 0 { "nothing".to_owned() } else { format!("{letters} letters") },
        allowed: format!("why the vintage is retracted, in 1 to {LONGEST_REASON} letters"),
    })
}
