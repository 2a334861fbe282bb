//! JSON: recto's own article, whose schema is told in docs/JSON.md and which holds any document without loss; and
//! other JSON, which is read as an article where it plainly is one and shown as what it is where it is not.

mod article;
mod indent;

use serde_json::{Map, Value};

use super::Format;
use crate::document::{BlockKind, Document, DocumentBuilder, WarningKind};

/// Members that hold an article's text in other programs' JSON, the likeliest first.
const BODIES: [&str; 6] = ["content", "body", "text", "article", "content_text", "articleBody"];

/// The least text that makes an article of some other JSON, in bytes.
const SHORTEST_BODY: usize = 200;

/// Parses a whole text.
pub fn parse(text: &str) -> Document {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) if is_own(&members) => article::read(&members),
        Ok(Value::Object(members)) => foreign_article(&members).unwrap_or_else(|| shown(&indent::indented(text), true)),
        Ok(_) => shown(&indent::indented(text), true),
        Err(_) => shown(text, text.trim().is_empty()),
    }
}

fn is_own(members: &Map<String, Value>) -> bool {
    members.get("recto").is_some_and(Value::is_number) || members.get("blocks").is_some_and(Value::is_array)
}

/// Returns an article that another program has written, if it has a text and a title or a good deal of text.
fn foreign_article(members: &Map<String, Value>) -> Option<Document> {
    let string = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let body = BODIES.iter().find_map(|name| string(name))?;
    let title = string("title").or_else(|| string("headline")).or_else(|| string("name"));
    if title.is_none() && body.len() < SHORTEST_BODY {
        return None;
    }
    let byline = ["byline", "author", "by"].into_iter().find_map(string);
    let date = ["date", "published", "date_published", "datePublished"].into_iter().find_map(string);
    // The text has a format of its own, whose parser takes the title in the way that files have it.
    let fields = [("title", title), ("author", byline), ("date", date)];
    let fields = fields.iter().filter_map(|&(name, value)| Some((name, value?)));
    let whole = match Format::detect(body, None) {
        Format::Markdown => {
            let lines =
                fields.filter_map(|(name, value)| Some(format!("{name}: {}\n", serde_json::to_string(value).ok()?)));
            format!("---\n{}---\n{body}", lines.collect::<String>())
        }
        _ => fields.map(|(_, value)| format!("{}\n\n", value.trim())).chain([body.to_owned()]).collect(),
    };
    let format = if Format::detect(body, None) == Format::Markdown { Format::Markdown } else { Format::Plain };
    Some(super::parse(format, &whole))
}

/// Returns JSON, or what should have been some, as code.
fn shown(text: &str, is_whole: bool) -> Document {
    let mut builder = DocumentBuilder::with_capacity(text.len());
    let language = builder.language("json");
    builder.leaf(BlockKind::Code(Some(language)), text);
    if !is_whole {
        builder.warn(WarningKind::Malformed);
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_article_of_another_program() {
        let document =
            parse(r##"{"title": "A title", "author": "Ann", "content": "# One\n\nText [x](https://e.org/).\n"}"##);
        assert_eq!(document.text(), "A title\nAnn\nOne\nText x.");
        let document = parse(r#"{"headline": "A title", "text": "Just some words.\n\nAnd more of them."}"#);
        assert!(document.text().starts_with("A title\n"), "{:?}", document.text());
    }

    #[test]
    fn shows_other_json_as_it_is() {
        let document = parse(r#"{"b":1,"a":[true,{"c":"x, y: {"}],"d":{}}"#);
        assert_eq!(
            document.text(),
            "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    {\n      \"c\": \"x, y: {\"\n    }\n  ],\n  \"d\": {}\n}"
        );
        assert_eq!(document.languages(), ["json"]);
        assert_eq!(parse("{\"a\": ").warnings().len(), 1);
        assert_eq!(parse("").text(), "");
    }
}
