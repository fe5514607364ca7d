//! Memory-mapped reading.
//!
//! [`Map`] is for files that grow and change: it never lends a reference into the mapping; bytes are copied
//! out, and the caller checks the copy (vector rows carry a CRC). [`FrozenMap`] is for files that are put in
//! place whole and never written again, and lends them.
#![allow(unsafe_code)]

use std::{fs::File, io};

use memmap2::Mmap;

use crate::simd;

/// A file as it was when it was mapped; later growth is not seen, later writes within it may be.
pub struct Map(Mmap);

impl Map {
    /// Maps all of `file`.
    pub fn new(file: &File) -> io::Result<Self> {
        // SAFETY: mapping is sound as long as the file is not cut short or changed under a reference.
        // - Cut short: vector files are only ever extended or overwritten in place, never truncated,
        //   by this program; somebody else's truncation ends in a bus error, not in wrong results.
        // - Changed: the one writer is this process (it holds the library's lock) and writes through
        //   `&mut VectorFile`, so no read runs meanwhile. A writer in another process may change
        //   bytes while they are copied; no reference to them leaves `read`, any bit pattern is a
        //   valid byte, and the row's CRC exposes a copy of half-written bytes.
        unsafe { Mmap::map(file) }.map(Map)
    }

    /// Bytes in the mapping.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says that `length` bytes from `at` on will be read soon.
    pub fn prefetch(&self, at: usize, length: usize) {
        if let Some(bytes) = at.checked_add(length).and_then(|end| self.0.get(at..end)) {
            simd::prefetch(bytes);
        }
    }

    /// Copies the bytes from `at` on into `buffer`; false if the mapping ends before.
    pub fn read(&self, at: usize, buffer: &mut [u8]) -> bool {
        let end = at.checked_add(buffer.len());
        match end.and_then(|end| self.0.get(at..end)) {
            Some(bytes) => {
                buffer.copy_from_slice(bytes);
                true
            }
            None => false,
        }
    }
}

/// A file that nobody writes to once it has its name.
pub struct FrozenMap(Mmap);

impl FrozenMap {
    /// Maps all of `file`, which [`write_atomic`](crate::file::write_atomic) put in place.
    pub fn new(file: &File) -> io::Result<Self> {
        // SAFETY: mapping is sound as long as the file is not cut short or changed under a reference. This
        // program writes such a file under another name, renames it, and from then on only removes the name,
        // which leaves a mapping whole. Somebody else's truncation ends in a bus error, not in wrong results.
        unsafe { Mmap::map(file) }.map(FrozenMap)
    }

    /// The content.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stay_inside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, b"0123456789").unwrap();
        let map = Map::new(&File::open(&path).unwrap()).unwrap();
        assert_eq!(map.len(), 10);
        for (at, expected) in
            [(0, Some(b"012")), (7, Some(b"789")), (8, None), (10, None), (usize::MAX, None)]
        {
            let mut buffer = [0; 3];
            let found = map.read(at, &mut buffer).then_some(&buffer);
            assert_eq!(found, expected, "at {at}");
        }
    }
}
