//! How long pages take to be read and to have their main text found.
//!
//! First as nobody should write them, each doubled three times, so that growth shows: eight times the source should take
//! about eight times as long. Then, where `RECTO_PAGES` names a folder, the pages in it, beside what the parser alone
//! takes: the ratio to that says more than milliseconds do on a machine that has other things to do.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use recto::format::html::{Context, read, readable};
use rustix::time::{ClockId, clock_gettime};

const DOUBLINGS: u32 = 3;

/// How often each page of a folder is read; the shortest time counts.
const TIMES: usize = 3;

/// A page by how often something stands in it.
type Shape = fn(usize) -> String;

/// Pages, each with how often what it is made of stands in the first.
const SHAPES: &[(&str, usize, Shape)] = &[
    ("an article", 500, |n| article().repeat(n)),
    ("references", 25_000, |n| "&amp;&nope;&".repeat(n)),
    ("nested", 10_000, |n| "<div>".repeat(n)),
    ("nested, with words", 10_000, |n| "<div>x".repeat(n)),
    ("nested lists", 5_000, |n| "<ul><li>x".repeat(n)),
    ("lists nested 30 deep", 100, |n| format!("{}{}", "<ul><li>x".repeat(30), "</ul>".repeat(30)).repeat(n)),
    ("unclosed marks", 2_000, |n| "<p><b><i><font color=a>x".repeat(n)),
    ("unclosed b", 20_000, |n| "<b>x ".repeat(n)),
    ("unclosed links", 5_000, |n| "<a href=x>x".repeat(n)),
    ("unclosed tables", 5_000, |n| "<table><tr><td>x".repeat(n)),
    ("a wide row", 10_000, |n| format!("<table><tr>{}", "<td>x".repeat(n))),
    ("rows", 5_000, |n| format!("<table>{}", "<tr><td>x<td>y".repeat(n))),
    ("line breaks", 20_000, |n| "x<br>".repeat(n)),
    ("empty line breaks", 20_000, |n| "<br>".repeat(n)),
    ("paragraphs", 10_000, |n| "<p>A few words, no more.</p>".repeat(n)),
    ("marks side by side", 10_000, |n| "<b>x</b> ".repeat(n)),
    ("one long paragraph", 50_000, |n| "Words and words, ".repeat(n)),
    ("headings", 5_000, |n| "<h2 id=a>A heading</h2>".repeat(n)),
    ("pictures", 5_000, |n| "<img src=a.png alt=b>".repeat(n)),
    ("end tags", 20_000, |n| "</p></b></div>".repeat(n)),
    ("comments", 20_000, |n| "<!--x-->y".repeat(n)),
    ("attributes", 10_000, |n| format!("<p{}>x", (0..n).map(|idx| format!(" a{idx}=b")).collect::<String>())),
    ("notes", 1_000, |n| {
        let refs = (0..n).map(|idx| format!("<sup><a href=#fn{idx} id=r{idx}>{idx}</a></sup>"));
        let notes = (0..n).map(|idx| format!("<li id=fn{idx}>x <a href=#r{idx}>↩</a>"));
        ["<p>".to_owned()].into_iter().chain(refs).chain(notes).collect()
    }),
];

fn main() {
    println!(
        "{:<22}{:>8}{:>11}{:>7}{:>7}{:>7}{:>14}{:>7}{:>7}{:>7}",
        "", "KiB", "read ms", "x2", "x4", "x8", "find ms", "x2", "x4", "x8"
    );
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    for (name, first, shape) in SHAPES.iter().filter(|(name, ..)| name.contains(&wanted)) {
        let times: Vec<_> = (0..=DOUBLINGS).map(|n| time(&shape(first << n))).collect();
        print!("{name:<22}{:>8}", shape(*first).len() / 1024);
        for (part, width) in [(0, 11), (1, 14)] {
            let of = |time: &[Duration; 2]| time[part].as_secs_f64() * 1e3;
            print!("{:>width$.2}", of(&times[0]));
            for time in &times[1..] {
                print!("{:>7.1}", of(time) / of(&times[0]));
            }
        }
        println!();
    }
    if let Some(folder) = std::env::var_os("RECTO_PAGES") {
        let mut texts = Vec::new();
        gather(Path::new(&folder), &mut texts);
        of_folder(&texts);
    }
}

/// Returns the time for which this thread has run: what waits for its turn on a busy machine is not counted.
fn spent() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Returns in how short a time a page is read, and its main text found.
fn time(text: &str) -> [Duration; 2] {
    let once = || {
        let start = spent();
        let page = black_box(read(text, &Context::default()));
        let reading = spent();
        black_box(readable::extract(&page, &Context::default()));
        [reading - start, spent() - reading]
    };
    let times = [(); TIMES].map(|()| once());
    [0, 1].map(|part| times.iter().map(|time| time[part]).min().unwrap())
}

fn gather(path: &Path, texts: &mut Vec<String>) {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| gather(entry, texts));
    } else if path.extension().is_some_and(|end| end == "html" || end == "htm") {
        texts.push(String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned());
    }
}

fn of_folder(texts: &[String]) {
    let mut sums = [Duration::ZERO; 3];
    for text in texts {
        let parse = || {
            let start = spent();
            black_box(dom_query::Document::from(text.as_str()));
            spent() - start
        };
        sums[0] += (0..TIMES).map(|_| parse()).min().unwrap();
        let [reading, finding] = time(text);
        sums[1] += reading;
        sums[2] += finding;
    }
    let [parsing, reading, finding] = sums.map(|sum| sum.as_secs_f64() * 1e3 / texts.len().max(1) as f64);
    println!(
        "{} pages, ms each: {reading:.2} to read, {finding:.2} to find the main text, {:.2} in all, \
         {:.2} times the parser alone ({parsing:.2})",
        texts.len(),
        reading + finding,
        (reading + finding) / parsing
    );
}

fn article() -> &'static str {
    "<h2 id=a>A part</h2><p>Words with <b>marks</b>, a <a href='/b'>link</a> and a \
     note<sup><a href='#n'>1</a></sup>.</p><ul><li>One<li>Two</ul><table><tr><th>a<th>b<tr><td>c<td>d</table>\
     <figure><img src=a.png alt=b><figcaption>c</figcaption></figure><pre><code class=language-rs>d</code></pre>"
}
