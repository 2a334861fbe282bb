//! Org mode: a heading an article with its properties, one a section, highlights as quotations.
//!
//! Org has no escape for the characters that begin a heading or a keyword; its manual names the zero-width space for
//! that, and it is put before them, only where a line would begin with one.

use super::names::short_uid;
use super::{LOST, UNCERTAIN, day, grouped, title_of};
use crate::annotation::{About, Annotated, Highlight, Standing};

pub fn write(articles: &[Annotated], out: &mut String) {
    for (idx, Annotated { about, passages }) in articles.iter().enumerate() {
        if idx > 0 {
            out.push('\n');
        }
        out.push_str(&format!("* {}{}\n", one_line(title_of(about)), tags(about)));
        properties(about, out);
        let (groups, lost) = grouped(passages);
        for group in groups {
            let has_section = !group.section.is_empty();
            if has_section {
                out.push_str(&format!("\n** {}\n", one_line(group.section)));
            }
            for highlight in group.highlights {
                write_highlight(highlight, out);
            }
        }
        if !lost.is_empty() {
            out.push_str(&format!("\n** {LOST}\n"));
            for highlight in lost {
                write_highlight(highlight, out);
            }
        }
    }
}

fn properties(about: &About, out: &mut String) {
    let times = [("PUBLISHED", about.published), ("ADDED", about.added)];
    let times = times.map(|(name, time)| (name, time.map(day).unwrap_or_default()));
    let fields =
        [("AUTHOR", about.author.clone()), ("SOURCE", about.address.clone()), ("LANGUAGE", about.language.clone())];
    out.push_str(":PROPERTIES:\n");
    for (name, value) in fields.into_iter().chain(times) {
        if !value.is_empty() {
            out.push_str(&format!(":{name}: {}\n", one_line(&value)));
        }
    }
    out.push_str(&format!(":READ: {}\n:STARRED: {}\n:END:\n", yes(about.is_read), yes(about.is_starred)));
}

fn write_highlight(highlight: &Highlight, out: &mut String) {
    let Highlight { uid, anchor, colour, note, standing, .. } = highlight;
    out.push_str(&format!("\n#+name: r-{}\n#+attr_recto: :colour {}", short_uid(uid), colour.name()));
    if *standing == Standing::Fuzzy {
        out.push_str(&format!(" :standing {}", standing.name()));
    }
    out.push_str("\n#+begin_quote\n");
    for (idx, line) in anchor.exact.split('\n').filter(|line| !line.trim().is_empty()).enumerate() {
        out.push_str(if idx > 0 { "\n" } else { "" });
        push_line(line, out);
    }
    out.push_str("#+end_quote\n");
    if *standing == Standing::Fuzzy {
        out.push_str(&format!("\n/{UNCERTAIN}/\n"));
    }
    if !note.is_empty() {
        out.push('\n');
        for line in note.split('\n') {
            push_line(line, out);
        }
    }
}

fn push_line(line: &str, out: &mut String) {
    let words = line.trim_start();
    let begins = ["#", ":", "|", "-", "+", "["];
    if line.starts_with('*') || words.starts_with("* ") || begins.iter().any(|begin| words.starts_with(begin)) {
        out.push('\u{200b}');
    }
    out.push_str(line);
    out.push('\n');
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the article's tags as a heading ends with them: letters, digits, `_` and `@`.
fn tags(about: &About) -> String {
    let tag = |tag: &String| -> String {
        tag.trim().chars().map(|c| if c.is_alphanumeric() || c == '@' { c } else { '_' }).collect()
    };
    let tags: Vec<String> = about.tags.iter().map(tag).filter(|tag| !tag.is_empty()).collect();
    if tags.is_empty() { String::new() } else { format!(" :{}:", tags.join(":")) }
}

fn yes(is: bool) -> &'static str {
    if is { "t" } else { "nil" }
}
