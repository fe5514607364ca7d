//! JSON Lines through the streamed reader: it ends, names every bad line once, and agrees with the
//! reader of whole texts.
#![no_main]

use std::cell::RefCell;
use std::io::{Seek, SeekFrom, Write};

use libfuzzer_sys::fuzz_target;
use paperlark::source::{self, Snapshot, Source};
use tempfile::NamedTempFile;

thread_local! {
    static FILE: RefCell<NamedTempFile> =
        RefCell::new(NamedTempFile::new().expect("the folder for temporary files is writable"));
}

fuzz_target!(|bytes: &[u8]| {
    FILE.with_borrow_mut(|file| {
        let handle = file.as_file_mut();
        handle.set_len(0).and_then(|()| handle.seek(SeekFrom::Start(0))).expect("it is ours");
        handle.write_all(bytes).expect("it is ours");
        let mut snapshot = Snapshot::open(file.path()).expect("it is there");
        let (mut batches, mut n_errors) = (Vec::new(), 0);
        loop {
            match snapshot.next_page() {
                Ok(Some(page)) => batches.push(page),
                Ok(None) => break,
                Err(_) => n_errors += 1,
            }
        }
        let n_lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
        assert!(n_errors <= n_lines || bytes.starts_with(&[0x1f, 0x8b]));
        let whole = source::parse("fuzz", bytes);
        if n_errors == 0 && bytes.trim_ascii_start().starts_with(b"{") {
            assert_eq!(source::merge(batches), whole.expect("every line was fine").items);
        }
    });
});
