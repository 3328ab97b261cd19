//! An input is declared once: name, type, default, limits, what others call it, and its description. From
//! the declaration come the schema, the SDKs' help, the reference, the rule with its message, and
//! what `ignoreChanges` reaches.
//!
//! A description says `{limits}` where the limits belong, and `{default}` where the default does. A
//! default that differs by preset is added at its end, if it does not say it.

use std::collections::BTreeSet;

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
        impl Declared for $type {
            fn in_words(&self) -> String {
                in_words(self)
            }
        }
    )* };
}
plain!(bool, String, super::choices::IpAddressType, super::presets::Level, super::presets::Preset);

impl<T: Clone> Declared for Vec<T> {}

/// Text and choices in backticks, numbers as they are.
fn in_words<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => format!("`{text}`"),
        Ok(serde_json::Value::Number(number)) => {
            number.as_f64().map_or_else(String::new, |number| number.to_string())
        }
        Ok(serde_json::Value::Bool(value)) => value.to_string(),
        _ => "none".to_owned(),
    }
}

/// `health_check` as users write it: `healthCheck`.
fn camel(field: &str) -> String {
    let mut words = field.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &upper_first(word))
}

/// The text with its first letter in upper case.
pub(in crate::component) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The path of a field of the group `at`, which is empty for the component's own inputs.
pub(in crate::component) fn path(at: &str, field: &str) -> String {
    let name = camel(field);
    if at.is_empty() { name } else { format!("{at}.{name}") }
}

/// Declares inputs. Each is a line: its name, its type, and then what there is of
/// * `= value`: what holds when nothing is given; `=> field`: what the presets' table says,
/// * `in least..=most " unit"`: the limits of a number, and `or value`: what is allowed beside them,
/// * `is complain`, `number complain`, `each complain`: what is wrong with a known value (a number, each
///   member of a list), in a sentence,
/// * `also rule`: a method of [`Complaints`] that needs to know the place of the service,
/// * `shown why`: AWS shows it to many, so a secret is refused, and why,
/// * `peers [..]`: what others call it.
///
/// A field has an accessor of the same name: what was given or what holds instead, known to come from this
/// input; an `Option` of it if nothing holds instead.
macro_rules! inputs {
    ($(#[doc = $about:literal])* pub struct $name:ident at $at:literal { $(
        $(#[doc = $doc:literal])*
        $field:ident: $type:ty $(= $default:expr)? $(=> $preset:ident)?
            $(, in $least:literal..=$most:literal $unit:literal $(or $beside:literal)?)?
            $(, is $is:expr)? $(, number $number:expr)? $(, each $each:expr)?
            $(, also $also:ident)? $(, shown $shown:expr)?
            $(, peers [$($peer:literal),*])?;
    )* }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        pub struct $name { $(
            $(#[doc = $doc])*
            pub $field: Option<$type>,
        )* }

        impl $name {
            $($crate::component::inputs::declare::accessor!(
                $at, $field: $type $(= $default)? $(=> $preset)?
            );)*

            /// Each input that is given, by its path.
            #[allow(dead_code, reason = "some are asked for it")]
            pub(in crate::component) fn given(&self) -> Vec<String> {
                let mut given = Vec::new();
                $(if self.$field.is_some() {
                    given.push($crate::component::inputs::declare::path($at, stringify!($field)));
                })*
                given
            }
        }

        impl $crate::component::inputs::declare::Declared for $name {
            const IS_GROUP: bool = true;

            fn add_facts(facts: &mut Vec<$crate::component::inputs::declare::Fact>) {
                use $crate::component::inputs::declare::{Declared, Fact, path};
                $(
                    facts.push(Fact {
                        path: path($at, stringify!($field)),
                        limits: $crate::component::inputs::declare::limits!($($least, $most, $unit)?),
                        also: $crate::component::inputs::declare::also!($($($beside)?)?)
                            .map(|also: i32| f64::from(also)),
                        default: $crate::component::inputs::declare::default!(
                            $type $(= $default)? $(=> $preset)?
                        ),
                        peers: &[$($($peer),*)?],
                        is_group: <$type as Declared>::IS_GROUP,
                    });
                    <$type as Declared>::add_facts(facts);
                )*
            }

            fn add_given(&self, given: &mut std::collections::BTreeSet<String>) {
                use $crate::component::inputs::declare::{Declared, path};
                $(if let Some(it) = &self.$field {
                    given.insert(path($at, stringify!($field)));
                    Declared::add_given(it, given);
                })*
            }

            fn check_each(
                &self,
                place: &$crate::component::inputs::place::Place<'_>,
                found: &mut $crate::component::inputs::complaints::Complaints,
            ) {
                use $crate::component::inputs::declare::{Declared, path};
                $(if let Some(given) = &self.$field {
                    let path = &path($at, stringify!($field));
                    // Before the rules: a secret that AWS shows is told as such.
                    $(found.shown(path, given, $shown);)?
                    $(
                        let also = $crate::component::inputs::declare::also!($($beside)?);
                        found.range(path, given, $least..=$most, $unit, also);
                    )?
                    $(found.check(path, Some(given), |it| ($is)(it));)?
                    $(found.check(path, Some(given), |it| ($number)(*it));)?
                    $(found.each(path, given, |it| ($each)(it));)?
                    $(found.$also(path, given, place);)?
                    Declared::check_each(given, place, found);
                    let _ = path;
                })*
                let _ = place;
            }
        }
    };
}

macro_rules! accessor {
    ($at:literal, $field:ident: $type:ty) => {
        #[allow(dead_code, reason = "some are read as they were given")]
        pub(in crate::component) fn $field(&self) -> Option<$type> {
            use $crate::component::inputs::declare::{Declared, path};
            self.$field.clone().map(|it| it.coming_from(&path($at, stringify!($field))))
        }
    };
    ($at:literal, $field:ident: $type:ty = $default:expr) => {
        #[allow(dead_code, reason = "some are read as they were given")]
        pub(in crate::component) fn $field(&self) -> $type {
            use $crate::component::inputs::declare::{Declared, path};
            let given = self.$field.clone().unwrap_or_else(|| ($default).into());
            given.coming_from(&path($at, stringify!($field)))
        }
    };
    ($at:literal, $field:ident: $type:ty => $preset:ident) => {
        #[allow(dead_code, reason = "some are read as they were given")]
        pub(in crate::component) fn $field(
            &self,
            defaults: &$crate::component::inputs::presets::Defaults,
        ) -> $type {
            use $crate::component::inputs::declare::{Declared, path};
            let given = self.$field.clone().unwrap_or_else(|| defaults.$preset.into());
            given.coming_from(&path($at, stringify!($field)))
        }
    };
}

macro_rules! default {
    ($type:ty) => {
        None
    };
    ($type:ty = $default:expr) => {
        Some(|_| {
            let default: $type = ($default).into();
            $crate::component::inputs::declare::Declared::in_words(&default)
        })
    };
    ($type:ty => $preset:ident) => {
        Some(|defaults| {
            let default: $type = defaults.$preset.into();
            $crate::component::inputs::declare::Declared::in_words(&default)
        })
    };
}

macro_rules! limits {
    () => {
        None
    };
    ($least:literal, $most:literal, $unit:literal) => {
        Some((f64::from($least), f64::from($most), $unit))
    };
}

macro_rules! also {
    () => {
        None
    };
    ($also:literal) => {
        Some($also)
    };
}

pub(in crate::component) use {accessor, also, default, inputs, limits};

#[cfg(test)]
mod tests {
    #![expect(unreachable_pub, reason = "the macro declares what users see")]

    use super::{Complaints, Declared, Fact, Place, camel, path};
    use crate::property::Output;

    inputs! {
        /// Inputs that there may be.
        pub struct SometimeArgs at "sometime" {
            /// For how long a new task gets a growing share of the requests, {limits} seconds. Default {default}.
            slow_start: Output<u32> = 0_u32, in 30..=900 " seconds" or 0;
        }
    }

    #[test]
    fn a_value_beside_the_limits_is_allowed_and_described() {
        let mut facts: Vec<Fact> = Vec::new();
        SometimeArgs::add_facts(&mut facts);
        assert_eq!(
            facts[0].described("{limits} seconds. Default {default}."),
            "0, or 30 to 900 seconds. Default 0."
        );
        let mut told = String::new();
        for seconds in [0, 29, 30, 900, 901] {
            let args = SometimeArgs { slow_start: Some(Output::from(seconds)) };
            let mut found = Complaints::default();
            args.check_each(&Place::default(), &mut found);
            for problem in found.end() {
                told = format!("{told}{}: {}\n", problem.path, problem.reason);
            }
        }
        expect_test::expect![[r"
            sometime.slowStart: 29 is out of range: 0, or 30 to 900 seconds are allowed.
            sometime.slowStart: 901 is out of range: 0, or 30 to 900 seconds are allowed.
        "]]
        .assert_eq(&told);
    }

    #[test]
    fn a_field_is_called_as_users_write_it() {
        assert_eq!(camel("cpu"), "cpu");
        assert_eq!(camel("health_check_grace_period_seconds"), "healthCheckGracePeriodSeconds");
        assert_eq!(path("deployment.circuitBreaker", "enable"), "deployment.circuitBreaker.enable");
    }
}
