//! The ECS service: it keeps tasks running behind the load balancer, and it is done when the
//! revision that was asked for serves, not before.
//!
//! Only cluster and name cannot change.
//!
//! Everything but the task count is compared with what is live, not with what was asked for last
//! time: after a rollback the two differ. The task count is the one that was set last, also by others.

mod debris;
mod fresh_role;
mod giving_up;
mod hooks;
mod live;
mod load_balancer;
mod mapping;
mod permissions;
mod plan;
mod removal;
mod request;
mod settle;
mod shift;
mod switching;
mod watch;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::hooks::Hook;
use self::live::{cluster_of, describe, is_active};
use self::mapping::{inputs, outputs};
use self::settle::fingerprint;
pub use self::shift::{Shift, Threshold};
pub use crate::children::ecs::strategy::StrategyItem;

use crate::children::ecs::strategy;
use crate::children::ecs::tags;
use crate::error::{Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The service.
pub struct Service;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cluster_arn: F::Of<String>,
    pub task_definition_arn: F::Of<String>,
    /// Others deploy revisions too: the one of the program is sent when it changes, and what runs stays else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_image: Option<F::Of<bool>>,
    /// How many tasks; what [`plan`] says of it.
    pub desired_count: F::Of<u32>,
    /// Whether Application Auto Scaling owns the count.
    pub scaled: F::Of<bool>,
    pub subnets: F::Of<Vec<F::Of<String>>>,
    pub security_groups: F::Of<Vec<F::Of<String>>>,
    pub assign_public_ip: F::Of<bool>,
    pub target_group_arn: F::Of<String>,
    /// The balancer that must be active before the service is done.
    pub load_balancer_arn: F::Of<String>,
    pub container_name: F::Of<String>,
    pub container_port: F::Of<u16>,
    /// Further target groups in which the tasks are registered, by container and port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further_targets: Option<F::Of<Vec<FurtherTarget<F>>>>,
    pub capacity_provider_strategy: F::Of<Vec<StrategyItem<F>>>,
    pub minimum_healthy_percent: F::Of<u32>,
    pub maximum_percent: F::Of<u32>,
    pub circuit_breaker: F::Of<bool>,
    /// Whether a failed deployment goes back to the last one that worked.
    pub rollback: F::Of<bool>,
    /// How many failed tasks are too many. None: ECS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold<F>>,
    /// None: as with ECS it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset_on_healthy_task: Option<F::Of<bool>>,
    /// Names of alarms by which a deployment goes back, in alphabetical order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_names: Option<F::Of<Vec<F::Of<String>>>>,
    /// How traffic moves between two target groups. None: it does not, and tasks are replaced a few at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shift<F>>,
    pub health_check_grace_period_seconds: F::Of<u32>,
    pub enable_execute_command: F::Of<bool>,
    pub wait_for_steady_state: F::Of<bool>,
    /// Whether a deployment that no further task can save is stopped.
    pub fail_fast: F::Of<bool>,
    /// What becomes of the deployment when the run is cancelled: `rollback` or `leave`.
    pub on_cancel: F::Of<String>,
    /// Any change in here starts a deployment.
    pub triggers: F::Of<BTreeMap<String, F::Of<String>>>,
    /// Every update starts a deployment.
    pub force_new_deployment: F::Of<bool>,
    /// Where the tasks' last words are.
    pub log_group_name: F::Of<String>,
}

/// A further target group in which the tasks are registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct FurtherTarget<F: Form = Plain> {
    pub target_group_arn: F::Of<String>,
    pub container_name: F::Of<String>,
    pub container_port: F::Of<u16>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
    pub cluster_name: F::Of<String>,
    /// The revision that was deployed last, by whatever tool: after a failure another one than was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployed_task_definition_arn: Option<F::Of<String>>,
    /// A hash of the inputs that ECS has accepted last: asked for again, they begin no other deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<F::Of<String>>,
}

impl Resource for Service {
    const TYPE: &'static str = "fargate:ecs:Service";
    const PERMISSIONS: &'static [Permission] = permissions::ALL;
    const REPLACE_ON: &'static [&'static str] = &["clusterArn"];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["deployedTaskDefinitionArn", "accepted"];
    const REPORTED_BY_REFRESH: &'static [&'static str] = &["deployedTaskDefinitionArn"];
    const LEFT_TO_OTHERS: &'static [(&'static str, &'static str)] =
        &[("taskDefinitionArn", "externalImage")];
    const OWN_OUTPUTS: &'static [&'static str] = &["accepted"];
    const WRITE_ONLY: &'static [&'static str] = &[
        "externalImage",
        // The count is set by the autoscaler, or by hand.
        "desiredCount",
        "scaled",
        "loadBalancerArn",
        "waitForSteadyState",
        "failFast",
        "onCancel",
        "triggers",
        "forceNewDeployment",
        "logGroupName",
    ];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.subnets = sorted(inputs.subnets);
        inputs.security_groups = sorted(inputs.security_groups);
        inputs.capacity_provider_strategy = strategy::in_order(inputs.capacity_provider_strategy);
        // Without the circuit breaker `rollback` has no effect, whatever ECS would keep of it.
        let breaker = inputs.circuit_breaker.clone();
        inputs.rollback =
            inputs.rollback.zip(breaker).map(|(rollback, breaker)| rollback && breaker);
        inputs.further_targets =
            inputs.further_targets.filter(|it| !it.known().is_some_and(Vec::is_empty));
        inputs.further_targets = inputs.further_targets.map(|it| it.map(mapping::in_order));
        shift::check(&mut inputs);
        problems.extend(switching::complain_of_cluster(asked.olds, &inputs));
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let service = describe(cx, &inputs.cluster_arn, &cx.base).await?;
        Ok(service.filter(is_active).map(|service| {
            Standing::of(
                service.service_arn().unwrap_or_default().to_owned(),
                Some(tags::read(service.tags())),
            )
        }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let service = request::create(cx, inputs).await?;
        let read = outputs(&service);
        let accepted = Some(fingerprint(inputs)?);
        let outputs = Outputs { accepted, deployed_task_definition_arn: None, ..read };
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        // An update has watched it already.
        if outputs.deployed_task_definition_arn.is_some() {
            return Ok(outputs.into());
        }
        fresh_role::settled(cx, id, inputs, outputs).await
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let service = describe(cx, cluster_of(id), id).await?.filter(is_active);
        Ok(service.map(|service| Live {
            inputs: inputs(&service),
            outputs: outputs(&service),
            tags: Some(tags::read(service.tags())),
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        mut outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let accepted = Some(fingerprint(new)?);
        // What ECS has accepted, and this run only has to wait for, is no change any more.
        let known = old.or((outputs.accepted == accepted).then_some(new));
        let mut led_away = Vec::new();
        let asked = async {
            let live = Box::pin(switching::prepared(cx, id, old, new)).await?;
            let failed = watch::last_failed(cx, &live).await?;
            Box::pin(giving_up::lead_away(cx, &live, new, &mut led_away)).await?;
            let service = request::update(cx, &live, known, new, failed).await?;
            Ok((live, service))
        };
        let (live, service) = match asked.await {
            Ok(it) => it,
            Err(trouble) => {
                // An answer that was lost may have been a change: nothing that was accepted before counts any more.
                outputs.accepted = None;
                Box::pin(giving_up::lead_back(cx, &led_away)).await;
                return Ok(Settled { outputs, trouble: Some(trouble) });
            }
        };
        outputs.accepted = accepted;
        let service = service.as_ref().unwrap_or(&live);
        let revision = watch::primary(service);
        let begins = revision != watch::primary(&live);
        outputs.deployed_task_definition_arn = service.task_definition().map(str::to_owned);
        let settled = settle::settle(cx, id, revision, begins, new, outputs).await?;
        if settled.trouble.is_some() {
            Box::pin(giving_up::lead_back(cx, &led_away)).await;
        }
        let moved = live.task_definition() != Some(&new.task_definition_arn);
        if moved && settled.trouble.is_none() {
            request::retire_older(cx, service, new).await;
        }
        Ok(settled)
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        removal::remove(cx, &inputs.cluster_arn, id).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        debris::in_all_clusters(cx).await
    }
}
