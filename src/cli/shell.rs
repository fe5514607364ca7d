//! `paperlark completions` and `paperlark man`: what shells and `man` want to know of the program.

use std::{fs, io, path::PathBuf};

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;
use paperlark::message;

use super::{Args as Program, Setup};

/// Print what a shell needs to complete commands and options
///
/// Examples:
///   paperlark completions bash > ~/.local/share/bash-completion/completions/paperlark
///   paperlark completions zsh > ~/.zfunc/_paperlark
///   paperlark completions fish > ~/.config/fish/completions/paperlark.fish
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Write the manual pages, one for each command
///
/// Example: paperlark man ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct ManArgs {
    /// The folder to write to
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub fn run_completions(args: &CompletionsArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Program::command(), "paperlark", &mut script);
    Ok(io::Write::write_all(&mut io::stdout().lock(), &script)?)
}

pub fn run_man(setup: &Setup, args: &ManArgs) -> Result<()> {
    fs::create_dir_all(&args.dir).map_err(paperlark::Error::io("create", &args.dir))?;
    clap_mangen::generate_to(Program::command(), &args.dir)
        .map_err(paperlark::Error::io("write", &args.dir))?;
    let written = fs::read_dir(&args.dir).map_err(paperlark::Error::io("read", &args.dir))?;
    let pages = written
        .flatten()
        .filter(|file| file.file_name().to_string_lossy().starts_with("paperlark"));
    setup.print(&message!("{n} pages -> {path}", n = pages.count(), path = &args.dir))
}
