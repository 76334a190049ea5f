//! The page's side of the browser: the worker, files, drawing. No views.
