//! The page's hand on the keeper instance: starts it when models are looked at, and tells it what is wished.

use std::{
    cell::Cell,
    rc::{Rc, Weak},
};

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Url};

use super::{
    bridge::{Bridge, Peer, Sense, Signal},
    dom,
};
use crate::{
    protocol::{FailureCode, KEEPER_NAME, KeeperEvent, KeeperRequest, Part},
    wire::Envelope,
};

/// The worker that downloads and keeps models.
struct KeeperPeer;

impl Peer for KeeperPeer {
    type Request = KeeperRequest;
    type Event = KeeperEvent;
    const NAME: &'static str = KEEPER_NAME;
    const LOST: FailureCode = FailureCode::WorkerLost;

    fn sense(event: &KeeperEvent) -> Sense<'_> {
        match event {
            KeeperEvent::Ready { protocol } => Sense::Ready(*protocol),
            KeeperEvent::Failed { failure, broken: true } => Sense::Broken(failure),
            _ => Sense::Other,
        }
    }
}

/// The keeper instance, or none.
#[derive(Clone)]
pub struct Keeper(Rc<Inner>);

struct Inner {
    bridge: Bridge<KeeperPeer>,
    manifest: String,
    on_event: Box<dyn Fn(Envelope<KeeperEvent>)>,
    /// Whether the present instance has looked.
    looked: Cell<bool>,
    /// Whether the browser was asked to keep what is stored.
    asked: Cell<bool>,
}

impl Keeper {
    /// No instance yet. The workers' script is at `worker_url`, the manifest below `base`.
    pub fn new(
        worker_url: &str,
        base: &str,
        on_event: impl Fn(Envelope<KeeperEvent>) + 'static,
    ) -> Self {
        let here =
            dom::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
        let path = format!("{base}model-manifest.json");
        let manifest = Url::new_with_base(&path, &here).map_or(path, |url| url.href());
        Self(Rc::new_cyclic(|weak: &Weak<Inner>| {
            let weak = weak.clone();
            let on_signal = move |signal| {
                let Some(inner) = weak.upgrade() else { return };
                match signal {
                    Signal::Said(said) => (inner.on_event)(said),
                    Signal::Lost(failure) => {
                        inner.looked.set(false);
                        let body = KeeperEvent::Failed { failure, broken: true };
                        (inner.on_event)(Envelope::bare(body));
                    }
                }
            };
            Inner {
                bridge: Bridge::new(worker_url, on_signal),
                manifest,
                on_event: Box::new(on_event),
                looked: Cell::default(),
                asked: Cell::default(),
            }
        }))
    }

    /// Has what is stored looked at.
    pub fn look(&self) {
        self.0.looked.set(true);
        let manifest = self.0.manifest.clone();
        self.0.bridge.send(Envelope::bare(KeeperRequest::Look { manifest }));
    }

    /// Tells a wish. The first that brings a model here also asks the browser to keep what is stored.
    pub fn ask(&self, request: KeeperRequest) {
        if matches!(request, KeeperRequest::Get { .. }) {
            self.ask_to_persist();
        }
        self.send(Envelope::bare(request));
    }

    /// Hands a file over that may be one of the models'.
    pub fn import(&self, file: &Blob) {
        self.ask_to_persist();
        let body = KeeperRequest::Import { file: Part(0) };
        self.send(Envelope { body, parts: vec![JsValue::from(file.clone())] });
    }

    fn send(&self, request: Envelope<KeeperRequest>) {
        if !self.0.looked.get() {
            self.look();
        }
        self.0.bridge.send(request);
    }

    /// Only a page can ask. The answer is not waited for: in some browsers it never comes.
    fn ask_to_persist(&self) {
        if self.0.asked.replace(true) {
            return;
        }
        let Some(window) = dom::window() else { return };
        let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
        let storage = field(&field(&window, "navigator"), "storage");
        if let Ok(persist) = field(&storage, "persist").dyn_into::<Function>() {
            let _ = persist.call0(&storage);
        }
    }
}
