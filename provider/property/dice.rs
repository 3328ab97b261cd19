//! Values of any type, made by chance that repeats: for tests and the fuzzer.

#![expect(clippy::expect_used, reason = "a test may fail")]

use serde::de::value::{Error as SerdeError, StrDeserializer, StringDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};

/// A value of any type; the same one for the same dice.
pub(crate) fn thrown<T: DeserializeOwned>(dice: u64) -> T {
    T::deserialize(&mut Dice(dice)).expect("dice make everything")
}

/// Makes a value of any type by asking the type what it wants: numbers, texts and lengths fall
/// as the dice do.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, sides: u64) -> u64 {
        // SplitMix64: the numbers of a seed are always the same.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn word(&mut self) -> String {
        const WORDS: [&str; 8] = ["", "a", "web", "a b", "arn:aws:x", "0.0.0.0/0", "ü\"\\", "80"];
        format!("{}{}", WORDS[usize::try_from(self.below(8)).expect("eight")], self.below(9))
    }
}

macro_rules! throw {
    ($($ask:ident $give:ident $made:expr;)*) => {
        $(fn $ask<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SerdeError> {
            let made: fn(&mut Dice) -> _ = $made;
            let made = made(self);
            visitor.$give(made)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Dice {
    type Error = SerdeError;

    throw! {
        deserialize_any visit_string Dice::word;
        deserialize_string visit_string Dice::word;
        deserialize_str visit_string Dice::word;
        deserialize_bool visit_bool |dice| dice.below(2) == 0;
        deserialize_u8 visit_u64 |dice| dice.below(1 << 8);
        deserialize_u16 visit_u64 |dice| dice.below(1 << 16);
        deserialize_u32 visit_u64 |dice| dice.below(1 << 32);
        deserialize_u64 visit_u64 |dice| dice.below(1 << 53);
        deserialize_i32 visit_i32 |dice| i32::try_from(dice.below(1 << 16)).expect("small") - 9;
        deserialize_i64 visit_i64 |dice| i64::try_from(dice.below(1 << 53)).expect("small") - 9;
        deserialize_f64 visit_f64 |dice| f64::from(u32::try_from(dice.below(1 << 20)).expect("small")) / 8.0;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SerdeError> {
        if self.below(3) == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SerdeError> {
        let left = self.below(4);
        visitor.visit_seq(Throws { dice: self, left, names: None })
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        count: usize,
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        visitor.visit_seq(Throws { dice: self, left: count as u64, names: None })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, SerdeError> {
        let left = self.below(4);
        visitor.visit_map(Throws { dice: self, left, names: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        let left = fields.len() as u64;
        visitor.visit_map(Throws { dice: self, left, names: Some(fields) })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        let chosen = self.below(variants.len() as u64);
        visitor.visit_enum(Variant(variants[usize::try_from(chosen).expect("few")]))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, SerdeError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 char bytes byte_buf unit unit_struct tuple_struct identifier
        ignored_any
    }
}

struct Throws<'a> {
    dice: &'a mut Dice,
    left: u64,
    /// Of a struct; keys of a map are made up.
    names: Option<&'static [&'static str]>,
}

impl<'de> SeqAccess<'de> for Throws<'_> {
    type Error = SerdeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, SerdeError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.dice).map(Some)
    }
}

impl<'de> MapAccess<'de> for Throws<'_> {
    type Error = SerdeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, SerdeError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        if let Some(names) = self.names {
            let name = names[names.len() - 1 - usize::try_from(left).expect("few")];
            let name: StrDeserializer<'_, SerdeError> = name.into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        let name = format!("{left}{}", self.dice.word());
        let name: StringDeserializer<SerdeError> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, SerdeError> {
        seed.deserialize(&mut *self.dice)
    }
}

struct Variant(&'static str);

impl<'de> EnumAccess<'de> for Variant {
    type Error = SerdeError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), SerdeError> {
        let name: StrDeserializer<'_, SerdeError> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = SerdeError;

    fn unit_variant(self) -> Result<(), SerdeError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, SerdeError> {
        Err(serde::de::Error::custom("no enum of ours holds anything"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, SerdeError> {
        Err(serde::de::Error::custom("no enum of ours holds anything"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, SerdeError> {
        Err(serde::de::Error::custom("no enum of ours holds anything"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::thrown;

    #[test]
    fn dice_fill_a_struct() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Thing {
            ports: Vec<u16>,
            tags: BTreeMap<String, String>,
            on: Option<bool>,
        }
        let thing = thrown::<Thing>;
        assert_eq!(thing(1), thing(1));
        assert!((0..20).any(|dice| !thing(dice).ports.is_empty() && !thing(dice).tags.is_empty()));
    }
}
