//! Lists of ids, and texts with links to papers.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(shelf) = paperlark::shelf::parse("fuzz", bytes) {
        shelf.items.iter().for_each(|item| drop(item.paper_id()));
    }
});
