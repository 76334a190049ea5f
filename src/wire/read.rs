//! Reads plain values of JavaScript as our own types.
//!
//! Written by us because of the page's size: this reader takes the fields of a struct in their order instead of
//! comparing names, and its error carries no words, so that neither the names' comparison nor what formats errors,
//! numbers with fractions among it, is linked. What it reads is what `serde_wasm_bindgen` writes with
//! `json_compatible`. Fields and entries that nobody asks for are passed over.

use js_sys::{Array, JsString, Object, Reflect};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};

/// Above this not every integer is a number of JavaScript.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// The value is not of the type that was asked for. Where it differs is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a value of another type")]
pub struct Unreadable;

/// Reads a value.
///
/// # Errors
/// [`Unreadable`] when it is not of the type.
pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Unreadable> {
    T::deserialize(Value(value))
}

impl Error for Unreadable {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// A value that is to be read.
struct Value(JsValue);

/// A number of JavaScript, by what can hold it.
enum Number {
    Whole(u64),
    Negative(i64),
    Fraction(f64),
}

impl Value {
    fn number(&self) -> Result<Number, Unreadable> {
        if self.0.is_bigint() {
            let whole = u64::try_from(self.0.clone()).map(Number::Whole);
            let whole = whole.or_else(|value| i64::try_from(value).map(Number::Negative));
            return whole.map_err(|_| Unreadable);
        }
        let number = self.0.as_f64().ok_or(Unreadable)?;
        Ok(if number.trunc() != number || number.abs() > MOST_EXACT {
            Number::Fraction(number)
        } else if number < 0.0 {
            Number::Negative(number as i64)
        } else {
            Number::Whole(number as u64)
        })
    }

    fn float(&self) -> Result<f64, Unreadable> {
        self.0.as_f64().ok_or(Unreadable)
    }

    fn text(&self) -> Result<String, Unreadable> {
        self.0.as_string().ok_or(Unreadable)
    }

    fn list(self) -> Result<Values, Unreadable> {
        let list: Array = self.0.dyn_into().map_err(|_| Unreadable)?;
        Ok(Values { list, next: 0 })
    }

    fn object(self) -> Result<Object, Unreadable> {
        // Lists are objects to the browser.
        if self.0.is_object() && !Array::is_array(&self.0) {
            Ok(self.0.unchecked_into())
        } else {
            Err(Unreadable)
        }
    }

    fn fields(self, names: &'static [&'static str]) -> Result<Fields, Unreadable> {
        Ok(Fields { object: self.object()?, names: names.iter() })
    }

    fn entries(self) -> Result<Entries, Unreadable> {
        Ok(Entries { entries: Object::entries(&self.object()?), next: 0 })
    }

    /// The place of a word, or of the one key of an object, among the names of variants, and what comes with it.
    fn variant(self, names: &[&str]) -> Result<(u32, Self), Unreadable> {
        let (name, content) = if self.0.is_string() {
            (self.0, JsValue::UNDEFINED)
        } else {
            let entries = Object::entries(&self.object()?);
            if entries.length() != 1 {
                return Err(Unreadable);
            }
            let entry: Array = entries.get(0).unchecked_into();
            (entry.get(0), entry.get(1))
        };
        let name: JsString = name.unchecked_into();
        let place = names.iter().position(|known| name == **known).ok_or(Unreadable)?;
        Ok((place as u32, Self(content)))
    }
}

/// Reads a number into whatever integer the visitor makes; it checks the range itself.
macro_rules! integers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            match self.number()? {
                Number::Whole(whole) => visitor.visit_u64(whole),
                Number::Negative(negative) => visitor.visit_i64(negative),
                Number::Fraction(_) => Err(Unreadable),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Value {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_unit()
        } else if let Some(truth) = self.0.as_bool() {
            visitor.visit_bool(truth)
        } else if self.0.is_string() {
            visitor.visit_string(self.text()?)
        } else if Array::is_array(&self.0) {
            visitor.visit_seq(self.list()?)
        } else if let Ok(number) = self.number() {
            match number {
                Number::Whole(whole) => visitor.visit_u64(whole),
                Number::Negative(negative) => visitor.visit_i64(negative),
                Number::Fraction(fraction) => visitor.visit_f64(fraction),
            }
        } else {
            visitor.visit_map(self.entries()?)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(Unreadable)?)
    }

    integers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let list = self.list()?;
        if list.left() != length {
            return Err(Unreadable);
        }
        visitor.visit_seq(list)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(self.entries()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.fields(names)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let (place, content) = self.variant(names)?;
        visitor.visit_enum(Variant { place, content })
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct identifier ignored_any
    }
}

/// What is left of a list.
struct Values {
    list: Array,
    next: u32,
}

impl Values {
    fn left(&self) -> usize {
        (self.list.length() - self.next) as usize
    }

    fn take(&mut self) -> Option<Value> {
        let at = self.next;
        (at < self.list.length()).then(|| {
            self.next += 1;
            Value(self.list.get(at))
        })
    }
}

impl<'de> SeqAccess<'de> for Values {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        self.take().map(|value| seed.deserialize(value)).transpose()
    }
}

/// The fields of a struct that are not read yet.
struct Fields {
    object: Object,
    names: std::slice::Iter<'static, &'static str>,
}

impl Fields {
    fn take(&mut self) -> Option<Value> {
        let name = self.names.next()?;
        // A plain object has no getters that could throw.
        Some(Value(Reflect::get(&self.object, &JsValue::from_str(name)).unwrap_or_default()))
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let Some(value) = self.take() else { return Ok(None) };
        let is_absent = value.0.is_undefined();
        match seed.deserialize(value) {
            Ok(read) => Ok(Some(read)),
            // No option, then: the struct knows whether it can do without the field. The next one is asked for all
            // the same.
            Err(Unreadable) if is_absent => Ok(None),
            Err(Unreadable) => Err(Unreadable),
        }
    }
}

/// What is left of an object whose keys are not known beforehand.
struct Entries {
    entries: Array,
    next: u32,
}

impl Entries {
    fn part(&self, index: u32) -> Value {
        let entry: Array = self.entries.get(self.next).unchecked_into();
        Value(entry.get(index))
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        if self.next == self.entries.length() {
            return Ok(None);
        }
        seed.deserialize(self.part(0)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        let value = self.part(1);
        self.next += 1;
        seed.deserialize(value)
    }
}

/// A variant by its place, with what comes with it.
struct Variant {
    place: u32,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = Value;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Value), Unreadable> {
        Ok((seed.deserialize(self.place.into_deserializer())?, self.content))
    }
}

impl<'de> VariantAccess<'de> for Value {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        if self.0.is_undefined() { Ok(()) } else { Err(Unreadable) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.fields(names)?)
    }
}
