//! Answers of the Zotero API.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The reader of this format goes here.
    let _ = bytes;
});
