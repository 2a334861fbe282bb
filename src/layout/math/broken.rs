//! Formulas wider than the measure: on several lines, each but the first begun by a relation or an operator.
//!
//! Lines end before relations first, and only where what follows one takes more than a line before a sum's signs. What
//! stands within brackets is divided last.

use super::display;
use super::grid::{Grid, Strip};
use super::tree::{Array, Class, Columns, Node};

/// How much further in a line stands than the one that it goes on from, in cells.
const INDENT: usize = 2;

/// Sets a formula on lines at most `measure` cells wide; none where a part that cannot be divided takes more.
pub fn set(node: &Node, measure: usize) -> Option<Grid> {
    let within = |indent, brackets| Breaker { measure, indent, brackets, lines: Vec::new() }.set(node);
    within(INDENT, Brackets::Whole)
        .or_else(|| within(INDENT, Brackets::Divided))
        .or_else(|| within(0, Brackets::Divided))
}

/// Whether a line may end within brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brackets {
    Whole,
    Divided,
}

#[derive(Debug)]
struct Breaker {
    measure: usize,
    indent: usize,
    brackets: Brackets,
    lines: Vec<Grid>,
}

/// What stands from one place where a line may end to the next.
#[derive(Debug)]
struct Unit {
    grid: Grid,
    /// The blank cells before it, unless it begins a line.
    gap: usize,
    is_relation: bool,
}

impl Breaker {
    fn set(mut self, node: &Node) -> Option<Grid> {
        match node {
            Node::Array(Array { rows, columns: Columns::Aligned | Columns::Lines }) => {
                for row in rows {
                    let parts: Vec<Node> = row.iter().flat_map(|cell| parts_of(cell).to_vec()).collect();
                    // A row that begins with a relation goes on from the one above.
                    let first = row.first().is_some_and(|cell| !cell.is_empty());
                    self.break_row(&parts, if first || self.lines.is_empty() { 0 } else { self.indent })?;
                }
            }
            other => self.break_row(parts_of(other), 0)?,
        }
        let is_airy = self.lines.iter().any(|line| line.height() > 1);
        let mut rows = Vec::new();
        for (idx, line) in self.lines.into_iter().enumerate() {
            if is_airy && idx > 0 {
                rows.push(Strip::default());
            }
            rows.extend(line.rows);
        }
        Grid::stacked(rows, 0).ok()
    }

    /// Adds the lines that a row takes, the first of them `indent` cells in.
    fn break_row(&mut self, parts: &[Node], indent: usize) -> Option<()> {
        let units = self.units(parts)?;
        let mut line = Line::at(indent);
        // What follows a relation goes on further in than the line that it stands on.
        let mut rest = indent + self.indent;
        for clause in units.chunk_by(|_, next| !next.is_relation) {
            let own: usize = clause.iter().map(|unit| unit.gap + unit.grid.width).sum();
            let gap = clause.first().map_or(0, |unit| unit.gap);
            let is_whole = indent + self.indent + own - gap <= self.measure;
            if !line.is_empty && is_whole && line.grid.width + own > self.measure {
                self.lines.push(std::mem::replace(&mut line, Line::at(indent + self.indent)).grid);
            }
            for unit in clause {
                if !line.is_empty && line.grid.width + unit.gap + unit.grid.width > self.measure {
                    let indent = if unit.is_relation { indent + self.indent } else { rest };
                    self.lines.push(std::mem::replace(&mut line, Line::at(indent)).grid);
                }
                if unit.is_relation {
                    rest = line.indent + self.indent;
                }
                line.add(unit)?;
                if line.grid.width > self.measure {
                    return None;
                }
            }
        }
        self.lines.push(line.grid);
        Some(())
    }

    fn units(&self, parts: &[Node]) -> Option<Vec<Unit>> {
        let grids = display::set_parts(parts).ok()?;
        let mut units: Vec<Unit> = Vec::new();
        let mut before: Option<(&Node, Class)> = None;
        let mut n_open = 0_usize;
        for (part, (grid, class)) in parts.iter().zip(grids) {
            if grid.width == 0 {
                continue;
            }
            let gap = before.map_or(0, |before| match (before.0, part) {
                (Node::Space(_), _) | (_, Node::Space(_)) => 0,
                _ => display::space_between(before, (part, class)),
            });
            before = Some((part, class));
            // A sign before its operand is no bracket, though it stands as close.
            match part.class() {
                Class::Open => n_open += 1,
                Class::Close => n_open = n_open.saturating_sub(1),
                _ => {}
            }
            let is_relation = class == Class::Relation;
            let may_begin = is_relation || class == Class::Binary;
            match units.last_mut() {
                Some(unit) if !may_begin || (n_open > 0 && self.brackets == Brackets::Whole) => {
                    unit.grid.beside(&grid, gap).ok()?;
                }
                _ => units.push(Unit { grid, gap, is_relation }),
            }
        }
        Some(units)
    }
}

/// A line in the making.
#[derive(Debug)]
struct Line {
    grid: Grid,
    indent: usize,
    is_empty: bool,
}

impl Line {
    fn at(indent: usize) -> Self {
        let mut strip = Strip::default();
        strip.blank(indent);
        Self { grid: Grid::of(strip), indent, is_empty: true }
    }

    fn add(&mut self, unit: &Unit) -> Option<()> {
        let gap = if self.is_empty { 0 } else { unit.gap };
        self.is_empty = false;
        self.grid.beside(&unit.grid, gap).ok()
    }
}

fn parts_of(node: &Node) -> &[Node] {
    match node {
        Node::Row(parts) => parts,
        other => std::slice::from_ref(other),
    }
}
