//! The task definition: what a task runs, as one logical thing with many revisions.
//!
//! A revision never changes; an update registers the next one in place. The last ten stay for a way
//! back; older ones go when the service, which knows what runs, has been updated.

mod registration;
mod revision;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::registration::{register, registered};
use self::revision::{inputs, outputs};
use crate::children::ecs::tags;
use crate::children::ecs::{revisions, running};
use crate::error::Result;
use crate::property::{Form, Plain};
use crate::resource::owner::same_lineage;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing, Tagged, Tags,
};

/// The task definition.
pub struct TaskDefinition;

/// Names to texts.
type Texts<F> = <F as Form>::Of<BTreeMap<String, <F as Form>::Of<String>>>;

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
    /// ARN of the cluster whose service says which image the next revision has: others deploy images there, and
    /// `image` is the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeps_image_in: Option<F::Of<String>>,
    pub container_name: F::Of<String>,
    pub container_port: F::Of<u16>,
    /// Where further target groups send requests, in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further_ports: Option<F::Of<Vec<F::Of<u16>>>>,
    pub environment: F::Of<BTreeMap<String, F::Of<String>>>,
    /// Names of environment variables to ARNs of secrets or parameters.
    pub secrets: F::Of<BTreeMap<String, F::Of<String>>>,
    /// Labels of the container, which change when what a secret names has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docker_labels: Option<Texts<F>>,
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
            to: "register, tag and delete revisions of the task definition",
            actions: &[
                "ecs:RegisterTaskDefinition",
                "ecs:DeleteTaskDefinitions",
                "ecs:TagResource",
                "ecs:UntagResource",
            ],
            on: &["arn:aws:ecs:*:*:task-definition/{name}*"],
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
            on: &["arn:aws:iam::*:role/{name}*-execution", "arn:aws:iam::*:role/{name}*-task"],
            only_if: Some(("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com")),
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const WRITE_ONLY: &'static [&'static str] = &["keepsImageIn"];
    const LEFT_TO_OTHERS: &'static [(&'static str, &'static str)] = &[("image", "keepsImageIn")];
    // A change is a new revision, and the service that names it changes with it.
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["arn", "revision"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// A new revision conflicts only with a service of the same name in another stack; and
    /// an interrupted run may have registered this very one already.
    async fn find(cx: &Cx, wanted: &Inputs) -> Result<Option<Standing>> {
        let Some((definition, tags)) = revisions::newest(cx, &cx.base).await? else {
            return Ok(None);
        };
        let wanted = with_running_image(cx, wanted).await?;
        let stands =
            inputs(&definition).as_ref() == Some(&*wanted) || !same_lineage(&cx.tags, &tags);
        Ok(stands.then(|| Standing::of(cx.base.clone(), Some(tags))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let inputs = with_running_image(cx, inputs).await?;
        let outputs = register(cx, &inputs).await?;
        // ECS gives no number twice: so there were others, and a delete of them may have been interrupted. The entry of
        // the state that began it takes them for ours from now on, and leaves them.
        if outputs.revision > 1 {
            revisions::remove_inactive(cx, &outputs.family).await?;
        }
        Ok(Made { id: outputs.family.clone(), outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some((definition, tags)) = revisions::newest(cx, id).await? else { return Ok(None) };
        let Some(inputs) = inputs(&definition) else { return Ok(None) };
        Ok(Some(Live { inputs, outputs: outputs(&definition), tags: Some(tags) }))
    }

    /// Without an ACTIVE revision there may still be INACTIVE ones, which a delete that did not come to
    /// its end has left.
    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(Some(revisions::newest(cx, id).await?.map(|(_, tags)| tags)))
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
        let asked = with_running_image(cx, new).await?;
        // Whatever it was, the newest revision may be what is asked for already; also when others just began to
        // deploy the images.
        if (old.is_none() || new.keeps_image_in.is_some())
            && let Some(registered) = registered(cx, id, &asked).await?
        {
            return Ok(registered.into());
        }
        register(cx, &asked).await.map(Into::into)
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, outputs: &Outputs) -> Result<()> {
        revisions::remove(cx, id, &outputs.arn).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let Some((definition, _)) = revisions::newest(cx, id).await? else { return Ok(()) };
        let arn = definition.task_definition_arn().unwrap_or_default();
        tags::Object(cx, arn).change(set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        if cx.has_removed(Self::TYPE, &cx.base) {
            return Ok(Vec::new());
        }
        let ours = revisions::newest(cx, &cx.base).await?;
        Ok(ours.map(|_| cx.base.clone()).into_iter().collect())
    }
}

/// What a revision has: with the image that runs, where others deploy them.
async fn with_running_image<'a>(cx: &Cx, inputs: &'a Inputs) -> Result<Cow<'a, Inputs>> {
    let Some(cluster) = &inputs.keeps_image_in else { return Ok(Cow::Borrowed(inputs)) };
    let running = running::image(cx, cluster, &inputs.container_name).await?;
    let image = running.unwrap_or_else(|| inputs.image.clone());
    Ok(Cow::Owned(Inputs { image, keeps_image_in: None, ..inputs.clone() }))
}
