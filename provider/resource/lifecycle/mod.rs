//! Check, diff, create, read, update and delete for any [`Resource`]; previews are decided here.
//!
//! Trees come in and trees go out: a child sees typed, known values only. The state of a child is
//! its inputs as they were received (so that what came in secret stays secret), its outputs laid
//! over them, and two marks of ours: the owner's token, and whether the object is unsettled.

use std::collections::BTreeSet;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

mod create;
mod delete;
mod kind;
mod operations;
mod preview;
mod read;
mod redacted;
mod state;
mod update;

pub use self::delete::remove_debris;
use self::delete::sweep;
use self::state::split;
pub use self::state::{COMMON, TOKEN};
pub use self::update::REFRESH;
use super::{Asked, Cx, Journal, KnownInRun, Permission, Resource};
use crate::aws::Account;
use crate::error::{Error, Result};
use crate::property::diff::Change;
use crate::property::field_names::names_of;
use crate::property::{Map, Plain, Wire, decode, encode};

/// A future behind a pointer: what a table of children of many types needs.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Where and for whom a child acts, as the engine says.
#[derive(Clone)]
pub struct Site {
    pub account: Account,
    pub urn: String,
    /// The child's name in the program.
    pub name: String,
    /// The user's own limit for the operation.
    pub timeout: Option<Duration>,
    pub cancelled: CancellationToken,
    /// What this run knows of base names so far.
    pub names: KnownInRun,
    /// All kinds of children, in the order in which a service needs them: what a sweep goes through.
    pub kinds: &'static [&'static dyn Child],
    pub journal: Arc<dyn Journal>,
}

/// What has become of an object.
#[derive(Debug)]
pub struct Outcome {
    /// Empty in the preview of a create.
    pub id: String,
    pub state: Map,
    /// It exists but is not well: keep the state, and fail with this.
    pub trouble: Option<Error>,
}

/// What a refresh or an import found.
#[derive(Debug)]
pub struct Found {
    pub id: String,
    pub state: Map,
    pub inputs: Map,
}

/// Which objects of a service a sweep takes.
#[derive(Clone, Copy)]
pub enum Swept<'a> {
    /// Those whose inputs name this object: they prevent its delete.
    Holding(&'a str),
    /// All but those that are kept, as this says of their [marks](crate::resource::owner::mark).
    But(&'a (dyn Fn(&str) -> bool + Sync)),
    /// The service goes, and what the state still had of it is gone: all but those of which, as this
    /// says of their marks, the state had an entry once. The engine did not have them deleted.
    Last(&'a (dyn Fn(&str) -> bool + Sync)),
}

/// What an update would do.
#[derive(Debug, Default)]
pub struct Difference {
    pub changes: Vec<Change>,
    /// Changed properties that AWS cannot change in place.
    pub replaces: BTreeSet<String>,
    /// Outputs that would change although no input did.
    pub stale: Vec<&'static str>,
    /// Outputs that keep their value in an update.
    pub stables: Vec<&'static str>,
    pub delete_before_replace: bool,
}

/// One kind of child, whatever its types are.
pub trait Child: Send + Sync {
    /// The type token.
    fn token(&self) -> &'static str;
    /// Checked inputs, or everything that is wrong with them.
    fn check(&self, news: Map, asked: &Asked<'_>) -> Result<Map>;
    /// What an update from the old inputs and state to `news` would do. If nothing changed, AWS may
    /// be asked whether the truth has moved.
    fn diff(&self, site: Site, old: Old, news: Map) -> Boxed<'_, Difference>;
    /// Makes the object, or says what would come of it.
    fn create(&self, site: Site, inputs: Map, preview: bool) -> Boxed<'_, Outcome>;
    /// What AWS has now; `None` if the object is gone. Without old inputs it is an import.
    fn read(&self, site: Site, id: String, old: Old) -> Boxed<'_, Option<Found>>;
    /// Brings the object to `news`, or says what would come of it.
    fn update(
        &self,
        site: Site,
        id: String,
        old: Old,
        news: Map,
        preview: bool,
    ) -> Boxed<'_, Outcome>;
    /// Removes the object, if it is still the one that this state made.
    fn delete(&self, site: Site, id: String, old: Old) -> Boxed<'_, ()>;
    /// Removes those objects of this kind that belong to the service of `cx` and that `swept` says,
    /// and reports each.
    fn sweep<'a>(&'a self, cx: &'a Cx, swept: Swept<'a>) -> Boxed<'a, ()>;
    /// Does what had to wait for the end of the run, with the object of this id.
    fn settle<'a>(&'a self, cx: &'a Cx, id: &'a str, change: &'a str) -> Boxed<'a, ()>;
    /// Whether the state is all there is of it.
    fn only_in_the_state(&self) -> bool;
    /// Whether it reports what concerns all of the service.
    fn speaks_for_all(&self) -> bool;
    /// Whether these inputs allow that a protected object is deleted.
    fn releases(&self, inputs: &Map) -> bool;
    /// The permissions that the caller needs for this kind.
    fn permissions(&self) -> &'static [Permission];
    /// Names of all properties, inputs and outputs, without those that every child has.
    fn property_names(&self) -> (Vec<&'static str>, Vec<&'static str>);
    /// The declared rules, for tests of the tables.
    fn replace_on(&self) -> &'static [&'static str];
    /// Inputs that AWS never tells back.
    #[cfg(test)]
    fn write_only(&self) -> &'static [&'static str];
    /// Inputs that make no difference by themselves.
    #[cfg(test)]
    fn no_difference(&self) -> &'static [&'static str];
    /// Whether inputs and outputs lose nothing on the wire, as the dice fall.
    #[cfg(test)]
    fn survives_the_wire(&self, dice: u64);
    /// Inputs and outputs that are of the right types, whatever they say.
    #[cfg(any(test, fuzzing))]
    fn thrown(&self, dice: u64) -> Result<(Map, Map)>;
}

/// What the state knows of an object.
#[derive(Clone, Debug, Default)]
pub struct Old {
    pub inputs: Map,
    pub state: Map,
}

/// A [`Resource`] as a [`Child`].
pub struct Erased<R>(PhantomData<R>);

impl<R> Erased<R> {
    /// The one value of this type.
    pub const NEW: Self = Self(PhantomData);
}

impl<R: Resource> Child for Erased<R> {
    fn token(&self) -> &'static str {
        R::TYPE
    }

    fn check(&self, news: Map, asked: &Asked<'_>) -> Result<Map> {
        let (common, own) = split(news);
        let inputs: R::Inputs<Wire> = decode(&own).map_err(Error::input)?;
        let mut problems = Vec::new();
        let inputs = R::check(inputs, asked, &mut problems);
        if !problems.is_empty() {
            return Err(Error::input(
                crate::resource::Secrets::of(&[&own]).redact_problems(problems, &own),
            ));
        }
        let mut checked = encode(&inputs)?;
        checked.extend(common);
        Ok(checked)
    }

    fn diff(&self, site: Site, old: Old, news: Map) -> Boxed<'_, Difference> {
        operations::diff(self, site, old, news)
    }

    fn create(&self, site: Site, inputs: Map, preview: bool) -> Boxed<'_, Outcome> {
        operations::create(self, site, inputs, preview)
    }

    fn read(&self, site: Site, id: String, old: Old) -> Boxed<'_, Option<Found>> {
        operations::read(self, site, id, old)
    }

    fn update(
        &self,
        site: Site,
        id: String,
        old: Old,
        news: Map,
        preview: bool,
    ) -> Boxed<'_, Outcome> {
        operations::update(self, site, id, old, news, preview)
    }

    fn delete(&self, site: Site, id: String, old: Old) -> Boxed<'_, ()> {
        operations::delete(self, site, id, old)
    }

    fn sweep<'a>(&'a self, cx: &'a Cx, swept: Swept<'a>) -> Boxed<'a, ()> {
        Box::pin(sweep(self, cx, swept))
    }

    fn settle<'a>(&'a self, cx: &'a Cx, id: &'a str, change: &'a str) -> Boxed<'a, ()> {
        Box::pin(R::settle(cx, id, change))
    }

    fn only_in_the_state(&self) -> bool {
        R::STATE_ONLY
    }

    fn speaks_for_all(&self) -> bool {
        R::SPEAKS_FOR_ALL
    }

    fn releases(&self, inputs: &Map) -> bool {
        preview::releases(self, inputs)
    }

    fn permissions(&self) -> &'static [Permission] {
        R::PERMISSIONS
    }

    fn property_names(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        (names_of::<R::Inputs<Plain>>().to_vec(), names_of::<R::Outputs<Plain>>().to_vec())
    }

    fn replace_on(&self) -> &'static [&'static str] {
        R::REPLACE_ON
    }

    #[cfg(test)]
    fn write_only(&self) -> &'static [&'static str] {
        R::WRITE_ONLY
    }

    #[cfg(test)]
    fn no_difference(&self) -> &'static [&'static str] {
        R::NO_DIFFERENCE
    }

    #[cfg(test)]
    fn survives_the_wire(&self, dice: u64) {
        use crate::property::laws::survives_the_wire;
        survives_the_wire::<R::Inputs<Plain>, R::Inputs<Wire>>(dice);
        survives_the_wire::<R::Outputs<Plain>, R::Outputs<Wire>>(dice);
    }

    #[cfg(any(test, fuzzing))]
    fn thrown(&self, dice: u64) -> Result<(Map, Map)> {
        use crate::property::dice::thrown;
        Ok((
            encode(&thrown::<R::Inputs<Plain>>(dice))?,
            encode(&thrown::<R::Outputs<Plain>>(dice))?,
        ))
    }
}
