//! `paperlark profile export` and `import`: a profile on its way to another machine.

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Result, bail};
use paperlark::{
    engine::{self, Portable},
    message,
    profile::{Adopted, Profile},
    source,
    store::Library,
};

use super::{Setup, load};
use crate::cli::{known_categories, ui::Because};

/// Write a profile with all that belongs to it as one file
///
/// The file is JSON: the profile's TOML, what you said since with times and origins, and title, abstract and
/// authors of every paper that either names. It holds no vectors, so any model and machine can take it in.
/// Files and collections that an interest names in `from` are not in it.
///
/// Example: paperlark profile export ling ling.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct ExportArgs {
    /// Name of the profile
    name: String,

    /// Where to write it [default: standard output]
    file: Option<PathBuf>,
}

/// Take in a profile that `profile export` wrote, or the settings of another digest
///
/// Those are a file of variables (.env) with KEYWORDS or KEY_WORDS, CATEGORIES, MAX_PAPERS and the like, or a
/// prompt with a list of your interests, in Markdown or plain text. Each keyword and each item becomes an
/// interest; nothing else of the file is kept, least of all keys.
///
/// Files that an exported profile takes seeds from are named and left out, because they are another machine's.
/// Papers that are here already stay as they are.
///
/// Nothing is merged: a profile of that name must not be there yet.
///
/// Examples:
///   paperlark profile import ling.json --name ling-at-work
///   paperlark profile import ../old-digest/.env --name ling
///   paperlark profile import prompt.md --name ling --category cs.LG --category stat.ML
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct ImportArgs {
    /// The file; - is standard input
    file: PathBuf,

    /// A name for the profile [default: that of the exported one]
    #[arg(long)]
    name: Option<String>,

    /// arXiv categories to read, for settings that name none
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<String>,

    /// Keep the files that an exported profile takes seeds from
    #[arg(long)]
    with_paths: bool,
}

pub fn export(setup: &Setup, args: &ExportArgs) -> Result<()> {
    let profile = load(setup, &args.name)?;
    let toml =
        fs::read_to_string(&profile.path).map_err(paperlark::Error::io("read", &profile.path))?;
    // Without a library there is nothing to carry but the file.
    let library = match Library::exists(&setup.data_dir)? {
        true => Library::open_read_only(&setup.data_dir)?,
        false => Library::open(&setup.data_dir)?,
    };
    for from in profile.interests.iter().flat_map(|interest| &interest.from) {
        setup
            .ui
            .note(&message!("{place} stays here; only the profile names it", place = from.text));
    }
    let portable = engine::export(&library, &profile, toml)?;
    let text = portable.to_json();
    let Some(file) = &args.file else { return setup.print_as_is(text.trim_end()) };
    if file.exists() {
        bail!(message!("there is {file} already; choose another name", file));
    }
    fs::write(file, text).map_err(paperlark::Error::io("write", &file))?;
    let (acts, papers) = (portable.n_acts(), portable.papers.len());
    if setup.json {
        return setup.print_json(&serde_json::json!({
            "profile": profile.id, "file": file, "acts": acts, "papers": papers,
        }));
    }
    setup.print(&message!(
        "{profile}: {acts} acts and {papers} papers -> {path}",
        profile = profile.id,
        acts,
        papers,
        path = file
    ))
}

pub fn import(setup: &Setup, args: &ImportArgs) -> Result<()> {
    let (origin, bytes) = source::load(&args.file)?;
    if !bytes.trim_ascii_start().starts_with(b"{")
        && let Some(adopted) = Adopted::parse(&String::from_utf8_lossy(&bytes))
    {
        return adopt(setup, args, adopted);
    }
    let mut portable = Portable::parse(&origin, &bytes).because(|| {
        message!(
            "other digests' settings can be taken in too: variables with KEYWORDS, or a list of interests"
        )
    })?;
    if !args.category.is_empty() {
        bail!(message!("an exported profile has its own categories; edit the file afterwards"));
    }
    let path = new_file(setup, args.name.as_deref().unwrap_or(&portable.name))?;
    if !args.with_paths {
        for place in portable.without_paths()? {
            setup.ui.note(&message!("{place} is left out; --with-paths keeps it", place));
        }
    }
    let mut library = Library::open(&setup.data_dir)?;
    let profile = engine::import_profile(&mut library, &portable, &path)?;
    let (acts, papers) = (portable.n_acts(), portable.papers.len());
    if setup.json {
        return setup.print_json(&serde_json::json!({
            "profile": profile.id, "path": path, "acts": acts, "papers": papers,
        }));
    }
    setup.print(&message!(
        "{profile}: {acts} acts and {papers} papers -> {path}",
        profile = profile.id,
        acts,
        papers,
        path
    ))
}

/// Where a profile of this name is kept; its folder is there.
fn new_file(setup: &Setup, name: &str) -> Result<PathBuf> {
    let name = name.trim_end_matches(".toml");
    if name.is_empty()
        || name.starts_with('.')
        || name.contains(['/', '\\'])
        || name.contains(char::is_control)
    {
        bail!(message!("'{name}' is no name for a file; choose one with --name", name));
    }
    let dir = setup.profiles_dir()?;
    fs::create_dir_all(&dir).map_err(paperlark::Error::io("create", &dir))?;
    Ok(dir.join(format!("{name}.toml")))
}

/// Writes what another digest's settings say as a profile.
fn adopt(setup: &Setup, args: &ImportArgs, mut adopted: Adopted) -> Result<()> {
    let name = args
        .name
        .as_deref()
        .because(|| message!("say what to call the profile, with --name NAME"))?;
    known_categories(&args.category)?;
    if !args.category.is_empty() {
        adopted.categories.clone_from(&args.category);
    }
    let path = new_file(setup, name)?;
    if path.exists() {
        bail!(message!("there is {path} already; choose another name", path));
    }
    let text = adopted.to_toml(name.trim_end_matches(".toml"));
    let (profile, notices) = Profile::parse(&path, &text).because(|| {
        message!("the new profile cannot be read back; that is a fault of paperlark")
    })?;
    // Another run may have made it in the meantime; what is there is never overwritten.
    let mut file = fs::File::create_new(&path).map_err(paperlark::Error::io("create", &path))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(paperlark::Error::io("write", &path))?;
    adopted.puzzles.iter().for_each(|puzzle| setup.ui.note(puzzle));
    notices.iter().for_each(|notice| setup.ui.note(&notice.message()));
    let models = setup.models();
    let embedder = models.open(&models.current())?;
    profile.unreadable(&*embedder).iter().for_each(|notice| setup.ui.note(&notice.message()));
    if profile.categories.is_empty() {
        setup.ui.note(&message!("{path} names no category; add categories = [\"cs.LG\"]", path));
    }
    let interests = profile.interests.len();
    if setup.json {
        return setup.print_json(&serde_json::json!({
            "profile": profile.id, "path": path, "interests": interests,
            "categories": profile.categories,
        }));
    }
    setup.print(&message!(
        "{profile}: {interests} interests -> {path}",
        profile = profile.id,
        interests,
        path
    ))
}
