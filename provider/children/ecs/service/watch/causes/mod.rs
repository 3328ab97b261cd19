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
    RoleNotAssumed,
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
            Self::RoleNotAssumed => "ECS could not assume a role of the task",
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
        } else if any(&["unable to assume the role"]) {
            Self::RoleNotAssumed
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
        // A container that ECS stopped ended as it was asked to.
        let stopped = task.stop_code() == Some(&TaskStopCode::ServiceSchedulerInitiated);
        let exit = failed.and_then(Container::exit_code).filter(|_| !stopped);
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
            // `subnet-0a1b2c3d` and the like.
            let id = core.split_once('-').is_some_and(|(kind, id)| {
                kind.bytes().all(|it| it.is_ascii_lowercase())
                    && id.len() >= 8
                    && id.bytes().all(|it| it.is_ascii_hexdigit())
            });
            id || core.len() >= 7 && hex && digits > 1
        };
        let words = text.split([' ', '/', '(', ')', ',', '\'']);
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
        said.extend(["; container `", name, "`: ", reason.trim_end_matches('.')]);
    }
    said
}

#[cfg(test)]
mod tests;
