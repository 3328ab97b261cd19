//! Why did it fail? The stopped tasks' reasons, the last log lines, the targets' health and the
//! service's events, in one message: the user should not have to open the console.
//!
//! What the caller may not ask is left out; the verdict itself never fails.

use std::collections::BTreeMap;

use super::super::Inputs;
use super::super::live::describe;
use super::causes::Why;
use super::failures::Failures;
use super::hints::{Subject, hint};
use super::{Watch, gates, networking, targets, tasks};
use crate::aws::Explain;
use crate::children::ecs::container::LOG_PREFIX;
use crate::error::{Error, Result};
use crate::property::Map;
use crate::resource::{Cx, Secrets};

/// How many log lines of the last task are shown.
const LOG_LINES: i32 = 20;
/// How much of a log line is shown.
const LOG_LINE: usize = 200;
/// How many distinct causes, targets and events are shown: all of the message should fit on one screen.
const CAUSES: usize = 4;
const TARGETS: usize = 4;
const EVENTS: usize = 4;

/// What is known of a failed deployment.
#[derive(Default)]
struct Evidence {
    failures: Failures,
    /// The line that was shown last.
    seen: String,
    /// The id of the task that stopped last, of those that may have written something.
    task: String,
    /// What it wrote last.
    lines: Vec<String>,
    /// Targets that failed their checks, each with the balancer's reason.
    targets: BTreeMap<String, String>,
    /// Newest first.
    events: Vec<String>,
}

/// The error for a deployment that ended with `verdict`, and all that can be found out about it.
pub(super) async fn explain(cx: &Cx, watch: &Watch<'_>, verdict: Error) -> Error {
    let inputs = watch.inputs;
    let mut evidence = {
        let memory = watch.memory();
        let (failures, seen) = (memory.failures.clone(), memory.shown.clone());
        Evidence { failures, seen, targets: memory.unhealthy.clone(), ..Evidence::default() }
    };
    evidence.failures.add(&tasks::failed(cx, inputs, watch.revision()).await.unwrap_or_default());
    if let Some((task, container)) = evidence.failures.last_that_ran() {
        evidence.lines = last_lines(cx, inputs, &task, &container).await.unwrap_or_default();
        evidence.failures.learn(&task, &evidence.lines.join("\n"));
        evidence.task = task;
    }
    if let Ok(seen) = targets::seen(cx, inputs).await {
        evidence.targets.extend(seen.unhealthy);
    }
    evidence.events = events(cx, watch).await.unwrap_or_default();
    let said = format!("{}\n{}", verdict.message(), evidence.events.join("\n"));
    let mut subject = Subject {
        secrets: secrets_of(cx, inputs, &evidence).await,
        gate: gates::hint(verdict.message(), cx.aws.region()),
        networking: networking::hint(cx, inputs, &said).await,
    };
    let region = cx.aws.region();
    let more = if evidence.lines.is_empty() {
        let cluster = inputs.cluster_arn.rsplit('/').next().unwrap_or_default();
        all_events(cluster, &cx.base, region)
    } else {
        all_logs(&inputs.log_group_name, region)
    };
    // What is cut off would not be recognised as a secret any more.
    let secrets = Secrets::of(&[&Map::new()]).and_those(&cx.names.secrets);
    evidence.lines = evidence.lines.iter().map(|line| cut(&secrets.cut_from(line))).collect();
    subject.secrets.truncate(CAUSES);
    report(verdict, &evidence, &subject).hinted(more)
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(LOG_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

fn report(verdict: Error, evidence: &Evidence, subject: &Subject) -> Error {
    let mut rendered = String::new();
    if !evidence.seen.is_empty() && !verdict.message().contains(&evidence.seen) {
        rendered.extend(["\n  Last seen: ", evidence.seen.as_str()]);
    }
    let causes: Vec<String> = evidence
        .failures
        .grouped()
        .into_iter()
        .map(|(count, cause)| format!("{count} x {}", cause.text))
        .collect();
    section(&mut rendered, "Stopped tasks", &causes, CAUSES);
    let lines: Vec<String> = evidence.lines.iter().map(|line| format!("| {line}")).collect();
    let title = format!("Last log lines of task {}", evidence.task);
    section(&mut rendered, &title, &lines, lines.len());
    let targets: Vec<String> =
        evidence.targets.iter().map(|(target, why)| format!("{target}: {why}")).collect();
    section(&mut rendered, "Unhealthy targets", &targets, TARGETS);
    // Of a deployment that was ended from outside they say only that it went back.
    let ended = subject.gate.is_some();
    let events = if ended { Vec::new() } else { telling(&evidence.events, &evidence.failures) };
    section(&mut rendered, "Events", &events, EVENTS);
    let known = evidence.failures.grouped();
    let why = known.first().map(|(_, cause)| cause.why).filter(|why| *why != Why::Other);
    let why = why.or_else(|| events.iter().find_map(|event| Why::of_words(event)));
    let why = why.or_else(|| (!targets.is_empty()).then_some(Why::UnhealthyTarget));
    let words = known.first().map_or_else(String::new, |(_, cause)| cause.text.clone());
    let words = format!("{words}\n{}\n{}", targets.join("\n"), events.join("\n"));
    let outside = subject.gate.clone().or_else(|| subject.networking.clone());
    match outside.or_else(|| why.and_then(|why| hint(why, &words, subject))) {
        Some(hint) => verdict.further(&rendered).hinted(hint),
        None => verdict.further(&rendered),
    }
}

/// Title and lines, of which the first `most` are shown.
fn section(rendered: &mut String, title: &str, lines: &[String], most: usize) {
    if lines.is_empty() {
        return;
    }
    rendered.extend(["\n  ", title, ":"]);
    for line in lines.iter().take(most) {
        rendered.extend(["\n    ", line.as_str()]);
    }
    let more = lines.len().saturating_sub(most);
    if more > 0 {
        rendered.extend(["\n    and ", &more.to_string(), " more"]);
    }
}

/// The events that say something which the tasks did not; where nothing else is known, the last ones. Oldest first.
fn telling(events: &[String], failures: &Failures) -> Vec<String> {
    const TELLING: [&str; 5] = [
        "unable to place a task",
        "failed to launch a task",
        "failed to register targets",
        "is unhealthy in",
        "failed container health checks",
    ];
    let mut known: Vec<Why> = failures.grouped().iter().map(|(_, cause)| cause.why).collect();
    let mut found: Vec<String> = Vec::new();
    for event in events.iter().filter(|event| TELLING.iter().any(|it| event.contains(it))) {
        let why = Why::of_words(event).unwrap_or(Why::Other);
        let said = without_task(event);
        let new = why == Why::Other || !known.contains(&why);
        if new && !found.contains(&said) {
            known.push(why);
            found.push(said);
        }
    }
    if found.is_empty() && failures.is_empty() {
        found = events.iter().take(EVENTS).cloned().collect();
    }
    found.reverse();
    found
}

/// The event without the task that it names: equal events are shown once.
fn without_task(event: &str) -> String {
    let words = event.split_once("(task ").and_then(|(before, rest)| {
        let (_, after) = rest.split_once(") ")?;
        Some(format!("{before}(task …) {after}"))
    });
    words.unwrap_or_else(|| event.to_owned())
}

/// The last lines that the container of a task wrote.
///
/// # Errors
/// It wrote nothing, or the caller may not ask.
pub(super) async fn last_lines(
    cx: &Cx,
    inputs: &Inputs,
    task: &str,
    container: &str,
) -> Result<Vec<String>> {
    let stream = format!("{LOG_PREFIX}/{container}/{task}");
    let answer = cx
        .aws
        .logs()
        .await?
        .get_log_events()
        .log_group_name(&inputs.log_group_name)
        .log_stream_name(&stream)
        .start_from_head(false)
        .limit(LOG_LINES)
        .send()
        .await
        .explain("logs:GetLogEvents", &stream)?;
    let lines = answer.events().iter().filter_map(|event| event.message());
    Ok(lines.map(|line| line.trim_end().to_owned()).collect())
}

/// The events since the deployment began, newest first.
async fn events(cx: &Cx, watch: &Watch<'_>) -> Result<Vec<String>> {
    let service = describe(cx, &watch.inputs.cluster_arn, &cx.base).await?;
    let events = service.and_then(|service| service.events).unwrap_or_default();
    let begun = watch.memory().begun;
    let new = events
        .into_iter()
        .filter(|event| begun.is_none_or(|begun| event.created_at.is_none_or(|at| at >= begun)));
    Ok(new.filter_map(|event| event.message).collect())
}

/// The secrets of the task definition by name, if it is a secret that a task could not have: AWS names only the ARN.
async fn secrets_of(cx: &Cx, inputs: &Inputs, evidence: &Evidence) -> Vec<(String, String)> {
    let known = evidence.failures.grouped();
    let about = |why: Why| {
        matches!(
            why,
            Why::SecretDenied | Why::SecretKeyDenied | Why::NoSuchSecret | Why::NoSuchMember
        )
    };
    if !known.first().is_some_and(|(_, cause)| about(cause.why)) {
        return Vec::new();
    }
    let described = cx.aws.revision(&inputs.task_definition_arn).await.ok().flatten();
    let containers = described.and_then(|(it, _)| it.container_definitions).unwrap_or_default();
    let secrets = containers.into_iter().flat_map(|it| it.secrets.unwrap_or_default());
    secrets.map(|it| (it.name().to_owned(), it.value_from().to_owned())).collect()
}

fn all_logs(group: &str, region: &str) -> String {
    format!("All logs: `aws logs tail {group} --region {region}`")
}

fn all_events(cluster: &str, service: &str, region: &str) -> String {
    format!(
        "All events: `aws ecs describe-services --cluster {cluster} --services {service} --region {region}`"
    )
}

#[cfg(test)]
mod tests;
