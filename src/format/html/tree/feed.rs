//! The feed: gives a page's text to the tokenizer, without comments, programs and the attributes that are too many.
//!
//! html5ever compares each attribute of a tag with all before it, before it asks anybody. So each tag is found here
//! first, by the rules of the tokenizer: where comments end (HTML standard, section 13.2.5), and which text has no tags
//! in it, which the tree alone knows. Comments, scripts and style sheets are not given at all, but for scripts that hold
//! data.

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TokenSink, Tokenizer};
use memchr::{memchr, memchr_iter, memmem};

use super::{Guard, TextKind};

/// The most attributes that a tag keeps.
const MOST_ATTRIBUTES: usize = 128;

/// A tag of fewer bytes has no more attributes than that.
const LEAST_LENGTH: usize = 2 * MOST_ATTRIBUTES;

/// The names of elements after whose tags the tree may take text for something else than tags and words.
const RAW: [&str; 9] = ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Gives all of `text` to `tokenizer`.
pub(super) fn feed(tokenizer: &Tokenizer<Guard>, text: &str) {
    let mut feed = Feed { tokenizer, text, whole: StrTendril::from(text), n_fed: 0, queue: BufferQueue::default() };
    feed.data();
    feed.up_to(text.len());
}

struct Feed<'f> {
    tokenizer: &'f Tokenizer<Guard>,
    text: &'f str,
    whole: StrTendril,
    n_fed: usize,
    queue: BufferQueue,
}

impl Feed<'_> {
    /// Finds tags among words; at the end some text may be left that has none.
    fn data(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(found) = memchr(b'<', bytes.get(at..).unwrap_or_default()) {
            let start = at + found;
            let rest = bytes.get(start + 1..).unwrap_or_default();
            let until = |ending: &[u8]| memmem::find(rest, ending).map_or(rest.len(), |end| end + ending.len());
            let length = match rest {
                [first, ..] if first.is_ascii_alphabetic() => {
                    at = self.tag(start + 1);
                    let name = name_at(rest);
                    if may_be_raw(name) {
                        self.up_to(at);
                        match self.tokenizer.sink.text_kind.get() {
                            TextKind::Data => {}
                            TextKind::Raw => {
                                let tag = bytes.get(start..at).unwrap_or_default();
                                at = if is_program(name, tag) {
                                    self.without_program(at, name)
                                } else {
                                    self.raw(at, name)
                                };
                            }
                            TextKind::Plain => return,
                        }
                    }
                    continue;
                }
                [b'/', first, ..] if first.is_ascii_alphabetic() => {
                    at = self.tag(start + 1);
                    continue;
                }
                [b'!', b'-', b'-', rest @ ..] => {
                    // Nobody reads comments, and between words each would make two texts of one.
                    let length = 3 + comment_length(rest);
                    self.up_to(start);
                    self.n_fed = start + 1 + length;
                    length
                }
                [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => {
                    self.up_to(start);
                    let is_text = self.tokenizer.sink.adjusted_current_node_present_but_not_in_html_namespace();
                    until(if is_text { b"]]>" } else { b">" })
                }
                [b'!' | b'?' | b'/', ..] => until(b">"),
                _ => 0,
            };
            at = start + 1 + length;
        }
    }

    /// Leaves out what stands in a script or a style sheet, up to its end tag.
    ///
    /// Half of many a page is such text, and none of it is anybody's to read.
    fn without_program(&mut self, from: usize, name: &[u8]) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(found) = memmem::find(bytes.get(at..).unwrap_or_default(), b"</") {
            let start = at + found;
            at = start + 2;
            if is_end_tag(bytes.get(at..).unwrap_or_default(), name) {
                // In what looks like a comment, end tags may be words, and the tokenizer knows best which are.
                if memmem::find(bytes.get(from..start).unwrap_or_default(), b"<!--").is_some() {
                    return self.raw(from, name);
                }
                self.n_fed = start;
                return self.tag(start + 1);
            }
        }
        self.raw(from, name)
    }

    /// Passes over words without tags, up to the end tag called `name` and over it.
    fn raw(&mut self, from: usize, name: &[u8]) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while let Some(found) = memmem::find(bytes.get(at..).unwrap_or_default(), b"</") {
            let start = at + found;
            at = start + 2;
            if !is_end_tag(bytes.get(at..).unwrap_or_default(), name) {
                continue;
            }
            // In a comment in a script it may be words all the same, and then they are heard at once.
            self.up_to(start);
            self.tokenizer.sink.has_heard.set(false);
            self.up_to(at + name.len());
            if !self.tokenizer.sink.has_heard.get() {
                return self.tag(start + 1);
            }
        }
        bytes.len()
    }

    /// Passes over a tag, whose `<` stands before `start`, leaving out attributes, and returns where it ends.
    fn tag(&mut self, start: usize) -> usize {
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let near = rest.get(..LEAST_LENGTH).unwrap_or(rest);
        if let Some(end) = memchr(b'>', near)
            && !near.get(..end).unwrap_or_default().iter().any(|byte| matches!(byte, b'"' | b'\''))
        {
            return start + end + 1;
        }
        let tag = tag_extent(rest);
        if let Some((from, to)) = tag.too_many {
            self.up_to(start + from);
            self.n_fed = start + to;
        }
        start + tag.length
    }

    /// Gives what comes before `end` and was not given yet.
    fn up_to(&mut self, end: usize) {
        if end <= self.n_fed {
            return;
        }
        let (Ok(from), Ok(length)) = (u32::try_from(self.n_fed), u32::try_from(end - self.n_fed)) else { return };
        if let Ok(part) = self.whole.try_subtendril(from, length) {
            self.queue.push_back(part);
        }
        self.n_fed = end;
        while !matches!(self.tokenizer.feed(&self.queue), TokenizerResult::Done) {}
    }
}

/// Returns the name of a tag that begins with it.
fn name_at(rest: &[u8]) -> &[u8] {
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
}

/// Returns whether the tag after `</` is called `name`.
fn is_end_tag(rest: &[u8], name: &[u8]) -> bool {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    rest.get(..name.len()).is_some_and(|here| here.eq_ignore_ascii_case(name)) && rest.get(name.len()).is_some_and(ends)
}

/// Returns whether what stands in an element is for programs alone: a script without data or formulas, or styles.
fn is_program(name: &[u8], tag: &[u8]) -> bool {
    let says = |word: &[u8]| tag.windows(word.len()).any(|here| here.eq_ignore_ascii_case(word));
    name.eq_ignore_ascii_case(b"style") || name.eq_ignore_ascii_case(b"script") && !says(b"json") && !says(b"math")
}

/// Returns whether text without tags may follow a tag of this name, which may have a prefix.
fn may_be_raw(name: &[u8]) -> bool {
    let is = |raw: &str| {
        let end = name.len().checked_sub(raw.len()).and_then(|start| name.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(raw.as_bytes()))
    };
    RAW.iter().any(|raw| is(raw))
}

/// Returns how long a comment is after its `<!--`, with its end.
fn comment_length(rest: &[u8]) -> usize {
    if let [b'>', ..] = rest {
        return 1;
    }
    if let [b'-', b'>', ..] = rest {
        return 2;
    }
    memchr_iter(b'>', rest)
        .find(|&end| {
            let before = rest.get(..end).unwrap_or_default();
            before.ends_with(b"--") || before.ends_with(b"--!")
        })
        .map_or(rest.len(), |end| end + 1)
}

/// How far a tag goes, and which of its bytes are attributes beyond those it may have.
struct Extent {
    /// With its `>`, if it has one.
    length: usize,
    too_many: Option<(usize, usize)>,
}

/// Reads a tag from after its `<` as a tokenizer does.
fn tag_extent(rest: &[u8]) -> Extent {
    let mut n_attributes = 0;
    let mut cut_from = None;
    let mut at = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    while let Some(mut here) = at {
        while rest.get(here).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/') {
            here += 1;
        }
        match rest.get(here) {
            None => break,
            Some(b'>') => {
                let too_many = cut_from.map(|from| (from, here));
                return Extent { length: here + 1, too_many };
            }
            Some(_) => {}
        }
        n_attributes += 1;
        if n_attributes > MOST_ATTRIBUTES {
            cut_from.get_or_insert(here);
        }
        at = attribute_end(rest, here);
    }
    // The tag never ends, and so says nothing.
    Extent { length: rest.len(), too_many: cut_from.map(|from| (from, rest.len())) }
}

/// Returns where the attribute that begins at `start` ends.
fn attribute_end(rest: &[u8], start: usize) -> Option<usize> {
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    // A name may begin with `=`.
    let name = rest.get(start + 1..)?;
    let mut at = start + 1 + name.iter().position(|byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='))?;
    let mut value = at;
    while rest.get(value).is_some_and(is_space) {
        value += 1;
    }
    if rest.get(value) != Some(&b'=') {
        return Some(at);
    }
    value += 1;
    while rest.get(value).is_some_and(is_space) {
        value += 1;
    }
    at = match rest.get(value)? {
        quote @ (b'"' | b'\'') => value + 2 + memchr(*quote, rest.get(value + 1..)?)?,
        _ => value + rest.get(value..)?.iter().position(|byte| is_space(byte) || *byte == b'>')?,
    };
    Some(at)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use dom_query::Document as Dom;

    use super::super::{Syntax, parse};
    use super::*;

    /// Beginnings in which something looks like a tag, or like none, and is not.
    const BEGINNINGS: &[&str] = &[
        "",
        "<script>\"<a b='</script>",
        "<script>a<b c=\"</script>",
        "<script></a b=\"</script>",
        "<script><!--<script></script b=\"></script>",
        "<script><!--<script></script b=\"--></script>",
        "<script><!-- a <b c='</script>",
        "<SCRIPT>'</SCRIPT/>",
        "<style><a b='</style>",
        "<title>a<b c='</title >",
        "<textarea><a b=\"</textarea\n>",
        "<iframe><a b='</iframe>",
        "<xmp><a b='</xmp>",
        "<svg><style><a b='</style>'></svg>",
        "<svg><title>a</title><script>b</script></svg>",
        "<svg><![CDATA[<a b='>]]></svg>",
        "<svg><![CDATA[a>]]<a b='>]]></svg>",
        "<![CDATA[<a b='>",
        "<!--><a b='1'>-->",
        "<!--->",
        "<!-- <a b='-->",
        "<!-- <a b=' --->",
        "<!-- <a b='--!>",
        "<!-- a <!-- <b c='-->",
        "<!--<!-->",
        "<!----!>",
        "<!---!>-->",
        "<!a '><b c=d>",
        "<!doctype html public \"><i>",
        "<?a b='><i>",
        "</ a='>",
        "</><i>",
        "</a b='>'>",
        "< a='",
        "<<i a=b>",
        "a<1 '",
        "<i a=b'>",
        "<i a='>' \"b='>\">",
        "<i a = \n '>'>",
        "<i =a='>'>",
        "<i/a='>'/>",
        "<i a=/>",
        "<i a=>",
        "&amp<i>",
        "<select><option a='>'>",
        "<math><mi>a</mi><annotation-xml><style><a b='</style></annotation-xml></math>",
        "<noscript><a b='>'></noscript>",
    ];

    /// Returns the tree without comments and what stands in scripts and style sheets.
    fn told(dom: &Dom) -> String {
        let comments: Vec<_> = dom.root().descendants_it().filter(dom_query::NodeRef::is_comment).collect();
        comments.iter().for_each(dom_query::NodeRef::remove_from_parent);
        for node in dom.select("script, style").nodes().iter().filter(|node| !node.text().is_empty()) {
            node.set_text("");
        }
        dom.html().to_string()
    }

    /// Returns the tree that the tokenizer makes when it is given all at once.
    fn all_at_once(html: &str) -> String {
        let tokenizer = Tokenizer::new(Guard::new(Syntax::Html), super::super::TokenizerOpts::default());
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(html));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        tokenizer.end();
        told(&tokenizer.sink.builder.sink)
    }

    fn most_attributes(dom: &Dom) -> usize {
        let root = dom.root();
        let nodes = root.descendants_it();
        nodes.filter(dom_query::NodeRef::is_element).map(|node| node.attrs().len()).max().unwrap_or_default()
    }

    #[test]
    fn no_page_hides_a_tag_with_many_attributes() {
        // A quote that was open only in a script hid the tag, and each of its attributes was compared with all others.
        let many = (0..1000).map(|idx| format!(" a{idx}=b")).collect::<Vec<_>>().concat();
        for beginning in BEGINNINGS {
            for tag in
                [format!("<p{many}>x"), format!("<p{many} c='>'{many}>x"), format!("<title>a</title{many}><p{many}>x")]
            {
                let parsed = parse(&format!("{beginning}{tag}"), Syntax::Html);
                assert!(most_attributes(&parsed.dom) <= MOST_ATTRIBUTES, "{beginning}");
            }
        }
    }

    #[test]
    fn pages_are_what_they_are_in_one_piece() {
        for one in BEGINNINGS {
            for other in BEGINNINGS {
                let html = format!("<p a='{}'>{one}<p>b</p>{other}<b c=d>e</b>", " x".repeat(LEAST_LENGTH));
                assert_eq!(told(&parse(&html, Syntax::Html).dom), all_at_once(&html), "{one} {other}");
            }
        }
    }
}
