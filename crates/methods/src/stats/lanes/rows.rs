//! Steps that change each value of a list.

use pulp::{Simd, WithSimd};

use super::logarithm::{LookUp, WithLogs, dispatch};
use super::{LANES, Log, Term, arch, filled};

/// Puts the term of each value in its place.
pub(crate) fn replace<T: Term>(values: &mut [f64], term: T) {
    let (chunks, rest) = values.as_chunks_mut::<LANES>();
    dispatch(Replace { chunks, term });
    if let Some(last) = filled(rest) {
        let mut chunks = [last];
        dispatch(Replace { chunks: &mut chunks, term });
        rest.copy_from_slice(&chunks.as_flattened()[..rest.len()]);
    }
}

struct Replace<'a, T> {
    chunks: &'a mut [[f64; LANES]],
    term: T,
}

impl<T: Term> WithLogs for Replace<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_logs<L: LookUp>(self, look_up: L) {
        for chunk in self.chunks {
            *chunk = self.term.of_eight(chunk, look_up);
        }
    }
}

/// Natural logarithms of finite positive values, the same on every machine.
pub fn logs(values: &[f64]) -> Vec<f64> {
    let mut logs = values.to_vec();
    // The fast logarithm is one of normal numbers.
    if arch().dispatch(
        #[inline(always)]
        || values.iter().filter(|value| !value.is_normal()).count() > 0,
    ) {
        logs.iter_mut().for_each(|value| *value = value.ln());
    } else {
        replace(&mut logs, Log { scale: 1.0 });
    }
    logs
}

/// Appends each value over a total and over its share: `x / total / share`.
pub(crate) fn append_quotients(values: &[f64], total: f64, shares: &[f64], quotients: &mut Vec<f64>) {
    arch().dispatch(Quotients { values, total, shares, quotients });
}

struct Quotients<'a> {
    values: &'a [f64],
    total: f64,
    shares: &'a [f64],
    quotients: &'a mut Vec<f64>,
}

impl WithSimd for Quotients<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.quotients.extend(self.values.iter().zip(self.shares).map(|(value, share)| value / self.total / share));
    }
}

/// Adds values, each over a divisor, to sums.
pub(crate) fn add_over(sums: &mut [f64], values: &[f64], divisor: f64) {
    arch().dispatch(AddOver { sums, values, divisor });
}

struct AddOver<'a> {
    sums: &'a mut [f64],
    values: &'a [f64],
    divisor: f64,
}

impl WithSimd for AddOver<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.sums.iter_mut().zip(self.values).for_each(|(sum, value)| *sum += value / self.divisor);
    }
}
