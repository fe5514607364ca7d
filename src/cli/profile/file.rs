//! `paperlark profile edit` and `delete`: a profile's file as a whole.

use std::{
    env, fs,
    io::{self, IsTerminal, Write},
    process,
};

use anyhow::{Result, bail};
use paperlark::{message, profile::Profile};

use super::Setup;
use crate::cli::ui::Because;

/// Delete a profile's file
///
/// Its marks and digests stay in the library, and count again for a profile of this name.
///
/// Example: paperlark profile delete ling --yes
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct DeleteArgs {
    /// Name of the profile
    name: String,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// The file of a profile, which may be broken.
fn path(setup: &Setup, name: &str) -> Result<std::path::PathBuf> {
    let name = name.trim_end_matches(".toml");
    let dir = setup.profiles_dir()?;
    match Profile::names(&dir)?.iter().find(|known| *known == name) {
        Some(name) => Ok(dir.join(format!("{name}.toml"))),
        None => bail!(message!("there is no profile {name} in {path}", name, path = dir)),
    }
}

pub fn edit(setup: &Setup, name: &str) -> Result<()> {
    let path = path(setup, name)?;
    let said = ["VISUAL", "EDITOR"].iter().find_map(|name| env::var(name).ok());
    let editor = said.filter(|editor| !editor.trim().is_empty());
    let editor = editor.unwrap_or_else(|| if cfg!(windows) { "notepad" } else { "vi" }.into());
    // An editor's name may have arguments: `code --wait`.
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let status =
        process::Command::new(program).args(words).arg(&path).status().because(|| {
            message!("cannot start the editor {editor}; set EDITOR to another", editor)
        })?;
    if !status.success() {
        bail!(message!("the editor {editor} failed; nothing was checked", editor));
    }
    let (profile, notices) = Profile::load(&path)?;
    notices.iter().for_each(|notice| setup.ui.note(&notice.message()));
    let interests = profile.interests.len();
    setup.print(&message!("{path}: {interests} interests, nothing wrong", path, interests))
}

pub fn delete(setup: &Setup, args: &DeleteArgs) -> Result<()> {
    let path = path(setup, &args.name)?;
    if !args.yes {
        if !io::stdin().is_terminal() {
            bail!(message!("nothing was deleted; --yes deletes {path}", path));
        }
        let mut out = io::stderr().lock();
        write!(out, "{} ", setup.ui.words(&message!("delete {path}? [y/N]", path)))?;
        out.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        if !["y", "yes", "是"].contains(&answer.trim().to_lowercase().as_str()) {
            return setup.print(&message!("nothing was deleted"));
        }
    }
    fs::remove_file(&path).map_err(paperlark::Error::io("remove", &path))?;
    setup.print(&message!("{path} is deleted; its marks and digests stay in the library", path))
}
