//! Pictures of an article, for the model: first how large they are, by their first bytes, then each as it is shown.

use std::sync::Arc;

use super::keeper::Asker;
use super::{Job, drawing, step_back};
use crate::app::Outcome;
use crate::article::Article;
use crate::document::BlockKind;
use crate::error::Result;
use crate::picture::{Pixels, Request};
use crate::source::{self, Album, MOST_PICTURE};

/// How much of a picture is read to find out its size, in bytes; what a camera notes in it may come before.
const HEAD: u64 = 64 << 10;

/// How many sizes are told first, and how many at once after that.
const FIRST: usize = 16;
const AT_ONCE: usize = 512;

/// The most pictures that are looked at.
const MOST: usize = 10_000;

/// Tells the sizes of the article's pictures, from the resource `first` on and then from the start.
pub(super) fn survey(job: &Job, article: &Article, asker: Option<&Asker>, first: u32) {
    step_back();
    let mut album = album(article, asker);
    let resources = article.document.resources();
    let figures = article.document.blocks().iter().filter_map(|block| match block.kind {
        BlockKind::Figure(resource) => Some(resource),
        _ => None,
    });
    let (before, after): (Vec<u32>, Vec<u32>) = figures.partition(|resource| *resource < first);
    let mut found = Vec::new();
    let mut at_once = FIRST;
    for resource in after.into_iter().chain(before).take(MOST) {
        let Some(address) = resources.get(resource as usize).map(|resource| resource.address.as_str()) else {
            continue;
        };
        let size = size_of(&mut album, address).map_err(|error| error.to_string());
        found.push((resource, size));
        if found.len() >= at_once {
            if job.tell(Outcome::Surveyed(std::mem::take(&mut found))).is_break() {
                return;
            }
            at_once = AT_ONCE;
        }
    }
    let _ = job.tell(Outcome::Surveyed(found));
}

/// Draws one of the article's pictures.
pub(super) fn draw(job: &Job, article: &Article, asker: Option<&Asker>, resource: u32, request: &Request) {
    step_back();
    let address = article.document.resources().get(resource as usize).map(|resource| resource.address.as_str());
    let bytes = album(article, asker).bytes(address.unwrap_or_default(), MOST_PICTURE);
    let drawn = bytes.and_then(|bytes| drawing::draw(&bytes, request));
    let _ = job.tell(Outcome::Drawn(drawn.map(Arc::new).map_err(|error| error.to_string())));
}

/// Opens the pictures of an article, or those that were kept with its copy where the original is gone.
fn album(article: &Article, asker: Option<&Asker>) -> Album {
    let copy = asker.filter(|_| source::is_gone(&article.locator)).and_then(|asker| asker.copy(&article.locator));
    match copy {
        Some(copy) => Album::of_copy(article, copy.bytes, copy.pictures),
        None => Album::open(article),
    }
}

fn size_of(album: &mut Album, address: &str) -> Result<Pixels> {
    let head = album.bytes(address, HEAD)?;
    let is_cut = head.len() as u64 >= HEAD;
    match drawing::measure(&head) {
        Err(_) if is_cut => drawing::measure(&album.bytes(address, MOST_PICTURE)?),
        measured => measured,
    }
}
