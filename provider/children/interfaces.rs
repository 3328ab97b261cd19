//! Network interfaces: what keeps security groups and subnets busy, some of it for a while after
//! the balancer or the task is gone.

use std::time::Duration;

use aws_sdk_ec2::types::NetworkInterface;

use crate::error::Result;
use crate::resource::Cx;

/// How long a deleted balancer's interfaces may linger (terraform-provider-aws,
/// elbv2/load_balancer.go).
pub(super) const LINGER: Duration = Duration::from_mins(35);
/// `ELB app/<name>/<id>`: how AWS describes those of a balancer (same source).
const BALANCERS: &str = "ELB ";

/// The interfaces of the balancer: AWS names them by its ARN's end.
pub(super) async fn of_balancer(cx: &Cx, arn_suffix: &str) -> Result<Vec<NetworkInterface>> {
    cx.aws.interfaces_described(&format!("{BALANCERS}{arn_suffix}")).await
}

/// The interfaces that use the security group.
pub(super) async fn in_group(cx: &Cx, group: &str) -> Result<Vec<NetworkInterface>> {
    cx.aws.interfaces_in_group(group).await
}

/// Whether an interface is a balancer's.
pub(super) fn is_balancers(interface: &NetworkInterface) -> bool {
    interface.description().is_some_and(|description| description.starts_with(BALANCERS))
}
