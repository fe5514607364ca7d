//! The `paperlark` command: parses, calls the library, and turns errors into an exit code.

use std::process::ExitCode;

use clap::Parser;

mod cli;

fn main() -> ExitCode {
    match cli::run(cli::Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if cli::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<cli::Nothing>() => ExitCode::from(1),
        Err(error) => {
            cli::say(format_args!("paperlark: {error:#}"));
            ExitCode::from(2)
        }
    }
}
