//! From what a program gives to inputs that are right: read by their types, then held against all
//! rules.

use super::args::Args;
use super::peers::PEERS;
use super::rules::{self, Place};
use crate::error::{Error, Result};
use crate::property::{Envelope, Map, Value, decode_plain};

/// Inputs that are objects of further inputs.
pub(super) const GROUPS: [&str; 6] = [
    "containerHealthCheck",
    "healthCheck",
    "deployment",
    "repository",
    "autoscaling",
    "monitoring",
];

impl Args {
    /// Reads the inputs and checks all rules for a service at this place: what is wrong is told
    /// all at once.
    ///
    /// # Errors
    /// Every wrong input, by its path.
    pub fn read(inputs: &Map, place: &Place<'_>) -> Result<Self> {
        let mut inputs = inputs.clone();
        for group in GROUPS {
            if let Some(value) = inputs.remove(group) {
                inputs.insert(group.to_owned(), opened(value));
            }
        }
        let args: Self = decode_plain(&inputs, PEERS).map_err(Error::input)?;
        let problems = rules::problems(&args, place);
        if problems.is_empty() { Ok(args) } else { Err(Error::input(problems)) }
    }

    /// What works but may not be meant.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        rules::warnings(self)
    }
}

/// A group that came in an envelope, without it: its members carry what the envelope said.
fn opened(value: Value) -> Value {
    let Value::Output(envelope) = value else { return value };
    match *envelope {
        Envelope { value: Some(Value::Map(members)), secret, dependencies } => {
            let shell = Envelope { value: None, secret, dependencies };
            Value::Map(members.into_iter().map(|(name, it)| (name, carry(it, &shell))).collect())
        }
        closed => Value::Output(Box::new(closed)),
    }
}

fn carry(member: Value, shell: &Envelope) -> Value {
    if let Value::Map(members) = member {
        return Value::Map(
            members.into_iter().map(|(name, it)| (name, carry(it, shell))).collect(),
        );
    }
    let mut envelope = member.into_envelope();
    envelope.secret |= shell.secret;
    envelope.dependencies.extend(shell.dependencies.iter().cloned());
    Value::Output(Box::new(envelope))
}
