//! The displacements under which what is known repeats itself.
//!
//! Statistics of the displacements between similar patches tell how a texture goes on (He and Sun, 2012), and on a
//! plane that is seen aslant they are the same everywhere once the plane is seen from the front (Huang and others,
//! 2014). Here the plane comes from the same statistics: it is the one on which most matches agree, found by guesses
//! from a few of them (random sample consensus, Fischler and Bolles, 1981).

use super::budget::Budget;
use super::distance::Metric;
use super::field::Spot;
use super::likeness::{Match, NEAREST};
use super::plane::{Pair, Plane, less};
use super::pyramid::Level;
use super::rng::Rng;

/// Guesses for each repeat.
const GUESSES: usize = 240;
/// Matches that are asked about a guess, at most.
const ASKED: usize = 400;
/// Squared distance up to which a match follows a repeat, in pixels.
const CLOSE: f64 = 1.6;
/// A squared distance that is no worse than any larger one.
const FAR: f64 = 4.0;
/// The share of matches that must follow the first repeat, and how many must follow any.
const SHARE: f64 = 0.06;
const FEWEST: usize = 60;
/// Squared sine of the angle that a second repeat makes with the first, at least.
const APART: f64 = 0.15;
/// The steepest tilt of a plane that is guessed, in a pixel.
const STEEPEST: f64 = 0.02;
/// How far apart two matches must lie to say anything of a tilt, in pixels.
const BASE: f64 = 12.0;

/// Repeats that share a plane.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repeats {
    pub(super) plane: Plane,
    /// One or two, as seen from the front.
    pub(super) by: Vec<Pair>,
    /// The matches that follow one of them.
    pub(super) following: Vec<Match>,
}

/// Two places that show the same, so many repeats apart.
#[derive(Clone, Copy, Debug)]
struct Tie {
    from: Pair,
    to: Pair,
    steps: f64,
}

impl Tie {
    fn of(m: &Match) -> Self {
        let from = [f64::from(m.at.x), f64::from(m.at.y)];
        Self { from, to: [from[0] + f64::from(m.dx), from[1] + f64::from(m.dy)], steps: 1.0 }
    }

    fn turned(self) -> Self {
        Self { from: self.to, to: self.from, ..self }
    }

    /// As seen from the front.
    fn on(self, plane: &Plane) -> Option<Pair> {
        Some(less(plane.front(self.to)?, plane.front(self.from)?))
    }

    /// Squared distance between where this leads and where the repeat does; [`FAR`] at most.
    fn miss(self, plane: &Plane, repeat: Pair) -> f64 {
        let to = plane.front(self.from).and_then(|[x, y]| {
            plane.seen([x + self.steps * repeat[0], y + self.steps * repeat[1]])
        });
        let Some([dx, dy]) = to.map(|to| less(to, self.to)) else { return FAR };
        (dx * dx + dy * dy).min(FAR)
    }
}

/// The tie that a match is, there or back, if it follows a repeat.
fn following(m: &Match, plane: &Plane, repeat: Pair) -> Option<Tie> {
    let tie = Tie::of(m);
    [tie, tie.turned()].into_iter().find(|tie| tie.miss(plane, repeat) <= CLOSE)
}

/// The repeat that ties agree on most, for a given plane.
fn mean(plane: &Plane, ties: impl Iterator<Item = Tie>) -> Option<Pair> {
    let (mut sum, mut total) = ([0.0; 2], 0.0);
    for tie in ties {
        if let Some(d) = tie.on(plane) {
            // A pixel is less of the plane where it is near.
            let nearness = plane.nearness(tie.to);
            let weight = tie.steps * nearness * nearness;
            for k in 0..2 {
                sum[k] += weight * d[k];
            }
            total += weight * tie.steps;
        }
    }
    (total > 0.0).then(|| sum.map(|s| s / total))
}

/// Changes the repeat, and if it is asked for the plane's tilt, little by little, as long as the ties miss by less.
fn fitted(plane: Plane, repeat: Pair, ties: &[Tie], tilting: bool) -> (Plane, Pair) {
    let loss = |plane: &Plane, repeat: Pair| -> f64 {
        ties.iter().map(|tie| tie.miss(plane, repeat)).sum()
    };
    let mut best = (plane, repeat);
    let mut least = loss(&plane, repeat);
    let mut improve = |plane: Plane, best: &mut (Plane, Pair)| {
        let near = ties.iter().filter(|tie| tie.miss(&best.0, best.1) < FAR);
        let Some(repeat) = mean(&plane, near.copied()) else { return false };
        let new = loss(&plane, repeat);
        let better = new < least;
        if better {
            *best = (plane, repeat);
            least = new;
        }
        better
    };
    for _ in 0..2 {
        improve(best.0, &mut best);
    }
    let mut by = if tilting { 0.002 } else { 0.0 };
    while by > 0.000_05 {
        for (k, sign) in [(0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)] {
            for _ in 0..3 {
                if !improve(best.0.tilted(k, sign * by), &mut best) {
                    break;
                }
            }
        }
        by *= 0.5;
    }
    best
}

/// Looks for one or two repeats that many matches follow.
#[derive(Debug)]
pub(super) struct Consensus {
    matches: Vec<Match>,
    /// How many must follow.
    least: usize,
    rng: Rng,
    guess: usize,
    best: Option<(usize, Plane, Pair)>,
    found: Repeats,
}

impl Consensus {
    pub(super) fn new(matches: Vec<Match>, level: &Level, seed: u64) -> Self {
        let hole = level.hole;
        let plane = Plane::from_the_front([
            (hole.x0 + hole.x1) as f64 / 2.0,
            (hole.y0 + hole.y1) as f64 / 2.0,
        ]);
        Self {
            least: ((matches.len() as f64 * SHARE) as usize).max(FEWEST),
            matches,
            rng: Rng::new(seed),
            guess: 0,
            best: None,
            found: Repeats { plane, by: Vec::new(), following: Vec::new() },
        }
    }

    /// Works on; `true` when there is nothing more to find.
    pub(super) fn step(&mut self, budget: &mut Budget) -> bool {
        while self.matches.len() >= self.least && self.found.by.len() < 2 {
            let stride = self.matches.len().div_ceil(ASKED);
            while self.guess < GUESSES {
                if !budget.open() {
                    return false;
                }
                if let Some((plane, repeat)) = self.draw() {
                    let asked = self.matches.iter().step_by(stride);
                    let count = asked.filter(|m| following(m, &plane, repeat).is_some()).count();
                    if self.best.is_none_or(|(most, _, _)| count > most) {
                        self.best = Some((count, plane, repeat));
                    }
                    budget.pay(self.matches.len() / stride / 4);
                }
                self.guess += 1;
            }
            self.guess = 0;
            let Some((_, plane, repeat)) = self.best.take() else { return true };
            if !self.take(plane, repeat) {
                return true;
            }
            budget.pay(20 * ASKED);
        }
        true
    }

    /// Takes a repeat if enough matches follow it, and puts aside all that it explains.
    fn take(&mut self, plane: Plane, repeat: Pair) -> bool {
        let ties: Vec<Tie> =
            self.matches.iter().filter_map(|m| following(m, &plane, repeat)).collect();
        if ties.len() < self.least {
            return false;
        }
        let some: Vec<Tie> = ties.iter().step_by(ties.len().div_ceil(ASKED)).copied().collect();
        let (plane, repeat) = fitted(plane, repeat, &some, self.found.by.is_empty());
        if repeat[0] * repeat[0] + repeat[1] * repeat[1] < f64::from(NEAREST * NEAREST) {
            return false;
        }
        self.found.plane = plane;
        self.found.by.push(repeat);
        self.least = FEWEST.max(self.least / 2);
        let followers = &mut self.found.following;
        self.matches.retain(|m| {
            if following(m, &plane, repeat).is_some() {
                followers.push(*m);
                return false;
            }
            // What leads the same way, two repeats on for one, says nothing new.
            let Some(d) = Tie::of(m).on(&plane) else { return false };
            let cross = repeat[0] * d[1] - repeat[1] * d[0];
            let lengths = |a: Pair| a[0] * a[0] + a[1] * a[1];
            cross * cross > APART * lengths(repeat) * lengths(d)
        });
        true
    }

    /// A guess: a plane, unless it is known already, and a repeat from one match or two.
    fn draw(&mut self) -> Option<(Plane, Pair)> {
        let one = self.any();
        // On the border of what is allowed nobody knows whether it is a best match.
        if one.dx.abs().max(one.dy.abs()) <= NEAREST + 1 {
            return None;
        }
        let tie = Tie::of(&one);
        let plane = match (self.found.by.is_empty(), self.guess % 3) {
            (true, 0) | (false, _) => self.found.plane,
            // Tilted along the one axis or the other.
            (true, kind) => self.guess_plane(tie, kind - 1)?,
        };
        Some((plane, tie.on(&plane)?))
    }

    /// The plane, tilted along axis `k` only, on which a tie is as long as another that leads the same way.
    fn guess_plane(&mut self, tie: Tie, k: usize) -> Option<Plane> {
        let other = self.alike(tie)?;
        let plane = self.found.plane;
        let (d, e) = (less(tie.to, tie.from), less(other.to, other.from));
        let middle = |tie: Tie| plane.counted((tie.to[k] + tie.from[k]) / 2.0, k);
        let (s, t) = (middle(tie), middle(other));
        if (t - s).abs() < BASE {
            return None;
        }
        // What leads sideways grows as the plane comes nearer, and what leads towards it as the square of that.
        let ratio = if d[1 - k].abs() >= d[k].abs() {
            e[1 - k] / d[1 - k]
        } else {
            libm::sqrt((e[k] / d[k]).max(0.0))
        };
        // (1 + tilt t) / (1 + tilt s) = ratio
        let tilt = (ratio - 1.0) / (t - ratio * s);
        (tilt.abs() < STEEPEST).then(|| plane.tilted(k, tilt))
    }

    fn any(&mut self) -> Match {
        self.matches[self.rng.below(self.matches.len() as u32) as usize]
    }

    /// Another match that leads about the same way, there or back.
    fn alike(&mut self, tie: Tie) -> Option<Tie> {
        let d = less(tie.to, tie.from);
        for _ in 0..12 {
            let other = Tie::of(&self.any());
            let e = less(other.to, other.from);
            let (dot, cross) = (d[0] * e[0] + d[1] * e[1], d[0] * e[1] - d[1] * e[0]);
            if cross.abs() < 0.35 * dot.abs() {
                return Some(if dot < 0.0 { other.turned() } else { other });
            }
        }
        None
    }

    /// What was found, if anything.
    pub(super) fn found(&self) -> Option<&Repeats> {
        (!self.found.by.is_empty()).then_some(&self.found)
    }
}

/// How far apart the places are that a repeat is measured over, in repeats.
const SPANS: [u8; 3] = [2, 4, 8];
/// Matches that are measured for each, about, and how many of them must come again so far off.
const MEASURED: usize = 120;
const ENOUGH: usize = 30;

/// A shorter repeat, in pixels, is next to the nearest match that is allowed: it may be no best match at all.
const SHORTEST: f64 = 5.5;

/// Measures repeats over several of them: a period is rarely a whole number of pixels.
#[derive(Debug)]
pub(super) struct Measuring {
    repeats: Repeats,
    metric: Metric,
    number: usize,
    span: usize,
    /// Some of those that follow the present repeat.
    asked: Vec<Match>,
    next: usize,
    ties: Vec<Tie>,
    /// How many of them are of shorter spans.
    before: usize,
}

impl Measuring {
    pub(super) fn new(repeats: Repeats, metric: Metric) -> Self {
        let mut measuring = Self {
            repeats,
            metric,
            number: 0,
            span: 0,
            asked: Vec::new(),
            next: 0,
            ties: Vec::new(),
            before: 0,
        };
        measuring.begin();
        measuring
    }

    /// Begins with a repeat: with what follows it over one.
    fn begin(&mut self) {
        let Repeats { plane, by, following: all } = &self.repeats;
        let Some(&repeat) = by.get(self.number) else { return };
        let ties = || all.iter().filter_map(|m| Some((m, following(m, plane, repeat)?)));
        let stride = ties().count().div_ceil(MEASURED).max(1);
        self.asked = ties().step_by(stride).map(|(m, _)| *m).collect();
        self.ties = ties().step_by(stride).map(|(_, tie)| tie).collect();
        self.before = self.ties.len();
    }

    /// Works on; `true` when all are measured.
    pub(super) fn step(&mut self, level: &Level, budget: &mut Budget) -> bool {
        while let Some(&repeat) = self.repeats.by.get(self.number) {
            while let Some(m) = self.asked.get(self.next) {
                if !budget.open() {
                    return false;
                }
                let again = self.again(level, repeat, m.at, SPANS[self.span]);
                self.ties.extend(again);
                self.next += 1;
                budget.pay(9);
            }
            let spans = self.ties.len().saturating_sub(self.before);
            let (plane, repeat) = fitted(self.repeats.plane, repeat, &self.ties, self.number == 0);
            budget.pay(20 * self.ties.len());
            self.repeats.plane = plane;
            self.repeats.by[self.number] = repeat;
            self.next = 0;
            self.span += 1;
            if spans < ENOUGH || self.span == SPANS.len() {
                self.span = 0;
                self.number += 1;
                self.begin();
            }
            self.before = self.ties.len();
        }
        self.repeats.by.retain(|&[x, y]| x * x + y * y > SHORTEST * SHORTEST);
        true
    }

    /// Where the patch around `at` comes again so many repeats off, to a pixel.
    fn again(&self, level: &Level, repeat: Pair, at: Spot, span: u8) -> Option<Tie> {
        let plane = self.repeats.plane;
        let from = [f64::from(at.x), f64::from(at.y)];
        let [x, y] = plane.front(from)?;
        [f64::from(span), -f64::from(span)].into_iter().find_map(|steps| {
            let to = plane.seen([x + steps * repeat[0], y + steps * repeat[1]])?;
            let (dx, dy) = at.way_to(to);
            let mut best = None;
            let mut price = u32::MAX;
            for (u, v) in (-1..=1).flat_map(|v| (-1..=1).map(move |u| (u, v))) {
                let Some(source) = at.source_at(dx + u, dy + v, level) else { continue };
                let new = self.metric.price(level, at, source, price);
                if new < price {
                    price = new;
                    best = Some([f64::from(source.x), f64::from(source.y)]);
                }
            }
            best.map(|to| Tie { from, to, steps })
        })
    }

    /// The repeats as they were measured, if any is left.
    pub(super) fn found(&self) -> Option<&Repeats> {
        (!self.repeats.by.is_empty()).then_some(&self.repeats)
    }
}

#[cfg(test)]
mod tests {
    use super::super::likeness::Matching;
    use super::super::params::SynthesisParams;
    use super::super::pyramid::testing::level;
    use super::*;

    const ALL: u32 = u32::MAX;

    /// The repeats of a level, measured.
    fn repeats(level: &Level) -> Option<Repeats> {
        let params = SynthesisParams::default();
        let mut matching = Matching::new(level, 4000, &params);
        while !matching.step(level, &mut Budget::new(ALL)) {}
        let mut consensus = Consensus::new(matching.telling(), level, params.seed);
        while !consensus.step(&mut Budget::new(ALL)) {}
        let mut measuring = Measuring::new(consensus.found()?.clone(), Metric::new(level, &params));
        while !measuring.step(level, &mut Budget::new(ALL)) {}
        measuring.found().cloned()
    }

    /// A soft print that comes again after `period`.
    fn print([x, y]: Pair, period: Pair) -> [u8; 3] {
        let wave = |at: f64, period: f64| libm::cos(at / period * core::f64::consts::TAU);
        let (a, b) = (wave(x, period[0]), wave(y, period[1]));
        [120.0 + 60.0 * a + 40.0 * b, 120.0 + 80.0 * a * b, 90.0 + 50.0 * b].map(|c| c as u8)
    }

    fn in_the_middle(x: usize, y: usize) -> bool {
        x.abs_diff(70) < 18 && y.abs_diff(60) < 16
    }

    /// How far each repeat is from whole periods, at most.
    fn off(repeats: &Repeats, period: Pair) -> f64 {
        let parts = repeats.by.iter().flat_map(|by| [0, 1].map(|k| (by[k], period[k])));
        parts.map(|(d, period)| (d - libm::round(d / period) * period).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn a_period_is_found_to_a_fraction_of_a_pixel() {
        let period = [10.3, 13.6];
        let level = level(140, 120, in_the_middle, |x, y| print([x as f64, y as f64], period));
        let found = repeats(&level).expect("it repeats");
        assert_eq!(found.by.len(), 2, "{:?}", found.by);
        assert!(off(&found, period) < 0.15, "{:?}", found.by);
        assert!((found.plane.nearness([0.0, 0.0]) - 1.0).abs() < 0.02, "{:?}", found.plane);
    }

    #[test]
    fn a_floor_is_found_by_what_repeats_on_it() {
        let floor = Plane::from_the_front([70.0, 60.0]).tilted(1, 0.008);
        let period = [12.4, 11.2];
        let level = level(140, 120, in_the_middle, |x, y| {
            print(floor.front([x as f64, y as f64]).expect("on this side"), period)
        });
        let found = repeats(&level).expect("it repeats");
        assert!(off(&found, period) < 0.4, "{:?}", found.by);
        for place in [[0.0, 0.0], [139.0, 0.0], [70.0, 119.0]] {
            let (want, got) = (floor.nearness(place), found.plane.nearness(place));
            assert!((want - got).abs() < 0.04, "{got} and not {want} at {place:?}");
        }
    }

    #[test]
    fn too_little_to_say_is_nothing() {
        for (width, height) in [(7, 7), (8, 12), (14, 14)] {
            let level =
                level(width, height, |x, _| x == 0, |x, y| print([x as f64, y as f64], [5.0; 2]));
            assert_eq!(repeats(&level), None, "{width}x{height}");
        }
        let flat = level(90, 80, in_the_middle, |_, _| [90; 3]);
        assert_eq!(repeats(&flat), None, "one colour is like itself everywhere");
    }
}
