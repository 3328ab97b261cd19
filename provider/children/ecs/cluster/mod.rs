//! The ECS cluster: where the service's tasks run, with Fargate's two capacity providers.
//!
//! Only the name cannot change. `CreateCluster` answers with an existing cluster of the name as
//! if it had made it, so we look first.

mod insights;
mod mapping;

use std::time::Duration;

use aws_sdk_ecs::types::{CapacityProviderStrategyItem, Cluster as Described};
use serde::{Deserialize, Serialize};

use self::mapping::{inputs, outputs, settings};
use crate::aws::{Explain, OrGone};
use crate::children::ecs::strategy::{self, StrategyItem};
use crate::children::ecs::tags;
use crate::error::refused_with;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::gone::NOT_SHOWN;
use crate::resource::gone::while_shown;
use crate::resource::lifecycle::{Swept, remove_debris};
use crate::resource::wait::Seen;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tagged,
    Tags,
};

/// The cluster.
pub struct Cluster;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// `disabled`, `enabled` or `enhanced`.
    pub container_insights: F::Of<String>,
    /// `FARGATE` and `FARGATE_SPOT`, or one of them, in alphabetical order.
    pub capacity_providers: F::Of<Vec<F::Of<String>>>,
    /// What runs tasks for which nobody says it; none if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_strategy: Option<F::Of<Vec<StrategyItem<F>>>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    pub name: F::Of<String>,
}

const GONE: [&str; 1] = ["ClusterNotFoundException"];
/// How long AWS may take to make or remove a cluster (terraform waits as long).
const USUAL: Duration = Duration::from_mins(10);
/// A service counts until it is INACTIVE and a task until it is STOPPED: a delete that is refused for
/// a while is the normal way (terraform-provider-aws, ecs/cluster.go).
const LEAVING: [&str; 3] = [
    "ClusterContainsServicesException",
    "ClusterContainsTasksException",
    "UpdateInProgressException",
];
/// The cluster is still busy with an earlier change (same source).
const BUSY: [&str; 2] = ["ResourceInUseException", "UpdateInProgressException"];

impl Resource for Cluster {
    const TYPE: &'static str = "fargate:ecs:Cluster";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ClusterFind",
            to: "find the cluster",
            actions: &["ecs:DescribeClusters"],
            on: &["arn:aws:ecs:*:*:cluster/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "Cluster",
            to: "create, change and delete the cluster",
            needed: Needed::Unless("`clusterArn` is given"),
            actions: &[
                "ecs:CreateCluster",
                "ecs:UpdateClusterSettings",
                "ecs:PutClusterCapacityProviders",
                "ecs:DeleteCluster",
                "ecs:TagResource",
                "ecs:UntagResource",
            ],
            on: &["arn:aws:ecs:*:*:cluster/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ClusterInsights",
            to: "remove the log group that Container Insights leaves behind",
            needed: Needed::If("its cluster has, or had, Container Insights"),
            actions: &["logs:DeleteLogGroup"],
            on: &["arn:aws:logs:*:*:log-group:/aws/ecs/containerinsights/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ClusterFirst",
            to: "let ECS create its own role in an account that never used it",
            needed: Needed::If("it is the first use of ECS in the account"),
            actions: &["iam:CreateServiceLinkedRole"],
            on: &["arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"],
            only_if: Some(("StringEquals", "iam:AWSServiceName", "ecs.amazonaws.com")),
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        mut inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        inputs.default_strategy = inputs.default_strategy.map(strategy::in_order);
        inputs
    }

    async fn find(cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(describe(cx, &cx.base).await?.map(|cluster| {
            Standing::of(
                cluster.cluster_arn().unwrap_or_default().to_owned(),
                Some(tags::read(cluster.tags())),
            )
        }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let ecs = cx.aws.ecs().await?;
        // In an account that never used ECS its service-linked role is made by this very call
        // and may not be there at once (terraform-provider-aws, ecs/cluster.go).
        let answer = cx
            .retry(
                Duration::from_mins(2),
                |error| error.message().contains("Unable to assume the service linked role"),
                || async {
                    ecs.create_cluster()
                        .cluster_name(&cx.base)
                        .settings(settings(inputs))
                        .set_capacity_providers(Some(inputs.capacity_providers.clone()))
                        .set_default_capacity_provider_strategy(default_strategy(inputs)?)
                        .set_tags(Some(tags::write(&cx.tags)?))
                        .send()
                        .await
                        .explain("ecs:CreateCluster", &cx.base)
                },
            )
            .await?;
        let cluster =
            answer.cluster().ok_or_else(|| Error::bug("CreateCluster gave no cluster"))?;
        let outputs = outputs(cluster);
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        _inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        wait_active(cx, id).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(cluster) = describe(cx, id).await? else { return Ok(None) };
        Ok(Some(Live {
            inputs: inputs(&cluster),
            outputs: outputs(&cluster),
            tags: Some(tags::read(cluster.tags())),
        }))
    }

    /// What goes after the cluster may still be there when it is gone itself.
    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(Some(describe(cx, id).await?.map(|cluster| tags::read(cluster.tags()))))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let ecs = cx.aws.ecs().await?;
        if old.is_none_or(|old| old.container_insights != new.container_insights) {
            ecs.update_cluster_settings()
                .cluster(id)
                .settings(settings(new))
                .send()
                .await
                .explain("ecs:UpdateClusterSettings", &cx.base)?;
        }
        if old.is_none_or(|old| {
            old.capacity_providers != new.capacity_providers
                || old.default_strategy != new.default_strategy
        }) {
            put_capacity_providers(cx, id, new).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let ecs = cx.aws.ecs().await?;
        cx.retry(USUAL, refused_with(&LEAVING), || async {
            let answer = ecs
                .delete_cluster()
                .cluster(id)
                .send()
                .await
                .explain("ecs:DeleteCluster", &cx.base)
                .or_gone(&GONE);
            if answer.as_ref().is_err_and(|error| error.code() == Some(LEAVING[0])) {
                remove_debris(cx, None, Swept::Holding(id)).await?;
            }
            answer
        })
        .await?;
        cx.wait(&format!("the deletion of cluster {}", cx.base), USUAL, || async {
            Ok(while_shown(describe(cx, id).await?.is_some()))
        })
        .await?;
        insights::remove(cx, id, inputs).await;
        Ok(())
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::Object(cx, id).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let found = describe(cx, &cx.base).await?;
        Ok(found.and_then(|cluster| cluster.cluster_arn).into_iter().collect())
    }
}

fn default_strategy(inputs: &Inputs) -> Result<Option<Vec<CapacityProviderStrategyItem>>> {
    inputs.default_strategy.as_deref().map(strategy::write).transpose()
}

async fn put_capacity_providers(cx: &Cx, id: &str, new: &Inputs) -> Result<()> {
    let ecs = cx.aws.ecs().await?;
    cx.retry(USUAL, refused_with(&BUSY), || async {
        ecs.put_cluster_capacity_providers()
            .cluster(id)
            .set_capacity_providers(Some(new.capacity_providers.clone()))
            .set_default_capacity_provider_strategy(Some(
                default_strategy(new)?.unwrap_or_default(),
            ))
            .send()
            .await
            .explain("ecs:PutClusterCapacityProviders", &cx.base)
    })
    .await?;
    wait_active(cx, id).await
}

async fn wait_active(cx: &Cx, id: &str) -> Result<()> {
    cx.wait(&format!("cluster {}", cx.base), USUAL, || async {
        let Some(cluster) = describe(cx, id).await? else {
            return Ok(Seen::Pending(NOT_SHOWN.to_owned()));
        };
        let attaching = cluster.attachments_status() == Some("UPDATE_IN_PROGRESS");
        Ok(match cluster.status().unwrap_or_default() {
            "ACTIVE" if !attaching => Seen::Done(()),
            status => Seen::Pending(format!("its status is {status}")),
        })
    })
    .await
}

/// The cluster by name or ARN; deleted ones stay visible as INACTIVE for a while.
async fn describe(cx: &Cx, cluster: &str) -> Result<Option<Described>> {
    let found = cx.aws.cluster(cluster).await?;
    Ok(found.filter(|cluster| cluster.status() != Some("INACTIVE")))
}
