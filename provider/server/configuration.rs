//! The provider's configuration as the engine sends it, read into [`Settings`].
//!
//! Values from the stack's configuration are text, whatever their type; SDKs write everything but
//! text of an explicit provider as JSON text. Both are accepted for every property.

use crate::aws::Settings;
use crate::error::{Error, Problem, Result};
use crate::property::names::names_of;
use crate::property::{Map, Value, decode};

/// Properties that the engine adds to a provider's inputs.
const ENGINES: [&str; 2] = ["version", "pluginDownloadURL"];
/// Changing these moves every resource to another place.
const MOVES: [&str; 1] = ["region"];

/// Reads the configuration.
///
/// # Errors
/// Every wrong property, by name.
pub(super) fn settings(args: &Map) -> Result<Settings> {
    let Some(Value::Map(args)) = Value::Map(args.clone()).unwrapped() else {
        return Err(Error::bug("the configuration holds an unknown value"));
    };
    let args = args
        .into_iter()
        .filter(|(name, _)| !ENGINES.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = parse_text(&name, value);
            (name, value)
        })
        .collect();
    decode(&args).map_err(Error::input)
}

/// What is wrong with a configuration that may still hold unknowns.
pub(super) fn problems(args: &Map) -> Vec<Problem> {
    let known: Map = args
        .iter()
        .filter(|(_, value)| !value.has_unknown())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    match settings(&known) {
        Ok(_) => Vec::new(),
        Err(error) => match error.kind() {
            crate::error::Kind::Input(problems) => problems.clone(),
            _ => vec![Problem::new("", error.to_string())],
        },
    }
}

/// Whether a changed property moves all resources to another place.
pub(super) fn moves(property: &str) -> bool {
    MOVES.contains(&property)
}

/// Whether the engine added the property.
pub(super) fn is_engines(property: &str) -> bool {
    ENGINES.contains(&property)
}

/// Text where something else belongs is that something as JSON.
fn parse_text(name: &str, value: Value) -> Value {
    const TEXTS: [&str; 5] = ["region", "profile", "accessKey", "secretKey", "token"];
    let Value::String(text) = &value else { return value };
    if TEXTS.contains(&name) || !names_of::<Settings>().contains(&name) {
        return value;
    }
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|json| crate::property::codec::from_json_text(json).ok())
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::{Map, Value, problems, settings};

    fn args<const N: usize>(members: [(&str, Value); N]) -> Map {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn text_of_the_stack_and_typed_values_of_a_program_mean_the_same() {
        let text = settings(&args([
            ("allowedAccountIds", r#"["1"]"#.into()),
            ("maxRetries", "3".into()),
            ("version", "0.1.0".into()),
        ]));
        let typed = settings(&args([
            ("allowedAccountIds", Value::List(vec!["1".into()])),
            ("maxRetries", Value::Number(3.0)),
        ]));
        assert_eq!(text, typed);
        assert_eq!(text.map(|it| it.max_retries), Ok(Some(3)));
    }

    #[test]
    fn an_unknown_key_is_told_with_the_nearest_one() {
        let told = problems(&args([("regoin", "x".into()), ("profile", Value::unknown())]));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].reason, "There is no such property. Did you mean `region`?");
    }
}
