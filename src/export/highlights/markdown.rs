//! Markdown as Obsidian takes it: front matter, sections as headings, highlights as callouts with ids that stay.
//!
//! An article's words are escaped, so that they show as they are. A note is the reader's own, and may hold Markdown; it
//! stands in a quotation, so that nothing that it leaves open reaches what follows. Front matter is written for a single
//! article only, as it must stand at the beginning of a file.

use super::names::short_uid;
use super::{LOST, UNCERTAIN, day, grouped, title_of, web_address};
use crate::annotation::{About, Annotated, Highlight, Standing};
use crate::export::json::quoted;

pub fn write(articles: &[Annotated], out: &mut String) {
    if let [article] = articles {
        front_matter(&article.about, out);
    }
    for (idx, article) in articles.iter().enumerate() {
        if idx > 0 {
            out.push('\n');
        }
        out.push_str(&format!("# {}\n", escaped(title_of(&article.about))));
        if articles.len() > 1 {
            byline(&article.about, out);
        }
        let (groups, lost) = grouped(&article.passages);
        for group in groups {
            if !group.section.is_empty() {
                out.push_str(&format!("\n## {}\n", escaped(group.section)));
            }
            for highlight in group.highlights {
                write_highlight(highlight, out);
            }
        }
        if !lost.is_empty() {
            out.push_str(&format!("\n## {LOST}\n"));
            for highlight in lost {
                write_highlight(highlight, out);
            }
        }
    }
}

fn front_matter(about: &About, out: &mut String) {
    out.push_str("---\n");
    let fields =
        [("title", &about.title), ("author", &about.author), ("source", &about.address), ("language", &about.language)];
    for (name, value) in fields {
        if !value.is_empty() {
            out.push_str(&format!("{name}: {}\n", quoted(value)));
        }
    }
    for (name, time) in [("published", about.published), ("added", about.added)] {
        if let Some(time) = time {
            out.push_str(&format!("{name}: {}\n", quoted(&day(time))));
        }
    }
    let tags: Vec<String> = about.tags.iter().map(|tag| tag_of(tag)).filter(|tag| !tag.is_empty()).collect();
    if !tags.is_empty() {
        out.push_str("tags:\n");
        for tag in &tags {
            out.push_str(&format!("  - {}\n", quoted(tag)));
        }
    }
    out.push_str(&format!("read: {}\nstarred: {}\n---\n\n", about.is_read, about.is_starred));
}

/// Writes what front matter says, where there can be none.
fn byline(about: &About, out: &mut String) {
    let address = web_address(about).map(|address| format!("<{}>", address.replace(['<', '>', ' '], "")));
    let published = about.published.map(day);
    let parts = [Some(escaped(&about.author)).filter(|author| !author.is_empty()), published, address];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        out.push_str(&format!("\n{}\n", parts.join(" · ")));
    }
}

fn write_highlight(highlight: &Highlight, out: &mut String) {
    let Highlight { uid, anchor, colour, note, standing, .. } = highlight;
    let ink = colour.name();
    let mut title: String = ink.chars().take(1).flat_map(char::to_uppercase).chain(ink.chars().skip(1)).collect();
    if *standing == Standing::Fuzzy {
        title.push_str(&format!(" · {UNCERTAIN}"));
    }
    out.push_str(&format!("\n> [!quote|{ink}] {title}\n"));
    for (idx, line) in anchor.exact.split('\n').filter(|line| !line.trim().is_empty()).enumerate() {
        out.push_str(&format!("{}> {}\n", if idx > 0 { ">\n" } else { "" }, escaped(line)));
    }
    out.push_str(&format!("\n^r-{}\n", short_uid(uid)));
    if !note.is_empty() {
        out.push_str("\n> [!note]\n");
        for line in note.split('\n') {
            out.push_str(if line.is_empty() { ">" } else { "> " });
            out.push_str(line);
            out.push('\n');
        }
    }
}

/// Returns `tag` as Obsidian takes tags: letters, digits, `_`, `-` and `/`, and not digits alone.
fn tag_of(tag: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "_-/".contains(c) || !c.is_ascii() { c } else { '-' };
    let words: Vec<String> = tag.split_whitespace().map(|word| word.chars().map(kept).collect()).collect();
    let tag = words.join("-");
    let is_number = !tag.is_empty() && tag.chars().all(|c| c.is_ascii_digit());
    if is_number { format!("_{tag}") } else { tag }
}

/// Returns an article's words so that Markdown and Obsidian show them as they are.
fn escaped(text: &str) -> String {
    let text = text.trim();
    let mut out = String::with_capacity(text.len() + 8);
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (idx, c) in text.char_indices() {
        let is_special = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '$' | '^' | '&' => true,
            '=' | '%' => text.get(idx + 1..).is_some_and(|rest| rest.starts_with(c)) || idx == 0,
            '-' | '+' => idx == 0,
            '.' | ')' => n_digits > 0 && idx == n_digits,
            _ => false,
        };
        if is_special {
            out.push('\\');
        }
        out.push(if c == '\n' || c == '\t' { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::{BlockKind, Document};
    use crate::format::{Format, parse};

    fn leaves(document: &Document) -> Vec<&str> {
        let is_text = |kind: &BlockKind| !kind.is_container();
        document.blocks().iter().filter(|block| is_text(&block.kind)).map(|block| document.slice(block.range)).collect()
    }

    #[test]
    fn tags_are_what_obsidian_takes() {
        let check = |tag: &str, want: &str| assert_eq!(tag_of(tag), want);
        check("to read", "to-read");
        check("1984", "_1984");
        check("a/b", "a/b");
        check("c++", "c--");
        check("読む", "読む");
    }

    proptest! {
        #[test]
        fn words_show_as_they_are(words in "[a-z0-9 *_`<>#.)(+=~$|&;!\\[\\]\\\\-]{1,40}") {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assume!(!words.is_empty());
            let document = parse(Format::Markdown, &format!("A beginning.\n\n> {}\n", escaped(&words)));
            prop_assert_eq!(leaves(&document), ["A beginning.", words.as_str()]);
        }
    }
}
