//! Takes requests of the page in and works on them side by side: a download is in nobody's way.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, MessageEvent};

use super::{
    browser::{self, Room},
    fetch::{Blocked, Fetch, Moment},
    standing::{self, Doing, File, Pace, Standing},
    words,
};
use crate::{
    manifest::{Artifact, Digest, Manifest, Model, ModelId, Webgpu},
    protocol::{Failure, FailureCode, KeeperEvent, KeeperRequest, Part, Shelf},
    wire::Envelope,
    worker::{
        clock::Cadence,
        device::Device,
        failures::internal,
        kept, post,
        store::{self, Disk, Flight, refused, thrown},
    },
};

/// Said to other tabs when what is stored has changed.
const LOOK: &str = "look";
/// Said to other tabs, with a model's name behind it, when that is about to be deleted.
const DROP: &str = "drop ";

/// Says a word to the keepers of other tabs.
type Say = Box<dyn Fn(&str)>;

/// What this instance holds.
pub(super) struct Desk {
    address: RefCell<String>,
    manifest: RefCell<Option<Rc<Manifest>>>,
    disk: RefCell<Option<Result<Rc<Disk>, Failure>>>,
    standings: RefCell<BTreeMap<ModelId, Standing>>,
    blocked: Blocked,
    cadence: Cadence,
    others: OnceCell<Say>,
    device: Cell<Option<Device>>,
}

/// Begins to hear the page and the keepers of other tabs.
pub(super) fn listen() {
    let desk = Rc::new(Desk {
        address: RefCell::default(),
        manifest: RefCell::default(),
        disk: RefCell::default(),
        standings: RefCell::default(),
        blocked: Blocked::listen(),
        cadence: Cadence::default(),
        others: OnceCell::new(),
        device: Cell::default(),
    });
    let hears = Rc::clone(&desk);
    let say = browser::open_channel(move |word| hears.hear_other(&word));
    // Set once, here.
    let _ = desk.others.set(Box::new(say));
    let heard =
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            match Envelope::<KeeperRequest>::from_message(&event.data()) {
                Ok(request) => desk.hear(request),
                Err(error) => say_failed(internal(error), true),
            }
        });
    post::scope().set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Listens for as long as the worker lives.
    heard.forget();
}

/// Says that something failed that is no model's affair.
pub(super) fn say_failed(failure: Failure, broken: bool) {
    post::any(&Envelope::bare(KeeperEvent::Failed { failure, broken }));
}

impl Desk {
    fn hear(self: &Rc<Self>, request: Envelope<KeeperRequest>) {
        let desk = Rc::clone(self);
        match request.body {
            KeeperRequest::Look { manifest } => {
                *self.address.borrow_mut() = manifest;
                spawn_local(async move {
                    desk.look().await;
                    desk.look_at_device().await;
                });
            }
            KeeperRequest::Pause { model } => self.stop(model),
            KeeperRequest::Get { model } => spawn_local(async move { desk.get(model).await }),
            KeeperRequest::Delete { model } => spawn_local(async move { desk.delete(model).await }),
            KeeperRequest::Verify { model } => spawn_local(async move { desk.verify(model).await }),
            KeeperRequest::Export { model } => spawn_local(async move { desk.export(model).await }),
            KeeperRequest::Import { file } => {
                let Ok(file) = request.blob(file) else { return };
                spawn_local(async move {
                    let outcome = desk.import(&file).await;
                    post::any(&Envelope::bare(KeeperEvent::Imported { outcome }));
                    desk.changed().await;
                });
            }
        }
    }

    fn hear_other(self: &Rc<Self>, word: &str) {
        if self.manifest.borrow().is_none() {
            return;
        }
        if let Some(id) = word.strip_prefix(DROP).and_then(|id| ModelId::new(id).ok()) {
            self.stop(id);
        } else if word == LOOK {
            let desk = Rc::clone(self);
            spawn_local(async move { desk.look().await });
        }
    }

    fn stop(&self, id: ModelId) {
        if let Some(flight) = self.standings.borrow().get(&id).and_then(|it| it.flight.as_ref()) {
            flight.cancel();
        }
    }

    async fn manifest(&self) -> Result<Rc<Manifest>, Failure> {
        if let Some(manifest) = &*self.manifest.borrow() {
            return Ok(Rc::clone(manifest));
        }
        let address = self.address.borrow().clone();
        let text = kept::text(&address).await?;
        let manifest = Manifest::parse(&text)
            .map_err(|error| Failure::new(FailureCode::ManifestInvalid, error.to_string()))?;
        let manifest = Rc::new(manifest);
        *self.manifest.borrow_mut() = Some(Rc::clone(&manifest));
        Ok(manifest)
    }

    async fn disk(&self) -> Result<Rc<Disk>, Failure> {
        if let Some(known) = &*self.disk.borrow() {
            return known.clone();
        }
        let opened = Disk::open().await.map(Rc::new).map_err(|error| refused(&error));
        *self.disk.borrow_mut() = Some(opened.clone());
        opened
    }

    /// Looks at what is stored and tells the page.
    async fn look(&self) {
        let manifest = match self.manifest().await {
            Ok(manifest) => manifest,
            Err(failure) => return say_failed(failure, false),
        };
        let disk = self.disk().await.ok();
        let stored = match &disk {
            Some(disk) => disk.list().await.unwrap_or_default(),
            None => Vec::new(),
        };
        let room = if disk.is_some() { Some(Room::ask().await) } else { None };
        let mut standings = self.standings.borrow_mut();
        for model in manifest.models() {
            let standing = standings.entry(model.id).or_default();
            // What is being worked on knows better.
            if standing.flight.is_none() || standing.files.is_empty() {
                standing.files = standing::files(model, &stored);
            }
            if standing.is_whole() {
                standing.failure = None;
                standing.short = None;
            }
        }
        let rows = manifest.models().iter().filter_map(|model| {
            Some(words::row(model, standings.get(&model.id)?, self.device.get()))
        });
        let ours: BTreeSet<Digest> = manifest
            .models()
            .iter()
            .flat_map(|model| model.graphs.iter().map(|graph| graph.artifact.sha256))
            .collect();
        let used = stored.iter().filter(|file| ours.contains(&file.digest)).map(|file| file.bytes);
        let shelf = Shelf { rows: rows.collect(), room: words::room(room, used.sum()) };
        post::any(&Envelope::bare(KeeperEvent::Shelf { shelf }));
    }

    /// Finds out what the device has, which may take a while, and tells the page.
    async fn look_at_device(&self) {
        let Some(manifest) = self.manifest.borrow().clone() else { return };
        let asks = |model: &Model| model.needs.webgpu == Webgpu::Wanted || model.needs.f16;
        if self.device.get().is_some() || !manifest.models().iter().any(asks) {
            return;
        }
        self.device.set(Some(Device::ask().await));
        for model in manifest.models() {
            self.say_row(model);
        }
    }

    /// What is stored has changed: tells the page and the other tabs.
    async fn changed(&self) {
        self.tell_others(LOOK);
        self.look().await;
    }

    fn tell_others(&self, word: &str) {
        if let Some(say) = self.others.get() {
            say(word);
        }
    }

    fn say_row(&self, model: &Model) {
        if let Some(standing) = self.standings.borrow().get(&model.id) {
            let row = words::row(model, standing, self.device.get());
            post::any(&Envelope::bare(KeeperEvent::Row { row: Box::new(row) }));
        }
    }

    /// Begins to work on a model unless that is being done. What comes back stops it.
    fn begin(&self, model: &Model, doing: Doing) -> Option<Flight> {
        let flight = {
            let mut standings = self.standings.borrow_mut();
            let standing = standings.entry(model.id).or_default();
            if standing.flight.is_some() {
                return None;
            }
            let flight = Flight::new();
            standing.flight = Some(flight.clone());
            standing.failure = None;
            standing.short = None;
            standing.pace = Pace::default();
            standing.doing = doing;
            flight
        };
        self.say_row(model);
        Some(flight)
    }

    /// What was done with a model has come to its end.
    async fn end(&self, model: &Model, outcome: Result<(), Failure>) {
        let doomed = {
            let mut standings = self.standings.borrow_mut();
            let standing = standings.entry(model.id).or_default();
            standing.flight = None;
            standing.doing = Doing::Nothing;
            standing.at = None;
            standing.failure =
                outcome.err().filter(|failure| failure.code != FailureCode::Cancelled);
            std::mem::take(&mut standing.doomed)
        };
        if doomed {
            self.remove(model).await;
        }
        self.changed().await;
    }

    /// Does something with a model of the manifest.
    async fn with_model(&self, id: ModelId, run: impl AsyncFnOnce(&Self, &Model)) {
        match self.manifest().await {
            Ok(manifest) => {
                if let Some(model) = manifest.model(&id) {
                    run(self, model).await;
                }
            }
            Err(failure) => say_failed(failure, false),
        }
    }

    async fn get(self: &Rc<Self>, id: ModelId) {
        let Ok(manifest) = self.manifest().await else { return self.look().await };
        let Some(model) = manifest.model(&id) else { return };
        if let Some(flight) = self.begin(model, Doing::Fetching(Moment::Coming)) {
            let outcome = self.fetch(&manifest, model, &flight).await;
            self.end(model, outcome).await;
        }
    }

    async fn fetch(
        self: &Rc<Self>,
        manifest: &Rc<Manifest>,
        model: &Model,
        flight: &Flight,
    ) -> Result<(), Failure> {
        let disk = self.disk().await?;
        let missing = {
            let standings = self.standings.borrow();
            let have = standings.get(&model.id).map_or(0, Standing::have);
            model.bytes().saturating_sub(have)
        };
        if let Some(free) = Room::ask().await.free().filter(|free| *free < missing) {
            if let Some(standing) = self.standings.borrow_mut().get_mut(&model.id) {
                standing.short = Some((missing, free));
            }
            let detail = format!("{missing} bytes are missing, {free} are free");
            return Err(Failure::new(FailureCode::StorageFull, detail));
        }
        let base = self.address.borrow().clone();
        for (index, graph) in model.graphs.iter().enumerate() {
            let say = {
                let (desk, manifest, id) = (Rc::clone(self), Rc::clone(manifest), model.id);
                move |moment, have| {
                    if let Some(model) = manifest.model(&id) {
                        desk.progress(model, index, moment, have);
                    }
                }
            };
            let fetch = Fetch {
                disk: &disk,
                artifact: &graph.artifact,
                base: &base,
                flight,
                blocked: &self.blocked,
                say: Rc::new(say),
            };
            fetch.run().await?;
            let mut standings = self.standings.borrow_mut();
            if let Some(file) = standings.get_mut(&model.id).and_then(|it| it.files.get_mut(index))
            {
                *file = File { have: graph.artifact.bytes, whole: true };
            }
        }
        Ok(())
    }

    fn progress(&self, model: &Model, index: usize, moment: Moment, have: u64) {
        let anew = {
            let mut standings = self.standings.borrow_mut();
            let Some(standing) = standings.get_mut(&model.id) else { return };
            let doing = Doing::Fetching(moment);
            let anew = std::mem::replace(&mut standing.doing, doing) != doing
                || standing.at.replace(index) != Some(index);
            if moment == Moment::Coming {
                if let Some(file) = standing.files.get_mut(index) {
                    file.have = have;
                }
                let have = standing.have();
                standing.pace.measure(have);
            }
            anew
        };
        if anew || self.cadence.is_due() {
            self.say_row(model);
        }
    }

    async fn delete(&self, id: ModelId) {
        self.with_model(id, async |desk, model| {
            // Other tabs let go of it first.
            desk.tell_others(&format!("{DROP}{id}"));
            let busy = {
                let mut standings = desk.standings.borrow_mut();
                let standing = standings.entry(id).or_default();
                standing.doomed = standing.flight.is_some();
                standing.doomed
            };
            if busy {
                return desk.stop(id);
            }
            desk.remove(model).await;
            desk.changed().await;
        })
        .await;
    }

    /// Removes a model's files, but for those that another stored model needs as well.
    async fn remove(&self, model: &Model) {
        let Ok(disk) = self.disk().await else { return };
        let Ok(manifest) = self.manifest().await else { return };
        let needed: BTreeSet<Digest> = {
            let standings = self.standings.borrow();
            let whole = |other: &&Model| {
                other.id != model.id && standings.get(&other.id).is_some_and(Standing::is_whole)
            };
            let others = manifest.models().iter().filter(whole);
            others.flat_map(|it| it.graphs.iter().map(|graph| graph.artifact.sha256)).collect()
        };
        let mut failure = None;
        for artifact in model.graphs.iter().map(|graph| &graph.artifact) {
            if needed.contains(&artifact.sha256) {
                continue;
            }
            let flight = Flight::new();
            let held = store::hold(artifact, &flight, || {}).await;
            if let Err(error) = disk.remove(artifact.sha256).await {
                failure = Some(refused(&error));
            }
            drop(held);
        }
        let mut standings = self.standings.borrow_mut();
        let standing = standings.entry(model.id).or_default();
        standing.failure = failure;
        standing.files.clear();
    }

    async fn verify(&self, id: ModelId) {
        self.with_model(id, async |desk, model| {
            let Some(flight) = desk.begin(model, Doing::Checking(0)) else { return };
            let outcome = desk.check(model, &flight).await;
            desk.end(model, outcome).await;
        })
        .await;
    }

    async fn check(&self, model: &Model, flight: &Flight) -> Result<(), Failure> {
        let disk = self.disk().await?;
        let mut before = 0;
        for artifact in model.graphs.iter().map(|graph| &graph.artifact) {
            let Some(file) = store::whole(artifact).await else {
                return Err(Failure::new(FailureCode::ModelAbsent, "a file is not there"));
            };
            let digest = store::digest(&file, |done| {
                self.checked(model, before + done);
                !flight.is_cancelled()
            });
            match digest.await {
                Ok(Some(digest)) if digest == artifact.sha256 => before += artifact.bytes,
                Ok(None) => return Err(Failure::new(FailureCode::Cancelled, "")),
                // What cannot be read any more is no better than what is wrong.
                Ok(Some(_)) | Err(_) => {
                    let _ = disk.remove(artifact.sha256).await;
                    return Err(Failure::new(FailureCode::DigestMismatch, "found when checked"));
                }
            }
        }
        Ok(())
    }

    fn checked(&self, model: &Model, done: u64) {
        if let Some(standing) = self.standings.borrow_mut().get_mut(&model.id) {
            standing.doing = Doing::Checking(done);
        }
        if self.cadence.is_due() {
            self.say_row(model);
        }
    }

    /// Keeps a file that is one of the models'; the name of the model it belongs to.
    async fn import(&self, file: &Blob) -> Result<String, Failure> {
        let (manifest, disk) = (self.manifest().await?, self.disk().await?);
        let candidates: Vec<(&Model, &Artifact)> = manifest
            .models()
            .iter()
            .flat_map(|model| model.graphs.iter().map(move |graph| (model, &graph.artifact)))
            .filter(|(_, artifact)| artifact.bytes as f64 == file.size())
            .collect();
        let unknown = || Failure::new(FailureCode::NotAModel, format!("{} bytes", file.size()));
        let (first, _) = candidates.first().ok_or_else(unknown)?;
        // While that model is being worked on the file is read without a word; it is kept once its lock is free.
        let flight = self.begin(first, Doing::Checking(0));
        let kept = async {
            let digest = store::digest(file, |done| {
                if flight.is_some() {
                    self.checked(first, done);
                }
                flight.as_ref().is_none_or(|flight| !flight.is_cancelled())
            });
            let unreadable =
                |error: JsValue| Failure::new(FailureCode::NotAModel, thrown(&error).1);
            let digest = digest.await.map_err(unreadable)?;
            let digest = digest.ok_or_else(|| Failure::new(FailureCode::Cancelled, ""))?;
            let found = candidates.iter().find(|(_, artifact)| artifact.sha256 == digest);
            let (model, artifact) = found.ok_or_else(unknown)?;
            store::keep(&disk, artifact, file).await?;
            Ok(model.title.clone())
        };
        let outcome = kept.await;
        if flight.is_some() {
            self.end(first, Ok(())).await;
        }
        outcome
    }

    async fn export(&self, id: ModelId) {
        self.with_model(id, async |_, model| {
            let (mut files, mut parts) = (Vec::new(), Vec::new());
            for graph in &model.graphs {
                if let Some(file) = store::whole(&graph.artifact).await {
                    files
                        .push((words::file_name(model, &graph.artifact), Part(parts.len() as u16)));
                    parts.push(JsValue::from(file));
                }
            }
            post::any(&Envelope { body: KeeperEvent::Exported { files }, parts });
        })
        .await;
    }
}
