//! `paperlark profile export` and `import`: a profile on its way to another machine.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use paperlark::{
    engine::{self, Portable},
    source,
    store::Library,
};

use super::{Setup, load};

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

/// Take in a profile that `profile export` wrote
///
/// Nothing is merged: a profile of that name must not be there yet.
///
/// Example: paperlark profile import ling.json --name ling-at-work
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct ImportArgs {
    /// The file; - is standard input
    file: PathBuf,

    /// Another name for the profile [default: its own]
    #[arg(long)]
    name: Option<String>,
}

pub fn export(setup: &Setup, args: &ExportArgs) -> Result<()> {
    let profile = load(setup, &args.name)?;
    let toml = fs::read_to_string(&profile.path)
        .with_context(|| format!("cannot read {}", profile.path.display()))?;
    // Without a library there is nothing to carry but the file.
    let library = match Library::exists(&setup.data_dir)? {
        true => Library::open_read_only(&setup.data_dir)?,
        false => Library::open(&setup.data_dir)?,
    };
    for from in profile.interests.iter().flat_map(|interest| &interest.from) {
        setup.ui.note(format!("{} stays here; only the profile names it", from.text));
    }
    let portable = engine::export(&library, &profile, toml)?;
    let text = portable.to_json();
    let Some(file) = &args.file else { return setup.print_as_is(text.trim_end()) };
    if file.exists() {
        bail!("there is {} already; choose another name", file.display());
    }
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    let (acts, papers) = (portable.n_acts(), portable.papers.len());
    if setup.json {
        return setup.print_json(&serde_json::json!({
            "profile": profile.id, "file": file, "acts": acts, "papers": papers,
        }));
    }
    setup.print(format!("{}: {acts} acts and {papers} papers -> {}", profile.id, file.display()))
}

pub fn import(setup: &Setup, args: &ImportArgs) -> Result<()> {
    let (origin, bytes) = source::load(&args.file)?;
    let portable = Portable::parse(&origin, &bytes)?;
    let name = args.name.as_deref().unwrap_or(&portable.name).trim_end_matches(".toml");
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
        bail!("'{name}' is no name for a file; choose one with --name");
    }
    let dir = setup.profiles_dir()?;
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let path = dir.join(format!("{name}.toml"));
    let mut library = Library::open(&setup.data_dir)?;
    let profile = engine::import_profile(&mut library, &portable, &path)?;
    let (acts, papers) = (portable.n_acts(), portable.papers.len());
    if setup.json {
        return setup.print_json(&serde_json::json!({
            "profile": profile.id, "path": path, "acts": acts, "papers": papers,
        }));
    }
    setup.print(format!("{}: {acts} acts and {papers} papers -> {}", profile.id, path.display()))
}
