//! Transformer models on fastembed and ONNX runtime.
//!
//! [`Transformer`] runs one session per core, each with a single thread and one text at a time:
//! texts differ in length, so batches would spend their time on padding, and a vector would depend
//! on its neighbours.

use std::{
    path::Path,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use fastembed::{
    InitOptionsUserDefined, Pooling, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel,
};
use ndarray::{Array1, Array2, Axis};
use ort::{
    environment::{Environment, EnvironmentBuilder},
    ep::ExecutionProviderDispatch,
};

use super::{Embedder, FinishedFn, ModelId, Precision, reads_english};
use crate::{
    error::{Error, Result},
    message,
    message::Argument,
    threads::cores,
    vector,
};

/// A transformer model, loaded and ready.
pub struct Transformer {
    id: ModelId,
    multilingual: bool,
    prefix: &'static str,
    workers: Vec<Mutex<TextEmbedding>>,
}

/// What [`Transformer`] needs to know about a model beside its files.
pub(super) struct Traits {
    pub id: ModelId,
    pub multilingual: bool,
    /// Put before every text; some models are trained with one.
    pub prefix: &'static str,
    /// How the vectors of a text's tokens become one, where the network itself does not do it.
    pub pooling: Pooling,
    /// Longest input, in tokens; the rest of a text is cut off.
    pub max_tokens: usize,
    pub precision: Precision,
}

impl Transformer {
    /// Loads the ONNX file for the wanted precision and the tokenizer files of `dir` with the ONNX
    /// runtime at `runtime`.
    pub(super) fn from_files(dir: &Path, runtime: &Path, traits: Traits) -> Result<Self> {
        let environment = environment(runtime, &traits.id.name)?;
        let read = |name: &str| {
            let path = dir.join(name);
            std::fs::read(&path).map_err(Error::io("read", path))
        };
        let tokenizer = TokenizerFiles {
            tokenizer_file: read("tokenizer.json")?,
            config_file: read("config.json")?,
            special_tokens_map_file: read("special_tokens_map.json")?,
            tokenizer_config_file: read("tokenizer_config.json")?,
        };
        let providers = providers(traits.precision);
        let model = UserDefinedEmbeddingModel::new(read(traits.precision.files()[0])?, tokenizer)
            .with_pooling(traits.pooling.clone());
        let Some(dir) = dir.to_str() else {
            return Err(Error::Model {
                model: traits.id.name,
                reason: message!(
                    "the ONNX runtime only reads folders with names in Unicode, not {path}",
                    path = dir
                ),
            });
        };
        Self::with_workers(traits, |max_tokens| {
            TextEmbedding::try_new_from_user_defined(
                model.clone(),
                InitOptionsUserDefined::new()
                    .with_environment(environment.clone())
                    .with_execution_providers(providers.clone())
                    .with_session_config(WEIGHTS_FOLDER, dir)
                    .with_max_length(max_tokens)
                    .with_intra_threads(1),
            )
        })
    }

    fn with_workers(
        traits: Traits,
        load: impl Fn(usize) -> fastembed::Result<TextEmbedding>,
    ) -> Result<Self> {
        let workers = (0..cores())
            .map(|_| load(traits.max_tokens).map(Mutex::new))
            .collect::<fastembed::Result<_>>()
            .map_err(|e| model_error(&traits.id.name, &e))?;
        let Traits { id, multilingual, prefix, .. } = traits;
        Ok(Transformer { id, multilingual, prefix, workers })
    }
}

impl Embedder for Transformer {
    fn model(&self) -> &ModelId {
        &self.id
    }

    fn reads(&self, text: &str) -> bool {
        self.multilingual || reads_english(text)
    }

    fn embed(&self, texts: &[String], finished: FinishedFn) -> Result<Array2<f32>> {
        let next = AtomicUsize::new(0);
        let one = |session: &mut TextEmbedding, text: &str| -> Result<Array1<f32>> {
            let text = format!("{}{text}", self.prefix);
            let vectors =
                session.embed([text], Some(1)).map_err(|e| model_error(&self.id.name, &e))?;
            let mut vector = Array1::from(vectors.into_iter().next().unwrap_or_default());
            if vector.len() != self.id.dim || vector.iter().any(|x| !x.is_finite()) {
                return Err(Error::Model {
                    model: self.id.name.clone(),
                    reason: message!(
                        "gave a vector of {found} values for a text, {expected} finite ones are expected",
                        found = vector.len(),
                        expected = self.id.dim
                    ),
                });
            }
            vector::normalise(vector.view_mut());
            Ok(vector)
        };
        let work = |worker: &Mutex<TextEmbedding>| {
            let mut session = lock(worker);
            let mut rows = Vec::new();
            while let Some((at, text)) = take(&next, texts) {
                let vector = one(&mut session, text).and_then(|vector| {
                    finished(at, vector.view().insert_axis(Axis(0)))?;
                    Ok(vector)
                });
                // After an error nobody takes another text.
                let vector = vector.inspect_err(|_| next.store(texts.len(), Ordering::Relaxed))?;
                rows.push((at, vector));
            }
            Ok(rows)
        };
        let mut matrix = Array2::zeros((texts.len(), self.id.dim));
        thread::scope(|scope| {
            let handles: Vec<_> =
                self.workers.iter().map(|worker| scope.spawn(|| work(worker))).collect();
            for handle in handles {
                let rows =
                    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                for (at, vector) in rows {
                    matrix.row_mut(at).assign(&vector);
                }
            }
            Ok(matrix)
        })
    }
}

/// The next text nobody has taken yet, with its place.
fn take<'a>(next: &AtomicUsize, texts: &'a [String]) -> Option<(usize, &'a String)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    texts.get(at).map(|text| (at, text))
}

/// Tells ONNX runtime where the file of the weights is (onnxruntime_session_options_config_keys.h).
const WEIGHTS_FOLDER: &str = "session.model_external_initializers_file_folder_path";

/// What runs the graph: ONNX runtime itself, or OpenVINO, which is the one that computes in bf16.
#[cfg(feature = "load-runtime")]
fn providers(precision: Precision) -> Vec<ExecutionProviderDispatch> {
    use ort::ep::{ArbitrarilyConfigurableExecutionProvider, OpenVINO};
    if precision != Precision::Bf16 {
        return Vec::new();
    }
    // Its name for the device, with options as its own configuration file has them.
    const SETTINGS: &str = r#"{"CPU":{"INFERENCE_PRECISION_HINT":"bf16","INFERENCE_NUM_THREADS":1,"ENABLE_CPU_PINNING":"NO"}}"#;
    let provider = OpenVINO::default()
        .with_device_type("CPU")
        .with_arbitrary_config("load_config", SETTINGS)
        .build();
    vec![provider.error_on_failure()]
}

/// The linked runtime has no OpenVINO.
#[cfg(not(feature = "load-runtime"))]
fn providers(_precision: Precision) -> Vec<ExecutionProviderDispatch> {
    Vec::new()
}

/// The process's one ONNX environment; ONNX runtime allows no second.
fn environment(runtime: &Path, model: &str) -> Result<Environment> {
    static ENVIRONMENT: OnceLock<Mutex<Option<Environment>>> = OnceLock::new();
    let mut slot = lock(ENVIRONMENT.get_or_init(Default::default));
    if let Some(environment) = slot.as_ref() {
        return Ok(environment.clone());
    }
    let problem = |e: &dyn std::fmt::Display| Error::Model {
        model: model.into(),
        reason: message!(
            "the ONNX runtime {path} does not load: {cause}",
            path = runtime,
            cause = Argument::foreign(e)
        ),
    };
    let environment =
        builder(runtime).map_err(|e| problem(&e))?.build().map_err(|e| problem(&e))?;
    *slot = Some(environment.clone());
    Ok(environment)
}

#[cfg(feature = "load-runtime")]
fn builder(runtime: &Path) -> Result<EnvironmentBuilder, impl std::fmt::Display> {
    ort::init_from(runtime)
}

/// The runtime is linked in; the path is of no use.
#[cfg(not(feature = "load-runtime"))]
fn builder(_runtime: &Path) -> Result<EnvironmentBuilder, std::convert::Infallible> {
    Ok(ort::init())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn model_error(model: &str, error: &fastembed::Error) -> Error {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        // Some errors repeat their cause.
        if !reason.contains(&cause.to_string()) {
            reason = format!("{reason}: {cause}");
        }
        source = cause.source();
    }
    Error::Model {
        model: model.into(),
        reason: message!("{cause}", cause = Argument::Foreign(reason)),
    }
}
