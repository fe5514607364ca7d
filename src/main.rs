//! The `paperlark` command: parses, calls the library, and turns errors into an exit code.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    let (args, ui) = cli::start();
    match cli::run(args, ui) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if cli::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<cli::Nothing>() => ExitCode::from(1),
        Err(error) => {
            ui.error(&error);
            ExitCode::from(2)
        }
    }
}
