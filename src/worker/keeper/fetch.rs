//! Brings one file of a model onto the disk: does what the state machine of `manifest::resume` says.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::JsValue;
use web_sys::Url;

use super::browser::{self, Answer, Room};
use crate::{
    manifest::{
        Artifact, Source,
        resume::{Body, Broken, Download, Step, Stop},
    },
    protocol::{Failure, FailureCode},
    worker::{
        failures::internal,
        store::{self, Disk, Flight, Part, refused, thrown},
        turn::pause,
    },
};

/// How long a wait goes on before it is looked whether it was given up, in milliseconds.
const NAP: i32 = 100;
/// The browser reports what the policy forbids a moment after the request fails, in milliseconds.
const REPORT: i32 = 50;
/// Stored bytes that are hashed at a time.
const CHUNK: u64 = 4 << 20;
/// With less room than this a write that failed failed for want of room, in bytes.
const HARDLY_ANY: u64 = 16 << 20;

/// What is going on with a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Moment {
    /// Another tab is at it.
    Elsewhere,
    /// There is no network.
    Offline,
    /// What is here already is read again.
    Checking,
    /// Bytes come.
    #[default]
    Coming,
    /// It failed and is tried again in a moment.
    Retrying,
}

/// Addresses that the site's policy has forbidden so far.
#[derive(Clone, Default)]
pub(super) struct Blocked(Rc<RefCell<Vec<String>>>);

impl Blocked {
    /// Begins to listen.
    pub(super) fn listen() -> Self {
        let blocked = Self::default();
        let list = Rc::clone(&blocked.0);
        browser::on_blocked(move |url| list.borrow_mut().push(url));
        blocked
    }

    /// The first one since there were `count`.
    fn since(&self, count: usize) -> Option<String> {
        self.0.borrow().get(count).cloned()
    }
}

/// One file to fetch and what that takes.
pub(super) struct Fetch<'a> {
    pub(super) disk: &'a Disk,
    pub(super) artifact: &'a Artifact,
    /// The address that relative ones start from.
    pub(super) base: &'a str,
    pub(super) flight: &'a Flight,
    pub(super) blocked: &'a Blocked,
    /// Hears what is going on, and how many bytes are here.
    pub(super) say: Rc<dyn Fn(Moment, u64)>,
}

impl Fetch<'_> {
    /// Fetches the file, unless it is here or another tab brings it meanwhile.
    ///
    /// # Errors
    /// Why it did not come; `Cancelled` when it was given up. What came of it stays on the disk, unless it was wrong.
    pub(super) async fn run(&self) -> Result<(), Failure> {
        let (digest, say) = (self.artifact.sha256, Rc::clone(&self.say));
        let waits = move || say(Moment::Elsewhere, 0);
        let _held = store::hold(self.artifact, self.flight, waits)
            .await
            .map_err(|error| self.unless_cancelled(internal(thrown(&error).1)))?;
        if store::whole(self.artifact).await.is_some() {
            return Ok(());
        }
        let part = self.disk.open_part(digest).await.map_err(|error| refused(&error))?;
        let mut download = Download::new(self.artifact, part.length());
        let outcome = self.drive(&mut download, &part).await;
        let Err(failure) = outcome else {
            return part.keep().await.map_err(|error| refused(&error));
        };
        // The first failure is the one to tell.
        let _ = part.close().await;
        if download.have() == 0 {
            let _ = self.disk.remove(digest).await;
        }
        Err(failure)
    }

    async fn drive(&self, download: &mut Download, part: &Part) -> Result<(), Failure> {
        let mut held = Vec::new();
        loop {
            self.go_on()?;
            match download.next() {
                Step::Hash { from, to } => {
                    (self.say)(Moment::Checking, from);
                    let bytes = part.read(from, to.min(from + CHUNK)).await;
                    let bytes = bytes.map_err(|error| refused(&error))?;
                    if bytes.length() == 0 {
                        return Err(internal("a file that is shorter than it was"));
                    }
                    store::copy(&bytes, &mut held);
                    download.stored(&held);
                }
                Step::Cut { length } => self.cut(download, part, length).await?,
                Step::Ask { url, from, wait } => {
                    self.wait(wait, download.have()).await?;
                    (self.say)(Moment::Coming, download.have());
                    self.ask(download, part, &url, from, &mut held).await?;
                }
                Step::Keep => return Ok(()),
                Step::Stop(stop) => return Err(stopped(stop)),
            }
        }
    }

    async fn ask(
        &self,
        download: &mut Download,
        part: &Part,
        url: &Source,
        from: u64,
        held: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let url = Url::new_with_base(url.as_str(), self.base).map(|url| url.href());
        let url = url.map_err(|_| internal("an address that cannot be"))?;
        let forbidden = self.blocked.0.borrow().len();
        let answer = browser::ask(&url, from, self.flight).await;
        self.go_on()?;
        let Ok(answer) = answer else {
            pause(REPORT).await;
            download.broke(match self.blocked.since(forbidden) {
                Some(url) => Broken::Policy(url),
                None => Broken::Connection,
            });
            return Ok(());
        };
        match download.answered(answer.status()) {
            Body::Leave => answer.leave(),
            Body::Read => self.read(download, part, &answer, held).await?,
            Body::CutAndRead(length) => {
                self.cut(download, part, length).await?;
                self.read(download, part, &answer, held).await?;
            }
        }
        Ok(())
    }

    async fn read(
        &self,
        download: &mut Download,
        part: &Part,
        answer: &Answer,
        held: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        loop {
            let chunk = answer.read().await;
            self.go_on()?;
            match chunk {
                Err(_) => {
                    download.broke(Broken::Connection);
                    return Ok(());
                }
                Ok(None) => {
                    download.ended();
                    return Ok(());
                }
                Ok(Some(bytes)) => {
                    store::copy(&bytes, held);
                    let count = download.take(held);
                    if let Err(error) = part.append(&bytes.subarray(0, count as u32)).await {
                        answer.leave();
                        return Err(self.unwritten(&error).await);
                    }
                    (self.say)(Moment::Coming, download.have());
                    if !download.is_reading() {
                        answer.leave();
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn cut(&self, download: &mut Download, part: &Part, length: u64) -> Result<(), Failure> {
        part.cut(length).await.map_err(|error| refused(&error))?;
        download.cut();
        Ok(())
    }

    /// Waits out the time between two tries, and for a network.
    async fn wait(&self, milliseconds: u32, have: u64) -> Result<(), Failure> {
        for _ in 0..milliseconds.div_ceil(NAP.unsigned_abs()) {
            (self.say)(Moment::Retrying, have);
            pause(NAP).await;
            self.go_on()?;
        }
        while !browser::is_online() {
            (self.say)(Moment::Offline, have);
            pause(NAP).await;
            self.go_on()?;
        }
        Ok(())
    }

    fn go_on(&self) -> Result<(), Failure> {
        if self.flight.is_cancelled() {
            return Err(Failure::new(FailureCode::Cancelled, ""));
        }
        Ok(())
    }

    fn unless_cancelled(&self, failure: Failure) -> Failure {
        self.go_on().err().unwrap_or(failure)
    }

    /// Why a write failed: not every browser says so when there is no more room.
    async fn unwritten(&self, error: &JsValue) -> Failure {
        let failure = refused(error);
        if Room::ask().await.free().is_some_and(|free| free < HARDLY_ANY) {
            return Failure::new(FailureCode::StorageFull, failure.detail);
        }
        failure
    }
}

fn stopped(stop: Stop) -> Failure {
    match stop {
        Stop::Unreachable => Failure::new(FailureCode::ModelFetch, "no answer, or none that ends"),
        Stop::Refused(status) => Failure::new(FailureCode::ModelFetch, format!("status {status}")),
        Stop::Blocked(url) => Failure::new(FailureCode::HostBlocked, url),
        Stop::WrongBytes => Failure::new(FailureCode::DigestMismatch, "another file"),
    }
}
