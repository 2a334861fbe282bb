//! Quotation marks: which ones a language puts around `q`, and around another within.

use dom_query::NodeRef;

use super::element::attribute;

/// How many elements up a language is looked for.
const MOST_UP: usize = 64;

/// The marks around a quotation, and around one in it.
type Marks = [(&'static str, &'static str); 2];

/// By language, the outer marks and the inner ones (CLDR, `delimiters`).
const MARKS: &[(&[&str], Marks)] = &[
    (&["de", "cs", "sk", "sl", "bg", "is", "lt"], [("„", "“"), ("‚", "‘")]),
    (&["fr"], [("«\u{a0}", "\u{a0}»"), ("“", "”")]),
    (&["es", "it", "pt", "el", "ca", "no", "nb", "nn", "hy", "fa", "ar"], [("«", "»"), ("“", "”")]),
    (&["ru", "uk", "be", "kk"], [("«", "»"), ("„", "“")]),
    (&["pl", "hu", "ro", "hr", "nl"], [("„", "”"), ("«", "»")]),
    (&["sv", "fi"], [("”", "”"), ("’", "’")]),
    (&["da"], [("“", "”"), ("‘", "’")]),
    (&["ja", "zh-tw", "zh-hk", "zh-hant"], [("「", "」"), ("『", "』")]),
];

/// The marks of English and of all other languages.
const COMMON: Marks = [("“", "”"), ("‘", "’")];

/// Returns the marks around a `q`.
pub fn around(node: &NodeRef<'_>) -> (&'static str, &'static str) {
    let mut language = attribute(node, "lang");
    let mut n_outer = 0;
    for outer in node.ancestors_it(Some(MOST_UP)) {
        n_outer += usize::from(outer.has_name("q"));
        language = language.or_else(|| attribute(&outer, "lang")).or_else(|| attribute(&outer, "xml:lang"));
    }
    let language = language.unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    let main = language.split('-').next().unwrap_or_default();
    let found = MARKS.iter().find(|(languages, _)| languages.contains(&language.as_str()) || languages.contains(&main));
    let [outer, inner] = found.map_or(COMMON, |(_, marks)| *marks);
    if n_outer % 2 == 0 { outer } else { inner }
}
