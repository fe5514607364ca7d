//! TeX to text: saying a text twice says it once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use paperlark::tex::{to_display, to_text};

fuzz_target!(|text: &str| {
    let once = to_text(text);
    assert_eq!(to_text(&once), once, "{text:?}");
    assert!(!once.contains(['\n', '\t', '\u{1b}']), "{text:?}");
    let shown = to_display(text);
    assert_eq!(to_display(&shown), shown, "{text:?}");
});
