//! Manual pages: man(7) and mdoc(7), as roff source.
//!
//! [`roff`] works out macros, strings and conditions; [`man7`] and [`mdoc`] know what the macros mean; [`page`] builds the
//! document from that. Finding a page by its name is left to the source.

mod escape;
mod glyphs;
mod man7;
mod mdoc;
mod page;
mod roff;
mod runs;
mod table;

use crate::article::is_manual_section;
use crate::document::{Document, WarningKind};
use mdoc::Mdoc;
use page::Page;
use roff::{Line, Roff};

/// How many lines are looked at for the title line that a page begins with.
const LINES_BEFORE_TITLE: usize = 600;

/// Parses a whole page.
pub fn parse(text: &str) -> Document {
    let mut roff = Roff::new(text);
    let mut page = Page::new(text.len());
    let mut mdoc = Mdoc::default();
    let mut pending = None;
    while let Some(line) = pending.take().or_else(|| roff.line()) {
        match line {
            Line::Text(text) if mdoc.is_on => mdoc.text(&mut page, &text),
            Line::Text(text) => page.text(&text),
            Line::Control(name, _) if name == "TS" => pending = table::read(&mut page, &mut roff),
            Line::Control(name, _) if name == "EQ" || name == "PS" => equation(&mut page, &mut roff, &name),
            Line::Control(name, rest) => {
                let is_known = mdoc.is_on && mdoc.perform(&mut page, &mut roff, &name, &rest)
                    || !mdoc.is_on && man7::perform(&mut page, &name, &rest)
                    || !mdoc.is_on && matches!(name.as_str(), "Dd" | "Dt" | "Sh") && {
                        mdoc.is_on = true;
                        mdoc.perform(&mut page, &mut roff, &name, &rest)
                    };
                if !is_known {
                    page.request(&name, &rest);
                }
            }
        }
    }
    mdoc.finish(&mut page);
    let mut builder = page.finish();
    if roff.is_cut {
        builder.warn(WarningKind::Truncated);
    }
    builder.finish()
}

/// Shows an equation or a picture as it is written, which eqn(1) or pic(1) would set.
fn equation(page: &mut Page, roff: &mut Roff<'_>, name: &str) {
    let (language, end) = if name == "EQ" { ("eqn", "EN") } else { ("pic", "PE") };
    let in_verbatim = page.no_fill;
    page.open_verbatim(Some(language));
    while let Some(line) = roff.raw_line() {
        if roff::control(&line).is_some_and(|control| control.split_whitespace().next() == Some(end)) {
            break;
        }
        if !line.starts_with("delim ") {
            page.verbatim_line(&line.replace('\\', "\\e"));
        }
    }
    page.close_verbatim();
    if in_verbatim {
        page.open_verbatim(None);
    }
}

/// Returns whether a text that begins with `head` is a manual page: requests alone up to a title line, or a section.
pub fn is_page(head: &str) -> bool {
    let mut in_definition = false;
    let mut n_requests = 0;
    for line in head.lines().take(LINES_BEFORE_TITLE) {
        let Some(request) = roff::control(line) else {
            if in_definition
                || line.trim().is_empty()
                || n_requests > 0 && !line.starts_with(|c: char| c.is_alphanumeric())
            {
                continue;
            }
            return false;
        };
        let mut words = request.split_whitespace();
        match words.next().unwrap_or_default() {
            "TH" => return words.count() >= 1,
            "Dd" | "Dt" => return words.next().is_some(),
            "so" => return words.next().is_some_and(|path| path.contains('.') && path.starts_with("man")),
            "SH" | "Sh" => return n_requests > 0,
            "de" | "de1" | "ig" | "am" => in_definition = true,
            "" | "." => in_definition = false,
            word if word.starts_with('\\') => n_requests += 1,
            word if word.len() <= 8 && word.starts_with(|c: char| c.is_ascii_alphabetic()) => n_requests += 1,
            _ => return false,
        }
    }
    false
}

/// Returns whether a file's name says that it is a manual page, and its beginning does not speak against that.
pub fn is_page_by_name(name: &str, head: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let says_so = matches!(extension, "man" | "mdoc" | "roff" | "troff") || is_manual_section(extension);
    let first = head.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let begins_well = roff::control(first)
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '\\') || rest.is_empty());
    says_so && !stem.is_empty() && begins_well
}
