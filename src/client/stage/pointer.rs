//! What the hand does: one finger or the mouse paints, two fingers move the photo, the wheel zooms.

use js_sys::Array;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::{Event, PointerEvent, WheelEvent};

use super::{Listener, Stage, Surface, listen, origin};
use crate::raster::{StrokeMode, within};

/// Zoom of one CSS pixel of the wheel, and of a trackpad's pinch.
const WHEEL: f64 = 0.0018;
const PINCH: f64 = 0.011;

#[wasm_bindgen]
extern "C" {
    /// A pointer event whose coordinates keep their fraction.
    #[wasm_bindgen(extends = PointerEvent)]
    type FinePointer;
    #[wasm_bindgen(method, getter, js_name = clientX)]
    fn fine_x(this: &FinePointer) -> f64;
    #[wasm_bindgen(method, getter, js_name = clientY)]
    fn fine_y(this: &FinePointer) -> f64;
    // Absent in older browsers.
    #[wasm_bindgen(method, catch, js_name = getCoalescedEvents)]
    fn coalesced(this: &FinePointer) -> Result<Array, wasm_bindgen::JsValue>;
}

/// What the pointers that are down are doing.
#[derive(Clone, Copy, Default, PartialEq)]
enum Doing {
    #[default]
    Nothing,
    Painting(i32),
    Moving,
}

#[derive(Default)]
pub(super) struct Gesture {
    doing: Doing,
    down: Vec<(i32, (f64, f64))>,
}

impl Gesture {
    pub(super) fn is_idle(&self) -> bool {
        self.down.is_empty()
    }

    /// Remembers where a pointer went.
    fn follow(&mut self, id: i32, at: (f64, f64)) {
        for finger in &mut self.down {
            if finger.0 == id {
                finger.1 = at;
            }
        }
    }

    /// Middle of all pointers that are down, and their mean distance from it.
    fn spread(&self) -> ((f64, f64), f64) {
        let count = self.down.len().max(1) as f64;
        let sum = self.down.iter().fold((0.0, 0.0), |sum, (_, at)| (sum.0 + at.0, sum.1 + at.1));
        let middle = (sum.0 / count, sum.1 / count);
        let distances =
            self.down.iter().map(|(_, at)| (at.0 - middle.0).hypot(at.1 - middle.1)).sum::<f64>();
        (middle, distances / count)
    }
}

pub(super) fn listeners(stage: &Stage) -> Vec<Listener> {
    let target = &stage.0.elements.stage;
    let on = |name: &'static str, run: fn(&Stage, &FinePointer)| {
        let weak = std::rc::Rc::downgrade(&stage.0);
        listen(target, name, move |event: FinePointer| {
            if let Some(inner) = weak.upgrade() {
                run(&Stage(inner), &event);
            }
        })
    };
    let weak = std::rc::Rc::downgrade(&stage.0);
    let wheel = listen(target, "wheel", move |event: WheelEvent| {
        if let Some(inner) = weak.upgrade() {
            wheel(&Stage(inner), &event);
        }
    });
    // A long press would open a menu in the middle of a stroke.
    let menu = listen(target, "contextmenu", |event: Event| event.prevent_default());
    vec![
        on("pointerdown", down),
        on("pointermove", moved),
        on("pointerup", up),
        on("pointercancel", cancelled),
        on("pointerleave", left),
        wheel,
        menu,
    ]
}

fn position(surface: &Surface, event: &FinePointer) -> (f64, f64) {
    (event.fine_x() - surface.origin.0, event.fine_y() - surface.origin.1)
}

fn down(stage: &Stage, event: &FinePointer) {
    let mouse = event.pointer_type() == "mouse";
    if mouse && event.button() > 1 {
        return;
    }
    event.prevent_default();
    let mut surface = stage.0.surface.borrow_mut();
    if surface.photo.is_none() {
        return;
    }
    surface.origin = origin(&stage.0.elements.stage);
    let at = position(&surface, event);
    let id = event.pointer_id();
    surface.gesture.down.retain(|(other, _)| *other != id);
    surface.gesture.down.push((id, at));
    let several = surface.gesture.down.len() > 1;
    let moving = several || (mouse && event.button() == 1) || surface.keys.pan_with_space();
    surface.keys.pointer_used();
    // The first of two fingers painted before the second came, or the keyboard before the pointer.
    surface.cancel_stroke();
    if moving {
        surface.gesture.doing = Doing::Moving;
        surface.ring.go(None, false);
    } else {
        surface.gesture.doing = Doing::Painting(id);
        let eraser_end = event.buttons() & 32 != 0;
        let mode = if eraser_end { StrokeMode::Unpaint } else { surface.mode };
        surface.wipe = 1.0;
        surface.begin_stroke(mode, at);
        surface.ring.go(Some(at), false);
        if surface.resting.is_some() {
            drop(surface);
            stage.settle();
            surface = stage.0.surface.borrow_mut();
        }
    }
    drop(surface);
    // Fails for a pointer that is already up again.
    let _ = stage.0.elements.stage.set_pointer_capture(id);
    stage.focus();
    stage.0.frames.request();
    if !moving {
        super::wipe::place(stage);
        (stage.0.events.began)();
    }
}

fn moved(stage: &Stage, event: &FinePointer) {
    let mut surface = stage.0.surface.borrow_mut();
    let Some(photo) = surface.photo else { return };
    let at = position(&surface, event);
    let id = event.pointer_id();
    match surface.gesture.doing {
        Doing::Painting(painter) if painter == id => {
            let events = event.coalesced().unwrap_or_default();
            for earlier in events.iter() {
                let at = position(&surface, earlier.unchecked_ref());
                let point = surface.view.to_photo(at);
                surface.stroking.extend(point);
            }
            let point = surface.view.to_photo(at);
            surface.stroking.extend(point);
            surface.gesture.follow(id, at);
            surface.ring.go(Some(at), false);
        }
        Doing::Moving if surface.gesture.down.iter().any(|(other, _)| *other == id) => {
            let (before, wide) = surface.gesture.spread();
            surface.gesture.follow(id, at);
            let (after, wider) = surface.gesture.spread();
            let port = surface.port;
            let mut view = surface.view.moved(after.0 - before.0, after.1 - before.1, photo, &port);
            if wide > 1.0 && wider > 1.0 {
                view = view.scaled(view.scale * wider / wide, after, photo, &port);
            }
            surface.go(view, false);
        }
        _ if event.pointer_type() != "touch" => {
            if surface.gesture.is_idle() {
                surface.ring.go(Some(at), false);
            }
        }
        _ => return,
    }
    stage.0.frames.request();
}

fn up(stage: &Stage, event: &FinePointer) {
    let stroke = {
        let mut surface = stage.0.surface.borrow_mut();
        let id = event.pointer_id();
        surface.gesture.down.retain(|(other, _)| *other != id);
        let painted = surface.gesture.doing == Doing::Painting(id);
        if painted || surface.gesture.is_idle() {
            surface.gesture.doing = Doing::Nothing;
        }
        if event.pointer_type() == "touch" {
            surface.ring.go(None, false);
        }
        if painted {
            let point = surface.view.to_photo(position(&surface, event));
            surface.stroking.extend(point);
            surface.end_stroke()
        } else {
            None
        }
    };
    stage.0.frames.request();
    if let Some(stroke) = stroke {
        (stage.0.events.painted)(stroke);
    }
}

fn cancelled(stage: &Stage, event: &FinePointer) {
    let mut surface = stage.0.surface.borrow_mut();
    let id = event.pointer_id();
    surface.gesture.down.retain(|(other, _)| *other != id);
    if surface.gesture.doing == Doing::Painting(id) || surface.gesture.is_idle() {
        surface.gesture.doing = Doing::Nothing;
    }
    surface.ring.go(None, false);
    surface.cancel_stroke();
    stage.0.frames.request();
}

fn left(stage: &Stage, _: &FinePointer) {
    let mut surface = stage.0.surface.borrow_mut();
    if surface.gesture.is_idle() {
        surface.ring.go(None, false);
        stage.0.frames.request();
    }
}

fn wheel(stage: &Stage, event: &WheelEvent) {
    event.prevent_default();
    let mut surface = stage.0.surface.borrow_mut();
    let Some(photo) = surface.photo else { return };
    // Lines and pages, where a browser counts in them.
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => 16.0,
        WheelEvent::DOM_DELTA_PAGE => 400.0,
        _ => 1.0,
    };
    let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
    let port = surface.port;
    let view = if event.shift_key() || (!event.ctrl_key() && dx.abs() > dy.abs()) {
        let across = if event.shift_key() && dx == 0.0 { dy } else { dx };
        surface.view.moved(-across, 0.0, photo, &port)
    } else {
        // Browsers report a trackpad's pinch as a wheel with the control key, in smaller steps.
        let speed = if event.ctrl_key() { PINCH } else { WHEEL };
        let factor = within(-dy * speed, -0.7, 0.7).exp();
        let bounds = surface.origin;
        let at = (f64::from(event.client_x()) - bounds.0, f64::from(event.client_y()) - bounds.1);
        surface.view.scaled(surface.view.scale * factor, at, photo, &port)
    };
    surface.go(view, false);
    stage.0.frames.request();
}
