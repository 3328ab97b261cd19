//! The component as the parent of its children: registers them, and hands the options of the component
//! down to those of their properties that they are about.

use std::sync::{Mutex, PoisonError};

use super::options::{Options, reached};
use crate::error::Result;
use crate::property::{Output, Wire, encode};
use crate::resource::owner::mark;
use crate::resource::registrar::Child;
use crate::resource::{Changes, Resource, Scope, register};

/// The component, as the parent of its children.
pub(in crate::component) struct Parent<'a> {
    scope: Scope<'a>,
    options: Options,
    /// Marks of all that was created so far.
    made: Mutex<Vec<Output<String>>>,
}

impl<'a> Parent<'a> {
    pub(in crate::component) fn new(scope: Scope<'a>, options: Options) -> Self {
        Self { scope, options, made: Mutex::default() }
    }

    /// The base name, of which all names of the service are made.
    pub(in crate::component) fn base(&self) -> Output<String> {
        self.scope.base.clone().unwrap_or_else(Output::unknown)
    }

    /// Marks of all children that are created by now.
    pub(in crate::component) fn made(&self) -> Vec<Output<String>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Registers a child, and waits until it is as asked for: its outputs.
    pub(in crate::component) async fn make<R: Resource>(
        &self,
        part: &str,
        inputs: R::Inputs<Wire>,
    ) -> Result<R::Outputs<Wire>> {
        Ok(self.child::<R>(part, inputs).await?.outputs)
    }

    /// The same, with the token of its entry in the state.
    pub(in crate::component) async fn child<R: Resource>(
        &self,
        part: &str,
        inputs: R::Inputs<Wire>,
    ) -> Result<Child<R>> {
        let child = self.register::<R>(part, inputs).await?;
        let mark = child.id.clone().map(|id| mark(R::TYPE, &id, child.token.as_deref()));
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(mark);
        Ok(child)
    }

    /// The same for one that others only have to wait for.
    pub(in crate::component) async fn register<R: Resource>(
        &self,
        part: &str,
        inputs: R::Inputs<Wire>,
    ) -> Result<Child<R>> {
        let inputs = encode(&inputs)?;
        let changes = Changes {
            ignored: reached(&self.options.ignore_changes, &inputs),
            replacing: reached(&self.options.replace_on_changes, &inputs),
        };
        register::<R>(&self.scope, part, inputs, changes).await
    }
}
