//! Figures and thematic breaks. Of a picture that can be shown the rows are kept here; what stands on them until it is
//! there, and where it cannot be shown, is what it shows in words.

use crate::document::TextRange;
use crate::layout::compose::Galley;
use crate::layout::line::{LineKind, Run};
use crate::layout::prose;
use crate::picture::Strip;
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
        let label_lines = wrap::wrap(&label, Measure::even(galley.measure()), &[], &mut Fit::default());
        let run = |idx: usize| {
            let line = label_lines.get(idx);
            let text = line.and_then(|line| label.get(line.start..line.visible_end)).unwrap_or_default();
            vec![Run::drawn(text.to_owned(), Role::Caption)]
        };
        let range = |idx: usize| if idx == 0 { range } else { TextRange::empty(range.end) };
        let fit = galley.style.pictures.as_ref().and_then(|table| table.fit(index, galley.measure()));
        match fit {
            Some(fit) => {
                for row in 0..fit.cells.rows {
                    let kind = LineKind::Picture(Strip { resource: index, row, fit });
                    galley.push(range(row.into()), 0, run(row.into()), kind);
                }
            }
            None => (0..label_lines.len()).for_each(|idx| galley.push(range(idx), 0, run(idx), LineKind::Text)),
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
