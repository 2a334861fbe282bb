//! Tables: a leaf whose text is written a cell at a time.

use super::{CellState, DocumentBuilder, OpenLeaf, index};
use crate::document::{Alignment, BlockId, BlockKind, Offset, Span, Table, TextRange};
use crate::text::clean::Mode;

impl DocumentBuilder {
    /// Opens a table; cells and rows follow, and [`Self::close`] ends it.
    pub fn open_table(&mut self, alignments: Vec<Alignment>) -> BlockId {
        self.close_leaf();
        let idx = index(self.tables.len());
        self.tables.push(Table { alignments, ..Table::default() });
        self.open_leaf(BlockKind::Table(idx), false)
    }

    /// Opens the next cell of the open table's row. What is written until it closes is one line.
    pub fn open_cell(&mut self) {
        self.close_cell();
        let Some(leaf) = &mut self.leaf else { return };
        let BlockKind::Table(idx) = leaf.kind else { return };
        let Some(table) = self.tables.get_mut(idx as usize) else { return };
        if leaf.cell == CellState::Between {
            self.text.push('\t');
        } else {
            if !table.rows.is_empty() {
                self.text.push('\n');
            }
            table.rows.push(Vec::new());
        }
        leaf.cell = CellState::Open(self.text.len());
    }

    pub fn close_cell(&mut self) {
        let Some(OpenLeaf { kind: BlockKind::Table(idx), cell: CellState::Open(start), .. }) = self.leaf else {
            return;
        };
        self.flush(Mode::Prose);
        let range = TextRange::new(Offset::at(start), Offset::at(self.text.len()));
        if let Some(row) = self.tables.get_mut(idx as usize).and_then(|table| table.rows.last_mut()) {
            row.push(range);
        }
        if let Some(leaf) = &mut self.leaf {
            leaf.cell = CellState::Between;
        }
    }

    /// Says that the open table's last cell reaches over `n_columns` columns and `n_rows` rows. The cells that it reaches
    /// over are to be written empty.
    pub fn span(&mut self, n_columns: u32, n_rows: u32) {
        let Some(OpenLeaf { kind: BlockKind::Table(idx), .. }) = self.leaf else { return };
        let Some(table) = self.tables.get_mut(idx as usize) else { return };
        let is_open = matches!(self.leaf.map(|leaf| leaf.cell), Some(CellState::Open(_)));
        let Some(row) = table.rows.len().checked_sub(1) else { return };
        let n_cells = table.rows.last().map_or(0, Vec::len) + usize::from(is_open);
        let Some(column) = n_cells.checked_sub(1) else { return };
        if n_columns > 1 || n_rows > 1 {
            let (n_columns, n_rows) = (n_columns.max(1), n_rows.max(1));
            table.spans.push(Span { row: index(row), column: index(column), n_rows, n_columns });
        }
    }

    /// Says how many of the first cells of the open table's rows are headers.
    pub fn header_columns(&mut self, n_columns: usize) {
        let Some(OpenLeaf { kind: BlockKind::Table(idx), .. }) = self.leaf else { return };
        if let Some(table) = self.tables.get_mut(idx as usize) {
            table.header_columns = n_columns;
        }
    }

    /// Ends the table's row. Header rows count as such while no other row has come before them.
    pub fn end_row(&mut self, is_header: bool) {
        self.close_cell();
        let Some(leaf) = &mut self.leaf else { return };
        let BlockKind::Table(idx) = leaf.kind else { return };
        if leaf.cell != CellState::Between {
            return;
        }
        leaf.cell = CellState::RowStart;
        if let Some(table) = self.tables.get_mut(idx as usize)
            && is_header
            && table.header_rows + 1 == table.rows.len()
        {
            table.header_rows += 1;
        }
    }
}
