//! The engine's log. Best effort: a message that cannot be delivered is lost, never an error.

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tonic::transport::Channel;

use super::proto::engine_client::EngineClient;
use super::proto::{LogRequest, LogSeverity};
use crate::resource::Journal;

/// Sends messages to the engine, one after another, in the background.
pub(super) struct EngineJournal(UnboundedSender<LogRequest>);

impl EngineJournal {
    /// A journal for the engine behind `channel`.
    pub(super) fn new(channel: Channel) -> Self {
        let (sender, mut queue) = unbounded_channel();
        tokio::spawn(async move {
            let mut engine = EngineClient::new(channel);
            while let Some(message) = queue.recv().await {
                let _ = engine.log(message).await;
            }
        });
        Self(sender)
    }

    fn send(&self, severity: LogSeverity, urn: &str, message: &str, ephemeral: bool) {
        let request = LogRequest {
            severity: severity.into(),
            message: message.trim_end().to_owned(),
            urn: urn.to_owned(),
            stream_id: 0,
            ephemeral,
        };
        let _ = self.0.send(request);
    }
}

impl Journal for EngineJournal {
    fn warn(&self, urn: &str, message: &str) {
        self.send(LogSeverity::Warning, urn, message, false);
    }

    fn info(&self, urn: &str, message: &str) {
        self.send(LogSeverity::Info, urn, message, false);
    }

    fn status(&self, urn: &str, message: &str) {
        self.send(LogSeverity::Info, urn, message, true);
    }
}

/// A journal for nobody: there is no engine to tell.
pub(super) struct Silence;

impl Journal for Silence {
    fn warn(&self, _: &str, _: &str) {}
    fn info(&self, _: &str, _: &str) {}
    fn status(&self, _: &str, _: &str) {}
}
