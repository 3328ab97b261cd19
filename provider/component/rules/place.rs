//! Rules on the place: what a service names must stand in its own region.

use std::collections::BTreeMap;

use super::{Complaints, known};
use crate::component::Named;
use crate::component::args::Args;
use crate::property::Output;
use crate::resource::{Arn, naming};

/// Where a service is made, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The region, such as `eu-west-1`.
    pub region: Option<&'a str>,
    /// The tags that everything gets beside the service's own, the owner's aside.
    pub tags: Option<&'a BTreeMap<String, Output<String>>>,
    /// The names of this run's components, and how this one is told apart from the others.
    pub named: Option<(&'a Named, &'a str)>,
}

pub(super) fn name(args: &Args, place: &Place<'_>, found: &mut Complaints) {
    found.check("name", args.name.as_ref(), |name| {
        naming::complain(name).or_else(|| {
            let (named, component) = place.named?;
            named.give(name, component)
        })
    });
}

/// Balancers, clusters, logs, repositories and alarms know nothing of other regions: ELB says
/// `CertificateNotFound`, ECS `ClusterNotFoundException`, ECR and CloudWatch Logs want a key "in the
/// same Region", CloudWatch "Invalid region … specified" (API references).
pub(super) fn regions(args: &Args, place: &Place<'_>, found: &mut Complaints) {
    let Some(region) = place.region else { return };
    let mut same = |path: &str, arn: Option<&Output<String>>| {
        found.check(path, arn, |arn| {
            let theirs = Arn::read(arn)?.region;
            (!theirs.is_empty() && theirs != region).then(|| {
                format!(
                    "It is in {theirs}, but the service is made in {region}. Give one of {region}."
                )
            })
        });
    };
    same("certificateArn", args.certificate_arn.as_ref());
    same("clusterArn", args.cluster_arn.as_ref());
    same("logKmsKeyId", args.log_kms_key_id.as_ref());
    let repository = args.repository.as_ref();
    same("repository.kmsKeyArn", repository.and_then(|it| it.kms_key_arn.as_ref()));
    let actions = args.monitoring.as_ref().and_then(|it| it.alarm_actions.as_ref());
    for (index, action) in known(actions).into_iter().flatten().enumerate() {
        same(&format!("monitoring.alarmActions[{index}]"), Some(action));
    }
}
