//! Which calls AWS counts together, and how many of them it takes in a second.
//!
//! AWS gives each account and region a bucket of tokens per class of operations. What is published
//! is only where we begin when AWS first says that it is too much: quotas can be raised, and others
//! of the account take from the same buckets.

/// A class of operations that share a bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Class {
    pub(super) name: &'static str,
    /// Calls in a second, for as long as one likes.
    pub(super) rate: f64,
}

/// How one service counts.
struct Counted {
    /// Its name in signatures.
    service: &'static str,
    /// Operations that begin so, the first that fits; `each` counts every operation separately.
    classes: &'static [(&'static [&'static str], Class)],
    each: bool,
}

const fn class(name: &'static str, rate: f64) -> Class {
    Class { name, rate }
}

const LOOKS: &[&str] = &["Describe", "List", "Get"];
const ALL: &[&str] = &[""];

/// ECS API reference, "Request throttling for the Amazon ECS API" (task definitions: registering
/// 20 at once and then 1 a second; services: changes 50 and 5, reads 100 and 20; clusters: reads 50
/// and 20). ELB user guide, "Request throttling for the ELB API" (`Describe*` 40 and 10, changes 20
/// and 3). EC2 developer guide, "Request throttling" (each action by itself; looks 100 and 20, changes
/// 50 and 5). CloudWatch user guide, service quotas (`DescribeAlarms` 9, `DeleteAlarms` and
/// `PutMetricAlarm` 3). CloudWatch Logs user guide, quotas (`DescribeLogGroups` 10, other calls about groups
/// 5). The rest is published nowhere, and cautious.
const COUNTED: &[Counted] = &[
    Counted {
        service: "ecs",
        each: false,
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
    },
    Counted {
        service: "elasticloadbalancing",
        each: false,
        classes: &[(LOOKS, class("looks", 10.0)), (ALL, class("changes", 3.0))],
    },
    Counted {
        service: "ec2",
        each: true,
        classes: &[(LOOKS, class("looks", 20.0)), (ALL, class("changes", 5.0))],
    },
    Counted {
        service: "monitoring",
        each: true,
        classes: &[
            (&["DescribeAlarms"], class("looks", 9.0)),
            (LOOKS, class("other looks", 10.0)),
            (ALL, class("changes", 3.0)),
        ],
    },
    Counted {
        service: "logs",
        each: true,
        classes: &[(LOOKS, class("looks", 10.0)), (ALL, class("changes", 5.0))],
    },
    Counted {
        service: "iam",
        each: false,
        classes: &[(LOOKS, class("looks", 10.0)), (ALL, class("changes", 5.0))],
    },
];

/// How all others count.
const OTHERS: Counted = Counted {
    service: "",
    each: true,
    classes: &[(LOOKS, class("looks", 10.0)), (ALL, class("changes", 5.0))],
};

/// The class of an operation, and the name of its bucket.
pub(super) fn of(service: &str, operation: &str) -> (Class, String) {
    let counted = COUNTED.iter().find(|it| it.service == service).unwrap_or(&OTHERS);
    let fits = |begins: &&[&str]| begins.iter().any(|begin| operation.starts_with(begin));
    let found = counted.classes.iter().find(|(begins, _)| fits(begins));
    let class = found.map_or(class("", 5.0), |(_, class)| *class);
    let bucket = if counted.each { operation } else { class.name };
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
