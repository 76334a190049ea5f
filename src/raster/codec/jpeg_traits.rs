//! How strongly a JPEG was compressed, read from its tables, so that it can be written alike.

use super::jpeg_structure::JpegStructure;

/// How much smaller the colour planes are than the brightness plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Subsampling {
    /// 4:4:4, not at all.
    #[default]
    None,
    /// 4:2:2, half as wide.
    Horizontal,
    /// 4:4:0, half as high.
    Vertical,
    /// 4:2:0, half as wide and half as high.
    Both,
    /// 4:1:1, a quarter as wide.
    Quarter,
}

/// Quantisation tables in natural (not zigzag) order, each value 1..=255 or, in rare files, up to 65535.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantTables {
    /// For brightness.
    pub luma: [u16; 64],
    /// For colour; the same as `luma` where a file has only one.
    pub chroma: [u16; 64],
}

/// How a JPEG was compressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JpegTraits {
    /// The quality, 1..=100, on the scale of the Independent JPEG Group whose tables come nearest.
    pub quality: u8,
    /// Size of the colour planes; [`Subsampling::None`] for grey.
    pub subsampling: Subsampling,
    /// The tables themselves.
    pub tables: QuantTables,
}

/// Tables for quality 50, after ITU-T T.81 (1992), annex K.1.
#[rustfmt::skip]
const LUMA: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];
#[rustfmt::skip]
const CHROMA: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

impl QuantTables {
    /// The tables of the Independent JPEG Group for a quality, which is brought into 1..=100.
    #[must_use]
    pub fn standard(quality: u8) -> Self {
        let quality = u32::from(quality.clamp(1, 100));
        let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        let scaled = |table: &[u16; 64]| {
            table.map(|value| ((u32::from(value) * percent + 50) / 100).clamp(1, 255) as u16)
        };
        Self { luma: scaled(&LUMA), chroma: scaled(&CHROMA) }
    }

    /// The quality 1..=100 whose standard tables differ least from these, summed over all values.
    #[must_use]
    pub fn nearest_quality(&self) -> u8 {
        let apart = |a: &[u16; 64], b: &[u16; 64]| -> u32 {
            a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum()
        };
        (1..=100)
            .min_by_key(|&quality| {
                let standard = Self::standard(quality);
                apart(&self.luma, &standard.luma) + apart(&self.chroma, &standard.chroma)
            })
            .unwrap_or(90)
    }

    /// The tables for the picture turned by a quarter.
    fn transposed(&self) -> Self {
        let turn = |table: &[u16; 64]| std::array::from_fn(|i| table[i % 8 * 8 + i / 8]);
        Self { luma: turn(&self.luma), chroma: turn(&self.chroma) }
    }
}

impl JpegTraits {
    /// Reads the traits; `None` when the file names tables that it does not have.
    pub(super) fn read(structure: &JpegStructure) -> Option<Self> {
        let frame = structure.frame.as_ref()?;
        let table = |component: usize| -> Option<[u16; 64]> {
            let number = usize::from(frame.components.get(component)?.table);
            let table = (*structure.tables.get(number)?)?;
            // No encoder writes a zero; dividing by it is not defined.
            (!table.contains(&0)).then_some(table)
        };
        let luma = table(0)?;
        let grey = frame.components.len() == 1;
        let chroma = if grey { luma } else { table(1)? };
        let tables = QuantTables { luma, chroma };
        let quality = if grey {
            // Without colour there is nothing to compare with the colour table.
            (1..=100)
                .min_by_key(|&quality| {
                    let standard = QuantTables::standard(quality).luma;
                    luma.iter().zip(standard).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>()
                })
                .unwrap_or(90)
        } else {
            tables.nearest_quality()
        };
        let subsampling = if grey {
            Subsampling::None
        } else {
            let (first, second) = (frame.components[0], frame.components[1]);
            let ratio = |whole: u8, part: u8| whole.checked_div(part).unwrap_or(1);
            match (ratio(first.across, second.across), ratio(first.down, second.down)) {
                (0 | 1, 0 | 1) => Subsampling::None,
                (2 | 3, 0 | 1) => Subsampling::Horizontal,
                (_, 0 | 1) => Subsampling::Quarter,
                (0 | 1, _) => Subsampling::Vertical,
                _ => Subsampling::Both,
            }
        };
        Some(Self { quality, subsampling, tables })
    }

    /// The traits for the picture turned by a quarter: across becomes down.
    pub(super) fn transposed(&self) -> Self {
        let subsampling = match self.subsampling {
            Subsampling::Horizontal => Subsampling::Vertical,
            Subsampling::Vertical => Subsampling::Horizontal,
            // There is no quarter of the height; half of both loses as much.
            Subsampling::Quarter => Subsampling::Both,
            same => same,
        };
        Self { quality: self.quality, subsampling, tables: self.tables.transposed() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quality_is_found_again() {
        for quality in 1..=100 {
            let tables = QuantTables::standard(quality);
            let found = tables.nearest_quality();
            // The lowest qualities are all clamped to 255 and cannot be told apart.
            assert_eq!(QuantTables::standard(found), tables, "{quality} {found}");
        }
        assert_eq!(QuantTables::standard(85).nearest_quality(), 85);
        assert_eq!(QuantTables::standard(50).luma, LUMA);
    }

    #[test]
    fn turning_twice_is_no_turn() {
        let tables = QuantTables::standard(70);
        assert_ne!(tables.transposed(), tables);
        assert_eq!(tables.transposed().transposed(), tables);
    }
}
