//! The component as the parent of its children: one after another is registered, and whoever needs
//! its outputs waits for it.

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::options::{Options, of_child};
use crate::error::Result;
use crate::property::Wire;
use crate::resource::{Changes, Resource, Scope, register};

/// A child that is being made, for all who need its outputs.
type Pending<'a, T> = Shared<BoxFuture<'a, Result<T>>>;

pub(super) fn pending<'a, T: Clone + Send + Sync + 'a>(
    work: impl Future<Output = Result<T>> + Send + 'a,
) -> Pending<'a, T> {
    work.boxed().shared()
}

/// The component, as the parent of its children.
pub(super) struct Parent<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) options: Options,
}

impl Parent<'_> {
    pub(super) async fn make<R: Resource>(
        &self,
        part: &str,
        inputs: R::Inputs<Wire>,
    ) -> Result<R::Outputs<Wire>> {
        let changes = Changes {
            ignored: of_child(&self.options.ignore_changes, part),
            replacing: of_child(&self.options.replace_on_changes, part),
        };
        register::<R>(&self.scope, part, inputs, changes).await
    }
}
