//! What a page says about itself: title, byline, site, date, language, description, lead picture and address.
//!
//! Pages say these things in several places, which are asked in this order; the first that answers is believed.
//!
//! | | asked |
//! |---|---|
//! | title | Open Graph, JSON-LD, `citation_title`, Dublin Core, Twitter, microdata, `title`; without the site's name, and as the `h1` has it where one of its parts is that; else the first `h1` |
//! | byline | JSON-LD, `citation_author`, `meta author`, Dublin Core, `article:author`, microdata, `rel=author`, an element of class `byline` or `author` |
//! | site | Open Graph, JSON-LD's publisher, `application-name`, `citation_journal_title`, Dublin Core |
//! | date | JSON-LD, `article:published_time`, `citation_*`, Dublin Core, other names of `meta`, microdata, `time` |
//! | language | `html`'s `lang`, `content-language`, JSON-LD, `og:locale`, a guess from 200 characters or more |
//! | description | Open Graph, JSON-LD, `meta description`, Dublin Core, Twitter |
//! | picture | Open Graph, JSON-LD, Twitter, `rel=image_src`, microdata |
//! | address | where the page was read from, `rel=canonical`, `og:url`, JSON-LD |

use std::collections::HashMap;

use dom_query::{NodeRef, Tree};
use jiff::civil::Date;
use serde_json::Value;
use url::Url;

use super::element::{self, attribute, has_class, name_of, text_up_to};
use crate::document::Meta;
use crate::text::language;

/// The longest value that is taken, in bytes.
const LONGEST: usize = 1 << 10;

/// The longest script of data that is read, in bytes, and how many there may be.
const LONGEST_DATA: usize = 2 << 20;
const MOST_DATA: usize = 16;

/// How much text is looked at for its language, in bytes.
const SAMPLE: usize = 4 << 10;

/// What stands between an article's title and its site's name.
const SEPARATORS: [&str; 11] = [" | ", " – ", " — ", " - ", " · ", " • ", " » ", " « ", " :: ", " / ", " ‹ "];

/// Kinds of things that JSON-LD tells of, the likeliest articles first.
const KINDS: [&[&str]; 4] = [
    &["NewsArticle", "BlogPosting", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle"],
    &[
        "TechArticle",
        "ScholarlyArticle",
        "Report",
        "SocialMediaPosting",
        "LiveBlogPosting",
        "DiscussionForumPosting",
        "MedicalScholarlyArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "MedicalWebPage",
        "Chapter",
        "Book",
    ],
    &["Recipe", "Product", "Event", "HowTo", "Review", "VideoObject", "Course", "JobPosting", "QAPage", "CreativeWork"],
    &["WebPage", "ItemPage", "AboutPage", "FAQPage", "CollectionPage", "ProfilePage"],
];

/// Classes of lines that say who wrote the page.
const BYLINES: [&str; 8] = [
    "byline",
    "author-name",
    "byline-name",
    "article-author",
    "post-author",
    "entry-author",
    "c-byline__author",
    "author",
];

/// How dates are written, besides as standards have it.
const FORMS: [&str; 9] =
    ["%Y/%m/%d", "%Y%m%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%B %d %Y", "%A, %B %d, %Y"];

/// What was found on a page, before it is weighed.
#[derive(Debug, Default)]
struct Found {
    /// The contents of `meta` elements by their names in lower case, in order.
    said: HashMap<String, Vec<String>>,
    /// What `itemprop` elements say, of the first kinds of names.
    items: HashMap<&'static str, Vec<String>>,
    data: Vec<Value>,
    title: Option<String>,
    h1: Vec<String>,
    authors: Vec<String>,
    bylines: Vec<String>,
    times: Vec<String>,
    language: Option<String>,
    canonical: Option<String>,
    picture: Option<String>,
    sample: String,
}

/// Returns what the page says about itself. `own` is where it was read from; addresses are as the page writes them, but
/// whole where `own` or the page's address lets them be.
pub fn of(tree: &Tree, own: Option<&str>) -> Meta {
    let found = Found::of(tree);
    let data = found.article();
    let text = |name: &str| data.and_then(|data| plain(data.get(name)?));
    let said = |names: &[&str]| names.iter().find_map(|name| found.said.get(*name)?.first().cloned());
    let item = |name: &str| found.items.get(name).and_then(|values| values.first().cloned());

    let address = own.map(str::to_owned).or_else(|| {
        let told = [found.canonical.clone(), said(&["og:url"]), text("url"), said(&["twitter:url"])];
        told.into_iter().flatten().find(|address| is_web(address))
    });
    let publisher = || data.and_then(|data| names(data.get("publisher")?).into_iter().next());
    let site = said(&["og:site_name"])
        .or_else(publisher)
        .or_else(|| said(&["application-name", "citation_journal_title", "dc.publisher", "dcterms.publisher"]))
        .filter(|site| !is_web(site));
    let base = address.as_deref().and_then(|address| Url::parse(address).ok());
    let whole = |picture: String| match &base {
        Some(base) => base.join(&picture).map_or(picture, String::from),
        None => picture,
    };
    let picture = said(&["og:image:secure_url", "og:image", "og:image:url"])
        .or_else(|| data.and_then(|data| addresses(data.get("image")?).into_iter().next()))
        .or_else(|| said(&["twitter:image", "twitter:image:src"]))
        .or_else(|| found.picture.clone())
        .or_else(|| item("image"))
        .filter(|picture| !picture.starts_with("data:"));
    let language = found
        .language
        .clone()
        .or_else(|| said(&["content-language"]))
        .or_else(|| text("inLanguage"))
        .or_else(|| said(&["og:locale", "dc.language", "language"]))
        .map(|tag| tag.split([',', ';']).next().unwrap_or_default().trim().replace('_', "-"))
        .filter(|tag| is_language(tag))
        .or_else(|| language::guess(&found.sample).map(str::to_owned));
    Meta {
        title: found.title(data, site.as_deref()),
        byline: found.byline(data, site.as_deref()),
        date: found.date(data),
        language,
        description: said(&["og:description"])
            .or_else(|| text("description"))
            .or_else(|| said(&["description", "dc.description", "dcterms.description", "twitter:description"])),
        picture: picture.map(whole),
        site,
        address,
    }
}

impl Found {
    fn of(tree: &Tree) -> Self {
        let mut found = Self { language: page_language(tree), ..Self::default() };
        for node in tree.root().descendants_it() {
            let Some(name) = name_of(&node) else { continue };
            match &*name {
                "meta" => found.meta(&node),
                "link" => found.link(&node),
                "script" => found.script(&node),
                "title" if found.title.is_none() && !is_in_drawing(&node) => {
                    found.title = line(&text_up_to(&node, LONGEST));
                }
                "h1" if found.h1.len() < 4 && !element::is_hidden(&node, "h1") => {
                    // What links to a heading is no word of it.
                    let heading = text_up_to(&node, LONGEST);
                    found.h1.extend(line(heading.trim_end().trim_end_matches(['¶', '#', '§'])));
                }
                "a" if found.authors.len() < 8
                    && attribute(&node, "rel")
                        .is_some_and(|rel| rel.split_ascii_whitespace().any(|rel| rel == "author")) =>
                {
                    found.authors.extend(line(&text_up_to(&node, 100)).filter(|name| name.len() <= 100));
                }
                "time" if found.times.len() < 4 => found.times.extend(attribute(&node, "datetime")),
                "p" | "li" | "td" | "dd" if found.sample.len() < SAMPLE => {
                    found.sample.push_str(&text_up_to(&node, SAMPLE));
                    found.sample.push(' ');
                }
                _ => {}
            }
            found.item(&node, &name);
        }
        found
    }

    fn meta(&mut self, node: &NodeRef<'_>) {
        let names = ["property", "name", "http-equiv", "itemprop"];
        let Some(content) = attribute(node, "content").and_then(|content| line(&content)) else { return };
        if content.len() > LONGEST {
            return;
        }
        for name in names.into_iter().filter_map(|name| attribute(node, name)) {
            for name in name.split_ascii_whitespace() {
                let entry = self.said.entry(name.to_ascii_lowercase()).or_default();
                if entry.len() < 64 {
                    entry.push(content.clone());
                }
            }
        }
    }

    fn link(&mut self, node: &NodeRef<'_>) {
        let Some(rel) = attribute(node, "rel") else { return };
        for rel in rel.split_ascii_whitespace() {
            if rel.eq_ignore_ascii_case("canonical") && self.canonical.is_none() {
                self.canonical = attribute(node, "href");
            } else if rel.eq_ignore_ascii_case("image_src") && self.picture.is_none() {
                self.picture = attribute(node, "href");
            }
        }
    }

    fn script(&mut self, node: &NodeRef<'_>) {
        let is_data = attribute(node, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"));
        if !is_data || self.data.len() >= MOST_DATA {
            return;
        }
        let text = node.text();
        if text.len() > LONGEST_DATA {
            return;
        }
        let text = text.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
        // Line ends in strings are a common slip.
        let value = serde_json::from_str(text).or_else(|_| {
            let mended: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            serde_json::from_str(mended.trim_end_matches([';', ' ']))
        });
        self.data.extend(value.ok());
    }

    /// Notes what microdata says, and lines that are bylines by their class.
    fn item(&mut self, node: &NodeRef<'_>, name: &str) {
        if matches!(name, "meta" | "html" | "body" | "script" | "style") {
            return;
        }
        if let Some(property) = attribute(node, "itemprop") {
            const PROPERTIES: [&str; 5] = ["headline", "author", "datePublished", "image", "creator"];
            for known in
                PROPERTIES.into_iter().filter(|known| property.split_ascii_whitespace().any(|name| name == *known))
            {
                let value = ["content", "datetime", "src"].into_iter().find_map(|name| attribute(node, name));
                let value = value.or_else(|| line(&text_up_to(node, 200)).filter(|text| text.len() <= 200));
                let entry = self.items.entry(known).or_default();
                if entry.len() < 8 {
                    entry.extend(value);
                }
            }
        }
        if self.bylines.len() < 4 && has_class(node, &BYLINES) {
            self.bylines.extend(line(&text_up_to(node, 120)).filter(|text| text.len() <= 100));
        }
    }

    /// Returns what JSON-LD says of the article.
    fn article(&self) -> Option<&Value> {
        let mut things = Vec::new();
        let mut waiting: Vec<&Value> = self.data.iter().rev().collect();
        while let Some(value) = waiting.pop() {
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev()),
                Value::Object(members) => {
                    things.push(value);
                    waiting.extend(
                        ["@graph", "mainEntity", "mainEntityOfPage", "itemReviewed"]
                            .iter()
                            .filter_map(|name| members.get(*name)),
                    );
                }
                _ => {}
            }
        }
        let is_of = |thing: &Value, kinds: &[&str]| match thing.get("@type") {
            Some(Value::String(kind)) => kinds.contains(&kind.rsplit('/').next().unwrap_or(kind)),
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).any(|kind| kinds.contains(&kind)),
            _ => false,
        };
        KINDS.iter().find_map(|kinds| things.iter().find(|thing| is_of(thing, kinds)).copied())
    }

    fn title(&self, data: Option<&Value>, site: Option<&str>) -> Option<String> {
        let said = |name: &str| self.said.get(name).and_then(|values| values.first().cloned());
        let from_data = data.and_then(|data| plain(data.get("headline").or_else(|| data.get("name"))?));
        let candidates = [
            said("og:title"),
            from_data,
            said("citation_title"),
            said("dc.title").or_else(|| said("dcterms.title")),
            said("twitter:title"),
            self.items.get("headline").and_then(|values| values.first().cloned()),
            self.title.clone(),
        ];
        let is_title = |title: &str| !is_web(title) && site.is_none_or(|site| letters(site) != letters(title));
        let told = candidates.into_iter().flatten().find(|title| is_title(title));
        match told {
            Some(title) => Some(without_site(&title, site, &self.h1)),
            None => self.h1.first().cloned().or_else(|| self.title.clone()),
        }
    }

    fn byline(&self, data: Option<&Value>, site: Option<&str>) -> Option<String> {
        let said = |name: &str| self.said.get(name).cloned().unwrap_or_default();
        let from_data =
            data.map(|data| names(data.get("author").or_else(|| data.get("creator")).unwrap_or(&Value::Null)));
        let candidates = [
            from_data.unwrap_or_default(),
            said("citation_author"),
            said("author"),
            said("dc.creator"),
            said("dcterms.creator"),
            said("article:author"),
            said("parsely-author"),
            said("sailthru.author"),
            self.items.get("author").or_else(|| self.items.get("creator")).cloned().unwrap_or_default(),
            self.authors.clone(),
            self.bylines.iter().take(1).cloned().collect(),
        ];
        candidates.into_iter().find_map(|found| {
            let mut names: Vec<String> = Vec::new();
            for name in found {
                let name = without_by(&name).to_owned();
                let is_name = !name.is_empty() && !is_web(&name) && !name.starts_with('@') && name.len() <= 200;
                if is_name && site.is_none_or(|site| letters(site) != letters(&name)) && !names.contains(&name) {
                    names.push(name);
                }
            }
            (!names.is_empty()).then(|| names.join(", "))
        })
    }

    fn date(&self, data: Option<&Value>) -> Option<String> {
        const NAMES: [&str; 17] = [
            "article:published_time",
            "og:article:published_time",
            "citation_publication_date",
            "citation_date",
            "dc.date.issued",
            "dcterms.issued",
            "dc.date",
            "dcterms.date",
            "dcterms.created",
            "datepublished",
            "parsely-pub-date",
            "sailthru.date",
            "pubdate",
            "publish-date",
            "publication_date",
            "date",
            "og:published_time",
        ];
        let text = |name: &str| data.and_then(|data| plain(data.get(name)?));
        let mut told = [text("datePublished"), text("dateCreated"), text("uploadDate")]
            .into_iter()
            .flatten()
            .chain(NAMES.iter().filter_map(|name| self.said.get(*name)?.first().cloned()))
            .chain(self.items.get("datePublished").into_iter().flatten().cloned())
            .chain(self.times.iter().cloned());
        told.find_map(|date| readable_date(&date))
    }
}

/// Returns the language that the page's own elements declare.
fn page_language(tree: &Tree) -> Option<String> {
    let root = tree.html_root();
    attribute(&root, "lang").or_else(|| attribute(&root, "xml:lang")).or_else(|| attribute(&tree.body()?, "lang"))
}

fn is_in_drawing(node: &NodeRef<'_>) -> bool {
    node.parent()
        .is_some_and(|parent| name_of(&parent).is_some_and(|name| &*name != "head" && !element::is_block(&name)))
}

/// Returns the words of a text in one line, if there are any.
fn line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// Returns a value of JSON-LD as words; some sites escape theirs as HTML would.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => line(&unescaped(text)),
        Value::Array(values) => values.first().and_then(plain),
        Value::Object(members) => members.get("@value").or_else(|| members.get("name")).and_then(plain),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn unescaped(text: &str) -> String {
    const ENTITIES: [(&str, &str); 9] = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&apos;", "'"),
        ("&#8217;", "’"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    if text.contains('&') {
        for (entity, character) in ENTITIES {
            text = text.replace(entity, character);
        }
    }
    text
}

/// Returns the names of the people that a value of JSON-LD tells of.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().take(32).filter_map(plain).collect(),
        other => plain(other).into_iter().collect(),
    }
}

/// Returns the addresses that a value of JSON-LD tells.
fn addresses(value: &Value) -> Vec<String> {
    match value {
        Value::String(address) => vec![address.clone()],
        Value::Array(values) => values.iter().take(4).flat_map(addresses).collect(),
        Value::Object(members) => {
            members.get("url").or_else(|| members.get("contentUrl")).map(addresses).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn is_web(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// Returns what matters when two names are compared.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the title without the name of its site.
fn without_site(title: &str, site: Option<&str>, h1: &[String]) -> String {
    let is_heading = |part: &str| h1.iter().find(|heading| letters(heading) == letters(part));
    if let Some(heading) = is_heading(title) {
        return heading.clone();
    }
    let mut title = title.trim();
    // The name may stand at either end, and be the site's, its address or a section's.
    for _ in 0..3 {
        let last = SEPARATORS.iter().filter_map(|sign| Some((title.rfind(sign)?, sign.len()))).max();
        let first = SEPARATORS.iter().filter_map(|sign| Some((title.find(sign)?, sign.len()))).min();
        let (Some((last, last_len)), Some((first, first_len))) = (last, first) else { break };
        let (Some(before), Some(after)) = (title.get(..last), title.get(last + last_len..)) else { break };
        let (Some(head), Some(tail)) = (title.get(..first), title.get(first + first_len..)) else { break };
        if let Some(heading) = is_heading(before).or_else(|| is_heading(tail)) {
            return heading.clone();
        }
        let is_site = |part: &str| {
            site.is_some_and(|site| {
                let (part, site) = (letters(part), letters(site));
                part == site || part.len() > 3 && site.contains(&part) || site.len() > 3 && part.contains(&site)
            })
        };
        if is_site(after) {
            title = before.trim();
        } else if is_site(head) {
            title = tail.trim();
        } else if site.is_none() && n_words(after) <= 4 && n_words(before) >= 3 && before.len() > after.len() {
            title = before.trim();
        } else {
            break;
        }
    }
    title.to_owned()
}

fn n_words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Returns a name without the word that says whose work it is.
fn without_by(name: &str) -> &str {
    let name = name.trim();
    for by in ["By ", "by ", "BY ", "Von ", "Par ", "Por ", "Written by ", "Posted by "] {
        if let Some(rest) = name.strip_prefix(by) {
            return rest.trim();
        }
    }
    name
}

/// Returns a date as year, month and day where it can be read, or as it is where it looks like one.
fn readable_date(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if let Some(day) = raw.get(..10).and_then(|day| day.parse::<Date>().ok()) {
        return is_likely(day).then(|| day.to_string());
    }
    if let Ok(time) = jiff::fmt::rfc2822::parse(raw) {
        return is_likely(time.date()).then(|| time.date().to_string());
    }
    if let Some(day) = FORMS.iter().find_map(|form| Date::strptime(form, raw).ok()) {
        return is_likely(day).then(|| day.to_string());
    }
    let is_month = raw.len() == 7 && format!("{}-01", raw.replace('/', "-")).parse::<Date>().is_ok();
    let is_year = raw.len() == 4 && raw.bytes().all(|byte| byte.is_ascii_digit());
    let looks_like_one = (6..=40).contains(&raw.len())
        && raw.bytes().filter(u8::is_ascii_digit).count() >= 4
        && raw.chars().any(|c| !c.is_ascii_digit())
        && !raw.contains(['{', '<', ':']);
    (is_month || is_year || looks_like_one).then(|| raw.to_owned())
}

/// Returns whether something may have been published on a day; templates have days of their own.
fn is_likely(day: Date) -> bool {
    (1400..2100).contains(&day.year()) && !(day.year() == 1970 && day.day_of_year() == 1)
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let main = parts.next().unwrap_or_default();
    (2..=3).contains(&main.len())
        && main.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| part.len() <= 8 && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::html::tree::{self, Syntax};

    fn meta(head: &str) -> Meta {
        of(&tree::parse(head, Syntax::Html).dom.tree, None)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn asks_in_its_order() {
        let page = r#"<html lang="en-GB"><title>On weirs | The Sluice</title><meta name=author content="By Ann Other">
            <meta property="og:title" content="On weirs - The Sluice"><meta property="og:site_name" content="The Sluice">
            <meta property="og:image" content="/a.png"><link rel=canonical href="https://sluice.example/weirs">
            <script type="application/ld+json">{"@graph": [{"@type": "WebPage", "name": "x"}, {"@type": ["NewsArticle"],
             "headline": "Of weirs", "author": [{"name": "Ann"}, "Bo"], "datePublished": "2024-05-06T10:00:00+02:00",
             "description": "What they
             do"}]}</script><h1>On Weirs</h1>"#;
        let expected = Meta {
            title: some("On Weirs"),
            byline: some("Ann, Bo"),
            date: some("2024-05-06"),
            language: some("en-GB"),
            site: some("The Sluice"),
            address: some("https://sluice.example/weirs"),
            description: some("What they do"),
            picture: some("https://sluice.example/a.png"),
        };
        assert_eq!(meta(page), expected);
    }

    #[test]
    fn takes_the_site_off_a_title() {
        let check = |title: &str, expected: &str| {
            let page =
                format!("<title>{title}</title><meta property=og:site_name content='The Sluice'><h1>A weir</h1>");
            assert_eq!(meta(&page).title.as_deref(), Some(expected), "{title}");
        };
        check("A weir | The Sluice", "A weir");
        check("The Sluice: news - A weir of stone", "A weir of stone");
        check("Gates - and locks - The Sluice", "Gates - and locks");
        check("Gates: an introduction", "Gates: an introduction");
        check("The Sluice", "A weir");
        assert_eq!(meta("<title>Some words of note | Nobody's</title>").title.as_deref(), Some("Some words of note"));
        assert_eq!(meta("<h1>Alone</h1>").title.as_deref(), Some("Alone"));
    }

    #[test]
    fn dates_are_what_a_person_reads() {
        let check = |date: &str, expected: Option<&str>| assert_eq!(readable_date(date).as_deref(), expected, "{date}");
        check("2024-05-06", Some("2024-05-06"));
        check("2024-05-06T23:59:59Z", Some("2024-05-06"));
        check("2024-05-06 10:00", Some("2024-05-06"));
        check("Mon, 06 May 2024 10:00:00 GMT", Some("2024-05-06"));
        check("May 6, 2024", Some("2024-05-06"));
        check("6 May 2024", Some("2024-05-06"));
        check("2024/05", Some("2024/05"));
        check("1970-01-01T00:00:00Z", None);
        check("{{date}}", None);
        check("soon", None);
    }

    #[test]
    fn finds_who_wrote_it() {
        let check = |page: &str, expected: Option<&str>| assert_eq!(meta(page).byline.as_deref(), expected, "{page}");
        check("<meta name=citation_author content=Ann><meta name=citation_author content=Bo>", Some("Ann, Bo"));
        check(
            "<meta property=article:author content=https://x.example/ann><a rel='nofollow author'>Ann</a>",
            Some("Ann"),
        );
        check("<p class='byline small'>By <b>Ann Other</b></p>", Some("Ann Other"));
        check("<span itemprop=author><span itemprop=name>Ann</span></span>", Some("Ann"));
    }

    #[test]
    fn guesses_a_language_from_enough_text() {
        let german = "<p>Das Wehr staut das Wasser, damit die Schiffe auch im Sommer genug Tiefe haben. ".repeat(4);
        assert_eq!(meta(&german).language.as_deref(), Some("de"));
        assert_eq!(meta("<p>Das Wehr staut das Wasser.").language, None);
        assert_eq!(meta("<html lang=''><meta property=og:locale content=pt_BR>").language.as_deref(), Some("pt-BR"));
    }

    #[test]
    fn bears_what_is_no_data() {
        assert_eq!(
            meta("<script type=application/ld+json>{]</script><script type=application/ld+json>[1, null]</script>"),
            Meta::default()
        );
    }
}
