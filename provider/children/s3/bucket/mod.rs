//! The bucket of a load balancer's logs.
//!
//! Its name is one in all accounts, so every call says which account it expects to own the bucket: what others made under the name is
//! never written to. Nothing that we set is immutable. The policy and the lifecycle are compared as a whole: those that we did not
//! write show as no delivery, and as keeping logs for 0 days, and the next update replaces them.

mod contents;
mod mapping;
mod settings;
mod tags;

use std::time::Duration;

use aws_sdk_s3::types::CreateBucketConfiguration;
use serde::{Deserialize, Serialize};

use crate::aws::Explain;
use crate::error::refused_with;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain, Wire};
use crate::resource::owner;
use crate::resource::permission::HAS_LOGS_BUCKET;
use crate::resource::{
    Asked, Cx, EVERYWHERE, Live, Made, Needed, Permission, Protected, Resource, Settled, Standing,
    Tags, physical_names,
};

/// The bucket.
pub struct Bucket;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// For how many days objects are kept.
    pub retention_in_days: F::Of<u32>,
    /// Whether the load balancers of the service may write to it, and nobody else by its policy.
    pub log_delivery: F::Of<bool>,
    /// `AES256`, or `aws:kms`, with which Elastic Load Balancing does not write.
    pub encryption: F::Of<String>,
    /// Whether nothing can make it public.
    pub block_public_access: F::Of<bool>,
    /// Whether a delete takes the logs along.
    pub force_delete: F::Of<bool>,
}

/// What AWS adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub name: F::Of<String>,
    pub arn: F::Of<String>,
}

const GONE: [&str; 1] = ["NoSuchBucket"];
const NOT_EMPTY: &str = "BucketNotEmpty";
/// How long a bucket that was just created may not be seen (terraform-provider-aws, s3/bucket.go).
const SETTLING: Duration = Duration::from_mins(2);
/// A bucket of this name is being deleted, or another call about it goes on (S3 API reference, error responses).
const BUSY: [&str; 1] = ["OperationAborted"];

impl Resource for Bucket {
    const TYPE: &'static str = "fargate:s3:Bucket";
    // Without `s3:DeleteBucketPolicy`: the component always says that logs come.
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "LogsBucket",
        to: "create, change, empty and delete the bucket of the load balancer's logs",
        needed: Needed::If(HAS_LOGS_BUCKET),
        actions: &[
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:DeleteObjectVersion",
            "s3:GetBucketPolicy",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketTagging",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
            "s3:ListBucketVersions",
            "s3:PutBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutEncryptionConfiguration",
            "s3:PutLifecycleConfiguration",
            "s3:TagResource",
        ],
        on: &["arn:aws:s3:::{name}*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    /// What a delete may take along is said to us, not to AWS.
    const WRITE_ONLY: &'static [&'static str] = &["forceDelete"];
    const RELEASED_BY: Option<(&'static str, bool)> = Some(("forceDelete", true));
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    fn check(
        inputs: Inputs<Wire>,
        _asked: &Asked<'_>,
        problems: &mut Vec<Problem>,
    ) -> Inputs<Wire> {
        problems.extend(inputs.retention_in_days.complain("retentionInDays", |days| {
            (*days == 0).then(|| "S3 keeps objects for a day at least.".to_owned())
        }));
        problems.extend(inputs.encryption.complain("encryption", |it| {
            (!["AES256", "aws:kms"].contains(&it.as_str()))
                .then(|| format!("Choose \"AES256\" or \"aws:kms\", not \"{it}\"."))
        }));
        inputs
    }

    async fn protected(cx: &Cx, outputs: &Outputs) -> Result<Option<Protected>> {
        let name = &outputs.name;
        Ok(cx.aws.holds_logs(name).await?.then(|| Protected {
            reason: holds_logs(name),
            release: Some("loadBalancer.logsBucket.forceDelete: true"),
            loss: None,
        }))
    }

    async fn find(cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx).await?;
        let tags = tags::of(cx, &id).await.map_err(explain)?;
        Ok(tags.map(|tags| Standing::of(id, Some(tags))))
    }

    async fn create(cx: &Cx, _inputs: &Inputs) -> Result<Made<Outputs>> {
        let name = name(cx).await?;
        let place = CreateBucketConfiguration::builder().set_tags(Some(tags::write(&cx.tags)?));
        // The region of the first endpoint has no name here (S3 API reference, CreateBucketConfiguration).
        let place = match cx.aws.region() {
            "us-east-1" => place,
            region => place.location_constraint(region.into()),
        };
        let place = place.build();
        let s3 = cx.aws.s3().await?;
        cx.retry(SETTLING, refused_with(&BUSY), || async {
            let call = s3.create_bucket().bucket(&name);
            let answer = call.create_bucket_configuration(place.clone()).send().await;
            answer.explain("s3:CreateBucket", &name).map_err(explain)
        })
        .await?;
        Ok(Made { outputs: outputs(cx, &name).await?, id: name })
    }

    /// A new bucket is encrypted with `AES256` and cannot be made public (S3 user guide, "Default settings for new S3 buckets").
    async fn complete(
        cx: &Cx,
        id: &str,
        inputs: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let new = Inputs {
            retention_in_days: 0,
            log_delivery: false,
            encryption: "AES256".to_owned(),
            block_public_access: true,
            force_delete: false,
        };
        cx.retry(SETTLING, refused_with(&GONE), || settings::change(cx, id, Some(&new), inputs))
            .await?;
        Ok(outputs.into())
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(tags) = tags::of(cx, id).await? else { return Ok(None) };
        let base = owner::base(cx, &tags);
        let Some(inputs) = Box::pin(settings::of(cx, id, &base)).await? else { return Ok(None) };
        Ok(Some(Live { inputs, outputs: outputs(cx, id).await?, tags: Some(tags) }))
    }

    async fn marks(cx: &Cx, id: &str) -> Result<Option<Option<Tags>>> {
        Ok(tags::of(cx, id).await?.map(Some))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        settings::change(cx, id, old, new).await?;
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        let with_logs = inputs.force_delete || cx.names.released.contains(&cx.urn);
        contents::remove_bucket(cx, id, with_logs).await
    }

    async fn tag(cx: &Cx, id: &str, set: &Tags, remove: &[String]) -> Result<()> {
        tags::change(cx, id, set, remove).await
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let id = name(cx).await?;
        if cx.has_removed(Self::TYPE, &id) {
            return Ok(Vec::new());
        }
        let found = tags::of(cx, &id).await?.map(|tags| Standing::of(id, Some(tags)));
        let ours = found.filter(|found| owner::serves(cx, found));
        Ok(ours.map(|found| found.id).into_iter().collect())
    }
}

/// `<base>-logs-<account>-<region>`, of 62 characters at most: S3 allows 63 (user guide, "General purpose bucket naming rules").
async fn name(cx: &Cx) -> Result<String> {
    let us = cx.aws.identity().await?;
    let base = format!("{}-logs-{}", cx.base, us.account);
    Ok(physical_names::in_region(&base, cx.aws.region()))
}

async fn outputs(cx: &Cx, name: &str) -> Result<Outputs> {
    let us = cx.aws.identity().await?;
    Ok(Outputs { name: name.to_owned(), arn: format!("arn:{}:s3:::{name}", us.partition) })
}

fn holds_logs(bucket: &str) -> String {
    format!("the bucket {bucket} holds logs, which would be lost")
}

/// What a name that another account has looks like: S3 refuses to show such a bucket, and to make one.
fn explain(error: Error) -> Error {
    match error.code() {
        Some("BucketAlreadyExists" | "AccessDenied") => error.hinted(
            "Names of buckets are one for all accounts of AWS. If another account has this one, set another `name` on the \
             FargateWebService, or name a bucket of yours, such as in `loadBalancer.accessLogs.bucket`.",
        ),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Bucket, Error, Inputs, Wire, explain, holds_logs};
    use crate::property::Map;
    use crate::resource::{Asked, Resource};

    #[test]
    fn a_name_that_others_have_is_told_with_the_ways_out() {
        let taken = Error::aws("BucketAlreadyExists", "the name is not available");
        let rendered = [taken, Error::aws("Other", "another")].map(|it| explain(it).to_string());
        expect![[r"
            the name is not available
              Names of buckets are one for all accounts of AWS. If another account has this one, set another `name` on the FargateWebService, or name a bucket of yours, such as in `loadBalancer.accessLogs.bucket`.
            another"]].assert_eq(&rendered.join("\n"));
        expect!["the bucket web-logs holds logs, which would be lost"]
            .assert_eq(&holds_logs("web-logs"));
    }

    #[test]
    fn days_and_encryption_are_what_s3_takes() {
        let inputs: Inputs<Wire> = Inputs {
            retention_in_days: 0.into(),
            log_delivery: true.into(),
            encryption: "none".into(),
            block_public_access: true.into(),
            force_delete: false.into(),
        };
        let asked = Asked {
            name: "web-logs-bucket",
            olds: &Map::new(),
            earlier: &Map::new(),
            seed: &[],
            autonaming: None,
        };
        let mut problems = Vec::new();
        Bucket::check(inputs, &asked, &mut problems);
        let rendered = problems.into_iter().map(|it| format!("{}: {}", it.path, it.reason));
        expect![[r#"
            retentionInDays: S3 keeps objects for a day at least.
            encryption: Choose "AES256" or "aws:kms", not "none"."#]]
        .assert_eq(&rendered.collect::<Vec<_>>().join("\n"));
    }
}
