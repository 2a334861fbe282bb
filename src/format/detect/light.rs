//! Light mark-up: manual pages, by what they begin with and by their names.

use crate::format::{Format, man};

/// Finds the light mark-up that a text is in, if it is in one.
pub fn detect(head: &str, name: Option<&str>) -> Option<Format> {
    if man::is_page(head) || name.is_some_and(|name| man::is_page_by_name(name, head)) {
        return Some(Format::Man);
    }
    None
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
}
