//! How the children of a service are wired: what each is asked for, and whose outputs it waits for.

pub(super) mod options;
pub(super) mod parent;
pub(super) mod protection;
pub(super) mod rehearsal;

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, try_join_all};

use super::Args;
use super::inputs::presets::Defaults;
use super::inputs::types::List;
use crate::error::Result;
use crate::property::Output;
use parent::Parent;

/// The inputs, and what the preset says where they say nothing.
pub(super) struct Wanted {
    pub(super) args: Args,
    pub(super) defaults: Defaults,
    /// The hash of what the image is built from, if it is built.
    pub(super) source: Option<Output<String>>,
}

impl From<Args> for Wanted {
    fn from(args: Args) -> Self {
        let defaults = Defaults::of(args.general.preset);
        Self { args, defaults, source: None }
    }
}

/// Where a thing comes from that a program may have already.
pub(super) enum Source {
    /// The program names it: its ARN or id.
    Given(Output<String>),
    /// The service has one of its own.
    Created,
}

impl From<Option<Output<String>>> for Source {
    fn from(given: Option<Output<String>>) -> Self {
        given.map_or(Self::Created, Self::Given)
    }
}

impl Source {
    /// Whether the service has one of its own.
    pub(super) fn is_created(&self) -> bool {
        matches!(self, Self::Created)
    }
}

/// A child that is being created, for all who need its outputs.
pub(super) type Node<'a, T> = Shared<BoxFuture<'a, Result<T>>>;

/// The children of one service, as nodes of a graph: each waits for those that it awaits, and for
/// nothing else. All of them are driven from the start, whoever awaits them.
pub(super) struct Wiring<'a> {
    pub(super) parent: &'a Parent<'a>,
    pub(super) want: &'a Wanted,
    nodes: Vec<BoxFuture<'a, Result<()>>>,
}

impl<'a> Wiring<'a> {
    pub(super) fn new(parent: &'a Parent<'a>, want: &'a Wanted) -> Self {
        Self { parent, want, nodes: Vec::new() }
    }

    /// Adds a node.
    pub(super) fn node<T: Clone + Send + Sync + 'a>(
        &mut self,
        work: impl Future<Output = Result<T>> + Send + 'a,
    ) -> Node<'a, T> {
        let node = work.boxed().shared();
        self.nodes.push(node.clone().map(|done| done.map(drop)).boxed());
        node
    }

    /// Drives all nodes until each is done.
    ///
    /// # Errors
    /// The engine's: the deployment is over.
    pub(super) async fn all(self) -> Result<()> {
        try_join_all(self.nodes).await.map(drop)
    }
}

/// A known list as a list of outputs.
pub(super) fn spread(list: Output<Vec<String>>) -> List {
    list.map(|members| members.into_iter().map(Output::from).collect())
}
