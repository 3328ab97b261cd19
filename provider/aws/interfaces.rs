//! Network interfaces: what keeps security groups and subnets busy, some of it for a while after
//! the balancer or the task is gone.

use std::time::Duration;

use aws_sdk_ec2::types::NetworkInterface;

use super::Aws;
use crate::error::Result;

/// How long a deleted balancer's interfaces may linger (terraform-provider-aws,
/// elbv2/load_balancer.go).
pub const LINGER: Duration = Duration::from_mins(35);
/// `ELB app/<name>/<id>`: how AWS describes those of a balancer (same source).
const BALANCERS: &str = "ELB ";

impl Aws {
    /// The interfaces of the balancer: AWS names them by its ARN's end.
    pub async fn interfaces_of_balancer(&self, arn_suffix: &str) -> Result<Vec<NetworkInterface>> {
        self.interfaces_described(&format!("{BALANCERS}{arn_suffix}")).await
    }
}

/// Whether an interface is a balancer's.
#[must_use]
pub fn is_balancers(interface: &NetworkInterface) -> bool {
    interface.description().is_some_and(|description| description.starts_with(BALANCERS))
}
