//! What reading a metadata snapshot costs: parsing alone, parsing and storing, memory.
//!
//! Corpus: 100,000 lines in the format of arXiv's Kaggle snapshot, in a temporary file. Ids, titles,
//! abstracts and categories are those of `data/arxiv_fit_100k.jsonl.gz` in the folder PAPERLARK_SHARED; authors, versions
//! and comments are made up, and abstracts are wrapped as arXiv wraps them.
//!
//! Run: `PAPERLARK_SHARED=DIR cargo bench --bench import`. One run each, after one that warms the
//! file cache; compare them within one run only. The seconds of processor time stand beside those of the
//! clock, because a busy machine shows in the latter alone.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::Path,
    time::{Duration, Instant},
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use paperlark::{
    engine::import_lines,
    source::{Snapshot, Source},
    store::Library,
    tex,
};
use serde_json::{Value, json};

mod process;

use process::{busy, peak};

const LINES: usize = 100_000;

/// One line of the snapshot about a paper of the corpus.
fn snapshot_line(paper: &Value, n: usize) -> Value {
    let last = ["Lark", "B\\'{e}l\\'a", "M\\\"uller", "Wren", "Novak", "Zhang", "Owl"];
    let first = ["A.", "Jos\\'e", "C. D.", "Wei", "E."];
    let authors: Vec<(&str, &str)> =
        (0..n % 7 + 1).map(|i| (last[(n + i) % 7], first[(n * 3 + i) % 5])).collect();
    let mut wrapped = String::from("  ");
    let mut column = 0;
    for word in paper["abstract"].as_str().unwrap_or_default().split_whitespace() {
        if column > 72 {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
        }
        wrapped.push_str(word);
        column += word.len() + 1;
    }
    let categories = paper["categories"].as_array();
    let words = categories.into_iter().flatten().filter_map(Value::as_str);
    let names = authors.iter().map(|(last, first)| format!("{first} {last}"));
    let versions = (1..=n % 3 + 1)
        .map(|v| json!({"version": format!("v{v}"), "created": "Mon, 2 Feb 2026 19:18:42 GMT"}));
    json!({
        "id": paper["id"],
        "submitter": "A. Lark",
        "authors": names.collect::<Vec<_>>().join(", "),
        "title": paper["title"],
        "comments": format!("{} pages, {} figures", n % 40, n % 9),
        "journal-ref": null,
        "doi": n.is_multiple_of(4).then(|| format!("10.1000/lark.{n}")),
        "report-no": null,
        "categories": words.collect::<Vec<_>>().join(" "),
        "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        "abstract": wrapped + "\n",
        "versions": versions.collect::<Vec<_>>(),
        "update_date": "2026-02-04",
        "authors_parsed": authors.iter().map(|(last, first)| json!([last, first, ""])).collect::<Vec<_>>(),
    })
}

/// Writes the corpus, plain and packed.
fn write_corpus(from: &Path, plain: &Path, packed: &Path) -> std::io::Result<()> {
    let lines = BufReader::new(MultiGzDecoder::new(File::open(from)?));
    let mut plain = BufWriter::new(File::create(plain)?);
    let mut packed = GzEncoder::new(BufWriter::new(File::create(packed)?), Compression::fast());
    for (n, line) in lines.lines().take(LINES).enumerate() {
        let line = format!("{}\n", snapshot_line(&serde_json::from_str(&line?)?, n));
        plain.write_all(line.as_bytes())?;
        packed.write_all(line.as_bytes())?;
    }
    packed.finish()?.flush()?;
    plain.flush()
}

fn report(what: &str, n_lines: usize, time: Duration, busy: Duration) {
    println!(
        "{what:<30} {:>8.0} lines/s {:>7.2} s   processor {:>6.2} s   peak {:>4} MB",
        n_lines as f64 / time.as_secs_f64(),
        time.as_secs_f64(),
        busy.as_secs_f64(),
        peak()
    );
}

/// Reads the whole file; the number of papers.
fn parse(path: &Path) -> usize {
    let mut snapshot = Snapshot::open(path).expect("the corpus is there");
    let mut n_papers = 0;
    while let Some(page) = snapshot.next_page().expect("the corpus is sound") {
        n_papers += page.items.len();
    }
    n_papers
}

fn main() {
    let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
    let from = Path::new(&shared).join("data/arxiv_fit_100k.jsonl.gz");
    if !from.exists() {
        println!("skipped: no {}", from.display());
        return;
    }
    let dir = tempfile::tempdir().expect("the folder for temporary files is writable");
    let (plain, packed) = (dir.path().join("corpus.jsonl"), dir.path().join("corpus.jsonl.gz"));
    write_corpus(&from, &plain, &packed).expect("the file is sound");
    println!(
        "corpus of {} MB written, peak {} MB",
        fs::metadata(&plain).map_or(0, |m| m.len()) >> 20,
        peak()
    );

    let timed = |what: &str, work: &mut dyn FnMut() -> usize| {
        let (start, before) = (Instant::now(), busy());
        let n_papers = work();
        report(what, n_papers, start.elapsed(), busy() - before);
    };

    let mut in_tex = Duration::ZERO;
    let lines = BufReader::new(File::open(&plain).expect("the corpus is there")).lines();
    for line in lines.map_while(Result::ok) {
        let paper: Value = serde_json::from_str(&line).expect("the corpus is sound");
        let texts = ["title", "abstract"].map(|key| paper[key].as_str().unwrap_or_default().trim());
        let start = Instant::now();
        std::hint::black_box(texts.map(tex::to_text));
        in_tex += start.elapsed();
    }
    println!("TeX alone takes {:.2} s of the clock", in_tex.as_secs_f64());
    timed("parse", &mut || parse(&plain));
    timed("parse, gzipped", &mut || parse(&packed));
    let today = "2026-02-05".parse().expect("a day");
    for (what, path) in
        [("import", &plain), ("import, gzipped", &packed), ("import again, nothing new", &plain)]
    {
        let folder = if what == "import, gzipped" { "packed" } else { "plain" };
        let mut library = Library::open(&dir.path().join(folder)).expect("the library is made");
        timed(what, &mut || {
            let snapshot = Snapshot::open(path).expect("the corpus is there");
            let imported = import_lines(&mut library, snapshot, today, &mut |_, _| {});
            imported.expect("the corpus is sound").0
        });
    }
}
