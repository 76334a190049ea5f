//! Gives photo and results to a worker that takes the place of another.

use wasm_bindgen::JsValue;

use super::Studio;
use crate::{
    client::{KeptResult, StudioEvent, open_photo::Purpose},
    protocol::{JobId, Part, PhotoId, Request},
    raster::ResultId,
    wire::Envelope,
};

impl Studio {
    /// Gives the photo and its results to a new worker.
    pub(super) fn reopen(&self) {
        let Some((photo, file)) =
            self.0.photo.borrow().as_ref().map(|photo| (photo.id, photo.file.clone()))
        else {
            return;
        };
        self.send_open(photo, &file, true);
        self.supply_results(photo);
    }

    /// Gives the results to the worker that opens the photo.
    pub(super) fn supply_results(&self, photo: PhotoId) {
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
