//! The image: which digest a tag of the repository names right now.
//!
//! Images are pushed by others. What is remembered is the digest, so that a task definition names
//! an image that cannot change under it, and a push of the same tag is a change that a preview can
//! see. The image gets a tag of ours, which keeps it ([`kept`]). There need not be an image yet; then
//! `found` says so. Where `image` names one from elsewhere it is handed on as it is.

mod look;
mod pushing;

use serde::{Deserialize, Serialize};

use self::look::{Seen, ask, changed, look};
use self::pushing::how_to_push;
use crate::children::ecr::kept;
use crate::children::ecr::registry::{self, NO_REPOSITORY, SETTLING};
use crate::error::refused_with;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The image.
pub struct Image;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub repository_name: F::Of<String>,
    pub repository_url: F::Of<String>,
    pub tag: F::Of<String>,
    /// What the program names instead of a tag; in this repository or elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<F::Of<String>>,
    /// `X86_64` or `ARM64`: what the image has to be built for.
    pub architecture: F::Of<String>,
}

/// What AWS says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// `sha256:…`; empty while the repository has no such image, and for one from elsewhere.
    pub digest: F::Of<String>,
    /// What a container runs: `url@digest`, or `url:tag` while there is no image.
    pub uri: F::Of<String>,
    pub found: F::Of<bool>,
    /// The tag of ours that keeps the image; empty if there is none to keep.
    pub kept_by: F::Of<String>,
}

impl Resource for Image {
    const TYPE: &'static str = "fargate:ecr:Image";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "Image",
            to: "see which image a tag names",
            needed: Needed::If("it runs an image of its own repository"),
            actions: &["ecr:DescribeImages", "ecr:DescribeRepositories"],
            on: &["arn:aws:ecr:*:*:repository/{name}*"],
            ..EVERYWHERE
        },
        // What the task definitions name is asked with the task definition's own permissions.
        Permission {
            sid: "ImageKept",
            to: "keep the images that it runs or can go back to, by a tag",
            needed: Needed::If("it runs an image of its own repository"),
            actions: &[
                "ecr:BatchGetImage",
                "ecr:PutImage",
                "ecr:ListImages",
                "ecr:BatchDeleteImage",
            ],
            on: &["arn:aws:ecr:*:*:repository/{name}*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    /// Another tag, or a push: all of them go with the digest.
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["digest", "uri", "found", "keptBy"];
    /// It is a look at a repository, and [`Resource::stale_outputs`] looks again: the id says only where it
    /// looked first.
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        Ok(Some(look(cx, inputs).await?.outputs))
    }

    async fn stale_outputs(
        cx: &Cx,
        inputs: &Inputs,
        outputs: &Outputs,
    ) -> Result<Vec<&'static str>> {
        let now = look(cx, inputs).await?;
        Ok(changed(outputs, &now))
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = format!("{}:{}", inputs.repository_name, inputs.tag);
        let seen = look_patiently(cx, inputs).await?;
        keep(cx, inputs, &seen).await?;
        Ok(Made { id, outputs: seen.outputs })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let (repository, tag) = parts(id)?;
        let known = registry::repository(cx, repository).await?;
        let Some(url) = known.and_then(|it| it.repository_uri) else { return Ok(None) };
        let inputs = Inputs {
            repository_name: repository.to_owned(),
            repository_url: url,
            tag: tag.to_owned(),
            image: None,
            architecture: "X86_64".to_owned(),
        };
        let outputs = look(cx, &inputs).await?.outputs;
        Ok(Some(Live { inputs, outputs, tags: None }))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let seen = look_patiently(cx, new).await?;
        keep(cx, new, &seen).await?;
        let now = &seen.outputs.digest;
        if !now.is_empty() && *now != outputs.digest {
            kept::release(cx, &new.repository_name, now, &outputs.digest).await?;
        }
        Ok(seen.outputs.into())
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// The image in a repository that was perhaps made only now.
async fn look_patiently(cx: &Cx, inputs: &Inputs) -> Result<Seen> {
    // ECR may not see at once what it has just made (SETTLING).
    let seen = cx.retry(SETTLING, refused_with(&NO_REPOSITORY), || ask(cx, inputs)).await?;
    if !seen.outputs.found {
        cx.warn(&how_to_push(inputs, cx.aws.region()));
    }
    Ok(seen)
}

async fn keep(cx: &Cx, inputs: &Inputs, seen: &Seen) -> Result<()> {
    if seen.kept {
        return Ok(());
    }
    kept::keep(cx, &inputs.repository_name, &seen.outputs.digest).await
}

/// An id is `<repository>:<tag>`; neither part can hold a colon.
fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once(':')
        .filter(|(repository, tag)| !repository.is_empty() && !tag.is_empty())
        .ok_or_else(|| {
            let message =
                format!("an image is named `<repository>:<tag>`, such as `web:latest`, not `{id}`");
            Error::aws("InvalidId", message)
        })
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn an_id_names_repository_and_tag() {
        assert_eq!(parts("team/web:v1"), Ok(("team/web", "v1")));
        assert!(parts("web").is_err());
    }

    #[test]
    fn what_is_no_id_is_told() {
        let error = parts("web").expect_err("no tag").to_string();
        expect_test::expect![
            "an image is named `<repository>:<tag>`, such as `web:latest`, not `web`"
        ]
        .assert_eq(&error);
    }
}
