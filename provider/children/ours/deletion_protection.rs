//! Stands before all others when a service is deleted, and asks whether the deletion can come to
//! its end.
//!
//! AWS refuses to delete a protected load balancer, a repository with images and a bucket with logs, but their turn
//! comes late: the service would be gone by then. This child depends on all others, so it is
//! deleted first, and while AWS would refuse so does it. It is not an object in AWS.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::nothing_to_import;
use crate::resource::permission::HAS_LOGS_BUCKET;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The protection.
pub struct DeletionProtection;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// The load balancer of its own, which may be protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer_arn: Option<F::Of<String>>,
    /// The repository, if it must not be deleted with images in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_name: Option<F::Of<String>>,
    /// Whether the repository may be deleted with its images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_delete: Option<F::Of<bool>>,
    /// The bucket of the load balancer's logs, if there is one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs_bucket: Option<F::Of<String>>,
    /// Whether that bucket may be deleted with its logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub force_delete_logs: Option<F::Of<bool>>,
}

/// What it remembers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// Balancers and repositories that were replaced: they may not be deleted yet, and then they
    /// prevent a deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<F::Of<Vec<F::Of<String>>>>,
}

impl Resource for DeletionProtection {
    const TYPE: &'static str = "fargate:index:DeletionProtection";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ProtectedLoadBalancer",
            to: "see, before anything is deleted, whether the load balancer is protected",
            actions: &["elasticloadbalancing:DescribeLoadBalancerAttributes"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ProtectedRepository",
            to: "see, before anything is deleted, whether the repository holds images",
            needed: Needed::If("it has a repository of its own"),
            actions: &["ecr:ListImages"],
            on: &["arn:aws:ecr:*:*:repository/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ProtectedLogs",
            to: "see, before anything is deleted, whether the bucket of the load balancer's logs holds any",
            needed: Needed::If(HAS_LOGS_BUCKET),
            actions: &["s3:ListBucketVersions"],
            on: &["arn:aws:s3:::{name}*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["replaced"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, _inputs: &Inputs) -> Result<Made<Outputs>> {
        Ok(Made { id: cx.base.clone(), outputs: Outputs { replaced: None } })
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(nothing_to_import("DeletionProtection", id))
    }

    async fn update(
        _cx: &Cx,
        _id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        let mut replaced = outputs.replaced.unwrap_or_default();
        if let Some(old) = old {
            let balancer = old
                .load_balancer_arn
                .as_ref()
                .filter(|it| Some(*it) != new.load_balancer_arn.as_ref());
            let repository =
                old.repository_name.as_ref().filter(|it| Some(*it) != new.repository_name.as_ref());
            replaced.extend(balancer.into_iter().chain(repository).cloned());
        }
        let replaced = Some(replaced).filter(|it| !it.is_empty());
        Ok(Outputs { replaced }.into())
    }

    /// One that the program still has is not the service's end: it goes with a replacement.
    async fn delete(cx: &Cx, _id: &str, inputs: &Inputs, outputs: &Outputs) -> Result<()> {
        if cx.names.children.contains(&cx.urn) {
            return Ok(());
        }
        let (balancers, repositories): (Vec<&String>, Vec<&String>) =
            outputs.replaced.iter().flatten().partition(|it| it.starts_with("arn:"));
        let mut reasons = Vec::new();
        for arn in inputs.load_balancer_arn.iter().chain(balancers) {
            if cx.aws.is_protected(arn).await? {
                reasons
                    .push(Reason::LoadBalancer(arn.rsplit('/').nth(1).unwrap_or(arn).to_owned()));
            }
        }
        if inputs.force_delete != Some(true) {
            for repository in inputs.repository_name.iter().chain(repositories) {
                if cx.aws.holds_images(repository).await? {
                    reasons.push(Reason::Repository(repository.clone()));
                }
            }
        }
        if let Some(bucket) =
            inputs.logs_bucket.as_ref().filter(|_| inputs.force_delete_logs != Some(true))
            && cx.aws.holds_logs(bucket).await?
        {
            reasons.push(Reason::Logs(bucket.clone()));
        }
        if reasons.is_empty() { Ok(()) } else { Err(refusal(&reasons)) }
    }
}

/// What AWS would refuse to delete.
enum Reason {
    LoadBalancer(String),
    Repository(String),
    Logs(String),
}

fn refusal(reasons: &[Reason]) -> Error {
    let message = reasons.iter().map(|reason| match reason {
        Reason::LoadBalancer(name) => format!("its load balancer {name} is protected"),
        Reason::Repository(name) => {
            format!("its repository {name} holds images, which would be lost")
        }
        Reason::Logs(name) => {
            format!("the bucket {name} holds logs of its load balancer, which would be lost")
        }
    });
    let message = message.collect::<Vec<_>>().join(", and ");
    let refused = Error::aws(
        "DeletionProtected",
        format!("the service cannot be deleted: {message}. Nothing of it was deleted"),
    );
    reasons.iter().fold(refused, |error, reason| {
        error.hinted(match reason {
            Reason::LoadBalancer(_) => {
                "Set `deletionProtection: false` and run `pulumi up`, then delete it."
            }
            Reason::Repository(_) => {
                "Set `repository.forceDelete: true` and run `pulumi up`, then delete it; or delete \
                 the images yourself."
            }
            Reason::Logs(_) => {
                "Set `loadBalancer.logsBucket.forceDelete: true` and run `pulumi up`, then delete it. To keep the logs, copy them first."
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Reason, nothing_to_import, refusal};

    #[test]
    fn all_that_stands_in_the_way_is_told_at_once() {
        let reasons = [
            Reason::LoadBalancer("web-abcde".to_owned()),
            Reason::Repository("web".to_owned()),
            Reason::Logs("web-logs".to_owned()),
        ];
        expect![[r"
            the service cannot be deleted: its load balancer web-abcde is protected, and its repository web holds images, which would be lost, and the bucket web-logs holds logs of its load balancer, which would be lost. Nothing of it was deleted
              Set `deletionProtection: false` and run `pulumi up`, then delete it.
              Set `repository.forceDelete: true` and run `pulumi up`, then delete it; or delete the images yourself.
              Set `loadBalancer.logsBucket.forceDelete: true` and run `pulumi up`, then delete it. To keep the logs, copy them first."]]
        .assert_eq(&refusal(&reasons).to_string());
    }

    #[test]
    fn what_is_nothing_in_aws_is_left_out_of_an_import() {
        expect![[r"
            the DeletionProtection web cannot be imported: it is not an object in AWS
              Leave it out of the import: the next `pulumi up` creates it."]]
        .assert_eq(&nothing_to_import("DeletionProtection", "web").to_string());
    }
}
