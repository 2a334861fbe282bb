//! Mathematics: TeX as readable Unicode, in its line or on rows of its own.
//!
//! `parse` makes a tree of what articles use of TeX, `linear` sets one in a line and `display` as a picture of rows.
//! The document keeps the source; which of its bytes a piece of a picture stands for is the layout's to say.

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

use grid::Grid;
use tree::{Array, Class, Columns, Node};

/// The longest formula that is set, in bytes; a longer one stands as its source.
pub const MOST_SOURCE: usize = 8 << 10;
/// How much further in the rest of a formula stands that takes several lines.
const HANGING: usize = 4;

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
        _ => broken(&node, measure)?,
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

/// Sets a formula that is wider than the measure on several lines, each begun by a relation or an operator.
fn broken(node: &Node, measure: usize) -> Option<Grid> {
    let mut lines: Vec<Grid> = Vec::new();
    match node {
        Node::Array(Array { rows, columns: Columns::Aligned | Columns::Lines }) => {
            for row in rows {
                let parts: Vec<Node> = row.iter().flat_map(|cell| parts_of(cell).to_vec()).collect();
                break_row(&parts, measure, &mut lines)?;
            }
        }
        other => break_row(parts_of(other), measure, &mut lines)?,
    }
    let is_airy = lines.iter().any(|line| line.height() > 1);
    let mut rows = Vec::new();
    for (idx, line) in lines.into_iter().enumerate() {
        if is_airy && idx > 0 {
            rows.push(Strip::default());
        }
        rows.extend(line.rows);
    }
    Grid::stacked(rows, 0).ok()
}

fn parts_of(node: &Node) -> &[Node] {
    match node {
        Node::Row(parts) => parts,
        other => std::slice::from_ref(other),
    }
}

fn break_row(parts: &[Node], measure: usize, lines: &mut Vec<Grid>) -> Option<()> {
    let grids = display::set_parts(parts).ok()?;
    let mut line = Grid::empty();
    let mut chunk = Grid::empty();
    let mut before: Option<(&Node, Class)> = None;
    let mut chunk_gap = 0;
    let mut is_first = true;
    let mut settle = |line: &mut Grid, chunk: Grid, gap: usize, is_first: &mut bool| -> Option<()> {
        if line.width > 0 && line.width + gap + chunk.width > measure {
            lines.push(std::mem::replace(line, Grid::empty()));
            *is_first = false;
        }
        if line.width == 0 && !*is_first {
            let mut indent = Strip::default();
            indent.blank(HANGING.min(measure / 8));
            *line = Grid::of(indent);
            line.beside(&chunk, 0).ok()?;
        } else {
            line.beside(&chunk, if line.width == 0 { 0 } else { gap }).ok()?;
        }
        (line.width <= measure).then_some(())
    };
    for (part, (grid, class)) in parts.iter().zip(&grids) {
        if grid.width == 0 {
            continue;
        }
        let gap = before.map_or(0, |before| match (before.0, part) {
            (Node::Space(_), _) | (_, Node::Space(_)) => 0,
            _ => display::space_between(before, (part, *class)),
        });
        if matches!(class, Class::Relation | Class::Binary) && chunk.width > 0 {
            settle(&mut line, std::mem::replace(&mut chunk, Grid::empty()), chunk_gap, &mut is_first)?;
            chunk_gap = gap;
            chunk.beside(grid, 0).ok()?;
        } else {
            let gap = if chunk.width == 0 { 0 } else { gap };
            chunk.beside(grid, gap).ok()?;
        }
        before = Some((part, *class));
    }
    settle(&mut line, chunk, chunk_gap, &mut is_first)?;
    lines.push(line);
    Some(())
}

#[cfg(test)]
mod tests;
