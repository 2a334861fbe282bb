//! Tells what the reader view sees of each leaf of pages, for `tools/fit-extraction`.
//!
//! Arguments: a folder to write to, and pages. For each page a file of numbers (`f32`, a row a leaf) and one of JSON
//! (`[[text, kind, heading level, share kept by the general extractor, element,
//! likelihood]…]`) are written, and `names` for all. With `--time` and pages, tells how long they take.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use recto::format::html::{self, Context, readable};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.peek().is_some_and(|argument| argument == "--time") {
        arguments.next();
        return time(&arguments.collect::<Vec<_>>());
    }
    let folder = arguments.next().unwrap_or_default();
    for file in arguments {
        let text = String::from_utf8_lossy(&std::fs::read(&file)?).into_owned();
        let page = html::read(&text, &Context::default());
        let (leaves, features) = readable::study(&page, &Context::default());
        let path = Path::new(&file);
        let set = path.ancestors().nth(2).and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut numbers = io::BufWriter::new(File::create(format!("{folder}/{set}-{stem}.f32"))?);
        for value in &features.values {
            numbers.write_all(&value.to_le_bytes())?;
        }
        numbers.flush()?;
        let told: Vec<_> = leaves
            .iter()
            .map(|leaf| (&leaf.text, format!("{:?}", leaf.kind), leaf.level, leaf.kept, &leaf.element, leaf.likely))
            .collect();
        serde_json::to_writer(File::create(format!("{folder}/{set}-{stem}.json"))?, &told)?;
        if !features.names.is_empty() {
            serde_json::to_writer(File::create(format!("{folder}/names"))?, &features.names)?;
        }
    }
    Ok(())
}

/// Tells how long reading pages and finding their main text takes, in milliseconds a page.
fn time(files: &[String]) -> io::Result<()> {
    let texts: Vec<String> = files
        .iter()
        .map(|file| Ok(String::from_utf8_lossy(&std::fs::read(file)?).into_owned()))
        .collect::<io::Result<_>>()?;
    let (mut reading, mut finding) = (Duration::ZERO, Duration::ZERO);
    for text in &texts {
        let start = Instant::now();
        let page = html::read(text, &Context::default());
        let read = Instant::now();
        std::hint::black_box(readable::extract(&page, &Context::default()));
        reading += read - start;
        finding += read.elapsed();
    }
    let each = |spent: Duration| spent.as_secs_f64() * 1e3 / texts.len().max(1) as f64;
    println!("{} pages: {:.2} ms to read, {:.2} ms to find the main text", texts.len(), each(reading), each(finding));
    Ok(())
}
