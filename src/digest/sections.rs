//! The sections of a digest: its entries by interest.

use super::Entry;
use crate::text::one_line;

/// Entries of one interest, best first; `interest` is empty for those without one.
pub(super) struct Section<'a> {
    pub interest: String,
    pub entries: Vec<&'a Entry>,
}

/// Sections by their best score, the one without interest last; equal scores keep their order.
pub(super) fn sections(entries: &[Entry]) -> Vec<Section<'_>> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut sections: Vec<Section> = Vec::new();
    for entry in sorted {
        let interest = entry.why.interest.as_deref().map(one_line).unwrap_or_default();
        match sections.iter_mut().find(|s| s.interest == interest) {
            Some(section) => section.entries.push(entry),
            None => sections.push(Section { interest, entries: vec![entry] }),
        }
    }
    // The first entry of a section is its best, so the sections already are in order.
    sections.sort_by_key(|section| section.interest.is_empty());
    sections
}
