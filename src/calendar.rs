//! When arXiv announces papers: days, cut-offs and holidays, in US Eastern time.
//!
//! A batch goes out at 20:00 from Sunday to Thursday and is dated the day after, as the listing pages
//! and the feeds of that day are. [`newest`] is the batch that should be out by now, [`silence`] says
//! why a day has none. Source: arXiv's help pages on availability and submission.
//!
//! The holidays of other years than those in the table follow the same rules, and arXiv may change
//! its mind, so nobody may skip a request because of them: they only put a name to silence.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, Weekday, date},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// Submissions that arrive before this time are announced that evening.
const CUT_OFF: Time = Time::constant(14, 0, 0, 0);
/// When a batch goes out.
const EVENING: Time = Time::constant(20, 0, 0, 0);

/// Why no batch is dated a certain day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// Nothing is announced on the evenings of Friday and Saturday.
    Weekend,
    /// Nothing is announced on the evening of a holiday, so the day after it has no batch.
    Holiday(Holiday),
}

/// A holiday of arXiv's staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// Third Monday of January.
    MartinLutherKing,
    /// 19 June.
    Juneteenth,
    /// 4 July, or the working day next to it.
    Independence,
    /// First Monday of September.
    Labor,
    /// Fourth Thursday of November.
    Thanksgiving,
    /// 25 December, or the working day next to it.
    Christmas,
    /// Evenings between Christmas and New Year, chosen anew each year.
    WinterBreak,
}

/// The zone that arXiv's days are counted in.
pub fn eastern() -> TimeZone {
    TimeZone::get("America/New_York").expect("the time zone database is built in")
}

/// The day it is at arXiv.
pub fn today(now: Timestamp) -> Date {
    now.to_zoned(eastern()).date()
}

/// The last day that is believed of an announcement: a digest of a far one would stay the newest for years.
pub fn believed_until(today: Date) -> Date {
    today.saturating_add(7.days())
}

/// The newest day whose batch should be out at `now`, holidays aside; from 20:00 on that is the day
/// after.
pub fn newest(now: Timestamp) -> Date {
    let now = now.to_zoned(eastern());
    let mut day = now.date();
    if now.time() >= EVENING {
        day = day.tomorrow().unwrap_or(day);
    }
    while is_weekend(day) {
        day = day.yesterday().unwrap_or(Date::MIN);
    }
    day
}

/// When the batch dated `day` goes out: at 20:00 of the evening before.
pub fn out_at(day: Date) -> Timestamp {
    let evening = day.yesterday().unwrap_or(day).to_datetime(EVENING);
    evening.to_zoned(eastern()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The first batch that can hold a paper submitted at `submitted`; it may be held back for longer.
pub fn batch_of(submitted: Timestamp) -> Date {
    let submitted = submitted.to_zoned(eastern());
    let mut evening = submitted.date();
    if submitted.time() >= CUT_OFF {
        evening = evening.tomorrow().unwrap_or(evening);
    }
    let wait = match evening.weekday() {
        // Thursday's and Friday's cut-off end the batch of Sunday evening,
        Weekday::Friday => 2,
        // Friday's and Monday's that of Monday evening.
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        _ => 0,
    };
    evening = evening.saturating_add(wait.days());
    let mut day = evening.tomorrow().unwrap_or(evening);
    while silence(day).is_some() && day < Date::MAX {
        day = day.tomorrow().unwrap_or(Date::MAX);
    }
    day
}

/// The days from `from` to `to` that are no weekend, ascending. Holidays are among them, because only
/// arXiv itself knows them for sure.
pub fn weekdays(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |day| *day <= to).filter(|day| !is_weekend(*day))
}

/// Why no batch is dated `day`, as far as the calendar knows.
pub fn silence(day: Date) -> Option<Silence> {
    if is_weekend(day) {
        return Some(Silence::Weekend);
    }
    holiday(day.yesterday().ok()?).map(Silence::Holiday)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The holiday on whose evening nothing is announced.
fn holiday(evening: Date) -> Option<Holiday> {
    // The days between Christmas and New Year follow no rule; arXiv lists them year by year.
    const WINTER_BREAKS: [Date; 2] = [date(2026, 12, 29), date(2026, 12, 31)];
    if WINTER_BREAKS.contains(&evening) {
        return Some(Holiday::WinterBreak);
    }
    let year = evening.year();
    let nth = |month, nth, weekday| {
        date(year, month, 1).nth_weekday_of_month(nth, weekday).ok() == Some(evening)
    };
    let fixed = |month, day| observed(date(year, month, day)) == evening;
    if evening == date(year, 1, 1) {
        Some(Holiday::NewYear)
    } else if nth(1, 3, Weekday::Monday) {
        Some(Holiday::MartinLutherKing)
    } else if fixed(6, 19) {
        Some(Holiday::Juneteenth)
    } else if fixed(7, 4) {
        Some(Holiday::Independence)
    } else if nth(9, 1, Weekday::Monday) {
        Some(Holiday::Labor)
    } else if nth(11, 4, Weekday::Thursday) {
        Some(Holiday::Thanksgiving)
    } else if fixed(12, 25) {
        Some(Holiday::Christmas)
    } else {
        None
    }
}

/// The working day on which a holiday that falls on a weekend is kept.
fn observed(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.yesterday().unwrap_or(day),
        Weekday::Sunday => day.tomorrow().unwrap_or(day),
        _ => day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_newest_batch_follows_eastern_evenings() {
        for (now, expected) in [
            // Wednesday evening, winter: 20:00 EST is 01:00 UTC.
            ("2026-02-05T00:59:59Z", "2026-02-04"),
            ("2026-02-05T01:00:00Z", "2026-02-05"),
            // In summer 20:00 EDT is 00:00 UTC.
            ("2026-07-08T23:59:59Z", "2026-07-08"),
            ("2026-07-09T00:00:00Z", "2026-07-09"),
            // The night in which summer time begins, 8 March 2026, and ends, 1 November.
            ("2026-03-08T23:59:59Z", "2026-03-06"),
            ("2026-03-09T00:00:00Z", "2026-03-09"),
            ("2026-11-02T00:59:59Z", "2026-10-30"),
            ("2026-11-02T01:00:00Z", "2026-11-02"),
            // Friday and Saturday evenings bring nothing; Sunday's is dated Monday.
            ("2026-02-07T02:00:00Z", "2026-02-06"),
            ("2026-02-08T12:00:00Z", "2026-02-06"),
            ("2026-02-09T01:00:00Z", "2026-02-09"),
        ] {
            assert_eq!(newest(time(now)), day(expected), "{now}");
        }
        assert_eq!(out_at(day("2026-02-05")), time("2026-02-05T01:00:00Z"));
        assert_eq!(out_at(day("2026-07-09")), time("2026-07-09T00:00:00Z"));
        assert_eq!(today(time("2026-02-05T04:59:59Z")), day("2026-02-04"));
    }

    #[test]
    fn a_submission_waits_for_its_cut_off() {
        for (submitted, batch) in [
            // Tuesday 13:59 and 14:00 EST.
            ("2026-02-03T18:59:00Z", "2026-02-04"),
            ("2026-02-03T19:00:00Z", "2026-02-05"),
            // Thursday 14:00 to Friday 14:00 goes out on Sunday, dated Monday.
            ("2026-02-05T19:00:00Z", "2026-02-09"),
            ("2026-02-06T18:59:00Z", "2026-02-09"),
            // Friday 14:00 to Monday 14:00 goes out on Monday, dated Tuesday.
            ("2026-02-06T19:00:00Z", "2026-02-10"),
            ("2026-02-07T12:00:00Z", "2026-02-10"),
            ("2026-02-08T23:00:00Z", "2026-02-10"),
            ("2026-02-09T18:59:00Z", "2026-02-10"),
            // Martin Luther King's evening, Monday 19 January, brings nothing.
            ("2026-01-19T12:00:00Z", "2026-01-21"),
        ] {
            assert_eq!(batch_of(time(submitted)), day(batch), "{submitted}");
        }
    }

    #[test]
    fn the_holidays_of_2026_silence_the_day_after() {
        use Holiday::*;
        for (evening, name) in [
            ("2026-01-01", NewYear),
            ("2026-01-19", MartinLutherKing),
            ("2026-06-19", Juneteenth),
            ("2026-07-03", Independence),
            ("2026-09-07", Labor),
            ("2026-11-26", Thanksgiving),
            ("2026-12-25", Christmas),
            ("2026-12-29", WinterBreak),
            ("2026-12-31", WinterBreak),
        ] {
            assert_eq!(holiday(day(evening)), Some(name), "{evening}");
            let after = day(evening).tomorrow().unwrap();
            let expected =
                if is_weekend(after) { Silence::Weekend } else { Silence::Holiday(name) };
            assert_eq!(silence(after), Some(expected), "{after}");
        }
        let known =
            date(2026, 1, 1).series(1.day()).take(365).filter(|day| holiday(*day).is_some());
        assert_eq!(known.count(), 9);
        // Real batches: the holiday itself has one, the day after does not.
        for (batch, has) in [
            ("2025-11-27", true),
            ("2025-11-28", false),
            ("2026-01-01", true),
            ("2026-01-02", false),
            ("2026-01-19", true),
            ("2026-01-20", false),
            ("2026-01-21", true),
        ] {
            assert_eq!(silence(day(batch)).is_none(), has, "{batch}");
        }
    }

    #[test]
    fn weekdays_leave_out_weekends_only() {
        let days: Vec<String> =
            weekdays(day("2026-01-16"), day("2026-01-20")).map(|d| d.to_string()).collect();
        assert_eq!(days, ["2026-01-16", "2026-01-19", "2026-01-20"]);
        assert_eq!(weekdays(day("2026-01-20"), day("2026-01-19")).count(), 0);
    }
}
