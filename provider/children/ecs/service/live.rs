//! The service as ECS shows it.

use std::time::Duration;

use aws_sdk_ecs::types::{DeploymentRolloutState, Service as Described};

use crate::error::{Error, Kind, Result};
use crate::resource::Cx;
use crate::resource::gone::{NOT_SHOWN, gone};
use crate::resource::wait::Seen;

/// What ECS says of a cluster that is not there, or of one that is too new to be.
pub(super) const NO_CLUSTER: &str = "ClusterNotFoundException";
/// What ECS says of a service that is not there, or of one that is too new to be.
pub(super) const GONE: [&str; 2] = [NO_CLUSTER, "ServiceNotFoundException"];
/// For how long ECS may not know a service that was just made (terraform-provider-aws,
/// ecs/service.go, waits as long); one that was deleted stays visible as INACTIVE.
pub(super) const UNSEEN: Duration = Duration::from_mins(2);

/// The service, whatever its status; deleted ones stay visible for a while.
pub(super) async fn describe(cx: &Cx, cluster: &str, service: &str) -> Result<Option<Described>> {
    cx.aws.service(cluster, service).await
}

/// The service that the state has. That ECS does not show it is no evidence yet that it is gone: it may
/// have been made a moment ago, by a run that did not wait for it.
///
/// # Errors
/// It is gone: deleted, or not shown for [`UNSEEN`].
pub(super) async fn active(cx: &Cx, cluster: &str, service: &str) -> Result<Described> {
    let look = || async {
        Ok(match describe(cx, cluster, service).await? {
            Some(service) => Seen::Done(Some(service).filter(is_active)),
            None if cluster_is_deleted(cx, cluster).await => Seen::Done(None),
            None => Seen::Pending(NOT_SHOWN.to_owned()),
        })
    };
    match cx.wait(&format!("service {}", cx.base), UNSEEN, look).await {
        Err(late) if matches!(late.kind(), Kind::NotReady) => Err(gone_meanwhile(cx)),
        seen => seen?.ok_or_else(|| gone_meanwhile(cx)),
    }
}

/// Whether ECS shows the cluster as one that was deleted. One that is too new is not shown at all.
pub(super) async fn cluster_is_deleted(cx: &Cx, cluster: &str) -> bool {
    let shown = cx.aws.cluster(cluster).await.ok().flatten();
    shown.is_some_and(|it| it.status() == Some("INACTIVE"))
}

pub(super) fn is_active(service: &Described) -> bool {
    service.status() == Some("ACTIVE")
}

/// Whether a deployment of it is in this state.
pub(super) fn has_rollout(service: &Described, state: &DeploymentRolloutState) -> bool {
    service.deployments().iter().any(|it| it.rollout_state() == Some(state))
}

pub(super) fn is_deploying(service: &Described) -> bool {
    has_rollout(service, &DeploymentRolloutState::InProgress)
}

pub(super) fn gone_meanwhile(cx: &Cx) -> Error {
    gone("ServiceNotFoundException", &format!("the service {}", cx.base))
}

pub(super) fn cluster_is_gone(cluster: &str) -> Error {
    gone("ClusterGone", &format!("the cluster {cluster}"))
}

/// `arn:…:service/<cluster>/<name>` names its cluster.
pub(super) fn cluster_of(arn: &str) -> &str {
    arn.split('/').nth(1).unwrap_or("default")
}

#[cfg(test)]
mod tests {
    use super::{cluster_is_gone, cluster_of};

    #[test]
    fn a_cluster_that_was_deleted_is_told_with_the_next_step() {
        expect_test::expect![[r"
            the cluster arn:shop is gone from AWS
              Run `pulumi refresh`; the next `pulumi up` creates it again."]]
        .assert_eq(&cluster_is_gone("arn:shop").to_string());
    }

    #[test]
    fn a_services_arn_names_its_cluster() {
        assert_eq!(cluster_of("arn:aws:ecs:eu-west-1:1:service/web-abc/web-abc"), "web-abc");
        assert_eq!(cluster_of("arn:aws:ecs:eu-west-1:1:service/web-abc"), "web-abc");
    }
}
