//! What could be tried, for the reasons of failures that we know.

use super::secrets;

/// What could be tried after these reasons and log lines of stopped tasks.
pub(super) fn hint(reasons: &str, log: &str) -> Option<String> {
    let any = |fragments: &[&str]| fragments.iter().any(|fragment| reasons.contains(fragment));
    // The kernel's refusal is in the container's log.
    let hint = if let Some(platform) = platform_asked(reasons) {
        return Some(format!(
            "The image is built for another processor than the service's `architecture` is. Build it \
             with `docker build --platform {platform}`, or change `architecture`."
        ));
    } else if log.contains("exec format error") || any(&["exec format error"]) {
        "The image is built for another processor than the service's `architecture` is. Build it with \
         `docker build --platform linux/amd64` for `X86_64`, with `linux/arm64` for `ARM64`."
    } else if any(&["exit code 137", "OutOfMemory"]) {
        "The container was killed, most often for lack of memory: raise `memory`."
    } else if let Some(hint) = secrets::hint(reasons) {
        hint
    } else if any(&["CannotPullContainerError"]) {
        "The image cannot be pulled: check that it exists, and that the tasks reach the registry \
         (a public IP, a NAT gateway, or VPC endpoints)."
    } else if any(&["failed ELB health checks", "Target."]) {
        "The container runs but does not answer the health check: check `healthCheck.path`, \
         `containerPort`, and `healthCheckGracePeriodSeconds` for a slow start."
    } else {
        return None;
    };
    Some(hint.to_owned())
}

/// The platform that a pull looked for in vain: `linux/amd64` (seen live: "image Manifest does not
/// contain descriptor matching platform 'linux/amd64'").
fn platform_asked(reasons: &str) -> Option<&str> {
    let (_, after) = reasons.split_once("descriptor matching platform '")?;
    after.split_once('\'').map(|(platform, _)| platform)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::hint;

    #[test]
    fn known_reasons_come_with_what_to_try() {
        let seen = [
            ("Essential container in task exited", "exec /app: exec format error"),
            ("container `app` exited with exit code 137", ""),
            (
                "CannotPullContainerError: pull image manifest has been retried 7 time(s): image \
                 Manifest does not contain descriptor matching platform 'linux/amd64'",
                "",
            ),
            ("ResourceInitializationError: secret arn:aws:… not found", ""),
            ("CannotPullContainerError: failed to resolve ref web:1: web:1: not found", ""),
            ("Task failed ELB health checks in (target-group arn:…)", ""),
            ("Spot interruption", "bye"),
        ];
        let message = seen.map(|(reasons, log)| {
            format!("{reasons}\n  {}", hint(reasons, log).unwrap_or("no hint".to_owned()))
        });
        expect![[r"
            Essential container in task exited
              The image is built for another processor than the service's `architecture` is. Build it with `docker build --platform linux/amd64` for `X86_64`, with `linux/arm64` for `ARM64`.
            container `app` exited with exit code 137
              The container was killed, most often for lack of memory: raise `memory`.
            CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'
              The image is built for another processor than the service's `architecture` is. Build it with `docker build --platform linux/amd64`, or change `architecture`.
            ResourceInitializationError: secret arn:aws:… not found
              The task could not fetch its secrets or open its log: check the ARNs under `secrets`, and that the subnets can reach AWS.
            CannotPullContainerError: failed to resolve ref web:1: web:1: not found
              The image cannot be pulled: check that it exists, and that the tasks reach the registry (a public IP, a NAT gateway, or VPC endpoints).
            Task failed ELB health checks in (target-group arn:…)
              The container runs but does not answer the health check: check `healthCheck.path`, `containerPort`, and `healthCheckGracePeriodSeconds` for a slow start.
            Spot interruption
              no hint"]].assert_eq(&message.join("\n"));
    }
}
