//! Objects as tests write them down, in JSON; and tables of those that are refused.

#![expect(clippy::expect_used, clippy::panic, reason = "what a test says is right")]

use std::fmt::Write;

use serde_json::Value as Json;

use super::codec::from_json_text;
use super::value::{Map, Value};
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
        Ok(Value::Map(map)) => map,
        other => panic!("{other:?} is no object"),
    }
}

/// Each object of a list, and below it what its author is told.
pub(crate) fn refusals(
    json: &str,
    what: &str,
    refuse: impl Fn(&Map) -> Result<(), Error>,
) -> String {
    let list: Vec<Json> = serde_json::from_str(json).expect("a list");
    let mut told = String::new();
    for one in &list {
        let error = refuse(&read(one.clone())).err();
        let error = error.unwrap_or_else(|| panic!("nothing is wrong with {one}"));
        let lines = error.to_string().replace('\n', "\n    ");
        writeln!(told, "{one}\n    {lines}\n").expect("text");
    }
    writeln!(told, "{} {what}", list.len()).expect("text");
    told
}
