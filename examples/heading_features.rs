//! Tells what the plain-text reader sees of each line that may be a heading, for `tools/fit-headings`.
//!
//! Reads JSON from standard input, a text (a string) a line, and writes a line each: `[[text, [[feature, value]…],
//! [value…] | null]…]`. An argument names a file with the model to use; with `--names` the features' names are written.

use std::io::{self, BufRead, Write};

use recto::format::plain::study::{Model, cases, names};

fn main() -> io::Result<()> {
    let mut model = Model::default();
    let mut out = io::BufWriter::new(io::stdout().lock());
    if let Some(argument) = std::env::args().nth(1) {
        if argument == "--names" {
            serde_json::to_writer(&mut out, &names())?;
            return out.flush();
        }
        let value: serde_json::Value = serde_json::from_reader(io::BufReader::new(std::fs::File::open(argument)?))?;
        let list = |name: &str| -> Vec<f32> {
            value.get(name).and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default()
        };
        let number = |name: &str| list(name).first().copied().unwrap_or(0.0);
        model = Model {
            line_bias: number("line_bias"),
            line: list("line"),
            outline_bias: number("outline_bias"),
            outline: list("outline"),
            threshold: number("threshold"),
        };
    }
    for line in io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        let cases: Vec<_> = cases(&text, &model).into_iter().map(|case| (case.text, case.line, case.outline)).collect();
        serde_json::to_writer(&mut out, &cases)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
