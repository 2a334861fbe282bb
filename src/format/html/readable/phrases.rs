//! Phrases: what furniture says, in the languages that pages are mostly written in.

use std::sync::LazyLock;

/// Short leaves that begin so or hold one of these are seldom of the article. By what they are about.
pub const GROUPS: &[(&str, &[&str])] = &[
    (
        "shares",
        &[
            "share this",
            "share on",
            "share via",
            "tweet",
            "facebook",
            "twitter",
            "whatsapp",
            "linkedin",
            "pinterest",
            "follow us",
            "like us on",
            "teilen",
            "partager",
            "compartir",
            "email this",
            "copy link",
            "follow @",
            "condividi",
        ],
    ),
    (
        "more",
        &[
            "read more",
            "more from",
            "see also",
            "related",
            "you may also",
            "you might also",
            "recommended",
            "continue reading",
            "more on",
            "most read",
            "most popular",
            "trending",
            "top stories",
            "latest news",
            "don't miss",
            "read next",
            "up next",
            "also read",
            "also on",
            "lire aussi",
            "mehr zum",
            "más noticias",
            "leia também",
            "view all",
            "see all",
            "show more",
            "load more",
            "learn more",
            "more stories",
            "editor's picks",
            "previous article",
            "next article",
            "older posts",
            "newer posts",
            "from the web",
            "around the web",
            "promoted",
            "what to read",
        ],
    ),
    (
        "subscribes",
        &[
            "subscribe",
            "newsletter",
            "sign up",
            "your inbox",
            "email address",
            "your email",
            "mailing list",
            "s'abonner",
            "abonnieren",
            "suscríb",
            "inscreva",
            "unsubscribe",
            "daily briefing",
            "get the latest",
            "get our",
            "stay up to date",
            "join our",
        ],
    ),
    (
        "accounts",
        &[
            "log in",
            "login",
            "sign in",
            "register",
            "create an account",
            "my account",
            "anmelden",
            "se connecter",
            "iniciar ses",
            "log out",
            "forgot password",
            "become a member",
        ],
    ),
    (
        "cookies",
        &[
            "cookie",
            "consent",
            "gdpr",
            "privacy policy",
            "terms of use",
            "terms of service",
            "terms and conditions",
            "datenschutz",
            "terms & conditions",
        ],
    ),
    (
        "comments",
        &[
            "comment",
            "reply",
            "leave a reply",
            "join the conversation",
            "join the discussion",
            "kommentar",
            "comentario",
            "commentaire",
            "responses",
            "post a",
            "disqus",
            "moderat",
        ],
    ),
    (
        "advertises",
        &[
            "advertisement",
            "sponsored",
            "ad feedback",
            "anzeige",
            "publicidad",
            "publicité",
            "continue reading below",
            "story continues",
            "scroll to continue",
            "article continues",
            "paid content",
            "ad choices",
            "paid partner",
            "affiliate",
            "commission",
        ],
    ),
    (
        "copyright",
        &[
            "©",
            "copyright",
            "all rights reserved",
            "(c)",
            "alle rechte",
            "tous droits",
            "trademark",
            "may not be reproduced",
            "reserved.",
        ],
    ),
    (
        "credits",
        &[
            "photo by",
            "photo:",
            "photograph:",
            "image:",
            "image credit",
            "getty images",
            "photo credit",
            "reuters",
            "shutterstock",
            "picture:",
            "photo courtesy",
            "courtesy of",
            "image source",
            "credit:",
            "(photo",
            "[photo",
            "foto:",
            "via getty",
            "afp",
            "ap photo",
            "file photo",
            "image copyright",
            "image caption",
            "unsplash",
            "photos:",
        ],
    ),
    (
        "who",
        &[
            "by ",
            "written by",
            "posted by",
            "author:",
            "von ",
            "par ",
            "por ",
            "edited by",
            "reported by",
            "about the author",
            "updated:",
            "published:",
            "posted on",
            "last updated",
            "published on",
            "first published",
            "updated on",
        ],
    ),
    (
        "tags",
        &[
            "tags:",
            "tagged",
            "filed under",
            "categories:",
            "category:",
            "topics:",
            "keywords:",
            "posted in",
            "topics",
            "in this article",
            "schlagworte",
            "tags",
        ],
    ),
    (
        "minutes",
        &[
            "min read",
            "minute read",
            "minutes ago",
            "hours ago",
            "days ago",
            "mins ago",
            "minutes read",
            "hour ago",
            "day ago",
            "weeks ago",
            "months ago",
            "years ago",
        ],
    ),
    (
        "shops",
        &[
            "add to cart",
            "buy now",
            "in stock",
            "out of stock",
            "free shipping",
            "add to wishlist",
            "sold out",
            "quick view",
            "checkout",
            "your cart",
            "add to bag",
            "sku",
            "quantity",
            "regular price",
            "sale price",
            "shop now",
            "wishlist",
            "compare",
        ],
    ),
    (
        "works",
        &[
            "loading",
            "skip to",
            "back to top",
            "click here",
            "menu",
            "search",
            "close",
            "javascript",
            "your browser",
            "print",
            "download",
            "play video",
            "watch:",
            "watch now",
            "listen",
            "toggle",
            "enlarge",
            "view gallery",
            "open in",
            "fullscreen",
            "sort by",
            "filter",
            "next",
            "previous",
            "home",
        ],
    ),
    (
        "contacts",
        &[
            "contact us",
            "about us",
            "customer service",
            "our team",
            "careers",
            "help center",
            "faq",
            "get in touch",
            "call us",
            "phone:",
            "email:",
            "tel:",
            "fax",
            "advertise",
            "site map",
            "sitemap",
            "imprint",
            "impressum",
            "support",
        ],
    ),
    (
        "biography",
        &[
            " is a writer",
            " is a reporter",
            " is an editor",
            " covers ",
            " is the author",
            " is a freelance",
            " senior editor",
            " correspondent",
            " contributed to this",
            "follow him",
            "follow her",
            "twitter:",
            "reach him",
            "reach her",
            "contact him",
            "is a journalist",
            "staff writer",
            "can be reached at",
        ],
    ),
    (
        "corrects",
        &[
            "correction:",
            "this article was",
            "this story was",
            "editor's note",
            "originally published",
            "this post was",
            "report a typo",
            "report an error",
            "disclosure",
            "disclaimer",
            "the views expressed",
            "opinions expressed",
            "this content was",
            "not financial advice",
        ],
    ),
];

/// The phrases by their first byte, with their groups.
static BY_FIRST: LazyLock<Vec<Vec<(&'static str, usize)>>> = LazyLock::new(|| {
    let mut table = vec![Vec::new(); 256];
    for (bit, (_, known)) in GROUPS.iter().enumerate() {
        for phrase in *known {
            if let Some(list) = phrase.bytes().next().and_then(|byte| table.get_mut(usize::from(byte))) {
                list.push((*phrase, bit));
            }
        }
    }
    table
});

/// How many pairs of bytes there are, and in how many words their bits are.
const PAIRS: usize = 1 << 16;
const PAIR_WORDS: usize = PAIRS / 64;

/// The pairs of bytes that phrases begin with, as bits: few of a text's.
static BEGINNINGS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; PAIR_WORDS];
    for phrase in GROUPS.iter().flat_map(|(_, known)| *known) {
        if let [one, other, ..] = phrase.as_bytes()
            && let Some(word) = bits.get_mut(pair(*one, *other) / 64)
        {
            *word |= 1 << (pair(*one, *other) % 64);
        }
    }
    bits
});

fn pair(one: u8, other: u8) -> usize {
    usize::from(one) << 8 | usize::from(other)
}

/// Which groups a text begins as, and which it speaks as, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spoken {
    pub opens: u32,
    pub says: u32,
}

/// Returns what `text`, in small letters, speaks as.
pub fn spoken(text: &str) -> Spoken {
    let mut spoken = Spoken::default();
    let bytes = text.as_bytes();
    let beginnings: &[u64] = &BEGINNINGS;
    for (idx, window) in bytes.windows(2).enumerate() {
        let &[byte, next] = window else { continue };
        let pair = pair(byte, next);
        if beginnings.get(pair / 64).is_none_or(|word| word >> (pair % 64) & 1 == 0) {
            continue;
        }
        let rest = bytes.get(idx..).unwrap_or_default();
        for (phrase, bit) in BY_FIRST.get(usize::from(byte)).map_or(&[][..], Vec::as_slice) {
            if rest.starts_with(phrase.as_bytes()) {
                spoken.says |= 1 << bit;
                if idx == 0 {
                    spoken.opens |= 1 << bit;
                }
            }
        }
    }
    spoken
}
