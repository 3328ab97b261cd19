//! Reads a struct from a tree, and finds everything in the tree that does not fit: serde tells one
//! thing at a time.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::json::{from_json, to_json};
use super::misfit::{self, Misfit};
use super::path::{Key, render_path};
use super::value::{Map, Value};
use super::wire::is_signature_key;
use super::words::{SECRET_OF_WRONG_TYPE, Synonyms, to_problem, unknown_field};
use crate::error::Problem;

/// Separates the path within an `Output` from the error in it: serde passes on nothing but a text.
pub(super) const INNER: char = '\u{1f}';
/// More wrong properties than this help no reader. Each takes a round.
const MOST_PROBLEMS: usize = 100;

/// Reads `T` from an object, telling everything that does not fit, each by its path.
///
/// # Errors
/// The wrong properties: of the wrong type, or unknown to `T`.
pub fn decode<T: DeserializeOwned>(map: &Map) -> Result<T, Vec<Problem>> {
    match read(map, &Manner { instead: |_, _| Instead::None, synonyms: &[] }) {
        (Some(read), problems) if problems.is_empty() => Ok(read),
        (_, problems) => Err(problems),
    }
}

/// The same for a program's inputs: a known value of another resource comes in an envelope, and
/// where `T` wants a plain value the envelope goes. One that is unknown or secret is reported as such,
/// and a synonym of a property is reported with the right word. What could be read comes beside what is
/// wrong, without the latter.
#[must_use]
pub fn decode_plain<T: DeserializeOwned>(
    map: &Map,
    synonyms: Synonyms<'_>,
) -> (Option<T>, Vec<Problem>) {
    read(map, &Manner { instead: plain_instead, synonyms })
}

fn read<T: DeserializeOwned>(map: &Map, manner: &Manner<'_>) -> (Option<T>, Vec<Problem>) {
    let mut read = None;
    let problems = problems(map, manner, &mut |json| {
        read = Some(misfit::read::<T>(json)?);
        Ok(())
    });
    (read, problems)
}

/// What does not fit, in as many rounds as it takes. The type to be read is known to `attempt`
/// alone, so that all types share this code.
fn problems(
    map: &Map,
    manner: &Manner<'_>,
    attempt: &mut dyn FnMut(&Json) -> Result<(), Misfit>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    complain_of_numbers(map, false, &mut Vec::new(), &mut problems);
    let mut json = Json::Object(
        map.iter().map(|(name, value)| (name.clone(), to_json(value.clone()))).collect(),
    );
    let mut taken = Vec::new();
    while let Err(error) = attempt(&json) {
        let (outer, message) = error.into_parts();
        let (keys, message) = whole_path(outer, &message);
        let problem = match (manner.instead)(&mut json, &keys) {
            Instead::Put => continue,
            Instead::Refused(reason) if message != SECRET_OF_WRONG_TYPE => {
                Problem::new(render_path(&as_given(&keys, &taken)), reason)
            }
            _ => to_problem(as_given(&keys, &taken), message, manner.synonyms),
        };
        // One place is wrong once: what was taken out because it is wrong need not be missed too.
        if !problems.iter().any(|known: &Problem| known.path == problem.path) {
            problems.push(problem);
        }
        // What is wrong is taken out and reported, so that the next round finds the next one.
        if problems.len() < MOST_PROBLEMS
            && let Some(gone) = take_out(&mut json, keys, message)
        {
            taken.push(as_given(&gone, &taken));
        } else {
            break;
        }
    }
    problems
}

/// JSON has no NaN and no infinity. Both would become `null`, which means "not given", so they are
/// rejected first.
fn complain_of_numbers(map: &Map, secret: bool, keys: &mut Vec<Key>, problems: &mut Vec<Problem>) {
    fn look(value: &Value, secret: bool, keys: &mut Vec<Key>, problems: &mut Vec<Problem>) {
        match value {
            Value::Number(number) if !number.is_finite() => {
                let reason = "The value is not a number, or infinite.";
                problems.push(Problem { secret, ..Problem::new(render_path(keys), reason) });
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    keys.push(Key::Index(index));
                    look(item, secret, keys, problems);
                    keys.pop();
                }
            }
            Value::Map(map) => complain_of_numbers(map, secret, keys, problems),
            Value::Output(envelope) => {
                let inside = envelope.value.iter();
                inside.for_each(|it| look(it, secret || envelope.secret, keys, problems));
            }
            _ => {}
        }
    }
    for (name, value) in map {
        keys.push(Key::Name(name.clone()));
        look(value, secret, keys, problems);
        keys.pop();
    }
}

/// Where an error is, and what it says: the paths within outputs are at the beginning of its text.
fn whole_path(mut keys: Vec<Key>, message: &str) -> (Vec<Key>, &str) {
    let mut message = message;
    while let Some((inner, rest)) = message.split_once(INNER)
        && let Ok(inner) = serde_json::from_str::<Vec<Json>>(inner)
    {
        keys.extend(inner.into_iter().filter_map(Key::from_json));
        message = rest;
    }
    (keys, message)
}

/// The path as it was before members of lists were taken out.
fn as_given(keys: &[Key], taken: &[Vec<Key>]) -> Vec<Key> {
    let mut given: Vec<Key> = Vec::new();
    for key in keys {
        let key = match key {
            Key::Index(index) => {
                let mut before: Vec<usize> =
                    taken.iter().filter_map(|it| gone(it, &given)).collect();
                before.sort_unstable();
                let moved = before.iter().fold(*index, |at, gone| at + usize::from(*gone <= at));
                Key::Index(moved)
            }
            Key::Name(_) => key.clone(),
        };
        given.push(key);
    }
    given
}

/// Which member of the list at `parent` was taken out.
fn gone(taken: &[Key], parent: &[Key]) -> Option<usize> {
    match taken.split_last()? {
        (Key::Index(index), of) if of == parent => Some(*index),
        _ => None,
    }
}

/// Takes the value at `keys` out; returns where it was, if there was one.
fn take_out(json: &mut Json, mut keys: Vec<Key>, message: &str) -> Option<Vec<Key>> {
    if let Some((field, _)) = unknown_field(message)
        && pointer(json, &keys).is_some_and(|at| at.get(field).is_some())
    {
        keys.push(Key::Name(field.to_owned()));
    }
    let (last, parents) = keys.split_last()?;
    match (pointer(json, parents)?, last) {
        (Json::Object(map), Key::Name(name)) => drop(map.remove(name)?),
        (Json::Array(items), Key::Index(index)) if *index < items.len() => {
            drop(items.remove(*index));
        }
        _ => return None,
    }
    Some(keys)
}

/// How what does not fit is met.
struct Manner<'a> {
    /// What is done with an envelope at a place that wants a plain value.
    instead: fn(&mut Json, &[Key]) -> Instead,
    synonyms: Synonyms<'a>,
}

/// What has become of an envelope at a place that wants a plain value.
enum Instead {
    /// There is no envelope.
    None,
    /// The value is there now, without its envelope.
    Put,
    Refused(&'static str),
}

fn plain_instead(json: &mut Json, keys: &[Key]) -> Instead {
    let Some((last, parents)) = keys.split_last() else { return Instead::None };
    // What is inside a secret loses nothing with its own envelope.
    let hidden = (0..=parents.len()).any(|depth| is_secret(json, &parents[..depth]));
    let Some(parent) = pointer(json, parents) else { return Instead::None };
    let place = match last {
        Key::Name(name) => parent.get_mut(name),
        Key::Index(index) => parent.get_mut(index),
    };
    let Some(place) = place else { return Instead::None };
    let Ok(Value::Output(envelope)) = from_json(place.clone()) else { return Instead::None };
    match (envelope.value, envelope.secret) {
        (None, _) => Instead::Refused(
            "It decides which resources exist, so it must be known in the preview: use a value \
             that does not come from a resource yet to be created.",
        ),
        (Some(_), true) if !hidden => Instead::Refused(
            "It decides which resources exist, and their names are not secret: use a value that \
             is not secret.",
        ),
        (Some(value), _) => {
            *place = to_json(value);
            Instead::Put
        }
    }
}

/// Whether the value at `keys` is inside an envelope that makes it secret.
fn is_secret(json: &mut Json, keys: &[Key]) -> bool {
    let place = match keys.split_last() {
        None => Some(json),
        Some((last, parents)) => pointer(json, parents).and_then(|parent| match last {
            Key::Name(name) => parent.get_mut(name),
            Key::Index(index) => parent.get_mut(index),
        }),
    };
    place.is_some_and(|it| {
        it.as_object().is_some_and(|it| it.keys().any(|key| is_signature_key(key)))
            && it.get("secret") == Some(&Json::Bool(true))
    })
}

/// The value at `keys`, without the envelope around it.
fn pointer<'a>(json: &'a mut Json, keys: &[Key]) -> Option<&'a mut Json> {
    keys.iter().try_fold(bare(json)?, |at, key| match key {
        Key::Name(name) => bare(at.get_mut(name)?),
        Key::Index(index) => bare(at.get_mut(index)?),
    })
}

fn bare(json: &mut Json) -> Option<&mut Json> {
    let is_envelope = json.as_object().is_some_and(|it| it.keys().any(|key| is_signature_key(key)));
    if is_envelope { bare(json.get_mut("value")?) } else { Some(json) }
}
