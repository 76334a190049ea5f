//! Makes a link to the whole picture: encrypts it and puts it into the store of the site's operator.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::qr::qr;
use crate::{
    inpaint::Stage,
    protocol::{Event, ExportFormat, ExportPurpose, Failure, FailureCode, JobId, Link},
    raster::ResultId,
    share::{
        Fragment, ID_BYTES, IV_BYTES, KEY_BYTES, SealedFile, SealedHeader, SealedLink, Store,
        additional_data, address,
    },
    worker::{
        cancel::CancelToken, clock::Cadence, export, failures::internal, open_photo::OpenPhoto,
        post, turn::pause,
    },
};

#[wasm_bindgen(module = "/src/worker/share/seal.js")]
extern "C" {
    #[wasm_bindgen(js_name = randomBytes)]
    fn random_bytes(count: u32) -> Vec<u8>;

    #[wasm_bindgen(catch)]
    async fn encrypt(
        key: &Uint8Array,
        iv: &Uint8Array,
        additional_data: &Uint8Array,
        plain: &Uint8Array,
    ) -> Result<JsValue, JsValue>;

    type Upload;

    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str, headers: &Array, body: &Uint8Array) -> Result<Upload, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn sent(this: &Upload) -> f32;

    #[wasm_bindgen(method, getter)]
    fn status(this: &Upload) -> Option<u32>;

    #[wasm_bindgen(method)]
    fn abort(this: &Upload);
}

/// Between two looks at an upload, in milliseconds.
const LOOK: i32 = 60;
/// Names that are tried; that even one of 128 random bits is taken happens to nobody.
const NAMES: u32 = 2;

/// What is to be sealed.
pub(in crate::worker) struct SealJob {
    /// The job.
    pub(in crate::worker) job: JobId,
    /// Results that are in the photo.
    pub(in crate::worker) on: Vec<ResultId>,
    /// Which kind of file.
    pub(in crate::worker) format: ExportFormat,
    /// Where to.
    pub(in crate::worker) store: Store,
    /// What stands before the `#`.
    pub(in crate::worker) address: String,
}

/// Encrypts the photo, puts it into the store and sends the link to the page. The photo stays as it is whatever
/// happens.
///
/// # Errors
/// `StoreTooLarge`, `StoreForbidden`, `StoreFailed` and `StoreUnreachable` by what the store says, `Cancelled` when
/// the token says so.
pub(in crate::worker) async fn seal(
    open: &mut OpenPhoto,
    seal: SealJob,
    token: &CancelToken,
) -> Result<(), Failure> {
    let SealJob { job, on, format, store, address } = seal;
    let say = |fraction| {
        post::event(Event::Progress { job, stage: Stage::Encode, region: 0, regions: 0, fraction });
    };
    say(0.0);
    token.breathe().await?;
    let purpose = ExportPurpose::Share;
    let file = export::file(open, export::Wish { on: &on, format, purpose, keep_gps: false })?;
    let kind =
        SealedFile::kind(file.format).ok_or_else(|| internal("such files are not sealed"))?;
    let mut plain = file.bytes;
    plain.insert(0, kind);
    say(0.3);
    token.breathe().await?;
    for _ in 0..NAMES {
        let (link, object) = sealed(&plain).await?;
        token.breathe().await?;
        let bytes = u64::from(object.length());
        if bytes > store.largest_bytes {
            let detail = format!("{bytes} bytes, {} allowed", store.largest_bytes);
            return Err(Failure::new(FailureCode::StoreTooLarge, detail));
        }
        if put(&store, &link.name(), &object, &say, token).await? {
            let fragment = Fragment::Sealed(link).to_text();
            let qr = qr(&[address.as_str(), "#", &fragment].concat());
            post::event(Event::Linked { job, link: Link { fragment, qr }, bytes });
            return Ok(());
        }
    }
    Err(Failure::new(FailureCode::StoreFailed, "the store says that every name is taken"))
}

/// The encrypted object, and the link with its fresh name and key.
async fn sealed(plain: &[u8]) -> Result<(SealedLink, Uint8Array), Failure> {
    let link = SealedLink { id: random::<ID_BYTES>()?, key: random::<KEY_BYTES>()? };
    let header = SealedHeader { iv: random::<IV_BYTES>()? };
    let ciphertext: Uint8Array = encrypt(
        &Uint8Array::from(&link.key[..]),
        &Uint8Array::from(&header.iv[..]),
        &Uint8Array::from(&additional_data(header, &link.id)[..]),
        &Uint8Array::from(plain),
    )
    .await
    .map_err(|error| internal(format!("{error:?}")))?
    .into();
    let start = header.to_bytes();
    let object = Uint8Array::new_with_length(start.len() as u32 + ciphertext.length());
    object.set(&Uint8Array::from(&start[..]), 0);
    object.set(&ciphertext, start.len() as u32);
    Ok((link, object))
}

fn random<const COUNT: usize>() -> Result<[u8; COUNT], Failure> {
    random_bytes(COUNT as u32).try_into().map_err(|_| internal("too few random bytes"))
}

/// Puts the object into the store; `false` when its name is taken.
async fn put(
    store: &Store,
    name: &str,
    object: &Uint8Array,
    say: &impl Fn(f32),
    token: &CancelToken,
) -> Result<bool, Failure> {
    let fixed = store.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let ours = [("If-None-Match", "*"), ("Content-Type", "application/octet-stream")];
    let headers: Array = ours
        .into_iter()
        .chain(fixed)
        .map(|(name, value)| JsValue::from(Array::of2(&name.into(), &value.into())))
        .collect();
    let unreachable = |detail: String| Failure::new(FailureCode::StoreUnreachable, detail);
    let upload = Upload::new(&address(&store.put, name), &headers, object)
        .map_err(|error| unreachable(format!("{error:?}")))?;
    let cadence = Cadence::default();
    let status = loop {
        if let Some(status) = upload.status() {
            break status;
        }
        if cadence.is_due() {
            say(0.4 + 0.6 * upload.sent());
        }
        pause(LOOK).await;
        if let Err(cancelled) = token.breathe().await {
            upload.abort();
            return Err(cancelled);
        }
    };
    let failed = |code| Err(Failure::new(code, format!("status {status}")));
    match status {
        200..=299 => Ok(true),
        // What was asked by If-None-Match; some stores say conflict instead.
        409 | 412 => Ok(false),
        0 => Err(unreachable("no answer".to_owned())),
        401 | 403 | 405 => failed(FailureCode::StoreForbidden),
        413 => failed(FailureCode::StoreTooLarge),
        _ => failed(FailureCode::StoreFailed),
    }
}
