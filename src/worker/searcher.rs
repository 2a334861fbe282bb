//! The searcher: a thread that searches the library on a connection of its own, so that no search waits for what is
//! written, and nothing that is written for a search.
//!
//! Only the latest search is wanted. A newer one interrupts it, and nothing more is told of it.

use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::Tell;
use super::keeper::Asker;
use crate::app::{Event, JobId, Outcome};
use crate::catalogue::Part;
use crate::error::{Error, Result};
use crate::library::{Interrupter, Places, Store, Titles};
use crate::query::Query;
use crate::source;

/// How many articles are told at once: the first ones are seen while the words around the others are looked for.
const AT_ONCE: usize = 6;

/// Runs searches. A search that runs when it is dropped is given up.
pub struct Searcher {
    requests: Sender<Request>,
    latest: Arc<Latest>,
}

/// What is to be searched.
pub struct Request {
    pub job: JobId,
    pub wanted: Wanted,
}

pub enum Wanted {
    /// What a query finds.
    Text { query: Arc<Query>, part: Part },
    /// Titles that have the letters that were typed.
    Titles { typed: String, count: usize },
}

/// The search that is wanted, and how to stop another one.
#[derive(Default)]
struct Latest {
    /// None is 0.
    job: AtomicU64,
    interrupter: Mutex<Option<Interrupter>>,
}

impl Latest {
    fn is(&self, job: JobId) -> bool {
        self.job.load(Ordering::Acquire) == job.0
    }

    /// Says which search is wanted from now on, and stops the one that runs.
    fn set(&self, job: u64) {
        self.job.store(job, Ordering::Release);
        if let Some(interrupter) = &*self.interrupter.lock().unwrap_or_else(PoisonError::into_inner) {
            interrupter.interrupt();
        }
    }
}

impl Searcher {
    /// Begins a thread for searches, which opens the library once the keeper has. None if the system has no thread.
    pub fn start(places: Places, keeper: Asker, tell: Tell) -> Option<Self> {
        let (requests, received) = mpsc::channel();
        let latest = Arc::<Latest>::default();
        let wanted = Arc::clone(&latest);
        let search = move || Thread { places, keeper, tell, latest: wanted, store: None, titles: None }.run(&received);
        thread::Builder::new().name("search".into()).spawn(search).ok()?;
        Some(Self { requests, latest })
    }

    /// Begins a search, in the place of one that may run.
    pub fn search(&self, request: Request) {
        self.latest.set(request.job.0);
        let _ = self.requests.send(request);
    }

    /// Stops a search, if it is the latest.
    pub fn cancel(&self, job: JobId) {
        if self.latest.is(job) {
            self.latest.set(0);
        }
    }
}

impl Drop for Searcher {
    fn drop(&mut self) {
        self.latest.set(0);
    }
}

struct Thread {
    places: Places,
    keeper: Asker,
    tell: Tell,
    latest: Arc<Latest>,
    /// Once something was searched.
    store: Option<Store>,
    /// Once titles were asked for.
    titles: Option<Titles>,
}

impl Thread {
    fn run(mut self, received: &Receiver<Request>) {
        while let Ok(request) = received.recv() {
            let job = request.job;
            if !self.latest.is(job) {
                continue;
            }
            // A fault must not leave the reader waiting for this answer, and all later ones.
            let searched = panic::catch_unwind(AssertUnwindSafe(|| self.search(&request)));
            let searched = searched.unwrap_or_else(|_| Err(source::fault()));
            if let Err(error) = searched
                && self.latest.is(job)
            {
                (self.tell)(Event::Done(job, Outcome::Failed(error.to_string())));
            }
        }
    }

    fn search(&mut self, request: &Request) -> Result<()> {
        self.open()?;
        let Some(store) = &self.store else { return Ok(()) };
        let job = &request.job;
        let (query, part) = match &request.wanted {
            Wanted::Text { query, part } => (query, part),
            Wanted::Titles { typed, count } => {
                if !self.titles.as_ref().is_some_and(|titles| store.has_still(titles)) {
                    self.titles = Some(store.titles()?);
                }
                let titles = self.titles.as_ref();
                let best = titles.and_then(|titles| titles.best(typed, *count, &|| self.latest.is(*job)));
                if let Some(best) = best {
                    (self.tell)(Event::Done(*job, Outcome::Titles(store.titled(&best)?)));
                }
                return Ok(());
            }
        };
        let mut waiting = Vec::new();
        store.search_part(query, *part, &mut |found| {
            waiting.push(found);
            if waiting.len() == AT_ONCE { self.tell(*job, &mut waiting, false) } else { self.goes_on(*job) }
        })?;
        let _ = self.tell(*job, &mut waiting, true);
        Ok(())
    }

    fn goes_on(&self, job: JobId) -> ControlFlow<()> {
        if self.latest.is(job) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn tell(&self, job: JobId, waiting: &mut Vec<crate::catalogue::Found>, complete: bool) -> ControlFlow<()> {
        self.goes_on(job)?;
        let found = std::mem::take(waiting);
        if (self.tell)(Event::Done(job, Outcome::Found { found, complete })) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }

    /// Opens the library, unless it is open.
    fn open(&mut self) -> Result<()> {
        if self.store.is_some() {
            return Ok(());
        }
        if !self.keeper.waits_until_open() {
            return Err(Error::new("the library could not be opened, so it cannot be searched"));
        }
        let store = Store::open_beside(&self.places)?;
        *self.latest.interrupter.lock().unwrap_or_else(PoisonError::into_inner) = Some(store.interrupter());
        self.store = Some(store);
        Ok(())
    }
}
