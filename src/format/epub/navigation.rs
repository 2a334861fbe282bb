//! Navigation: the contents that a book lists, from its navigation document or its NCX, and the pages of its print.

use super::xml::{Piece, Pieces};
use crate::format::archive::{Target, resolved};

/// The most entries that are taken.
const MOST_ENTRIES: usize = 50_000;

/// What a book's navigation lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Navigation {
    pub contents: Vec<Entry>,
    /// Where the pages of the printed book begin, by their numbers.
    pub pages: Vec<Entry>,
}

/// An entry of the contents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// How many entries enclose it.
    pub depth: usize,
    pub title: String,
    /// The file that it leads to, and the place in it; none for an entry that only groups others.
    pub place: Option<(String, String)>,
}

impl Navigation {
    fn push(&mut self, list: List, mut entry: Entry) {
        entry.title = entry.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let entries = match list {
            List::Contents => &mut self.contents,
            List::Pages => &mut self.pages,
            List::Other => return,
        };
        if entries.len() < MOST_ENTRIES && !entry.title.is_empty() {
            entries.push(entry);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Contents,
    Pages,
    Other,
}

/// Reads the navigation document that lies at `path`.
pub fn of_document(text: &str, path: &str) -> Navigation {
    let mut navigation = Navigation::default();
    let mut list = None;
    let mut depth = 0_usize;
    let mut open: Option<Entry> = None;
    for piece in Pieces::new(text) {
        match piece {
            Piece::Open(element) => match element.name.as_str() {
                "nav" => {
                    let says =
                        |kind: &str, role: &str| element.has_word("type", kind) || element.has_word("role", role);
                    let has_kind = element.attribute("type").is_some();
                    list = Some(match () {
                        () if says("toc", "doc-toc") => List::Contents,
                        () if says("page-list", "doc-pagelist") => List::Pages,
                        () if !has_kind && navigation.contents.is_empty() => List::Contents,
                        () => List::Other,
                    });
                    depth = 0;
                }
                "ol" | "ul" if list.is_some() => {
                    // An entry without a link ends where its own list begins.
                    finish(&mut open, &mut navigation, list);
                    depth += 1;
                }
                "li" if list.is_some() => {
                    finish(&mut open, &mut navigation, list);
                    open = Some(Entry { depth: depth.saturating_sub(1), ..Entry::default() });
                }
                "a" => {
                    if let Some(entry) = &mut open {
                        entry.place = element.attribute("href").and_then(|href| place(path, &href));
                    }
                }
                "img" => {
                    if let (Some(entry), Some(alt)) = (&mut open, element.attribute("alt")) {
                        entry.title.push_str(&alt);
                    }
                }
                _ => {}
            },
            Piece::Text(text) => {
                if let Some(entry) = &mut open {
                    entry.title.push_str(&text);
                }
            }
            Piece::Close(name) => match name.as_str() {
                "nav" => {
                    finish(&mut open, &mut navigation, list);
                    list = None;
                }
                "ol" | "ul" if list.is_some() => {
                    finish(&mut open, &mut navigation, list);
                    depth = depth.saturating_sub(1);
                }
                "li" => finish(&mut open, &mut navigation, list),
                _ => {}
            },
        }
    }
    finish(&mut open, &mut navigation, list);
    navigation
}

fn finish(open: &mut Option<Entry>, navigation: &mut Navigation, list: Option<List>) {
    if let Some(entry) = open.take() {
        navigation.push(list.unwrap_or(List::Other), entry);
    }
}

/// Reads the NCX that lies at `path`.
pub fn of_ncx(text: &str, path: &str) -> Navigation {
    let mut navigation = Navigation::default();
    let mut depth = 0_usize;
    let mut open: Option<(List, Entry)> = None;
    let mut is_label = false;
    for piece in Pieces::new(text) {
        match piece {
            Piece::Open(element) => match element.name.as_str() {
                "navPoint" => {
                    finish_point(&mut open, &mut navigation);
                    open = Some((List::Contents, Entry { depth, ..Entry::default() }));
                    depth += 1;
                }
                "pageTarget" => {
                    finish_point(&mut open, &mut navigation);
                    open = Some((List::Pages, Entry::default()));
                }
                "navLabel" => is_label = true,
                "content" => {
                    if let Some((_, entry)) = &mut open {
                        entry.place = element.attribute("src").and_then(|src| place(path, &src));
                    }
                }
                _ => {}
            },
            Piece::Text(text) => {
                if let (true, Some((_, entry))) = (is_label, &mut open) {
                    entry.title.push_str(&text);
                }
            }
            Piece::Close(name) => match name.as_str() {
                "navLabel" => is_label = false,
                "navPoint" => {
                    finish_point(&mut open, &mut navigation);
                    depth = depth.saturating_sub(1);
                }
                "pageTarget" | "navMap" | "pageList" => finish_point(&mut open, &mut navigation),
                _ => {}
            },
        }
    }
    finish_point(&mut open, &mut navigation);
    navigation
}

fn finish_point(open: &mut Option<(List, Entry)>, navigation: &mut Navigation) {
    if let Some((list, entry)) = open.take() {
        navigation.push(list, entry);
    }
}

fn place(from: &str, link: &str) -> Option<(String, String)> {
    match resolved(from, link) {
        Target::Inside { path, fragment } => Some((path, fragment)),
        Target::Outside(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(entries: &[Entry]) -> String {
        let line = |entry: &Entry| {
            let place = entry.place.as_ref().map(|(path, place)| format!(" -> {path}#{place}")).unwrap_or_default();
            format!("{}{}{place}\n", "  ".repeat(entry.depth), entry.title)
        };
        entries.iter().map(line).collect()
    }

    #[test]
    fn reads_a_navigation_document() {
        let text = r#"<html><body><h1>Book</h1><nav epub:type="toc landmarks"><h2>Contents</h2><ol>
            <li><a href="a.xhtml">One <b>bold</b> &amp;
              more</a></li>
            <li><span>Group</span><ol><li><a href="b.xhtml#c">Two</a><ol><li><a href="http://x.org">Out</a></ol></ol></li>
            <li><a href="d.xhtml"><img alt="Pic"/></a></li>
            </ol></nav><nav epub:type="page-list" hidden=""><ol><li><a href="a.xhtml#p1">1</a></li></ol></nav>
            <nav epub:type="landmarks"><ol><li><a href="a.xhtml">Cover</a></li></ol></nav></body></html>"#;
        let navigation = of_document(text, "X/nav.xhtml");
        let expected = "One bold & more -> X/a.xhtml#\nGroup\n  Two -> X/b.xhtml#c\n    Out\nPic -> X/d.xhtml#\n";
        assert_eq!(shown(&navigation.contents), expected);
        assert_eq!(shown(&navigation.pages), "1 -> X/a.xhtml#p1\n");
    }

    #[test]
    fn reads_an_ncx() {
        let text = r#"<ncx><docTitle><text>Book</text></docTitle><navMap><navLabel><text>Contents</text></navLabel>
            <navPoint id="1" playOrder="1"><navLabel><text>One</text></navLabel><content src="a.html"/>
              <navPoint><navLabel><text>Two</text></navLabel><content src="a.html#t"/></navPoint></navPoint>
            <navPoint><navLabel><text>Three</text></navLabel><content src="b.html"/></navPoint></navMap>
            <pageList><pageTarget><navLabel><text>7</text></navLabel><content src="b.html#p7"/></pageTarget></pageList>
            </ncx>"#;
        let navigation = of_ncx(text, "toc.ncx");
        assert_eq!(shown(&navigation.contents), "One -> a.html#\n  Two -> a.html#t\nThree -> b.html#\n");
        assert_eq!(shown(&navigation.pages), "7 -> b.html#p7\n");
    }

    #[test]
    fn takes_any_depth_without_falling() {
        let text = format!("<nav>{}", "<ol><li><a href='a'>x</a>".repeat(100_000));
        let navigation = of_document(&text, "nav.xhtml");
        assert_eq!(navigation.contents.len(), MOST_ENTRIES);
    }
}
