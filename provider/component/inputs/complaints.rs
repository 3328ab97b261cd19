//! What is wrong with inputs: everything that AWS would refuse later, said now, all at once.
//!
//! A rule looks at what is known and lets the unknown pass; the update checks again. The rules on
//! one input are in its declaration (`declare.rs`), those on several in the slice's `rules.rs`; the
//! source of a limit is beside it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;

use super::place::Place;
use crate::component::inputs::types::{Dict, List};
use crate::error::Problem;
use crate::property::Output;
use crate::property::path::{Key, render_path};
use crate::resource::Arn;

/// Everything that is wrong, as far as it was found.
#[derive(Default)]
pub(in crate::component) struct Complaints(Vec<Problem>);

impl Complaints {
    /// All that was found.
    pub(in crate::component) fn end(self) -> Vec<Problem> {
        self.0
    }

    /// What is wrong with a group of inputs that is declared below `declared`, and is below `prefix` here.
    pub(in crate::component) fn within(
        &mut self,
        prefix: &str,
        declared: &str,
        look: impl FnOnce(&mut Self),
    ) {
        let mut inner = Self::default();
        look(&mut inner);
        self.0.extend(inner.0.into_iter().map(|it| {
            let path = it.path.strip_prefix(declared).unwrap_or(&it.path);
            Problem { path: format!("{prefix}{path}"), ..it }
        }));
    }

    /// Adds a complaint that repeats nothing of what was given: a text of ours has no place for it.
    pub(in crate::component) fn add(&mut self, path: &str, reason: &'static str) {
        self.0.push(Problem::new(path, reason));
    }

    /// Adds the complaint about a known value; one about a secret is told without the value.
    pub(in crate::component) fn check<T>(
        &mut self,
        path: &str,
        value: Option<&Output<T>>,
        complain: impl FnOnce(&T) -> Option<String>,
    ) {
        self.check_or(path, value, "The value, which is secret, is not allowed here.", complain);
    }

    /// The same, with what is said when the value is secret.
    pub(in crate::component) fn check_or<T>(
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

    /// The same for each known member of a list.
    pub(in crate::component) fn each<T>(
        &mut self,
        path: &str,
        list: &Output<Vec<Output<T>>>,
        complain: impl Fn(&T) -> Option<String>,
    ) {
        for (index, member) in members(Some(list)) {
            self.check(&format!("{path}[{index}]"), Some(member), &complain);
        }
    }

    /// A number that is out of its limits, and is not what is allowed beside them.
    pub(in crate::component) fn range<T: PartialOrd + Display + Copy>(
        &mut self,
        path: &str,
        value: &Output<T>,
        limits: RangeInclusive<T>,
        unit: &str,
        also: Option<T>,
    ) {
        let (least, most) = limits.into_inner();
        self.check(path, Some(value), |number| {
            let fits = (*number >= least && *number <= most) || also == Some(*number);
            let also = also.map(|also| format!("{also}, or ")).unwrap_or_default();
            (!fits).then(|| {
                format!("{number} is out of range: {also}{least} to {most}{unit} are allowed.")
            })
        });
    }

    /// A secret where AWS shows it to many: it is refused, with where it belongs. Names of things (ARNs,
    /// ids, images) may be secret: they are kept out of whatever we say, and lead nowhere without
    /// permissions.
    pub(in crate::component) fn shown(
        &mut self,
        path: &str,
        value: &impl SecretsWithin,
        why: &'static str,
    ) {
        for secret in value.secrets_within(path) {
            self.0.push(Problem { secret: true, ..Problem::new(secret, why) });
        }
    }

    /// An input that is given although it has no effect: nothing is silently ignored.
    pub(in crate::component) fn useless(&mut self, path: &str, given: bool, why: &'static str) {
        if given {
            let reason =
                format!("It has no effect because {why}. Remove it, or change that setting.");
            self.0.push(Problem::new(path, reason));
        }
    }

    /// The ARN of something that must be in the service's region: balancers, clusters, logs, repositories
    /// and alarms know nothing of other regions. ELB says `CertificateNotFound`, ECS
    /// `ClusterNotFoundException`, ECR and CloudWatch Logs want a key "in the same Region", CloudWatch
    /// "Invalid region … specified" (API references).
    pub(in crate::component) fn same_region(
        &mut self,
        path: &str,
        arn: &Output<String>,
        place: &Place<'_>,
    ) {
        let Some(region) = place.region else { return };
        self.check(path, Some(arn), |arn| {
            let theirs = Arn::read(arn)?.region;
            (!theirs.is_empty() && theirs != region).then(|| {
                format!(
                    "It is in {theirs}, but the service is deployed to {region}. Use one in {region}."
                )
            })
        });
    }

    /// The same for each member of a list.
    pub(in crate::component) fn each_in_same_region(
        &mut self,
        path: &str,
        arns: &List,
        place: &Place<'_>,
    ) {
        for (index, arn) in members(Some(arns)) {
            self.same_region(&format!("{path}[{index}]"), arn, place);
        }
    }
}

/// Where in a value secrets are: said once, as a whole if all of it is secret, else by the members that
/// are.
pub(in crate::component) trait SecretsWithin {
    /// The paths of what is secret.
    fn secrets_within(&self, path: &str) -> Vec<String>;
}

impl SecretsWithin for Output<String> {
    fn secrets_within(&self, path: &str) -> Vec<String> {
        if self.is_secret() { vec![path.to_owned()] } else { Vec::new() }
    }
}

impl SecretsWithin for List {
    fn secrets_within(&self, path: &str) -> Vec<String> {
        if self.is_secret() {
            return vec![path.to_owned()];
        }
        let secret = members(Some(self)).filter(|(_, member)| member.is_secret());
        secret.map(|(index, _)| format!("{path}[{index}]")).collect()
    }
}

impl SecretsWithin for Dict {
    fn secrets_within(&self, path: &str) -> Vec<String> {
        if self.is_secret() {
            return vec![path.to_owned()];
        }
        let none = BTreeMap::new();
        let secret = self.known().unwrap_or(&none).iter().filter(|(_, value)| value.is_secret());
        secret.map(|(name, _)| member(path, name)).collect()
    }
}

/// The value, if it is given and known.
pub(in crate::component) fn known<T>(value: Option<&Output<T>>) -> Option<&T> {
    value.and_then(Output::known)
}

/// A member's path in Pulumi's syntax.
pub(in crate::component) fn member(map: &str, name: &str) -> String {
    let of = map.split('.').map(|key| Key::Name(key.to_owned()));
    render_path(&of.chain([Key::Name(name.to_owned())]).collect::<Vec<_>>())
}

/// Members of a list that are known, each with its index.
pub(in crate::component) fn members<T>(
    list: Option<&Output<Vec<Output<T>>>>,
) -> impl Iterator<Item = (usize, &Output<T>)> {
    known(list).into_iter().flatten().enumerate()
}

/// `None is`, `One is`, `7 are`.
pub(in crate::component) fn count(number: usize) -> String {
    match number {
        0 => "None is".to_owned(),
        1 => "One is".to_owned(),
        n => format!("{n} are"),
    }
}
