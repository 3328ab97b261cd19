//! What is asked of AWS by ids or names, several at a time: for each kind how many one call takes,
//! and by what the answer is known. A file per service.
//!
//! The limits are those of the API references (botocore's descriptions of the same members).

use aws_sdk_applicationautoscaling::types::{ScalableTarget, ScalingPolicy, ScheduledAction};
use aws_sdk_cloudwatch::types::MetricAlarm;
use aws_sdk_ec2::types::{
    Address, EgressOnlyInternetGateway, InternetGateway, NatGateway, NetworkInterface, RouteTable,
    SecurityGroup, SecurityGroupRule, Subnet, Vpc,
};
use aws_sdk_ecr::types::Repository;
use aws_sdk_ecs::types::{Cluster, Service, ServiceDeployment};
use aws_sdk_elasticloadbalancingv2::types::{
    Listener, LoadBalancer, Rule, TagDescription, TargetGroup,
};

use super::Aws;
use super::together::Together;
use crate::error::{Error, Result};

mod acm;
mod cloudwatch;
mod ec2;
mod ecr;
mod ecs;
mod elb;
mod route53;
mod s3;
mod scaling;
mod vpc;

pub use ecs::family_of;
pub use elb::DELETION_PROTECTION;
pub use route53::{Delegation, dns_name, names_above};
pub use s3::is_test_file;

/// Looks that wait, of each kind that AWS answers for several.
#[derive(Debug)]
pub(super) struct Looks {
    clusters: Together<Cluster>,
    services: Together<Service>,
    deployments: Together<ServiceDeployment>,
    balancers: Together<LoadBalancer>,
    target_groups: Together<TargetGroup>,
    listeners: Together<Listener>,
    listener_rules: Together<Rule>,
    rules_of_listener: Together<Rule>,
    elb_tags: Together<TagDescription>,
    groups: Together<SecurityGroup>,
    rules: Together<SecurityGroupRule>,
    interfaces: Together<NetworkInterface>,
    vpcs: Together<Vpc>,
    subnets: Together<Subnet>,
    route_tables: Together<RouteTable>,
    internet_gateways: Together<InternetGateway>,
    egress_only_gateways: Together<EgressOnlyInternetGateway>,
    nat_gateways: Together<NatGateway>,
    addresses: Together<Address>,
    alarms: Together<MetricAlarm>,
    targets: Together<ScalableTarget>,
    target_tags: Together<scaling::TagsOf>,
    policies: Together<ScalingPolicy>,
    scheduled_actions: Together<ScheduledAction>,
    deleted_alarms: Together<String>,
    all_clusters: Together<String>,
    all_balancers: Together<LoadBalancer>,
    all_target_groups: Together<TargetGroup>,
    all_targets: Together<ScalableTarget>,
    all_repositories: Together<Repository>,
}

/// Who lists all objects of a kind at the same moment lists once.
const ALL: &str = "all";

impl Default for Looks {
    fn default() -> Self {
        fn of<T: Clone + Send + Sync + 'static>(most: usize) -> Together<T> {
            Together::new(most)
        }
        Self {
            clusters: of(100),
            services: of(10),
            deployments: of(20),
            balancers: of(20),
            // The API reference gives no limit: the one for load balancers is used.
            target_groups: of(20),
            listeners: of(20),
            listener_rules: of(20),
            rules_of_listener: of(1),
            elb_tags: of(20),
            // A filter takes 200 values (EC2 user guide, resource filtering), and a page is longer.
            groups: of(100),
            rules: of(100),
            interfaces: of(50),
            vpcs: of(100),
            subnets: of(100),
            route_tables: of(100),
            internet_gateways: of(100),
            egress_only_gateways: of(100),
            nat_gateways: of(100),
            addresses: of(100),
            alarms: of(100),
            targets: of(50),
            // One by one, but who asks the same at the same moment asks once.
            target_tags: of(1),
            policies: of(50),
            scheduled_actions: of(1),
            deleted_alarms: of(100),
            all_clusters: of(1),
            all_balancers: of(1),
            all_target_groups: of(1),
            all_targets: of(1),
            all_repositories: of(1),
        }
    }
}

/// The answer to a call that AWS refused because what it names is not there: nothing, if it named
/// one only. Of several, the others may be there.
fn unless_gone<T>(found: Result<Vec<T>>, many: usize, codes: &[&str]) -> Result<Vec<T>> {
    let gone = |error: &Error| error.code().is_some_and(|code| codes.contains(&code));
    match found {
        Err(error) if many == 1 && gone(&error) => Ok(Vec::new()),
        other => other,
    }
}

/// What a call is about, for who reads its error.
fn named(ids: &[String]) -> String {
    ids.join(", ")
}

impl Aws {
    fn looks(&self) -> &Looks {
        &self.clients.looks
    }
}
