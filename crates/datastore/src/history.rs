//! The vintages of one data set as they are stored, in the order of publication.

use std::collections::BTreeSet;

use crate::StoreError;
use crate::manifest::{ManifestContent, Recorded};
use crate::objects::{ObjectName, StoredManifest};
use crate::publication::{self, Published};

/// The vintages of one data set as they are stored, in the order of publication.
#[derive(Debug)]
pub(crate) struct History {
    vintages: Vec<Recorded>,
    /// Objects that their manifests name, of retracted ones too.
    named: BTreeSet<ObjectName>,
}

impl History {
    pub(crate) fn of(stored: &[StoredManifest]) -> Result<Self, StoreError> {
        let vintages: Vec<Recorded> = stored.iter().map(Recorded::decode).collect::<Result<_, _>>()?;
        let named = vintages.iter().flat_map(|vintage| vintage.manifest.content.objects());
        let named = named.map(|(content, digest)| ObjectName::new(content, digest)).collect();
        Ok(Self { vintages: publication::in_order(vintages), named })
    }

    /// The last live vintage before something that is published then.
    pub(crate) fn before(&self, published: Published) -> Option<&Recorded> {
        let position = publication::position(&self.vintages, published);
        let (earlier, _) = self.vintages.split_at_checked(position)?;
        earlier.iter().rev().find(|vintage| vintage.is_live())
    }

    /// The number that no vintage has had.
    pub(crate) fn next_number(&self) -> u32 {
        let greatest = self.vintages.iter().map(|vintage| vintage.manifest.content.number).max();
        greatest.map_or(1, |number| number.saturating_add(1))
    }

    /// Whether a manifest names the object, which then is never collected.
    pub(crate) fn names(&self, object: &ObjectName) -> bool {
        self.named.contains(object)
    }

    /// The vintage of a number.
    pub(crate) fn numbered(&self, number: u32) -> Option<&Recorded> {
        self.vintages.iter().find(|vintage| vintage.manifest.content.number == number)
    }

    /// Numbers, ascending.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        let numbers: BTreeSet<u32> = self.vintages.iter().map(|vintage| vintage.manifest.content.number).collect();
        numbers.into_iter().collect()
    }

    /// The vintage that says the same as this, under any number.
    pub(crate) fn like(&self, content: &ManifestContent) -> Option<&Recorded> {
        self.vintages.iter().find(|vintage| vintage.manifest.content.says_the_same_as(content))
    }

    /// The number of a package's newest vintage, where that vintage is there and was imported from that very package.
    pub(crate) fn newest_packaged(&self, package_digest: &str) -> Option<u32> {
        self.vintages.iter().find_map(|vintage| {
            let origin = vintage.manifest.origin.as_ref()?;
            let is_newest = vintage.manifest.packaged_number() == Some(origin.newest);
            (origin.package == package_digest && is_newest).then_some(origin.newest)
        })
    }

    /// The vintage that a package was imported as under a number of the package's own.
    pub(crate) fn packaged(&self, number: u32) -> Option<&Recorded> {
        self.vintages.iter().find(|vintage| vintage.manifest.packaged_number() == Some(number))
    }
}
