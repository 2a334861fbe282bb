//! Tables: those that hold data, cell by cell with what they span; those that only place things are read as prose.

use dom_query::{NodeId, NodeRef};

use super::element::{attribute, name_of, style_says};
use super::walk::{Close, Walk};
use crate::document::Alignment;

/// The most columns or rows that one cell spans.
const MOST_SPANNED: usize = 1000;

/// The most cells that spans may add to a table, for each of its own.
const MOST_ADDED: usize = 16;

/// How many elements are looked at to find out what a table is for.
const MOST_LOOKED_AT: usize = 20_000;

/// Where in a table the walk stands.
#[derive(Debug)]
pub(super) struct Grid {
    node: NodeId,
    /// Whether the table only places things.
    is_prose: bool,
    is_open: bool,
    alignments: Vec<Alignment>,
    n_columns: usize,
    column: usize,
    in_row: bool,
    in_cell: bool,
    /// How many more rows each column is taken by a cell from above.
    taken: Vec<usize>,
    n_own: usize,
    n_added: usize,
    row_is_header: bool,
    has_cell: bool,
    columns_left: usize,
    n_rows_left: usize,
    /// How many cells of this row are headers, as long as all are.
    n_row_headers: usize,
    /// How many of the first cells are headers in each row that is none itself.
    header_columns: Option<usize>,
}

impl Grid {
    fn new(node: &NodeRef<'_>, shape: &Shape) -> Self {
        Self {
            node: node.id,
            is_prose: shape.is_prose(node),
            is_open: false,
            alignments: shape.alignments(),
            n_columns: shape.n_columns,
            column: 0,
            in_row: false,
            in_cell: false,
            taken: Vec::new(),
            n_own: 0,
            n_added: 0,
            row_is_header: false,
            has_cell: false,
            columns_left: 0,
            n_rows_left: shape.n_rows,
            n_row_headers: 0,
            header_columns: None,
        }
    }

    /// Returns whether words have a cell to stand in.
    pub fn is_in_cell(&self) -> bool {
        self.in_cell
    }

    /// Returns whether its rows are written as such.
    pub fn holds_data(&self) -> bool {
        !self.is_prose
    }
}

impl<'t> Walk<'_, 't> {
    pub(super) fn open_table(&mut self, node: NodeRef<'t>) -> Close {
        let shape = Shape::of(node);
        self.close_leaf();
        self.grids.push(Grid::new(&node, &shape));
        Close::Table
    }

    pub(super) fn open_row(&mut self, node: &NodeRef<'t>) -> Close {
        let Some(grid) = self.grids.last_mut().filter(|grid| !grid.is_prose && !grid.in_cell) else {
            return Close::Block;
        };
        if !grid.is_open {
            grid.is_open = true;
            let (id, table) = (self.builder.open_table(grid.alignments.clone()), grid.node);
            self.note_origin(id, table);
        }
        let in_head = node.parent().and_then(|parent| name_of(&parent)).is_some_and(|name| &*name == "thead");
        if let Some(grid) = self.grids.last_mut() {
            grid.in_row = true;
            grid.column = 0;
            grid.has_cell = false;
            grid.n_rows_left = grid.n_rows_left.saturating_sub(1);
            grid.n_row_headers = 0;
            grid.row_is_header = in_head || is_header_row(node);
        }
        Close::Row
    }

    pub(super) fn close_row(&mut self) {
        self.fill_taken();
        let Some(grid) = self.grids.last_mut() else { return };
        if grid.has_cell {
            let is_header = grid.row_is_header;
            self.builder.end_row(is_header);
            if !is_header {
                let n_headers = grid.n_row_headers;
                grid.header_columns = Some(grid.header_columns.map_or(n_headers, |least| least.min(n_headers)));
            }
        }
        grid.in_row = false;
    }

    pub(super) fn open_cell(&mut self, node: &NodeRef<'t>, is_header: bool) -> Close {
        if self.grids.last().is_none_or(|grid| grid.is_prose || !grid.in_row || grid.in_cell) {
            return Close::Block;
        }
        self.fill_taken();
        let Some(grid) = self.grids.last_mut() else { return Close::Block };
        let span = |name| attribute(node, name).and_then(|value| value.parse().ok()).unwrap_or(1_usize);
        let room = grid.n_columns.saturating_sub(grid.column).max(1);
        let n_columns = span("colspan").clamp(1, room.min(MOST_SPANNED));
        let rows_left = (grid.n_rows_left + 1).min(MOST_SPANNED);
        let n_rows = match span("rowspan") {
            0 => rows_left,
            n_rows => n_rows.min(rows_left),
        };
        if is_header && grid.n_row_headers == grid.column {
            grid.n_row_headers += n_columns;
        }
        grid.n_own += 1;
        grid.columns_left = n_columns;
        if n_rows > 1 {
            grid.taken.resize(grid.taken.len().max(grid.column + n_columns), 0);
            for left in grid.taken.iter_mut().skip(grid.column).take(n_columns) {
                *left = n_rows - 1;
            }
        }
        grid.has_cell = true;
        grid.in_cell = true;
        self.builder.open_cell();
        self.builder.span(u32::try_from(n_columns).unwrap_or(1), u32::try_from(n_rows).unwrap_or(1));
        self.enter_cell();
        self.enter_ground();
        Close::Cell
    }

    pub(super) fn close_cell(&mut self) {
        self.leave_ground();
        self.builder.close_cell();
        self.enter_cell();
        let Some(grid) = self.grids.last_mut() else { return };
        grid.in_cell = false;
        let n_more = grid.columns_left.saturating_sub(1);
        grid.column += 1;
        for _ in 0..n_more {
            grid.column += 1;
            if grid.n_added < (grid.n_own + 64) * MOST_ADDED {
                grid.n_added += 1;
                self.builder.open_cell();
                self.builder.close_cell();
            }
        }
    }

    /// Writes empty cells where cells from above reach into this row.
    fn fill_taken(&mut self) {
        let Some(grid) = self.grids.last_mut() else { return };
        while let Some(left) = grid.taken.get_mut(grid.column).filter(|left| **left > 0) {
            *left -= 1;
            grid.column += 1;
            if grid.n_added < (grid.n_own + 64) * MOST_ADDED {
                grid.n_added += 1;
                self.builder.open_cell();
                self.builder.close_cell();
            }
        }
    }

    /// Ends the rows so far; what comes after a caption that stands too late is another table.
    pub(super) fn leave_rows(&mut self) {
        if let Some(grid) = self.grids.last_mut().filter(|grid| grid.is_open && !grid.in_row) {
            grid.is_open = false;
            self.builder.close();
        }
    }

    pub(super) fn close_table(&mut self) {
        if let Some(grid) = self.grids.pop()
            && grid.is_open
        {
            self.builder.header_columns(grid.header_columns.unwrap_or(0));
            self.builder.close();
        }
        self.close_leaf();
    }
}

/// What a table is made of, nested ones left out.
#[derive(Debug, Default)]
struct Shape {
    n_columns: usize,
    n_rows: usize,
    has_header: bool,
    has_table: bool,
    has_caption: bool,
    /// Whether a cell holds what stands on lines of its own.
    has_blocks: bool,
    /// For each column how many cells have it to themselves, and how many of those ask for each of [`ASKED`].
    columns: Vec<(u32, [u32; ASKED.len()])>,
}

/// What cells ask for, and how they say it.
const ASKED: [(Alignment, &[&str]); 3] =
    [(Alignment::Left, &["left", "start"]), (Alignment::Center, &["center"]), (Alignment::Right, &["right", "end"])];

impl Shape {
    fn of(table: NodeRef<'_>) -> Self {
        let mut shape = Self::default();
        let mut row_columns = 0;
        let mut row_cells = 0;
        for node in table.descendants_it().take(MOST_LOOKED_AT) {
            let Some(name) = name_of(&node) else { continue };
            match &*name {
                "table" => {
                    shape.has_table = true;
                    break;
                }
                "tr" => {
                    shape.end_row(row_columns, row_cells);
                    (row_columns, row_cells) = (0, 0);
                    shape.n_rows += 1;
                }
                "td" | "th" => {
                    shape.has_header |= &*name == "th";
                    let span = attribute(&node, "colspan").and_then(|value| value.parse().ok()).unwrap_or(1_usize);
                    if &*name == "td" && span == 1 && row_columns < MOST_SPANNED {
                        shape.count_alignment(&node, row_columns);
                    }
                    row_columns += span.clamp(1, MOST_SPANNED);
                    row_cells += 1;
                }
                "caption" => shape.has_caption = true,
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "form" | "section" | "article"
                | "figure" | "hr" => shape.has_blocks = true,
                _ => {}
            }
        }
        shape.end_row(row_columns, row_cells);
        shape.n_columns = shape.n_columns.max(1);
        shape
    }

    fn count_alignment(&mut self, cell: &NodeRef<'_>, column: usize) {
        self.columns.resize(self.columns.len().max(column + 1), Default::default());
        let Some((n_cells, n_asking)) = self.columns.get_mut(column) else { return };
        *n_cells += 1;
        let align = attribute(cell, "align").unwrap_or_default();
        for ((_, names), n_asking) in ASKED.iter().zip(n_asking) {
            let is_asked = names.iter().any(|name| align.eq_ignore_ascii_case(name));
            *n_asking += u32::from(is_asked || style_says(cell, "text-align", names));
        }
    }

    /// Returns how columns are set of which most cells say so.
    fn alignments(&self) -> Vec<Alignment> {
        let of_column = |(n_cells, n_asking): &(u32, [u32; ASKED.len()])| {
            let most = ASKED.iter().zip(n_asking).find(|(_, n_asking)| **n_asking * 2 > *n_cells);
            most.map_or(Alignment::Natural, |((alignment, _), _)| *alignment)
        };
        let alignments: Vec<_> = self.columns.iter().map(of_column).collect();
        if alignments.iter().all(|alignment| *alignment == Alignment::Natural) { Vec::new() } else { alignments }
    }

    fn end_row(&mut self, n_columns: usize, n_cells: usize) {
        // A cell alone in its row may span more columns than there are.
        self.n_columns = self.n_columns.max(if n_cells > 1 { n_columns } else { n_cells });
    }

    /// Returns whether the table only places things.
    fn is_prose(&self, table: &NodeRef<'_>) -> bool {
        let role = attribute(table, "role").unwrap_or_default();
        self.has_table
            || self.n_columns < 2
            || matches!(role.as_str(), "presentation" | "none")
            || !self.has_header && !self.has_caption && self.has_blocks
    }
}

/// Returns whether all cells of the row are headers.
fn is_header_row(row: &NodeRef<'_>) -> bool {
    let mut cells = row.children_it(false).filter_map(|cell| name_of(&cell)).peekable();
    cells.peek().is_some() && cells.all(|name| &*name == "th")
}
