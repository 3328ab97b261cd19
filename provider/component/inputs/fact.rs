//! What a declaration says of an input (`declare.rs`), and what the type of an input can do.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::complaints::Complaints;
use super::place::Place;
use super::presets::{Defaults, default_in_words};
use crate::property::{Output, Property};

/// A default as a person would write it, by the preset.
pub(in crate::component) type InWords = fn(&Defaults) -> String;

/// What is known of an input beside its type and description.
#[derive(Clone, Debug)]
pub(in crate::component) struct Fact {
    /// `healthCheck.interval`.
    pub path: String,
    /// The least and the most, and the unit with a space before it.
    pub limits: Option<(f64, f64, &'static str)>,
    /// A value beside the limits that is allowed too, such as 0 for "off".
    pub also: Option<f64>,
    /// `None` if there is no value that holds when nothing is given.
    pub default: Option<InWords>,
    /// What others call it: awsx, CDK, Terraform's modules, Copilot, SST and ECS Express; without case
    /// and underscores.
    pub peers: &'static [&'static str],
    /// Whether it is an object of further inputs.
    pub is_group: bool,
    /// Whether its members are secret, whether or not the program says so.
    pub is_hidden: bool,
}

impl Fact {
    /// `0 to 3600`, or `0, or 30 to 900`.
    pub(in crate::component) fn limits_in_words(&self) -> Option<String> {
        let also = self.also.map(|also| format!("{also}, or ")).unwrap_or_default();
        self.limits.map(|(least, most, _)| format!("{also}{least} to {most}"))
    }

    /// The default, if it differs by preset.
    pub(in crate::component) fn by_preset(&self) -> Option<InWords> {
        self.default.filter(|of| default_in_words(*of).contains(';'))
    }

    /// The description with what the declaration says.
    pub(in crate::component) fn described(&self, description: &str) -> String {
        let limits = self.limits_in_words().unwrap_or_default();
        let default = self.default.map(|of| of(&Defaults::of(None))).unwrap_or_default();
        let mut text = description.replace("{limits}", &limits).replace("{default}", &default);
        if let Some(of) = self.by_preset() {
            text.push(' ');
            text.push_str(&default_in_words(of));
        }
        text
    }
}

/// What the type of an input can do.
pub(in crate::component) trait Declared: Clone {
    /// Whether it is an object of further inputs.
    const IS_GROUP: bool = false;

    /// The same value, known to come from the input at `path`.
    #[must_use]
    fn coming_from(self, _path: &str) -> Self {
        self
    }

    /// The value as a person would write it.
    fn in_words(&self) -> String {
        String::new()
    }

    /// Adds the facts of the inputs in it.
    fn add_facts(_facts: &mut Vec<Fact>) {}

    /// Adds the paths of the inputs in it that are given.
    fn add_given(&self, _given: &mut BTreeSet<String>) {}

    /// Looks for what is wrong with each of the inputs in it.
    fn check_each(&self, _place: &Place<'_>, _found: &mut Complaints) {}
}

impl<T: Property> Declared for Output<T> {
    fn coming_from(self, path: &str) -> Self {
        self.from_input(path)
    }

    fn in_words(&self) -> String {
        self.known().map(in_words).unwrap_or_default()
    }
}

/// Inputs that are plain: they decide which children there are.
macro_rules! plain {
    ($($type:ty),*) => { $(
        impl $crate::component::inputs::declare::Declared for $type {
            fn in_words(&self) -> String {
                $crate::component::inputs::fact::in_words(self)
            }
        }
    )* };
}
pub(in crate::component) use plain;

plain!(
    bool,
    u16,
    u32,
    String,
    super::choices::DeploymentStrategy,
    super::choices::Nat,
    super::choices::Pause,
    super::choices::SecretStore,
    super::presets::Level,
    super::presets::Preset
);

impl<T: Clone> Declared for Vec<T> {}

impl<T: Clone> Declared for BTreeMap<String, T> {}

/// Text and choices in backticks, numbers as they are.
pub(in crate::component) fn in_words<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => format!("`{text}`"),
        Ok(serde_json::Value::Number(number)) => {
            number.as_f64().map_or_else(String::new, |number| number.to_string())
        }
        Ok(serde_json::Value::Bool(value)) => value.to_string(),
        _ => "none".to_owned(),
    }
}
