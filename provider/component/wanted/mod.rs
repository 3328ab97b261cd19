//! Inputs with every default decided: what each child is asked for.
//!
//! One file for each part of the service, as the rules have it.

mod balancer;
mod container;
mod network;
mod operations;
mod service;

pub(super) use container::ImageToRun;
pub(super) use network::{health_port, is_dualstack, security_group};
pub(super) use operations::Watched;
pub(super) use service::{Ways, resource_label};

use super::args::{Args, List};
use super::presets::Defaults;
use crate::property::{Output, Property};

/// The inputs, and what holds where they say nothing.
pub(super) struct Wanted {
    pub args: Args,
    defaults: Defaults,
}

impl From<Args> for Wanted {
    fn from(args: Args) -> Self {
        let defaults = Defaults::of(args.preset);
        Self { args, defaults }
    }
}

/// The value given, or the default.
fn or<T: Property>(given: Option<&Output<T>>, default: impl Into<Output<T>>) -> Output<T> {
    given.cloned().unwrap_or_else(|| default.into())
}

/// A known list as a list of outputs.
fn spread(list: Output<Vec<String>>) -> List {
    list.map(|members| members.into_iter().map(Output::from).collect())
}
