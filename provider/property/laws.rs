//! What holds of every value, whatever it is; and where tests get such values from.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde::de::value::{Error as SerdeError, StrDeserializer, StringDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};

use super::codec::{Key, decode, encode, render_path};
use super::diff::{Kind, diff};
use super::form::Property;
use super::value::{Envelope, Map, Value, asset};

/// Names and texts: short ones, and everything that a path or a wire may stumble over.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-c]{0,2}",
        1 => "[a\"\\\\.\\[\\]_ :/0-9-]{0,5}",
        1 => any::<String>(),
    ]
}

/// Names that Pulumi's paths can say: these escape nothing but quotes.
fn name() -> impl Strategy<Value = String> {
    text().prop_filter("it can be said", |it| !it.contains("\\\"") && !it.ends_with('\\'))
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<i32>().prop_map(f64::from),
        any::<f64>().prop_filter("JSON has no others", |it| it.is_finite()),
        Just(9_007_199_254_740_993.0),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        number().prop_map(Value::Number),
        text().prop_map(Value::String),
    ]
}

fn members(of: impl Strategy<Value = Value>) -> impl Strategy<Value = Map> {
    prop::collection::btree_map(name(), of, 0..4)
}

/// Any value as the wire can bring it: what is nothing is left out of objects, and an envelope
/// says something.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(5, 40, 4, |inner| {
        let inner = inner.boxed();
        let in_list = prop_oneof![4 => inner.clone(), 1 => Just(Value::Null)];
        let dependencies = prop::collection::btree_set(text(), 0..3);
        let known = inner
            .clone()
            .prop_filter("one envelope is enough", |it| !matches!(it, Value::Output(_)));
        let envelope = (prop::option::of(known), any::<bool>(), dependencies);
        prop_oneof![
            prop::collection::vec(in_list, 0..4).prop_map(Value::List),
            members(inner.clone()).prop_map(Value::Map),
            members(inner).prop_map(asset),
            envelope.prop_map(|(value, secret, dependencies)| {
                match value {
                    Some(bare) if !secret && dependencies.is_empty() => bare,
                    value => Value::Output(Box::new(Envelope { value, secret, dependencies })),
                }
            }),
        ]
    })
}

/// Any object whose names are not Pulumi's own.
pub(crate) fn map() -> impl Strategy<Value = Map> {
    members(value()).prop_map(|mut map| {
        map.retain(|name, _| !name.starts_with("__"));
        map
    })
}

/// A tree of which everything is known, without envelopes.
fn known() -> impl Strategy<Value = Map> {
    map().prop_filter_map("known", |map| match Value::Map(map).unwrapped() {
        Some(Value::Map(map)) => Some(map),
        _ => None,
    })
}

/// The keys of a path, by Pulumi's grammar (properties_path.go, strict).
pub(crate) fn parse_path(path: &str) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (mut name, mut characters) = (String::new(), quoted.char_indices().peekable());
            let end = loop {
                match characters.next()? {
                    (_, '\\') if characters.next_if(|(_, next)| *next == '"').is_some() => {
                        name.push('"');
                    }
                    (at, '"') => break at,
                    (_, other) => name.push(other),
                }
            };
            keys.push(Key::Name(name));
            rest = quoted[end + 1..].strip_prefix(']')?;
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']')?;
            keys.push(Key::Index(index.parse().ok()?));
            rest = after;
        } else {
            let name = match rest.strip_prefix('.') {
                Some(_) if keys.is_empty() => return None,
                Some(name) => name,
                None => rest,
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            if end == 0 {
                return None;
            }
            keys.push(Key::Name(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    Some(keys)
}

fn get<'a>(tree: &'a Value, keys: &[Key]) -> Option<&'a Value> {
    keys.iter().try_fold(tree, |at, key| match (at.known()?, key) {
        (Value::Map(map), Key::Name(name)) => map.get(name),
        (Value::List(items), Key::Index(index)) => items.get(*index),
        _ => None,
    })
}

fn set(tree: &mut Value, keys: &[Key], to: Option<&Value>) {
    let Some((first, rest)) = keys.split_first() else { return };
    match (tree, first) {
        (Value::Map(map), Key::Name(name)) if rest.is_empty() => {
            match to {
                Some(value) => map.insert(name.clone(), value.clone()),
                None => map.remove(name),
            };
        }
        (Value::Map(map), Key::Name(name)) => {
            set(map.get_mut(name).expect("a parent"), rest, to);
        }
        (Value::List(items), Key::Index(index)) if rest.is_empty() => match to {
            Some(value) if *index < items.len() => items[*index] = value.clone(),
            Some(value) => items.push(value.clone()),
            None => items.truncate(*index),
        },
        (Value::List(items), Key::Index(index)) => set(&mut items[*index], rest, to),
        (other, key) => panic!("{other:?} has no {key:?}"),
    }
}

proptest! {
    #[test]
    fn equal_trees_do_not_differ(tree in known()) {
        prop_assert_eq!(diff(&tree, &tree), vec![]);
    }

    #[test]
    fn secrecy_is_no_difference(tree in known(), names in prop::collection::vec(name(), 3)) {
        let mut secret = tree.clone();
        for name in names {
            if let Some(value) = secret.remove(&name) {
                secret.insert(name, value.into_secret());
            }
        }
        prop_assert_eq!(diff(&tree, &secret), vec![]);
        prop_assert_eq!(diff(&secret, &tree), vec![]);
    }

    #[test]
    fn an_unknown_is_always_a_difference(tree in map(), name in name(), inside: bool) {
        let unknown = Value::unknown();
        let value = if inside { asset([(name.clone(), unknown)].into()) } else { unknown };
        let mut tree = tree;
        tree.insert(name, value);
        prop_assert!(!diff(&tree, &tree).is_empty());
    }

    /// Whoever follows the diff, path by path, arrives at the new tree.
    #[test]
    fn what_differs_makes_the_new_of_the_old(old in known(), new in known()) {
        let mut made = Value::Map(old.clone());
        let wanted = Value::Map(new.clone());
        // Members of lists go from their end.
        let (gone, others): (Vec<_>, Vec<_>) =
            diff(&old, &new).into_iter().partition(|change| change.kind == Kind::Delete);
        for change in others.into_iter().chain(gone.into_iter().rev()) {
            let Some(keys) = parse_path(&change.path) else { panic!("{} is no path", change.path) };
            prop_assert_eq!(&keys[0], &Key::Name(change.property));
            let to = get(&wanted, &keys);
            prop_assert_eq!(to.is_none(), change.kind == Kind::Delete, "{}", change.path);
            prop_assert_eq!(get(&made, &keys).is_none(), change.kind == Kind::Add, "{}", change.path);
            set(&mut made, &keys, to);
        }
        prop_assert_eq!(made, wanted);
    }

    #[test]
    fn a_path_says_its_keys(
        keys in prop::collection::vec(
            prop_oneof![
                name().prop_map(Key::Name),
                (0_usize..99).prop_map(Key::Index),
            ],
            1..4,
        )
    ) {
        prop_assert_eq!(parse_path(&render_path(&keys)), Some(keys));
    }

    #[test]
    fn a_refresh_takes_every_value_that_aws_tells(old in value(), live in known()) {
        let live = Value::Map(live);
        prop_assert_eq!(old.with_values_of(&live).unwrapped(), Some(live));
    }

    #[test]
    fn a_refresh_shows_no_value_that_was_secret(secret in "[a-z]{8}", around in 0..4_usize, more: bool) {
        let wrap = |inner: Value| match around {
            0 => inner,
            1 => Value::List(vec![inner]),
            2 => Value::Map([("a".to_owned(), inner)].into()),
            _ => Value::List(vec![Value::Map([("a".to_owned(), inner)].into())]),
        };
        let mut live = wrap(Value::from(secret.clone()));
        if let (Value::List(items), true) = (&mut live, more) {
            items.insert(0, "first".into());
        }
        let merged = wrap(Value::from(secret.clone()).into_secret()).with_values_of(&live);
        prop_assert!(!format!("{merged:?}").contains(&secret), "{merged:?}");
    }
}

/// A struct that goes over the wire in both forms: nothing of it is lost on the way.
pub(crate) fn survives_the_wire<P: Property, W: Property>(dice: u64) {
    let mut dice = Dice(dice);
    let plain: P = P::deserialize(&mut dice).expect("dice make everything");
    let map = encode(&plain).expect("it is an object");
    assert_eq!(decode::<P>(&map).as_ref(), Ok(&plain));

    let wire: W = decode(&map).unwrap_or_else(|it| panic!("{map:?} cannot be wired: {it:?}"));
    assert_eq!(encode(&wire).as_ref(), Ok(&map));

    // Any member may be secret or come from somewhere, and a preview may not know it.
    let names: Vec<String> = map.keys().cloned().collect();
    for name in names {
        let mut map = map.clone();
        let value = map.remove(&name);
        let shell = Envelope {
            value: value.filter(|_| dice.below(3) > 0),
            secret: dice.below(2) == 0,
            dependencies: BTreeSet::from([format!("urn:{name}")]),
        };
        map.insert(name, Value::Output(Box::new(shell)));
        if let Ok(wire) = decode::<W>(&map) {
            assert_eq!(encode(&wire).as_ref(), Ok(&map));
        }
    }
}

/// Makes a value of any type by asking the type what it wants: numbers, texts and lengths fall
/// as the dice do.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
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

#[test]
fn dice_fill_a_struct() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Thing {
        ports: Vec<u16>,
        tags: BTreeMap<String, String>,
        on: Option<bool>,
    }
    let thrown = |seed| -> Thing { thrown(seed) };
    assert_eq!(thrown(1), thrown(1));
    assert!((0..20).any(|seed| !thrown(seed).ports.is_empty() && !thrown(seed).tags.is_empty()));
}

fn thrown<T: DeserializeOwned>(seed: u64) -> T {
    T::deserialize(&mut Dice(seed)).expect("dice make everything")
}
