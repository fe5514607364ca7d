//! Zotero exports and answers of its API.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(shelf) = paperlark::shelf::parse("fuzz", bytes) {
        shelf.items.iter().for_each(|item| drop(item.paper_id()));
    }
});
