//! The service as ECS shows it.

use aws_sdk_ecs::types::{Service as Described, ServiceField};

use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::resource::Cx;

/// What ECS says of a service that is not there, or of one that is too new to be.
pub(super) const GONE: [&str; 2] = ["ClusterNotFoundException", "ServiceNotFoundException"];

/// The service, whatever its status; deleted ones stay visible for a while.
pub(super) async fn describe(cx: &Cx, cluster: &str, service: &str) -> Result<Option<Described>> {
    let ecs = cx.aws.ecs().await?;
    let answer = ecs
        .describe_services()
        .cluster(cluster)
        .services(service)
        .include(ServiceField::Tags)
        .send()
        .await
        .explain("ecs:DescribeServices", service)
        .or_gone(&GONE)?;
    // "Not found" comes as a failure in a successful answer, with no service beside it.
    Ok(answer.and_then(|answer| answer.services().first().cloned()))
}

pub(super) fn is_active(service: &Described) -> bool {
    service.status() == Some("ACTIVE")
}

pub(super) fn gone_meanwhile(cx: &Cx) -> Error {
    crate::children::ours::gone("ServiceNotFoundException", &format!("the service {}", cx.base))
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
