//! Rules on secrets in places that AWS shows in plain text: what is written there is readable by far more
//! people than a secret is meant for.
//!
//! Names of things (ARNs, ids, images) may be secret: they are kept out of whatever we say, and lead
//! nowhere without permissions.

use super::{Complaints, known, member};
use crate::component::args::{Args, List};

const ENVIRONMENT: &str = "The value is secret, but environment variables are readable by everyone \
    who may see the task definition. Put it into Secrets Manager and name its ARN under `secrets`.";

const COMMAND: &str = "The value is secret, but the task definition shows it to everyone who may see \
    that. Put it into Secrets Manager, name its ARN under `secrets`, and let a shell fill in the \
    variable, as in `[\"sh\", \"-c\", \"exec server --key $KEY\"]`. If it is no secret, say so with \
    `pulumi.unsecret`.";

const DEFINITION: &str = "The value is secret, but the task definition shows it to everyone who may \
    see that. Give one that is no secret; what the application must keep to itself belongs under \
    `secrets`.";

const PATH: &str = "The value is secret, but the target group shows it to everyone who may see that, \
    and the load balancer sends it unencrypted. Let the application answer health checks without a \
    secret.";

const TAG: &str = "The value is secret, but tags are readable by everyone who may see the objects, and \
    stand in bills. Give one that is no secret, or leave the tag out.";

pub(super) fn shown(args: &Args, found: &mut Complaints) {
    for (map, values, why) in
        [("environment", &args.environment, ENVIRONMENT), ("tags", &args.tags, TAG)]
    {
        found.shown(map, values.as_ref(), why);
        let members = values.as_ref().filter(|values| !values.is_secret());
        for (name, value) in known(members).into_iter().flatten() {
            found.shown(&member(map, name), Some(value), why);
        }
    }
    let check = args.container_health_check.as_ref();
    for (path, list) in [
        ("command", args.command.as_ref()),
        ("entryPoint", args.entry_point.as_ref()),
        ("containerHealthCheck.command", check.and_then(|it| it.command.as_ref())),
    ] {
        words(path, list, found);
    }
    found.shown("user", args.user.as_ref(), DEFINITION);
    found.shown("workingDirectory", args.working_directory.as_ref(), DEFINITION);
    let path = args.health_check.as_ref().and_then(|it| it.path.as_ref());
    found.shown("healthCheck.path", path, PATH);
}

/// It is told once: as a whole if all of it is secret, else by the words that are.
fn words(path: &str, list: Option<&List>, found: &mut Complaints) {
    found.shown(path, list, COMMAND);
    if list.is_some_and(|list| !list.is_secret()) {
        for (index, word) in super::members(list) {
            found.shown(&format!("{path}[{index}]"), Some(word), COMMAND);
        }
    }
}
