//! The tree of property values. Secret and unknown are an [`Envelope`] around a value; everything
//! else is plain. How the wire writes them is for [`wire`](super::wire) to know.

use std::collections::{BTreeMap, BTreeSet};

/// An object: property names to values. Sorted, so that equal objects are equal bytes.
pub type Map = BTreeMap<String, Value>;

/// One property value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing. Inside objects it means "not given" and is dropped when a tree is read.
    Null,
    Bool(bool),
    /// Every number is a double, as in protobuf's `Struct`.
    Number(f64),
    String(String),
    List(Vec<Value>),
    Map(Map),
    /// A value that is unknown, secret, or known to come from certain resources.
    Output(Box<Envelope>),
    /// An asset, archive, resource reference or byte string: passed through as it is. What is in it
    /// may be unknown or secret like anything else.
    Opaque(Map),
}

/// What surrounds a value that is more than plain.
#[derive(Clone, PartialEq, Default)]
pub struct Envelope {
    /// `None`: not known yet.
    pub value: Option<Value>,
    pub secret: bool,
    /// URNs of the resources that it comes from, and inputs of the component (`origins.rs`).
    pub dependencies: BTreeSet<String>,
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            None => out.write_str("[unknown]"),
            Some(_) if self.secret => out.write_str("[secret]"),
            Some(value) => value.fmt(out),
        }
    }
}

impl Value {
    /// A value that is not known yet.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Output(Box::default())
    }

    /// The same value, secret.
    #[must_use]
    pub fn into_secret(self) -> Self {
        let mut envelope = self.into_envelope();
        envelope.secret = true;
        Self::Output(Box::new(envelope))
    }

    /// The value with its envelope; an empty envelope if it had none.
    #[must_use]
    pub fn into_envelope(self) -> Envelope {
        match self {
            Self::Output(envelope) => *envelope,
            plain => Envelope { value: Some(plain), ..Envelope::default() },
        }
    }

    /// The value without its outermost envelope: `None` if it is unknown.
    #[must_use]
    pub fn known(&self) -> Option<&Self> {
        match self {
            Self::Output(envelope) => envelope.value.as_ref(),
            plain => Some(plain),
        }
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// The text of a known string, with or without an envelope.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self.known()? {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn debug_output_never_shows_a_secret() {
        let tree = Value::List(vec![Value::from("hunter2").into_secret()]);
        assert!(!format!("{tree:?}").contains("hunter2"));
    }
}
