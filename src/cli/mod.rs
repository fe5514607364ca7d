//! The command line: what a person types, and what they see.
//!
//! One file per verb. Results go to standard output, everything else to standard error. This is the
//! only place that prints, draws progress bars, or asks for the time.

use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use directories::ProjectDirs;
use jiff::Timestamp;
use paperlark::{
    Message, category,
    embed::Models,
    engine::Engine,
    message,
    profile::{Language, Profile, unknown_category},
    reader::Mark,
    store::Library,
    text::for_terminal,
};

mod apply;
mod arxiv;
mod catalogue;
mod channels;
mod config;
mod daily;
mod delivered;
mod digest;
mod doctor;
mod eval;
mod explain;
mod feedback;
mod fetch;
mod fetched;
mod find;
mod import;
mod index;
mod language;
mod marking;
mod model;
mod notes;
mod open;
mod profile;
mod rank;
mod screen;
mod search;
mod send;
mod settings;
mod shell;
mod similar;
mod site;
mod stats;
mod table;
mod teller;
mod ui;
mod view;
mod warnings;
mod width;
mod zh;

use config::Config;
use ui::{Because, Ui};

/// Above the options that every command takes, which stand below its own.
const GLOBAL: &str = "Options of every command";

/// A daily digest of new papers, ranked by what you like, on your own machine.
///
/// Name a few papers you like in a profile (profiles/*.toml), then run `paperlark daily` each morning:
/// it reads the day's arXiv announcement, embeds every abstract locally, ranks it against your
/// interests and writes a Markdown digest that says why each paper is there. No account, no model to
/// download, no language model.
///
/// Exit status: 0 done (an empty day included), 1 nothing found for a query, 2 failed.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
pub struct Args {
    /// Folder of the library: papers, vectors, marks and digests [default: the platform's data folder]
    #[arg(long, global = true, help_heading = GLOBAL, env = "PAPERLARK_DATA", value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Folder of the profiles [default: ./profiles if there is one, else in the platform's config folder]
    #[arg(long, global = true, help_heading = GLOBAL, env = "PAPERLARK_PROFILES", value_name = "DIR")]
    profiles: Option<PathBuf>,

    /// Settings file: [embedding] precision, [arxiv] contact, [mail] and [[send]] channels, [llm] model and limits [default: config.toml in the platform's config folder]
    #[arg(long, global = true, help_heading = GLOBAL, env = "PAPERLARK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// Language of help, messages and digests: en or zh; a profile that names a language keeps its own
    /// [default: zh if the locale is Chinese, else en]
    #[arg(long, global = true, help_heading = GLOBAL, env = language::VARIABLE, value_name = "LANG",
          hide_possible_values = true, value_parser = language::parser())]
    lang: Option<Language>,

    /// Never use the network
    #[arg(long, global = true, help_heading = GLOBAL)]
    offline: bool,

    /// Print results as JSON
    #[arg(long, global = true, help_heading = GLOBAL)]
    json: bool,

    /// Print nothing but results and errors
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    quiet: bool,

    /// Say more about what happens
    #[arg(short, long, global = true, help_heading = GLOBAL, conflicts_with = "quiet")]
    verbose: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Daily(daily::Args),
    Digest(digest::Args),
    Open(view::Args),
    Site(site::Args),
    Send(send::Args),
    Fetch(fetch::Args),
    Import(import::Args),
    Index(index::Args),
    Similar(similar::Args),
    Search(search::Args),
    Rank(rank::Args),
    Stats(stats::Args),
    Doctor(doctor::Args),
    Explain(explain::Args),
    /// Tell a profile which papers you like; the next digest takes it in
    Like(feedback::Args),
    /// Tell a profile which papers you do not like; the next digest takes it in
    Dislike(feedback::Args),
    /// Take back a like or dislike
    Unmark(feedback::Args),
    Apply(apply::Args),
    /// Take back the last command on a profile (like, dislike, add, mute ...); again, the one before
    Undo(feedback::UndoArgs),
    #[command(subcommand)]
    Profile(profile::Command),
    #[command(subcommand)]
    Model(model::Command),
    Config(settings::Args),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
    #[command(subcommand)]
    Eval(eval::Command),
}

/// Reads the command line. Help, the version and mistakes end the program here.
pub fn start() -> (Args, Ui) {
    let raw: Vec<OsString> = env::args_os().collect();
    let language = language::of(&raw);
    let command = match language {
        Language::En => Args::command(),
        Language::Zh => zh::command(Args::command()),
    };
    let parsed = command.try_get_matches_from(raw);
    match parsed.and_then(|mut matches| Args::from_arg_matches_mut(&mut matches)) {
        Ok(args) => {
            let ui = Ui { quiet: args.quiet, language: args.lang.unwrap_or(language) };
            (args, ui)
        }
        Err(error) if language == Language::Zh && error.use_stderr() => zh::refuse(&error),
        Err(error) => error.exit(),
    }
}

/// Runs a command.
pub fn run(args: Args, ui: Ui) -> Result<()> {
    let level = match (args.quiet, args.verbose) {
        (true, _) => tracing::Level::ERROR,
        (false, false) => tracing::Level::WARN,
        (false, true) => tracing::Level::DEBUG,
    };
    tracing_subscriber::fmt()
        .fmt_fields(warnings::Fields(ui))
        .with_max_level(level)
        .with_writer(io::stderr)
        .without_time()
        .with_target(false)
        .init();
    let stated = Stated {
        data_dir: args.data_dir.is_some(),
        config: args.config.is_some(),
        lang: args.lang.is_some(),
    };
    let config_path = config_path(args.config);
    let setup = Setup {
        ui,
        data_dir: data_dir(args.data_dir)?,
        config: match &config_path {
            Some(path) => Config::read(path, stated.config)?,
            None => Config::default(),
        },
        config_path,
        stated,
        now: arxiv::now()?,
        profiles: args.profiles,
        offline: args.offline,
        json: args.json,
    };
    match args.command {
        Command::Daily(args) => daily::run(&setup, &args),
        Command::Digest(args) => digest::run(&setup, &args),
        Command::Open(args) => view::run(&setup, &args),
        Command::Site(args) => site::run(&setup, &args),
        Command::Send(args) => send::run(&setup, &args),
        Command::Fetch(args) => fetch::run(&setup, &args),
        Command::Import(args) => import::run(&setup, &args),
        Command::Index(args) => index::run(&setup, &args),
        Command::Similar(args) => similar::run(&setup, &args),
        Command::Search(args) => search::run(&setup, &args),
        Command::Rank(args) => rank::run(&setup, &args),
        Command::Stats(args) => stats::run(&setup, &args),
        Command::Doctor(args) => doctor::run(&setup, &args),
        Command::Explain(args) => explain::run(&setup, &args),
        Command::Like(args) => feedback::run(&setup, &args, Mark::Like),
        Command::Dislike(args) => feedback::run(&setup, &args, Mark::Dislike),
        Command::Unmark(args) => feedback::run(&setup, &args, Mark::None),
        Command::Apply(args) => apply::run(&setup, &args),
        Command::Undo(args) => feedback::run_undo(&setup, &args),
        Command::Profile(command) => profile::run(&setup, &command),
        Command::Model(command) => model::run(&setup, &command),
        Command::Config(args) => settings::run(&setup, &args),
        Command::Completions(args) => shell::run_completions(&args),
        Command::Man(args) => shell::run_man(&setup, &args),
        Command::Eval(command) => eval::run(&setup, &command),
    }
}

/// A query that found nothing; it has been said.
#[derive(Debug)]
pub struct Nothing;

impl std::fmt::Display for Nothing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nothing was found")
    }
}

impl std::error::Error for Nothing {}

/// Whether an error is only the reader of our output having gone away.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// What every verb needs.
struct Setup {
    ui: Ui,
    data_dir: PathBuf,
    config: Config,
    /// The present; one and the same for everything that a run does.
    now: Timestamp,
    profiles: Option<PathBuf>,
    /// The settings file, which need not exist; `None` without a home folder.
    config_path: Option<PathBuf>,
    /// What the command line or the environment says of where things are.
    stated: Stated,
    offline: bool,
    json: bool,
}

/// Whether a setting is stated, rather than left to its default.
#[derive(Debug, Clone, Copy)]
struct Stated {
    data_dir: bool,
    config: bool,
    lang: bool,
}

/// Which model embeds, and how.
#[derive(Debug, Clone, clap::Args)]
struct ModelArgs {
    /// Embedding model, or a table file [default: the one chosen with `paperlark model use`]
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,

    /// Arithmetic of a transformer: f32, bf16, int8, or auto, which is bf16 where there is OpenVINO and a
    /// processor for it, else f32 [default: what config.toml says, else auto]
    #[arg(long, value_name = "PRECISION", value_parser = config::precision)]
    precision: Option<config::Choice>,
}

impl Setup {
    /// The installed models; the environment may name another ONNX runtime than the installed one.
    fn models(&self) -> Models {
        let runtime = env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty());
        Models::new(self.data_dir.join("models"))
            .with_precision(self.config.embedding.precision)
            .with_runtime(runtime.map(PathBuf::from))
    }

    /// Opens the library in `dir` with the model that the arguments name; says what is worth knowing of its
    /// precision.
    fn engine(&self, dir: &Path, args: &ModelArgs) -> Result<Engine> {
        let precision = args.precision.unwrap_or(config::Choice(self.config.embedding.precision)).0;
        let models = self.models().with_precision(precision);
        let name = args.model.clone().unwrap_or_else(|| models.current());
        if let Some((_, Some(line))) = models.precision(&name)? {
            self.ui.note(&line);
        }
        Ok(Engine::open(dir, &models, &name)?)
    }

    /// The same of the library of the data folder, if there is one; fails instead of making it.
    fn existing_engine(&self, args: &ModelArgs) -> Result<Engine> {
        drop(Library::open_read_only(&self.data_dir)?);
        self.engine(&self.data_dir, args)
    }

    /// The library of the data folder, open for writing, if there is one; fails instead of making it.
    fn existing_library(&self) -> Result<Library> {
        drop(Library::open_read_only(&self.data_dir)?);
        Ok(Library::open(&self.data_dir)?)
    }

    /// The folder of the profiles.
    fn profiles_dir(&self) -> Result<PathBuf> {
        if let Some(dir) = &self.profiles {
            return Ok(dir.clone());
        }
        let here = PathBuf::from("profiles");
        if here.is_dir() {
            return Ok(here);
        }
        let dirs = project_dirs()
            .because(|| message!("there is no home folder; name one with --profiles"))?;
        Ok(dirs.config_dir().join("profiles"))
    }

    /// The profiles of these names, or all; broken ones are reported, and counted.
    fn load_profiles(&self, names: &[String]) -> Result<(Vec<Profile>, usize)> {
        let dir = self.profiles_dir()?;
        let loaded = if names.is_empty() {
            // A folder that is not there has no profile either.
            if dir.is_dir() { Profile::load_all(&dir)? } else { Vec::new() }
        } else {
            let path = |name: &String| match name.ends_with(".toml") {
                true => PathBuf::from(name),
                false => dir.join(format!("{name}.toml")),
            };
            let mut paths: Vec<PathBuf> = names.iter().map(path).collect();
            paths.sort_unstable();
            paths.dedup();
            paths.iter().map(|path| Profile::load(path)).collect()
        };
        if loaded.is_empty() {
            bail!(open::no_profile(&dir));
        }
        let mut broken = 0;
        let mut profiles = Vec::new();
        for profile in loaded {
            match profile {
                Ok((mut profile, notices)) => {
                    profile.speak(self.ui.language);
                    notices.iter().for_each(|notice| self.ui.note(&notice.message()));
                    profiles.push(profile);
                }
                Err(error) => {
                    broken += 1;
                    self.ui.error(&error.into());
                }
            }
        }
        Ok((profiles, broken))
    }

    /// The language of what belongs to a reader: the reader's own, unless the command line names one.
    fn spoken(&self, own: Language) -> Language {
        if self.stated.lang { self.ui.language } else { own }
    }

    /// Prints a result in our own words, in the language of the program.
    fn print(&self, text: &Message) -> Result<()> {
        self.print_as_is(self.ui.words(text))
    }

    /// The same, below a heading.
    fn print_below(&self, text: &Message) -> Result<()> {
        self.print_as_is(format!("  {}", self.ui.words(text)))
    }

    /// Prints a result that is no message: a digest, a file, an explanation.
    fn print_as_is(&self, text: impl AsRef<str>) -> Result<()> {
        self.print_styled(for_terminal(text.as_ref()))
    }

    /// Prints what [`screen::Screen`] made: it holds its colours and links, and cleans what is foreign itself.
    fn print_styled(&self, text: impl AsRef<str>) -> Result<()> {
        writeln!(io::stdout().lock(), "{}", text.as_ref())?;
        Ok(())
    }

    /// Prints a result as JSON.
    fn print_json(&self, value: &impl serde::Serialize) -> Result<()> {
        let json = serde_json::to_string_pretty(value)?;
        // The same value, spelt so that no terminal acts on it.
        let safe = json.chars().fold(String::with_capacity(json.len()), |mut safe, c| {
            match c != '\n' && for_terminal(c.encode_utf8(&mut [0; 4])) == " " && c != ' ' {
                true => safe += &format!("\\u{:04x}", u32::from(c)),
                false => safe.push(c),
            }
            safe
        });
        self.print_styled(safe)
    }
}

/// That arXiv has these categories.
fn known_categories(names: &[String]) -> Result<()> {
    if let Some(name) = names.iter().find(|name| !category::is_known(name)) {
        bail!(unknown_category(name));
    }
    Ok(())
}

fn project_dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "paperlark")
}

/// Where the settings file is, whether there is one or not.
fn config_path(given: Option<PathBuf>) -> Option<PathBuf> {
    given.or_else(|| Some(project_dirs()?.config_dir().join("config.toml")))
}

fn data_dir(given: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(dir) = given {
        return Ok(dir);
    }
    let dirs =
        project_dirs().because(|| message!("there is no home folder; name one with --data-dir"))?;
    Ok(dirs.data_dir().to_path_buf())
}
