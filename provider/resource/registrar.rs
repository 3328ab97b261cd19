//! How the component registers its children, without knowing gRPC.
//!
//! The one trait that exists for testing's sake: the engine implements it (through
//! `server/monitor.rs`), and a test that records. The plan of children is the heart of the
//! product, so it must be possible to look at it without an engine.

use std::future::Future;
use std::pin::Pin;

use super::Resource;
use super::lifecycle::TOKEN;
use crate::error::{Error, Problem, Result};
use crate::property::field_names::names_of;
use crate::property::{Map, Output, Value, Wire, decode, encode};

/// What is registered.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// The type token.
    pub token: &'static str,
    /// The child's name in the program.
    pub name: String,
    pub inputs: Map,
    pub changes: Changes,
}

/// Changes that the user wants to be treated differently: paths of inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Nothing is done.
    pub ignored: Vec<String>,
    /// The object is replaced, although it could be changed.
    pub replacing: Vec<String>,
}

/// What the engine says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Registered {
    pub urn: String,
    /// The object's id; `None` if it has none yet, or is not there.
    pub id: Option<String>,
    /// The state; `None` if it was left out of this run, or failed in a run that goes on.
    pub state: Option<Map>,
}

/// Takes registrations. A registration is done when the object is.
pub trait Registrar: Send + Sync {
    /// Registers one child.
    fn register(
        &self,
        registration: Registration,
    ) -> Pin<Box<dyn Future<Output = Result<Registered>> + Send + '_>>;
}

/// What all children of one component share.
#[derive(Clone)]
pub struct Scope<'a> {
    pub registrar: &'a dyn Registrar,
    /// The component's name in the program; children's names begin with it.
    pub component: &'a str,
    pub region: Output<String>,
    /// Known after the first child; `None` for that child itself.
    pub base: Option<Output<String>>,
    /// Which state the service belongs to: known, and `None`, as the base name is.
    pub lineage: Option<Output<String>>,
    pub tags: Output<std::collections::BTreeMap<String, Output<String>>>,
}

/// A child that is registered: its id and its outputs. All of it is unknown if the child was left
/// out or has failed, and still knows where it comes from: so the engine leaves out whatever needs
/// it, and nothing of it reaches AWS.
pub struct Child<R: Resource> {
    pub id: Output<String>,
    /// The token by which the object's tags name this entry of the state as the owner.
    pub token: Option<String>,
    pub outputs: R::Outputs<Wire>,
}

/// Registers `<component>-<part>` with these inputs, as the kind's `Inputs` are written, and waits until
/// it is as asked for.
///
/// # Errors
/// The engine's: the deployment is over.
pub async fn register<R: Resource>(
    scope: &Scope<'_>,
    part: &str,
    inputs: Map,
    changes: Changes,
) -> Result<Child<R>> {
    let Registered { urn, id, state } = registered(scope, R::TYPE, part, inputs, changes).await?;
    let token = state.as_ref().and_then(|it| it.get(TOKEN)?.as_str()).map(str::to_owned);
    let map = coming_from(&urn, names_of::<R::Outputs<Wire>>(), state);
    let outputs = decode(&map).map_err(|problems| unreadable(R::TYPE, problems))?;
    let id = id.map_or_else(Output::unknown, Output::from).from_urn(&urn);
    Ok(Child { id, token, outputs })
}

async fn registered(
    scope: &Scope<'_>,
    token: &'static str,
    part: &str,
    mut inputs: Map,
    changes: Changes,
) -> Result<Registered> {
    inputs.extend(encode(&Common {
        region: scope.region.clone(),
        base_name: scope.base.clone(),
        lineage: scope.lineage.clone(),
        tags: scope.tags.clone(),
    })?);
    let name = format!("{}-{part}", scope.component);
    scope.registrar.register(Registration { token, name, inputs, changes }).await
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Common {
    region: Output<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_name: Option<Output<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lineage: Option<Output<String>>,
    tags: Output<std::collections::BTreeMap<String, Output<String>>>,
}

/// The outputs of these names, each knowing that it comes from `urn`; without a state all are
/// unknown.
fn coming_from(urn: &str, names: &[&str], mut state: Option<Map>) -> Map {
    let mut map = Map::new();
    for name in names {
        let value = match &mut state {
            Some(state) => state.remove(*name),
            None => Some(Value::unknown()),
        };
        let Some(value) = value else { continue };
        let mut envelope = value.into_envelope();
        envelope.dependencies.insert(urn.to_owned());
        map.insert((*name).to_owned(), Value::Output(Box::new(envelope)));
    }
    map
}

fn unreadable(token: &str, problems: Vec<Problem>) -> Error {
    Error::bug(format!("the outputs of a {token} cannot be read: {}", Error::input(problems)))
}
