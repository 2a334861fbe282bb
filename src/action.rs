//! Every command once: its name, a line of documentation and its default keys.
//!
//! The keymap, the help, the palette, `recto keys`, README's table and the man page are all made from [`COMMANDS`].

use crate::input::KeyPress;

/// Where a command's keys are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// On the shelf and in an article.
    Everywhere,
    /// In an article.
    Reader,
    /// In an article while text is being selected.
    Select,
    /// In a table that has the screen to itself.
    Table,
    /// On the shelf.
    Shelf,
}

/// A command as it is told to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    pub action: Action,
    /// The command's name in the palette and in a keymap.
    pub name: &'static str,
    /// One line, without a full stop.
    pub doc: &'static str,
    /// The heading under which help lists it.
    pub group: &'static str,
    pub context: Context,
    /// Default keys by name, as [`KeyPress`] writes them.
    pub keys: &'static [&'static str],
}

macro_rules! commands {
    ($($group:literal in $context:ident { $($action:ident $name:literal $keys:tt $doc:literal;)* })*) => {
        /// What a key, the palette or the pointer asks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[doc = $doc] $action,)*)* }

        /// All commands, in the order in which help shows them.
        pub const COMMANDS: &[Command] = &[$($(Command {
            action: Action::$action,
            name: $name,
            doc: $doc,
            group: $group,
            context: Context::$context,
            keys: &$keys,
        },)*)*];
    };
}

commands! {
    "Move" in Everywhere {
        LineDown "line-down" ["j", "Down"] "Go down a line";
        LineUp "line-up" ["k", "Up"] "Go up a line";
        HalfPageDown "half-page-down" ["d", "C-d"] "Go down half a page";
        HalfPageUp "half-page-up" ["u", "C-u"] "Go up half a page";
        PageDown "page-down" ["Space", "PgDn", "C-f"] "Go down a page";
        PageUp "page-up" ["b", "PgUp", "C-b"] "Go up a page";
        Start "start" ["g", "Home"] "Go to the start";
        End "end" ["G", "End"] "Go to the end";
    }
    "Sections" in Reader {
        Percent "percent" ["%"] "Go to a percentage of the article: 50% goes to its middle";
        NextSection "next-section" ["]"] "Go to the next section";
        PreviousSection "previous-section" ["["] "Go to the section's start, then to the one before";
        NextParagraph "next-paragraph" ["}"] "Go to the next paragraph";
        PreviousParagraph "previous-paragraph" ["{"] "Go to the previous paragraph";
        Contents "contents" ["t"] "Show the contents: type to filter, Enter jumps";
        Promote "promote" ["<"] "Make the first line on screen a heading, or raise its level";
        Demote "demote" [">"] "Lower the first line's heading, or make it plain text";
    }
    "Search" in Reader {
        Search "search" ["/"] "Search forwards, as you type";
        SearchBackward "search-backward" ["\\"] "Search backwards, as you type";
        NextHit "next-hit" ["n"] "Go to the next hit";
        PreviousHit "previous-hit" ["N"] "Go to the previous hit";
        Hits "hits" ["L"] "List all hits by section";
        Clear "clear" ["Esc"] "Clear the search, the selection or the focus";
    }
    "Links and places" in Reader {
        Hints "hints" ["f"] "Label the links on screen: type a label to follow one";
        NextLink "next-link" ["Tab"] "Focus the next link or picture";
        PreviousLink "previous-link" ["S-Tab"] "Focus the previous link or picture";
        Follow "follow" ["Enter"] "Follow the focused link, or show the picture or the table on screen alone";
        Peek "peek" ["i"] "Peek at a footnote, a link's target, a picture's words or a formula's source";
        Back "back" ["(", "C-o"] "Go back to where the last jump began";
        Forward "forward" [")"] "Go forward again";
        SetMark "set-mark" ["m"] "Set a mark: m and a letter";
        GoToMark "go-to-mark" ["'"] "Go to a mark: ' and its letter; '' is the last place";
    }
    "Pages" in Reader {
        WholePage "whole-page" ["x"] "Show the whole page, what was left out faint; again for the main text";
        Blocks "blocks" ["e"] "Label the blocks on screen: type a label to bring one in, or leave it out";
    }
    "Articles" in Reader {
        NextArticle "next-article" ["J"] "Open the next article";
        PreviousArticle "previous-article" ["K"] "Open the previous article";
        Changes "changes" ["D"] "Show what changed in the article since it was read: Tab goes from change to change";
    }
    "Code" in Reader {
        WrapCode "wrap-code" ["W"] "Cut long lines of code at the edge, and wrap them again";
        CodeRight "code-right" ["Right", "l"] "Show what cut lines of code hide at their right";
        CodeLeft "code-left" ["Left", "h"] "Move cut lines of code back";
        NumberCode "number-code" ["#"] "Number the lines of code, or not";
        CopyCode "copy-code" ["Y"] "Copy a block of code, all of it; of several on screen, by its label";
    }
    "Select and copy" in Reader {
        Select "select" ["v"] "Select text";
    }
    "Select and copy" in Select {
        SelectUnit "select-unit" ["v"] "Select by word, sentence or paragraph, in turn";
        ExtendForward "extend-forward" ["l", "Right", "w"] "Take the next word, sentence or paragraph in";
        ExtendBackward "extend-backward" ["h", "Left", "B"] "Give the last one back, or take one in before";
        ExtendDown "extend-down" ["j", "Down"] "Move the selection's end a line down";
        ExtendUp "extend-up" ["k", "Up"] "Move the selection's end a line up";
        SwapEnds "swap-ends" ["o"] "Move the selection's other end";
        Copy "copy" ["y", "Enter"] "Copy the selection to the clipboard";
    }
    "Highlight" in Select {
        Highlight "highlight" ["H"] "Highlight the selection: H and y, g, b or r for its colour; H again for the last one";
        Annotate "annotate" ["a"] "Highlight the selection and write a note about it";
    }
    "Highlights" in Reader {
        Highlights "highlights" ["M"] "List the highlights: Enter jumps, a writes a note, y g b r colour, x takes away";
        Keep "keep" ["s"] "Keep a copy of the article, with its pictures, that survives the original";
        TakeBack "take-back" ["U"] "Undo the last change of highlights, tags or what is said of an article";
    }
    "A table alone" in Table {
        NextColumn "next-column" ["l", "Right", "Tab"] "Go to the next column";
        PreviousColumn "previous-column" ["h", "Left", "S-Tab"] "Go to the column before";
        FirstColumn "first-column" ["0", "^"] "Go to the first column";
        LastColumn "last-column" ["$"] "Go to the last column";
        Sort "sort" ["s"] "Sort by this column; again for the order of the article";
        SortReversed "sort-reversed" ["S"] "Sort by this column, the last first; again for the order of the article";
        ReadCell "read-cell" ["Enter", "i"] "Show all that is in this cell";
        CopyCell "copy-cell" ["y"] "Copy this cell";
        CopyCsv "copy-csv" ["c"] "Copy the table as CSV, sorted as it is";
        CopyMarkdown "copy-markdown" ["m", "Y"] "Copy the table as Markdown, sorted as it is";
    }
    "Look" in Everywhere {
        Narrower "narrower" ["-"] "Make the text column narrower";
        Wider "wider" ["+"] "Make the text column wider";
        DefaultMeasure "default-measure" ["="] "Give the text column its default width";
        Zen "zen" ["z"] "Hide all but the text, and show it again";
        Theme "theme" ["T"] "Take the next theme";
        Typography "typography" ["a"] "Choose how text is set: measure, edge, hyphens, spacing, theme";
        Dim "dim-pictures" ["B"] "Dim pictures for a dark ground, and brighten them again";
        Redraw "redraw" ["C-l"] "Draw the screen anew";
    }
    "What is said of an article" in Everywhere {
        Star "star" ["*"] "Star the article, or take its star away";
        MarkRead "mark-read" ["r"] "Say that the article was read, or that it was not";
        Archive "archive" ["A"] "Put the article away into the archive, or take it out";
        Tag "tag" ["&"] "Give the article tags: type them; - before one takes it away";
    }
    "Shelf" in Shelf {
        NextView "next-view" ["Tab"] "Show the next list: continue, unread, starred, archive, highlights, all, trash, files";
        PreviousView "previous-view" ["S-Tab"] "Show the list before";
        Order "order" ["o"] "Put the list in another order: newest, oldest, title, shortest, longest";
        Tags "tags" ["t"] "Show the articles of a tag";
        Sources "sources" ["S"] "Show the articles of a site or a directory";
        Pick "pick" ["v"] "Pick the article, to do something with several";
        Trash "trash" ["x"] "Put the article into the trash, or take it out; there it stays for thirty days";
        Statistics "statistics" ["P"] "Show what was read: days, minutes, words, and your pace";
        Undo "undo" ["u"] "Undo the last change";
        Open "open" ["Enter", "l", "Right"] "Open the article";
        Filter "filter" ["/"] "Filter the shelf as you type";
    }
    "recto" in Everywhere {
        Help "help" ["?", "F1"] "Show this help";
        SearchLibrary "search-everything" ["F"] "Search everything in the library, as you type; Enter has the best come first";
        Finder "find" ["C-p"] "Find an article, a section or a command by some letters of its name";
        Palette "palette" [":"] "Find a command by name and run it";
        Close "close" ["q"] "Go back one layer; on the last one, quit";
        Quit "quit" ["Q", "C-c"] "Quit";
        Suspend "suspend" ["C-z"] "Suspend recto; fg brings it back";
    }
}

impl Action {
    /// Returns the command that the action belongs to.
    pub fn command(self) -> &'static Command {
        const FIRST: &Command = {
            let [first, ..] = COMMANDS else { panic!("the list of commands is empty") };
            first
        };
        COMMANDS.iter().find(|command| command.action == self).unwrap_or(FIRST)
    }
}

impl Command {
    /// Returns the default keys, read from their names.
    pub fn key_presses(&self) -> impl Iterator<Item = KeyPress> {
        self.keys.iter().filter_map(|name| name.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_key_has_a_name_that_reads() {
        for command in COMMANDS {
            assert_eq!(command.key_presses().count(), command.keys.len(), "{}", command.name);
            assert!(!command.doc.ends_with('.') && !command.doc.is_empty(), "{}", command.name);
            assert_eq!(command.action.command(), command);
        }
    }

    #[test]
    fn names_are_unique_and_no_key_has_two_meanings_in_one_context() {
        let mut names = HashSet::new();
        let mut keys = HashSet::new();
        for command in COMMANDS {
            assert!(names.insert(command.name), "two commands are called {}", command.name);
            let contexts: &[Context] = match command.context {
                Context::Everywhere => &[Context::Everywhere, Context::Reader, Context::Shelf, Context::Table],
                Context::Table => &[Context::Table],
                Context::Reader => &[Context::Reader],
                Context::Select => &[Context::Select],
                Context::Shelf => &[Context::Shelf],
            };
            for context in contexts {
                // On the shelf the letter undoes, and half a page up has another key.
                let hidden = command.action == Action::HalfPageUp && *context == Context::Shelf;
                for key in command.keys.iter().filter(|key| !hidden || **key != "u") {
                    assert!(keys.insert((*context, *key)), "{key} has two meanings in {context:?}");
                }
            }
        }
    }
}
