//! The surface on which a photo lies and is painted: what it shows, how it is moved, what the hand does.
//!
//! The photo and its results are pictures of the browser under one CSS transform, so moving them costs no script.
//! The mask is a canvas of the screen's size above them. Nothing here knows about views or signals: the owner is
//! told by callbacks, once a stroke and not once a move.

mod canvas;
mod keys;
mod mask_layer;
mod overlay;
mod pictures;
mod pointer;
mod ring;
mod stroking;
mod wipe;

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use js_sys::Number;
use web_sys::{Blob, Event, HtmlCanvasElement, HtmlElement};

use super::dom::{Frames, Listener, listen, moved, number, px, reduced_motion, window};
use crate::raster::{Rect, ResultId, Size, Stroke, StrokeMode, View, Viewport};
use keys::Keys;
use overlay::Overlay;
use pictures::Pictures;
use pointer::Gesture;
use ring::Ring;
use stroking::Stroking;

/// How long the view must rest before the mask is drawn anew for it, in milliseconds. Until then the browser moves
/// and scales the mask as it was drawn.
const REST: u32 = 120;

/// The elements that the stage lives in.
#[derive(Clone, Debug)]
pub struct StageElements {
    /// The focusable surface around everything else.
    pub stage: HtmlElement,
    /// As large as the photo; carries the transform.
    pub layer: HtmlElement,
    /// Inside the layer, over the photo: the results.
    pub results: HtmlElement,
    /// The photo's edge on the screen, for its shadow.
    pub frame: HtmlElement,
    /// The mask.
    pub overlay: HtmlCanvasElement,
    /// The brush cursor.
    pub ring: HtmlElement,
    /// The handle between before and after.
    pub wipe: HtmlElement,
}

/// What the owner of the stage is told.
pub struct StageEvents {
    /// The person began to paint.
    pub began: Box<dyn Fn()>,
    /// A stroke is finished.
    pub painted: Box<dyn Fn(Stroke)>,
    /// The keyboard moved the crosshair; shares of the photo's width and height.
    pub walked: Box<dyn Fn(f32, f32)>,
    /// The keyboard began a stroke, or ended one.
    pub stroked: Box<dyn Fn(bool)>,
    /// The scale changed; CSS pixels for one photo pixel.
    pub scaled: Box<dyn Fn(f64)>,
}

/// Where a zoom leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Zoom {
    /// The scale times this factor, about the middle.
    By(f64),
    /// The whole photo.
    Fit,
    /// One photo pixel on one device pixel.
    Actual,
}

/// A mounted stage.
#[derive(Clone)]
pub struct Stage(Rc<Inner>);

struct Inner {
    elements: StageElements,
    events: StageEvents,
    surface: RefCell<Surface>,
    frames: Frames,
    listeners: RefCell<Vec<Listener>>,
}

/// Everything that changes.
struct Surface {
    port: Viewport,
    /// The stage's top left corner in the window.
    origin: (f64, f64),
    photo: Option<Size>,
    view: View,
    /// Whether the view is the fitted one and follows the window's size.
    fitted: bool,
    pictures: Pictures,
    overlay: Overlay,
    stroking: Stroking,
    gesture: Gesture,
    keys: Keys,
    ring: Ring,
    mode: StrokeMode,
    /// Diameter of the brush in CSS pixels.
    brush: f64,
    /// Share of the width that shows the results, from the left.
    wipe: f64,
    /// Whether the view changed since the last frame.
    moved: bool,
    /// Runs while the mask is not drawn for the present view.
    resting: Option<Timeout>,
}

impl Stage {
    /// Brings the elements to life. `None` when the browser gives no drawing context.
    pub fn mount(elements: StageElements, events: StageEvents) -> Option<Self> {
        let document = window()?.document()?;
        let overlay = Overlay::new(&document, elements.overlay.clone(), reduced_motion())?;
        let surface = Surface {
            port: measure(&elements.stage),
            origin: origin(&elements.stage),
            photo: None,
            view: View { scale: 1.0, x: 0.0, y: 0.0 },
            fitted: true,
            pictures: Pictures::new(elements.layer.clone(), elements.results.clone()),
            overlay,
            stroking: Stroking::default(),
            gesture: Gesture::default(),
            keys: Keys::default(),
            ring: Ring::new(elements.ring.clone()),
            mode: StrokeMode::Paint,
            brush: 48.0,
            wipe: 1.0,
            moved: false,
            resting: None,
        };
        let stage = Self(Rc::new_cyclic(|weak| {
            let weak = weak.clone();
            let frames = Frames::new(move |now| {
                if let Some(inner) = weak.upgrade() {
                    Self(inner).frame(now);
                }
            });
            Inner {
                elements,
                events,
                surface: RefCell::new(surface),
                frames,
                listeners: RefCell::default(),
            }
        }));
        let mut listeners = pointer::listeners(&stage);
        listeners.extend(keys::listeners(&stage, &document));
        listeners.extend(wipe::listeners(&stage));
        if let Some(window) = window() {
            let resized = stage.weak_call(|stage| stage.measure());
            listeners.push(listen(&window, "resize", move |_: Event| resized()));
        }
        *stage.0.listeners.borrow_mut() = listeners;
        Some(stage)
    }

    /// Shows a photo in place of everything.
    pub fn open(&self, file: &Blob, size: Size) {
        {
            let mut surface = self.0.surface.borrow_mut();
            surface.pictures.open(file, size);
            surface.photo = Some(size);
            surface.fitted = true;
            surface.wipe = 1.0;
            surface.stroking = Stroking::default();
            surface.keys = Keys::default();
            surface.overlay.lens.photo = size;
            surface.overlay.forget_run();
        }
        let stage = &self.0.elements.stage;
        let _ = stage.set_attribute("data-photo-width", &size.width.to_string());
        let _ = stage.set_attribute("data-photo-height", &size.height.to_string());
        self.measure();
    }

    /// Takes the photo away.
    pub fn close(&self) {
        let mut surface = self.0.surface.borrow_mut();
        surface.pictures.close();
        surface.photo = None;
        surface.overlay.forget_run();
        surface.overlay.set_strokes(Vec::new(), None);
        self.0.frames.request();
        for name in ["data-photo-width", "data-photo-height", "data-view"] {
            let _ = self.0.elements.stage.remove_attribute(name);
        }
    }

    /// The strokes of the present mask.
    pub fn set_strokes(&self, strokes: Vec<Stroke>) {
        let mut surface = self.0.surface.borrow_mut();
        let Surface { overlay, stroking, .. } = &mut *surface;
        overlay.set_strokes(strokes, stroking.unfinished());
        self.0.frames.request();
    }

    /// Paint or unpaint.
    pub fn set_mode(&self, mode: StrokeMode) {
        self.0.surface.borrow_mut().mode = mode;
    }

    /// Diameter of the brush in CSS pixels. `show`: let the person see it, though the pointer is elsewhere.
    pub fn set_brush(&self, diameter: f64, show: bool) {
        let mut surface = self.0.surface.borrow_mut();
        surface.brush = diameter;
        let middle = (
            surface.port.width / 2.0,
            (surface.port.top + surface.port.height - surface.port.bottom) / 2.0,
        );
        surface.ring.resize(diameter, show.then_some(middle));
    }

    /// What is painted now is being erased.
    pub fn start_run(&self) {
        self.0.surface.borrow_mut().overlay.start_run();
        self.0.frames.request();
    }

    /// The run came to its end.
    pub fn end_run(&self) {
        self.0.surface.borrow_mut().overlay.end_run();
        self.0.frames.request();
    }

    /// The run did not come to its end. The strokes of its mask are said next.
    pub fn give_up_run(&self) {
        let mut surface = self.0.surface.borrow_mut();
        let painting = surface.stroking.unfinished().is_some();
        surface.overlay.give_up_run(painting);
        drop(surface);
        self.0.frames.request();
    }

    /// Shows a window of a result.
    pub fn add_picture(&self, result: ResultId, rect: Rect, picture: &Blob, last: bool) {
        let mut surface = self.0.surface.borrow_mut();
        surface.pictures.add(result, rect, picture, last);
        surface.overlay.reveal();
        self.0.frames.request();
    }

    /// The picture that was added last shows how far a step has come.
    pub fn mark_preview(&self, step: u16) {
        self.0.surface.borrow().pictures.mark_preview(step);
    }

    /// Shows these results and no others.
    pub fn show_results(&self, results: &[ResultId]) {
        self.0.surface.borrow().pictures.show(results);
    }

    /// Forgets a result that did not come to an end.
    pub fn drop_result(&self, result: ResultId) {
        self.0.surface.borrow_mut().pictures.drop_result(result);
    }

    /// Forgets all results but these and the running one, and of these the earlier pictures.
    pub fn tidy(&self, finished: &[ResultId], running: Option<ResultId>) {
        self.0.surface.borrow_mut().pictures.tidy(finished, running);
    }

    /// Shows the photo as it came.
    pub fn compare(&self, on: bool) {
        self.0.elements.results.set_hidden(on);
    }

    /// Changes the scale.
    pub fn zoom(&self, zoom: Zoom) {
        let mut surface = self.0.surface.borrow_mut();
        let Some(photo) = surface.photo else { return };
        let (port, view) = (surface.port, surface.view);
        let middle = (port.width / 2.0, (port.top + port.height - port.bottom) / 2.0);
        let scaled = |scale: f64| view.scaled(scale, middle, photo, &port);
        match zoom {
            Zoom::Fit => surface.go(View::fit(photo, &port), true),
            Zoom::By(factor) => surface.go(scaled(view.scale * factor), false),
            Zoom::Actual => surface.go(scaled(1.0 / port.density), false),
        }
        self.0.frames.request();
    }

    /// Takes the keyboard to the stage.
    pub fn focus(&self) {
        let _ = self.0.elements.stage.focus();
    }

    /// Ends the stroke that the keyboard is painting, if there is one.
    pub fn finish_stroke(&self) {
        keys::finish(self);
    }

    /// Gives up the stroke that is being painted; whether there was one.
    pub fn cancel_stroke(&self) -> bool {
        let cancelled = self.0.surface.borrow_mut().cancel_stroke();
        if cancelled {
            self.0.frames.request();
        }
        cancelled
    }

    /// Finds out again how large the surface is.
    pub fn measure(&self) {
        let mut surface = self.0.surface.borrow_mut();
        surface.port = measure(&self.0.elements.stage);
        surface.origin = origin(&self.0.elements.stage);
        let port = surface.port;
        surface.overlay.resize(port.width, port.height, port.density);
        if let Some(photo) = surface.photo {
            let view = if surface.fitted {
                View::fit(photo, &port)
            } else {
                surface.view.moved(0.0, 0.0, photo, &port)
            };
            let fitted = surface.fitted;
            surface.go(view, fitted);
        }
        surface.moved = false;
        drop(surface);
        // At once, so that nothing reads a view that is not there yet.
        self.show_view();
        self.settle();
        self.0.frames.request();
    }

    /// A callback that does nothing once the stage is gone.
    fn weak_call(&self, call: impl Fn(Self) + 'static) -> impl Fn() + 'static {
        let weak = Rc::downgrade(&self.0);
        move || {
            if let Some(inner) = weak.upgrade() {
                call(Self(inner));
            }
        }
    }

    fn frame(&self, now: f64) {
        let moved = std::mem::take(&mut self.0.surface.borrow_mut().moved);
        if moved {
            self.show_view();
            self.carry_mask();
        }
        let mut surface = self.0.surface.borrow_mut();
        let Surface { overlay, stroking, ring, .. } = &mut *surface;
        if let Some((stroke, from)) = stroking.take_new() {
            overlay.extend(stroke, from);
        }
        ring.show();
        if overlay.tick(now) {
            self.0.frames.request();
        }
    }

    /// Lets the mask follow the view: moved and scaled as it is, drawn anew once the view rests.
    fn carry_mask(&self) {
        let mut surface = self.0.surface.borrow_mut();
        if surface.overlay.is_empty() || surface.stroking.unfinished().is_some() {
            drop(surface);
            return self.settle();
        }
        let (view, drawn) = (surface.view, surface.overlay.lens.view);
        let factor = view.scale / drawn.scale;
        let (x, y) = (view.x - drawn.x * factor, view.y - drawn.y * factor);
        let moved = [&moved(x, y), " scale(", &number(factor), ")"].concat();
        let _ = self.0.elements.overlay.style().set_property("transform", &moved);
        surface.resting = Some(Timeout::new(REST, self.weak_call(|stage| stage.settle())));
    }

    /// Draws the mask for the present view.
    fn settle(&self) {
        let mut surface = self.0.surface.borrow_mut();
        let Surface { overlay, stroking, view, resting, .. } = &mut *surface;
        *resting = None;
        overlay.lens.view = *view;
        overlay.redraw(stroking.unfinished());
        stroking.all_drawn();
        let _ = self.0.elements.overlay.style().remove_property("transform");
        self.0.frames.request();
    }

    /// Writes the view to the page.
    fn show_view(&self) {
        let surface = self.0.surface.borrow_mut();
        let Some(photo) = surface.photo else { return };
        let (view, density) = (surface.view, surface.port.density);
        let StageElements { stage, layer, frame, .. } = &self.0.elements;
        let View { scale, x, y } = view;
        let placed = [&moved(x, y), " scale(", &number(scale), ")"].concat();
        let _ = layer.style().set_property("transform", &placed);
        // Pixels are what a person wants to see when they are this large.
        let _ = layer.class_list().toggle_with_force("pixels", scale * density >= 4.0);
        let style = frame.style();
        let _ = style.set_property("transform", &moved(x, y));
        let _ = style.set_property("width", &px(f64::from(photo.width) * scale));
        let _ = style.set_property("height", &px(f64::from(photo.height) * scale));
        let view_words = [number(scale), number(x), number(y)].join(" ");
        let _ = stage.set_attribute("data-view", &view_words);
        drop(surface);
        wipe::place(self);
        (self.0.events.scaled)(view.scale * density);
    }
}

impl Surface {
    /// Takes another view; the next frame shows it.
    fn go(&mut self, view: View, fitted: bool) {
        self.view = view;
        self.fitted = fitted;
        self.moved = true;
    }

    /// Begins a stroke at a point of the photo.
    fn begin_stroke(&mut self, mode: StrokeMode, at: (f64, f64)) {
        let radius = (self.brush / 2.0 / self.view.scale) as f32;
        // Closer points than one CSS pixel change nothing that can be seen.
        let least = (1.0 / self.view.scale) as f32;
        self.stroking.begin(mode, radius, least, self.view.to_photo(at));
    }

    /// Gives up the stroke that is being painted; whether there was one.
    fn cancel_stroke(&mut self) -> bool {
        self.keys.gave_up();
        let cancelled = self.stroking.cancel();
        if cancelled {
            self.overlay.redraw(None);
        }
        cancelled
    }

    /// Ends the stroke and keeps it.
    fn end_stroke(&mut self) -> Option<Stroke> {
        if let Some((stroke, from)) = self.stroking.take_new() {
            self.overlay.extend(stroke, from);
        }
        let stroke = self.stroking.end()?;
        self.overlay.keep(stroke.clone());
        Some(stroke)
    }
}

fn origin(stage: &HtmlElement) -> (f64, f64) {
    let bounds = stage.get_bounding_client_rect();
    (bounds.left(), bounds.top())
}

/// Size of the surface, and what the style sheet says is to stay free round a fitted photo.
fn measure(stage: &HtmlElement) -> Viewport {
    let style = window().and_then(|window| window.get_computed_style(stage).ok().flatten());
    let length = |name: &str| {
        let text = style.as_ref().and_then(|style| style.get_property_value(name).ok());
        text.map(|text| Number::parse_float(&text)).filter(|it| it.is_finite()).unwrap_or(0.0)
    };
    Viewport {
        width: f64::from(stage.client_width()),
        height: f64::from(stage.client_height()),
        side: length("--free-side"),
        top: length("--free-top"),
        bottom: length("--free-bottom"),
        density: window().map_or(1.0, |window| window.device_pixel_ratio()).max(0.5),
    }
}
