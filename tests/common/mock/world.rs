//! A small arXiv of our own: some weeks of announcements that are the same on every run.
//!
//! [`World::new`] makes papers and batches from a seed; [`World::listed`] says what a batch holds for some
//! categories, [`World::truth`] what a reader of them must be shown. Nothing here knows of HTTP, and
//! nothing is shared with the program under test.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};

/// The categories of this world.
pub const CATEGORIES: [&str; 4] = ["cs.LG", "cs.CV", "stat.ML", "math.OC"];

/// Evenings without an announcement, as arXiv publishes them for 2026.
const HOLIDAYS: [&str; 9] = [
    "2026-01-01",
    "2026-01-19",
    "2026-06-19",
    "2026-07-03",
    "2026-09-07",
    "2026-11-26",
    "2026-12-25",
    "2026-12-29",
    "2026-12-31",
];

/// How a paper is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    New,
    Cross,
    Replace,
    ReplaceCross,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::New => "new",
            Kind::Cross => "cross",
            Kind::Replace => "replace",
            Kind::ReplaceCross => "replace-cross",
        }
    }
}

/// A paper with all that will ever happen to it.
pub struct Paper {
    pub id: String,
    pub title: String,
    pub abstract_text: String,
    /// Names as the author typed them, with TeX accents.
    pub authors: Vec<String>,
    pub comment: Option<String>,
    /// The primary one first, each with the batch that brought it; `None` if it came with the first.
    categories: Vec<(String, Option<Date>)>,
    /// When each version was submitted, and the batch that announced it; `None` before this world begins.
    versions: Vec<(Timestamp, Option<Date>)>,
    /// Batches with which its record changed in any way.
    changed: Vec<Date>,
}

/// A paper as it stands at a moment.
pub struct Standing {
    pub categories: Vec<String>,
    /// When each version so far was submitted.
    pub versions: Vec<Timestamp>,
    /// Date of the last change of the record.
    pub datestamp: Date,
}

impl Paper {
    pub fn primary(&self) -> &str {
        &self.categories[0].0
    }

    /// The paper after the batch of `date`; `None` before it was announced.
    pub fn on(&self, date: Date) -> Option<Standing> {
        let before = |d: &Option<Date>| d.is_none_or(|d| d <= date);
        let versions: Vec<Timestamp> =
            self.versions.iter().filter(|(_, d)| before(d)).map(|(at, _)| *at).collect();
        let submitted = versions.last()?;
        let categories = self.categories.iter().filter(|(_, d)| before(d));
        let changes = self.changed.iter().filter(|d| **d <= date);
        Some(Standing {
            categories: categories.map(|(name, _)| name.clone()).collect(),
            datestamp: changes
                .max()
                .copied()
                .unwrap_or_else(|| submitted.to_zoned(TimeZone::UTC).date()),
            versions,
        })
    }
}

/// What happens to a paper in a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    New,
    /// This version replaces the one before.
    Replace(u32),
    /// It is cross-listed late, to this category.
    Cross(String),
    /// Its metadata changes, which is announced nowhere and moves its OAI datestamp.
    Edit,
}

pub struct Event {
    /// Place in [`World::papers`].
    pub paper: usize,
    pub what: What,
}

/// One announcement.
pub struct Batch {
    pub date: Date,
    pub events: Vec<Event>,
}

/// A line of a listing or feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub paper: usize,
    pub kind: Kind,
    pub version: u32,
}

/// What to make.
#[derive(Clone)]
pub struct Plan {
    pub seed: u64,
    pub first: Date,
    pub last: Date,
    /// Days whose batch does not happen, though no list of holidays says so.
    pub surprises: Vec<Date>,
    /// A day on which one category has this many papers.
    pub big: Option<(Date, &'static str, usize)>,
    /// Days on which nothing happens in a category.
    pub quiet: Vec<(Date, &'static str)>,
    /// New papers per category and day.
    pub size: std::ops::Range<usize>,
}

impl Plan {
    /// Announcement days from `first` to `last`, dates as YYYY-MM-DD.
    pub fn new(first: &str, last: &str) -> Self {
        Plan {
            seed: super::seed(7),
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            surprises: Vec::new(),
            big: None,
            quiet: Vec::new(),
            size: 3..9,
        }
    }
}

pub struct World {
    pub papers: Vec<Paper>,
    pub batches: Vec<Batch>,
}

/// An instant from a time in New York, `2026-02-05 09:00`.
pub fn eastern(text: &str) -> Timestamp {
    let at: DateTime = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    zoned(at)
}

/// The day in New York at an instant.
pub fn eastern_date(at: Timestamp) -> Date {
    at.to_zoned(new_york()).date()
}

fn new_york() -> TimeZone {
    TimeZone::get("America/New_York").unwrap()
}

fn zoned(at: DateTime) -> Timestamp {
    at.to_zoned(new_york()).unwrap().timestamp()
}

/// Whether `wanted`, a category or an archive, takes in `category`.
pub fn within(category: &str, wanted: &str) -> bool {
    category.eq_ignore_ascii_case(wanted)
        || category.split_once('.').is_some_and(|(archive, _)| archive == wanted)
}

impl Batch {
    /// When it goes out: 20:00 in New York on the evening before its date.
    pub fn out(&self) -> Timestamp {
        zoned(self.date.yesterday().unwrap().at(20, 0, 0, 0))
    }

    /// When OAI-PMH has it.
    pub fn in_oai(&self) -> Timestamp {
        zoned(self.date.yesterday().unwrap().at(22, 30, 0, 0))
    }
}

impl World {
    pub fn new(plan: &Plan) -> World {
        Maker::new(plan).make(plan)
    }

    /// The batches that are out, oldest first.
    pub fn out(&self, now: Timestamp) -> &[Batch] {
        let n = self.batches.partition_point(|batch| batch.out() <= now);
        &self.batches[..n]
    }

    pub fn batch(&self, date: Date) -> Option<&Batch> {
        self.batches.iter().find(|batch| batch.date == date)
    }

    /// What a batch holds for these categories, each paper once: new, cross, replace, replace-cross.
    pub fn listed(&self, batch: &Batch, wanted: &[String]) -> Vec<Listed> {
        let mut best: BTreeMap<usize, Listed> = BTreeMap::new();
        for event in &batch.events {
            let Some(kind) = self.kind(event, batch.date, wanted) else { continue };
            let standing = self.papers[event.paper].on(batch.date).unwrap();
            let version = standing.versions.len() as u32;
            let listed = Listed { paper: event.paper, kind, version };
            match best.get(&event.paper) {
                Some(other) if other.kind <= kind => {}
                _ => _ = best.insert(event.paper, listed),
            }
        }
        let mut all: Vec<Listed> = best.into_values().collect();
        all.sort_by_key(|l| (l.kind, self.papers[l.paper].id.clone()));
        all
    }

    /// How an event is announced to a reader of some categories, if at all.
    fn kind(&self, event: &Event, date: Date, wanted: &[String]) -> Option<Kind> {
        let paper = &self.papers[event.paper];
        let is_wanted = |category: &str| wanted.iter().any(|w| within(category, w));
        let home = is_wanted(paper.primary());
        let any = paper.on(date)?.categories.iter().any(|c| is_wanted(c));
        match &event.what {
            What::New if home => Some(Kind::New),
            What::New if any => Some(Kind::Cross),
            What::Replace(_) if home => Some(Kind::Replace),
            What::Replace(_) if any => Some(Kind::ReplaceCross),
            What::Cross(category) if is_wanted(category) => Some(Kind::Cross),
            _ => None,
        }
    }

    /// What a reader must be shown who reads from `first` to `last`; what is `soft` only may be shown,
    /// because no service tells it from something else.
    pub fn truth(
        &self,
        categories: &[&str],
        announce: &[&str],
        first: Date,
        last: Date,
        soft: &dyn Fn(&Event, Date) -> bool,
    ) -> Truth {
        let wanted: Vec<String> = categories.iter().map(|c| c.to_string()).collect();
        let mut truth = Truth::default();
        for batch in &self.batches {
            for event in &batch.events {
                let Some(kind) = self.kind(event, batch.date, &wanted) else { continue };
                if batch.date > last || !announce.contains(&kind.as_str()) {
                    continue;
                }
                let id = self.papers[event.paper].id.clone();
                if batch.date < first || soft(event, batch.date) {
                    truth.may.insert(id);
                } else {
                    truth.must.entry(id).or_insert((batch.date, event.what.clone()));
                }
            }
        }
        truth
    }

    /// Place of a paper.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.papers.iter().position(|paper| paper.id == id)
    }
}

/// What a reader must and may be shown.
#[derive(Default)]
pub struct Truth {
    /// Every one of these, once, with its first announcement in the span.
    pub must: BTreeMap<String, (Date, What)>,
    /// These were announced before the reader began, or cannot be known for certain.
    pub may: BTreeSet<String>,
}

/// The state of making a world.
struct Maker {
    rng: Rng,
    papers: Vec<Paper>,
    batches: Vec<Batch>,
    month: (i16, i8),
    number: usize,
}

impl Maker {
    fn new(plan: &Plan) -> Self {
        Maker {
            rng: Rng::with_seed(plan.seed),
            papers: Vec::new(),
            batches: Vec::new(),
            month: (0, 0),
            number: 0,
        }
    }

    fn make(mut self, plan: &Plan) -> World {
        self.old_papers(plan.first);
        let mut opened = cut_off(plan.first).checked_sub(24.hours()).unwrap();
        for date in plan.first.series(1.day()).take_while(|d| *d <= plan.last) {
            let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
            let eve = date.yesterday().unwrap().to_string();
            if weekend || HOLIDAYS.contains(&eve.as_str()) || plan.surprises.contains(&date) {
                continue;
            }
            // What was submitted over a holiday comes with the next batch.
            let closed = cut_off(date);
            let days = (closed.as_second() - opened.as_second()) / 86_400;
            self.batch(plan, date, opened, if days > 3 { 2 } else { 1 });
            opened = closed;
        }
        World { papers: self.papers, batches: self.batches }
    }

    /// Papers from before this world begins, for replacements and late cross-lists.
    fn old_papers(&mut self, first: Date) {
        for n in 0..400usize {
            let days = self.rng.i64(40..3000);
            let submitted = zoned(first.checked_sub(days.days()).unwrap().at(11, 5, 9, 0));
            let id = match n % 20 {
                0 => format!("math/06{:02}{:03}", 1 + n % 12, n),
                1 => format!("0{:03}.{n:04}", 901 + n % 12),
                _ => {
                    let date = submitted.to_zoned(TimeZone::UTC).date();
                    format!("{:02}{:02}.{:05}", date.year() % 100, date.month(), 100 + n)
                }
            };
            let home = CATEGORIES[self.rng.usize(..CATEGORIES.len())];
            let mut paper = self.paper(id, home, submitted);
            paper.versions[0].1 = None;
            for _ in 1..[1, 1, 1, 2, 3, 6][self.rng.usize(..6)] {
                paper.versions.push((submitted.checked_add(240.hours()).unwrap(), None));
            }
            self.papers.push(paper);
        }
    }

    /// A paper with one version and without a past.
    fn paper(&mut self, id: String, home: &str, submitted: Timestamp) -> Paper {
        let mut categories = vec![(home.to_owned(), None)];
        if self.rng.f32() < 0.45 {
            let other = CATEGORIES[self.rng.usize(..CATEGORIES.len())];
            if other != home {
                categories.push((other.to_owned(), None));
            }
        }
        if self.rng.f32() < 0.2 {
            categories.push((["68T05", "I.2.6", "cs.RO"][self.rng.usize(..3)].to_owned(), None));
        }
        let (title, abstract_text) = words(&mut self.rng, home);
        let from = self.rng.usize(..NAMES.len());
        let authors = NAMES.iter().cycle().skip(from).take(self.rng.usize(1..5));
        Paper {
            id,
            title,
            abstract_text,
            authors: authors.map(|name| name.to_string()).collect(),
            comment: (self.rng.f32() < 0.4).then(|| format!("{} pages", self.rng.u32(8..40))),
            categories,
            versions: vec![(submitted, None)],
            changed: Vec::new(),
        }
    }

    fn batch(&mut self, plan: &Plan, date: Date, opened: Timestamp, times: usize) {
        let closed = cut_off(date);
        let quiet = |category: &str| plan.quiet.iter().any(|(d, c)| *d == date && *c == category);
        let mut homes = Vec::new();
        for category in CATEGORIES.into_iter().filter(|c| !quiet(c)) {
            let n = match plan.big {
                Some((day, big, n)) if day == date && big == category => n,
                _ => self.rng.usize(plan.size.clone()) * times,
            };
            homes.extend(std::iter::repeat_n(category, n));
        }
        self.rng.shuffle(&mut homes);
        if self.month != (date.year(), date.month()) {
            self.month = (date.year(), date.month());
            self.number = 0;
        }
        let before = self.papers.len();
        let mut events = Vec::new();
        for (n, home) in homes.into_iter().enumerate() {
            self.number += 1;
            let span = closed.as_second() - opened.as_second();
            let mut submitted = opened.as_second() + self.rng.i64(0..span);
            let mut id = format!("{:02}{:02}.{:05}", date.year() % 100, date.month(), self.number);
            // A few were held back: submitted long ago; and one has an id of an earlier month.
            if n % 9 == 4 {
                submitted -= 86_400 * self.rng.i64(5..60);
            }
            if n == 13 {
                let ago = date.checked_sub(35.days()).unwrap();
                let last = 90_000 + self.batches.len();
                id = format!("{:02}{:02}.{last}", ago.year() % 100, ago.month());
                submitted -= 86_400 * 34;
            }
            let mut paper = self.paper(id, home, Timestamp::from_second(submitted).unwrap());
            paper.categories.retain(|(category, _)| !quiet(category));
            paper.versions[0].1 = Some(date);
            paper.changed.push(date);
            events.push(Event { paper: self.papers.len(), what: What::New });
            self.papers.push(paper);
        }
        self.old_ones(date, closed, before, &quiet, &mut events);
        self.batches.push(Batch { date, events });
    }

    /// What happens to papers that were known before: each at most once a day.
    fn old_ones(
        &mut self,
        date: Date,
        closed: Timestamp,
        before: usize,
        quiet: &dyn Fn(&str) -> bool,
        events: &mut Vec<Event>,
    ) {
        let mut touched = BTreeSet::new();
        for n in 0..18 {
            // Half of them recent papers, which readers may have been shown.
            let place = match n % 2 {
                0 => self.rng.usize(..before),
                _ => before - 1 - self.rng.usize(..before.min(60)),
            };
            if self.papers[place].categories.iter().any(|(category, _)| quiet(category))
                || !touched.insert(place)
            {
                continue;
            }
            let paper = &mut self.papers[place];
            let what = match n {
                0..9 => {
                    let hours = self.rng.i64(1..20);
                    paper.versions.push((closed.checked_sub(hours.hours()).unwrap(), Some(date)));
                    What::Replace(paper.versions.len() as u32)
                }
                9..14 => {
                    let category = CATEGORIES[self.rng.usize(..CATEGORIES.len())];
                    if quiet(category) || paper.categories.iter().any(|(c, _)| c == category) {
                        continue;
                    }
                    paper.categories.push((category.to_owned(), Some(date)));
                    What::Cross(category.to_owned())
                }
                _ => What::Edit,
            };
            paper.changed.push(date);
            events.push(Event { paper: place, what });
        }
    }
}

/// End of submissions for the batch of `date`: 14:00 on the working day before.
fn cut_off(date: Date) -> Timestamp {
    let back = if date.weekday() == Weekday::Monday { 3 } else { 1 };
    zoned(date.checked_sub(back.days()).unwrap().at(14, 0, 0, 0))
}

fn pick<'a>(rng: &mut Rng, list: &[&'a str]) -> &'a str {
    list[rng.usize(..list.len())]
}

/// A title and an abstract as authors write them, TeX and all.
fn words(rng: &mut Rng, home: &str) -> (String, String) {
    let topics: &[&str] = match home {
        "cs.LG" => &["gradient flow", "sparse attention", "graph networks", "tabular pretraining"],
        "cs.CV" => &["video depth", "point clouds", "open-set detection", "image restoration"],
        "stat.ML" => &["kernel regression", "conformal sets", "Gaussian processes", "bandits"],
        _ => &["interior-point methods", "bilevel programs", "min-max games", "column generation"],
    };
    let topic = pick(rng, topics);
    let title = format!(
        "{} {} of {topic}{}",
        pick(rng, &["A Patient", "An Exact", "Sharp", "Another", "On the", "Towards a"]),
        pick(rng, &["Account", "Geometry", "Analysis", "Calculus", "Stability", "Cost"]),
        pick(
            rng,
            &["", " in $\\ell_1$", " after Poincar\\'e", ": When $n < m$", " & Friends", "?"]
        ),
    );
    let sentences = [
        format!("We study {topic} where data arrive in no particular order."),
        "The method needs one pass & no tuning, and its cost is $O(n \\log n)$ in the samples."
            .into(),
        format!("A theorem of G\\\"odel-like flavour bounds what {topic} can reach when $a < b$."),
        "Experiments on three collections of bird songs confirm the prediction.".into(),
        format!("Number {} of a series; code is at https://example.org/code.", rng.u32(1..10_000)),
    ];
    let kept: Vec<String> = sentences.into_iter().filter(|_| rng.f32() < 0.75).collect();
    let text = match kept.is_empty() {
        true => format!("A short note on {topic}."),
        false => kept.join(" "),
    };
    (title, text)
}

const NAMES: [&str; 8] = [
    "Ida Lark",
    "Jos\\'e Wren",
    "Wei Ouzel",
    "K. G\\\"urtel",
    "Anna Tit (Nest, Oak)",
    "Bo Finch",
    "Paulo Andr\\'e",
    "Mira Siskin",
];

/// The accents of this world as arXiv's pages show them.
pub fn unicode(text: &str) -> String {
    text.replace("\\'e", "é").replace("\\\"o", "ö").replace("\\\"u", "ü")
}

#[test]
fn holidays_and_weekends_have_no_batch() {
    let world = World::new(&Plan::new("2026-01-15", "2026-01-23"));
    let dates: Vec<String> = world.batches.iter().map(|b| b.date.to_string()).collect();
    let expected =
        ["2026-01-15", "2026-01-16", "2026-01-19", "2026-01-21", "2026-01-22", "2026-01-23"];
    assert_eq!(dates, expected);
    assert_eq!(world.batches[2].out(), eastern("2026-01-18 20:00"));
}

#[test]
fn a_world_has_every_kind_of_event_and_each_paper_once_per_list() {
    let world = World::new(&Plan::new("2026-02-02", "2026-02-13"));
    let mut kinds = BTreeSet::new();
    for batch in &world.batches {
        for category in CATEGORIES {
            let listed = world.listed(batch, &[category.to_owned()]);
            let ids: BTreeSet<usize> = listed.iter().map(|l| l.paper).collect();
            assert_eq!(ids.len(), listed.len());
            kinds.extend(listed.iter().map(|l| l.kind));
        }
    }
    for what in ["Cross", "Edit", "Replace"] {
        let mut events = world.batches.iter().flat_map(|batch| &batch.events);
        assert!(events.any(|event| format!("{:?}", event.what).starts_with(what)), "{what}");
    }
    assert_eq!(kinds.len(), 4);
    let ids: BTreeSet<&String> = world.papers.iter().map(|p| &p.id).collect();
    assert_eq!(ids.len(), world.papers.len());
}
