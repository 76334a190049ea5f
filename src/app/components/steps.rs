//! Settings of a model that works in steps, for those who want them; and to take a picture before the last step.

use leptos::{prelude::*, web_sys::HtmlInputElement};

use crate::app::attributes::{AriaAttributes, GlobalAttributes};

use super::{
    actions, change, click, flag,
    icon::{Glyph, Icon},
    words, yes_no,
};
use crate::{
    app::{actions::Actions, command::Command, models::works_in_steps},
    diffusion::{DiffusionParams, GuidanceScale, Preset, Scheduler, Start, Steps, Strength},
};

/// The button in the dock; the browser opens and closes what it points at.
#[component]
pub(crate) fn StepsButton() -> impl IntoView {
    let editor = actions().editor;
    view! {
        <button
            class="tool"
            popovertarget="steps"
            data-testid="steps-settings"
            aria-label="Steps and seed"
            data-tip="Steps and seed"
            hidden=flag(move || !works_in_steps(editor) || !editor.has_rest.get())
        >
            <Glyph icon=Icon::Sliders/>
        </button>
    }
}

/// What it opens.
#[component]
pub(crate) fn StepsSheet() -> impl IntoView {
    view! {
        <div id="steps" class="menu steps" popover="auto" role="dialog" aria-label="Steps and seed">
            <Choice
                id="param-preset"
                name="Quality"
                options=&[("fast", "Fast"), ("balanced", "Balanced"), ("best", "Best"), ("own", "Own")]
                read=|it| match Preset::of(it) {
                    Some(Preset::Fast) => "fast",
                    Some(Preset::Balanced) => "balanced",
                    Some(Preset::Best) => "best",
                    None => "own",
                }
                write=|it, word| match word {
                    "fast" => *it = Preset::Fast.apply(*it),
                    "balanced" => *it = Preset::Balanced.apply(*it),
                    "best" => *it = Preset::Best.apply(*it),
                    _ => {}
                }
            />
            <Number
                id="param-steps"
                name="Steps"
                range=["1", "60", "1"]
                read=|it| f64::from(it.steps.get())
                write=|it, number| it.steps = Steps::new(number as u16).unwrap_or(it.steps)
            />
            <Number
                id="param-guidance"
                name="Guidance"
                range=["1", "6", "0.1"]
                read=|it| tidied(f64::from(it.guidance_scale.get()))
                write=|it, number| {
                    it.guidance_scale =
                        GuidanceScale::new(number as f32).unwrap_or(it.guidance_scale);
                }
            />
            <Number
                id="param-guidance-from"
                name="Guided from"
                range=["0", "1", "0.05"]
                read=|it| tidied(it.guidance_interval.from())
                write=|it, share| it.guidance_interval = it.guidance_interval.starting(tidied(share))
            />
            <Number
                id="param-guidance-until"
                name="Guided until"
                range=["0", "1", "0.05"]
                read=|it| tidied(it.guidance_interval.until())
                write=|it, share| it.guidance_interval = it.guidance_interval.ending(tidied(share))
            />
            <Number
                id="param-strength"
                name="Strength"
                range=["0.3", "1", "0.01"]
                read=|it| it.strength.get()
                write=|it, number| it.strength = Strength::new(tidied(number)).unwrap_or(it.strength)
            />
            <Choice
                id="param-scheduler"
                name="Scheduler"
                options=&[("ddim", "DDIM"), ("dpm-solver", "DPM-Solver++")]
                read=|it| match it.scheduler {
                    Scheduler::Ddim => "ddim",
                    Scheduler::DpmSolver => "dpm-solver",
                }
                write=|it, word| {
                    it.scheduler =
                        if word == "ddim" { Scheduler::Ddim } else { Scheduler::DpmSolver };
                }
            />
            <Choice
                id="param-start"
                name="Start from"
                options=&[("filled", "The quick fill"), ("photo", "The photo"), ("noise", "Noise")]
                read=|it| match it.start {
                    Start::Filled => "filled",
                    Start::Photo => "photo",
                    Start::Noise => "noise",
                }
                write=|it, word| {
                    it.start = match word {
                        "photo" => Start::Photo,
                        "noise" => Start::Noise,
                        _ => Start::Filled,
                    };
                }
            />
            <Choice
                id="param-memory"
                name="Memory"
                options=&[("turns", "By the model's size"), ("least", "As little as can be"), ("keep", "Keep all loaded")]
                read=|it| match (it.keep_graphs, it.one_by_one) {
                    (true, _) => "keep",
                    (false, true) => "least",
                    (false, false) => "turns",
                }
                write=|it, word| {
                    it.keep_graphs = word == "keep";
                    it.one_by_one = word == "least";
                }
            />
            <Seed/>
        </div>
    }
}

/// Hundredths, without what counting in halves leaves behind them.
fn tidied(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// A number in whole hundredths, as words. Code that writes fractions of all kinds is large.
fn figure(number: f64) -> String {
    let hundredths = (number * 100.0).round() as u32;
    match (hundredths / 100, hundredths % 100) {
        (whole, 0) => whole.to_string(),
        (whole, part) if part % 10 == 0 => format!("{whole}.{}", part / 10),
        (whole, part) => format!("{whole}.{part:02}"),
    }
}

/// Changes one of the settings.
fn edit(actions: Actions, write: impl Fn(&mut DiffusionParams)) {
    let mut params = actions.editor.settings.with_untracked(|settings| settings.diffusion);
    write(&mut params);
    actions.run(Command::Diffusion(params));
}

/// A number between two ends: least, most, step.
#[component]
fn Number(
    id: &'static str,
    name: &'static str,
    range: [&'static str; 3],
    read: fn(&DiffusionParams) -> f64,
    write: fn(&mut DiffusionParams, f64),
) -> impl IntoView {
    let actions = actions();
    let number = move || actions.editor.settings.with(|settings| read(&settings.diffusion));
    let [least, most, step] = range;
    view! {
        <label class="param">
            <span>{name}</span>
            <input
                type="range"
                data-testid=id
                min=least
                max=most
                step=step
                prop:value=words(move || figure(number()))
                on:input=change(move |event| {
                    let number = event_target::<HtmlInputElement>(&event).value_as_number();
                    edit(actions, |params| write(params, number));
                })
            />
            <output>{words(move || figure(number()))}</output>
        </label>
    }
}

/// One of a few words.
#[component]
fn Choice(
    id: &'static str,
    name: &'static str,
    options: &'static [(&'static str, &'static str)],
    read: fn(&DiffusionParams) -> &'static str,
    write: fn(&mut DiffusionParams, &str),
) -> impl IntoView {
    let actions = actions();
    let chosen = words(move || {
        actions.editor.settings.with(|settings| read(&settings.diffusion)).to_owned()
    });
    let options = options.iter().map(|(word, name)| view! { <option value=*word>{*name}</option> });
    view! {
        <label class="param">
            <span>{name}</span>
            <span class="pick">
                <select
                    data-testid=id
                    prop:value=chosen
                    on:change=change(move |event| {
                        let word = event_target_value(&event);
                        edit(actions, |params| write(params, &word));
                    })
                >
                    {options.collect_view()}
                </select>
                <Glyph icon=Icon::Chevron/>
            </span>
        </label>
    }
}

/// The seed: shown, kept for the next erase, or thrown anew.
#[component]
fn Seed() -> impl IntoView {
    let actions = actions();
    let settings = actions.editor.settings;
    let locked = move || settings.with(|settings| settings.seed_locked);
    view! {
        <div class="param">
            <label for="seed">"Seed"</label>
            <input
                id="seed"
                type="text"
                inputmode="numeric"
                data-testid="param-seed"
                prop:value=words(move || settings.with(|settings| settings.seed.to_string()))
                on:change=change(move |event| {
                    // What is no number leaves the seed as it is, and the field shows that.
                    let seed = event_target_value(&event).trim().parse();
                    actions.run(Command::Seed(seed.ok(), true));
                })
            />
            <span class="pair">
                <button
                    class="tool"
                    data-testid="seed-lock"
                    aria-label="Keep this seed"
                    data-tip="Keep this seed"
                    aria-pressed=yes_no(locked)
                    on:click=click(move || {
                        actions.run(Command::Seed(None, !settings.with_untracked(|it| it.seed_locked)));
                    })
                >
                    <Glyph icon=Icon::Lock/>
                </button>
                <button
                    class="tool"
                    data-testid="seed-dice"
                    aria-label="Another seed"
                    data-tip="Another seed"
                    on:click=click(move || actions.run(Command::Dice))
                >
                    <Glyph icon=Icon::Dice/>
                </button>
            </span>
        </div>
    }
}

/// Takes what is on show as the result, while steps are being made.
#[component]
pub(crate) fn StopHere() -> impl IntoView {
    let actions = actions();
    let step = actions.editor.step;
    view! {
        <button
            class="stop-here"
            data-testid="stop-here"
            hidden=flag(move || step.get().is_none())
            on:click=click(move || actions.run(Command::StopHere))
        >
            "Stop here"
        </button>
    }
}
