//! The engine's log. Best effort: a message that cannot be delivered is lost, never an error.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tonic::transport::Channel;

use super::proto::engine_client::EngineClient;
use super::proto::{LogRequest, LogSeverity};
use crate::resource::Journal;

/// How many messages wait for an engine that does not take them. A run of two hundred services says
/// less in all; who falls behind by more loses the oldest.
const MOST: usize = 4096;
/// How long an answer is held back for what was said before it.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Sends messages to the engine, one after another, in the background. Without an engine
/// they are dropped.
#[derive(Default)]
pub(super) struct EngineJournal(Option<Arc<Outbox>>);

/// What the engine has not heard yet.
struct Outbox {
    letters: Mutex<Letters>,
    more: Notify,
    /// How many were delivered, or given up.
    done: watch::Sender<u64>,
}

#[derive(Default)]
struct Letters {
    waiting: VecDeque<LogRequest>,
    /// Those that only `--debug` shows. The engine does not say whether it shows them, so they are sent
    /// when nothing else waits, and no answer is held back for them.
    debug: VecDeque<LogRequest>,
    /// How many came in.
    written: u64,
    /// No more messages will come.
    closed: bool,
}

impl EngineJournal {
    /// A journal for the engine behind `channel`.
    pub(super) fn new(channel: Channel) -> Self {
        let outbox = Arc::new(Outbox {
            letters: Mutex::default(),
            more: Notify::new(),
            done: watch::Sender::new(0),
        });
        let outgoing = Arc::clone(&outbox);
        tokio::spawn(async move {
            let mut engine = EngineClient::new(channel);
            while let Some(letter) = outgoing.next().await {
                let counts = letter.severity() != LogSeverity::Debug;
                let _ = engine.log(letter).await;
                if counts {
                    outgoing.done.send_modify(|done| *done += 1);
                }
            }
        });
        Self(Some(outbox))
    }

    /// Waits until the engine has heard what was said until now, but not for long. The last words of a
    /// run would otherwise race with its end.
    pub(super) async fn delivered(&self) {
        let Some(outbox) = &self.0 else { return };
        let written = outbox.letters().written;
        let mut done = outbox.done.subscribe();
        let _ = tokio::time::timeout(LAST_WORDS, done.wait_for(|done| *done >= written)).await;
    }

    fn send(&self, severity: LogSeverity, urn: &str, message: &str, ephemeral: bool) {
        let Some(outbox) = &self.0 else { return };
        outbox.write(LogRequest {
            severity: severity.into(),
            message: message.trim_end().to_owned(),
            urn: urn.to_owned(),
            stream_id: 0,
            ephemeral,
        });
    }
}

impl Drop for EngineJournal {
    fn drop(&mut self) {
        if let Some(outbox) = &self.0 {
            outbox.letters().closed = true;
            outbox.more.notify_one();
        }
    }
}

impl Outbox {
    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is going on right now replaces what was going on before, as it does in the display.
    fn write(&self, letter: LogRequest) {
        let mut letters = self.letters();
        if letter.severity() == LogSeverity::Debug {
            letters.debug.push_back(letter);
            if letters.debug.len() > MOST {
                letters.debug.pop_front();
            }
            drop(letters);
            self.more.notify_one();
            return;
        }
        let same = |it: &&mut LogRequest| it.ephemeral && it.urn == letter.urn;
        if letter.ephemeral
            && let Some(older) = letters.waiting.iter_mut().find(same)
        {
            *older = letter;
            return;
        }
        letters.written += 1;
        letters.waiting.push_back(letter);
        if letters.waiting.len() > MOST {
            letters.waiting.pop_front();
            self.done.send_modify(|done| *done += 1);
        }
        drop(letters);
        self.more.notify_one();
    }

    /// The next to be sent; nothing when all are, and no more will come.
    async fn next(&self) -> Option<LogRequest> {
        loop {
            {
                let mut letters = self.letters();
                let next = letters.waiting.pop_front();
                match next.or_else(|| letters.debug.pop_front()) {
                    Some(letter) => return Some(letter),
                    None if letters.closed => return None,
                    None => {}
                }
            }
            self.more.notified().await;
        }
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

    fn debug(&self, urn: &str, message: &str) {
        self.send(LogSeverity::Debug, urn, message, false);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::super::session::channel;
    use super::{EngineJournal, LAST_WORDS, MOST};
    use crate::resource::Journal;

    fn waiting(journal: &EngineJournal) -> Vec<String> {
        let outbox = journal.0.as_ref().expect("an engine");
        outbox.letters().waiting.iter().map(|it| it.message.clone()).collect()
    }

    /// A journal for an engine that lets in and says nothing. One message is under way already.
    async fn mute() -> (EngineJournal, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let engine = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut bytes = [0; 1024];
            while matches!(stream.read(&mut bytes).await, Ok(1..)) {}
        });
        let journal = EngineJournal::new(channel(&address.to_string()).expect("an address"));
        journal.info("urn", "first");
        while !waiting(&journal).is_empty() {
            tokio::task::yield_now().await;
        }
        (journal, engine)
    }

    #[tokio::test]
    async fn an_engine_that_hears_nothing_costs_no_memory_and_little_time() {
        let (journal, engine) = mute().await;
        for n in 0..MOST * 2 {
            journal.info("urn", &n.to_string());
        }
        assert_eq!(waiting(&journal).len(), MOST);
        assert_eq!(waiting(&journal).last(), Some(&(MOST * 2 - 1).to_string()));
        let began = Instant::now();
        journal.delivered().await;
        assert!(began.elapsed() >= LAST_WORDS);
        assert!(began.elapsed() < LAST_WORDS * 4, "{:?}", began.elapsed());
        engine.abort();
    }

    #[tokio::test]
    async fn of_what_is_going_on_only_the_newest_is_told() {
        let (journal, engine) = mute().await;
        for (urn, message) in [("a", "1"), ("b", "2"), ("a", "3")] {
            journal.status(urn, message);
        }
        journal.warn("a", "4");
        journal.status("b", "5");
        assert_eq!(waiting(&journal), ["3", "5", "4"]);
        engine.abort();
    }

    #[tokio::test]
    async fn what_only_debug_shows_holds_nothing_up() {
        let (journal, engine) = mute().await;
        for n in 0..MOST * 2 {
            journal.debug("urn", &n.to_string());
        }
        assert!(waiting(&journal).is_empty());
        let outbox = Arc::clone(journal.0.as_ref().expect("an engine"));
        assert_eq!(outbox.letters().debug.len(), MOST);
        assert_eq!(outbox.letters().written, 1);
        journal.warn("urn", "warning");
        let next = outbox.next().await.expect("a letter");
        assert_eq!(next.message, "warning");
        engine.abort();
    }

    #[tokio::test]
    async fn what_nobody_can_hear_is_given_up() {
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = free.local_addr().expect("an address").to_string();
        drop(free);
        let journal = EngineJournal::new(channel(&address).expect("an address"));
        journal.info("urn", "last words");
        journal.delivered().await;
        let outbox = Arc::clone(journal.0.as_ref().expect("an engine"));
        assert_eq!(*outbox.done.borrow(), 1);
        drop(journal);
        while Arc::strong_count(&outbox) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
