//! Code: the language of a verbatim block, and the line numbers beside it that are no part of it.

use dom_query::NodeRef;

use super::element::{attribute, has_class, name_of, text_up_to};

/// How many elements around a verbatim one may tell its language.
const MOST_AROUND: usize = 3;

/// Beginnings of classes after which a language's name stands.
const PREFIXES: [&str; 8] =
    ["language-", "lang-", "highlight-source-", "highlight-text-", "brush:", "src-", "syntax-", "highlight-"];

/// Classes beside which another one names the language.
const NEIGHBOURS: [&str; 5] = ["sourceCode", "hljs", "prettyprint", "src", "codehilite"];

/// Classes that are no language where they stand beside others.
const NO_LANGUAGE: [&str; 26] = [
    "none",
    "plain",
    "plaintext",
    "text",
    "txt",
    "nohighlight",
    "default",
    "undefined",
    "notranslate",
    "numberLines",
    "numberSource",
    "lineAnchors",
    "linenums",
    "copyable",
    "example",
    "code",
    "hljs-copy",
    "literal-block",
    "fallback",
    "wrap",
    "highlight",
    "sourceCode",
    "hljs",
    "prettyprint",
    "prettyprinted",
    "src",
];

/// Classes of what numbers lines beside code.
const GUTTERS: [&str; 18] = [
    "linenos",
    "lineno",
    "linenodiv",
    "lineno-container",
    "line-numbers-rows",
    "line-numbers",
    "line-number",
    "gutter",
    "gl",
    "hljs-ln-numbers",
    "blob-num",
    "rouge-gutter",
    "lnt",
    "ln",
    "code-line-number",
    "LineNumbers",
    "lnum",
    "ec-line-number",
];

/// Returns the language of the code in `verbatim`, where a class or an attribute of it, or of what is right in it or
/// around it, tells one.
pub fn language(verbatim: &NodeRef<'_>) -> Option<String> {
    let inner = verbatim.children_it(false).take(8).find(|child| child.has_name("code") || child.has_name("samp"));
    let own = [inner, Some(*verbatim)];
    let around = verbatim.ancestors_it(Some(MOST_AROUND)).take_while(|around| {
        // What holds more than this block says nothing of it.
        !matches!(name_of(around).as_deref(), Some("body" | "article" | "main" | "section" | "html") | None)
    });
    own.into_iter().flatten().chain(around).find_map(|node| said_language(&node))
}

fn said_language(node: &NodeRef<'_>) -> Option<String> {
    for name in ["data-lang", "data-language", "data-code-language"] {
        if let Some(language) = attribute(node, name).and_then(|language| fit(&language)) {
            return Some(language);
        }
    }
    let classes = attribute(node, "class")?;
    // SyntaxHighlighter writes `brush: js; gutter: false`.
    if let Some((_, after)) = classes.split_once("brush:") {
        let language = after.trim_start().split([';', ' ']).next().unwrap_or_default();
        return fit(language);
    }
    let mut classes = classes.split_ascii_whitespace();
    let all: Vec<&str> = classes.by_ref().collect();
    for class in &all {
        let language = PREFIXES.iter().find_map(|prefix| class.strip_prefix(prefix));
        if let Some(language) = language.and_then(fit) {
            return Some(language);
        }
    }
    let has_neighbour = all.iter().any(|class| NEIGHBOURS.contains(class));
    all.iter().filter(|_| has_neighbour).find_map(|class| fit(class))
}

/// Returns a language's name if it can be one.
fn fit(name: &str) -> Option<String> {
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.len() <= 24
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_' | '.'));
    (is_name && !NO_LANGUAGE.contains(&name)).then(|| name.to_ascii_lowercase())
}

/// Returns whether the element numbers lines of code.
pub fn is_gutter(node: &NodeRef<'_>) -> bool {
    let is_line_list = |name: &str| matches!(name, "td" | "th" | "span" | "div" | "pre" | "a" | "ol" | "code");
    name_of(node).is_some_and(|name| is_line_list(&name)) && has_class(node, &GUTTERS) && holds_numbers_alone(node)
}

fn holds_numbers_alone(node: &NodeRef<'_>) -> bool {
    let text = text_up_to(node, 64);
    !text.chars().any(char::is_alphabetic)
        && (text.chars().any(|c| c.is_ascii_digit()) || node.has_attr("data-line-number") || text.trim().is_empty())
}

/// Returns whether the table has a line of code in each row.
pub fn is_line_table(table: &NodeRef<'_>) -> bool {
    let cells = table.descendants_it().take(64).filter(|node| node.has_name("td"));
    cells.into_iter().any(|cell| has_class(&cell, &["blob-code", "hljs-ln-code", "js-file-line", "code-line"]))
}
