//! Talks to the engine's resource monitor: registers the component and its children.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::proto::register_resource_request::{
    CustomTimeouts, PropertyDependencies, ResourceHooksBinding,
};
use super::proto::resource_monitor_client::ResourceMonitorClient;
use super::proto::{
    ConstructRequest, RegisterResourceOutputsRequest, RegisterResourceRequest,
    RegisterResourceResponse,
};
use super::session::Run;
use super::{VERSION, convert};
use crate::error::{Error, Result};
use crate::property::{IntoMap, Map};
use crate::resource::registrar::{Registered, Registrar, Registration};

/// The monitor, for one component.
pub(super) struct Monitor {
    client: ResourceMonitorClient<Channel>,
    /// The component's URN: the children's parent.
    parent: String,
    /// Which provider instance the children belong to.
    provider: String,
    timeouts: Option<CustomTimeouts>,
    cancelled: CancellationToken,
    incomplete: Arc<AtomicBool>,
}

impl Monitor {
    /// Registers the component itself, exactly as the engine named it, with its inputs as
    /// received. What comes back registers the children.
    pub(super) async fn open(
        channel: Channel,
        request: &ConstructRequest,
        own_reference: Option<String>,
        run: &Run,
    ) -> Result<Self> {
        let client =
            ResourceMonitorClient::new(channel).max_decoding_message_size(super::LARGEST_MESSAGE);
        let mut monitor = Self {
            client,
            parent: String::new(),
            provider: request
                .providers
                .get("fargate")
                .cloned()
                .or(own_reference)
                .unwrap_or_default(),
            timeouts: timeouts(request),
            cancelled: run.cancelled.clone(),
            incomplete: Arc::clone(&run.incomplete),
        };
        let answer = monitor.client.clone().register_resource(component(request)).await;
        monitor.parent = answer.map_err(|status| refused(status.message()))?.into_inner().urn;
        Ok(monitor)
    }

    /// The component's URN.
    pub(super) fn urn(&self) -> &str {
        &self.parent
    }

    /// Tells the component's outputs: once, after all children.
    pub(super) async fn finish(&self, outputs: Map, dry_run: bool) -> Result<()> {
        // In a real run an unknown would be stored as the text of its marker.
        let outputs =
            outputs.into_iter().filter(|(_, value)| dry_run || !value.has_unknown()).into_map();
        let request = RegisterResourceOutputsRequest {
            urn: self.parent.clone(),
            outputs: Some(convert::write(outputs)),
        };
        match self.client.clone().register_resource_outputs(request).await {
            Ok(_) => Ok(()),
            Err(status) => Err(self.explain(&status).await),
        }
    }

    async fn send(&self, request: RegisterResourceRequest) -> Result<RegisterResourceResponse> {
        match self.client.clone().register_resource(request).await {
            Ok(answer) => Ok(answer.into_inner()),
            Err(status) => Err(self.explain(&status).await),
        }
    }

    /// Once a deployment has failed, the monitor hangs up on all that still wait, or its connection
    /// breaks (then the status has a cause on this side), and Cancel follows. What went wrong has been
    /// shown already.
    async fn explain(&self, status: &Status) -> Error {
        if status.source().is_none() {
            return if hangs_up(status.code()) { hung_up() } else { refused(status.message()) };
        }
        tokio::select! {
            () = self.cancelled.cancelled() => hung_up(),
            () = tokio::time::sleep(Duration::from_secs(3)) => broken(status.message()),
        }
    }

    fn child(&self, registration: Registration) -> RegisterResourceRequest {
        let mut union = BTreeSet::new();
        let mut by_property = BTreeMap::new();
        for (name, value) in &registration.inputs {
            let urns = value.dependencies();
            union.extend(urns.iter().cloned());
            by_property
                .insert(name.clone(), PropertyDependencies { urns: urns.into_iter().collect() });
        }
        RegisterResourceRequest {
            r#type: registration.token.to_owned(),
            name: registration.name,
            parent: self.parent.clone(),
            custom: true,
            object: Some(convert::write(registration.inputs)),
            dependencies: union.into_iter().collect(),
            property_dependencies: by_property,
            provider: self.provider.clone(),
            version: VERSION.to_owned(),
            ignore_changes: registration.changes.ignored,
            replace_on_changes: registration.changes.replacing,
            custom_timeouts: self.timeouts.clone(),
            // No `parent_stack_trace_handle`: the engine would keep the program's stack trace with each child.
            ..capabilities()
        }
    }
}

impl Registrar for Monitor {
    fn register(
        &self,
        registration: Registration,
    ) -> Pin<Box<dyn Future<Output = Result<Registered>> + Send + '_>> {
        Box::pin(async move {
            let answer = self.send(self.child(registration)).await?;
            // With --continue-on-error a failed child comes back as such; with --target a child
            // may be left out, and engines that do not say so send no id in a real run.
            let made = answer.result == 0 && !answer.unknown;
            self.incomplete.fetch_or(!made, Ordering::Relaxed);
            let state = convert::read(answer.object)?;
            let id = Some(answer.id).filter(|id| made && !id.is_empty());
            Ok(Registered { urn: answer.urn, id, state: made.then_some(state) })
        })
    }
}

/// Whether the monitor says that the run is over.
fn hangs_up(code: Code) -> bool {
    matches!(code, Code::Unavailable | Code::Cancelled)
}

fn broken(why: &str) -> Error {
    let rendered = format!("the connection to the engine broke: {why}");
    Error::unreachable(rendered).hinted("Run `pulumi up` again: what exists is kept.")
}

/// The run has ended, and the engine does not wait for this component any more.
pub(super) fn hung_up() -> Error {
    Error::cancelled("the resources of the service were being registered")
}

fn refused(why: &str) -> Error {
    Error::aws("RegistrationFailed", format!("the engine did not register it: {why}"))
}

/// What we understand, on every registration.
fn capabilities() -> RegisterResourceRequest {
    RegisterResourceRequest {
        accept_secrets: true,
        accept_resources: true,
        supports_partial_values: true,
        supports_result_reporting: true,
        alias_specs: true,
        ..RegisterResourceRequest::default()
    }
}

fn component(request: &ConstructRequest) -> RegisterResourceRequest {
    let by_property = request
        .input_dependencies
        .iter()
        .map(|(name, urns)| (name.clone(), PropertyDependencies { urns: urns.urns.clone() }))
        .into_map();
    RegisterResourceRequest {
        r#type: request.r#type.clone(),
        name: request.name.clone(),
        parent: request.parent.clone(),
        object: request.inputs.clone(),
        dependencies: request.dependencies.clone(),
        property_dependencies: by_property,
        providers: request.providers.clone(),
        aliases: request.aliases.clone(),
        protect: request.protect,
        retain_on_delete: request.retain_on_delete,
        deleted_with: request.deleted_with.clone(),
        replace_with: request.replace_with.clone(),
        replacement_trigger: request.replacement_trigger.clone(),
        ignore_changes: request.ignore_changes.clone(),
        replace_on_changes: request.replace_on_changes.clone(),
        additional_secret_outputs: request.additional_secret_outputs.clone(),
        delete_before_replace: request.delete_before_replace.unwrap_or_default(),
        delete_before_replace_defined: request.delete_before_replace.is_some(),
        custom_timeouts: timeouts(request),
        hooks: request.resource_hooks.clone().map(|hooks| ResourceHooksBinding {
            before_create: hooks.before_create,
            after_create: hooks.after_create,
            before_update: hooks.before_update,
            after_update: hooks.after_update,
            before_delete: hooks.before_delete,
            after_delete: hooks.after_delete,
            on_error: hooks.on_error,
        }),
        parent_stack_trace_handle: request.stack_trace_handle.clone(),
        ..capabilities()
    }
}

fn timeouts(request: &ConstructRequest) -> Option<CustomTimeouts> {
    request.custom_timeouts.clone().map(|it| CustomTimeouts {
        create: it.create,
        update: it.update,
        delete: it.delete,
        read: it.read,
    })
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::{broken, hangs_up, hung_up, refused};

    #[test]
    fn what_the_engine_refuses_is_told() {
        let rendered = [refused("tcp connect error"), broken("connection reset"), hung_up()];
        let rendered = rendered.map(|error| error.to_string());
        expect_test::expect![[r"
            the engine did not register it: tcp connect error
            the connection to the engine broke: connection reset
              Run `pulumi up` again: what exists is kept.
            stopped on request while the resources of the service were being registered"]]
        .assert_eq(&rendered.join("\n"));
        assert!(hangs_up(Code::Unavailable) && !hangs_up(Code::InvalidArgument));
    }
}
