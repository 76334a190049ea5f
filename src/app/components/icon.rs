//! The icons: paths on a 24 pixel grid, after Lucide (ISC licence, named on the page about this site).

use leptos::prelude::*;

/// A picture on a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Brush,
    Unpaint,
    Undo,
    Redo,
    Clear,
    Compare,
    Download,
    Share,
    Plus,
    Minus,
    Bolt,
    More,
    Close,
    Chevron,
    Picture,
    Keyboard,
    Info,
    Sun,
    Moon,
    Screen,
    Back,
    Wipe,
    Copy,
    Pin,
    Camera,
    Sliders,
    Dice,
    Lock,
    Previous,
    Next,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Brush => {
                "m9.06 11.9 8.07-8.06a2.85 2.85 0 1 1 4.03 4.03l-8.06 8.08M7.07 14.94c-1.66 0-3 1.35-3 3.02 0 1.33-2.5 1.52-2 2.02 1.08 1.1 2.49 2.02 4 2.02 2.2 0 4-1.8 4-4.04a3.01 3.01 0 0 0-3-3.02z"
            }
            Self::Unpaint => {
                "m7 21-4.3-4.3c-1-1-1-2.5 0-3.4l9.6-9.6c1-1 2.5-1 3.4 0l5.6 5.6c1 1 1 2.5 0 3.4L13 21M22 21H7M5 11l9 9"
            }
            Self::Undo => "M9 14 4 9l5-5M4 9h10.5a5.5 5.5 0 0 1 0 11H11",
            Self::Redo => "m15 14 5-5-5-5M20 9H9.5a5.5 5.5 0 0 0 0 11H13",
            Self::Clear => {
                "M3 6h18M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2M10 11v6M14 11v6"
            }
            Self::Compare => {
                "M12 3v18M16 5h3a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-3M8 5H5a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h3M5.5 15.5 8.5 12"
            }
            Self::Download => "M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M7 10l5 5 5-5M12 15V3",
            Self::Share => "M4 12v7a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-7M16 6l-4-4-4 4M12 2v13",
            Self::Plus => "M5 12h14M12 5v14",
            Self::Minus => "M5 12h14",
            Self::Bolt => "M13 2 3 14h9l-1 8 10-12h-9l1-8z",
            Self::More => {
                "M12 12.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1zM19 12.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1zM5 12.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1z"
            }
            Self::Copy => {
                "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2zM4 16a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2"
            }
            Self::Pin => {
                "M20 10c0 5-5.5 10.2-7.4 11.8a1 1 0 0 1-1.2 0C9.5 20.2 4 15 4 10a8 8 0 0 1 16 0zM12 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6z"
            }
            Self::Camera => {
                "M14.5 4h-5L7 7H4a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-3zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6z"
            }
            Self::Close => "M18 6 6 18M6 6l12 12",
            Self::Chevron => "m7 10 5 5 5-5",
            Self::Picture => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM9 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM21 15l-3.1-3.1a2 2 0 0 0-2.8 0L6 21"
            }
            Self::Keyboard => {
                "M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM6 9h.01M10 9h.01M14 9h.01M18 9h.01M8 12.5h.01M12 12.5h.01M16 12.5h.01M8 16h8"
            }
            Self::Info => "M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20zM12 16v-4M12 8h.01",
            Self::Sun => {
                "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M6.3 17.7l-1.4 1.4M19.1 4.9l-1.4 1.4"
            }
            Self::Moon => "M12 3a6 6 0 0 0 9 9 9 9 0 1 1-9-9z",
            Self::Screen => {
                "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM8 21h8M12 17v4"
            }
            Self::Wipe => "m9 7-5 5 5 5M15 7l5 5-5 5",
            Self::Back => "m12 19-7-7 7-7M19 12H5",
            Self::Sliders => {
                "M4 21v-7M4 10V3M12 21v-9M12 8V3M20 21v-5M20 12V3M2 14h4M10 8h4M18 16h4"
            }
            Self::Dice => {
                "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM8 8h.01M16 8h.01M12 12h.01M8 16h.01M16 16h.01"
            }
            Self::Lock => {
                "M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM7 11V7a5 5 0 0 1 10 0v4"
            }
            Self::Previous => "m15 18-6-6 6-6",
            Self::Next => "m9 18 6-6-6-6",
        }
    }
}

/// Draws an icon; the control around it has the name.
#[component]
pub(crate) fn Glyph(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}

/// The mark: a horizon that runs unbroken through a dashed circle. What was there is gone, the world goes on.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <circle class="mark-gone" cx="12" cy="12" r="8" pathLength="40"></circle>
            <path d="M1.5 14.5c4-1.6 7-1.8 10.5-.9s7 .9 10.5-.8"></path>
        </svg>
    }
}
