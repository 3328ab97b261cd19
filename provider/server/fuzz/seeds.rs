//! What the fuzzer begins with.

use std::collections::BTreeMap;

use prost::Message;

use super::requests::METHODS;
use crate::children::CHILDREN;
use crate::component;
use crate::property::written::{object, objects};
use crate::property::{Map, Value};
use crate::server::{convert, proto};

/// Programs that are wrong and some that are not, and what the rules need to see at all.
fn programs() -> Vec<Map> {
    component::WRONG_PROGRAMS.iter().flat_map(|(_, programs)| objects(programs)).collect()
}

/// Objects as the wire has them.
pub(super) fn wire() -> Vec<Vec<u8>> {
    let mut seeds: Vec<_> =
        programs().into_iter().map(|it| convert::write_outputs(it).encode_to_vec()).collect();
    for value in [Value::unknown(), Value::from("x").into_secret(), Value::Null] {
        let map =
            [("image".to_owned(), Value::List(vec![value.clone()])), ("cpu".to_owned(), value)];
        seeds.push(convert::write_outputs(map.clone().into()).encode_to_vec());
        seeds.push(convert::write(map.into()).encode_to_vec());
    }
    seeds
}

/// Requests: a byte for the method, then the message.
pub(super) fn requests() -> Vec<Vec<u8>> {
    let seed = |method: u8, bytes: Vec<u8>| [vec![method], bytes].concat();
    let mut seeds: Vec<_> = (0..METHODS).map(|method| vec![method]).collect();
    for (number, child) in CHILDREN.iter().enumerate() {
        let (mut inputs, outputs) = child.thrown(number as u64).expect("values of our types");
        inputs.insert("region".to_owned(), "eu-west-1".into());
        inputs.insert("baseName".to_owned(), "web".into());
        inputs.insert("tags".to_owned(), Value::Map([("a".to_owned(), "b".into())].into()));
        let state: Map = inputs.clone().into_iter().chain(outputs).collect();
        let write = |map: &Map| Some(convert::write(map.clone()));
        let (urn, id) = (format!("urn:pulumi:s::p::{}::web", child.token()), "id".to_owned());
        let check =
            proto::CheckRequest { urn: urn.clone(), news: write(&inputs), ..Default::default() };
        let diff = proto::DiffRequest {
            urn: urn.clone(),
            id: id.clone(),
            old_inputs: write(&inputs),
            olds: write(&state),
            news: write(&Map::new()),
            ..Default::default()
        };
        let create = |preview| {
            let properties = write(&inputs);
            proto::CreateRequest { urn: urn.clone(), properties, preview, ..Default::default() }
        };
        let update = |preview| proto::UpdateRequest {
            urn: urn.clone(),
            id: id.clone(),
            old_inputs: write(&Map::new()),
            olds: write(&state),
            news: write(&inputs),
            preview,
            ..Default::default()
        };
        let read = proto::ReadRequest {
            urn: urn.clone(),
            id: id.clone(),
            properties: write(&state),
            inputs: write(&inputs),
            ..Default::default()
        };
        let delete = proto::DeleteRequest {
            urn: urn.clone(),
            id: id.clone(),
            properties: write(&state),
            old_inputs: write(&inputs),
            ..Default::default()
        };
        seeds.extend([
            seed(7, check.encode_to_vec()),
            seed(8, diff.encode_to_vec()),
            seed(9, create(true).encode_to_vec()),
            seed(9, create(false).encode_to_vec()),
            seed(10, read.encode_to_vec()),
            seed(12, update(true).encode_to_vec()),
            seed(12, update(false).encode_to_vec()),
            seed(13, delete.encode_to_vec()),
        ]);
    }
    for inputs in programs() {
        let urns = vec!["urn:a".to_owned()];
        let dependencies = proto::construct_request::PropertyDependencies { urns };
        let construct = proto::ConstructRequest {
            r#type: component::TOKEN.to_owned(),
            name: "web".to_owned(),
            input_dependencies: BTreeMap::from([("image".to_owned(), dependencies)]),
            inputs: Some(convert::write_outputs(inputs)),
            ..Default::default()
        };
        seeds.push(seed(14, construct.encode_to_vec()));
    }
    for config in [r#"{"region": "x", "assumeRole": "{}"}"#, r#"{"allowedAccountIds": ["1"]}"#] {
        let object = Some(convert::write(object(config)));
        let check = proto::CheckRequest { news: object.clone(), ..Default::default() };
        let diff = proto::DiffRequest { news: object.clone(), ..Default::default() };
        let configure = proto::ConfigureRequest { args: object, ..Default::default() };
        seeds.extend([
            seed(2, check.encode_to_vec()),
            seed(3, diff.encode_to_vec()),
            seed(4, configure.encode_to_vec()),
        ]);
    }
    seeds
}
