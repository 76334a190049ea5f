//! Canvases for drawing, whole-pixel rectangles on them, and the two patterns of the mask.

use wasm_bindgen::JsCast;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, Document, HtmlCanvasElement};

/// Side of the hatch's tile in CSS pixels: the distance between two lines along an axis.
const HATCH: f64 = 7.0;
/// Length of one white and one black dash along an axis, in CSS pixels.
pub(super) const DASH: f64 = 10.0;

/// A rectangle of device pixels, half open; empty when its corners do not differ.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Patch {
    pub(super) x0: f64,
    pub(super) y0: f64,
    pub(super) x1: f64,
    pub(super) y1: f64,
}

impl Patch {
    pub(super) const fn is_empty(&self) -> bool {
        self.x1 <= self.x0 || self.y1 <= self.y0
    }

    /// The smallest rectangle around both.
    pub(super) fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// Whether the two have a pixel in common.
    pub(super) const fn meets(&self, other: Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    /// Grown by `margin`, to whole pixels, and cut at the canvas.
    pub(super) fn grown(self, margin: f64, canvas: &Canvas) -> Self {
        if self.is_empty() {
            return self;
        }
        Self {
            x0: (self.x0 - margin).floor().max(0.0),
            y0: (self.y0 - margin).floor().max(0.0),
            x1: (self.x1 + margin).ceil().min(f64::from(canvas.element.width())),
            y1: (self.y1 + margin).ceil().min(f64::from(canvas.element.height())),
        }
    }

    pub(super) fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    pub(super) fn height(&self) -> f64 {
        self.y1 - self.y0
    }
}

/// A canvas with its context.
pub(super) struct Canvas {
    pub(super) element: HtmlCanvasElement,
    pub(super) context: CanvasRenderingContext2d,
}

impl Canvas {
    /// `None` when the browser has no context left to give.
    pub(super) fn of(element: HtmlCanvasElement) -> Option<Self> {
        let context = element.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { element, context })
    }

    /// A canvas that is not on the page.
    pub(super) fn hidden(document: &Document, width: u32, height: u32) -> Option<Self> {
        let element: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
        element.set_width(width);
        element.set_height(height);
        Self::of(element)
    }

    /// Gives it another size, which also empties it. The same size changes nothing.
    pub(super) fn resize(&self, width: u32, height: u32) {
        if self.element.width() != width || self.element.height() != height {
            self.element.set_width(width);
            self.element.set_height(height);
        }
    }

    /// The whole of it.
    pub(super) fn whole(&self) -> Patch {
        Patch {
            x0: 0.0,
            y0: 0.0,
            x1: f64::from(self.element.width()),
            y1: f64::from(self.element.height()),
        }
    }

    /// Makes `patch` transparent and lets drawing touch nothing else until [`Canvas::release`].
    pub(super) fn begin(&self, patch: Patch) {
        self.context.save();
        self.context.begin_path();
        self.context.rect(patch.x0, patch.y0, patch.width(), patch.height());
        self.context.clip();
        self.context.clear_rect(patch.x0, patch.y0, patch.width(), patch.height());
    }

    /// Ends what [`Canvas::begin`] began.
    pub(super) fn release(&self) {
        self.context.restore();
    }

    /// Draws `patch` of another canvas at the same place.
    pub(super) fn draw(&self, other: &Self, patch: Patch) {
        if patch.is_empty() {
            return;
        }
        let _ = self
            .context
            .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                &other.element,
                patch.x0,
                patch.y0,
                patch.width(),
                patch.height(),
                patch.x0,
                patch.y0,
                patch.width(),
                patch.height(),
            );
    }

    /// Takes what is drawn in `patch` of another canvas away from this one.
    pub(super) fn erase(&self, other: &Self, patch: Patch) {
        let _ = self.context.set_global_composite_operation("destination-out");
        self.draw(other, patch);
        let _ = self.context.set_global_composite_operation("source-over");
    }

    /// Replaces the colour of what is drawn in `patch` by a pattern that starts at (x, y). Call between
    /// [`Canvas::begin`] and [`Canvas::release`].
    pub(super) fn colour(&self, patch: Patch, pattern: &CanvasPattern, x: f64, y: f64) {
        let context = &self.context;
        let _ = context.set_global_composite_operation("source-in");
        context.set_fill_style_canvas_pattern(pattern);
        let _ = context.translate(x, y);
        context.fill_rect(patch.x0 - x, patch.y0 - y, patch.width(), patch.height());
        let _ = context.translate(-x, -y);
        let _ = context.set_global_composite_operation("source-over");
    }
}

/// Rose with a fine diagonal hatch: what will go.
pub(super) fn hatch(document: &Document, density: f64) -> Option<CanvasPattern> {
    let side = (HATCH * density).round().max(4.0);
    let line = density.max(1.0);
    diagonals(document, side, |position| {
        if position < line {
            "rgba(255, 214, 226, 0.62)"
        } else if position < line + 1.0 || position >= side - 1.0 {
            "rgba(240, 90, 135, 0.5)"
        } else {
            "rgba(229, 20, 88, 0.45)"
        }
    })
}

/// Dashes, white and black by turns, for an outline.
pub(super) fn dashes(document: &Document, density: f64) -> Option<CanvasPattern> {
    let side = (DASH * density).round().max(4.0);
    diagonals(document, side, |position| if position < side / 2.0 { "#fff" } else { "#000" })
}

/// A tile whose colour depends on the diagonal alone.
fn diagonals(
    document: &Document,
    side: f64,
    colour: impl Fn(f64) -> &'static str,
) -> Option<CanvasPattern> {
    let tile = Canvas::hidden(document, side as u32, side as u32)?;
    for y in 0..side as u32 {
        for x in 0..side as u32 {
            tile.context.set_fill_style_str(colour(f64::from(x + y) % side));
            tile.context.fill_rect(f64::from(x), f64::from(y), 1.0, 1.0);
        }
    }
    tile.context.create_pattern_with_html_canvas_element(&tile.element, "repeat").ok()?
}
