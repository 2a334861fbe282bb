//! Drawings: a page of the book that is an SVG picture, read for what it says.

use super::xml::{Piece, Pieces};
use crate::document::{BlockKind, DocumentBuilder, WarningKind};

/// Writes a drawing as a figure, followed by the words that are drawn in it.
pub fn write(builder: &mut DocumentBuilder, text: &str, path: &str) {
    let mut words = Words::default();
    let mut pieces = Pieces::new(text);
    for piece in pieces.by_ref() {
        words.take(piece);
    }
    for _ in 0..pieces.n_damaged() {
        builder.warn(WarningKind::Malformed);
    }
    let alt = if words.title.is_empty() { &words.description } else { &words.title };
    let resource = builder.resource(path, alt);
    builder.leaf(BlockKind::Figure(resource), "");
    if !words.title.is_empty() && !words.description.is_empty() {
        builder.leaf(BlockKind::Paragraph, &words.description);
    }
    if !words.lines.is_empty() {
        builder.leaf(BlockKind::Verse, &words.lines.join("\n"));
    }
}

/// What a drawing says.
#[derive(Debug, Default)]
struct Words {
    title: String,
    description: String,
    lines: Vec<String>,
    /// The elements around this place that matter, innermost last.
    open: Vec<Inside>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Title,
    Description,
    Text,
    /// A style or a script.
    Nothing,
}

impl Words {
    fn take(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open(element) => {
                if let Some(inside) = inside(&element.name) {
                    if inside == Inside::Text {
                        self.lines.push(String::new());
                    }
                    self.open.push(inside);
                }
            }
            Piece::Close(name) => {
                if inside(&name).is_some() {
                    self.open.pop();
                    self.lines.pop_if(|line| line.is_empty());
                }
            }
            Piece::Text(text) => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                let place = match self.open.last() {
                    Some(Inside::Title) if self.title.is_empty() => &mut self.title,
                    Some(Inside::Description) if self.description.is_empty() => &mut self.description,
                    Some(Inside::Text) => match self.lines.last_mut() {
                        Some(line) => line,
                        None => return,
                    },
                    _ => return,
                };
                if !place.is_empty() && !text.is_empty() {
                    place.push(' ');
                }
                place.push_str(&text);
            }
        }
    }
}

fn inside(name: &str) -> Option<Inside> {
    match name {
        "title" => Some(Inside::Title),
        "desc" => Some(Inside::Description),
        "text" => Some(Inside::Text),
        "style" | "script" => Some(Inside::Nothing),
        _ => None,
    }
}
