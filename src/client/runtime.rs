//! The page's hand on the runtime instance: starts it, joins it to the studio, and ends it when it does not hear.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort, Url};

use super::{
    bridge::{Bridge, RuntimePeer, Signal},
    dom,
};
use crate::{
    manifest::ModelId,
    protocol::{
        Failure, InstanceEvent, InstanceRequest, ModelState, Part, RuntimeSet, RuntimeSettings,
    },
    wire::Envelope,
};

/// How long the instance may be silent after the person gave a job up, in milliseconds.
const PATIENCE: u32 = 1_000;

/// Where the runtime instance of the site at `base` finds what it needs; `files` is the folder of the runtime itself.
/// `?runtime=jspi`, `asyncify` or `wasm` in the page's address forces one of its builds, `?compile=off` runs graphs as
/// they are, `?capture=off` does not record what they do on the graphics card.
#[must_use]
pub fn runtime_settings(files: &str, base: &str) -> RuntimeSettings {
    let here = dom::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    // Addresses that this site is exported with are always good.
    let at =
        |path: &str| Url::new_with_base(path, &here).map_or_else(|_| path.into(), |url| url.href());
    let asked = |name| Url::new(&here).ok().and_then(|url| url.search_params().get(name));
    RuntimeSettings {
        manifest: at(&format!("{base}model-manifest.json")),
        files: at(files),
        known_answers: at(&format!("{base}known-answers/")),
        set: asked("runtime").as_deref().and_then(RuntimeSet::from_word),
        compile: asked("compile").as_deref() != Some("off"),
        capture: asked("capture").as_deref() != Some("off"),
    }
}

/// A model that is made ready or is; nothing when the instance is gone.
type Held = Option<(ModelId, ModelState)>;

/// The runtime instance, or none.
#[derive(Clone)]
pub(super) struct RuntimeHost(Rc<Inner>);

struct Inner {
    bridge: Bridge<RuntimePeer>,
    settings: RuntimeSettings,
    on_lost: Box<dyn Fn(Failure)>,
    on_holds: Box<dyn Fn(Held)>,
    /// Whether the present instance is joined to the present studio.
    connected: Cell<bool>,
    pings: Cell<u32>,
    /// Runs out when the instance is silent.
    watch: RefCell<Option<Timeout>>,
}

impl RuntimeHost {
    /// No instance yet. `on_lost` hears why one went away that was not ended from here, `on_holds` which model is made
    /// ready or is, and nothing when the instance is gone.
    pub(super) fn new(
        worker_url: &str,
        settings: RuntimeSettings,
        on_lost: impl Fn(Failure) + 'static,
        on_holds: impl Fn(Held) + 'static,
    ) -> Self {
        Self(Rc::new_cyclic(|weak: &Weak<Inner>| {
            let weak = weak.clone();
            let on_signal = move |signal| {
                if let Some(inner) = weak.upgrade() {
                    Self(inner).on_signal(&signal);
                }
            };
            Inner {
                bridge: Bridge::new(worker_url, on_signal),
                settings,
                on_lost: Box::new(on_lost),
                on_holds: Box::new(on_holds),
                connected: Cell::default(),
                pings: Cell::default(),
                watch: RefCell::default(),
            }
        }))
    }

    /// Starts an instance if there is none and joins it to the studio that gets the port that comes back. `None`
    /// when that was done before.
    pub(super) fn connect(&self) -> Option<MessagePort> {
        if self.0.connected.get() {
            return None;
        }
        let channel = MessageChannel::new().ok()?;
        self.0.connected.set(true);
        let settings = self.0.settings.clone();
        self.0.bridge.send(Envelope {
            body: InstanceRequest::Connect { port: Part(0), settings },
            parts: vec![JsValue::from(channel.port1())],
        });
        Some(channel.port2())
    }

    /// Another studio has taken the place of the one that was joined.
    pub(super) fn forget_studio(&self) {
        self.0.connected.set(false);
    }

    /// Asks the instance whether it hears. When it does not answer in time it is ended and `replace` is called.
    pub(super) fn check(&self, replace: impl FnOnce() + 'static) {
        if !self.0.connected.get() || self.0.watch.borrow().is_some() {
            return;
        }
        let ping = self.0.pings.get().wrapping_add(1);
        self.0.pings.set(ping);
        self.0.bridge.send(Envelope::bare(InstanceRequest::Ping { ping }));
        let weak = Rc::downgrade(&self.0);
        let silent = Timeout::new(PATIENCE, move || {
            if let Some(inner) = weak.upgrade() {
                inner.bridge.end();
                inner.connected.set(false);
                inner.watch.take();
                (inner.on_holds)(None);
                replace();
            }
        });
        self.0.watch.replace(Some(silent));
    }

    fn on_signal(&self, signal: &Signal<RuntimePeer>) {
        match signal {
            Signal::Said(said) => match said.body {
                InstanceEvent::Pong { ping } if ping == self.0.pings.get() => {
                    self.0.watch.take();
                }
                InstanceEvent::Holds { model, state } => (self.0.on_holds)(Some((model, state))),
                _ => {}
            },
            Signal::Lost(failure) => {
                self.0.watch.take();
                self.0.connected.set(false);
                (self.0.on_holds)(None);
                (self.0.on_lost)(failure.clone());
            }
        }
    }
}
