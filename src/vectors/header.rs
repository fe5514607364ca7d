//! The first page of a file of our own: what it is, in which format, and what its author said about it.
//!
//! ```text
//! 8 bytes of magic | u32 format | u32 n | n bytes of metadata (bincode) | zeros | u32 CRC of all before
//! ```
//!
//! All numbers are little-endian.

use std::{fs::File, io, path::Path};

use serde::{Serialize, de::DeserializeOwned};

use super::{codec, map::FrozenMap};
use crate::error::{Error, Result};
use crate::message;
use crate::message::Message;

/// Bytes of a header.
pub const HEADER: usize = 4096;
/// Where the metadata starts, and where the header's CRC does.
const META: usize = 16;
const CRC: usize = HEADER - 4;
const META_LIMIT: u64 = (CRC - META) as u64;

/// A kind of file.
pub struct Kind {
    /// Its first bytes.
    pub magic: &'static [u8; 8],
    /// The newest format, which is written.
    pub format: u32,
    /// What it is, for messages: "a file of vectors".
    pub what: fn() -> Message,
    /// Adds to what is wrong with one how to get a whole one again.
    pub cured: fn(Message) -> Message,
}

impl Kind {
    /// The header that says `meta`.
    ///
    /// # Errors
    /// [`Error::Invalid`] if that takes more than 4,076 bytes.
    pub fn header<M: Serialize>(&self, meta: &M) -> Result<Vec<u8>> {
        let meta = codec::encode(meta, META_LIMIT)?;
        let mut bytes = self.magic.to_vec();
        bytes.extend(self.format.to_le_bytes());
        // Within META_LIMIT, so it fits.
        bytes.extend((meta.len() as u32).to_le_bytes());
        bytes.extend(meta);
        bytes.resize(CRC, 0);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        Ok(bytes)
    }

    /// What the header at the start of `bytes` says; they are those of the file `path`.
    ///
    /// # Errors
    /// [`Error::Format`] if a newer program wrote it; [`Error::Damaged`] if it is not whole.
    pub fn meta<M: DeserializeOwned>(&self, bytes: &[u8], path: &Path) -> Result<M> {
        let damaged = |reason: Message| self.damaged(path, reason);
        let bytes =
            bytes.get(..HEADER).ok_or_else(|| damaged(message!("it ends within its header")))?;
        if &bytes[..8] != self.magic {
            return Err(damaged(message!("it is not {what}", what = (self.what)())));
        }
        let number = |at: usize| {
            let bytes = bytes[at..].first_chunk().expect("`at` is in the header");
            u32::from_le_bytes(*bytes)
        };
        // Before the format is believed.
        if crc32fast::hash(&bytes[..CRC]) != number(CRC) {
            return Err(damaged(message!("its header does not fit its checksum")));
        }
        let found = number(8);
        if found > self.format {
            return Err(Error::Format { path: path.to_path_buf(), found, readable: self.format });
        }
        if found != self.format {
            return Err(damaged(message!("its format is none that there was")));
        }
        let meta = usize::try_from(number(12))
            .ok()
            .and_then(|length| bytes[META..CRC].get(..length))
            .ok_or_else(|| damaged(message!("its metadata is longer than its header")))?;
        codec::decode(meta, META_LIMIT, path)
    }

    /// Maps the file `path`, with what its header says; `None` if there is none.
    ///
    /// # Errors
    /// As [`Kind::meta`]; [`Error::Io`].
    pub fn map<M: DeserializeOwned>(&self, path: &Path) -> Result<Option<(FrozenMap, M)>> {
        let file = match File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(Error::io("open", path))?,
        };
        // An empty file cannot be mapped everywhere.
        if file.metadata().map_err(Error::io("read", path))?.len() < HEADER as u64 {
            return Err(self.damaged(path, message!("it ends within its header")));
        }
        let map = FrozenMap::new(&file).map_err(Error::io("map", path))?;
        let meta = self.meta(map.bytes(), path)?;
        Ok(Some((map, meta)))
    }

    /// That the file `path` is no use, and what helps.
    pub fn damaged(&self, path: &Path, reason: Message) -> Error {
        Error::Damaged { path: path.to_path_buf(), reason: (self.cured)(reason) }
    }
}
