//! What the engine may rely on, whatever it sends.

use prost::Message;
use prost_types::Struct;
use prost_types::value::Kind;
use tonic::{Code, Status};

use crate::property::path::parse_path;
use crate::property::wire::Dialect;
use crate::property::{Map, Value};
use crate::server::{convert, proto};

/// Compared as text: a number that is none does not equal itself.
pub(super) fn assert_same(one: &Map, other: &Map) {
    let shown = |map: &Map| format!("{:?}", Value::Map(map.clone()).into_wire(Dialect::Component));
    assert_eq!(shown(one), shown(other));
}

/// The engine takes some codes as "the state may be corrupt", unless details keep the state.
pub(super) fn assert_status(status: &Status) {
    let doubtful = [Code::Unknown, Code::Internal, Code::DataLoss].contains(&status.code());
    assert!(!doubtful || !status.details().is_empty(), "{status:?}");
    assert!(!status.message().is_empty(), "{status:?} says nothing");
    assert!(!status.message().starts_with("the provider panicked ("), "{status:?}");
    if !status.details().is_empty() {
        let inner = proto::RpcStatus::decode(status.details()).expect("details");
        assert_eq!(inner.code, status.code() as i32, "grpc-go would drop the details");
    }
}

/// The CLI panics on a value without a kind.
pub(super) fn assert_whole(object: Option<&Struct>) {
    fn look(value: &prost_types::Value) {
        match value.kind.as_ref().expect("a kind") {
            Kind::ListValue(list) => list.values.iter().for_each(look),
            Kind::StructValue(object) => object.fields.values().for_each(look),
            _ => {}
        }
    }
    object.into_iter().flat_map(|object| object.fields.values()).for_each(look);
}

/// In a real run the engine refuses a reply that holds an unknown.
pub(super) fn assert_state(object: Option<&Struct>, preview: bool) {
    assert_whole(object);
    let state = convert::read(object.cloned()).expect("it was just written");
    assert!(preview || !Value::Map(state.clone()).has_unknown(), "unknown in {state:?}");
}

/// Whether the engine can read the path. It cannot say a name that ends in a backslash.
pub(super) fn is_path(path: &str) -> bool {
    parse_path(path).is_some() || path.contains("\\\"")
}

pub(super) fn assert_failures(failures: &[proto::CheckFailure]) {
    for failure in failures {
        assert!(is_path(&failure.property), "`{}` is no path", failure.property);
        assert!(!failure.reason.is_empty(), "`{}` for no reason", failure.property);
    }
}

pub(super) fn assert_diff(diff: &proto::DiffResponse) {
    let some = i32::from(proto::diff_response::DiffChanges::DiffSome);
    assert_eq!(diff.changes == some, !diff.diffs.is_empty(), "{diff:?}");
    assert!(diff.replaces.iter().all(|name| diff.diffs.contains(name)), "{diff:?}");
    assert!(diff.detailed_diff.keys().all(|path| is_path(path)), "{diff:?}");
}
