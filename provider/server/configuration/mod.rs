//! The provider's configuration as the engine sends it, read into [`Settings`].
//!
//! Values from the stack's configuration are text, whatever their type; SDKs write everything but
//! text of an explicit provider as JSON text. Both are accepted for every property.

use std::collections::BTreeSet;

#[cfg(test)]
mod page;
mod rules;

use crate::aws::Settings;
use crate::error::{Error, Problem, Result};
use crate::property::codec::from_json_text;
use crate::property::diff::{Change, diff};
use crate::property::{IntoMap, Map, Value, decode};
use crate::resource::Secrets;

/// Properties that the engine adds to a provider's inputs.
const ENGINES: [&str; 2] = ["version", "pluginDownloadURL"];
/// Changing these moves every resource to another place.
const MOVES: [&str; 1] = ["region"];
/// Text that must not be printed.
const SECRETS: [&str; 2] = ["secretKey", "token"];
/// Properties that are text, with an example of each.
#[cfg(test)]
const TEXTS: [(&str, &str); 6] = [
    ("region", "eu-central-1"),
    ("profile", "prod"),
    ("accessKey", "AKIAIOSFODNN7EXAMPLE"),
    ("secretKey", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("token", "FwoGZXIvYXdzEXAMPLE"),
    ("takeOver", "2jqm5rcs5gmm"),
];
/// Properties that are not text: from the stack they come as the text of JSON, like these.
const EXAMPLES: [(&str, &str); 6] = [
    ("allowedAccountIds", r#"["123456789012"]"#),
    ("forbiddenAccountIds", r#"["123456789012"]"#),
    ("assumeRole", r#"{"roleArn": "arn:aws:iam::123456789012:role/deployer"}"#),
    ("endpoints", r#"{"ecs": "http://localhost:4566"}"#),
    ("defaultTags", r#"{"team": "web"}"#),
    ("maxRetries", "7"),
];

/// Reads the configuration.
///
/// # Errors
/// Everything that is wrong, by name.
pub(super) fn settings(args: &Map) -> Result<Settings> {
    let Some(Value::Map(known)) = Value::Map(args.clone()).unwrapped() else {
        return Err(Error::bug("the configuration holds an unknown value"));
    };
    let given = known.keys().cloned().collect();
    let mut wrong = secret_tags(args);
    let read = read(known, &given).map_err(|problems| wrong.extend(problems));
    match read {
        Ok(settings) if wrong.is_empty() => Ok(settings),
        _ => Err(Error::input(Secrets::of(&[args]).redact_problems(wrong, args))),
    }
}

/// What is wrong with a configuration that may still hold unknowns.
pub(super) fn problems(args: &Map) -> Vec<Problem> {
    let given = args.keys().cloned().collect();
    let known: Map = args
        .iter()
        .filter(|(_, value)| !value.has_unknown())
        .map(|(name, value)| (name.clone(), value.clone()))
        .into_map();
    let Some(Value::Map(known)) = Value::Map(known).unwrapped() else { return Vec::new() };
    let mut wrong = secret_tags(args);
    wrong.extend(read(known, &given).err().unwrap_or_default());
    Secrets::of(&[args]).redact_problems(wrong, args)
}

/// Tags end in AWS and in the state of every object, where all can read them.
fn secret_tags(args: &Map) -> Vec<Problem> {
    let reason = "They hold a secret, but tags can be read by everyone who may see the resources, and \
                  appear in bills. Use tags that are not secret.";
    let secret = args.get("defaultTags").is_some_and(Value::has_secret);
    secret.then(|| Problem::new("defaultTags", reason)).into_iter().collect()
}

/// Whether a changed property moves all resources to another place.
pub(super) fn moves(property: &str) -> bool {
    MOVES.contains(&property)
}

/// What changed between two configurations. A property that was text of JSON and is a value now, because the program's
/// language is another one, is the same if it means the same.
pub(super) fn changes(old: &Map, new: &Map) -> Vec<Change> {
    let is_other = |name: &str| match (meant(name, old), meant(name, new)) {
        (Some(old), Some(new)) => old != new,
        _ => true,
    };
    let mut changes = diff(old, new);
    changes.retain(|it| !is_engines(&it.property) && is_other(&it.property));
    changes
}

/// A property's value, if it is known and can be read.
fn meant(name: &str, args: &Map) -> Option<Value> {
    typed(name, args.get(name)?.unwrapped()?).ok()
}

/// Whether the engine added the property.
fn is_engines(property: &str) -> bool {
    ENGINES.contains(&property)
}

fn read(known: Map, given: &BTreeSet<String>) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut args = Map::new();
    for (name, value) in known {
        if is_engines(&name) || value == Value::Null {
            continue;
        }
        match typed(&name, value) {
            Ok(value) => drop(args.insert(name, value)),
            Err(problem) => problems.push(problem),
        }
    }
    let settings = decode::<Settings>(&args).or_else(|wrong| {
        problems.extend(wrong.into_iter().map(redacted));
        // The rules look at whatever can be read.
        let is_wrong = |name: &String| problems.iter().any(|it| root(&it.path) == name);
        args.retain(|name, _| !is_wrong(name));
        decode(&args)
    })?;
    problems.extend(rules::problems(&settings, given));
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

/// The property that a path begins with.
fn root(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or_default()
}

/// What is wrong with a secret, without the secret.
fn redacted(problem: Problem) -> Problem {
    if !SECRETS.contains(&problem.path.as_str()) {
        return problem;
    }
    let reason = "Expected text, got something else, which is not shown because it is secret.";
    Problem { secret: true, ..Problem::new(problem.path, reason) }
}

/// Text where something else belongs is that something as JSON.
fn typed(name: &str, value: Value) -> Result<Value, Problem> {
    let Some((_, example)) = EXAMPLES.iter().find(|(known, _)| *known == name) else {
        return Ok(value);
    };
    let seen = match &value {
        Value::String(text) => format!("\"{text}\""),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "an object".to_owned(),
        _ => "another value".to_owned(),
    };
    let value = match value {
        Value::String(text) => parsed(&text),
        value => Some(value),
    };
    let (wanted, value) = match example.chars().next() {
        Some('[') => ("a list", value.filter(|it| matches!(it, Value::List(_)))),
        Some('{') => ("an object", value.filter(|it| matches!(it, Value::Map(_)))),
        _ => ("a number", value.filter(|it| matches!(it, Value::Number(_)))),
    };
    let value = value.ok_or_else(|| {
        Problem::new(name, format!("Expected {wanted}, such as `{example}`, got {seen}."))
    })?;
    Ok(if name == "maxRetries" { value } else { leaves_as_text(value) })
}

/// The value that a text of JSON means.
fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().and_then(|json| from_json_text(json).ok())
}

/// `pulumi config set --path` makes a number of every text that looks like one, also of the id of
/// an account and of the value of a tag.
fn leaves_as_text(value: Value) -> Value {
    let leaf = |value: Value| match value {
        Value::Number(it) => Value::String(it.to_string()),
        Value::Bool(it) => Value::String(it.to_string()),
        other => other,
    };
    match value {
        Value::List(items) => Value::List(items.into_iter().map(leaf).collect()),
        Value::Map(map) => {
            Value::Map(map.into_iter().map(|(name, it)| (name, leaf(it))).into_map())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
