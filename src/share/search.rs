//! Looks for the best picture under a budget: which size, and which quality at that size.
//!
//! Larger pictures show more and are coarser in the same number of bytes; in between lies one that looks best. The
//! search knows no encoder. It asks for one encoding after the other and is told how long each became, and once a
//! size has its best quality, how much that looks like the original.

use super::patches::preview_size;
use crate::raster::Size;

/// Longest sides that are tried, in pixels.
const SIDES: [u32; 15] =
    [96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1_024];
/// The best quality that is tried; above it bytes buy nothing that is seen.
const BEST: u8 = 92;
/// Encodings at one size.
const MOST_TRIALS: usize = 7;
/// A picture that fills so much of the budget is not tried again for a better one.
const FILLED: f64 = 0.96;
/// Bits a pixel at which pictures of most kinds look best; where the search begins.
const USUAL_BITS: f64 = 0.6;
/// How much the logarithm of the length grows with each step of quality, before it is known better.
const USUAL_SLOPE: f64 = 0.02;

/// A picture to encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Width and height in pixels.
    pub size: Size,
    /// 0..=100, as libwebp takes it.
    pub quality: u8,
}

/// What the search wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Encode this and say how many bytes it takes.
    Encode(Trial),
    /// This is the best of its size: say how alike it looks.
    Judge(Trial),
    /// The search is over: this is the best, or nothing fits.
    Done(Option<Trial>),
}

/// The state of a search.
#[derive(Clone, Debug)]
pub struct Search {
    sizes: Vec<Size>,
    budget: usize,
    /// The size that was worked on first, the one that is now, and whether larger or smaller ones come next.
    start: usize,
    index: usize,
    direction: Direction,
    /// What was tried at this size: quality and bytes.
    tried: Vec<(u8, usize)>,
    next: Choice,
    best: Option<(usize, Trial, f64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    /// The first size; both directions are open.
    Start,
    Up,
    Down,
}

impl Search {
    /// A search for a picture of a photo of size `photo` in at most `budget` bytes.
    #[must_use]
    pub fn new(photo: Size, budget: usize) -> Self {
        let mut sizes: Vec<Size> = SIDES.iter().map(|&side| preview_size(photo, side)).collect();
        // A small photo has one size from where it is not made smaller any more.
        sizes.dedup();
        let pixels = budget as f64 * 8.0 / USUAL_BITS;
        let index = sizes.iter().rposition(|size| size.area() as f64 <= pixels).unwrap_or(0);
        let mut search = Self {
            sizes,
            budget,
            start: index,
            index,
            direction: Direction::Start,
            tried: Vec::new(),
            next: Choice::Done(None),
            best: None,
        };
        search.begin(50);
        search
    }

    /// What to do next.
    #[must_use]
    pub const fn next(&self) -> Choice {
        self.next
    }

    /// Whether nothing better than this has been judged.
    #[must_use]
    pub fn is_best(&self, trial: Trial) -> bool {
        self.best.is_some_and(|(_, best, _)| best == trial)
    }

    /// The encoding that was asked for takes so many bytes.
    pub fn encoded(&mut self, bytes: usize) {
        let Choice::Encode(trial) = self.next else { return };
        self.tried.push((trial.quality, bytes));
        self.next = match self.next_quality() {
            Some(quality) => Choice::Encode(Trial { quality, ..trial }),
            None => match self.longest_that_fits() {
                Some((quality, _)) => Choice::Judge(Trial { quality, ..trial }),
                None => return self.move_on(false),
            },
        };
    }

    /// The encoding that was asked for looks so much alike; only the order of such numbers counts.
    pub fn judged(&mut self, similarity: f64) {
        let Choice::Judge(trial) = self.next else { return };
        let better = self.best.is_none_or(|(_, _, best)| similarity > best);
        if better {
            self.best = Some((self.index, trial, similarity));
        }
        self.move_on(better);
    }

    fn begin(&mut self, quality: u8) {
        self.tried.clear();
        self.next = match self.sizes.get(self.index) {
            Some(&size) => Choice::Encode(Trial { size, quality }),
            None => Choice::Done(None),
        };
    }

    fn longest_that_fits(&self) -> Option<(u8, usize)> {
        self.tried.iter().copied().filter(|&(_, bytes)| bytes <= self.budget).max()
    }

    /// The quality to try next at this size; `None` when it is known well enough.
    fn next_quality(&self) -> Option<u8> {
        let fits = self.longest_that_fits();
        let over = self.tried.iter().copied().filter(|&(_, bytes)| bytes > self.budget).min();
        let filled = |bytes: usize| bytes as f64 >= self.budget as f64 * FILLED;
        match (fits, over) {
            (Some((quality, bytes)), _) if quality >= BEST || filled(bytes) => return None,
            (None, Some((0, _))) => return None,
            (Some((fits, _)), Some((over, _))) if over <= fits + 1 => return None,
            _ if self.tried.len() >= MOST_TRIALS => return None,
            _ => {}
        }
        let (lowest, highest) = (
            fits.map_or(0, |(quality, _)| quality + 1),
            over.map_or(BEST, |(quality, _)| quality - 1),
        );
        let target = (self.budget as f64 * (1.0 + FILLED) / 2.0).max(1.0).ln();
        let log = |(quality, bytes): (u8, usize)| (f64::from(quality), (bytes.max(1) as f64).ln());
        let guess = match (fits.map(log), over.map(log)) {
            (Some((x0, y0)), Some((x1, y1))) if y1 > y0 => {
                x0 + (target - y0) * (x1 - x0) / (y1 - y0)
            }
            (Some((x, y)), None) | (None, Some((x, y))) => x + (target - y) / USUAL_SLOPE,
            _ => f64::midpoint(f64::from(lowest), f64::from(highest)),
        };
        Some((guess.round() as i64).clamp(i64::from(lowest), i64::from(highest)) as u8)
    }

    /// Goes to the next size, larger ones first, until one is not better than the one before.
    fn move_on(&mut self, better: bool) {
        let step = match (self.direction, better) {
            (Direction::Start, true) if self.index + 1 < self.sizes.len() => Some(Direction::Up),
            (Direction::Start, _) => Some(Direction::Down),
            (Direction::Up, true) => Some(Direction::Up),
            // The first step up was no good: the start may have been too large already.
            (Direction::Up, false) => (self.index == self.start + 1).then_some(Direction::Down),
            (Direction::Down, true) => Some(Direction::Down),
            // Nothing has fitted so far.
            (Direction::Down, false) => self.best.is_none().then_some(Direction::Down),
        };
        let from = match (self.direction, step) {
            (Direction::Up, Some(Direction::Down)) => self.index - 1,
            _ => self.index,
        };
        let next = match step {
            Some(Direction::Up) => Some(from + 1).filter(|&index| index < self.sizes.len()),
            Some(_) => from.checked_sub(1),
            None => None,
        };
        match (next, step) {
            (Some(index), Some(direction)) => {
                let quality = self.expected_quality(self.sizes[from], self.sizes[index]);
                self.direction = direction;
                self.index = index;
                self.begin(quality);
            }
            _ => self.next = Choice::Done(self.best.map(|(_, trial, _)| trial)),
        }
    }

    /// Where to begin at another size: bytes grow a little slower than pixels.
    fn expected_quality(&self, from: Size, to: Size) -> u8 {
        let known = self.best.map_or(30.0, |(_, trial, _)| f64::from(trial.quality));
        let growth = 0.8 * (to.area().max(1) as f64 / from.area().max(1) as f64).ln();
        (known - growth / USUAL_SLOPE).clamp(2.0, f64::from(BEST)) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::SHORTEST_SIDE;

    /// An encoder that behaves like one: bytes grow with pixels and quality.
    fn bytes(trial: Trial, bits: f64) -> usize {
        let quality = f64::from(trial.quality);
        let per_pixel = bits * (quality / 45.0 - 1.0).exp();
        (trial.size.area() as f64).powf(0.93) as usize * (per_pixel * 1_000.0) as usize / 8_000 + 60
    }

    /// Sharpness grows with size, and quality is lost below 40.
    fn similarity(trial: Trial) -> f64 {
        let side = f64::from(trial.size.width.max(trial.size.height));
        let quality = f64::from(trial.quality);
        1.0 - 40.0 / side - (1.0 - quality / 100.0).powi(2) * 0.4
    }

    fn run(photo: Size, budget: usize, bits: f64) -> (Option<Trial>, usize) {
        let mut search = Search::new(photo, budget);
        let mut encodings = 0;
        loop {
            match search.next() {
                Choice::Encode(trial) => {
                    encodings += 1;
                    search.encoded(bytes(trial, bits));
                }
                Choice::Judge(trial) => {
                    assert!(bytes(trial, bits) <= budget);
                    search.judged(similarity(trial));
                }
                Choice::Done(best) => return (best, encodings),
            }
            assert!(encodings < 120, "the search does not end");
        }
    }

    #[test]
    fn finds_about_the_best_of_all_that_fit() {
        let photo = Size::new(6_000, 4_000);
        for budget in [1_300, 5_900, 23_900, 44_900] {
            for bits in [0.15, 0.3, 0.6, 1.2, 2.4] {
                let (best, encodings) = run(photo, budget, bits);
                let best = best.expect("something fits");
                assert!(encodings <= 45, "{encodings} encodings");
                assert!(best.size.width >= SHORTEST_SIDE);
                let all = SIDES.iter().flat_map(|&side| {
                    (0..=BEST)
                        .map(move |quality| Trial { size: preview_size(photo, side), quality })
                });
                let ideal = all
                    .filter(|&trial| bytes(trial, bits) <= budget)
                    .map(similarity)
                    .fold(0.0, f64::max);
                assert!(
                    similarity(best) > ideal - 0.02,
                    "{budget} {bits}: {best:?} {} {ideal}",
                    similarity(best)
                );
            }
        }
    }

    #[test]
    fn nothing_fits_into_nothing() {
        assert_eq!(run(Size::new(6_000, 4_000), 40, 1.0).0, None);
        assert_eq!(run(Size::new(6_000, 4_000), 0, 1.0).0, None);
    }

    #[test]
    fn a_small_photo_is_not_enlarged() {
        let (best, _) = run(Size::new(64, 48), 60_000, 1.0);
        assert_eq!(best, Some(Trial { size: Size::new(64, 48), quality: BEST }));
    }
}
