//! Fetches a model's files from a hub, and refuses what is not the file that was asked for.

use std::{
    fmt,
    fs::File,
    io::{Read, Write},
    path::Path,
    time::Duration,
};

use ring::digest;

use crate::{
    error::{Error, Result},
    message,
    message::Message,
    net::{Answer, Client, Fault},
};

/// Patience with a hub that sends nothing, at any point of a file.
const TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Which hub to ask, and who asks.
#[derive(Clone, PartialEq, Eq)]
pub struct HubOptions {
    /// Its address: the public hub's, or a mirror's.
    pub endpoint: String,
    /// A token of a person who has an account there. It is sent to the hub alone, whoever serves its files.
    pub token: Option<String>,
}

impl Default for HubOptions {
    fn default() -> Self {
        HubOptions { endpoint: "https://huggingface.co".into(), token: None }
    }
}

/// Without the token, which is a secret.
impl fmt::Debug for HubOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubOptions")
            .field("endpoint", &self.endpoint)
            .field("has_token", &self.token.is_some())
            .finish()
    }
}

/// One model's repository on a hub.
pub struct Hub {
    client: Client,
    /// Where its files are.
    base: String,
    token: Option<String>,
}

impl Hub {
    /// The repository `repo`.
    ///
    /// # Errors
    /// [`Error::Fetch`] if TLS cannot be set up.
    pub fn new(repo: &str, options: &HubOptions) -> Result<Self> {
        let base = format!("{}/{repo}/resolve/main", options.endpoint.trim().trim_end_matches('/'));
        let client = Client::new(None, TIMEOUT, CONNECT_TIMEOUT).map_err(|e| refused(&base, &e))?;
        let token = options.token.as_deref().map(str::trim).filter(|token| !token.is_empty());
        Ok(Hub { client, base, token: token.map(str::to_owned) })
    }

    /// The address of a file.
    pub fn url(&self, file: &str) -> String {
        format!("{}/{file}", self.base)
    }

    /// Fetches `file` to `to`, and tells `progress` the bytes done and in all.
    ///
    /// # Errors
    /// [`Error::Fetch`] if the hub has no such file or cannot be reached, or sends a web page, a pointer,
    /// or another content than it announces; [`Error::Io`].
    pub fn fetch(&self, file: &str, to: &Path, progress: &dyn Fn(u64, u64)) -> Result<()> {
        let url = self.url(file);
        // The answer to a range says how long the whole is, and a compressed one has no length.
        let mut request =
            self.client.get(&url).header("Range", "bytes=0-").header("Accept-Encoding", "identity");
        if let Some(token) = &self.token {
            request = request.secret("Authorization", format!("Bearer {token}"));
        }
        let answer = request.follow().map_err(|fault| refused(&url, &fault.message()))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(refused(&url, &message!("HTTP {status}", status)));
        }
        let announced = Announced::of(&answer).map_err(|reason| refused(&url, &reason))?;
        let reader =
            answer.reader(announced.size).map_err(|fault| refused(&url, &fault.message()))?;
        save(reader, &announced, to, progress)?.map_err(|reason| refused(&url, &reason))
    }
}

/// What a hub says of a file before it comes.
struct Announced {
    size: u64,
    /// In hexadecimal digits, where the hub tells it.
    sha256: Option<String>,
}

impl Announced {
    fn of(answer: &Answer) -> Result<Self, Message> {
        let whole = answer.header("Content-Range").and_then(|range| range.rsplit('/').next());
        let size =
            whole.or(answer.header("Content-Length")).and_then(|size| size.trim().parse().ok());
        // Large files have their SHA-256 for an etag; other etags mean nothing to us.
        let sha256 = answer
            .own_header("X-Linked-Etag")
            .or(answer.own_header("Etag"))
            .map(|etag| etag.trim_matches('"').to_owned())
            .filter(|etag| etag.len() == 64 && etag.bytes().all(|b| b.is_ascii_hexdigit()));
        Ok(Announced {
            size: size.ok_or_else(|| message!("the hub does not say how long the file is"))?,
            sha256,
        })
    }
}

/// Writes a file as it comes; the inner error says why it is not what was announced.
fn save(
    mut reader: impl Read,
    announced: &Announced,
    path: &Path,
    progress: &dyn Fn(u64, u64),
) -> Result<Result<(), Message>> {
    let mut file = File::create(path).map_err(Error::io("create", path))?;
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut head = Vec::new();
    let mut length = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) => return Ok(Err(Fault::from(error).message())),
        };
        if length == 0 {
            head.extend_from_slice(&buffer[..n.min(64)]);
        }
        hash.update(&buffer[..n]);
        file.write_all(&buffer[..n]).map_err(Error::io("write", path))?;
        length += n as u64;
        progress(length, announced.size);
    }
    let head = head.trim_ascii_start();
    if head.starts_with(b"<") {
        return Ok(Err(message!("a web page came instead of the file")));
    }
    if head.starts_with(b"version https://git-lfs") {
        return Ok(Err(message!("a pointer to the file came instead of the file")));
    }
    if length != announced.size {
        return Ok(Err(message!(
            "{found} bytes came, of {size}",
            found = length,
            size = announced.size
        )));
    }
    if let Some(expected) = &announced.sha256 {
        let found: String = hash.finish().as_ref().iter().map(|b| format!("{b:02x}")).collect();
        if !found.eq_ignore_ascii_case(expected) {
            return Ok(Err(message!("its SHA-256 is {found}, not {expected}", found, expected)));
        }
    }
    Ok(Ok(()))
}

fn refused(url: &str, reason: &Message) -> Error {
    let reason = message!("{reason}; check the network, or name another hub", reason);
    Error::Fetch { url: url.into(), reason }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, fs};

    use super::*;
    use crate::net::tests::Server;

    fn fetched(server: &Server) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("file");
        let endpoint = format!("{}/", server.base);
        let token = Some(" hf_SECRET\n".to_owned());
        let hub = Hub::new("ada/larks", &HubOptions { endpoint, token }).unwrap();
        let told = Cell::new((0, 0));
        hub.fetch("onnx/model.onnx", &to, &|done, total| told.set((done, total)))?;
        let bytes = fs::read(&to).unwrap();
        assert_eq!(told.get(), (bytes.len() as u64, bytes.len() as u64));
        Ok(bytes)
    }

    fn sha256(bytes: &[u8]) -> String {
        let hash = digest::digest(&digest::SHA256, bytes);
        hash.as_ref().iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn the_token_and_the_hash_are_the_hubs_alone() {
        let content = b"weights";
        // Another hash, which the other server has no say in.
        let head = format!("200 OK\r\nContent-Length: 7\r\nX-Linked-Etag: {}", "0".repeat(64));
        let far = Server::says(&head, content);
        let moved = |hash: &str| {
            let etag = format!("X-Linked-Etag: \"{hash}\"");
            Server::moves(&format!("{}/large\r\n{etag}", far.base))
        };
        let home = moved(&sha256(content));
        assert_eq!(fetched(&home).unwrap(), content);
        let asked = home.asked().remove(0);
        assert!(asked.starts_with("get /ada/larks/resolve/main/onnx/model.onnx "), "{asked}");
        assert!(asked.contains("\nauthorization: bearer hf_secret\n"), "{asked}");
        assert!(!far.asked()[0].contains("authorization"), "{:?}", far.asked());
        let error = fetched(&moved(&sha256(b"others"))).unwrap_err().to_string();
        assert!(error.contains("its SHA-256 is") && error.contains("name another hub"), "{error}");
    }

    #[test]
    fn redirections_that_lead_nowhere_are_errors() {
        let ring = Server::moves("/again");
        let error = fetched(&ring).unwrap_err().to_string();
        assert!(error.contains("moves on and on") && error.contains("name another hub"), "{error}");
        assert_eq!(ring.asked().len(), 6);
        let error = fetched(&Server::says("302 Found\r\nContent-Length: 0", b"")).unwrap_err();
        assert!(error.to_string().contains("HTTP 302 Found without an address"), "{error}");
    }

    #[test]
    fn no_more_is_read_than_is_announced() {
        let partial = "206 Partial Content\r\nContent-Range: bytes 0-3/4";
        for (head, words) in [
            ("404 Not Found", "HTTP 404"),
            ("200 OK", "does not say how long"),
            (partial, "longer than 4 bytes"),
        ] {
            let error = fetched(&Server::says(head, b"weights")).unwrap_err().to_string();
            assert!(
                error.contains(words) && error.contains("name another hub"),
                "{words}: {error}"
            );
        }
        assert_eq!(fetched(&Server::says(partial, b"four")).unwrap(), b"four");
    }

    #[test]
    fn options_are_shown_without_the_token() {
        let options = HubOptions { token: Some("hf_SECRET".into()), ..HubOptions::default() };
        let shown = format!("{options:?}");
        assert!(shown.contains("has_token: true") && !shown.contains("SECRET"), "{shown}");
    }
}
