//! Construct: from a request to a wired component.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::monitor::{Monitor, hung_up};
use super::proto::{ConstructRequest, ConstructResponse, construct_response};
use super::session::{Session, channel};
use super::{convert, regions, status};

use crate::component::{self, Args, Options, Place, Planned, Stack};
use crate::error::{Error, Kind, Result};
use crate::property::{IntoMap, Map, Output, Value, encode};
use crate::resource::Journal;

/// Constructs one component.
pub(super) async fn construct(
    session: Session,
    request: ConstructRequest,
) -> Result<ConstructResponse, Status> {
    let reported = session.run.reported.clone();
    let constructed = Box::pin(run(session, request)).await;
    constructed.map_err(|error| status::construct_status(&reported.once(error)))
}

async fn run(session: Session, mut request: ConstructRequest) -> Result<ConstructResponse> {
    if request.r#type != component::TOKEN {
        return Err(Error::bug(format!("`{}` is not a component of this package", request.r#type)));
    }
    let inputs = Args::hidden(inputs(&request)?);
    record(&mut request, &inputs);
    let region = region(&session, &request).await;
    let tags = tags(&session, &request);
    // Everything wrong at once, before anything is registered.
    let component = qualified(&request);
    let place = Place {
        region: region.as_deref().ok(),
        tags: Some(&tags),
        claimed: Some((&session.run.claimed, &component)),
    };
    let args = Args::read(&inputs, &place)?;
    let component = request.name.clone();
    let stack = Stack { component, region: region?, tags, options: options(&request) };
    let secrets = stack.options.additional_secret_outputs.clone();
    let doubt = regions::doubt(&stack.region);
    let planned = Planned::of(stack, args).await?;

    let channel = channel(&request.monitor_endpoint)?;
    let own = session.reference.clone();
    let monitor = Monitor::open(channel, &request, own, &session.run).await?;
    for warning in planned.warnings().iter().chain(&doubt) {
        session.journal.warn(monitor.urn(), warning);
    }
    let constructed = Box::pin(planned.construct(&monitor));
    let outputs = match until_hung_up(constructed, &session.run.cancelled).await {
        Err(error) if *error.kind() == Kind::Cancelled => return Ok(nobody_waits(&monitor)),
        outputs => outputs?,
    };
    let mut outputs = encode(&outputs)?;
    for name in &secrets {
        if let Some(value) = outputs.remove(name) {
            outputs.insert(name.clone(), value.into_secret());
        }
    }
    match monitor.finish(outputs.clone(), request.dry_run).await {
        Err(error) if *error.kind() == Kind::Cancelled => return Ok(nobody_waits(&monitor)),
        finished => finished?,
    }

    let state_dependencies = outputs
        .iter()
        .map(|(name, value)| {
            let urns = value.dependencies().into_iter().collect();
            (name.clone(), construct_response::PropertyDependencies { urns })
        })
        .into_map();
    Ok(ConstructResponse {
        urn: monitor.urn().to_owned(),
        state: Some(convert::write_outputs(outputs)),
        state_dependencies,
    })
}

/// Does it; after Cancel only until the monitor should have hung up on all that waits.
async fn until_hung_up<T>(
    work: impl Future<Output = Result<T>>,
    cancelled: &CancellationToken,
) -> Result<T> {
    const SOON: Duration = Duration::from_millis(300);
    let mut work = pin!(work);
    tokio::select! {
        done = &mut work => done,
        () = cancelled.cancelled() => match timeout(SOON, work).await {
            Ok(done) => done,
            Err(_) => Err(hung_up()),
        }
    }
}

/// The answer once the run has failed elsewhere. The engine has given up this component by then, but
/// shows an error if the call fails: also the one of its own connection, which it closes while we would
/// wait ("the client connection is closing"). So the call ends at once, and well.
fn nobody_waits(monitor: &Monitor) -> ConstructResponse {
    ConstructResponse { urn: monitor.urn().to_owned(), ..ConstructResponse::default() }
}

/// The inputs, each knowing from where it comes: what the request says beside an input is put
/// into the input.
fn inputs(request: &ConstructRequest) -> Result<Map> {
    let mut inputs = convert::read(request.inputs.clone())?;
    for (name, urns) in &request.input_dependencies {
        let Some(value) = inputs.remove(name) else { continue };
        let mut envelope = value.into_envelope();
        envelope.dependencies.extend(urns.urns.iter().cloned());
        let bare = !envelope.secret && envelope.dependencies.is_empty();
        let value = match envelope.value {
            Some(value) if bare => value,
            value => Value::Output(Box::new(crate::property::Envelope { value, ..envelope })),
        };
        inputs.insert(name.clone(), value);
    }
    Ok(inputs)
}

/// The engine keeps the component's inputs as they are registered, and shows what differs from the last ones: what is secret in
/// any case, as secret, and nothing that makes no difference.
fn record(request: &mut ConstructRequest, inputs: &Map) {
    let Some(recorded) = request.inputs.as_mut() else { return };
    let received = std::mem::take(&mut recorded.fields);
    recorded.fields = received
        .into_iter()
        .map(|(name, value)| match Args::recorded(&name, inputs) {
            Some(recorded) => {
                let one = Map::from([(name.clone(), recorded)]);
                (name.clone(), convert::write_outputs(one).fields.remove(&name).unwrap_or(value))
            }
            None => (name, value),
        })
        .into_map();
}

fn options(request: &ConstructRequest) -> Options {
    Options {
        ignore_changes: request.ignore_changes.clone(),
        replace_on_changes: request.replace_on_changes.clone(),
        additional_secret_outputs: request.additional_secret_outputs.clone(),
        delete_before_replace: request.delete_before_replace == Some(true),
        retained: request.retain_on_delete == Some(true),
        protected: request.protect == Some(true),
        replaced_with_others: !request.replace_with.is_empty()
            || request.replacement_trigger.is_some(),
    }
}

/// The component among all of the program: components below different parents may be called alike.
fn qualified(request: &ConstructRequest) -> String {
    let below_stack = request.parent.contains("::pulumi:pulumi:Stack::");
    let parent = request.parent.rsplit("::").next().filter(|_| !below_stack);
    parent.into_iter().chain([request.name.as_str()]).collect::<Vec<_>>().join("::")
}

/// The service's region, settled here once: the provider's own, the stack's, the environment's.
async fn region(session: &Session, request: &ConstructRequest) -> Result<String> {
    let stacks = || request.config.get("aws:region").cloned();
    let (source, region) = match session.account.settings().region.clone() {
        Some(region) => ("`fargate:region`", region),
        None => match stacks() {
            Some(region) => ("`aws:region`", region),
            None => (regions::SURROUNDINGS, session.account.default_region().await?),
        },
    };
    regions::check(source, region)
}

/// The tags that everything gets, beside the service's own.
fn tags(session: &Session, request: &ConstructRequest) -> BTreeMap<String, Output<String>> {
    let defaults = session.account.settings().default_tags.iter();
    let defaults = defaults.map(|(key, value)| (key.clone(), value.as_str().into()));
    let stacks = [("pulumi:project", &request.project), ("pulumi:stack", &request.stack)];
    let stacks = stacks.map(|(key, value)| (key.to_owned(), value.as_str().into()));
    defaults.chain(stacks).into_map()
}
