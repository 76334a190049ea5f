//! Builds, serves and tests Lacuna.

fn main() {}
