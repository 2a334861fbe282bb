//! The worker: effects performed on threads of their own, their results told as events.
//!
//! What touches the terminal (the clipboard, the title, a suspension) is left to the loop, which owns it.

mod drawing;
mod habits;
mod keeper;
mod pictures;
mod searcher;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::annotation::Highlight;
use crate::app::{Card, Effect, Errand, Event, JobId, Outcome, Sought};
use crate::article::{Article, Locator};
use crate::document::find::{Query, find_chunked};
use crate::document::{BlockId, Document, Offset, TextRange};
use crate::error::{Error, Result};
use crate::highlight;
use crate::library::{Places, Taken};
use crate::query::{Column, snippet};
use crate::source::{self, LoadOptions};
use crate::text::width;

use keeper::{Asker, Keeper};
use searcher::Searcher;

/// How much of an article's beginning the shelf is told, in cells.
const OPENING: usize = 120;

/// After how many hits a search ends: a letter that a long text has everywhere must not fill the memory.
const MOST_HITS: usize = 1_000_000;

/// Tells the loop an event; false once nobody listens any more.
type Tell = Arc<dyn Fn(Event) -> bool + Send + Sync>;

/// Performs effects.
pub struct Worker {
    tell: Tell,
    options: LoadOptions,
    /// Jobs that run, and how to tell them that they are no longer wanted.
    running: HashMap<JobId, Arc<AtomicBool>>,
    /// Standard input can be read once only, so what it held is kept.
    stdin: Arc<Mutex<Option<Article>>>,
    /// None for a reader who keeps nothing.
    keeper: Option<Keeper>,
    /// Begun with the first search.
    searcher: Option<Searcher>,
    library: Option<Places>,
}

impl Worker {
    /// Makes a worker that tells its results through `tell`, and keeps what was read in a library, if there is one.
    pub fn new(
        options: LoadOptions,
        library: Option<Places>,
        tell: impl Fn(Event) -> bool + Send + Sync + 'static,
    ) -> Self {
        let tell: Tell = Arc::new(tell);
        let keeper = library.clone().and_then(|places| Keeper::start(places, Arc::clone(&tell)));
        Self { tell, options, running: HashMap::new(), stdin: Arc::default(), keeper, searcher: None, library }
    }

    /// Begins to perform `effect`; returns it if it is none of the worker's.
    pub fn perform(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Load { job, locator } => {
                let (options, stdin) = (self.options, Arc::clone(&self.stdin));
                let asker = self.asker();
                let known = self.keeper.as_ref().and_then(|keeper| keeper.ask_known(&locator));
                self.start(job, move |job| {
                    let mut from = From { locator, options, known, asker };
                    load(job, &mut from, &stdin);
                });
            }
            Effect::Describe { job, locators } => {
                let options = self.options;
                self.start(job, move |job| describe(job, &locators, options));
            }
            Effect::Search { job, document, sought } => self.start(job, move |job| search(job, &document, &sought)),
            Effect::Highlight { job, document, blocks } => {
                self.start(job, move |job| highlight(job, &document, &blocks));
            }
            Effect::Survey { job, article, first } => {
                let asker = self.asker();
                self.start(job, move |job| pictures::survey(job, &article, asker.as_ref(), first));
            }
            Effect::Draw { job, article, resource, request } => {
                let asker = self.asker();
                self.start(job, move |job| pictures::draw(job, &article, asker.as_ref(), resource, &request));
            }
            Effect::Place { job, document, highlights } => {
                self.start(job, move |job| place(job, &document, &highlights));
            }
            Effect::Library { job, errand: Errand::Keep(locator) } => {
                let (options, asker) = (self.options, self.asker());
                self.start(job, move |job| keep(job, &locator, &options, asker.as_ref()));
            }
            Effect::Library { job, errand: Errand::Seek { query, part } } => {
                self.search_library(searcher::Request { job, wanted: searcher::Wanted::Text { query, part } });
            }
            Effect::Library { job, errand: Errand::Titles { typed, count } } => {
                self.search_library(searcher::Request { job, wanted: searcher::Wanted::Titles { typed, count } });
            }
            Effect::Library { job, errand } => {
                if let Some(keeper) = &self.keeper {
                    keeper.send(job, errand);
                }
            }
            Effect::Cancel(job) => {
                if let Some(searcher) = &self.searcher {
                    searcher.cancel(job);
                }
                if let Some(cancelled) = self.running.remove(&job) {
                    cancelled.store(true, Ordering::Relaxed);
                }
            }
            other => return Some(other),
        }
        None
    }

    fn asker(&self) -> Option<Asker> {
        self.keeper.as_ref().map(Keeper::asker)
    }

    fn search_library(&mut self, request: searcher::Request) {
        if self.searcher.is_none()
            && let (Some(keeper), Some(places)) = (&self.keeper, &self.library)
        {
            self.searcher = Searcher::start(places.clone(), keeper.asker(), Arc::clone(&self.tell));
        }
        match &self.searcher {
            Some(searcher) => searcher.search(request),
            None => {
                let failed = Outcome::Failed("the library cannot be searched".to_owned());
                (self.tell)(Event::Done(request.job, failed));
            }
        }
    }

    fn start(&mut self, id: JobId, work: impl FnOnce(&Job) + Send + 'static) {
        // A flag that only this map still holds belongs to a job that has ended.
        self.running.retain(|_, cancelled| Arc::strong_count(cancelled) > 1);
        let cancelled = Arc::new(AtomicBool::new(false));
        self.running.insert(id, Arc::clone(&cancelled));
        let job = Job { id, cancelled, tell: Arc::clone(&self.tell) };
        let contained = move || {
            // A fault in a parser must not leave the reader waiting. What it held is not used again.
            if panic::catch_unwind(AssertUnwindSafe(|| work(&job))).is_err() {
                let _ = job.tell(Outcome::Failed(source::fault().to_string()));
            }
        };
        let spawned = thread::Builder::new().name("worker".into()).stack_size(source::STACK).spawn(contained);
        if let Err(error) = spawned {
            (self.tell)(Event::Done(id, Outcome::Failed(format!("cannot start a thread: {error}"))));
        }
    }
}

/// A piece of work that runs.
struct Job {
    id: JobId,
    cancelled: Arc<AtomicBool>,
    tell: Tell,
}

impl Job {
    /// Tells a result; breaks if it was not wanted.
    fn tell(&self, outcome: Outcome) -> ControlFlow<()> {
        if self.cancelled.load(Ordering::Relaxed) || !(self.tell)(Event::Done(self.id, outcome)) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// What is to be loaded.
struct From {
    locator: Locator,
    options: LoadOptions,
    /// What the library will say of it.
    known: Option<keeper::Asked>,
    asker: Option<Asker>,
}

fn load(job: &Job, from: &mut From, stdin: &Mutex<Option<Article>>) {
    let loaded = if from.locator == Locator::Stdin {
        let mut kept = stdin.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(article) => Ok(article.clone()),
            None => read(job, from).inspect(|article| *kept = Some(article.clone())),
        }
    } else {
        read(job, from)
    };
    tell_known(job, from);
    let _ = job.tell(match loaded {
        Ok(article) => Outcome::Loaded(article),
        Err(error) => Outcome::Failed(error.to_string()),
    });
}

fn read(job: &Job, from: &mut From) -> Result<Article> {
    if let Locator::Changes(number) = from.locator {
        let nothing = || Error::new("its text is the one that you first read");
        let previous = from.asker.as_ref().and_then(|asker| asker.previous(number)).ok_or_else(nothing)?;
        return previous.compare(&original_or_copy(&previous.locator, &from.options, from.asker.as_ref())?);
    }
    if source::is_gone(&from.locator) {
        return original_or_copy(&from.locator, &from.options, from.asker.as_ref());
    }
    source::load(&from.locator.clone(), &from.options.clone(), &mut |part| {
        tell_known(job, from);
        let flow = job.tell(Outcome::Loaded(part));
        step_back();
        flow
    })
}

/// Reads a whole article: the original, or the copy that was kept of it where that is gone.
fn original_or_copy(locator: &Locator, options: &LoadOptions, asker: Option<&Asker>) -> Result<Article> {
    let copy = asker.filter(|_| source::is_gone(locator)).and_then(|asker| asker.copy(locator));
    match copy {
        Some(copy) => source::read_copy(locator, &copy.name, &copy.bytes, options),
        None => source::load_whole(locator, options),
    }
}

/// Reads an original with its pictures, and has a copy kept.
fn keep(job: &Job, locator: &Locator, options: &LoadOptions, asker: Option<&Asker>) {
    match (Taken::read(&source::absolute(locator), options), asker) {
        (Ok(taken), Some(asker)) => asker.add(job.id, taken),
        (Ok(_), None) => {}
        (Err(error), _) => drop(job.tell(Outcome::Failed(error.to_string()))),
    }
}

/// Tells what the library knows, before anything of the article is shown.
fn tell_known(job: &Job, from: &mut From) {
    let Some(answer) = from.known.take().and_then(keeper::Asked::answer) else { return };
    let _ = job.tell(Outcome::Looks(answer.looks));
    if let Some(known) = answer.known {
        let _ = job.tell(Outcome::Known(Box::new(known)));
    }
}

/// Lets the keys come first from now on: what the reader can read is there, and the rest may take its time.
fn step_back() {
    // On Linux this is the thread's own priority; elsewhere it would be the whole program's.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(5);
}

/// Tells what each article is called; long ones are told by their first part.
fn describe(job: &Job, locators: &[Locator], options: LoadOptions) {
    for locator in locators.iter().filter(|&locator| *locator != Locator::Stdin) {
        if let Ok(article) = source::load(locator, &options, &mut |_| ControlFlow::Break(())) {
            let document = &article.document;
            let first = document.next_leaf(None).and_then(|block| document.block(block));
            let opening = first.map(|block| document.slice(block.range)).unwrap_or_default();
            let card = Card {
                title: document.title().map(str::to_owned),
                opening: width::truncate(opening, OPENING).into_owned(),
                words: document.sections().iter().map(|section| section.words).sum(),
                sections: document.sections().len(),
            };
            if job.tell(Outcome::Described(locator.clone(), card)).is_break() {
                return;
            }
        }
    }
}

fn search(job: &Job, document: &Document, sought: &Sought) {
    let query = match sought {
        Sought::Typed(typed) => Query::new(typed),
        // They are not looked for.
        Sought::Changes => None,
        Sought::Terms { query, .. } => {
            let found = snippet::hits(document.text(), query, Column::Body, MOST_HITS);
            let range = |hit: std::ops::Range<usize>| TextRange::new(Offset::at(hit.start), Offset::at(hit.end));
            let _ = job.tell(Outcome::Hits { hits: found.into_iter().map(range).collect(), complete: true });
            return;
        }
    };
    if let Some(query) = query {
        let mut n_hits = 0;
        let searched = find_chunked(document, &query, &mut |hits| match hits {
            [] if job.cancelled.load(Ordering::Relaxed) => ControlFlow::Break(()),
            [] => ControlFlow::Continue(()),
            hits => {
                n_hits += hits.len();
                job.tell(Outcome::Hits { hits: hits.to_vec(), complete: false })?;
                // So many are never walked; the search stays incomplete, and says so.
                if n_hits > MOST_HITS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            }
        });
        if searched.is_break() {
            return;
        }
    }
    let _ = job.tell(Outcome::Hits { hits: Vec::new(), complete: true });
}

/// Tells where highlights stand.
fn place(job: &Job, document: &Document, highlights: &[Highlight]) {
    let placed = highlights.iter().map(|highlight| (highlight.uid.clone(), highlight.anchor.resolve(document)));
    let _ = job.tell(Outcome::Placed(placed.collect()));
}

/// Tells the parts of each block.
fn highlight(job: &Job, document: &Document, blocks: &[BlockId]) {
    let is_wanted = || !job.cancelled.load(Ordering::Relaxed);
    for &id in blocks {
        let Some((language, source)) = document.code(id) else { continue };
        let colouring = highlight::highlight(language, source, &is_wanted);
        if job.tell(Outcome::Highlighted(id, colouring)).is_break() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_fault_in_a_parser_is_told_and_not_waited_for() {
        let (sender, events) = mpsc::channel();
        let mut worker = Worker::new(LoadOptions::default(), None, move |event| sender.send(event).is_ok());
        worker.start(JobId(7), |_| panic!("a parser's fault, for a test"));
        let event = events.recv_timeout(Duration::from_secs(20)).unwrap();
        let Event::Done(JobId(7), Outcome::Failed(message)) = event else { panic!("{event:?}") };
        assert!(message.contains("fault of recto's"), "{message}");
    }

    #[test]
    fn pictures_that_were_kept_are_there_when_the_original_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let (page, picture) = (dir.path().join("a.md"), dir.path().join("weir.png"));
        std::fs::write(&page, "# A weir\n\n![the weir](weir.png)\n").unwrap();
        image::RgbaImage::new(7, 5).save(&picture).unwrap();
        let places = Places::at(&dir.path().join("library.db"));
        let locator = source::absolute(&Locator::File(page.clone()));
        let taken = Taken::read(&locator, &LoadOptions::default()).unwrap();
        crate::library::Store::open(&places).unwrap().store.add(&taken.article, &taken.copy).unwrap();
        std::fs::remove_file(page).unwrap();
        std::fs::remove_file(picture).unwrap();
        let (sender, events) = mpsc::channel();
        let mut worker = Worker::new(LoadOptions::default(), Some(places), move |event| sender.send(event).is_ok());
        let survey = Effect::Survey { job: JobId(3), article: taken.article, first: 0 };
        assert!(worker.perform(survey).is_none());
        let event = events.recv_timeout(Duration::from_secs(20)).unwrap();
        let Event::Done(JobId(3), Outcome::Surveyed(found)) = event else { panic!("{event:?}") };
        assert_eq!(found, [(0, Ok(crate::picture::Pixels { width: 7, height: 5 }))]);
    }
}
