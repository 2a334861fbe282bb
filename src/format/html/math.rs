//! Mathematics: the TeX of what pages show by MathML, KaTeX, MathJax or pictures of formulas.
//!
//! The source's own TeX is taken where a page keeps it: in an annotation, an `alttext`, a script, a picture's
//! description. MathML without any is written as TeX.

use dom_query::NodeRef;

use super::element::{attribute, has_class, name_of, text_up_to};

/// How deep MathML is written; what is deeper gives its words alone.
const MOST_DEPTH: usize = 48;

/// The longest formula, in bytes.
const MOST_TEX: usize = 64 << 10;

/// A formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    pub tex: String,
    /// Whether it stands on lines of its own.
    pub is_display: bool,
}

/// What an element is to a formula.
#[derive(Debug)]
pub enum Found {
    Formula(Formula),
    /// It shows a formula again that something else says.
    Shown,
    Nothing,
}

/// Returns the formula that the element is, with all that is in it.
pub fn find(node: &NodeRef<'_>, name: &str) -> Found {
    let formula = match name {
        "math" => of_mathml(node),
        "script" => of_script(node),
        "img" => of_picture(node),
        _ => {
            let Some(classes) = node.attr("class") else { return Found::Nothing };
            let has = |wanted: &[&str]| classes.split_ascii_whitespace().any(|class| wanted.contains(&class));
            if has(&["mwe-math-element"]) {
                of_wikipedia(node)
            } else if has(&["katex-html", "MathJax_Preview", "MJX_Assistive_MathML_Hidden"]) {
                return Found::Shown;
            } else if has(&["MathJax", "MathJax_SVG", "MathJax_CHTML", "MathJax_Display", "MathJax_SVG_Display"]) {
                // The script after it has the source; without one, what is shown is all there is.
                match of_delimited(node) {
                    Some(formula) => Some(formula),
                    None if has_script_after(node) => return Found::Shown,
                    None => None,
                }
            } else if has(&["math", "tex", "latex", "tex2jax_process", "arithmatex", "equation"]) {
                of_delimited(node)
            } else {
                None
            }
        }
    };
    formula
        .filter(|formula| !formula.tex.is_empty() && formula.tex.len() <= MOST_TEX)
        .map_or(Found::Nothing, Found::Formula)
}

fn of_mathml(math: &NodeRef<'_>) -> Option<Formula> {
    let is_display = attribute(math, "display").is_some_and(|display| display == "block")
        || math.ancestors_it(Some(4)).any(|around| {
            has_class(&around, &["katex-display", "MathJax_Display"])
                || around.has_name("mjx-container") && attribute(&around, "display").is_some_and(|is| is == "true")
        });
    let annotation = math.descendants_it().take(20_000).find(|node| {
        name_of(node).is_some_and(|name| &*name == "annotation")
            && attribute(node, "encoding").is_some_and(|kind| kind.to_ascii_lowercase().contains("tex"))
    });
    let alt = attribute(math, "alttext").map(|alt| bare(&alt));
    let tex = match (annotation, alt) {
        (Some(annotation), _) => bare(&annotation.text()),
        (None, Some(alt)) if !is_spoken(&alt) => alt,
        (None, alt) => {
            let mut tex = String::new();
            for child in math.children_it(false) {
                write(&child, 0, &mut tex);
            }
            let tex = tex.trim();
            if tex.is_empty() { alt.unwrap_or_default() } else { tex.to_owned() }
        }
    };
    Some(Formula { tex, is_display })
}

/// Returns whether an `alttext` is words for the ear, or says that there are none, rather than TeX.
fn is_spoken(alt: &str) -> bool {
    let is_word = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut words = alt.split_ascii_whitespace();
    !alt.contains(['\\', '^', '_', '{', '=']) && words.clone().count() > 1 && words.any(is_word)
}

fn of_script(script: &NodeRef<'_>) -> Option<Formula> {
    let kind = attribute(script, "type")?.to_ascii_lowercase();
    let mode = kind.strip_prefix("math/tex")?;
    Some(Formula { tex: bare(&script.text()), is_display: mode.contains("display") })
}

fn of_picture(picture: &NodeRef<'_>) -> Option<Formula> {
    let classes = attribute(picture, "class").unwrap_or_default();
    let source = attribute(picture, "src").unwrap_or_default();
    let is_said = classes.split_ascii_whitespace().any(|class| {
        matches!(class, "tex" | "latex" | "math" | "mathtex") || class.starts_with("mwe-math-fallback-image")
    });
    let is_drawn = ["latex.php", "mathtex.cgi", "latex.codecogs.com", "/math/render/", "mimetex.cgi"]
        .iter()
        .any(|server| source.contains(server));
    if !is_said && !is_drawn {
        return None;
    }
    let tex = bare(&attribute(picture, "alt")?);
    Some(Formula { tex, is_display: classes.contains("image-display") })
}

/// Wikipedia hides MathML beside the picture of it; both have the TeX.
fn of_wikipedia(element: &NodeRef<'_>) -> Option<Formula> {
    let inside = || element.descendants_it().take(2_000);
    let picture = inside().find(|node| node.has_name("img")).and_then(|picture| of_picture(&picture));
    picture.or_else(|| of_mathml(&inside().find(|node| node.has_name("math"))?))
}

/// Reads `\(…\)`, `\[…\]`, `$…$` and `$$…$$`, where an element says that it holds TeX.
fn of_delimited(element: &NodeRef<'_>) -> Option<Formula> {
    if element.descendants_it().take(64).any(|node| node.has_name("math") || node.has_name("script")) {
        return None;
    }
    let text = text_up_to(element, MOST_TEX + 8);
    let text = text.trim();
    let is_display = has_class(element, &["display"]) || text.starts_with("\\[") || text.starts_with("$$");
    let is_told = ["\\(", "\\[", "$"].iter().any(|start| text.starts_with(start));
    is_told.then(|| Formula { tex: bare(text), is_display })
}

fn has_script_after(node: &NodeRef<'_>) -> bool {
    let mut next = node.next_sibling();
    for _ in 0..3 {
        let Some(here) = next else { break };
        if here.has_name("script") {
            return of_script(&here).is_some();
        }
        next = here.next_sibling();
    }
    // MathJax puts the display in a block of its own before the script.
    node.parent()
        .and_then(|parent| parent.next_sibling())
        .is_some_and(|next| next.has_name("script") && of_script(&next).is_some())
}

/// Returns TeX without the delimiters and the wrapper that pages put around it.
fn bare(tex: &str) -> String {
    let mut tex = tex.trim();
    for (open, close) in [("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")] {
        if let Some(inside) = tex.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
            tex = inside.trim();
            break;
        }
    }
    for style in ["\\displaystyle", "\\textstyle"] {
        if let Some(inside) = tex.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
            && let Some(inside) = inside.trim_start().strip_prefix(style)
        {
            tex = inside.trim();
            break;
        }
    }
    tex.trim_start_matches("% <![CDATA[").trim_end_matches("%]]>").trim().to_owned()
}

/// Writes MathML as TeX.
fn write(node: &NodeRef<'_>, depth: usize, out: &mut String) {
    if out.len() > MOST_TEX {
        return;
    }
    if node.is_text() {
        let text = node.text();
        out.push_str(text.trim());
        return;
    }
    let Some(name) = name_of(node) else { return };
    if depth > MOST_DEPTH {
        out.push_str(text_up_to(node, MOST_TEX).trim());
        return;
    }
    let children: Vec<NodeRef<'_>> = node.children_it(false).filter(NodeRef::is_element).collect();
    let group = |idx: usize, out: &mut String| {
        out.push('{');
        if let Some(child) = children.get(idx) {
            write(child, depth + 1, out);
        }
        out.push('}');
    };
    let base = |out: &mut String| {
        let Some(child) = children.first() else { return };
        let mut inside = String::new();
        write(child, depth + 1, &mut inside);
        if inside.chars().count() > 1 && !inside.starts_with('\\') {
            out.push_str(&format!("{{{inside}}}"));
        } else {
            out.push_str(&inside);
        }
    };
    match &*name {
        "mi" | "mn" => {
            let text = node.text();
            let text = text.trim();
            let is_word = text.chars().count() > 1 && text.chars().all(char::is_alphabetic);
            if is_word {
                out.push_str(&format!("\\operatorname{{{text}}}"));
            } else {
                out.push_str(text);
            }
        }
        "mo" => {
            let text = node.text();
            // Invisible operators say nothing to the eye.
            let text = text.trim().trim_matches(['\u{2061}', '\u{2062}', '\u{2063}', '\u{2064}']);
            let is_spaced =
                matches!(text, "=" | "+" | "−" | "-" | "<" | ">" | "≤" | "≥" | "≠" | "∈" | "→" | "≈" | "±" | "⇒");
            let begins = out.is_empty() || out.ends_with(['{', '(', '[']);
            match (is_spaced, text) {
                (true, text) if begins => out.push_str(text),
                (true, text) => out.push_str(&format!(" {text} ")),
                (false, "{" | "}") => out.push_str(&format!("\\{text}")),
                (false, text) => out.push_str(text),
            }
        }
        "mtext" | "ms" => out.push_str(&format!("\\text{{{}}}", node.text())),
        "mspace" => out.push(' '),
        "mfrac" => {
            out.push_str("\\frac");
            group(0, out);
            group(1, out);
        }
        "msqrt" => {
            out.push_str("\\sqrt{");
            for child in &children {
                write(child, depth + 1, out);
            }
            out.push('}');
        }
        "mroot" => {
            let mut degree = String::new();
            if let Some(child) = children.get(1) {
                write(child, depth + 1, &mut degree);
            }
            out.push_str(&format!("\\sqrt[{degree}]"));
            group(0, out);
        }
        "msub" | "munder" => {
            base(out);
            out.push('_');
            group(1, out);
        }
        "msup" | "mover" => {
            base(out);
            out.push('^');
            group(1, out);
        }
        "msubsup" | "munderover" => {
            base(out);
            out.push('_');
            group(1, out);
            out.push('^');
            group(2, out);
        }
        "mfenced" => {
            let open = attribute(node, "open").unwrap_or_else(|| "(".to_owned());
            let close = attribute(node, "close").unwrap_or_else(|| ")".to_owned());
            out.push_str(&open);
            for (idx, child) in children.iter().enumerate() {
                if idx > 0 {
                    out.push_str(", ");
                }
                write(child, depth + 1, out);
            }
            out.push_str(&close);
        }
        "mtable" => {
            out.push_str("\\begin{matrix}");
            for (idx, child) in children.iter().enumerate() {
                out.push_str(if idx > 0 { " \\\\ " } else { " " });
                write(child, depth + 1, out);
            }
            out.push_str(" \\end{matrix}");
        }
        "mtr" | "mlabeledtr" => {
            for (idx, child) in children.iter().enumerate() {
                if idx > 0 {
                    out.push_str(" & ");
                }
                write(child, depth + 1, out);
            }
        }
        "annotation" | "annotation-xml" | "mphantom" => {}
        "semantics" => {
            if let Some(child) = children.first() {
                write(child, depth + 1, out);
            }
        }
        _ => {
            for child in node.children_it(false) {
                write(&child, depth + 1, out);
            }
        }
    }
}
