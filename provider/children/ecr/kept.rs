//! Images that stay: those that the service runs or could go back to.
//!
//! Each bears a tag of ours, which no rule of the repository's lifecycle policy lets go. The tag is
//! made of the digest, so it never moves, also where tags may, and setting it again changes
//! nothing. It is set before a task definition can name the image, and comes off when none does any
//! more. An image is never removed here: it only becomes one like others, which the policy counts.

use aws_sdk_ecr::types::{Image as Manifest, ImageIdentifier, ListImagesFilter, TagStatus};

use crate::aws::{Explain, OrGone};
use crate::children::ecr::registry::KEPT;
use crate::error::{Error, Result};
use crate::resource::Cx;

/// How many images bear our tag before we look which of them are not needed any more. Ten task
/// definitions stay, so one look in ten changes finds something.
const ROOM: usize = 20;
/// All that an image can be. What is not accepted may be translated, and is then another image
/// (ECR user guide, Container image manifest format support).
const ACCEPTED: [&str; 4] = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
];
/// The tag is another image's, and tags do not move.
pub(super) const IMMUTABLE: [&str; 1] = ["ImageTagAlreadyExistsException"];

/// The tag that keeps the image with this digest.
pub(super) fn tag_of(digest: &str) -> String {
    format!("{KEPT}{}", digest.trim_start_matches("sha256:"))
}

/// Gives the image its tag. An index keeps what it names (ECR user guide, lifecycle policy
/// evaluation rules).
pub(super) async fn keep(cx: &Cx, repository: &str, digest: &str) -> Result<()> {
    keep_manifest(cx, repository, &manifest(cx, repository, digest).await?, digest).await
}

/// Gives the image whose manifest this is its tag.
pub(super) async fn keep_manifest(
    cx: &Cx,
    repository: &str,
    image: &Manifest,
    digest: &str,
) -> Result<()> {
    // Where tags do not move, the one that is there already is its own.
    put(cx, repository, image, &tag_of(digest)).await.or_gone(&IMMUTABLE).map(drop)
}

/// Takes the tags off what no task definition names any more, if there are many of them. What runs,
/// and what is `needed` beside it, keeps its own in any case.
pub(super) async fn release(cx: &Cx, repository: &str, runs: &str, needed: &str) -> Result<()> {
    let tagged = tagged(cx, repository).await?;
    let ours: Vec<&Tagged> = tagged.iter().filter(|it| digest_of(&it.tag).is_some()).collect();
    if ours.len() <= ROOM {
        return Ok(());
    }
    let mut named = cx.aws.images_of_family(&cx.base).await?;
    named.extend([runs.to_owned(), needed.to_owned()]);
    let loose = loose(&ours, &named);
    if loose.is_empty() {
        return Ok(());
    }
    // With its last tag an image would be removed (botocore, BatchDeleteImage). So the tags go to what
    // runs and bears its own, and come off there.
    let manifest = manifest(cx, repository, runs).await?;
    let mut off = Vec::new();
    for it in loose {
        match put(cx, repository, &manifest, &it.tag).await {
            // Where no tag may move, the image's others cannot leave it either.
            Err(error) if error.code() == Some(IMMUTABLE[0]) => {
                if tagged.iter().any(|other| other.digest == it.digest && other.tag != it.tag) {
                    off.push(it.tag.as_str());
                }
            }
            Err(error) => return Err(error),
            Ok(()) => off.push(it.tag.as_str()),
        }
    }
    take_off(cx, repository, &off).await
}

/// A tag, and the image that bears it.
struct Tagged {
    tag: String,
    digest: String,
}

/// Those whose image is none of the `named`, however a name ends in its digest.
fn loose<'a>(ours: &[&'a Tagged], named: &[String]) -> Vec<&'a Tagged> {
    let is_named = |it: &Tagged| {
        let digest = digest_of(&it.tag).unwrap_or_default();
        named.iter().any(|name| name.ends_with(&digest))
    };
    ours.iter().copied().filter(|it| !is_named(it)).collect()
}

/// The digest that a tag of ours is made of.
pub(super) fn digest_of(tag: &str) -> Option<String> {
    let digits = tag.strip_prefix(KEPT)?;
    let whole = digits.len() == 64 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    whole.then(|| format!("sha256:{digits}"))
}

async fn manifest(cx: &Cx, repository: &str, digest: &str) -> Result<Manifest> {
    let id = ImageIdentifier::builder().image_digest(digest).build();
    let is_asked_for = |it: &ImageIdentifier| it.image_digest() == Some(digest);
    let found = image(cx, repository, id, is_asked_for).await?;
    found.ok_or_else(|| gone(repository, digest))
}

/// The image that has this tag, as it was pushed; none if there is none.
pub(super) async fn tagged_with(cx: &Cx, repository: &str, tag: &str) -> Result<Option<Manifest>> {
    let id = ImageIdentifier::builder().image_tag(tag).build();
    image(cx, repository, id, |it| it.image_tag() == Some(tag)).await
}

async fn image(
    cx: &Cx,
    repository: &str,
    id: ImageIdentifier,
    is_asked_for: impl Fn(&ImageIdentifier) -> bool,
) -> Result<Option<Manifest>> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .batch_get_image()
        .repository_name(repository)
        .image_ids(id)
        .set_accepted_media_types(Some(ACCEPTED.map(str::to_owned).to_vec()))
        .send()
        .await
        .explain("ecr:BatchGetImage", repository)?;
    let mut images = answer.images.unwrap_or_default().into_iter();
    Ok(images.find(|it| it.image_id().is_some_and(&is_asked_for)))
}

/// The error for an image that is not there any more, although it was a moment ago.
pub(super) fn gone(repository: &str, name: &str) -> Error {
    let image = if name.starts_with("sha256:") { '@' } else { ':' };
    Error::aws("ImageNotFoundException", format!("{repository}{image}{name} is gone"))
        .hinted("The image was deleted during this run. Run `pulumi up` again.")
}

/// Gives the image one tag more (ECR user guide, "Retagging an image").
pub(super) async fn put(cx: &Cx, repository: &str, image: &Manifest, tag: &str) -> Result<()> {
    let digest = image.image_id().and_then(ImageIdentifier::image_digest);
    cx.aws
        .ecr()
        .await?
        .put_image()
        .repository_name(repository)
        .set_image_manifest(image.image_manifest.clone())
        .set_image_manifest_media_type(image.image_manifest_media_type.clone())
        .set_image_digest(digest.map(str::to_owned))
        .image_tag(tag)
        .send()
        .await
        .explain("ecr:PutImage", &format!("{repository}:{tag}"))
        // It bears the tag already: an answer was lost.
        .or_gone(&["ImageAlreadyExistsException"])
        .map(drop)
}

async fn tagged(cx: &Cx, repository: &str) -> Result<Vec<Tagged>> {
    let tagged = ListImagesFilter::builder().tag_status(TagStatus::Tagged).build();
    let pages = cx
        .aws
        .ecr()
        .await?
        .list_images()
        .repository_name(repository)
        .filter(tagged)
        .max_results(1000)
        .into_paginator()
        .items()
        .send();
    let all: Result<Vec<ImageIdentifier>, _> = pages.collect().await;
    let all = all.explain("ecr:ListImages", repository)?;
    let tagged = all
        .into_iter()
        .filter_map(|it| Some(Tagged { tag: it.image_tag?, digest: it.image_digest? }));
    Ok(tagged.collect())
}

/// Takes tags off images. One that has no other goes with it.
pub(super) async fn take_off(cx: &Cx, repository: &str, tags: &[&str]) -> Result<()> {
    // A hundred at most in one call (botocore, BatchDeleteImage).
    for some in tags.chunks(100) {
        let id = |tag: &&str| ImageIdentifier::builder().image_tag(*tag).build();
        cx.aws
            .ecr()
            .await?
            .batch_delete_image()
            .repository_name(repository)
            .set_image_ids(Some(some.iter().map(id).collect()))
            .send()
            .await
            .explain("ecr:BatchDeleteImage", repository)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Tagged, digest_of, gone, loose, tag_of};

    fn digest(digit: &str) -> String {
        format!("sha256:{}", digit.repeat(64))
    }

    #[test]
    fn a_tag_is_made_of_its_digest_and_fits() {
        let tag = tag_of(&digest("a"));
        assert_eq!(digest_of(&tag), Some(digest("a")));
        assert!(tag.len() <= 128);
        for users in ["latest", "fargate-keep-me", "fargate-keep-", "fargate-keep-0123"] {
            assert_eq!(digest_of(users), None, "{users}");
        }
    }

    #[test]
    fn what_a_task_definition_names_is_not_loose() {
        let [a, b, c] = ["a", "b", "c"].map(|digit| {
            let digest = digest(digit);
            Tagged { tag: tag_of(&digest), digest }
        });
        // One that was moved on its way off.
        let moved = Tagged { tag: tag_of(&digest("d")), digest: a.digest.clone() };
        let named =
            [format!("123.dkr.ecr.eu-west-1.amazonaws.com/web@{}", a.digest), b.digest.clone()];
        let found = loose(&[&a, &b, &c, &moved], &named);
        let tags: Vec<&str> = found.iter().map(|it| it.tag.as_str()).collect();
        assert_eq!(tags, [&c.tag, &moved.tag]);
    }

    #[test]
    fn an_image_that_vanished_is_told() {
        expect_test::expect![[r"
            web@sha256:1 is gone
              The image was deleted during this run. Run `pulumi up` again."]]
        .assert_eq(&gone("web", "sha256:1").to_string());
    }
}
