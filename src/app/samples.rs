//! Photos of ours to try things on. The list is part of the page, so that their pictures are fetched with it.

/// One of them. Its files in `public/samples` are named after it.
pub(crate) struct Sample {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
}

/// All of them, in the order in which they are shown.
pub(crate) const SAMPLES: [Sample; 4] = [
    Sample { id: "ball", title: "A ball in a meadow" },
    Sample { id: "boat", title: "A boat on a still lake" },
    Sample { id: "snow", title: "A sledge in the snow" },
    Sample { id: "balloon", title: "A balloon over misty hills" },
];

#[cfg(test)]
mod tests {
    use super::SAMPLES;

    #[test]
    fn the_list_is_that_of_the_scenes() {
        let made = include_str!("../../public/samples/samples.json");
        let made: serde_json::Value = serde_json::from_str(made).unwrap_or_default();
        let made: Vec<_> = made.as_array().into_iter().flatten().collect();
        assert_eq!(made.len(), SAMPLES.len());
        for (sample, made) in SAMPLES.iter().zip(made) {
            assert_eq!(made["id"], sample.id);
            assert_eq!(made["title"], sample.title);
            assert_eq!(made["file"], format!("{}.jpg", sample.id));
            assert_eq!(made["after"], format!("{}-after.jpg", sample.id));
        }
    }
}
