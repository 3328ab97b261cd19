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
mod shown;
mod warnings;

use super::args::Args;
use crate::error::Problem;
use crate::property::Output;
use crate::resource::Arn;

pub use place::Place;
pub(super) use warnings::{Unmeant, warnings};

/// Everything that is wrong with a service at this place.
pub(super) fn problems(args: &Args, place: &Place<'_>) -> Vec<Problem> {
    let mut found = Complaints::default();
    shown::shown(args, &mut found);
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

#[derive(Default)]
struct Complaints(Vec<Problem>);

impl Complaints {
    /// Adds a complaint that repeats nothing of what was given: a text of ours has no place for it.
    fn add(&mut self, path: &str, reason: &'static str) {
        self.0.push(Problem::new(path, reason));
    }

    /// Adds the complaint about a known value; one about a secret is told without the value.
    fn check<T>(
        &mut self,
        path: &str,
        value: Option<&Output<T>>,
        complain: impl FnOnce(&T) -> Option<String>,
    ) {
        self.check_or(path, value, "The value, which is secret, is not allowed here.", complain);
    }

    /// The same, with what is said when the value is secret.
    fn check_or<T>(
        &mut self,
        path: &str,
        value: Option<&Output<T>>,
        secretly: &'static str,
        complain: impl FnOnce(&T) -> Option<String>,
    ) {
        let Some(output) = value else { return };
        let Some(reason) = output.known().and_then(complain) else { return };
        let secret = output.is_secret();
        if secret && self.0.iter().any(|it| it.secret && it.path == path) {
            return;
        }
        let reason = if secret { secretly.to_owned() } else { reason };
        self.0.push(Problem { secret, ..Problem::new(path, reason) });
    }

    /// A secret where AWS shows it to many: it is refused, with where it belongs.
    fn shown<T>(&mut self, path: &str, value: Option<&Output<T>>, why: &'static str) {
        if value.is_some_and(Output::is_secret) {
            self.0.push(Problem { secret: true, ..Problem::new(path, why) });
        }
    }

    /// An input that is given although it has no effect: nothing is silently ignored.
    fn useless(&mut self, path: &str, given: bool, why: &'static str) {
        if given {
            let reason = format!("It has no effect, since {why}. Leave it out, or change that.");
            self.0.push(Problem::new(path, reason));
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

/// A member's path in Pulumi's syntax.
fn member(map: &str, name: &str) -> String {
    use crate::property::path::{Key, render_path};
    render_path(&[Key::Name(map.to_owned()), Key::Name(name.to_owned())])
}

fn prefixed(id: &str, prefix: &str, what: &str) -> Option<String> {
    (!id.starts_with(prefix))
        .then(|| format!("\"{id}\" is not the id of {what}: it begins with `{prefix}`."))
}

/// Members of a list that are known, each with its index.
fn members<T>(list: Option<&Output<Vec<Output<T>>>>) -> impl Iterator<Item = (usize, &Output<T>)> {
    known(list).into_iter().flatten().enumerate()
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
