//! An input is declared once: name, type, default, limits, what others call it, and its description. From
//! the declaration come the schema, the SDKs' help, the reference, the rule with its message, and
//! what `ignoreChanges` reaches.
//!
//! A description says `{limits}` where the limits belong, and `{default}` where the default does. A
//! default that differs by preset is added at its end, if it does not say it.

pub(in crate::component) use super::fact::{Declared, Fact};

/// `health_check` as users write it: `healthCheck`.
fn camel(field: &str) -> String {
    let mut words = field.trim_start_matches("r#").split('_');
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
/// * `hidden true`: its members are secret, whether or not the program says so; their names are not,
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
            $(, also $also:ident)? $(, shown $shown:expr)? $(, hidden $hidden:literal)?
            $(, peers [$($peer:literal),*])?;
    )* }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
        #[allow(clippy::struct_field_names, reason = "users see the names beside those of other slices")]
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
                        is_hidden: false $(|| $hidden)?,
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

    use super::{Declared, Fact, camel, path};
    use crate::component::inputs::complaints::Complaints;
    use crate::component::inputs::place::Place;
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
        assert_eq!(camel("r#type"), "type");
        assert_eq!(camel("health_check_grace_period_seconds"), "healthCheckGracePeriodSeconds");
        assert_eq!(path("deployment.circuitBreaker", "enable"), "deployment.circuitBreaker.enable");
    }
}
