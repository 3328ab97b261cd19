//! The steps that only a kind knows, behind values whose types only it knows: so what happens in a life is
//! compiled once, and not once for each of the kinds.

use std::any::Any;

use super::Boxed;
use crate::error::{Error, Problem, Result};
use crate::property::field_names::names_of;
use crate::property::{Map, Plain, Property, Wire, decode, encode};
use crate::resource::{Cx, Erased, Live, Made, Protected, Resource, Settled, Standing, Tags};

/// The inputs or the outputs of a kind, in [`Plain`] form.
pub(super) trait Fields: Any + Send + Sync {
    fn encode(&self) -> Result<Map>;
}

impl<T: Property> Fields for T {
    fn encode(&self) -> Result<Map> {
        encode(self)
    }
}

/// [`Fields`] that somebody owns.
pub(super) type Own = Box<dyn Fields>;

/// The tags by which a delete knows whose an object is; `None` if the kind has none.
type Marks = Option<Tags>;

/// What a kind declares of itself: the constants of [`Resource`], which says what each means.
pub(super) struct Facts {
    pub(super) token: &'static str,
    pub(super) replace_on: &'static [&'static str],
    pub(super) changes_on_update: &'static [&'static str],
    pub(super) changed_by: &'static [(&'static str, &'static [&'static str])],
    pub(super) no_difference: &'static [&'static str],
    pub(super) own_outputs: &'static [&'static str],
    pub(super) delete_before_replace: bool,
    pub(super) released_by: Option<(&'static str, bool)>,
    pub(super) left_to_others: &'static [(&'static str, &'static str)],
    pub(super) reported_by_refresh: &'static [&'static str],
    pub(super) secret: &'static [&'static str],
    pub(super) speaks_for_all: bool,
    pub(super) state_only: bool,
}

/// What AWS has: [`Live`] without its types.
pub(super) struct Looked {
    pub(super) inputs: Own,
    pub(super) outputs: Own,
    pub(super) tags: Option<Tags>,
    /// Inputs that AWS did not return.
    pub(super) not_returned: &'static [&'static str],
}

/// The steps of a [`Resource`] without its types. Fields that are given to it are its own: it got them from
/// [`Kind::inputs`], [`Kind::outputs`] or one of the steps.
pub(super) trait Kind: Send + Sync {
    fn facts(&self) -> &'static Facts;
    fn output_names(&self) -> &'static [&'static str];
    fn inputs(&self, own: &Map) -> Result<Own, Vec<Problem>>;
    fn outputs(&self, own: &Map) -> Result<Own, Vec<Problem>>;
    /// Whether inputs that may be unknown are of the right types.
    fn reads(&self, own: &Map) -> bool;

    fn protected<'a>(&self, cx: &'a Cx, outputs: &'a dyn Fields) -> Boxed<'a, Option<Protected>>;
    fn preview<'a>(
        &self,
        cx: &'a Cx,
        inputs: &'a dyn Fields,
        outputs: Option<&'a dyn Fields>,
    ) -> Boxed<'a, Option<Own>>;
    fn inherited(&self, inputs: &dyn Fields, replaced: &Map) -> Result<Map>;
    fn stale_outputs<'a>(
        &self,
        cx: &'a Cx,
        inputs: &'a dyn Fields,
        outputs: &'a dyn Fields,
    ) -> Boxed<'a, Vec<&'static str>>;
    fn find<'a>(&self, cx: &'a Cx, inputs: &'a dyn Fields) -> Boxed<'a, Option<Standing>>;
    fn create<'a>(&self, cx: &'a Cx, inputs: &'a dyn Fields) -> Boxed<'a, Made<Own>>;
    fn complete<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        inputs: &'a dyn Fields,
        outputs: Own,
    ) -> Boxed<'a, Settled<Own>>;
    fn read<'a>(&self, cx: &'a Cx, id: &'a str) -> Boxed<'a, Option<Looked>>;
    fn marks<'a>(&self, cx: &'a Cx, id: &'a str) -> Boxed<'a, Option<Marks>>;
    fn update<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        old: Option<&'a dyn Fields>,
        new: &'a dyn Fields,
        outputs: Own,
    ) -> Boxed<'a, Settled<Own>>;
    fn delete<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        inputs: &'a dyn Fields,
        outputs: &'a dyn Fields,
    ) -> Boxed<'a, ()>;
    fn tag<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        set: &'a Tags,
        remove: &'a [String],
    ) -> Boxed<'a, ()>;
    fn debris<'a>(&self, cx: &'a Cx) -> Boxed<'a, Vec<String>>;
}

type Inputs<R> = <R as Resource>::Inputs<Plain>;
type Outputs<R> = <R as Resource>::Outputs<Plain>;

impl<R: Resource> Erased<R> {
    const FACTS: Facts = Facts {
        token: R::TYPE,
        replace_on: R::REPLACE_ON,
        changes_on_update: R::CHANGES_ON_UPDATE,
        changed_by: R::CHANGED_BY,
        no_difference: R::NO_DIFFERENCE,
        own_outputs: R::OWN_OUTPUTS,
        delete_before_replace: R::DELETE_BEFORE_REPLACE,
        released_by: R::RELEASED_BY,
        left_to_others: R::LEFT_TO_OTHERS,
        reported_by_refresh: R::REPORTED_BY_REFRESH,
        secret: R::SECRET,
        speaks_for_all: R::SPEAKS_FOR_ALL,
        state_only: R::STATE_ONLY,
    };
}

impl<R: Resource> Kind for Erased<R> {
    fn facts(&self) -> &'static Facts {
        &Self::FACTS
    }

    fn output_names(&self) -> &'static [&'static str] {
        names_of::<Outputs<R>>()
    }

    fn inputs(&self, own: &Map) -> Result<Own, Vec<Problem>> {
        Ok(Box::new(decode::<Inputs<R>>(own)?))
    }

    fn outputs(&self, own: &Map) -> Result<Own, Vec<Problem>> {
        Ok(Box::new(decode::<Outputs<R>>(own)?))
    }

    fn reads(&self, own: &Map) -> bool {
        decode::<R::Inputs<Wire>>(own).is_ok()
    }

    fn protected<'a>(&self, cx: &'a Cx, outputs: &'a dyn Fields) -> Boxed<'a, Option<Protected>> {
        Box::pin(async move { R::protected(cx, typed(outputs)?).await })
    }

    fn preview<'a>(
        &self,
        cx: &'a Cx,
        inputs: &'a dyn Fields,
        outputs: Option<&'a dyn Fields>,
    ) -> Boxed<'a, Option<Own>> {
        Box::pin(async move {
            let outputs = outputs.map(typed).transpose()?;
            let foretold = R::preview(cx, typed(inputs)?, outputs).await?;
            Ok(foretold.map(|it| Box::new(it) as Own))
        })
    }

    fn inherited(&self, inputs: &dyn Fields, replaced: &Map) -> Result<Map> {
        Ok(R::inherited(typed(inputs)?, replaced))
    }

    fn stale_outputs<'a>(
        &self,
        cx: &'a Cx,
        inputs: &'a dyn Fields,
        outputs: &'a dyn Fields,
    ) -> Boxed<'a, Vec<&'static str>> {
        Box::pin(async move { R::stale_outputs(cx, typed(inputs)?, typed(outputs)?).await })
    }

    fn find<'a>(&self, cx: &'a Cx, inputs: &'a dyn Fields) -> Boxed<'a, Option<Standing>> {
        Box::pin(async move { R::find(cx, typed(inputs)?).await })
    }

    fn create<'a>(&self, cx: &'a Cx, inputs: &'a dyn Fields) -> Boxed<'a, Made<Own>> {
        Box::pin(async move {
            let Made { id, outputs } = R::create(cx, typed(inputs)?).await?;
            Ok(Made { id, outputs: Box::new(outputs) as Own })
        })
    }

    fn complete<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        inputs: &'a dyn Fields,
        outputs: Own,
    ) -> Boxed<'a, Settled<Own>> {
        Box::pin(async move {
            Ok(settled(R::complete(cx, id, typed(inputs)?, unboxed(outputs)?).await?))
        })
    }

    fn read<'a>(&self, cx: &'a Cx, id: &'a str) -> Boxed<'a, Option<Looked>> {
        Box::pin(async move { Ok(R::read(cx, id).await?.map(looked::<R>)) })
    }

    fn marks<'a>(&self, cx: &'a Cx, id: &'a str) -> Boxed<'a, Option<Marks>> {
        Box::pin(R::marks(cx, id))
    }

    fn update<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        old: Option<&'a dyn Fields>,
        new: &'a dyn Fields,
        outputs: Own,
    ) -> Boxed<'a, Settled<Own>> {
        Box::pin(async move {
            let old = old.map(typed).transpose()?;
            Ok(settled(R::update(cx, id, old, typed(new)?, unboxed(outputs)?).await?))
        })
    }

    fn delete<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        inputs: &'a dyn Fields,
        outputs: &'a dyn Fields,
    ) -> Boxed<'a, ()> {
        Box::pin(async move { R::delete(cx, id, typed(inputs)?, typed(outputs)?).await })
    }

    fn tag<'a>(
        &self,
        cx: &'a Cx,
        id: &'a str,
        set: &'a Tags,
        remove: &'a [String],
    ) -> Boxed<'a, ()> {
        Box::pin(R::tag(cx, id, set, remove))
    }

    fn debris<'a>(&self, cx: &'a Cx) -> Boxed<'a, Vec<String>> {
        Box::pin(R::debris(cx))
    }
}

fn typed<T: Any>(fields: &dyn Fields) -> Result<&T> {
    (fields as &dyn Any).downcast_ref().ok_or_else(of_another_kind)
}

fn unboxed<T: Any>(fields: Own) -> Result<T> {
    (fields as Box<dyn Any>).downcast().map(|it| *it).map_err(|_| of_another_kind())
}

fn of_another_kind() -> Error {
    Error::bug("a kind was given the fields of another")
}

fn settled<O: Fields>(settled: Settled<O>) -> Settled<Own> {
    Settled { outputs: Box::new(settled.outputs), trouble: settled.trouble }
}

fn looked<R: Resource>(live: Live<R>) -> Looked {
    let not_returned = R::not_returned(&live.outputs);
    let Live { inputs, outputs, tags } = live;
    Looked { inputs: Box::new(inputs), outputs: Box::new(outputs), tags, not_returned }
}
