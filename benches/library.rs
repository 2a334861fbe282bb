//! The library with many articles: listing, searching, opening and marking, against one with ten.
//!
//! `cargo bench --bench library`, or with `RECTO_ARTICLES=100000`. The articles have about 1,000 words each, of 60,000
//! made-up ones that come up as often as words do (Zipf). A library is made once, under `target/`, and used again.
//! Times are wall clock, in milliseconds: the median, the 95th and 99th of a hundred, and the longest.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use recto::annotation::{About, Highlight, Ink, Standing};
use recto::article::{Article, Facts, Locator};
use recto::catalogue::{ArticleId, Change, Rank, Sort, Spot, View, Wanted};
use recto::document::{Anchor, Offset};
use recto::format::{Format, Parser};
use recto::library::{Arriving, Places, Store};
use recto::query::Query;

/// How many articles are found for one look at the results.
const SCREEN: usize = 20;
const WORDS: usize = 60_000;

fn main() {
    let many = std::env::var("RECTO_ARTICLES").ok().and_then(|number| number.parse().ok()).unwrap_or(5_000);
    for n_articles in [10, many] {
        let places = made(n_articles);
        let size = std::fs::metadata(&places.database).unwrap().len();
        println!("{n_articles} articles, {} MB", size >> 20);
        println!("{:38} {:>8} {:>8} {:>8} {:>8}", "ms", "p50", "p95", "p99", "longest");
        measure(&places, n_articles);
    }
}

fn measure(places: &Places, n_articles: usize) {
    let mut random = Random(7);
    let wanted = |view, sort| Wanted { view, sort, ..Wanted::default() };
    row("open, and the first part of `continue`", 50, |_| {
        let store = Store::open(places).unwrap().store;
        assert!(store.page(&wanted(View::Continue, Sort::Natural), 0, 200).unwrap().total > 0);
    });
    let mut store = Store::open(places).unwrap().store;
    for view in [View::Continue, View::Unread, View::Starred, View::All] {
        let total = store.page(&wanted(view, Sort::Natural), 0, 1).unwrap().total;
        row(&format!("a part of `{}` ({total})", view.name()), 100, |_| {
            let from = random.below(total.saturating_sub(200).max(1));
            store.page(&wanted(view, Sort::Natural), from, 200).unwrap();
        });
    }
    row("a part of `all` by title", 100, |_| {
        store.page(&wanted(View::All, Sort::Title), random.below(n_articles), 200).unwrap();
    });
    row("`all` filtered by a word", 100, |_| {
        let filter = word(random.below(2_000));
        store.page(&Wanted { filter, ..wanted(View::All, Sort::Natural) }, 0, 200).unwrap();
    });
    let search = |store: &Store, typed: &str, rank| store.search(&Query::as_typed(typed), rank, SCREEN).unwrap().len();
    for letters in 1..=5 {
        row(&format!("as typed, {letters} letters of a word"), 100, |_| {
            let typed: String = word(random.zipf()).chars().take(letters).collect();
            search(&store, &typed, Rank::Newest);
        });
    }
    for (told, rank) in [("newest", Rank::Newest), ("best", Rank::Best)] {
        row(&format!("one word, {told} first"), 200, |_| {
            search(&store, &format!("{} ", word(random.zipf())), rank);
        });
        row(&format!("two words, {told} first"), 200, |_| {
            search(&store, &format!("{} {} ", word(random.zipf()), word(random.zipf())), rank);
        });
        row(&format!("a phrase of two, {told} first"), 200, |_| {
            let article = random.below(n_articles);
            let text = text(article);
            let mut words = text.split_whitespace().skip(20 + random.below(900));
            search(&store, &format!("\"{} {}\" ", words.next().unwrap(), words.next().unwrap()), rank);
        });
        row(&format!("a word in a title, {told} first"), 100, |_| {
            search(&store, &format!("title:{} ", word(random.zipf())), rank);
        });
    }
    row("the titles of all articles", 20, |_| {
        store.titles().unwrap();
    });
    let titles = store.titles().unwrap();
    for letters in [1, 3, 6] {
        row(&format!("titles that have {letters} letters"), 100, |_| {
            let typed: String = word(random.zipf()).chars().take(letters).collect();
            store.titled(&titles.best(&typed, 100, &|| true).unwrap()).unwrap();
        });
    }
    row("what is known of an article", 200, |_| {
        assert!(store.known(&locator(random.below(n_articles))).unwrap().is_some());
    });
    row("the text of an article", 200, |_| {
        assert!(store.text(ArticleId(1 + random.below(n_articles) as i64)).unwrap().is_some());
    });
    row("a highlight, on the disk", 100, |_| {
        let article = random.below(n_articles);
        let text = text(article);
        let exact = text.split_whitespace().nth(30).unwrap().to_owned();
        let anchor =
            Anchor { offset: Offset::at(text.find(&exact).unwrap()), exact, prefix: "".into(), suffix: "".into() };
        let highlight = Highlight {
            uid: String::new(),
            anchor,
            colour: Ink::Yellow,
            note: "a note".to_owned(),
            created: Timestamp::now(),
            updated: Timestamp::now(),
            standing: Standing::Exact,
        };
        let article = ArticleId(1 + article as i64);
        let changed = store.change(&Change::Highlight { article, highlight }).unwrap();
        assert_eq!(changed.highlights.len(), 1);
    });
    row("a place, on the disk", 100, |_| {
        store.leave(ArticleId(1 + random.below(n_articles) as i64), &Spot::default()).unwrap();
    });
}

fn row(name: &str, count: usize, mut one: impl FnMut(usize)) {
    let mut times: Vec<Duration> = (0..count)
        .map(|idx| {
            let start = Instant::now();
            one(idx);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    println!("{name:38} {:>8.2} {:>8.2} {:>8.2} {:>8.2}", at(50), at(95), at(99), at(100));
}

/// Returns a library of so many articles, made if there is none.
fn made(n_articles: usize) -> Places {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("library-{n_articles}/library.db"));
    let places = Places::at(&path);
    if path.exists() {
        return places;
    }
    let beginning = Instant::now();
    let making = path.with_file_name("making.db");
    let _ = std::fs::remove_dir_all(path.parent().unwrap());
    let mut store = Store::open(&Places::at(&making)).unwrap().store;
    let numbers: Vec<usize> = (0..n_articles).collect();
    for part in numbers.chunks(500) {
        add(&mut store, part);
    }
    drop(store);
    rename(&making, &path);
    println!("made {n_articles} articles in {:.0} s", beginning.elapsed().as_secs_f64());
    places
}

fn rename(from: &Path, to: &Path) {
    std::fs::rename(from, to).unwrap();
    let _ = std::fs::rename(Places::at(from).journal(), Places::at(to).journal());
}

fn add(store: &mut Store, numbers: &[usize]) {
    let day = 24 * 60 * 60 * 1000;
    let abouts: Vec<About> = numbers
        .iter()
        .map(|&number| About {
            author: format!("{} {}", word(number % 700), word(number % 900 + 100)),
            added: Some(Timestamp::from_millisecond(day * (10_000 + number as i64 / 20)).unwrap()),
            tags: (number % 10 == 0).then(|| word(number % 50)).into_iter().collect(),
            is_read: number % 3 == 0,
            is_starred: number % 25 == 0,
            is_archived: number % 4 == 0,
            ..About::default()
        })
        .collect();
    let arrivals: Vec<Arriving<'_>> = numbers
        .iter()
        .zip(&abouts)
        .map(|(&number, about)| {
            let mut parser = Parser::new(Format::Markdown);
            parser.push(&format!("# {}\n\n{}", title(number), text(number)));
            let article =
                Article { locator: locator(number), document: parser.finish().into(), facts: Facts::default() };
            Arriving { locator: None, about, passages: &[], article: Some(article), copy: None }
        })
        .collect();
    for arrived in store.arrive(&arrivals).unwrap() {
        if arrived.id.0 % 7 == 1 {
            store.leave(arrived.id, &Spot { permille: 300, ..Spot::default() }).unwrap();
        }
    }
}

fn locator(number: usize) -> Locator {
    Locator::Web(format!("https://{}.example/{number}", word(number % 300)))
}

fn title(number: usize) -> String {
    let mut random = Random(number as u64 + 77);
    let words: Vec<String> = (0..6).map(|_| word(random.zipf())).collect();
    words.join(" ")
}

fn text(number: usize) -> String {
    let mut random = Random(number as u64);
    let mut text = String::new();
    for idx in 0..1_000 {
        text.push_str(&word(random.zipf()));
        text.push_str(if idx % 100 == 99 { ".\n\n" } else { " " });
    }
    text
}

/// Returns a made-up word; the common ones are short.
fn word(rank: usize) -> String {
    const SOUNDS: [&str; 40] = [
        "ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "da", "fe", "gi", "ho", "ju", "ka", "le", "mi", "no",
        "pu", "ro", "sa", "te", "wi", "zo", "an", "er", "in", "on", "ul", "ar", "es", "it", "or", "us", "al", "en",
        "ist", "ond", "urn", "ash",
    ];
    let mut rest = rank + 3;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SOUNDS[rest % SOUNDS.len()]);
        rest /= SOUNDS.len();
    }
    word
}

/// A small generator (xorshift): every run sees the same articles.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        let mut x = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678_9abc_def1);
        x ^= x >> 30;
        x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^= x >> 27;
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        x
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// Returns a rank as ranks of words come up: the one of rank n about 1/n times as often as the first.
    fn zipf(&mut self) -> usize {
        let part = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((WORDS as f64).powf(part) as usize - 1).min(WORDS - 1)
    }
}
