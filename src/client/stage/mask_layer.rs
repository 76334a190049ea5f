//! The mask of a list of strokes at the screen's resolution, with its outline.

use web_sys::Document;

use super::canvas::{Canvas, Patch};
use crate::raster::{Size, Stroke, StrokeMode, View, within};

/// Width of the outline in CSS pixels.
const OUTLINE: f64 = 1.5;
/// Milliseconds in which a mask fades.
const FADE: f64 = 280.0;

/// How the photo lies on the device's pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lens {
    pub(super) view: View,
    pub(super) density: f64,
    pub(super) photo: Size,
}

impl Lens {
    /// The device pixels that a piece of a stroke can cover.
    fn reach(&self, stroke: &Stroke, from: usize) -> Patch {
        let radius = f64::from(stroke.radius) * self.view.scale;
        stroke.points[from..].iter().fold(Patch::default(), |patch, &point| {
            let (x, y) = self.view.to_screen(point);
            patch.union(Patch {
                x0: (x - radius) * self.density,
                y0: (y - radius) * self.density,
                x1: (x + radius) * self.density,
                y1: (y + radius) * self.density,
            })
        })
    }
}

/// A mask on its way from painted to gone.
pub(super) struct MaskLayer {
    pub(super) mask: Canvas,
    /// The mask grown by the width of its outline: what of it is not mask is the outline.
    pub(super) grown: Canvas,
    /// Whether nothing is painted any more, and `grown` is the outline alone.
    pub(super) traced: bool,
    pub(super) strokes: Vec<Stroke>,
    /// What of the screen it can cover.
    pub(super) bounds: Patch,
    /// How much of the rose is there, 0..=1, and how much is to be.
    pub(super) tint: f64,
    pub(super) tint_goal: f64,
    /// How much of everything is there, 0..=1, and how much is to be.
    pub(super) strength: f64,
    pub(super) strength_goal: f64,
}

impl MaskLayer {
    pub(super) fn new(document: &Document, width: u32, height: u32) -> Option<Self> {
        Some(Self {
            mask: Canvas::hidden(document, width, height)?,
            grown: Canvas::hidden(document, width, height)?,
            traced: false,
            strokes: Vec::new(),
            bounds: Patch::default(),
            tint: 1.0,
            tint_goal: 1.0,
            strength: 1.0,
            strength_goal: 1.0,
        })
    }

    /// Draws all strokes anew, and one that is not finished.
    pub(super) fn redraw(&mut self, lens: &Lens, unfinished: Option<&Stroke>) {
        self.redraw_in(self.mask.whole(), lens, unfinished);
        if std::mem::take(&mut self.traced) {
            self.trace(lens.density);
        }
    }

    /// Takes other strokes, draws anew where they differ, and says what of the screen that is. Not for a mask that is
    /// traced.
    pub(super) fn exchange(
        &mut self,
        strokes: Vec<Stroke>,
        lens: &Lens,
        unfinished: Option<&Stroke>,
    ) -> Patch {
        let same = self.strokes.iter().zip(&strokes).take_while(|(old, new)| old == new).count();
        let before = std::mem::replace(&mut self.strokes, strokes);
        let differ = before[same..].iter().chain(&self.strokes[same..]);
        let changed =
            differ.fold(Patch::default(), |patch, stroke| patch.union(lens.reach(stroke, 0)));
        let changed = changed.grown(2.0 * OUTLINE * lens.density, &self.mask);
        self.redraw_in(changed, lens, unfinished);
        changed
    }

    /// Draws the strokes anew inside `patch`, and one that is not finished.
    fn redraw_in(&mut self, patch: Patch, lens: &Lens, unfinished: Option<&Stroke>) {
        self.bounds = Patch::default();
        for canvas in [&self.mask, &self.grown] {
            canvas.begin(patch);
        }
        let strokes = std::mem::take(&mut self.strokes);
        for stroke in strokes.iter().chain(unfinished) {
            let reach = lens.reach(stroke, 0).grown(2.0 * OUTLINE * lens.density, &self.mask);
            if reach.meets(patch) {
                self.draw(stroke, 0, lens);
            }
            self.cover(stroke, lens.reach(stroke, 0));
        }
        self.strokes = strokes;
        for canvas in [&self.mask, &self.grown] {
            canvas.release();
        }
    }

    /// Draws what a stroke gained since its point `from`, and says what of the screen changed.
    pub(super) fn extend(&mut self, stroke: &Stroke, from: usize, lens: &Lens) -> Patch {
        let from = from.saturating_sub(1);
        self.draw(stroke, from, lens);
        let reach = lens.reach(stroke, from);
        self.cover(stroke, reach);
        reach.grown(2.0 * OUTLINE * lens.density, &self.mask)
    }

    /// Nothing is painted any more: the outline is cut out once and for all.
    pub(super) fn trace(&mut self, density: f64) {
        let patch = self.bounds.grown(2.0 * OUTLINE * density, &self.grown);
        self.grown.erase(&self.mask, patch);
        self.traced = true;
    }

    /// It is painted in again, as if it had never been on its way; whether that can be seen.
    pub(super) fn untrace(&mut self) -> bool {
        // The grown mask holds all of the mask, so the sum of the two is what it was before the outline was cut out.
        let _ = self.grown.context.set_global_composite_operation("lighter");
        self.grown.draw(&self.mask, self.bounds);
        let _ = self.grown.context.set_global_composite_operation("source-over");
        self.traced = false;
        let faded = self.tint < 1.0 || self.strength < 1.0;
        (self.tint, self.tint_goal, self.strength, self.strength_goal) = (1.0, 1.0, 1.0, 1.0);
        faded
    }

    /// Moves both fades on by `passed` milliseconds; whether they are still on their way.
    pub(super) fn fade(&mut self, passed: f64) -> bool {
        let step = passed / FADE;
        let towards = |value: f64, goal: f64| value + within(goal - value, -step, step);
        self.tint = towards(self.tint, self.tint_goal);
        self.strength = towards(self.strength, self.strength_goal);
        self.tint != self.tint_goal || self.strength != self.strength_goal
    }

    /// A stroke can cover `reach` from now on.
    fn cover(&mut self, stroke: &Stroke, reach: Patch) {
        if stroke.mode == StrokeMode::Paint {
            self.bounds = self.bounds.union(reach.grown(1.0, &self.mask));
        }
    }

    fn draw(&self, stroke: &Stroke, from: usize, lens: &Lens) {
        let width = 2.0 * f64::from(stroke.radius);
        let outline = OUTLINE / lens.view.scale;
        let grown = match stroke.mode {
            StrokeMode::Paint => width + 2.0 * outline,
            StrokeMode::Unpaint => width - 2.0 * outline,
        };
        draw(&self.mask, stroke, from, lens, width, 0.0);
        // The outline surrounds the paint where that ends at the photo's edge, too.
        draw(&self.grown, stroke, from, lens, grown, outline);
    }
}

/// Draws a stroke from its point `from` on, so wide and no farther than `beyond` the photo, both in photo pixels.
fn draw(canvas: &Canvas, stroke: &Stroke, from: usize, lens: &Lens, width: f64, beyond: f64) {
    let Some(&first) = stroke.points.get(from) else { return };
    if width <= 0.0 {
        return;
    }
    let context = &canvas.context;
    let (scale, density) = (lens.view.scale * lens.density, lens.density);
    context.save();
    let _ =
        context.set_transform(scale, 0.0, 0.0, scale, lens.view.x * density, lens.view.y * density);
    context.begin_path();
    context.rect(
        -beyond,
        -beyond,
        f64::from(lens.photo.width) + 2.0 * beyond,
        f64::from(lens.photo.height) + 2.0 * beyond,
    );
    context.clip();
    let _ = context.set_global_composite_operation(match stroke.mode {
        StrokeMode::Paint => "source-over",
        StrokeMode::Unpaint => "destination-out",
    });
    context.set_line_cap("round");
    context.set_line_join("round");
    context.set_line_width(width);
    let (x, y) = (f64::from(first.x), f64::from(first.y));
    context.begin_path();
    if stroke.points.len() - from == 1 {
        // A line without length has no caps in some browsers.
        let _ = context.arc(x, y, width / 2.0, 0.0, std::f64::consts::TAU);
        context.fill();
    } else {
        context.move_to(x, y);
        for point in &stroke.points[from + 1..] {
            context.line_to(f64::from(point.x), f64::from(point.y));
        }
        context.stroke();
    }
    context.restore();
}
