//! The operations of a [`Child`](super::Child), for any kind: each calls AWS for its URN and its service, and reports
//! no secret.

use super::create::create as created;
use super::delete::delete as deleted;
use super::kind::Kind;
use super::preview::{self, difference};
use super::read::read as found;
use super::redacted::{About, redacted};
use super::update::update as updated;
use super::{Boxed, Difference, Found, Old, Outcome, Site};
use crate::property::Map;

pub(super) fn diff(kind: &dyn Kind, site: Site, old: Old, news: Map) -> Boxed<'_, Difference> {
    redacted(site, About::of(&[&old.inputs, &old.state, &news]), move |site| {
        Box::pin(async move { difference(kind, &site, &old, &news).await })
    })
}

pub(super) fn create(
    kind: &dyn Kind,
    site: Site,
    inputs: Map,
    preview: bool,
) -> Boxed<'_, Outcome> {
    redacted(site, About::of(&[&inputs]), move |site| {
        if preview {
            Box::pin(async move { preview::create(kind, &site, inputs).await })
        } else {
            Box::pin(async move { created(kind, &site, inputs).await })
        }
    })
}

pub(super) fn read(kind: &dyn Kind, site: Site, id: String, old: Old) -> Boxed<'_, Option<Found>> {
    redacted(site, About::of(&[&old.inputs, &old.state]), move |site| {
        Box::pin(async move { found(kind, &site, &id, old).await })
    })
}

pub(super) fn update(
    kind: &dyn Kind,
    site: Site,
    id: String,
    old: Old,
    news: Map,
    preview: bool,
) -> Boxed<'_, Outcome> {
    redacted(site, About::of(&[&old.inputs, &old.state, &news]), move |site| {
        if preview {
            Box::pin(async move { preview::update(kind, &site, id, old, news).await })
        } else {
            Box::pin(async move { updated(kind, &site, id, old, news).await })
        }
    })
}

pub(super) fn delete(kind: &dyn Kind, site: Site, id: String, old: Old) -> Boxed<'_, ()> {
    redacted(site, About::of(&[&old.inputs, &old.state]), move |site| {
        Box::pin(async move { deleted(kind, &site, &id, &old).await })
    })
}
