//! The SDK's own client, against answers that are written down.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_ecs::config::retry::RetryConfig;
use aws_sdk_ecs::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use tokio_util::sync::CancellationToken;

use super::{Calls, Named, SignAgain};
use crate::aws::{Asker, Called, Explain, Waiting, asked_by};
use crate::error::{Kind, Result};

const THROTTLED: (u16, &str) =
    (400, r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#);
const QUOTA: (u16, &str) = (400, r#"{"__type": "LimitExceededException", "message": "Too many"}"#);
const FAILED: (u16, &str) = (500, r#"{"__type": "ServerException", "message": "Sorry"}"#);
const DONE: (u16, &str) = (200, r#"{"clusters": []}"#);

/// An AWS that says these, and then `DONE`.
#[derive(Clone, Debug)]
struct Says {
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    asked: Arc<AtomicUsize>,
    calls: Calls,
}

impl HttpConnector for Says {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let says = self.clone();
        let send = move |sent: HttpRequest| {
            assert_eq!(sent.headers().get("x-fargate-operation"), None, "it is for us only");
            says.asked.fetch_add(1, Ordering::SeqCst);
            let next = says.answers.lock().expect("answers").pop_front().unwrap_or(DONE);
            let (status, body) = next;
            let status = status.try_into().expect("a status");
            let mut answer = HttpResponse::new(status, SdkBody::from(body));
            answer.headers_mut().insert("x-amzn-requestid", "r");
            HttpConnectorFuture::ready(Ok(answer))
        };
        HttpConnectorFuture::new(self.calls.clone().make(request, send))
    }
}

#[derive(Default)]
struct Someone {
    cancelled: CancellationToken,
    rendered: Mutex<Vec<String>>,
    called: Mutex<Vec<Called>>,
}

impl Asker for Someone {
    fn called(&self, call: &Called) {
        self.called.lock().expect("calls").push(call.clone());
    }

    fn waiting(&self, waiting: &Waiting<'_>) {
        self.rendered.lock().expect("told").push(waiting.rendered());
    }

    fn cancelled(&self) -> CancellationToken {
        self.cancelled.clone()
    }

    fn until(&self) -> Option<Instant> {
        None
    }

    fn service(&self) -> Option<&str> {
        Some("web")
    }
}

/// How often it was asked, and what came of it.
async fn asked(
    answers: &[(u16, &'static str)],
    pause: Duration,
    someone: &Arc<Someone>,
) -> (usize, Result<()>) {
    let mut calls = Calls::new(2);
    calls.pause = pause;
    let answers = Arc::new(Mutex::new(answers.iter().copied().collect()));
    let says = Says { answers, asked: Arc::default(), calls };
    let asked = Arc::clone(&says.asked);
    let connector = SharedHttpConnector::new(says);
    let config = aws_sdk_ecs::config::Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIA", "secret", None, None, "test"))
        .retry_config(RetryConfig::standard().with_max_attempts(super::SIGNATURES))
        .interceptor(Named)
        .retry_classifier(SignAgain)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(http_client_fn(move |_, _| connector.clone()));
    let call = aws_sdk_ecs::Client::from_conf(config.build()).describe_clusters();
    let answer = async { call.send().await.explain("ecs:DescribeClusters", "web").map(drop) };
    let answer = Box::pin(asked_by(Arc::clone(someone) as Arc<dyn Asker>, answer)).await;
    (asked.load(Ordering::SeqCst), answer)
}

const SHORT: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_failed_call_is_made_again_as_often_as_the_configuration_says() {
    let someone = Arc::default();
    assert_eq!(asked(&[FAILED, FAILED], SHORT, &someone).await, (3, Ok(())));
    let (times, answer) = asked(&[FAILED; 9], SHORT, &someone).await;
    assert_eq!((times, answer.expect_err("it failed").code()), (3, Some("ServerException")));
}

#[tokio::test]
async fn each_call_is_reported_once_with_its_outcome_and_its_request() {
    let someone: Arc<Someone> = Arc::default();
    let _ = asked(&[FAILED], SHORT, &someone).await;
    let _ = asked(&[QUOTA], SHORT, &someone).await;
    let called = someone.called.lock().expect("calls").clone();
    let seen = called.iter().map(|it| {
        let took = it.took < Duration::from_secs(5);
        (it.object.as_str(), it.outcome.as_str(), it.request.as_deref(), it.attempts, took)
    });
    assert!(called.iter().all(|it| it.what == "ecs:DescribeClusters"));
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            ("web", "status 200", Some("r"), 2, true),
            ("web", "status 400 LimitExceededException", Some("r"), 1, true),
        ]
    );
}

#[tokio::test]
async fn a_throttled_call_waits_for_its_turn_and_counts_as_no_failure() {
    let someone = Arc::default();
    // More often than there are retries. Reads of clusters begin at twenty a second.
    assert_eq!(asked(&[THROTTLED; 5], SHORT, &someone).await, (6, Ok(())));
}

#[tokio::test]
async fn a_quota_is_told_at_once() {
    let (times, answer) = asked(&[QUOTA; 9], SHORT, &Arc::default()).await;
    assert_eq!((times, answer.expect_err("a quota").code()), (1, Some("LimitExceededException")));
}

#[tokio::test]
async fn cancel_ends_a_call_that_is_made_again() {
    let someone: Arc<Someone> = Arc::default();
    let cancelled = someone.cancelled.clone();
    let begun = Instant::now();
    let stop = async {
        let never = std::future::pending::<()>();
        let _ = tokio::time::timeout(Duration::from_millis(50), never).await;
        cancelled.cancel();
    };
    let minutes = Duration::from_secs(20);
    let ((times, answer), ()) = tokio::join!(asked(&[FAILED; 9], minutes, &someone), stop);
    assert_eq!((times, answer.expect_err("it is stopped").kind()), (1, &Kind::Cancelled));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn who_waits_for_long_is_told_why() {
    let someone: Arc<Someone> = Arc::default();
    let (_, answer) = asked(&[FAILED], Duration::from_secs(12), &someone).await;
    assert_eq!(answer, Ok(()));
    let rendered = someone.rendered.lock().expect("told").clone();
    let begins = "retrying ecs:DescribeClusters, which failed (ServerException, status 500)";
    assert!(
        rendered.iter().all(|rendered| rendered.starts_with(begins)) && !rendered.is_empty(),
        "{rendered:?}"
    );
}
