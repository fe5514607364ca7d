//! The only place that speaks bincode: small metadata behind a header and checksum of our own.
//!
//! bincode 1.3.3 is the last usable release and is no longer maintained (RUSTSEC-2025-0141), so its
//! use stays here, always with a byte limit; the encoding (fixed-width little-endian integers,
//! lengths as u64) is simple enough to be read by hand should the crate have to go.

use std::path::Path;

use bincode::Options;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Error, Result};
use crate::message;
use crate::message::{Argument, Message};

fn options(limit: u64) -> impl Options {
    bincode::DefaultOptions::new().with_limit(limit).with_fixint_encoding().reject_trailing_bytes()
}

/// The encoded `value`, at most `limit` bytes.
///
/// # Errors
/// [`Error::Invalid`] if it takes more than `limit` bytes.
pub fn encode<T: Serialize>(value: &T, limit: u64) -> Result<Vec<u8>> {
    options(limit).serialize(value).map_err(|e| {
        Error::Invalid(message!(
            "metadata does not fit into {limit} bytes: {cause}",
            limit,
            cause = Argument::foreign(e)
        ))
    })
}

/// The value that all of `bytes`, read from the file `path`, encode.
///
/// # Errors
/// [`Error::Damaged`] if they are no such value, more than one, or longer than `limit`.
pub fn decode<T: DeserializeOwned>(bytes: &[u8], limit: u64, path: &Path) -> Result<T> {
    let damaged = |reason: Message| Error::Damaged { path: path.to_path_buf(), reason };
    // bincode's own limit bounds what it allocates, yet does not count the lengths of strings.
    if bytes.len() as u64 > limit {
        return Err(damaged(message!("its metadata is longer than {limit} bytes", limit)));
    }
    options(limit).deserialize(bytes).map_err(|e| {
        damaged(message!("its metadata cannot be decoded ({cause})", cause = Argument::foreign(e)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_value_within_the_limit_decodes() {
        let path = Path::new("x.bin");
        let value = ("abc".to_owned(), 7u32);
        let bytes = encode(&value, 64).unwrap();
        assert_eq!(bytes, [3, 0, 0, 0, 0, 0, 0, 0, b'a', b'b', b'c', 7, 0, 0, 0]);
        assert_eq!(decode::<(String, u32)>(&bytes, 64, path).unwrap(), value, "round trip");
        let longer = [&bytes[..], &[0]].concat();
        let huge_length = [&[0xff; 8], &bytes[8..]].concat();
        for (bytes, limit, why) in [
            (&longer[..], 64, "trailing byte"),
            (&bytes[..14], 64, "cut short"),
            (&bytes[..], 14, "over the limit"),
            (&huge_length[..], 64, "length beyond the input"),
        ] {
            let result = decode::<(String, u32)>(bytes, limit, path);
            assert!(matches!(result, Err(Error::Damaged { .. })), "{why}");
        }
        assert!(matches!(encode(&value, 14), Err(Error::Invalid(_))));
    }
}
