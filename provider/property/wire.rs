//! Values as the wire has them; the only file that knows Pulumi's magic signatures.
//!
//! There special values are objects with a signature under [`SIGNATURE_KEY`], and an unknown is a
//! string with a magic UUID. Both end here.

use super::into_map::IntoMap;
use super::origins::is_urn;
use super::value::{Envelope, Map, Value};

const SIGNATURE_KEY: &str = "4dabf18193072939515e22adb298388d";
const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT: &str = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/// Unknowns that carry a hint of their type; only read, never written.
const TYPED_UNKNOWNS: [&str; 6] = [
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/// How much of an envelope the receiver understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Secrets and unknowns, no dependencies: everything about custom resources.
    Resource,
    /// Output values with dependencies too: what a component hands to its caller.
    Component,
    /// The inputs that a value comes from, too: on the way through serde, which leads nowhere else.
    Within,
}

impl Value {
    /// Reads a string as it came over the wire: it may be the marker of an unknown.
    #[must_use]
    pub fn from_wire_string(text: String) -> Self {
        if text == UNKNOWN || TYPED_UNKNOWNS.contains(&text.as_str()) {
            Self::unknown()
        } else {
            Self::String(text)
        }
    }

    /// Reads an object as it came over the wire: it may be a special value.
    ///
    /// # Errors
    /// Says what is wrong with a special value: a secret without a value, a signature that
    /// is not a string.
    pub fn from_wire_map(mut map: Map) -> Result<Self, String> {
        let Some(signature) = map.get(SIGNATURE_KEY) else {
            map.retain(|_, value| !value.is_null());
            return Ok(Self::Map(map));
        };
        let Self::String(signature) = signature else {
            return Err("a special value's signature is not a string".to_owned());
        };
        match signature.as_str() {
            SECRET => match map.remove("value") {
                // A secret that turned out to be nothing is nothing: "not given".
                Some(Self::Null) => Ok(Self::Null),
                Some(value) => Ok(value.into_secret()),
                None => Err("a secret has no value".to_owned()),
            },
            OUTPUT => Ok(Self::output_from_wire(map)),
            _ => Ok(Self::Opaque(map)),
        }
    }

    fn output_from_wire(mut map: Map) -> Self {
        let mut envelope = map.remove("value").map_or_else(Envelope::default, Self::into_envelope);
        envelope.secret |= map.get("secret") == Some(&Self::Bool(true));
        if let Some(Self::List(urns)) = map.remove("dependencies") {
            envelope.dependencies.extend(urns.into_iter().filter_map(|urn| match urn {
                Self::String(urn) => Some(urn),
                _ => None,
            }));
        }
        // An output that turned out to be nothing is nothing: "not given", like a bare null.
        if envelope.value == Some(Self::Null) {
            return Self::Null;
        }
        Self::Output(Box::new(envelope))
    }

    /// The tree as the wire has it: no [`Value::Output`] is left in it.
    #[must_use]
    pub fn into_wire(self, dialect: Dialect) -> Self {
        let members = |map: Map| -> Map {
            map.into_iter().map(|(name, item)| (name, item.into_wire(dialect))).into_map()
        };
        match self {
            Self::List(items) => {
                Self::List(items.into_iter().map(|item| item.into_wire(dialect)).collect())
            }
            Self::Map(map) => Self::Map(members(map)),
            Self::Opaque(map) => Self::Opaque(members(map)),
            Self::Output(envelope) => envelope.into_wire(dialect),
            plain => plain,
        }
    }
}

impl Envelope {
    fn into_wire(mut self, dialect: Dialect) -> Value {
        if dialect == Dialect::Component {
            self.dependencies.retain(|it| is_urn(it));
        }
        let value = self.value.map(|value| value.into_wire(dialect));
        match (dialect, value) {
            (Dialect::Resource, None) => Value::String(UNKNOWN.to_owned()),
            (Dialect::Resource, Some(value)) if self.secret => special(SECRET, [("value", value)]),
            (Dialect::Resource, Some(value)) => value,
            (_, Some(value)) if !self.secret && self.dependencies.is_empty() => value,
            (_, value) => {
                let urns = self.dependencies.into_iter().map(Value::String).collect();
                let members = [
                    Some(("secret", Value::Bool(self.secret))),
                    Some(("dependencies", Value::List(urns))),
                    value.map(|value| ("value", value)),
                ];
                special(OUTPUT, members.into_iter().flatten())
            }
        }
    }
}

fn special(signature: &str, members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let mut map: Map = members.into_iter().map(|(name, value)| (name.to_owned(), value)).into_map();
    map.insert(SIGNATURE_KEY.to_owned(), Value::String(signature.to_owned()));
    Value::Map(map)
}

/// The signature that [`crate::property::codec`] uses to carry envelopes through serde: the
/// wire's own output value.
pub(super) fn is_signature_key(key: &str) -> bool {
    key == SIGNATURE_KEY
}

/// An asset with these members, whatever they are: for tests, which may not know a signature.
#[cfg(test)]
pub(super) fn asset(mut members: Map) -> Value {
    const ASSET: &str = "c44067f5952c0a294b673a41bacd8c17";
    members.insert(SIGNATURE_KEY.to_owned(), ASSET.into());
    Value::Opaque(members)
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Envelope, Map, SECRET, SIGNATURE_KEY, Value};

    fn map<const N: usize>(members: [(&str, Value); N]) -> Map {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn reread(value: Value) -> Value {
        match value {
            Value::Map(members) => Value::from_wire_map(
                members.into_iter().map(|(name, value)| (name, reread(value))).collect(),
            )
            .expect("what we wrote can be read"),
            Value::List(items) => Value::List(items.into_iter().map(reread).collect()),
            Value::String(text) => Value::from_wire_string(text),
            other => other,
        }
    }

    #[test]
    fn secrets_unknowns_and_dependencies_survive_the_wire() {
        let output = Value::Output(Box::new(Envelope {
            value: Some("x".into()),
            secret: true,
            dependencies: ["urn:a".to_owned()].into(),
        }));
        let tree = Value::Map(map([
            ("secret", Value::from("s").into_secret()),
            ("unknown", Value::unknown()),
            ("nested", Value::List(vec![output.clone(), Value::Number(1.5)])),
        ]));
        assert_eq!(reread(tree.clone().into_wire(Dialect::Component)), tree);
        assert_eq!(tree.dependencies(), ["urn:a".to_owned()].into());
        assert!(tree.has_secret() && tree.has_unknown());
    }

    #[test]
    fn a_resource_gets_secrets_but_no_dependencies() {
        let output = Value::Output(Box::new(Envelope {
            value: Some("x".into()),
            secret: false,
            dependencies: ["urn:a".to_owned()].into(),
        }));
        assert_eq!(output.into_wire(Dialect::Resource), Value::from("x"));
    }

    #[test]
    fn a_null_in_an_object_means_not_given() {
        let read = Value::from_wire_map(map([("a", Value::Null)])).expect("plain");
        assert_eq!(read, Value::Map(Map::new()));
    }

    #[test]
    fn what_is_no_value_is_told() {
        let wrong =
            [map([(SIGNATURE_KEY, Value::Number(1.0))]), map([(SIGNATURE_KEY, SECRET.into())])];
        let message = wrong.map(|it| Value::from_wire_map(it).expect_err("it is no value"));
        expect_test::expect![[r"
            a special value's signature is not a string
            a secret has no value"]]
        .assert_eq(&message.join("\n"));
    }
}
