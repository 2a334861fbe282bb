//! What the second line of a clipping says, in the languages of the device: what it is, where, and when it was made.
//!
//! The parts stand between `|`, the date in the last one. Numbers tell places, whatever the words between them; what it
//! is and the month are looked for by their words.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// What a clipping is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Highlight,
    Note,
    Bookmark,
    /// A whole article of a magazine.
    Clip,
}

/// What the line says.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub kind: Kind,
    /// Locations, or pages where there are no locations.
    pub places: Option<RangeInclusive<u32>>,
    pub page: Option<u32>,
    /// By the device's clock, which tells no zone: as if that were UTC.
    pub date: Option<Timestamp>,
}

/// Words that tell what it is, in lower case; the first that is there counts.
const KINDS: [(Kind, &[&str]); 4] = [
    (
        Kind::Bookmark,
        &["bookmark", "lesezeichen", "signet", "marcador", "segnalibro", "ブックマーク", "书签", "書籤", "bladwijzer"],
    ),
    (Kind::Clip, &["clip ", "clipping", "artikel ausschneiden", "recorte", "切り抜き", "剪切", "文章剪輯"]),
    (
        Kind::Highlight,
        &[
            "highlight",
            "markierung",
            "surlignement",
            "surligné",
            "subrayado",
            "evidenziazione",
            "destaque",
            "ハイライト",
            "标注",
            "標註",
            "markering",
        ],
    ),
    (Kind::Note, &["note", "notiz", "nota", "メモ", "笔记", "筆記", "notitie"]),
];

/// The months' names in English, German, French, Spanish, Italian and Portuguese.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jänner", "janvier", "enero", "gennaio", "janeiro"],
    &["february", "feb", "februar", "février", "febrero", "febbraio", "fevereiro"],
    &["march", "mar", "märz", "mars", "marzo", "março"],
    &["april", "apr", "avril", "abril", "aprile"],
    &["may", "mai", "mayo", "maggio", "maio"],
    &["june", "jun", "juni", "juin", "junio", "giugno", "junho"],
    &["july", "jul", "juli", "juillet", "julio", "luglio", "julho"],
    &["august", "aug", "août", "agosto"],
    &["september", "sep", "sept", "septembre", "septiembre", "settembre", "setembro"],
    &["october", "oct", "oktober", "octobre", "octubre", "ottobre", "outubro"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &["december", "dec", "dezember", "décembre", "diciembre", "dicembre", "dezembro"],
];

/// The longest line that is read, in bytes.
const LONGEST: usize = 1000;

/// Reads the line, unless it does not say what the clipping is.
pub fn read(line: &str) -> Option<Said> {
    let line = line.trim();
    if !line.starts_with('-') || line.len() > LONGEST {
        return None;
    }
    let (place, when) = line.rsplit_once('|').unwrap_or((line, line));
    // With one part only, the date's numbers would be taken for places.
    let place = if place == line { line.split([',', '：', ':']).next().unwrap_or(line) } else { place };
    let lower = place.to_lowercase();
    let kind = KINDS.iter().find(|(_, words)| words.iter().any(|word| lower.contains(word))).map(|(kind, _)| *kind)?;
    let mut numbers = ranges(place);
    let last = numbers.pop();
    let page = numbers.first().or(last.as_ref()).map(|range| *range.start());
    Some(Said { kind, places: last, page, date: date(when) })
}

/// Returns whether words in angle brackets stand for those that the publisher kept back.
pub fn is_limit(words: &str) -> bool {
    !words.contains('\n') && words.len() < 200
}

/// Returns the numbers of a text, those joined by a dash as ranges.
fn ranges(text: &str) -> Vec<RangeInclusive<u32>> {
    let mut found: Vec<RangeInclusive<u32>> = Vec::new();
    let mut rest = text;
    let mut is_joined = false;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let between = rest.get(..start).unwrap_or_default().trim();
        is_joined = is_joined && matches!(between, "-" | "–" | "—" | "~" | "至");
        let digits = rest.get(start..).unwrap_or_default();
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = digits.split_at_checked(length).unwrap_or((digits, ""));
        let number: u32 = number.parse().unwrap_or(u32::MAX);
        match found.last_mut() {
            Some(range) if is_joined && range.start() == range.end() => {
                *range = *range.start()..=whole_end(*range.start(), number);
            }
            _ => found.push(number..=number),
        }
        is_joined = true;
        rest = after;
    }
    found
}

/// Returns the end of a range, of which early devices wrote only the digits that differ: 1234-36.
fn whole_end(start: u32, end: u32) -> u32 {
    let mut unit: u32 = 10;
    while unit <= end {
        unit = unit.saturating_mul(10);
    }
    let whole = start - start % unit + end;
    if end < start && whole >= start { whole } else { end.max(start) }
}

/// Returns the time that a date tells, where it can be read without guessing.
fn date(text: &str) -> Option<Timestamp> {
    let lower = text.to_lowercase();
    let (year, month, day) = day_in_characters(&lower).or_else(|| day_in_words(&lower))?;
    let (hour, minute, second) = clock(&lower).unwrap_or_default();
    let time = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    time.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp())
}

/// Reads 2015年1月4日.
fn day_in_characters(text: &str) -> Option<(i16, i8, i8)> {
    let (before, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let (day, _) = rest.split_once('日')?;
    let n_before = before.chars().rev().take_while(char::is_ascii_digit).count();
    let year = before.get(before.len() - n_before..)?;
    Some((year.parse().ok()?, month.trim().parse().ok()?, day.trim().parse().ok()?))
}

/// Reads a day, a month's name and a year, in any order.
fn day_in_words(text: &str) -> Option<(i16, i8, i8)> {
    let words = || text.split(|c: char| !c.is_alphanumeric() && c != ':').filter(|word| !word.is_empty());
    let month = words().find_map(|word| MONTHS.iter().position(|names| names.contains(&word)))?;
    let numbers = || words().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let year = numbers().find(|word| word.len() == 4)?.parse().ok()?;
    let day = words().map(|word| word.trim_end_matches(|c: char| c.is_alphabetic()));
    let day = day.filter(|word| (1..=2).contains(&word.len())).find_map(|word| word.parse().ok())?;
    Some((year, i8::try_from(month).ok()? + 1, day))
}

/// Reads hours, minutes and seconds, by twelve or twenty-four hours.
fn clock(text: &str) -> Option<(i8, i8, i8)> {
    let digits = |c: char| !c.is_ascii_digit() && c != ':';
    let time = text.split(digits).find(|word| word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = time.split(':').map(str::parse::<i8>);
    let mut hour = parts.next()?.ok()?;
    let minute = parts.next()?.ok()?;
    let second = parts.next().and_then(Result::ok).unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&[" pm", " p.m", "下午", "午後", "晚上"]) && hour < 12 {
        hour += 12;
    } else if has(&[" am", " a.m", "上午", "午前", "凌晨"]) && hour == 12 {
        hour = 0;
    }
    Some((hour, minute, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, kind: Kind, places: RangeInclusive<u32>, date: &str) {
        let said = read(line).map(|said| (said.kind, said.places, said.date.map(|date| date.to_string())));
        assert_eq!(said, Some((kind, Some(places), Some(date.to_owned()))), "{line}");
    }

    #[test]
    fn lines_in_the_devices_languages() {
        let at = "2015-01-04T21:34:54Z";
        let (mark, note) = (Kind::Highlight, Kind::Note);
        check(
            "- Your Highlight on page 12 | Location 345-346 | Added on Sunday, 4 January 2015 21:34:54",
            mark,
            345..=346,
            at,
        );
        check(
            "- Your Highlight on Location 345-346 | Added on Sunday, January 4, 2015 9:34:54 PM",
            mark,
            345..=346,
            at,
        );
        check("- Your Note at location 346 | Added on Sunday, 4 January 2015 21:34:54", note, 346..=346, at);
        check(
            "- Highlight Loc. 1234-36 | Added on Sunday, January 04, 2015, 09:34 PM",
            mark,
            1234..=1236,
            "2015-01-04T21:34:00Z",
        );
        check(
            "- Ihre Markierung auf Seite 12 | bei Position 345-346 | Hinzugefügt am Sonntag, 4. Januar 2015 21:34:54",
            mark,
            345..=346,
            at,
        );
        check("- Ihre Notiz bei Position 346 | Hinzugefügt am Sonntag, 4. Januar 2015 21:34:54", note, 346..=346, at);
        check(
            "- Votre surlignement sur la page 12 | emplacement 345-346 | Ajouté le dimanche 4 janvier 2015 21:34:54",
            mark,
            345..=346,
            at,
        );
        check(
            "- Votre note à l’emplacement 346 | Ajouté le dimanche 1er août 2015 à 21:34:54",
            note,
            346..=346,
            "2015-08-01T21:34:54Z",
        );
        check(
            "- La subrayado en la página 12 | Posición 345-346 | Añadido el domingo, 4 de enero de 2015 21:34:54",
            mark,
            345..=346,
            at,
        );
        check(
            "- La tua evidenziazione a pagina 12 | posizione 345-346 | Aggiunto in data domenica 4 gennaio 2015 21:34:54",
            mark,
            345..=346,
            at,
        );
        check(
            "- Seu destaque na página 12 | posição 345-346 | Adicionado: domingo, 4 de janeiro de 2015 21:34:54",
            mark,
            345..=346,
            at,
        );
        check("- 12ページ|位置No. 345-346のハイライト |作成日: 2015年1月4日日曜日 21:34:54", mark, 345..=346, at);
        check("- 位置No. 346のメモ |作成日: 2015年1月4日日曜日 21:34:54", note, 346..=346, at);
        check("- 您在位置 #345-346的标注 | 添加于 2015年1月4日星期日 下午9:34:54", mark, 345..=346, at);
        check("- 您在第 12 页（位置 #346）的笔记 | 添加于 2015年1月4日星期日 下午9:34:54", note, 346..=346, at);
        check("- 您在第 12 頁（位置 #345-346）的標註 | 新增於 2015年1月4日星期日 下午9:34:54", mark, 345..=346, at);
        check(
            "- Your Bookmark on page 12 | Location 345 | Added on Sunday, 4 January 2015 21:34:54",
            Kind::Bookmark,
            345..=345,
            at,
        );
    }

    #[test]
    fn what_does_not_say_what_it_is() {
        for line in ["", "-", "words", "- Something at 12 | on 4 January 2015", "- 4294967296999"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn a_date_that_cannot_be_read_is_none() {
        let said = read("- Your Highlight on page 12 | Added on 04/01/2015");
        assert_eq!(said, Some(Said { kind: Kind::Highlight, places: Some(12..=12), page: Some(12), date: None }));
    }
}
