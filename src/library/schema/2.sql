-- What all addresses of an article on the web have in common, where it has one.
ALTER TABLE article ADD COLUMN address TEXT;
CREATE INDEX article_by_address ON article(address) WHERE address IS NOT NULL;

-- Articles that came without a text and are nowhere, such as books of which only the highlights are known.
CREATE INDEX article_nameless ON article(title COLLATE NOCASE) WHERE key IS NULL;

-- Orders of lists.
CREATE INDEX article_by_title ON article(title COLLATE NOCASE, id) WHERE trashed IS NULL;
CREATE INDEX article_by_words ON article(words, id) WHERE trashed IS NULL;

-- The words of each article, by which it is found while a word is being typed: newest first, whatever begins so. The same
-- of the large index would take as much room again.
CREATE VIRTUAL TABLE word USING fts5(
    words,
    content = '', contentless_delete = 1, detail = none, prefix = '1 2 3 4',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
);
CREATE TRIGGER words_are_deleted AFTER DELETE ON article BEGIN
    DELETE FROM word WHERE rowid = old.id;
END;
