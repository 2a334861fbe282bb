//! What people are told of the library: clean lines, as wide as there is room for.

use jiff::Timestamp;

use crate::annotation::{Highlight, Standing};
use crate::article::WORDS_PER_MINUTE;
use crate::catalogue::{Change, Flag, Found, Record, Shelfmark, Version};
use crate::text::clean;
use crate::text::width;
use crate::text::wrap::{self, Fit, Measure};

/// The least room that a title gets, in cells.
const LEAST_TITLE: usize = 16;

/// How far highlights are indented, in cells.
const INDENT: usize = 2;

/// The most cells of anything that is told in a line.
const WIDEST: usize = 1_000;

/// Returns an article as a line of a list.
pub fn line(record: &Record, cells: usize) -> String {
    let start = format!("{:>6}  {:>6}  {:>5} min  ", record.id.0, progress(record), minutes(record.words));
    let rest = cells.saturating_sub(start.len()).max(LEAST_TITLE);
    let mut said = flags(record);
    said.extend(record.tags.iter().map(|tag| format!("#{}", line_of(tag))));
    if record.n_highlights > 0 {
        said.push(counted(record.n_highlights as usize, "highlight"));
    }
    let said = said.iter().fold(String::new(), |said, word| said + " · " + word);
    // A title is cut before what is said of it, down to a half of the room.
    let room = rest.saturating_sub(width::width(&said)).max(rest / 2);
    let title = title(record);
    let text = format!("{}{said}", width::truncate(&title, room));
    format!("{start}{}\n", width::truncate(&text, rest).trim_end())
}

/// Returns what is known of an article, and what is highlighted in it.
pub fn article(record: &Record, versions: &[Version], highlights: &[Highlight], cells: usize) -> String {
    let mut out = String::new();
    put(&title(record), 0, cells, &mut out);
    let mut about: Vec<String> = [&record.author, &record.language].map(|text| line_of(text)).into();
    about.retain(|text| !text.is_empty());
    about.push(format!("{}, {} min", counted(record.words as usize, "word"), minutes(record.words)));
    put(&about.join(" · "), 0, cells, &mut out);
    out.push('\n');
    let status = flags(record);
    let at =
        |section: &str| if section.is_empty() { String::new() } else { format!(", in “{}”", line_of(section)) };
    let tags: Vec<String> = record.tags.iter().map(|tag| line_of(tag)).collect();
    let facts = [
        ("number", record.id.0.to_string()),
        ("address", line_of(&record.locator.to_string())),
        ("status", if status.is_empty() { "unread".to_owned() } else { status.join(", ") }),
        ("progress", format!("{}{}", progress(record), at(&record.section))),
        ("tags", tags.join(", ")),
        ("published", record.published.map(day).unwrap_or_default()),
        ("added", day(record.added)),
        ("read last", record.opened.map(day).unwrap_or_default()),
        ("copy", if record.is_kept { "kept" } else { "none" }.to_owned()),
        ("versions", if versions.is_empty() { String::new() } else { before(versions) }),
    ];
    for (name, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
        out.push_str(&format!("{name:<10}  "));
        let lines = wrapped(fact, cells.saturating_sub(12));
        out.push_str(&lines.join(&format!("\n{:12}", "")));
        out.push('\n');
    }
    for highlight in highlights {
        out.push('\n');
        put(&format!("“{}”", line_of(&highlight.anchor.exact)), INDENT, cells, &mut out);
        let mut said = format!("{}, {}", highlight.colour.name(), day(highlight.created));
        said.push_str(match highlight.standing {
            Standing::Exact | Standing::Moved => "",
            Standing::Fuzzy => ", found again in changed words: to be looked at",
            Standing::Orphan => ", no longer in the text",
        });
        put(&said, INDENT, cells, &mut out);
        for line in highlight.note.lines() {
            put(&line_of(line), 2 * INDENT, cells, &mut out);
        }
    }
    out
}

/// Returns when the texts were read that an article had before.
fn before(versions: &[Version]) -> String {
    let read: Vec<String> = versions.iter().map(|version| day(version.read)).collect();
    format!("before this one, read last on {}", read.join(", "))
}

/// Returns an article that was found, with the words around what was looked for below it.
pub fn found(found: &Found, cells: usize) -> String {
    let mut out = line(&found.record, cells);
    put(&line_of(&found.snippet), 8, cells, &mut out);
    out
}

/// Returns the tags, a line each.
pub fn tags(tags: &[Shelfmark], cells: usize) -> String {
    let line = |Shelfmark { name, count }: &Shelfmark| {
        format!("{count:>6}  {}\n", width::truncate(&line_of(name), cells.saturating_sub(8).max(LEAST_TITLE)))
    };
    tags.iter().map(line).collect()
}

/// Returns what was done, a line each, by what undoes it.
pub fn undoing(undo: &Change) -> Vec<String> {
    let mut lines = Vec::new();
    // Undoing begins with what was done last.
    let changes = if let Change::All(changes) = undo { changes.as_slice() } else { std::slice::from_ref(undo) };
    for change in changes.iter().rev() {
        let (n_articles, said) = match change {
            Change::Flag { articles, flag, is_so } => (articles.len(), said(*flag, !is_so).to_owned()),
            Change::Tag { articles, tag, is_so: true } => (articles.len(), format!("not tagged `{tag}`")),
            Change::Tag { articles, tag, is_so: false } => (articles.len(), format!("tagged `{tag}`")),
            Change::Highlight { .. } | Change::Unhighlight { .. } | Change::All(_) => continue,
        };
        lines.push(match n_articles {
            0 => format!("nothing to do: {said} already"),
            1 => format!("1 article is now {said}"),
            n_articles => format!("{n_articles} articles are now {said}"),
        });
    }
    lines
}

fn said(flag: Flag, is_so: bool) -> &'static str {
    match (flag, is_so) {
        (Flag::Read, true) => "read",
        (Flag::Read, false) => "unread",
        (Flag::Starred, true) => "starred",
        (Flag::Starred, false) => "not starred",
        (Flag::Archived, true) => "archived",
        (Flag::Archived, false) => "not archived",
        (Flag::Trashed, true) => "in the trash",
        (Flag::Trashed, false) => "not in the trash",
    }
}

fn flags(record: &Record) -> Vec<String> {
    let flags = Flag::ALL.into_iter().filter(|flag| record.status.has(*flag));
    flags.map(|flag| flag.name().to_owned()).collect()
}

fn title(record: &Record) -> String {
    let title = line_of(&record.title);
    if title.is_empty() { line_of(&record.locator.to_string()) } else { title }
}

fn progress(record: &Record) -> String {
    if record.opened.is_none() { "new".to_owned() } else { format!("{} %", record.permille / 10) }
}

fn minutes(words: u32) -> u64 {
    u64::from(words).div_ceil(WORDS_PER_MINUTE)
}

pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn line_of(text: &str) -> String {
    clean::clean_line(text, WIDEST)
}

fn wrapped(text: &str, cells: usize) -> Vec<&str> {
    let lines = wrap::wrap(text, Measure::even(cells.max(LEAST_TITLE)), &[], &mut Fit::default());
    lines.iter().filter_map(|line| text.get(line.start..line.visible_end)).collect()
}

fn put(text: &str, indent: usize, cells: usize, out: &mut String) {
    for line in wrapped(text, cells.saturating_sub(indent)) {
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
}
