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
    pub(super) outline: Canvas,
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
            outline: Canvas::hidden(document, width, height)?,
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
        let everything = self.mask.whole();
        self.mask.begin(everything);
        self.mask.release();
        self.outline.begin(everything);
        self.outline.release();
        self.bounds = Patch::default();
        let strokes = std::mem::take(&mut self.strokes);
        for stroke in strokes.iter().chain(unfinished) {
            self.draw(stroke, 0, lens);
        }
        self.strokes = strokes;
        self.trace(self.bounds, lens.density);
    }

    /// Draws what a stroke gained since its point `from`, and says what of the screen changed.
    pub(super) fn extend(&mut self, stroke: &Stroke, from: usize, lens: &Lens) -> Patch {
        let changed = self.draw(stroke, from.saturating_sub(1), lens);
        self.trace(changed, lens.density)
    }

    /// Moves both fades on by `passed` milliseconds; whether they are still on their way.
    pub(super) fn fade(&mut self, passed: f64) -> bool {
        let step = passed / FADE;
        let towards = |value: f64, goal: f64| value + within(goal - value, -step, step);
        self.tint = towards(self.tint, self.tint_goal);
        self.strength = towards(self.strength, self.strength_goal);
        self.tint != self.tint_goal || self.strength != self.strength_goal
    }

    fn draw(&mut self, stroke: &Stroke, from: usize, lens: &Lens) -> Patch {
        let Some(&first) = stroke.points.get(from) else { return Patch::default() };
        let context = &self.mask.context;
        let (scale, density) = (lens.view.scale * lens.density, lens.density);
        context.save();
        let _ = context.set_transform(
            scale,
            0.0,
            0.0,
            scale,
            lens.view.x * density,
            lens.view.y * density,
        );
        // The mask ends where the photo ends.
        context.begin_path();
        context.rect(0.0, 0.0, f64::from(lens.photo.width), f64::from(lens.photo.height));
        context.clip();
        let _ = context.set_global_composite_operation(match stroke.mode {
            StrokeMode::Paint => "source-over",
            StrokeMode::Unpaint => "destination-out",
        });
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_line_width(2.0 * f64::from(stroke.radius));
        let (x, y) = (f64::from(first.x), f64::from(first.y));
        context.begin_path();
        if stroke.points.len() - from == 1 {
            // A line without length has no caps in some browsers.
            let _ = context.arc(x, y, f64::from(stroke.radius), 0.0, std::f64::consts::TAU);
            context.fill();
        } else {
            context.move_to(x, y);
            for point in &stroke.points[from + 1..] {
                context.line_to(f64::from(point.x), f64::from(point.y));
            }
            context.stroke();
        }
        context.restore();
        let reach = lens.reach(stroke, from).grown(1.0, &self.mask);
        if stroke.mode == StrokeMode::Paint {
            self.bounds = self.bounds.union(reach);
        }
        reach
    }

    /// Finds the outline anew inside `changed`: the mask drawn eight times a little aside, less the mask itself.
    fn trace(&self, changed: Patch, density: f64) -> Patch {
        let patch = changed.grown(2.0 * OUTLINE * density, &self.outline);
        if patch.is_empty() {
            return patch;
        }
        let (straight, slanted) =
            (OUTLINE * density, OUTLINE * density * std::f64::consts::FRAC_1_SQRT_2);
        self.outline.begin(patch);
        for (dx, dy) in [
            (straight, 0.0),
            (-straight, 0.0),
            (0.0, straight),
            (0.0, -straight),
            (slanted, slanted),
            (slanted, -slanted),
            (-slanted, slanted),
            (-slanted, -slanted),
        ] {
            let from = patch.grown(straight, &self.outline);
            self.outline.draw(&self.mask, from, dx, dy);
        }
        let _ = self.outline.context.set_global_composite_operation("destination-out");
        self.outline.draw(&self.mask, patch, 0.0, 0.0);
        let _ = self.outline.context.set_global_composite_operation("source-over");
        self.outline.release();
        patch
    }
}
