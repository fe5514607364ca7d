//! Listing pages of arXiv.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = paperlark::source::listing::parse("fuzz", text);
    }
});
