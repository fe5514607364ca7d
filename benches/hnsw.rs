//! Similar papers by a graph, beside the exact scan: recall, CPU per query, bytes per paper, cost of building.
//!
//! Vectors: the papers of `data/arxiv_fit_100k.jsonl.gz` in the folder PAPERLARK_SHARED, embedded with lark. Beyond 100,000, copies
//! of them stand in for papers that are not there: a copy is `unit(v + s * gaussian)` with `s` such that its cosine
//! with the original is about .8. Queries: the first 200 papers of `arxiv_bench_20k.jsonl.gz`, which are
//! others. The truth is every cosine, in floats.
//!
//! Run: `cargo bench --bench hnsw`, or `-- 1000000` for a million and any other sizes. With a folder in
//! `PAPERLARK_BENCH_VECTORS` the vectors and queries are left there (raw floats, `N.f32` and `queries.f32`), for
//! `benches/compare_index.py`, which asks other indexes the same.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use ndarray::{Array2, ArrayView2, Axis, s};
use paperlark::{
    embed::{Embedder, Lark, text_of},
    row::Row,
    source,
    vectors::{Exact, Hnsw, Near, RowSet, Scan, VectorFile, VectorIndex},
};

const MODEL: &str = "bench/1";
const QUERIES: usize = 200;
const EFFORTS: [usize; 9] = [16, 24, 32, 48, 64, 96, 128, 192, 384];

fn embed(path: &Path) -> Array2<f32> {
    let papers = source::corpus(path).expect("the papers are read");
    let texts: Vec<String> = papers.iter().map(|item| text_of(&item.paper)).collect();
    Lark::embedded().embed(&texts, &|_, _| Ok(())).expect("lark does not fail")
}

fn gaussian(random: &mut fastrand::Rng) -> f32 {
    (-2.0 * (1.0 - random.f32()).ln()).sqrt() * (std::f32::consts::TAU * random.f32()).cos()
}

/// The first `n` vectors, or all and as many copies as it takes.
fn sized(real: &Array2<f32>, n: usize) -> Array2<f32> {
    let dim = real.ncols();
    let mut random = fastrand::Rng::with_seed(1);
    // Noise of length 3/4 leaves a cosine of 1 / sqrt(1 + 9/16).
    let sigma = 0.75 / (dim as f32).sqrt();
    Array2::from_shape_fn((n, dim), |(at, column)| {
        let own = real[[at % real.nrows(), column]];
        if at < real.nrows() { own } else { own + sigma * gaussian(&mut random) }
    })
}

fn unit(mut vectors: Array2<f32>) -> Array2<f32> {
    for mut row in vectors.rows_mut() {
        let norm = row.dot(&row).sqrt();
        row.mapv_inplace(|x| x / norm);
    }
    vectors
}

/// The ten largest cosines of each query.
fn truth(vectors: &Array2<f32>, queries: ArrayView2<f32>) -> Vec<Vec<f32>> {
    let mut best = vec![Vec::new(); queries.nrows()];
    for block in vectors.axis_chunks_iter(Axis(0), 10_000) {
        for (best, cosines) in best.iter_mut().zip(queries.dot(&block.t()).rows()) {
            best.extend(cosines.iter().copied());
            best.sort_unstable_by(|a, b| f32::total_cmp(b, a));
            best.truncate(10);
        }
    }
    best
}

/// Nanoseconds that this thread has had a processor.
fn cpu() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Kilobytes of this process in memory, of one kind.
fn memory(kind: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Recall and microseconds of CPU per query.
fn measure(
    queries: &Array2<f32>,
    truth: &[Vec<f32>],
    ask: impl Fn(&[f32]) -> Vec<Near>,
) -> (f32, f64) {
    let ask = |query: usize| ask(queries.row(query).as_slice().expect("rows are in order"));
    // The system counts in steps of some milliseconds.
    let (before, mut rounds, mut spent) = (cpu(), 0, 0);
    while spent < 200_000_000 {
        (0..QUERIES).for_each(|query| drop(ask(query)));
        (rounds, spent) = (rounds + 1, cpu() - before);
    }
    let answers: Vec<Vec<Near>> = (0..QUERIES).map(ask).collect();
    let hits: usize = answers
        .iter()
        .zip(truth)
        .map(|(near, truth)| {
            let least = truth.last().map_or(0.0, |cosine| cosine - 1e-6);
            near.iter().filter(|near| near.cosine >= least).count().min(truth.len())
        })
        .sum();
    let wanted: usize = truth.iter().map(Vec::len).sum();
    (hits as f32 / wanted as f32, spent as f64 / 1e3 / (rounds * QUERIES) as f64)
}

fn line(name: &str, (recall, micros): (f32, f64), bytes: Option<f64>) {
    let bytes = bytes.map_or(String::new(), |bytes| format!("{bytes:>8.0}"));
    println!("  {name:<34}{recall:>9.4}{micros:>12.1}{bytes}");
}

fn leave(name: &str, vectors: &Array2<f32>) {
    if let Some(folder) = std::env::var_os("PAPERLARK_BENCH_VECTORS").map(PathBuf::from) {
        let bytes: Vec<u8> = vectors.iter().flat_map(|x| x.to_le_bytes()).collect();
        fs::write(folder.join(format!("{name}.f32")), bytes).expect("the vectors are written");
    }
}

fn store(dir: &Path, vectors: &Array2<f32>) {
    let mut file = VectorFile::open(dir, MODEL, vectors.ncols()).expect("the file is made");
    let rows: Vec<(Row, u64, &[f32])> = (1..)
        .zip(vectors.rows())
        .map(|(row, v)| (Row(row), 1, v.to_slice().expect("rows are in order")))
        .collect();
    file.put(&rows).expect("the vectors are stored");
    Exact::build(dir, &mut file, &|_, _| {}).expect("the codes are made");
}

fn compare(vectors: &Array2<f32>, queries: &Array2<f32>) {
    let n = vectors.nrows();
    let truth = truth(vectors, queries.view());
    let folder = tempfile::tempdir().expect("a folder is made");
    let dir = folder.path();
    store(dir, vectors);
    let exact = Arc::new(Exact::open(dir, MODEL, vectors.ncols()).expect("it is opened"));
    let (start, before) = (Instant::now(), memory("VmHWM"));
    Hnsw::build(dir, &exact, &|_, _| {}).expect("the graph is built");
    let built = start.elapsed().as_secs_f64();
    let peak = memory("VmHWM").saturating_sub(before) as f64 * 1024.0 / n as f64;
    let start = Instant::now();
    let hnsw = match Hnsw::open(dir, &exact) {
        Ok(hnsw) => hnsw,
        Err(reason) => return println!("{n} papers: {reason}"),
    };
    let opened = start.elapsed().as_secs_f64() * 1e3;
    let (points, size, recall) = hnsw.measures();
    println!(
        "{n} papers, {points} points; graph built in {built:.0} s, with {peak:.0} bytes a paper"
    );
    println!("at most, opened in {opened:.0} ms; its own trial: recall {recall:.4}");
    println!("  {:<34}{:>9}{:>12}{:>8}", "", "recall@10", "CPU us", "bytes");
    let all = RowSet::all(exact.rows());
    let by = |scan| measure(queries, &truth, |query| exact.nearest_by(scan, query, 10, &all));
    let blocks = fs::read_dir(dir.join("index")).expect("it is there").flatten();
    let files =
        blocks.flat_map(|folder| fs::read_dir(folder.path()).expect("it is there")).flatten();
    let sizes = files.filter(|f| f.path().extension().is_some_and(|end| end == "block"));
    let codes: u64 = sizes.map(|f| f.metadata().map_or(0, |meta| meta.len())).sum();
    line("exact, 8 bits", by(Scan::Bytes), None);
    line("exact, 1 bit", by(Scan::Bits), Some(codes as f64 / n as f64));
    for effort in EFFORTS {
        let found = measure(queries, &truth, |query| {
            hnsw.nearest_by(effort, query, 10, &all).unwrap_or_default()
        });
        line(&format!("graph, effort {effort}"), found, None);
    }
    let found = measure(queries, &truth, |query| hnsw.nearest(query, 10, &all));
    line("graph as it is used", found, Some(size as f64 / n as f64));
    filtered(&exact, &hnsw, vectors, queries);
}

/// Recall where only some rows are wanted.
fn filtered(exact: &Exact, hnsw: &Hnsw, vectors: &Array2<f32>, queries: &Array2<f32>) {
    let mut random = fastrand::Rng::with_seed(2);
    for share in [0.5, 0.1, 0.01, 0.001] {
        let rows: Vec<usize> = (0..vectors.nrows()).filter(|_| random.f64() < share).collect();
        let truth = truth(&vectors.select(Axis(0), &rows), queries.view());
        let among: RowSet = rows.iter().map(|at| Row(*at as u32 + 1)).collect();
        let by_graph = measure(queries, &truth, |query| hnsw.nearest(query, 10, &among));
        let by_scan = measure(queries, &truth, |query| exact.nearest(query, 10, &among));
        line(&format!("graph as it is used, {}% wanted", 100.0 * share), by_graph, None);
        line(&format!("exact as it is used, {}% wanted", 100.0 * share), by_scan, None);
    }
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into());
    let data = root.join(shared).join("data");
    if !data.join("arxiv_fit_100k.jsonl.gz").exists() {
        return println!("skipped: there are no papers in {}", data.display());
    }
    let mut sizes: Vec<usize> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000];
    }
    let real = embed(&data.join("arxiv_fit_100k.jsonl.gz"));
    let queries = embed(&data.join("arxiv_bench_20k.jsonl.gz"));
    let queries = queries.slice(s![..QUERIES, ..]).to_owned();
    leave("queries", &queries);
    for n in sizes {
        let vectors = unit(sized(&real, n));
        leave(&n.to_string(), &vectors);
        compare(&vectors, &queries);
    }
}
