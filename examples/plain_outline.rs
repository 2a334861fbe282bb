//! Writes the outline of a plain text as JSON.
use recto::format::plain::PlainParser;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let start = std::time::Instant::now();
    let mut parser = PlainParser::with_capacity(text.len());
    for chunk in bytes.chunks(1 << 20) {
        if std::env::args().nth(2).is_some() {
            parser.push(&String::from_utf8_lossy(chunk));
        }
    }
    if std::env::args().nth(2).is_none() {
        parser.push(&text);
    }
    let document = parser.finish();
    let took = start.elapsed();
    match std::env::args().nth(2).as_deref() {
        Some("time") => {
            println!("{} bytes, {} blocks, {} sections, {:?}, {:.0} MB/s", text.len(), document.blocks().len(), document.sections().len(), took, text.len() as f64 / 1e6 / took.as_secs_f64());
        }
        Some("blocks") => {
            for block in document.blocks() {
                let text: String = document.slice(block.range).chars().take(100).collect();
                println!("{}{:?} {:?}", "  ".repeat(block.depth.into()), block.kind, text);
            }
            println!("{:?}", document.meta());
        }
        _ => {
            let rows: Vec<_> = document.sections().iter().map(|s| serde_json::json!({"level": s.level, "title": s.title.map(|t| document.slice(t)), "offset": s.range.start.0, "words": s.words, "confidence": s.confidence})).collect();
            println!("{}", serde_json::to_string(&rows).unwrap());
        }
    }
}
