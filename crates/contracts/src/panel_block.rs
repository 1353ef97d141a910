//! A block of cells of a panel: the one message of which an answer holds megabytes.

use prost::bytes::{Buf, BufMut};
use prost::encoding::{self, DecodeContext, WireType};
use prost::{DecodeError, Message};

const OFFSET: u32 = 1;
const VALUES: u32 = 2;
const STATUSES: u32 = 3;

/// How many values are put behind the others at once.
const VALUES_AT_ONCE: usize = 512;

/// Cells of a panel, in the order period, region, industry.
///
/// The same on the wire as what is generated from the contract, which puts value after value, each with a look at whether
/// there is room: encoding a panel took longer by that than all else that is done for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PanelBlock {
    /// Position of the first cell.
    pub offset: i64,
    /// Values; NaN where there is none.
    pub values: Vec<f64>,
    /// Status of each cell: the ASCII letter of its SDMX code; "O" where there is no observation.
    pub statuses: Vec<u8>,
}

impl Message for PanelBlock {
    fn encode_raw(&self, buffer: &mut impl BufMut) {
        if self.offset != 0 {
            encoding::int64::encode(OFFSET, &self.offset, buffer);
        }
        if !self.values.is_empty() {
            encoding::encode_key(VALUES, WireType::LengthDelimited, buffer);
            encoding::encode_varint((self.values.len() * size_of::<f64>()) as u64, buffer);
            let mut bytes = [0; VALUES_AT_ONCE * size_of::<f64>()];
            for values in self.values.chunks(VALUES_AT_ONCE) {
                for (place, value) in bytes.chunks_exact_mut(size_of::<f64>()).zip(values) {
                    place.copy_from_slice(&value.to_le_bytes());
                }
                buffer.put_slice(bytes.get(..size_of_val(values)).unwrap_or_default());
            }
        }
        if !self.statuses.is_empty() {
            encoding::bytes::encode(STATUSES, &self.statuses, buffer);
        }
    }

    fn merge_field(
        &mut self,
        tag: u32,
        wire_type: WireType,
        buffer: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        match tag {
            OFFSET => encoding::int64::merge(wire_type, &mut self.offset, buffer, context),
            VALUES => encoding::double::merge_repeated(wire_type, &mut self.values, buffer, context),
            STATUSES => encoding::bytes::merge(wire_type, &mut self.statuses, buffer, context),
            _ => encoding::skip_field(wire_type, tag, buffer, context),
        }
    }

    fn encoded_len(&self) -> usize {
        let offset = if self.offset == 0 { 0 } else { encoding::int64::encoded_len(OFFSET, &self.offset) };
        let values = encoding::double::encoded_len_packed(VALUES, &self.values);
        let statuses =
            if self.statuses.is_empty() { 0 } else { encoding::bytes::encoded_len(STATUSES, &self.statuses) };
        offset + values + statuses
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it would be generated.
    #[derive(Clone, PartialEq, Message)]
    struct Generated {
        #[prost(int64, tag = "1")]
        offset: i64,
        #[prost(double, repeated, tag = "2")]
        values: Vec<f64>,
        #[prost(bytes = "vec", tag = "3")]
        statuses: Vec<u8>,
    }

    #[test]
    fn is_on_the_wire_what_would_be_generated() {
        for count in [0, 1, VALUES_AT_ONCE - 1, VALUES_AT_ONCE, 3 * VALUES_AT_ONCE + 7] {
            for offset in [0, 1, 300, i64::MAX, -1] {
                let values: Vec<f64> = (0..count).map(|place| f64::from(place as u32) / 7.0 - 20.0).collect();
                let statuses: Vec<u8> = (0..count).map(|place| b'A' + (place % 20) as u8).collect();
                let block = PanelBlock { offset, values: values.clone(), statuses: statuses.clone() };
                let generated = Generated { offset, values, statuses };
                let bytes = generated.encode_to_vec();
                assert_eq!(block.encode_to_vec(), bytes, "{count} from {offset}");
                assert_eq!(PanelBlock::decode(bytes.as_slice()), Ok(block));
            }
        }
    }

    #[test]
    fn fields_of_later_versions_are_passed_over() {
        let block = PanelBlock { offset: 5, values: vec![f64::INFINITY], statuses: vec![b'A'] };
        let mut bytes = block.encode_to_vec();
        encoding::string::encode(9, &"later".to_owned(), &mut bytes);
        assert_eq!(PanelBlock::decode(bytes.as_slice()), Ok(block));
    }
}
