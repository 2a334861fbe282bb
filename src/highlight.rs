//! Highlighting: what the parts of a program's source are, by the grammar of its language.
//!
//! The grammars are unpacked when they are first asked for. Colours are left to the theme, and when to highlight to
//! whoever can wait for it: a grammar may take milliseconds a line.

use std::sync::{Arc, OnceLock};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use crate::role::{Role, Syntax};

/// How much of a block is highlighted, in bytes.
const MOST_SOURCE: usize = 128 << 10;
/// The longest line that is highlighted, in bytes; what is longer was written by a program.
const LONGEST_LINE: usize = 1000;
/// How many lines are highlighted between two looks at whether somebody still waits.
const LINES_AT_ONCE: usize = 64;

/// A block's colouring: where each part starts, in bytes, and what it is. What stands before the first is plain.
pub type Colouring = Arc<[(usize, Role)]>;

/// Returns the colouring of `source`; nothing if the language is not known. Stops early where `is_wanted` says so.
pub fn highlight(language: &str, source: &str, is_wanted: &dyn Fn() -> bool) -> Colouring {
    let mut parts = Parts::default();
    match session(language) {
        Some((prompts, language)) => {
            if let Some(grammar) = grammar(language) {
                parts.session(source, prompts, grammar, is_wanted);
            }
        }
        None => {
            if let Some(grammar) = grammar(language) {
                parts.source(source, grammar, is_wanted);
            }
        }
    }
    parts.changes.into()
}

/// Returns whether a language's name is worth asking about.
pub fn is_named(language: &str) -> bool {
    !matches!(token(language).as_str(), "" | "text" | "txt" | "plain" | "plaintext" | "none" | "output" | "ascii")
}

fn grammars() -> &'static SyntaxSet {
    static GRAMMARS: OnceLock<SyntaxSet> = OnceLock::new();
    GRAMMARS.get_or_init(two_face::syntax::extra_newlines)
}

/// Returns the first word of what a block says of its language, `rust,ignore` say.
fn token(language: &str) -> String {
    let language = language.trim().trim_start_matches(['.', '{']);
    let language = language.strip_prefix("language-").or_else(|| language.strip_prefix("lang-")).unwrap_or(language);
    let end = language.find([',', ' ', '{', '}', ':', ';', '\t']).unwrap_or(language.len());
    language.get(..end).unwrap_or_default().to_ascii_lowercase()
}

fn grammar(language: &str) -> Option<&'static SyntaxReference> {
    if !is_named(language) {
        return None;
    }
    let token = token(language);
    // What the grammars do not call by this name themselves.
    let name = match token.as_str() {
        "node" | "nodejs" | "es6" | "mjs" | "cjs" => "js",
        "python3" | "py3" | "python2" | "ipython" | "sage" => "py",
        "shell" | "ash" | "dash" | "ksh" | "zsh" | "sh" | "bash" | "posix" => "bash",
        "golang" => "go",
        "docker" | "containerfile" => "dockerfile",
        "jsonc" | "json5" | "ndjson" | "jsonl" | "geojson" => "json",
        "c++" | "cplusplus" | "hpp" | "cxx" => "cpp",
        "csharp" | "c#" | "dotnet" => "cs",
        "fsharp" | "f#" => "fs",
        "objc" | "objectivec" | "obj-c" => "objective-c",
        "make" | "mk" => "makefile",
        "patch" | "udiff" => "diff",
        "postgres" | "postgresql" | "mysql" | "sqlite" | "plsql" | "tsql" | "psql" => "sql",
        "hcl" | "tf" => "terraform",
        "html5" | "xhtml" | "htm" => "html",
        "svg" | "xslt" | "plist" | "rss" | "atom" => "xml",
        "tex" | "latex" => "latex",
        "elisp" | "emacs-lisp" | "common-lisp" | "scheme" | "racket" => "lisp",
        "pwsh" | "powershell" => "ps1",
        "viml" | "vimscript" => "vim",
        "dosbatch" | "bat" | "cmd" => "batch file",
        "ocaml" => "ml",
        "kt" | "kts" => "kotlin",
        "rs" => "rust",
        "dotenv" => "env",
        other => other,
    };
    let grammars = grammars();
    let found = grammars.find_syntax_by_token(name).or_else(|| grammars.find_syntax_by_token(&token));
    found.filter(|grammar| grammar.name != "Plain Text")
}

/// Returns the prompts of a recorded session and the language that is typed after them.
fn session(language: &str) -> Option<(&'static [&'static str], &'static str)> {
    Some(match token(language).as_str() {
        "console" | "shell-session" | "shellsession" | "sh-session" | "terminal" | "bash-session" => {
            (&["$ ", "# ", "% "], "bash")
        }
        "pycon" | "doctest" | "python-repl" => (&[">>> ", "... "], "py"),
        "irb" => (&["irb> ", ">> "], "rb"),
        "ps1con" | "doscon" => (&["PS> ", "> "], "ps1"),
        _ => return None,
    })
}

/// The parts of a source in the making.
#[derive(Default)]
struct Parts {
    changes: Vec<(usize, Role)>,
}

impl Parts {
    fn push(&mut self, at: usize, role: Role) {
        if self.changes.last().map_or(Role::CodeBlock, |&(_, role)| role) == role {
            return;
        }
        match self.changes.last_mut() {
            Some(last) if last.0 == at => last.1 = role,
            _ => self.changes.push((at, role)),
        }
    }

    fn source(&mut self, source: &str, grammar: &SyntaxReference, is_wanted: &dyn Fn() -> bool) {
        let mut state = ParseState::new(grammar);
        let mut stack = ScopeStack::new();
        let mut at = 0;
        for (idx, line) in source.split_inclusive('\n').enumerate() {
            let is_stopped = at > MOST_SOURCE || (idx % LINES_AT_ONCE == 0 && !is_wanted());
            if is_stopped || !self.line(line, at, &mut state, &mut stack) {
                self.push(at, Role::CodeBlock);
                return;
            }
            at += line.len();
        }
        self.push(at, Role::CodeBlock);
    }

    /// Highlights what is typed after prompts; what a program answers stays plain.
    fn session(&mut self, source: &str, prompts: &[&str], grammar: &SyntaxReference, is_wanted: &dyn Fn() -> bool) {
        let mut at = 0;
        for (idx, line) in source.split_inclusive('\n').enumerate() {
            if at > MOST_SOURCE || (idx % LINES_AT_ONCE == 0 && !is_wanted()) {
                break;
            }
            let prompt = prompts.iter().find(|prompt| line.starts_with(**prompt)).map_or(0, |prompt| prompt.len());
            if prompt > 0 {
                self.push(at, Role::Syntax(Syntax::Comment));
                let typed = line.get(prompt..).unwrap_or_default();
                let (mut state, mut stack) = (ParseState::new(grammar), ScopeStack::new());
                self.push(at + prompt, Role::CodeBlock);
                self.line(typed, at + prompt, &mut state, &mut stack);
                self.push(at + line.len(), Role::CodeBlock);
            }
            at += line.len();
        }
    }

    /// Highlights a line; returns false where the grammar fails on it.
    fn line(&mut self, line: &str, at: usize, state: &mut ParseState, stack: &mut ScopeStack) -> bool {
        if line.len() > LONGEST_LINE {
            // What it would have opened is not known either: the next line begins with what this one began with.
            self.push(at, Role::CodeBlock);
            return true;
        }
        let Ok(operations) = state.parse_line(line, grammars()) else { return false };
        self.push(at, role(stack));
        for (offset, operation) in operations {
            if stack.apply(&operation).is_err() {
                return false;
            }
            self.push(at + offset.min(line.len()), role(stack));
        }
        true
    }
}

/// Returns what the innermost scope that says anything says.
fn role(stack: &ScopeStack) -> Role {
    let meanings = meanings();
    for &scope in stack.as_slice().iter().rev() {
        if let Some((_, syntax)) = meanings.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)) {
            return syntax.map_or(Role::CodeBlock, Role::Syntax);
        }
    }
    Role::CodeBlock
}

/// Returns what scopes mean, longer prefixes before shorter ones.
fn meanings() -> &'static [(Scope, Option<Syntax>)] {
    use Syntax::{Added, Attribute, Comment, Constant, Function, Keyword, Quoted, Removed, Type};
    const NAMES: &[(&str, Option<Syntax>)] = &[
        ("comment", Some(Comment)),
        ("meta.interpolation", None),
        ("meta.template.expression", None),
        ("string.unquoted", None),
        ("string", Some(Quoted)),
        ("constant.character.escape", Some(Constant)),
        ("constant.other.placeholder", Some(Constant)),
        ("constant", Some(Constant)),
        ("support.constant", Some(Constant)),
        ("variable.language", Some(Keyword)),
        ("keyword.operator.word", Some(Keyword)),
        ("keyword.operator.logical.python", Some(Keyword)),
        ("keyword.operator", None),
        ("keyword", Some(Keyword)),
        ("storage.type.numeric", Some(Constant)),
        ("storage.type.string", Some(Quoted)),
        ("storage", Some(Keyword)),
        ("support.type.property-name", Some(Attribute)),
        ("meta.property-name", Some(Attribute)),
        ("entity.other.attribute-name", Some(Attribute)),
        ("variable.parameter.option", Some(Attribute)),
        ("entity.name.function", Some(Function)),
        ("variable.function", Some(Function)),
        ("support.function", Some(Function)),
        ("support.macro", Some(Function)),
        ("entity.name.tag", Some(Keyword)),
        ("entity.name.section", Some(Keyword)),
        ("entity.name.label", Some(Attribute)),
        ("entity.name", Some(Type)),
        ("entity.other.inherited-class", Some(Type)),
        ("support.type", Some(Type)),
        ("support.class", Some(Type)),
        ("markup.heading", Some(Keyword)),
        ("markup.inserted", Some(Added)),
        ("markup.deleted", Some(Removed)),
        ("markup.raw", Some(Quoted)),
        ("meta.diff.header", Some(Comment)),
        ("meta.diff.range", Some(Attribute)),
    ];
    static MEANINGS: OnceLock<Vec<(Scope, Option<Syntax>)>> = OnceLock::new();
    MEANINGS.get_or_init(|| NAMES.iter().filter_map(|&(name, syntax)| Some((Scope::new(name).ok()?, syntax))).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::time::{Duration, Instant};

    use super::*;

    /// Checks each part that is not plain, `meaning text` a line.
    fn check(language: &str, source: &str, want: &[(Syntax, &str)]) {
        let changes = highlight(language, source, &|| true);
        let ends = changes.iter().skip(1).map(|change| change.0).chain([source.len()]);
        let parts: Vec<_> = changes
            .iter()
            .zip(ends)
            .filter_map(|(&(start, role), end)| match role {
                Role::Syntax(syntax) => Some((syntax, source.get(start..end)?.trim())),
                _ => None,
            })
            .filter(|(_, text)| !text.is_empty())
            .collect();
        assert_eq!(parts, want, "{language}: {source}");
    }

    #[test]
    fn the_parts_of_a_source_are_told_apart() {
        use Syntax::{Added, Comment, Constant, Function, Keyword, Quoted, Removed};
        check(
            "rust",
            "// greets\nfn main() { let x = \"hi\"; }\n",
            &[(Comment, "// greets"), (Keyword, "fn"), (Function, "main"), (Keyword, "let"), (Quoted, "\"hi\"")],
        );
        check("py", "x = 12 # n\n", &[(Constant, "12"), (Comment, "# n")]);
        check("diff", "-old\n+new\n", &[(Removed, "-old"), (Added, "+new")]);
        check("json", "{\"a\": true}", &[(Quoted, "\"a\""), (Constant, "true")]);
    }

    #[test]
    fn a_session_has_prompts_and_answers() {
        use Syntax::{Comment, Function, Quoted};
        check("console", "$ echo 'hi'\nhi \"there\"\n", &[(Comment, "$"), (Function, "echo"), (Quoted, "'hi'")]);
    }

    #[test]
    fn languages_are_known_by_many_names() {
        for name in [
            "rust",
            "rs",
            "rust,ignore",
            "js",
            "javascript",
            "ts",
            "tsx",
            "py",
            "python3",
            "sh",
            "bash",
            "zsh",
            "shell",
            "c",
            "c++",
            "cpp",
            "c#",
            "java",
            "kotlin",
            "go",
            "golang",
            "ruby",
            "rb",
            "php",
            "perl",
            "lua",
            "haskell",
            "ocaml",
            "sql",
            "postgresql",
            "html",
            "css",
            "scss",
            "xml",
            "json",
            "yaml",
            "yml",
            "toml",
            "ini",
            "dockerfile",
            "make",
            "diff",
            "markdown",
            "md",
            "latex",
            "lisp",
            "elisp",
            "clojure",
            "erlang",
            "elixir",
            "scala",
            "swift",
            "r",
            "nix",
            "zig",
            "vim",
            "cmake",
            "terraform",
            "graphql",
            "language-rust",
            "{.python .numberLines}",
        ] {
            assert!(grammar(name).is_some(), "{name}");
        }
        for name in ["", "text", "no-such-language", "mermaid"] {
            assert!(highlight(name, "if x { 1 }", &|| true).is_empty(), "{name}");
        }
    }

    #[test]
    fn what_is_too_long_is_plain_and_what_is_not_wanted_is_left() {
        let long = format!("let x = \"{}\";\nlet y = 1;\n", "a".repeat(LONGEST_LINE));
        let changes = highlight("rust", &long, &|| true);
        assert!(changes.first().unwrap().0 > LONGEST_LINE);
        assert!(highlight("rust", "fn main() {}", &|| false).is_empty());
        let endless = "let x = 1;\n".repeat(40_000);
        let changes = highlight("rust", &endless, &|| true);
        assert!(changes.last().unwrap().0 <= MOST_SOURCE + LONGEST_LINE);
    }

    #[test]
    fn twice_the_source_takes_about_twice_the_time() {
        let unit = "fn a(b: &str) -> Option<u32> { b.parse().ok() } // \"c\"\n";
        let time = |count: usize| {
            let source = unit.repeat(count);
            let start = Instant::now();
            highlight("rust", &source, &|| true);
            start.elapsed()
        };
        time(10);
        let (once, twice) = (time(100), time(200));
        assert!(twice < once * 5 + Duration::from_millis(200), "{once:?} {twice:?}");
    }
}
