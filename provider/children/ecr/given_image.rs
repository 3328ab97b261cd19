//! An image that the program names by its tag, in an ECR registry: which digest the tag names right now.
//!
//! No object of ours: as with the image of the service's own repository, what is remembered is the digest, so that a task definition
//! names an image that cannot change under it, and a push of the same tag is a change that a preview can see. The registry may
//! be another account's, or in another region. Where it may not be looked at, or has no such image (a pull-through cache has
//! it after the first pull only), the image is taken as it is named, with a warning.

use aws_sdk_ecr::types::{ImageDetail, ImageIdentifier};
use serde::{Deserialize, Serialize};

use crate::aws::Explain;
use crate::children::ecr::image_reference::InEcr;
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::nothing_to_import;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The image.
pub struct GivenImage;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// As the program names it.
    pub image: F::Of<String>,
    /// How the warning ends that it is taken as it is named; no warning if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<F::Of<String>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// What a container runs: `repository@digest`, or the image as it is named.
    pub uri: F::Of<String>,
    /// `sha256:…`; empty if the image is taken as it is named.
    pub digest: F::Of<String>,
}

/// What ECR and IAM answer for an image that cannot be looked at, or not yet.
const NOT_SEEN: [&str; 4] = [
    "AccessDeniedException",
    "ImageNotFoundException",
    "RepositoryNotFoundException",
    "RepositoryPolicyNotFoundException",
];

impl Resource for GivenImage {
    const TYPE: &'static str = "fargate:ecr:GivenImage";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "ImageGiven",
        to: "see which digest the tag of a given image names",
        needed: Needed::If(
            "`image` is a tag in an ECR registry and `resolveImage` is not false; without it the image is \
             deployed as it is named, with a warning",
        ),
        actions: &["ecr:DescribeImages"],
        on: &["arn:aws:ecr:*:*:repository/*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["uri", "digest"];
    const CHANGED_BY: &'static [(&'static str, &'static [&'static str])] =
        &[("uri", &["image"]), ("digest", &["image"])];
    const NO_DIFFERENCE: &'static [&'static str] = &["warning"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        look(cx, inputs, outputs).await.map(Some)
    }

    async fn stale_outputs(
        cx: &Cx,
        inputs: &Inputs,
        outputs: &Outputs,
    ) -> Result<Vec<&'static str>> {
        let now = look(cx, inputs, Some(outputs)).await?;
        Ok(if now == *outputs { vec![] } else { vec!["uri", "digest"] })
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = look(cx, inputs, None).await?;
        Ok(Made { id: inputs.image.clone(), outputs })
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(nothing_to_import("GivenImage", id))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        look(cx, new, Some(&outputs)).await.map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// The image as it is now; as it was if it cannot be looked at any more.
async fn look(cx: &Cx, inputs: &Inputs, before: Option<&Outputs>) -> Result<Outputs> {
    let image = &inputs.image;
    let as_named = || Outputs { uri: image.clone(), digest: String::new() };
    let Some(it) = InEcr::read(image).filter(|it| it.digest.is_none()) else {
        return Ok(as_named());
    };
    match digest(cx, &it).await {
        Ok(digest) => Ok(Outputs { uri: at(image, &digest), digest }),
        Err(error) if error.code().is_some_and(|code| NOT_SEEN.contains(&code)) => {
            if let Some(ending) = &inputs.warning {
                cx.warn(&not_seen(image, &error, ending));
            }
            let is_same = |it: &&Outputs| it.uri == at(image, &it.digest);
            Ok(before.filter(is_same).cloned().unwrap_or_else(as_named))
        }
        Err(error) => Err(error),
    }
}

/// The digest that the tag names, in the registry and the region of the image's own name.
async fn digest(cx: &Cx, image: &InEcr<'_>) -> Result<String> {
    let tag = image.tag.unwrap_or("latest");
    let answer = cx
        .aws
        .elsewhere(image.region)
        .ecr()
        .await?
        .describe_images()
        .registry_id(image.account)
        .repository_name(image.repository)
        .image_ids(ImageIdentifier::builder().image_tag(tag).build())
        .send()
        .await
        .explain("ecr:DescribeImages", image.repository)?;
    let is_tagged = |it: &ImageDetail| it.image_tags().iter().any(|it| it == tag);
    let found = answer.image_details.unwrap_or_default().into_iter().find(is_tagged);
    found.and_then(|it| it.image_digest).ok_or_else(|| not_there(image.repository, tag))
}

/// The error for an answer without the image, for which ECR has a refusal.
fn not_there(repository: &str, tag: &str) -> Error {
    Error::aws(NOT_SEEN[1], format!("the repository {repository} has no image {tag}"))
}

/// The image with the digest in place of its tag.
fn at(image: &str, digest: &str) -> String {
    // A colon before the last slash would be the port of a registry, which ECR's have not.
    let name = image.rsplit_once(':').map_or(image, |(name, _)| name);
    format!("{name}@{digest}")
}

/// That it is deployed as it is named.
fn not_seen(image: &str, error: &Error, ending: &str) -> String {
    let reason = error.message();
    format!(
        "{image} is deployed by its tag, because its digest is not known: {reason}. That the tag moves is not seen. \
         {ending}"
    )
}

#[cfg(test)]
mod tests {
    use super::{Error, at, not_seen, not_there, nothing_to_import};

    const IMAGE: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1";

    #[test]
    fn a_digest_takes_the_place_of_the_tag() {
        let name = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app";
        assert_eq!(at(IMAGE, "sha256:1"), format!("{name}@sha256:1"));
        assert_eq!(at(name, "sha256:1"), format!("{name}@sha256:1"));
    }

    #[test]
    fn an_image_that_cannot_be_looked_at_is_told() {
        let refused = Error::aws("AccessDeniedException", "ecr:DescribeImages is not allowed");
        expect_test::expect![[r"
            123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1 is deployed by its tag, because its digest is not known: ecr:DescribeImages is not allowed. That the tag moves is not seen. Silence this.
            123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1 is deployed by its tag, because its digest is not known: the repository team/app has no image 1. That the tag moves is not seen. Silence this.
            the GivenImage nginx cannot be imported: it is not an object in AWS
              Leave it out of the import: the next `pulumi up` creates it."]]
        .assert_eq(&format!(
            "{}\n{}\n{}",
            not_seen(IMAGE, &refused, "Silence this."),
            not_seen(IMAGE, &not_there("team/app", "1"), "Silence this."),
            nothing_to_import("GivenImage", "nginx")
        ));
    }
}
