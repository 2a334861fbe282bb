//! Pages around an article's text that is HTML already, so that what is known of it is in them.

use super::inline::{escaped, quoted};
use crate::annotation::About;

/// Returns a page around an article's text, which is HTML already, that tells what is known of it.
pub fn page(about: &About, text: &str) -> String {
    let mut head = format!("<meta charset=\"utf-8\">\n<title>{}</title>\n", escaped(&about.title));
    let mut tell = |name: &str, value: &str| {
        if !value.is_empty() {
            head.push_str(&format!("<meta name=\"{name}\" content=\"{}\">\n", quoted(value)));
        }
    };
    tell("author", &about.author);
    tell("article:published_time", &about.published.map(|time| time.to_string()).unwrap_or_default());
    if !about.address.is_empty() {
        head.push_str(&format!("<link rel=\"canonical\" href=\"{}\">\n", quoted(&about.address)));
    }
    let language = quoted(&about.language);
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n{head}</head>\n<body>\n<article>\n{text}\n</article>\n\
        </body>\n</html>\n"
    )
}
