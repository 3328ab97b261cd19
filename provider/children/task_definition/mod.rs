//! The task definition: what a task runs, as one logical thing with many revisions.
//!
//! A revision never changes; an update registers the next one in place, and the last ten stay for a
//! way back by hand.

mod family;
mod revision;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_ecs::types::{
    Compatibility, NetworkMode, TaskDefinition as Described, TaskDefinitionField,
    TaskDefinitionStatus,
};
use serde::{Deserialize, Serialize};

use self::revision::{container, disk, inputs, outputs, platform};
use super::container::CONTAINER;
use crate::aws::Explain;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tags};

/// The task definition.
pub struct TaskDefinition;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cpu: F::Of<u32>,
    pub memory: F::Of<u32>,
    /// GiB; without it a task has Fargate's own 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<F::Of<u32>>,
    /// `X86_64` or `ARM64`.
    pub architecture: F::Of<String>,
    pub execution_role_arn: F::Of<String>,
    pub task_role_arn: F::Of<String>,
    pub image: F::Of<String>,
    pub container_port: F::Of<u16>,
    pub environment: F::Of<BTreeMap<String, F::Of<String>>>,
    /// Names of environment variables to ARNs of secrets or parameters.
    pub secrets: F::Of<BTreeMap<String, F::Of<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<F::Of<Vec<F::Of<String>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_point: Option<F::Of<Vec<F::Of<String>>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<F::Of<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<F::Of<String>>,
    pub readonly_root_filesystem: F::Of<bool>,
    pub init_process_enabled: F::Of<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_timeout: Option<F::Of<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<ContainerHealthCheck<F>>,
    pub log_group_name: F::Of<String>,
}

/// The container's own health check; ECS asks for all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerHealthCheck<F: Form = Plain> {
    pub command: F::Of<Vec<F::Of<String>>>,
    pub interval: F::Of<u32>,
    pub timeout: F::Of<u32>,
    pub retries: F::Of<u32>,
    pub start_period: F::Of<u32>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// The ARN with the revision.
    pub arn: F::Of<String>,
    pub family: F::Of<String>,
    pub revision: F::Of<u32>,
}

impl Resource for TaskDefinition {
    const TYPE: &'static str = "fargate:ecs:TaskDefinition";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "TaskDefinition",
            to: "register, tag and remove revisions of the task definition",
            actions: &[
                "ecs:RegisterTaskDefinition",
                "ecs:DeleteTaskDefinitions",
                "ecs:TagResource",
                "ecs:UntagResource",
            ],
            on: &["arn:aws:ecs:*:*:task-definition/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "TaskDefinitionFind",
            to: "find and retire revisions of the task definition",
            actions: &[
                "ecs:DeregisterTaskDefinition",
                "ecs:DescribeTaskDefinition",
                "ecs:ListTaskDefinitions",
            ],
            ..EVERYWHERE
        },
        Permission {
            sid: "PassRole",
            to: "hand the two roles to the tasks, and to nothing else",
            actions: &["iam:PassRole"],
            on: &["arn:aws:iam::*:role/*-execution", "arn:aws:iam::*:role/*-task"],
            only_if: Some(("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com")),
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    // A change is a new revision, and the service that names it changes with it.
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["arn", "revision"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// Nothing stands in the way of a new revision, but an interrupted run may have registered this
    /// very one already.
    async fn find(cx: &Cx, wanted: &Inputs) -> Result<Option<Standing>> {
        let Some((definition, tags)) = describe(cx, &cx.base).await? else { return Ok(None) };
        let same = inputs(&definition).as_ref() == Some(wanted);
        let ours = super::ours::carries(&tags, &cx.base);
        Ok((same && ours).then(|| Standing { id: cx.base.clone(), tags: Some(tags) }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = register(cx, inputs).await?;
        Ok(Made { id: outputs.family.clone(), outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some((definition, tags)) = describe(cx, id).await? else { return Ok(None) };
        let inputs =
            inputs(&definition).ok_or_else(|| somebody_elses(id, definition.revision()))?;
        Ok(Some(Live { inputs, outputs: outputs(&definition), tags: Some(tags) }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(describe(cx, id).await?.map(|(_, tags)| Some(tags)))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old == Some(new) {
            return Ok(outputs.into());
        }
        // Whatever it was, the newest revision may be what is asked for already.
        if old.is_none()
            && let Some((live, _)) = describe(cx, id).await?
            && inputs(&live).as_ref() == Some(new)
        {
            return Ok(revision::outputs(&live).into());
        }
        let outputs = register(cx, new).await?;
        family::retire_older(cx, id).await?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        family::remove(cx, id).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let Some((definition, _)) = describe(cx, id).await? else { return Ok(()) };
        let arn = definition.task_definition_arn().unwrap_or_default();
        super::ecs_tags::change(cx, arn, set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let ours = |(_, tags): &(Described, Tags)| super::ours::carries(tags, &cx.base);
        let ours = describe(cx, &cx.base).await?.as_ref().is_some_and(ours);
        Ok(ours.then(|| cx.base.clone()).into_iter().collect())
    }
}

/// The error for a newest revision that is not of our making.
fn somebody_elses(family: &str, revision: i32) -> Error {
    let told = format!(
        "{family}:{revision}, the newest revision of the task definition, has no container \
         `{CONTAINER}`: somebody else registered it"
    );
    Error::aws("UnknownShape", told).hinted(format!(
        "Deregister it (`aws ecs deregister-task-definition --task-definition {family}:{revision}`), \
         and run `pulumi refresh`."
    ))
}

async fn register(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let ecs = cx.aws.ecs().await?;
    // Two things pass by themselves: another revision of the family is just being made
    // (terraform-provider-aws#9777), and IAM has not told ECS of a fresh role yet.
    let passing = |error: &Error| {
        error.message().contains("Too many concurrent attempts to create a new revision")
            || error.message().contains("Role is not valid")
    };
    let answer = cx
        .retry(Duration::from_mins(2), passing, || async {
            ecs.register_task_definition()
                .family(&cx.base)
                .network_mode(NetworkMode::Awsvpc)
                .requires_compatibilities(Compatibility::Fargate)
                .cpu(inputs.cpu.to_string())
                .memory(inputs.memory.to_string())
                .set_ephemeral_storage(inputs.ephemeral_storage.and_then(disk))
                .runtime_platform(platform(inputs))
                .execution_role_arn(&inputs.execution_role_arn)
                .task_role_arn(&inputs.task_role_arn)
                .container_definitions(container(inputs, cx.aws.region()))
                .set_tags(Some(super::ecs_tags::write(&cx.tags)))
                .send()
                .await
                .explain("ecs:RegisterTaskDefinition", &cx.base)
        })
        .await?;
    let definition = answer
        .task_definition()
        .ok_or_else(|| Error::bug("RegisterTaskDefinition gave no task definition"))?;
    Ok(outputs(definition))
}

/// The newest ACTIVE revision of the family.
async fn describe(cx: &Cx, family: &str) -> Result<Option<(Described, Tags)>> {
    let ecs = cx.aws.ecs().await?;
    let answer = ecs
        .describe_task_definition()
        .task_definition(family)
        .include(TaskDefinitionField::Tags)
        .send()
        .await
        .explain("ecs:DescribeTaskDefinition", family);
    let answer = match answer {
        // The one spelling of "there is none" (moto and terraform agree on it).
        Err(error) if error.message().contains("Unable to describe task definition") => {
            return Ok(None);
        }
        other => other?,
    };
    let tags = super::ecs_tags::read(answer.tags());
    let active = answer
        .task_definition
        .filter(|definition| definition.status() == Some(&TaskDefinitionStatus::Active))
        .filter(|definition| definition.family() == Some(family));
    Ok(active.map(|definition| (definition, tags)))
}

#[cfg(test)]
mod tests {
    use super::somebody_elses;

    #[test]
    fn a_revision_of_somebody_else_is_named_with_the_way_out() {
        expect_test::expect![[r"
            web:7, the newest revision of the task definition, has no container `app`: somebody else registered it
              Deregister it (`aws ecs deregister-task-definition --task-definition web:7`), and run `pulumi refresh`."]].assert_eq(&somebody_elses("web", 7).to_string());
    }
}
