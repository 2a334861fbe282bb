//! Scripts: an article in each as it stands on the screen, ragged and justified, and what holds of any text in any of
//! them: no line is wider than the measure, nothing is lost or doubled, and the order is that of reading.

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

use std::sync::Arc;

use harness::Harness;
use proptest::prelude::*;
use proptest::sample::select;
use recto::document::{
    Alignment, BlockId, BlockKind, Direction, Document, DocumentBuilder, ItemMark, MarkKind, Offset, Passage, TextRange,
};
use recto::format::{Format, parse};
use recto::layout::{Breaking, Layout, Line, LineKind, LongLines, Order, Run, RunContent, Style, Typography};
use recto::text::width;
use unicode_bidi::{BidiInfo, Level};
use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// What begins no line, by the rules of Japanese and Chinese typesetting (JIS X 4051, GB/T 15834), and elsewhere.
const NOT_FIRST: &str =
    "、。，．・：；？！」』）〕］｝〉》】ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々ゝゞ,.;:!?)]}»،؛؟ៗ។ฯๆໆ།၊။";
/// What ends none.
const NOT_LAST: &str = "「『（〔［｛〈《【([{«";

/// Checks an article in one script: what is on the screen at a width where most lines break, ragged and justified, and
/// what holds of its lines at any width. Words are set apart by `|` where the script sets no space between them.
#[track_caller]
fn check(name: &str, language: &str, article: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("article.md");
    let is_table = |line: &&str| line.starts_with('|');
    let bare = |line: &str| if is_table(&line) { format!("{line}\n") } else { line.replace('|', "") + "\n" };
    let text = format!("---\nlang: {language}\n---\n\n{}", article.lines().map(bare).collect::<String>());
    std::fs::write(&path, &text).unwrap();
    let mut harness = Harness::open(44, 40, path.to_str().unwrap());
    let ragged = harness.screen();
    // The panel opens on the measure; the edge is next.
    harness.press("a j l Esc");
    let justified = harness.screen();
    insta::assert_snapshot!(name, format!("{ragged}\n---- justified ----\n{justified}"));
    let document = Arc::new(parse(Format::Markdown, &text));
    for measure in 16..72 {
        for is_justified in [false, true] {
            let style = style(measure, Typography { is_justified, ..Typography::default() });
            check_lines(&document, &style);
            check_edges(&document, &style, article);
        }
    }
}

/// Checks what lines begin and end with, in the order of reading.
#[track_caller]
fn check_edges(document: &Arc<Document>, style: &Style, article: &str) {
    let text = document.text();
    let mut apart: Vec<(TextRange, Vec<usize>)> = Vec::new();
    for marked in article.lines().filter(|line| line.contains('|') && !line.starts_with('|')) {
        let start = text.find(&marked.replace('|', "")).unwrap();
        let mut end = start;
        let words = marked.split('|').map(|word| {
            end += word.len();
            end
        });
        let words = words.collect();
        apart.push((TextRange::new(Offset::at(start), Offset::at(end)), words));
    }
    for line in lines(document, style).iter().filter(|line| line.kind == LineKind::Text && !line.range.is_empty()) {
        let seen = document.slice(line.range).trim_end();
        let (start, end) = (line.range.start.index(), line.range.end.index());
        let goes_on = |at: usize| at > 0 && at < text.len() && !text[..at].ends_with('\n');
        if goes_on(start) {
            assert!(!seen.starts_with(|c| NOT_FIRST.contains(c)), "{seen:?} begins a line at {}", style.measure);
            assert!(width::is_cluster_boundary(text, start), "{seen:?} begins with a mark at {}", style.measure);
        }
        if goes_on(end) {
            assert!(!seen.ends_with(|c| NOT_LAST.contains(c)), "{seen:?} ends a line at {}", style.measure);
            let words = apart.iter().find(|(range, _)| range.contains(line.range.end)).map(|(_, words)| words);
            let is_word = words.is_none_or(|words| words.contains(&end) || text[..end].ends_with(' '));
            assert!(is_word, "{seen:?} ends within a word at {}", style.measure);
        }
    }
}

fn style(measure: usize, typography: Typography) -> Style {
    Style { measure, typography, ..Style::default() }
}

fn lines(document: &Arc<Document>, style: &Style) -> Vec<Arc<Line>> {
    let mut layout = Layout::new(Arc::clone(document), style.clone());
    let first = layout.first();
    layout.lines(first, usize::MAX)
}

/// Checks that lines fit, and that each character is on one of them, in its place.
#[track_caller]
fn check_lines(document: &Arc<Document>, style: &Style) {
    let mut shown = vec![0_u8; document.text().len()];
    let mut end = Offset::default();
    let kind = |block: BlockId| document.block(block).map(|block| block.kind);
    for line in lines(document, style) {
        let text = line.to_text(document);
        assert_eq!(width::width(&text), line.width, "{text:?}");
        let n_seen = text.graphemes(true).filter(|cluster| width::width(cluster) > 0).count();
        let fits = line.width <= style.measure || n_seen == 1;
        assert!(fits, "{text:?} is {} cells wide at {}", line.width, style.measure);
        line.runs.iter().for_each(|run| check_run(document, run, style.typography.order));
        let mut ranges: Vec<TextRange> = line.text_ranges().filter(|range| !range.is_empty()).collect();
        for range in &ranges {
            shown[range.start.index()..range.end.index()].iter_mut().for_each(|count| *count += 1);
            let is_torn = |at: Offset| !width::is_cluster_boundary(document.text(), at.index());
            assert!(!is_torn(range.start) && !is_torn(range.end), "{text:?} tears a mark from its letter");
        }
        if matches!(kind(line.block), Some(BlockKind::Table(_))) || ranges.is_empty() {
            continue;
        }
        let is_sorted = ranges.is_sorted_by(|a, b| a.end <= b.start);
        assert!(is_sorted || style.typography.order != Order::Terminals, "{text:?} is out of order");
        // A line holds what follows the line above, whatever order it is seen in.
        ranges.sort_by_key(|range| range.start);
        assert!(ranges[0].start >= end, "{text:?} goes back before {end}");
        assert!(ranges.is_sorted_by(|a, b| a.end <= b.start), "{text:?}");
        end = ranges.last().unwrap().end;
    }
    let is_cut = |at: usize| {
        let leaf = document.leaf_at(Offset::at(at)).and_then(kind);
        style.typography.long_lines == LongLines::Cut && matches!(leaf, Some(BlockKind::Code(_)))
    };
    for (at, c) in document.text().char_indices() {
        // A line's end shows no spaces, and a line of code that is cut not all.
        let times = shown[at];
        let is_known = times == 1 || (times == 0 && (c.is_whitespace() || is_cut(at)));
        assert!(is_known, "{c:?} at {at} is shown {times} times");
    }
    check_cells(document, style);
}

/// Checks that the lines of each cell of a table follow each other in the order of reading.
fn check_cells(document: &Arc<Document>, style: &Style) {
    let lines = lines(document, style);
    for range in document.tables().iter().flat_map(|table| table.rows.iter().flatten()) {
        let within = |line: &Arc<Line>| -> Vec<TextRange> {
            line.text_ranges().filter(|own| own.start >= range.start && own.end <= range.end).collect()
        };
        let mut end = range.start;
        for mut ranges in lines.iter().map(within) {
            ranges.sort_by_key(|range| range.start);
            for own in ranges.into_iter().filter(|own| !own.is_empty()) {
                assert!(own.start >= end, "a cell goes back from {end} to {}", own.start);
                end = own.end;
            }
        }
    }
}

/// Checks that a run shows the characters that it stands for, each in its form at its place.
#[track_caller]
fn check_run(document: &Document, run: &Run, order: Order) {
    let RunContent::Shown { range, text } = &run.content else { return };
    let source = document.slice(*range);
    if source.trim().is_empty() {
        return assert!(text.trim().is_empty() && text.len() >= source.len(), "{source:?} as {text:?}");
    }
    let plain = |text: &str, is_turned: bool| -> Vec<String> {
        let clusters = text.graphemes(true).map(|cluster| cluster.nfkc().map(turned).collect::<String>());
        let mut clusters: Vec<String> = clusters.map(|cluster| cluster.nfkc().collect()).collect();
        if is_turned {
            clusters.reverse();
        }
        clusters
    };
    let (mut source, mut text) = (plain(source, false), plain(text, run.is_reversed));
    if order == Order::Words {
        // Words that the terminal turns stand in their own order.
        text.sort();
        source.sort();
    }
    assert_eq!(text, source);
}

/// Returns one bracket of each pair for both.
fn turned(c: char) -> char {
    const PAIRS: &str = "()[]{}<>«»‹›≤≥⟨⟩「」（）";
    match PAIRS.chars().position(|other| other == c) {
        Some(idx) => PAIRS.chars().nth(idx & !1).unwrap(),
        None => c,
    }
}

#[test]
fn japanese() {
    check(
        "japanese",
        "ja",
        "# 水車小屋の一年

谷の奥に、古い水車小屋がある。冬のあいだ川は「静かな音」で流れ、羽根はゆっくりと回る。粉ひきの老人は毎朝きっかり六時に起きて、まず水門を開けるのだった。「今日の水はどうだろう？」と、彼はちょっと首をかしげて言った。

春になると、村の人々が麦を運んでくる。コーヒーを飲みながら待つ人もいれば、（めったにないことだが）手伝う人もいた。一日に約3,500グラム、つまりパン7個ぶんの粉がひける……そう聞いて、子どもたちは「えっ、たったそれだけ！」と笑う。

- 水門を開ける
- 羽根と歯車、それから石臼をしっかり確かめる

> 急ぐ水は粉をひかない、ということわざがあったっけ。
",
    );
}

#[test]
fn chinese() {
    check(
        "chinese",
        "zh-Hans",
        "# 磨坊的一年

山谷深处有一座老水磨坊。冬天，河水慢慢地流着，木轮吱呀作响；磨坊主每天早上六点起床，先打开水闸，再检查石磨。“今天的水够不够？”他一边问，一边往炉子里添柴。

到了春天，村里的人把麦子送来（有的走路，有的赶车），等着磨成面粉。一天能磨3,500克，也就是大约7个面包……孩子们听了都笑：“怎么才这么一点儿！”书上说过《慢水磨细面》的道理。

- 打开水闸
- 检查木轮、齿轮和石磨，然后把麦子倒进去

> 急水磨不出细面，这是老话。
",
    );
}

#[test]
fn korean() {
    check(
        "korean",
        "ko",
        "# 물레방앗간의 한 해

골짜기 깊은 곳에 오래된 물레방앗간이 있다. 겨울 동안 강물은 \"조용한 소리\"로 흐르고, 바퀴는 천천히 돈다. 방앗간 주인은 아침마다 여섯 시에 일어나 먼저 수문을 연다. “오늘은 물이 어떨까?” 하고 그는 혼잣말을 했다.

봄이 오면 마을 사람들이 밀을 싣고 온다(걸어서 오는 사람도 있다). 하루에 3,500그램, 그러니까 빵 일곱 개 분량의 가루가 나온다고 하자 아이들은 웃었다.

- 수문을 연다
- 바퀴와 톱니와 맷돌을 하나하나 살펴본다

> 급한 물은 가루를 빻지 못한다.
",
    );
}

#[test]
fn thai() {
    check(
        "thai",
        "th",
        "# โรงสีน้ำ

ใน|หุบ|เขา|มี|โรง|สี|น้ำ|เก่า|อยู่|หลัง|หนึ่ง ทุก|เช้า|ชาว|นา|นำ|ข้าว|มา|สี|ที่|นี่ แม่|น้ำ|ไหล|ช้า|ๆ|และ|ลม|พัด|เบา|ๆ คน|เฝ้า|โรง|สี|เป็น|ชาย|ชรา|ที่|ชอบ|เล่า|เรื่อง|ให้|เด็ก|ๆ|ฟัง

เมื่อ|ถึง|ฤดู|ฝน น้ำ|จะ|ขึ้น|สูง|และ|ล้อ|หมุน|เร็ว วัน|หนึ่ง|ได้|แป้ง 3,500 กรัม ซึ่ง|พอ|ทำ|ขนม|ปัง|ได้|เจ็ด|ก้อน
",
    );
}

#[test]
fn lao() {
    check(
        "lao",
        "lo",
        "# ໂຮງສີນ້ຳ

ໃນ|ຮ່ອມ|ພູ|ມີ|ໂຮງ|ສີ|ນ້ຳ|ເກົ່າ|ຫຼັງ|ໜຶ່ງ ທຸກ|ເຊົ້າ|ຊາວ|ນາ|ເອົາ|ເຂົ້າ|ມາ|ສີ|ຢູ່|ນີ້ ແມ່|ນ້ຳ|ໄຫຼ|ຊ້າ|ໆ|ແລະ|ລົມ|ພັດ|ເບົາ|ໆ ຄົນ|ເຝົ້າ|ໂຮງ|ສີ|ມັກ|ເລົ່າ|ນິທານ|ໃຫ້|ເດັກ|ນ້ອຍ|ຟັງ

ເມື່ອ|ຮອດ|ລະດູ|ຝົນ ນ້ຳ|ຈະ|ຂຶ້ນ|ສູງ ມື້|ໜຶ່ງ|ໄດ້|ແປ້ງ 3,500 ກິ|ໂລ
",
    );
}

#[test]
fn khmer() {
    check(
        "khmer",
        "km",
        "# រោងម៉ាស៊ីនទឹក

នៅ|ក្នុង|ជ្រលង|ភ្នំ|មាន|រោង|ម៉ាស៊ីន|ទឹក|ចាស់|មួយ។ រៀង|រាល់|ព្រឹក|កសិករ|យក|ស្រូវ|មក|កិន|ទី|នេះ។ ទន្លេ|ហូរ|យឺត|ៗ|ហើយ|ខ្យល់|បក់|តិច|ៗ។ អ្នក|យាម|ចូល|ចិត្ត|និទាន|រឿង|ឱ្យ|ក្មេង|ៗ|ស្តាប់។

នៅ|រដូវ|ភ្លៀង ទឹក|ឡើង|ខ្ពស់។ ក្នុង|មួយ|ថ្ងៃ|បាន|ម្សៅ 3,500 ក្រាម។
",
    );
}

#[test]
fn burmese() {
    check(
        "burmese",
        "my",
        "# ရေစက်

တောင်|ကြား|ထဲ|မှာ|ရေ|စက်|ဟောင်း|တစ်|ခု|ရှိ|တယ်။ မနက်|တိုင်း|လယ်|သမား|တွေ|က|စပါး|တွေ|ယူ|လာ|ကြ|တယ်။ မြစ်|က|ဖြည်း|ဖြည်း|စီး|ပြီး|လေ|က|တိုက်|နေ|တယ်။ အ|ဘိုး|အို|က|ကလေး|တွေ|ကို|ပုံ|ပြော|ပြ|တယ်။

မိုး|ရာသီ|ရောက်|ရင်|ရေ|တက်|တယ်။ တစ်|နေ့|ကို|ဂျုံ|မှုန့် ၃,၅၀၀ ဂရမ်|ရ|တယ်။
",
    );
}

#[test]
fn hindi() {
    check(
        "hindi",
        "hi",
        "# पनचक्की का एक वर्ष

घाटी के भीतर एक पुरानी पनचक्की है। सर्दियों में नदी धीरे-धीरे बहती है और लकड़ी का पहिया चरमराता हुआ घूमता है। बूढ़ा चक्कीवाला रोज़ सुबह छह बजे उठकर सबसे पहले फाटक खोलता है। “आज पानी कैसा है?” उसने स्वयं से पूछा।

वसंत आते ही गाँव के लोग गेहूँ लेकर पहुँचते हैं (कुछ पैदल, कुछ बैलगाड़ी पर)। एक दिन में ३,५०० ग्राम आटा पिसता है, यानी सात रोटियों जितना; क्षण भर रुककर बच्चे ज़ोर से हँस पड़े।

- फाटक खोलना
- पहिये, दाँतों और पत्थरों को ध्यान से जाँचना

> तेज़ पानी महीन आटा नहीं पीसता।
",
    );
}

#[test]
fn tamil() {
    check(
        "tamil",
        "ta",
        "# நீர் ஆலையின் ஓர் ஆண்டு

பள்ளத்தாக்கின் உள்ளே ஒரு பழைய நீர் ஆலை இருக்கிறது. குளிர்காலத்தில் ஆறு மெதுவாக ஓடுகிறது; மரச்சக்கரம் முனகிக்கொண்டே சுற்றுகிறது. ஆலைக்காரர் தினமும் காலை ஆறு மணிக்கு எழுந்து முதலில் மதகைத் திறப்பார். “இன்று தண்ணீர் எப்படி?” என்று கேட்டார்.

வசந்தம் வந்ததும் ஊர் மக்கள் கோதுமை கொண்டு வருவார்கள் (சிலர் நடந்தே). ஒரு நாளில் 3,500 கிராம் மாவு கிடைக்கும் என்றதும் குழந்தைகள் சிரித்தார்கள்.

- மதகைத் திறப்பது
- சக்கரங்களையும் கற்களையும் கவனமாகப் பார்ப்பது
",
    );
}

#[test]
fn arabic() {
    check(
        "arabic",
        "ar",
        "# عام في طاحونة الماء

في آخر الوادي طاحونة ماء قديمة. يجري النهر في الشتاء بهدوء، وتدور العجلة الخشبية ببطء. يستيقظ الطحّان كل صباح في الساعة 6:30، ويفتح البوابة أولًا. «كيف الماء اليوم؟» سأل نفسه وهو يضيف الحطب (كعادته منذ 40 عامًا).

ومع الربيع يأتي أهل القرية بالقمح. تطحن الطاحونة 3,500 غرام في اليوم [أي سبعة أرغفة]، فضحك الأطفال. كتب أحدهم على الباب: open 9-17 (Mo-Fr)، ثم رسم شَمْسًا.

- فتح البوابة
- فحص العجلة والتروس والحجرين قبل أن يبدأ العمل

1. القمح
2. الماء

> الماء المستعجل لا يطحن دقيقًا ناعمًا.
",
    );
}

#[test]
fn persian() {
    check(
        "persian",
        "fa",
        "# یک سال در آسیاب

در ته دره آسیابی کهنه هست. رودخانه در زمستان آهسته می‌رود و چرخ چوبی ناله‌کنان می‌گردد. آسیابان هر روز ساعت ۶:۳۰ بیدار می‌شود و نخست دریچه را باز می‌کند. «امروز آب چگونه است؟» از خودش پرسید (مثل ۴۰ سال گذشته).

بهار که می‌آید روستاییان گندم می‌آورند. آسیاب روزی ۳٬۵۰۰ گرم آرد می‌دهد [یعنی هفت نان]؛ بچه‌ها پچ‌پچ‌کنان خندیدند. روی در نوشته بود: open 9-17.

- باز کردن دریچه
- وارسی چرخ‌ها و سنگ‌ها پیش از آغاز کار

> آب شتابان آرد نرم نمی‌دهد.
",
    );
}

#[test]
fn hebrew() {
    check(
        "hebrew",
        "he",
        "# שנה בטחנת המים

בקצה העמק עומדת טחנת מים ישנה. בחורף הנהר זורם לאט, והגלגל מסתובב בחריקה. הטוחן קם בכל בוקר בשעה 6:30 ופותח קודם כול את הסכר. \"איך המים היום?\" שאל את עצמו (כמנהגו זה 40 שנה).

באביב מביאים בני הכפר חיטה. הטחנה טוחנת 3,500 גרם ביום [כלומר שבע כיכרות], והילדים צחקו. על הדלת נכתב: open 9-17 (Mo-Fr), ולצידו צויר שֶׁמֶשׁ.

- לפתוח את הסכר
- לבדוק את הגלגל, את השיניים ואת האבנים

> מים נחפזים אינם טוחנים קמח דק.
",
    );
}

#[test]
fn greek() {
    check(
        "greek",
        "el",
        "# Ένας χρόνος στον νερόμυλο

Στο βάθος της κοιλάδας στέκει ένας παλιός νερόμυλος. Τον χειμώνα το ποτάμι κυλά αργά και η ξύλινη φτερωτή γυρίζει τρίζοντας. Ο μυλωνάς σηκώνεται κάθε πρωί στις έξι και ανοίγει πρώτα τη δεξαμενή. «Πώς είναι σήμερα το νερό;» αναρωτήθηκε.

Την άνοιξη οι χωρικοί φέρνουν σιτάρι (άλλοι με τα πόδια, άλλοι με κάρα). Σε μία ημέρα αλέθονται 3.500 γραμμάρια, δηλαδή επτά καρβέλια· τα παιδιά ξεκαρδίστηκαν.

- Άνοιγμα της δεξαμενής
- Προσεκτικός έλεγχος της φτερωτής και των λίθων
",
    );
}

#[test]
fn russian() {
    check(
        "russian",
        "ru",
        "# Год на водяной мельнице

В глубине долины стоит старая водяная мельница. Зимой река течёт медленно, и деревянное колесо поскрипывает, поворачиваясь. Мельник каждое утро просыпается в шесть и прежде всего открывает заслонку. «Какова сегодня вода?» — спросил он себя.

Весной крестьяне привозят пшеницу (кто пешком, кто на телеге). За день перемалывается 3 500 граммов, то есть семь караваев; ребятишки расхохотались: «Всего-то!»

- Открыть заслонку
- Внимательно осмотреть колесо, шестерни и жернова
",
    );
}

#[test]
fn mixed_directions() {
    check(
        "mixed_directions",
        "en",
        "# Left and right: ימין ושמאל (2026)

The word טחנה (mill) has four letters; طاحونة has six [or 5 + 1]. A sign said \"פתוח 9-17 (א׳-ה׳)\", and below it مفتوح 24/7, which is not the same.

הטוחן אמר: \"see page 12 (or 13–14)\", ואז הוסיף 3.5% ל-C++ ול-IPv6 [ראו נספח B].

قال الطحان: version 2.0 (beta) صدرت في 2026-11-23، والسعر 1,250.50$ فقط.

| Word | מילה | كلمة |
|---|---|---|
| mill (1) | טחנה (1) | طاحونة (1) |
| water | מים | ماء |

- first פריט (1)
- שני item [2]
- ثالث: a < b
",
    );
}

/// Languages, which way they run, and some of their words: with marks, with signs that join, with numbers of their own.
const WORDS: &[(&str, Direction, &[&str])] = &[
    (
        "en",
        Direction::LeftToRight,
        &["hyphenation", "a", "well-known", "typographically", "3.5%", "C++", "naïve", "e\u{301}"],
    ),
    ("de", Direction::LeftToRight, &["Silbentrennung", "Straßenbahn", "ö", "Donaudampfschifffahrt", "1.250,50"]),
    ("el", Direction::LeftToRight, &["νερόμυλος", "παράδειγμα", "αἴνιγμα", "ᾧ"]),
    ("ru", Direction::LeftToRight, &["мельница", "перенос", "и\u{306}", "ё", "№"]),
    ("ar", Direction::RightToLeft, &["طاحونة", "شَمْسًا", "لا", "٣٬٥٠٠", "الماء،", "ـــ", "ﷲ"]),
    ("fa", Direction::RightToLeft, &["می\u{200c}رود", "پچ\u{200c}پچ", "چرخ\u{200c}ها", "۶:۳۰", "گ"]),
    ("he", Direction::RightToLeft, &["טחנה", "שֶׁמֶשׁ", "א׳-ה׳", "\u{fb2a}", "12/7"]),
    ("hi", Direction::LeftToRight, &["पनचक्की", "क्षण", "ज़ोर", "र्\u{200d}य", "३,५००", "है।"]),
    ("ta", Direction::LeftToRight, &["மரச்சக்கரம்", "கொண்டு", "ஸ்ரீ", "கோதுமை"]),
    ("bn", Direction::LeftToRight, &["কোম্পানি", "র্ক", "ৎ"]),
    ("th", Direction::LeftToRight, &["ภาษาไทย", "น้ำ", "เด็กๆ", "ฯลฯ", "กำ"]),
    ("lo", Direction::LeftToRight, &["ນ້ຳເກົ່າ", "ຫຼັງ", "ຊ້າໆ"]),
    ("km", Direction::LeftToRight, &["ម៉ាស៊ីនទឹក", "ស្តាប់", "យឺតៗ។"]),
    ("my", Direction::LeftToRight, &["တောင်ကြား", "ဖြည်းဖြည်း", "၃,၅၀၀", "တယ်။"]),
    ("ja", Direction::LeftToRight, &["水車小屋", "ちょっと、", "コーヒー", "「えっ！」", "か\u{3099}", "ﾊﾟﾝ"]),
    ("zh", Direction::LeftToRight, &["磨坊主", "，“今天”", "《慢》", "……", "𠮷"]),
    ("ko", Direction::LeftToRight, &["물레방앗간", "\u{1112}\u{1161}\u{11ab}", "일곱 개"]),
    (
        "und",
        Direction::LeftToRight,
        &[
            "👩🏽\u{200d}🚀",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "🇫🇷🇯🇵",
            "🇫",
            "1\u{fe0f}\u{20e3}",
            "❤\u{fe0f}",
            "⌚\u{fe0e}",
            "👍🏿",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "🏳\u{fe0f}\u{200d}🌈",
            "z\u{30d}\u{335}\u{317}\u{489}",
            "\u{301}",
            "α…§",
            "─█",
            "ܫܠܡܐ",
            "ߒߞߏ",
            "ᠮᠣᠩᠭᠣᠯ",
            "བོད་ཡིག",
            "ⵜⵉⴼ",
            "\u{1e900}\u{1e901}",
        ],
    ),
];

const JOINTS: &[&str] = &[
    "", "", " ", " ", " ", "  ", "\u{a0}", "-", "—", ", ", ". ", "、", "。", " (", ") ", "[", "]: ", " «", "» ", "/",
    "\u{ad}", "\u{200b}", "\u{2060}", " 12 ", "9-17",
];

/// A text with its language and its direction.
type Text = (&'static str, Direction, String);

/// A text in some languages at once, mostly in the first.
fn text() -> impl Strategy<Value = Text> {
    let word = |words: &'static [&'static str]| {
        (select(words), select(JOINTS)).prop_map(|(word, joint)| [word, joint].concat())
    };
    let any = select(WORDS).prop_flat_map(move |(_, _, words)| word(words));
    select(WORDS).prop_flat_map(move |(language, direction, words)| {
        let words = prop_oneof![4 => word(words), 2 => any.clone(), 1 => "\\PC{0,3}"];
        let words = prop::collection::vec(words, 0..30).prop_map(|words| words.concat());
        (Just(language), Just(direction), words)
    })
}

/// A block of an article: what it is, and the texts in it.
fn block() -> impl Strategy<Value = (BlockKind, Vec<Text>)> {
    let kinds = vec![
        BlockKind::Paragraph,
        BlockKind::Paragraph,
        BlockKind::Heading(1),
        BlockKind::Heading(3),
        BlockKind::Verse,
        BlockKind::Code(None),
        BlockKind::Quote,
        BlockKind::Item(ItemMark::Bullet),
        BlockKind::Item(ItemMark::Number(9)),
        BlockKind::Footnote(0),
        BlockKind::Table(0),
    ];
    (select(kinds), prop::collection::vec(text(), 1..7))
}

fn document(blocks: &[(BlockKind, Vec<Text>)], tells: bool) -> Arc<Document> {
    let mut b = DocumentBuilder::new();
    let note = b.footnote("1");
    for (kind, texts) in blocks {
        let (language, direction, _) = texts[0];
        let passage = Passage { language: Some(language.to_owned()), direction: Some(direction), ..Passage::default() };
        if tells {
            b.open_passage(&passage);
        }
        match *kind {
            BlockKind::Table(_) => {
                b.open_table(vec![Alignment::Natural, Alignment::Center, Alignment::Right]);
                for row in 0..3 {
                    for (column, (.., text)) in texts.iter().enumerate() {
                        b.open_cell();
                        b.text(text);
                        if (row + column) % 3 == 1 {
                            b.span(1 + text.len() as u32 % 3, 1 + text.len() as u32 % 2);
                        }
                        b.close_cell();
                    }
                    b.end_row(row == 0);
                }
                b.close();
            }
            BlockKind::Quote | BlockKind::Item(_) | BlockKind::Footnote(_) => {
                b.open(if matches!(kind, BlockKind::Footnote(_)) { BlockKind::Footnote(note) } else { *kind });
                texts.iter().for_each(|(.., text)| {
                    b.leaf(BlockKind::Paragraph, text);
                });
                b.close();
            }
            kind => {
                b.open(kind);
                for (idx, (.., text)) in texts.iter().enumerate() {
                    let mark = [MarkKind::Strong, MarkKind::Emphasis, MarkKind::FootnoteRef(note)][idx % 3];
                    b.open_mark(mark);
                    b.text(text);
                    b.close_mark();
                    b.text(if matches!(kind, BlockKind::Code(_) | BlockKind::Verse) { "\n" } else { " " });
                }
                b.close();
            }
        }
        if tells {
            b.close_passage();
        }
    }
    Arc::new(b.finish())
}

#[test]
fn a_space_that_bears_a_mark_is_not_stretched() {
    let mut b = DocumentBuilder::new();
    b.leaf(BlockKind::Paragraph, &"aa bbb \u{301}c dddd ".repeat(20));
    let document = Arc::new(b.finish());
    for measure in 10..60 {
        check_lines(&document, &style(measure, Typography { is_justified: true, ..Typography::default() }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_script_fits_is_whole_and_stands_in_its_order(
        blocks in prop::collection::vec(block(), 1..5),
        tells: bool,
        measure in prop_oneof![1_usize..30, 30_usize..110],
        breaking in select(vec![Breaking::Fitted, Breaking::Filled]),
        order in select(vec![Order::Ours, Order::Words, Order::Terminals]),
        long_lines in select(vec![LongLines::Wrapped, LongLines::Cut]),
        code_shift in 0_usize..20,
        hangs: bool,
        numbers_code: bool,
    ) {
        let typography = Typography {
            breaking, order, long_lines, hangs, numbers_code, is_justified: true, is_hyphenated: true, ..Typography::default()
        };
        check_lines(&document(&blocks, tells), &Style { code_shift, ..style(measure, typography) });
    }

    /// Each line is what the standard makes of it, by its own account.
    #[test]
    fn lines_are_reordered_as_the_standard_says(
        text in "([א-ת]{1,4}|[ا-غ]{1,4}|[٠-٩]{1,3}|[a-z]{1,5}|[0-9]{1,3}|[()\\[\\],.:/+%$-]| |, ){1,40}",
        measure in 8_usize..60,
        is_rtl in select(vec![None, Some(false), Some(true)]),
    ) {
        let mut b = DocumentBuilder::new();
        let side = |is_rtl| if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        b.open_passage(&Passage { direction: is_rtl.map(side), ..Passage::default() });
        b.leaf(BlockKind::Paragraph, &text);
        let document = Arc::new(b.finish());
        let style = style(measure, Typography { is_hyphenated: false, ..Typography::default() });
        let level = is_rtl.map(|is_rtl| if is_rtl { Level::rtl() } else { Level::ltr() });
        // Text that holds nothing of the kind runs from left to right, whatever surrounds it.
        prop_assume!(document.text().chars().any(|c| c >= '\u{590}'));
        let info = BidiInfo::new(document.text(), level);
        let plain = |text: &str| text.nfkc().map(turned).collect::<String>().trim().to_owned();
        for line in lines(&document, &style) {
            let seen = document.slice(line.range).trim_end();
            if seen.is_empty() {
                continue;
            }
            let start = line.range.start.index();
            let expected = info.reorder_line(&info.paragraphs[0], start..start + seen.len());
            prop_assert_eq!(plain(&line.to_text(&document)), plain(&expected), "{:?}", seen);
        }
    }
}
