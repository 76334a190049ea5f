//! Element types of tensors: the numbers that ONNX gives them, their names and their widths.

/// Element type of a tensor, by the number that ONNX gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Element(pub i32);

impl Element {
    /// 32-bit float.
    pub const F32: Self = Self(1);
    /// Unsigned byte.
    pub const U8: Self = Self(2);
    /// 32-bit signed integer.
    pub const I32: Self = Self(6);
    /// 64-bit signed integer.
    pub const I64: Self = Self(7);
    /// Text.
    pub const TEXT: Self = Self(8);
    /// Truth value, a byte each.
    pub const BOOL: Self = Self(9);
    /// 16-bit float.
    pub const F16: Self = Self(10);
    /// 64-bit float.
    pub const F64: Self = Self(11);

    /// Bits of one value; `None` for texts and for types that are not known here.
    #[must_use]
    pub const fn bits(self) -> Option<u64> {
        Some(match self.0 {
            2 | 3 | 9 | 17..=20 | 24 => 8,
            4 | 5 | 10 | 16 => 16,
            1 | 6 | 12 => 32,
            7 | 11 | 13 | 14 => 64,
            15 => 128,
            21..=23 => 4,
            25 | 26 => 2,
            _ => return None,
        })
    }

    /// A word such as `f32`.
    #[must_use]
    pub fn word(self) -> String {
        let word = match self.0 {
            1 => "f32",
            2 => "u8",
            3 => "i8",
            4 => "u16",
            5 => "i16",
            6 => "i32",
            7 => "i64",
            8 => "text",
            9 => "bool",
            10 => "f16",
            11 => "f64",
            12 => "u32",
            13 => "u64",
            16 => "bf16",
            other => return format!("type {other}"),
        };
        word.to_owned()
    }
}
