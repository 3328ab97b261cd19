//! The tasks that failed so far, gathered while the deployment is watched: ECS forgets them after an hour.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_sdk_ecs::types::Task;

use super::causes::{Cause, Why};
use super::tasks;

/// How many tasks must have failed for the same deterministic reason before it counts as hopeless.
const ENOUGH: usize = 2;

/// One task that failed.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) cause: Cause,
    created: Option<SystemTime>,
    pub(super) stopped: Option<SystemTime>,
}

/// The tasks that failed, by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures(BTreeMap<String, Failure>);

impl Failures {
    /// Adds tasks that were not known yet.
    pub(super) fn add(&mut self, failed: &[Task]) {
        for task in failed {
            let time = |at: Option<&aws_smithy_types::DateTime>| {
                at.and_then(|at| SystemTime::try_from(*at).ok())
            };
            self.0.entry(tasks::id(task).to_owned()).or_insert_with(|| Failure {
                cause: Cause::of(task),
                created: time(task.created_at()),
                stopped: time(task.stopped_at()),
            });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The task that stopped last of those whose container may have written something, with the container.
    pub(super) fn last_that_ran(&self) -> Option<(String, String)> {
        let ran = self.0.iter().filter(|(_, it)| it.cause.container.is_some());
        let (id, last) = ran.max_by_key(|(_, it)| it.stopped)?;
        Some((id.clone(), last.cause.container.clone()?))
    }

    /// What the log of this task says about its end.
    pub(super) fn learn(&mut self, task: &str, log: &str) {
        if let Some(failure) = self.0.get_mut(task) {
            failure.cause = failure.cause.clone().with_log(log);
            let (why, exit) = (failure.cause.why, failure.cause.exit);
            // Tasks of one revision run the same image.
            for other in self.0.values_mut().filter(|it| it.cause.exit == exit) {
                if why == Why::OtherProcessor {
                    other.cause = other.cause.clone().with_log(log);
                }
            }
        }
    }

    /// The exit code that only a log explains (the kernel's refusal of an image for another processor).
    pub(super) fn unexplained(&self) -> Option<(String, String)> {
        let is = |it: &&Failure| it.cause.exit == Some(255) && it.cause.why == Why::Failed;
        if self.0.values().filter(is).count() < ENOUGH {
            return None;
        }
        self.last_that_ran()
    }

    /// Each distinct cause once, with how many tasks had it: the most frequent first.
    pub(super) fn grouped(&self) -> Vec<(usize, &Cause)> {
        let mut groups: Vec<(String, usize, &Cause)> = Vec::new();
        for failure in self.0.values() {
            let key = Cause::without_ids(&failure.cause.text);
            match groups.iter_mut().find(|(known, ..)| *known == key) {
                Some((_, count, _)) => *count += 1,
                None => groups.push((key, 1, &failure.cause)),
            }
        }
        groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        groups.into_iter().map(|(_, count, cause)| (count, cause)).collect()
    }

    /// How many failed, and the most frequent reason in a few words, for a line that has little room.
    pub(super) fn in_short(&self) -> Option<(usize, String)> {
        let (_, cause) = self.grouped().into_iter().next()?;
        let why = match cause.exit {
            Some(code) => format!("{}, exit code {code}", cause.why.words()),
            None => cause.why.words().to_owned(),
        };
        Some((self.0.len(), why))
    }

    /// The reason for which no further task can do better, and how many met it. What a role that is not known
    /// everywhere yet can cause counts only if it happens again to a task that was started after the first had failed.
    pub(super) fn hopeless(&self) -> Option<(usize, Why)> {
        let mut whys: Vec<Why> = self.0.values().map(|it| it.cause.why).collect();
        whys.sort();
        whys.dedup();
        whys.into_iter().filter(|why| why.is_deterministic()).find_map(|why| {
            let met: Vec<&Failure> = self.0.values().filter(|it| it.cause.why == why).collect();
            let later = || {
                let first = met.iter().filter_map(|it| it.stopped).min();
                first.is_some_and(|first| met.iter().any(|it| it.created >= Some(first)))
            };
            let enough = met.len() >= ENOUGH && (!why.may_be_too_early() || later());
            enough.then_some((met.len(), why))
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{Container, Task, TaskStopCode};
    use aws_smithy_types::DateTime;

    use super::{Failures, Why};

    fn failed(id: &str, reason: &str, created: i64, stopped: i64) -> Task {
        Task::builder()
            .task_arn(format!("arn:task/web/{id}"))
            .stop_code(TaskStopCode::TaskFailedToStart)
            .stopped_reason(reason)
            .created_at(DateTime::from_secs(created))
            .stopped_at(DateTime::from_secs(stopped))
            .build()
    }

    fn exited(id: &str, code: i32) -> Task {
        let container = Container::builder().name("app").exit_code(code).build();
        let task = Task::builder().task_arn(format!("arn:task/web/{id}")).containers(container);
        task.stopped_reason("Essential container in task exited").build()
    }

    fn hopeless(tasks: &[Task]) -> Option<(usize, Why)> {
        let mut failures = Failures::default();
        failures.add(tasks);
        failures.add(tasks);
        failures.hopeless()
    }

    const GONE: &str = "CannotPullContainerError: failed to resolve ref web:1: web:1: not found";
    const DENIED: &str = "ResourceInitializationError: AccessDeniedException: User: r is not authorized to \
         perform: secretsmanager:GetSecretValue";

    #[test]
    fn two_tasks_with_the_same_deterministic_cause_are_enough() {
        assert_eq!(hopeless(&[failed("a", GONE, 0, 9)]), None);
        let both = [failed("a", GONE, 0, 9), failed("b", GONE, 0, 9)];
        assert_eq!(hopeless(&both), Some((2, Why::NoSuchTag)));
    }

    #[test]
    fn what_may_pass_is_never_hopeless() {
        let no_capacity = "Capacity is unavailable at this time.";
        let many: Vec<Task> =
            (0..9).map(|n| failed(&n.to_string(), no_capacity, n * 10, n * 10 + 9)).collect();
        assert_eq!(hopeless(&many), None);
        let crashes: Vec<Task> = (0..9).map(|n| exited(&n.to_string(), 1)).collect();
        assert_eq!(hopeless(&crashes), None);
    }

    #[test]
    fn a_role_that_is_too_new_gets_a_second_try() {
        let at_once = [failed("a", DENIED, 0, 20), failed("b", DENIED, 0, 21)];
        assert_eq!(hopeless(&at_once), None);
        let again = [failed("a", DENIED, 0, 20), failed("b", DENIED, 30, 50)];
        assert_eq!(hopeless(&again), Some((2, Why::SecretDenied)));
    }

    #[test]
    fn an_image_for_another_processor_is_known_by_its_log() {
        let mut failures = Failures::default();
        failures.add(&[exited("a", 255), exited("b", 255)]);
        assert_eq!(failures.hopeless(), None);
        let (task, container) = failures.unexplained().expect("two tasks");
        assert_eq!(container, "app");
        failures.learn(&task, "exec /app: exec format error");
        assert_eq!(failures.hopeless(), Some((2, Why::OtherProcessor)));
        assert_eq!(failures.unexplained(), None);
    }

    #[test]
    fn equal_causes_are_counted_and_the_most_frequent_comes_first() {
        let mut failures = Failures::default();
        failures.add(&[exited("a", 1), exited("b", 3), exited("c", 3)]);
        let groups: Vec<_> = failures
            .grouped()
            .into_iter()
            .map(|(count, it)| format!("{count} {:?}", it.exit))
            .collect();
        assert_eq!(groups, ["2 Some(3)", "1 Some(1)"]);
        let short = failures.in_short();
        assert_eq!(short, Some((3, "the program failed, exit code 3".to_owned())));
        assert!(!failures.is_empty() && failures.last_that_ran().is_some());
    }
}
