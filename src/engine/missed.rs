//! Days without a digest: which of them a reader is due, and why a day may have none.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::Engine;
use crate::{
    calendar::{self, Silence},
    day::LATE,
    digest::Empty,
    error::Result,
    paper::in_stream,
    profile::Profile,
    store::told_by,
};

impl Engine {
    /// The days for which `profile` is due a digest at `now`, ascending: every day announced since its last
    /// digest, at most [`LATE`] days back, and the current one in any case. At a weekend that is the day
    /// itself, whose digest says why it is empty.
    ///
    /// # Errors
    /// As [`Library::delivery_days`](crate::store::Library::delivery_days).
    pub fn due(&self, profile: &Profile, now: Timestamp) -> Result<Vec<Date>> {
        let (newest, today) = (calendar::newest(now), calendar::today(now));
        let reach = newest.saturating_sub(LATE.days());
        let last = self.library.delivery_days(&profile.id)?.map(|(_, last)| last);
        let from = last.map_or(reach, |last| last.tomorrow().unwrap_or(last).max(reach));
        let mut due = Vec::new();
        for day in from.series(1.day()).take_while(|day| *day <= newest) {
            if self.announces(profile, day)? {
                due.push(day);
            }
        }
        if last.is_none() {
            // Somebody new is not owed the past, but their first digest had better not be empty.
            due.drain(..due.len().saturating_sub(1));
        }
        let current =
            if today <= newest && self.announces(profile, newest)? { newest } else { today };
        if due.last().is_none_or(|day| *day < current) {
            due.push(current);
        }
        Ok(due)
    }

    /// Whether anything is known to be announced on `day` in the stream of `profile`.
    fn announces(&self, profile: &Profile, day: Date) -> Result<bool> {
        let lines = self.library.announced_on(day)?;
        Ok(!self.listed(profile, lines, None)?.is_empty())
    }

    /// Why nothing is known to be announced on `date` in the categories of `profile`; `None` if no source
    /// has told anything of that day.
    ///
    /// # Errors
    /// As [`Library::days`](crate::store::Library::days).
    pub fn silence(&self, profile: &Profile, date: Date) -> Result<Option<Empty>> {
        let named = calendar::silence(date);
        if named == Some(Silence::Weekend) {
            return Ok(Some(Empty::Weekend));
        }
        let days = self.library.days(date, date)?;
        let (mine, others): (Vec<_>, Vec<_>) = days
            .into_iter()
            .partition(|day| in_stream(std::slice::from_ref(&day.category), &profile.categories));
        let told = |source: &str| mine.iter().all(|day| day.is_told_by(source));
        Ok(if mine.is_empty() {
            None
        } else if let Some(since) = mine.iter().find_map(|day| day.stale) {
            Some(Empty::Stale { since })
        } else if let Some(named) = named {
            Some(Empty::from(named))
        } else if others.iter().any(|day| day.papers > 0) || told(told_by::LISTING) {
            // The listing page states the day itself, and has nothing on it.
            Some(Empty::Quiet)
        } else if mine.iter().all(|day| day.complete)
            || (told(told_by::FEED) && told(told_by::OLD_LISTING))
        {
            Some(Empty::NoAnnouncement)
        } else {
            Some(Empty::FeedEmpty)
        })
    }
}
