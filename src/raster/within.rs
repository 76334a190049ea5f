//! Brings numbers into a range.

/// The number of `least..=most` that is nearest to `value`; `least` for what is not a number.
///
/// As `f64::clamp`, but for a range that is empty, which that one answers with a panic: the words of it bring all
/// that writes fractions into the page, a fiftieth of its code.
#[must_use]
pub const fn within(value: f64, least: f64, most: f64) -> f64 {
    value.max(least).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_outside_becomes_the_nearest_inside() {
        assert_eq!([-1.0, 0.25, 2.0].map(|value| within(value, 0.0, 1.0)), [0.0, 0.25, 1.0]);
        assert_eq!(within(f64::NAN, -1.0, 1.0), -1.0);
        assert_eq!(within(f64::INFINITY, -1.0, 1.0), 1.0);
    }
}
