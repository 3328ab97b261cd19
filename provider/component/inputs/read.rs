//! From the tree that a program gives to the types of the slices.

use crate::component::inputs::declare::Fact;
use crate::component::inputs::other_tools::hint;
use crate::error::Problem;
use crate::property::words::{unknown_property, without_spelling};
use crate::property::{Envelope, IntoMap, Map, Value, decode_plain};

const CLIENTS: &str = "allowedCidrBlocks";
/// Groups that may be written as a text or a truth value, which is this member of theirs, and of which type that is.
pub(in crate::component) const SHORT: [(&str, &str, &str); 5] = [
    ("build", "context", "string"),
    ("deployment.rollbackAlarms", "own", "boolean"),
    ("loadBalancer.accessLogs", "own", "boolean"),
    ("loadBalancer.connectionLogs", "own", "boolean"),
    ("loadBalancer.healthCheckLogs", "own", "boolean"),
];
const VARIABLES_UNKNOWN: &str = "Which variables there are must be known in the preview. Use a map: its \
    values may be outputs of resources that are not created yet, such as `{KEY: password.result}`.";
const NO_VARIABLES: &str =
    "Expected a map from variables to their values, such as `{DB_PASSWORD: …}`.";
const NUMBER_UNKNOWN: &str = "How many blocks there are must be known in the preview. Use a list: its \
    members may be outputs of resources that are not created yet, such as `[vpc.cidrBlock]`.";

/// What is read so far: each slice takes its own, and what is left over is no input.
pub(in crate::component) struct Reading {
    inputs: Map,
    peers: Vec<(&'static str, String)>,
    problems: Vec<Problem>,
}

impl Reading {
    /// Secrecy comes down to the members, and groups come out of their envelopes.
    pub(in crate::component) fn of(inputs: &Map, facts: Vec<Fact>) -> Self {
        let mut inputs: Map = inputs
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().secret_to_the_leaves()))
            .into_map();
        for (group, name, _) in SHORT {
            if let Some(value) = at(&mut inputs, group) {
                *value = spelled_out(std::mem::replace(value, Value::Null), name);
            }
        }
        let mut peers = Vec::new();
        let mut problems = Vec::new();
        for fact in facts {
            if fact.is_hidden
                && let Some(value) = inputs.remove(&fact.path)
            {
                match value.known() {
                    Some(Value::Map(_)) => {
                        inputs.insert(fact.path.clone(), opened(value));
                    }
                    Some(_) => problems.push(Problem::new(&*fact.path, NO_VARIABLES)),
                    None => problems.push(Problem::new(&*fact.path, VARIABLES_UNKNOWN)),
                }
            }
            if let Some(value) = inputs.get_mut(&fact.path).filter(|_| fact.is_group) {
                *value = opened(std::mem::replace(value, Value::Null));
            }
            peers.extend(fact.peers.iter().map(|theirs| (*theirs, fact.path.clone())));
        }
        // A list whose members may be outputs: only how many there are decides anything.
        if inputs.get(CLIENTS).is_some_and(|blocks| blocks.known().is_none()) {
            inputs.remove(CLIENTS);
            problems.push(Problem::new(CLIENTS, NUMBER_UNKNOWN));
        }
        Self { inputs, peers, problems }
    }

    /// The slice with the inputs of these names; `None` if there is nothing that can be read.
    pub(in crate::component) fn take<T: serde::de::DeserializeOwned>(
        &mut self,
        names: &[&str],
    ) -> Option<T> {
        let own = names.iter().filter_map(|name| self.inputs.remove_entry(*name)).into_map();
        let (read, wrong) = decode_plain(&own, &self.peers);
        self.problems.extend(wrong);
        read
    }

    /// Everything that is wrong with the shape of the inputs: what no slice took too.
    pub(in crate::component) fn end(mut self, names: &[&str]) -> Vec<Problem> {
        let unknown = self.inputs.keys().map(|name| {
            let is = |it: &str| without_spelling(it) == without_spelling(name);
            let ours = names.iter().any(|it| is(it)) || self.peers.iter().any(|(it, _)| is(it));
            let hint = if ours { None } else { hint(name) };
            let problem = unknown_property(name, names, &self.peers);
            match hint {
                Some(reason) => Problem { reason, ..problem },
                None => problem,
            }
        });
        self.problems.extend(unknown);
        self.problems
    }
}

/// The value at a path, through groups that may be in envelopes.
fn at<'a>(inputs: &'a mut Map, path: &str) -> Option<&'a mut Value> {
    let Some((group, rest)) = path.split_once('.') else { return inputs.get_mut(path) };
    let group = match inputs.get_mut(group)? {
        Value::Output(envelope) => envelope.value.as_mut()?,
        plain => plain,
    };
    match group {
        Value::Map(members) => at(members, rest),
        _ => None,
    }
}

/// What is no group, as the group with that one member; anything else as it is.
fn spelled_out(value: Value, name: &str) -> Value {
    let text = match &value {
        Value::Output(envelope) => envelope.value.as_ref(),
        plain => Some(plain),
    };
    match text {
        None | Some(Value::Map(_)) => value,
        // What fits neither is reported as the member.
        Some(_) => Value::Map(Map::from([(name.to_owned(), value)])),
    }
}

/// A group that came in an envelope, without it: its members carry what the envelope said.
fn opened(value: Value) -> Value {
    let Value::Output(envelope) = value else { return value };
    match *envelope {
        Envelope { value: Some(Value::Map(members)), secret, dependencies } => {
            let shell = Envelope { value: None, secret, dependencies };
            Value::Map(members.into_iter().map(|(name, it)| (name, carry(it, &shell))).into_map())
        }
        closed => Value::Output(Box::new(closed)),
    }
}

fn carry(member: Value, shell: &Envelope) -> Value {
    if let Value::Map(members) = member {
        return Value::Map(
            members.into_iter().map(|(name, it)| (name, carry(it, shell))).into_map(),
        );
    }
    let mut envelope = member.into_envelope();
    envelope.secret |= shell.secret;
    envelope.dependencies.extend(shell.dependencies.iter().cloned());
    Value::Output(Box::new(envelope))
}
