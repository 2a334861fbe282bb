//! Light mark-up: manual pages, reStructuredText and its like, by their names and by what nothing else has.

use crate::format::{Format, asciidoc, man, org, rst};

/// How many points have to speak for a mark-up where the name says nothing, and where it says plain text.
const ENOUGH: u32 = 5;
const ENOUGH_AGAINST_NAME: u32 = 8;

/// Finds the light mark-up that a text is in, if it is in one.
pub fn detect(head: &str, name: Option<&str>) -> Option<Format> {
    if man::is_page(head) || name.is_some_and(|name| man::is_page_by_name(name, head)) {
        return Some(Format::Man);
    }
    let extension = name.and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension.to_ascii_lowercase());
    let enough = match extension.as_deref() {
        Some("rst" | "rest") => return Some(Format::Rst),
        Some("adoc" | "asciidoc" | "asc") if !head.starts_with("-----BEGIN") => return Some(Format::Asciidoc),
        Some("org") => return Some(Format::Org),
        None => ENOUGH,
        Some("txt" | "text") => ENOUGH_AGAINST_NAME,
        Some(_) => return None,
    };
    // A fence is Markdown's alone.
    if head.lines().any(|line| line.starts_with("```")) {
        return None;
    }
    let found = [
        (rst::evidence(head), Format::Rst),
        (asciidoc::evidence(head), Format::Asciidoc),
        (org::evidence(head), Format::Org),
    ];
    let (points, format) = found.into_iter().max_by_key(|&(points, _)| points)?;
    (points >= enough).then_some(format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, name: Option<&str>, format: Option<Format>) {
        assert_eq!(detect(head, name), format, "{name:?}: {head:?}");
    }

    #[test]
    fn knows_manual_pages() {
        check(".TH WEIR 1\n.SH NAME\nweir \\- holds water\n", None, Some(Format::Man));
        check(".\\\" By hand\n'\\\" t\n.ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n.TH WEIR 1\n", None, Some(Format::Man));
        check(".Dd May 1, 2020\n.Dt WEIR 1\n.Os\n", None, Some(Format::Man));
        check(".so man1/weir.1\n", None, Some(Format::Man));
        check(".B Bold\nwords\n", Some("weir.8"), Some(Format::Man));
        check("1 line of a log\n", Some("weir.1"), None);
        check(".hidden files are hidden\n", Some("a.txt"), None);
        check("...and so on.\n.TH is a macro\n", None, None);
        check("Words.\n", Some("weir.man"), None);
        check("", Some("weir.1"), None);
    }

    #[test]
    fn knows_the_others_by_what_nothing_else_has() {
        check("Words.\n", Some("weir.rst"), Some(Format::Rst));
        let text = "Weirs\n=====\n\n.. _weirs:\n\n.. note:: See :ref:`weirs`.\n";
        check(text, None, Some(Format::Rst));
        check(text, Some("README.txt"), Some(Format::Rst));
        check(text, Some("weir.py"), None);
        check("Weirs\n=====\n\nWords, and more.\n", None, None);
        check("= Weirs\n:toc:\n\n== Boards\n\n[source,rust]\n----\nfn main() {}\n----\n", None, Some(Format::Asciidoc));
        check("= Weirs\n\n== Boards\n\nOf oak.\n", Some("weirs.adoc"), Some(Format::Asciidoc));
        check("= Weirs =\n\n== Boards ==\n\nOf oak.\n\n== Floods ==\n\n", None, None);
        check("-----BEGIN PGP SIGNATURE-----\n", Some("weirs.asc"), None);
        check("#+TITLE: Weirs\n#+AUTHOR: A. Keeper\n\n* Boards\n", None, Some(Format::Org));
        check("* Boards\n\nOf oak.\n\n** Larch\n", None, None);
        check("* Boards\n", Some("weirs.org"), Some(Format::Org));
        check(&format!("{text}\n```\nfence\n```\n"), None, None);
    }
}
