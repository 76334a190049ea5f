//! The handle between before and after: what lies right of it is the photo as it came.

use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, PointerEvent};

use super::{Listener, Stage, StageElements, listen};
use crate::{
    client::dom::{moved, number, px},
    raster::within,
};

/// Room between the handle and the edge of the surface, in CSS pixels.
const EDGE: f64 = 26.0;
/// Share of the width that a key moves the handle by.
const STEP: f64 = 0.02;

pub(super) fn listeners(stage: &Stage) -> Vec<Listener> {
    let handle = &stage.0.elements.wipe;
    let on = |name: &'static str, run: fn(&Stage, &PointerEvent)| {
        let weak = std::rc::Rc::downgrade(&stage.0);
        listen(handle, name, move |event: PointerEvent| {
            // The stage under it would paint.
            event.stop_propagation();
            if let Some(inner) = weak.upgrade() {
                run(&Stage(inner), &event);
            }
        })
    };
    let weak = std::rc::Rc::downgrade(&stage.0);
    let keys = listen(handle, "keydown", move |event: KeyboardEvent| {
        let Some(inner) = weak.upgrade() else { return };
        let stage = Stage(inner);
        let now = stage.0.surface.borrow().wipe;
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now - STEP,
            "ArrowRight" | "ArrowUp" => now + STEP,
            "Home" => 0.0,
            "End" => 1.0,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        set(&stage, to);
    });
    vec![
        on("pointerdown", |stage, event| {
            event.prevent_default();
            let handle = &stage.0.elements.wipe;
            let _ = handle.focus();
            let _ = handle.set_pointer_capture(event.pointer_id());
        }),
        on("pointermove", |stage, event| {
            if event.unchecked_ref::<PointerEvent>().buttons() & 1 != 0 {
                drag(stage, f64::from(event.client_x()));
            }
        }),
        on("pointerup", |_, _| {}),
        keys,
    ]
}

fn drag(stage: &Stage, x: f64) {
    let share = {
        let surface = stage.0.surface.borrow();
        let Some(photo) = surface.photo else { return };
        let width = f64::from(photo.width) * surface.view.scale;
        (x - surface.origin.0 - surface.view.x) / width
    };
    set(stage, share);
}

fn set(stage: &Stage, share: f64) {
    stage.0.surface.borrow_mut().wipe = within(share, 0.0, 1.0);
    place(stage);
}

/// Writes handle and border between before and after to the page.
pub(super) fn place(stage: &Stage) {
    let surface = stage.0.surface.borrow();
    let Some(photo) = surface.photo else { return };
    let StageElements { results, wipe, .. } = &stage.0.elements;
    let (view, port) = (surface.view, surface.port);
    let (width, height) =
        (f64::from(photo.width) * view.scale, f64::from(photo.height) * view.scale);
    let x = within(view.x + surface.wipe * width, EDGE, (port.width - EDGE).max(EDGE));
    let top = view.y.max(0.0);
    let bottom = (view.y + height).min(port.height);
    let style = wipe.style();
    let _ = style.set_property("transform", &moved(x, top));
    let _ = style.set_property("height", &px((bottom - top).max(0.0)));
    let percent = (surface.wipe * 100.0).round();
    let _ = wipe.set_attribute("aria-valuenow", &number(percent));
    let _ = wipe.class_list().toggle_with_force("rest", surface.wipe >= 0.999);
    let clip = if surface.wipe >= 0.999 {
        String::from("none")
    } else {
        ["inset(0 ", &number((1.0 - surface.wipe) * 100.0), "% 0 0)"].concat()
    };
    let _ = results.style().set_property("clip-path", &clip);
}
