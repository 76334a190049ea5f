//! Attributes of any element, without a type for each of their names.
//!
//! Leptos makes a type of its own for each pair of an attribute's name and the type of its value, and each of these
//! brings code into the page. These two traits have the names and the methods of Leptos's own; a file that imports
//! them gets attributes whose names are plain text. What is not listed here is an attribute of Leptos.

use leptos::{
    attr::{
        AttributeValue,
        custom::{CustomAttr, custom_attribute},
    },
    prelude::AddAnyAttr,
};

/// An element with one more attribute.
type With<T, V> = <T as AddAnyAttr>::Output<CustomAttr<&'static str, V>>;

macro_rules! attributes {
    ($(#[$about:meta])* $name:ident: $($method:ident = $key:literal),+ $(,)?) => {
        $(#[$about])*
        pub(crate) trait $name: Sized + AddAnyAttr {
            $(
                #[doc = concat!("The attribute `", $key, "`.")]
                fn $method<V: AttributeValue>(self, value: V) -> With<Self, V> {
                    self.add_any_attr(custom_attribute($key, value))
                }
            )+
        }

        impl<T: AddAnyAttr> $name for T {}
    };
}

attributes! {
    /// What every element can have.
    GlobalAttributes:
        draggable = "draggable",
        hidden = "hidden",
        id = "id",
        inert = "inert",
        inputmode = "inputmode",
        popover = "popover",
        role = "role",
        tabindex = "tabindex",
        title = "title",
}

attributes! {
    /// What accessibility needs.
    AriaAttributes:
        aria_busy = "aria-busy",
        aria_hidden = "aria-hidden",
        aria_label = "aria-label",
        aria_labelledby = "aria-labelledby",
        aria_live = "aria-live",
        aria_orientation = "aria-orientation",
        aria_pressed = "aria-pressed",
        aria_roledescription = "aria-roledescription",
        aria_valuemax = "aria-valuemax",
        aria_valuemin = "aria-valuemin",
        aria_valuenow = "aria-valuenow",
        aria_valuetext = "aria-valuetext",
}
