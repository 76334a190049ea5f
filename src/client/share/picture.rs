//! Shows what a link carries: the picture, and where the sender sent it, what was there before.
//!
//! Elements are made one by one; nothing that came in a link is ever read as markup.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{
    Blob, BlobPropertyBag, Document, Event, HtmlElement, HtmlImageElement, HtmlInputElement,
};

use crate::{
    client::dom::{Listener, ObjectUrl, listen, number},
    raster::Size,
    share::{Frame, Payload},
};

/// A picture on the page; it goes away when dropped.
pub struct SharedPicture {
    figure: HtmlElement,
    _urls: Vec<ObjectUrl>,
    _listeners: Vec<Listener>,
}

impl Drop for SharedPicture {
    fn drop(&mut self) {
        self.figure.remove();
    }
}

/// A frame as a file.
#[must_use]
pub fn file_of(frame: &Frame) -> Option<Blob> {
    let parts = Array::of1(&Uint8Array::from(&frame.to_webp()[..]));
    let bag = BlobPropertyBag::new();
    bag.set_type("image/webp");
    Blob::new_with_u8_array_sequence_and_options(&parts, &bag).ok()
}

impl SharedPicture {
    /// Shows a payload inside `place`. `done` hears whether the browser could show the picture.
    pub fn of_payload(
        place: &HtmlElement,
        payload: &Payload,
        done: impl Fn(bool) + 'static,
    ) -> Option<Self> {
        let file = file_of(&payload.picture)?;
        let size = payload.picture.size();
        let mut shown = Self::of_file(place, &file, Some(size), done)?;
        if payload.before.is_empty() {
            return Some(shown);
        }
        let document = place.owner_document()?;
        let before = element(&document, "div", "shared-before")?;
        for patch in &payload.before {
            let image = image(&document)?;
            let url = ObjectUrl::new(&file_of(&patch.picture)?);
            let rect = patch.rect();
            let share =
                |part: u32, whole: u32| number(f64::from(part) / f64::from(whole) * 100.0) + "%";
            let style = image.style();
            for (name, value) in [
                ("left", share(rect.x, size.width)),
                ("top", share(rect.y, size.height)),
                ("width", share(rect.width, size.width)),
                ("height", share(rect.height, size.height)),
            ] {
                let _ = style.set_property(name, &value);
            }
            image.set_src(url.as_str());
            let _ = before.append_child(&image);
            shown._urls.push(url);
        }
        let _ = shown.figure.append_child(&before);
        shown._listeners.push(wipe(&document, &shown.figure)?);
        Some(shown)
    }

    /// Shows a picture file inside `place`. Its size is known from the file once it is decoded.
    pub fn of_file(
        place: &HtmlElement,
        file: &Blob,
        size: Option<Size>,
        done: impl Fn(bool) + 'static,
    ) -> Option<Self> {
        let document = place.owner_document()?;
        let figure = element(&document, "div", "shared-figure")?;
        let ratio = |figure: &HtmlElement, width: u32, height: u32| {
            let ratio = number(f64::from(width) / f64::from(height.max(1)));
            let _ = figure.style().set_property("--ratio", &ratio);
        };
        if let Some(size) = size {
            ratio(&figure, size.width, size.height);
        }
        let image = image(&document)?;
        image.set_alt("The shared picture");
        let _ = image.set_attribute("data-testid", "shared-result");
        let url = ObjectUrl::new(file);
        let done = std::rc::Rc::new(done);
        let (shown, failed) = (std::rc::Rc::clone(&done), done);
        let (picture, around) = (image.clone(), figure.clone());
        let listeners = vec![
            listen(&image, "load", move |_: Event| {
                ratio(&around, picture.natural_width(), picture.natural_height());
                shown(true);
            }),
            listen(&image, "error", move |_: Event| failed(false)),
        ];
        image.set_src(url.as_str());
        let _ = figure.append_child(&image);
        let _ = place.append_child(&figure);
        Some(Self { figure, _urls: vec![url], _listeners: listeners })
    }
}

/// The handle between before and after: a native range, which fingers, mice and keys know how to use.
fn wipe(document: &Document, figure: &HtmlElement) -> Option<Listener> {
    let range: HtmlInputElement = document.create_element("input").ok()?.dyn_into().ok()?;
    range.set_type("range");
    range.set_class_name("shared-wipe");
    for (name, value) in [
        ("min", "0"),
        ("max", "100"),
        ("step", "0.5"),
        ("value", "50"),
        ("data-testid", "shared-wipe"),
        ("aria-label", "Border between before and after"),
    ] {
        let _ = range.set_attribute(name, value);
    }
    let line = element(document, "i", "shared-line")?;
    let _ = figure.append_child(&line);
    let _ = figure.append_child(&range);
    let (handle, around) = (range.clone(), figure.clone());
    Some(listen(&range, "input", move |_: Event| {
        let _ = around.style().set_property("--wipe", &(handle.value() + "%"));
    }))
}

fn element(document: &Document, name: &str, class: &str) -> Option<HtmlElement> {
    let element: HtmlElement = document.create_element(name).ok()?.dyn_into().ok()?;
    element.set_class_name(class);
    Some(element)
}

fn image(document: &Document) -> Option<HtmlImageElement> {
    let image: HtmlImageElement = document.create_element("img").ok()?.dyn_into().ok()?;
    image.set_alt("");
    image.set_draggable(false);
    Some(image)
}
