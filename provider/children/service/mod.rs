//! The ECS service: it keeps tasks running behind the load balancer, and it is done when the
//! revision that was asked for serves, not before.
//!
//! Only cluster and name cannot change.
//!
//! Everything but the task count is compared with what is live, not with what was asked for last
//! time: after a rollback the two differ. The task count belongs to whoever changed it last.

mod debris;
mod deployment;
mod evidence;
mod load_balancer;
mod mapping;
mod plan;
mod removal;
mod request;

use std::collections::BTreeMap;

use aws_sdk_ecs::types::Service as Described;
use serde::{Deserialize, Serialize};

use self::mapping::{inputs, outputs};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
};

/// The service.
pub struct Service;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cluster_arn: F::Of<String>,
    pub task_definition_arn: F::Of<String>,
    /// How many tasks to begin with; later only a change of this very number is sent.
    pub desired_count: F::Of<u32>,
    /// Whether Application Auto Scaling owns the count.
    pub scaled: F::Of<bool>,
    pub subnets: F::Of<Vec<F::Of<String>>>,
    pub security_groups: F::Of<Vec<F::Of<String>>>,
    pub assign_public_ip: F::Of<bool>,
    pub target_group_arn: F::Of<String>,
    /// The balancer that must be active before the service is done.
    pub load_balancer_arn: F::Of<String>,
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

/// One capacity provider's share of the tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyItem<F: Form = Plain> {
    /// `FARGATE` or `FARGATE_SPOT`.
    pub capacity_provider: F::Of<String>,
    pub base: F::Of<u32>,
    pub weight: F::Of<u32>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
    pub cluster_name: F::Of<String>,
}

const GONE: [&str; 2] = ["ClusterNotFoundException", "ServiceNotFoundException"];

impl Resource for Service {
    const TYPE: &'static str = "fargate:ecs:Service";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Service",
            to: "make, change, watch and remove the service",
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
            on: &["arn:aws:ecs:*:*:service/*"],
            ..EVERYWHERE
        },
        // AWS asks for the deployment as well as for the service.
        Permission {
            sid: "ServiceDeployments",
            to: "watch its deployments",
            actions: &["ecs:DescribeServiceDeployments"],
            on: &["arn:aws:ecs:*:*:service-deployment/*"],
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
            to: "tell why tasks stopped",
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
            on: &["arn:aws:logs:*:*:log-group:/fargate/*:log-stream:*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["clusterArn"];
    const WRITE_ONLY: &'static [&'static str] = &[
        // The count is the autoscaler's, or whoever's scaled by hand.
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
        inputs.subnets = super::ours::sorted(inputs.subnets);
        inputs.security_groups = super::ours::sorted(inputs.security_groups);
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let service = describe(cx, &inputs.cluster_arn, &cx.base).await?;
        Ok(service.filter(is_active).map(|service| Standing {
            id: service.service_arn().unwrap_or_default().to_owned(),
            tags: Some(super::ecs_tags::read(service.tags())),
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
        let Some(service) = describe(cx, &inputs.cluster_arn, id).await? else {
            return Err(gone_meanwhile(cx));
        };
        settle(cx, &service, inputs, outputs).await
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let service = describe(cx, cluster_of(id), id).await?.filter(is_active);
        Ok(service.map(|service| Live {
            inputs: inputs(&service),
            outputs: outputs(&service),
            tags: Some(super::ecs_tags::read(service.tags())),
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let Some(live) = describe(cx, &new.cluster_arn, id).await?.filter(is_active) else {
            return Err(gone_meanwhile(cx));
        };
        let failed = deployment::last_failed(cx, &live).await?;
        let service = match request::update(cx, &live, old, new, failed).await? {
            Some(service) => service,
            None => live,
        };
        settle(cx, &service, new, outputs).await
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        removal::remove(cx, &inputs.cluster_arn, id).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        super::ecs_tags::change(cx, id, set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        debris::in_all_clusters(cx).await
    }
}

/// Done when the asked-for revision serves; if it does not come to that, the service is kept and
/// the reason told.
async fn settle(
    cx: &Cx,
    service: &Described,
    inputs: &Inputs,
    outputs: Outputs,
) -> Result<Settled<Outputs>> {
    if !inputs.wait_for_steady_state {
        return Ok(outputs.into());
    }
    let trouble = match deployment::wait(cx, service, inputs).await {
        Ok(()) => load_balancer::wait(cx, &inputs.load_balancer_arn).await.err(),
        Err(error) => Some(error),
    };
    Ok(Settled { outputs, trouble })
}

fn gone_meanwhile(cx: &Cx) -> Error {
    super::ours::gone("ServiceNotFoundException", &format!("the service {}", cx.base))
}

/// The service, whatever its status; deleted ones stay visible for a while.
async fn describe(cx: &Cx, cluster: &str, service: &str) -> Result<Option<Described>> {
    cx.aws.service(cluster, service).await
}

fn is_active(service: &Described) -> bool {
    service.status() == Some("ACTIVE")
}

/// `arn:…:service/<cluster>/<name>` names its cluster.
fn cluster_of(arn: &str) -> &str {
    arn.split('/').nth(1).unwrap_or("default")
}

#[cfg(test)]
mod tests {
    use super::cluster_of;

    #[test]
    fn a_services_arn_names_its_cluster() {
        assert_eq!(cluster_of("arn:aws:ecs:eu-west-1:1:service/web-abc/web-abc"), "web-abc");
        assert_eq!(cluster_of("arn:aws:ecs:eu-west-1:1:service/web-abc"), "web-abc");
    }
}
