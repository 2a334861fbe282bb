//! References: what blocks and marks name by a number: links, footnotes, languages, glosses, pictures; and places with
//! names.

use super::{DocumentBuilder, MAX_LABEL_CELLS, Purpose, address, index, label};
use crate::document::{Footnote, Link, LinkTarget, Resource};
use crate::text::clean::{self, Stop};

/// A picture that is to be shown larger, in pixels, is one whose source is wrong.
const LONGEST_SIDE: u32 = 20_000;

impl DocumentBuilder {
    /// Notes a link's target for [`MarkKind::Link`](crate::document::MarkKind::Link). A `#name` is looked up when the document is finished.
    pub fn link(&mut self, address: &str, title: Option<&str>) -> u32 {
        let id = index(self.links.len());
        let target = match address.trim().strip_prefix('#') {
            Some(name) => {
                self.inside_links.push((id, name.to_owned()));
                LinkTarget::Nowhere(clean::clean_line(address, MAX_LABEL_CELLS))
            }
            None => address::target(address),
        };
        let title = title.map(label).filter(|title| !title.is_empty());
        self.links.push(Link { target, title });
        id
    }

    /// Notes a link that is known to lead nowhere.
    pub fn dead_link(&mut self, address: &str, title: Option<&str>) -> u32 {
        let id = index(self.links.len());
        let title = title.map(label).filter(|title| !title.is_empty());
        self.links.push(Link { target: LinkTarget::Nowhere(label(address)), title });
        id
    }

    /// Returns the index of the footnote with this label. Its text is the container [`BlockKind::Footnote`](crate::document::BlockKind::Footnote).
    pub fn footnote(&mut self, name: &str) -> u32 {
        let name = label(name);
        if let Some(&id) = self.footnote_ids.get(&name) {
            return id;
        }
        let id = index(self.footnotes.len());
        self.footnotes.push(Footnote { label: name.clone(), range: None });
        self.footnote_ids.insert(name, id);
        id
    }

    /// Returns the index of the footnote whose text stands at the place called `place`, whatever its label: a book has
    /// many notes called 1. Where the label is taken by another, the new one gets a number after it.
    pub fn footnote_at(&mut self, place: &str, name: &str) -> u32 {
        if let Some(&id) = self.footnote_places.get(place) {
            return id;
        }
        let name = label(name);
        let mut own = name.clone();
        if self.footnote_ids.contains_key(&own) {
            let n_alike = self.footnote_alike.entry(name.clone()).or_insert(1);
            // A number after a number would be another one.
            let between = if name.ends_with(char::is_alphanumeric) { "-" } else { "" };
            while self.footnote_ids.contains_key(&own) {
                *n_alike += 1;
                own = format!("{name}{between}{n_alike}");
            }
        }
        let id = self.footnote(&own);
        self.footnote_places.insert(place.to_owned(), id);
        id
    }

    /// Returns the label of a footnote.
    pub fn footnote_label(&self, id: u32) -> &str {
        self.footnotes.get(id as usize).map_or("", |footnote| footnote.label.as_str())
    }

    /// Returns the index of a language's name, for [`BlockKind::Code`](crate::document::BlockKind::Code).
    pub fn language(&mut self, name: &str) -> u16 {
        let name = label(name);
        if let Some(&id) = self.language_ids.get(&name) {
            return id;
        }
        let Ok(id) = u16::try_from(self.languages.len()) else { return u16::MAX };
        self.languages.push(name.clone());
        self.language_ids.insert(name, id);
        id
    }

    /// Returns the index of what a short form stands for, for [`MarkKind::Gloss`](crate::document::MarkKind::Gloss).
    pub fn gloss(&mut self, meaning: &str) -> u32 {
        let meaning = label(meaning);
        if let Some(&id) = self.gloss_ids.get(&meaning) {
            return id;
        }
        let id = index(self.glosses.len());
        self.glosses.push(meaning.clone());
        self.gloss_ids.insert(meaning, id);
        id
    }

    /// Notes a picture for [`BlockKind::Figure`](crate::document::BlockKind::Figure).
    pub fn resource(&mut self, address: &str, alt: &str) -> u32 {
        self.resource_of_size(address, alt, (None, None))
    }

    /// Notes a picture with the width and the height, in pixels, that the source has it shown at.
    pub fn resource_of_size(&mut self, address: &str, alt: &str, size: (Option<u32>, Option<u32>)) -> u32 {
        let id = index(self.resources.len());
        let [width, height] = [size.0, size.1].map(|side| side.filter(|side| (1..=LONGEST_SIDE).contains(side)));
        self.resources.push(Resource { address: address::resource(address), alt: label(alt), width, height });
        id
    }

    /// Names the present place, for links inside the document. The first place of a name is the one that counts.
    pub fn target(&mut self, name: &str) {
        if self.leaf.is_some() {
            self.stop(Stop::new(self.raw.len()), Purpose::Target(name.to_owned()));
        } else {
            self.waiting_targets.push(name.to_owned());
        }
    }

    /// Gives the place that is called `name`, or will be, another name.
    pub fn name_also(&mut self, name: &str, other: &str) {
        self.other_names.push((other.to_owned(), name.to_owned()));
    }
}
