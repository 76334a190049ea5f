//! The wire format of protocol buffers: tags, varints, fields with a length.
//!
//! Source: the public description of the encoding, <https://protobuf.dev/programming-guides/encoding/>.

use std::ops::Range;

use super::{error::OnnxError, source::Window};

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A whole number, a truth value or a kind.
    Varint(u64),
    /// Eight bytes, the lowest first.
    Fixed64(u64),
    /// Four bytes, the lowest first.
    Fixed32(u32),
    /// Where the bytes of a text, a message or packed numbers lie in the file.
    Bytes(Range<u64>),
}

/// One field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its number in the message's description.
    pub(super) number: u32,
    pub(super) value: Value,
    /// Where it lies, tag and all.
    pub(super) span: Range<u64>,
}

impl Field {
    fn wrong(&self) -> OnnxError {
        OnnxError::Field { at: self.span.start }
    }

    /// A signed number: negative ones are ten bytes long.
    pub(super) fn int(&self) -> Result<i64, OnnxError> {
        match self.value {
            Value::Varint(value) => Ok(value.cast_signed()),
            _ => Err(self.wrong()),
        }
    }

    /// A number that has the range of a kind or an element type.
    pub(super) fn small(&self) -> Result<i32, OnnxError> {
        i32::try_from(self.int()?).map_err(|_| self.wrong())
    }

    /// A 32-bit float.
    pub(super) fn float(&self) -> Result<f32, OnnxError> {
        match self.value {
            Value::Fixed32(bits) => Ok(f32::from_bits(bits)),
            _ => Err(self.wrong()),
        }
    }

    /// Where the bytes of a message or a text lie.
    pub(super) fn range(&self) -> Result<Range<u64>, OnnxError> {
        match &self.value {
            Value::Bytes(range) => Ok(range.clone()),
            _ => Err(self.wrong()),
        }
    }

    /// A copy of the bytes.
    pub(super) fn bytes(&self, window: &mut Window<'_>) -> Result<Vec<u8>, OnnxError> {
        window.bytes(&self.range()?)
    }

    /// A text.
    pub(super) fn text(&self, window: &mut Window<'_>) -> Result<String, OnnxError> {
        let range = self.range()?;
        let bytes = window.bytes(&range)?;
        String::from_utf8(bytes).map_err(|_| OnnxError::Text { at: range.start })
    }

    /// Adds the signed numbers of a repeated field, packed or one by one.
    pub(super) fn ints(
        &self,
        window: &mut Window<'_>,
        into: &mut Vec<i64>,
    ) -> Result<(), OnnxError> {
        let Value::Bytes(range) = &self.value else {
            window.charge(size_of::<i64>() as u64)?;
            into.push(self.int()?);
            return Ok(());
        };
        let mut fields = Fields::new(range.clone());
        while fields.at < fields.end {
            window.charge(size_of::<i64>() as u64)?;
            into.push(fields.varint(window)?.cast_signed());
        }
        Ok(())
    }

    /// Adds the bytes of the floats of a repeated field, packed or one by one; `width` is 4 or 8.
    pub(super) fn floats(
        &self,
        window: &mut Window<'_>,
        width: u64,
        into: &mut Vec<u8>,
    ) -> Result<(), OnnxError> {
        match &self.value {
            Value::Fixed32(bits) if width == 4 => {
                window.charge(width)?;
                into.extend(bits.to_le_bytes());
            }
            Value::Fixed64(bits) if width == 8 => {
                window.charge(width)?;
                into.extend(bits.to_le_bytes());
            }
            Value::Bytes(range) if (range.end - range.start).is_multiple_of(width) => {
                into.extend(window.bytes(range)?);
            }
            _ => return Err(self.wrong()),
        }
        Ok(())
    }
}

/// The fields of a message, one after the other.
pub(super) struct Fields {
    at: u64,
    end: u64,
}

impl Fields {
    /// The fields of the message that lies at `range`.
    pub(super) const fn new(range: Range<u64>) -> Self {
        Self { at: range.start, end: range.end }
    }

    /// The next field. What it holds lies inside the message.
    pub(super) fn next(&mut self, window: &mut Window<'_>) -> Result<Option<Field>, OnnxError> {
        if self.at >= self.end {
            return Ok(None);
        }
        let start = self.at;
        let wrong = OnnxError::Field { at: start };
        let tag = self.varint(window)?;
        let Ok(number) = u32::try_from(tag >> 3) else { return Err(wrong) };
        if number == 0 {
            return Err(wrong);
        }
        let value = match tag & 7 {
            0 => Value::Varint(self.varint(window)?),
            1 => Value::Fixed64(self.fixed(window, 8)?),
            2 => {
                let length = self.varint(window)?;
                let from = self.at;
                let to = from.checked_add(length).filter(|&to| to <= self.end);
                self.at = to.ok_or(OnnxError::Truncated { at: self.end })?;
                Value::Bytes(from..self.at)
            }
            5 => Value::Fixed32(self.fixed(window, 4)? as u32),
            _ => return Err(wrong),
        };
        Ok(Some(Field { number, value, span: start..self.at }))
    }

    fn varint(&mut self, window: &mut Window<'_>) -> Result<u64, OnnxError> {
        let start = self.at;
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(window)?;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(OnnxError::Field { at: start })
    }

    fn fixed(&mut self, window: &mut Window<'_>, width: u32) -> Result<u64, OnnxError> {
        let mut value = 0;
        for index in 0..width {
            value |= u64::from(self.byte(window)?) << (8 * index);
        }
        Ok(value)
    }

    fn byte(&mut self, window: &mut Window<'_>) -> Result<u8, OnnxError> {
        if self.at >= self.end {
            return Err(OnnxError::Truncated { at: self.end });
        }
        let byte = window.byte(self.at)?;
        self.at += 1;
        Ok(byte)
    }
}

/// A message in the making.
#[derive(Default)]
pub(super) struct Message(pub(super) Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn tag(&mut self, number: u32, kind: u32) {
        self.varint(u64::from(number << 3 | kind));
    }

    /// Adds a signed number.
    pub(super) fn int(&mut self, number: u32, value: i64) {
        self.tag(number, 0);
        self.varint(value.cast_unsigned());
    }

    /// Adds a 32-bit float.
    pub(super) fn float(&mut self, number: u32, value: f32) {
        self.tag(number, 5);
        self.0.extend(value.to_le_bytes());
    }

    /// Adds bytes, a text or an encoded message.
    pub(super) fn bytes(&mut self, number: u32, bytes: &[u8]) {
        self.tag(number, 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// Adds a text unless it is empty.
    pub(super) fn text(&mut self, number: u32, text: &str) {
        if !text.is_empty() {
            self.bytes(number, text.as_bytes());
        }
    }

    /// Adds a message.
    pub(super) fn message(&mut self, number: u32, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        self.bytes(number, &inner.0);
    }

    /// Adds fields that are encoded already.
    pub(super) fn encoded(&mut self, fields: &[u8]) {
        self.0.extend(fields);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(bytes: &[u8]) -> Result<Vec<Field>, OnnxError> {
        let mut file = bytes;
        let mut window = Window::new(&mut file, 1 << 20);
        let mut fields = Fields::new(0..bytes.len() as u64);
        let mut found = Vec::new();
        while let Some(field) = fields.next(&mut window)? {
            found.push(field);
        }
        Ok(found)
    }

    #[test]
    fn known_encodings() {
        // The examples of the format's description: field 1 is 150, field 2 is "testing".
        assert_eq!(fields(&[0x08, 0x96, 0x01]).expect("valid")[0].int(), Ok(150));
        let mut message = Message::default();
        message.int(1, 150);
        message.text(2, "testing");
        assert_eq!(message.0, b"\x08\x96\x01\x12\x07testing");
        message.0.clear();
        message.int(1, -2);
        assert_eq!(message.0, b"\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    }

    #[test]
    fn what_is_no_field_is_refused() {
        let field = Err(OnnxError::Field { at: 0 });
        // Number 0; the start of a group; a number of eleven bytes; one that needs 65 bits.
        assert_eq!(fields(&[0x00, 0x01]), field);
        assert_eq!(fields(&[0x0b]), field);
        assert_eq!(fields(&[0xff; 11]), field);
        assert_eq!(
            fields(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
            Err(OnnxError::Field { at: 1 })
        );
        // A length that reaches beyond the end, by one byte and by almost 2^64.
        assert_eq!(fields(b"\x12\x02a"), Err(OnnxError::Truncated { at: 3 }));
        assert!(fields(b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a").is_err());
    }

    proptest! {
        #[test]
        fn numbers_and_back(values in prop::collection::vec(any::<i64>(), 0..20)) {
            let mut message = Message::default();
            for &value in &values {
                message.int(7, value);
            }
            let found: Result<Vec<_>, _> = fields(&message.0).expect("valid").iter().map(Field::int).collect();
            prop_assert_eq!(found, Ok(values));
        }

        #[test]
        fn any_bytes_are_fields_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(found) = fields(&bytes) {
                // Fields lie one after the other and leave nothing out.
                let mut at = 0;
                for field in found {
                    prop_assert_eq!(field.span.start, at);
                    at = field.span.end;
                }
                prop_assert_eq!(at, bytes.len() as u64);
            }
        }
    }
}
