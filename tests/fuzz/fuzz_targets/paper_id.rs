//! Ids in any spelling: what parses is canonical, and parses to itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paperlark::PaperId;

fuzz_target!(|text: &str| {
    if let Ok((id, _)) = PaperId::parse_versioned(text) {
        let again = PaperId::parse_versioned(id.as_str()).expect("a canonical id parses");
        assert_eq!(again, (id.clone(), None), "{text:?}");
        assert_eq!(id.is_arxiv(), id.abs_url().is_some());
    }
});
