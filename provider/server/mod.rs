//! The rim towards Pulumi: the only place that names protobuf types. Decode, call, encode.

use tonic::{Request, Response, Status};

mod configuration;
mod construct;
mod convert;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod journal;
mod monitor;
mod provider;
mod regions;
mod replies;
mod serve;
mod session;
mod status;
#[cfg(test)]
mod tests;

pub use provider::Provider;
pub use serve::serve;

use crate::component::pages::schema;
use crate::resource::{Asked, Autonaming};
use proto::resource_provider_server::ResourceProvider;
use provider::{child, old};
use session::name_of;

/// The wire contract, made from `proto/`.
#[expect(clippy::pedantic, clippy::enum_variant_names, unreachable_pub, reason = "generated code")]
mod proto {
    tonic::include_proto!("pulumirpc");
}

/// The one version: of the crate, the schema, the plugin and the SDKs.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The engine accepts messages of this size, and so must we (rpcutil/serve.go).
const LARGEST_MESSAGE: usize = 400 << 20;

type Answer<T> = std::result::Result<Response<T>, Status>;

#[tonic::async_trait]
impl ResourceProvider for Provider {
    async fn handshake(
        &self,
        request: Request<proto::ProviderHandshakeRequest>,
    ) -> Answer<proto::ProviderHandshakeResponse> {
        let address = request.into_inner().engine_address;
        self.change(|session| session.meet_engine(&address));
        Ok(Response::new(proto::ProviderHandshakeResponse {
            accept_secrets: true,
            accept_resources: true,
            accept_outputs: true,
            supports_autonaming_configuration: true,
            accepts_byte_string: false,
        }))
    }

    async fn attach(&self, request: Request<proto::PluginAttach>) -> Answer<()> {
        let address = request.into_inner().address;
        self.change(|session| session.meet_engine(&address));
        Ok(Response::new(()))
    }

    async fn get_plugin_info(&self, _: Request<()>) -> Answer<proto::PluginInfo> {
        Ok(Response::new(proto::PluginInfo { version: VERSION.to_owned() }))
    }

    async fn get_schema(
        &self,
        request: Request<proto::GetSchemaRequest>,
    ) -> Answer<proto::GetSchemaResponse> {
        let request = request.into_inner();
        if request.version != 0 {
            return Err(Status::invalid_argument(format!(
                "schema format {} is not known; 0 is",
                request.version
            )));
        }
        if !request.subpackage_name.is_empty() {
            return Err(Status::invalid_argument("the fargate package has no sub-packages"));
        }
        Ok(Response::new(proto::GetSchemaResponse { schema: schema::COMMITTED.to_owned() }))
    }

    async fn parameterize(
        &self,
        _: Request<proto::ParameterizeRequest>,
    ) -> Answer<proto::ParameterizeResponse> {
        Err(Status::unimplemented("the fargate package takes no parameters"))
    }

    async fn check_config(
        &self,
        request: Request<proto::CheckRequest>,
    ) -> Answer<proto::CheckResponse> {
        let request = request.into_inner();
        let args = convert::read(request.news).map_err(|error| status::status(&error))?;
        let failures = replies::failures(&configuration::problems(&args));
        Ok(Response::new(proto::CheckResponse { inputs: Some(convert::write(args)), failures }))
    }

    async fn diff_config(
        &self,
        request: Request<proto::DiffRequest>,
    ) -> Answer<proto::DiffResponse> {
        let request = request.into_inner();
        let read = |object| convert::read(object).map_err(|error| status::status(&error));
        let old = read(request.old_inputs.or(request.olds))?;
        let changes = configuration::changes(&old, &read(request.news)?);
        Ok(Response::new(replies::config_diff(&changes, configuration::moves)))
    }

    async fn configure(
        &self,
        request: Request<proto::ConfigureRequest>,
    ) -> Answer<proto::ConfigureResponse> {
        let request = request.into_inner();
        let settings = convert::read(request.args)
            .and_then(|args| configuration::settings(&args))
            .map_err(|error| status::status(&error))?;
        let reference = match (request.urn, request.id) {
            (Some(urn), Some(id)) if !urn.is_empty() && !id.is_empty() => {
                Some(format!("{urn}::{id}"))
            }
            _ => None,
        };
        self.change(|session| session.configure(settings, reference));
        Ok(Response::new(proto::ConfigureResponse {
            accept_secrets: true,
            supports_preview: true,
            accept_resources: true,
            accept_outputs: true,
            supports_autonaming_configuration: true,
        }))
    }

    async fn invoke(
        &self,
        request: Request<proto::InvokeRequest>,
    ) -> Answer<proto::InvokeResponse> {
        let token = request.into_inner().tok;
        Err(Status::unimplemented(format!("the fargate package has no function `{token}`")))
    }

    async fn call(&self, request: Request<proto::CallRequest>) -> Answer<proto::CallResponse> {
        let token = request.into_inner().tok;
        Err(Status::unimplemented(format!("the fargate package has no method `{token}`")))
    }

    async fn check(&self, request: Request<proto::CheckRequest>) -> Answer<proto::CheckResponse> {
        let request = request.into_inner();
        let child = child(&request.urn, &request.r#type)?;
        let checked = convert::read(request.olds).and_then(|olds| {
            let autonaming = request.autonaming.map(|it| match it.mode {
                1 => Autonaming::Enforce(it.proposed_name),
                2 => Autonaming::Disabled,
                _ => Autonaming::Propose(it.proposed_name),
            });
            let name = name_of(&request.urn, &request.name);
            let run = self.session().run;
            let earlier = run.earlier(child, &request.urn, &olds);
            let (olds, earlier, seed) = (&olds, &earlier, &*request.random_seed);
            let asked = Asked { name: &name, olds, earlier, seed, autonaming };
            run.check(child, &request.urn, convert::read(request.news.clone())?, &asked)
        });
        replies::check(checked, request.news).map(Response::new)
    }

    async fn diff(&self, request: Request<proto::DiffRequest>) -> Answer<proto::DiffResponse> {
        let request = request.into_inner();
        let child = child(&request.urn, &request.r#type)?;
        let (site, reported) = self.site(&request.urn, &request.name, 0.0);
        self.to_the_end(async move {
            let difference = async {
                let old = old(request.old_inputs, request.olds)?;
                child.diff(site, old, convert::read(request.news)?).await
            };
            replies::diff(difference.await, &reported)
        })
        .await
        .map(Response::new)
    }

    async fn create(
        &self,
        request: Request<proto::CreateRequest>,
    ) -> Answer<proto::CreateResponse> {
        let request = request.into_inner();
        let child = child(&request.urn, &request.r#type)?;
        let (site, reported) = self.site(&request.urn, &request.name, request.timeout);
        self.to_the_end(async move {
            let outcome = async {
                child.create(site, convert::read(request.properties)?, request.preview).await
            };
            let outcome = replies::outcome(child, outcome.await, &reported)?;
            let properties = Some(convert::write(outcome.state));
            Ok(proto::CreateResponse { id: outcome.id, properties })
        })
        .await
        .map(Response::new)
    }

    async fn read(&self, request: Request<proto::ReadRequest>) -> Answer<proto::ReadResponse> {
        let request = request.into_inner();
        let child = child(&request.urn, &request.r#type)?;
        let (site, reported) = self.site(&request.urn, &request.name, request.timeout);
        self.to_the_end(async move {
            let found = async {
                let old = old(request.inputs, request.properties)?;
                child.read(site, request.id, old).await
            };
            replies::read(found.await, &reported)
        })
        .await
        .map(Response::new)
    }

    type ListStream = tokio_stream::Empty<std::result::Result<proto::ListResponse, Status>>;

    async fn list(&self, request: Request<proto::ListRequest>) -> Answer<Self::ListStream> {
        let token = request.into_inner().token;
        Err(Status::unimplemented(format!("`{token}` cannot be listed by the fargate provider")))
    }

    async fn update(
        &self,
        request: Request<proto::UpdateRequest>,
    ) -> Answer<proto::UpdateResponse> {
        let request = request.into_inner();
        let child = child(&request.urn, &request.r#type)?;
        let (site, reported) = self.site(&request.urn, &request.name, request.timeout);
        self.to_the_end(async move {
            let outcome = async {
                let old = old(request.old_inputs, request.olds)?;
                let news = convert::read(request.news)?;
                child.update(site, request.id, old, news, request.preview).await
            };
            let outcome = replies::outcome(child, outcome.await, &reported)?;
            Ok(proto::UpdateResponse { properties: Some(convert::write(outcome.state)) })
        })
        .await
        .map(Response::new)
    }

    async fn delete(&self, request: Request<proto::DeleteRequest>) -> Answer<()> {
        let request = request.into_inner();
        let child = child(&request.urn, &request.r#type)?;
        let (site, reported) = self.site(&request.urn, &request.name, request.timeout);
        self.to_the_end(async move {
            let deleted = async {
                let old = old(request.old_inputs, request.properties)?;
                child.delete(site, request.id, old).await
            };
            deleted.await.map_err(|error| status::status(&reported.once(error)))
        })
        .await
        .map(Response::new)
    }

    async fn construct(
        &self,
        request: Request<proto::ConstructRequest>,
    ) -> Answer<proto::ConstructResponse> {
        let session = self.session();
        let _unanswered = session.run.constructs.token();
        let work = construct::construct(session, request.into_inner());
        self.to_the_end(work).await.map(Response::new)
    }

    async fn cancel(&self, _: Request<()>) -> Answer<()> {
        let run = self.session().run;
        run.cancel().await;
        Ok(Response::new(()))
    }

    async fn get_mapping(
        &self,
        _: Request<proto::GetMappingRequest>,
    ) -> Answer<proto::GetMappingResponse> {
        Ok(Response::new(proto::GetMappingResponse::default()))
    }

    async fn get_mappings(
        &self,
        _: Request<proto::GetMappingsRequest>,
    ) -> Answer<proto::GetMappingsResponse> {
        Ok(Response::new(proto::GetMappingsResponse::default()))
    }
}
