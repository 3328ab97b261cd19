//! What could be tried: for each cause the input that changes it.

use super::causes::Why;
use super::secrets;

/// What is known of the service beside the words of AWS.
#[derive(Default)]
pub(super) struct Subject {
    /// Names and ARNs of the container's secrets.
    pub(super) secrets: Vec<(String, String)>,
    /// Where to look further if a function, a person or an alarm ended the deployment.
    pub(super) gate: Option<String>,
    /// What to try where ECS's way to the load balancer is wrong.
    pub(super) networking: Option<String>,
}

/// What could be tried, in a sentence or two. `words` are AWS's.
pub(super) fn hint(why: Why, words: &str, subject: &Subject) -> Option<String> {
    let hint = match why {
        Why::NoSuchTag => {
            "Push the image, or correct `image` (`imageTag` for the service's own repository)."
        }
        Why::NoSuchDigest => {
            "The image was deleted, or is in another repository: correct the digest in `image`, or name a tag."
        }
        Why::PullDenied => {
            "Correct `image` if its name is wrong. A private image in another account's ECR needs permission from that \
             repository's policy, one in another registry cannot be pulled, and a role of your own (`executionRoleArn`) needs \
             the permissions of `AmazonECSTaskExecutionRolePolicy`."
        }
        Why::NoRoute => {
            "The tasks need a way to the registry and to AWS: `assignPublicIp` in public subnets, a NAT gateway or VPC \
             endpoints for `privateSubnetIds` (or `network.nat`), and a security group that lets them out."
        }
        Why::OtherProcessor => return Some(other_processor(words)),
        Why::RateLimited => {
            "Copy the image to ECR, or pull it through an ECR pull-through cache, and set `image` to that."
        }
        Why::SecretDenied | Why::SecretKeyDenied | Why::NoSuchSecret | Why::NoSuchMember => {
            return Some(secrets::hint(why, words, &subject.secrets));
        }
        Why::NoLogGroup => {
            "Run `pulumi refresh` and `pulumi up`, which create the log group again."
        }
        Why::NotPrepared => {
            "The task could not fetch its secrets or open its log: check the ARNs in `secrets`, and that the subnets can \
             reach AWS."
        }
        Why::RoleNotAssumed => {
            "A new role is known everywhere only after some seconds, and the next task then starts. A role of your own \
             (`executionRoleArn`, `taskRoleArn`) must trust `ecs-tasks.amazonaws.com`."
        }
        Why::OutOfMemory => "Raise `memory`.",
        Why::Killed => {
            "The container was killed, most often for lack of memory: raise `memory`. If it was being stopped, it took \
             longer than `stopTimeout`."
        }
        Why::NotExecutable => {
            "`command` or `entryPoint` (or the image's own) names a file that is not executable for `user`."
        }
        Why::NoSuchCommand => {
            "`command` or `entryPoint` (or the image's own) names a program that is not in the image."
        }
        Why::Crashed | Why::Failed => {
            "The program itself failed. What it is given: `environment`, `secrets`, `command`."
        }
        Why::EndedWell => {
            "A web service must keep running: check that `command` (or the image's own) stays in the foreground."
        }
        Why::UnhealthyTarget => return Some(unhealthy(words)),
        Why::UnhealthyContainer => {
            "Check `containerHealthCheck`: its `command` runs in the container, and `startPeriod` is for a slow start."
        }
        Why::NoCapacity => {
            "Wait and run `pulumi up` again, or use more kinds of capacity: other zones (`publicSubnetIds`, \
             `privateSubnetIds`), or `spot: \"mixed\"` or `\"none\"` in place of `\"all\"`."
        }
        Why::Quota => {
            "Ask for more in AWS's console (Service Quotas, AWS Fargate, vCPU resource count), or lower `cpu`, `desiredCount` or \
             `deployment.maximumPercent`."
        }
        Why::NoAddresses => {
            "Use larger or more subnets (`publicSubnetIds`, `privateSubnetIds`), or lower `desiredCount` or \
             `deployment.maximumPercent`: each task needs an address."
        }
        Why::Interrupted => {
            "For tasks that must not be interrupted, set `spot` to `\"mixed\"` or `\"none\"`."
        }
        Why::Terminated | Why::ByRequest | Why::Other => return None,
    };
    Some(hint.to_owned())
}

fn other_processor(words: &str) -> String {
    let platform = platform_asked(words);
    let build = match platform {
        Some(platform) => format!("`docker build --platform {platform}`"),
        None => {
            "`docker build --platform linux/amd64` for `X86_64`, with `linux/arm64` for `ARM64`"
                .to_owned()
        }
    };
    format!(
        "The image is built for another processor than the service's `architecture`. Build it with {build}, or change \
         `architecture`."
    )
}

/// The platform that a pull looked for in vain: `linux/amd64` (seen live: "image Manifest does not
/// contain descriptor matching platform 'linux/amd64'").
fn platform_asked(words: &str) -> Option<&str> {
    let (_, after) = words.split_once("descriptor matching platform '")?;
    after.split_once('\'').map(|(platform, _)| platform)
}

/// The balancer got another answer than it wants, or none.
fn unhealthy(words: &str) -> String {
    if words.contains("ResponseCodeMismatch") || words.contains("with these codes") {
        return WRONG_ANSWER.to_owned();
    }
    if words.contains("Target.Timeout") || words.contains("timed out") {
        return NO_ANSWER.to_owned();
    }
    UNHEALTHY.to_owned()
}

const WRONG_ANSWER: &str = "The container answers the health check with another status code: correct `healthCheck.path`, or allow the code in \
     `healthCheck.matcher`. `healthCheckGracePeriodSeconds` is for a slow start.";
const NO_ANSWER: &str = "Nothing answers the health check: check that the program listens on `containerPort` on all addresses (0.0.0.0), \
     and `healthCheckGracePeriodSeconds` for a slow start.";
const UNHEALTHY: &str = "The container runs but does not pass the health check: check `healthCheck.path`, `containerPort`, that the \
     program speaks `targetGroup.protocol` and `protocolVersion`, and `healthCheckGracePeriodSeconds` for a slow start.";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Subject, Why, hint};

    #[test]
    fn each_cause_comes_with_the_input_that_changes_it() {
        let told = [
            (Why::NoSuchTag, ""),
            (Why::NoSuchDigest, ""),
            (Why::PullDenied, ""),
            (Why::NoRoute, ""),
            (Why::OtherProcessor, "descriptor matching platform 'linux/arm64'"),
            (Why::OtherProcessor, "exec /app: exec format error"),
            (Why::RateLimited, ""),
            (Why::NoLogGroup, ""),
            (Why::NotPrepared, ""),
            (Why::RoleNotAssumed, ""),
            (Why::OutOfMemory, ""),
            (Why::Killed, ""),
            (Why::NotExecutable, ""),
            (Why::NoSuchCommand, ""),
            (Why::Crashed, ""),
            (Why::Failed, ""),
            (Why::EndedWell, ""),
            (Why::UnhealthyTarget, "Health checks failed with these codes: [404]"),
            (Why::UnhealthyTarget, "Target.Timeout (Request timed out)"),
            (Why::UnhealthyTarget, ""),
            (Why::UnhealthyContainer, ""),
            (Why::NoCapacity, ""),
            (Why::Quota, ""),
            (Why::NoAddresses, ""),
            (Why::Interrupted, ""),
            (Why::Terminated, ""),
            (Why::ByRequest, ""),
            (Why::Other, ""),
        ];
        let told = told.map(|(why, words)| {
            let hint = hint(why, words, &Subject::default());
            format!("{why:?}: {}", hint.unwrap_or("no hint".to_owned()))
        });
        expect![[r#"
            NoSuchTag: Push the image, or correct `image` (`imageTag` for the service's own repository).
            NoSuchDigest: The image was deleted, or is in another repository: correct the digest in `image`, or name a tag.
            PullDenied: Correct `image` if its name is wrong. A private image in another account's ECR needs permission from that repository's policy, one in another registry cannot be pulled, and a role of your own (`executionRoleArn`) needs the permissions of `AmazonECSTaskExecutionRolePolicy`.
            NoRoute: The tasks need a way to the registry and to AWS: `assignPublicIp` in public subnets, a NAT gateway or VPC endpoints for `privateSubnetIds` (or `network.nat`), and a security group that lets them out.
            OtherProcessor: The image is built for another processor than the service's `architecture`. Build it with `docker build --platform linux/arm64`, or change `architecture`.
            OtherProcessor: The image is built for another processor than the service's `architecture`. Build it with `docker build --platform linux/amd64` for `X86_64`, with `linux/arm64` for `ARM64`, or change `architecture`.
            RateLimited: Copy the image to ECR, or pull it through an ECR pull-through cache, and set `image` to that.
            NoLogGroup: Run `pulumi refresh` and `pulumi up`, which create the log group again.
            NotPrepared: The task could not fetch its secrets or open its log: check the ARNs in `secrets`, and that the subnets can reach AWS.
            RoleNotAssumed: A new role is known everywhere only after some seconds, and the next task then starts. A role of your own (`executionRoleArn`, `taskRoleArn`) must trust `ecs-tasks.amazonaws.com`.
            OutOfMemory: Raise `memory`.
            Killed: The container was killed, most often for lack of memory: raise `memory`. If it was being stopped, it took longer than `stopTimeout`.
            NotExecutable: `command` or `entryPoint` (or the image's own) names a file that is not executable for `user`.
            NoSuchCommand: `command` or `entryPoint` (or the image's own) names a program that is not in the image.
            Crashed: The program itself failed. What it is given: `environment`, `secrets`, `command`.
            Failed: The program itself failed. What it is given: `environment`, `secrets`, `command`.
            EndedWell: A web service must keep running: check that `command` (or the image's own) stays in the foreground.
            UnhealthyTarget: The container answers the health check with another status code: correct `healthCheck.path`, or allow the code in `healthCheck.matcher`. `healthCheckGracePeriodSeconds` is for a slow start.
            UnhealthyTarget: Nothing answers the health check: check that the program listens on `containerPort` on all addresses (0.0.0.0), and `healthCheckGracePeriodSeconds` for a slow start.
            UnhealthyTarget: The container runs but does not pass the health check: check `healthCheck.path`, `containerPort`, that the program speaks `targetGroup.protocol` and `protocolVersion`, and `healthCheckGracePeriodSeconds` for a slow start.
            UnhealthyContainer: Check `containerHealthCheck`: its `command` runs in the container, and `startPeriod` is for a slow start.
            NoCapacity: Wait and run `pulumi up` again, or use more kinds of capacity: other zones (`publicSubnetIds`, `privateSubnetIds`), or `spot: "mixed"` or `"none"` in place of `"all"`.
            Quota: Ask for more in AWS's console (Service Quotas, AWS Fargate, vCPU resource count), or lower `cpu`, `desiredCount` or `deployment.maximumPercent`.
            NoAddresses: Use larger or more subnets (`publicSubnetIds`, `privateSubnetIds`), or lower `desiredCount` or `deployment.maximumPercent`: each task needs an address.
            Interrupted: For tasks that must not be interrupted, set `spot` to `"mixed"` or `"none"`.
            Terminated: no hint
            ByRequest: no hint
            Other: no hint"#]].assert_eq(&told.join("\n"));
    }
}
