//! The ECS service: it keeps tasks running behind the load balancer, and it is done when the
//! revision that was asked for serves, not before.
//!
//! Only cluster and name cannot change.
//!
//! Everything but the task count is compared with what is live, not with what was asked for last
//! time: after a rollback the two differ. The task count is the one that was set last, also by others.

mod debris;
mod deployment;
mod evidence;
mod hints;
mod live;
mod load_balancer;
mod mapping;
mod plan;
mod progress;
mod removal;
mod request;
mod secrets;
mod targets;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::live::{active, cluster_of, describe, is_active};
use self::mapping::{inputs, outputs};
pub use crate::children::ecs::strategy::StrategyItem;

use crate::children::ecs::strategy;
use crate::children::ecs::tags;
use crate::error::{Problem, Result};
use crate::property::sorted;
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged,
    Tags,
};

/// The service.
pub struct Service;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cluster_arn: F::Of<String>,
    pub task_definition_arn: F::Of<String>,
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
    pub capacity_provider_strategy: F::Of<Vec<StrategyItem<F>>>,
    pub minimum_healthy_percent: F::Of<u32>,
    pub maximum_percent: F::Of<u32>,
    pub circuit_breaker: F::Of<bool>,
    /// Whether a failed deployment goes back to the last one that worked.
    pub rollback: F::Of<bool>,
    pub health_check_grace_period_seconds: F::Of<u32>,
    pub enable_execute_command: F::Of<bool>,
    pub wait_for_steady_state: F::Of<bool>,
    /// Any change in here starts a deployment.
    pub triggers: F::Of<BTreeMap<String, F::Of<String>>>,
    /// Every update starts a deployment.
    pub force_new_deployment: F::Of<bool>,
    /// Where the tasks' last words are.
    pub log_group_name: F::Of<String>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
    pub cluster_name: F::Of<String>,
}

impl Resource for Service {
    const TYPE: &'static str = "fargate:ecs:Service";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Service",
            to: "create, change, watch and delete the service",
            actions: &[
                "ecs:CreateService",
                "ecs:UpdateService",
                "ecs:DescribeServices",
                "ecs:DeleteService",
                "ecs:ListServiceDeployments",
                "ecs:DescribeServiceDeployments",
                "ecs:TagResource",
                "ecs:UntagResource",
            ],
            on: &["arn:aws:ecs:*:*:service/*/{name}*"],
            ..EVERYWHERE
        },
        // AWS asks for the deployment as well as for the service.
        Permission {
            sid: "ServiceDeployments",
            to: "watch its deployments",
            actions: &["ecs:DescribeServiceDeployments"],
            on: &["arn:aws:ecs:*:*:service-deployment/*/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ServiceClusters",
            to: "find a service that an interrupted run left in some cluster",
            actions: &["ecs:ListClusters"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ServiceLoadBalancer",
            to: "wait until the load balancer is ready",
            actions: &["elasticloadbalancing:DescribeLoadBalancers"],
            ..EVERYWHERE
        },
        Permission {
            sid: "EvidenceFind",
            to: "find the stopped tasks, and the health of the targets",
            needed: Needed::If("a failed deployment is to be explained"),
            actions: &["ecs:ListTasks", "elasticloadbalancing:DescribeTargetHealth"],
            ..EVERYWHERE
        },
        Permission {
            sid: "EvidenceTasks",
            to: "report why tasks stopped",
            needed: Needed::If("a failed deployment is to be explained"),
            actions: &["ecs:DescribeTasks"],
            on: &["arn:aws:ecs:*:*:task/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "EvidenceLogs",
            to: "show the last log lines",
            needed: Needed::If("a failed deployment is to be explained"),
            actions: &["logs:GetLogEvents"],
            on: &["arn:aws:logs:*:*:log-group:/fargate/{name}*:log-stream:*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["clusterArn"];
    const WRITE_ONLY: &'static [&'static str] = &[
        // The count is set by the autoscaler, or by hand.
        "desiredCount",
        "scaled",
        "loadBalancerArn",
        "waitForSteadyState",
        "triggers",
        "forceNewDeployment",
        "logGroupName",
    ];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.subnets = sorted(inputs.subnets);
        inputs.security_groups = sorted(inputs.security_groups);
        inputs.capacity_provider_strategy = strategy::in_order(inputs.capacity_provider_strategy);
        // Nothing is rolled back without the circuit breaker, whatever ECS would keep of it.
        let breaker = inputs.circuit_breaker.clone();
        inputs.rollback =
            inputs.rollback.zip(breaker).map(|(rollback, breaker)| rollback && breaker);
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
        let outputs = outputs(&service);
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        settle(cx, id, None, inputs, outputs).await
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
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let live = active(cx, &new.cluster_arn, id).await?;
        let failed = deployment::last_failed(cx, &live).await?;
        let service = request::update(cx, &live, old, new, failed).await?;
        let service = service.as_ref().unwrap_or(&live);
        let settled = settle(cx, id, deployment::primary(service), new, outputs).await?;
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

/// Done when the asked-for revision serves; if it does not come to that, the service is kept and
/// the reason told. Without a `revision` it is the newest deployment's.
async fn settle(
    cx: &Cx,
    id: &str,
    revision: Option<&str>,
    inputs: &Inputs,
    outputs: Outputs,
) -> Result<Settled<Outputs>> {
    if !inputs.wait_for_steady_state {
        return Ok(outputs.into());
    }
    let trouble = match deployment::wait(cx, id, revision, inputs).await {
        Ok(()) => load_balancer::wait(cx, &inputs.load_balancer_arn).await.err(),
        Err(error) => Some(error),
    };
    Ok(Settled { outputs, trouble })
}
