//! A formula in its line: fractions by a slash, roots by their sign, scripts raised and lowered where Unicode can.

use super::grid::Strip;
use super::letters;
use super::tree::{self, Array, Bar, Class, Columns, Face, Fraction, Node, Script};
use crate::text::width;

/// Sets a formula in one line.
pub fn set(node: &Node) -> Strip {
    let mut strip = Strip::default();
    put(node, Within::Line, &mut strip);
    strip
}

/// Sets what stands in a script.
pub fn set_script(node: &Node) -> Strip {
    let mut strip = Strip::default();
    put(node, Within::Script, &mut strip);
    strip
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Line,
    /// Nothing is spaced there.
    Script,
}

fn strip_of(node: &Node, within: Within) -> Strip {
    let mut strip = Strip::default();
    put(node, within, &mut strip);
    strip
}

fn put(node: &Node, within: Within, out: &mut Strip) {
    match node {
        Node::Sign(sign) => out.push(&sign.text, sign.face),
        Node::Row(parts) => put_row(parts, within, out),
        Node::Fraction(fraction) => put_fraction(fraction, within, out),
        Node::Root { degree, of } => put_root(degree.as_deref(), of, within, out),
        Node::Script(script) => put_script(script, within, out),
        Node::Fenced { open, close, inside } => {
            out.push(open, Face::Upright);
            match &**inside {
                Node::Fraction(fraction) if !fraction.is_ruled => put_stacked(fraction, within, out),
                inside => put(inside, within, out),
            }
            out.push(close, Face::Upright);
        }
        Node::Accent { mark, of } => out.append(&accented(*mark, strip_of(of, within))),
        Node::Bar { bar, of } => match bar {
            Bar::Over => out.append(&accented('\u{305}', strip_of(of, within))),
            Bar::Under => out.append(&accented('\u{332}', strip_of(of, within))),
            Bar::OverBrace | Bar::UnderBrace => put(of, within, out),
        },
        Node::Array(array) => put_array(array, within, out),
        Node::Space(cells) => out.blank(*cells),
        Node::Boxed(of) => {
            out.push("[", Face::Upright);
            put(of, within, out);
            out.push("]", Face::Upright);
        }
        Node::Tag(tag) => {
            out.blank(2);
            out.push(tag, Face::Upright);
        }
    }
}

fn put_row(parts: &[Node], within: Within, out: &mut Strip) {
    let classes = tree::classes(parts);
    let mut before: Option<Class> = None;
    for (idx, (part, &class)) in parts.iter().zip(&classes).enumerate() {
        if let Node::Space(cells) = part {
            if within == Within::Line || *cells > 1 {
                out.blank(*cells);
            }
            // Two spaces would be one too many.
            before = (*cells == 0).then_some(before).flatten();
            continue;
        }
        let strip = strip_of(part, within);
        if strip.pieces.is_empty() {
            continue;
        }
        if let Some(before) = before {
            out.blank(tree::gap(before, class, within == Within::Script));
        }
        // `a/b c` reads as if c were below too.
        let follows = parts.get(idx + 1).zip(classes.get(idx + 1));
        let is_factor = follows.is_some_and(|(next, class)| {
            !matches!(next, Node::Space(_)) && matches!(class, Class::Ordinary | Class::Open | Class::Inner)
        });
        let is_slashed = matches!(part, Node::Fraction(fraction) if fraction.is_ruled) && strip.text().contains('/');
        if is_factor && is_slashed {
            put_enclosed(&strip, out);
        } else {
            out.append(&strip);
        }
        before = Some(class);
    }
}

fn put_enclosed(strip: &Strip, out: &mut Strip) {
    out.push("(", Face::Upright);
    out.append(strip);
    out.push(")", Face::Upright);
}

fn put_fraction(fraction: &Fraction, within: Within, out: &mut Strip) {
    let over = strip_of(&fraction.over, within);
    let under = strip_of(&fraction.under, within);
    if !fraction.is_ruled {
        out.push("(", Face::Upright);
        put_stacked(fraction, within, out);
        return out.push(")", Face::Upright);
    }
    if within == Within::Line
        && let Some(sign) = letters::vulgar(&over.text(), &under.text())
    {
        return out.push(sign, Face::Upright);
    }
    if is_product(&fraction.over) {
        out.append(&over);
    } else {
        put_enclosed(&over, out);
    }
    out.push("/", Face::Upright);
    if is_single(&fraction.under) { out.append(&under) } else { put_enclosed(&under, out) }
}

/// Sets what stands above each other without a rule.
fn put_stacked(fraction: &Fraction, within: Within, out: &mut Strip) {
    put(&fraction.over, within, out);
    out.push(" ¦ ", Face::Upright);
    put(&fraction.under, within, out);
}

/// Returns whether nothing in a row binds less than a slash does.
fn is_product(node: &Node) -> bool {
    let Node::Row(parts) = node else { return is_single(node) };
    let mut fences = 0_usize;
    for (idx, part) in parts.iter().enumerate() {
        let class = part.class();
        match class {
            Class::Open => fences += 1,
            Class::Close => fences = fences.saturating_sub(1),
            _ if fences > 0 => {}
            Class::Large => return false,
            // A sign before the first binds its factor alone.
            Class::Binary | Class::Relation | Class::Punctuation if idx > 0 => return false,
            _ if matches!(part, Node::Fraction(_) | Node::Space(2..)) => return false,
            _ => {}
        }
    }
    true
}

/// Returns whether a node is one factor: a letter, a number, a differential, a function of something.
fn is_single(node: &Node) -> bool {
    match node {
        Node::Row(parts) => match parts.as_slice() {
            [] => true,
            [only] => is_single(only),
            [Node::Sign(sign), of] if matches!(&*sign.text, "∂" | "d") => is_single(of),
            [first, open, inside @ .., close] => {
                let is_fence = |part: &Node| matches!(part.class(), Class::Open | Class::Close);
                is_single(first)
                    && open.class() == Class::Open
                    && close.class() == Class::Close
                    && !inside.iter().any(is_fence)
            }
            _ => false,
        },
        Node::Fraction(_) | Node::Array(_) => false,
        Node::Sign(sign) => !sign.text.contains(' '),
        Node::Script(script) => script.base.class() != Class::Large,
        _ => true,
    }
}

fn put_root(degree: Option<&Node>, of: &Node, within: Within, out: &mut Strip) {
    let degree = degree.map(|degree| set_script(degree).text()).unwrap_or_default();
    match degree.as_str() {
        "" | "2" => out.push("√", Face::Upright),
        "3" => out.push("∛", Face::Upright),
        "4" => out.push("∜", Face::Upright),
        other => {
            match letters::raised(other) {
                Some(raised) => out.push(&raised, Face::Upright),
                None => out.push(&format!("({other})"), Face::Upright),
            }
            out.push("√", Face::Upright);
        }
    }
    let of_strip = strip_of(of, within);
    let is_bare = is_single(of) && (of_strip.width == 1 || of_strip.text().chars().all(|c| c.is_ascii_digit()));
    if is_bare || matches!(of, Node::Fenced { .. }) { out.append(&of_strip) } else { put_enclosed(&of_strip, out) }
}

fn put_script(script: &Script, within: Within, out: &mut Strip) {
    let base = strip_of(&script.base, within);
    let is_loose = matches!(&script.base, Node::Row(parts) if parts.len() > 1 && !is_product(&script.base))
        || matches!(script.base, Node::Fraction(_));
    if is_loose {
        put_enclosed(&base, out);
    } else {
        out.append(&base);
    }
    if let Some(below) = &script.below {
        let strip = set_script(below);
        match letters::lowered(&strip.text()) {
            Some(lowered) => out.push(&lowered, Face::Upright),
            None => put_marked("_", &strip, out),
        }
    }
    if let Some(above) = &script.above {
        let strip = set_script(above);
        match letters::raised(&strip.text()) {
            Some(raised) => out.push(&raised, Face::Upright),
            None if strip.text() == "∗" => out.push("*", Face::Upright),
            None if matches!(&*strip.text(), "†" | "‡") => out.append(&strip),
            None => put_marked("^", &strip, out),
        }
    }
}

/// Sets a script behind a mark, since Unicode has it neither raised nor lowered.
fn put_marked(mark: &str, strip: &Strip, out: &mut Strip) {
    let text = strip.text();
    if text.is_empty() {
        return;
    }
    out.push(mark, Face::Upright);
    let is_word = text.chars().all(char::is_alphanumeric)
        && (strip.width == 1 || strip.pieces.iter().all(|piece| piece.1 != Face::Italic));
    if is_word || strip.width == 1 { out.append(strip) } else { put_enclosed(strip, out) }
}

/// Returns `strip` with a combining mark: on each cluster where it is a line, else on the middle one.
pub fn accented(mark: char, strip: Strip) -> Strip {
    let is_line = matches!(mark, '\u{304}' | '\u{305}' | '\u{332}' | '\u{336}');
    let count = width::clusters(&strip.text()).filter(|cluster| cluster.width > 0).count();
    // The macron of one letter is short; over several it has to join.
    let mark = if mark == '\u{304}' && count > 1 { '\u{305}' } else { mark };
    let middle = count.saturating_sub(1) / 2;
    let mut out = Strip::default();
    let mut idx = 0;
    for (text, face) in &strip.pieces {
        for cluster in width::clusters(text) {
            let mut marked = String::from(cluster.text);
            if cluster.width > 0 && (is_line || idx == middle) {
                marked.push(mark);
                marked = unicode_normalization::UnicodeNormalization::nfc(marked.chars()).collect();
            }
            idx += usize::from(cluster.width > 0);
            out.push(&marked, *face);
        }
    }
    // A mark never makes a cell more of it.
    if out.width == strip.width { out } else { strip }
}

fn put_array(array: &Array, within: Within, out: &mut Strip) {
    let is_matrix = matches!(array.columns, Columns::Centred | Columns::Told(_));
    for (idx, row) in array.rows.iter().enumerate() {
        if idx > 0 {
            out.push(if within == Within::Script && !is_matrix { ", " } else { "; " }, Face::Upright);
        }
        let mut is_first = true;
        for cell in row {
            let strip = strip_of(cell, within);
            if strip.pieces.is_empty() {
                continue;
            }
            if !is_first {
                out.push(if array.columns == Columns::Left { ", " } else { " " }, Face::Upright);
            }
            is_first = false;
            out.append(&strip);
        }
    }
}
