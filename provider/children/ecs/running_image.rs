//! Whether a service whose images others deploy has got its first one.
//!
//! No object of ours. Until then the service has no tasks, and nothing scales it. Once there was one, it is not
//! asked again.

use serde::{Deserialize, Serialize};

use crate::children::ecs::running;
use crate::error::Result;
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The image that runs.
pub struct RunningImage;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cluster_arn: F::Of<String>,
    pub container_name: F::Of<String>,
    /// What the first task definition names, where there is no image.
    pub placeholder: F::Of<String>,
}

/// What AWS says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// Whether an image was deployed.
    pub found: F::Of<bool>,
}

const NOT_YET: Outputs = Outputs { found: false };

impl Resource for RunningImage {
    const TYPE: &'static str = "fargate:ecs:RunningImage";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "RunningImage",
        to: "see which image others deployed",
        needed: Needed::If("`externalImage` is true"),
        actions: &["ecs:DescribeServices"],
        on: &["arn:aws:ecs:*:*:service/*/{name}*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["found"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        look(cx, inputs, outputs.unwrap_or(&NOT_YET)).await.map(Some)
    }

    async fn stale_outputs(
        cx: &Cx,
        inputs: &Inputs,
        outputs: &Outputs,
    ) -> Result<Vec<&'static str>> {
        let now = look(cx, inputs, outputs).await?;
        Ok(if now == *outputs { vec![] } else { vec!["found"] })
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = look(cx, inputs, &NOT_YET).await?;
        if !outputs.found {
            cx.warn(&how_to_deploy(&inputs.placeholder));
        }
        Ok(Made { id: cx.base.clone(), outputs })
    }

    async fn read(_cx: &Cx, _id: &str) -> Result<Option<Live<Self>>> {
        Ok(None)
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        look(cx, new, &outputs).await.map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

async fn look(cx: &Cx, inputs: &Inputs, before: &Outputs) -> Result<Outputs> {
    // A service that has no name yet does not run.
    if before.found || cx.base.is_empty() {
        return Ok(before.clone());
    }
    let image = running::image(cx, &inputs.cluster_arn, &inputs.container_name).await?;
    Ok(Outputs { found: image.is_some_and(|image| image != inputs.placeholder) })
}

fn how_to_deploy(placeholder: &str) -> String {
    let (repository, _) = placeholder.rsplit_once(':').unwrap_or((placeholder, ""));
    format!(
        "`externalImage` is true, and no image was deployed yet, so the service has no tasks. Let your pipeline push one to \
         {repository}, register a revision of the task definition that names it, and deploy that with `aws ecs update-service \
         --task-definition … --desired-count …`. From then on this program decides how many tasks run."
    )
}

#[cfg(test)]
mod tests {
    use super::how_to_deploy;

    #[test]
    fn a_service_without_an_image_yet_is_told_with_the_next_step() {
        expect_test::expect!["`externalImage` is true, and no image was deployed yet, so the service has no tasks. Let your pipeline push one to 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop, register a revision of the task definition that names it, and deploy that with `aws ecs update-service --task-definition … --desired-count …`. From then on this program decides how many tasks run."]
            .assert_eq(&how_to_deploy("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:latest"));
    }
}
