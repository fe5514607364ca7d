//! The program under test, cut off from whatever the person who runs the tests has set up.

use std::{
    path::Path,
    process::{Command, Output},
};

/// The program in a folder of its own, with its data in `data` there.
pub fn program(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paperlark"));
    command
        .current_dir(dir)
        .env_remove("PAPERLARK_DATA")
        .env_remove("PAPERLARK_PROFILES")
        .env_remove("PAPERLARK_CONFIG")
        .env_remove("PAPERLARK_NOW")
        .env_remove("HF_TOKEN")
        .env_remove("ZOTERO_ID")
        .env_remove("SMTP_SERVER")
        .env_remove("SMTP_HOST")
        .env_remove("OPENAI_MODEL")
        .env_remove("LLM_MODEL")
        .env_remove("MODEL_NAME")
        .env_remove("PAPERLARK_LANG")
        .env("LC_ALL", "C")
        .env("XDG_CONFIG_HOME", dir)
        .env("XDG_CACHE_HOME", dir)
        .args(["--data-dir", "data"]);
    command
}

/// What it said on standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Standard output of a run that must have succeeded.
pub fn succeeded(args: &[&str], output: Output) -> String {
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}
