//! One file per AWS thing, in the order in which they come to life.
//!
//! Each file reads in the same order: what it is, `Inputs`, `Outputs`, what the caller must be
//! allowed, check, find, create, read, update, delete, then the mapping and the waits, then tests.
//! No child names another; the component wires them.

pub mod base_name;
pub mod cluster;
pub mod dashboard;
pub mod deletion_protection;
pub mod image;
pub mod listener;
pub mod load_balancer;
pub mod log_group;
pub mod metric_alarm;
pub mod network;
pub mod repository;
pub mod role;
pub mod scaling_policy;
pub mod scaling_target;
pub mod security_group;
pub mod security_group_rule;
pub mod service;
pub mod target_group;
pub mod task_definition;

pub mod statement;

mod container;
mod ec2_tags;
mod ecs_tags;
mod elb_tags;
mod expiry;
mod ours;
mod role_policies;

use crate::error::Result;
use crate::resource::{Child, Cx, Erased};

/// All kinds of children, in the order in which a service needs them.
pub static CHILDREN: &[&dyn Child] = &[
    &Erased::<base_name::BaseName>::NEW,
    &Erased::<network::Network>::NEW,
    &Erased::<log_group::LogGroup>::NEW,
    &Erased::<repository::Repository>::NEW,
    &Erased::<image::Image>::NEW,
    &Erased::<role::Role>::NEW,
    &Erased::<security_group::SecurityGroup>::NEW,
    &Erased::<security_group_rule::SecurityGroupRule>::NEW,
    &Erased::<cluster::Cluster>::NEW,
    &Erased::<load_balancer::LoadBalancer>::NEW,
    &Erased::<target_group::TargetGroup>::NEW,
    &Erased::<listener::Listener>::NEW,
    &Erased::<task_definition::TaskDefinition>::NEW,
    &Erased::<service::Service>::NEW,
    &Erased::<scaling_target::Target>::NEW,
    &Erased::<scaling_policy::Policy>::NEW,
    &Erased::<metric_alarm::MetricAlarm>::NEW,
    &Erased::<dashboard::Dashboard>::NEW,
    &Erased::<deletion_protection::DeletionProtection>::NEW,
];

/// The child with this type token.
#[must_use]
pub fn find(token: &str) -> Option<&'static dyn Child> {
    CHILDREN.iter().copied().find(|child| child.token() == token)
}

/// Removes whatever an interrupted run left of the service of `cx`, the last kinds first, and says
/// so. With `holding` only objects that use that object: an object is deleted after all that the
/// state knows to use it, so whoever still does is unknown to the state.
pub(crate) async fn remove_debris(cx: &Cx, holding: Option<&str>) -> Result<()> {
    for child in CHILDREN.iter().rev() {
        for id in child.sweep(cx, holding).await? {
            let told = format!("removed {id}, which an interrupted run had left behind");
            cx.journal.info(&cx.urn, &told);
        }
    }
    Ok(())
}
