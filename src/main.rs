//! The program that exports the pages as files and serves them.

fn main() {}
