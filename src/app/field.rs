//! A value that views follow.
//!
//! Leptos's own signals bring code of their own into the page for every type of value, some kilobytes each. A field
//! keeps its value in a plain lock, and who follows it follows a trigger, which is one type for all.

use std::sync::{PoisonError, RwLock};

use leptos::prelude::{ArcTrigger, Notify, Track};

/// A value that lives as long as the page. Copies are the same field.
pub(crate) struct Field<T: 'static>(&'static Inner<T>);

struct Inner<T> {
    value: RwLock<T>,
    changed: ArcTrigger,
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Field<T> {}

impl<T: Default> Default for Field<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Field<T> {
    /// A field with this value. It is never freed: a page has one of each, from its start to its end.
    pub(crate) fn new(value: T) -> Self {
        let inner = Inner { value: RwLock::new(value), changed: ArcTrigger::new() };
        Self(Box::leak(Box::new(inner)))
    }

    /// Follows the value without a look at it.
    pub(crate) fn track(self) {
        self.0.changed.track();
    }

    /// Looks at the value and follows it.
    pub(crate) fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.0.changed.track();
        self.with_untracked(look)
    }

    /// Looks at the value. `look` must not change it.
    pub(crate) fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.0.value.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the value and tells who follows it.
    pub(crate) fn update<R>(self, change: impl FnOnce(&mut T) -> R) -> R {
        let changed = change(&mut self.0.value.write().unwrap_or_else(PoisonError::into_inner));
        self.0.changed.notify();
        changed
    }

    /// Replaces the value and tells who follows it.
    pub(crate) fn set(self, value: T) {
        self.update(|old| *old = value);
    }
}

impl<T: Clone> Field<T> {
    /// The value, followed.
    pub(crate) fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value.
    pub(crate) fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}
