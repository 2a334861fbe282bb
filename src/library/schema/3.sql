-- Texts of articles as they were read before they changed; compressed with zstd.
CREATE TABLE version (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    text BLOB NOT NULL,
    text_hash BLOB NOT NULL,
    read INTEGER NOT NULL,     -- when it was last read, or else came
    replaced INTEGER NOT NULL  -- when another one was found in its place
) STRICT;
CREATE INDEX version_of ON version(article_id, id);
