//! The task definition: what a task runs, as one logical thing with many revisions.
//!
//! A revision never changes; an update registers the next one in place, and the last ten stay for a
//! way back by hand.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_ecs::types::{
    Compatibility, ContainerDefinition, CpuArchitecture, HealthCheck, KeyValuePair,
    LinuxParameters, LogConfiguration, LogDriver, NetworkMode, OsFamily, PortMapping,
    RuntimePlatform, Secret, SortOrder, TaskDefinition as Described, TaskDefinitionField,
    TaskDefinitionStatus,
};
use serde::{Deserialize, Serialize};

use super::container::{CONTAINER, LOG_PREFIX};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tags};

/// The task definition.
pub struct TaskDefinition;

/// How many revisions stay, the newest included.
const KEPT_REVISIONS: usize = 10;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cpu: F::Of<u32>,
    pub memory: F::Of<u32>,
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
        let inputs = inputs(&definition).ok_or_else(|| {
            let told = format!(
                "the newest revision of task definition {id} has no container `{CONTAINER}`"
            );
            Error::aws("UnknownShape", told).hinted(
                "Somebody else registered it. Deregister that revision, and run `pulumi refresh`.",
            )
        })?;
        Ok(Some(Live { inputs, outputs: outputs(&definition), tags: Some(tags) }))
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
            return Ok(self::outputs(&live).into());
        }
        let outputs = register(cx, new).await?;
        let older = revisions(cx, id).await?.into_iter().skip(KEPT_REVISIONS).collect();
        deregister(cx, older).await?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let all = revisions(cx, id).await?;
        deregister(cx, all.clone()).await?;
        let ecs = cx.aws.ecs().await?;
        // Ten at most in one call (botocore, DeleteTaskDefinitions).
        for some in all.chunks(10) {
            ecs.delete_task_definitions()
                .set_task_definitions(Some(some.to_vec()))
                .send()
                .await
                .explain("ecs:DeleteTaskDefinitions", id)?;
        }
        Ok(())
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

async fn register(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let ecs = cx.aws.ecs().await?;
    // Two things pass by themselves: another revision of the family is just being made
    // (terraform-provider-aws#9777), and IAM has not told ECS of a fresh role yet.
    let passing = |error: &Error| {
        error.message().contains("Too many concurrent attempts to create a new revision")
            || error.message().contains("Role is not valid")
    };
    let answer = cx
        .patience
        .retry(Duration::from_mins(2), passing, || async {
            ecs.register_task_definition()
                .family(&cx.base)
                .network_mode(NetworkMode::Awsvpc)
                .requires_compatibilities(Compatibility::Fargate)
                .cpu(inputs.cpu.to_string())
                .memory(inputs.memory.to_string())
                .runtime_platform(
                    RuntimePlatform::builder()
                        .cpu_architecture(CpuArchitecture::from(inputs.architecture.as_str()))
                        .operating_system_family(OsFamily::Linux)
                        .build(),
                )
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
        .filter(|definition| definition.status() == Some(&TaskDefinitionStatus::Active));
    Ok(active.map(|definition| (definition, tags)))
}

/// ARNs of all ACTIVE revisions, newest first.
async fn revisions(cx: &Cx, family: &str) -> Result<Vec<String>> {
    let ecs = cx.aws.ecs().await?;
    let pages = ecs
        .list_task_definitions()
        .family_prefix(family)
        .status(TaskDefinitionStatus::Active)
        .sort(SortOrder::Desc)
        .into_paginator()
        .items()
        .send();
    let all: Result<Vec<String>, _> = pages.collect().await;
    let marker = format!("/{family}:");
    let all = all.explain("ecs:ListTaskDefinitions", family)?;
    Ok(all.into_iter().filter(|arn| arn.contains(&marker)).collect())
}

async fn deregister(cx: &Cx, revisions: Vec<String>) -> Result<()> {
    let ecs = cx.aws.ecs().await?;
    for arn in revisions {
        ecs.deregister_task_definition()
            .task_definition(&arn)
            .send()
            .await
            .explain("ecs:DeregisterTaskDefinition", &arn)
            .or_gone(&["ClientException"])?;
    }
    Ok(())
}

fn container(inputs: &Inputs, region: &str) -> ContainerDefinition {
    let environment = inputs
        .environment
        .iter()
        .map(|(name, value)| KeyValuePair::builder().name(name).value(value).build())
        .collect();
    let secrets = inputs
        .secrets
        .iter()
        .filter_map(|(name, arn)| Secret::builder().name(name).value_from(arn).build().ok())
        .collect();
    let linux =
        LinuxParameters::builder().init_process_enabled(inputs.init_process_enabled).build();
    ContainerDefinition::builder()
        .name(CONTAINER)
        .image(&inputs.image)
        .essential(true)
        .port_mappings(
            PortMapping::builder().container_port(i32::from(inputs.container_port)).build(),
        )
        .set_environment(Some(environment))
        .set_secrets(Some(secrets))
        .set_command(inputs.command.clone())
        .set_entry_point(inputs.entry_point.clone())
        .set_user(inputs.user.clone())
        .set_working_directory(inputs.working_directory.clone())
        .readonly_root_filesystem(inputs.readonly_root_filesystem)
        .set_linux_parameters(inputs.init_process_enabled.then_some(linux))
        .set_stop_timeout(inputs.stop_timeout.and_then(|seconds| i32::try_from(seconds).ok()))
        .set_health_check(inputs.health_check.as_ref().and_then(health_check))
        .set_log_configuration(log_configuration(&inputs.log_group_name, region))
        .build()
}

/// A web service must not stand still because CloudWatch does, so logging does not block; the
/// buffer is larger than AWS's 10 MB, since what does not fit is lost (the default mode since June
/// 2025, botocore LogConfiguration). Both are always said, so that a changed default changes nothing.
fn log_configuration(group: &str, region: &str) -> Option<LogConfiguration> {
    LogConfiguration::builder()
        .log_driver(LogDriver::Awslogs)
        .options("awslogs-group", group)
        .options("awslogs-region", region)
        .options("awslogs-stream-prefix", LOG_PREFIX)
        .options("mode", "non-blocking")
        .options("max-buffer-size", "25m")
        .build()
        .ok()
}

fn health_check(check: &ContainerHealthCheck) -> Option<HealthCheck> {
    let whole = |number: u32| i32::try_from(number).ok();
    HealthCheck::builder()
        .set_command(Some(check.command.clone()))
        .set_interval(whole(check.interval))
        .set_timeout(whole(check.timeout))
        .set_retries(whole(check.retries))
        .set_start_period(whole(check.start_period))
        .build()
        .ok()
}

/// A revision read back as what was asked for: AWS's defaults are "not given".
fn inputs(definition: &Described) -> Option<Inputs> {
    let container =
        definition.container_definitions().iter().find(|it| it.name() == Some(CONTAINER))?;
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or_default();
    let whole = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    let filled = |items: &[String]| (!items.is_empty()).then(|| items.to_vec());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some(Inputs {
        cpu: number(definition.cpu()),
        memory: number(definition.memory()),
        architecture: definition
            .runtime_platform()
            .and_then(RuntimePlatform::cpu_architecture)
            .map_or("X86_64", CpuArchitecture::as_str)
            .to_owned(),
        execution_role_arn: text(definition.execution_role_arn()),
        task_role_arn: text(definition.task_role_arn()),
        image: text(container.image()),
        container_port: container
            .port_mappings()
            .first()
            .and_then(aws_sdk_ecs::types::PortMapping::container_port)
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or_default(),
        environment: container
            .environment()
            .iter()
            .filter_map(|pair| Some((pair.name()?.to_owned(), text(pair.value()))))
            .collect(),
        secrets: container
            .secrets()
            .iter()
            .map(|secret| (secret.name().to_owned(), secret.value_from().to_owned()))
            .collect(),
        command: filled(container.command()),
        entry_point: filled(container.entry_point()),
        user: container.user().map(str::to_owned),
        working_directory: container.working_directory().map(str::to_owned),
        readonly_root_filesystem: container.readonly_root_filesystem().unwrap_or_default(),
        init_process_enabled: container
            .linux_parameters()
            .and_then(LinuxParameters::init_process_enabled)
            .unwrap_or_default(),
        stop_timeout: whole(container.stop_timeout()),
        health_check: container.health_check().map(|check| ContainerHealthCheck {
            command: check.command().to_vec(),
            interval: whole(check.interval()).unwrap_or(30),
            timeout: whole(check.timeout()).unwrap_or(5),
            retries: whole(check.retries()).unwrap_or(3),
            start_period: whole(check.start_period()).unwrap_or(0),
        }),
        log_group_name: container
            .log_configuration()
            .and_then(|logs| logs.options()?.get("awslogs-group").cloned())
            .unwrap_or_default(),
    })
}

fn outputs(definition: &Described) -> Outputs {
    Outputs {
        arn: definition.task_definition_arn().unwrap_or_default().to_owned(),
        family: definition.family().unwrap_or_default().to_owned(),
        revision: u32::try_from(definition.revision()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{ContainerHealthCheck, Described, Inputs, container, inputs};
    use aws_sdk_ecs::types::{CpuArchitecture, RuntimePlatform};

    fn full() -> Inputs {
        Inputs {
            cpu: 256,
            memory: 512,
            architecture: "ARM64".to_owned(),
            execution_role_arn: "arn:execution".to_owned(),
            task_role_arn: "arn:task".to_owned(),
            image: "nginx".to_owned(),
            container_port: 8080,
            environment: [("A".to_owned(), "1".to_owned())].into(),
            secrets: [("S".to_owned(), "arn:secret".to_owned())].into(),
            command: Some(vec!["run".to_owned()]),
            entry_point: None,
            user: Some("1000".to_owned()),
            working_directory: None,
            readonly_root_filesystem: true,
            init_process_enabled: true,
            stop_timeout: Some(60),
            health_check: Some(ContainerHealthCheck {
                command: vec!["CMD".to_owned(), "true".to_owned()],
                interval: 30,
                timeout: 5,
                retries: 3,
                start_period: 0,
            }),
            log_group_name: "/fargate/web".to_owned(),
        }
    }

    #[test]
    fn what_is_registered_is_read_back_as_what_was_asked_for() {
        let shown = Described::builder()
            .cpu("256")
            .memory("512")
            .runtime_platform(
                RuntimePlatform::builder().cpu_architecture(CpuArchitecture::Arm64).build(),
            )
            .execution_role_arn("arn:execution")
            .task_role_arn("arn:task")
            .container_definitions(container(&full(), "eu-west-1"))
            .build();
        assert_eq!(inputs(&shown), Some(full()));
    }

    #[test]
    fn logging_never_holds_up_the_service() {
        let made = container(&full(), "eu-west-1");
        let options = made.log_configuration().and_then(|logs| logs.options()).expect("options");
        assert_eq!(options.get("mode").map(String::as_str), Some("non-blocking"));
    }
}
