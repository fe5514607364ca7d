//! What finding the nearest papers costs, and what it misses.
//!
//! Corpus: the vectors that the embedded model gives the 120,000 papers of `arxiv_fit_100k.jsonl.gz` and
//! `arxiv_bench_20k.jsonl.gz`, in `data` of the folder PAPERLARK_SHARED. Beyond 120,000 they are those again, jittered: each number
//! of a copy gets normal noise, so that its cosine to the original is about .8, as between papers of one topic.
//! Queries: the 200 papers of `arxiv_test_200.jsonl`, which may be among the corpus; a paper itself is then its
//! own nearest.
//!
//! Run: `PAPERLARK_SHARED=DIR cargo bench --bench search [-- 10000 100000 1000000]`. A million rows take
//! 2 GB in the folder for temporary files and some minutes. Times are those of the processor, per query, on one
//! thread; compare them within one run only. Recall is of the ten nearest, against all cosines.

use std::{
    fs::File,
    hint::black_box,
    io::{BufRead, BufReader, Read},
    path::Path,
    time::{Duration, Instant},
};

use flate2::read::MultiGzDecoder;
use ndarray::{Array2, ArrayView2, Axis, s};
use paperlark::{
    Paper,
    embed::{Embedder, Lark, text_of},
    row::Row,
    vectors::{Exact, Near, RowSet, Scan, VectorFile, VectorIndex},
};

mod process;

use process::busy;

const MODEL: &str = "lark/bench";
const K: usize = 10;
const SIZES: [usize; 2] = [10_000, 100_000];

/// Texts of the papers in a file of JSON Lines.
fn texts(path: &Path) -> Vec<String> {
    let file = File::open(path).expect("the file is there");
    let packed = path.extension().is_some_and(|end| end == "gz");
    let reader: Box<dyn Read> =
        if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let lines = BufReader::new(reader).lines().map(|line| line.expect("the file is sound"));
    let paper = |line: String| serde_json::from_str::<Paper>(&line).expect("a paper");
    lines.map(|line| text_of(&paper(line))).collect()
}

/// The first `n` vectors of the corpus.
fn corpus(real: &Array2<f32>, n: usize) -> Array2<f32> {
    let mut random = fastrand::Rng::with_seed(1);
    let dim = real.ncols();
    // Noise of length .75 beside 1: the cosine becomes 1 / sqrt(1 + .75^2).
    let sigma = 0.75 / (dim as f32).sqrt();
    let mut all = Array2::zeros((n, dim));
    for (at, mut row) in all.rows_mut().into_iter().enumerate() {
        row.assign(&real.row(at % real.nrows()));
        if at >= real.nrows() {
            // The sum of twelve even numbers is nearly normal.
            row.mapv_inplace(|x| x + sigma * ((0..12).map(|_| random.f32()).sum::<f32>() - 6.0));
            let norm = row.dot(&row).sqrt();
            row /= norm;
        }
    }
    all
}

/// The rows with the largest cosines, by comparing with all.
fn truth(vectors: &Array2<f32>, queries: ArrayView2<f32>, among: &RowSet) -> Vec<Vec<u32>> {
    let mut best: Vec<Vec<(f32, u32)>> = vec![Vec::new(); queries.nrows()];
    let mut from = 0;
    for chunk in vectors.axis_chunks_iter(Axis(0), 8192) {
        let cosines = queries.dot(&chunk.t());
        for (best, cosines) in best.iter_mut().zip(cosines.rows()) {
            let here = cosines.iter().zip(from..).map(|(cosine, row)| (*cosine, row));
            best.extend(here.filter(|(_, row)| among.contains(Row(*row))));
            best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            best.truncate(K);
        }
        from += chunk.nrows() as u32;
    }
    let rows = |best: Vec<(f32, u32)>| best.into_iter().map(|(_, row)| row).collect();
    best.into_iter().map(rows).collect()
}

/// Recall and milliseconds of processor time per query.
fn measure(
    queries: ArrayView2<f32>,
    truth: &[Vec<u32>],
    nearest: impl Fn(&[f32]) -> Vec<Near>,
) -> (f64, f64) {
    let (mut found, mut wanted, mut asked) = (0, 0, 0);
    let before = busy();
    // Again and again, until the clock's steps matter little.
    while asked == 0 || busy() - before < Duration::from_millis(500) {
        for (query, truth) in queries.rows().into_iter().zip(truth) {
            let near = nearest(query.to_slice().expect("rows are whole"));
            found += near.iter().filter(|near| truth.contains(&near.row.0)).count();
            wanted += truth.len();
            asked += 1;
        }
    }
    let time = (busy() - before).as_secs_f64() * 1e3 / f64::from(asked);
    (found as f64 / wanted.max(1) as f64, time)
}

/// Bytes a second that one thread can read from memory.
fn bandwidth() -> f64 {
    let words = vec![1_u64; 1 << 26];
    let read = || {
        let start = Instant::now();
        black_box(black_box(&words).iter().fold(0, |sum, word| sum ^ word));
        (8 * words.len()) as f64 / start.elapsed().as_secs_f64()
    };
    (0..5).map(|_| read()).fold(0.0, f64::max)
}

fn measure_size(real: &Array2<f32>, queries: ArrayView2<f32>, n: usize) {
    let vectors = corpus(real, n);
    let dim = vectors.ncols();
    let dir = tempfile::tempdir().expect("the folder for temporary files is writable");
    let mut file = VectorFile::open(dir.path(), MODEL, dim).expect("a file is made");
    for (chunk, from) in vectors.axis_chunks_iter(Axis(0), 4096).zip((0..).step_by(4096)) {
        let rows: Vec<(Row, u64, &[f32])> = chunk
            .axis_iter(Axis(0))
            .zip(from..)
            .map(|(vector, row)| (Row(row), 1, vector.to_slice().expect("rows are whole")))
            .collect();
        file.put(&rows).expect("there is room");
    }
    let (start, before) = (Instant::now(), busy());
    Exact::build(dir.path(), &mut file, &|_, _| {}).expect("there is room");
    let (built, built_busy) = (start.elapsed(), busy() - before);
    let start = Instant::now();
    let index = Exact::open(dir.path(), MODEL, dim).expect("it was just built");
    let opened = start.elapsed();
    let all = RowSet::all(index.rows());
    let first = queries.row(0);
    let first = first.to_slice().expect("rows are whole");
    let start = Instant::now();
    index.nearest(first, K, &all);
    println!(
        "\n{n} papers: built in {:.1} s ({:.1} s of the processor), opened in {:.1} ms, first query {:.1} ms",
        built.as_secs_f64(),
        built_busy.as_secs_f64(),
        opened.as_secs_f64() * 1e3,
        start.elapsed().as_secs_f64() * 1e3
    );
    let words = dim.div_ceil(64) * 8;
    let limit = bandwidth();
    println!(
        "engine    recall@10  ms/query  bytes/paper  scanned GB/s  of {:.0} GB/s",
        limit / 1e9
    );
    let expected = truth(&vectors, queries, &all);
    let line = |name: &str, bytes: usize, nearest: &dyn Fn(&[f32]) -> Vec<Near>| {
        let (recall, time) = measure(queries, &expected, nearest);
        let speed = (n * bytes) as f64 / time * 1e3;
        let share = speed / limit;
        println!(
            "{name:<9} {recall:>9.4} {time:>9.3} {bytes:>12} {:>13.1} {share:>11.2}",
            speed / 1e9
        );
    };
    for (name, scan, bytes) in [
        ("vectors", Scan::Vectors, 4 * dim),
        ("bytes", Scan::Bytes, dim + 4),
        ("bits", Scan::Bits, words),
    ] {
        if scan != Scan::Vectors || n <= 100_000 {
            line(name, bytes, &|query| index.nearest_by(scan, query, K, &all));
        }
    }
    line("default", dim + 4 + words, &|query| index.nearest(query, K, &all));
    let mut random = fastrand::Rng::with_seed(2);
    for share in [0.5, 0.1, 0.01, 0.001] {
        let among: RowSet = all.iter().filter(|_| random.f64() < share).collect();
        let expected = truth(&vectors, queries, &among);
        let (recall, time) = measure(queries, &expected, |query| index.nearest(query, K, &among));
        println!("default, {:>4}% of the papers: recall {recall:.4}, {time:.3} ms", share * 100.0);
    }
}

fn main() {
    let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
    let data = Path::new(&shared).join("data");
    let file = |name: &str| data.join(name);
    if !file("arxiv_fit_100k.jsonl.gz").exists() {
        println!("skipped: no {}", file("arxiv_fit_100k.jsonl.gz").display());
        return;
    }
    let lark = Lark::embedded();
    let embed = |texts: &[String]| lark.embed(texts, &|_, _| Ok(())).expect("any text embeds");
    let mut papers = texts(&file("arxiv_fit_100k.jsonl.gz"));
    papers.extend(texts(&file("arxiv_bench_20k.jsonl.gz")));
    let real = embed(&papers);
    let queries = embed(&texts(&file("arxiv_test_200.jsonl")));
    println!("{} real papers, {} queries", real.nrows(), queries.nrows());
    let asked: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    for n in if asked.is_empty() { SIZES.to_vec() } else { asked } {
        measure_size(&real, queries.slice(s![.., ..]), n);
    }
}
