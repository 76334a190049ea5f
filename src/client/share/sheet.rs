//! Hands links and pictures on: the system's share sheet, the clipboard.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FilePropertyBag};

use crate::client::dom::window;

/// What this browser can do with a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It has a share sheet that takes picture files.
    pub share: bool,
    /// Its clipboard takes pictures.
    pub copy: bool,
}

/// Looks at what this browser can do.
#[must_use]
pub fn abilities() -> Abilities {
    let probe = file(&Array::new(), "probe.png", "image/png");
    let share = navigator().zip(probe).is_some_and(|(navigator, probe)| {
        let asked = Object::new();
        let _ = Reflect::set(&asked, &"files".into(), &Array::of1(&probe));
        call(&navigator, "canShare", &asked).is_some_and(|answer| answer.is_truthy())
    });
    Abilities { share, copy: clipboard_item().is_some() && clipboard().is_some() }
}

/// Opens the share sheet with a picture and a link. `false` when the person closed it or the browser refused.
pub async fn share_file(picture: &Blob, name: &str, url: &str) -> bool {
    let file = file(&Array::of1(picture), name, &picture.type_());
    let Some((navigator, file)) = navigator().zip(file) else { return false };
    let data = Object::new();
    let _ = Reflect::set(&data, &"files".into(), &Array::of1(&file));
    if !url.is_empty() {
        let _ = Reflect::set(&data, &"url".into(), &url.into());
    }
    let with_link = call(&navigator, "canShare", &data).is_some_and(|answer| answer.is_truthy());
    if !with_link {
        let _ = Reflect::delete_property(&data, &"url".into());
    }
    done(call(&navigator, "share", &data)).await
}

/// Copies a text. `false` when the browser does not allow it.
pub async fn copy_text(text: &str) -> bool {
    let Some(clipboard) = clipboard() else { return false };
    done(call(&clipboard, "writeText", &text.into())).await
}

/// A picture for the clipboard that is still being made; the browser waits for it.
pub struct PendingPicture(Rc<RefCell<Option<Function>>>);

impl PendingPicture {
    /// Here it is.
    pub fn made(self, picture: &Blob) {
        if let Some(resolve) = self.0.take() {
            let _ = resolve.call1(&JsValue::UNDEFINED, picture);
        }
    }
}

/// Copies a PNG that is made meanwhile: a browser allows it only in the moment of a click. `done` hears whether it
/// worked.
pub fn copy_picture(after: impl FnOnce(bool) + 'static) -> Option<PendingPicture> {
    let (item, clipboard) = clipboard_item().zip(clipboard())?;
    let slot = Rc::new(RefCell::new(None));
    let keep = Rc::clone(&slot);
    let promise = Promise::new(&mut |resolve, _| *keep.borrow_mut() = Some(resolve));
    let content = Object::new();
    let _ = Reflect::set(&content, &"image/png".into(), &promise);
    let item = Reflect::construct(&item, &Array::of1(&content)).ok()?;
    let written = call(&clipboard, "write", &Array::of1(&item));
    wasm_bindgen_futures::spawn_local(async move { after(done(written).await) });
    Some(PendingPicture(slot))
}

async fn done(promise: Option<JsValue>) -> bool {
    match promise.and_then(|promise| promise.dyn_into::<Promise>().ok()) {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

fn file(parts: &Array, name: &str, media_type: &str) -> Option<File> {
    let bag = FilePropertyBag::new();
    bag.set_type(media_type);
    File::new_with_blob_sequence_and_options(parts, name, &bag).ok()
}

fn navigator() -> Option<JsValue> {
    window().map(|window| window.navigator().into())
}

fn clipboard() -> Option<JsValue> {
    let clipboard = Reflect::get(&navigator()?, &"clipboard".into()).ok()?;
    clipboard.is_object().then_some(clipboard)
}

fn clipboard_item() -> Option<Function> {
    Reflect::get(&window()?, &"ClipboardItem".into()).ok()?.dyn_into().ok()
}

/// Calls a method that this browser may not have.
fn call(on: &JsValue, name: &str, argument: &JsValue) -> Option<JsValue> {
    let method: Function = Reflect::get(on, &name.into()).ok()?.dyn_into().ok()?;
    method.call1(on, argument).ok()
}
