//! What others call the inputs: awsx, CDK, Terraform's modules, Copilot, SST and ECS Express.

use crate::property::words::Synonyms;

/// Their words, each without its case and underscores, and the path of the input here.
pub(super) const PEERS: Synonyms = &[
    ("port", "containerPort"),
    ("targetport", "containerPort"),
    ("healthcheckpath", "healthCheck.path"),
    ("healthcheckgraceperiod", "healthCheckGracePeriodSeconds"),
    ("graceperiod", "healthCheckGracePeriodSeconds"),
    ("count", "desiredCount"),
    ("replicas", "desiredCount"),
    ("variables", "environment"),
    ("env", "environment"),
    ("environmentvariables", "environment"),
    ("containerenvironment", "environment"),
    ("containerimage", "image"),
    ("memorylimitmib", "memory"),
    ("taskcpu", "cpu"),
    ("taskmemory", "memory"),
    ("storage", "ephemeralStorage"),
    ("ephemeralstoragegib", "ephemeralStorage"),
    ("cpuarchitecture", "architecture"),
    ("subnets", "privateSubnetIds"),
    ("subnetids", "privateSubnetIds"),
    ("ecsprivatesubnetids", "privateSubnetIds"),
    ("privateappsubnetids", "privateSubnetIds"),
    ("vpc", "vpcId"),
    ("cluster", "clusterArn"),
    ("ecsclusterarn", "clusterArn"),
    ("certificate", "certificateArn"),
    ("capacityproviderstrategy", "capacityProviderStrategies"),
    ("enablefargatespot", "spot"),
    ("scaling", "autoscaling"),
    ("mincapacity", "autoscaling.minCapacity"),
    ("maxcapacity", "autoscaling.maxCapacity"),
    ("taskrole", "taskRoleArn"),
    ("executionrole", "executionRoleArn"),
    ("continuebeforesteadystate", "waitForSteadyState"),
];

#[cfg(test)]
mod tests {
    use super::PEERS;
    use crate::component::{args, read::GROUPS};
    use crate::property::names::names_of;

    #[test]
    fn each_word_means_an_input_and_is_none_itself() {
        let inputs = names_of::<args::Args>();
        for (theirs, ours) in PEERS {
            let (root, member) = ours.split_once('.').unwrap_or((ours, ""));
            assert!(inputs.contains(&root), "{ours}");
            assert!(member.is_empty() || GROUPS.contains(&root), "{ours}");
            assert!(inputs.iter().all(|input| input.to_lowercase() != *theirs), "{theirs}");
        }
    }
}
