//! `ignoreChanges` on the component, for the children.
//!
//! The engine applies the option to the component's recorded inputs only; what a user means is
//! that nothing happens in AWS, so it is handed to the child that the input ends in.

/// An input of the component, the child that it goes to, and its name there.
const WAYS: [(&str, &str, &str); 25] = [
    ("image", "task-definition", "image"),
    ("imageTag", "image", "tag"),
    ("cpu", "task-definition", "cpu"),
    ("memory", "task-definition", "memory"),
    ("environment", "task-definition", "environment"),
    ("secrets", "task-definition", "secrets"),
    ("command", "task-definition", "command"),
    ("entryPoint", "task-definition", "entryPoint"),
    ("user", "task-definition", "user"),
    ("workingDirectory", "task-definition", "workingDirectory"),
    ("readonlyRootFilesystem", "task-definition", "readonlyRootFilesystem"),
    ("stopTimeout", "task-definition", "stopTimeout"),
    ("containerHealthCheck", "task-definition", "healthCheck"),
    ("desiredCount", "service", "desiredCount"),
    ("enableExecuteCommand", "service", "enableExecuteCommand"),
    ("healthCheckGracePeriodSeconds", "service", "healthCheckGracePeriodSeconds"),
    ("triggers", "service", "triggers"),
    ("capacityProviderStrategies", "service", "capacityProviderStrategy"),
    ("spot", "service", "capacityProviderStrategy"),
    ("healthCheck", "target-group", "healthCheck"),
    ("deregistrationDelay", "target-group", "deregistrationDelay"),
    ("idleTimeout", "alb", "idleTimeout"),
    ("deletionProtection", "alb", "deletionProtection"),
    ("containerInsights", "cluster", "containerInsights"),
    ("logRetentionInDays", "logs", "retentionInDays"),
];

/// What the child `part` has to ignore: the rest of the path goes with it.
pub(super) fn of_child(ignored: &[String], part: &str) -> Vec<String> {
    let mut of_child = Vec::new();
    for path in ignored {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (property, rest) = path.split_at(end);
        if property == "tags" {
            of_child.push(path.clone());
        }
        let ways = WAYS.iter().filter(|(from, to, _)| *from == property && *to == part);
        of_child.extend(ways.map(|(_, _, name)| format!("{name}{rest}")));
    }
    of_child
}

/// Whether an ignored property reaches any child.
pub(super) fn reaches_a_child(path: &str) -> bool {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    path[..end] == *"tags" || WAYS.iter().any(|(from, _, _)| *from == &path[..end])
}

#[cfg(test)]
mod tests {
    use super::{of_child, reaches_a_child};

    #[test]
    fn an_ignored_input_is_ignored_by_the_child_that_it_ends_in() {
        let ignored = ["desiredCount", "environment.LOG", "tags[\"a b\"]"].map(str::to_owned);
        assert_eq!(of_child(&ignored, "service"), ["desiredCount", "tags[\"a b\"]"]);
        assert_eq!(of_child(&ignored, "task-definition"), ["environment.LOG", "tags[\"a b\"]"]);
        assert!(reaches_a_child("environment.LOG") && !reaches_a_child("vpcId"));
    }
}
