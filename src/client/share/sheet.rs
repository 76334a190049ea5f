//! Hands links and pictures on: the system's share sheet, the clipboard.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FilePropertyBag};

use crate::client::dom::window;

/// Whether this browser has a share sheet that takes picture files.
#[must_use]
pub fn can_share() -> bool {
    let probe = file(&Array::new(), "probe.png", "image/png");
    navigator().zip(probe).is_some_and(|(navigator, probe)| {
        let asked = Object::new();
        let _ = Reflect::set(&asked, &"files".into(), &Array::of1(&probe));
        call(&navigator, "canShare", &asked).is_some_and(|answer| answer.is_truthy())
    })
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

/// Calls a method that this browser may not have.
fn call(on: &JsValue, name: &str, argument: &JsValue) -> Option<JsValue> {
    let method: Function = Reflect::get(on, &name.into()).ok()?.dyn_into().ok()?;
    method.call1(on, argument).ok()
}
