//! How long pages take, as they are and as nobody should write them; each doubled, so that growth shows.

use divan::{Bencher, black_box};
use recto::format::html::{Context, read};

fn main() {
    divan::main();
}

/// Sizes, each twice the one before.
const SIZES: [usize; 4] = [1, 2, 4, 8];

fn article(n: usize) -> String {
    let part = "<h2 id=a>A part</h2><p>Words with <b>marks</b>, a <a href='/b'>link</a> and a \
                note<sup><a href='#n'>1</a></sup>.</p><ul><li>One<li>Two</ul><table><tr><th>a<th>b<tr><td>c<td>d</table>\
                <figure><img src=a.png alt=b><figcaption>c</figcaption></figure><pre><code class=language-rs>d</code></pre>";
    format!("<!DOCTYPE html><html lang=en><title>T</title><body>{}", part.repeat(n * 500))
}

#[divan::bench(args = SIZES)]
fn page(bencher: Bencher, n: usize) {
    measure(bencher, &article(n));
}

#[divan::bench(args = SIZES)]
fn nested(bencher: Bencher, n: usize) {
    measure(bencher, &"<div>".repeat(n * 10_000));
}

#[divan::bench(args = SIZES)]
fn unclosed_marks(bencher: Bencher, n: usize) {
    measure(bencher, &"<p><b><i><font color=a>x".repeat(n * 2_000));
}

#[divan::bench(args = SIZES)]
fn unclosed_tables(bencher: Bencher, n: usize) {
    measure(bencher, &"<table><tr><td>x".repeat(n * 5_000));
}

#[divan::bench(args = SIZES)]
fn notes(bencher: Bencher, n: usize) {
    let n = n * 1_000;
    let refs = (0..n).map(|idx| format!("<sup><a href=#fn{idx} id=r{idx}>{idx}</a></sup>"));
    let notes = (0..n).map(|idx| format!("<li id=fn{idx}>x <a href=#r{idx}>↩</a>"));
    measure(bencher, &["<p>".to_owned()].into_iter().chain(refs).chain(notes).collect::<Vec<_>>().concat());
}

#[divan::bench(args = SIZES)]
fn attributes(bencher: Bencher, n: usize) {
    let attributes = (0..n * 10_000).map(|idx| format!(" a{idx}=b"));
    measure(bencher, &format!("<p{}>x", attributes.collect::<Vec<_>>().concat()));
}

fn measure(bencher: Bencher, html: &str) {
    bencher.bench_local(|| black_box(read(black_box(html), &Context::default()).document.text().len()));
}
