//! What is kept of reading: the model with a real library behind it, on a test buffer.

#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod harness;

use std::fs;
use std::path::PathBuf;

use harness::Harness;
use ratatui::style::Color;
use recto::app::{App, Event, JobId, Opens, Options, Outcome};
use recto::article::Locator;
use recto::library::Places;
use tempfile::TempDir;

struct Desk {
    dir: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn places(&self) -> Places {
        Places::at(&self.dir.path().join("library.db"))
    }

    /// Opens a file of the desk.
    fn open(&self, name: &str, columns: u16) -> Harness {
        let file = Locator::File(self.dir.path().join(name));
        Harness::with_library(columns, 24, vec![file], Opens::Only, Some(self.places()))
    }

    /// Opens the shelf.
    fn shelf(&self, columns: u16, rows: u16) -> Harness {
        let shelf = vec![Locator::Bundled("tour.md")];
        Harness::with_library(columns, rows, shelf, Opens::Library, Some(self.places()))
    }
}

const TREES: [&str; 10] = ["alder", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "yew"];

/// Writes an article of ten sections, each about another tree.
fn article(title: &str) -> String {
    let mut text = format!("# {title}\n\nA lead about {title}.\n\n");
    for (tree, section) in TREES.iter().zip(1..) {
        text.push_str(&format!("## Section {section}\n\n"));
        for paragraph in 1..=4 {
            let wood = format!("{tree}wood {tree}s {tree}bark {paragraph}{tree} under{tree} {tree}. ");
            text.push_str(&wood.repeat(4));
            text.push_str("\n\n");
        }
    }
    text
}

fn first_line(harness: &Harness) -> String {
    let screen = harness.screen();
    let first = screen.lines().find(|line| !line.trim().is_empty() && !line.contains("Contents"));
    first.unwrap().trim().to_owned()
}

#[test]
fn an_article_opens_where_it_was_left_at_any_width() {
    let desk = Desk::new();
    desk.file("a.md", &article("Weirs"));
    let mut harness = desk.open("a.md", 80);
    harness.press("] ] ] ]").press("j j");
    assert!(first_line(&harness).contains("elmwood elms"), "{}", harness.screen());
    drop(harness);
    for columns in [80, 50, 120] {
        let harness = desk.open("a.md", columns);
        assert!(first_line(&harness).contains("elmwood elms"), "{}", harness.screen());
    }
}

#[test]
fn a_place_is_found_again_after_an_edit_and_says_so() {
    let desk = Desk::new();
    desk.file("a.md", &article("Weirs"));
    desk.open("a.md", 80).press("] ] ] ] j j");
    let edited = article("Weirs").replacen("A lead about Weirs.", &"A longer lead than before. ".repeat(9), 1);
    desk.file("a.md", &edited);
    let harness = desk.open("a.md", 80);
    assert!(first_line(&harness).contains("elmwood elms"), "{}", harness.screen());
    assert!(harness.screen().contains("the text has changed"), "{}", harness.screen());
    // Where those words are gone, the section is what is left.
    let mut harness = harness;
    harness.press("j k");
    drop(harness);
    let gone: String =
        TREES.iter().zip(1..).map(|(_, idx)| format!("## Section {idx}\n\nOther words, {idx}.\n\n")).collect();
    desk.file("a.md", &format!("# Weirs\n\nA lead.\n\n{gone}"));
    let harness = desk.open("a.md", 80);
    assert!(first_line(&harness).contains("Section 4"), "{}", harness.screen());
}

#[test]
fn a_highlight_with_its_note_is_there_again_and_can_be_undone() {
    let desk = Desk::new();
    desk.file("a.md", &article("Weirs"));
    let mut harness = desk.open("a.md", 80);
    harness.press("] v v H g");
    assert!(harness.screen().contains("highlighted in green"), "{}", harness.screen());
    harness.press("M a").type_text("a note").press("Enter").type_text("of two lines").press("Esc");
    insta::assert_snapshot!("highlights_listed", harness.screen_and_looks());
    drop(harness);
    let mut harness = desk.open("a.md", 60);
    harness.press("M");
    assert!(harness.screen().contains("a note of two lines"), "{}", harness.screen());
    harness.press("x q");
    assert!(harness.screen().contains("U brings it back") || !harness.screen().contains('✎'), "{}", harness.screen());
    harness.press("M");
    assert!(harness.screen().contains("nothing is highlighted"), "{}", harness.screen());
    harness.press("U M");
    assert!(harness.screen().contains("a note of two lines"), "{}", harness.screen());
}

#[test]
fn a_highlight_whose_words_are_gone_is_listed_as_lost() {
    let desk = Desk::new();
    desk.file("a.md", &article("Weirs"));
    desk.open("a.md", 80).press("] v v v H H");
    desk.file("a.md", &format!("# Weirs\n\n{}\n", "Nothing of it is left here now. ".repeat(30)));
    let mut harness = desk.open("a.md", 80);
    harness.press("M");
    assert!(harness.screen().contains("no longer in the text"), "{}", harness.screen());
    harness.press("Enter");
    assert!(harness.screen().contains("the highlight is kept"), "{}", harness.screen());
    desk.file("a.md", &article("Weirs"));
    let mut harness = desk.open("a.md", 80);
    harness.press("M");
    assert!(!harness.screen().contains("no longer in the text"), "{}", harness.screen());
}

#[test]
fn an_empty_library_shows_what_ships_with_recto() {
    let harness = Desk::new().shelf(100, 20);
    assert!(harness.screen().contains("files") && harness.screen().contains("1 article"), "{}", harness.screen());
}

#[test]
fn the_shelf_goes_on_with_what_is_being_read() {
    let desk = Desk::new();
    for title in ["Weirs", "Locks", "Ferries"] {
        desk.file(&format!("{title}.md"), &article(title));
        desk.open(&format!("{title}.md"), 80).press("] ] ] ]");
    }
    let mut harness = desk.shelf(100, 20);
    insta::assert_snapshot!("shelf_continue", harness.screen());
    harness.press("j * j A");
    let screen = harness.screen();
    assert!(screen.contains('★') && !screen.contains("Weirs  "), "{screen}");
    harness.press("u u");
    assert!(!harness.screen().contains('★') && harness.screen().contains("Weirs"), "{}", harness.screen());
    // Several at once, and back at once.
    harness.press("g v v r");
    assert!(harness.screen().contains("2 articles read"), "{}", harness.screen());
    assert!(harness.screen().contains("1 article"), "{}", harness.screen());
    harness.press("u");
    assert!(harness.screen().contains("3 articles"), "{}", harness.screen());
    harness.press("&").type_text("water canals").press("Enter t Enter");
    assert!(harness.screen().contains("1 article of “canals”"), "{}", harness.screen());
    harness.press("Tab o o");
    assert!(harness.screen().contains("title"), "{}", harness.screen());
    harness.press("S-Tab /").type_text("lock").press("Enter");
    assert!(harness.screen().contains("Locks.md  ·  Section 4"), "{}", harness.screen());
}

#[test]
fn nothing_is_kept_of_what_is_in_the_trash_for_long_unless_it_is_highlighted() {
    let desk = Desk::new();
    desk.file("a.md", &article("Weirs"));
    desk.open("a.md", 80).press("]");
    let mut harness = desk.shelf(100, 20);
    harness.press("x");
    assert!(harness.screen().contains("trashed"), "{}", harness.screen());
    harness.press("S-Tab S-Tab");
    assert!(harness.screen().contains("Weirs"), "{}", harness.screen());
    harness.press("x");
    assert!(harness.screen().contains("no longer trashed") && harness.screen().contains("trash is empty"));
}

#[test]
fn a_copy_is_read_when_the_original_is_gone() {
    let desk = Desk::new();
    let path = desk.file("a.md", &article("Weirs"));
    let mut harness = desk.open("a.md", 80);
    harness.press("] ] s");
    assert!(harness.screen().contains("a copy is kept"), "{}", harness.screen());
    harness.press("s");
    assert!(harness.screen().contains("kept before"), "{}", harness.screen());
    drop(harness);
    fs::remove_file(path).unwrap();
    let mut harness = desk.shelf(100, 20);
    harness.press("Enter");
    assert!(harness.screen().contains("birchwood"), "{}", harness.screen());
}

/// Fills a library with two articles about weirs, in which it is a word of the text, and one in other scripts.
fn desk_to_search() -> Desk {
    let desk = Desk::new();
    let scripts = "# 水の話\n\nEin Müller in Zürich.\n\n東京都の天気は晴れ。\n\nภาษาไทยสวยงาม และ น้ำ\n\n\
        हिन्दी में पानी\n\nاَلْعَرَبِيَّةُ لغة جميلة\n";
    desk.file("scripts.md", scripts);
    desk.file("short.md", "# On weirs\n\nA heron stands at the weir.\n");
    desk.file("long.md", &format!("{}A heron by the canal, at last, in <quotes> & more.\n", article("Locks")));
    for name in ["scripts.md", "short.md", "long.md"] {
        desk.open(name, 80);
    }
    desk
}

/// Returns a screen without the date of today, and without the directory, which has another name each time.
fn undated(screen: &str) -> String {
    let undated = |line: &str| match line.rfind(" · 20") {
        Some(at) => format!("{} (directory · date)", line[..at].trim_end_matches(|c| c != ' ').trim_end()),
        None => line.to_owned(),
    };
    screen.lines().map(undated).collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_is_searched_as_one_types_and_opened_at_the_hit() {
    let desk = desk_to_search();
    let mut harness = desk.shelf(80, 24);
    harness.press("F");
    insta::assert_snapshot!("search_empty", harness.screen());
    // Newest first, while the last word may go on.
    harness.type_text("hero");
    insta::assert_snapshot!("search_as_typed", undated(&harness.screen_and_looks()));
    // Where no word is just that, those that begin so are ranked.
    harness.press("Enter");
    assert!(harness.screen().contains("2 articles, best first"), "{}", harness.screen());
    harness.type_text("n").press("Enter");
    assert!(harness.screen().contains("best first"), "{}", harness.screen());
    harness.press("Down");
    insta::assert_snapshot!("search_best_first", undated(&harness.screen()));
    harness.press("Enter");
    let screen = harness.screen();
    assert!(screen.contains("A heron by the canal") && screen.contains("“heron” hit 1 of 1"), "{screen}");
    // Back on the shelf the search is as it was left.
    harness.press("q F");
    assert!(harness.screen().contains("2 articles, best first"), "{}", harness.screen());
    harness.press("Esc");
    assert!(harness.screen().contains("continue"), "{}", harness.screen());
}

#[test]
fn n_goes_on_from_the_hit_that_was_opened_at() {
    let desk = desk_to_search();
    let mut harness = desk.shelf(80, 24);
    harness.press("F").type_text("cedarwood underoak").press("Enter Enter");
    assert!(harness.screen().contains("“cedarwood underoak” hit "), "{}", harness.screen());
    let before = harness.screen();
    harness.press("n");
    assert_ne!(before, harness.screen());
    let left = first_line(&harness);
    // In the article that is open, another search moves without opening it anew.
    harness.press("F C-u").type_text("heron canal").press("Enter Enter");
    assert!(harness.screen().contains("A heron by the canal"), "{}", harness.screen());
    harness.press("(");
    assert_eq!(first_line(&harness), left, "{}", harness.screen());
}

#[test]
fn a_bad_query_says_what_is_wrong_and_still_finds() {
    let desk = desk_to_search();
    let mut harness = desk.shelf(180, 24);
    let check = |harness: &mut Harness, typed: &str, told: &str| {
        harness.press("F C-u").type_text(typed).press("Enter");
        let screen = harness.screen();
        assert!(screen.contains(told) && screen.contains("On weirs"), "{typed}: {screen}");
        harness.press("Esc");
    };
    check(&mut harness, "\"stands at the", "a quotation mark has no partner");
    check(&mut harness, "is:blue OR weir heron OR", "“OR” stands between two words");
    check(&mut harness, "nofield:weir OR weir", "there is no field “nofield:”");
    harness.press("F C-u").type_text("nowhere");
    assert!(harness.screen().contains("nothing found"), "{}", harness.screen());
}

#[test]
fn words_of_every_script_are_found_and_lit() {
    let desk = desk_to_search();
    for (typed, lit) in [
        ("天気", "天気"),
        ("ไทย", "ไทย"),
        ("पानी", "पानी"),
        ("العربية", "ﺔُﻴَّﺑِﺮَﻌَﻟْﺍَ"),
        ("zurich", "Zürich"),
        ("MULLER", "Müller"),
    ] {
        let mut harness = desk.shelf(80, 24);
        harness.press("F").type_text(typed);
        let marked = marked_on(&harness);
        assert!(marked.contains(lit), "{typed}: {marked}\n{}", harness.screen());
        harness.press("Enter Enter");
        assert!(harness.screen().contains("hit 1 of 1"), "{typed}: {}", harness.screen());
        let marked = marked_on(&harness);
        assert!(marked.contains(lit), "{typed}: {marked}\n{}", harness.screen());
    }
}

/// Returns what stands on a ground of its own on the screen, as hits do.
fn marked_on(harness: &Harness) -> String {
    let buffer = harness.buffer();
    let mut marked = String::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if cell.style().fg == Some(Color::Indexed(0)) && cell.symbol() != " " {
                marked.push_str(cell.symbol());
            }
        }
        marked.push('\n');
    }
    marked.replace(' ', "")
}

#[test]
fn what_is_highlighted_is_found_where_it_is_highlighted() {
    let desk = desk_to_search();
    let mut harness = desk.open("long.md", 80);
    harness.press("] ] ] ] ] v v a").type_text("ask the ferryman").press("Esc");
    drop(harness);
    let mut harness = desk.shelf(80, 24);
    harness.press("F").type_text("in:highlights ferryman").press("Enter");
    assert!(harness.screen().contains("1 article"), "{}", harness.screen());
    harness.press("Enter");
    assert!(harness.screen().contains("Section 5"), "{}", harness.screen());
}

#[test]
fn more_is_found_as_one_walks_and_little_is_kept() {
    let desk = Desk::new();
    let dir = desk.dir.path().to_owned();
    let mut store = recto::library::Store::open(&desk.places()).unwrap().store;
    for idx in 0..100 {
        let path = desk.file(&format!("{idx}.md"), &format!("# Weir {idx}\n\nA heron at weir {idx}.\n"));
        let taken = recto::library::Taken::read(&Locator::File(path), &recto::source::LoadOptions::default()).unwrap();
        store.add(&taken.article, &taken.copy).unwrap();
    }
    drop((store, dir));
    for rank in ["", "Enter"] {
        let mut harness = desk.shelf(80, 24);
        harness.press("F").type_text("heron").press(rank);
        assert!(harness.screen().contains("and more"), "{}", harness.screen());
        let mut seen = std::collections::BTreeSet::new();
        for key in std::iter::once("").chain([("Down"); 130]) {
            harness.press(key);
            seen.extend(
                harness
                    .screen()
                    .lines()
                    .filter(|line| line.contains("▌ Weir") && line.contains(" · "))
                    .map(str::to_owned),
            );
        }
        assert_eq!(seen.len(), 100, "each is chosen once: {seen:?}");
        assert!(harness.screen().contains("100 articles"), "{}", harness.screen());
        for _ in 0..120 {
            harness.press("Up");
        }
        let first = if rank.is_empty() { "Weir 99" } else { "Weir" };
        assert!(harness.screen().contains(first), "{}", harness.screen());
    }
}

#[test]
fn without_a_library_nothing_is_searched() {
    let mut harness = Harness::open(80, 24, "screens/article.md");
    harness.press("F");
    assert!(harness.screen().contains("this needs the library"), "{}", harness.screen());
}

#[test]
fn what_changed_since_it_was_read_is_shown_and_walked() {
    let desk = Desk::new();
    let text = article("Weirs");
    desk.file("a.md", &text);
    let mut harness = desk.open("a.md", 80);
    harness.press("D");
    assert!(harness.screen().contains("the one that you first read"), "{}", harness.screen());
    drop(harness);
    let edited =
        text.replace("A lead about Weirs.", "A lead about dams.").replacen("oakwood oaks", "oakwood acorns", 1);
    desk.file("a.md", &edited);
    let mut harness = desk.open("a.md", 80);
    assert!(harness.screen().contains("D shows how"), "{}", harness.screen());
    harness.press("] ] ]");
    let here = first_line(&harness);
    harness.press("D");
    let screen = harness.screen();
    assert!(screen.contains("2 changes: Tab") && screen.contains("Weirs") && screen.contains("dams"), "{screen}");
    harness.press("Tab");
    let screen = harness.screen();
    assert!(screen.contains("acorns") && screen.contains("hit 2 of 2"), "{screen}");
    harness.press("q");
    assert_eq!(first_line(&harness), here);
    drop(harness);
    // It is told once.
    let mut harness = desk.open("a.md", 80);
    assert!(!harness.screen().contains("D shows"), "{}", harness.screen());
    harness.press("D");
    assert!(harness.screen().contains("2 changes"), "{}", harness.screen());
    // The changes are no article of their own.
    drop(harness);
    let mut harness = desk.shelf(80, 24);
    harness.press("Tab Tab Tab Tab Tab");
    assert!(!harness.screen().contains("what changed"), "{}", harness.screen());
}

#[test]
fn the_finder_has_articles_sections_and_commands() {
    let desk = desk_to_search();
    let mut harness = desk.open("long.md", 80);
    harness.press("] ] C-p");
    // What was read last comes first, then the sections of the open article, then commands.
    insta::assert_snapshot!("finder_empty", harness.screen());
    harness.type_text("weir");
    insta::assert_snapshot!("finder_typed", harness.screen_and_looks());
    harness.press("Enter");
    assert!(harness.screen().contains("A heron stands at the weir."), "{}", harness.screen());
    // The place in the other one is kept, and a way back to it.
    harness.press("(");
    assert!(first_line(&harness).contains("Section 2"), "{}", harness.screen());
    harness.press("C-p").type_text("section 7").press("Enter");
    assert!(first_line(&harness).contains("Section 7"), "{}", harness.screen());
    harness.press("C-p").type_text("hide all but").press("Enter");
    assert!(!harness.screen().contains("min left"), "a command is done: {}", harness.screen());
    harness.press("z C-p").type_text("zzzz");
    assert!(harness.screen().contains("nothing matches"), "{}", harness.screen());
    harness.press("C-u").type_text("水の");
    assert!(harness.screen().contains("水の話"), "{}", harness.screen());
    harness.press("Esc");
    assert!(first_line(&harness).contains("Section 7"), "{}", harness.screen());
}

#[test]
fn the_finder_on_the_shelf_knows_the_files_at_hand_once() {
    let desk = desk_to_search();
    let shelf = ["long.md", "short.md"].map(|name| Locator::File(desk.dir.path().join(name))).to_vec();
    let mut harness = Harness::with_library(80, 24, shelf, Opens::Shelf, Some(desk.places()));
    harness.press("C-p").type_text("weirs");
    assert_eq!(harness.screen().matches("Article  On weirs").count(), 1, "{}", harness.screen());
    assert!(!harness.screen().contains("File "), "{}", harness.screen());
    harness.press("Enter");
    assert!(harness.screen().contains("A heron stands"), "{}", harness.screen());
    // Without a library there are the files.
    let shelf = vec![Locator::Bundled("tour.md")];
    let mut harness = Harness::new(80, 24, shelf, Opens::Shelf);
    harness.press("C-p").type_text("tour of").press("Enter");
    assert!(harness.screen().contains("This is an article like any other"), "{}", harness.screen());
}

#[test]
fn headings_made_and_unmade_last() {
    let desk = Desk::new();
    let text = article("Weirs").replacen("## Section 3\n\n", "## Section 3\n\nA line that is a title\n\n", 1);
    desk.file("a.md", &text);
    let headings = |harness: &Harness| {
        let document = harness.app.reader().unwrap().document();
        let titles = document.sections().iter().filter_map(|section| section.title);
        titles.map(|title| document.slice(title).to_owned()).collect::<Vec<_>>()
    };
    let mut harness = desk.open("a.md", 80);
    harness.press("] ] ] j j <");
    assert!(harness.screen().contains("“A line that is a title” is a heading"), "{}", harness.screen());
    // Section 5 is made plain text.
    harness.press("] ] > > > >");
    let made = headings(&harness);
    assert!(made.contains(&"A line that is a title".to_owned()) && !made.contains(&"Section 5".to_owned()), "{made:?}");
    drop(harness);
    assert_eq!(headings(&desk.open("a.md", 60)), made);
    // A paragraph before them is another one.
    let edited = text.replacen("A lead about Weirs.", &"Another lead, and a longer one. ".repeat(20), 1);
    desk.file("a.md", &edited);
    assert_eq!(headings(&desk.open("a.md", 80)), made);
    // What fits no longer is not applied, and is there again when it fits.
    desk.file("a.md", &edited.replace("A line that is a title\n\n", ""));
    let mut harness = desk.open("a.md", 80);
    assert_eq!(headings(&harness).len(), made.len() - 1);
    harness.press("g g ] ] ] > > > >");
    let unmade = headings(&harness);
    assert_eq!(unmade.len(), made.len() - 2, "{unmade:?}");
    drop(harness);
    desk.file("a.md", &edited);
    let again = headings(&desk.open("a.md", 80));
    assert!(again.contains(&"A line that is a title".to_owned()) && again.len() == made.len() - 1, "{again:?}");
    // Nobody else sees them.
    let file = vec![Locator::File(desk.dir.path().join("a.md"))];
    assert_ne!(headings(&Harness::new(80, 24, file, Opens::Only)), again);
}

#[test]
fn blocks_brought_in_and_left_out_last() {
    let desk = Desk::new();
    let prose = "The water falls over the weir, and the sound of it is heard in the whole valley. ".repeat(4);
    let page = |lead: &str| {
        format!(
            "<html><head><title>Weirs</title></head><body><nav><ul><li><a href=\"/\">Home</a></li>\
            <li><a href=\"/b\">Boats</a></li></ul></nav><article><h1>Weirs</h1><p>{lead}{prose}</p>\
            <p>One. {prose}</p><p>Two. {prose}</p><p>Three. {prose}</p></article>\
            <footer><p>Printed on paper.</p></footer></body></html>"
        )
    };
    desk.file("a.html", &page("A lead. "));
    let text = |harness: &Harness| harness.app.reader().unwrap().document().text().to_owned();
    let mut harness = desk.open("a.html", 80);
    assert!(!text(&harness).contains("Printed on paper"), "{}", harness.screen());
    // Of what is on the screen last, the footer is brought in.
    harness.press("x G e");
    let label = harness.app.reader().unwrap().view().labels.last().unwrap().1.clone();
    harness.type_text(&label);
    assert!(harness.screen().contains("brought in: “Printed on paper.”"), "{}", harness.screen());
    harness.press("x g g e");
    let labels = harness.app.reader().unwrap().view().labels.clone();
    harness.type_text(&labels[1].1);
    assert!(harness.screen().contains("left out: “One. The water"), "{}", harness.screen());
    let chosen = text(&harness);
    assert!(chosen.contains("Printed on paper.") && !chosen.contains("One."), "{chosen}");
    drop(harness);
    assert_eq!(text(&desk.open("a.html", 80)), chosen);
    desk.file("a.html", &page("Another lead, which is longer than the first. "));
    let edited = text(&desk.open("a.html", 80));
    assert!(edited.contains("Another lead") && edited.contains("Printed") && !edited.contains("One."), "{edited}");
    // The whole page is shown again where it was shown last.
    desk.open("a.html", 80).press("x");
    assert!(text(&desk.open("a.html", 80)).contains("Boats"));
}

#[test]
fn how_text_is_set_lasts_by_kind() {
    let desk = Desk::new();
    desk.file("a.md", &article("Weirs"));
    desk.file("b.md", &article("Locks"));
    desk.file("c.txt", &"A ferry goes over the river, and comes back. ".repeat(20));
    let mut harness = desk.open("a.md", 120);
    let usual = harness.app.choices();
    harness.press("- - W");
    let chosen = harness.app.choices();
    assert!(chosen.measure < usual.measure && chosen.typography != usual.typography);
    drop(harness);
    let harness = desk.open("b.md", 120);
    assert_eq!(harness.app.choices(), chosen);
    assert_eq!(harness.app.geometry().text.columns, chosen.measure);
    drop(harness);
    assert_eq!(desk.open("c.txt", 120).app.choices(), usual);
    let file = vec![Locator::File(desk.dir.path().join("a.md"))];
    assert_eq!(Harness::new(120, 24, file, Opens::Only).app.choices(), usual);
    // What recto was called with comes first.
    let kept = [("Markdown", "52"), ("", "56")]
        .map(|(kind, cells)| (kind.to_owned(), [("measure".to_owned(), cells.to_owned())].into()));
    let shelf = vec![Locator::Bundled("tour.md")];
    for (measure, expected) in [(None, 56), (Some(80), 80)] {
        let options = Options { measure, ..harness::options(120, 24, shelf.clone(), Opens::Shelf) };
        let mut app = App::new(options).0;
        app.update(Event::Done(JobId(99), Outcome::Looks(kept.clone().into())));
        assert_eq!(app.choices().measure, expected);
    }
}
