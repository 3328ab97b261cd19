//! What does not fit, in words for people: serde's own words are for programmers.

use super::path::{Key, render_path};
use crate::error::Problem;

const REQUIRED: &str = "It is required.";
/// What an error says instead of a value that is secret.
pub(super) const SECRET_OF_WRONG_TYPE: &str = "the value, which is secret, is of the wrong type";

/// A problem at `keys`, or at the property of it that serde's message names.
pub(super) fn to_problem(mut keys: Vec<Key>, message: &str, synonyms: Synonyms<'_>) -> Problem {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    let reason = match (missing, unknown_field(message)) {
        (Some(field), _) => {
            keys.push(Key::Name(field.to_owned()));
            REQUIRED.to_owned()
        }
        (None, Some((field, allowed))) => {
            if keys.last() != Some(&Key::Name(field.to_owned())) {
                keys.push(Key::Name(field.to_owned()));
            }
            unknown_reason(field, &allowed, synonyms)
        }
        (None, None) => in_words(message),
    };
    let secret = message == SECRET_OF_WRONG_TYPE;
    Problem { secret, ..Problem::new(render_path(&keys), reason) }
}

/// A property that is none of `allowed`.
#[must_use]
pub fn unknown_property(name: &str, allowed: &[&str], synonyms: Synonyms<'_>) -> Problem {
    let path = render_path(&[Key::Name(name.to_owned())]);
    Problem::new(path, unknown_reason(name, allowed, synonyms))
}

/// Takes apart serde's "unknown field `x`, expected one of `a`, `b`".
pub(super) fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    seen_and_allowed(message.strip_prefix("unknown field `")?)
}

/// Takes apart serde's "unknown variant `x`, expected one of `a`, `b`".
fn unknown_variant(message: &str) -> Option<(&str, Vec<&str>)> {
    seen_and_allowed(message.strip_prefix("unknown variant `")?)
}

fn seen_and_allowed(message: &str) -> Option<(&str, Vec<&str>)> {
    let (seen, rest) = message.split_once('`')?;
    Some((seen, rest.split('`').skip(1).step_by(2).collect()))
}

/// Words that people bring along, each without its case and underscores, and the path of the
/// property that they mean.
pub type Synonyms<'a> = &'a [(&'static str, String)];

fn meant<'a>(typed: &str, synonyms: Synonyms<'a>, allowed: &[&str]) -> Option<&'a str> {
    let (_, ours) = synonyms.iter().find(|(theirs, _)| *theirs == without_spelling(typed))?;
    let root = ours.split('.').next()?;
    allowed.contains(&root).then_some(ours.as_str())
}

fn unknown_reason(field: &str, allowed: &[&str], synonyms: Synonyms<'_>) -> String {
    if let Some(ours) = meant(field, synonyms, allowed) {
        return format!("There is no such property. Here it is called `{ours}`.");
    }
    let next = did_you_mean(field, allowed.iter().copied())
        .unwrap_or_else(|| format!(" The properties here are {}.", list(allowed)));
    format!("There is no such property.{next}")
}

/// A name without what people write differently: case, underscores and hyphens.
#[must_use]
pub fn without_spelling(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}

/// The name that was probably meant.
pub fn nearest<'a>(typed: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    allowed
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&without_spelling(typed), &without_spelling(name)), name))
        .filter(|(likeness, _)| *likeness > 0.84)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// The question whether another name was meant, with a space before it, if one is near.
pub fn did_you_mean<'a>(typed: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(typed, allowed).map(|near| format!(" Did you mean `{near}`?"))
}

const ALLOWED: &str = " Allowed are ";

/// Says that a value is none of those that are allowed, and which was probably meant.
#[must_use]
pub fn choices(seen: &str, allowed: &[&str]) -> String {
    let meant = did_you_mean(seen, allowed.iter().copied()).unwrap_or_default();
    format!("\"{seen}\" is not allowed.{meant}{ALLOWED}{}.", list(allowed))
}

/// Whether the problem is a value that is none of those that are allowed.
#[must_use]
pub fn is_choice(problem: &Problem) -> bool {
    problem.reason.contains(ALLOWED)
}

/// Names, each in backquotes.
#[must_use]
pub fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// serde's words for what is wrong, in words for people.
fn in_words(message: &str) -> String {
    const TYPES: [(&[&str], &str); 7] = [
        (&["u16"], "a whole number from 0 to 65535"),
        (&["u32", "u64"], "a whole number that is not negative"),
        (&["f32", "f64"], "a number"),
        (&["a string"], "text"),
        (&["a boolean"], "true or false"),
        (&["a sequence"], "a list"),
        (&["a map"], "an object"),
    ];
    if message == SECRET_OF_WRONG_TYPE {
        return "The value, which is secret, is of the wrong type.".to_owned();
    }
    if let Some((seen, allowed)) = unknown_variant(message) {
        return choices(seen, &allowed);
    }
    let Some((seen, expected)) = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))
        .and_then(|rest| rest.split_once(", expected "))
    else {
        let mut sentence = message.to_owned();
        if !sentence.ends_with('.') {
            sentence.push('.');
        }
        return sentence;
    };
    let expected = TYPES.iter().find(|(names, _)| names.contains(&expected)).map_or_else(
        || match expected.strip_prefix("struct ") {
            Some(_) => "an object".to_owned(),
            None => expected.to_owned(),
        },
        |(_, words)| (*words).to_owned(),
    );
    let seen = match seen {
        "map" => "an object".to_owned(),
        "sequence" => "a list".to_owned(),
        "null" => "nothing".to_owned(),
        other => other
            .replace("string ", "the text ")
            .replace("integer ", "the number ")
            .replace("floating point ", "the number ")
            .replace("boolean ", "")
            .replace('`', ""),
    };
    let in_quotes = seen.strip_prefix("the text \"").and_then(|it| it.strip_suffix('"'));
    let hint = match in_quotes {
        Some(number) if expected.contains("number") && number.parse::<f64>().is_ok() => {
            format!(" Write {number} without quotes.")
        }
        None if expected.contains("number") && seen == "an object" => {
            " Give the number alone.".to_owned()
        }
        _ => String::new(),
    };
    format!("Expected {expected}, got {seen}.{hint}")
}
