//! A formula on rows of its own: fractions by a rule, limits above and below, delimiters as tall as what they hold.

use super::grid::{Grid, Result, Strip};
use super::letters;
use super::linear;
use super::tree::{self, Array, Bar, Class, Columns, Face, Fraction, Node, Script};

/// Sets a formula as a picture of rows.
pub fn set(node: &Node) -> Result<Grid> {
    grid_of(node, Size::Full)
}

/// Sets the parts of a row, for whoever has to break it.
pub fn set_parts(parts: &[Node]) -> Result<Vec<(Grid, Class)>> {
    let classes = tree::classes(parts);
    parts.iter().zip(classes).map(|(part, class)| Ok((grid_of(part, Size::Full)?, class))).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Full,
    /// In a script: nothing is spaced.
    Script,
}

fn grid_of(node: &Node, size: Size) -> Result<Grid> {
    match node {
        Node::Sign(sign) => Ok(Grid::text(&sign.text, sign.face)),
        Node::Row(parts) => row(parts, size),
        Node::Fraction(fraction) => self::fraction(fraction, size),
        Node::Root { degree, of } => root(degree.as_deref(), of, size),
        Node::Script(script) => scripted(script, size),
        Node::Fenced { open, close, inside } => fenced(open, close, &grid_of(inside, size)?),
        Node::Accent { mark, of } => accented(*mark, grid_of(of, size)?),
        Node::Bar { bar, of } => barred(*bar, grid_of(of, size)?),
        Node::Array(array) => self::array(array, size),
        Node::Space(cells) => {
            let mut strip = Strip::default();
            strip.blank(*cells);
            Ok(Grid::of(strip))
        }
        Node::Boxed(of) => boxed(&grid_of(of, size)?),
        Node::Tag(tag) => Ok(Grid::text(&format!("  {tag}"), Face::Upright)),
    }
}

fn row(parts: &[Node], size: Size) -> Result<Grid> {
    let classes = tree::classes(parts);
    let mut grid = Grid::empty();
    let mut before: Option<(Class, bool)> = None;
    for (part, class) in parts.iter().zip(classes) {
        if matches!(part, Node::Space(0)) || (matches!(part, Node::Space(1)) && size == Size::Script) {
            continue;
        }
        let own = grid_of(part, size)?;
        if own.width == 0 {
            continue;
        }
        if matches!(part, Node::Space(_)) {
            grid.beside(&own, 0)?;
            before = None;
            continue;
        }
        let is_ruled = ends_in_rule(part);
        let gap = before.map_or(0, |(left, was_ruled)| space(left, was_ruled, class, is_ruled, size));
        grid.beside(&own, gap)?;
        before = Some((class, is_ruled));
    }
    Ok(grid)
}

/// Returns the blank cells between two pictures: those that both want, and one beside a rule.
pub fn space_between(left: (&Node, Class), right: (&Node, Class)) -> usize {
    space(left.1, ends_in_rule(left.0), right.1, ends_in_rule(right.0), Size::Full)
}

fn space(left: Class, was_ruled: bool, right: Class, is_ruled: bool, size: Size) -> usize {
    let gap = tree::gap(left, right, size == Size::Script);
    let is_fence = |class| matches!(class, Class::Open | Class::Close);
    let beside_rule = (was_ruled && !is_fence(right)) || (is_ruled && !is_fence(left));
    gap.max(usize::from(beside_rule))
}

fn ends_in_rule(part: &Node) -> bool {
    matches!(part, Node::Fraction(fraction) if !fraction.is_small)
        || matches!(part, Node::Bar { bar: Bar::OverBrace | Bar::UnderBrace, .. } | Node::Boxed(_))
}

fn fraction(fraction: &Fraction, size: Size) -> Result<Grid> {
    // In a script even a fraction is best kept low.
    if fraction.is_small || size == Size::Script {
        let strip = linear::set_script(&Node::Fraction(Box::new(fraction.clone())));
        return Ok(Grid::of(strip));
    }
    let (over, under) = (grid_of(&fraction.over, size)?, grid_of(&fraction.under, size)?);
    let width = over.width.max(under.width).max(1);
    let baseline = over.height();
    let mut rows = over.centred(width);
    rows.push(if fraction.is_ruled { Strip::of(&"─".repeat(width), Face::Upright) } else { Strip::default() });
    rows.extend(under.centred(width));
    Grid::stacked(rows, baseline)
}

fn root(degree: Option<&Node>, of: &Node, size: Size) -> Result<Grid> {
    let inside = grid_of(of, size)?;
    let degree = degree.map(linear::set_script).filter(|degree| degree.text() != "2").unwrap_or_default();
    let is_tall = inside.height() > 1;
    let lead = degree.width.max(1);
    let mut rows = Vec::with_capacity(inside.height() + 1);
    let width = inside.width.max(1);
    let mut top = Strip::default();
    if is_tall {
        top.blank(lead);
        top.push("┌", Face::Upright);
        top.push(&"─".repeat(width), Face::Upright);
    } else {
        // The degree stands on the arm of the sign.
        top.blank(lead - degree.width);
        top.append(&degree);
        top.push(&"▁".repeat(width), Face::Upright);
    }
    rows.push(top);
    for (idx, row) in inside.rows.iter().enumerate() {
        let is_last = idx + 1 == inside.height();
        let mut strip = Strip::default();
        if is_tall && idx + 2 == inside.height() {
            strip.blank(lead - degree.width);
            strip.append(&degree);
        } else {
            strip.blank(lead - 1);
            strip.push(
                if !is_last {
                    " "
                } else if is_tall {
                    "╲"
                } else {
                    "√"
                },
                Face::Upright,
            );
        }
        if is_tall {
            strip.push("│", Face::Upright);
        }
        strip.append(row);
        rows.push(strip);
    }
    Grid::stacked(rows, inside.baseline + 1)
}

fn scripted(script: &Script, size: Size) -> Result<Grid> {
    let is_integral = |node: &Node| matches!(node, Node::Sign(sign) if sign.text == "∫" && sign.class == Class::Large);
    let set = |part: &Option<Node>| part.as_ref().map(|part| grid_of(part, Size::Script)).transpose();
    if script.is_limits && size == Size::Full {
        let base = grid_of(&script.base, size)?;
        return limits(&base, set(&script.above)?, set(&script.below)?);
    }
    // Raised and lowered letters keep the line, where there are such.
    let change = |part: &Option<Node>, by: fn(&str) -> Option<String>| match part {
        Some(part) => by(&linear::set_script(part).text()),
        None => Some(String::new()),
    };
    let letters = change(&script.above, letters::raised).zip(change(&script.below, letters::lowered));
    let base = grid_of(&script.base, size)?;
    if let Some((raised, lowered)) = &letters
        && base.height() == 1
    {
        let mut strip = base.rows.into_iter().next().unwrap_or_default();
        strip.push(lowered, Face::Upright);
        strip.push(raised, Face::Upright);
        return Ok(Grid::of(strip));
    }
    if is_integral(&script.base) && size == Size::Full {
        let sign = ["⌠", "⎮", "⌡"].map(|part| Strip::of(part, Face::Upright));
        let sign = Grid::stacked(sign.into(), 1)?;
        return attached(sign, set(&script.above)?.as_ref(), set(&script.below)?.as_ref());
    }
    let (above, below) = match letters {
        // Beside something tall they stand at its corners as they are.
        Some((raised, lowered)) => {
            let grid = |text: String| (!text.is_empty()).then(|| Grid::text(&text, Face::Upright));
            (grid(raised), grid(lowered))
        }
        None => (set(&script.above)?, set(&script.below)?),
    };
    attached(base, above.as_ref(), below.as_ref())
}

fn limits(base: &Grid, above: Option<Grid>, below: Option<Grid>) -> Result<Grid> {
    let widths = [Some(base), above.as_ref(), below.as_ref()].map(|grid| grid.map_or(0, |grid| grid.width));
    let width = widths.into_iter().max().unwrap_or_default();
    let mut rows = above.map(|grid| grid.centred(width)).unwrap_or_default();
    let baseline = rows.len() + base.baseline;
    rows.extend(base.centred(width));
    rows.extend(below.map(|grid| grid.centred(width)).unwrap_or_default());
    Grid::stacked(rows, baseline)
}

/// Puts scripts at the right corners of `base`: beyond its rows where it has one, else beside its first and last.
fn attached(base: Grid, above: Option<&Grid>, below: Option<&Grid>) -> Result<Grid> {
    let is_flat = base.height() == 1;
    let n_above = above.map_or(0, |grid| if is_flat { grid.height() } else { grid.height() - 1 });
    let n_below = below.map_or(0, |grid| if is_flat { grid.height() } else { grid.height() - 1 });
    let mut column = vec![Strip::default(); n_above + base.height() + n_below];
    let mut place = |grid: &Grid, from: usize| {
        for (strip, row) in column.iter_mut().skip(from).zip(&grid.rows) {
            *strip = row.clone();
        }
    };
    if let Some(above) = above {
        place(above, 0);
    }
    if let Some(below) = below {
        place(below, n_above + base.height() + n_below - below.height());
    }
    let column = Grid::stacked(column, n_above + base.baseline)?;
    let mut grid = base;
    grid.beside(&column, 0)?;
    Ok(grid)
}

fn fenced(open: &str, close: &str, inside: &Grid) -> Result<Grid> {
    let mut grid = delimiter(open, inside)?;
    grid.beside(inside, 0)?;
    grid.beside(&delimiter(close, inside)?, 0)?;
    Ok(grid)
}

/// Returns a delimiter as tall as `inside`.
fn delimiter(sign: &str, inside: &Grid) -> Result<Grid> {
    let height = inside.height();
    if height == 1 || sign.is_empty() {
        return Ok(Grid::text(sign, Face::Upright));
    }
    let (top, middle, bottom) = match sign {
        "(" => ("⎛", "⎜", "⎝"),
        ")" => ("⎞", "⎟", "⎠"),
        "[" => ("⎡", "⎢", "⎣"),
        "]" => ("⎤", "⎥", "⎦"),
        "⌈" => ("⎡", "⎢", "⎢"),
        "⌉" => ("⎤", "⎥", "⎥"),
        "⌊" => ("⎢", "⎢", "⎣"),
        "⌋" => ("⎥", "⎥", "⎦"),
        "{" => ("⎧", "⎪", "⎩"),
        "}" => ("⎫", "⎪", "⎭"),
        "|" | "∣" => ("│", "│", "│"),
        "‖" | "∥" => ("║", "║", "║"),
        "⟨" => ("╱", "⟨", "╲"),
        "⟩" => ("╲", "⟩", "╱"),
        // What has no parts stands in line.
        other => return Ok(Grid::text(other, Face::Upright)),
    };
    let centre = match sign {
        "{" => Some("⎨"),
        "}" => Some("⎬"),
        _ => None,
    };
    let part = |idx: usize| match idx {
        0 => top,
        idx if idx + 1 == height => bottom,
        idx if idx == height / 2 => centre.unwrap_or(middle),
        _ if matches!(sign, "⟨" | "⟩") => " ",
        _ => middle,
    };
    let rows = (0..height).map(|idx| Strip::of(part(idx), Face::Upright)).collect();
    Grid::stacked(rows, inside.baseline)
}

fn accented(mark: char, of: Grid) -> Result<Grid> {
    if of.height() == 1 {
        let Grid { rows, .. } = of;
        return Ok(Grid::of(linear::accented(mark, rows.into_iter().next().unwrap_or_default())));
    }
    let sign = match mark {
        '\u{302}' => "^",
        '\u{303}' => "~",
        '\u{20d7}' => "→",
        '\u{20d6}' => "←",
        '\u{307}' => "˙",
        '\u{308}' => "¨",
        _ => return barred(Bar::Over, of),
    };
    limits(&of, Some(Grid::text(sign, Face::Upright)), None)
}

fn barred(bar: Bar, of: Grid) -> Result<Grid> {
    let width = of.width.max(1);
    if of.height() == 1 && matches!(bar, Bar::Over | Bar::Under) {
        let mark = if bar == Bar::Over { '\u{305}' } else { '\u{332}' };
        let Grid { rows, .. } = of;
        return Ok(Grid::of(linear::accented(mark, rows.into_iter().next().unwrap_or_default())));
    }
    let brace = |left: &str, middle: &str, right: &str| {
        let arms = width.saturating_sub(3);
        format!("{left}{}{middle}{}{right}", "─".repeat(arms / 2), "─".repeat(arms - arms / 2))
    };
    let sign = match bar {
        Bar::Over | Bar::Under => "─".repeat(width),
        Bar::OverBrace => brace("╭", "┴", "╮"),
        Bar::UnderBrace => brace("╰", "┬", "╯"),
    };
    let sign = Some(Grid::text(&sign, Face::Upright));
    match bar {
        Bar::Over | Bar::OverBrace => limits(&of, sign, None),
        Bar::Under | Bar::UnderBrace => limits(&of, None, sign),
    }
}

fn boxed(inside: &Grid) -> Result<Grid> {
    let rule = "─".repeat(inside.width + 2);
    let mut rows = vec![Strip::of(&format!("┌{rule}┐"), Face::Upright)];
    for row in &inside.rows {
        let mut strip = Strip::of("│ ", Face::Upright);
        strip.append(row);
        strip.push(" │", Face::Upright);
        rows.push(strip);
    }
    rows.push(Strip::of(&format!("└{rule}┘"), Face::Upright));
    Grid::stacked(rows, inside.baseline + 1)
}

/// How a cell stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Centre,
    Right,
}

fn array(array: &Array, size: Size) -> Result<Grid> {
    let mut cells: Vec<Vec<Grid>> = Vec::with_capacity(array.rows.len());
    for row in &array.rows {
        cells
            .push(row.iter().enumerate().map(|(idx, cell)| self::cell(array, idx, cell, size)).collect::<Result<_>>()?);
    }
    let n_columns = cells.iter().map(Vec::len).max().unwrap_or_default();
    let width_of = |column: usize| cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.width).max();
    let widths: Vec<usize> = (0..n_columns).map(|column| width_of(column).unwrap_or_default()).collect();
    let (sides, bars) = columns(&array.columns, n_columns);
    let is_airy = cells.iter().flatten().any(|cell| cell.height() > 1);
    let mut rows: Vec<Strip> = Vec::new();
    for (row_idx, row) in cells.iter().enumerate() {
        let mut line = Grid::empty();
        for (idx, &width) in widths.iter().enumerate() {
            let empty = Grid::empty();
            let cell = row.get(idx).unwrap_or(&empty);
            let free = width - cell.width;
            let before = match sides.get(idx).copied().unwrap_or(Side::Centre) {
                Side::Left => 0,
                Side::Centre => free / 2,
                Side::Right => free,
            };
            let placed = Grid { rows: cell.aligned(width, before), baseline: cell.baseline, width };
            let gap = match &array.columns {
                _ if idx == 0 => 0,
                Columns::Aligned if idx % 2 == 1 => 0,
                _ => 2,
            };
            line.beside(&placed, gap)?;
        }
        if is_airy && row_idx > 0 {
            rows.push(Strip::default());
        }
        rows.extend(line.rows);
    }
    let baseline = rows.len().saturating_sub(1) / 2;
    let mut grid = Grid::stacked(rows, baseline)?;
    if !bars.is_empty() {
        rule(&mut grid, &widths, &bars);
    }
    Ok(grid)
}

fn cell(array: &Array, idx: usize, cell: &Node, size: Size) -> Result<Grid> {
    let grid = grid_of(cell, size)?;
    // What follows the place of alignment follows an operand too.
    let first = match cell {
        Node::Row(parts) => parts.iter().find(|part| !part.is_empty() && !matches!(part, Node::Space(_))),
        other => Some(other),
    };
    let is_operator = first.is_some_and(|first| matches!(first.class(), Class::Relation | Class::Binary));
    if array.columns != Columns::Aligned || idx.is_multiple_of(2) || !is_operator {
        return Ok(grid);
    }
    let is_binary = first.is_some_and(|first| first.class() == Class::Binary) && matches!(cell, Node::Row(_));
    let mut spaced = Grid::empty();
    spaced.beside(&grid, 1)?;
    if !is_binary {
        return Ok(spaced);
    }
    // A sign between two operands is spaced on both sides, though one of them is in another cell.
    let Node::Row(parts) = cell else { return Ok(spaced) };
    let Some((sign, rest)) = parts.split_first() else { return Ok(spaced) };
    let mut spaced = Grid::empty();
    spaced.beside(&grid_of(sign, size)?, 1)?;
    spaced.beside(&row(rest, size)?, 1)?;
    Ok(spaced)
}

/// Returns on which side each column's cells stand, and after which columns rules do.
fn columns(columns: &Columns, count: usize) -> (Vec<Side>, Vec<usize>) {
    let sides = |side: &dyn Fn(usize) -> Side| (0..count).map(side).collect();
    match columns {
        Columns::Centred => (sides(&|_| Side::Centre), Vec::new()),
        Columns::Left | Columns::Lines => (sides(&|_| Side::Left), Vec::new()),
        Columns::Aligned => (sides(&|idx| if idx.is_multiple_of(2) { Side::Right } else { Side::Left }), Vec::new()),
        Columns::Told(letters) => {
            let mut told = Vec::new();
            let mut bars = Vec::new();
            for letter in letters.chars() {
                match letter {
                    'l' => told.push(Side::Left),
                    'c' => told.push(Side::Centre),
                    'r' => told.push(Side::Right),
                    '|' if !told.is_empty() && told.len() < count => bars.push(told.len()),
                    _ => {}
                }
            }
            (told, bars)
        }
    }
}

/// Draws rules between columns: each stands in the first of the two blank cells before a column.
fn rule(grid: &mut Grid, widths: &[usize], bars: &[usize]) {
    for &bar in bars {
        let before: usize = widths.iter().take(bar).map(|width| width + 2).sum();
        for row in &mut grid.rows {
            *row = replaced(row, before.saturating_sub(2), "│");
        }
    }
}

/// Returns `row` with the blank at `column` replaced.
fn replaced(row: &Strip, column: usize, sign: &str) -> Strip {
    let mut out = Strip::default();
    for (text, face) in &row.pieces {
        for cluster in crate::text::width::clusters(text) {
            let is_there = out.width == column && cluster.text == " ";
            out.push(if is_there { sign } else { cluster.text }, if is_there { Face::Upright } else { *face });
        }
    }
    out
}
