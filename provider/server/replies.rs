//! What the children answer, as replies.

use tonic::Status;

use super::proto::property_diff::Kind as WireKind;
use super::proto::{
    CheckFailure, CheckResponse, DiffResponse, PropertyDiff, ReadResponse, diff_response,
};
use super::session::Reported;
use super::status::readable;
use super::{convert, status};
use crate::error::{Kind as ErrorKind, Problem, Result};
use crate::property::Map;
use crate::property::diff::{Change, Kind};
use crate::resource::Child;
use crate::resource::lifecycle::{COMMON, Difference, Found, Outcome};

/// Wrong inputs as the engine shows them. It prints the value beside the property, secret or not,
/// so a secret one is reported without its property.
pub(super) fn failures(problems: &[Problem]) -> Vec<CheckFailure> {
    problems
        .iter()
        .map(|problem| {
            if problem.secret {
                CheckFailure {
                    property: String::new(),
                    reason: readable(&format!("`{}`: {}", problem.path, problem.reason)),
                }
            } else {
                CheckFailure { property: problem.path.clone(), reason: readable(&problem.reason) }
            }
        })
        .collect()
}

/// Checked inputs, or what is wrong with them.
pub(super) fn check(
    checked: Result<Map>,
    received: Option<prost_types::Struct>,
) -> Result<CheckResponse, Status> {
    match checked {
        Ok(inputs) => {
            Ok(CheckResponse { inputs: Some(convert::write(inputs)), failures: Vec::new() })
        }
        Err(error) => match error.kind() {
            ErrorKind::Input(problems) => {
                // Never as received: a value without a kind would come back to the CLI.
                let inputs = convert::read(received).ok().map(convert::write);
                Ok(CheckResponse { inputs, failures: failures(problems) })
            }
            _ => Err(status::status(&error)),
        },
    }
}

/// What an update would do.
pub(super) fn diff(
    difference: Result<Difference>,
    reported: &Reported,
) -> Result<DiffResponse, Status> {
    let difference = difference.map_err(|error| status::status(&reported.once(error)))?;
    let mut reply =
        changes_reply(&difference.changes, |property| difference.replaces.contains(property));
    for output in difference.stale {
        let change = PropertyDiff { kind: WireKind::Update.into(), input_diff: false };
        reply.detailed_diff.insert(output.to_owned(), change);
        reply.diffs.push(output.to_owned());
        reply.changes = diff_response::DiffChanges::DiffSome.into();
    }
    reply.stables = difference.stables.into_iter().map(str::to_owned).collect();
    reply.delete_before_replace = difference.delete_before_replace;
    Ok(reply)
}

/// What changed in the provider's configuration, and whether that moves all resources.
pub(super) fn config_diff(changes: &[Change], moves: impl Fn(&str) -> bool) -> DiffResponse {
    changes_reply(changes, moves)
}

fn changes_reply(changes: &[Change], replaces: impl Fn(&str) -> bool) -> DiffResponse {
    let mut reply = DiffResponse { has_detailed_diff: true, ..DiffResponse::default() };
    for change in changes {
        let replace = replaces(&change.property);
        let kind = match (change.kind, replace) {
            (Kind::Add, false) => WireKind::Add,
            (Kind::Add, true) => WireKind::AddReplace,
            (Kind::Delete, false) => WireKind::Delete,
            (Kind::Delete, true) => WireKind::DeleteReplace,
            (Kind::Update, false) => WireKind::Update,
            (Kind::Update, true) => WireKind::UpdateReplace,
        };
        let shown = PropertyDiff { kind: kind.into(), input_diff: true };
        reply.detailed_diff.insert(change.path.clone(), shown);
        if !reply.diffs.contains(&change.property) {
            reply.diffs.push(change.property.clone());
        }
        if replace && !reply.replaces.contains(&change.property) {
            reply.replaces.push(change.property.clone());
        }
    }
    reply.changes = if changes.is_empty() {
        diff_response::DiffChanges::DiffNone
    } else {
        diff_response::DiffChanges::DiffSome
    }
    .into();
    reply
}

/// What has become of an object of the kind; one that is not well fails the call and keeps its
/// state.
pub(super) fn outcome(
    kind: &dyn Child,
    outcome: Result<Outcome>,
    reported: &Reported,
) -> Result<Outcome, Status> {
    match outcome {
        Ok(Outcome { id, state, trouble: Some(trouble) }) => {
            let (inputs, outputs) = kind.property_names();
            let repeated = |name: &str| {
                !outputs.contains(&name) && (inputs.contains(&name) || COMMON.contains(&name))
            };
            Err(status::init_failed(&id, state, repeated, &reported.once(trouble)))
        }
        Ok(outcome) => Ok(outcome),
        Err(error) => Err(status::status(&reported.once(error))),
    }
}

/// What a refresh or import found; an empty id says that there is nothing.
pub(super) fn read(
    found: Result<Option<Found>>,
    reported: &Reported,
) -> Result<ReadResponse, Status> {
    match found {
        Ok(Some(Found { id, state, inputs })) => Ok(ReadResponse {
            id,
            properties: Some(convert::write(state)),
            inputs: Some(convert::write(inputs)),
        }),
        Ok(None) => Ok(ReadResponse::default()),
        Err(error) => Err(status::status(&reported.once(error))),
    }
}
