//! Exports the pages as files and serves them.
