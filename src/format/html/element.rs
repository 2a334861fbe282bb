//! Elements: what a tag's name and attributes say about how it is read.

use dom_query::NodeRef;
use html5ever::LocalName;

/// How many nodes are looked at for an element's text.
const MOST_TEXTS: usize = 4096;

/// Returns the element's name; none for what is no element.
pub fn name_of(node: &NodeRef<'_>) -> Option<LocalName> {
    node.qual_name_ref().map(|name| name.local.clone())
}

/// Returns an attribute's value, if it has one that is not blank.
pub fn attribute(node: &NodeRef<'_>, name: &str) -> Option<String> {
    node.attr(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Returns whether the element stands on lines of its own.
pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "xmp"
    )
}

/// Returns whether nothing of the element is text of the page.
pub fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "applet"
            | "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "button"
            | "canvas"
            | "col"
            | "colgroup"
            | "command"
            | "datalist"
            | "head"
            | "input"
            | "link"
            | "meta"
            | "meter"
            | "noembed"
            | "noframes"
            | "optgroup"
            | "option"
            | "param"
            | "progress"
            | "script"
            | "select"
            | "source"
            | "style"
            | "template"
            | "textarea"
            | "title"
            | "track"
    )
}

/// Returns whether a person who opens the page does not see the element.
pub fn is_hidden(node: &NodeRef<'_>, name: &str) -> bool {
    // Pages that show themselves by a script hide the whole of it until then.
    if matches!(name, "html" | "body") {
        return false;
    }
    node.query_or(false, |node| {
        node.as_element().is_some_and(|element| {
            element.attrs.iter().any(|attribute| match &*attribute.name.local {
                "hidden" => !attribute.value.eq_ignore_ascii_case("until-found"),
                "aria-hidden" => attribute.value.trim().eq_ignore_ascii_case("true"),
                "style" => hides(&attribute.value),
                _ => false,
            })
        })
    }) || name == "dialog" && !node.has_attr("open")
}

/// Returns whether a style of this kind takes the element out of sight.
fn hides(style: &str) -> bool {
    style.split(';').any(|declaration| {
        declaration.split_once(':').is_some_and(|(property, value)| {
            let value = value.split('!').next().unwrap_or_default().trim();
            match property.trim() {
                property if property.eq_ignore_ascii_case("display") => value.eq_ignore_ascii_case("none"),
                property if property.eq_ignore_ascii_case("visibility") => value.eq_ignore_ascii_case("hidden"),
                _ => false,
            }
        })
    })
}

/// Returns whether a class is one of `wanted`.
pub fn has_class(node: &NodeRef<'_>, wanted: &[&str]) -> bool {
    node.attr("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|class| wanted.contains(&class)))
}

/// Returns whether the style's declaration `property` has one of the values `wanted`.
pub fn style_says(node: &NodeRef<'_>, property: &str, wanted: &[&str]) -> bool {
    let Some(style) = node.attr("style") else { return false };
    style.split(';').any(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case(property)
                && wanted.iter().any(|wanted| value.trim().eq_ignore_ascii_case(wanted))
        })
    })
}

/// Returns the text in an element until there is more of it than `most` bytes, or nodes without any go on for long.
pub fn text_up_to(node: &NodeRef<'_>, most: usize) -> String {
    let mut text = String::new();
    for inner in node.descendants_it().take(MOST_TEXTS).filter(NodeRef::is_text) {
        text.push_str(&inner.text());
        if text.trim_start().len() > most {
            break;
        }
    }
    text
}

/// Returns whether a class says that the element is shown only while the pointer is on the words before it.
///
/// The words themselves stand in a `tooltip`, what is said of them in its `tooltip-text`.
pub fn shows_on_hover(node: &NodeRef<'_>) -> bool {
    let says_so = |class: &str| {
        ["tooltip", "popover", "rollover", "hovercard"].iter().any(|kind| {
            class.find(kind).and_then(|at| class.get(at + kind.len()..)).is_some_and(|rest| {
                ["text", "content", "block", "body", "inner", "box"].iter().any(|part| rest.ends_with(part))
            })
        })
    };
    node.attr("class").is_some_and(|classes| classes.split_ascii_whitespace().any(says_so))
}

/// Returns the level of a heading's name.
pub fn heading_level(name: &str) -> Option<u8> {
    match name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        _ => None,
    }
}
