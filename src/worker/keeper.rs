//! The keeper: the one thread that writes to the library, and answers what is asked of it in turn.
//!
//! Places where the reader is come with every key. The first is written at once, and what follows soon after waits until
//! others are done, so that the latest one is what is written.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Zoned;

use super::Tell;
use super::habits::Habits;
use crate::app::{Errand, Event, JobId, Outcome};
use crate::article::Locator;
use crate::catalogue::{ArticleId, Known, LooksByKind, Marks, Spot};
use crate::error::Result;
use crate::library::{Copy, Places, Previous, Store, Taken};
use crate::pace::statistics::Statistics;
use crate::source;

/// How long after a place was written the next one is.
const BETWEEN_PLACES: Duration = Duration::from_millis(300);

/// How long an article's first screen waits for what the library knows of it.
const PATIENCE: Duration = Duration::from_millis(250);

/// How long the opening of an article whose original is gone waits for its copy.
const PATIENCE_FOR_COPY: Duration = Duration::from_secs(10);

/// What has been in the trash for so many days is gone.
const DAYS_IN_TRASH: i64 = 30;

/// Runs the library. It ends when everything that it was sent is done.
pub struct Keeper {
    requests: Sender<Request>,
    thread: Option<JoinHandle<()>>,
}

enum Request {
    Known(Locator, Sender<Answer>),
    Copy(Locator, Sender<Option<Copy>>),
    /// Say when the library is open.
    Ready(Sender<()>),
    /// What the article of this number was before it changed.
    Previous(i64, Sender<Option<Previous>>),
    /// Take in an article with a copy of its original.
    Add(JobId, Taken),
    Errand(JobId, Errand),
    End,
}

/// A way to ask the library from a worker's thread.
#[derive(Clone)]
pub struct Asker(Sender<Request>);

impl Asker {
    /// Returns the latest copy of the article at `locator`.
    pub fn copy(&self, locator: &Locator) -> Option<Copy> {
        let (answer, asked) = mpsc::channel();
        self.0.send(Request::Copy(source::absolute(locator), answer)).ok()?;
        asked.recv_timeout(PATIENCE_FOR_COPY).ok().flatten()
    }

    /// Waits until the library is open; returns whether it is.
    pub fn waits_until_open(&self) -> bool {
        let (answer, asked) = mpsc::channel();
        self.0.send(Request::Ready(answer)).is_ok() && asked.recv().is_ok()
    }

    /// Returns what the article of this number was before it changed, if it did.
    pub fn previous(&self, number: i64) -> Option<Previous> {
        let (answer, asked) = mpsc::channel();
        self.0.send(Request::Previous(number, answer)).ok()?;
        asked.recv_timeout(PATIENCE_FOR_COPY).ok().flatten()
    }

    /// Has an article taken in with a copy of its original.
    pub fn add(&self, job: JobId, taken: Taken) {
        let _ = self.0.send(Request::Add(job, taken));
    }
}

/// Something that the library was asked.
pub struct Asked(Receiver<Answer>);

/// What the library knows before an article is read.
#[derive(Debug, Default)]
pub struct Answer {
    pub known: Option<Known>,
    /// How text of each kind is to look.
    pub looks: LooksByKind,
}

impl Asked {
    /// Waits a little for the answer.
    pub fn answer(self) -> Option<Answer> {
        self.0.recv_timeout(PATIENCE).ok()
    }
}

impl Keeper {
    /// Opens the library on a thread of its own. None if the system has no thread for it.
    pub fn start(places: Places, tell: Tell) -> Option<Self> {
        let (requests, received) = mpsc::channel();
        let keep = move || keep(&places, &received, &tell);
        let thread = thread::Builder::new().name("library".into()).spawn(keep).ok()?;
        Some(Self { requests, thread: Some(thread) })
    }

    /// Asks what is known of the article at `locator`.
    pub fn ask_known(&self, locator: &Locator) -> Option<Asked> {
        let (answer, asked) = mpsc::channel();
        self.requests.send(Request::Known(source::absolute(locator), answer)).ok()?;
        Some(Asked(asked))
    }

    pub fn send(&self, job: JobId, errand: Errand) {
        let _ = self.requests.send(Request::Errand(job, errand));
    }

    pub fn asker(&self) -> Asker {
        Asker(self.requests.clone())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let _ = self.requests.send(Request::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn keep(places: &Places, received: &Receiver<Request>, tell: &Tell) {
    let mut store = match Store::open(places) {
        Ok(opened) => {
            for remark in opened.remarks {
                tell(Event::Remark(remark));
            }
            opened.store
        }
        Err(error) => {
            tell(Event::Remark(error.context("nothing is kept of what you read").to_string()));
            return;
        }
    };
    let mut spots = Spots::default();
    let mut habits = Habits::new(store.paces().unwrap_or_default());
    // Before anything is told of an article, so that its first screen says how long it takes.
    if !habits.paces().is_empty() {
        tell(Event::Paces(habits.paces()));
    }
    let mut is_swept = false;
    loop {
        let wait = spots.wait().into_iter().chain(habits.wait()).min().or((!is_swept).then_some(BETWEEN_PLACES));
        let request = match wait {
            Some(wait) => received.recv_timeout(wait),
            None => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match request {
            Ok(Request::Known(locator, answer)) => {
                let known = store.known(&locator).unwrap_or_default();
                let _ = answer.send(Answer { known, looks: store.looks().unwrap_or_default() });
            }
            Ok(Request::Copy(locator, answer)) => {
                let _ = answer.send(store.copy(&locator).unwrap_or_default());
            }
            Ok(Request::Ready(answer)) => drop(answer.send(())),
            Ok(Request::Previous(number, answer)) => {
                let _ = answer.send(store.previous(ArticleId(number)).unwrap_or_default());
            }
            Ok(Request::Add(job, taken)) => {
                let added =
                    store.add(&taken.article, &taken.copy).map(|added| Outcome::Kept { is_new: added.has_new_copy });
                let outcome = added.unwrap_or_else(|error| Outcome::Failed(error.to_string()));
                tell(Event::Done(job, outcome));
            }
            Ok(Request::Errand(_, Errand::Leave { article, spot })) => spots.take(article, spot),
            Ok(Request::Errand(_, Errand::Passed(passed))) => {
                let learned = habits.take(&passed, Instant::now());
                if learned.has_pace {
                    tell(Event::Paces(habits.paces()));
                }
                if let Some(article) = passed.article.filter(|_| learned.has_finished) {
                    tell(Event::Finished(article));
                }
            }
            Ok(Request::Errand(job, errand)) => {
                if let Some(outcome) = perform(&mut store, errand).unwrap_or_else(failed) {
                    tell(Event::Done(job, outcome));
                }
            }
            Err(RecvTimeoutError::Timeout) if spots.wait().is_none() && habits.wait().is_none() => {
                // Nothing else is to be done, so there is time to put things in order.
                is_swept = true;
                let _ = store.is_writable().then(|| store.purge(DAYS_IN_TRASH));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Request::End) | Err(RecvTimeoutError::Disconnected) => {
                spots.write(&mut store, tell);
                habits.write(&mut store);
                return;
            }
        }
        if habits.wait() == Some(Duration::ZERO) {
            habits.write(&mut store);
        }
        if spots.wait() == Some(Duration::ZERO) {
            spots.write(&mut store, tell);
        }
    }
}

/// Does one thing; returns what is to be told of it.
fn perform(store: &mut Store, errand: Errand) -> Result<Option<Outcome>> {
    Ok(match errand {
        Errand::Note(mut article) => {
            article.locator = source::absolute(&article.locator);
            Some(Outcome::Known(Box::new(store.note(&article)?)))
        }
        Errand::Leave { article, spot } => {
            store.leave(article, &spot)?;
            None
        }
        Errand::Mark { article, letter, anchor } => {
            store.mark(article, letter, &anchor)?;
            None
        }
        Errand::Choose { article, chosen } => {
            store.choose(article, &chosen)?;
            None
        }
        Errand::Look { kind, changed } => {
            store.choose_looks(&kind, &changed)?;
            None
        }
        Errand::Change(change) => {
            let changed = store.change(&change)?;
            Some(Outcome::Changed { undo: changed.undo, highlights: changed.highlights })
        }
        // What is kept is read first, by the worker; what was passed is learned from; searches have a thread of their own.
        Errand::Keep(_) | Errand::Passed(_) | Errand::Seek { .. } | Errand::Titles { .. } => None,
        Errand::Stand(standings) => {
            store.stand(&standings)?;
            None
        }
        Errand::Statistics => {
            let statistics = Statistics::new(&store.days()?, Zoned::now().date());
            let paces = store.paces()?.into_iter().map(|(language, pace)| (language, pace.words_a_minute()));
            Some(Outcome::Statistics(Box::new(statistics), paces.collect()))
        }
        Errand::Marks(marks) => {
            let found = match marks {
                Marks::Tags => store.tags()?,
                Marks::Sources => store.sources()?,
            };
            Some(Outcome::Marks(marks, found))
        }
        Errand::List { wanted, from, count } => Some(Outcome::Listed(store.page(&wanted, from, count)?)),
    })
}

#[allow(clippy::needless_pass_by_value, reason = "an error is told once")]
fn failed(error: crate::error::Error) -> Option<Outcome> {
    Some(Outcome::Failed(error.to_string()))
}

/// Places that were not written yet.
#[derive(Default)]
struct Spots {
    waiting: BTreeMap<ArticleId, Spot>,
    written: Option<Instant>,
}

impl Spots {
    fn take(&mut self, article: ArticleId, spot: Spot) {
        self.waiting.insert(article, spot);
    }

    /// Returns how long they may still wait; none if there are none.
    fn wait(&self) -> Option<Duration> {
        if self.waiting.is_empty() {
            return None;
        }
        let since = self.written.map(|written| written.elapsed());
        Some(since.map_or(Duration::ZERO, |since| BETWEEN_PLACES.saturating_sub(since)))
    }

    fn write(&mut self, store: &mut Store, tell: &Tell) {
        for (article, spot) in std::mem::take(&mut self.waiting) {
            if let Err(error) = store.leave(article, &spot)
                && store.is_writable()
            {
                tell(Event::Remark(error.to_string()));
            }
        }
        self.written = Some(Instant::now());
    }
}
