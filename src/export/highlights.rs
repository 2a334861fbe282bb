//! Highlights in other forms: what a reader marked in articles and wrote about it, for other programs and for later.
//!
//! `docs/EXPORT.md` tells what each form holds. [`annotations`] loses nothing and is read again by `import`; the
//! others are for reading and for programs that take no more. Names of files and short ids, the same in every export,
//! are made by [`names`]. Where the articles come from and where the text goes is for others.

pub mod annotations;
mod markdown;
pub mod names;
mod org;
mod page;
mod readwise;

use crate::annotation::{About, Annotated, Highlight, Passage, Standing};

/// What highlights are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Markdown as Obsidian takes it, a file an article.
    Markdown,
    /// W3C Web Annotations, in JSON.
    Annotations,
    /// Comma-separated values as Readwise takes them.
    Readwise,
    /// Org mode.
    Org,
    /// A page for browsers.
    Html,
}

impl Form {
    pub const ALL: [Self; 5] = [Self::Markdown, Self::Annotations, Self::Readwise, Self::Org, Self::Html];

    /// Returns the name by which the form is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Annotations => "w3c",
            Self::Readwise => "readwise",
            Self::Org => "org",
            Self::Html => "html",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Returns what the names of its files end in, after the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Annotations => "json",
            Self::Readwise => "csv",
            Self::Org => "org",
            Self::Html => "html",
        }
    }
}

/// Returns the highlights of `articles` as `form`.
///
/// `text_of` gives the whole text of an article where that is at hand: a standard's position counts its characters.
pub fn export(articles: &[Annotated], form: Form, text_of: &dyn Fn(&About) -> Option<String>) -> String {
    let mut out = String::new();
    match form {
        Form::Markdown => markdown::write(articles, &mut out),
        Form::Annotations => annotations::write(articles, text_of, &mut out),
        Form::Readwise => readwise::write(articles, &mut out),
        Form::Org => org::write(articles, &mut out),
        Form::Html => page::write(articles, &mut out),
    }
    out
}

/// Highlights of one section that follow each other.
struct Group<'a> {
    /// The section's title; empty where it is not known.
    section: &'a str,
    highlights: Vec<&'a Highlight>,
}

/// Returns the highlights that were found, by section in reading order, and the lost ones.
fn grouped(passages: &[Passage]) -> (Vec<Group<'_>>, Vec<&Highlight>) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut lost = Vec::new();
    for Passage { highlight, section } in passages {
        if highlight.standing == Standing::Orphan {
            lost.push(highlight);
            continue;
        }
        match groups.last_mut() {
            Some(group) if group.section == section => group.highlights.push(highlight),
            _ => groups.push(Group { section, highlights: vec![highlight] }),
        }
    }
    (groups, lost)
}

/// What lost highlights are listed under.
const LOST: &str = "Not found in the text any more";

/// What is said of a highlight that was not found by its very words.
const UNCERTAIN: &str = "place uncertain";

/// Returns the title, or what stands for it.
fn title_of(about: &About) -> &str {
    if !about.title.is_empty() {
        &about.title
    } else if about.address.is_empty() {
        "Untitled"
    } else {
        &about.address
    }
}

/// Returns the address if browsers may be led there.
fn web_address(about: &About) -> Option<&str> {
    let address = about.address.as_str();
    super::html::inline::is_web_address(address).then_some(address)
}

/// Returns the day of a time, by UTC.
fn day(time: jiff::Timestamp) -> String {
    time.to_string().split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::annotation::Ink;
    use crate::document::{Anchor, Offset};

    const TEXT: &str = "On márgins\nWhite space is not empty. * It holds the page.\nA narrow column reads faster.";

    fn passage(exact: &str, colour: Ink, note: &str, standing: Standing, section: &str) -> Passage {
        let offset = Offset::at(TEXT.find(exact).unwrap_or_default());
        let time: jiff::Timestamp = "2026-11-23T05:00:00.25Z".parse().unwrap();
        Passage {
            highlight: Highlight {
                uid: format!("018f0000-0000-7000-8000-{:012x}", exact.len()),
                anchor: Anchor { offset, exact: exact.into(), prefix: String::new(), suffix: String::new() },
                colour,
                note: note.into(),
                created: time,
                updated: time,
                standing,
            },
            section: section.into(),
        }
    }

    fn article() -> Annotated {
        Annotated {
            about: About {
                title: "On \"márgins\": <a> study".into(),
                author: "A. Reader".into(),
                address: "https://example.org/margins?a=1&b=2".into(),
                language: "en".into(),
                published: "2024-05-06T00:00:00Z".parse().ok(),
                added: "2026-11-22T23:00:00Z".parse().ok(),
                tags: vec!["to read".into(), "1984".into()],
                is_read: true,
                ..About::default()
            },
            passages: vec![
                passage("On márgins", Ink::Yellow, "", Standing::Exact, ""),
                passage(
                    "* It holds the page.\nA narrow column",
                    Ink::Green,
                    "Is it so?\n\n```\nnever closed, and <b>",
                    Standing::Moved,
                    "White * space",
                ),
                passage("reads faster", Ink::Blue, "", Standing::Fuzzy, "White * space"),
                passage("Words that are gone, \"all\"", Ink::Red, "* mine", Standing::Orphan, "Elsewhere"),
            ],
        }
    }

    fn written(articles: &[Annotated], form: Form) -> String {
        export(articles, form, &|_| Some(TEXT.into()))
    }

    #[test]
    fn markdown_of_one_article() {
        insta::assert_snapshot!(written(&[article()], Form::Markdown));
    }

    #[test]
    fn markdown_of_several_articles() {
        let bare = Annotated { about: About { address: "/a/b.md".into(), ..About::default() }, passages: Vec::new() };
        insta::assert_snapshot!(written(&[article(), bare], Form::Markdown));
    }

    #[test]
    fn annotations() {
        insta::assert_snapshot!(written(&[article()], Form::Annotations));
    }

    #[test]
    fn readwise() {
        insta::assert_snapshot!(written(&[article()], Form::Readwise).replace("\r\n", "\n"));
    }

    #[test]
    fn org() {
        insta::assert_snapshot!(written(&[article()], Form::Org));
    }

    #[test]
    fn html() {
        let page = written(&[article()], Form::Html);
        let body = page.split_once("</style>").unwrap().1;
        insta::assert_snapshot!(body);
    }

    #[test]
    fn positions_count_characters_and_only_what_stands_there() {
        let json: serde_json::Value = serde_json::from_str(&written(&[article()], Form::Annotations)).unwrap();
        let items = json.pointer("/first/items").unwrap().as_array().unwrap().clone();
        let position = |idx: usize| items.get(idx).unwrap().pointer("/target/selector/1/start").cloned();
        let chars_before = |words: &str| TEXT.split(words).next().unwrap().chars().count();
        assert_eq!(position(1), Some(0.into()));
        assert_eq!(position(2), Some(chars_before("* It").into()));
        assert_eq!(position(4), None);
        assert!(!export(&[article()], Form::Annotations, &|_| None).contains("TextPositionSelector"));
    }

    #[test]
    fn forms_have_names() {
        for form in Form::ALL {
            assert_eq!(Form::named(form.name()), Some(form));
        }
    }
}
