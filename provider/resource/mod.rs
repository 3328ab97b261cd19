//! What every child has in common: no particular child, no gRPC.
//!
//! A child of the component is a type that implements [`Resource`]: its inputs, its outputs, and
//! the few calls that only this AWS thing knows. Everything else about its life (previews,
//! diffs, ownership, tags, secrets, half-made things) happens once, in [`lifecycle`].

use std::future::Future;

use crate::error::{Error, Problem, Result};
use crate::property::{Plain, Property, Wire};

pub mod arn;
pub mod context;
pub mod gone;
pub mod known_in_run;
pub mod lifecycle;
pub mod owner;
mod pause;
pub mod permission;
pub mod physical_names;
pub mod private_folder;
pub mod program;
pub mod registrar;
pub mod secret_reference;
pub mod secrets;
mod standing;
pub mod tags;
pub mod wait;
mod waiting;

pub use arn::Arn;
pub use context::{Cx, Journal};
pub use known_in_run::KnownInRun;
pub use lifecycle::{Child, Erased};
pub use permission::{EVERYWHERE, Needed, Permission};
pub use registrar::{Changes, Registrar, Scope, register};
pub use secrets::Secrets;
pub use standing::Standing;
pub use tags::{Tagged, Tags};
pub use wait::Patience;
pub use waiting::{CREATED, new_change};

use crate::property::Form;

/// One kind of AWS object.
///
/// Every method gets inputs that are known and whole: previews, unknowns and secrets never reach
/// a child. Beside its own inputs each child has three that [`lifecycle`] handles and that reach
/// it through [`Cx`]: the region, the service's base name, and the tags.
pub trait Resource: Send + Sync + Sized + 'static {
    /// The type token: `fargate:ecs:Cluster`.
    const TYPE: &'static str;
    /// The permissions that the caller needs for all calls of this kind, and for what AWS checks beside
    /// them.
    const PERMISSIONS: &'static [Permission];
    /// Properties that AWS cannot change on an existing object.
    const REPLACE_ON: &'static [&'static str];
    /// Outputs that an update may change; in a preview of an update they are unknown. All other
    /// outputs keep their value for the whole life of the object.
    const CHANGES_ON_UPDATE: &'static [&'static str] = &[];
    /// For some of those outputs, the inputs whose change gives it another value; for the others, every input.
    const CHANGED_BY: &'static [(&'static str, &'static [&'static str])] = &[];
    /// Whether the old object must be deleted before its replacement can be made. Only for a
    /// reason that is documented beside it.
    const DELETE_BEFORE_REPLACE: bool = false;

    /// Inputs that AWS does not return, or that it never gets: a refresh keeps what
    /// the state has of them.
    const WRITE_ONLY: &'static [&'static str] = &[];
    /// Outputs that AWS does not know: a refresh keeps what the state has of them.
    const OWN_OUTPUTS: &'static [&'static str] = &[];
    /// Inputs that are left to others while another one is set (the second of each pair): a refresh keeps
    /// what the state has of them.
    const LEFT_TO_OTHERS: &'static [(&'static str, &'static str)] = &[];
    /// Outputs whose change a refresh reports in a line of its own, because the engine shows changed inputs only.
    const REPORTED_BY_REFRESH: &'static [&'static str] = &[];
    /// Inputs that say how the object comes about, and not what it is: the state keeps their last values, and another
    /// value alone is no difference.
    const NO_DIFFERENCE: &'static [&'static str] = &[];
    /// Inputs that are secret in the state, whoever set them: an import and a refresh keep them so.
    const SECRET: &'static [&'static str] = &[];
    /// Inputs that AWS did not return this time: [`Resource::WRITE_ONLY`], and those that a rule
    /// of the account hides. The outputs are those that were just read.
    fn not_returned(_outputs: &Self::Outputs<Plain>) -> &'static [&'static str] {
        Self::WRITE_ONLY
    }
    /// The input, and its value, by which the user allows that the object is deleted although AWS
    /// protects it, or it holds what would be lost. `None` for kinds that nothing protects.
    const RELEASED_BY: Option<(&'static str, bool)> = None;
    /// What of the object would be lost or is protected, if it were deleted now. Asked before one of a
    /// kind with [`Resource::RELEASED_BY`] is replaced, and before one is swept. Only looks.
    fn protected(
        _cx: &Cx,
        _outputs: &Self::Outputs<Plain>,
    ) -> impl Future<Output = Result<Option<Protected>>> + Send {
        async { Ok(None) }
    }
    /// Whether this child reports what concerns all of the service: the first one does.
    const SPEAKS_FOR_ALL: bool = false;
    /// Whether the state is all there is of it: no object in AWS that could change or be gone.
    const STATE_ONLY: bool = false;

    /// What is asked for.
    type Inputs<F: Form>: Property;
    /// What AWS says of it beside what was asked for.
    type Outputs<F: Form>: Property;

    /// Rules on whatever is known, and the canonical order of lists that have none. It is pure
    /// and quick; wrong inputs go to `problems`.
    fn check(
        inputs: Self::Inputs<Wire>,
        _asked: &Asked<'_>,
        _problems: &mut Vec<Problem>,
    ) -> Self::Inputs<Wire> {
        inputs
    }

    /// What will come of a create, or of an update of what has these outputs now, for those that can say
    /// so in a preview by only looking.
    fn preview(
        _cx: &Cx,
        _inputs: &Self::Inputs<Plain>,
        _outputs: Option<&Self::Outputs<Plain>>,
    ) -> impl Future<Output = Result<Option<Self::Outputs<Plain>>>> + Send {
        async { Ok(None) }
    }

    /// Outputs that a replacement will have, as far as the state of what it replaces tells: for a preview.
    #[must_use]
    fn inherited(
        _inputs: &Self::Inputs<Plain>,
        _replaced: &crate::property::Map,
    ) -> crate::property::Map {
        crate::property::Map::new()
    }

    /// Outputs that would change if the object were updated now, although no input changed:
    /// for those whose truth moves in AWS. Only looks.
    fn stale_outputs(
        _cx: &Cx,
        _inputs: &Self::Inputs<Plain>,
        _outputs: &Self::Outputs<Plain>,
    ) -> impl Future<Output = Result<Vec<&'static str>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// The object that has the name (or place) that a create would take. Looked at before every create,
    /// since many AWS calls silently adopt or overwrite what is there; only under a base name that
    /// was [drawn](KnownInRun::drawn) in the same run there is nothing to find.
    fn find(
        cx: &Cx,
        inputs: &Self::Inputs<Plain>,
    ) -> impl Future<Output = Result<Option<Standing>>> + Send;

    /// Makes the object: everything up to the call after which it exists. What is more goes into
    /// [`Resource::complete`], so that a half-made object is kept in the state.
    fn create(
        cx: &Cx,
        inputs: &Self::Inputs<Plain>,
    ) -> impl Future<Output = Result<Made<Self::Outputs<Plain>>>> + Send;

    /// What must follow a create: attributes that only another call sets, and waiting. It runs
    /// again after a failure, so it must not mind being half done already.
    fn complete(
        _cx: &Cx,
        _id: &str,
        _inputs: &Self::Inputs<Plain>,
        outputs: Self::Outputs<Plain>,
    ) -> impl Future<Output = Result<Settled<Self::Outputs<Plain>>>> + Send {
        async { Ok(outputs.into()) }
    }

    /// What AWS has now: `None` if the object is gone. Inputs that equal AWS's own default and
    /// that are optional here are read as not given.
    fn read(cx: &Cx, id: &str) -> impl Future<Output = Result<Option<Live<Self>>>> + Send;

    /// The tags of the object, by which a delete knows whose it is, as in [`Live::tags`]; `None` if it
    /// is gone. For kinds whose tags need fewer calls than all of it, and for those whose delete has
    /// something to do when the object itself is gone.
    #[must_use]
    fn marks(cx: &Cx, id: &str) -> impl Future<Output = Result<Option<Option<Tags>>>> + Send {
        async { Ok(Self::read(cx, id).await?.map(|live| live.tags)) }
    }

    /// Brings the object from `old` to `new`; without `old`, whatever it is now. Tags are not
    /// its concern.
    fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Self::Inputs<Plain>>,
        new: &Self::Inputs<Plain>,
        outputs: Self::Outputs<Plain>,
    ) -> impl Future<Output = Result<Settled<Self::Outputs<Plain>>>> + Send;

    /// Removes the object and waits until others may use its place. What is gone already is
    /// deleted.
    fn delete(
        cx: &Cx,
        id: &str,
        inputs: &Self::Inputs<Plain>,
        outputs: &Self::Outputs<Plain>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Does what had to wait until everything else is done, the service's deployment too: at the end of a run in which the object
    /// changed, or of the next that comes to its end.
    /// `change` is the output that says what waits.
    #[must_use]
    fn settle(_cx: &Cx, _id: &str, _change: &str) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Sets and removes tags of the object; nothing for kinds that have none.
    #[must_use]
    fn tag(
        _cx: &Cx,
        _id: &str,
        _set: &Tags,
        _remove: &[String],
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Ids of all objects of this kind that belong to the service of `cx`: what a run that was
    /// killed may have left without a trace in the state. None for kinds that go with another.
    #[must_use]
    fn debris(_cx: &Cx) -> impl Future<Output = Result<Vec<String>>> + Send {
        async { Ok(Vec::new()) }
    }
}

/// Why an object cannot be replaced just so.
#[derive(Clone, Debug, PartialEq)]
pub struct Protected {
    /// What prevents it, such as "it is protected against deletion".
    pub reason: String,
    /// The input of the component, and the value, that allows it: `deletionProtection: false`. None
    /// for what only a sweep would delete.
    pub release: Option<&'static str>,
    /// What the user should know who does allow it, if there is anything.
    pub loss: Option<String>,
}

/// What a check knows beside the inputs.
pub struct Asked<'a> {
    /// The child's name in the program.
    pub name: &'a str,
    /// The inputs of the last run; empty for a new object, also for one that replaces another.
    pub olds: &'a crate::property::Map,
    /// The inputs of the last run of a child that [speaks for all](Resource::SPEAKS_FOR_ALL), also when
    /// it is replaced.
    pub earlier: &'a crate::property::Map,
    /// 32 random bytes from the engine, the same for the same step.
    pub seed: &'a [u8],
    /// A name that the engine proposes, and whether it must be used.
    pub autonaming: Option<Autonaming>,
}

/// What the stack's `pulumi:autonaming` setting says of this object.
#[derive(Clone, Debug, PartialEq)]
pub enum Autonaming {
    /// May be adapted.
    Propose(String),
    /// Must be used as it is.
    Enforce(String),
    /// The user has to give the name.
    Disabled,
}

/// An object that was just made.
pub struct Made<O> {
    pub id: String,
    pub outputs: O,
}

/// An object after we changed it.
pub struct Settled<O> {
    pub outputs: O,
    /// It exists, but is not well: its state is kept, and the run fails with this.
    pub trouble: Option<Error>,
}

impl<O> From<O> for Settled<O> {
    fn from(outputs: O) -> Self {
        Self { outputs, trouble: None }
    }
}

/// A type token without the package, as lists of kinds in the state have it: `ecs:Cluster`.
#[must_use]
pub fn short(token: &str) -> &str {
    token.strip_prefix("fargate:").unwrap_or(token)
}

/// What AWS has.
pub struct Live<R: Resource> {
    pub inputs: R::Inputs<Plain>,
    pub outputs: R::Outputs<Plain>,
    /// `None` if the kind has no tags.
    pub tags: Option<Tags>,
}
