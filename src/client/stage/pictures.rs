//! The photo and the windows of its results as pictures of the browser, which knows about colour and orientation.

use wasm_bindgen::JsCast;
use web_sys::{Blob, Event, HtmlElement, HtmlImageElement};

use crate::{
    client::dom::{Listener, ObjectUrl, listen},
    raster::{Rect, ResultId, Size},
};

/// One window of one result.
struct Picture {
    result: ResultId,
    rect: Rect,
    last: bool,
    image: HtmlImageElement,
    _url: ObjectUrl,
    _loaded: Listener,
}

impl Drop for Picture {
    fn drop(&mut self) {
        self.image.remove();
    }
}

/// All pictures of the stage, in the order in which they cover each other.
pub(super) struct Pictures {
    layer: HtmlElement,
    results: HtmlElement,
    photo: Option<(HtmlImageElement, ObjectUrl)>,
    windows: Vec<Picture>,
}

impl Pictures {
    /// `layer` holds the photo and is as large as it in CSS pixels; `results` lies upon it.
    pub(super) const fn new(layer: HtmlElement, results: HtmlElement) -> Self {
        Self { layer, results, photo: None, windows: Vec::new() }
    }

    /// Shows a photo in place of everything.
    pub(super) fn open(&mut self, file: &Blob, size: Size) {
        self.close();
        let Some(image) = new_image(&self.layer) else { return };
        let url = ObjectUrl::new(file);
        image.set_class_name("photo");
        image.set_src(url.as_str());
        let style = self.layer.style();
        let _ = style.set_property("width", &format!("{}px", size.width));
        let _ = style.set_property("height", &format!("{}px", size.height));
        let _ = self.layer.prepend_with_node_1(&image);
        self.photo = Some((image, url));
    }

    /// Takes everything away.
    pub(super) fn close(&mut self) {
        self.windows.clear();
        if let Some((image, _url)) = self.photo.take() {
            image.remove();
        }
    }

    /// Shows a window; it fades in over an earlier picture of the same place as soon as it is decoded.
    pub(super) fn add(&mut self, result: ResultId, rect: Rect, picture: &Blob, last: bool) {
        let Some(image) = new_image(&self.results) else { return };
        let url = ObjectUrl::new(picture);
        image.set_class_name("window");
        let style = image.style();
        for (name, value) in
            [("left", rect.x), ("top", rect.y), ("width", rect.width), ("height", rect.height)]
        {
            let _ = style.set_property(name, &format!("{value}px"));
        }
        let shown = image.clone();
        let loaded = listen(&image, "load", move |_: Event| {
            let _ = shown.class_list().add_1("in");
        });
        image.set_src(url.as_str());
        let _ = self.results.append_child(&image);
        // The picture before this one stays under the fade; those before it are hidden anyway.
        let earlier: Vec<usize> = (0..self.windows.len())
            .filter(|&i| self.windows[i].result == result && self.windows[i].rect == rect)
            .collect();
        for &index in earlier.iter().rev().skip(1) {
            self.windows.remove(index);
        }
        self.windows.push(Picture { result, rect, last, image, _url: url, _loaded: loaded });
    }

    /// Names the picture that was added last, so that tests and those who look at the page find it.
    pub(super) fn mark_preview(&self, step: u16) {
        for picture in &self.windows {
            let _ = picture.image.remove_attribute("data-testid");
        }
        if let Some(Picture { image, .. }) = self.windows.last() {
            let _ = image.set_attribute("data-testid", "preview");
            let _ = image.set_attribute("data-step", &step.to_string());
        }
    }

    /// Shows these results and hides all others.
    pub(super) fn show(&self, results: &[ResultId]) {
        for picture in &self.windows {
            picture.image.set_hidden(!results.contains(&picture.result));
        }
    }

    /// Forgets a result that did not come to an end.
    pub(super) fn drop_result(&mut self, result: ResultId) {
        self.windows.retain(|picture| picture.result != result);
    }

    /// Forgets all but these results, and of those that are finished all but the last pictures.
    pub(super) fn tidy(&mut self, finished: &[ResultId], running: Option<ResultId>) {
        self.windows.retain(|picture| {
            Some(picture.result) == running || (picture.last && finished.contains(&picture.result))
        });
    }
}

fn new_image(beside: &HtmlElement) -> Option<HtmlImageElement> {
    let image: HtmlImageElement =
        beside.owner_document()?.create_element("img").ok()?.dyn_into().ok()?;
    image.set_alt("");
    image.set_draggable(false);
    image.set_decoding("async");
    Some(image)
}
