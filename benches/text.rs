//! What finding papers costs in a large library: storing it, words, shared terms, filters.
//!
//! Corpus: the 100,000 papers of `data/arxiv_fit_100k.jsonl.gz` in the folder PAPERLARK_SHARED, over and over under other
//! ids until there are PAPERLARK_PAPERS of them (default 100,000), so every word is as frequent as in as
//! many papers of arXiv. Authors and days are made up.
//!
//! Run: `PAPERLARK_SHARED=DIR PAPERLARK_PAPERS=1000000 cargo bench --bench text`. Storing is told
//! for every 100,000 papers; a search is done once to warm the caches and then three times, the best of
//! which counts.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    time::{Duration, Instant},
};

use flate2::read::MultiGzDecoder;
use jiff::{ToSpan, civil::date};
use paperlark::{
    Paper, PaperId,
    store::{Filter, Library, Query},
};

mod process;

use process::{busy, peak};

const PAGE: usize = 2_000;

/// The paper of that number, made from one of the corpus.
fn numbered(paper: &Paper, n: usize, all: usize) -> Paper {
    let last = ["Lark", "Béla", "Müller", "Wren", "Novak", "Zhang", "Owl"];
    let first = ["A.", "José", "C. D.", "Wei", "E."];
    let mut authors: Vec<String> =
        (0..n % 5).map(|i| format!("{} {}", first[(n * 3 + i) % 5], last[(n + i) % 7])).collect();
    authors.push(format!("Ada Rarebird{}", n % 5000));
    let day = date(2000, 1, 1) + i64::try_from(n * 9_500 / all).unwrap_or(0).days();
    Paper {
        id: PaperId::foreign("copy", &n.to_string()).expect("a number is a key"),
        authors,
        submitted: Some(day),
        ..paper.clone()
    }
}

fn timed(what: &str, search: &dyn Fn() -> usize) {
    let found = search();
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        std::hint::black_box(search());
        best = best.min(start.elapsed());
    }
    println!("{what:<52} {found:>8} found {:>9.1} ms", best.as_secs_f64() * 1e3);
}

fn main() {
    let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
    let from = Path::new(&shared).join("data/arxiv_fit_100k.jsonl.gz");
    if !from.exists() {
        println!("skipped: no {}", from.display());
        return;
    }
    let all = std::env::var("PAPERLARK_PAPERS").ok().and_then(|text| text.parse().ok());
    let all: usize = all.unwrap_or(100_000);
    let lines =
        BufReader::new(MultiGzDecoder::new(File::open(&from).expect("it is there"))).lines();
    let corpus: Vec<Paper> = lines
        .map_while(Result::ok)
        .map(|line| serde_json::from_str(&line).expect("the file is sound"))
        .collect();
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let mut library = Library::open(folder.path()).expect("the library is made");
    println!("peak {} MB before", peak());
    let (mut start, mut before) = (Instant::now(), busy());
    let (whole, whole_busy) = (start, before);
    for first in (0..all).step_by(PAGE) {
        let page = first..(first + PAGE).min(all);
        let papers: Vec<_> =
            page.clone().map(|n| numbered(&corpus[n % corpus.len()], n, all)).collect();
        library.add_papers(&papers).expect("the papers are stored");
        if page.end % 100_000 == 0 {
            println!(
                "{:>9} stored, {:>6.2} s, processor {:>6.2} s, peak {} MB",
                page.end,
                start.elapsed().as_secs_f64(),
                (busy() - before).as_secs_f64(),
                peak()
            );
            (start, before) = (Instant::now(), busy());
        }
    }
    let (took, busy) = (whole.elapsed().as_secs_f64(), (busy() - whole_busy).as_secs_f64());
    let size = fs::metadata(library.path()).map_or(0, |file| file.len()) >> 20;
    println!(
        "{:.0} papers/s in {took:.1} s, processor {busy:.1} s, {size} MB on disk",
        all as f64 / took
    );

    for text in [
        "lark",
        "diffusion",
        "learning",
        "model learning",
        "\"graph neural network\"",
        "contrastive learning of representations -speech",
        "Rarebird17",
        "the",
    ] {
        let query = Query::parse(text).expect("it has a word");
        timed(text, &|| library.matching(&query, None, 50).expect("it is searched").len());
    }
    let terms: Vec<String> = "diffusion models sampling score matching stochastic differential equations \
                              guidance denoising image synthesis likelihood variance schedule latent"
        .split(' ')
        .map(str::to_owned)
        .collect();
    timed("any of 16 terms", &|| library.sharing(&terms, None, 200).expect("it is searched").len());
    let terms: Vec<String> = "we the model learning show data method propose results based"
        .split(' ')
        .map(str::to_owned)
        .collect();
    timed("any of 10 words that most papers have", &|| {
        library.sharing(&terms, None, 200).expect("it is searched").len()
    });
    let since = Some(date(2025, 6, 1));
    for (what, filter) in [
        ("all", Filter::default()),
        ("since 2025-06-01", Filter { since, ..Filter::default() }),
        ("cs", Filter { categories: vec!["cs".into()], ..Filter::default() }),
        (
            "cs.LG since 2025-06-01",
            Filter { since, categories: vec!["cs.LG".into()], ..Filter::default() },
        ),
        ("by A. Rarebird17", Filter { authors: vec!["A. Rarebird17".into()], ..Filter::default() }),
        (
            "by Wei Zhang, an author of many",
            Filter { authors: vec!["Wei Zhang".into()], ..Filter::default() },
        ),
    ] {
        timed(what, &|| library.rows_of(&filter).expect("it is searched").len());
    }
}
