//! Which announcements of a day are in question for a reader, and why the others are not.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;

use super::{Listed, Verdict};
use crate::{
    paper::Paper,
    reader::{Known, Reader},
    row::{Considered, Line, Row},
};

/// The announcements of a reader's day, those that are in question told from the others.
#[derive(Debug, Clone)]
pub struct Sifted {
    /// The day.
    pub date: Date,
    /// What the digest of the day answers for, in order of announcement day and id.
    pub listed: Vec<Listed>,
    /// One for each of them; `None` for a candidate.
    pub verdicts: Vec<Option<Verdict>>,
    /// Lines that the ledger has of the day, in whatever category.
    pub announced: usize,
}

/// How many announcements of a day went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Announcements that the digest answers for.
    pub read: usize,
    /// Of a kind that the profile does not want.
    pub unwanted: usize,
    /// Hidden by a rule.
    pub muted: usize,
    /// Known to the reader.
    pub seen_before: usize,
}

impl Sifted {
    /// Sifts what is `listed` for the day `date`. `told` has, for each paper, what digests of this reader took
    /// into account. With `again`, what other digests showed or read is in question once more. `announced` is the
    /// number of lines that the ledger has of the day.
    pub fn new(
        reader: &Reader,
        date: Date,
        listed: Vec<Listed>,
        told: &HashMap<Row, Vec<Considered>>,
        again: bool,
        announced: usize,
    ) -> Self {
        let mut sifted = Sifted { date, listed: Vec::new(), verdicts: Vec::new(), announced };
        let mut queued = HashSet::new();
        for Listed { line, paper } in listed {
            let told = told.get(&line.row).and_then(|told| told_of(told, &line, date));
            // Another digest answers for it.
            if told.is_some() && line.date != date {
                continue;
            }
            let told = told.filter(|_| !again);
            let verdict = verdict(reader, date, &line, &paper, told, again).or_else(|| {
                let is_first = queued.insert(line.row);
                (!is_first).then_some(Verdict::Repeated)
            });
            sifted.listed.push(Listed { line, paper });
            sifted.verdicts.push(verdict);
        }
        sifted
    }

    /// A day of which everything is in question.
    pub fn of_candidates(date: Date, listed: Vec<Listed>) -> Self {
        let (verdicts, announced) = (vec![None; listed.len()], listed.len());
        Sifted { date, listed, verdicts, announced }
    }

    /// Leaves out the announcements that do not pass, as if nobody had told of them.
    pub fn keep(&mut self, passes: impl Fn(&Listed) -> bool) {
        let all = std::mem::take(&mut self.listed).into_iter();
        let all = all.zip(std::mem::take(&mut self.verdicts));
        (self.listed, self.verdicts) = all.filter(|(listed, _)| passes(listed)).unzip();
    }

    /// The announcements in question, in order.
    pub fn candidates(&self) -> impl Iterator<Item = &Listed> {
        let open = std::iter::zip(&self.listed, &self.verdicts);
        open.filter(|(_, verdict)| verdict.is_none()).map(|(listed, _)| listed)
    }

    /// Rows of the papers in question, in order.
    pub fn rows(&self) -> Vec<Row> {
        self.candidates().map(|listed| listed.line.row).collect()
    }

    /// Why a paper is not in question; `None` if it is, or if the day has no announcement of it.
    pub fn verdict(&self, row: Row) -> Option<&Verdict> {
        let is_of = |listed: &Listed| listed.line.row == row;
        if self.candidates().any(is_of) {
            return None;
        }
        let at = self.listed.iter().position(is_of)?;
        self.verdicts[at].as_ref()
    }

    /// How many went which way.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { read: self.listed.len(), ..Counts::default() };
        for verdict in self.verdicts.iter().flatten() {
            *match verdict {
                Verdict::OtherKind { .. } => &mut counts.unwanted,
                Verdict::Muted { .. } => &mut counts.muted,
                _ => &mut counts.seen_before,
            } += 1;
        }
        counts
    }

    /// New versions of papers that other digests show.
    pub fn updated(&self) -> impl Iterator<Item = &Paper> {
        let updated = std::iter::zip(&self.listed, &self.verdicts);
        updated
            .filter(|(_, verdict)| matches!(verdict, Some(Verdict::Updated { .. })))
            .map(|(listed, _)| &*listed.paper)
    }

    /// What the digest of the day answers for, to be recorded with it.
    pub fn considered(&self) -> Vec<Considered> {
        let considered = |Listed { line, .. }: &Listed| {
            let Line { row, date: announced, kind, .. } = *line;
            Considered { row, announced, kind, digest: self.date }
        };
        self.listed.iter().map(considered).collect()
    }

    /// The same as text, a line each, to tell whether a day has changed.
    pub fn fingerprint(&self) -> String {
        let line = |Listed { line, paper }: &Listed| {
            let version = paper.version.unwrap_or(0);
            format!("\n{} {version} {} {}", paper.id, line.kind.as_str(), line.stated)
        };
        self.listed.iter().map(line).collect()
    }
}

/// The last digest of another day than `date` that took this announcement into account, or one as good.
///
/// A paper is new once; a new version is one announcement of many. A source that failed may have told of the
/// cross-list alone.
fn told_of(told: &[Considered], line: &Line, date: Date) -> Option<Date> {
    let tells = |other: &&Considered| {
        let again = line.kind.is_first() && other.kind.is_first();
        other.digest != date && (again || other.announced == line.date) && other.kind <= line.kind
    };
    told.iter().filter(tells).map(|other| other.digest).max()
}

/// Why an announcement is not in question.
fn verdict(
    reader: &Reader,
    date: Date,
    line: &Line,
    paper: &Arc<Paper>,
    told: Option<Date>,
    again: bool,
) -> Option<Verdict> {
    if !reader.profile.announce.contains(&line.kind) {
        return Some(Verdict::OtherKind { kind: line.kind });
    }
    if let Some(mute) = reader.said.muted(paper) {
        return Some(Verdict::Muted { what: mute.to_string() });
    }
    let elsewhere = reader.shown_on(line.row).iter().rfind(|day| **day != date);
    if let Some(on) = elsewhere.filter(|_| !again && !line.kind.is_first()) {
        return Some(Verdict::Updated { on: *on });
    }
    let known = reader.knows(line.row, date).filter(|known| match known {
        Known::Shown(_) => !again,
        _ => true,
    });
    known.map(Verdict::from).or(told.map(|on| Verdict::ReadBefore { on }))
}

impl From<Known> for Verdict {
    fn from(known: Known) -> Self {
        match known {
            Known::Seed => Verdict::Seed,
            Known::Removed => Verdict::Removed,
            Known::Marked(mark) => Verdict::Marked { mark: mark.to_string() },
            Known::Shown(on) => Verdict::ShownBefore { on },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        paper::Kind,
        profile::Profile,
        reader::{Act, Event, Feedback, Field, Held, Mark, Mute},
    };

    const TODAY: &str = "2026-06-10";
    const BEFORE: &str = "2026-06-08";

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn paper(n: u32) -> Arc<Paper> {
        let id = format!("2606.{n:05}").parse().unwrap();
        let paper = Paper::new(id, format!("Paper {n}"), String::new());
        Arc::new(Paper { authors: vec![format!("Author {n}")], ..paper })
    }

    fn listed(n: u32, date: &str, kind: Kind) -> Listed {
        let category = "cs.LG".to_owned();
        let line = Line { row: Row(n), date: day(date), category, kind, stated: true };
        Listed { line, paper: paper(n) }
    }

    /// A reader with one seed (paper 1) who did these things and got these digests.
    fn reader(acts: &[Act], shown: &[(&str, u32)]) -> Reader {
        let seed = paper(1);
        let text = format!("[[interest]]\nname = \"Birds\"\nseeds = [\"{}\"]\n", seed.id);
        let (profile, _) = Profile::parse("ada.toml".as_ref(), &text).unwrap();
        let events: Vec<Event> = acts
            .iter()
            .map(|act| Event {
                command: 1,
                act: act.clone(),
                at: Timestamp::UNIX_EPOCH,
                origin: "test".into(),
            })
            .collect();
        let held = Held {
            rows: [(seed.id.clone(), Row(1))].into(),
            added: Vec::new(),
            unreadable: Default::default(),
            shown: shown.iter().map(|(on, n)| (day(on), Row(*n))).collect(),
            until: Date::MAX,
        };
        let said = Feedback::fold(&events, Timestamp::MAX);
        Reader::new(&profile, said, &held).unwrap().0
    }

    fn told(n: u32, announced: &str, digest: &str, kind: Kind) -> HashMap<Row, Vec<Considered>> {
        let (announced, digest) = (day(announced), day(digest));
        [(Row(n), vec![Considered { row: Row(n), announced, kind, digest }])].into()
    }

    /// The verdict on paper `n`, announced today as `kind`.
    fn verdict_on(reader: &Reader, n: u32, kind: Kind, again: bool) -> Option<Verdict> {
        let listed = vec![listed(n, TODAY, kind)];
        let sifted = Sifted::new(reader, day(TODAY), listed, &HashMap::new(), again, 1);
        sifted.verdicts[0].clone()
    }

    #[test]
    fn every_reason_to_leave_a_paper_out_has_its_verdict() {
        let mute = Mute::new(Field::Author, "Author 4").unwrap();
        let acts = [
            Act::Mark(Row(2), Mark::Dislike),
            Act::Unseed(Row(3)),
            Act::Mute(mute.clone()),
            Act::Mark(Row(5), Mark::Like),
        ];
        // Today's own digest shows 5 and 6, another one 7.
        let reader = reader(&acts, &[(TODAY, 5), (TODAY, 6), (BEFORE, 7)]);
        let on = day(BEFORE);
        let expected = [
            (1, Some(Verdict::Seed)),
            (2, Some(Verdict::Marked { mark: "dislike".into() })),
            (3, Some(Verdict::Removed)),
            (4, Some(Verdict::Muted { what: mute.to_string() })),
            (5, None),
            (6, None),
            (7, Some(Verdict::ShownBefore { on })),
            (8, None),
        ];
        for (n, verdict) in expected {
            assert_eq!(verdict_on(&reader, n, Kind::New, false), verdict, "paper {n}");
        }
        assert_eq!(verdict_on(&reader, 7, Kind::New, true), None, "shown once more if asked");
        assert_eq!(verdict_on(&reader, 1, Kind::New, true), Some(Verdict::Seed));
        let kind = Kind::Replace;
        assert_eq!(verdict_on(&reader, 8, kind, false), Some(Verdict::OtherKind { kind }));
    }

    #[test]
    fn a_new_version_of_a_shown_paper_is_an_update() {
        let mut reader = reader(&[Act::Mark(Row(7), Mark::Like)], &[(BEFORE, 7)]);
        reader.profile.announce = vec![Kind::New, Kind::Replace];
        let on = day(BEFORE);
        assert_eq!(verdict_on(&reader, 7, Kind::Replace, false), Some(Verdict::Updated { on }));
        let listed = vec![listed(7, TODAY, Kind::Replace), listed(8, TODAY, Kind::Replace)];
        let sifted = Sifted::new(&reader, day(TODAY), listed, &HashMap::new(), false, 2);
        let updated: Vec<_> = sifted.updated().map(|paper| paper.id.clone()).collect();
        assert_eq!(updated, [paper(7).id.clone()]);
        let counts = Counts { read: 2, seen_before: 1, ..Counts::default() };
        assert_eq!(sifted.counts(), counts);
        assert_eq!(sifted.rows(), [Row(8)]);
    }

    #[test]
    fn what_another_digest_read_is_told_once() {
        let reader = reader(&[], &[]);
        let sift =
            |listed, told, again| Sifted::new(&reader, day(TODAY), vec![listed], told, again, 1);
        let other = told(8, BEFORE, BEFORE, Kind::New);
        // A late line that another digest answers for is none of this day's.
        let late = sift(listed(8, BEFORE, Kind::New), &other, false);
        assert_eq!((late.listed.len(), late.considered().len()), (0, 0));
        let again = sift(listed(8, TODAY, Kind::New), &other, false);
        assert_eq!(again.verdicts, [Some(Verdict::ReadBefore { on: day(BEFORE) })]);
        assert_eq!(sift(listed(8, TODAY, Kind::New), &other, true).verdicts, [None]);
        // This day's own digest does not count, and a cross-list does not stand for the paper.
        let own = told(8, TODAY, TODAY, Kind::New);
        assert_eq!(sift(listed(8, TODAY, Kind::New), &own, false).verdicts, [None]);
        let cross = told(8, BEFORE, BEFORE, Kind::Cross);
        assert_eq!(sift(listed(8, TODAY, Kind::New), &cross, false).verdicts, [None]);
        // What nobody told is late and in question.
        let missed = sift(listed(8, BEFORE, Kind::New), &HashMap::new(), false);
        assert_eq!((missed.verdicts.len(), missed.rows()), (1, vec![Row(8)]));
    }

    #[test]
    fn a_paper_is_in_question_once() {
        let reader = reader(&[], &[]);
        let twice = vec![listed(8, BEFORE, Kind::New), listed(8, TODAY, Kind::Cross)];
        let sifted = Sifted::new(&reader, day(TODAY), twice, &HashMap::new(), false, 1);
        assert_eq!(sifted.verdicts, [None, Some(Verdict::Repeated)]);
        assert_eq!(sifted.verdict(Row(8)), None, "it is a candidate");
        assert_eq!(sifted.verdict(Row(9)), None, "nobody told of it");
    }
}
