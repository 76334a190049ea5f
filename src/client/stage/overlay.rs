//! What lies over the photo: rose, hatch and outline of the mask, and of the mask of a running erase.

use web_sys::{CanvasPattern, Document, HtmlCanvasElement};

use super::{
    canvas::{Canvas, DASH, Patch, dashes, hatch},
    mask_layer::{Lens, MaskLayer},
};
use crate::raster::{Size, Stroke, View};

/// CSS pixels that the dashes march in a millisecond.
const MARCH: f64 = 0.02;
/// Least time between two steps of the march in milliseconds: the processor is needed for the fill.
const MARCH_STEP: f64 = 60.0;
/// Device pixels of a mask for each millisecond between two steps: a large one takes longer to draw.
const MARCH_AREA: f64 = 6_000.0;

pub(super) struct Overlay {
    document: Document,
    screen: Canvas,
    scratch: Canvas,
    patterns: Option<(CanvasPattern, CanvasPattern)>,
    current: MaskLayer,
    running: Option<MaskLayer>,
    pub(super) lens: Lens,
    /// What of the screen is to be put together anew by the next frame.
    stale: Patch,
    /// How far the dashes have marched, in CSS pixels.
    marched: f64,
    /// Time of the last frame in which something moved, in milliseconds.
    moved_at: Option<f64>,
    still: bool,
}

impl Overlay {
    /// Draws onto `screen`. `still`: nothing moves by itself.
    pub(super) fn new(document: &Document, screen: HtmlCanvasElement, still: bool) -> Option<Self> {
        Some(Self {
            document: document.clone(),
            screen: Canvas::of(screen)?,
            scratch: Canvas::hidden(document, 1, 1)?,
            patterns: None,
            current: MaskLayer::new(document, 1, 1)?,
            running: None,
            lens: Lens {
                view: View { scale: 1.0, x: 0.0, y: 0.0 },
                density: 1.0,
                photo: Size::new(0, 0),
            },
            stale: Patch::default(),
            marched: 0.0,
            moved_at: None,
            still,
        })
    }

    /// Gives all canvases the size of the surface. The caller redraws.
    pub(super) fn resize(&mut self, width: f64, height: f64, density: f64) {
        let (across, down) = ((width * density).round() as u32, (height * density).round() as u32);
        if self.patterns.is_none() || density != self.lens.density {
            self.patterns = hatch(&self.document, density).zip(dashes(&self.document, density));
        }
        self.lens.density = density;
        let layers = self.running.iter().chain([&self.current]);
        let canvases = layers.flat_map(|layer| [&layer.mask, &layer.grown]);
        for canvas in canvases.chain([&self.screen, &self.scratch]) {
            canvas.resize(across, down);
        }
    }

    /// Whether nothing is painted and nothing is being erased.
    pub(super) fn is_empty(&self) -> bool {
        self.current.bounds.is_empty() && self.running.is_none()
    }

    /// Draws everything anew, with the stroke that is being painted.
    pub(super) fn redraw(&mut self, unfinished: Option<&Stroke>) {
        let lens = self.lens;
        if self.is_empty() && self.current.strokes.is_empty() && unfinished.is_none() {
            return;
        }
        self.current.redraw(&lens, unfinished);
        if let Some(running) = &mut self.running {
            running.redraw(&lens, None);
        }
        self.stale = self.screen.whole();
    }

    /// Takes other strokes. Nothing is drawn when they are the ones that are there.
    pub(super) fn set_strokes(&mut self, strokes: Vec<Stroke>, unfinished: Option<&Stroke>) {
        if self.current.strokes != strokes {
            let changed = self.current.exchange(strokes, &self.lens, unfinished);
            self.touch(changed);
        }
    }

    /// Draws what a stroke gained since its point `from`.
    pub(super) fn extend(&mut self, stroke: &Stroke, from: usize) {
        let lens = self.lens;
        let changed = self.current.extend(stroke, from, &lens);
        self.stale = self.stale.union(changed);
    }

    /// Keeps a stroke whose every point was drawn.
    pub(super) fn keep(&mut self, stroke: Stroke) {
        self.current.strokes.push(stroke);
    }

    /// The mask so far is being erased; painting goes on in an empty one.
    pub(super) fn start_run(&mut self) {
        let whole = self.screen.whole();
        let empty = MaskLayer::new(&self.document, whole.x1 as u32, whole.y1 as u32);
        if let Some(empty) = empty {
            // The last one may still be on its way out.
            self.forget_run();
            let mut running = std::mem::replace(&mut self.current, empty);
            running.trace(self.lens.density);
            self.running = Some(running);
        }
        self.moved_at = None;
    }

    /// The first pictures of the fill are there: the rose makes room for them.
    pub(super) fn reveal(&mut self) {
        if let Some(running) = &mut self.running {
            running.tint_goal = 0.0;
        }
    }

    /// The erase came to its end: the rest of its mask dissolves.
    pub(super) fn end_run(&mut self) {
        if let Some(running) = &mut self.running {
            running.tint_goal = 0.0;
            running.strength_goal = 0.0;
        }
    }

    /// The erase did not come to its end: its mask is taken back as it lies, unless something else was or is being
    /// painted (`painting`). Then the strokes, which are said next, are drawn.
    pub(super) fn give_up_run(&mut self, painting: bool) {
        let Some(mut running) = self.running.take() else { return };
        if self.current.strokes.is_empty() && !painting {
            if running.untrace() {
                self.touch(running.bounds);
            }
            // Drawing many strokes anew takes long enough to be felt.
            self.current = running;
        } else {
            self.touch(running.bounds);
        }
    }

    /// Nothing is being erased any more, and what was is of no interest.
    pub(super) fn forget_run(&mut self) {
        if let Some(running) = self.running.take() {
            self.touch(running.bounds);
        }
    }

    /// Moves what moves by itself and shows what changed; whether another frame is needed.
    pub(super) fn tick(&mut self, now: f64) -> bool {
        let moves = self.march(now);
        let stale = std::mem::take(&mut self.stale);
        self.compose(stale);
        moves
    }

    /// Moves what moves by itself; whether it goes on.
    fn march(&mut self, now: f64) -> bool {
        let Some(running) = &mut self.running else { return false };
        let Some(then) = self.moved_at else {
            // So far it looks as it did, and the frame that answers the press has enough to do.
            self.moved_at = Some(now);
            return true;
        };
        let step = MARCH_STEP.max(running.bounds.width() * running.bounds.height() / MARCH_AREA);
        let passed = now - then;
        let fades = running.tint != running.tint_goal || running.strength != running.strength_goal;
        if !fades && passed < step {
            return true;
        }
        self.moved_at = Some(now);
        let fading = running.fade(if self.still { f64::INFINITY } else { passed });
        let bounds = running.bounds;
        if running.strength <= 0.0 {
            self.running = None;
        } else if !self.still {
            self.marched = (self.marched + passed * MARCH) % DASH;
        } else if !fading && !fades {
            return false;
        }
        self.touch(bounds);
        self.running.is_some() && (fading || !self.still)
    }

    /// What lies in `bounds` has changed, its outline with it.
    fn touch(&mut self, bounds: Patch) {
        self.stale = self.stale.union(bounds.grown(4.0 * self.lens.density, &self.screen));
    }

    /// Puts the layers together inside `patch`.
    fn compose(&self, patch: Patch) {
        let Some((hatch, dashes)) = &self.patterns else { return };
        if patch.is_empty() {
            return;
        }
        let (screen, scratch, density) = (&self.screen, &self.scratch, self.lens.density);
        let (x, y) = (self.lens.view.x * density, self.lens.view.y * density);
        let marched = self.marched * density;
        screen.begin(patch);
        let layers = self.running.iter().chain([&self.current]);
        for (index, layer) in layers.filter(|layer| !layer.bounds.is_empty()).enumerate() {
            let tint = |place: &Canvas| {
                place.context.set_global_alpha(1.0);
                place.draw(&layer.mask, patch);
                place.context.set_global_alpha(layer.tint * layer.strength);
                place.colour(patch, hatch, x.round(), y.round());
                place.context.set_global_alpha(1.0);
            };
            if layer.tint > 0.0 && index == 0 {
                // Nothing lies there yet. Drawing one canvas on another is what takes time.
                tint(screen);
            } else if layer.tint > 0.0 {
                scratch.begin(patch);
                tint(scratch);
                scratch.release();
                screen.draw(scratch, patch);
            }
            scratch.begin(patch);
            scratch.draw(&layer.grown, patch);
            if !layer.traced {
                scratch.erase(&layer.mask, patch);
            }
            scratch.colour(patch, dashes, x.round() + marched, y.round());
            scratch.release();
            screen.context.set_global_alpha(layer.strength);
            screen.draw(scratch, patch);
        }
        screen.release();
    }
}
