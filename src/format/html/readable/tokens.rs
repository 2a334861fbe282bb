//! Tokens: what the class, id, role and itemprop of an element say that it is for.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// Which of [`GROUPS`] were named, as bits.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Tokens(pub u64);

/// Words by what they tell. A word counts where it stands by itself; from five letters on, also where it begins or ends
/// a longer one.
pub const GROUPS: &[(&str, &[&str])] = &[
    ("article", &["article", "articlebody", "articles", "hentry", "newsarticle", "blogposting"]),
    ("content", &["content", "contents", "maincontent", "bodycontent"]),
    ("body", &["body", "bodytext", "copy", "bodycopy", "richtext", "wysiwyg", "prose"]),
    ("post", &["post", "posts", "postbody", "entry", "blog", "blogpost"]),
    ("main", &["main", "primary", "center", "maincol"]),
    ("story", &["story", "storybody", "stories", "news", "paragraph", "text", "rte"]),
    (
        "lead",
        &[
            "lead",
            "lede",
            "intro",
            "introduction",
            "standfirst",
            "dek",
            "deck",
            "excerpt",
            "summary",
            "subtitle",
            "subhead",
            "subheadline",
            "chapo",
            "kicker",
            "teaser",
            "abstract",
            "description",
            "tagline",
        ],
    ),
    ("title", &["title", "headline", "heading", "headlines"]),
    ("author", &["author", "byline", "authors", "writer", "contributor", "bio", "biography", "autor", "vcard"]),
    ("date", &["date", "time", "published", "timestamp", "datetime", "dateline", "datepublished", "updated", "posted"]),
    ("caption", &["caption", "captions", "credit", "credits", "copyright", "photographer", "figcaption"]),
    (
        "picture",
        &[
            "image",
            "img",
            "photo",
            "picture",
            "gallery",
            "slideshow",
            "carousel",
            "slider",
            "thumbnail",
            "thumb",
            "figure",
            "media",
            "swiper",
            "slick",
        ],
    ),
    ("video", &["video", "player", "audio", "podcast", "embed"]),
    ("quote", &["quote", "pullquote", "blockquote", "tweet", "quotes"]),
    ("code", &["code", "highlight", "codeblock", "syntax", "sourcecode", "snippet", "language"]),
    ("contents", &["toc", "tableofcontents", "index", "outline"]),
    (
        "reference",
        &[
            "reference",
            "references",
            "reflist",
            "footnote",
            "footnotes",
            "citation",
            "cite",
            "bibliography",
            "notes",
            "note",
        ],
    ),
    (
        "comment",
        &[
            "comment",
            "comments",
            "commentlist",
            "disqus",
            "discuss",
            "discussion",
            "respond",
            "commenter",
            "commentary",
        ],
    ),
    (
        "thread",
        &[
            "thread",
            "threads",
            "message",
            "messages",
            "topic",
            "topics",
            "answer",
            "answers",
            "question",
            "questions",
            "reply",
            "replies",
            "forum",
            "bbp",
            "postrow",
        ],
    ),
    (
        "share",
        &[
            "share",
            "sharing",
            "social",
            "facebook",
            "twitter",
            "addthis",
            "sharedaddy",
            "shares",
            "pinterest",
            "whatsapp",
            "sociales",
        ],
    ),
    (
        "related",
        &[
            "related",
            "recommended",
            "recommend",
            "recommendation",
            "recommendations",
            "more",
            "readmore",
            "similar",
            "further",
            "relacionadas",
            "verwandte",
            "suggested",
            "suggestions",
        ],
    ),
    ("popular", &["popular", "trending", "latest", "recent", "mostread", "most", "viewed", "hot", "top", "featured"]),
    (
        "outside",
        &["outbrain", "taboola", "zergnet", "revcontent", "sponsored", "sponsor", "partner", "partners", "affiliate"],
    ),
    (
        "sidebar",
        &[
            "sidebar",
            "sidebars",
            "aside",
            "rail",
            "secondary",
            "complementary",
            "rightcol",
            "leftcol",
            "col2",
            "side",
            "rhs",
        ],
    ),
    ("widget", &["widget", "widgets", "module", "block", "component", "box", "panel", "extra"]),
    (
        "navigation",
        &["nav", "navigation", "menu", "menus", "submenu", "navbar", "megamenu", "dropdown", "sitemap", "subnav"],
    ),
    ("breadcrumb", &["breadcrumb", "breadcrumbs", "crumb", "crumbs"]),
    ("pager", &["pagination", "pager", "paging", "prev", "previous", "next", "pages", "page", "loadmore"]),
    ("header", &["header", "masthead", "banner", "hero", "topbar", "heading", "head", "jumbotron"]),
    ("footer", &["footer", "foot", "bottom", "contentinfo", "colophon", "site"]),
    ("legal", &["legal", "disclaimer", "license", "terms", "privacy", "policy", "disclosure"]),
    (
        "advert",
        &[
            "ad",
            "ads",
            "advert",
            "adverts",
            "advertisement",
            "advertising",
            "adbox",
            "adslot",
            "dfp",
            "gpt",
            "banner",
            "promo",
            "promotion",
            "promotional",
            "promos",
        ],
    ),
    (
        "newsletter",
        &[
            "newsletter",
            "newsletters",
            "subscribe",
            "subscription",
            "signup",
            "optin",
            "mailchimp",
            "mailing",
            "email",
            "inscription",
        ],
    ),
    (
        "form",
        &[
            "form",
            "login",
            "register",
            "search",
            "searchform",
            "input",
            "field",
            "fieldset",
            "contact",
            "donate",
            "donation",
        ],
    ),
    (
        "popup",
        &[
            "modal",
            "popup",
            "overlay",
            "dialog",
            "lightbox",
            "tooltip",
            "alert",
            "toast",
            "flyout",
            "drawer",
            "offcanvas",
            "popover",
        ],
    ),
    ("cookie", &["cookie", "cookies", "consent", "gdpr", "onetrust", "ccpa"]),
    ("paywall", &["paywall", "premium", "subscriber", "regwall", "meter", "piano"]),
    ("tag", &["tag", "tags", "category", "categories", "label", "labels", "keywords", "taxonomy", "cat", "section"]),
    ("meta", &["meta", "metadata", "info", "details", "byline", "stats", "eyebrow", "toolbar", "tools", "actions"]),
    ("price", &["price", "prices", "cart", "basket", "checkout", "buy", "sku", "stock", "shipping", "sale", "offer"]),
    ("product", &["product", "products", "shop", "store", "variant", "woocommerce", "shopify"]),
    ("review", &["review", "reviews", "rating", "ratings", "stars", "testimonial", "testimonials"]),
    (
        "card",
        &[
            "card",
            "cards",
            "tile",
            "tiles",
            "grid",
            "list",
            "listing",
            "item",
            "items",
            "feed",
            "river",
            "results",
            "result",
            "collection",
        ],
    ),
    ("tabs", &["tab", "tabs", "accordion", "collapse", "toggle", "expand", "faq", "faqs"]),
    ("button", &["button", "btn", "cta", "buttons", "link", "links", "action"]),
    (
        "unseen",
        &[
            "hidden",
            "hide",
            "sr",
            "visuallyhidden",
            "screenreader",
            "skip",
            "offscreen",
            "invisible",
            "none",
            "hidden-xs",
        ],
    ),
    ("print", &["print", "noprint", "printonly", "pdf"]),
    ("logo", &["logo", "brand", "branding", "icon", "icons", "avatar"]),
    ("user", &["user", "username", "profile", "member", "account", "gravatar"]),
    ("wiki", &["mw", "navbox", "infobox", "editsection", "catlinks", "hatnote", "wikitable", "parser"]),
    ("docs", &["docs", "documentation", "doc", "markdown", "rst", "sphinx", "md", "api", "method", "section"]),
    ("wrapper", &["wrapper", "wrap", "container", "inner", "layout", "row", "column", "columns", "col"]),
    (
        "tease",
        &[
            "teasers",
            "promobox",
            "callout",
            "inset",
            "insert",
            "factbox",
            "sidebox",
            "infobox",
            "fact",
            "highlights",
            "keypoints",
        ],
    ),
    ("live", &["live", "liveblog", "ticker", "breaking", "timeline", "update"]),
    ("event", &["event", "events", "schedule", "calendar", "location", "address", "map", "hours"]),
];

impl Tokens {
    /// Returns what `words`, of attributes, tell.
    ///
    /// They are cut at everything that is no letter, and before capitals after small letters.
    pub fn of(words: &str) -> Self {
        let mut bits = 0;
        let mut piece = String::new();
        let mut was_small = false;
        for c in words.chars() {
            if !c.is_alphabetic() || was_small && c.is_uppercase() {
                bits |= bits_of(&piece);
                piece.clear();
            }
            if c.is_alphabetic() {
                piece.extend(c.to_lowercase());
            }
            was_small = c.is_lowercase();
        }
        Self(bits | bits_of(&piece))
    }

    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn has(self, bit: usize) -> bool {
        self.0 >> bit & 1 == 1
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(GROUPS.iter().enumerate().filter(|(bit, _)| self.has(*bit)).map(|(_, (name, _))| name))
            .finish()
    }
}

/// The known words with their groups.
static BY_WORD: LazyLock<HashMap<&'static str, u64>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (bit, (_, known)) in GROUPS.iter().enumerate() {
        for word in *known {
            *words.entry(*word).or_default() |= 1 << bit;
        }
    }
    words
});

/// The fewest letters of a word that counts inside a longer one, and the most of one that is looked into.
const LEAST_PART: usize = 5;
const MOST_PART: usize = 24;

fn bits_of(word: &str) -> u64 {
    let lengths: &[u32] = &LENGTHS;
    let known = |part: Option<&str>| {
        let part = part?;
        // Hardly any part is a known word, and for most their first letter and length tell so.
        let fits = part.bytes().next().and_then(|byte| lengths.get(usize::from(byte)));
        if fits.is_none_or(|lengths| lengths >> part.len().min(31) & 1 == 0) {
            return None;
        }
        BY_WORD.get(part).copied()
    };
    if word.len() < 2 {
        return 0;
    }
    let mut bits = known(Some(word)).unwrap_or_default();
    for length in LEAST_PART..word.len().min(MOST_PART) {
        bits |= known(word.get(..length)).unwrap_or_default();
        bits |= known(word.get(word.len() - length..)).unwrap_or_default();
    }
    bits
}

/// For each first byte, how long the known words are that begin with it, as bits.
static LENGTHS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut lengths = vec![0; 256];
    for word in GROUPS.iter().flat_map(|(_, known)| *known) {
        if let Some(bits) = word.bytes().next().and_then(|byte| lengths.get_mut(usize::from(byte))) {
            *bits |= 1 << word.len().min(31);
        }
    }
    lengths
});
