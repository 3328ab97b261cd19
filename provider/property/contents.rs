//! What is in a tree: unknowns, secrets, dependencies; and a tree with the values of another.

use std::collections::BTreeSet;

use super::into_map::IntoMap;
use super::origins::is_urn;
use super::value::{Envelope, Map, Value};

impl Value {
    /// Whether this value or anything in it is unknown.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        match self {
            Self::Output(envelope) => envelope.value.as_ref().is_none_or(Self::has_unknown),
            Self::List(items) => items.iter().any(Self::has_unknown),
            Self::Map(map) | Self::Opaque(map) => map.values().any(Self::has_unknown),
            _ => false,
        }
    }

    /// Whether this value or anything in it is secret.
    #[must_use]
    pub fn has_secret(&self) -> bool {
        match self {
            Self::Output(envelope) => {
                envelope.secret || envelope.value.as_ref().is_some_and(Self::has_secret)
            }
            Self::List(items) => items.iter().any(Self::has_secret),
            Self::Map(map) | Self::Opaque(map) => map.values().any(Self::has_secret),
            _ => false,
        }
    }

    /// The same tree, in which every member of something secret is secret too: code that looks at a
    /// member alone must not take it for one that may be shown.
    #[must_use]
    pub fn secret_to_the_leaves(self) -> Self {
        self.marked(false)
    }

    /// The same tree, in which every member is secret, and whatever has no members. What they are called is not.
    #[must_use]
    pub fn with_secret_members(self) -> Self {
        match self {
            Self::Map(map) => {
                Self::Map(map.into_iter().map(|(name, it)| (name, it.into_secret())).into_map())
            }
            Self::Output(envelope) if matches!(envelope.value, Some(Self::Map(_))) => {
                let value = envelope.value.map(Self::with_secret_members);
                Self::Output(Box::new(Envelope { value, ..*envelope }))
            }
            other => other.into_secret(),
        }
    }

    fn marked(self, hidden: bool) -> Self {
        match self {
            Self::Output(envelope) => {
                let secret = hidden || envelope.secret;
                let value = envelope.value.map(|value| value.with_members(secret));
                Self::Output(Box::new(Envelope { value, secret, ..*envelope }))
            }
            plain if hidden => plain.with_members(true).into_secret(),
            plain => plain.with_members(false),
        }
    }

    fn with_members(self, hidden: bool) -> Self {
        match self {
            Self::List(items) => {
                Self::List(items.into_iter().map(|item| item.marked(hidden)).collect())
            }
            Self::Map(map) => {
                Self::Map(map.into_iter().map(|(name, it)| (name, it.marked(hidden))).into_map())
            }
            other => other,
        }
    }

    /// Every text in this value that is secret, and every number as a text.
    #[must_use]
    pub fn secret_texts(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.gather_secrets(false, &mut found);
        found
    }

    fn gather_secrets(&self, hidden: bool, found: &mut Vec<String>) {
        match self {
            Self::Output(envelope) => {
                if let Some(value) = &envelope.value {
                    value.gather_secrets(hidden || envelope.secret, found);
                }
            }
            Self::String(text) if hidden && !text.is_empty() => found.push(text.clone()),
            Self::Number(number) if hidden => found.push(number.to_string()),
            Self::List(items) => items.iter().for_each(|item| item.gather_secrets(hidden, found)),
            Self::Map(map) => map.values().for_each(|item| item.gather_secrets(hidden, found)),
            _ => {}
        }
    }

    /// All URNs in the envelopes of this value and of everything in it.
    #[must_use]
    pub fn dependencies(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.gather_dependencies(&mut found);
        found
    }

    fn gather_dependencies(&self, found: &mut BTreeSet<String>) {
        match self {
            Self::Output(envelope) => {
                found.extend(envelope.dependencies.iter().filter(|it| is_urn(it)).cloned());
                if let Some(value) = &envelope.value {
                    value.gather_dependencies(found);
                }
            }
            Self::List(items) => items.iter().for_each(|item| item.gather_dependencies(found)),
            Self::Map(map) | Self::Opaque(map) => {
                for item in map.values() {
                    item.gather_dependencies(found);
                }
            }
            _ => {}
        }
    }

    /// The same tree without envelopes: `None` if anything in it is unknown.
    #[must_use]
    pub fn unwrapped(&self) -> Option<Self> {
        let members = |map: &Map| -> Option<Map> {
            let member = |(name, value): (&String, &Self)| Some((name.clone(), value.unwrapped()?));
            map.iter().map(|it| member(it).ok_or(())).try_into_map().ok()
        };
        Some(match self {
            Self::Output(envelope) => envelope.value.as_ref()?.unwrapped()?,
            Self::List(items) => {
                Self::List(items.iter().map(Self::unwrapped).collect::<Option<_>>()?)
            }
            Self::Map(map) => Self::Map(members(map)?),
            Self::Opaque(map) => Self::Opaque(members(map)?),
            plain => plain.clone(),
        })
    }

    /// This tree with the values of `live`, keeping our envelopes where the value is still the
    /// same, and secrecy where it is not: what AWS returned of a secret stays secret.
    #[must_use]
    pub fn with_values_of(&self, live: &Self) -> Self {
        match (self, live) {
            // It was not read but kept, and has its envelope already.
            (_, Self::Output(_)) => live.clone(),
            (Self::Output(envelope), live) => {
                let value = match &envelope.value {
                    Some(value) => value.with_values_of(live),
                    None => live.clone(),
                };
                Self::Output(Box::new(Envelope { value: Some(value), ..(**envelope).clone() }))
            }
            (Self::Map(old), Self::Map(live)) => Self::Map(
                live.iter()
                    .map(|(name, value)| {
                        let merged =
                            old.get(name).map_or(value.clone(), |old| old.with_values_of(value));
                        (name.clone(), merged)
                    })
                    .into_map(),
            ),
            (Self::List(old), Self::List(live)) if old.len() == live.len() => Self::List(
                old.iter().zip(live).map(|(old, live)| old.with_values_of(live)).collect(),
            ),
            // It is not known which of the new values was the secret one.
            (old, live) if old.has_secret() => live.clone().into_secret(),
            (_, live) => live.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Map, Value};

    fn map<const N: usize>(members: [(&str, Value); N]) -> Map {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn secret_texts_are_found_at_any_depth() {
        let inner = Value::Map(map([("a", "long one".into()), ("b", Value::Bool(true))]));
        let tree =
            Value::List(vec!["open".into(), Value::from("s").into_secret(), inner.into_secret()]);
        assert_eq!(tree.secret_texts(), ["s", "long one"]);
        assert_eq!(Value::Number(8080.0).into_secret().secret_texts(), ["8080"]);
    }

    #[test]
    fn members_of_what_is_secret_are_secret_themselves() {
        let members = || map([("a", "x".into()), ("b", Value::List(vec!["y".into()]))]);
        let tree = Value::List(vec![Value::Map(members()).into_secret(), Value::Map(members())]);
        let secretly = map([
            ("a", Value::from("x").into_secret()),
            ("b", Value::List(vec![Value::from("y").into_secret()]).into_secret()),
        ]);
        let expected = Value::List(vec![Value::Map(secretly).into_secret(), Value::Map(members())]);
        assert_eq!(tree.secret_to_the_leaves(), expected);
    }

    #[test]
    fn members_can_be_secret_while_their_names_are_not() {
        let secretly = || Value::Map(map([("a", Value::from("x").into_secret())]));
        let open = || Value::Map(map([("a", "x".into())]));
        assert_eq!(open().with_secret_members(), secretly());
        assert_eq!(secretly().with_secret_members(), secretly());
        assert_eq!(open().into_secret().with_secret_members(), secretly().into_secret());
        assert_eq!(Value::from("x").with_secret_members(), Value::from("x").into_secret());
        assert_eq!(Value::unknown().with_secret_members(), Value::unknown().into_secret());
    }

    #[test]
    fn a_value_that_was_kept_gets_no_second_envelope() {
        let secret = Value::from("s").into_secret();
        assert_eq!(secret.with_values_of(&secret), secret);
    }

    #[test]
    fn live_values_keep_the_secrecy_of_what_they_replace() {
        let old = Value::Map(map([("a", Value::from("x").into_secret()), ("b", "y".into())]));
        let live = Value::Map(map([("a", "z".into()), ("b", "y".into())]));
        let merged = old.with_values_of(&live);
        assert_eq!(
            merged,
            Value::Map(map([("a", Value::from("z").into_secret()), ("b", "y".into())]))
        );
    }
}
