//! What the engine has sent us so far, and what belongs to one run.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::{Channel, Endpoint};

use super::journal::EngineJournal;
use crate::aws::{Account, Settings};
use crate::component::ClaimedNames;
use crate::error::{Error, Kind, Result};
use crate::property::{Map, Value};
use crate::resource::known_in_run::in_region;
use crate::resource::lifecycle::Site;
use crate::resource::{Asked, Child, KnownInRun};

/// Errors travel in headers, base64-encoded.
pub(super) const LARGEST_HEADERS: u32 = 4 << 20;

/// What the engine has sent us so far.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) account: Account,
    /// `<urn>::<id>` of the provider resource that we are, from Configure.
    pub(super) reference: Option<String>,
    pub(super) journal: Arc<EngineJournal>,
    pub(super) run: Run,
}

/// What belongs to one run. In attach mode one process serves many, and what one has drawn, named,
/// reported or cancelled does not concern the next.
#[derive(Clone, Default)]
pub(super) struct Run {
    pub(super) cancelled: CancellationToken,
    /// What it knows of base names.
    pub(super) names: KnownInRun,
    /// The names that its components have.
    pub(super) claimed: ClaimedNames,
    pub(super) reported: Reported,
    /// Whether a child has failed in a run that goes on, or was left out: those that need it are
    /// checked without its outputs, and then left out by the engine.
    pub(super) incomplete: Arc<AtomicBool>,
    /// The constructs that are not answered yet.
    pub(super) constructs: TaskTracker,
}

impl Run {
    /// The inputs that a child which speaks for all had in the last run.
    pub(super) fn earlier(&self, child: &dyn Child, urn: &str, olds: &Map) -> Map {
        if child.speaks_for_all() { self.names.earlier.of(urn, olds) } else { Map::new() }
    }

    /// Checks a child's inputs, and remembers what the run has to know of it.
    ///
    /// # Errors
    /// Everything that is wrong with the inputs.
    pub(super) fn check(
        &self,
        child: &dyn Child,
        urn: &str,
        news: Map,
        asked: &Asked<'_>,
    ) -> Result<Map> {
        let checked = match child.check(news.clone(), asked) {
            Err(error) if self.goes_without(&error) => return Ok(news),
            checked => checked?,
        };
        if let Some((base, region)) = crate::children::base_declared(&checked) {
            let name = in_region(base, region);
            self.names.declared.add(&name);
            if checked.get("retained").and_then(Value::known) == Some(&Value::Bool(true)) {
                self.names.retained.add(&name);
            }
        }
        self.names.children.add(urn);
        if child.releases(&checked) {
            self.names.released.add(urn);
        }
        Ok(checked)
    }

    /// Whether inputs may lack the outputs of a resource that failed, or was left out.
    fn goes_without(&self, error: &Error) -> bool {
        matches!(error.kind(), Kind::Input(_)) && self.incomplete.load(Ordering::Relaxed)
    }

    /// Ends what still waits, and lets the constructs answer: once Cancel is answered, the engine
    /// closes the connection, and shows an error for each call that it cuts off.
    pub(super) async fn cancel(&self) {
        self.cancelled.cancel();
        self.constructs.close();
        // Those that do not make it in time are cut off.
        let _ = timeout(LAST_ANSWERS, self.constructs.wait()).await;
    }
}

/// How long the end of a run waits for the answers of its constructs.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

impl Default for Session {
    fn default() -> Self {
        Self {
            account: Account::new(Settings::default()),
            reference: None,
            journal: Arc::default(),
            run: Run::default(),
        }
    }
}

impl Session {
    /// From now on messages go to the engine at `address`.
    pub(super) fn meet_engine(&mut self, address: &str) {
        let Ok(channel) = channel(address) else { return };
        self.journal = Arc::new(EngineJournal::new(channel));
        self.run = Run::default();
    }

    /// From now on AWS is called as `settings` say, by the provider resource `reference`.
    pub(super) fn configure(&mut self, settings: Settings, reference: Option<String>) {
        self.account = Account::new(settings);
        self.reference = reference;
        self.run = Run::default();
    }

    /// Where and for whom the child of a request acts.
    pub(super) fn site(self, urn: &str, name: &str, timeout: f64) -> Site {
        Site {
            account: self.account,
            urn: urn.to_owned(),
            name: name_of(urn, name),
            timeout: Duration::try_from_secs_f64(timeout).ok().filter(|limit| !limit.is_zero()),
            cancelled: self.run.cancelled,
            names: self.run.names,
            kinds: crate::children::CHILDREN,
            journal: self.journal,
        }
    }
}

/// Engines before Handshake send no name; the URN ends with it.
pub(super) fn name_of(urn: &str, name: &str) -> String {
    if name.is_empty() { urn.rsplit("::").next().unwrap_or_default() } else { name }.to_owned()
}

/// A connection to the engine, made at its first use.
pub(super) fn channel(address: &str) -> Result<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))
        .map_err(|_| Error::bug(format!("the engine's address is \"{address}\"")))?;
    Ok(endpoint.tcp_nodelay(true).http2_max_header_list_size(LARGEST_HEADERS).connect_lazy())
}

/// What this run has already reported of what is wrong for all children alike.
#[derive(Clone, Default)]
pub(super) struct Reported(Arc<Mutex<BTreeSet<String>>>);

impl Reported {
    /// The same error, but what is wrong for all children alike is reported in full only once.
    pub(super) fn once(&self, error: Error) -> Error {
        let (cause, brief) = match error.kind() {
            Kind::Configuration { cause } => (
                (*cause).to_owned(),
                Error::configuration(cause, format!("cannot call AWS: {cause}")),
            ),
            Kind::NoConnection { address } => (
                address.clone(),
                Error::no_connection(
                    address,
                    format!("cannot reach {address} (see the error above)"),
                ),
            ),
            _ => return error,
        };
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.insert(cause) { error } else { brief }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reported, Run, Session};
    use crate::aws::Settings;
    use crate::error::Error;

    fn expired() -> Error {
        let reported = "ecs:DescribeClusters for web: expired";
        Error::configuration("the credentials have expired", reported).hinted("Log in again.")
    }

    fn excluded(account: &str) -> Error {
        Error::configuration(
            "the configuration excludes this account",
            format!("the account {account} is excluded"),
        )
    }

    #[test]
    fn what_is_wrong_for_all_parts_is_told_at_length_once() {
        let reported = Reported::default();
        let down = |address| Error::no_connection(address, format!("nobody listens at {address}"));
        let errors = [
            expired(),
            Error::configuration("the credentials have expired", "iam:GetRole for web: expired")
                .hinted("Log in again."),
            Error::configuration("the key is unknown", "iam:GetRole for web: unknown key")
                .hinted("Use another key."),
            excluded("1"),
            excluded("1"),
            excluded("2"),
            Error::configuration("there is no region", "no region is configured"),
            Error::configuration("there is no region", "no region is configured"),
            Error::configuration("the region is wrong", "the region of x: it is none"),
            Error::configuration("the region is wrong", "the region of x: it is none"),
            down("http://a"),
            down("http://a"),
            down("http://b"),
            Error::aws("AccessDenied", "no"),
            Error::aws("AccessDenied", "no"),
        ];
        let errors = errors.map(|error| reported.once(error).to_string());
        expect_test::expect![[r"
            ecs:DescribeClusters for web: expired
              Log in again.
            cannot call AWS: the credentials have expired
            iam:GetRole for web: unknown key
              Use another key.
            the account 1 is excluded
            cannot call AWS: the configuration excludes this account
            cannot call AWS: the configuration excludes this account
            no region is configured
            cannot call AWS: there is no region
            the region of x: it is none
            cannot call AWS: the region is wrong
            nobody listens at http://a
            cannot reach http://a (see the error above)
            nobody listens at http://b
            no
            no"]]
        .assert_eq(&errors.join("\n"));
    }

    #[tokio::test]
    async fn the_next_run_of_the_same_process_tells_it_again() {
        let mut session = Session::default();
        let reported = |session: &Session| session.run.reported.once(expired()) == expired();
        assert!(reported(&session));
        assert!(!reported(&session));
        session.configure(Settings::default(), None);
        assert!(reported(&session));
        session.meet_engine("127.0.0.1:1");
        assert!(reported(&session));
        assert!(!reported(&session));
        session.run = Run::default();
        assert!(reported(&session));
    }
}
