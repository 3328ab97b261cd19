//! From what a program gives to inputs that are right: read by their types, then held against all
//! rules.

use super::Options;
use super::args::Args;
use super::peers::PEERS;
use super::rules::{self, Place};
use crate::error::{Error, Problem, Result};
use crate::property::words::is_choice;
use crate::property::{Envelope, Map, Value, decode_plain};
use crate::resource::Secrets;

/// Inputs that are objects of further inputs.
pub(super) const GROUPS: [&str; 7] = [
    "containerHealthCheck",
    "loadBalancer",
    "healthCheck",
    "deployment",
    "repository",
    "autoscaling",
    "monitoring",
];

const CLIENTS: &str = "allowedCidrBlocks";
const NUMBER_UNKNOWN: &str = "How many blocks there are must be known in the preview. Give a list: its \
    members may be outputs of resources that are still to be made, such as `[vpc.cidrBlock]`.";

impl Args {
    /// Reads the inputs and checks all rules for a service at this place: what is wrong is told
    /// all at once. Secrecy comes down to the members of what is secret, and is told to nobody.
    ///
    /// # Errors
    /// Every wrong input, by its path.
    pub fn read(inputs: &Map, place: &Place<'_>) -> Result<Self> {
        let whole = inputs;
        let mut inputs: Map = inputs
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().secret_to_the_leaves()))
            .collect();
        for group in GROUPS {
            if let Some(value) = inputs.remove(group) {
                inputs.insert(group.to_owned(), opened(value));
            }
        }
        let mut problems = Vec::new();
        // A list whose members may be outputs: only how many there are decides anything.
        if inputs.get(CLIENTS).is_some_and(|blocks| blocks.known().is_none()) {
            inputs.remove(CLIENTS);
            problems.push(Problem::new(CLIENTS, NUMBER_UNKNOWN));
        }
        let (args, wrong): (Option<Self>, _) = decode_plain(&inputs, PEERS);
        problems.extend(wrong);
        // A word that is no choice is as good as none for the rules on the other inputs.
        let readable = problems.iter().all(|it| is_choice(it) && it.path != "preset");
        if let Some(args) = args.as_ref().filter(|_| readable) {
            problems.extend(rules::problems(args, place));
        }
        match args {
            Some(args) if problems.is_empty() => Ok(args),
            _ => Err(Error::input(Secrets::of(&[whole]).hush_problems(problems, whole))),
        }
    }

    /// What works but may not be meant, the options too, less what is silenced.
    #[must_use]
    pub fn warnings(&self, options: &Options) -> Vec<String> {
        rules::warnings(self, options.warnings())
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
