//! Where a service is made, as far as it is known.

use std::collections::BTreeMap;

use super::claimed_names::ClaimedNames;
use crate::property::Output;

/// Where a service is made, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The region, such as `eu-west-1`.
    pub region: Option<&'a str>,
    /// The tags that everything gets beside the service's own, the owner's aside.
    pub tags: Option<&'a BTreeMap<String, Output<String>>>,
    /// The names of this run's components, and how this one is told apart from the others.
    pub claimed: Option<(&'a ClaimedNames, &'a str)>,
}
