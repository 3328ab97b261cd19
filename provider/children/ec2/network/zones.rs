//! Task subnets in zones in which Fargate runs no tasks.

use aws_sdk_ec2::types::Subnet;

use super::Outputs;
use crate::children::ec2::fargate_zones::has_fargate;

/// The error for task subnets in zones where no task runs.
pub(super) fn warning(region: &str, outputs: &Outputs, found: &[Subnet]) -> Option<String> {
    let idle: Vec<String> = found
        .iter()
        .filter(|subnet| !has_fargate(region, subnet.availability_zone_id()))
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
    use super::{Outputs, Subnet, warning};

    fn subnet(zone: &str) -> Subnet {
        Subnet::builder().subnet_id(format!("subnet-{zone}")).availability_zone_id(zone).build()
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
