//! Every operation of a child reports no secret, and AWS is called for its URN and its
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

/// Does something, and cuts its secrets from all that it reports, on the way and in the end.
pub(super) fn redacted<'a, T: Redact + 'a>(
    site: Site,
    about: About,
    work: impl FnOnce(Site) -> Boxed<'a, T>,
) -> Boxed<'a, T> {
    let About { secrets, service } = about;
    let secrets = secrets.and_those(&site.names.secrets);
    let journal = secrets.redacted_journal(Arc::clone(&site.journal));
    let asker = Arc::new(Operation {
        urn: site.urn.clone(),
        journal: Arc::clone(&journal),
        cancelled: site.cancelled.clone(),
        until: site.timeout.and_then(|limit| Instant::now().checked_add(limit)),
        service,
    });
    Box::pin(asked_by(asker, without_secrets(secrets, work(Site { journal, ..site }))))
}

fn without_secrets<'a, T: Redact + 'a>(secrets: Secrets, work: Boxed<'a, T>) -> Boxed<'a, T> {
    Box::pin(async move { secrets.redact(work.await).map(|done| done.redact(&secrets)) })
}

/// The result of an operation; it may contain an error although all went well.
pub(super) trait Redact: Sized {
    fn redact(self, _secrets: &Secrets) -> Self {
        self
    }
}

impl Redact for () {}
impl Redact for Difference {}
impl Redact for Option<Found> {}
impl Redact for Outcome {
    fn redact(self, secrets: &Secrets) -> Self {
        let trouble = self.trouble.map(|trouble| secrets.redact_error(trouble));
        Self { trouble, ..self }
    }
}
