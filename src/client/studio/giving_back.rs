//! Gives photo and results to a worker that takes the place of another.

use wasm_bindgen::JsValue;

use super::Studio;
use crate::{
    client::{KeptResult, StudioEvent, open_photo::Purpose},
    protocol::{Failure, FailureCode, JobId, Part, PhotoId, Request},
    raster::ResultId,
    wire::Envelope,
};

impl Studio {
    /// Gives the photo and its results to the worker. `asked`: the job by which the page waits for the photo, when it
    /// does.
    pub(super) fn give_photo(&self, asked: Option<JobId>) {
        let (photo, file, first) = {
            let mut open = self.0.photo.borrow_mut();
            let Some(open) = open.as_mut() else { return };
            open.at_worker = true;
            (open.id, open.file.clone(), open.first)
        };
        let job = asked.unwrap_or_else(|| JobId(self.number()));
        self.0.jobs.borrow_mut().insert(job, Purpose::Open { photo, again: asked.is_none() });
        let body = Request::Open { job, photo, file: Part(0), first };
        self.0.bridge.send(Envelope { body, parts: vec![JsValue::from(file)] });
        self.supply_results(photo);
    }

    /// Ends a worker that does not hear. What else was asked of it is asked of the next one, but for what may have
    /// left the device already.
    pub(super) fn replace_worker(&self) {
        self.0.bridge.end();
        let jobs = std::mem::take(&mut *self.0.jobs.borrow_mut());
        self.forget_worker();
        // Only the photo that is open here can be waited for: what another one was asked for has been given up.
        let waited = |purpose: &Purpose| matches!(purpose, Purpose::Open { again: false, .. });
        self.give_photo(jobs.iter().find(|(_, purpose)| waited(purpose)).map(|(job, _)| *job));
        for (job, mut purpose) in jobs {
            if let Purpose::Inpaint { kept, .. } = &mut purpose {
                kept.windows.clear();
            }
            if matches!(purpose, Purpose::Link(Request::Seal { .. })) {
                let failure = Failure::new(FailureCode::WorkerLost, "it did not answer");
                self.emit(StudioEvent::Failed { job: Some(job), failure });
            } else {
                self.send(job, purpose);
            }
        }
    }

    /// A worker could not be given the open photo once more. The photo stays here with its results, and the next
    /// step tries again; what was asked about it meanwhile fails for the same reason.
    pub(super) fn stay_with(&self, photo: PhotoId, failure: &Failure) {
        match self.0.photo.borrow_mut().as_mut() {
            Some(open) if open.id == photo => open.at_worker = false,
            _ => return,
        }
        let jobs = std::mem::take(&mut *self.0.jobs.borrow_mut());
        self.fail(jobs, failure);
    }

    /// Gives the results to the worker that opens the photo.
    fn supply_results(&self, photo: PhotoId) {
        let results: Vec<(ResultId, KeptResult)> = {
            let open = self.0.photo.borrow();
            let all = open.as_ref().map(|photo| (photo.first, &photo.results));
            let results = all.into_iter().flat_map(|(first, results)| {
                results.iter().filter(move |(result, _)| !Self::comes_along(first, **result))
            });
            results.map(|(result, kept)| (*result, kept.clone())).collect()
        };
        for (result, KeptResult { on, windows }) in results {
            let job = JobId(self.number());
            self.0.jobs.borrow_mut().insert(job, Purpose::Supply { result });
            let places = windows.iter().enumerate();
            // Windows stand apart by their context, so far fewer fit into a photo than a part can number.
            let places = places.map(|(index, (rect, _))| (*rect, Part(index as u16))).collect();
            let parts = windows.into_iter().map(|(_, picture)| JsValue::from(picture)).collect();
            let body = Request::Supply { job, photo, on, result, windows: places };
            self.0.bridge.send(Envelope { body, parts });
        }
    }

    /// A result that was kept cannot be taken back. While a photo is being refused nobody misses it.
    pub(super) fn lose_result(&self, result: ResultId) {
        let lost = {
            let mut photo = self.0.photo.borrow_mut();
            photo.as_mut().and_then(|photo| photo.results.remove(&result))
        };
        if lost.is_some() {
            self.emit(StudioEvent::ResultLost { result });
        }
    }
}
