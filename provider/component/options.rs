//! Resource options on the component, for the children.
//!
//! The engine hands `protect`, `retainOnDelete`, `deletedWith` and providers down to the children by itself, and
//! derives their aliases. `ignoreChanges` and `replaceOnChanges` it applies to the component's recorded inputs only; what a
//! user means is something about AWS, so they are handed to the child that the input ends in. What can have no effect is
//! told: nothing is silently ignored.

use super::choices::Warning;
use super::rules::Unmeant;

/// The options of one component that do not reach its children by themselves.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Options {
    /// Paths of inputs whose changes the user wants ignored.
    pub ignore_changes: Vec<String>,
    /// Paths of inputs whose changes the user wants to replace what they change.
    pub replace_on_changes: Vec<String>,
    /// Outputs that the user wants to be secret.
    pub additional_secret_outputs: Vec<String>,
    /// Whether the user said in which order things are replaced.
    pub delete_before_replace: bool,
    /// Whether the user wants the component to be replaced with something else or at some change.
    pub replaced_with_others: bool,
    /// Whether the user retains the service's objects in AWS when their entries go.
    pub retained: bool,
    /// Whether the user protects the service from deletion.
    pub protected: bool,
}

/// The inputs that end in a child: the input's path, the children's parts, and its name there. An input that
/// several unlike properties depend on is missing, since to ignore it for one of them would tear the service apart.
pub(super) const WAYS: &[(&str, &[&str], &str)] = &[
    ("image", &["image", "task-definition"], "image"),
    ("imageTag", &["image"], "tag"),
    ("cpu", &["task-definition"], "cpu"),
    ("memory", &["task-definition"], "memory"),
    ("ephemeralStorage", &["task-definition"], "ephemeralStorage"),
    ("architecture", &["image", "task-definition"], "architecture"),
    ("environment", &["task-definition"], "environment"),
    ("secrets", &["task-definition"], "secrets"),
    ("command", &["task-definition"], "command"),
    ("entryPoint", &["task-definition"], "entryPoint"),
    ("user", &["task-definition"], "user"),
    ("workingDirectory", &["task-definition"], "workingDirectory"),
    ("readonlyRootFilesystem", &["task-definition"], "readonlyRootFilesystem"),
    ("initProcessEnabled", &["task-definition"], "initProcessEnabled"),
    ("stopTimeout", &["task-definition"], "stopTimeout"),
    ("containerHealthCheck", &["task-definition"], "healthCheck"),
    ("healthCheck", &["target-group"], "healthCheck"),
    ("healthCheckGracePeriodSeconds", &["service"], "healthCheckGracePeriodSeconds"),
    ("deregistrationDelay", &["target-group"], "deregistrationDelay"),
    ("idleTimeout", &["alb"], "idleTimeout"),
    ("deletionProtection", &["alb"], "deletionProtection"),
    ("certificateArn", &["https"], "certificateArn"),
    ("sslPolicy", &["https"], "sslPolicy"),
    ("assignPublicIp", &["network"], "assignPublicIp"),
    ("containerInsights", &["cluster"], "containerInsights"),
    ("desiredCount", &["service"], "desiredCount"),
    ("spot", &["service"], "capacityProviderStrategy"),
    ("capacityProviderStrategies", &["service"], "capacityProviderStrategy"),
    ("deployment.minimumHealthyPercent", &["service"], "minimumHealthyPercent"),
    ("deployment.maximumPercent", &["service"], "maximumPercent"),
    ("deployment.circuitBreaker.enable", &["service"], "circuitBreaker"),
    ("deployment.circuitBreaker.rollback", &["service"], "rollback"),
    ("waitForSteadyState", &["service"], "waitForSteadyState"),
    ("enableExecuteCommand", &["service"], "enableExecuteCommand"),
    ("triggers", &["service"], "triggers"),
    ("forceNewDeployment", &["service"], "forceNewDeployment"),
    ("repository.imageTagMutability", &["repository"], "imageTagMutability"),
    ("repository.scanOnPush", &["repository"], "scanOnPush"),
    ("repository.keepImages", &["repository"], "keepImages"),
    ("repository.keepUntaggedImages", &["repository"], "keepUntaggedImages"),
    ("repository.forceDelete", &["repository", "protection"], "forceDelete"),
    ("repository.kmsKeyArn", &["repository"], "kmsKeyArn"),
    ("autoscaling.maxCapacity", &["scaling"], "maxCapacity"),
    ("autoscaling.cpuTarget", &["scaling-cpu"], "targetValue"),
    ("autoscaling.memoryTarget", &["scaling-memory"], "targetValue"),
    ("autoscaling.requestCountTarget", &["scaling-requests"], "targetValue"),
    ("autoscaling.scaleOutCooldown", POLICIES, "scaleOutCooldown"),
    ("autoscaling.scaleInCooldown", POLICIES, "scaleInCooldown"),
    ("logRetentionInDays", &["logs"], "retentionInDays"),
    ("logKmsKeyId", &["logs"], "kmsKeyId"),
    ("monitoring.alarmActions", ALARMS, "alarmActions"),
    ("monitoring.alarmActions", ALARMS, "okActions"),
    ("monitoring.cpuThreshold", &["alarm-cpu-high"], "threshold"),
    ("monitoring.memoryThreshold", &["alarm-memory-high"], "threshold"),
    ("monitoring.serverErrorThreshold", &["alarm-server-errors"], "threshold"),
    ("monitoring.responseTimeThreshold", &["alarm-slow"], "threshold"),
    ("taskRolePolicyArns", &["task-role"], "managedPolicyArns"),
    ("permissionsBoundary", &["execution-role", "task-role"], "permissionsBoundary"),
];
const POLICIES: &[&str] = &["scaling-cpu", "scaling-memory", "scaling-requests"];
const ALARMS: &[&str] = &[
    "alarm-cpu-high",
    "alarm-memory-high",
    "alarm-server-errors",
    "alarm-slow",
    "alarm-unhealthy",
];

/// Paths that every child has.
fn is_everywhere(path: &str) -> bool {
    path == "*" || below(path, "tags").is_some()
}

/// What stands behind `of` in `path`: nothing if they are the same; `None` if it is another path.
fn below<'a>(path: &'a str, of: &str) -> Option<&'a str> {
    path.strip_prefix(of).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The properties of the child `part` that these paths of the component end in.
pub(super) fn of_child(paths: &[String], part: &str) -> Vec<String> {
    let mut of_child: Vec<String> = Vec::new();
    for path in paths {
        if is_everywhere(path) {
            of_child.push(path.clone());
        }
        for (from, _, name) in WAYS.iter().filter(|(_, parts, _)| parts.contains(&part)) {
            if let Some(rest) = below(path, from) {
                of_child.push(format!("{name}{rest}"));
            } else if below(from, path).is_some() {
                of_child.push((*name).to_owned());
            }
        }
    }
    of_child
}

fn reaches_a_child(path: &str) -> bool {
    let way = |from| below(path, from).is_some() || below(from, path).is_some();
    is_everywhere(path) || WAYS.iter().any(|(from, ..)| way(from))
}

impl Options {
    /// Options that have no effect, for the user to know.
    pub(super) fn warnings(&self) -> Vec<Unmeant> {
        let lists = [
            ("ignoreChanges", &self.ignore_changes),
            ("replaceOnChanges", &self.replace_on_changes),
        ];
        let mut warnings: Vec<String> = lists
            .into_iter()
            .flat_map(|(option, paths)| paths.iter().map(move |path| (option, path)))
            .filter(|(_, path)| !reaches_a_child(path))
            .map(|(option, path)| {
                format!(
                    "`{option}` of `{path}` has no effect: it is no input, or several parts of the service \
                     depend on it, and to treat one of them differently would tear the service apart."
                )
            })
            .collect();
        if self.delete_before_replace {
            warnings.push(
                "`deleteBeforeReplace` has no effect: what is replaced gets another name in AWS, so that \
                 the new one stands before the old one is removed."
                    .to_owned(),
            );
        }
        if self.replaced_with_others {
            warnings.push(
                "`replaceWith` and `replacementTrigger` have no effect on what is in AWS. To start a new \
                 deployment, change `triggers`; to replace a part, use `pulumi up --replace <urn>`."
                    .to_owned(),
            );
        }
        warnings.into_iter().map(|text| (Warning::OptionWithoutEffect, text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Options, of_child};

    fn paths(paths: &[&str]) -> Vec<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    #[test]
    fn a_path_goes_to_the_child_that_the_input_ends_in() {
        let ignored = paths(&["desiredCount", "environment.LOG", "tags[\"a b\"]"]);
        assert_eq!(of_child(&ignored, "service"), ["desiredCount", "tags[\"a b\"]"]);
        assert_eq!(of_child(&ignored, "task-definition"), ["environment.LOG", "tags[\"a b\"]"]);
        // An input of which another's name is only the beginning is another input.
        assert!(of_child(&paths(&["cpu"]), "scaling-cpu").is_empty());
        assert_eq!(of_child(&paths(&["imageTag"]), "image"), ["tag"]);
    }

    #[test]
    fn a_group_is_all_of_its_members() {
        let group = paths(&["deployment.circuitBreaker"]);
        assert_eq!(of_child(&group, "service"), ["circuitBreaker", "rollback"]);
        assert_eq!(of_child(&paths(&["*"]), "alb"), ["*"]);
    }

    #[test]
    fn what_has_no_effect_is_told() {
        let options = Options {
            ignore_changes: paths(&["cpu", "vpcId", "cpus"]),
            replace_on_changes: paths(&["containerPort"]),
            delete_before_replace: true,
            replaced_with_others: true,
            ..Options::default()
        };
        expect![[r"
            `ignoreChanges` of `vpcId` has no effect: it is no input, or several parts of the service depend on it, and to treat one of them differently would tear the service apart.
            `ignoreChanges` of `cpus` has no effect: it is no input, or several parts of the service depend on it, and to treat one of them differently would tear the service apart.
            `replaceOnChanges` of `containerPort` has no effect: it is no input, or several parts of the service depend on it, and to treat one of them differently would tear the service apart.
            `deleteBeforeReplace` has no effect: what is replaced gets another name in AWS, so that the new one stands before the old one is removed.
            `replaceWith` and `replacementTrigger` have no effect on what is in AWS. To start a new deployment, change `triggers`; to replace a part, use `pulumi up --replace <urn>`."]].assert_eq(&options.warnings().into_iter().map(|it| it.1).collect::<Vec<_>>().join("\n"));
    }
}
