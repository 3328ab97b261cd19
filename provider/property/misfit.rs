//! Reads a type from JSON; the first thing that does not fit is reported with its path.
//!
//! serde_json reports no path. With serde_path_to_error, which wraps what reads each type in what keeps
//! track of the path, the code for all inputs and outputs was more than twice as large.

use std::fmt::{self, Display};
use std::slice;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Value as Json, map};

use super::path::Key;
use super::wire::is_signature_key;

/// Reads `T`, or says what does not fit.
pub(super) fn read<T: DeserializeOwned>(json: &Json) -> Result<T, Misfit> {
    T::deserialize(Place(json))
}

/// What does not fit, in serde's words, and where it is.
#[derive(Debug)]
pub(super) struct Misfit(Box<Found>);

#[derive(Debug)]
struct Found {
    message: String,
    /// The innermost key first.
    keys: Vec<Key>,
}

impl Misfit {
    pub(super) fn into_parts(self) -> (Vec<Key>, String) {
        let Found { message, mut keys } = *self.0;
        keys.reverse();
        (keys, message)
    }

    fn under(mut self, key: Key) -> Self {
        self.0.keys.push(key);
        self
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: Display>(message: T) -> Self {
        Self(Box::new(Found { message: message.to_string(), keys: Vec::new() }))
    }

    fn invalid_type(seen: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", Seen(seen)))
    }

    fn invalid_value(seen: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", Seen(seen)))
    }
}

/// What was seen, in JSON's words.
struct Seen<'a>(Unexpected<'a>);

impl Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Unit => f.write_str("null"),
            other => other.fmt(f),
        }
    }
}

/// A value at its place in the tree.
struct Place<'de>(&'de Json);

impl<'de> Deserializer<'de> for Place<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Json::Null => visitor.visit_unit(),
            Json::Bool(it) => visitor.visit_bool(*it),
            Json::Number(it) => match (it.as_u64(), it.as_i64()) {
                (Some(it), _) => visitor.visit_u64(it),
                (None, Some(it)) => visitor.visit_i64(it),
                (None, None) => visitor.visit_f64(it.as_f64().unwrap_or_default()),
            },
            Json::String(it) => visitor.visit_borrowed_str(it),
            Json::Array(items) => {
                let mut items = Items { rest: items.iter(), next: 0 };
                let read = visitor.visit_seq(&mut items)?;
                match items.rest.len() {
                    0 => Ok(read),
                    _ => Err(de::Error::invalid_length(
                        items.next + items.rest.len(),
                        &"fewer members",
                    )),
                }
            }
            Json::Object(map) => visitor.visit_map(Members { rest: map.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Json::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            Json::String(variant) => visitor.visit_enum(named(variant)),
            Json::Object(map) => visitor
                .visit_enum(MapAccessDeserializer::new(Members { rest: map.iter(), value: None })),
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

fn named(text: &str) -> StrDeserializer<'_, Misfit> {
    text.into_deserializer()
}

struct Items<'de> {
    rest: slice::Iter<'de, Json>,
    next: usize,
}

impl<'de> SeqAccess<'de> for &mut Items<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        let Some(item) = self.rest.next() else { return Ok(None) };
        let key = Key::Index(self.next);
        self.next += 1;
        seed.deserialize(Place(item)).map(Some).map_err(|misfit| misfit.under(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Members<'de> {
    rest: map::Iter<'de>,
    value: Option<(&'de String, &'de Json)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        self.value = self.rest.next();
        let Some((name, _)) = self.value else { return Ok(None) };
        seed.deserialize(named(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let Some((name, value)) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its name"));
        };
        seed.deserialize(Place(value)).map_err(|misfit| {
            if is_signature_key(name) { misfit } else { misfit.under(Key::Name(name.clone())) }
        })
    }
}
