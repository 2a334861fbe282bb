//! Tables alone: a table that has the screen to itself, is looked through by its cells, sorted and copied.

mod frame;
mod view;

pub use frame::{Column, Frame, Parts};
pub use view::{Slot, TableView};

use super::overlay::Overlay;
use super::reader::Reader;
use super::{App, Effect};
use crate::action::Action;
use crate::document::{BlockId, BlockKind, Offset};
use crate::export::{self, Sheet};
use crate::layout::LineKind;
use crate::text::order::Way;

impl Reader {
    /// Returns the table that takes most of the screen, and the first place of it that is seen.
    pub fn table_at_hand(&self) -> Option<(BlockId, Offset)> {
        let mut tables: Vec<(BlockId, Offset, usize)> = Vec::new();
        for line in self.view().lines.iter().filter(|line| line.kind != LineKind::Blank) {
            match tables.last_mut() {
                Some((block, _, n_lines)) if *block == line.block => *n_lines += 1,
                _ => {
                    let kind = self.document().block(line.block).map(|block| block.kind);
                    if matches!(kind, Some(BlockKind::Table(_))) {
                        tables.push((line.block, line.range.start, 1));
                    }
                }
            }
        }
        // Of two that take as much, the one that comes first.
        tables.into_iter().rev().max_by_key(|&(.., n_lines)| n_lines).map(|(block, offset, _)| (block, offset))
    }
}

impl App {
    /// Gives the focused picture the screen to itself, else the picture or the table that comes first on it; returns
    /// whether there is one that can be shown.
    pub(super) fn open_alone(&mut self) -> bool {
        let Some(reader) = &self.reader else { return false };
        let (picture, table) = (reader.picture_at_hand(), reader.table_at_hand());
        let is_picture_first = match (picture, table) {
            (Some((picture, _)), Some((_, table))) => picture < table,
            _ => true,
        };
        let picture = reader.pictures.focus.or_else(|| Some(picture.filter(|_| is_picture_first)?.1));
        picture.is_some_and(|picture| self.show_alone(picture))
            || table.is_some_and(|(block, offset)| self.open_table(block, offset))
    }

    fn open_table(&mut self, block: BlockId, offset: Offset) -> bool {
        let Some(reader) = &self.reader else { return false };
        let view = TableView::new(std::sync::Arc::clone(&reader.article().document), block, offset, self.look.order);
        let is_one = view.is_some();
        self.overlays.extend(view.map(|view| Overlay::Table(Box::new(view))));
        is_one
    }

    /// Does what can be done in a table that has the screen to itself.
    pub(super) fn act_in_table(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let Some(Overlay::Table(view)) = self.overlays.last_mut() else {
            return self.note("no table has the screen to itself: Enter shows the one on screen so");
        };
        match action {
            Action::NextColumn => view.step(0, 1),
            Action::PreviousColumn => view.step(0, -1),
            Action::FirstColumn => view.go_to_edge(false),
            Action::LastColumn => view.go_to_edge(true),
            Action::Sort => view.sort(Way::Ascending),
            Action::SortReversed => view.sort(Way::Descending),
            Action::ReadCell => {
                let (title, text) = (view.name(view.at_hand().1), view.text_at_hand().into_owned());
                self.open_peek(&title, &text);
            }
            Action::CopyCell => {
                effects.push(Effect::Copy(view.text_at_hand().into_owned()));
                self.note("copied the cell");
            }
            Action::CopyCsv => self.copy_table(Sheet::Csv, effects),
            Action::CopyMarkdown => self.copy_table(Sheet::Markdown, effects),
            _ => {}
        }
    }

    fn copy_table(&mut self, sheet: Sheet, effects: &mut Vec<Effect>) {
        let Some(Overlay::Table(view)) = self.overlays.last() else { return };
        let text = export::export_table(view.document(), &view.as_sorted(), sheet);
        let (n_rows, name) = (view.n_rows(), sheet.name());
        effects.push(Effect::Copy(text));
        self.note(&format!("copied {n_rows} row{} as {name}", if n_rows == 1 { "" } else { "s" }));
    }
}
