//! Saved pages: where a page was when a browser or a tool saved it to a file, by the comment that it left.

/// How far into a page the comment is looked for, in bytes.
const WITHIN: usize = 4 << 10;

/// Returns the address of the page, if the file tells it.
///
/// Browsers write `saved from url=(0023)https://example.org/`, the number being the address's length (the mark of the
/// web); SingleFile writes a line `url: https://example.org/`.
pub fn address(page: &str) -> Option<&str> {
    let head = page.get(..page.floor_char_boundary(WITHIN))?;
    let told = head
        .split_once("<!-- saved from url=(")
        .and_then(|(_, after)| after.split_once(')'))
        .map(|(_, after)| after)
        .or_else(|| {
            let (_, comment) = head.split_once("saved with SingleFile")?;
            comment.split("-->").next()?.lines().find_map(|line| line.trim().strip_prefix("url:"))
        })?;
    let address = told.trim_start();
    let end = address.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"')).unwrap_or(address.len());
    let address = address.get(..end)?;
    (address.starts_with("https://") || address.starts_with("http://")).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_where_a_page_was() {
        let check = |page, expected| assert_eq!(address(page), expected, "{page}");
        let browser = "<!DOCTYPE html>\n<!-- saved from url=(0026)https://weir.example/gates -->\n<html>";
        check(browser, Some("https://weir.example/gates"));
        let tool = "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://weir.example/a?b=c \n saved date: x\n--><head>";
        check(tool, Some("https://weir.example/a?b=c"));
        check("<!-- saved from url=(0014)about:internet -->", None);
        check("<p>saved with SingleFile</p>\nurl: nothing", None);
        check("<html>", None);
    }
}
