//! What the fuzzer in `dev/fuzz` calls with bytes of its making, and the tests with those that it
//! has found worth keeping (`dev/fuzz/corpus`).
//!
//! A target panics when a promise is broken. Whatever comes: no panic, no hang, always an answer
//! or a status, and none that the engine chokes on.

#![expect(clippy::expect_used, clippy::panic, reason = "a broken promise has to be seen")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use prost::Message;
use prost_types::Struct;
use prost_types::value::Kind;
use tokio::runtime::Runtime;
use tonic::{Code, Request, Response, Status};

use super::proto::resource_provider_server::ResourceProvider;
use super::{Provider, configuration, convert, proto};
use crate::aws::Account;
use crate::aws::SERVICES;
use crate::children::CHILDREN;
use crate::component::{self, Args, Place};
use crate::error::Kind as ErrorKind;
use crate::property::names::names_of;
use crate::property::path::parse_path;
use crate::property::{Map, Value};

/// A target: what it is called, what it does with bytes, and what bytes it begins with.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: [Target; 3] = [
    Target { name: "wire", run: wire, seeds: wire_seeds },
    Target { name: "request", run: request, seeds: request_seeds },
    Target { name: "inputs", run: inputs, seeds: wire_seeds },
];

impl Target {
    /// The target of this name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn named(name: &str) -> &'static Self {
        TARGETS.iter().find(|target| target.name == name).expect("a target of this name")
    }

    /// Writes its seeds into the folder that `FUZZ_SEEDS` names, for the fuzzer to begin with.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn plant(&self) {
        let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { return };
        for (number, seed) in (self.seeds)().iter().enumerate() {
            let path = Path::new(&folder).join(format!("seed-{number}"));
            std::fs::write(path, seed).expect("a seed is written");
        }
    }
}

/// Objects: what was read is written and read again the same.
fn wire(bytes: &[u8]) {
    let Ok(object) = Struct::decode(bytes) else { return };
    let Ok(read) = convert::read(Some(object)) else { return };
    let for_components = convert::write_outputs(read.clone());
    assert_whole(Some(&for_components));
    assert_same(&convert::read(Some(for_components)).expect("it was just written"), &read);
    let for_resources = convert::write(read);
    assert_whole(Some(&for_resources));
    let once = convert::read(Some(for_resources)).expect("it was just written");
    let twice = convert::read(Some(convert::write(once.clone()))).expect("it was just written");
    assert_same(&twice, &once);
}

/// Compared as text: a number that is none does not equal itself.
fn assert_same(one: &Map, other: &Map) {
    let shown = |map: &Map| format!("{:?}", Value::Map(map.clone()).into_wire(COMPONENT));
    assert_eq!(shown(one), shown(other));
}

const COMPONENT: crate::property::value::Dialect = crate::property::value::Dialect::Component;

/// The component's inputs: what is wrong is told at places that there are.
fn inputs(bytes: &[u8]) {
    let Ok(object) = Struct::decode(bytes) else { return };
    let Ok(inputs) = convert::read(Some(object)) else { return };
    match Args::read(&inputs, &Place::default()) {
        Ok(args) => drop(args.warnings()),
        Err(error) => {
            let ErrorKind::Input(problems) = error.kind() else { panic!("{error}") };
            assert!(!problems.is_empty());
            for problem in problems {
                let root = problem.path.split(['.', '[']).next().unwrap_or_default();
                assert!(is_path(&problem.path), "`{}` is no path", problem.path);
                assert!(
                    inputs.contains_key(root)
                        || names_of::<Args>().contains(&root)
                        || problem.path.starts_with("[\""),
                    "`{}` is nowhere in {inputs:?}",
                    problem.path
                );
                assert!(
                    problem.reason.ends_with(['.', '?', ')']),
                    "{} is no sentence",
                    problem.reason
                );
            }
        }
    }
}

/// Any request of any kind: the first byte says which.
fn request(bytes: &[u8]) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime")
    });
    let Some((method, bytes)) = bytes.split_first() else { return };
    let answered = async {
        tokio::time::timeout(Duration::from_secs(20), answer(*method, bytes))
            .await
            .expect("an answer in time");
    };
    RUNTIME.block_on(answered);
}

/// Nobody listens there: a call to AWS or to the engine is refused at once.
const NOBODY: &str = "127.0.0.1:1";

/// A provider whose AWS nobody can reach, whose engine is not there, and who waits for nothing.
fn provider() -> Provider {
    let provider = Provider::default();
    let mut settings: Map = ["region", "accessKey", "secretKey"]
        .map(|name| (name.to_owned(), Value::from("eu-west-1")))
        .into();
    let closed = Value::from(format!("http://{NOBODY}"));
    let endpoints = SERVICES.iter().map(|service| ((*service).to_owned(), closed.clone()));
    settings.insert("endpoints".to_owned(), Value::Map(endpoints.collect()));
    settings.insert("maxRetries".to_owned(), Value::Number(0.0));
    let settings = configuration::settings(&settings).expect("they are right");
    provider.change(|session| {
        session.account = Account::new(settings);
        session.run.cancelled.cancel();
    });
    provider
}

const METHODS: u8 = 16;

async fn answer(method: u8, bytes: &[u8]) {
    /// Decodes, makes harmless, asks, and looks at what came of it.
    macro_rules! ask {
        ($message:ty, $method:ident) => {
            ask!($message, $method, |_, _| {})
        };
        ($message:ty, $method:ident, $promises:expr) => {
            ask!($message, $method, |_| {}, $promises)
        };
        ($message:ty, $method:ident, $harmless:expr, $promises:expr) => {{
            let Ok(mut asked) = <$message>::decode(bytes) else { return };
            let harmless: fn(&mut $message) = $harmless;
            let promises: fn($message, _) = $promises;
            harmless(&mut asked);
            match provider().$method(Request::new(asked.clone())).await {
                Ok(answer) => promises(asked, Response::into_inner(answer)),
                Err(status) => assert_status(&status),
            }
        }};
    }
    match method % METHODS {
        0 => ask!(
            proto::ProviderHandshakeRequest,
            handshake,
            |asked| NOBODY.clone_into(&mut asked.engine_address),
            |_, answer: proto::ProviderHandshakeResponse| assert!(answer.accept_secrets)
        ),
        1 => ask!(proto::GetSchemaRequest, get_schema),
        2 => ask!(proto::CheckRequest, check_config, |_, answer: proto::CheckResponse| {
            assert_whole(answer.inputs.as_ref());
            assert_failures(&answer.failures);
        }),
        3 => ask!(proto::DiffRequest, diff_config, |_, answer| assert_diff(&answer)),
        4 => ask!(proto::ConfigureRequest, configure),
        5 => ask!(proto::InvokeRequest, invoke),
        6 => ask!(proto::CallRequest, call),
        7 => ask!(proto::CheckRequest, check, |_, answer: proto::CheckResponse| {
            assert_whole(answer.inputs.as_ref());
            assert_failures(&answer.failures);
        }),
        8 => ask!(proto::DiffRequest, diff, |_, answer| assert_diff(&answer)),
        9 => ask!(proto::CreateRequest, create, |asked, answer: proto::CreateResponse| {
            assert_state(answer.properties.as_ref(), asked.preview);
            assert_eq!(answer.id.is_empty(), asked.preview, "an id, if and only if it is made");
        }),
        10 => ask!(proto::ReadRequest, read, |_, answer: proto::ReadResponse| {
            assert_state(answer.properties.as_ref(), false);
            assert_state(answer.inputs.as_ref(), false);
        }),
        11 => ask!(proto::ListRequest, list),
        12 => ask!(proto::UpdateRequest, update, |asked, answer: proto::UpdateResponse| {
            assert_state(answer.properties.as_ref(), asked.preview);
        }),
        13 => ask!(proto::DeleteRequest, delete),
        14 => ask!(
            proto::ConstructRequest,
            construct,
            |asked| NOBODY.clone_into(&mut asked.monitor_endpoint),
            |_, answer: proto::ConstructResponse| panic!("made of what? {answer:?}")
        ),
        _ => ask!(proto::GetMappingRequest, get_mapping),
    }
}

/// The engine takes some codes as "the state may be corrupt", unless details keep the state.
fn assert_status(status: &Status) {
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
fn assert_whole(object: Option<&Struct>) {
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
fn assert_state(object: Option<&Struct>, preview: bool) {
    assert_whole(object);
    let state = convert::read(object.cloned()).expect("it was just written");
    assert!(preview || !Value::Map(state.clone()).has_unknown(), "unknown in {state:?}");
}

/// Whether the engine can read the path. It cannot say a name that ends in a backslash.
fn is_path(path: &str) -> bool {
    parse_path(path).is_some() || path.contains("\\\"")
}

fn assert_failures(failures: &[proto::CheckFailure]) {
    for failure in failures {
        assert!(is_path(&failure.property), "`{}` is no path", failure.property);
        assert!(!failure.reason.is_empty(), "`{}` for no reason", failure.property);
    }
}

fn assert_diff(diff: &proto::DiffResponse) {
    let some = i32::from(proto::diff_response::DiffChanges::DiffSome);
    assert_eq!(diff.changes == some, !diff.diffs.is_empty(), "{diff:?}");
    assert!(diff.replaces.iter().all(|name| diff.diffs.contains(name)), "{diff:?}");
    assert!(diff.detailed_diff.keys().all(|path| is_path(path)), "{diff:?}");
}

// What the fuzzer begins with.

/// Programs that are wrong and some that are not, and what the rules need to see at all.
fn programs() -> Vec<Map> {
    let programs = include_str!("../component/rules/wrong_programs.json");
    let programs: Vec<serde_json::Value> = serde_json::from_str(programs).expect("a list");
    let read = |json| match crate::property::codec::from_json_text(json) {
        Ok(Value::Map(map)) => map,
        other => panic!("{other:?} is no program"),
    };
    programs.into_iter().map(read).collect()
}

fn wire_seeds() -> Vec<Vec<u8>> {
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

fn request_seeds() -> Vec<Vec<u8>> {
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
        let json = serde_json::from_str(config).expect("JSON");
        let Ok(Value::Map(args)) = crate::property::codec::from_json_text(json) else { continue };
        let object = Some(convert::write(args));
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::TARGETS;

    #[test]
    fn what_the_fuzzer_begins_with_keeps_every_promise() {
        for target in &TARGETS {
            for seed in (target.seeds)() {
                (target.run)(&seed);
            }
        }
    }

    #[test]
    fn what_the_fuzzer_found_worth_keeping_keeps_every_promise() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("dev/fuzz/corpus");
        for target in &TARGETS {
            let files = std::fs::read_dir(corpus.join(target.name)).expect("its corpus");
            let mut count = 0;
            for file in files {
                (target.run)(&std::fs::read(file.expect("a file").path()).expect("bytes"));
                count += 1;
            }
            assert!(count > 0, "the corpus of {} is empty", target.name);
        }
    }
}
