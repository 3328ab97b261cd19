//! Why tasks stopped, told apart by what a person can do about it.
//!
//! ECS has a code for each kind of stop, but most of what matters is in the words of Fargate's agent, the
//! registry, Secrets Manager and the kernel. Sources of the words: ECS developer guide, "Amazon ECS stopped tasks
//! error messages", "CannotPullContainer task errors" and "service event messages", and transcripts of `describe-tasks`.

use aws_sdk_ecs::types::{Container, Task, TaskStopCode};

/// Why a task stopped, or could not be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Why {
    NoSuchTag,
    NoSuchDigest,
    PullDenied,
    NoRoute,
    OtherProcessor,
    RateLimited,
    SecretDenied,
    SecretKeyDenied,
    NoSuchSecret,
    NoSuchMember,
    NoLogGroup,
    NotPrepared,
    OutOfMemory,
    NotExecutable,
    NoSuchCommand,
    Killed,
    Crashed,
    Terminated,
    EndedWell,
    Failed,
    UnhealthyTarget,
    UnhealthyContainer,
    NoCapacity,
    Quota,
    NoAddresses,
    Interrupted,
    ByRequest,
    Other,
}

impl Why {
    /// In a few words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NoSuchTag => "the registry has no image with this tag",
            Self::NoSuchDigest => "the registry has no image with this digest",
            Self::PullDenied => "the registry refused the pull",
            Self::NoRoute => "the task did not reach AWS or the registry",
            Self::OtherProcessor => "the image is for another processor",
            Self::RateLimited => "the registry's rate limit was exceeded",
            Self::SecretDenied => "the execution role has no permission to read a secret",
            Self::SecretKeyDenied => {
                "the execution role has no permission for the KMS key of a secret"
            }
            Self::NoSuchSecret => "a secret does not exist",
            Self::NoSuchMember => "a secret has no such JSON key",
            Self::NoLogGroup => "the log group does not exist",
            Self::NotPrepared => "the task could not be prepared",
            Self::OutOfMemory => "killed for lack of memory",
            Self::NotExecutable => "the command cannot be executed",
            Self::NoSuchCommand => "the command was not found in the image",
            Self::Killed => "killed (SIGKILL)",
            Self::Crashed => "crashed (SIGSEGV, a memory error of the program)",
            Self::Terminated => "terminated (SIGTERM)",
            Self::EndedWell => "the program ended without an error",
            Self::Failed => "the program failed",
            Self::UnhealthyTarget => "the load balancer's health checks failed",
            Self::UnhealthyContainer => "the container's own health check failed",
            Self::NoCapacity => "Fargate had no capacity",
            Self::Quota => "the account's quota of vCPUs is used up",
            Self::NoAddresses => "a subnet had no free address",
            Self::Interrupted => "Fargate Spot interrupted the task",
            Self::ByRequest => "someone stopped the task",
            Self::Other => "stopped",
        }
    }

    /// Whether another attempt meets the same: it is about what was asked for, not about the moment.
    pub(super) fn is_deterministic(self) -> bool {
        matches!(
            self,
            Self::NoSuchTag
                | Self::NoSuchDigest
                | Self::PullDenied
                | Self::NoRoute
                | Self::OtherProcessor
                | Self::SecretDenied
                | Self::SecretKeyDenied
                | Self::NoSuchSecret
                | Self::NoSuchMember
                | Self::NoLogGroup
                | Self::NotExecutable
                | Self::NoSuchCommand
        )
    }

    /// Whether a role, or a rule of a network, that is known everywhere only after some seconds can look like it.
    pub(super) fn may_be_too_early(self) -> bool {
        matches!(
            self,
            Self::PullDenied | Self::NoRoute | Self::SecretDenied | Self::SecretKeyDenied
        )
    }

    /// What AWS's words say.
    pub(super) fn of_words(text: &str) -> Option<Self> {
        let any = |fragments: &[&str]| fragments.iter().any(|it| text.contains(it));
        let pull = any(&["CannotPull", "failed to resolve ref", "pull image manifest"]);
        let prepares = any(&["ResourceInitializationError"]);
        Some(if any(&["descriptor matching platform", "exec format error"]) {
            Self::OtherProcessor
        } else if any(&["toomanyrequests", "Too Many Requests", "pull rate limit"]) {
            Self::RateLimited
        } else if any(&[
            "InsufficientFreeAddresses",
            "insufficient free IP",
            "enough free addresses",
        ]) {
            Self::NoAddresses
        } else if any(&["Capacity is unavailable"]) {
            Self::NoCapacity
        } else if any(&["limit on the number of vCPUs", "vCPU limit"]) {
            Self::Quota
        } else if any(&["OutOfMemory"]) {
            Self::OutOfMemory
        } else if any(&["failed ELB health checks"]) {
            Self::UnhealthyTarget
        } else if any(&["failed container health checks"]) {
            Self::UnhealthyContainer
        } else if any(&["executable file not found", "no such file or directory: unknown"]) {
            Self::NoSuchCommand
        } else if any(&["permission denied: unknown"]) {
            Self::NotExecutable
        } else if any(&["log group does not exist"]) {
            Self::NoLogGroup
        } else if any(&["did not contain json key"]) {
            Self::NoSuchMember
        } else if any(&["Access to KMS is not allowed", "refers to a customer master key"]) {
            Self::SecretKeyDenied
        } else if any(&["perform: secretsmanager:", "perform: ssm:"]) {
            Self::SecretDenied
        } else if any(&[
            "can't find the specified secret",
            "invalid parameters:",
            "marked for deletion",
        ]) {
            Self::NoSuchSecret
        } else if any(&[
            "i/o timeout",
            "connection issue",
            "deadline exceeded",
            "dial tcp",
            "timeout",
        ]) && (pull || prepares)
        {
            Self::NoRoute
        } else if any(&["AccessDenied", "access denied", "403 Forbidden", "perform: ecr:"])
            && (pull || prepares)
        {
            Self::PullDenied
        } else if pull && any(&["not found", "manifest unknown", "does not exist"]) {
            if any(&["@sha256:"]) { Self::NoSuchDigest } else { Self::NoSuchTag }
        } else if prepares || pull {
            Self::NotPrepared
        } else {
            return None;
        })
    }

    /// What an exit code says (bash, "Exit status"; 128 and a signal's number).
    fn of_exit(code: i32) -> Self {
        match code {
            0 => Self::EndedWell,
            126 => Self::NotExecutable,
            127 => Self::NoSuchCommand,
            137 => Self::Killed,
            139 => Self::Crashed,
            143 => Self::Terminated,
            _ => Self::Failed,
        }
    }
}

/// Why one task stopped, in AWS's words and ours.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cause {
    pub(super) why: Why,
    /// The exit code and all that AWS says, on one line.
    pub(super) text: String,
    /// The container that failed, if it ran.
    pub(super) container: Option<String>,
    pub(super) exit: Option<i32>,
}

impl Cause {
    pub(super) fn of(task: &Task) -> Self {
        let failed = failed_container(task);
        let exit = failed.and_then(Container::exit_code);
        let said = said(task);
        let why = match (Why::of_words(&said), task.stop_code()) {
            (_, Some(TaskStopCode::SpotInterruption)) => Why::Interrupted,
            (_, Some(TaskStopCode::UserInitiated)) => Why::ByRequest,
            (Some(why), _) => why,
            (None, _) if said.contains("Spot") => Why::Interrupted,
            (None, _) => exit.map_or(Why::Other, Why::of_exit),
        };
        let container = failed.filter(|it| ran(it)).and_then(Container::name).map(str::to_owned);
        let code = exit.map_or_else(String::new, |code| format!(", exit code {code}"));
        let text = format!("{}{code} ({said})", why.words());
        Self { why, text, container, exit }
    }

    /// The same with what the container's last words say: the kernel's refusal is only in the log.
    pub(super) fn with_log(self, log: &str) -> Self {
        if self.exit.is_some() && log.contains("exec format error") {
            let why = Why::OtherProcessor;
            let text = self.text.replacen(self.why.words(), why.words(), 1);
            return Self { why, text, ..self };
        }
        self
    }

    /// The words without what differs from task to task: addresses, ids, and the task's own.
    pub(super) fn without_ids(text: &str) -> String {
        let is_id = |word: &str| {
            let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let digits = core.bytes().filter(u8::is_ascii_digit).count();
            let hex = core.bytes().all(|it| it.is_ascii_hexdigit() || b"-.:".contains(&it));
            core.len() >= 7 && hex && digits > 1
        };
        let words = text.split([' ', '/', '(', ')', ',']);
        words.filter(|word| !is_id(word)).collect::<Vec<_>>().join(" ")
    }
}

/// The container that failed: one that ended badly, or else one that ended, or else one that could not begin.
fn failed_container(task: &Task) -> Option<&Container> {
    let all = task.containers();
    all.iter()
        .find(|it| it.exit_code().is_some_and(|code| code != 0))
        .or_else(|| all.iter().find(|it| it.exit_code().is_some()))
        .or_else(|| all.iter().find(|it| it.reason().is_some()))
        .or_else(|| all.first())
}

/// Whether there may be something of it in the log.
fn ran(container: &Container) -> bool {
    container.exit_code().is_some() || container.runtime_id().is_some()
}

/// Code and reason of the stop, and the reasons of the containers that are not in it.
fn said(task: &Task) -> String {
    let reason = task.stopped_reason().unwrap_or("no reason given").trim_end_matches('.');
    let code = task.stop_code().map_or_else(String::new, |code| format!("{}: ", code.as_str()));
    let mut said = format!("{code}{reason}");
    for container in task.containers() {
        let Some(reason) = container.reason().filter(|it| !said.contains(it)) else { continue };
        let name = container.name().unwrap_or_default();
        said.push_str(&format!("; container `{name}`: {}", reason.trim_end_matches('.')));
    }
    said
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{Container, Task, TaskStopCode as Code};
    use expect_test::expect;

    use super::{Cause, Why};

    const AUTH: &str = "ResourceInitializationError: unable to pull secrets or registry auth: ";
    const PULL: &str = "CannotPullContainerError: pull image manifest has been retried 1 time(s): ";

    fn told(task: &Task) -> String {
        let cause = Cause::of(task);
        let hopeless = if cause.why.is_deterministic() { " !" } else { "" };
        format!("{:?}{hopeless}: {}", cause.why, cause.text)
    }

    fn stopped(code: Code, reason: &str) -> Task {
        let container = Container::builder().name("app").build();
        Task::builder().stop_code(code).stopped_reason(reason).containers(container).build()
    }

    #[test]
    fn reasons_why_no_task_began_are_told_apart() {
        let asm = format!(
            "{AUTH}execution resource retrieval failed: unable to retrieve secret from asm: "
        );
        let reasons = [
            format!("{PULL}failed to resolve ref web:1: web:1: not found"),
            format!("{PULL}failed to resolve ref web@sha256:0a: web@sha256:0a: not found"),
            format!("{PULL}failed to resolve ref docker.io/library/web:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"),
            format!("{AUTH}execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: r is not authorized to perform: ecr:GetAuthorizationToken on resource: *"),
            format!("{AUTH}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration."),
            format!("{PULL}failed to do request: Head \"https://registry-1.docker.io/v2/library/web/manifests/1\": dial tcp 34.205.13.154:443: i/o timeout"),
            format!("{PULL}image Manifest does not contain descriptor matching platform 'linux/amd64'"),
            format!("{PULL}httpReaderSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/web/manifests/1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit."),
            format!("{asm}service call has been retried 1 time(s): failed to fetch secret arn:s from secrets manager: AccessDeniedException: User: r is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:s"),
            format!("{asm}failed to fetch secret arn:s from secrets manager: AccessDeniedException: Access to KMS is not allowed"),
            format!("{AUTH}unable to retrieve secrets from ssm: AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."),
            format!("{asm}failed to fetch secret arn:s from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."),
            format!("{AUTH}unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /web/key"),
            format!("{asm}retrieved secret from Secrets Manager did not contain json key password"),
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1".to_owned(),
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes".to_owned(),
            "Capacity is unavailable at this time. Please try again later or in a different availability zone".to_owned(),
            "You've reached the limit on the number of vCPUs you can run concurrently".to_owned(),
            "Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': InsufficientFreeAddressesInSubnet".to_owned(),
        ];
        let told: Vec<_> =
            reasons.iter().map(|it| told(&stopped(Code::TaskFailedToStart, it))).collect();
        expect![[r#"
            NoSuchTag !: the registry has no image with this tag (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web:1: web:1: not found)
            NoSuchDigest !: the registry has no image with this digest (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref web@sha256:0a: web@sha256:0a: not found)
            PullDenied !: the registry refused the pull (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/web:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed)
            PullDenied !: the registry refused the pull (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: r is not authorized to perform: ecr:GetAuthorizationToken on resource: *)
            NoRoute !: the task did not reach AWS or the registry (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration)
            NoRoute !: the task did not reach AWS or the registry (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to do request: Head "https://registry-1.docker.io/v2/library/web/manifests/1": dial tcp 34.205.13.154:443: i/o timeout)
            OtherProcessor !: the image is for another processor (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64')
            RateLimited: the registry's rate limit was exceeded (TaskFailedToStart: CannotPullContainerError: pull image manifest has been retried 1 time(s): httpReaderSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/web/manifests/1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit)
            SecretDenied !: the execution role has no permission to read a secret (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:s from secrets manager: AccessDeniedException: User: r is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:s)
            SecretKeyDenied !: the execution role has no permission for the KMS key of a secret (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: failed to fetch secret arn:s from secrets manager: AccessDeniedException: Access to KMS is not allowed)
            SecretKeyDenied !: the execution role has no permission for the KMS key of a secret (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access)
            NoSuchSecret !: a secret does not exist (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: failed to fetch secret arn:s from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret)
            NoSuchSecret !: a secret does not exist (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: /web/key)
            NoSuchMember !: a secret has no such JSON key (TaskFailedToStart: ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain json key password)
            NoLogGroup !: the log group does not exist (TaskFailedToStart: ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1)
            NotPrepared: the task could not be prepared (TaskFailedToStart: ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes)
            NoCapacity: Fargate had no capacity (TaskFailedToStart: Capacity is unavailable at this time. Please try again later or in a different availability zone)
            Quota: the account's quota of vCPUs is used up (TaskFailedToStart: You've reached the limit on the number of vCPUs you can run concurrently)
            NoAddresses: a subnet had no free address (TaskFailedToStart: Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1': InsufficientFreeAddressesInSubnet)"#]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn each_end_of_a_container_is_told_in_words() {
        let exited = |code: i32, reason: Option<&str>| {
            let container = Container::builder().name("app").exit_code(code);
            let container = container.set_reason(reason.map(str::to_owned)).build();
            Task::builder()
                .stop_code(Code::EssentialContainerExited)
                .stopped_reason("Essential container in task exited")
                .containers(container)
                .build()
        };
        let told = [
            told(&exited(0, None)),
            told(&exited(1, None)),
            told(&exited(126, None)),
            told(&exited(127, None)),
            told(&exited(137, None)),
            told(&exited(137, Some("OutOfMemoryError: Container killed due to memory usage"))),
            told(&exited(139, None)),
            told(&exited(143, None)),
            told(&exited(255, None)),
            told(&exited(
                1,
                Some(
                    "CannotStartContainerError: exec: \"serve\": executable file not found in $PATH: unknown",
                ),
            )),
            Cause::of(&exited(255, None)).with_log("exec /app: exec format error").text,
            told(&stopped(
                Code::ServiceSchedulerInitiated,
                "Task failed ELB health checks in (target-group arn:tg)",
            )),
            told(&stopped(Code::ServiceSchedulerInitiated, "Task failed container health checks")),
            told(&stopped(Code::SpotInterruption, "Your Spot Task was interrupted.")),
            told(&stopped(Code::UserInitiated, "Task stopped by user")),
            told(&Task::builder().build()),
        ];
        expect![[r#"
            EndedWell: the program ended without an error, exit code 0 (EssentialContainerExited: Essential container in task exited)
            Failed: the program failed, exit code 1 (EssentialContainerExited: Essential container in task exited)
            NotExecutable !: the command cannot be executed, exit code 126 (EssentialContainerExited: Essential container in task exited)
            NoSuchCommand !: the command was not found in the image, exit code 127 (EssentialContainerExited: Essential container in task exited)
            Killed: killed (SIGKILL), exit code 137 (EssentialContainerExited: Essential container in task exited)
            OutOfMemory: killed for lack of memory, exit code 137 (EssentialContainerExited: Essential container in task exited; container `app`: OutOfMemoryError: Container killed due to memory usage)
            Crashed: crashed (SIGSEGV, a memory error of the program), exit code 139 (EssentialContainerExited: Essential container in task exited)
            Terminated: terminated (SIGTERM), exit code 143 (EssentialContainerExited: Essential container in task exited)
            Failed: the program failed, exit code 255 (EssentialContainerExited: Essential container in task exited)
            NoSuchCommand !: the command was not found in the image, exit code 1 (EssentialContainerExited: Essential container in task exited; container `app`: CannotStartContainerError: exec: "serve": executable file not found in $PATH: unknown)
            the image is for another processor, exit code 255 (EssentialContainerExited: Essential container in task exited)
            UnhealthyTarget: the load balancer's health checks failed (ServiceSchedulerInitiated: Task failed ELB health checks in (target-group arn:tg))
            UnhealthyContainer: the container's own health check failed (ServiceSchedulerInitiated: Task failed container health checks)
            Interrupted: Fargate Spot interrupted the task (SpotInterruption: Your Spot Task was interrupted)
            ByRequest: someone stopped the task (UserInitiated: Task stopped by user)
            Other: stopped (no reason given)"#]].assert_eq(&told.join("\n"));
    }

    #[test]
    fn what_differs_from_task_to_task_makes_no_cause_of_its_own() {
        let text = |task: &str, ip: &str| {
            Cause::without_ids(&format!("role/web/{task} is not authorized, dial tcp {ip}:443: no"))
        };
        assert_eq!(
            text("0f4c3b2a1d0e4f5a8b7c6d5e4f3a2b1c", "13.53.180.123"),
            text("1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d", "13.53.180.77")
        );
        assert_ne!(Cause::without_ids("exit code 1"), Cause::without_ids("exit code 2"));
        assert_eq!(Why::of_words("has reached a steady state."), None);
    }
}
