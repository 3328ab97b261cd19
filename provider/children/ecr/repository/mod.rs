//! The ECR repository: where the service's images are pushed, and how many of them are kept beside
//! those that it runs or can go back to.
//!
//! The name and the encryption cannot change. The lifecycle policy is compared as a whole, not by
//! its text: one that we did not write shows as keeping nothing, and the next update replaces it.
//! Whether a delete may take the images along is our own affair; AWS does not know it.

mod expiry;
mod key;
mod loss;
mod mapping;
mod tags;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::expiry::ALL_IMAGES;
use self::expiry::Expiry;
use self::loss::{explain_images, lost_images};
use self::mapping::{encryption, inputs, outputs, scanning};
use crate::aws::{Explain, OrGone};
use crate::children::ecr::registry::{self, NO_REPOSITORY, SETTLING};
use crate::error::refused_with;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::gone::gone;
use crate::resource::gone::while_shown;
use crate::resource::owner;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Protected, Resource, Settled, Standing,
    Tagged, Tags, physical_names,
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
    /// How many tagged images stay, the newest.
    pub keep_images: F::Of<u32>,
    /// How many images without a tag stay, the newest.
    pub keep_untagged_images: F::Of<u32>,
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

/// How long ECR may take to remove one with its images (terraform, ecr/repository.go).
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
            to: "create, change and delete the image repository",
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
            on: &["arn:aws:ecr:*:*:repository/{name}*"],
            ..EVERYWHERE
        },
        // ECR user guide, encryption at rest: with the permissions of the caller that creates or deletes the
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
    const RELEASED_BY: Option<(&'static str, bool)> = Some(("forceDelete", true));
    /// What a delete may take along is said to us, not to AWS.
    const WRITE_ONLY: &'static [&'static str] = &["forceDelete"];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        problems.extend(inputs.image_tag_mutability.complain("imageTagMutability", |it| {
            (!["MUTABLE", "IMMUTABLE"].contains(&it.as_str()))
                .then(|| format!("Choose \"MUTABLE\" or \"IMMUTABLE\", not \"{it}\"."))
        }));
        for (path, count) in [
            ("keepImages", &inputs.keep_images),
            ("keepUntaggedImages", &inputs.keep_untagged_images),
        ] {
            if count.known() == Some(&0) {
                problems.push(Problem::new(path, "ECR keeps at least one image."));
            }
        }
        inputs
    }

    async fn protected(cx: &Cx, outputs: &Outputs) -> Result<Option<Protected>> {
        let name = &outputs.name;
        Ok(cx.aws.holds_images(name).await?.then(|| Protected {
            reason: format!("the repository {name} holds images, which would be lost"),
            release: Some("repository.forceDelete: true"),
            loss: Some(lost_images(name)),
        }))
    }

    async fn find(cx: &Cx, inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx, inputs);
        let Some(repository) = registry::repository(cx, &id).await? else { return Ok(None) };
        let tags = tags::of(cx, &outputs(&repository).arn).await?;
        Ok(Some(Standing::of(id, Some(tags.unwrap_or_default()))))
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
            .set_tags(Some(tags::write(&cx.tags)?))
            .send()
            .await
            .explain("ecr:CreateRepository", &name)
            .map_err(key::explain)?;
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
        cx.retry(SETTLING, refused_with(&NO_REPOSITORY), || {
            expiry::put(cx, id, Expiry::asked(inputs))
        })
        .await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(repository) = registry::repository(cx, id).await? else { return Ok(None) };
        let outputs = outputs(&repository);
        let Some(tags) = tags::of(cx, &outputs.arn).await? else { return Ok(None) };
        let policy = expiry::get(cx, id).await?;
        Ok(Some(Live { inputs: inputs(&repository, policy.as_deref()), outputs, tags: Some(tags) }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        let us = cx.aws.identity().await?;
        let (partition, region, account) = (&us.partition, cx.aws.region(), &us.account);
        let arn = format!("arn:{partition}:ecr:{region}:{account}:repository/{id}");
        Ok(tags::of(cx, &arn).await?.map(Some))
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
        if old.is_some_and(|old| Expiry::asked(old) != Expiry::asked(new)) {
            expiry::put(cx, id, Expiry::asked(new)).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let force = inputs.force_delete || cx.names.released.contains(&cx.urn);
        let call = cx.aws.ecr().await?.delete_repository().repository_name(id).force(force);
        Box::pin(call.send())
            .await
            .explain("ecr:DeleteRepository", id)
            .map_err(explain_images)
            .or_gone(&NO_REPOSITORY)?;
        cx.wait(&format!("the deletion of repository {id}"), USUAL, || async {
            let found = Box::pin(registry::repository(cx, id)).await?;
            Ok(while_shown(found.is_some()))
        })
        .await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        let Some(repository) = registry::repository(cx, id).await? else {
            return Err(gone(NO_REPOSITORY[0], &format!("the repository {id}")));
        };
        let arn = &outputs(&repository).arn;
        tags::Object { cx, id, arn }.change(set, remove).await
    }

    /// ECR lists by no prefix, so all repositories are looked through.
    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let mut ours = Vec::new();
        for shown in &cx.aws.repositories().await? {
            let found = outputs(shown);
            if owner::named(cx, &found.name)
                && let Some(tags) = tags::of(cx, &found.arn).await?
                && owner::carries(&tags, &cx.base)
            {
                ours.push(found.name);
            }
        }
        Ok(ours)
    }
}

/// With a key of the user's the name depends on it: another key is another repository, which has
/// to stand beside the old one.
fn name(cx: &Cx, inputs: &Inputs) -> String {
    match &inputs.kms_key_arn {
        Some(key) => physical_names::with_hash(&cx.base, key),
        None => cx.base.clone(),
    }
}
