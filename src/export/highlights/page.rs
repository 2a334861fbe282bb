//! HTML: one page that holds all of it, without scripts, and fetches nothing.

use super::names::short_uid;
use super::{LOST, UNCERTAIN, day, grouped, title_of, web_address};
use crate::annotation::{About, Annotated, Highlight, Standing};
use crate::export::html::inline::{escaped, quoted};

const STYLE: &str = include_str!("page.css");

pub fn write(articles: &[Annotated], out: &mut String) {
    let title = match articles {
        [article] => title_of(&article.about),
        _ => "Highlights",
    };
    out.push_str("<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str(&format!("<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n", escaped(title)));
    for Annotated { about, passages } in articles {
        let language =
            if is_language(&about.language) { format!(" lang=\"{}\"", about.language) } else { String::new() };
        out.push_str(&format!("<article{language}>\n"));
        header(about, out);
        let (groups, lost) = grouped(passages);
        for group in groups {
            if !group.section.is_empty() {
                out.push_str(&format!("<h2 dir=\"auto\">{}</h2>\n", escaped(group.section)));
            }
            for highlight in group.highlights {
                write_highlight(highlight, out);
            }
        }
        if !lost.is_empty() {
            out.push_str(&format!("<h2 lang=\"en\">{LOST}</h2>\n"));
            for highlight in lost {
                write_highlight(highlight, out);
            }
        }
        out.push_str("</article>\n");
    }
    out.push_str("</body>\n</html>\n");
}

fn header(about: &About, out: &mut String) {
    let title = escaped(title_of(about));
    let title =
        web_address(about).map_or(title.clone(), |address| format!("<a href=\"{}\">{title}</a>", quoted(address)));
    out.push_str(&format!("<header>\n<h1 dir=\"auto\">{title}</h1>\n"));
    let time = |time| format!("<time>{}</time>", day(time));
    let author = Some(escaped(&about.author)).filter(|author| !author.is_empty());
    let tags = about.tags.iter().map(|tag| format!("#{}", escaped(tag)));
    let parts: Vec<String> = author.into_iter().chain(about.published.map(time)).chain(tags).collect();
    if !parts.is_empty() {
        out.push_str(&format!("<p class=\"about\">{}</p>\n", parts.join(" · ")));
    }
    out.push_str("</header>\n");
}

fn write_highlight(highlight: &Highlight, out: &mut String) {
    let Highlight { uid, anchor, colour, note, standing, created, .. } = highlight;
    out.push_str(&format!("<section id=\"r-{}\">\n", short_uid(uid)));
    out.push_str(&format!("<blockquote class=\"{}\" title=\"{}\">\n", colour.name(), colour.name()));
    lines(&anchor.exact, out);
    out.push_str("</blockquote>\n");
    if !note.is_empty() {
        out.push_str("<div class=\"note\">\n");
        lines(note, out);
        out.push_str("</div>\n");
    }
    let uncertain = if *standing == Standing::Fuzzy { format!(" · {UNCERTAIN}") } else { String::new() };
    out.push_str(&format!(
        "<p class=\"about\" lang=\"en\"><time>{}</time>{uncertain}</p>\n</section>\n",
        day(*created)
    ));
}

fn lines(text: &str, out: &mut String) {
    for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
        out.push_str(&format!("<p dir=\"auto\">{}</p>\n", escaped(line)));
    }
}

fn is_language(tag: &str) -> bool {
    !tag.is_empty() && tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
