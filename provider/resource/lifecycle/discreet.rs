//! Every operation of a child tells nobody its secrets, and AWS is asked for it: by whom, and of which
//! service.

use std::sync::Arc;
use std::time::Instant;

use super::state::BASE;
use super::{Boxed, Difference, Found, Outcome, Site};
use crate::aws::asked_by;
use crate::property::Map;
use crate::resource::Secrets;
use crate::resource::context::Operation;

/// What inputs and states say of an operation before it begins.
pub(super) struct About {
    secrets: Secrets,
    /// The base name of the service.
    service: Option<String>,
}

impl About {
    pub(super) fn of(trees: &[&Map]) -> Self {
        let service = trees.iter().find_map(|tree| tree.get(BASE)?.as_str());
        Self { secrets: Secrets::of(trees), service: service.map(str::to_owned) }
    }
}

/// Does something that tells nobody its secrets, neither on the way nor in the end.
pub(super) fn discreetly<'a, T: Telling + 'a>(
    site: Site,
    about: About,
    work: impl FnOnce(Site) -> Boxed<'a, T>,
) -> Boxed<'a, T> {
    let About { secrets, service } = about;
    let secrets = secrets.and_those(&site.names.secrets);
    let journal = secrets.hush_journal(Arc::clone(&site.journal));
    let asker = Arc::new(Operation {
        urn: site.urn.clone(),
        journal: Arc::clone(&journal),
        cancelled: site.cancelled.clone(),
        until: site.timeout.and_then(|limit| Instant::now().checked_add(limit)),
        service,
    });
    Box::pin(asked_by(asker, hushed(secrets, work(Site { journal, ..site }))))
}

fn hushed<'a, T: Telling + 'a>(secrets: Secrets, work: Boxed<'a, T>) -> Boxed<'a, T> {
    Box::pin(async move { secrets.hush(work.await).map(|done| done.hushed(&secrets)) })
}

/// What comes of an operation; it may tell something although all went well.
pub(super) trait Telling: Sized {
    fn hushed(self, _secrets: &Secrets) -> Self {
        self
    }
}

impl Telling for () {}
impl Telling for Difference {}
impl Telling for Option<Found> {}
impl Telling for Outcome {
    fn hushed(self, secrets: &Secrets) -> Self {
        let trouble = self.trouble.map(|trouble| secrets.hush_error(trouble));
        Self { trouble, ..self }
    }
}
