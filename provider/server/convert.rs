//! Between protobuf's `Struct` and our trees.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as Wire};

use crate::error::{Error, Result};
use crate::property::wire::Dialect;
use crate::property::{IntoMap, Map, Value};

/// Reads an object that came over the wire; nothing at all is an empty object.
///
/// # Errors
/// When a special value in it is malformed: the engine's bug, or ours.
pub(super) fn read(object: Option<Struct>) -> Result<Map> {
    let Some(object) = object else { return Ok(Map::new()) };
    let mut map = Map::new();
    for (name, value) in object.fields {
        // Names like `__internal` and `__defaults` are Pulumi's own machinery.
        if name.starts_with("__") {
            continue;
        }
        match read_value(value)? {
            Value::Null => {}
            value => {
                map.insert(name, value);
            }
        }
    }
    Ok(map)
}

fn read_value(value: Wire) -> Result<Value> {
    Ok(match value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::BoolValue(it)) => Value::Bool(it),
        Some(Kind::NumberValue(it)) => Value::Number(it),
        Some(Kind::StringValue(it)) => Value::from_wire_string(it),
        Some(Kind::ListValue(list)) => {
            Value::List(list.values.into_iter().map(read_value).collect::<Result<_>>()?)
        }
        Some(Kind::StructValue(object)) => {
            let members = object
                .fields
                .into_iter()
                .map(|(name, value)| Ok((name, read_value(value)?)))
                .try_into_map::<_, _, Error>()?;
            Value::from_wire_map(members)
                .map_err(|error| Error::bug(format!("a malformed value arrived: {error}")))?
        }
    })
}

/// Writes an object about a custom resource: secrets and unknowns, no dependencies.
pub(super) fn write(map: Map) -> Struct {
    write_in(map, Dialect::Resource)
}

/// Writes an object for the caller of a component: output values with dependencies.
pub(super) fn write_outputs(map: Map) -> Struct {
    write_in(map, Dialect::Component)
}

fn write_in(map: Map, dialect: Dialect) -> Struct {
    Struct {
        fields: map
            .into_iter()
            .map(|(name, value)| (name, write_value(value.into_wire(dialect))))
            .into_map(),
    }
}

fn write_value(value: Value) -> Wire {
    let kind = match value {
        // The wire form has no envelopes left; a value must have a kind, or the CLI panics.
        Value::Null | Value::Output(_) => Kind::NullValue(0),
        Value::Bool(it) => Kind::BoolValue(it),
        Value::Number(it) => Kind::NumberValue(it),
        Value::String(it) => Kind::StringValue(it),
        Value::List(items) => {
            Kind::ListValue(ListValue { values: items.into_iter().map(write_value).collect() })
        }
        Value::Map(map) | Value::Opaque(map) => Kind::StructValue(Struct {
            fields: map.into_iter().map(|(name, it)| (name, write_value(it))).into_map(),
        }),
    };
    Wire { kind: Some(kind) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Kind, Map, Struct, Value, Wire, read, write, write_outputs};
    use crate::property::laws;

    /// A value where dependencies are not part of the protocol.
    fn forgotten(value: Value) -> Value {
        let all = |map: Map| map.into_iter().map(|(name, it)| (name, forgotten(it))).collect();
        match value {
            Value::List(items) => Value::List(items.into_iter().map(forgotten).collect()),
            Value::Map(map) => Value::Map(all(map)),
            Value::Opaque(map) => Value::Opaque(all(map)),
            Value::Output(envelope) => match envelope.value.map(forgotten) {
                None => Value::unknown(),
                Some(value) if envelope.secret => value.into_secret(),
                Some(value) => value,
            },
            plain => plain,
        }
    }

    fn is_whole(value: &Wire) -> bool {
        match &value.kind {
            None => false,
            Some(Kind::ListValue(list)) => list.values.iter().all(is_whole),
            Some(Kind::StructValue(object)) => object.fields.values().all(is_whole),
            Some(_) => true,
        }
    }

    fn all_whole(object: &Struct) -> bool {
        object.fields.values().all(is_whole)
    }

    proptest! {
        #[test]
        fn outputs_are_read_as_they_were_written(map in laws::map()) {
            prop_assert_eq!(read(Some(write_outputs(map.clone()))), Ok(map));
        }

        #[test]
        fn a_resource_reads_all_but_dependencies(map in laws::map()) {
            let expected = map.clone().into_iter().map(|(name, it)| (name, forgotten(it))).collect();
            prop_assert_eq!(read(Some(write(map))), Ok(expected));
        }

        /// The CLI panics on a value without a kind.
        #[test]
        fn every_value_on_the_wire_has_a_kind(map in laws::map()) {
            prop_assert!(all_whole(&write(map.clone())) && all_whole(&write_outputs(map)));
        }
    }

    #[test]
    fn nothing_that_is_secret_is_nothing() {
        let map: Map = [("a".to_owned(), Value::Null.into_secret())].into();
        assert_eq!(read(Some(write(map.clone()))), Ok(Map::new()));
        assert_eq!(read(Some(write_outputs(map))), Ok(Map::new()));
    }
}
