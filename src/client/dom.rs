//! Listeners, frames and object URLs that end with their owner.

use std::{cell::Cell, rc::Rc};

use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{
    AddEventListenerOptions, Blob, Document, Element, Event, EventTarget, KeyboardEvent, Url,
    Window,
};

/// The window. `None` only outside a page.
#[must_use]
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// One listener; dropping it takes it away.
#[derive(Debug)]
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    run: Closure<dyn Fn(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self
            .target
            .remove_event_listener_with_callback(self.name, self.run.as_ref().unchecked_ref());
    }
}

/// Listens for `name`; `E` is the type of its events. The listener may prevent what the browser would do.
pub fn listen<E: JsCast + 'static>(
    target: &EventTarget,
    name: &'static str,
    run: impl Fn(E) + 'static,
) -> Listener {
    listen_boxed(target, name, Box::new(move |event| run(event.unchecked_into())))
}

/// One function for all types of listeners.
fn listen_boxed(target: &EventTarget, name: &'static str, run: Box<dyn Fn(Event)>) -> Listener {
    let run = Closure::wrap(run);
    let options = AddEventListenerOptions::new();
    options.set_passive(false);
    // Fails for no target and no name that is used here.
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
        name,
        run.as_ref().unchecked_ref(),
        &options,
    );
    Listener { target: target.clone(), name, run }
}

/// Draws at most once before each paint of the screen, and only when asked.
#[derive(Debug)]
pub struct Frames {
    pending: Rc<Cell<Option<i32>>>,
    draw: Closure<dyn Fn(f64)>,
}

impl Frames {
    /// `draw` gets the time in milliseconds.
    pub fn new(draw: impl Fn(f64) + 'static) -> Self {
        Self::boxed(Box::new(draw))
    }

    fn boxed(draw: Box<dyn Fn(f64)>) -> Self {
        let pending = Rc::new(Cell::new(None));
        let mark = Rc::clone(&pending);
        let draw = Closure::<dyn Fn(f64)>::new(move |time| {
            mark.set(None);
            draw(time);
        });
        Self { pending, draw }
    }

    /// Asks for a frame; further calls before it comes change nothing.
    pub fn request(&self) {
        if self.pending.get().is_none() {
            let id = window().and_then(|window| {
                window.request_animation_frame(self.draw.as_ref().unchecked_ref()).ok()
            });
            self.pending.set(id);
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let (Some(window), Some(id)) = (window(), self.pending.get()) {
            let _ = window.cancel_animation_frame(id);
        }
    }
}

/// Runs something once the screen shows what changed, which comes first; asked for again before that, it runs once.
pub struct AfterPaint {
    frames: Frames,
    waiting: Rc<Cell<Option<Timeout>>>,
}

impl AfterPaint {
    /// `run` is what to run.
    pub fn new(run: impl Fn() + 'static) -> Self {
        Self::shared(Rc::new(run))
    }

    fn shared(run: Rc<dyn Fn()>) -> Self {
        let waiting = Rc::new(Cell::new(None));
        let slot = Rc::clone(&waiting);
        // A frame begins before the screen changes; what it puts off comes after.
        let frames = Frames::new(move |_| {
            let run = Rc::clone(&run);
            slot.set(Some(Timeout::new(0, move || run())));
        });
        Self { frames, waiting }
    }

    /// Asks for it.
    pub fn request(&self) {
        self.waiting.set(None);
        self.frames.request();
    }
}

/// A URL for a blob, revoked when dropped.
#[derive(Debug)]
pub struct ObjectUrl(String);

impl ObjectUrl {
    /// Empty when the browser refuses, which it does for no blob of ours.
    #[must_use]
    pub fn new(blob: &Blob) -> Self {
        Self(Url::create_object_url_with_blob(blob).unwrap_or_default())
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// A number as style sheets and attributes want it. The browser writes it: Rust's own code for fractions is large.
#[must_use]
pub fn number(value: f64) -> String {
    js_sys::Number::from(value).to_string_with_radix(10).map(String::from).unwrap_or_default()
}

/// A length in CSS pixels.
#[must_use]
pub fn px(value: f64) -> String {
    number(value) + "px"
}

/// A transform that moves by CSS pixels.
#[must_use]
pub fn moved(x: f64, y: f64) -> String {
    ["translate(", &px(x), ",", &px(y), ")"].concat()
}

/// Leaves a mark in the browser's own timeline, where benchmarks and developer tools read it.
pub fn mark(name: &str) {
    if let Some(clock) = window().and_then(|window| window.performance()) {
        // A browser without user timing loses nothing but the mark.
        let _ = clock.mark(name);
    }
}

/// Whether the person asked the system for less motion.
#[must_use]
pub fn reduced_motion() -> bool {
    window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
        .is_some_and(|query| query.matches())
}

thread_local!(static POINTER_CAME_LAST: Cell<bool> = const { Cell::new(false) });

/// Follows what brings the focus to an element: the pointer, or the Tab key. The browser's own `:focus-visible` does
/// not tell, since any key makes a clicked button match it.
pub fn follow_focus(document: &Document) -> [Listener; 2] {
    [
        listen(document, "pointerdown", |_: Event| POINTER_CAME_LAST.set(true)),
        listen(document, "keydown", |event: KeyboardEvent| {
            if event.key() == "Tab" {
                POINTER_CAME_LAST.set(false);
            }
        }),
    ]
}

/// Whether an element has the focus because of the keyboard: then Space and Enter are its own.
#[must_use]
pub fn is_keyboards(element: &Element) -> bool {
    element.tag_name() != "BODY" && !POINTER_CAME_LAST.get()
}
