//! Mathematics: TeX as readable Unicode, in its line or on rows of its own.
//!
//! `parse` makes a tree of what articles use of TeX, `linear` sets one in a line, `display` as a picture of rows and
//! `broken` as several pictures where one is too wide. The document keeps the source; which of its bytes a piece of a picture stands for is the layout's to say.

mod broken;
mod display;
mod grid;
mod letters;
mod linear;
mod parse;
mod symbols;
mod tree;

pub use grid::Strip;
pub use letters::{lowered, raised};
pub use tree::Face;

use tree::Node;

/// The longest formula that is set, in bytes; a longer one stands as its source.
pub const MOST_SOURCE: usize = 8 << 10;

/// Sets a formula in one line; none where its source is better shown.
pub fn in_line(tex: &str) -> Option<Strip> {
    let strip = linear::set(&read(tex)?);
    (strip.width > 0).then_some(strip)
}

/// Sets a formula on rows at most `measure` cells wide; none where it takes more, or its source is better shown.
pub fn displayed(tex: &str, measure: usize) -> Option<Vec<Strip>> {
    let mut node = read(tex)?;
    let tag = take_tag(&mut node);
    let grid = match display::set(&node) {
        Ok(grid) if grid.width <= measure => grid,
        _ => broken::set(&node, measure)?,
    };
    if grid.width == 0 {
        return None;
    }
    let before = (measure - grid.width) / 2;
    let mut rows = grid.aligned(before + grid.width, before);
    if let Some(tag) = tag {
        number(&mut rows, &tag, (grid.baseline, before + grid.width), measure);
    }
    rows.iter_mut().for_each(Strip::trim_end);
    Some(rows)
}

fn read(tex: &str) -> Option<Node> {
    if tex.len() > MOST_SOURCE || tex.contains('\t') {
        return None;
    }
    // What defines its own commands, or draws, is no formula that this could set.
    let foreign = ["\\newcommand", "\\def", "\\xymatrix", "\\begin{tikz", "\\begin{CD", "\\usepackage"];
    if foreign.iter().any(|command| tex.contains(command)) {
        return None;
    }
    Some(parse::parse(tex))
}

fn take_tag(node: &mut Node) -> Option<String> {
    let Node::Row(parts) = node else { return None };
    match parts.pop() {
        Some(Node::Tag(tag)) => {
            if parts.len() == 1 {
                *node = parts.pop()?;
            }
            Some(tag)
        }
        Some(other) => {
            parts.push(other);
            None
        }
        None => None,
    }
}

/// Puts a formula's number at the right, below it where it does not fit beside.
fn number(rows: &mut Vec<Strip>, tag: &str, (row, width): (usize, usize), measure: usize) {
    let tag = Strip::of(tag, Face::Upright);
    if width + 2 + tag.width <= measure
        && let Some(row) = rows.get_mut(row)
    {
        row.blank(measure - tag.width - row.width);
        row.append(&tag);
    } else if tag.width <= measure {
        let mut row = Strip::default();
        row.blank(measure - tag.width);
        row.append(&tag);
        rows.push(row);
    }
}

#[cfg(test)]
mod tests;
