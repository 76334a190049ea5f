//! Colours of a photo's own profile as the colours that a picture without a profile has.
//!
//! Links carry no metadata, so a preview of a photo in Display P3 or Adobe RGB is converted to sRGB. Profiles of
//! three curves and a matrix are understood (ICC.1:2022, sections 8.3 and 10), which is what cameras, phones and
//! editors write; the colours of any other profile are left as they are.

use crate::raster::{Channels, Picture};

/// From XYZ at D50, the space that profiles speak of, to linear sRGB: the inverse of the primaries of IEC 61966-2-1
/// after adaptation by Bradford's method.
const TO_SRGB: [[f32; 3]; 3] = [
    [3.133_856, -1.616_867, -0.490_615],
    [-0.978_768, 1.916_142, 0.033_454],
    [0.071_945, -0.228_991, 1.405_243],
];

/// The most entries of a curve that is a table.
const LONGEST_CURVE: usize = 65_536;

/// The picture with its colours converted from the profile `icc`; without one, and for pictures that are not plain
/// red, green and blue, it comes back as it is.
#[must_use]
pub fn to_srgb(mut picture: Picture, icc: Option<&[u8]>) -> Picture {
    let profile = icc.and_then(Profile::read);
    let Some(profile) = profile.filter(|_| picture.channels() == Channels::Rgb) else {
        return picture;
    };
    let linear = profile.curves.map(|curve| {
        let mut values = [0.0; 256];
        for (value, at) in values.iter_mut().zip(0..=u8::MAX) {
            *value = curve.at(f32::from(at) / 255.0);
        }
        values
    });
    let matrix = product(TO_SRGB, profile.matrix);
    for pixel in picture.data_mut().chunks_exact_mut(3) {
        let from = [0, 1, 2].map(|channel| linear[channel][usize::from(pixel[channel])]);
        for (value, row) in pixel.iter_mut().zip(matrix) {
            let light = row[0] * from[0] + row[1] * from[1] + row[2] * from[2];
            *value = encoded(light);
        }
    }
    picture
}

/// A share of light as a value of sRGB, 0 to 255.
fn encoded(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * libm::powf(light, 1.0 / 2.4) - 0.055
    };
    (value * 255.0 + 0.5) as u8
}

fn product(a: [[f32; 3]; 3], b: [[f32; 3]; 3]) -> [[f32; 3]; 3] {
    a.map(|row| [0, 1, 2].map(|column| (0..3).map(|k| row[k] * b[k][column]).sum()))
}

struct Profile<'a> {
    curves: [Curve<'a>; 3],
    /// Columns are the primaries in XYZ.
    matrix: [[f32; 3]; 3],
}

impl<'a> Profile<'a> {
    fn read(icc: &'a [u8]) -> Option<Self> {
        if icc.get(16..24)? != b"RGB XYZ " {
            return None;
        }
        let curves = [b"rTRC", b"gTRC", b"bTRC"].map(|name| tag(icc, name).and_then(Curve::read));
        let primaries = [b"rXYZ", b"gXYZ", b"bXYZ"].map(|name| tag(icc, name).and_then(xyz));
        let [Some(r), Some(g), Some(b)] = curves else { return None };
        let [Some(x), Some(y), Some(z)] = primaries else { return None };
        let matrix = [0, 1, 2].map(|row| [x[row], y[row], z[row]]);
        Some(Self { curves: [r, g, b], matrix })
    }
}

/// The data of a tag.
fn tag<'a>(icc: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let count = u32_at(icc, 128)?.min(256) as usize;
    let entries = icc.get(132..132 + 12 * count)?;
    let entry = entries.chunks_exact(12).find(|entry| entry.starts_with(name))?;
    let (start, length) = (u32_at(entry, 4)? as usize, u32_at(entry, 8)? as usize);
    icc.get(start..start.checked_add(length)?)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// A number of 16 bits before and 16 after the point.
fn fixed_at(bytes: &[u8], at: usize) -> Option<f32> {
    u32_at(bytes, at).map(|bits| bits as i32 as f32 / 65_536.0)
}

fn xyz(data: &[u8]) -> Option<[f32; 3]> {
    if !data.starts_with(b"XYZ ") {
        return None;
    }
    Some([fixed_at(data, 8)?, fixed_at(data, 12)?, fixed_at(data, 16)?])
}

enum Curve<'a> {
    /// Values of 16 bits at even distances.
    Table(&'a [u8]),
    /// `(a x + b)^g + e` from `d` on, below it `c x + f`.
    Parametric { g: f32, a: f32, b: f32, c: f32, d: f32, e: f32, f: f32 },
}

impl<'a> Curve<'a> {
    fn read(data: &'a [u8]) -> Option<Self> {
        let gamma = |g| Self::Parametric {
            g,
            a: 1.0,
            b: 0.0,
            c: 0.0,
            d: f32::NEG_INFINITY,
            e: 0.0,
            f: 0.0,
        };
        if data.starts_with(b"curv") {
            let count = u32_at(data, 8)? as usize;
            return match count {
                0 => Some(gamma(1.0)),
                1 => {
                    let bits = data.get(12..14)?;
                    Some(gamma(f32::from(u16::from_be_bytes([bits[0], bits[1]])) / 256.0))
                }
                2..=LONGEST_CURVE => data.get(12..12 + 2 * count).map(Self::Table),
                _ => None,
            };
        }
        if !data.starts_with(b"para") {
            return None;
        }
        let value = |index: usize| fixed_at(data, 12 + 4 * index);
        let g = value(0)?;
        let kind = data.get(8..10)?;
        Some(match kind {
            [0, 0] => gamma(g),
            [0, 1] => {
                let (a, b) = (value(1)?, value(2)?);
                Self::Parametric { g, a, b, c: 0.0, d: -b / a, e: 0.0, f: 0.0 }
            }
            [0, 2] => {
                let (a, b, c) = (value(1)?, value(2)?, value(3)?);
                Self::Parametric { g, a, b, c: 0.0, d: -b / a, e: c, f: c }
            }
            [0, 3] => {
                let (a, b, c, d) = (value(1)?, value(2)?, value(3)?, value(4)?);
                Self::Parametric { g, a, b, c, d, e: 0.0, f: 0.0 }
            }
            [0, 4] => {
                let (a, b, c, d) = (value(1)?, value(2)?, value(3)?, value(4)?);
                Self::Parametric { g, a, b, c, d, e: value(5)?, f: value(6)? }
            }
            _ => return None,
        })
    }

    /// Light for a value, both 0 to 1.
    fn at(&self, x: f32) -> f32 {
        match *self {
            Self::Parametric { g, a, b, c, d, e, f } => {
                if x >= d {
                    libm::powf((a * x + b).max(0.0), g) + e
                } else {
                    c * x + f
                }
            }
            Self::Table(values) => {
                let value = |index: usize| {
                    f32::from(u16::from_be_bytes([values[2 * index], values[2 * index + 1]]))
                        / 65_535.0
                };
                let last = values.len() / 2 - 1;
                let place = x * last as f32;
                let index = (place as usize).min(last.saturating_sub(1));
                let (low, high) = (value(index), value((index + 1).min(last)));
                low + (high - low) * (place - index as f32)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Size;

    fn profile(primaries: [[f64; 3]; 3], curve: &[u8]) -> Vec<u8> {
        let number = |value: f64| ((value * 65_536.0).round() as i32).to_be_bytes();
        let mut tags: Vec<(&[u8; 4], Vec<u8>)> = Vec::new();
        for (name, values) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().zip(primaries) {
            let mut data = b"XYZ \0\0\0\0".to_vec();
            values.iter().for_each(|&value| data.extend(number(value)));
            tags.push((name, data));
        }
        for name in [b"rTRC", b"gTRC", b"bTRC"] {
            tags.push((name, curve.to_vec()));
        }
        let mut icc = vec![0; 128];
        icc[16..24].copy_from_slice(b"RGB XYZ ");
        icc.extend((tags.len() as u32).to_be_bytes());
        let mut at = 132 + 12 * tags.len();
        for (name, data) in &tags {
            icc.extend_from_slice(*name);
            icc.extend((at as u32).to_be_bytes());
            icc.extend((data.len() as u32).to_be_bytes());
            at += data.len();
        }
        tags.iter().for_each(|(_, data)| icc.extend_from_slice(data));
        icc
    }

    const P3: [[f64; 3]; 3] = [
        [0.515_10, 0.241_18, -0.001_05],
        [0.291_97, 0.692_25, 0.041_89],
        [0.157_10, 0.066_57, 0.784_07],
    ];
    const SRGB: [[f64; 3]; 3] = [
        [0.436_07, 0.222_49, 0.013_92],
        [0.385_15, 0.716_87, 0.097_08],
        [0.143_07, 0.060_61, 0.714_10],
    ];

    /// The curve of sRGB as three parameters and a straight piece.
    fn srgb_curve() -> Vec<u8> {
        let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
        for value in [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45] {
            curve.extend(((value * 65_536.0_f64).round() as i32).to_be_bytes());
        }
        curve
    }

    fn converted(pixel: [u8; 3], icc: &[u8]) -> Vec<u8> {
        let picture =
            Picture::new(Size::new(1, 1), Channels::Rgb, pixel.to_vec()).expect("one pixel");
        to_srgb(picture, Some(icc)).into_data()
    }

    fn near(got: &[u8], want: [u8; 3]) -> bool {
        got.iter().zip(want).all(|(&got, want)| got.abs_diff(want) <= 1)
    }

    #[test]
    fn srgb_stays_as_it_is() {
        let icc = profile(SRGB, &srgb_curve());
        for pixel in [[0, 0, 0], [255, 255, 255], [200, 100, 50], [3, 250, 128]] {
            let got = converted(pixel, &icc);
            assert!(near(&got, pixel), "{pixel:?} became {got:?}");
        }
    }

    /// The wanted values are from the published matrix between the two spaces, not from the profile's numbers.
    #[test]
    fn display_p3_becomes_stronger() {
        let icc = profile(P3, &srgb_curve());
        let cases = [
            ([128, 128, 128], [128, 128, 128]),
            ([200, 100, 50], [215, 93, 31]),
            ([40, 160, 90], [0, 163, 82]),
            ([255, 0, 0], [255, 0, 0]),
        ];
        for (pixel, want) in cases {
            let got = converted(pixel, &icc);
            assert!(near(&got, want), "{pixel:?} became {got:?}, not {want:?}");
        }
    }

    #[test]
    fn curves_of_all_kinds_are_read() {
        let at = |data: &[u8]| Curve::read(data).map(|curve| curve.at(0.5));
        assert_eq!(at(b"curv\0\0\0\0\0\0\0\0"), Some(0.5));
        assert_eq!(at(b"curv\0\0\0\0\0\0\0\x01\x02\0"), Some(0.25));
        assert_eq!(at(b"curv\0\0\0\0\0\0\0\x02\0\0\xff\xff"), Some(0.5));
        assert_eq!(at(b"para\0\0\0\0\0\0\0\0\0\x02\0\0"), Some(0.25));
        assert_eq!(at(b"curv\0\0\0\0\xff\xff\xff\xff"), None);
        assert_eq!(at(b"para\0\0\0\0\0\x09\0\0\0\x02\0\0"), None);
    }

    #[test]
    fn any_bytes_are_safe() {
        let good = profile(P3, &srgb_curve());
        for at in 0..good.len() {
            for value in [0, 0x7f, 0xff] {
                let mut icc = good.clone();
                icc[at] = value;
                assert_eq!(converted([9, 8, 7], &icc).len(), 3);
            }
            assert_eq!(converted([9, 8, 7], &good[..at]).len(), 3);
        }
    }
}
