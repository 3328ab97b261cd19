//! The rim towards AWS: real clients and what they fail with; no Pulumi.
//!
//! Nothing is loaded, resolved or connected before the first call: a run without changes that
//! asks AWS nothing pays nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::OnceCell;

mod answer;
pub mod asker;
mod calls;
mod causes;
mod clients;
mod connections;
mod credentials;
pub mod error;
pub mod interfaces;
pub mod looks;
mod no_answer;
pub mod numbers;
mod package;
pub mod rules;
mod services;
pub mod settings;
pub mod tags;
mod together;

pub use asker::{Asker, Called, Waiting, asked_by};
use clients::Clients;
pub use error::{Explain, OrGone, in_doubt, is_throttled};
pub use services::service_names;
pub use settings::Settings;

use crate::error::{Error, Result};

/// Who calls AWS, and how: the provider's configuration, resolved at the first call.
#[derive(Clone)]
pub struct Account(Arc<Inner>);

struct Inner {
    settings: Settings,
    config: OnceCell<SdkConfig>,
    identity: OnceCell<Identity>,
    /// The clients of each region; not those who use them, who hold the account.
    regions: Mutex<HashMap<String, Arc<Clients>>>,
}

/// Who we are in AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Twelve digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov`: the second part of every ARN.
    pub partition: String,
}

impl Account {
    /// An account before its first call.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(Inner {
            settings,
            config: OnceCell::new(),
            identity: OnceCell::new(),
            regions: Mutex::default(),
        }))
    }

    /// The provider's configuration.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Clients for one region; the same ones each time.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Aws {
        let mut regions = self.0.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let clients = Arc::clone(regions.entry(region.to_owned()).or_default());
        Aws { account: self.clone(), region: region.to_owned(), clients }
    }

    /// The region of the configuration, the environment or the profile.
    ///
    /// # Errors
    /// When none of them names one.
    pub async fn default_region(&self) -> Result<String> {
        if let Some(region) = &self.0.settings.region {
            return Ok(region.clone());
        }
        let region = self.config().await.region();
        region.map(ToString::to_string).ok_or_else(no_region)
    }

    async fn config(&self) -> &SdkConfig {
        self.0.config.get_or_init(|| load(&self.0.settings)).await
    }
}

/// Clients of one region, made at their first use.
#[derive(Clone)]
pub struct Aws {
    account: Account,
    region: String,
    clients: Arc<Clients>,
}

/// Called before any account is allowed, so it has no row among [`services`].
const STS: &str = "sts";

impl Aws {
    /// Clients for another region, of the same account.
    #[must_use]
    pub fn elsewhere(&self, region: &str) -> Self {
        self.account.in_region(region)
    }

    /// The region of these clients.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Who we are: asked once per process.
    ///
    /// # Errors
    /// When AWS does not accept the credentials.
    pub async fn identity(&self) -> Result<&Identity> {
        self.account.0.identity.get_or_try_init(|| self.ask_identity()).await
    }

    async fn ask_identity(&self) -> Result<Identity> {
        let shared = self.account.config().await;
        let mut config = aws_sdk_sts::config::Builder::from(shared)
            .region(Region::new(self.region.clone()))
            .interceptor(answer::Genuine)
            .interceptor(calls::Named)
            .retry_classifier(calls::SignAgain);
        if let Some(url) = self.account.settings().endpoints.get(STS) {
            config = config.endpoint_url(url);
        }
        let caller = aws_sdk_sts::Client::from_conf(config.build())
            .get_caller_identity()
            .send()
            .await
            .explain("sts:GetCallerIdentity", "the caller")?;
        let partition = caller.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
        Ok(Identity {
            account: caller.account().unwrap_or_default().to_owned(),
            partition: partition.to_owned(),
        })
    }

    /// Refuses to work in an account that the configuration excludes, before the first call.
    async fn check_account(&self) -> Result<()> {
        let settings = self.account.settings();
        if settings.allowed_account_ids.is_empty() && settings.forbidden_account_ids.is_empty() {
            return Ok(());
        }
        self.clients
            .allowed
            .get_or_try_init(|| async { settings.allow(&self.identity().await?.account) })
            .await
            .copied()
    }
}

fn no_region() -> Error {
    Error::configuration("there is no region", "no AWS region is configured").hinted(
        "Set one: `pulumi config set fargate:region eu-central-1` (or `aws:region`, or the \
         environment variable AWS_REGION).",
    )
}

/// The SDK rations the retries of all calls of a process together. It makes a call again only to
/// sign it again ([`calls::SignAgain`]), and no call's signature is another's concern.
fn unrationed() -> RetryPartition {
    RetryPartition::custom("fargate").token_bucket(TokenBucket::unlimited()).build()
}

async fn load(settings: &Settings) -> SdkConfig {
    let retries = settings.max_retries.unwrap_or(7);
    let http = SharedHttpClient::new(connections::Connections::new(retries));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .retry_config(
            aws_config::retry::RetryConfig::standard().with_max_attempts(calls::SIGNATURES),
        )
        // It would take a call that waits for its turn for an upload that stands still.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .timeout_config(
            // Where the whole of an answer is waited for, `calls` sees to its end.
            aws_config::timeout::TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(5))
                .read_timeout(Duration::from_secs(30))
                .build(),
        );
    if let Some(package) = package::metadata() {
        loader = loader.framework_metadata(package);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let loader = credentials::named(loader, settings, &http).await;
    credentials::in_role(loader.load().await, settings).await
}

#[cfg(test)]
mod tests {
    use super::{Settings, no_region};

    /// In attach mode one process is configured again and again.
    #[tokio::test]
    async fn an_account_that_nobody_uses_any_more_is_gone() {
        let account = super::Account::new(Settings::default());
        let held = std::sync::Arc::downgrade(&account.0);
        let aws = account.in_region("eu-west-1");
        assert!(std::sync::Arc::ptr_eq(&aws.clients, &account.in_region("eu-west-1").clients));
        drop((account, aws));
        assert!(held.upgrade().is_none(), "its clients keep it");
    }

    #[test]
    fn a_missing_region_is_told_with_how_to_set_it() {
        expect_test::expect![[r"
            no AWS region is configured
              Set one: `pulumi config set fargate:region eu-central-1` (or `aws:region`, or the environment variable AWS_REGION)."]].assert_eq(&no_region().to_string());
    }
}
