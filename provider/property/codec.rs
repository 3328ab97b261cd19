//! Between trees and structs, through serde.
//!
//! serde's data model knows neither secrets nor unknowns, so on this way an envelope is the
//! object that the wire has for it; [`Output`](super::Output) is the only type that reads one.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::names::names_of;
use super::value::{Dialect, Envelope, Map, Value, is_signature_key};
use crate::error::{Error, Problem, Result};

/// Separates the path within an `Output` from the error in it: serde passes on nothing but a text.
const INNER: char = '\u{1f}';
const REQUIRED: &str = "It is required.";
/// What an error says instead of a value that is secret.
const SECRET_OF_WRONG_TYPE: &str = "the value, which is secret, is of the wrong type";

/// Reads `T` from an object, telling everything that does not fit, each by its path.
///
/// # Errors
/// The wrong properties: of the wrong type, or unknown to `T`.
pub fn decode<T: DeserializeOwned>(map: &Map) -> Result<T, Vec<Problem>> {
    let mut problems = Vec::new();
    complain_of_numbers(map, false, &mut Vec::new(), &mut problems);
    let mut json = Json::Object(
        map.iter().map(|(name, value)| (name.clone(), to_json(value.clone()))).collect(),
    );
    let mut taken = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(&json) {
            Ok(read) if problems.is_empty() => return Ok(read),
            Ok(_) => return Err(problems),
            Err(error) => error,
        };
        let outer = error.path().iter().filter_map(Key::from_segment).collect();
        let message = error.inner().to_string();
        let (keys, message) = whole_path(outer, &message);
        let problem = to_problem(as_given(&keys, &taken), message);
        // One place is wrong once: what was taken out because it is wrong need not be missed too.
        if !problems.iter().any(|known: &Problem| known.path == problem.path) {
            problems.push(problem);
        }
        // What is wrong is taken out and reported, so that the next round finds the next one.
        let Some(gone) = take_out(&mut json, keys, message) else { return Err(problems) };
        taken.push(as_given(&gone, &taken));
    }
}

/// Writes a struct as an object. Properties that are nothing are left out.
///
/// # Errors
/// A bug of ours: the type is no object, or has keys that are no strings.
pub fn encode<T: Serialize>(it: &T) -> Result<Map> {
    match to_value(it) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(_) => Err(Error::bug("a value that should be an object is none")),
        Err(error) => Err(Error::bug(format!("a value cannot be written: {error}"))),
    }
}

/// A struct whose every property is unknown: what a preview knows of something not made yet.
///
/// # Errors
/// A bug of ours: the struct has a property that cannot be unknown.
pub fn unknown<T: DeserializeOwned>() -> Result<T> {
    let map: Map =
        names_of::<T>().iter().map(|name| ((*name).to_owned(), Value::unknown())).collect();
    decode(&map).map_err(|problems| Error::bug(Error::input(problems)))
}

/// Reads any value. The error says what is wrong, after the inner path if there is one.
pub(super) fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    let json = to_json(value.clone());
    serde_path_to_error::deserialize::<_, T>(&json).map_err(|error| {
        let keys: Json =
            error.path().iter().filter_map(Key::from_segment).map(Json::from).collect();
        format!("{keys}{INNER}{}", error.inner())
    })
}

/// Writes any value.
pub(super) fn to_value<T: Serialize>(it: &T) -> Result<Value, String> {
    let json = serde_json::to_value(it).map_err(|error| error.to_string())?;
    from_json(json)
}

pub(super) fn serialize_envelope<S: Serializer>(
    envelope: Envelope,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    to_json(Value::Output(Box::new(envelope))).serialize(serializer)
}

pub(super) fn deserialize_envelope<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Envelope, D::Error> {
    let json = Json::deserialize(deserializer)?;
    from_json(json).map(Value::into_envelope).map_err(serde::de::Error::custom)
}

/// What an `Output` says when its value is of the wrong type: nothing of a secret's value.
pub(super) fn wrong_value(secret: bool, error: String) -> String {
    if secret { SECRET_OF_WRONG_TYPE.to_owned() } else { error }
}

fn to_json(value: Value) -> Json {
    match value.into_wire(Dialect::Component) {
        Value::Null | Value::Output(_) => Json::Null,
        Value::Bool(it) => Json::Bool(it),
        Value::Number(it) => number_to_json(it),
        Value::String(it) => Json::String(it),
        Value::List(items) => items.into_iter().map(to_json).collect(),
        Value::Map(map) | Value::Opaque(map) => {
            Json::Object(map.into_iter().map(|(name, it)| (name, to_json(it))).collect())
        }
    }
}

/// Numbers arrive as doubles, and serde refuses `256.0` for an integer: a whole one becomes whole.
fn number_to_json(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
        return Json::from(number as i64);
    }
    serde_json::Number::from_f64(number).map_or(Json::Null, Json::Number)
}

fn from_json(json: Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(it) => Value::Bool(it),
        Json::Number(it) => Value::Number(it.as_f64().unwrap_or_default()),
        Json::String(it) => Value::from_wire_string(it),
        Json::Array(items) => {
            Value::List(items.into_iter().map(from_json).collect::<Result<_, _>>()?)
        }
        Json::Object(map) => Value::from_wire_map(
            map.into_iter()
                .map(|(name, it)| Ok((name, from_json(it)?)))
                .collect::<Result<_, String>>()?,
        )?,
    })
}

/// A tree from JSON that did not come over the wire.
///
/// # Errors
/// When it holds a malformed special value.
pub fn from_json_text(json: Json) -> Result<Value, String> {
    from_json(json)
}

/// One step of a path into a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    Name(String),
    Index(usize),
}

impl Key {
    fn from_segment(segment: &serde_path_to_error::Segment) -> Option<Self> {
        use serde_path_to_error::Segment;
        match segment {
            Segment::Map { key } => (!is_signature_key(key)).then(|| Self::Name(key.clone())),
            Segment::Seq { index } => Some(Self::Index(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        }
    }

    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::String(name) => Some(Self::Name(name)),
            other => other.as_u64().and_then(|it| usize::try_from(it).ok()).map(Self::Index),
        }
    }
}

impl From<Key> for Json {
    fn from(key: Key) -> Self {
        match key {
            Key::Name(name) => name.into(),
            Key::Index(index) => index.into(),
        }
    }
}

/// A path in Pulumi's syntax: `ports[0].number`, `tags["a.b"]`.
#[must_use]
pub fn render_path(keys: &[Key]) -> String {
    let mut path = String::new();
    for key in keys {
        match key {
            Key::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            Key::Name(name)
                if !name.is_empty()
                    && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') =>
            {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            // Pulumi's paths escape quotes, and nothing else.
            Key::Name(name) => path.extend(["[\"", &name.replace('"', "\\\""), "\"]"]),
        }
    }
    path
}

/// The keys of a path, by Pulumi's grammar (properties_path.go, strict).
#[cfg(any(test, fuzzing))]
pub(crate) fn parse_path(path: &str) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (mut name, mut characters) = (String::new(), quoted.char_indices().peekable());
            let end = loop {
                match characters.next()? {
                    (_, '\\') if characters.next_if(|(_, next)| *next == '"').is_some() => {
                        name.push('"');
                    }
                    (at, '"') => break at,
                    (_, other) => name.push(other),
                }
            };
            keys.push(Key::Name(name));
            rest = quoted[end + 1..].strip_prefix(']')?;
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, after) = index.split_once(']')?;
            keys.push(Key::Index(index.parse().ok()?));
            rest = after;
        } else {
            let name = match rest.strip_prefix('.') {
                Some(_) if keys.is_empty() => return None,
                Some(name) => name,
                None => rest,
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            if end == 0 {
                return None;
            }
            keys.push(Key::Name(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    Some(keys)
}

/// JSON knows no infinities and nothing that is no number: where one stands, `null` would be read,
/// which is "not given".
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

fn to_problem(mut keys: Vec<Key>, message: &str) -> Problem {
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
            unknown_reason(field, &allowed)
        }
        (None, None) => in_words(message),
    };
    let secret = message == SECRET_OF_WRONG_TYPE;
    Problem { secret, ..Problem::new(render_path(&keys), reason) }
}

/// Takes apart serde's "unknown field `x`, expected one of `a`, `b`".
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
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

/// What others call things: awsx, CDK, Terraform's modules, Copilot, SST and ECS Express. Each
/// name here, without its case and underscores, means one of ours.
const PEERS: &[(&str, &str)] = &[
    ("port", "containerPort"),
    ("targetport", "containerPort"),
    ("healthcheckpath", "healthCheck.path"),
    ("healthcheckgraceperiod", "healthCheckGracePeriodSeconds"),
    ("graceperiod", "healthCheckGracePeriodSeconds"),
    ("count", "desiredCount"),
    ("replicas", "desiredCount"),
    ("variables", "environment"),
    ("env", "environment"),
    ("environmentvariables", "environment"),
    ("containerenvironment", "environment"),
    ("containerimage", "image"),
    ("memorylimitmib", "memory"),
    ("taskcpu", "cpu"),
    ("taskmemory", "memory"),
    ("storage", "ephemeralStorage"),
    ("ephemeralstoragegib", "ephemeralStorage"),
    ("cpuarchitecture", "architecture"),
    ("subnets", "privateSubnetIds"),
    ("subnetids", "privateSubnetIds"),
    ("ecsprivatesubnetids", "privateSubnetIds"),
    ("privateappsubnetids", "privateSubnetIds"),
    ("vpc", "vpcId"),
    ("cluster", "clusterArn"),
    ("ecsclusterarn", "clusterArn"),
    ("certificate", "certificateArn"),
    ("capacityproviderstrategy", "capacityProviderStrategies"),
    ("enablefargatespot", "spot"),
    ("scaling", "autoscaling"),
    ("mincapacity", "autoscaling.minCapacity"),
    ("maxcapacity", "autoscaling.maxCapacity"),
    ("taskrole", "taskRoleArn"),
    ("executionrole", "executionRoleArn"),
    ("continuebeforesteadystate", "waitForSteadyState"),
];

fn peer(typed: &str, allowed: &[&str]) -> Option<&'static str> {
    let (_, ours) = PEERS.iter().find(|(theirs, _)| *theirs == plain(typed))?;
    let root = ours.split('.').next()?;
    allowed.contains(&root).then_some(*ours)
}

fn unknown_reason(field: &str, allowed: &[&str]) -> String {
    if let Some(ours) = peer(field, allowed) {
        return format!("There is no such property. Here it is called `{ours}`.");
    }
    match nearest(field, allowed.iter().copied()) {
        Some(near) => format!("There is no such property. Did you mean `{near}`?"),
        None => format!("There is no such property. The properties here are {}.", list(allowed)),
    }
}

/// A name without what people write differently: case, underscores and hyphens.
fn plain(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}

/// The name that was probably meant.
pub fn nearest<'a>(typed: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    allowed
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&plain(typed), &plain(name)), name))
        .filter(|(likeness, _)| *likeness > 0.84)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// Says that a value is none of those that are allowed, and which was probably meant.
#[must_use]
pub fn choices(seen: &str, allowed: &[&str]) -> String {
    let meant = nearest(seen, allowed.iter().copied());
    let meant = meant.map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
    format!("\"{seen}\" is not allowed.{meant} Allowed are {}.", list(allowed))
}

fn list(names: &[&str]) -> String {
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
        _ => String::new(),
    };
    format!("Expected {expected}, got {seen}.{hint}")
}

/// Takes the value at `keys` out; tells where it was, if there was one.
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::{Expect, expect};
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::{Map, Value, decode, encode, from_json, to_json, unknown};
    use crate::error::Error;
    use crate::property::{Form, Output, Plain, Wire, laws};

    proptest! {
        #[test]
        fn json_carries_every_value(value in laws::value()) {
            prop_assert_eq!(from_json(to_json(value.clone())), Ok(value));
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
    struct Thing<F: Form = Plain> {
        task_size: F::Of<u32>,
        environment: F::Of<BTreeMap<String, F::Of<String>>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<F::Of<String>>,
    }

    fn thing(members: &[(&str, Value)]) -> Map {
        let mut map: Map = [
            ("taskSize".to_owned(), Value::Number(256.0)),
            ("environment".to_owned(), Value::Map(Map::new())),
        ]
        .into();
        map.extend(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        map
    }

    fn check_refusal(members: &[(&str, Value)], expected: &Expect) {
        let problems = decode::<Thing<Wire>>(&thing(members)).expect_err("it is wrong");
        expected.assert_eq(&Error::input(problems).to_string());
    }

    #[test]
    fn both_forms_read_the_same_object() {
        let map = thing(&[("image", "nginx".into())]);
        let plain: Thing = decode(&map).expect("plain");
        assert_eq!((plain.task_size, plain.image.as_deref()), (256, Some("nginx")));
        let wire: Thing<Wire> = decode(&map).expect("wire");
        assert_eq!(encode(&wire).expect("encodes"), map);
    }

    #[test]
    fn a_single_secret_entry_stays_secret() {
        let secret = Value::Map([("A".to_owned(), Value::from("s").into_secret())].into());
        let map = thing(&[("environment", secret)]);
        let wire: Thing<Wire> = decode(&map).expect("wire");
        assert_eq!(encode(&wire).expect("encodes"), map);
    }

    #[test]
    fn a_preview_knows_nothing_of_what_is_not_made() {
        let thing: Thing<Wire> = unknown().expect("all can be unknown");
        assert_eq!(thing.task_size, Output::unknown());
        assert_eq!(thing.image, Some(Output::unknown()));
    }

    #[test]
    fn all_that_does_not_fit_is_told_at_once_by_path() {
        check_refusal(
            &[
                ("taskSize", "big".into()),
                ("imge", "x".into()),
                ("environment", Value::Map([("A".to_owned(), Value::Number(1.5))].into())),
            ],
            &expect![[r#"
                `environment.A`: Expected text, got the number 1.5.
                `imge`: There is no such property. Did you mean `image`?
                `taskSize`: Expected a whole number that is not negative, got the text "big"."#]],
        );
    }

    #[test]
    fn a_path_through_outputs_is_one_that_pulumi_reads() {
        let list = Value::List(vec![Value::Number(1.0)]);
        let odd = Value::Map([("a.b".to_owned(), list.clone()), ("c".to_owned(), list)].into());
        check_refusal(
            &[("environment", odd)],
            &expect![[r#"
                `environment.c`: Expected text, got a list.
                `environment["a.b"]`: Expected text, got a list."#]],
        );
    }

    #[test]
    fn every_wrong_member_of_a_list_is_told_at_its_own_place() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only what is wrong matters")]
        struct Lists {
            plain: Vec<String>,
            wired: Output<Vec<Output<String>>>,
        }
        let list = || {
            let number = Value::Number(1.0);
            Value::List(vec![number.clone(), "a".into(), number.clone(), number, "b".into()])
        };
        let map = [("plain".to_owned(), list()), ("wired".to_owned(), list())].into();
        let told = Error::input(decode::<Lists>(&map).expect_err("it is wrong")).to_string();
        expect![[r"
            `plain[0]`: Expected text, got the number 1.
            `plain[2]`: Expected text, got the number 1.
            `plain[3]`: Expected text, got the number 1.
            `wired[0]`: Expected text, got the number 1.
            `wired[2]`: Expected text, got the number 1.
            `wired[3]`: Expected text, got the number 1."]]
        .assert_eq(&told);
    }

    #[test]
    fn what_is_no_number_is_not_taken_as_not_given() {
        check_refusal(
            &[
                ("taskSize", Value::Number(f64::NAN)),
                ("image", Value::Number(f64::INFINITY).into_secret()),
            ],
            &expect![[r"
                `image`: The value is not a number, or infinite.
                `taskSize`: The value is not a number, or infinite."]],
        );
    }

    #[test]
    fn a_secret_of_the_wrong_type_is_not_shown() {
        check_refusal(
            &[("taskSize", Value::from("hunter2").into_secret())],
            &expect!["`taskSize`: The value, which is secret, is of the wrong type."],
        );
    }
}
