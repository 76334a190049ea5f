//! What a person can ask of the editor, and the keys for it.

use crate::{
    diffusion::DiffusionParams,
    protocol::{ExportFormat, ModelChoice},
    raster::StrokeMode,
};

use super::{pages::Page, sharing, shelf::Wish, state::Theme};

/// One wish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Command {
    /// Show the system's file picker.
    Pick,
    /// Open what was picked by the input of this id.
    OpenPicked(&'static str),
    /// Open a sample by its place in the list.
    OpenSample(usize),
    /// Go on with the photo that was kept from another time.
    Resume,
    /// Take that photo off the device.
    Forget,
    /// Close the photo that is open and take it off the device.
    Close,
    Erase,
    Cancel,
    Undo,
    Redo,
    Clear,
    Mode(StrokeMode),
    /// Diameter in CSS pixels.
    Brush(f64),
    /// The next larger or smaller brush.
    BrushLarger,
    BrushSmaller,
    ZoomIn,
    ZoomOut,
    ZoomFit,
    ZoomActual,
    Compare(bool),
    Download,
    /// Put the photo on the clipboard.
    Copy,
    KeepGps(bool),
    Help,
    /// Show a page of the site.
    Go(Page),
    Dismiss,
    Theme(Theme),
    Model(ModelChoice),
    Format(ExportFormat),
    RunOnRelease(bool),
    /// Something about links.
    Share(sharing::Wish),
    /// Something about models.
    Shelf(Wish),
    /// How a model that works in steps does so.
    Diffusion(DiffusionParams),
    /// Another seed, and whether it is kept.
    Seed(Option<u32>, bool),
    /// A seed of chance, to be kept.
    Dice,
    /// Take what the steps so far have made.
    StopHere,
    /// The last erase once more, in another way.
    Again,
    /// So many results on.
    Variant(isize),
    /// Let go of all results but the one that is on show.
    KeepVariant,
}

/// A key and what it means.
pub(crate) struct Shortcut {
    /// As `KeyboardEvent.key` names it, lower case.
    key: &'static str,
    /// Whether Control or Command is held with it.
    with_control: bool,
    pub(crate) command: Command,
}

const fn plain(key: &'static str, command: Command) -> Shortcut {
    Shortcut { key, with_control: false, command }
}

const fn control(key: &'static str, command: Command) -> Shortcut {
    Shortcut { key, with_control: true, command }
}

const SHORTCUTS: [Shortcut; 26] = [
    plain("b", Command::Mode(StrokeMode::Paint)),
    plain("u", Command::Mode(StrokeMode::Unpaint)),
    plain("e", Command::Mode(StrokeMode::Unpaint)),
    plain("[", Command::BrushSmaller),
    plain("]", Command::BrushLarger),
    plain("enter", Command::Erase),
    plain("escape", Command::Cancel),
    plain("delete", Command::Clear),
    plain("backspace", Command::Clear),
    plain("c", Command::Compare(true)),
    plain("+", Command::ZoomIn),
    plain("=", Command::ZoomIn),
    plain("-", Command::ZoomOut),
    plain("0", Command::ZoomFit),
    plain("1", Command::ZoomActual),
    plain("o", Command::Pick),
    plain("s", Command::Download),
    plain("l", Command::Share(sharing::Wish::Open)),
    plain("?", Command::Help),
    control("z", Command::Undo),
    control("y", Command::Redo),
    control("s", Command::Download),
    control("c", Command::Copy),
    control("o", Command::Pick),
    control("0", Command::ZoomFit),
    control("1", Command::ZoomActual),
];

/// What a key means. `control` is Control or Command.
pub(crate) fn for_key(key: &str, control: bool, shift: bool) -> Option<Command> {
    let key = key.to_ascii_lowercase();
    if control && shift && key == "z" {
        return Some(Command::Redo);
    }
    SHORTCUTS
        .iter()
        .find(|shortcut| shortcut.key == key && shortcut.with_control == control)
        .map(|shortcut| shortcut.command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_and_redo_differ_by_shift() {
        assert_eq!(for_key("z", true, false), Some(Command::Undo));
        assert_eq!(for_key("Z", true, true), Some(Command::Redo));
        assert_eq!(for_key("y", true, false), Some(Command::Redo));
        assert_eq!(for_key("z", false, false), None);
    }

    #[test]
    fn no_key_means_two_things() {
        for (i, one) in SHORTCUTS.iter().enumerate() {
            let again = SHORTCUTS[i + 1..]
                .iter()
                .any(|other| other.key == one.key && other.with_control == one.with_control);
            assert!(!again, "{}", one.key);
        }
    }

    #[test]
    fn keys_of_the_browser_stay_its_own() {
        assert_eq!(for_key("r", true, false), None);
        assert_eq!(for_key("a", true, false), None);
        assert_eq!(for_key("+", true, false), None);
    }
}
