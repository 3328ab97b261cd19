//! Between trees and structs, through serde.
//!
//! serde's data model knows neither secrets nor unknowns, so on this way an envelope is the
//! object that the wire has for it; [`Output`](super::Output) is the only type that reads one.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::decode::INNER;
use super::json::{from_json, to_json};
use super::misfit;
use super::value::{Envelope, Map, Value};
use super::words::SECRET_OF_WRONG_TYPE;
use crate::error::{Error, Result};

pub use super::decode::{decode, decode_plain};

/// Writes a struct as an object. Properties that are nothing are left out.
///
/// # Errors
/// A bug of ours: the type is not an object, or has keys that are not strings.
pub fn encode<T: Serialize>(it: &T) -> Result<Map> {
    match to_value(it) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(_) => Err(Error::bug("a value that should be an object is none")),
        Err(error) => Err(Error::bug(format!("a value cannot be written: {error}"))),
    }
}

/// Reads any value. The error says what is wrong, after the inner path if there is one.
pub(super) fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    let json = to_json(value.clone());
    misfit::read(&json).map_err(|misfit| {
        let (keys, message) = misfit.into_parts();
        let keys: Json = keys.into_iter().map(Json::from).collect();
        format!("{keys}{INNER}{message}")
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

/// What an `Output` says when its value is of the wrong type: nothing of a secret's value, but where
/// in it that is.
pub(super) fn wrong_value(secret: bool, error: String) -> String {
    match error.rsplit_once(INNER) {
        _ if !secret => error,
        Some((keys, _)) => format!("{keys}{INNER}{SECRET_OF_WRONG_TYPE}"),
        None => SECRET_OF_WRONG_TYPE.to_owned(),
    }
}

/// A tree from JSON that did not come over the wire.
///
/// # Errors
/// When it holds a malformed special value.
pub fn from_json_text(json: Json) -> Result<Value, String> {
    from_json(json)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::{Expect, expect};
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::{Map, Value, decode, encode, from_json, to_json};
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
        let message = Error::input(decode::<Lists>(&map).expect_err("it is wrong")).to_string();
        expect![[r"
            `plain[0]`: Expected text, got the number 1.
            `plain[2]`: Expected text, got the number 1.
            `plain[3]`: Expected text, got the number 1.
            `wired[0]`: Expected text, got the number 1.
            `wired[2]`: Expected text, got the number 1.
            `wired[3]`: Expected text, got the number 1."]]
        .assert_eq(&message);
    }

    #[test]
    fn as_much_as_anybody_reads_is_told_of_very_many_mistakes() {
        let wrong = Value::List(vec![Value::Number(1.0); 2_000]);
        let map = thing(&[("environment", Value::Map([("A".to_owned(), wrong)].into()))]);
        assert_eq!(decode::<Thing<Wire>>(&map).expect_err("it is wrong").len(), 1);
        let wrong = (0..2_000).map(|n| (format!("V{n}"), Value::Number(1.0))).collect();
        let map = thing(&[("environment", Value::Map(wrong))]);
        assert_eq!(decode::<Thing<Wire>>(&map).expect_err("it is wrong").len(), 100);
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
