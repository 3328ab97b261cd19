//! A typed value that may be unknown or secret, and knows where it comes from.

use std::collections::BTreeSet;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codec;
use super::form::Property;
use super::origins::{is_urn, of_input};
use super::value::Envelope;
use crate::error::Problem;

/// A value of the program: known or not, secret or not, with the URNs of its sources, and the inputs of the
/// component that it comes from.
///
/// Unknown values exist in previews only (and in runs limited by `--target`). There is no way to
/// get at the value and lose the rest by accident: [`Output::map`] and [`Output::zip`] carry
/// everything along.
#[derive(Clone, PartialEq)]
pub struct Output<T> {
    value: Option<T>,
    secret: bool,
    dependencies: BTreeSet<String>,
}

impl<T> Output<T> {
    /// A value that the program does not know yet.
    #[must_use]
    pub fn unknown() -> Self {
        Self { value: None, secret: false, dependencies: BTreeSet::new() }
    }

    /// The value, if it is known: for rules and decisions. Values that go on use [`Output::map`].
    pub fn known(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Whether the value must not be shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// What is wrong with the value, if it is known: `reason` says so in a full sentence. One about
    /// a secret is reported without the value.
    pub fn complain(
        &self,
        path: &str,
        reason: impl FnOnce(&T) -> Option<String>,
    ) -> Option<Problem> {
        let reason = self.known().and_then(reason)?;
        if !self.secret {
            return Some(Problem::new(path, reason));
        }
        Some(Problem { secret: true, ..Problem::new(path, SECRET) })
    }

    /// Whether it comes from resources: then it is unknown until they are made.
    pub fn is_dependent(&self) -> bool {
        self.dependencies.iter().any(|it| is_urn(it))
    }

    /// The value that `change` makes of this one, when this one is known.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Output<U> {
        Output {
            value: self.value.map(change),
            secret: self.secret,
            dependencies: self.dependencies,
        }
    }

    /// Both values together: known when both are, secret when either is.
    pub fn zip<U>(mut self, other: Output<U>) -> Output<(T, U)> {
        self.dependencies.extend(other.dependencies);
        Output {
            value: self.value.zip(other.value),
            secret: self.secret || other.secret,
            dependencies: self.dependencies,
        }
    }

    /// The same value, coming from the resource `urn`.
    #[must_use]
    pub fn from_urn(mut self, urn: &str) -> Self {
        self.dependencies.insert(urn.to_owned());
        self
    }

    /// The same value, coming from the component's input at `path` (`origins.rs`).
    #[must_use]
    pub fn from_input(mut self, path: &str) -> Self {
        self.dependencies.insert(of_input(path));
        self
    }

    /// The same value that also waits for `other`: for orders which no property expresses.
    #[must_use]
    pub fn after<U>(mut self, other: &Output<U>) -> Self {
        self.dependencies.extend(other.dependencies.iter().cloned());
        self
    }
}

/// The error for a value that must not be printed.
const SECRET: &str = "The value, which is secret, is not allowed here.";

impl<T> From<T> for Output<T> {
    fn from(value: T) -> Self {
        Self { value: Some(value), secret: false, dependencies: BTreeSet::new() }
    }
}

impl From<&str> for Output<String> {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// A list of outputs as one output.
impl<T> FromIterator<Output<T>> for Output<Vec<T>> {
    fn from_iter<I: IntoIterator<Item = Output<T>>>(outputs: I) -> Self {
        outputs.into_iter().fold(Self::from(Vec::new()), |all, one| {
            all.zip(one).map(|(mut all, one)| {
                all.push(one);
                all
            })
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for Output<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            None => out.write_str("[unknown]"),
            Some(_) if self.secret => out.write_str("[secret]"),
            Some(value) => value.fmt(out),
        }
    }
}

impl<T: Property> Serialize for Output<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match &self.value {
            Some(value) => Some(codec::to_value(value).map_err(serde::ser::Error::custom)?),
            None => None,
        };
        let envelope =
            Envelope { value, secret: self.secret, dependencies: self.dependencies.clone() };
        codec::serialize_envelope(envelope, serializer)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Output<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let envelope = codec::deserialize_envelope(deserializer)?;
        let value = match envelope.value {
            Some(value) => Some(codec::from_value(&value).map_err(|error| {
                serde::de::Error::custom(codec::wrong_value(envelope.secret, error))
            })?),
            None => None,
        };
        Ok(Self { value, secret: envelope.secret, dependencies: envelope.dependencies })
    }
}

/// In the schema an output is what it holds, with a mark: SDKs add the wrapper by themselves.
impl<T: JsonSchema> JsonSchema for Output<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert(SCHEMA_MARK.to_owned(), true.into());
        schema
    }

    fn inline_schema() -> bool {
        true
    }
}

/// What marks an output in a JSON Schema.
pub const SCHEMA_MARK: &str = "x-output";

/// A list whose order means nothing, in the order in which AWS's answer is sorted too. Values
/// that are not known yet come first, and find their place when they are.
#[must_use]
pub fn sorted<T: Ord + Clone>(list: Output<Vec<Output<T>>>) -> Output<Vec<Output<T>>> {
    list.map(|mut list| {
        list.sort_by(|one, other| one.known().cmp(&other.known()));
        list
    })
}

#[cfg(test)]
mod tests {
    use super::Output;

    #[test]
    fn what_is_made_of_an_unknown_is_unknown_and_of_a_secret_is_secret() {
        let unknown: Output<u32> = Output::unknown();
        assert_eq!(unknown.map(|n| n + 1).known(), None);

        let secret: Output<String> = serde_json::from_value(serde_json::json!({
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "value": "s"
        }))
        .expect("a secret");
        let both = secret.zip(Output::from(1)).map(|(text, n)| format!("{text}{n}"));
        assert!(both.is_secret());
        assert_eq!(both.known().map(String::as_str), Some("s1"));
        assert_eq!(format!("{both:?}"), "[secret]");
    }

    #[test]
    fn what_is_wrong_with_a_secret_is_told_without_it() {
        let wrong = |value: &Output<u32>| {
            value.complain("days", |days| Some(format!("{days} days are too many.")))
        };
        let secret: Output<u32> = serde_json::from_value(serde_json::json!({
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "value": 31
        }))
        .expect("a secret");
        let reason = |value: &Output<u32>| wrong(value).map(|it| (it.secret, it.reason));
        assert_eq!(reason(&31.into()), Some((false, "31 days are too many.".to_owned())));
        let redacted = "The value, which is secret, is not allowed here.".to_owned();
        assert_eq!(reason(&secret), Some((true, redacted)));
        assert_eq!(reason(&Output::unknown()), None);
    }
}
