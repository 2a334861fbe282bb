//! Adding: an article taken in with its copy, all of it or nothing, without having been read.

use rusqlite::params;

use super::Store;
use super::articles::{Copy, PackedCopy, Told};
use super::rows::failed;
use crate::article::{Article, Locator};
use crate::catalogue::ArticleId;
use crate::error::Result;
use crate::source::{self, Album, LoadOptions};

/// What came of adding an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    pub id: ArticleId,
    /// Whether the library did not know it, by where it is or by its very text.
    pub is_new: bool,
    /// Whether its text is another one than the library knew.
    pub has_changed: bool,
    /// Whether its copy is another one than was kept before.
    pub has_new_copy: bool,
    /// Whether it was in the trash, where it is no longer.
    pub was_trashed: bool,
}

/// The most bytes of pictures that are kept with one article.
const MOST_PICTURES: u64 = 256 << 20;

/// An article as its original is now, with the copy to be kept of it.
#[derive(Debug)]
pub struct Taken {
    pub article: Article,
    pub copy: Copy,
    /// How many of its pictures could not be read, being elsewhere or too large.
    pub n_missing: usize,
}

impl Taken {
    /// Reads the original at `locator` with its pictures. What is kept is what was read, even if the file changes at
    /// this moment.
    ///
    /// # Errors
    ///
    /// If the original cannot be read.
    pub fn read(locator: &Locator, options: &LoadOptions) -> Result<Self> {
        let (name, bytes) = source::original(locator)?;
        let article = source::read_copy(locator, &name, &bytes, options)?;
        let (pictures, n_missing) = Album::beside(&article, MOST_PICTURES);
        Ok(Self { article, copy: Copy { name, bytes, pictures }, n_missing })
    }
}

impl Store {
    /// Takes an article in, and keeps a copy of it. When this returns, both are on the disk.
    ///
    /// # Errors
    ///
    /// If the copy is too large, or the library cannot be written; nothing is kept then.
    pub fn add(&mut self, article: &Article, copy: &Copy) -> Result<Added> {
        let doing = failed("cannot keep the article in the library");
        let (told, packed) = (Told::of(article), PackedCopy::of(copy)?);
        let transaction = self.write()?;
        let latest = "SELECT coalesce(max(id), 0) FROM article";
        let latest: i64 = transaction.query_row(latest, (), |row| row.get(0)).map_err(&doing)?;
        let (number, has_changed) = told.note(&transaction, None).map_err(&doing)?;
        let id = ArticleId(number);
        let has_new_copy = packed.put(&transaction, id).map_err(&doing)?;
        let restore = "UPDATE article SET trashed = NULL WHERE id = ? AND trashed IS NOT NULL";
        let was_trashed = transaction.execute(restore, params![number]).map_err(&doing)? > 0;
        transaction.commit().map_err(&doing)?;
        Ok(Added { id, is_new: number > latest, has_changed, has_new_copy, was_trashed })
    }
}
