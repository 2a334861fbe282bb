//! Directives: what `.. name::` makes of its argument, options and body.

use super::blocks::{Reader, field};
use super::table;
use crate::document::{BlockKind, ItemMark, MarkKind};

/// A directive's body, taken apart.
struct Body<'a> {
    options: Vec<(&'a str, &'a str)>,
    /// Lines of the argument that go on below its first.
    argument: Vec<&'a str>,
    content: &'a [&'a str],
}

impl<'a> Body<'a> {
    fn of(lines: &'a [&'a str], has_argument: bool) -> Self {
        let mut body = Self { options: Vec::new(), argument: Vec::new(), content: &[] };
        let mut at = 0;
        while let Some(line) = lines.get(at).filter(|line| !line.is_empty()) {
            if let Some(option) = field(line) {
                body.options.push(option);
            } else if line.starts_with(' ') && !body.options.is_empty() {
                // An option's value goes on.
            } else if has_argument && body.options.is_empty() {
                body.argument.push(line);
            } else {
                break;
            }
            at += 1;
        }
        body.content = lines.get(at..).unwrap_or_default();
        body
    }

    fn option(&self, name: &str) -> Option<&'a str> {
        self.options.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// Performs the directive `name`.
pub fn perform(reader: &mut Reader, name: &str, argument: &str, lines: &[&str]) {
    let own_name = name.rsplit(':').next().unwrap_or(name);
    match own_name {
        "code-block" | "code" | "sourcecode" | "parsed-literal" | "productionlist" | "literal" | "prompt"
        | "ipython" | "testcode" | "doctest" | "testoutput" | "graphviz" | "digraph" | "graph" | "mermaid"
        | "plantuml" | "uml" => {
            let body = Body::of(lines, false);
            if let Some(caption) = body.option("caption") {
                label(reader, caption);
            }
            let language = match own_name {
                "testcode" | "doctest" | "ipython" => "python",
                "graphviz" | "digraph" | "graph" => "dot",
                "mermaid" | "plantuml" => own_name,
                _ => argument,
            };
            let is_first_line =
                !matches!(own_name, "code-block" | "code" | "sourcecode" | "prompt") && !argument.is_empty();
            let content: Vec<&str> =
                is_first_line.then_some(argument).into_iter().chain(body.content.iter().copied()).collect();
            let language = if language == argument && is_first_line { "" } else { language };
            reader.code(Some(language), &content);
        }
        "highlight" | "highlightlang" => reader.language = Some(argument.to_owned()),
        "math" => {
            let body = Body::of(lines, false);
            let tex = std::iter::once(argument).chain(body.content.iter().copied()).collect::<Vec<_>>().join("\n");
            reader.inlines.close_leaf();
            if !tex.trim().is_empty() {
                reader.inlines.builder.leaf(BlockKind::Math, tex.trim());
            }
        }
        "note" | "warning" | "tip" | "hint" | "important" | "attention" | "caution" | "danger" | "error"
        | "seealso" | "todo" | "admonition" | "versionadded" | "versionchanged" | "deprecated" | "versionremoved"
        | "deprecated-removed" | "topic" | "sidebar" | "impl-detail" => admonition(reader, own_name, argument, lines),
        "image" | "figure" => figure(reader, argument, lines),
        "epigraph" | "highlights" | "pull-quote" => {
            let lines: Vec<&str> = std::iter::once(argument).chain(lines.iter().copied()).collect();
            reader.container(BlockKind::Quote, |reader| reader.quotation(&lines));
        }
        "rubric" | "centered" => label(reader, argument),
        "toctree" => toctree(reader, lines),
        "include" | "literalinclude" => {
            reader.inlines.open_leaf(BlockKind::Paragraph);
            reader.inlines.text("Includes ");
            let link = reader.inlines.builder.link(argument, None);
            reader.inlines.open_mark(MarkKind::Link(link), None);
            reader.inlines.text(argument);
            reader.inlines.close_mark();
            reader.inlines.close_leaf();
        }
        "table" => {
            caption(reader, argument);
            let body = Body::of(lines, true);
            reader.blocks(body.content);
        }
        "csv-table" => {
            caption(reader, argument);
            let body = Body::of(lines, true);
            let n_header_rows = body.option("header-rows").and_then(|n_rows| n_rows.parse().ok()).unwrap_or(0);
            let separator = match body.option("delim") {
                Some("tab") => '\t',
                Some(delimiter) => delimiter.chars().next().unwrap_or(','),
                None => ',',
            };
            table::separated(reader, body.option("header"), n_header_rows, separator, body.content);
        }
        "list-table" => {
            caption(reader, argument);
            let body = Body::of(lines, true);
            let n_header_rows = body.option("header-rows").and_then(|n_rows| n_rows.parse().ok()).unwrap_or(0);
            table::list(reader, n_header_rows, body.content);
        }
        "contents"
        | "sectnum"
        | "section-numbering"
        | "index"
        | "raw"
        | "meta"
        | "currentmodule"
        | "default-role"
        | "role"
        | "tabularcolumns"
        | "default-domain"
        | "title"
        | "header"
        | "footer"
        | "target-notes"
        | "testsetup"
        | "testcleanup"
        | "sectionauthor"
        | "moduleauthor"
        | "codeauthor"
        | "module"
        | "py-module"
        | "ifconfig-not"
        | "restructuredtext-test-directive"
        | "comment" => {}
        "function" | "class" | "method" | "attribute" | "data" | "exception" | "cmdoption" | "option" | "program"
        | "describe" | "object" | "confval" | "envvar" | "staticmethod" | "classmethod" | "decorator" | "property"
        | "macro" | "type" | "member" | "var" | "struct" | "union" | "enum" | "enumerator" | "directive"
        | "rst-role" | "opcode" | "pdbcommand" | "2to3fixer" | "setting" | "django-admin" | "autofunction"
        | "autoclass" | "automodule" | "automethod" | "autoexception" | "autodata" | "autoattribute" => {
            description(reader, argument, lines);
        }
        // What is not known may have something to say.
        _ => {
            let body = Body::of(lines, true);
            reader.blocks(body.content);
        }
    }
}

/// Adds a line in strong letters.
fn label(reader: &mut Reader, text: &str) {
    if !text.trim().is_empty() {
        reader.inlines.open_leaf(BlockKind::Paragraph);
        reader.inlines.open_mark(MarkKind::Strong, None);
        super::inline::write(&mut reader.inlines, &mut reader.names, text);
        reader.inlines.close_leaf();
    }
}

fn caption(reader: &mut Reader, text: &str) {
    reader.leaf(BlockKind::Caption, text);
}

fn admonition(reader: &mut Reader, name: &str, argument: &str, lines: &[&str]) {
    let body = Body::of(lines, false);
    let takes_title = matches!(name, "admonition" | "topic" | "sidebar");
    let title = match name {
        "admonition" | "topic" | "sidebar" => argument.to_owned(),
        "seealso" => "See also".to_owned(),
        "versionadded" => format!("Added in version {}", version(argument)),
        "versionchanged" => format!("Changed in version {}", version(argument)),
        "deprecated" | "deprecated-removed" => format!("Deprecated since version {}", version(argument)),
        "versionremoved" => format!("Removed in version {}", version(argument)),
        "impl-detail" => "Implementation detail".to_owned(),
        name => {
            let mut chars = name.chars();
            chars.next().map(char::to_uppercase).into_iter().flatten().chain(chars).collect()
        }
    };
    let first = match name {
        _ if takes_title => "",
        "versionadded" | "versionchanged" | "deprecated" | "versionremoved" | "deprecated-removed" => {
            argument.split_once(' ').map_or("", |(_, text)| text)
        }
        _ => argument,
    };
    let content: Vec<&str> = std::iter::once(first).chain(body.content.iter().copied()).collect();
    reader.container(BlockKind::Quote, |reader| {
        label(reader, &title);
        reader.blocks(&content);
    });
}

fn version(argument: &str) -> &str {
    argument.split(' ').next().unwrap_or_default()
}

fn figure(reader: &mut Reader, argument: &str, lines: &[&str]) {
    let body = Body::of(lines, true);
    let address: String = std::iter::once(argument).chain(body.argument.iter().map(|line| line.trim())).collect();
    let alt = body.option("alt").unwrap_or_default();
    reader.inlines.close_leaf();
    let resource = reader.inlines.builder.resource(&address, alt);
    let mut content = body.content;
    while let Some((&"", rest)) = content.split_first() {
        content = rest;
    }
    let n_lines = content.iter().position(|line| line.is_empty()).unwrap_or(content.len());
    let (caption, legend) = content.split_at_checked(n_lines).unwrap_or((content, &[]));
    let caption = caption.join("\n");
    // An empty comment stands for no caption.
    let caption = if caption.trim() == ".." { "" } else { caption.trim() };
    reader.leaf(BlockKind::Figure(resource), caption);
    reader.blocks(legend);
}

fn toctree(reader: &mut Reader, lines: &[&str]) {
    let body = Body::of(lines, false);
    if body.option("hidden").is_some() {
        return;
    }
    if let Some(caption) = body.option("caption") {
        label(reader, caption);
    }
    for entry in body.content.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        let (title, path) = match entry.strip_suffix('>').and_then(|entry| entry.rsplit_once('<')) {
            Some((title, path)) => (title.trim(), path.trim()),
            None => (entry, entry),
        };
        let is_path = !path.contains("://") && !path.contains('.') && path != "self";
        let address = if is_path { format!("{path}.rst") } else { path.to_owned() };
        reader.container(BlockKind::Item(ItemMark::Bullet), |reader| {
            let link = reader.inlines.builder.link(&address, None);
            reader.inlines.open_leaf(BlockKind::Paragraph);
            reader.inlines.open_mark(MarkKind::Link(link), None);
            reader.inlines.text(title);
            reader.inlines.close_leaf();
        });
    }
}

/// Adds what Sphinx describes: a signature or more, and what is said of it.
fn description(reader: &mut Reader, argument: &str, lines: &[&str]) {
    let body = Body::of(lines, true);
    for signature in std::iter::once(argument).chain(body.argument.iter().copied()) {
        let signature = signature.trim().trim_end_matches('\\').trim_end();
        if !signature.is_empty() {
            reader.code_term(signature);
        }
    }
    reader.container(BlockKind::Definition, |reader| reader.blocks(body.content));
}
