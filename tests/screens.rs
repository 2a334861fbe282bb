//! Screens: keys in, what is painted out, on a test buffer.

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

use harness::Harness;
use recto::app::{Effect, Opens, Room};
use recto::article::Locator;
use recto::config::Ground;
use recto::input::{Pointer, PointerKind};
use recto::picture::Choice;
use recto::text::width::{Ambiguous, Widths};

const ARTICLE: &str = "screens/article.md";
const NEWS: &str = "../../assets/alibaba-apple.txt";

#[test]
fn the_reading_screen_on_a_dark_and_a_light_ground() {
    for (columns, rows) in [(80, 24), (200, 60)] {
        for (ground, name) in [(Ground::Dark, "dark"), (Ground::Light, "light")] {
            let mut harness = Harness::open(columns, rows, ARTICLE);
            harness.ground(ground);
            insta::assert_snapshot!(format!("reading_{columns}x{rows}_{name}"), harness.screen_and_looks());
        }
    }
}

#[test]
fn the_shelf_at_two_sizes() {
    for (columns, rows) in [(80, 24), (200, 60)] {
        let shelf = vec![Locator::File(harness::path(ARTICLE)), Locator::Bundled("tour.md")];
        let harness = Harness::new(columns, rows, shelf, Opens::Shelf);
        insta::assert_snapshot!(format!("shelf_{columns}x{rows}"), harness.screen());
    }
}

#[test]
fn overlays() {
    for (keys, name) in [("?", "help"), (":", "palette"), ("t", "contents"), ("f", "hints"), ("i", "peek")] {
        let mut harness = Harness::open(80, 24, ARTICLE);
        harness.press("]").press(keys);
        insta::assert_snapshot!(format!("overlay_{name}"), harness.screen());
    }
}

#[test]
fn a_short_form_tells_what_it_stands_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("short.html");
    std::fs::write(&path, "<title>Short</title><p>The <abbr title='Board of Weirs'>BoW</abbr> met.</p>").unwrap();
    for keys in ["i", "f a"] {
        let mut harness = Harness::open(60, 16, path.to_str().unwrap());
        harness.press(keys);
        assert!(harness.screen().contains("Board of Weirs"), "{keys}: {}", harness.screen());
    }
}

#[test]
fn formulas_in_headings_are_readable_wherever_titles_stand() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roots.md");
    std::fs::write(&path, "# Roots of $x^2 + \\alpha$\n\nWords.\n").unwrap();
    let mut harness = Harness::open(120, 16, path.to_str().unwrap());
    // On the page, in the panel beside it and in the status line; then in the picker, where typing finds it.
    assert_eq!(harness.screen().matches("Roots of x² + α").count(), 3, "{}", harness.screen());
    harness.press("t").type_text("x² + α");
    assert!(!harness.screen().contains("alpha"), "{}", harness.screen());
    harness.press("Enter");
    assert!(harness.app.reader().unwrap().view().section == Some(0) && harness.app.room() == Room::Reader);
}

#[test]
fn sections_are_walked_and_named() {
    let mut harness = Harness::open(120, 30, NEWS);
    let reader = |harness: &Harness| harness.app.reader().unwrap().view().section;
    assert_eq!(harness.app.reader().unwrap().document().sections().len(), 10);
    for expected in 1..10 {
        harness.press("]");
        assert_eq!(reader(&harness), Some(expected));
    }
    harness.press("]");
    assert!(harness.screen().contains("this is the last section"));
    harness.press("3 [");
    assert_eq!(reader(&harness), Some(6));
    harness.press("'  '");
    assert_eq!(reader(&harness), Some(9), "the last place");
}

#[test]
fn searching_shows_hits_and_where_they_are() {
    let mut harness = Harness::open(80, 24, ARTICLE);
    harness.press("/").type_text("keeper");
    assert!(harness.screen().contains("hit 1 of 3"), "{}", harness.screen());
    harness.press("Enter n n");
    assert!(harness.screen().contains("hit 3 of 3"), "{}", harness.screen());
    harness.press("n");
    assert!(harness.screen().contains("went on from the start"));
    harness.press("L");
    insta::assert_snapshot!("overlay_hits", harness.screen());
    harness.press("Esc Esc");
    assert!(!harness.screen().contains("hit"), "Escape clears the search");
}

#[test]
fn leaving_a_search_returns_to_where_it_began() {
    let mut harness = Harness::open(80, 24, NEWS);
    let before = harness.screen();
    harness.press("/").type_text("entrepreneur");
    harness.press("Esc");
    assert_eq!(harness.screen(), before);
}

#[test]
fn links_are_followed_and_the_way_back_is_kept() {
    let mut harness = Harness::open(80, 12, ARTICLE);
    harness.press("] Tab Enter");
    assert!(harness.screen().lines().nth(1).unwrap().contains("Oil"), "{}", harness.screen());
    harness.press("(");
    assert!(harness.screen().lines().nth(1).unwrap().contains("Winter"), "{}", harness.screen());
    harness.press(")");
    assert!(harness.screen().lines().nth(1).unwrap().contains("Oil"), "{}", harness.screen());
}

#[test]
fn selecting_copies_words_sentences_and_paragraphs() {
    for (keys, expected) in [
        ("v y", "The"),
        ("v l l y", "The lamp burns"),
        ("v v y", "The lamp burns from four in the afternoon."),
        ("v o h h y", "page."),
    ] {
        let mut harness = Harness::open(80, 24, ARTICLE);
        harness.press("] }").press(keys);
        let copied = harness.left.iter().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text.as_str()),
            _ => None,
        });
        assert!(copied.is_some_and(|text| text.starts_with(expected)), "{keys}: {copied:?}");
    }
}

#[test]
fn a_block_of_code_is_copied_whole() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("code.md");
    std::fs::write(&file, "text\n\n```rust\nfn a() {\n    b()\n}\n```\n").unwrap();
    let mut harness = Harness::new(60, 20, vec![recto::article::Locator::File(file)], recto::app::Opens::Only);
    harness.press("Y");
    let copied = Effect::Copy("fn a() {\n    b()\n}".to_owned());
    assert!(harness.left.contains(&copied), "{:?}", harness.left);
}

/// Opens what `text` says in a file called `name`.
fn opened(folder: &tempfile::TempDir, name: &str, text: &str, columns: u16, rows: u16) -> Harness {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    Harness::open(columns, rows, path.to_str().unwrap())
}

#[test]
fn of_several_blocks_of_code_one_is_chosen_by_its_label() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = opened(&folder, "a.md", "```\none\n```\n\ntext\n\n```\ntwo\nlines\n```\n", 60, 20);
    harness.press("Y s");
    assert!(harness.left.contains(&Effect::Copy("two\nlines".to_owned())), "{}", harness.screen());
    assert!(harness.screen().contains("copied 2 lines of code"));
}

#[test]
fn long_lines_of_code_are_cut_and_moved_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let long = (0..30).map(|number| format!("word{number:02} ")).collect::<String>();
    let mut harness = opened(&folder, "a.md", &format!("text\n\n```\n{long}\nshort\n```\n"), 60, 16);
    assert!(harness.screen().contains("word29") && harness.screen().contains('↪'));
    harness.press("l");
    assert!(harness.screen().contains("W cuts them"), "{}", harness.screen());
    harness.press("W");
    assert!(harness.screen().contains('›') && !harness.screen().contains("word12"), "{}", harness.screen());
    harness.press("2 l");
    let screen = harness.screen();
    assert!(!screen.contains("word01") && screen.contains("‹rd02 word03") && screen.contains("text"), "{screen}");
    // Beyond its end a line is not moved.
    harness.press("9 9 l l");
    assert!(harness.screen().contains("word29") && harness.screen().contains("hides more"), "{}", harness.screen());
    harness.press("9 9 h");
    assert!(harness.screen().contains("word00 word01"), "{}", harness.screen());
    // What is searched for is moved to.
    harness.press("/").type_text("word25").press("Enter");
    assert!(harness.screen().contains("word25") && !harness.screen().contains("word00"), "{}", harness.screen());
    harness.press("#");
    assert!(harness.screen().contains("1 ‹") && harness.screen().contains("2 ‹"), "{}", harness.screen());
    // As many cells are shown after a resize.
    harness.resize(40, 12);
    harness.press("W");
    assert!(harness.screen().contains("word00"), "{}", harness.screen());
}

#[test]
fn notes_stand_in_a_wide_margin_beside_what_refers_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "Much more is said here about the weir, its keepers and their dogs.\n\n".repeat(30);
    let article = format!(
        "# Weirs\n\nA weir[^1] and a lock[^two] are not alike.\n\n{lines}[^1]: A dam over which water runs.\n\n[^two]: \
         A chamber between two gates, in which boats are lifted or lowered, and {}the end.\n",
        "which takes its time, ".repeat(30)
    );
    let mut harness = opened(&folder, "a.md", &article, 200, 40);
    insta::assert_snapshot!("margin_notes", harness.screen());
    // Once they are on screen themselves, they are not told twice.
    harness.press("G");
    assert_eq!(harness.screen().matches("A dam over which").count(), 1, "{}", harness.screen());
    harness.press("g").resize(100, 30);
    assert!(!harness.screen().contains("A dam over which"), "{}", harness.screen());
}

/// Opens a page in the reader, all of it, on a screen of some size.
fn page(columns: u16, rows: u16, html: &str) -> (tempfile::TempDir, Harness) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, html).unwrap();
    let mut harness = Harness::open(columns, rows, path.to_str().unwrap());
    harness.press("x Esc");
    (folder, harness)
}

const COAST: &str = "<title>Coast</title><p>The lamps of the coast.</p><table><caption>Lamps</caption>\
    <thead><tr><th rowspan=2>Name</th><th colspan=2>Reaches (km)</th><th rowspan=2>Colour</th><th rowspan=2>Harbour</th>\
    <th rowspan=2>What the keeper wrote</th></tr><tr><th>day</th><th>night</th></tr></thead>\
    <tr><td>North Head<td align=right>9<td align=right>41<td>white<td rowspan=2>Amberwick<td>The glass, \"as new\", was cleaned twice.</tr>\
    <tr><td>South Bar<td align=right>12.5<td align=right>27<td>red</td><td></td></tr>\
    <tr><td>Old Mole<td align=right>3<td align=right>1,200<td><td>Callow<td>Burns all night without a single flash, as it did before.</tr>\
    </table>";

fn copied(harness: &Harness) -> Option<&str> {
    harness.left.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    })
}

#[test]
fn a_table_has_the_screen_to_itself() {
    let (_folder, mut harness) = page(72, 18, COAST);
    let before = harness.screen();
    assert!(before.contains("Enter opens the table"), "{before}");
    harness.press("Enter");
    insta::assert_snapshot!("table_72x18", harness.screen_and_looks());
    // The headers of columns and of rows stay while the rest moves.
    harness.resize(36, 10);
    harness.press("$ S");
    insta::assert_snapshot!("table_36x10_sorted", harness.screen());
    harness.press("Enter");
    insta::assert_snapshot!("table_36x10_cell", harness.screen());
    harness.resize(72, 18);
    harness.press("q q");
    assert_eq!(harness.screen(), before);
}

#[test]
fn a_table_is_sorted_and_taken_back_to_its_order() {
    let (_folder, mut harness) = page(100, 20, COAST);
    harness.press("Enter l l s");
    let order = |harness: &Harness| -> Vec<usize> {
        let screen = harness.screen();
        ["North", "South", "Mole"]
            .iter()
            .map(|name| screen.lines().position(|line| line.contains(name)).unwrap())
            .collect()
    };
    assert_eq!(order(&harness), [5, 4, 6], "27, 41, 1,200");
    assert!(harness.screen().contains("night▲"), "{}", harness.screen());
    harness.press("S");
    assert_eq!(order(&harness), [5, 6, 4]);
    // Rows that were moved tell what a cell above them told.
    assert!(harness.screen().lines().nth(6).unwrap().contains("Amberwick"), "{}", harness.screen());
    harness.press("S");
    assert_eq!(order(&harness), [4, 5, 6]);
}

#[test]
fn a_table_is_copied_as_it_is_sorted() {
    let (_folder, mut harness) = page(100, 20, COAST);
    harness.press("Enter c");
    assert!(harness.screen().contains("copied 3 rows as CSV"), "{}", harness.screen());
    insta::assert_snapshot!("table_csv", copied(&harness).unwrap());
    harness.press("s m");
    insta::assert_snapshot!("table_markdown", copied(&harness).unwrap());
    harness.press("y");
    assert_eq!(copied(&harness), Some("North Head"));
}

#[test]
fn a_table_from_right_to_left_is_mirrored_and_read_the_other_way() {
    let html = "<html dir=rtl lang=he><title>לוח</title><p>פסקה</p><table><tr><th>שם<th>צבע<th>year</tr>\
        <tr><td>צפון<td>לבן<td>1871</tr><tr><td>דרום<td>אדום<td>1904</tr></table>";
    let (_folder, mut harness) = page(40, 12, html);
    harness.press("Enter h");
    insta::assert_snapshot!("table_mirrored", harness.screen_and_looks());
}

#[test]
fn the_pointer_moves_in_a_table() {
    let rows: String = (0..100).map(|row| format!("<tr><td>row {row}<td>{}</tr>", row * 7 % 50)).collect();
    let (_folder, mut harness) = page(60, 16, &format!("<title>Long</title><table><tr><th>a<th>b</tr>{rows}</table>"));
    harness.press("Enter");
    let mut send = |kind, column, row| harness.send(recto::app::Event::Pointer(Pointer { kind, column, row }));
    send(PointerKind::WheelDown, 3, 8);
    send(PointerKind::Press, 10, 5);
    send(PointerKind::Release, 10, 5);
    let screen = harness.screen();
    assert!(screen.contains("row 6 of 100, column 2 of 2"), "{screen}");
    assert!(screen.lines().nth(3).unwrap().starts_with("row 3"), "{screen}");
    harness.press("G");
    assert!(harness.screen().contains("row 99 "), "{}", harness.screen());
    // One that is opened from its middle begins there.
    harness.press("q G Enter");
    assert!(!harness.screen().contains("row 1 of 100"), "{}", harness.screen());
}

#[test]
fn a_table_on_any_screen_takes_every_key() {
    let none = "<title>None</title><p>x</p><table><tr><th>a</th></tr></table><table><tr></tr></table>";
    for html in [COAST, none] {
        for (columns, rows) in [(1, 1), (2, 2), (1, 5), (5, 1), (3, 3), (12, 6), (40, 12)] {
            let (_folder, mut harness) = page(columns, rows, html);
            harness.press("G g Enter");
            for command in recto::action::COMMANDS {
                for key in command.keys {
                    if !matches!(*key, "q" | "Q" | "C-c" | "C-z") {
                        harness.press(key);
                        harness.screen();
                    }
                }
            }
        }
    }
}

#[test]
fn headings_are_promoted_and_demoted() {
    let mut harness = Harness::open(80, 24, NEWS);
    let sections = |harness: &Harness| harness.app.reader().unwrap().document().sections().len();
    harness.press("] >");
    assert_eq!(sections(&harness), 9);
    assert!(harness.screen().contains("is plain text"));
    harness.press("<");
    assert_eq!(sections(&harness), 10);
}

#[test]
fn the_first_visible_word_survives_any_sequence_of_sizes() {
    let mut harness = Harness::open(80, 24, NEWS);
    harness.press("] ] j j j");
    let eye = harness.app.reader().unwrap().eye();
    for (columns, rows) in [(40, 12), (200, 60), (1, 1), (7, 3), (120, 30), (80, 24)] {
        harness.resize(columns, rows);
        let reader = harness.app.reader().unwrap();
        assert_eq!(reader.eye(), eye);
        let first = reader.view().lines.iter().find(|line| !line.range.is_empty()).unwrap();
        assert!(first.range.contains(eye), "{columns}x{rows}: {:?} does not hold {eye}", first.range);
    }
}

#[test]
fn tiny_screens_take_every_key() {
    for (columns, rows) in [(1, 1), (2, 1), (1, 5), (3, 3), (40, 12)] {
        let mut harness = Harness::open(columns, rows, ARTICLE);
        for command in recto::action::COMMANDS {
            for key in command.keys {
                if !matches!(*key, "q" | "Q" | "C-c" | "C-z") {
                    harness.press(key);
                    harness.screen();
                }
            }
            harness.press("Esc Esc Esc");
        }
    }
}

#[test]
fn q_goes_back_one_layer_at_a_time() {
    let shelf = vec![Locator::File(harness::path(ARTICLE)), Locator::Bundled("tour.md")];
    let mut harness = Harness::new(80, 24, shelf, Opens::Shelf);
    harness.press("Enter");
    assert_eq!(harness.app.room(), Room::Reader);
    harness.press("? q");
    assert_eq!(harness.app.room(), Room::Reader);
    harness.press("v q");
    assert_eq!(harness.app.room(), Room::Reader);
    harness.press("J");
    assert!(harness.app.reader().unwrap().article().locator == Locator::Bundled("tour.md"));
    harness.press("q");
    assert_eq!(harness.app.room(), Room::Shelf);
    assert!(!harness.left.contains(&Effect::Quit));
    harness.press("q");
    assert!(harness.left.contains(&Effect::Quit));
}

#[test]
fn an_article_is_opened_again_where_it_was_left() {
    let shelf = vec![Locator::File(harness::path(NEWS)), Locator::Bundled("tour.md")];
    let mut harness = Harness::new(80, 24, shelf, Opens::First);
    harness.press("] ] ]");
    let eye = harness.app.reader().unwrap().eye();
    harness.press("J K");
    assert_eq!(harness.app.reader().unwrap().eye(), eye);
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let mut harness = Harness::open(80, 24, ARTICLE);
    harness.send(recto::app::Event::Paste("q".into()));
    assert!(harness.left.iter().all(|effect| *effect != Effect::Quit), "a paste is no command");
    let harness = Harness::open(80, 24, "no-such-file.md");
    let failed = harness.left.iter().find_map(|effect| match effect {
        Effect::Fail(message) => Some(message.as_str()),
        _ => None,
    });
    assert!(failed.is_some_and(|message| message.contains("it does not exist")), "{failed:?}");
}

#[test]
fn the_pointer_scrolls_follows_and_selects() {
    let mut harness = Harness::open(140, 30, NEWS);
    let send = |harness: &mut Harness, kind, column, row| {
        harness.send(recto::app::Event::Pointer(Pointer { kind, column, row }));
    };
    let before = harness.app.reader().unwrap().eye();
    send(&mut harness, PointerKind::WheelDown, 60, 10);
    assert!(harness.app.reader().unwrap().eye() > before);
    // The third row of the panel is the second section.
    send(&mut harness, PointerKind::Press, 6, 2);
    send(&mut harness, PointerKind::Release, 6, 2);
    assert_eq!(harness.app.reader().unwrap().view().section, Some(1));
    let text = harness.app.geometry().text;
    send(&mut harness, PointerKind::Press, text.column, text.row + 3);
    send(&mut harness, PointerKind::Drag, text.column + 30, text.row + 4);
    send(&mut harness, PointerKind::Release, text.column + 30, text.row + 4);
    assert!(harness.app.reader().unwrap().selected_text().is_some_and(|text| text.len() > 60));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(48))]

    /// Sizes and measures come and go in any order: only the reader's own moves change the place.
    #[test]
    fn the_place_outlives_any_sizes(
        keys in proptest::collection::vec(proptest::sample::select(vec!["j", "d", "Space", "]", "}", "G", "4 k", "3 0 %"]), 0..6),
        sizes in proptest::collection::vec((1_u16..220, 1_u16..70), 1..6),
    ) {
        let mut harness = Harness::open(80, 24, NEWS);
        for key in keys {
            harness.press(key);
        }
        let eye = harness.app.reader().unwrap().eye();
        for (columns, rows) in sizes {
            harness.resize(columns, rows);
            harness.screen();
            let reader = harness.app.reader().unwrap();
            proptest::prop_assert_eq!(reader.eye(), eye);
            match reader.view().lines.iter().find(|line| !line.range.is_empty()) {
                Some(first) => proptest::prop_assert!(first.range.contains(eye), "{:?} does not hold {}", first.range, eye),
                // The top may be the space above the place, and the screen have no more rows than that.
                None => proptest::prop_assert!(rows <= 4, "{} rows without a word", rows),
            }
        }
        harness.resize(80, 24);
    }

    /// Any keys in any order on any screen: nothing panics, and every frame can be drawn.
    #[test]
    fn any_keys_on_any_screen(
        columns in 1_u16..160,
        rows in 1_u16..50,
        keys in proptest::collection::vec(0..recto::action::COMMANDS.len(), 0..40),
        typed in "[a-z0-9/ é日]{0,8}",
    ) {
        let shelf = vec![Locator::File(harness::path(ARTICLE)), Locator::Bundled("tour.md")];
        let mut harness = Harness::new(columns, rows, shelf, Opens::First);
        for (idx, key) in keys.into_iter().enumerate() {
            harness.press(recto::action::COMMANDS[key].keys[0]);
            if idx % 7 == 3 {
                harness.type_text(&typed);
            }
            harness.screen();
        }
    }
}

#[test]
fn a_longer_reading_of_the_same_text_keeps_the_place() {
    use recto::app::{App, Event, Options, Outcome};
    use recto::source::{LoadOptions, read};
    let paragraph = "A paragraph that is long enough to be one, and is followed by others like it. ".repeat(6);
    let text: String = (0..2000).map(|idx| format!("Part number {idx}\n{paragraph}\n")).collect();
    let mut parts = Vec::new();
    let whole = read(text.as_bytes(), None, &Locator::Stdin, &LoadOptions::default(), &mut |part| {
        parts.push(part);
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert!(!parts.is_empty() && parts.iter().all(|part| !part.document.is_complete()));
    let options = Options {
        columns: 80,
        rows: 24,
        shelf: vec![Locator::Stdin],
        opens: Opens::Only,
        depth: recto::config::Depth::True,
        theme: None,
        measure: None,
        page_view: None,
        order: recto::layout::Order::Ours,
        ambiguous: Ambiguous::default(),
        widths: Widths::default(),
        library: false,
        pictures: Choice::default(),
        cell: recto::picture::USUAL_CELL,
    };
    let (mut app, effects) = App::new(options);
    let Effect::Load { job, .. } = effects[0] else { panic!("{effects:?}") };
    app.update(Event::Done(job, Outcome::Loaded(parts.remove(0))));
    for _ in 0..40 {
        app.update(Event::Key("]".parse().unwrap()));
    }
    let before: Vec<_> = app.reader().unwrap().view().lines.iter().map(|line| line.range).collect();
    app.update(Event::Done(job, Outcome::Loaded(whole)));
    let after: Vec<_> = app.reader().unwrap().view().lines.iter().map(|line| line.range).collect();
    assert_eq!(before, after, "the whole stands where its first part stood");
    assert!(app.reader().unwrap().document().is_complete());
}
