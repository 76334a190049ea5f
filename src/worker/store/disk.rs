//! The browser's disk, as Rust sees it.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

use super::headers::drop_headers;
use crate::manifest::Digest;

#[wasm_bindgen(module = "/src/worker/store/disk.js")]
extern "C" {
    /// A place for files.
    pub(in crate::worker) type Disk;

    /// A beginning of a file that is open for writing. Nobody else can open it meanwhile.
    pub(in crate::worker) type Part;

    #[wasm_bindgen(catch, js_name = openDisk)]
    async fn open_disk() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = wholeFile)]
    pub(super) async fn whole_file(name: &str) -> JsValue;

    #[wasm_bindgen(catch, method, structural, js_name = list)]
    async fn list_raw(this: &Disk) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, structural, js_name = open)]
    async fn open_raw(this: &Disk, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, structural, js_name = remove)]
    async fn remove_raw(this: &Disk, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, js_name = length)]
    fn length_raw(this: &Part) -> f64;

    #[wasm_bindgen(catch, method, structural, js_name = read)]
    async fn read_raw(this: &Part, from: f64, to: f64) -> Result<JsValue, JsValue>;

    /// Writes behind what is there. Fails with a `QuotaExceededError` when there is no room.
    #[wasm_bindgen(catch, method, structural, js_name = append)]
    async fn append_raw(this: &Part, bytes: &Uint8Array) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, structural, js_name = cut)]
    async fn cut_raw(this: &Part, length: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, structural, js_name = close)]
    async fn close_raw(this: &Part) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, method, structural, js_name = keep)]
    async fn keep_raw(this: &Part) -> Result<JsValue, JsValue>;
}

/// A file that is there.
#[derive(Clone, Copy, Debug)]
pub(in crate::worker) struct Stored {
    pub(in crate::worker) digest: Digest,
    pub(in crate::worker) bytes: u64,
    /// Whether it is all of the file.
    pub(in crate::worker) whole: bool,
}

impl Disk {
    /// The disk that this browser has.
    ///
    /// # Errors
    /// What the browser says when it keeps nothing for this page.
    pub(in crate::worker) async fn open() -> Result<Self, JsValue> {
        Ok(open_disk().await?.unchecked_into())
    }

    /// All files and beginnings of files.
    ///
    /// # Errors
    /// What the browser says.
    pub(in crate::worker) async fn list(&self) -> Result<Vec<Stored>, JsValue> {
        let listed: Array = self.list_raw().await?.unchecked_into();
        let stored = listed.iter().filter_map(|entry| {
            let entry: Array = entry.unchecked_into();
            Some(Stored {
                // What has another name is none of our files.
                digest: Digest::parse(&entry.get(0).as_string()?).ok()?,
                bytes: entry.get(1).as_f64()? as u64,
                whole: entry.get(2).is_truthy(),
            })
        });
        Ok(stored.collect())
    }

    /// Opens the beginning of a file, which may be empty.
    ///
    /// # Errors
    /// What the browser says, for example that another tab has it open.
    pub(in crate::worker) async fn open_part(&self, digest: Digest) -> Result<Part, JsValue> {
        Ok(self.open_raw(&digest.to_string()).await?.unchecked_into())
    }

    /// Removes a file, its beginning and its headers; what is not there is fine.
    ///
    /// # Errors
    /// What the browser says.
    pub(in crate::worker) async fn remove(&self, digest: Digest) -> Result<(), JsValue> {
        drop_headers(digest).await;
        self.remove_raw(&digest.to_string()).await.map(drop)
    }
}

impl Part {
    /// Bytes that are there.
    pub(in crate::worker) fn length(&self) -> u64 {
        self.length_raw() as u64
    }

    /// Some of the bytes that are there.
    ///
    /// # Errors
    /// What the browser says.
    pub(in crate::worker) async fn read(&self, from: u64, to: u64) -> Result<Uint8Array, JsValue> {
        Ok(self.read_raw(from as f64, to as f64).await?.unchecked_into())
    }

    /// Writes behind what is there.
    ///
    /// # Errors
    /// What the browser says; a `QuotaExceededError` when there is no room.
    pub(in crate::worker) async fn append(&self, bytes: &Uint8Array) -> Result<(), JsValue> {
        self.append_raw(bytes).await.map(drop)
    }

    /// Throws away what is behind `length`.
    ///
    /// # Errors
    /// What the browser says.
    pub(in crate::worker) async fn cut(&self, length: u64) -> Result<(), JsValue> {
        self.cut_raw(length as f64).await.map(drop)
    }

    /// Lets go of it; what was written stays.
    ///
    /// # Errors
    /// What the browser says.
    pub(in crate::worker) async fn close(self) -> Result<(), JsValue> {
        self.close_raw().await.map(drop)
    }

    /// Makes the beginning a whole file.
    ///
    /// # Errors
    /// What the browser says.
    pub(in crate::worker) async fn keep(self) -> Result<(), JsValue> {
        self.keep_raw().await.map(drop)
    }
}

/// What a thrown value is called and says.
pub(in crate::worker) fn thrown(value: &JsValue) -> (String, String) {
    let field = |name: &str| {
        js_sys::Reflect::get(value, &name.into()).ok().and_then(|text| text.as_string())
    };
    (field("name").unwrap_or_default(), field("message").unwrap_or_else(|| format!("{value:?}")))
}
