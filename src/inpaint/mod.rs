//! From a photo and a mask to a photo without what was masked.
