//! The pictures that hang on the screen: what of them the terminal was sent and still has, and what it has to be told so
//! that it neither lacks one nor keeps one that is gone.

use std::collections::HashSet;
use std::sync::{Arc, Weak};

use super::grid::sequences;
use crate::picture::{Drawing, Placed};

/// What the terminal has of pictures.
#[derive(Debug, Default)]
pub struct Hung {
    /// Those that were sent once, to be shown by a name, and what makes the terminal forget each.
    sent: Vec<Sent>,
    /// Rows on the screen that text alone would not take away.
    rows: Vec<(u32, u16, Arc<Drawing>)>,
}

#[derive(Debug)]
struct Sent {
    id: u32,
    /// Whoever asks for pictures drops the ones that are not needed any more.
    drawing: Weak<Drawing>,
    release: String,
}

impl Hung {
    /// Returns what has to be said before a frame with these rows of pictures. A frame that is drawn `whole` is for a
    /// terminal of which nothing is known.
    pub fn hang(&mut self, shown: Vec<&Placed>, whole: bool) -> String {
        let mut said = String::new();
        self.sent.retain(|sent| {
            let is_kept = sent.drawing.strong_count() > 0;
            if !is_kept || whole {
                said.push_str(&sent.release);
            }
            is_kept && !whole
        });
        let next: Vec<(u32, u16, Arc<Drawing>)> = shown
            .iter()
            .filter_map(|placed| {
                let made = sequences(&placed.drawing).filter(|made| !made.removals.is_empty())?;
                Some((made.id, placed.strip, Arc::clone(&placed.drawing)))
            })
            .collect();
        let stay: HashSet<(u32, u16)> = next.iter().map(|(id, strip, _)| (*id, *strip)).collect();
        for (id, strip, drawing) in std::mem::replace(&mut self.rows, next) {
            let removal = sequences(&drawing).and_then(|made| made.removals.get(usize::from(strip)));
            if let Some(removal) = removal.filter(|_| whole || !stay.contains(&(id, strip))) {
                said.push_str(removal);
            }
        }
        for placed in shown {
            let Some(made) = sequences(&placed.drawing).filter(|made| !made.transmission.is_empty()) else { continue };
            if !self.sent.iter().any(|sent| sent.id == made.id) {
                said.push_str(&made.transmission);
                let (drawing, release) = (Arc::downgrade(&placed.drawing), made.release.clone());
                self.sent.push(Sent { id: made.id, drawing, release });
            }
        }
        said
    }

    /// Returns what makes the terminal forget every picture that it was sent.
    pub fn take_down(&mut self) -> String {
        self.rows.clear();
        self.sent.drain(..).map(|sent| sent.release).collect()
    }
}
