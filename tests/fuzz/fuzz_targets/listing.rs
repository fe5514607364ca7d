//! Listing pages of arXiv.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // By content, as for every input; its own reader can be called here once it is public.
    let _ = paperlark::source::parse("fuzz", bytes);
});
