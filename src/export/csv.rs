//! Tables as comma-separated values (RFC 4180). What would be quoted by a library is three lines, and no more is needed.

use std::borrow::Cow;

use crate::document::{Document, Spans, Table};
use crate::layout::ColumnName;

/// Writes a line of what the columns are called, then each row of `table` on a line of its own. Cells that others reach
/// over are empty; rows that are short are filled up, for all lines should have as many fields.
pub fn write(document: &Document, table: &Table, out: &mut String) {
    let n_columns = table.n_columns();
    if table.header_rows > 0 {
        let spans = Spans::of(table);
        line((0..n_columns).map(|column| Cow::Owned(ColumnName::of(document, table, &spans, column).whole())), out);
    }
    for row in table.rows.iter().skip(table.header_rows) {
        line(
            (0..n_columns).map(|column| Cow::Borrowed(row.get(column).map_or("", |&range| document.slice(range)))),
            out,
        );
    }
}

fn line<'d>(fields: impl ExactSizeIterator<Item = Cow<'d, str>>, out: &mut String) {
    let is_alone = fields.len() == 1;
    for (column, text) in fields.enumerate() {
        if column > 0 {
            out.push(',');
        }
        field(&text, is_alone, out);
    }
    out.push_str("\r\n");
}

/// Writes a field. One that is alone on its line is quoted where it is empty, for readers skip empty lines.
fn field(text: &str, is_alone: bool, out: &mut String) {
    let text = text.trim();
    if text.contains(['"', ',', '\n', '\r']) || is_alone && text.is_empty() {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::document::DocumentBuilder;

    fn csv(rows: &[Vec<&str>]) -> String {
        let mut b = DocumentBuilder::new();
        b.open_table(Vec::new());
        for row in rows {
            for cell in row {
                b.open_cell();
                b.text(cell);
                b.close_cell();
            }
            b.end_row(false);
        }
        b.close();
        let document = b.finish();
        let mut out = String::new();
        write(&document, &document.tables()[0], &mut out);
        out
    }

    #[test]
    fn what_could_be_mistaken_is_quoted() {
        let check = |rows: &[Vec<&str>], want: &str| assert_eq!(csv(rows), want);
        check(&[vec!["a", "b"], vec!["1", "2"]], "a,b\r\n1,2\r\n");
        check(&[vec!["1,200", "say \"no\"", "it's"]], "\"1,200\",\"say \"\"no\"\"\",it's\r\n");
        check(&[vec!["a", "b", "c"], vec!["d"]], "a,b,c\r\nd,,\r\n");
        check(&[vec!["a"], vec![""], vec!["b"]], "a\r\n\"\"\r\nb\r\n");
    }

    /// Reads fields as RFC 4180 has them.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
        let mut chars = text.chars().peekable();
        let mut is_quoted = false;
        while let Some(c) = chars.next() {
            match c {
                '"' if is_quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => row.push(std::mem::take(&mut field)),
                '\r' if !is_quoted => {}
                '\n' if !is_quoted => {
                    row.push(std::mem::take(&mut field));
                    rows.push(std::mem::take(&mut row));
                }
                _ => field.push(c),
            }
        }
        rows
    }

    proptest! {
        #[test]
        fn any_table_is_read_again(
            rows in (1usize..5).prop_flat_map(|n| prop::collection::vec(prop::collection::vec("[a-c\",; é]{0,6}", n), 1..6)),
        ) {
            let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let cells = |row: &Vec<&str>| row.iter().map(|c| c.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
            let want: Vec<Vec<String>> = rows.iter().map(cells).collect();
            prop_assert_eq!(read(&csv(&rows)), want);
        }
    }
}
