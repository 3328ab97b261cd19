//! What holds of every value, whatever it is; and where tests get such values from.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::codec::{decode, encode};
use super::dice::{Dice, thrown};
use super::diff::{Kind, diff};
use super::form::Property;
use super::path::{Key, parse_path, render_path};
use super::value::{Envelope, Map, Value};
use super::wire::asset;

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

/// A tree in which everything is known, without envelopes.
fn known() -> impl Strategy<Value = Map> {
    map().prop_filter_map("known", |map| match Value::Map(map).unwrapped() {
        Some(Value::Map(map)) => Some(map),
        _ => None,
    })
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

    /// Applying the diff, path by path, gives the new tree.
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
    let plain: P = thrown(dice);
    let mut dice = Dice(dice);
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
