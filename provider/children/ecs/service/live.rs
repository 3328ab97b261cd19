//! The service as ECS shows it.

use aws_sdk_ecs::types::Service as Described;

use crate::error::{Error, Result};
use crate::resource::Cx;
use crate::resource::gone::gone;

/// What ECS says of a service that is not there, or of one that is too new to be.
pub(super) const GONE: [&str; 2] = ["ClusterNotFoundException", "ServiceNotFoundException"];

/// The service, whatever its status; deleted ones stay visible for a while.
pub(super) async fn describe(cx: &Cx, cluster: &str, service: &str) -> Result<Option<Described>> {
    cx.aws.service(cluster, service).await
}

pub(super) fn is_active(service: &Described) -> bool {
    service.status() == Some("ACTIVE")
}

pub(super) fn gone_meanwhile(cx: &Cx) -> Error {
    gone("ServiceNotFoundException", &format!("the service {}", cx.base))
}

/// `arn:…:service/<cluster>/<name>` names its cluster.
pub(super) fn cluster_of(arn: &str) -> &str {
    arn.split('/').nth(1).unwrap_or("default")
}

#[cfg(test)]
mod tests {
    use super::cluster_of;

    #[test]
    fn a_services_arn_names_its_cluster() {
        assert_eq!(cluster_of("arn:aws:ecs:eu-west-1:1:service/web-abc/web-abc"), "web-abc");
        assert_eq!(cluster_of("arn:aws:ecs:eu-west-1:1:service/web-abc"), "web-abc");
    }
}
