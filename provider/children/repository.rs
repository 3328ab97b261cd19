//! The ECR repository: where the service's images are pushed, and how many of them are kept.
//!
//! The name and the encryption cannot change. The lifecycle policy is compared as a whole, not by
//! its text: one that we did not write shows as keeping nothing, and the next update replaces it.
//! Whether a delete may take the images along is our own affair; AWS does not know it.

use std::time::Duration;

use aws_sdk_ecr::types::{
    EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability,
    Repository as Described, Tag,
};
use serde::{Deserialize, Serialize};

use super::expiry::Expiry;
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::wait::Seen;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
    naming,
};

/// The repository.
pub struct Repository;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// `MUTABLE` or `IMMUTABLE`: whether a tag may be given to another image.
    pub image_tag_mutability: F::Of<String>,
    pub scan_on_push: F::Of<bool>,
    /// Older images than this many are removed.
    pub keep_images: F::Of<u32>,
    /// Images that lost their tag are removed after this many days.
    pub expire_untagged_after_days: F::Of<u32>,
    /// Whether a delete takes the images along.
    pub force_delete: F::Of<bool>,
    /// The ARN of the key that encrypts the images; AWS's own if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_arn: Option<F::Of<String>>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub name: F::Of<String>,
    pub arn: F::Of<String>,
    /// What images are tagged with before a push.
    pub url: F::Of<String>,
}

const GONE: [&str; 1] = ["RepositoryNotFoundException"];
const NO_POLICY: [&str; 2] = ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"];
/// How long ECR may not see a repository that it has just made (terraform, ecr/repository.go).
const SETTLING: Duration = Duration::from_mins(2);
/// How long ECR may take to remove one with its images (same source).
const USUAL: Duration = Duration::from_mins(20);

impl Resource for Repository {
    const TYPE: &'static str = "fargate:ecr:Repository";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "RepositoryFind",
            to: "find the image repository",
            actions: &["ecr:DescribeRepositories", "ecr:ListTagsForResource"],
            on: &["arn:aws:ecr:*:*:repository/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "Repository",
            to: "make, change and remove the image repository",
            needed: Needed::If("it has a repository of its own"),
            actions: &[
                "ecr:CreateRepository",
                "ecr:PutLifecyclePolicy",
                "ecr:GetLifecyclePolicy",
                "ecr:PutImageTagMutability",
                "ecr:PutImageScanningConfiguration",
                "ecr:DeleteRepository",
                "ecr:TagResource",
                "ecr:UntagResource",
            ],
            on: &["arn:aws:ecr:*:*:repository/*"],
            ..EVERYWHERE
        },
        // ECR user guide, encryption at rest: with the rights of whoever makes or removes the
        // repository.
        Permission {
            sid: "RepositoryKey",
            to: "let ECR use the key of the images",
            needed: Needed::If("it has a `repository.kmsKeyArn`"),
            actions: &["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
            on: &["arn:aws:kms:*:*:key/*"],
            only_if: Some(("StringLike", "kms:ViaService", "ecr.*.amazonaws.com")),
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &["kmsKeyArn"];
    /// What a delete may take along is said to us, not to AWS.
    const WRITE_ONLY: &'static [&'static str] = &["forceDelete"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        let mutability = inputs.image_tag_mutability.known();
        if let Some(other) =
            mutability.filter(|it| !["MUTABLE", "IMMUTABLE"].contains(&it.as_str()))
        {
            problems.push(Problem::new(
                "imageTagMutability",
                format!("Choose \"MUTABLE\" or \"IMMUTABLE\", not \"{other}\"."),
            ));
        }
        for (path, count, what) in [
            ("keepImages", &inputs.keep_images, "image"),
            ("expireUntaggedAfterDays", &inputs.expire_untagged_after_days, "day"),
        ] {
            if count.known() == Some(&0) {
                problems.push(Problem::new(path, format!("ECR needs at least one {what} here.")));
            }
        }
        inputs
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx, inputs);
        let Some(repository) = describe(cx, &id).await? else { return Ok(None) };
        let tags = tags(cx, &outputs(&repository).arn).await?;
        Ok(Some(Standing { id, tags: Some(tags.unwrap_or_default()) }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(cx, inputs);
        let answer = cx
            .aws
            .ecr()
            .await?
            .create_repository()
            .repository_name(&name)
            .image_tag_mutability(inputs.image_tag_mutability.as_str().into())
            .image_scanning_configuration(scanning(inputs))
            .set_encryption_configuration(encryption(inputs)?)
            .set_tags(Some(sdk_tags(&cx.tags)?))
            .send()
            .await
            .explain("ecr:CreateRepository", &name)?;
        let made =
            answer.repository().ok_or_else(|| Error::bug("CreateRepository gave no repository"))?;
        Ok(Made { id: name, outputs: outputs(made) })
    }

    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        // ECR may not see at once what it has just made (SETTLING).
        cx.retry(SETTLING, super::ours::is(&GONE), || put_policy(cx, id, inputs)).await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(repository) = describe(cx, id).await? else { return Ok(None) };
        let outputs = outputs(&repository);
        let Some(tags) = tags(cx, &outputs.arn).await? else { return Ok(None) };
        let policy = get_policy(cx, id).await?;
        Ok(Some(Live { inputs: inputs(&repository, policy.as_deref()), outputs, tags: Some(tags) }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let ecr = cx.aws.ecr().await?;
        if old.is_none_or(|old| old.image_tag_mutability != new.image_tag_mutability) {
            ecr.put_image_tag_mutability()
                .repository_name(id)
                .image_tag_mutability(new.image_tag_mutability.as_str().into())
                .send()
                .await
                .explain("ecr:PutImageTagMutability", id)?;
        }
        if old.is_none_or(|old| old.scan_on_push != new.scan_on_push) {
            ecr.put_image_scanning_configuration()
                .repository_name(id)
                .image_scanning_configuration(scanning(new))
                .send()
                .await
                .explain("ecr:PutImageScanningConfiguration", id)?;
        }
        // Without the old inputs `complete` follows and puts it.
        if old.is_some_and(|old| expiry(old) != expiry(new)) {
            put_policy(cx, id, new).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        cx.aws
            .ecr()
            .await?
            .delete_repository()
            .repository_name(id)
            .force(inputs.force_delete)
            .send()
            .await
            .explain("ecr:DeleteRepository", id)
            .map_err(explain_images)
            .or_gone(&GONE)?;
        cx.patience
            .wait(&format!("the deletion of repository {id}"), USUAL, || async {
                Ok(match describe(cx, id).await? {
                    None => Seen::Done(()),
                    Some(_) => Seen::Pending(super::ours::STILL_THERE.to_owned()),
                })
            })
            .await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let Some(repository) = describe(cx, id).await? else {
            return Err(super::ours::gone(GONE[0], &format!("the repository {id}")));
        };
        let arn = outputs(&repository).arn;
        let ecr = cx.aws.ecr().await?;
        if !set.is_empty() {
            ecr.tag_resource()
                .resource_arn(&arn)
                .set_tags(Some(sdk_tags(set)?))
                .send()
                .await
                .explain("ecr:TagResource", id)?;
        }
        if !remove.is_empty() {
            ecr.untag_resource()
                .resource_arn(&arn)
                .set_tag_keys(Some(remove.to_vec()))
                .send()
                .await
                .explain("ecr:UntagResource", id)?;
        }
        Ok(())
    }

    /// ECR lists by no prefix, so all repositories are looked through.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let mut pages =
            cx.aws.ecr().await?.describe_repositories().max_results(1000).into_paginator().send();
        let mut ours = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.explain("ecr:DescribeRepositories", "all repositories")?;
            for shown in page.repositories() {
                let found = outputs(shown);
                if !super::ours::named(cx, &found.name) {
                    continue;
                }
                let tags = tags(cx, &found.arn).await?.unwrap_or_default();
                if super::ours::carries(&tags, &cx.base) {
                    ours.push(found.name);
                }
            }
        }
        Ok(ours)
    }
}

async fn put_policy(cx: &Cx, name: &str, inputs: &Inputs) -> Result<()> {
    cx.aws
        .ecr()
        .await?
        .put_lifecycle_policy()
        .repository_name(name)
        .lifecycle_policy_text(expiry(inputs).policy().to_string())
        .send()
        .await
        .explain("ecr:PutLifecyclePolicy", name)
        .map(drop)
}

async fn get_policy(cx: &Cx, name: &str) -> Result<Option<String>> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .get_lifecycle_policy()
        .repository_name(name)
        .send()
        .await
        .explain("ecr:GetLifecyclePolicy", name)
        .or_gone(&NO_POLICY)?;
    Ok(answer.and_then(|answer| answer.lifecycle_policy_text))
}

async fn describe(cx: &Cx, name: &str) -> Result<Option<Described>> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .describe_repositories()
        .repository_names(name)
        .send()
        .await
        .explain("ecr:DescribeRepositories", name)
        .or_gone(&GONE)?;
    Ok(answer.and_then(|answer| answer.repositories().first().cloned()))
}

async fn tags(cx: &Cx, arn: &str) -> Result<Option<Tags>> {
    let answer = cx
        .aws
        .ecr()
        .await?
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .explain("ecr:ListTagsForResource", arn)
        .or_gone(&GONE)?;
    Ok(answer.map(|answer| {
        answer.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
    }))
}

fn explain_images(error: Error) -> Error {
    if error.code() != Some("RepositoryNotEmptyException") {
        return error;
    }
    error.hinted(
        "The images would be lost. To remove them with the repository, set \
         `repository.forceDelete: true` and run `pulumi up` first; or delete the images yourself.",
    )
}

/// With a key of the user's the name depends on it: another key is another repository, which has
/// to stand beside the old one.
fn name(cx: &Cx, inputs: &Inputs) -> String {
    match &inputs.kms_key_arn {
        Some(key) => naming::with_hash(&cx.base, key),
        None => cx.base.clone(),
    }
}

fn expiry(inputs: &Inputs) -> Expiry {
    Expiry { keep_images: inputs.keep_images, untagged_days: inputs.expire_untagged_after_days }
}

fn scanning(inputs: &Inputs) -> ImageScanningConfiguration {
    ImageScanningConfiguration::builder().scan_on_push(inputs.scan_on_push).build()
}

fn encryption(inputs: &Inputs) -> Result<Option<EncryptionConfiguration>> {
    let Some(key) = &inputs.kms_key_arn else { return Ok(None) };
    EncryptionConfiguration::builder()
        .encryption_type(EncryptionType::Kms)
        .kms_key(key)
        .build()
        .map(Some)
        .map_err(Error::bug)
}

fn inputs(repository: &Described, text: Option<&str>) -> Inputs {
    let encryption = repository.encryption_configuration();
    // No policy, or one that is not ours, keeps nothing that a program could ask for.
    let expiry = text.and_then(Expiry::of).unwrap_or_default();
    Inputs {
        image_tag_mutability: repository
            .image_tag_mutability()
            .unwrap_or(&ImageTagMutability::Mutable)
            .as_str()
            .to_owned(),
        scan_on_push: repository
            .image_scanning_configuration()
            .is_some_and(ImageScanningConfiguration::scan_on_push),
        keep_images: expiry.keep_images,
        expire_untagged_after_days: expiry.untagged_days,
        force_delete: false,
        kms_key_arn: encryption.and_then(EncryptionConfiguration::kms_key).map(str::to_owned),
    }
}

fn outputs(repository: &Described) -> Outputs {
    Outputs {
        name: repository.repository_name().unwrap_or_default().to_owned(),
        arn: repository.repository_arn().unwrap_or_default().to_owned(),
        url: repository.repository_uri().unwrap_or_default().to_owned(),
    }
}

fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(Error::bug))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{
        Described, EncryptionConfiguration, EncryptionType, ImageScanningConfiguration,
        ImageTagMutability, Inputs, encryption, expiry, explain_images, inputs,
    };
    use crate::error::Error;

    fn asked() -> Inputs {
        Inputs {
            image_tag_mutability: "IMMUTABLE".to_owned(),
            scan_on_push: true,
            keep_images: 20,
            expire_untagged_after_days: 7,
            force_delete: false,
            kms_key_arn: Some("arn:aws:kms:eu-central-1:123456789012:key/1".to_owned()),
        }
    }

    #[test]
    fn what_aws_shows_is_read_as_what_was_asked_for() {
        let shown = Described::builder()
            .image_tag_mutability(ImageTagMutability::Immutable)
            .image_scanning_configuration(
                ImageScanningConfiguration::builder().scan_on_push(true).build(),
            )
            .set_encryption_configuration(encryption(&asked()).expect("an encryption"))
            .build();
        assert_eq!(inputs(&shown, Some(&expiry(&asked()).policy().to_string())), asked());
    }

    #[test]
    fn a_plain_repository_is_read_with_awss_own_defaults() {
        let aes = EncryptionConfiguration::builder()
            .encryption_type(EncryptionType::Aes256)
            .build()
            .expect("an encryption");
        let read = inputs(&Described::builder().encryption_configuration(aes).build(), None);
        assert_eq!((read.kms_key_arn, read.scan_on_push), (None, false));
        assert_eq!(read.image_tag_mutability, "MUTABLE");
    }

    #[test]
    fn a_policy_that_is_not_ours_is_drift() {
        let read = inputs(&Described::builder().build(), Some("{}"));
        assert_eq!((read.keep_images, read.expire_untagged_after_days), (0, 0));
    }

    #[test]
    fn a_repository_with_images_says_what_to_do() {
        let told = explain_images(Error::aws("RepositoryNotEmptyException", "no")).to_string();
        expect_test::expect![[r"
            no
              The images would be lost. To remove them with the repository, set `repository.forceDelete: true` and run `pulumi up` first; or delete the images yourself."]].assert_eq(&told);
    }
}
