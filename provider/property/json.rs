//! Between trees and JSON, which knows neither secrets nor unknowns: there an envelope is the object
//! that the wire has for it.

use serde_json::Value as Json;

use super::into_map::IntoMap;
use super::value::Value;
use super::wire::Dialect;

pub(super) fn to_json(value: Value) -> Json {
    match value.into_wire(Dialect::Within) {
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

pub(super) fn from_json(json: Json) -> Result<Value, String> {
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
                .try_into_map::<_, _, String>()?,
        )?,
    })
}
