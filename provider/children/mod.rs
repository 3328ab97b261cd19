//! A folder for each AWS service, and in it a file for each thing of AWS. A thing with several
//! subjects is a folder itself: its `mod.rs` is the thing, and each subject has a file of its own.
//! The one called `mapping` makes AWS's words of what was asked for, and reads them back. What the
//! things of one service share (tags, lookups) are the private modules of the service's folder.
//!
//! Each thing reads in the same order: what it is, `Inputs`, `Outputs`, what the caller must be
//! allowed, check, find, create, complete, read, update, delete, tag, debris, then the mapping and
//! the waits, then tests.
//! No child names another, nor what another service has; the component wires them.

pub mod acm;
pub mod autoscaling;
pub mod cloudwatch;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod elb;
pub mod iam;
pub mod logs;
pub mod ours;
pub mod route53;
pub mod s3;
pub mod secretsmanager;
pub mod ssm;
pub mod wafv2;

use crate::property::Map;
use crate::resource::{Child, Erased};
use acm::{certificate, certificate_validation};
use autoscaling::{scaling_policy, scaling_target, scheduled_action};
use cloudwatch::{dashboard, metric_alarm};
use ec2::{
    egress_only_internet_gateway, elastic_ip, internet_gateway, nat_gateway, network, route_table,
    security_group, security_group_rule, subnet, vpc, vpc_ipv6_cidr_block, zones,
};
use ecr::{built_image, given_image, image, repository};
use ecs::{cluster, given_cluster, running_image, service, task_definition};
use elb::{given_listener, listener, listener_rule, load_balancer, target_group};
use iam::role;
use logs::log_group;
use ours::{base_name, completion, deletion_protection};
use route53::{hosted_zones, record};
use s3::{bucket, given_bucket};
use secretsmanager::{client_secret, secret};
use ssm::parameter;
use wafv2::web_acl_association;

/// All kinds of children, in the order in which a service needs them.
pub static CHILDREN: &[&dyn Child] = &[
    &Erased::<base_name::BaseName>::NEW,
    &Erased::<network::Network>::NEW,
    &Erased::<zones::Zones>::NEW,
    &Erased::<vpc::Vpc>::NEW,
    &Erased::<vpc_ipv6_cidr_block::VpcIpv6CidrBlock>::NEW,
    &Erased::<internet_gateway::InternetGateway>::NEW,
    &Erased::<egress_only_internet_gateway::EgressOnlyInternetGateway>::NEW,
    &Erased::<elastic_ip::ElasticIp>::NEW,
    &Erased::<route_table::RouteTable>::NEW,
    &Erased::<subnet::Subnet>::NEW,
    &Erased::<nat_gateway::NatGateway>::NEW,
    &Erased::<given_cluster::GivenCluster>::NEW,
    &Erased::<given_listener::GivenListener>::NEW,
    &Erased::<given_image::GivenImage>::NEW,
    &Erased::<log_group::LogGroup>::NEW,
    &Erased::<repository::Repository>::NEW,
    &Erased::<image::Image>::NEW,
    &Erased::<built_image::BuiltImage>::NEW,
    &Erased::<client_secret::ClientSecret>::NEW,
    &Erased::<secret::Secret>::NEW,
    &Erased::<parameter::Parameter>::NEW,
    &Erased::<role::Role>::NEW,
    &Erased::<security_group::SecurityGroup>::NEW,
    &Erased::<security_group_rule::SecurityGroupRule>::NEW,
    &Erased::<cluster::Cluster>::NEW,
    &Erased::<given_bucket::GivenBucket>::NEW,
    &Erased::<bucket::Bucket>::NEW,
    &Erased::<load_balancer::LoadBalancer>::NEW,
    &Erased::<web_acl_association::WebAclAssociation>::NEW,
    &Erased::<target_group::TargetGroup>::NEW,
    &Erased::<hosted_zones::HostedZones>::NEW,
    &Erased::<certificate::Certificate>::NEW,
    &Erased::<record::Record>::NEW,
    &Erased::<certificate_validation::CertificateValidation>::NEW,
    &Erased::<listener::Listener>::NEW,
    &Erased::<listener_rule::ListenerRule>::NEW,
    &Erased::<running_image::RunningImage>::NEW,
    &Erased::<task_definition::TaskDefinition>::NEW,
    &Erased::<service::Service>::NEW,
    &Erased::<scaling_target::Target>::NEW,
    &Erased::<scaling_policy::Policy>::NEW,
    &Erased::<scheduled_action::ScheduledAction>::NEW,
    &Erased::<metric_alarm::MetricAlarm>::NEW,
    &Erased::<dashboard::Dashboard>::NEW,
    &Erased::<completion::Completion>::NEW,
    &Erased::<deletion_protection::DeletionProtection>::NEW,
];

/// The child with this type token.
#[must_use]
pub fn find(token: &str) -> Option<&'static dyn Child> {
    CHILDREN.iter().copied().find(|child| child.token() == token)
}

/// Base name and region of the service that a child with these inputs belongs to, if they are known.
#[must_use]
pub fn base_declared(inputs: &Map) -> Option<(&str, &str)> {
    base_name::declared(inputs)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::{CHILDREN, find};
    use crate::property::Map;
    use crate::property::written::object;
    use crate::resource::{Asked, Autonaming, Child};

    #[test]
    fn no_child_loses_anything_on_the_wire() {
        for child in CHILDREN {
            for dice in 0..25 {
                child.survives_the_wire(dice);
            }
        }
    }

    /// What the code says of each input, so that `dev/lives` need not say it again.
    #[test]
    fn the_inputs_of_all_children_are_written_down() {
        let kinds: Vec<String> = CHILDREN.iter().map(|child| written(*child)).collect();
        expect_test::expect_file!["properties.json"]
            .assert_eq(&format!("{{\n{}\n}}\n", kinds.join(",\n")));
    }

    /// A kind with its inputs in their order, one a line.
    fn written(child: &dyn Child) -> String {
        // An input that may be left out is left out by one of so many dice.
        let thrown: Vec<Map> = (0..64).map(|dice| child.thrown(dice).expect("a child").0).collect();
        let inputs: Vec<String> = child
            .property_names()
            .0
            .iter()
            .map(|name| {
                let facts = [
                    ("optional", !thrown.iter().all(|inputs| inputs.contains_key(*name))),
                    ("replaces", child.replace_on().contains(name)),
                    ("notReturned", child.write_only().contains(name)),
                    ("noDifference", child.no_difference().contains(name)),
                ];
                let held = facts.iter().filter(|(_, holds)| *holds);
                let held: Vec<String> = held.map(|(fact, _)| format!("{fact:?}")).collect();
                format!("    {name:?}: [{}]", held.join(", "))
            })
            .collect();
        let ours = if child.only_in_the_state() { "\"onlyInTheState\": true, " } else { "" };
        format!("  {:?}: {{{ours}\"inputs\": {{\n{}\n  }}}}", child.token(), inputs.join(",\n"))
    }

    /// The errors for wrong inputs of a child: met in an import, or through `pulumi:autonaming`.
    fn message(token: &str, inputs: &str, autonaming: Option<Autonaming>) -> String {
        let child = find(token).expect("a child");
        let asked = Asked {
            name: "web-part",
            olds: &Map::new(),
            earlier: &Map::new(),
            seed: &[],
            autonaming,
        };
        let error = child.check(object(inputs), &asked).err();
        error.unwrap_or_else(|| panic!("nothing is wrong with {token}")).to_string()
    }

    const ALARM: &str = r#"{"purpose": "slow", "description": "", "namespace": "AWS/ECS",
        "metricName": "m", "dimensions": {}, "comparisonOperator": "GreaterThanThreshold",
        "threshold": 1, "period": 45, "evaluationPeriods": 1, "treatMissingData": "missing",
        "alarmActions": ["a", "b", "c", "d", "e", "f"], "okActions": []}"#;

    #[test]
    fn wrong_inputs_of_children_are_told() {
        let wrong = [
            (
                "fargate:iam:Role",
                r#"{"purpose": "admin", "description": "", "managedPolicyArns": [],
                    "statements": [{"actions": [], "resources": []}]}"#,
            ),
            ("fargate:cloudwatch:MetricAlarm", ALARM),
            ("fargate:cloudwatch:LogGroup", r#"{"retentionInDays": 2, "kmsKeyId": "alias/logs"}"#),
            (
                "fargate:ecr:Repository",
                r#"{"imageTagMutability": "SOMETIMES", "scanOnPush": true, "keepImages": 0,
                    "keepUntaggedImages": 0, "forceDelete": false}"#,
            ),
            (
                "fargate:index:BaseName",
                r#"{"component": "web", "name": "Web!", "plan": "", "kinds": []}"#,
            ),
        ];
        let mut all = String::new();
        for (token, inputs) in wrong {
            writeln!(all, "{token}\n{}\n", message(token, inputs, None)).expect("text");
        }
        for autonaming in [Autonaming::Disabled, Autonaming::Enforce("My Web".to_owned())] {
            let component = r#"{"component": "web", "plan": "", "kinds": []}"#;
            let message = message("fargate:index:BaseName", component, Some(autonaming));
            writeln!(all, "{message}\n").expect("text");
        }
        expect![[r#"
            fargate:iam:Role
            `purpose`: Choose "execution", "task" or "infrastructure", not "admin".
            `statements[0].actions`: IAM needs at least one entry here.
            `statements[0].resources`: IAM needs at least one entry here.

            fargate:cloudwatch:MetricAlarm
            `alarmActions`: CloudWatch takes up to 5 actions here.
            `period`: 45 is not a valid period. Set 10, 20, 30 or a multiple of 60.
            `statistic`: An alarm needs either `statistic` or `extendedStatistic`.

            fargate:cloudwatch:LogGroup
            `kmsKeyId`: CloudWatch Logs takes a key by its whole ARN only: `arn:aws:kms:…:key/…`.
            `retentionInDays`: CloudWatch Logs does not keep logs for 2 days. Choose one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653.

            fargate:ecr:Repository
            `imageTagMutability`: Choose "MUTABLE" or "IMMUTABLE", not "SOMETIMES".
            `keepImages`: ECR keeps at least one image.
            `keepUntaggedImages`: ECR keeps at least one image.

            fargate:index:BaseName
            `name`: "Web!" cannot be the base of all names in AWS. Use up to 26 lower-case letters, digits and single hyphens, beginning with a letter, not ending with a hyphen, and not beginning with "internal-" or "sg-" (load balancer, repository and security group names allow no more).

            `pulumi:autonaming` is disabled, so the FargateWebService needs a `name`.

            `pulumi:autonaming` proposes a name that does not fit: "My Web" cannot be the base of all names in AWS. Use up to 26 lower-case letters, digits and single hyphens, beginning with a letter, not ending with a hyphen, and not beginning with "internal-" or "sg-" (load balancer, repository and security group names allow no more).

        "#]].assert_eq(&all);
    }
}
