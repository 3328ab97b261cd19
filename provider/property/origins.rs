//! From which inputs of a component a value comes: beside the URNs of resources, an envelope keeps the
//! paths of inputs. Whatever carries dependencies along carries them too; neither the wire nor
//! [`Value::dependencies`] shows them.

use std::collections::BTreeSet;

use super::path::{Key, render_path};
use super::value::{Map, Value};

/// How an origin begins among the dependencies; a URN begins with `urn:`.
const INPUT: &str = "input:";

/// The origin for the input at `path`.
pub(super) fn of_input(path: &str) -> String {
    format!("{INPUT}{path}")
}

/// Whether a dependency is a resource's URN.
pub(super) fn is_urn(dependency: &str) -> bool {
    !dependency.starts_with(INPUT)
}

/// Where in an object values come from inputs: the place in Pulumi's syntax, and the paths of all inputs
/// that the value there depends on.
#[must_use]
pub fn origins(map: &Map) -> Vec<(String, BTreeSet<String>)> {
    let mut found = Vec::new();
    for (name, value) in map {
        gather(value, &mut vec![Key::Name(name.clone())], &mut found);
    }
    found
}

fn gather(value: &Value, keys: &mut Vec<Key>, found: &mut Vec<(String, BTreeSet<String>)>) {
    match value {
        Value::Output(envelope) => {
            let inputs = envelope.dependencies.iter().filter_map(|it| it.strip_prefix(INPUT));
            let inputs: BTreeSet<String> = inputs.map(str::to_owned).collect();
            if !inputs.is_empty() {
                found.push((render_path(keys), inputs));
            }
            if let Some(value) = &envelope.value {
                gather(value, keys, found);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                keys.push(Key::Index(index));
                gather(item, keys, found);
                keys.pop();
            }
        }
        Value::Map(map) => {
            for (name, item) in map {
                keys.push(Key::Name(name.clone()));
                gather(item, keys, found);
                keys.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::origins;
    use crate::property::{Output, Value, encode};

    #[test]
    fn what_is_made_of_inputs_knows_them_at_its_own_place_and_tells_nobody_else() {
        let port = Output::from(80).from_input("containerPort");
        let both = port.clone().zip(Output::from(1).from_input("cpu")).map(|(one, two)| one + two);
        let inner =
            Output::from("arn".to_owned()).from_urn("urn:x").from_input("databaseSecretArn");
        let environment = Output::from(BTreeMap::from([("DB".to_owned(), inner)]));
        let map = encode(&BTreeMap::from([
            ("both", serde_json::to_value(both).expect("JSON")),
            (
                "environment",
                serde_json::to_value(environment.from_input("environment")).expect("JSON"),
            ),
        ]))
        .expect("an object");
        let found: Vec<String> = origins(&map)
            .into_iter()
            .map(|(at, from)| {
                format!("{at} <- {}", from.into_iter().collect::<Vec<_>>().join(", "))
            })
            .collect();
        expect_test::expect![[r"
            both <- containerPort, cpu
            environment <- environment
            environment.DB <- databaseSecretArn"]]
        .assert_eq(&found.join("\n"));
        assert!(!port.is_dependent());
        assert_eq!(Value::Map(map).dependencies(), ["urn:x".to_owned()].into());
    }
}
