//! Carries protocol words and their parts through `postMessage`.
//!
//! A message is `{ body, parts }`: `body` is the request or event as a plain object, `parts` the buffers and blobs
//! that it names by index. Nothing else knows this shape.

mod read;

use js_sys::{Array, ArrayBuffer, Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, ImageBitmap, MessagePort};

use crate::protocol::Part;

pub use read::{Unreadable, read};

/// Why a message could not be read or written.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum WireError {
    /// The message is not an object with `body` and `parts`.
    #[error("a message without body or parts")]
    Shape,
    /// The body is not a word of the protocol.
    #[error("unknown words: {0}")]
    Words(String),
    /// A part is named that did not come along, or is of another kind.
    #[error("part {} is missing or of another kind", .0.0)]
    Part(Part),
}

/// A body with the parts it names.
#[derive(Clone, Debug)]
pub struct Envelope<T> {
    /// The words.
    pub body: T,
    /// What [`Part`] indexes.
    pub parts: Vec<JsValue>,
}

impl<T> Envelope<T> {
    /// Words that need no parts.
    pub const fn bare(body: T) -> Self {
        Self { body, parts: Vec::new() }
    }

    /// The buffer that `part` names.
    ///
    /// # Errors
    /// [`WireError::Part`] when it did not come along or is no `ArrayBuffer`.
    pub fn buffer(&self, part: Part) -> Result<ArrayBuffer, WireError> {
        self.part(part)
    }

    /// The blob that `part` names.
    ///
    /// # Errors
    /// [`WireError::Part`] when it did not come along or is no `Blob`.
    pub fn blob(&self, part: Part) -> Result<Blob, WireError> {
        self.part(part)
    }

    /// The port that `part` names.
    ///
    /// # Errors
    /// [`WireError::Part`] when it did not come along or is no `MessagePort`.
    pub fn port(&self, part: Part) -> Result<MessagePort, WireError> {
        self.part(part)
    }

    fn part<P: JsCast>(&self, part: Part) -> Result<P, WireError> {
        self.parts
            .get(usize::from(part.0))
            .and_then(|value| value.clone().dyn_into::<P>().ok())
            .ok_or(WireError::Part(part))
    }
}

impl<T: Serialize> Envelope<T> {
    /// The message for `postMessage` and the list of what moves instead of being copied.
    ///
    /// # Errors
    /// [`WireError::Words`] when the body has no form in JavaScript.
    pub fn to_message(&self) -> Result<(JsValue, Array), WireError> {
        let words = serde_wasm_bindgen::Serializer::json_compatible()
            .serialize_large_number_types_as_bigints(true);
        let body =
            self.body.serialize(&words).map_err(|error| WireError::Words(error.to_string()))?;
        let parts: Array = self.parts.iter().collect();
        let moved: Array = self.parts.iter().filter(|part| is_transferable(part)).collect();
        let message = Object::new();
        // Setting a field of a fresh plain object cannot fail.
        let _ = Reflect::set(&message, &"body".into(), &body);
        let _ = Reflect::set(&message, &"parts".into(), &parts);
        Ok((message.into(), moved))
    }
}

impl<T: DeserializeOwned> Envelope<T> {
    /// Reads the data of a `MessageEvent`.
    ///
    /// # Errors
    /// [`WireError::Shape`] for anything that [`Envelope::to_message`] does not write, [`WireError::Words`] for a body
    /// that is no word of this build's protocol.
    pub fn from_message(message: &JsValue) -> Result<Self, WireError> {
        let field = |name: &str| Reflect::get(message, &name.into()).map_err(|_| WireError::Shape);
        let body = field("body")?;
        let parts: Array = field("parts")?.dyn_into().map_err(|_| WireError::Shape)?;
        let body = read(body).map_err(|error| WireError::Words(error.to_string()))?;
        Ok(Self { body, parts: parts.iter().collect() })
    }
}

fn is_transferable(part: &JsValue) -> bool {
    part.is_instance_of::<ArrayBuffer>()
        || part.is_instance_of::<ImageBitmap>()
        || part.is_instance_of::<MessagePort>()
}
