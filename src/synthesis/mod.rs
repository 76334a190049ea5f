//! Fills a hole with patches of the photo's own pixels, with or without a guide.
