//! The provider that answers the engine, and what all of its answers about a child begin with.

use std::sync::{Mutex, PoisonError};

use prost_types::Struct;
use tonic::Status;

use super::convert;
use super::session::{Reported, Session};
use super::status::status;
use crate::error::{Error, Result};
use crate::resource::Child;
use crate::resource::lifecycle::{Old, Site};

/// Answers the engine.
///
/// One process serves one provider instance, or in attach mode many one after another: so nothing
/// here is set once and for all.
#[derive(Default)]
pub struct Provider {
    session: Mutex<Session>,
}

impl Provider {
    pub(super) fn session(&self) -> Session {
        self.change(|session| session.clone())
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Session) -> T) -> T {
        change(&mut self.session.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where a child acts, and what has been reported for all children.
    pub(super) fn site(&self, urn: &str, name: &str, timeout: f64) -> (Site, Reported) {
        let session = self.session();
        let reported = session.run.reported.clone();
        (session.site(urn, name, timeout), reported)
    }

    /// Runs the work of one request to its end, even if the request is dropped: a create that is
    /// given up half-way would lose what it made. A panic becomes an answer. What was said meanwhile
    /// is delivered before the answer: after the last answer of a run the engine no longer listens.
    pub(super) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Status>> + Send + 'static,
    ) -> Result<T, Status> {
        let journal = self.session().journal;
        let answer = match tokio::spawn(work).await {
            Ok(answer) => answer,
            Err(panic) => Err(status(&Error::bug(format!("the provider panicked ({panic})")))),
        };
        journal.delivered().await;
        answer
    }
}

/// The kind of child that a request is about.
pub(super) fn child(urn: &str, token: &str) -> Result<&'static dyn Child, Status> {
    let token = type_of(urn, token);
    crate::children::find(token).ok_or_else(|| {
        Status::invalid_argument(format!("the fargate provider has no resource type `{token}`"))
    })
}

/// The type of a request: engines before Handshake send it in the URN only.
fn type_of<'a>(urn: &'a str, token: &'a str) -> &'a str {
    if !token.is_empty() {
        return token;
    }
    urn.split("::").nth(2).and_then(|types| types.rsplit('$').next()).unwrap_or_default()
}

/// What a request says of the past.
pub(super) fn old(inputs: Option<Struct>, state: Option<Struct>) -> Result<Old> {
    Ok(Old { inputs: convert::read(inputs)?, state: convert::read(state)? })
}
