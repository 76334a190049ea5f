//! What survives a reload or a crash: the photo's file, strokes and results, kept on the device.
//!
//! A session is one photo and what was done to it. It is written after every change and offered when the page is
//! opened again; nothing of it leaves the device.

use js_sys::{Array, Map, Reflect};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::Blob;

use super::{few::Few, files::NamedFile, kept_result::KeptResult};
use crate::{
    raster::{History, Rect, ResultId, Size},
    wire,
};

/// Raised when an older record could be misread.
const VERSION: u8 = 1;
/// The largest number of a result that is taken back: new ones are counted on from it.
const LAST: u32 = u32::MAX / 2;
/// The names of the files beside the record; those of results are made of numbers.
const PHOTO: &str = "photo";
const THUMBNAIL: &str = "thumbnail";
/// The thumbnail with results ends in the number of the topmost one.
const LOOK: &str = "look-";

#[wasm_bindgen(module = "/src/client/session/shelf.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = keep)]
    async fn shelf_keep(session: &str, record: JsValue, files: Array) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = forget)]
    async fn shelf_forget(session: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = latest)]
    async fn shelf_latest() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = release)]
    async fn shelf_release(session: &str);
    #[wasm_bindgen(catch, js_name = resume)]
    async fn shelf_resume(session: &str) -> Result<JsValue, JsValue>;
    async fn thumbnail(photo: &Blob) -> JsValue;
}

/// What is known of a session beside its files.
#[derive(Serialize, Deserialize)]
struct Record {
    version: u8,
    name: String,
    size: Size,
    history: History,
    /// Of each result: its name, those below it, and where its windows are.
    results: Vec<(ResultId, Vec<ResultId>, Vec<Rect>)>,
}

/// The session that is being worked on.
#[derive(Clone, Debug)]
pub struct Session {
    id: String,
    photo: NamedFile,
    size: Size,
    /// A small picture of the photo as it came.
    thumbnail: Option<Blob>,
}

impl Session {
    /// A session of a photo that was just opened; `view` is what the browser shows of it. Nothing is kept yet.
    pub async fn new(photo: NamedFile, view: &Blob, size: Size) -> Self {
        // Two tabs that open a photo in the same millisecond differ by chance.
        let id =
            format!("{:x}-{:x}", js_sys::Date::now() as u64, (js_sys::Math::random() * 4e9) as u32);
        let thumbnail = thumbnail(view).await.dyn_into().ok();
        Self { id, photo, size, thumbnail }
    }

    /// Writes what was done so far. Calls that overlap are one.
    ///
    /// # Errors
    /// What the browser says when it keeps nothing, or no more.
    pub async fn keep(
        &self,
        history: History,
        results: Vec<(ResultId, KeptResult)>,
    ) -> Result<(), Refusal> {
        let files = Array::new();
        let file = |name: &str, blob: &Blob| {
            files.push(&Array::of2(&name.into(), blob));
        };
        file(PHOTO, &self.photo.file);
        if let Some(thumbnail) = &self.thumbnail {
            file(THUMBNAIL, thumbnail);
        }
        let look = self.look(&history, &results);
        let mut listed = Vec::with_capacity(results.len());
        for (result, KeptResult { on, windows }) in results {
            for (index, (_, picture)) in windows.iter().enumerate() {
                file(&window_name(result, index), picture);
            }
            listed.push((result, on, windows.into_iter().map(|(rect, _)| rect).collect()));
        }
        if let Some(look) = look {
            files.push(&look);
        }
        let name = self.photo.name.clone();
        let record = Record { version: VERSION, name, size: self.size, history, results: listed };
        // Plain values only, so this cannot fail.
        let record = record.serialize(&Serializer::json_compatible()).unwrap_or_default();
        shelf_keep(&self.id, record, files).await.map_err(|error| Refusal::of(&error))
    }

    /// Name and parts of a small picture of the photo as it is now; none while that is how it came.
    fn look(&self, history: &History, results: &[(ResultId, KeptResult)]) -> Option<Array> {
        let thumbnail = self.thumbnail.as_ref()?;
        let name = look_name(history)?;
        let windows = Array::new();
        for shown in history.results() {
            let (_, kept) = results.iter().find(|(result, _)| *result == shown)?;
            for (Rect { x, y, width, height }, picture) in &kept.windows {
                let [x, y, width, height] = [*x, *y, *width, *height].map(JsValue::from);
                windows.push(&Array::of5(picture, &x, &y, &width, &height));
            }
        }
        let Size { width, height } = self.size;
        let parts = Array::of4(thumbnail, &width.into(), &height.into(), &windows);
        Some(Array::of2(&name.into(), &parts))
    }

    /// Takes the session off the device.
    pub async fn forget(&self) {
        // A browser that keeps nothing has nothing to forget.
        let _ = shelf_forget(&self.id).await;
    }

    /// Leaves the session for another time or another tab.
    pub async fn release(&self) {
        shelf_release(&self.id).await;
    }
}

/// Why a session is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no room left.
    Full,
    /// The browser lets this page keep nothing.
    Never,
}

impl Refusal {
    fn of(error: &JsValue) -> Self {
        let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
        if name.as_deref() == Some("QuotaExceededError") { Self::Full } else { Self::Never }
    }
}

/// A session that was kept, with all it takes to go on.
#[derive(Clone, Debug)]
pub struct Kept {
    /// To go on with.
    pub session: Session,
    /// What was done.
    pub history: History,
    /// The pictures of the results.
    pub results: Few<ResultId, KeptResult>,
    /// A small picture of the photo as it was left.
    pub thumbnail: Option<Blob>,
}

impl Kept {
    /// The photo's file and its name.
    #[must_use]
    pub const fn photo(&self) -> &NamedFile {
        &self.session.photo
    }

    /// The photo's size when it was kept.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.session.size
    }

    /// Goes on with it, as it is now: no other tab offers it from now on. Nothing when another tab was faster.
    pub async fn claim(&self) -> Option<Self> {
        read(&shelf_resume(&self.session.id).await.ok()?).await.ok()?
    }
}

/// What the browser kept.
#[derive(Debug, Default)]
pub struct Latest {
    /// The latest session that no tab works on.
    pub kept: Option<Kept>,
    /// Whether there was one that could not be read; it is gone.
    pub broken: bool,
    /// Whether there may be one, and the part of the page that reads it did not come.
    pub unfetched: bool,
}

/// Finds the latest session that no tab works on.
pub async fn latest() -> Latest {
    let mut broken = false;
    // A browser that keeps nothing offers nothing.
    while let Ok(found) = shelf_latest().await {
        let field = |name: &str| Reflect::get(&found, &name.into()).unwrap_or_default();
        broken |= field("broken").as_f64().is_some_and(|count| count > 0.0);
        let Some(id) = field("session").as_string() else { break };
        let Ok(kept) = read(&found).await else {
            return Latest { kept: None, broken, unfetched: true };
        };
        if kept.is_some() {
            return Latest { kept, broken, unfetched: false };
        }
        broken = true;
        if shelf_forget(&id).await.is_err() {
            break;
        }
    }
    Latest { kept: None, broken, unfetched: false }
}

/// Reads what the shelf found. Where nothing was kept the page need not fetch how that is read.
#[wasm_split(rest, fallible)]
fn read(found: &JsValue) -> Result<Option<Kept>, SplitLoaderError> {
    Ok(checked(found))
}

/// Checks that the record names nothing that is not there.
fn checked(found: &JsValue) -> Option<Kept> {
    let field = |name: &str| Reflect::get(found, &name.into()).ok();
    let id = field("session")?.as_string()?;
    let record: Record = wire::read(field("record")?).ok()?;
    let files: Map = field("files")?.dyn_into().ok()?;
    let file = |name: &str| files.get(&name.into()).dyn_into::<Blob>().ok();
    let mut results = Few::new();
    for (result, on, places) in record.results {
        let windows = places.into_iter().enumerate();
        let windows = windows.map(|(index, rect)| Some((rect, file(&window_name(result, index))?)));
        results.insert(result, KeptResult { on, windows: windows.collect::<Option<_>>()? });
    }
    let there = |result: &ResultId| results.contains_key(result);
    let whole = record.version == VERSION
        && results.keys().all(|result| result.0 <= LAST)
        && record.history.reachable_results().all(|result| there(&result))
        && results.values().all(|kept| kept.on.iter().all(there));
    let photo = NamedFile { file: file(PHOTO)?, name: record.name };
    let plain = file(THUMBNAIL);
    let look = look_name(&record.history).and_then(|name| file(&name));
    let thumbnail = look.or_else(|| plain.clone());
    let session = Session { id, photo, size: record.size, thumbnail: plain };
    whole.then_some(Kept { session, history: record.history, results, thumbnail })
}

/// The name of the small picture of the photo with its results: the topmost one says which are below it.
fn look_name(history: &History) -> Option<String> {
    history.results().last().map(|result| format!("{LOOK}{}", result.0))
}

fn window_name(result: ResultId, index: usize) -> String {
    format!("{}-{index}", result.0)
}
