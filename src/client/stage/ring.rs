//! The brush cursor: a ring as large as the brush, moved by a transform alone.

use gloo_timers::callback::Timeout;
use web_sys::HtmlElement;

use crate::client::dom::{moved, px};

/// How long the ring is shown in the middle while its size is set elsewhere, in milliseconds.
const PREVIEW: u32 = 800;

pub(super) struct Ring {
    element: HtmlElement,
    diameter: f64,
    /// Where it is, in CSS pixels of the stage.
    at: Option<(f64, f64)>,
    /// Whether the keyboard moves it.
    cross: bool,
    /// What the page shows.
    shown: Option<(f64, f64)>,
    preview: Option<Timeout>,
}

impl Ring {
    pub(super) const fn new(element: HtmlElement) -> Self {
        Self { element, diameter: 0.0, at: None, cross: false, shown: None, preview: None }
    }

    /// Takes another size; `preview` is where to show it for a moment if it is nowhere.
    pub(super) fn resize(&mut self, diameter: f64, preview: Option<(f64, f64)>) {
        self.diameter = diameter;
        let style = self.element.style();
        let _ = style.set_property("width", &px(diameter));
        let _ = style.set_property("height", &px(diameter));
        if let (None, Some(at)) = (self.at, preview) {
            self.place(at);
            let _ = self.element.class_list().add_1("shown");
            let element = self.element.clone();
            self.shown = None;
            self.preview = Some(Timeout::new(PREVIEW, move || {
                let _ = element.class_list().remove_1("shown");
            }));
        }
    }

    /// Where it is to be; `cross` when the keyboard moves it.
    pub(super) const fn go(&mut self, at: Option<(f64, f64)>, cross: bool) {
        self.at = at;
        self.cross = cross;
    }

    /// Writes it to the page, if something changed.
    pub(super) fn show(&mut self) {
        if self.at == self.shown {
            return;
        }
        self.preview = None;
        self.shown = self.at;
        let classes = self.element.class_list();
        let _ = classes.toggle_with_force("shown", self.at.is_some());
        let _ = classes.toggle_with_force("cross", self.cross);
        if let Some(at) = self.at {
            self.place(at);
        }
    }

    fn place(&self, (x, y): (f64, f64)) {
        let half = self.diameter / 2.0;
        let _ = self.element.style().set_property("transform", &moved(x - half, y - half));
    }
}
