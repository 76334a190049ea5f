//! Painting without a pointer: arrows move a crosshair, Space starts and ends a stroke. Held, Space moves the photo.

use web_sys::{Document, KeyboardEvent};

use super::{Listener, Stage, listen, window};
use crate::{
    client::dom::is_keyboards,
    raster::{Point, within},
};

/// How far an arrow moves the crosshair, in CSS pixels; with Shift and without.
const LEAP: f64 = 40.0;
const STEP: f64 = 8.0;
/// Room that the crosshair keeps to the edge of the surface before the photo moves, in CSS pixels.
const EDGE: f64 = 32.0;

#[derive(Default)]
pub(super) struct Keys {
    /// Where the crosshair is in the photo; none until the keyboard is used.
    crosshair: Option<Point>,
    /// Whether the stroke that is being painted is the keyboard's.
    stroking: bool,
    /// Whether Space is held.
    space: bool,
    /// Whether the photo was moved since Space went down.
    panned: bool,
    /// Whether the pointer was used last: then Space alone paints nothing.
    pointer: bool,
}

impl Keys {
    /// Whether a pointer that goes down now is to move the photo.
    pub(super) const fn pan_with_space(&mut self) -> bool {
        self.panned |= self.space;
        self.space
    }

    /// The stroke that was being painted is given up.
    pub(super) const fn gave_up(&mut self) {
        self.stroking = false;
    }

    pub(super) const fn pointer_used(&mut self) {
        self.pointer = true;
        self.crosshair = None;
        self.stroking = false;
    }
}

pub(super) fn listeners(stage: &Stage, document: &Document) -> Vec<Listener> {
    let on = |name: &'static str, run: fn(&Stage, &KeyboardEvent)| {
        let weak = std::rc::Rc::downgrade(&stage.0);
        listen(document, name, move |event: KeyboardEvent| {
            if let Some(inner) = weak.upgrade() {
                run(&Stage(inner), &event);
            }
        })
    };
    let weak = std::rc::Rc::downgrade(&stage.0);
    let blurred = listen(&stage.0.elements.stage, "blur", move |_: web_sys::Event| {
        if let Some(inner) = weak.upgrade() {
            let mut surface = inner.surface.borrow_mut();
            surface.keys.pointer = false;
            if surface.keys.crosshair.is_some() && !surface.keys.stroking {
                surface.keys.crosshair = None;
                surface.ring.go(None, false);
            }
            inner.frames.request();
        }
    });
    let mut listeners = vec![on("keydown", pressed), on("keyup", released), blurred];
    if let Some(window) = window() {
        // A key that is let go of elsewhere is not heard.
        let let_go = stage.weak_call(|stage| {
            stage.0.surface.borrow_mut().keys.space = false;
            let _ = stage.0.elements.stage.class_list().remove_1("grab");
        });
        listeners.push(listen(&window, "blur", move |_: web_sys::Event| let_go()));
    }
    listeners
}

/// Whether the stage has the keyboard, and whether nothing else has: a button that was clicked has the focus but
/// nobody who works with the mouse knows.
fn focus(stage: &Stage) -> (bool, bool) {
    let element = &stage.0.elements.stage;
    let active = element.owner_document().and_then(|document| document.active_element());
    let on_stage = active.as_ref().is_some_and(|active| **element == *active);
    (on_stage, on_stage || active.is_none_or(|active| !is_keyboards(&active)))
}

fn pressed(stage: &Stage, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let (on_stage, free) = focus(stage);
    if stage.0.surface.borrow().photo.is_none() {
        return;
    }
    let step = if event.shift_key() { LEAP } else { STEP };
    match event.key().as_str() {
        " " if free => {
            event.prevent_default();
            if !event.repeat() {
                let mut surface = stage.0.surface.borrow_mut();
                surface.keys.space = true;
                surface.keys.panned = false;
                let _ = stage.0.elements.stage.class_list().add_1("grab");
            }
        }
        "ArrowLeft" if on_stage => walk(stage, event, -step, 0.0),
        "ArrowRight" if on_stage => walk(stage, event, step, 0.0),
        "ArrowUp" if on_stage => walk(stage, event, 0.0, -step),
        "ArrowDown" if on_stage => walk(stage, event, 0.0, step),
        _ => {}
    }
}

fn released(stage: &Stage, event: &KeyboardEvent) {
    if event.key() != " " {
        return;
    }
    let (on_stage, _) = focus(stage);
    let began = {
        let mut surface = stage.0.surface.borrow_mut();
        let held = std::mem::take(&mut surface.keys.space);
        if held {
            // Some browsers press a focused button only now.
            event.prevent_default();
        }
        let _ = stage.0.elements.stage.class_list().remove_1("grab");
        let paints = held && on_stage && !surface.keys.panned && !surface.keys.pointer;
        if surface.photo.is_none() || !paints {
            return;
        }
        if surface.keys.stroking {
            false
        } else {
            let at = crosshair(&mut surface);
            let mode = surface.mode;
            let screen = surface.view.to_screen(at);
            surface.begin_stroke(mode, screen);
            surface.keys.stroking = true;
            surface.ring.go(Some(screen), true);
            true
        }
    };
    stage.0.frames.request();
    (stage.0.events.stroked)(began);
    if began {
        (stage.0.events.began)();
    } else {
        finish(stage);
    }
}

/// Ends the keyboard's stroke, if there is one.
pub(super) fn finish(stage: &Stage) {
    let stroke = {
        let mut surface = stage.0.surface.borrow_mut();
        if !std::mem::take(&mut surface.keys.stroking) {
            return;
        }
        surface.end_stroke()
    };
    if let Some(stroke) = stroke {
        (stage.0.events.painted)(stroke);
    }
}

/// Where the crosshair is; the middle of what is seen when it was nowhere.
fn crosshair(surface: &mut super::Surface) -> Point {
    let port = surface.port;
    let middle = (port.width / 2.0, (port.top + port.height - port.bottom) / 2.0);
    *surface.keys.crosshair.get_or_insert(surface.view.to_photo(middle))
}

fn walk(stage: &Stage, event: &KeyboardEvent, dx: f64, dy: f64) {
    event.prevent_default();
    let mut surface = stage.0.surface.borrow_mut();
    let Some(photo) = surface.photo else { return };
    let from = crosshair(&mut surface);
    let scale = surface.view.scale;
    let to = Point {
        x: within(f64::from(from.x) + dx / scale, 0.0, f64::from(photo.width)) as f32,
        y: within(f64::from(from.y) + dy / scale, 0.0, f64::from(photo.height)) as f32,
    };
    surface.keys.crosshair = Some(to);
    surface.keys.pointer = false;
    if surface.keys.stroking {
        surface.stroking.extend(to);
    }
    let port = surface.port;
    let (x, y) = surface.view.to_screen(to);
    let inside = |value: f64, low: f64, high: f64| within(value, low, high.max(low)) - value;
    let shift = (
        inside(x, EDGE, port.width - EDGE),
        inside(y, port.top + EDGE, port.height - port.bottom - EDGE),
    );
    // A fitted photo is all there; only one that was zoomed has something beyond the edge.
    if shift != (0.0, 0.0) && !surface.fitted {
        let view = surface.view.moved(shift.0, shift.1, photo, &port);
        surface.go(view, false);
    }
    let at = surface.view.to_screen(to);
    surface.ring.go(Some(at), true);
    drop(surface);
    stage.0.frames.request();
    (stage.0.events.walked)(to.x / photo.width as f32, to.y / photo.height as f32);
}
