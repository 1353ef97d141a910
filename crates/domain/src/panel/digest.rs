//! What tells one panel from another.

use sha2::{Digest, Sha256};

use super::{BenchmarkSource, Panel};
use crate::{ObservationStatus, shared_out::share_out};

/// Cells that are hashed by themselves, so that large panels are hashed on all cores.
const CELLS_IN_PART: usize = 1 << 17;

impl Panel {
    /// SHA-256 over everything an analysis can see of the panel but its warnings, in hexadecimal digits. The cells go into
    /// it by the hashes of their parts.
    pub fn digest(&self) -> String {
        let mut writer = DigestWriter(Sha256::new());
        for text in [&self.dataset, &self.published.to_string(), &self.boundary_version, &self.indicator.code] {
            writer.text(text);
        }
        writer.number(u64::from(self.vintage));
        for text in [&self.indicator.unit, &self.indicator.classification, &self.indicator.growth_indicator] {
            writer.text(text);
        }
        writer.count(self.axes.periods.len());
        self.axes.periods.iter().for_each(|period| writer.text(&period.to_string()));
        writer.count(self.axes.regions.len());
        for region in &self.axes.regions {
            [&region.code, &region.level, &region.parent].into_iter().for_each(|text| writer.text(text));
            writer.text(region.names.display());
            let (latitude, longitude) = region.coordinates.unwrap_or((f64::NAN, f64::NAN));
            writer.values(&[latitude, longitude]);
        }
        writer.count(self.axes.industries.len());
        for industry in &self.axes.industries {
            [&industry.code, &industry.level, &industry.parent].into_iter().for_each(|text| writer.text(text));
            writer.text(industry.names.display());
        }
        writer.count(self.values.len());
        parts(&self.values, &self.statuses).iter().for_each(|part| writer.0.update(part));
        if let Some(benchmark) = &self.benchmark {
            match &benchmark.source {
                BenchmarkSource::Region { code, .. } => writer.text(&format!("region {code}")),
                BenchmarkSource::SumOfLevel(level) => writer.text(&format!("sum {level}")),
            }
            writer.values(&benchmark.values);
            benchmark.absent.iter().for_each(|&absent| writer.number(u64::from(absent)));
        }
        if let Some(borders) = &self.borders {
            writer.count(borders.len());
            borders.iter().for_each(|&(a, b)| [a, b].into_iter().for_each(|position| writer.count(position)));
        }
        writer.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The hashes of the cells, part by part, whichever thread has computed them.
fn parts(values: &[f64], statuses: &[ObservationStatus]) -> Vec<[u8; 32]> {
    let mut hashes = vec![[0; 32]; values.len().div_ceil(CELLS_IN_PART)];
    let cells = values.chunks(CELLS_IN_PART).zip(statuses.chunks(CELLS_IN_PART));
    share_out(hashes.len(), hashes.iter_mut().zip(cells), |(hash, (values, statuses))| {
        let mut writer = DigestWriter(Sha256::new());
        writer.values(values);
        writer.in_blocks(statuses, |status| [status.code()]);
        *hash = writer.0.finalize().into();
    });
    hashes
}

/// Feeds a hash so that no two different panels write the same bytes: texts and lists come with their length.
struct DigestWriter(Sha256);

impl DigestWriter {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    fn values(&mut self, values: &[f64]) {
        self.count(values.len());
        // One pattern for every NaN: their bits may differ by where they came from.
        self.in_blocks(values, |value| if value.is_nan() { f64::NAN } else { *value }.to_bits().to_le_bytes());
    }

    /// Hashes what items are as bytes, many at a time: one by one takes twice as long.
    fn in_blocks<T, const N: usize>(&mut self, items: &[T], bytes: impl Fn(&T) -> [u8; N]) {
        const ITEMS: usize = 1024;
        let mut block = [[0; N]; ITEMS];
        for items in items.chunks(ITEMS) {
            block.iter_mut().zip(items).for_each(|(place, item)| *place = bytes(item));
            self.0.update(block.as_flattened().get(..items.len() * N).unwrap_or_default());
        }
    }
}
