//! How the keeper words a model's row and the room that is left.

use super::{
    browser::Room,
    fetch::Moment,
    standing::{Doing, Standing},
};
use crate::{
    manifest::{Artifact, Family, Model, Needs, Webgpu, bytes, span},
    protocol::{FailureCode, Keeping, ModelState, ShelfRow, StorageRoom},
    worker::device::Device,
};

/// A model as a list shows it.
pub(super) fn row(model: &Model, standing: &Standing, device: Option<Device>) -> ShelfRow {
    let (total, have) = (model.bytes(), standing.have());
    ShelfRow {
        id: model.id,
        title: model.title.clone(),
        summary: model.summary.clone(),
        facts: facts(model),
        provenance: model.provenance.clone(),
        size: bytes(total.saturating_sub(have)),
        state: standing.state(),
        fraction: have as f32 / total.max(1) as f32,
        line: match line(standing, total) {
            line if line.is_empty() => device.and_then(|it| lacks(model, it)).unwrap_or_default(),
            line => line,
        },
        failure: standing.failure.clone(),
        comes_along: model.comes_along(),
    }
}

fn facts(model: &Model) -> String {
    let family = match model.family() {
        Family::PatchSynthesis => "texture search",
        Family::FeedForward => "one pass",
        Family::LatentDiffusion => "diffusion, step by step",
    };
    let mut facts = vec![bytes(model.bytes()), model.licence.clone(), family.to_owned()];
    let Needs { memory, webgpu, f16 } = model.needs;
    match webgpu {
        Webgpu::Wanted => facts.push("needs a graphics card".to_owned()),
        Webgpu::Avoided => facts.push("runs on the processor".to_owned()),
        Webgpu::Either => {}
    }
    if f16 {
        facts.push("half precision".to_owned());
    }
    if memory > 0 {
        facts.push(format!("about {} of memory", bytes(memory)));
    }
    facts.join(" \u{b7} ")
}

/// What a device lacks that the model needs.
fn lacks(model: &Model, device: Device) -> Option<String> {
    let Needs { memory, webgpu, f16 } = model.needs;
    let scarce = device.memory.filter(|told| memory > told / 2);
    if webgpu == Webgpu::Wanted && !device.adapter {
        let says =
            "This browser offers no graphics card: on the processor one picture takes minutes.";
        Some(says.to_owned())
    } else if f16 && device.adapter && !device.halves {
        let says = "This graphics card has no half precision: it runs on the processor, slowly.";
        Some(says.to_owned())
    } else {
        scarce.map(|told| {
            let (takes, has) = (bytes(memory), bytes(told));
            format!(
                "It takes about {takes} of memory, this device has {has}: the page may run out."
            )
        })
    }
}

fn line(standing: &Standing, total: u64) -> String {
    let have = standing.have();
    let amount = format!("{} of {}", bytes(have), bytes(total));
    match (standing.doing, standing.state()) {
        (Doing::Checking(read), _) => {
            format!("Checking, {} of {}", bytes(read), bytes(total))
        }
        (Doing::Fetching(Moment::Elsewhere), _) => "Another tab is downloading this.".to_owned(),
        (Doing::Fetching(Moment::Offline), _) => {
            format!("{amount} \u{b7} You are offline. It goes on when the connection is back.")
        }
        (Doing::Fetching(Moment::Checking), _) => format!("{amount} \u{b7} Checking what is here"),
        (Doing::Fetching(Moment::Retrying), _) => format!("{amount} \u{b7} Trying again"),
        (Doing::Fetching(Moment::Coming), _) => {
            let mut words = vec![amount];
            if let (Some(index), count @ 2..) = (standing.at, standing.files.len()) {
                words.insert(0, format!("File {} of {count}", index + 1));
            }
            if let Some(rate) = standing.pace.per_second() {
                words.push(format!("{}/s", bytes(rate)));
                words.push(format!("{} left", span(total.saturating_sub(have) / rate.max(1))));
            }
            words.join(" \u{b7} ")
        }
        (Doing::Nothing, ModelState::Paused) => format!("{amount} are here."),
        (Doing::Nothing, ModelState::Failed) => failed(standing, &amount),
        (Doing::Nothing, _) => String::new(),
    }
}

/// What more there is to say of a failure.
fn failed(standing: &Standing, amount: &str) -> String {
    if let Some((takes, free)) = standing.short {
        return format!("It takes {} more, and {} are free.", bytes(takes), bytes(free));
    }
    match &standing.failure {
        Some(failure) if failure.code == FailureCode::HostBlocked => {
            format!("The address is {}.", failure.detail)
        }
        _ if standing.have() > 0 => format!("{amount} are here; nothing of that is lost."),
        _ => String::new(),
    }
}

/// The room that is left, for a list whose models use `models` bytes.
pub(super) fn room(room: Option<Room>, models: u64) -> StorageRoom {
    let Some(room) = room else {
        return StorageRoom { keeping: Keeping::Nothing, ..StorageRoom::default() };
    };
    let line = match room.free() {
        Some(free) => format!("{} used by models, {} free", bytes(models), bytes(free)),
        None => format!("{} used by models", bytes(models)),
    };
    StorageRoom {
        line,
        fraction: (room.used as f32 / room.granted.max(1) as f32).clamp(0.0, 1.0),
        keeping: if room.promised { Keeping::Promised } else { Keeping::MayClear },
    }
}

/// What a file of a model is called outside of the store: as at its source.
pub(super) fn file_name(model: &Model, artifact: &Artifact) -> String {
    let source = artifact.urls.first().map_or("model.onnx", |url| url.as_str());
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    format!("{}-{name}", model.id)
}
