//! The one thing that users see: a web service on Fargate, wired from its children.
//!
//! [`Planned::construct`] shows the slices and what flows between them; each slice's `wiring.rs` says what its
//! children are asked for. A child waits for exactly the children whose outputs it names, so everything
//! independent is created at the same time. The component never calls AWS.

mod balancer;
mod container;
mod domain;
mod image;
mod inputs;
mod network;
mod observability;
mod outputs;
pub mod pages;
mod roles;
mod routes;
mod secrets;
mod service;
mod slices;
#[cfg(test)]
mod tests;
mod wiring;

use std::collections::BTreeMap;
use std::pin::Pin;

#[cfg(any(test, fuzzing))]
pub(crate) use inputs::WRONG_PROGRAMS;
pub use inputs::claimed_names::ClaimedNames;
pub use inputs::place::Place;
pub use outputs::Outputs;
pub use slices::Args;
pub use wiring::options::Options;

use crate::children::ours::base_name;
use crate::error::Result;
use crate::property::Output;
use crate::resource::{Registrar, Scope};
use inputs::types::Dict;
use wiring::parent::Parent;
use wiring::rehearsal::{Plan, Rehearsal};
use wiring::{Wanted, Wiring, protection};

/// The component's type token.
pub const TOKEN: &str = "fargate:index:FargateWebService";

/// What the component knows of the stack that it stands in.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The component's name in the program.
    pub component: String,
    pub region: String,
    /// Tags that every object gets, beside the user's.
    pub tags: BTreeMap<String, Output<String>>,
    pub options: Options,
}

/// A service that was rehearsed: its plan is known before anything of it is registered.
pub struct Planned {
    stack: Stack,
    want: Wanted,
    plan: Plan,
    warnings: Vec<String>,
}

impl Planned {
    /// Reads what is built, and rehearses the wiring of a service.
    ///
    /// # Errors
    /// What an image is to be built from cannot be read.
    #[must_use]
    pub fn of(stack: Stack, args: Args) -> Pin<Box<impl Future<Output = Result<Self>>>> {
        // There are so many inputs that a future of them is too large for a stack.
        Box::pin(Self::rehearsed(stack, args))
    }

    async fn rehearsed(mut stack: Stack, args: Args) -> Result<Self> {
        let (source, unmeant) = Box::pin(image::build::hash(&args)).await?;
        let want = Wanted { source, ..Wanted::from(args) };
        let rehearsal = Rehearsal::default();
        Box::pin(wire(&rehearsal, &stack, &want, Plan::unknown())).await?;
        let children = rehearsal.children();
        let parts = children.iter().map(|(name, child)| {
            let part = name.strip_prefix(&stack.component).unwrap_or(name);
            (part.trim_start_matches('-'), &child.inputs)
        });
        let (options, mut others) = stack.options.clone().effective(parts, &want.args.given());
        others.extend(unmeant);
        stack.options = options;
        let warnings = want.args.warnings(others);
        let plan = Plan::of(&children, &stack.component, &stack.options);
        Ok(Self { stack, want, plan, warnings })
    }

    /// What works but may not be meant, the options too, less what is silenced.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Registers all children: the component's outputs.
    ///
    /// # Errors
    /// The engine's: the deployment is over.
    pub async fn construct(self, registrar: &dyn Registrar) -> Result<Outputs> {
        wire(registrar, &self.stack, &self.want, self.plan).await
    }
}

async fn wire(
    registrar: &dyn Registrar,
    stack: &Stack,
    want: &Wanted,
    plan: Plan,
) -> Result<Outputs> {
    let scope = Scope {
        registrar,
        component: &stack.component,
        region: stack.region.as_str().into(),
        base: None,
        lineage: None,
        tags: all_tags(stack, want),
    };
    let base = base_name(scope.clone(), stack, want, plan).await?;
    let scope =
        Scope { base: Some(base.value.clone()), lineage: Some(base.lineage.clone()), ..scope };
    let parent = &Parent::new(scope, stack.options.clone());

    let mut wiring = Wiring::new(parent, want);
    let it = &mut wiring;
    let network = network::wiring::wire(it);
    let logs = observability::logs::wire(it);
    let cluster = service::wiring::cluster(it);
    let image = image::wiring::wire(it, &cluster);
    let secrets = secrets::wiring::wire(it);
    let roles = roles::wiring::wire(it, &logs, &image, &secrets);
    let domain = domain::wiring::wire(it, &network);
    let way_in = balancer::wiring::wire(it, &network, &domain);
    let tasks = container::wiring::wire(it, &image, &roles, &logs, &secrets, &cluster);
    let infrastructure = roles::infrastructure::wire(it, &way_in);
    let alarms = observability::wiring::of_requests(it, &way_in);
    let own = service::wiring::Own {
        cluster,
        infrastructure: infrastructure.clone(),
        alarms: alarms.clone(),
    };
    let service = service::wiring::wire(it, &tasks, &image, &network, &way_in, &logs, &own);
    service::wiring::scale(it, &service, &image, &way_in);
    domain::wiring::lead(it, &domain, &way_in, &service);
    let watch = observability::wiring::wire(it, &service, &way_in, &logs, &alarms);
    wiring.all().await?;

    // All of it is created: the run came to its end.
    let mut changes = roles.changes.clone().await?;
    changes.extend(infrastructure.await?.and_then(roles::wiring::change));
    changes.extend(way_in.rules.clone().await?.into_iter().filter_map(routes::wiring::change));
    let completed = protection::complete(parent, base, changes, &stack.options).await?;
    let (balancer, repository) =
        (way_in.load_balancer.clone().await?, image.repository.clone().await?);
    let own = (!want.args.is_shared()).then(|| balancer.arn.clone().after(&completed));
    let shared = own.is_none();
    let repository = repository.map(|it| if shared { it.name.after(&completed) } else { it.name });
    let logs_bucket = way_in.logs_bucket.clone().await?.map(|it| it.name);
    protection::protect(parent, want, own, repository, logs_bucket).await?;
    Outputs::of(want, network, logs, image, roles, domain, way_in, tasks, service, watch).await
}

/// The first child: all names are made of its value.
async fn base_name(
    scope: Scope<'_>,
    stack: &Stack,
    want: &Wanted,
    plan: Plan,
) -> Result<base_name::Outputs<crate::property::Wire>> {
    let inputs = base_name::Inputs {
        component: stack.component.as_str().into(),
        name: want.args.general.name.clone(),
        chosen: None,
        drawn: None,
        drawn_lineage: None,
        plan: plan.hash,
        kinds: plan.kinds.into_iter().map(Output::from).collect::<Vec<_>>().into(),
        retained: stack.options.retained.then(|| true.into()),
        generation: None,
    };
    let parent = Parent::new(scope, Options::default());
    parent.make::<base_name::BaseName>("name", inputs).await
}

fn all_tags(stack: &Stack, want: &Wanted) -> Dict {
    let stacks = stack.tags.clone();
    match want.args.general.tags.clone() {
        None => stacks.into(),
        Some(users) => users.map(|users| stacks.into_iter().chain(users).collect()),
    }
}
