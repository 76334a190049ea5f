//! A plane in the scene, as a window shows it.

/// A place or a displacement: along rows, along columns.
pub(super) type Pair = [f64; 2];

/// Below this nearness a place lies beyond a plane's horizon, or next to it.
const HORIZON: f64 = 0.15;
/// Nearer than this many times the centre nothing is looked at.
const NEAREST: f64 = 50.0;

pub(super) fn less(a: Pair, b: Pair) -> Pair {
    [a[0] - b[0], a[1] - b[1]]
}

/// A plane by its horizon: (x, y), counted from the centre and divided by `1 + tilt . (x, y)`, is how it looks from
/// the front, up to an affine map, which changes no displacement into another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plane {
    centre: Pair,
    tilt: Pair,
}

impl Plane {
    /// A plane that is seen from the front.
    pub(super) fn from_the_front(centre: Pair) -> Self {
        Self { centre, tilt: [0.0; 2] }
    }

    /// The plane, tilted more by so much along axis `k`.
    pub(super) fn tilted(mut self, k: usize, by: f64) -> Self {
        self.tilt[k] += by;
        self
    }

    /// A coordinate, counted from the centre.
    pub(super) fn counted(&self, at: f64, k: usize) -> f64 {
        at - self.centre[k]
    }

    /// How many times as near as the centre the plane is at a place of the window.
    pub(super) fn nearness(&self, place: Pair) -> f64 {
        let [x, y] = less(place, self.centre);
        1.0 + self.tilt[0] * x + self.tilt[1] * y
    }

    /// A place of the window as seen from the front; `None` from the horizon on.
    pub(super) fn front(&self, place: Pair) -> Option<Pair> {
        let nearness = self.nearness(place);
        (nearness > HORIZON).then(|| less(place, self.centre).map(|d| d / nearness))
    }

    /// The way back.
    pub(super) fn seen(&self, front: Pair) -> Option<Pair> {
        let distance = self.distance(front);
        (distance > 1.0 / NEAREST).then(|| [0, 1].map(|k| front[k] / distance + self.centre[k]))
    }

    /// Moves `other` straight to where it is at most `most` times as near as `place`, or as far; both as seen from the
    /// front.
    pub(super) fn as_near(&self, place: Pair, other: Pair, most: f64) -> Pair {
        let (want, has) = (self.distance(place), self.distance(other));
        let by = has.clamp(want / most, want * most) - has;
        let steep = self.tilt[0] * self.tilt[0] + self.tilt[1] * self.tilt[1];
        if by == 0.0 { other } else { [0, 1].map(|k| other[k] - by * self.tilt[k] / steep) }
    }

    /// The inverse of the nearness, of a place as seen from the front.
    fn distance(&self, [x, y]: Pair) -> f64 {
        1.0 - self.tilt[0] * x - self.tilt[1] * y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: Pair, b: Pair) -> bool {
        less(a, b).iter().all(|d| d.abs() < 1e-9)
    }

    #[test]
    fn there_and_back_again() {
        let plane = Plane::from_the_front([40.0, 30.0]).tilted(1, 0.01).tilted(0, -0.003);
        for place in [[40.0, 30.0], [3.0, 7.5], [90.0, 80.0]] {
            let front = plane.front(place).expect("on this side of the horizon");
            assert!(close(plane.seen(front).expect("in front"), place), "{place:?}");
        }
        assert_eq!(plane.front([40.0, -70.0]), None, "the horizon");
        assert_eq!(Plane::from_the_front([4.0, 3.0]).front([9.0, 1.0]), Some([5.0, -2.0]));
    }

    #[test]
    fn a_row_of_equal_steps_shrinks_towards_the_horizon() {
        let plane = Plane::from_the_front([0.0, 0.0]).tilted(1, 0.01);
        let step = |y: f64| {
            let [u, v] = plane.front([0.0, y]).expect("seen");
            plane.seen([u + 10.0, v]).expect("seen")
        };
        assert!(close(step(0.0), [10.0, 0.0]));
        assert!(close(step(100.0), [20.0, 100.0]));
        assert!(close(step(-50.0), [5.0, -50.0]));
    }

    #[test]
    fn a_place_is_brought_as_near_as_another() {
        let plane = Plane::from_the_front([0.0, 0.0]).tilted(1, 0.01);
        let front = |place| plane.front(place).expect("seen");
        let moved = plane.as_near(front([5.0, 10.0]), front([60.0, 80.0]), 1.02);
        let [_, y] = plane.seen(moved).expect("seen");
        assert!((plane.nearness([0.0, y]) / 1.1 - 1.02).abs() < 1e-9, "{y}");
        let there = front([60.0, 11.0]);
        assert_eq!(plane.as_near(front([5.0, 10.0]), there, 1.02), there);
    }
}
