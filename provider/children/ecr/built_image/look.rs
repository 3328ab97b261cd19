//! Whether the image is in the repository.

use aws_sdk_ecr::types::ImageIdentifier;

use super::{Inputs, Outputs};
use crate::aws::{Explain, OrGone};
use crate::children::ecr::kept;
use crate::children::ecr::registry::NO_REPOSITORY;
use crate::error::Result;
use crate::resource::Cx;

const NO_IMAGE: [&str; 1] = ["ImageNotFoundException"];

/// The image as it is, and whether it bears the tag that keeps it.
pub(super) struct Seen {
    pub(super) outputs: Outputs,
    pub(super) kept: bool,
}

/// The tag of an image that was built from what has this hash.
pub(super) fn tag(hash: &str) -> String {
    format!("src-{hash}")
}

/// How the tags begin that are used for one push.
const ONCE: &str = "build-";

/// A tag for one push.
pub(super) fn used_once() -> String {
    format!("{ONCE}{}", uuid::Uuid::new_v4().simple())
}

/// The image; none if even the repository is gone.
pub(super) async fn look(cx: &Cx, inputs: &Inputs) -> Result<Option<Seen>> {
    Ok(ask(cx, inputs).await.or_gone(&NO_REPOSITORY)?.flatten())
}

pub(super) async fn ask(cx: &Cx, inputs: &Inputs) -> Result<Option<Seen>> {
    let tag = tag(&inputs.hash);
    let answer = cx
        .aws
        .ecr()
        .await?
        .describe_images()
        .repository_name(&inputs.repository_name)
        .image_ids(ImageIdentifier::builder().image_tag(&tag).build())
        .send()
        .await
        .explain("ecr:DescribeImages", &inputs.repository_name)
        .or_gone(&NO_IMAGE)?;
    let images = answer.and_then(|answer| answer.image_details).into_iter().flatten();
    let mut asked_for = images.filter(|it| it.image_tags().contains(&tag));
    Ok(asked_for.find_map(|image| {
        let outputs = outputs(inputs, image.image_digest()?);
        let kept = image.image_tags().contains(&outputs.kept_by);
        Some(Seen { outputs, kept })
    }))
}

/// What comes of the image with this digest.
pub(super) fn outputs(inputs: &Inputs, digest: &str) -> Outputs {
    Outputs {
        digest: digest.to_owned(),
        uri: format!("{}@{digest}", inputs.repository_url),
        kept_by: kept::tag_of(digest),
    }
}
