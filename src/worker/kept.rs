//! Small files of the site: as they are now, or without a network as they were last.

use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

use super::store::thrown;
use crate::protocol::{Failure, FailureCode};

#[wasm_bindgen(module = "/src/worker/kept.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn latest(url: &str) -> Result<JsValue, JsValue>;
}

/// The text of a file.
///
/// # Errors
/// `ModelFetch` when it does not come and was never here.
pub(super) async fn text(url: &str) -> Result<String, Failure> {
    let response = response(url).await?;
    let text = async { JsFuture::from(response.text()?).await }.await;
    text.map_err(|error| failed(url, &error)).map(|text| text.as_string().unwrap_or_default())
}

/// A file whose content need not be known.
///
/// # Errors
/// `ModelFetch` when it does not come and was never here.
pub(super) async fn blob(url: &str) -> Result<Blob, Failure> {
    let response = response(url).await?;
    let blob = async { JsFuture::from(response.blob()?).await }.await;
    blob.map(JsCast::unchecked_into).map_err(|error| failed(url, &error))
}

async fn response(url: &str) -> Result<Response, Failure> {
    let response: Response =
        latest(url).await.map_err(|error| failed(url, &error))?.unchecked_into();
    if response.ok() {
        Ok(response)
    } else {
        let detail = format!("{url}: status {}", response.status());
        Err(Failure::new(FailureCode::ModelFetch, detail))
    }
}

fn failed(url: &str, error: &JsValue) -> Failure {
    Failure::new(FailureCode::ModelFetch, format!("{url}: {}", thrown(error).1))
}
