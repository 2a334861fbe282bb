//! man(7): the macros that most manual pages are written with.

use super::escape::{self, Font};
use super::page::{About, Page};
use super::roff::arguments;
use crate::article::is_manual_section;
use crate::document::BlockKind;

/// Performs the macro `name`; returns whether it is one.
pub fn perform(page: &mut Page, name: &str, rest: &str) -> bool {
    match name {
        "TH" => about(page, rest),
        "SH" | "SS" => {
            let level = if name == "SH" { 1 } else { 2 };
            let title = arguments(rest).join(" ");
            if title.is_empty() {
                // The title is on the next line.
                page.heading(level, "");
                page.next_heading = Some(level);
            } else {
                page.heading(level, &title);
            }
        }
        "PP" | "LP" | "P" | "HP" => page.paragraph(),
        "TP" => {
            page.end_leaf();
            page.close_item();
            page.awaits_tag = true;
        }
        "TQ" => {
            page.end_leaf();
            page.close_item();
            page.awaits_tag = true;
        }
        "IP" => {
            let tag = arguments(rest).into_iter().next().unwrap_or_default();
            page.awaits_tag = false;
            page.end_leaf();
            if !escape::plain(&tag).trim().is_empty() {
                let mut runs = super::runs::Runs::default();
                let mut pen = super::runs::Pen::default();
                runs.push_line(&tag, &mut pen);
                page.tag(runs);
            }
        }
        "RS" => page.indent(),
        "RE" => {
            // `.RE 2` goes back to the second indentation.
            let to = rest.trim().parse::<usize>().ok().filter(|&to| to > 0);
            loop {
                page.outdent();
                if to.is_none_or(|to| page.depth() <= to) || page.depth() <= 1 {
                    break;
                }
            }
        }
        "B" | "SB" => one_font(page, rest, Font::BOLD),
        "I" => one_font(page, rest, Font::ITALIC),
        "SM" | "R" => one_font(page, rest, Font::ROMAN),
        "CW" => one_font(page, rest, Font::MONO),
        "BI" => two_fonts(page, rest, Font::BOLD, Font::ITALIC),
        "BR" => two_fonts(page, rest, Font::BOLD, Font::ROMAN),
        "IB" => two_fonts(page, rest, Font::ITALIC, Font::BOLD),
        "IR" => two_fonts(page, rest, Font::ITALIC, Font::ROMAN),
        "RB" => two_fonts(page, rest, Font::ROMAN, Font::BOLD),
        "RI" => two_fonts(page, rest, Font::ROMAN, Font::ITALIC),
        "EX" => page.open_verbatim(None),
        "EE" => page.close_verbatim(),
        "UR" | "MT" => open_link(page, name, rest),
        "UE" | "ME" => {
            page.runs.close_link();
            if let Some(after) = arguments(rest).first() {
                page.joins = true;
                page.styled(&[(after, Font::ROMAN)]);
            }
        }
        "URL" | "MTO" => {
            let parts = arguments(rest);
            let part = |idx: usize| parts.get(idx).map_or("", String::as_str);
            open_link(page, if name == "URL" { "UR" } else { "MT" }, part(0));
            if !part(1).is_empty() {
                page.styled(&[(part(1), Font::ROMAN)]);
            }
            page.runs.close_link();
            if !part(2).is_empty() {
                page.joins = true;
                page.styled(&[(part(2), Font::ROMAN)]);
            }
        }
        "MR" => {
            let parts = arguments(rest);
            let part = |idx: usize| parts.get(idx).map_or("", String::as_str);
            let section = format!("({})", part(1));
            page.styled(&[(part(0), Font::BOLD), (&section, Font::ROMAN), (part(2), Font::ROMAN)]);
        }
        "SY" => {
            page.paragraph();
            page.styled(&[(&arguments(rest).join(" "), Font::BOLD)]);
        }
        "YS" => page.paragraph(),
        "OP" => {
            let parts = arguments(rest);
            let part = |idx: usize| parts.get(idx).map_or("", String::as_str);
            let space = if part(1).is_empty() { "" } else { " " };
            page.styled(&[
                ("[", Font::ROMAN),
                (part(0), Font::BOLD),
                (space, Font::ROMAN),
                (part(1), Font::ITALIC),
                ("]", Font::ROMAN),
            ]);
        }
        "so" => {
            let path = escape::plain(rest);
            let file = path.trim().rsplit('/').next().unwrap_or_default();
            let file = file.trim_end_matches(".gz");
            if let Some((name, section)) = file.rsplit_once('.').filter(|(_, section)| is_manual_section(section)) {
                page.paragraph();
                let reference = format!("{name}({section})");
                let mut runs = super::runs::Runs::default();
                runs.push("See ", Font::ROMAN);
                runs.open_link(&format!("man:{reference}"));
                runs.push(&reference, Font::BOLD);
                page.leaf(BlockKind::Paragraph, runs);
            }
        }
        _ => return false,
    }
    true
}

/// Takes the title line: name, section, date, source, manual.
fn about(page: &mut Page, rest: &str) {
    page.end_leaf();
    if !page.about.name.is_empty() {
        return;
    }
    let mut parts = arguments(rest).into_iter().map(|part| escape::plain(&part));
    let mut part = || parts.next().unwrap_or_default();
    page.about = About { name: part(), section: part(), date: part(), source: part(), manual: part() };
    // Names are shouted in title lines.
    if !page.about.name.chars().any(char::is_lowercase) {
        page.about.name = page.about.name.to_lowercase();
    }
}

fn one_font(page: &mut Page, rest: &str, font: Font) {
    let words = arguments(rest);
    if words.is_empty() {
        page.next_font = Some(font);
    } else {
        page.styled(&[(&words.join(" "), font)]);
    }
}

fn two_fonts(page: &mut Page, rest: &str, first: Font, second: Font) {
    let words = arguments(rest);
    let fonts = [first, second];
    let parts: Vec<(&str, Font)> = words.iter().map(String::as_str).zip(fonts.into_iter().cycle()).collect();
    page.styled(&parts);
}

fn open_link(page: &mut Page, name: &str, rest: &str) {
    let address = arguments(rest).into_iter().next().unwrap_or_default();
    let address = escape::plain(&address).replace('\u{200b}', "");
    let address = if name == "MT" { format!("mailto:{address}") } else { address };
    if !page.no_fill {
        if !std::mem::take(&mut page.joins) {
            page.runs.space_before("a", Font::ROMAN);
        }
        page.runs.open_link(&address);
        page.joins = true;
    }
}
