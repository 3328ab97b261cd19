//! Rules on inputs: everything that AWS would refuse later, said now, all at once.
//!
//! A rule looks at what is known and lets the unknown pass; the update checks again. Limits are
//! AWS's; the section of its documentation stands in the inputs' descriptions.

mod balancer;
mod container;
mod image;
mod network;
mod operations;
mod place;
mod service;

use super::args::Args;
use super::presets::{Defaults, Preset};
use crate::error::Problem;
use crate::property::Output;
use crate::property::words::choices;
use crate::resource::Arn;

pub use place::Place;

/// Everything that is wrong with a service at this place.
pub(super) fn problems(args: &Args, place: &Place<'_>) -> Vec<Problem> {
    let mut found = Complaints::default();
    container::container(args, &mut found);
    balancer::balancer(args, &mut found);
    network::network(args, &mut found);
    service::service(args, &mut found);
    service::repository(args, &mut found);
    service::scaling(args, &mut found);
    operations::operations(args, &mut found);
    operations::permissions(args, &mut found);
    operations::tags(args, place, &mut found);
    place::name(args, place, &mut found);
    place::regions(args, place, &mut found);
    found.0
}

/// What works but may not be meant.
pub(super) fn warnings(args: &Args) -> Vec<String> {
    let defaults = Defaults::of(args.preset);
    let mut warnings = Vec::new();
    let scales =
        args.autoscaling.as_ref().and_then(|it| it.enabled).unwrap_or(defaults.autoscaling);
    let minimum = args.autoscaling.as_ref().and_then(|it| it.min_capacity.as_ref());
    let tasks = if scales {
        known(minimum).copied().unwrap_or(defaults.min_capacity)
    } else {
        known(args.desired_count.as_ref()).copied().unwrap_or(defaults.desired_count)
    };
    if tasks == 1 && args.preset != Some(Preset::Dev) {
        warnings.push(
            "Only one task is sure to run: when it crashes or its zone fails, nobody serves until another \
             has started."
                .to_owned(),
        );
    }
    if args.certificate_arn.is_none() && args.preset != Some(Preset::Dev) {
        warnings.push(
            "The service speaks plain HTTP. Give a `certificateArn` to serve HTTPS.".to_owned(),
        );
    }
    if args.allowed_cidr_blocks.as_ref().is_some_and(Vec::is_empty) {
        warnings.push(
            "`allowedCidrBlocks` is empty: nobody reaches the service until you add rules to the \
             security group `albSecurityGroupId`."
                .to_owned(),
        );
    }
    warnings.extend(network::warn_of_rules(args));
    match (known(args.assign_public_ip.as_ref()), args.private_subnet_ids.is_some()) {
        (Some(true), true) => warnings.push(
            "`assignPublicIp` is true, but the tasks run in `privateSubnetIds`: an address is of \
             no use there without a route to an internet gateway."
                .to_owned(),
        ),
        (Some(false), false) => warnings.push(
            "`assignPublicIp` is false, and the tasks run in public subnets: they reach the \
             registry and the logs only by VPC endpoints. Without those no task starts."
                .to_owned(),
        ),
        _ => {}
    }
    warnings.extend(image::latest_that_cannot_move(args));
    if known(args.wait_for_steady_state.as_ref()) == Some(&false) {
        warnings.push(
            "`waitForSteadyState` is false: this run does not tell whether the tasks start."
                .to_owned(),
        );
    }
    warnings
}

#[derive(Default)]
struct Complaints(Vec<Problem>);

impl Complaints {
    fn add(&mut self, path: &str, reason: impl Into<String>) {
        self.0.push(Problem::new(path, reason));
    }

    /// Adds the complaint about a known value; one about a secret is told without the value.
    fn check<T>(
        &mut self,
        path: &str,
        value: Option<&Output<T>>,
        complain: impl FnOnce(&T) -> Option<String>,
    ) {
        self.0.extend(value.and_then(|value| value.complain(path, complain)));
    }

    /// An input that is given although it has no effect: nothing is silently ignored.
    fn useless(&mut self, path: &str, given: bool, why: &str) {
        if given {
            self.add(path, format!("It has no effect, since {why}. Leave it out, or change that."));
        }
    }

    fn range(
        &mut self,
        path: &str,
        value: Option<&Output<u32>>,
        least: u32,
        most: u32,
        unit: &str,
    ) {
        self.check(path, value, |number| {
            (!(least..=most).contains(number))
                .then(|| format!("{number} is out of range: {least} to {most}{unit} are allowed."))
        });
    }

    fn one_of(&mut self, path: &str, value: Option<&Output<String>>, allowed: &[&str]) {
        self.check(path, value, |text| {
            (!allowed.contains(&text.as_str())).then(|| choices(text, allowed))
        });
    }

    fn arn(&mut self, path: &str, value: Option<&Output<String>>, thing: Thing) {
        self.check(path, value, |text| complain_of_arn(text, thing));
    }
}

fn known<T>(value: Option<&Output<T>>) -> Option<&T> {
    value.and_then(Output::known)
}

/// A kind of thing that an ARN names: its words, the service, and how its resource begins.
type Thing = (&'static str, &'static str, &'static [&'static str]);

const CERTIFICATE: Thing = ("an ACM certificate", "acm", &["certificate/"]);
const CLUSTER: Thing = ("an ECS cluster", "ecs", &["cluster/"]);
const ROLE: Thing = ("an IAM role", "iam", &["role/"]);
const POLICY: Thing = ("an IAM policy", "iam", &["policy/"]);
const KEY: Thing = ("a KMS key", "kms", &["key/"]);
const SECRET: Thing = ("a Secrets Manager secret", "secretsmanager", &["secret:"]);
const PARAMETER: Thing = ("a parameter", "ssm", &["parameter/"]);

fn complain_of_arn(text: &str, (words, service, kinds): Thing) -> Option<String> {
    let names_one = |arn: Arn<'_>| {
        let of_kind =
            |kind: &&str| arn.resource.len() > kind.len() && arn.resource.starts_with(kind);
        arn.service == service && kinds.iter().any(of_kind)
    };
    let fits = Arn::read(text).is_some_and(names_one);
    if let Some(alias) = alias_of_a_key(text).filter(|_| service == "kms") {
        return Some(format!(
            "\"{text}\" names an alias, and AWS keeps the key that it stands for now. Give the ARN of \
             the key: `aws kms describe-key --key-id {alias} --query KeyMetadata.Arn` tells it."
        ));
    }
    let place = if service == "iam" { ":123456789012:" } else { "eu-west-1:123456789012:" };
    (!fits).then(|| {
        format!(
            "\"{text}\" is not the ARN of {words}, such as `arn:aws:{service}:{place}{}…`.",
            kinds[0]
        )
    })
}

/// The alias that this ARN or word names. ECR tells the key instead, which would be another one than
/// asked for (cloudposse/terraform-aws-ecr#85); CloudWatch Logs refuses it.
fn alias_of_a_key(text: &str) -> Option<&str> {
    let name = Arn::read(text).map_or(text, |arn| arn.resource);
    name.starts_with("alias/").then_some(name)
}

const SECRET_IN_ENVIRONMENT: &str = "The value is secret, but environment variables are readable \
    by everyone who may see the task definition. Put it into Secrets Manager and name its ARN under \
    `secrets`.";

/// A member's path in Pulumi's syntax.
fn member(map: &str, name: &str) -> String {
    use crate::property::path::{Key, render_path};
    render_path(&[Key::Name(map.to_owned()), Key::Name(name.to_owned())])
}

fn prefixed(id: &str, prefix: &str, what: &str) -> Option<String> {
    (!id.starts_with(prefix))
        .then(|| format!("\"{id}\" is not the id of {what}: it begins with `{prefix}`."))
}

fn count(number: usize) -> String {
    match number {
        0 => "None is".to_owned(),
        1 => "One is".to_owned(),
        n => format!("{n} are"),
    }
}

#[cfg(test)]
mod tests;
