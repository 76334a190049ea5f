//! The sheet in which links are made: the picture as it will arrive, and how to hand it on.

use leptos::prelude::*;

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, change, click, editor, flag,
    icon::{Glyph, Icon},
    some_words, words,
};
use crate::{
    app::{
        command::Command,
        field::Field,
        sharing::{Making, Wish, about, budget_name, survives},
    },
    share::Budget,
};

/// Sends a wish when it is clicked.
fn asks(wish: Wish) -> Box<dyn FnMut(leptos::web_sys::MouseEvent)> {
    let actions = actions();
    click(move || actions.run(Command::Share(wish)))
}

/// The button in the bar.
#[component]
pub(crate) fn ShareButton() -> impl IntoView {
    let editor = editor();
    let unready =
        flag(move || editor.photo.with(Option::is_none) || editor.phase.get().run().is_some());
    view! {
        <button
            class="tool"
            data-testid="share-open"
            aria-label="Share as a link"
            data-tip="Share  L"
            disabled=unready
            on:click=asks(Wish::Open)
        >
            <Glyph icon=Icon::Share/>
        </button>
    }
}

/// The sheet.
#[component]
pub(crate) fn ShareDialog() -> impl IntoView {
    let actions = actions();
    let sharing = actions.sharing;
    let closed = move |_: leptos::web_sys::Event| actions.run(Command::Share(Wish::Closed));
    let working = flag(move || sharing.link.with(|link| matches!(link, Making::Working(_))));
    // What the page says of files lies under this sheet, so it is said here, too.
    let said = words(move || {
        let said = sharing.said.get();
        let notice = actions.editor.notice;
        if said.is_empty() {
            notice.with(|notice| notice.as_ref().map(|it| it.words.clone()).unwrap_or_default())
        } else {
            said
        }
    });
    let link = view! { <LinkPart/> }.into_any();
    let hand_on = view! { <HandOn/> }.into_any();
    let full = view! { <FullPart/> }.into_any();
    let history = view! { <HistoryPart/> }.into_any();
    view! {
        <dialog
            id="share"
            class="sheet share"
            aria-labelledby="share-title"
            closedby="any"
            on:close=change(closed)
        >
            <div id="share-picture" class="share-picture" class:waiting=working></div>
            <div class="share-side">
                <form method="dialog">
                    <h2 id="share-title">"Share as a link"</h2>
                    <button class="tool" aria-label="Close">
                        <Glyph icon=Icon::Close/>
                    </button>
                </form>
                {link}
                {hand_on}
                <p class="said" role="status">{said}</p>
                {full}
                {history}
            </div>
        </dialog>
    }
}

/// Budget, what goes into it, and the link.
#[component]
fn LinkPart() -> impl IntoView {
    let actions = actions();
    let sharing = actions.sharing;
    let budget = move |budget: Budget| {
        let chosen = flag(move || sharing.budget.get() == budget);
        view! {
            <label>
                <input
                    type="radio"
                    name="share-budget"
                    value=budget.as_str()
                    prop:checked=chosen
                    on:change=change(move |_| actions.run(Command::Share(Wish::Budget(budget))))
                />
                <span>{budget_name(budget)}</span>
            </label>
        }
    };
    let switch = move |test_id: &'static str,
                       name: &'static str,
                       on: Field<bool>,
                       wish: fn(bool) -> Wish| {
        let heard = change(move |event| {
            actions.run(Command::Share(wish(event_target_checked(&event))));
        });
        view! {
            <label class="switch">
                <span>{name}</span>
                <input
                    type="checkbox"
                    role="switch"
                    data-testid=test_id
                    prop:checked=flag(move || on.get())
                    on:change=heard
                />
            </label>
        }
    };
    let state = words(move || {
        sharing.link.with(|link| match link {
            Making::Idle => String::new(),
            Making::Working(_) => "Finding the best picture that fits\u{2026}".to_owned(),
            Making::Made(made) => about(made),
            Making::Failed(_, words) => words.clone(),
        })
    });
    let code = some_words(move || {
        sharing.link.with(|link| match link {
            Making::Failed(code, _) => Some(code.as_str().to_owned()),
            _ => None,
        })
    });
    let url = words(move || {
        sharing.link.with(|link| link.made().map(|made| made.url.clone()).unwrap_or_default())
    });
    let none = flag(move || sharing.link.with(|link| link.made().is_none()));
    let reveals = words(move || {
        let shown = if sharing.before.get() {
            "The link will contain what you erased."
        } else {
            "Off: the link holds the result only."
        };
        shown.to_owned()
    });
    let percent = words(move || {
        sharing
            .link
            .with(|link| match link {
                Making::Working(fraction) => (fraction * 100.0) as u32,
                _ => 0,
            })
            .to_string()
    });
    view! {
        <fieldset class="segments" data-testid="share-budget" data-value=words(move || sharing.budget.get().as_str().to_owned())>
            <legend class="quiet-name">"How far it has to travel"</legend>
            {Budget::ALL.map(budget).into_iter().collect::<Vec<_>>()}
        </fieldset>
        <p class="quiet-name" data-testid="share-about" data-code=code role="status">
            {state}
            <progress
                max="100"
                value=percent
                hidden=flag(move || !sharing.link.with(|link| matches!(link, Making::Working(_))))
                aria-label="Making the link"
            ></progress>
        </p>
        <p class="quiet-name">{words(move || survives(sharing.budget.get()).to_owned())}</p>
        {switch("share-include-original", "Show what was there before", sharing.before, Wish::Before)}
        <p class="quiet-name under">{reveals}</p>
        {switch("share-include-recipe", "Tell how it was made", sharing.recipe, Wish::Recipe)}
        <div class="link-row">
            <code class="url" data-testid="share-url" tabindex="0" aria-label="The link">{url}</code>
            <button class="primary" data-testid="share-copy" disabled=none on:click=asks(Wish::Copy)>
                "Copy"
            </button>
        </div>
    }
}

/// Other ways to hand link and picture on.
#[component]
fn HandOn() -> impl IntoView {
    let actions = actions();
    let sharing = actions.sharing;
    let square = move |read: fn(&crate::protocol::Qr) -> String| {
        words(move || {
            let link = sharing.full.with(|full| full.made().and_then(|made| made.qr.clone()));
            let link = link
                .or_else(|| sharing.link.with(|link| link.made().and_then(|made| made.qr.clone())));
            link.as_ref().map(read).unwrap_or_default()
        })
    };
    let path = square(|qr| qr.path.clone());
    // Four squares of white around it: cameras need them.
    let around = square(|qr| format!("-4 -4 {0} {0}", qr.side + 8));
    let frame = words(move || {
        around.with(|around| if around.is_empty() { "0 0 1 1".to_owned() } else { around.clone() })
    });
    view! {
        <div class="ways-on">
            <button
                class="pill"
                data-testid="share-sheet"
                hidden=flag(move || !sharing.can_share.get())
                on:click=asks(Wish::Sheet)
            >
                "Share\u{2026}"
            </button>
            <button
                class="pill"
                data-testid="share-picture"
                on:click=click(move || actions.run(Command::Copy))
            >
                "Copy picture"
            </button>
            <button
                class="pill"
                data-testid="share-download"
                on:click=click(move || actions.run(Command::Download))
            >
                "Download"
            </button>
            <details class="code" hidden=flag(move || path.with(String::is_empty))>
                <summary class="pill" data-testid="share-qr">"QR code"</summary>
                <svg
                    class="qr"
                    data-testid="share-qr-code"
                    role="img"
                    aria-label="The link as a QR code"
                    viewBox=frame
                >
                    <path d=path></path>
                </svg>
            </details>
        </div>
    }
}

/// The whole picture through the operator's store.
#[component]
fn FullPart() -> impl IntoView {
    let actions = actions();
    let sharing = actions.sharing;
    let label = words(move || {
        sharing.full.with(|full| match full {
            Making::Working(fraction) => format!("Sending, {} %", (fraction * 100.0) as u32),
            Making::Made(_) => "Copy full-size link".to_owned(),
            Making::Idle | Making::Failed(..) => "Make a full-size link".to_owned(),
        })
    });
    let working = flag(move || sharing.full.with(|full| matches!(full, Making::Working(_))));
    let state = words(move || {
        sharing.full.with(|full| match full {
            Making::Made(made) => about(made),
            Making::Failed(_, words) => words.clone(),
            Making::Idle | Making::Working(_) => String::new(),
        })
    });
    let code = some_words(move || {
        sharing.full.with(|full| match full {
            Making::Failed(code, _) => Some(code.as_str().to_owned()),
            _ => None,
        })
    });
    let url = words(move || {
        sharing.full.with(|full| full.made().map(|made| made.url.clone()).unwrap_or_default())
    });
    let terms = words(move || {
        let store = sharing.store.get();
        store.map_or_else(String::new, |(deletes, kept)| {
            let delete = if deletes {
                "You can delete it here, and so can everyone who has the link and knows how."
            } else {
                "It cannot be deleted from here."
            };
            [
                "The picture is encrypted in this browser. The store can see nothing but its length and when it \
                 came; the key is in the link alone. ",
                &kept,
                " ",
                delete,
            ]
            .concat()
        })
    });
    let mine = move || {
        let deletes = sharing.store.with(|store| store.as_ref().is_some_and(|store| store.0));
        let rows = sharing.mine.get().into_iter().enumerate().map(|(index, mine)| {
            view! {
                <li>
                    <span class="mine-name">{mine.name}</span>
                    <span class="quiet-name">{mine.about}</span>
                    <button class="pill" on:click=asks(Wish::CopyMine(index))>"Copy"</button>
                    <button
                        class="pill"
                        data-testid="share-delete"
                        hidden=!deletes
                        on:click=asks(Wish::Delete(index))
                    >
                        "Delete"
                    </button>
                    <button class="pill" data-testid="share-forget" on:click=asks(Wish::Forget(index))>
                        "Forget"
                    </button>
                </li>
            }
            .into_any()
        });
        rows.collect::<Vec<_>>()
    };
    view! {
        <section class="share-more" hidden=flag(move || sharing.store.with(Option::is_none))>
            <h3>"Full size"</h3>
            <p class="quiet-name">{terms}</p>
            <div class="link-row">
                <button class="pill" data-testid="share-full" disabled=working on:click=asks(Wish::Full)>
                    {label}
                </button>
                <button
                    class="pill"
                    data-testid="share-full-cancel"
                    hidden=flag(move || !working.get())
                    on:click=asks(Wish::CancelFull)
                >
                    "Cancel"
                </button>
            </div>
            <p class="quiet-name" data-testid="share-full-about" data-code=code role="status">{state}</p>
            <code
                class="url"
                data-testid="share-full-url"
                tabindex="0"
                aria-label="The full-size link"
                hidden=flag(move || url.with(String::is_empty))
            >
                {url}
            </code>
            <details data-testid="share-mine" hidden=flag(move || sharing.mine.with(Vec::is_empty))>
                <summary>"My links"</summary>
                <ul class="mine">{mine}</ul>
            </details>
        </section>
    }
}

/// A file to go on with another day.
#[component]
fn HistoryPart() -> impl IntoView {
    let editor = editor();
    let nothing = flag(move || {
        editor.saving.get().is_some()
            || editor.history.with(|history| history.results().next().is_none())
    });
    view! {
        <section class="share-more">
            <h3>"For yourself"</h3>
            <p class="quiet-name">
                "A file with its history can be dropped back here to undo and go on. It contains what you \
                 erased: keep it to yourself."
            </p>
            <button
                class="pill"
                data-testid="export-with-history"
                disabled=nothing
                on:click=asks(Wish::SaveHistory)
            >
                "Save with history"
            </button>
        </section>
    }
}
