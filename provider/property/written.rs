//! Objects as tests write them down, in JSON; and tables of those that are refused. There a secret is
//! `{"$secret": …}`, and what comes from a resource that is still to be made `{"$output": "<urn>"}`.

#![expect(clippy::expect_used, clippy::panic, reason = "what a test says is right")]

use std::fmt::Write;

use serde_json::Value as Json;

use super::codec::from_json_text;
use super::value::{Envelope, Map, Value};
use crate::error::Error;

/// The object that a text means.
pub(crate) fn object(json: &str) -> Map {
    read(serde_json::from_str(json).expect("JSON"))
}

/// The objects of a list.
pub(crate) fn objects(json: &str) -> Vec<Map> {
    let list: Vec<Json> = serde_json::from_str(json).expect("a list");
    list.into_iter().map(read).collect()
}

fn read(json: Json) -> Map {
    match from_json_text(json) {
        Ok(Value::Map(map)) => map.into_iter().map(|(name, it)| (name, marked(it))).collect(),
        other => panic!("{other:?} is not an object"),
    }
}

fn marked(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(marked).collect()),
        Value::Map(mut map) => {
            if let Some(secret) = map.remove("$secret") {
                return marked(secret).into_secret();
            }
            if let Some(urn) = map.remove("$output") {
                let dependencies = urn.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
                let dependencies = dependencies.into_iter().collect();
                return Value::Output(Box::new(Envelope { dependencies, ..Envelope::default() }));
            }
            Value::Map(map.into_iter().map(|(name, it)| (name, marked(it))).collect())
        }
        plain => plain,
    }
}

/// Each object of a list, and below it the errors for it.
pub(crate) fn refusals(
    json: &str,
    what: &str,
    refuse: impl Fn(&Map) -> Result<(), Error>,
) -> String {
    let list: Vec<Json> = serde_json::from_str(json).expect("a list");
    let mut message = String::new();
    for one in &list {
        let error = refuse(&read(one.clone())).err();
        let error = error.unwrap_or_else(|| panic!("nothing is wrong with {one}"));
        let lines = error.to_string().replace('\n', "\n    ");
        writeln!(message, "{one}\n    {lines}\n").expect("text");
    }
    writeln!(message, "{} {what}", list.len()).expect("text");
    message
}
