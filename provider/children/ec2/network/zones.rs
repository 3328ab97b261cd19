//! Zones in which Fargate runs no tasks, by their ids: names such as `us-west-1a` mean another zone in
//! each account.

use aws_sdk_ec2::types::Subnet;

use super::Outputs;

/// Regions of which Fargate is in some zones only, and those (ECS developer guide, "Supported Regions
/// for Amazon ECS on AWS Fargate", Linux containers).
const SOME_ZONES: [(&str, &[&str]); 3] = [
    ("ap-northeast-1", &["apne1-az1", "apne1-az2", "apne1-az4"]),
    ("cn-north-1", &["cnn1-az1", "cnn1-az2"]),
    ("us-west-1", &["usw1-az1", "usw1-az3"]),
];

/// Whether Fargate runs tasks in the subnet's zone; a zone without an id cannot be checked.
pub(super) fn has_fargate(region: &str, subnet: &Subnet) -> bool {
    let Some((_, zones)) = SOME_ZONES.iter().find(|(some, _)| *some == region) else { return true };
    subnet.availability_zone_id().is_none_or(|id| zones.contains(&id))
}

/// The error for task subnets in zones where no task runs.
pub(super) fn warning(region: &str, outputs: &Outputs, found: &[Subnet]) -> Option<String> {
    let idle: Vec<String> = found
        .iter()
        .filter(|subnet| !has_fargate(region, subnet))
        .filter_map(|subnet| Some((subnet.subnet_id()?, subnet.availability_zone_id()?)))
        .filter(|(id, _)| outputs.task_subnet_ids.iter().any(|task| task == id))
        .map(|(id, zone)| format!("{id} in {zone}"))
        .collect();
    (!idle.is_empty()).then(|| {
        format!(
            "Fargate runs no tasks in the zones of these subnets: {}. Use subnets in other zones \
             for the tasks.",
            idle.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Outputs, Subnet, has_fargate, warning};

    fn subnet(zone: &str) -> Subnet {
        Subnet::builder().subnet_id(format!("subnet-{zone}")).availability_zone_id(zone).build()
    }

    #[test]
    fn fargate_is_not_in_every_zone_of_every_region() {
        assert!(has_fargate("us-west-1", &subnet("usw1-az3")));
        assert!(!has_fargate("us-west-1", &subnet("usw1-az2")));
        assert!(!has_fargate("ap-northeast-1", &subnet("apne1-az3")));
        assert!(has_fargate("eu-west-1", &subnet("euw1-az2")));
        assert!(has_fargate("us-west-1", &Subnet::builder().build()));
    }

    #[test]
    fn subnets_for_tasks_where_none_runs_are_named() {
        let outputs = Outputs {
            vpc_id: "vpc-1".to_owned(),
            balancer_subnet_ids: vec!["subnet-usw1-az2".to_owned()],
            task_subnet_ids: vec!["subnet-usw1-az2".to_owned(), "subnet-usw1-az1".to_owned()],
            assign_public_ip: false,
        };
        let found = [subnet("usw1-az1"), subnet("usw1-az2")];
        expect_test::expect![
            "Fargate runs no tasks in the zones of these subnets: \
                              subnet-usw1-az2 in usw1-az2. Use subnets in other zones for the \
                              tasks."
        ]
        .assert_eq(&warning("us-west-1", &outputs, &found).expect("one stands badly"));
        let outputs = Outputs { task_subnet_ids: vec!["subnet-usw1-az1".to_owned()], ..outputs };
        assert_eq!(warning("us-west-1", &outputs, &found), None);
    }
}
