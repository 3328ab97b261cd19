//! The AWS services that the provider calls. A row is all that has to be said of one: a new service is
//! a new row, and its crate in `Cargo.toml`. `aws/clients.rs` makes a client of each.

use super::STS;

/// An AWS service, by the names that it has elsewhere, and how it counts calls.
pub(super) struct Service {
    /// pulumi-aws's name for it, as in `endpoints`.
    pub(super) name: &'static str,
    /// In signatures.
    pub(super) signed: &'static str,
    /// In IAM actions.
    pub(super) iam: &'static str,
    /// Operations that begin so, the first that fits; with `each` every operation has a bucket of
    /// its own. What is published nowhere is cautious.
    pub(super) classes: &'static [(&'static [&'static str], Class)],
    pub(super) each: bool,
}

/// A class of operations that share a bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Class {
    pub(super) name: &'static str,
    /// Calls in a second, for as long as one likes.
    pub(super) rate: f64,
}

pub(super) const fn class(name: &'static str, rate: f64) -> Class {
    Class { name, rate }
}

pub(super) const LOOKS: &[&str] = &["Describe", "List", "Get"];
pub(super) const ALL: &[&str] = &[""];

/// How those count of which nothing is published.
pub(super) const USUAL: &[(&[&str], Class)] =
    &[(LOOKS, class("looks", 10.0)), (ALL, class("changes", 5.0))];

/// Gives all rows to a macro: the accessor of its client, its crate, what its client is told if the address is not AWS's, and what is
/// known of it.
macro_rules! each_service {
    ($rows:ident) => {
        $rows! {
        /// Elastic Container Service.
        ecs = aws_sdk_ecs, Service {
            name: "ecs",
            signed: "ecs",
            iam: "ecs",
            // ECS API reference, "Request throttling for the Amazon ECS API" (task definitions:
            // registering 20 at once and then 1 a second; services: changes 50 and 5, reads 100 and 20;
            // clusters: reads 50 and 20).
            classes: &[
                (&["RegisterTaskDefinition", "Deregister", "DeleteTaskDef"], class("definitions", 1.0)),
                (&["DescribeTaskDef", "ListTaskDef"], class("definition looks", 20.0)),
                (&["DescribeService", "ListService"], class("service looks", 20.0)),
                (&["CreateService", "UpdateService", "DeleteService"], class("services", 5.0)),
                (&["DescribeCluster", "ListCluster"], class("cluster looks", 20.0)),
                (LOOKS, class("other looks", 20.0)),
                (&["TagResource", "UntagResource"], class("tags", 5.0)),
                (ALL, class("clusters", 1.0)),
            ],
            each: false,
        };
        /// Elastic Container Registry.
        ecr = aws_sdk_ecr,
            Service { name: "ecr", signed: "ecr", iam: "ecr", classes: USUAL, each: true };
        /// Elastic Load Balancing, version 2.
        elb = aws_sdk_elasticloadbalancingv2, Service {
            name: "elbv2",
            signed: "elasticloadbalancing",
            iam: "elasticloadbalancing",
            // ELB user guide, "Request throttling for the ELB API" (`Describe*` 40 and 10, changes 20 and 3).
            classes: &[(LOOKS, class("looks", 10.0)), (ALL, class("changes", 3.0))],
            each: false,
        };
        /// EC2: networks and security groups.
        ec2 = aws_sdk_ec2, Service {
            name: "ec2",
            signed: "ec2",
            iam: "ec2",
            // EC2 developer guide, "Request throttling" (each action by itself; looks 100 and 20, changes
            // 50 and 5).
            classes: &[(LOOKS, class("looks", 20.0)), (ALL, class("changes", 5.0))],
            each: true,
        };
        /// Identity and Access Management.
        iam = aws_sdk_iam,
            Service { name: "iam", signed: "iam", iam: "iam", classes: USUAL, each: false };
        /// CloudWatch Logs.
        logs = aws_sdk_cloudwatchlogs, Service {
            name: "logs",
            signed: "logs",
            iam: "logs",
            // CloudWatch Logs user guide, quotas (`DescribeLogGroups` 10, other calls about groups 5).
            classes: USUAL,
            each: true,
        };
        /// CloudWatch: alarms and dashboards.
        cloudwatch = aws_sdk_cloudwatch, Service {
            name: "cloudwatch",
            signed: "monitoring",
            iam: "cloudwatch",
            // CloudWatch user guide, service quotas (`DescribeAlarms` 9, `DeleteAlarms` and
            // `PutMetricAlarm` 3).
            classes: &[
                (&["DescribeAlarms"], class("looks", 9.0)),
                (LOOKS, class("other looks", 10.0)),
                (ALL, class("changes", 3.0)),
            ],
            each: true,
        };
        /// Secrets Manager.
        secrets_manager = aws_sdk_secretsmanager, Service {
            name: "secretsmanager",
            signed: "secretsmanager",
            iam: "secretsmanager",
            // Secrets Manager user guide, quotas (`DescribeSecret` and `GetSecretValue` together 10,000, each
            // change 50, deletes and restores too).
            classes: &[
                (&["DescribeSecret", "GetSecretValue"], class("looks", 10_000.0)),
                (ALL, class("changes", 50.0)),
            ],
            each: false,
        };
        /// AWS WAF.
        waf = aws_sdk_wafv2, Service {
            name: "wafv2",
            signed: "wafv2",
            iam: "wafv2",
            // AWS WAF developer guide, quotas (`AssociateWebACL` one in 2 seconds, `DisassociateWebACL` as well, `GetWebACLForResource`
            // 1 a second, others 1 to 10).
            classes: &[
                (&["AssociateWebACL", "DisassociateWebACL"], class("associations", 0.5)),
                (ALL, class("looks", 1.0)),
            ],
            each: true,
        };
        /// Systems Manager: the Parameter Store.
        ssm = aws_sdk_ssm, Service {
            name: "ssm",
            signed: "ssm",
            iam: "ssm",
            // AWS General Reference, Systems Manager quotas (`GetParameter` 40, `PutParameter` 3; nothing of the others).
            classes: &[
                (&["GetParameter"], class("values", 40.0)),
                (&["PutParameter"], class("puts", 3.0)),
                (LOOKS, class("looks", 10.0)),
                (ALL, class("changes", 5.0)),
            ],
            each: false,
        };
        /// S3: buckets.
        s3 = aws_sdk_s3.force_path_style, Service {
            name: "s3",
            signed: "s3",
            iam: "s3",
            // S3 user guide, "Best practices design patterns" has 5,500 reads a second of objects; nothing of calls about buckets.
            classes: USUAL,
            each: true,
        };
        /// Certificate Manager.
        acm = aws_sdk_acm,
            Service { name: "acm", signed: "acm", iam: "acm", classes: USUAL, each: true };
        /// Route 53: hosted zones and records.
        route53 = aws_sdk_route53, Service {
            name: "route53",
            signed: "route53",
            iam: "route53",
            // Route 53 API reference, "Throttling API requests" (an account's calls: 50 and 10).
            classes: &[(ALL, class("calls", 10.0))],
            each: false,
        };
        /// Application Auto Scaling.
        scaling = aws_sdk_applicationautoscaling, Service {
            name: "appautoscaling",
            signed: "application-autoscaling",
            iam: "application-autoscaling",
            classes: USUAL,
            each: true,
        };
        }
    };
}
pub(super) use each_service;

macro_rules! rows {
    ($($(#[$doc:meta])* $accessor:ident = $sdk:ident $(.$at_own_address:ident)?, $service:expr;)*) => {
        pub(super) const SERVICES: &[Service] = &[$($service,)*];
    };
}
each_service!(rows);

/// The service with this name in signatures.
pub(super) fn signed(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|it| it.signed == name)
}

/// The services that the provider calls, by pulumi-aws's names.
#[must_use]
pub fn service_names() -> Vec<&'static str> {
    SERVICES.iter().map(|it| it.name).chain([STS]).collect()
}
