//! The words that a person reads: what happened, then what to do.

use crate::{
    inpaint::Stage,
    protocol::{Failure, FailureCode, Keeping, PhotoNote, Provider},
    raster::Size,
};

use super::state::{Photo, Progress, Timing};

/// Pixels that can be edited here, in millions.
const MOST_MEGAPIXELS: u32 = 100;

/// What a failure means.
pub(crate) fn failure(failure: &Failure) -> String {
    match failure.code {
        FailureCode::PhotoUnsupported => match &failure.what {
            Some(what) => format!(
                "This is {what}, which cannot be opened here. Save a copy of it as JPEG or PNG and open that."
            ),
            None => "This file is not a picture that can be opened here. JPEG, PNG, WebP, TIFF and others work.".into(),
        },
        FailureCode::PhotoDamaged => {
            "This picture is damaged and cannot be read. Try the original file, or another copy."
                .into()
        }
        FailureCode::PhotoTooLarge => match failure.megapixels {
            Some(megapixels) if megapixels > MOST_MEGAPIXELS => format!(
                "This photo has {megapixels} megapixels; up to {MOST_MEGAPIXELS} can be edited here."
            ),
            Some(megapixels) => format!(
                "This photo has {megapixels} megapixels, more than this browser has memory for. \
                 Try a smaller copy."
            ),
            None => "This photo is too large for this browser. Try a smaller copy.".into(),
        },
        FailureCode::PhotoForeign => {
            "This browser does not read HEIC and JPEG XL pictures. Save a copy as JPEG, or open this page in a \
             browser that does, such as Safari."
                .into()
        }
        FailureCode::PhotoUnwritable => {
            "The photo has more pixels in a row than this kind of file can hold. Choose PNG.".into()
        }
        FailureCode::MaskEmpty => "Nothing is painted. Paint over what should go, then erase.".into(),
        FailureCode::Cancelled => "Stopped. What you painted is still there.".into(),
        FailureCode::WorkerLost => {
            "The work stopped unexpectedly and was started afresh. Your photo and what you painted \
             are still there. Try again."
                .into()
        }
        FailureCode::WorkerStart => {
            "Part of this page did not load. Reload it; your photo stays on your device.".into()
        }
        FailureCode::PartUnfetched => UNFETCHED.into(),
        FailureCode::OutOfMemory => {
            "The browser ran out of memory. Your photo is safe. Close other tabs, or erase a smaller \
             area at a time."
                .into()
        }
        FailureCode::RuntimeLoad | FailureCode::RuntimeLost => {
            "The part of this page that runs models did not start or stopped. Your photo is safe. \
             Try again, or choose Texture."
                .into()
        }
        FailureCode::DeviceLost => {
            "The graphics card stopped answering. Your photo is safe. Try again.".into()
        }
        FailureCode::WebgpuWrong | FailureCode::WebgpuRefused => {
            "The graphics card does not compute this correctly, so the processor was used.".into()
        }
        FailureCode::ManifestInvalid | FailureCode::ModelContract => {
            "The model on this site is not one that this page can use. Texture still works.".into()
        }
        FailureCode::ModelFetch | FailureCode::ModelLate => {
            "The model did not come over the network. Look at your connection and try again, or \
             choose Texture."
                .into()
        }
        FailureCode::DigestMismatch => {
            "The file that arrived is not the model it should be. It was thrown away. Try again, or \
             another mirror. Texture still works."
                .into()
        }
        FailureCode::HostBlocked => {
            "This site does not let its page speak to the place where this model lies. Whoever runs \
             the site lists it under connect_hosts and exports the site again."
                .into()
        }
        FailureCode::StorageFull => {
            "There is not enough room for this model in what the browser grants this page. Delete \
             another model, or free space on the disk, and go on."
                .into()
        }
        FailureCode::StorageRefused => {
            "The browser keeps no files for this page (private window?). Everything else works, with \
             the model that comes with the page."
                .into()
        }
        FailureCode::ModelAbsent => {
            "This model is not on this device, or the browser has cleared it. Get it on the page of \
             models."
                .into()
        }
        FailureCode::NotAModel => {
            "This file is none of the models listed here. Their files are told by their content, not \
             by their name."
                .into()
        }
        FailureCode::ModelRun => {
            "The model could not be run in this browser. Texture still works.".into()
        }
        FailureCode::LinkTooShort => {
            "This picture does not fit into so short a link. Choose a longer one.".into()
        }
        FailureCode::CodecLoad => {
            "The part that makes links did not load. Look at your connection and try again.".into()
        }
        FailureCode::StoreTooLarge => {
            "The picture is larger than this site's store takes. Nothing was sent. Choose JPEG beside \
             Download for a smaller file, or share the small link."
                .into()
        }
        FailureCode::StoreForbidden => {
            "This site's store refused the picture. Nothing is kept there. Share the small link, or tell \
             whoever runs this site."
                .into()
        }
        FailureCode::StoreFailed => {
            "This site's store has a problem, and nothing is kept there. Try again in a while, or share the \
             small link."
                .into()
        }
        FailureCode::StoreUnreachable => {
            "This site's store did not answer. Look at your connection and try again, or share the small link."
                .into()
        }
        FailureCode::Internal => {
            "Something went wrong on our side. Your photo and what you painted are still there. Try \
             again."
                .into()
        }
    }
}

/// What a person should know about a file that was opened.
pub(crate) fn note(note: PhotoNote) -> &'static str {
    match note {
        PhotoNote::SixteenBitReduced => "Opened with 8 bits a channel; the file has more.",
        PhotoNote::CmykConverted => "Converted from CMYK to RGB.",
        PhotoNote::FirstFrameOnly => "Only the first picture of this animation was opened.",
        PhotoNote::ProfileDropped => {
            "What the file says about its colours cannot be carried on and was left out; they may look different."
        }
    }
}

/// What is being done.
pub(crate) fn progress(progress: &Progress) -> String {
    let Progress { region, regions, .. } = *progress;
    let counted = |verb: &str| {
        if regions > 1 { format!("{verb} {region} of {regions}") } else { verb.to_owned() }
    };
    match progress.stage {
        // A window is decoded as a photo is, and encoded as a file is.
        Stage::Decode if regions > 0 => counted("Developing"),
        Stage::Encode if regions > 0 => counted("Taking a closer look"),
        Stage::Decode => "Opening".into(),
        Stage::Synthesise => counted("Filling"),
        Stage::Download => "Downloading the model".into(),
        Stage::Load => "Preparing the model".into(),
        // A run cannot say how far it is: the bar shows a guess, and the words say so.
        Stage::Run => counted("Working out what was behind, roughly"),
        Stage::Denoise => counted("Sharpening"),
        Stage::Composite => counted("Blending in"),
        Stage::Encode => "Saving".into(),
    }
}

/// What an erase does, with its steps where it goes on in steps.
pub(crate) fn working(doing: &Progress, step: Option<(u16, u16)>) -> String {
    match (doing.stage, step) {
        (Stage::Denoise, Some((step, steps))) => {
            format!("{}, step {step} of {steps}", progress(doing))
        }
        _ => progress(doing),
    }
}

/// An erase is done, but not in the best way that there is.
pub(crate) fn gone_without(failure: &Failure) -> String {
    let why = match failure.code {
        FailureCode::WebgpuWrong => {
            "The graphics card gave wrong answers to a test, so the processor did the work."
        }
        FailureCode::WebgpuRefused => {
            "The graphics card did not take the model, so the processor did the work."
        }
        FailureCode::ModelLate => {
            "The model was still on its way, so texture alone was used. It helps from the next time on."
        }
        FailureCode::ModelFetch => {
            "The model did not come over the network, so texture alone was used."
        }
        FailureCode::DigestMismatch => {
            "The model that came is damaged or not the right one, so texture alone was used."
        }
        FailureCode::ModelContract | FailureCode::ManifestInvalid => {
            "The model on this site is not one that this page can use, so texture alone was used."
        }
        _ => "The model could not be run, so texture alone was used.",
    };
    format!("Gone. {why}")
}

/// An erase is done.
pub(crate) fn gone() -> String {
    "Gone.".into()
}

/// A file was opened that carries what was erased from it.
pub(crate) fn took_along() -> String {
    "This file carries its history: undo brings back what was erased.".into()
}

/// A model's file was taken in.
pub(crate) fn imported(title: &str) -> String {
    format!("That is {title}. It is kept now.")
}

/// How safe what is kept is.
pub(crate) const fn keeping(keeping: Keeping) -> &'static str {
    match keeping {
        Keeping::Promised => "The browser has promised to keep them.",
        Keeping::MayClear => "The browser may clear them when the disk is full.",
        Keeping::Nothing => {
            "The browser keeps no files for this page (private window?). Erasing works all the same."
        }
    }
}

/// A file was saved.
pub(crate) fn saved(name: &str) -> String {
    format!("Saved as {name}.")
}

/// How large the brush is.
pub(crate) fn brush(diameter: u16) -> String {
    format!("{diameter} pixels across")
}

/// Where the crosshair is, in percent of the photo.
pub(crate) fn crosshair(across: f32, down: f32) -> String {
    let percent = |share: f32| (share * 100.0).round() as u32;
    format!("{} percent across, {} percent down", percent(across), percent(down))
}

/// A part of the page did not come.
pub(crate) const UNFETCHED: &str =
    "This part of the page could not be fetched. Look at your connection and try again.";

/// The photo is on the clipboard, or not.
pub(crate) const COPIED: &str = "Copied as PNG.";
pub(crate) const NOT_COPIED: &str =
    "The browser did not let the picture onto the clipboard. Download it instead.";

/// What was kept from another time is there, and cannot be read at present.
pub(crate) const SESSION_UNFETCHED: &str = "The photo from last time is still on this device, but \
     a part of the page that opens it could not be fetched. Look at your connection and reload the page.";

/// What was kept from another time is lost.
pub(crate) const SESSION_BROKEN: &str =
    "What was kept of an earlier photo could not be read and was removed.";
pub(crate) const RESULT_LOST: &str =
    "Part of what you erased before could not be read. It is painted again: press Erase.";

/// Another photo was opened in place of one that was worked on.
pub(crate) const BEFORE_KEPT: &str =
    "The photo before is kept, with all you did to it. Close this one to go back to it.";

/// The photo will not survive the tab.
pub(crate) const STORAGE_REFUSED: &str = "The browser keeps no files for this page (private window?). Everything \
     works; it will be gone when you close the tab.";
pub(crate) const STORAGE_FULL: &str = "There is no room on this device to keep the photo. Everything works; download it before you close the tab.";

/// Name, and size in megapixels.
pub(crate) fn title(photo: &Photo) -> String {
    format!("{} \u{b7} {}", photo.name, megapixels(photo.size))
}

fn megapixels(size: Size) -> String {
    match size.area() {
        0..100_000 => format!("{} \u{d7} {}", size.width, size.height),
        area @ 100_000..9_950_000 => format!("{} MP", tenths(area / 10_000)),
        area => format!("{} MP", (area + 500_000) / 1_000_000),
    }
}

/// Hundredths as a number with one digit behind the point. Counted in whole numbers, since the code that writes
/// fractions of all kinds is large.
fn tenths(hundredths: u64) -> String {
    let tenths = (hundredths + 5) / 10;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// What the last erase took, for those who look.
pub(crate) fn timing(timing: Option<Timing>) -> String {
    let Some(timing) = timing else { return "Nothing erased yet.".into() };
    let seconds = tenths(u64::from(timing.milliseconds / 10));
    let place = match timing.provider {
        None => "from the photo's own texture",
        Some(Provider::Webgpu) => "on the graphics card",
        Some(Provider::Wasm) => "on the processor",
    };
    format!("Last erase: {seconds} s, {place}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_known_and_not_read_is_named() {
        let mut refused = Failure::new(FailureCode::PhotoUnsupported, "");
        assert!(failure(&refused).contains("not a picture"));
        refused.what = Some("a camera's raw file".into());
        assert!(failure(&refused).starts_with("This is a camera's raw file, which"));
    }

    #[test]
    fn a_photo_that_is_too_large_hears_its_size() {
        let mut too_large = Failure::new(FailureCode::PhotoTooLarge, "");
        too_large.megapixels = Some(180);
        assert_eq!(
            failure(&too_large),
            "This photo has 180 megapixels; up to 100 can be edited here."
        );
        too_large.megapixels = Some(90);
        assert!(failure(&too_large).contains("memory"));
    }

    #[test]
    fn sizes_are_rounded_to_what_matters() {
        let size = |width, height| megapixels(Size::new(width, height));
        assert_eq!(size(300, 200), "300 \u{d7} 200");
        assert_eq!(size(1024, 704), "0.7 MP");
        assert_eq!(size(3000, 2000), "6.0 MP");
        assert_eq!(size(4000, 3000), "12 MP");
        assert_eq!(tenths(294), "2.9");
        assert_eq!(tenths(996), "10.0");
    }

    #[test]
    fn regions_are_counted_only_when_there_are_several() {
        let mut now = Progress { stage: Stage::Synthesise, region: 1, regions: 1, fraction: 0.0 };
        assert_eq!(progress(&now), "Filling");
        now.regions = 3;
        now.region = 2;
        assert_eq!(progress(&now), "Filling 2 of 3");
    }
}
