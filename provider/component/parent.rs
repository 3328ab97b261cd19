//! The component as the parent of its children: one after another is registered, and whoever needs
//! its outputs waits for it.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

use super::options::{Options, of_child};
use crate::error::Result;
use crate::property::{Output, Wire};
use crate::resource::owner::mark;
use crate::resource::registrar::Child;
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
    /// Marks of all that was made so far.
    made: Mutex<Vec<Output<String>>>,
}

impl<'a> Parent<'a> {
    pub(super) fn new(scope: Scope<'a>, options: Options) -> Self {
        Self { scope, options, made: Mutex::default() }
    }

    /// Marks of all children that are made by now.
    pub(super) fn made(&self) -> Vec<Output<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Registers a child, and waits until it is as asked for: its outputs.
    pub(super) async fn make<R: Resource>(
        &self,
        part: &str,
        inputs: R::Inputs<Wire>,
    ) -> Result<R::Outputs<Wire>> {
        let child = self.register::<R>(part, inputs).await?;
        self.made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(child.id.map(|id| mark(R::TYPE, &id, child.token.as_deref())));
        Ok(child.outputs)
    }

    /// The same for one that others only have to wait for.
    pub(super) async fn register<R: Resource>(
        &self,
        part: &str,
        inputs: R::Inputs<Wire>,
    ) -> Result<Child<R>> {
        let changes = Changes {
            ignored: of_child(&self.options.ignore_changes, part),
            replacing: of_child(&self.options.replace_on_changes, part),
        };
        register::<R>(&self.scope, part, inputs, changes).await
    }
}
