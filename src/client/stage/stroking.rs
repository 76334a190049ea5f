//! The stroke that is being painted.

use crate::raster::{Point, Stroke, StrokeMode};

#[derive(Default)]
pub(super) struct Stroking {
    stroke: Option<Stroke>,
    /// How many of its points are on the canvas.
    drawn: usize,
    /// Points closer together than this, in photo pixels, are one.
    least: f32,
}

impl Stroking {
    /// Begins a stroke, in place of one that was not ended.
    pub(super) fn begin(&mut self, mode: StrokeMode, radius: f32, least: f32, point: Point) {
        self.stroke = Some(Stroke { mode, radius, points: vec![point] });
        self.drawn = 0;
        self.least = least;
    }

    /// Leads the stroke to a point.
    pub(super) fn extend(&mut self, point: Point) {
        let Some(stroke) = &mut self.stroke else { return };
        let far = stroke
            .points
            .last()
            .is_none_or(|last| (last.x - point.x).hypot(last.y - point.y) >= self.least);
        if far {
            stroke.points.push(point);
        }
    }

    pub(super) const fn unfinished(&self) -> Option<&Stroke> {
        self.stroke.as_ref()
    }

    /// The stroke and the first of its points that was not drawn, which now counts as drawn.
    pub(super) fn take_new(&mut self) -> Option<(&Stroke, usize)> {
        let stroke = self.stroke.as_ref()?;
        let from = std::mem::replace(&mut self.drawn, stroke.points.len());
        (from < stroke.points.len()).then_some((stroke, from))
    }

    /// Everything was drawn by somebody else.
    pub(super) fn all_drawn(&mut self) {
        self.drawn = self.stroke.as_ref().map_or(0, |stroke| stroke.points.len());
    }

    pub(super) const fn end(&mut self) -> Option<Stroke> {
        self.stroke.take()
    }

    /// Gives the stroke up; whether there was one.
    pub(super) fn cancel(&mut self) -> bool {
        self.stroke.take().is_some()
    }
}
