//! Any request of any kind, to a provider that reaches nobody.

use std::sync::LazyLock;
use std::time::Duration;

use prost::Message;
use tokio::runtime::Runtime;
use tonic::{Request, Response};

use super::promises::{assert_diff, assert_failures, assert_state, assert_status, assert_whole};
use crate::aws::{Account, service_names};
use crate::property::{Map, Value};
use crate::server::proto::resource_provider_server::ResourceProvider;
use crate::server::{Provider, configuration, proto};

/// Any request of any kind: the first byte says which.
pub(super) fn run(bytes: &[u8]) {
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
    let endpoints = service_names().into_iter().map(|service| (service.to_owned(), closed.clone()));
    settings.insert("endpoints".to_owned(), Value::Map(endpoints.collect()));
    settings.insert("maxRetries".to_owned(), Value::Number(0.0));
    let settings = configuration::settings(&settings).expect("they are right");
    provider.change(|session| {
        session.account = Account::new(settings);
        session.run.cancelled.cancel();
    });
    provider
}

pub(super) const METHODS: u8 = 16;

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
