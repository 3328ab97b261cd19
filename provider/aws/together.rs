//! Looks that wait at the same moment become one call, where AWS takes several names in one; and so do
//! deletes, where it takes them too.
//!
//! The first look goes out at once. Those that come while it is on its way (or waits for its turn)
//! gather, and go together when it is back: so no look waits for others, and the more there is to do,
//! the fewer calls it takes. Each gets what was sent after it had asked.
//!
//! What AWS answers is believed only of who is asked for: every found object is compared with the id
//! or name. When AWS refuses a call for several, each is asked for separately: one that is missing, or
//! that the caller must not see, does not fail the others.

use std::any::Any;
use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::asker::{Asker, Called, Waiting, asked_by, asker};
use crate::error::{Error, Result};

/// Looks of one kind: what is found is a `T`. All of it but the types is in [`Queues`], which is compiled
/// once and not once for each of the twenty kinds.
#[derive(Debug)]
pub(super) struct Together<T> {
    queues: Arc<Queues>,
    found: PhantomData<fn() -> T>,
}

/// One thing that AWS has, of a type that only those who look know.
type Item = Arc<dyn Any + Send + Sync>;
/// Whether what was found is of an id.
type IsOf = dyn Fn(&Item, &str) -> bool + Send + Sync;
type Found<T> = Pin<Box<dyn Future<Output = Result<Vec<T>>> + Send>>;

/// What AWS is asked, and how its answer is told apart.
struct Question {
    ask: Box<dyn Fn(Vec<String>) -> Found<Item> + Send + Sync>,
    is: Box<IsOf>,
}

impl<T: Clone + Send + Sync + 'static> Together<T> {
    /// Without looks; `most` names go into one call.
    pub(super) fn new(most: usize) -> Self {
        let queues = Arc::new(Queues { waiting: Mutex::default(), most });
        Self { queues, found: PhantomData }
    }

    /// All that is found of `id`. Only looks of the same `group` can share a call. `ask` asks AWS for
    /// these ids, and `is` says whether what was found is of an id.
    pub(super) async fn look<A, F>(
        &self,
        group: &str,
        id: &str,
        is: fn(&T, &str) -> bool,
        ask: A,
    ) -> Result<Vec<T>>
    where
        A: Fn(Vec<String>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Vec<T>>> + Send + 'static,
    {
        let ask = move |ids| -> Found<Item> {
            let found = ask(ids);
            Box::pin(async move { Ok(found.await?.into_iter().map(item).collect()) })
        };
        let is = move |it: &Item, id: &str| it.downcast_ref().is_some_and(|it| is(it, id));
        let question = Question { ask: Box::new(ask), is: Box::new(is) };
        let found = Arc::clone(&self.queues).look(group, id, question).await?;
        Ok(found
            .into_iter()
            .filter_map(|it| it.downcast().ok())
            .map(Arc::unwrap_or_clone)
            .collect())
    }
}

fn item<T: Send + Sync + 'static>(it: T) -> Item {
    Arc::new(it)
}

/// Those who wait, by group.
#[derive(Debug)]
struct Queues {
    waiting: Mutex<HashMap<String, Queue>>,
    /// How many names AWS takes in one call.
    most: usize,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Look>,
    /// A call is on its way.
    busy: bool,
}

/// One who looks.
struct Look {
    id: String,
    asker: Option<Arc<dyn Asker>>,
    answer: oneshot::Sender<Result<Vec<Item>>>,
}

impl std::fmt::Debug for Look {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.id)
    }
}

impl Queues {
    async fn look(self: Arc<Self>, group: &str, id: &str, question: Question) -> Result<Vec<Item>> {
        let (answer, found) = oneshot::channel();
        let look = Look { id: id.to_owned(), asker: asker(), answer };
        let first = {
            let mut queues = self.lock();
            let queue = queues.entry(group.to_owned()).or_default();
            queue.waiting.push(look);
            !std::mem::replace(&mut queue.busy, true)
        };
        if first {
            tokio::spawn(self.serve(group.to_owned(), question));
        }
        found.await.unwrap_or_else(|_| Err(Error::bug("a look was forgotten")))
    }

    /// Serves the looks that wait, until none does.
    async fn serve(self: Arc<Self>, group: String, question: Question) {
        loop {
            // Those who ask in the same breath have said so when this comes back.
            tokio::task::yield_now().await;
            let waiting = {
                let mut queues = self.lock();
                let Some(queue) = queues.get_mut(&group) else { return };
                if queue.waiting.is_empty() {
                    queues.remove(&group);
                    return;
                }
                std::mem::take(&mut queue.waiting)
            };
            let ids: BTreeSet<String> = waiting.iter().map(|look| look.id.clone()).collect();
            let ids: Vec<String> = ids.into_iter().collect();
            let askers: Vec<_> = waiting.iter().filter_map(|look| look.asker.clone()).collect();
            let calls = ids.chunks(self.most).map(|some| several(some, &question));
            let calls = join_all(calls);
            let found = match All::of(askers) {
                Some(all) => asked_by(all, calls).await,
                None => calls.await,
            };
            let found: HashMap<String, Result<Vec<Item>>> = found.into_iter().flatten().collect();
            for look in waiting {
                let answer = found.get(&look.id).cloned().unwrap_or_else(|| Ok(Vec::new()));
                // The look may have been dropped.
                let _ = look.answer.send(answer);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Queue>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is found of each of these ids, in one call if AWS gives an answer to it.
async fn several(ids: &[String], question: &Question) -> Vec<(String, Result<Vec<Item>>)> {
    let Question { ask, is } = question;
    let of = |id: &String, found: &[Item]| {
        (id.clone(), Ok(found.iter().filter(|it| is(it, id)).cloned().collect()))
    };
    match ask(ids.to_vec()).await {
        Ok(found) => ids.iter().map(|id| of(id, &found)).collect(),
        Err(refused) if ids.len() == 1 => vec![(ids[0].clone(), Err(refused))],
        Err(_) => {
            let each = ids.iter().map(|id| async move {
                let alone = ask(vec![id.clone()]).await;
                (id.clone(), alone.map(|found| found.into_iter().filter(|it| is(it, id)).collect()))
            });
            join_all(each).await
        }
    }
}

/// Several who ask the same.
struct All {
    askers: Vec<Arc<dyn Asker>>,
    cancelled: CancellationToken,
}

impl All {
    fn of(askers: Vec<Arc<dyn Asker>>) -> Option<Arc<dyn Asker>> {
        // All belong to one run of the engine, which stops as a whole.
        let cancelled = askers.first()?.cancelled();
        Some(Arc::new(Self { askers, cancelled }))
    }
}

impl Asker for All {
    /// One call is one line, also when several need it.
    fn called(&self, call: &Called) {
        if let Some(asker) = self.askers.first() {
            asker.called(call);
        }
    }

    fn waiting(&self, waiting: &Waiting<'_>) {
        for asker in &self.askers {
            asker.waiting(waiting);
        }
    }

    fn cancelled(&self) -> CancellationToken {
        self.cancelled.clone()
    }

    fn service(&self) -> Option<&str> {
        self.askers.iter().find_map(|asker| asker.service())
    }

    /// As long as the most patient of them waits.
    fn until(&self) -> Option<Instant> {
        let all: Option<Vec<Instant>> = self.askers.iter().map(|asker| asker.until()).collect();
        all?.into_iter().max()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use futures_util::future::join_all;

    use super::Together;
    use crate::error::{Error, Result};

    type Asked = Arc<Mutex<Vec<Vec<String>>>>;

    /// Looks for these ids at the same moment. AWS knows `a`, `b`, and so on, says so of one too
    /// many, and refuses a call about what is called `missing` or `denied`.
    async fn looked(ids: &[&str], most: usize) -> (Vec<Result<Vec<String>>>, Vec<Vec<String>>) {
        let together = Together::new(most);
        let asked: Asked = Arc::default();
        let looks = ids.iter().map(|id| {
            let asked = Arc::clone(&asked);
            let ask = move |ids: Vec<String>| {
                asked.lock().expect("asked").push(ids.clone());
                async move {
                    let never = std::future::pending::<()>();
                    let _ = tokio::time::timeout(Duration::from_millis(20), never).await;
                    match ids.iter().find(|id| ["missing", "denied"].contains(&id.as_str())) {
                        Some(id) => Err(Error::aws(id.clone(), "no")),
                        None => Ok([vec!["another".to_owned()], ids].concat()),
                    }
                }
            };
            together.look("", id, |found: &String, id| found == id, ask)
        });
        let found = join_all(looks).await;
        let asked = asked.lock().expect("asked").clone();
        (found, asked)
    }

    #[tokio::test]
    async fn looks_of_the_same_moment_are_one_call_and_each_gets_its_own() {
        let (found, asked) = looked(&["b", "a", "c", "a"], 100).await;
        let one = |id: &str| Ok(vec![id.to_owned()]);
        assert_eq!(found, [one("b"), one("a"), one("c"), one("a")]);
        assert_eq!(asked, [["a", "b", "c"]]);
    }

    #[tokio::test]
    async fn no_call_names_more_than_aws_takes() {
        let (found, asked) = looked(&["a", "b", "c", "d", "e"], 2).await;
        assert!(found.iter().all(Result::is_ok));
        assert_eq!(asked.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    }

    #[tokio::test]
    async fn one_that_is_refused_is_no_trouble_of_the_others() {
        let (found, asked) = looked(&["a", "missing", "b"], 100).await;
        let codes = found.iter().map(|it| it.as_ref().err().and_then(Error::code));
        assert_eq!(codes.collect::<Vec<_>>(), [None, Some("missing"), None]);
        assert_eq!(found[2], Ok(vec!["b".to_owned()]));
        assert_eq!(asked.len(), 4);
    }
}
