//! A desk to run the program at.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    papers,
    program::{program, stderr, succeeded},
};

/// A folder with `profiles` and, once the program ran, `data`; and how the program is run in it.
pub struct Desk {
    dir: TempDir,
    args: Vec<&'static str>,
    variables: Vec<(&'static str, OsString)>,
}

impl Desk {
    pub fn new() -> Desk {
        let desk =
            Desk { dir: tempfile::tempdir().unwrap(), args: Vec::new(), variables: Vec::new() };
        fs::create_dir(desk.path("profiles")).unwrap();
        desk
    }

    /// A desk without a network.
    pub fn offline() -> Desk {
        Desk::new().with_args(&["--offline"])
    }

    /// Arguments of every run, before its own.
    pub fn with_args(mut self, args: &[&'static str]) -> Desk {
        self.args.extend(args);
        self
    }

    /// A variable of every run.
    pub fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Desk {
        self.variables.push((name, value.into()));
        self
    }

    /// The present of every run.
    pub fn at(self, now: &str) -> Desk {
        self.with("PAPERLARK_NOW", now)
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file; its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }

    /// Writes a file of JSON lines; its path.
    pub fn lines(&self, name: &str, lines: &[Value]) -> String {
        self.file(name, &papers::lines(lines))
    }

    pub fn profile(&self, name: &str, text: &str) {
        self.file(&format!("profiles/{name}.toml"), text);
    }

    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = program(self.dir());
        command.args(&self.args).args(args);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Standard output of a run that must succeed.
    pub fn ok(&self, args: &[&str]) -> String {
        succeeded(args, self.run(args))
    }

    /// Standard output and standard error of a run that must succeed.
    pub fn both(&self, args: &[&str]) -> (String, String) {
        let output = self.run(args);
        let said = stderr(&output);
        (succeeded(args, output), said)
    }

    /// What a run that must succeed prints as JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[&["--json"], args].concat())).unwrap()
    }

    /// Standard error of a run that must fail.
    pub fn fails(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        stderr(&output)
    }

    /// The digest of a profile as it lies in the data folder.
    pub fn digest(&self, date: &str, profile: &str) -> String {
        self.read(&format!("data/digests/{date}/{profile}.md"))
    }
}
