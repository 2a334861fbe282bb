-- Times are milliseconds since 1970 in UTC. Hashes are SHA-256.

CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of arrival
    key TEXT UNIQUE,                      -- where it is; none for what can be read once only
    source TEXT NOT NULL,                 -- a site, or a directory
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    lang TEXT NOT NULL,
    words INTEGER NOT NULL,
    published INTEGER,
    added INTEGER NOT NULL,
    opened INTEGER,                       -- when it was last read
    text_hash BLOB NOT NULL,              -- of the text that was last read
    read INTEGER NOT NULL DEFAULT 0,
    starred INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    trashed INTEGER                       -- since when
) STRICT;
CREATE INDEX article_by_text ON article(text_hash);
CREATE INDEX article_opened ON article(opened, id) WHERE opened IS NOT NULL AND read = 0 AND archived = 0 AND trashed IS NULL;
CREATE INDEX article_unread ON article(id) WHERE read = 0 AND archived = 0 AND trashed IS NULL;
CREATE INDEX article_starred ON article(id) WHERE starred = 1 AND trashed IS NULL;
CREATE INDEX article_archived ON article(id) WHERE archived = 1 AND trashed IS NULL;
CREATE INDEX article_all ON article(id) WHERE trashed IS NULL;
CREATE INDEX article_trashed ON article(trashed) WHERE trashed IS NOT NULL;
CREATE INDEX article_source ON article(source);

-- The text that was last read, for snippets and for what changed since; compressed with zstd.
CREATE TABLE body (
    article_id INTEGER PRIMARY KEY REFERENCES article(id) ON DELETE CASCADE,
    text BLOB NOT NULL
) STRICT;

-- Copies that survive the original: its bytes, compressed with zstd, under the name by which it is known what it is.
CREATE TABLE copy (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    bytes_hash BLOB NOT NULL,
    text_hash BLOB NOT NULL,
    kept INTEGER NOT NULL,                -- when
    UNIQUE (article_id, bytes_hash)
) STRICT;
CREATE TABLE picture (
    copy_id INTEGER NOT NULL REFERENCES copy(id) ON DELETE CASCADE,
    address TEXT NOT NULL,                -- as the article names it
    bytes BLOB NOT NULL,
    PRIMARY KEY (copy_id, address)
) STRICT, WITHOUT ROWID;

-- Where an article was left.
CREATE TABLE position (
    article_id INTEGER PRIMARY KEY REFERENCES article(id) ON DELETE CASCADE,
    start INTEGER NOT NULL,               -- bytes of text
    exact TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    permille INTEGER NOT NULL,
    section TEXT NOT NULL,
    sentence TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Places named by a letter.
CREATE TABLE mark (
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    letter TEXT NOT NULL,
    start INTEGER NOT NULL,
    exact TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    PRIMARY KEY (article_id, letter)
) STRICT, WITHOUT ROWID;

-- An article that has any, even ones that were taken away, cannot be deleted.
CREATE TABLE highlight (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE RESTRICT,
    start INTEGER NOT NULL,
    exact TEXT NOT NULL,
    prefix TEXT NOT NULL,
    suffix TEXT NOT NULL,
    text_hash BLOB NOT NULL,              -- of the text in which it stood there
    standing TEXT NOT NULL CHECK (standing IN ('exact', 'moved', 'fuzzy', 'orphan')),
    colour TEXT NOT NULL,
    note TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    deleted INTEGER
) STRICT;
CREATE INDEX highlight_of ON highlight(article_id, start) WHERE deleted IS NULL;

CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE article_tag (
    tag_id INTEGER NOT NULL REFERENCES tag(id) ON DELETE CASCADE,
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_of ON article_tag(article_id);

-- What a reader chose: for an article (its headings, what is shown of its page), or for a kind of articles.
CREATE TABLE choice (
    article_id INTEGER REFERENCES article(id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL                   -- JSON
) STRICT;
CREATE UNIQUE INDEX choice_of ON choice(coalesce(article_id, 0), name);

-- What was read on which day, by language.
CREATE TABLE reading (
    day TEXT NOT NULL,                    -- as 2026-01-31, where the reader was
    lang TEXT NOT NULL,
    millis INTEGER NOT NULL,
    words INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    PRIMARY KEY (day, lang)
) STRICT, WITHOUT ROWID;

-- What is searched. The words in it are folded, and cut where a script has no spaces, before they come here.
CREATE VIRTUAL TABLE search USING fts5(
    title, author, body, notes,
    content = '', contentless_delete = 1, detail = full,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
);
CREATE TRIGGER article_is_deleted AFTER DELETE ON article BEGIN
    DELETE FROM search WHERE rowid = old.id;
END;
