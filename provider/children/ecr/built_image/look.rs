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
        let digest = image.image_digest()?.to_owned();
        let kept_by = kept::tag_of(&digest);
        let kept = image.image_tags().contains(&kept_by);
        let uri = format!("{}@{digest}", inputs.repository_url);
        Some(Seen { outputs: Outputs { digest, uri, kept_by }, kept })
    }))
}

/// Takes the tag off an image that is not what the hash says. With its last tag the image goes.
pub(super) async fn take_off(cx: &Cx, inputs: &Inputs) -> Result<()> {
    cx.aws
        .ecr()
        .await?
        .batch_delete_image()
        .repository_name(&inputs.repository_name)
        .image_ids(ImageIdentifier::builder().image_tag(tag(&inputs.hash)).build())
        .send()
        .await
        .explain("ecr:BatchDeleteImage", &inputs.repository_name)
        .map(drop)
}
