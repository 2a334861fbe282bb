//! Paths inside an archive: made safe, and links resolved against the file that has them.

use unicode_normalization::UnicodeNormalization;

use percent_encoding::percent_decode_str;

/// What a link in an archive's file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file of the archive, and a place in it, which may be empty.
    Inside { path: String, fragment: String },
    /// Something elsewhere, as the link says it.
    Outside(String),
}

/// Returns a path with `/` between its parts, that does not leave the archive.
pub fn inside(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns the folder that the file at `path` lies in, empty for the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns what `link` names in the file at `from`.
pub fn resolved(from: &str, link: &str) -> Target {
    let link = link.trim();
    if has_scheme(link) || link.starts_with("//") {
        return Target::Outside(link.to_owned());
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let fragment = percent_decode_str(fragment).decode_utf8_lossy().into_owned();
    if path.is_empty() {
        return Target::Inside { path: from.to_owned(), fragment };
    }
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let path = if decoded.starts_with(['/', '\\']) {
        inside(&decoded)
    } else {
        inside(&format!("{}/{decoded}", folder(from)))
    };
    Target::Inside { path, fragment }
}

/// Returns the path as it is compared where case and the way of writing accents do not count.
pub(super) fn folded(path: &str) -> String {
    path.nfc().flat_map(char::to_lowercase).collect()
}

/// RFC 3986, section 3.1, but for a single letter, which is a drive.
fn has_scheme(link: &str) -> bool {
    link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out() {
        let check = |path, expected| assert_eq!(inside(path), expected, "{path}");
        check("OEBPS/a.xhtml", "OEBPS/a.xhtml");
        check("/etc/passwd", "etc/passwd");
        check("../../etc/passwd", "etc/passwd");
        check("a/../../b/./c", "b/c");
        check("a\\b\\..\\c", "a/c");
        check("..", "");
    }

    #[test]
    fn links_are_resolved_where_they_stand() {
        let check = |link, path: &str, fragment: &str| {
            let expected = Target::Inside { path: path.to_owned(), fragment: fragment.to_owned() };
            assert_eq!(resolved("OEBPS/text/a.xhtml", link), expected, "{link}");
        };
        check("b.xhtml", "OEBPS/text/b.xhtml", "");
        check("../b.xhtml#c", "OEBPS/b.xhtml", "c");
        check("#here", "OEBPS/text/a.xhtml", "here");
        check("/b.xhtml", "b.xhtml", "");
        check("../../../../b.xhtml", "b.xhtml", "");
        check("a%20b.xhtml?x=1#c%C3%A9", "OEBPS/text/a b.xhtml", "cé");
        check("..\\b.xhtml", "OEBPS/b.xhtml", "");
        check("%2e%2e/%2e%2e/%2e%2e/etc/passwd", "etc/passwd", "");
        check("", "OEBPS/text/a.xhtml", "");
        for link in ["https://example.org/a", "mailto:a@b.c", "//example.org/a", "file:///etc/passwd"] {
            assert_eq!(resolved("a.xhtml", link), Target::Outside(link.to_owned()));
        }
    }
}
