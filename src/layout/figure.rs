//! Figures and thematic breaks.

use crate::document::TextRange;
use crate::layout::compose::Galley;
use crate::layout::line::{LineKind, Run};
use crate::layout::prose;
use crate::role::Role;
use crate::text::width;
use crate::text::wrap::{self, Fit, Measure};

/// The greatest width of a thematic break.
const RULE: usize = 16;
/// What is shown at most of what a picture shows, in cells.
const ALT: usize = 400;

/// Sets what stands for a picture, and its caption below.
pub fn set_figure(galley: &mut Galley<'_>, index: u32) {
    let caption = galley.doc.slice(galley.range);
    let has_caption = !caption.trim().is_empty();
    if galley.segment.part == 0 {
        let alt = galley.doc.resources().get(index as usize).map_or("", |resource| resource.alt.trim());
        let label = if alt.is_empty() || alt == caption.trim() {
            "[picture]".to_owned()
        } else {
            format!("[picture: {}]", width::truncate(alt, ALT))
        };
        let range = if has_caption { TextRange::empty(galley.range.start) } else { galley.range };
        let lines = wrap::wrap(&label, Measure::even(galley.measure()), &[], &mut Fit::default());
        for (idx, line) in lines.into_iter().enumerate() {
            let text = label.get(line.start..line.visible_end).unwrap_or_default();
            let range = if idx == 0 { range } else { TextRange::empty(range.end) };
            galley.push(range, 0, vec![Run::drawn(text.to_owned(), Role::Caption)], LineKind::Text);
        }
    }
    if has_caption {
        prose::set_prose(galley, Role::Caption);
    }
}

/// Sets a thematic break: a short rule in the middle.
pub fn set_rule(galley: &mut Galley<'_>) {
    let measure = galley.measure();
    let cells = measure.min(RULE);
    galley.push(
        galley.range,
        (measure - cells) / 2,
        vec![Run::drawn("─".repeat(cells), Role::Border)],
        LineKind::Border,
    );
}
