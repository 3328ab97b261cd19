//! As much of an engine as the edges of the wire need: a connection to the plugin with the limits
//! of the real one, and a resource monitor that previews what is registered.

use std::net::SocketAddr;
use std::time::Duration;

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

use crate::binary::Plugin;
use crate::cloud::Cloud;
use proto::resource_monitor_server::{ResourceMonitor, ResourceMonitorServer};
use proto::resource_provider_client::ResourceProviderClient;

/// The wire contract, made from `proto/`.
#[expect(unreachable_pub, clippy::pedantic, clippy::enum_variant_names, reason = "generated code")]
pub(crate) mod proto {
    tonic::include_proto!("pulumirpc");
}

/// What grpc-go takes in headers (`defaultClientMaxHeaderListSize`).
const LARGEST_HEADERS: u32 = 16 << 20;
const LARGEST_MESSAGE: usize = 400 << 20;

pub(crate) type Client = ResourceProviderClient<Channel>;

/// A connection to the plugin.
pub(crate) async fn connect(plugin: &Plugin) -> Client {
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{}", plugin.port()));
    let endpoint = endpoint.expect("an address").http2_max_header_list_size(LARGEST_HEADERS);
    let channel = endpoint.connect().await.expect("a connection");
    ResourceProviderClient::new(channel).max_decoding_message_size(LARGEST_MESSAGE)
}

/// Tells the plugin that AWS is there, and how often a call may be repeated if not as usual.
pub(crate) async fn configure(client: &mut Client, cloud: &Cloud, retries: Option<u32>) {
    let endpoints = json!({"logs": cloud.address, "sts": cloud.address});
    let args = object(&json!({
        "region": "eu-west-1", "accessKey": "a", "secretKey": "b", "maxRetries": retries,
        "endpoints": endpoints,
    }));
    let request = proto::ConfigureRequest { args: Some(args), ..Default::default() };
    client.configure(request).await.expect("a configuration that is right");
}

/// An object of the wire.
pub(crate) fn object(json: &Json) -> Struct {
    match value(json).kind {
        Some(Kind::StructValue(object)) => object,
        other => panic!("{other:?} is no object"),
    }
}

fn value(json: &Json) -> Value {
    let kind = match json {
        Json::Null => Kind::NullValue(0),
        Json::Bool(it) => Kind::BoolValue(*it),
        Json::Number(it) => Kind::NumberValue(it.as_f64().expect("a number")),
        Json::String(it) => Kind::StringValue(it.clone()),
        Json::Array(items) => {
            Kind::ListValue(ListValue { values: items.iter().map(value).collect() })
        }
        Json::Object(members) => Kind::StructValue(Struct {
            fields: members.iter().map(|(name, it)| (name.clone(), value(it))).collect(),
        }),
    };
    Value { kind: Some(kind) }
}

/// The end of a URN.
pub(crate) fn name_of(urn: &str) -> &str {
    urn.rsplit("::").next().unwrap_or_default()
}

/// A resource monitor; its connections break when it is dropped.
pub(crate) struct Monitor {
    runtime: Option<Runtime>,
    pub(crate) address: SocketAddr,
}

impl Monitor {
    /// Previews each child with `plugin`, and tells `heard` its name first.
    pub(crate) fn start(plugin: Client, heard: UnboundedSender<String>) -> Self {
        Self::serve(Previews { plugin: Some(plugin), heard })
    }

    /// Registers the component, and never answers about its children.
    pub(crate) fn silent(heard: UnboundedSender<String>) -> Self {
        Self::serve(Previews { plugin: None, heard })
    }

    fn serve(previews: Previews) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let (sender, mut receiver) = unbounded_channel();
        runtime.spawn(async move {
            let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).expect("a port");
            sender.send(incoming.local_addr().expect("its address")).expect("a test that waits");
            let service =
                ResourceMonitorServer::new(previews).max_decoding_message_size(LARGEST_MESSAGE);
            Server::builder().add_service(service).serve_with_incoming(incoming).await
        });
        let address = loop {
            match receiver.try_recv() {
                Ok(address) => break address,
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        Self { runtime: Some(runtime), address }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Previews {
    plugin: Option<Client>,
    heard: UnboundedSender<String>,
}

#[tonic::async_trait]
impl ResourceMonitor for Previews {
    async fn register_resource(
        &self,
        request: Request<proto::RegisterResourceRequest>,
    ) -> Result<Response<proto::RegisterResourceResponse>, Status> {
        let request = request.into_inner();
        let _ = self.heard.send(request.name.clone());
        let urn = format!("urn:pulumi:s::p::{}::{}", request.r#type, request.name);
        let mut reply = proto::RegisterResourceResponse { urn: urn.clone(), ..Default::default() };
        if !request.custom {
            return Ok(Response::new(reply));
        }
        let Some(plugin) = &self.plugin else { return std::future::pending().await };
        let check = proto::CheckRequest {
            urn: urn.clone(),
            news: request.object,
            random_seed: vec![7; 32],
            ..Default::default()
        };
        let mut plugin = plugin.clone();
        let checked = plugin.check(check).await?.into_inner();
        assert_eq!(checked.failures, [], "{}", name_of(&urn));
        let properties = checked.inputs;
        let create = proto::CreateRequest { urn, properties, preview: true, ..Default::default() };
        reply.object = plugin.create(create).await?.into_inner().properties;
        Ok(Response::new(reply))
    }

    async fn register_resource_outputs(
        &self,
        _: Request<proto::RegisterResourceOutputsRequest>,
    ) -> Result<Response<()>, Status> {
        Ok(Response::new(()))
    }
}
