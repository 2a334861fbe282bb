//! What a page tells machines about itself: in its head, and in the data it carries.

use dom_query::{Document as Dom, NodeData};

/// The most characters of data that are looked at.
const MOST_DATA: usize = 60_000;

#[derive(Debug, Clone, Default)]
pub struct Told {
    pub title: String,
    pub description: String,
    pub generator: String,
    pub address: String,
    /// The page's type by Open Graph.
    pub kind: String,
    /// JSON-LD and the first names of microdata, in small letters without white space.
    pub data: String,
}

impl Told {
    /// Looks once at each element.
    pub fn of(dom: &Dom) -> Self {
        let mut told = Self::default();
        let mut plain_title = String::new();
        let mut described = String::new();
        let mut at = Some(dom.root());
        while let Some(node) = at {
            node.query(|inner| {
                let NodeData::Element(element) = &inner.data else { return };
                let attribute = |wanted: &str| {
                    element.attrs.iter().find(|attr| &*attr.name.local == wanted).map_or("", |attr| attr.value.trim())
                };
                let set = |field: &mut String, value: &str| {
                    if field.is_empty() {
                        value.clone_into(field);
                    }
                };
                match &*element.name.local {
                    "meta" => {
                        let name =
                            if attribute("property").is_empty() { attribute("name") } else { attribute("property") };
                        let content = attribute("content");
                        match name.to_ascii_lowercase().as_str() {
                            "og:title" => set(&mut told.title, content),
                            "description" => set(&mut told.description, content),
                            "og:description" => set(&mut described, content),
                            "generator" => set(&mut told.generator, &content.to_lowercase()),
                            "og:type" => set(&mut told.kind, &content.to_lowercase()),
                            "og:url" => set(&mut told.address, content),
                            _ => {}
                        }
                    }
                    "link" if attribute("rel").eq_ignore_ascii_case("canonical") => {
                        set(&mut told.address, attribute("href"));
                    }
                    "title" => set(&mut plain_title, node.text().trim()),
                    "script" if attribute("type").eq_ignore_ascii_case("application/ld+json") => {
                        let room = MOST_DATA.saturating_sub(told.data.len());
                        let text = node.text();
                        let tight = text.chars().filter(|c| !c.is_whitespace()).take(room);
                        told.data.extend(tight.map(|c| c.to_ascii_lowercase()));
                    }
                    _ if told.data.len() < MOST_DATA => {
                        let kind = attribute("itemtype");
                        if !kind.is_empty() {
                            told.data.push_str(&kind.to_ascii_lowercase());
                            told.data.push('"');
                        }
                    }
                    _ => {}
                }
            });
            at = node.first_child().or_else(|| {
                let mut here = Some(node);
                while let Some(node) = here {
                    if let Some(next) = node.next_sibling() {
                        return Some(next);
                    }
                    here = node.parent();
                }
                None
            });
        }
        if told.title.is_empty() {
            told.title = plain_title;
        }
        if told.description.is_empty() {
            told.description = described;
        }
        told
    }
}
