//! A graph's real inputs and outputs against those that its contract promises.

use std::{collections::BTreeMap, fmt};

use thiserror::Error;

use super::{
    contract::{Contract, Element, FeedForward, Inputs, Role, Sizing},
    latent::{LATENT_CHANNELS, LatentDiffusion},
};

/// An input or output of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Element type as a word, such as `f32`; what the contract cannot ask for is spelled as the runtime says it.
    pub element: String,
    /// Size of each dimension; `None` where the graph leaves it open.
    pub shape: Vec<Option<u64>>,
}

impl fmt::Display for Port {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} [", self.name, self.element)?;
        for (index, size) in self.shape.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            match size {
                Some(size) => write!(formatter, "{comma}{size}")?,
                None => write!(formatter, "{comma}?")?,
            }
        }
        formatter.write_str("]")
    }
}

/// All inputs and outputs of a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// What it takes.
    pub inputs: Vec<Port>,
    /// What it gives.
    pub outputs: Vec<Port>,
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |ports: &[Port]| ports.iter().map(Port::to_string).collect::<Vec<_>>().join(", ");
        write!(formatter, "({}) -> ({})", list(&self.inputs), list(&self.outputs))
    }
}

/// A graph is not what the manifest says it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the graph is {got}, the manifest says {want}")]
pub struct ContractMismatch {
    /// What the contract promises.
    pub want: Signature,
    /// What the graph has.
    pub got: Signature,
}

impl Contract {
    /// The inputs and outputs that the graph of `role` must have; `None` for a role that the family does not have.
    #[must_use]
    pub fn signature(&self, role: Role) -> Option<Signature> {
        match (self, role) {
            (Self::FeedForward(contract), Role::Generator) => Some(feed_forward(contract)),
            (Self::FeedForward(_), _) => None,
            (Self::LatentDiffusion(contract), role) => latent_diffusion(contract, role),
        }
    }

    /// The shapes of a graph's inputs, where each is the same at every run. `batch` is how many members the batches of
    /// a UNet have, if that never changes; encoders and decoders are asked about one picture at a time.
    #[must_use]
    pub fn shapes(&self, role: Role, batch: Option<u64>) -> Option<BTreeMap<String, Vec<u64>>> {
        let members = if role == Role::Unet { batch } else { Some(1) };
        let size = |(axis, size): (usize, &Option<u64>)| match axis {
            0 => size.or(members),
            _ => *size,
        };
        let inputs = self.signature(role)?.inputs.into_iter();
        inputs
            .map(|port| {
                Some((port.name, port.shape.iter().enumerate().map(size).collect::<Option<_>>()?))
            })
            .collect()
    }

    /// Holds a graph's real inputs and outputs against the contract. Order does not matter; a dimension that either
    /// side leaves open fits any size.
    ///
    /// # Errors
    /// [`ContractMismatch`] with both, when a name, an element type or a dimension differs, one is missing or one
    /// is too many.
    pub fn check(&self, role: Role, got: &Signature) -> Result<(), ContractMismatch> {
        let want = self.signature(role).unwrap_or_default();
        if agree(&want.inputs, &got.inputs) && agree(&want.outputs, &got.outputs) {
            Ok(())
        } else {
            Err(ContractMismatch { want, got: got.clone() })
        }
    }
}

fn feed_forward(contract: &FeedForward) -> Signature {
    let side = match contract.size {
        Sizing::Fixed { side } => Some(u64::from(side)),
        Sizing::Multiple { .. } => None,
    };
    let port = |name: &str, element: Element, channels: u64| {
        port(name, element.as_str(), vec![Some(1), Some(channels), side, side])
    };
    let inputs = match &contract.inputs {
        Inputs::Separate { image, mask } => {
            vec![port(image, contract.element, 3), port(mask, contract.element, 1)]
        }
        Inputs::Concatenated { name, .. } => vec![port(name, contract.element, 4)],
    };
    let output = &contract.output;
    Signature { inputs, outputs: vec![port(&output.name, output.element, 3)] }
}

fn latent_diffusion(contract: &LatentDiffusion, role: Role) -> Option<Signature> {
    // How many members a batch has is chosen at each run.
    let planes = |name: &str, channels: usize, side: u32| {
        let side = Some(u64::from(side));
        port(name, "f32", vec![None, Some(channels as u64), side, side])
    };
    let picture = |name: &str| planes(name, 3, contract.side);
    let latent = |name: &str, channels| planes(name, channels, contract.latent_side);
    let LatentDiffusion { encoder, unet, decoder, .. } = contract;
    let (inputs, output) = match role {
        Role::VaeEncoder => {
            (vec![picture(&encoder.image)], latent(&encoder.moments, 2 * LATENT_CHANNELS))
        }
        Role::Unet => {
            let length = Some(u64::from(unet.prompt_length));
            let inputs = vec![
                latent(&unet.latent, 2 * LATENT_CHANNELS + 1),
                port(&unet.timesteps, "i64", vec![None]),
                port(&unet.prompt, "i64", vec![None, length]),
            ];
            (inputs, latent(&unet.noise, LATENT_CHANNELS))
        }
        Role::VaeDecoder => {
            (vec![latent(&decoder.latent, LATENT_CHANNELS)], picture(&decoder.image))
        }
        Role::Generator => return None,
    };
    Some(Signature { inputs, outputs: vec![output] })
}

fn port(name: &str, element: &str, shape: Vec<Option<u64>>) -> Port {
    Port { name: name.to_owned(), element: element.to_owned(), shape }
}

fn agree(want: &[Port], got: &[Port]) -> bool {
    want.len() == got.len()
        && want.iter().all(|want| {
            got.iter().any(|got| {
                got.name == want.name
                    && got.element == want.element
                    && got.shape.len() == want.shape.len()
                    && want.shape.iter().zip(&got.shape).all(|pair| match pair {
                        (Some(want), Some(got)) => want == got,
                        _ => true,
                    })
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{MaskMeaning, MaskPlace, Output, UnderMask, ValueRange};

    fn contract(size: Sizing) -> Contract {
        Contract::FeedForward(FeedForward {
            inputs: Inputs::Separate { image: "image".to_owned(), mask: "mask".to_owned() },
            element: Element::F32,
            range: ValueRange::Unit,
            mask_high: MaskMeaning::Repaint,
            under_mask: UnderMask::Photo,
            size,
            output: Output {
                name: "result".to_owned(),
                element: Element::F32,
                range: ValueRange::Unit,
            },
        })
    }

    fn port(name: &str, element: &str, shape: &[u64]) -> Port {
        let shape = shape.iter().map(|&size| (size != 0).then_some(size)).collect();
        Port { name: name.to_owned(), element: element.to_owned(), shape }
    }

    fn real() -> Signature {
        Signature {
            inputs: vec![port("mask", "f32", &[1, 1, 0, 0]), port("image", "f32", &[1, 3, 0, 0])],
            outputs: vec![port("result", "f32", &[0, 3, 0, 0])],
        }
    }

    #[test]
    fn a_graph_that_keeps_its_contract_is_taken() {
        let open = contract(Sizing::Multiple { of: 16, best: 256 });
        assert_eq!(open.check(Role::Generator, &real()), Ok(()));
        assert_eq!(contract(Sizing::Fixed { side: 512 }).check(Role::Generator, &real()), Ok(()));
    }

    #[test]
    fn whatever_differs_is_refused_with_both_listed() {
        let contract = contract(Sizing::Fixed { side: 512 });
        let mut cases = Vec::new();
        let mut case = |change: &dyn Fn(&mut Signature)| {
            let mut signature = real();
            change(&mut signature);
            cases.push(signature);
        };
        case(&|got| got.inputs[0].name = "hole".to_owned());
        case(&|got| got.inputs[1].element = "f16".to_owned());
        case(&|got| got.inputs[1].shape[1] = Some(4));
        case(&|got| got.inputs[1].shape[3] = Some(256));
        case(&|got| got.inputs[1].shape.push(None));
        case(&|got| drop(got.inputs.pop()));
        case(&|got| got.inputs.push(port("more", "f32", &[1])));
        case(&|got| got.outputs[0].element = "u8".to_owned());
        case(&|got| got.outputs.clear());
        for got in cases {
            let error = contract.check(Role::Generator, &got).expect_err("differs");
            assert_eq!(error.got, got);
            assert!(error.to_string().contains("image: f32 [1, 3, 512, 512]"), "{error}");
        }
    }

    #[test]
    fn shapes_are_known_where_they_never_change() {
        let square = |channels| vec![1, channels, 512, 512];
        let fixed = contract(Sizing::Fixed { side: 512 }).shapes(Role::Generator, None);
        let want = [("image".to_owned(), square(3)), ("mask".to_owned(), square(1))];
        assert_eq!(fixed, Some(want.into()));
        let open = contract(Sizing::Multiple { of: 16, best: 256 });
        assert_eq!(open.shapes(Role::Generator, Some(1)), None);
        assert_eq!(open.shapes(Role::Unet, Some(1)), None);
        let text = include_str!("../../model-manifest.json");
        let manifest = crate::manifest::Manifest::parse(text).expect("is valid");
        let moebius = crate::manifest::ModelId::new("moebius").expect("a name");
        let steps = &manifest.model(&moebius).expect("is listed").contract;
        assert_eq!(steps.shapes(Role::Unet, None), None);
        let unet = steps.shapes(Role::Unet, Some(2)).expect("is known");
        assert_eq!(unet["latent"], [2, 9, 64, 64]);
        assert_eq!((&unet["timesteps"], &unet["input_ids"]), (&vec![2], &vec![2, 10]));
        let decoder = steps.shapes(Role::VaeDecoder, None).expect("is known");
        assert_eq!(decoder["latent"], [1, 4, 64, 64]);
    }

    #[test]
    fn a_role_of_another_family_fits_nothing() {
        let contract = contract(Sizing::Fixed { side: 512 });
        assert!(contract.check(Role::Unet, &real()).is_err());
    }

    #[test]
    fn four_channels_in_one() {
        let Contract::FeedForward(mut inner) = contract(Sizing::Fixed { side: 512 }) else {
            panic!("of this family");
        };
        inner.inputs = Inputs::Concatenated { name: "input".to_owned(), mask: MaskPlace::Last };
        let signature = Contract::FeedForward(inner).signature(Role::Generator).expect("has one");
        assert_eq!(signature.inputs[0].to_string(), "input: f32 [1, 4, 512, 512]");
    }
}
