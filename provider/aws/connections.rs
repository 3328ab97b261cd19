//! The way to AWS: one pool of connections for all clients, which knows who has ever answered.
//!
//! An address that has answered once is retried with patience: networks fail for a while. One that never has is
//! probably not there at all, and a user should not wait minutes to read that. But it is given the
//! same time again later: a way to AWS may come back.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::ConfigBag;

use super::calls::Calls;
use super::causes::{address, causes};

/// How long an address is tried that has never answered.
const PATIENCE: Duration = Duration::from_secs(5);
/// An address that was not tried for so long is tried as if for the first time: longer than the
/// longest pause between two attempts of one call.
const FORGOTTEN: Duration = Duration::from_secs(30);

/// The client that the SDK would create on its own, shared by all services.
#[derive(Debug)]
pub(super) struct Connections {
    pool: SharedHttpClient,
    patience: Duration,
    addresses: Addresses,
    calls: Calls,
}

/// What is known of each address.
type Addresses = Arc<Mutex<HashMap<String, Known>>>;

#[derive(Clone, Copy, Debug)]
enum Known {
    Answers,
    Silent { since: Instant, tried: Instant },
}

impl Connections {
    /// No connection yet. A call that failed is made again `retries` times.
    pub(super) fn new(retries: u32) -> Self {
        // As `default_https_client` in aws-smithy-runtime makes it.
        let pool = Builder::new().build_with_connector_fn(|settings, components| {
            let mut connector =
                ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::Ring));
            connector.set_connector_settings(settings.cloned());
            connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
            connector.set_proxy_config(Some(ProxyConfig::from_env()));
            connector.build()
        });
        Self {
            pool,
            patience: PATIENCE,
            addresses: Addresses::default(),
            calls: Calls::new(retries),
        }
    }
}

impl HttpClient for Connections {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.pool.http_connector(settings, components);
        let addresses = Arc::clone(&self.addresses);
        let calls = self.calls.clone();
        SharedHttpConnector::new(Watched { connector, patience: self.patience, addresses, calls })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        self.pool.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        self.pool.validate_final_config(components, config)
    }
}

/// A connector that remembers who answered.
#[derive(Clone, Debug)]
struct Watched {
    connector: SharedHttpConnector,
    patience: Duration,
    addresses: Addresses,
    calls: Calls,
}

impl HttpConnector for Watched {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let watched = self.clone();
        let calls = self.calls.clone();
        HttpConnectorFuture::new(calls.make(request, move |request| watched.attempt(request)))
    }
}

impl Watched {
    fn attempt(&self, request: HttpRequest) -> HttpConnectorFuture {
        let address = address(request.uri());
        let (addresses, patience) = (Arc::clone(&self.addresses), self.patience);
        let answer = self.connector.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            let mut addresses = addresses.lock().unwrap_or_else(PoisonError::into_inner);
            match answer {
                Ok(answer) => {
                    addresses.insert(address, Known::Answers);
                    Ok(answer)
                }
                Err(error) if error.is_io() || error.is_timeout() => {
                    let now = Instant::now();
                    let first = Known::Silent { since: now, tried: now };
                    let known = addresses.entry(address.clone()).or_insert(first);
                    match silent(*known, now) {
                        None => Err(error),
                        Some(since) => {
                            *known = Known::Silent { since, tried: now };
                            let again = now.saturating_duration_since(since) < patience;
                            Err(no_connection(address, again, &error))
                        }
                    }
                }
                Err(error) => Err(error),
            }
        })
    }
}

/// Since when no answer has come, seen from an attempt that just failed.
fn silent(known: Known, now: Instant) -> Option<Instant> {
    match known {
        Known::Answers => None,
        Known::Silent { tried, .. } if now.saturating_duration_since(tried) > FORGOTTEN => {
            Some(now)
        }
        Known::Silent { since, .. } => Some(since),
    }
}

/// A call is made again after an `io` error, and not after an error of another kind.
fn no_connection(address: String, again: bool, error: &ConnectorError) -> ConnectorError {
    let message = Box::new(NoConnection {
        address,
        cause: causes(error).last().map_or_else(String::new, ToString::to_string),
    });
    if again { ConnectorError::io(message) } else { ConnectorError::other(message, None) }
}

/// Nothing at this address has answered yet.
#[derive(Debug)]
pub(super) struct NoConnection {
    /// Scheme, host and port.
    pub(super) address: String,
    /// Why not, in the words of the operating system.
    pub(super) cause: String,
}

impl NoConnection {
    /// The one among the causes of an error.
    pub(super) fn among<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        causes(error).find_map(|error| error.downcast_ref())
    }
}

impl fmt::Display for NoConnection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "cannot reach {}: {}", self.address, self.cause)
    }
}

impl StdError for NoConnection {}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::{Duration, Instant};

    use aws_sdk_sts::config::timeout::TimeoutConfig;
    use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
    use aws_smithy_types::error::display::DisplayErrorContext;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::{Connections, FORGOTTEN, Known, NoConnection, silent};

    fn caller(endpoint: &str) -> aws_sdk_sts::Client {
        let new = Connections::new(8);
        let mut calls = new.calls.clone();
        calls.pause = Duration::from_millis(100);
        let config = aws_sdk_sts::config::Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("AKIA", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .http_client(Connections { patience: Duration::from_millis(300), calls, ..new })
            .timeout_config(
                TimeoutConfig::builder().read_timeout(Duration::from_millis(400)).build(),
            )
            .endpoint_url(endpoint);
        aws_sdk_sts::Client::from_conf(config.build())
    }

    /// The error for an address, and that it comes soon: all nine attempts would take 25 s on
    /// the average, and more if each waits.
    async fn given_up(at: std::net::SocketAddr) -> String {
        let call = caller(&format!("http://{at}/path")).get_caller_identity().send();
        let error = tokio::time::timeout(Duration::from_secs(5), call).await.expect("it is soon");
        let error = error.expect_err("nobody is there");
        let message = NoConnection::among(&error).map(ToString::to_string);
        message.unwrap_or_else(|| DisplayErrorContext(&error).to_string())
    }

    #[tokio::test]
    async fn an_address_that_never_answers_is_soon_given_up_and_named() {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
        let wanted = format!("cannot reach http://{free}: Connection refused (os error 111)");
        assert_eq!(given_up(free).await, wanted);
    }

    #[tokio::test]
    async fn an_address_that_lets_in_and_says_nothing_is_given_up_too() {
        let mute = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = mute.local_addr().expect("an address");
        let wanted = format!("cannot reach http://{address}: timed out");
        assert_eq!(given_up(address).await, wanted);
    }

    #[tokio::test]
    async fn an_address_that_has_answered_is_asked_again_with_patience() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let client = caller(&format!("http://{address}"));
        let answers = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a call");
            let _ = stream.read(&mut [0; 4096]).await;
            let answer =
                b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).await.expect("an answer");
        });
        assert!(client.get_caller_identity().send().await.is_err());
        answers.await.expect("it has answered");
        let call = client.get_caller_identity().send();
        let still = tokio::time::timeout(Duration::from_secs(1), call).await;
        assert!(still.is_err(), "it was given up: {still:?}");
    }

    #[test]
    fn an_address_that_was_given_up_is_given_the_same_time_again_later() {
        let since = Instant::now();
        let tried = since + Duration::from_secs(6);
        let known = Known::Silent { since, tried };
        let soon = tried + Duration::from_secs(20);
        assert_eq!(silent(known, soon), Some(since));
        let later = tried + FORGOTTEN + Duration::from_secs(1);
        assert_eq!(silent(known, later), Some(later));
        assert_eq!(silent(Known::Answers, later), None);
    }
}
