//! The image that the user's builder makes of a folder.
//!
//! What decides is the hash of what it is built from, and the image's tag is made of it: an image that is in the repository
//! under this tag is not built again, whoever built it. What is remembered is the digest, which the task definition
//! names, and the image gets the tag that keeps it ([`kept`]). It goes with its repository, or by the repository's
//! lifecycle policy; so there is nothing to delete. That it is gone is seen by a look in each run, and a look costs one
//! call; nothing of a folder can be read back, so there is no import.

mod builder;
mod commands;
mod failures;
mod login;
mod look;
mod making;
mod users_config;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::look::{Seen, look, tag};
use crate::children::ecr::kept;
use crate::children::ecr::registry::{NO_REPOSITORY, SETTLING};
use crate::error::refused_with;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

pub use builder::{BUILDERS, Builder};
pub use commands::platform;

/// The image.
pub struct BuiltImage;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub repository_name: F::Of<String>,
    pub repository_url: F::Of<String>,
    /// Of all that it is built from ([`crate::build_context`]).
    pub hash: F::Of<String>,
    /// The folder that the builder gets to see.
    pub context: F::Of<String>,
    /// `Dockerfile` in the folder if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile: Option<F::Of<String>>,
    /// The stage to build; the last one if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<F::Of<String>>,
    pub args: F::Of<BTreeMap<String, F::Of<String>>>,
    /// Values that steps of the Dockerfile may read while they run, by their ids. They are nothing of the image, and
    /// another value builds nothing.
    pub secrets: F::Of<BTreeMap<String, F::Of<String>>>,
    /// `X86_64` or `ARM64`.
    pub architecture: F::Of<String>,
    /// The program, by name or path; the first that is found if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub builder: Option<F::Of<String>>,
    /// Where the builder finds and leaves what it has built before, in its own words.
    pub cache_from: F::Of<Vec<F::Of<String>>>,
    pub cache_to: F::Of<Vec<F::Of<String>>>,
    /// What else the builder is told.
    pub extra_options: F::Of<Vec<F::Of<String>>>,
    /// Whether previews build it too.
    pub on_preview: F::Of<bool>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// `sha256:…`.
    pub digest: F::Of<String>,
    /// What a container runs: `url@digest`.
    pub uri: F::Of<String>,
    /// The tag of ours that keeps the image.
    pub kept_by: F::Of<String>,
}

/// By what the image that was built is found again.
const OUTPUTS: [&str; 3] = ["digest", "uri", "keptBy"];

impl Resource for BuiltImage {
    const TYPE: &'static str = "fargate:ecr:BuiltImage";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ImageLogin",
            to: "log the builder in to the registry",
            needed: Needed::If("it has a `build`"),
            // Knows no resources (Service Authorization Reference).
            actions: &["ecr:GetAuthorizationToken"],
            ..EVERYWHERE
        },
        // ECR user guide, "IAM permissions for pushing an image". The image is looked at, kept, and its manifest pushed
        // with the permissions of the image that is found.
        Permission {
            sid: "ImagePush",
            to: "push the layers of the image",
            needed: Needed::If("it has a `build`"),
            actions: &[
                "ecr:BatchCheckLayerAvailability",
                "ecr:InitiateLayerUpload",
                "ecr:UploadLayerPart",
                "ecr:CompleteLayerUpload",
            ],
            on: &["arn:aws:ecr:*:*:repository/{name}*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &OUTPUTS;
    /// What of these decides about the image is in the hash: a folder may have another path on another machine.
    const NO_DIFFERENCE: &'static [&'static str] =
        &["context", "dockerfile", "secrets", "builder", "cacheFrom", "cacheTo", "onPreview"];
    /// A look at a repository, as the image is that others push.
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    /// An image that is there already is known before it is deployed: one that was built by another run, and one that
    /// a change is taken back to.
    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        if let Some(seen) = look(cx, inputs).await? {
            return Ok(Some(seen.outputs));
        }
        if inputs.on_preview {
            making::build_only(cx, inputs).await?;
        }
        Ok(None)
    }

    async fn stale_outputs(
        cx: &Cx,
        inputs: &Inputs,
        outputs: &Outputs,
    ) -> Result<Vec<&'static str>> {
        Ok(match look(cx, inputs).await? {
            Some(seen) if seen.kept && seen.outputs == *outputs => vec![],
            Some(seen) if seen.outputs == *outputs => vec!["keptBy"],
            _ => OUTPUTS.to_vec(),
        })
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = format!("{}:{}", inputs.repository_name, tag(&inputs.hash));
        Ok(Made { id, outputs: in_repository(cx, inputs).await? })
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(not_imported(id))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let now = in_repository(cx, new).await?;
        if now.digest != outputs.digest {
            kept::release(cx, &new.repository_name, &now.digest, &outputs.digest).await?;
        }
        Ok(now.into())
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// The image as it is in the repository, where it is pushed if it is not there yet, and stays.
async fn in_repository(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let Seen { outputs, kept } = match look_patiently(cx, inputs).await? {
        Some(seen) => seen,
        None => making::build_and_push(cx, inputs).await?,
    };
    if !kept {
        kept::keep(cx, &inputs.repository_name, &outputs.digest).await?;
    }
    Ok(outputs)
}

/// The image in a repository that was perhaps made only now.
async fn look_patiently(cx: &Cx, inputs: &Inputs) -> Result<Option<Seen>> {
    // ECR may not see at once what it has just made (SETTLING).
    cx.retry(SETTLING, refused_with(&NO_REPOSITORY), || look::ask(cx, inputs)).await
}

fn not_imported(id: &str) -> Error {
    let message = format!(
        "the BuiltImage {id} cannot be imported: AWS does not know what an image was built from"
    );
    Error::aws("NotImportable", message)
        .hinted("Leave it out of the import: the next `pulumi up` finds the image by the hash of the files.")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_cannot_be_read_back_is_not_imported() {
        expect_test::expect![[r"
            the BuiltImage web:src-1 cannot be imported: AWS does not know what an image was built from
              Leave it out of the import: the next `pulumi up` finds the image by the hash of the files."]]
        .assert_eq(&super::not_imported("web:src-1").to_string());
    }
}
