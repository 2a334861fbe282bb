-- Stretches of reading from which a reader's pace is told, by language.
CREATE TABLE stretch (
    id INTEGER PRIMARY KEY,
    lang TEXT NOT NULL,
    words_a_minute REAL NOT NULL,
    words REAL NOT NULL
) STRICT;
CREATE INDEX stretch_of ON stretch(lang, id);
