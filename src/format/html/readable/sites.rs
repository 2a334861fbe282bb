//! Site rules: what is known of certain sites' pages, as data: `assets/sites.toml`, and a reader's own file before it.
//!
//! A rule that makes no sense is left out and told of. What a fitting rule says of a leaf counts before any guess.

use std::sync::LazyLock;

use dom_query::{Document as Dom, Matcher};
use toml::{Table, Value};

use super::sheet::{Nodes, Sheet};
use crate::document::PageKind;

const SHIPPED: &str = include_str!("../../../../assets/sites.toml");

static SHIPPED_RULES: LazyLock<Sites> = LazyLock::new(|| Sites::read(SHIPPED).0);

/// The most rules that a file may have.
const MOST_RULES: usize = 2000;

/// Rules, the first that fits a page being taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sites {
    rules: Vec<Rule>,
}

/// What holds for the pages of a site; the lists are CSS selectors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    hosts: Vec<String>,
    generator: Option<String>,
    main: Vec<String>,
    keep: Vec<String>,
    drop: Vec<String>,
    title: Option<String>,
    pub kind: Option<PageKind>,
}

/// What a rule says of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Nothing,
    Keep,
    Drop,
    Title,
}

impl Sites {
    /// Reads rules. Those that make no sense are left out, and a sentence is returned for each.
    pub fn read(text: &str) -> (Self, Vec<String>) {
        let mut faults = Vec::new();
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                let line = error.message().lines().next().unwrap_or_default().to_owned();
                return (Self::default(), vec![format!("the rules for sites cannot be read: {line}")]);
            }
        };
        let sites = table.get("site").and_then(Value::as_array).cloned().unwrap_or_default();
        if sites.is_empty() && !table.is_empty() {
            faults.push("the rules for sites have no [[site]]".to_owned());
        }
        let mut rules = Vec::new();
        for (value, number) in sites.iter().take(MOST_RULES).zip(1..) {
            match value.as_table().map(Rule::read) {
                Some(Ok(rule)) => rules.push(rule),
                Some(Err(fault)) => faults.push(format!("rule {number} for sites: {fault}")),
                None => faults.push(format!("rule {number} for sites is no table")),
            }
        }
        (Self { rules }, faults)
    }

    /// Returns the first rule that fits a page: of the reader's own, then of those that ship.
    pub fn rule_for<'s>(own: Option<&'s Self>, address: &str, generator: &str) -> Option<&'s Rule> {
        let host = host_of(address);
        let shipped: &'static Self = &SHIPPED_RULES;
        own.into_iter().chain([shipped]).flat_map(|sites| &sites.rules).find(|rule| rule.fits(&host, generator))
    }
}

impl Rule {
    fn read(table: &Table) -> Result<Self, String> {
        let mut rule = Self::default();
        for (name, value) in table {
            match name.as_str() {
                "hosts" => rule.hosts = strings(name, value)?.iter().map(|host| host.to_lowercase()).collect(),
                "generator" => rule.generator = Some(string(name, value)?.to_lowercase()),
                "main" => rule.main = selectors(name, value)?,
                "keep" => rule.keep = selectors(name, value)?,
                "drop" => rule.drop = selectors(name, value)?,
                "title" => rule.title = Some(selector(name, value)?),
                "kind" => {
                    let kind = string(name, value)?;
                    let known = PageKind::ALL.into_iter().find(|known| known.name() == kind);
                    rule.kind = Some(known.ok_or_else(|| format!("there is no kind of page `{kind}`"))?);
                }
                _ => return Err(format!("there is no `{name}`")),
            }
        }
        if rule.hosts.iter().all(String::is_empty) && rule.generator.as_deref().is_none_or(str::is_empty) {
            return Err("it says neither hosts nor a generator".to_owned());
        }
        Ok(rule)
    }

    fn fits(&self, host: &str, generator: &str) -> bool {
        let ends = |end: &String| {
            !end.is_empty()
                && host.strip_suffix(end.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.hosts.iter().any(ends)
            || self.generator.as_deref().is_some_and(|begins| !begins.is_empty() && generator.starts_with(begins))
    }

    /// Returns what the rule says of each leaf.
    pub fn apply(&self, dom: &Dom, sheet: &Sheet) -> Vec<Said> {
        let inside = |selectors: &[String]| {
            let nodes: Nodes = selectors
                .iter()
                .filter_map(|selector| dom.try_select(selector))
                .flat_map(|found| found.nodes().iter().map(|node| node.id).collect::<Vec<_>>())
                .collect();
            sheet.inside_any(&nodes)
        };
        let (main, keep, dropped) = (inside(&self.main), inside(&self.keep), inside(&self.drop));
        let title = inside(self.title.as_slice());
        let has_main = main.contains(&true);
        let at = |flags: &[bool], idx: usize| flags.get(idx) == Some(&true);
        (0..sheet.rows.len())
            .map(|idx| {
                if at(&title, idx) {
                    Said::Title
                } else if at(&dropped, idx) {
                    Said::Drop
                } else if at(&main, idx) || at(&keep, idx) {
                    Said::Keep
                } else if has_main {
                    Said::Drop
                } else {
                    Said::Nothing
                }
            })
            .collect()
    }
}

fn host_of(address: &str) -> String {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_lowercase()
}

fn string(name: &str, value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("`{name}` is no string"))
}

fn strings(name: &str, value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or_else(|| format!("`{name}` is no list"))?;
    list.iter().map(|value| string(name, value)).collect()
}

fn selector(name: &str, value: &Value) -> Result<String, String> {
    let selector = string(name, value)?;
    match Matcher::new(&selector) {
        Ok(_) => Ok(selector),
        Err(_) => Err(format!("`{selector}` in `{name}` is no selector")),
    }
}

fn selectors(name: &str, value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or_else(|| format!("`{name}` is no list"))?;
    list.iter().map(|value| selector(name, value)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::document::Head;
    use crate::format::html::{Context, parse};

    /// Checks what is kept of a page by the rules given and those that ship.
    fn check(rules: &str, address: &str, page: &str, kept: &str) {
        let (sites, faults) = Sites::read(rules);
        assert_eq!(faults, [""; 0]);
        let context = Context { address: Some(address), sites: Some(&sites) };
        let document = parse(page, &context);
        assert_eq!(document.main_text(Head::Bare).0.text(), kept, "{page}");
    }

    #[test]
    fn the_rules_that_ship_make_sense() {
        let (sites, faults) = Sites::read(SHIPPED);
        assert_eq!(faults, [""; 0]);
        assert!(sites.rules.len() > 10);
    }

    #[test]
    fn a_rule_counts_before_a_guess() {
        let page = "<h1 class=t>Of mills</h1><nav class=n>The mill by the brook grinds what is brought to it, day and night.</nav>\
                    <p class=b>Buy flour now.</p><div id=s>Side.</div>";
        let rule = |more: &str| format!("[[site]]\nhosts = [\"mill.example\"]\ntitle = \".t\"\n{more}");
        let told = "The mill by the brook grinds what is brought to it, day and night.";
        check(&rule("main = [\".n\"]"), "https://www.mill.example/a", page, told);
        check(
            &rule("keep = [\".n\", \"#s\"]\ndrop = [\".b\"]"),
            "http://mill.example:80",
            page,
            &format!("{told}\nSide."),
        );
        check(&rule("main = [\"body\"]\ndrop = [\".n\", \".b\"]"), "https://mill.example", page, "Side.");
    }

    #[test]
    fn posts_of_a_discussion_are_kept() {
        let page = "<meta name=generator content='Discourse 3.4'><body><header>A board</header><h1>Which flour?</h1>\
                    <div class=topic-body><div class=post>Which flour do you take for rye bread?</div></div>\
                    <div class=topic-body><div class=post>Any.</div></div><div id=suggested-topics>Others ask, too</div>";
        check("", "https://board.example/t/1", page, "Which flour do you take for rye bread?\nAny.");
    }

    #[test]
    fn rules_without_sense_are_told_and_left_out() {
        let check = |text: &str, n_rules: usize, n_faults: usize| {
            let (sites, faults) = Sites::read(text);
            assert_eq!((sites.rules.len(), faults.len()), (n_rules, n_faults), "{text}: {faults:?}");
        };
        check("", 0, 0);
        check("not = [toml", 0, 1);
        check("a = 1", 0, 1);
        check("site = 1", 0, 1);
        check("[[site]]\nkeep = ['p']", 0, 1);
        check("[[site]]\nhosts = ['']", 0, 1);
        check("[[site]]\nhosts = ['a.example']\nkeep = ['p[[']\n[[site]]\nhosts = ['b.example']", 1, 1);
        check("[[site]]\nhosts = ['a.example']\nkind = 'poem'", 0, 1);
        check("[[site]]\nhosts = ['a.example']\ndrops = ['p']", 0, 1);
        check("[[site]]\nhosts = ['a.example']\nnext = 'a.next'", 0, 1);
        check("[[site]]\nhosts = 'a.example'", 0, 1);
    }

    #[test]
    fn hosts_are_known_by_their_ends() {
        let rule = Rule { hosts: vec!["wiki.example".to_owned()], ..Rule::default() };
        for (address, fits) in [
            ("https://wiki.example/a", true),
            ("https://en.wiki.example", true),
            ("https://user@EN.wiki.example:8080/", true),
            ("https://mywiki.example/", false),
            ("https://other.example/?wiki.example", false),
            ("wiki.example", false),
        ] {
            assert_eq!(rule.fits(&host_of(address), ""), fits, "{address}");
        }
    }
}
