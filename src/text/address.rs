//! Addresses as a reader sees them: whether a text names another site than where it leads, and whether two are of one
//! article.

use url::{Host, Url};

/// Ends of names that sites have and files hardly do; what ends otherwise is taken for a name of something else.
const ENDS: &[&str] = &[
    "app", "at", "au", "bank", "be", "biz", "br", "ca", "ch", "cn", "co", "com", "cz", "de", "dev", "dk", "edu", "es",
    "eu", "fi", "fr", "gov", "gr", "hu", "ie", "il", "in", "info", "int", "io", "it", "jp", "kr", "mil", "mx", "net",
    "nl", "no", "online", "org", "pl", "pt", "ro", "ru", "se", "shop", "site", "tr", "tv", "tw", "ua", "uk", "us",
    "xyz", "za",
];

/// Returns the host that `address` leads to, if `shown`, the text that leads there, names the address of another site.
///
/// Hosts of one site are taken for the same: those that end with the same two names, or the same three where the last
/// but one is short, as in `co.uk`.
pub fn other_host(shown: &str, address: &str) -> Option<String> {
    let shown = shown.trim();
    if shown.contains(char::is_whitespace) || !shown.contains('.') {
        return None;
    }
    let named = host_named(shown)?;
    let led = Url::parse(address).ok()?;
    let led = match led.scheme() {
        "mailto" => led.path().rsplit_once('@')?.1.to_ascii_lowercase(),
        _ => led.host_str()?.to_ascii_lowercase(),
    };
    (site(&named) != site(&led)).then_some(led)
}

/// Parameters of an address that tell how somebody came there, and nothing of what is there.
const TRAILS: &[&str] = &["fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "ref_src"];

/// Returns what all addresses of one article on the web have in common: without the fragment, the ways of coming there
/// and whether the connection is a safe one. None for what is no address on the web.
pub fn identity(address: &str) -> Option<String> {
    let mut url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.set_fragment(None);
    let is_trail = |name: &str| name.starts_with("utm_") || TRAILS.contains(&name);
    if url.query().is_some() {
        // As it stands, so that what is kept is not written in another way.
        let query = url.query().unwrap_or_default();
        let kept: Vec<&str> =
            query.split('&').filter(|pair| !is_trail(pair.split('=').next().unwrap_or_default())).collect();
        let kept = kept.join("&");
        url.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    }
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("//{host}{port}{}{query}", url.path()))
}

/// Returns the site that an address on the web is of, as people tell it; empty for what is none.
pub fn site_of(address: &str) -> String {
    let identity = identity(address).unwrap_or_default();
    let host = identity.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// Returns the host that a text names, if it looks like an address.
fn host_named(shown: &str) -> Option<String> {
    let bare = shown.trim_matches(|c: char| matches!(c, '<' | '>' | '(' | ')' | '"' | '“' | '”' | ',' | ';'));
    let has_scheme = ["http://", "https://", "mailto:"].iter().any(|scheme| bare.starts_with(scheme));
    let rest = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.trim_end_matches('.');
    let parsed = Host::parse(host).ok()?.to_string();
    let end = parsed.rsplit('.').next()?;
    let is_name = parsed.contains('.') && parsed.split('.').all(|label| !label.is_empty());
    let is_site = has_scheme || parsed.starts_with("www.") || ENDS.contains(&end) || end.starts_with("xn--");
    (is_name && is_site).then_some(parsed)
}

/// Returns the part of a host's name that says whose it is.
fn site(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (_, second) = (dots.next(), dots.next());
    let Some(second) = second else { return host };
    let own = host.get(second + 1..).unwrap_or(host);
    let is_short = own.split('.').next().is_some_and(|label| label.len() <= 3) && own.len() <= 6;
    match dots.next() {
        _ if !is_short => own,
        Some(third) => host.get(third + 1..).unwrap_or(host),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_another_site_is_told() {
        let check = |shown: &str, address: &str, want: Option<&str>| {
            assert_eq!(other_host(shown, address).as_deref(), want, "{shown} to {address}");
        };
        check("https://bank.example.com/login", "https://evil.example/login", Some("evil.example"));
        check("www.bank.com", "https://bank.com.evil.net/", Some("bank.com.evil.net"));
        check("bank.com", "http://198.51.100.7/bank.com", Some("198.51.100.7"));
        check("help@bank.com", "mailto:help@evil.org", Some("evil.org"));
        check("bbc.co.uk", "https://other.co.uk/", Some("other.co.uk"));
        check("раypal.com", "https://paypal.com/", Some("paypal.com"));
        for (shown, address) in [
            ("https://example.com/a", "https://www.example.com/b"),
            ("docs.example.com", "https://example.com/docs"),
            ("example.com/page", "http://example.com/page?from=here"),
            ("help@bank.com", "mailto:help@bank.com"),
            ("news.bbc.co.uk", "https://www.bbc.co.uk/news"),
            ("main.rs", "https://github.com/someone/something/blob/main.rs"),
            ("Node.js", "https://nodejs.org/"),
            ("e.g. this", "https://example.org/"),
            ("v1.2.3", "https://example.org/releases"),
            ("here", "https://example.org/"),
        ] {
            check(shown, address, None);
        }
    }

    #[test]
    fn one_article_has_one_identity() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(identity(address).as_deref(), expected, "{address}");
        };
        check("https://Weir.example/a?utm_source=x&id=7&fbclid=y#two", Some("//weir.example/a?id=7"));
        check("http://weir.example:80/a?id=7", Some("//weir.example/a?id=7"));
        check("https://weir.example/a?utm_medium=x", Some("//weir.example/a"));
        check("https://weir.example/A", Some("//weir.example/A"));
        check("https://weir.example:8080", Some("//weir.example:8080/"));
        check("mailto:a@weir.example", None);
        check("a.html", None);
    }
}
