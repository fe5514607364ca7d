//! Papers and announcements by number, as a library keeps them.

use jiff::civil::Date;

use crate::paper::Kind;

/// A paper's key in the library, which is also the row of its vector in every vector file.
///
/// Keys are small, start at 1, and stay with their paper for as long as the library exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u32);

/// A line of the ledger: a paper was announced on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The paper.
    pub row: Row,
    /// Announcement day, US Eastern.
    pub date: Date,
    /// The category or archive whose announcement it is; empty where the source is not of one.
    pub category: String,
    /// New, cross-list or replacement, as that category sees it.
    pub kind: Kind,
    /// Whether the source stated the day; otherwise it is the day of the run that met the paper.
    pub stated: bool,
}

/// An announcement that a digest took into account, whether it shows the paper or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Considered {
    /// The paper.
    pub row: Row,
    /// Announcement day.
    pub announced: Date,
    /// New, cross-list or replacement, as the profile sees it.
    pub kind: Kind,
    /// Day of the digest.
    pub digest: Date,
}
