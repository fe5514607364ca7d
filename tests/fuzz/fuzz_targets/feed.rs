//! RSS, Atom and query answers: papers or an error, and merging does not care for order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paperlark::source;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(batch) = source::parse("fuzz", bytes) {
        for item in &batch.items {
            assert!(!item.paper.title.is_empty());
        }
        let merged = source::merge(vec![batch.clone()]);
        assert_eq!(source::merge(vec![batch.clone(), batch]), merged);
    }
});
