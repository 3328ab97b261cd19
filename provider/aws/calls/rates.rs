//! Which calls AWS counts together, and how many of them it takes in a second.
//!
//! AWS gives each account and region a bucket of tokens per class of operations. What is published
//! is only where we begin when AWS first says that it is too much: quotas can be raised, and others
//! of the account take from the same buckets.

use crate::aws::services::{Class, USUAL, signed};

/// The class of an operation, and the name of its bucket.
pub(super) fn of(service: &str, operation: &str) -> (Class, String) {
    let (classes, each) = signed(service).map_or((USUAL, true), |it| (it.classes, it.each));
    let fits = |begins: &&[&str]| begins.iter().any(|begin| operation.starts_with(begin));
    let found = classes.iter().find(|(begins, _)| fits(begins));
    let class = found.map_or(Class { name: "", rate: 5.0 }, |(_, class)| *class);
    let bucket = if each { operation } else { class.name };
    (class, format!("{service} {bucket}"))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn operations_that_aws_counts_together_share_a_bucket() {
        let bucket = |service, operation| of(service, operation).1;
        let ecs = |operation| bucket("ecs", operation);
        assert_eq!(ecs("DescribeServices"), ecs("ListServiceDeployments"));
        assert_ne!(ecs("DescribeServices"), ecs("UpdateService"));
        assert_eq!(ecs("RegisterTaskDefinition"), ecs("DeregisterTaskDefinition"));
        let elb = |operation| bucket("elasticloadbalancing", operation);
        assert_eq!(elb("DescribeTags"), elb("DescribeLoadBalancers"));
        assert_ne!(bucket("ec2", "DescribeSubnets"), bucket("ec2", "DescribeVpcs"));
        assert_eq!(bucket("ecr", "CreateRepository"), "ecr CreateRepository");
    }
}
