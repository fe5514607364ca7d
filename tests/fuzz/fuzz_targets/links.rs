//! Texts with links to papers.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The reader of this format goes here.
    let _ = bytes;
});
