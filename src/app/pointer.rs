//! The pointer: the wheel scrolls, a press on the contents or a link follows it, a drag selects.

use super::{App, Effect, Room};
use crate::document::Offset;
use crate::input::{Pointer, PointerKind};

/// How many lines a notch of the wheel scrolls.
const NOTCH: isize = 3;

/// Where the button went down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Press {
    column: u16,
    row: u16,
    offset: Option<Offset>,
}

impl App {
    pub(super) fn pointer(&mut self, pointer: Pointer, effects: &mut Vec<Effect>) {
        match pointer.kind {
            PointerKind::WheelUp => self.wheel(-1, effects),
            PointerKind::WheelDown => self.wheel(1, effects),
            PointerKind::Press => {
                self.message = None;
                let offset = self.offset_under(pointer);
                self.pressed = Some(Press { column: pointer.column, row: pointer.row, offset });
            }
            PointerKind::Drag => self.drag(pointer),
            PointerKind::Release => self.release(pointer, effects),
        }
    }

    fn wheel(&mut self, notches: isize, effects: &mut Vec<Effect>) {
        use super::overlay::Overlay;
        match self.overlays.last_mut() {
            Some(Overlay::Finder(finder)) => finder.step(notches),
            Some(Overlay::Contents(picker) | Overlay::Shelfmarks(_, picker)) => {
                picker.step(notches);
            }
            Some(Overlay::Search(searching)) => searching.step(notches),
            Some(Overlay::Hits(list)) => list.step(notches),
            Some(Overlay::Help(help)) => help.top = help.top.saturating_add_signed(notches * NOTCH),
            Some(Overlay::Typography(panel)) => panel.step(notches),
            Some(Overlay::Table(table)) => table.scroll(notches * NOTCH),
            Some(Overlay::Picture(showing)) => {
                showing.window.zoom(if notches < 0 { 1 } else { -1 });
            }
            Some(Overlay::Highlights(chosen)) => *chosen = chosen.saturating_add_signed(notches),
            Some(Overlay::Peek(_) | Overlay::Prompt(_) | Overlay::Note(_)) => {}
            None => self.step(notches * NOTCH, 1, effects, super::reader::Reader::scroll),
        }
    }

    fn drag(&mut self, pointer: Pointer) {
        let Some(from) = self.pressed.and_then(|press| press.offset) else { return };
        let to = self.offset_under(pointer);
        let Some(reader) = &mut self.reader else { return };
        if reader.selection.is_none() {
            reader.select_at(from);
        }
        if let Some(to) = to {
            reader.extend_to(to);
        }
    }

    fn release(&mut self, pointer: Pointer, effects: &mut Vec<Effect>) {
        let Some(press) = self.pressed.take() else { return };
        if (press.column, press.row) != (pointer.column, pointer.row) {
            return;
        }
        if let Some(super::overlay::Overlay::Table(table)) = self.overlays.last_mut() {
            return table.press(usize::from(pointer.column), usize::from(pointer.row));
        }
        if let Some(super::overlay::Overlay::Search(_)) = self.overlays.last() {
            return self.press_on_found(pointer.row, effects);
        }
        // A press anywhere else than on an overlay is a way out of it.
        if self.overlays.pop().is_some() {
            return;
        }
        match self.room {
            Room::Shelf => self.press_on_shelf(pointer, effects),
            Room::Reader => self.press_on_reader(pointer, press.offset, effects),
        }
    }

    fn press_on_shelf(&mut self, pointer: Pointer, effects: &mut Vec<Effect>) {
        let list = self.shelf_areas().list;
        if !list.holds(pointer.column, pointer.row) {
            return;
        }
        let shown = self.shelf.window(usize::from(list.rows));
        let pressed = shown.start + usize::from(pointer.row - list.row);
        if !shown.contains(&pressed) {
            return;
        }
        if self.shelf.chosen == pressed {
            self.act(crate::action::Action::Open, None, effects);
        } else {
            self.shelf.chosen = pressed;
            self.preview(effects);
        }
    }

    fn press_on_reader(&mut self, pointer: Pointer, offset: Option<Offset>, effects: &mut Vec<Effect>) {
        if let Some(panel) = self.geometry.panel.filter(|panel| panel.holds(pointer.column, pointer.row)) {
            // The panel's first row is its title.
            let Some(row) = usize::from(pointer.row).checked_sub(usize::from(panel.row) + 1) else { return };
            let shown = self.panel_window(usize::from(panel.rows.saturating_sub(1)));
            let section = Some(shown.start + row).filter(|section| shown.contains(section));
            return self.go_to_section(section);
        }
        let Some(reader) = &mut self.reader else { return };
        reader.selection = None;
        if let Some(mark) = offset.and_then(|offset| reader.link_at(offset)) {
            reader.focus = Some(mark);
            self.follow(mark, effects);
        }
    }

    fn offset_under(&self, pointer: Pointer) -> Option<Offset> {
        let text = self.geometry.text;
        if self.room != Room::Reader || !self.overlays.is_empty() || !text.holds(pointer.column, pointer.row) {
            return None;
        }
        let (row, column) = (pointer.row - text.row, pointer.column - text.column);
        self.reader.as_ref()?.offset_at(usize::from(row), usize::from(column))
    }
}
