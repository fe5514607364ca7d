//! Whole days and weeks at arXiv, on good days and bad: no paper is lost, and none is shown twice.
//!
//! A [`Case`] is a world, its readers, and runs of the program at times of that world, some of them
//! spoilt by faults. After each one a table says what was announced and what was delivered
//! (`--nocapture`), and the rules that hold for every case are checked. `PAPERLARK_CASE=words` plays only
//! the cases with these words in their name, `PAPERLARK_SEED=number` plays in another world.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Output,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{Timestamp, civil::Date};

use crate::common::mock::{
    ArxivDesk,
    server::{
        Endpoint::{self, New, Oai, Query, Recent, Rss},
        Fault, Request, Rule, Server,
    },
    shown, updated,
    world::{Event, Kind, Plan, What, World, eastern, eastern_date, within},
};

/// The longest that a run may mean to wait in all, in seconds.
const LONGEST_WAIT: u64 = 30;

/// A reader: name, categories, kinds of announcement.
type Reader = (&'static str, Vec<&'static str>, Vec<&'static str>);

/// How a run must end.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Done,
    Failed,
    Either,
}

/// One run of the program.
struct Run {
    at: Timestamp,
    /// What the program takes for the present, if its clock is wrong.
    clock: Option<Timestamp>,
    rules: Vec<Rule>,
    args: Vec<&'static str>,
    end: End,
    /// Words of which one must be said, in a digest or on the terminal.
    says: Vec<&'static str>,
    at_most: usize,
}

impl Run {
    /// Seconds that the program waits for an answer. Where every answer is late there is nothing that a slow
    /// machine could spoil.
    fn timeout(&self) -> f64 {
        match self.rules.iter().find(|rule| rule.stalls()) {
            None => 600.0,
            Some(rule) if rule.is_for_good() => 0.3,
            Some(_) => 3.0,
        }
    }
}

type Check = fn(&Played) -> Result<(), String>;

struct Case {
    name: &'static str,
    plan: Plan,
    readers: Vec<Reader>,
    /// Readers that come later, and the number of the run before which they come.
    joined: BTreeMap<&'static str, usize>,
    runs: Vec<Run>,
    /// Whether papers may come in the digest of another day than their own.
    late: bool,
    pace: f64,
    oai_page: usize,
    checks: Vec<Check>,
}

/// A case of two weeks in February with one reader, and no runs yet.
fn case(name: &'static str) -> Case {
    Case {
        name,
        plan: Plan::new("2026-02-02", "2026-02-20"),
        readers: vec![("ada", vec!["cs.LG", "cs.CV"], vec!["new", "cross"])],
        joined: BTreeMap::new(),
        runs: Vec::new(),
        late: false,
        pace: 0.002,
        oai_page: 60,
        checks: Vec::new(),
    }
}

impl Case {
    fn world(mut self, first: &str, last: &str) -> Self {
        self.plan = Plan::new(first, last);
        self
    }

    fn plan(mut self, change: impl FnOnce(&mut Plan)) -> Self {
        change(&mut self.plan);
        self
    }

    fn readers(mut self, readers: &[(&'static str, &[&'static str], &[&'static str])]) -> Self {
        self.readers = readers.iter().map(|(name, c, a)| (*name, c.to_vec(), a.to_vec())).collect();
        self
    }

    /// This reader comes after the runs so far.
    fn joins(mut self, reader: &'static str) -> Self {
        self.joined.insert(reader, self.runs.len());
        self
    }

    /// A run at a time in New York, spoilt by `rules`.
    fn bad(mut self, at: &str, rules: &[Rule]) -> Self {
        self.runs.push(Run {
            at: eastern(at),
            clock: None,
            rules: rules.to_vec(),
            args: vec!["daily"],
            end: End::Done,
            says: Vec::new(),
            at_most: 80,
        });
        self
    }

    /// A run on a healthy day.
    fn run(self, at: &str) -> Self {
        self.bad(at, &[])
    }

    /// Runs at nine in the morning of these days.
    fn mornings(self, days: &[&str]) -> Self {
        days.iter().fold(self, |case, day| case.run(&format!("{day} 09:00")))
    }

    fn last(&mut self) -> &mut Run {
        self.runs.last_mut().expect("a run comes first")
    }

    /// The last run may end in any of two ways.
    fn either(mut self) -> Self {
        self.last().end = End::Either;
        self
    }

    fn fails(mut self) -> Self {
        self.last().end = End::Failed;
        self
    }

    fn says(mut self, words: &[&'static str]) -> Self {
        self.last().says = words.to_vec();
        self
    }

    fn args(mut self, args: &[&'static str]) -> Self {
        self.last().args = args.to_vec();
        self
    }

    fn at_most(mut self, requests: usize) -> Self {
        self.last().at_most = requests;
        self
    }

    fn clock(mut self, at: &str) -> Self {
        self.last().clock = Some(eastern(at));
        self
    }

    fn late(mut self) -> Self {
        self.late = true;
        self
    }

    fn pace(mut self, seconds: f64) -> Self {
        self.pace = seconds;
        self
    }

    fn oai_page(mut self, records: usize) -> Self {
        self.oai_page = records;
        self
    }

    fn check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }
}

/// A run that is over.
struct Done {
    at: Timestamp,
    output: Output,
    requests: Vec<Request>,
    /// Digests that the run made or changed: reader, day, text.
    digests: Vec<(&'static str, Date, String)>,
}

impl Done {
    fn ok(&self) -> bool {
        self.output.status.success()
    }

    /// All that a person can read of it.
    fn said(&self) -> String {
        let mut said = String::from_utf8_lossy(&self.output.stdout).into_owned();
        said += &String::from_utf8_lossy(&self.output.stderr);
        for (_, _, text) in &self.digests {
            if shown(text).is_empty() {
                said += text;
            }
        }
        said
    }
}

/// A case that is over.
struct Played {
    world: Arc<World>,
    desk: ArxivDesk,
    runs: Vec<Done>,
}

impl Played {
    fn requests(&self) -> impl Iterator<Item = &Request> {
        self.runs.iter().flat_map(|run| &run.requests)
    }
}

/// Plays every case and fails with all that went wrong.
fn play_all(cases: Vec<Case>) {
    let only = std::env::var("PAPERLARK_CASE").unwrap_or_default();
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| case.name.contains(&only)) {
        let (table, complaints) = play(case);
        let verdict = if complaints.is_empty() { "ok" } else { "WRONG" };
        println!("{}: {verdict}\n{table}", case.name);
        wrong.extend(complaints.into_iter().map(|text| format!("{}: {text}", case.name)));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Plays a case: its table, and what is wrong.
fn play(case: &Case) -> (String, Vec<String>) {
    let world = Arc::new(World::new(&case.plan));
    let server = Server::start(world.clone());
    server.set_oai_page(case.oai_page);
    let mut desk = ArxivDesk::new();
    desk.pace = case.pace;
    let mut wrong = Vec::new();
    let mut played = Played { world, desk, runs: Vec::new() };
    let mut before: BTreeMap<(&str, Date), String> = BTreeMap::new();
    for (number, run) in case.runs.iter().enumerate() {
        for (name, categories, announce) in &case.readers {
            if case.joined.get(name).copied().unwrap_or(0) == number {
                played.desk.profile(name, categories, announce);
            }
        }
        server.set(run.at, &run.rules);
        let asked = server.log().len();
        let now = run.clock.unwrap_or(run.at);
        let mut command = played.desk.command(&server, now, &run.args);
        // Only a server that stalls is given up; a slow machine is waited for.
        command.env("PAPERLARK_TIMEOUT", run.timeout().to_string());
        let output = command.output().unwrap();
        let requests = server.log().split_off(asked);
        let mut digests = Vec::new();
        for (name, ..) in &case.readers {
            for (date, text) in played.desk.digests(name) {
                let known = before.insert((name, date), text.clone());
                if known.as_ref() != Some(&text) {
                    digests.push((*name, date, text.clone()));
                }
                let ids = |text: &String| shown(text).into_iter().collect::<BTreeSet<_>>();
                let gone: Vec<String> = known
                    .map(|old| ids(&old).difference(&ids(&text)).cloned().collect())
                    .unwrap_or_default();
                if !gone.is_empty() {
                    wrong.push(format!("{}: {name} {date} no longer shows {gone:?}", run.at));
                }
            }
        }
        let done = Done { at: run.at, output, requests, digests };
        wrong.extend(
            complaints_of_run(run, &done)
                .into_iter()
                .map(|text| format!("run of {}: {text}", run.at)),
        );
        played.runs.push(done);
    }
    wrong.extend(manners(&played, case.pace));
    let mut table = String::new();
    for reader in &case.readers {
        wrong.extend(account(case, &played, reader, &mut table));
    }
    for check in &case.checks {
        wrong.extend(check(&played).err());
    }
    (table, wrong)
}

fn complaints_of_run(run: &Run, done: &Done) -> Vec<String> {
    let mut wrong = Vec::new();
    let stderr = String::from_utf8_lossy(&done.output.stderr);
    let code = done.output.status.code();
    let as_expected = match run.end {
        End::Done => code == Some(0),
        End::Failed => code == Some(2),
        End::Either => code == Some(0) || code == Some(2),
    };
    if !as_expected {
        wrong.push(format!("exit code {code:?}: {}", stderr.trim()));
    }
    if stderr.contains("panicked") {
        wrong.push(format!("panic: {stderr}"));
    }
    let said = done.said().to_lowercase();
    if !run.says.is_empty() && !run.says.iter().any(|words| said.contains(words)) {
        wrong.push(format!("says none of {:?}:\n{said}", run.says));
    }
    if done.requests.len() > run.at_most {
        wrong.push(format!("{} requests, allowed {}", done.requests.len(), run.at_most));
    }
    let waits = stderr.split("trying again in ").skip(1);
    let waits = waits.filter_map(|rest| rest.split(' ').next()?.parse::<u64>().ok()).sum::<u64>();
    if waits > LONGEST_WAIT {
        wrong.push(format!("waits for {waits} s"));
    }
    wrong
}

/// The program keeps time in whole milliseconds.
const MILLISECOND: f64 = 0.001;

/// What arXiv asks of programs.
fn manners(played: &Played, pace: f64) -> Vec<String> {
    let mut wrong = Vec::new();
    for request in played.requests() {
        let Request { target, agent, .. } = request;
        if request.endpoint == Endpoint::Unknown {
            wrong.push(format!("asks for {target}, which arXiv does not have"));
        }
        if !(agent.starts_with("paperlark/") && agent.contains("ida@lark.example")) {
            wrong.push(format!("{target}: user agent '{agent}'"));
        }
        if request.conditional {
            wrong.push(format!("{target}: conditional, which arXiv answers wrongly"));
        }
        if request.beside > 0 {
            wrong.push(format!("{target}: beside {} other requests", request.beside));
        }
    }
    for run in &played.runs {
        for pair in run.requests.windows(2) {
            let gap = pair[1].received - pair[0].answered;
            if gap.as_secs_f64() < pace - MILLISECOND {
                wrong.push(format!("{}: {gap:?} after the answer before", pair[1].target));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Compares what a reader was shown with what was announced, and draws the table.
fn account(case: &Case, played: &Played, reader: &Reader, table: &mut String) -> Vec<String> {
    let (name, categories, announce) = reader;
    let world = &played.world;
    let joined = case.joined.get(name).copied().unwrap_or(0);
    let healthy: Vec<&Done> = played.runs.iter().skip(joined).filter(|run| run.ok()).collect();
    let (Some(start), Some(end)) = (healthy.first(), healthy.last()) else {
        return vec!["no run succeeded".into()];
    };
    // The reader begins with what is new at the first run; on a day off, with what comes next.
    let today = eastern_date(start.at);
    let begin = world.out(start.at).iter().map(|b| b.date).filter(|d| *d >= today).max();
    let begin = begin.or(world.batches.iter().map(|b| b.date).find(|d| *d > today));
    let last = world.out(end.at).last().map(|b| b.date);
    let (Some(begin), Some(last)) = (begin, last) else { return vec!["no batch is out".into()] };
    // The listings go back five announcements. Beyond them nobody says what a changed record means: a
    // late cross-list, and a paper that was held back since another month, look like a corrected title.
    let told = |date: Date| {
        std::iter::zip(&case.runs, &played.runs).skip(joined).any(|(run, done)| {
            let lists = !run.rules.iter().any(|rule| rule.silences(Recent));
            let listed = world.out(run.at).iter().rev().take(5).any(|b| b.date == date);
            done.ok() && lists && listed
        })
    };
    let soft = |event: &Event, date: Date| {
        let of_month =
            world.papers[event.paper].id.starts_with(&date.strftime("%y%m.").to_string());
        let unclear = match event.what {
            What::Cross(_) => true,
            What::New => !of_month,
            _ => false,
        };
        unclear && !told(date)
    };
    let truth = world.truth(categories, announce, begin, last, &soft);
    let mut days: BTreeMap<String, Vec<Date>> = BTreeMap::new();
    for (id, day) in played.desk.delivered(name) {
        days.entry(id).or_default().push(day);
    }
    let mut wrong = Vec::new();
    for (id, (date, what)) in &truth.must {
        match days.get(id).map(Vec::as_slice) {
            None => wrong.push(format!(
                "{name}: lost {id}, {what:?} of {date}; its days: {}",
                history(world, id)
            )),
            // Shown for an earlier announcement; or nobody knew the day at the time.
            Some([day]) if day < date && (case.late || truth.may.contains(id) || !told(*date)) => {}
            Some([day]) if day < date => {
                wrong.push(format!("{name}: {id} of {date} already in the digest of {day}"));
            }
            Some([day]) if day > date && !case.late => {
                wrong.push(format!("{name}: {id} of {date} only in the digest of {day}"));
            }
            _ => {}
        }
    }
    for (id, days) in &days {
        if days.len() > 1 {
            wrong.push(format!("{name}: {id} repeated, in the digests of {days:?}"));
        }
        if !truth.must.contains_key(id) && !truth.may.contains(id) {
            let history = history(world, id);
            wrong.push(format!("{name}: {id} shown on {days:?}, not wanted; its days: {history}"));
        }
    }
    for batch in world.batches.iter().filter(|b| (begin..=last).contains(&b.date)) {
        *table += &format!("  {name} {}", batch.date);
        let mut late = 0;
        for category in categories {
            let of_day = truth.must.iter().filter(|(_, (date, _))| *date == batch.date);
            let here: Vec<&String> = of_day
                .map(|(id, _)| id)
                .filter(|id| {
                    let paper = &world.papers[world.find(id).expect("it is of this world")];
                    let standing = paper.on(batch.date).expect("it was announced");
                    standing.categories.iter().any(|c| within(c, category))
                })
                .collect();
            let there = here.iter().filter(|id| days.contains_key(**id)).count();
            late +=
                here.iter().filter(|id| days.get(**id).is_some_and(|d| d[0] > batch.date)).count();
            *table += &format!("  {category} {there}/{}", here.len());
        }
        *table += if late > 0 { "  late\n" } else { "\n" };
    }
    let counts: Vec<usize> = played.runs.iter().map(|run| run.requests.len()).collect();
    *table += &format!("  requests per run {counts:?}\n");
    wrong
}

/// All that happens to a paper.
fn history(world: &World, id: &str) -> String {
    let Some(place) = world.find(id) else { return "none".into() };
    let mut text = world.papers[place].primary().to_owned();
    for batch in &world.batches {
        for event in batch.events.iter().filter(|event| event.paper == place) {
            text += &format!(", {:?} {}", event.what, batch.date);
        }
    }
    text
}

const WEEK: [&str; 5] = ["2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06"];

#[test]
fn on_good_days_every_paper_comes_on_its_own_day() {
    let all = ["new", "cross", "replace", "replace-cross"];
    play_all(vec![
        case("two weeks of mornings").mornings(&WEEK).mornings(&["2026-02-09", "2026-02-10"]),
        case("evenings, when the listing is ahead of the feed")
            .run("2026-02-03 20:05")
            .run("2026-02-04 20:05")
            .run("2026-02-05 20:05")
            .run("2026-02-06 09:00"),
        case("late evenings, when OAI-PMH is ahead of the feed")
            .run("2026-02-03 23:10")
            .run("2026-02-04 23:50")
            .run("2026-02-05 22:31")
            .run("2026-02-06 09:00"),
        case("just before an announcement").run("2026-02-03 19:55").run("2026-02-04 19:55"),
        case("mornings in Beijing, which are evenings here")
            .run("2026-02-02 20:30")
            .run("2026-02-03 20:30")
            .run("2026-02-04 20:30")
            .run("2026-02-05 12:00"),
        case("three times a day")
            .run("2026-02-03 06:00")
            .run("2026-02-03 12:00")
            .at_most(4)
            .run("2026-02-03 18:00")
            .at_most(4)
            .mornings(&["2026-02-04"]),
        case("over a weekend")
            .mornings(&["2026-02-05", "2026-02-06"])
            .run("2026-02-07 09:00")
            .says(&["saturday", "weekend"])
            .run("2026-02-08 09:00")
            .says(&["sunday", "weekend"])
            .mornings(&["2026-02-09"]),
        case("over a holiday")
            .world("2026-01-14", "2026-01-23")
            .mornings(&["2026-01-16", "2026-01-19"])
            .run("2026-01-20 09:00")
            .says(&["holiday"])
            .mornings(&["2026-01-21", "2026-01-22"]),
        case("around Thanksgiving")
            .world("2026-11-23", "2026-12-02")
            .mornings(&["2026-11-25", "2026-11-26"])
            .run("2026-11-27 09:00")
            .says(&["holiday"])
            .mornings(&["2026-11-30", "2026-12-01"]),
        case("over the turn of the year")
            .world("2026-12-21", "2027-01-08")
            .mornings(&["2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"])
            .mornings(&["2027-01-01", "2027-01-04", "2027-01-05"]),
        case("over the change of the month").world("2026-01-26", "2026-02-06").mornings(&[
            "2026-01-29",
            "2026-01-30",
            "2026-02-02",
            "2026-02-03",
        ]),
        case("clocks go forward")
            .world("2026-03-02", "2026-03-13")
            .run("2026-03-06 00:30")
            .run("2026-03-08 01:59")
            .run("2026-03-08 20:05")
            .run("2026-03-09 00:30")
            .run("2026-03-10 00:30"),
        case("clocks go back")
            .world("2026-10-28", "2026-11-06")
            .run("2026-10-30 00:30")
            .run("2026-11-01 20:05")
            .run("2026-11-02 00:30")
            .run("2026-11-03 00:30"),
        case("a day without papers in the one category")
            .readers(&[("ada", &["math.OC"], &["new", "cross"])])
            .plan(|plan| plan.quiet = vec![("2026-02-04".parse().unwrap(), "math.OC")])
            .mornings(&["2026-02-03"])
            .run("2026-02-04 09:00")
            .says(&["quiet", "none in", "no paper"])
            .mornings(&["2026-02-05"]),
        case("a day without papers in one of two categories")
            .readers(&[("ada", &["math.OC", "cs.LG"], &["new", "cross"])])
            .plan(|plan| plan.quiet = vec![("2026-02-04".parse().unwrap(), "math.OC")])
            .mornings(&["2026-02-03", "2026-02-04", "2026-02-05"]),
        case("readers of different things")
            .readers(&[
                ("ada", &["cs.LG"], &["new"]),
                ("bea", &["stat.ML", "math.OC"], &["new", "cross"]),
                ("cyd", &["stat.ML"], &["cross"]),
                ("dot", &["cs.CV", "math.OC"], &all),
            ])
            .mornings(&WEEK),
        case("every kind of announcement, and every new version in a list of its own")
            .readers(&[("ada", &["cs.LG", "cs.CV"], &all)])
            .mornings(&WEEK)
            .check(new_versions_are_told_once)
            .check(versions_that_feeds_leave_out_are_shown),
        case("a whole archive")
            .readers(&[("ada", &["cs"], &["new", "cross"])])
            .mornings(&WEEK[..3]),
    ]);
}

/// What a digest lists as updated was delivered by an earlier one, and replaced on that day.
fn new_versions_are_told_once(played: &Played) -> Result<(), String> {
    let digests = played.desk.digests("ada");
    let mut delivered = BTreeSet::new();
    let mut told = 0;
    for (date, text) in &digests {
        let batch = played.world.batch(*date);
        for id in updated(text) {
            told += 1;
            if !delivered.contains(&id) {
                return Err(format!("{date}: {id} is updated, and was never delivered"));
            }
            let replaced = batch.is_some_and(|batch| {
                batch.events.iter().any(|event| {
                    matches!(event.what, What::Replace(_))
                        && played.world.papers[event.paper].id == id
                })
            });
            if !replaced {
                return Err(format!("{date}: {id} is updated, yet was not replaced that day"));
            }
        }
        delivered.extend(shown(text));
    }
    match told {
        0 => Err("no new version is told of".into()),
        _ => Ok(()),
    }
}

/// Feeds have replacements up to the fifth version only; the listing has all.
fn versions_that_feeds_leave_out_are_shown(played: &Played) -> Result<(), String> {
    let mut delivered: BTreeSet<(String, Date)> =
        played.desk.delivered("ada").into_iter().collect();
    for (date, text) in played.desk.digests("ada") {
        delivered.extend(updated(&text).into_iter().map(|id| (id, date)));
    }
    let mut late = 0;
    for batch in played.world.out(played.runs.last().expect("there are runs").at) {
        for event in &batch.events {
            let paper = &played.world.papers[event.paper];
            let standing = paper.on(batch.date).expect("it was announced");
            let wanted = standing.categories.iter().any(|c| c == "cs.LG" || c == "cs.CV");
            if wanted && matches!(event.what, What::Replace(6..)) {
                late += 1;
                if !delivered.contains(&(paper.id.clone(), batch.date)) {
                    return Err(format!("{}: {} is missing", batch.date, paper.id));
                }
            }
        }
    }
    if late > 0 { Ok(()) } else { Err("no paper has six versions".into()) }
}

#[test]
fn missed_days_are_made_up_for() {
    let away = || case("").mornings(&["2026-02-03"]);
    let named = |name, case: Case| Case { name, ..case };
    play_all(vec![
        named("one day missed", away().mornings(&["2026-02-05"]).check(each_day_has_a_digest)),
        named("three days missed", away().mornings(&["2026-02-09"]).check(each_day_has_a_digest)),
        named(
            "eight days missed",
            away().late().mornings(&["2026-02-12"]).check(each_day_has_a_digest),
        ),
        named("thirteen days missed", away().late().mornings(&["2026-02-16"])),
        named(
            "eight days missed, small pages",
            away().late().oai_page(7).mornings(&["2026-02-12"]),
        ),
        case("a weekend and a holiday missed")
            .world("2026-01-12", "2026-01-30")
            .mornings(&["2026-01-15", "2026-01-22"]),
        named("two gaps", away().mornings(&["2026-02-05", "2026-02-09"])),
        case("fetched every day, read at the end")
            .mornings(&["2026-02-03"])
            .run("2026-02-04 09:00")
            .args(&["fetch"])
            .run("2026-02-05 09:00")
            .args(&["fetch"])
            .run("2026-02-06 09:00")
            .args(&["fetch"])
            .run("2026-02-06 10:00")
            .check(each_day_has_a_digest),
        case("fetched since a day")
            .mornings(&["2026-02-05"])
            .run("2026-02-05 10:00")
            .args(&["fetch", "--since", "2026-02-02"])
            .mornings(&["2026-02-06"]),
        case("fetched one category")
            .mornings(&["2026-02-03"])
            .run("2026-02-04 09:00")
            .args(&["fetch", "--category", "cs.LG"])
            .mornings(&["2026-02-05"]),
        case("begun on a Saturday").run("2026-02-07 09:00").mornings(&["2026-02-09", "2026-02-10"]),
        case("begun on a holiday")
            .world("2026-01-12", "2026-01-23")
            .run("2026-01-20 09:00")
            .mornings(&["2026-01-21", "2026-01-22"]),
        named(
            "three days missed, the feed is down on return",
            away().bad("2026-02-09 09:00", &[Rule::on(Rss, down())]).mornings(&["2026-02-10"]),
        ),
        named(
            "three days missed, the listing is down on return",
            away()
                .late()
                .bad("2026-02-09 09:00", &[Rule::on(New, down()), Rule::on(Recent, down())])
                .mornings(&["2026-02-10"]),
        ),
        named(
            "eight days missed, OAI-PMH is down on return",
            away()
                .late()
                .bad("2026-02-12 09:00", &[Rule::on(Oai, down())])
                .either()
                .mornings(&["2026-02-13"]),
        ),
        named(
            "eight days missed, the query API is down",
            away().late().bad("2026-02-12 09:00", &[Rule::on(Query, down())]),
        ),
        named(
            "eight days missed, only the feed works on return",
            away()
                .late()
                .bad(
                    "2026-02-12 09:00",
                    &[
                        Rule::on(New, down()),
                        Rule::on(Recent, down()),
                        Rule::on(Oai, down()),
                        Rule::on(Query, down()),
                    ],
                )
                .either()
                .mornings(&["2026-02-13"]),
        ),
        case("a reader joins, with a category of their own")
            .readers(&[
                ("ada", &["cs.LG"], &["new", "cross"]),
                ("bea", &["cs.LG", "stat.ML"], &["new", "cross"]),
            ])
            .mornings(&["2026-02-03", "2026-02-04"])
            .joins("bea")
            .mornings(&["2026-02-05", "2026-02-06"]),
        case("a reader joins after a gap")
            .readers(&[
                ("ada", &["cs.LG"], &["new", "cross"]),
                ("bea", &["math.OC"], &["new", "cross"]),
            ])
            .mornings(&["2026-02-03"])
            .joins("bea")
            .mornings(&["2026-02-09", "2026-02-10"]),
    ]);
}

fn down() -> Fault {
    Fault::Status(503, None)
}

/// Every announcement from the first run on has a digest of its own.
fn each_day_has_a_digest(played: &Played) -> Result<(), String> {
    let digests = played.desk.digests("ada");
    let (first, last) = (played.runs[0].at, played.runs.last().expect("there are runs").at);
    let days = played.world.out(last).iter().map(|b| b.date).filter(|d| *d >= eastern_date(first));
    let missing: Vec<Date> = days.filter(|day| !digests.contains_key(day)).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("no digest of {missing:?}")),
    }
}

#[test]
fn throttling_and_broken_answers_are_waited_out() {
    // A healthy day, a bad one, a healthy one.
    let hit = |name, rules: &[Rule]| {
        let middle = case(name).mornings(&["2026-02-03"]).bad("2026-02-04 09:00", rules);
        middle.mornings(&["2026-02-05"])
    };
    let once = |fault: Fault| Rule::everywhere(fault).times(1);
    let each = |fault: Fault| [Rss, New].map(|e| Rule::on(e, fault.clone()).times(1));
    play_all(vec![
        hit("429 with seconds", &[once(Fault::Status(429, Some("1")))]).check(waits_a_second),
        hit("503 with a date", &[once(Fault::RetryAt(2))]).check(retries_after_date),
        hit("429 without Retry-After", &[once(Fault::Status(429, None))]),
        hit("429 with nonsense", &[once(Fault::Status(429, Some("soon")))]),
        hit("403", &each(Fault::Status(403, None))),
        hit("406", &each(Fault::Status(406, None))),
        hit("503 twice", &[Rule::everywhere(down()).times(2)]),
        hit("rate exceeded", &each(Fault::RateExceeded)),
        hit("a login page", &each(Fault::LoginPage)),
        hit("a stall", &[once(Fault::Stall)]),
        hit("a reset", &each(Fault::Reset)),
        hit("cut off", &each(Fault::CutAt(1500))),
        hit("cut off at the start", &each(Fault::CutAt(0))),
        hit("cut short and called whole", &each(Fault::ShortBody(4000))),
        hit("garbage in the middle", &each(Fault::GarbageAt(3000))),
        hit("an empty body", &each(Fault::ShortBody(0))),
    ]);
}

#[test]
fn what_stays_broken_is_made_up_for_later() {
    let hit = |name, rules: &[Rule]| {
        let middle = case(name).late().mornings(&["2026-02-03"]);
        middle.bad("2026-02-04 09:00", rules)
    };
    let healed = |case: Case| case.mornings(&["2026-02-05"]);
    let lists = [Rule::on(New, down()), Rule::on(Recent, down())];
    let all = |fault: Fault| [Rule::everywhere(fault)];
    play_all(vec![
        healed(hit("everything down", &all(down())).fails()),
        healed(hit("429 for good", &all(Fault::Status(429, Some("0")))).fails().at_most(40)),
        healed(hit("403 for good", &all(Fault::Status(403, None))).fails().at_most(40)),
        healed(hit("every connection reset", &all(Fault::Reset)).fails()),
        healed(hit("every answer a login page", &all(Fault::LoginPage)).fails()),
        healed(hit("rate exceeded for good", &all(Fault::RateExceeded)).fails().at_most(40)),
        healed(hit("stalled for good", &all(Fault::Stall)).fails()),
        case("down at the first run")
            .bad("2026-02-03 09:00", &[Rule::everywhere(down())])
            .fails()
            .mornings(&["2026-02-04", "2026-02-05"]),
        case("repeated after a failure")
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 09:00", &[Rule::everywhere(down())])
            .fails()
            .run("2026-02-04 09:10")
            .mornings(&["2026-02-05"]),
        case("the feed is down for three days")
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 09:00", &[Rule::on(Rss, down())])
            .bad("2026-02-05 09:00", &[Rule::on(Rss, down())])
            .bad("2026-02-06 09:00", &[Rule::on(Rss, down())])
            .mornings(&["2026-02-09"]),
        case("the listing is down for three days")
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 09:00", &lists)
            .bad("2026-02-05 09:00", &lists)
            .bad("2026-02-06 09:00", &lists)
            .mornings(&["2026-02-09"]),
        healed(
            hit(
                "feed and listing down",
                &[lists[0].clone(), lists[1].clone(), Rule::on(Rss, down())],
            )
            .either(),
        ),
        case("query API and OAI-PMH down, not needed")
            .bad("2026-02-03 09:00", &[Rule::on(Query, down()), Rule::on(Oai, down())])
            .bad("2026-02-04 09:00", &[Rule::on(Query, down()), Rule::on(Oai, down())])
            .bad("2026-02-05 09:00", &[Rule::on(Query, down()), Rule::on(Oai, down())]),
        healed(hit("one category down", &[Rule::everywhere(down()).of("cs.LG")]).either()),
        healed(hit(
            "one category's feed refused",
            &[Rule::on(Rss, Fault::Status(403, None)).of("cs.CV")],
        )),
        healed(hit("down after the second answer", &[Rule::everywhere(down()).after(2)]).either()),
        healed(hit("down after the third answer", &[Rule::everywhere(down()).after(3)]).either()),
        case("down in the evening, up in the morning")
            .mornings(&["2026-02-03"])
            .bad("2026-02-03 20:30", &[Rule::everywhere(down())])
            .either()
            .mornings(&["2026-02-04"]),
    ]);
}

#[test]
fn stale_and_incomplete_answers_lose_nothing() {
    let hit = |name, rules: &[Rule]| {
        let middle = case(name).mornings(&["2026-02-03"]).bad("2026-02-04 09:00", rules);
        middle.mornings(&["2026-02-05"])
    };
    let stale = |endpoint| Rule::on(endpoint, Fault::Stale);
    let lists = [stale(New), stale(Recent)];
    let midnight = Fault::Clock(eastern("2026-02-05 00:00"));
    let surprise = |plan: &mut Plan| plan.surprises = vec!["2026-02-04".parse().unwrap()];
    play_all(vec![
        hit("the feed of one category is stale", &[stale(Rss).of("cs.LG")]),
        hit("all feeds are stale", &[stale(Rss)]),
        hit("the listing is stale", &lists),
        hit(
            "feed and listing of one category are stale",
            &[Rule::everywhere(Fault::Stale).of("cs.LG")],
        )
        .late(),
        case("everything is stale")
            .late()
            .mornings(&["2026-02-03"])
            .bad(
                "2026-02-04 09:00",
                &[Rule::everywhere(Fault::Stale), Rule::on(Oai, down()), Rule::on(Query, down())],
            )
            .says(&["stale", "earlier day"])
            .mornings(&["2026-02-05"]),
        case("stale in the morning, fresh at noon")
            .late()
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 09:00", &[Rule::everywhere(Fault::Stale)])
            .run("2026-02-04 12:00")
            .mornings(&["2026-02-05"]),
        case("stale at the first run")
            .late()
            .bad("2026-02-04 09:00", &[Rule::everywhere(Fault::Stale).of("cs.LG")])
            .mornings(&["2026-02-05", "2026-02-06"]),
        case("the feed is stale at the first run")
            .bad("2026-02-04 09:00", &[stale(Rss)])
            .mornings(&["2026-02-05", "2026-02-06"]),
        case("the feed is stale for three days")
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 09:00", &[stale(Rss)])
            .bad("2026-02-05 09:00", &[stale(Rss)])
            .bad("2026-02-06 09:00", &[stale(Rss)])
            .mornings(&["2026-02-09"]),
        hit("the feed is rebuilt during the run", &[stale(Rss).times(1)]),
        hit(
            "the listing is rebuilt during the run",
            &[stale(New).times(1), stale(Recent).times(1)],
        ),
        hit("the feed lacks some papers", &[Rule::on(Rss, Fault::Omit(3))]),
        hit(
            "the listing lacks some papers",
            &[Rule::on(New, Fault::Omit(3)), Rule::on(Recent, Fault::Omit(3))],
        ),
        hit(
            "each lacks some papers of one category",
            &[
                Rule::on(New, Fault::Omit(3)).of("cs.LG"),
                Rule::on(Recent, Fault::Omit(3)).of("cs.LG"),
                Rule::on(Rss, Fault::Omit(4)).of("cs.CV"),
            ],
        ),
        hit("the feed is empty on a working day", &[Rule::on(Rss, Fault::Empty)]),
        hit(
            "the listing has no updates",
            &[Rule::on(New, Fault::Empty), Rule::on(Recent, Fault::Empty)],
        ),
        hit(
            "feed and listing are empty",
            &[
                Rule::on(New, Fault::Empty),
                Rule::on(Recent, Fault::Empty),
                Rule::on(Rss, Fault::Empty),
            ],
        )
        .late(),
        hit("everything twice in the feed", &[Rule::on(Rss, Fault::Twice)]),
        hit("doubled backslashes", &[Rule::everywhere(Fault::Backslashes)]),
        case("midnight in the middle of the run")
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 23:59", &[Rule::everywhere(midnight.clone()).after(1)])
            .mornings(&["2026-02-05", "2026-02-06"]),
        case("midnight in the middle of the first run")
            .late()
            .bad("2026-02-04 23:59", &[Rule::everywhere(midnight).after(1)])
            .mornings(&["2026-02-05", "2026-02-06"]),
        case("announced in the middle of the run")
            .mornings(&["2026-02-03"])
            .bad(
                "2026-02-03 19:59",
                &[Rule::everywhere(Fault::Clock(eastern("2026-02-03 20:00"))).after(2)],
            )
            .mornings(&["2026-02-04"]),
        case("a holiday that nobody announced")
            .plan(surprise)
            .mornings(&["2026-02-03"])
            .run("2026-02-04 09:00")
            .says(&["holiday", "yet"])
            .mornings(&["2026-02-05", "2026-02-06"]),
        case("a holiday that nobody announced, missed")
            .plan(surprise)
            .mornings(&["2026-02-03", "2026-02-06"]),
        case("our clock is a day late")
            .late()
            .mornings(&["2026-02-03"])
            .run("2026-02-04 09:00")
            .clock("2026-02-03 09:00")
            .mornings(&["2026-02-05"]),
        case("our clock is a day early")
            .late()
            .mornings(&["2026-02-03"])
            .run("2026-02-04 09:00")
            .clock("2026-02-05 09:00")
            .mornings(&["2026-02-05", "2026-02-06"]),
        case("our clock jumps a year ahead, and back")
            .late()
            .mornings(&["2026-02-03"])
            .run("2026-02-04 09:00")
            .clock("2027-02-04 09:00")
            .either()
            .mornings(&["2026-02-05", "2026-02-06"]),
    ]);
}

#[test]
fn long_lists_are_read_to_their_end() {
    let lists = |fault: Fault| [Rule::on(New, fault.clone()), Rule::on(Recent, fault)];
    let hit = |name, rules: &[Rule]| {
        let middle = case(name).mornings(&["2026-02-03"]).bad("2026-02-04 09:00", rules);
        middle.mornings(&["2026-02-05"])
    };
    // After eight days away the listings do not reach back far enough.
    let away = |name, rules: &[Rule]| {
        let case = case(name).late().oai_page(15).mornings(&["2026-02-03"]);
        case.bad("2026-02-13 09:00", rules)
    };
    let big = |plan: &mut Plan| {
        plan.big = Some(("2026-02-04".parse().unwrap(), "cs.LG", 2100));
    };
    play_all(vec![
        hit("the listing gives small pages", &lists(Fault::Cap(3))),
        hit("the listing's totals are too high", &lists(Fault::Drift(5))),
        hit("the listing gives fewer than it says", &lists(Fault::Few(4))),
        hit(
            "one page of the listing is empty",
            &[Rule::on(New, Fault::Cap(4)), Rule::on(New, Fault::Empty).after(1).times(1)],
        ),
        case("a day of 2,100 papers")
            .readers(&[("ada", &["cs.LG"], &["new", "cross"])])
            .plan(big)
            .mornings(&["2026-02-03", "2026-02-04", "2026-02-05"]),
        case("a day of 2,100 papers, the listing is down")
            .late()
            .readers(&[("ada", &["cs.LG"], &["new", "cross"])])
            .plan(big)
            .oai_page(1000)
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 09:00", &lists(down()))
            .mornings(&["2026-02-05"]),
        away("tokens expire", &[Rule::on(Oai, Fault::ExpiredToken).times(1)]),
        away("tokens always expire", &[Rule::on(Oai, Fault::ExpiredToken)])
            .either()
            .mornings(&["2026-02-16"]),
        away("a token repeats itself", &[Rule::on(Oai, Fault::RepeatToken).after(1)])
            .either()
            .at_most(60)
            .mornings(&["2026-02-16"]),
        away("the last token is blank", &[Rule::on(Oai, Fault::BlankToken)]),
        away("OAI-PMH stops in the middle", &[Rule::on(Oai, down()).after(2)])
            .either()
            .mornings(&["2026-02-16"]),
        away(
            "OAI-PMH is throttled in the middle",
            &[Rule::on(Oai, Fault::Status(503, Some("0"))).after(1).times(1)],
        ),
        away(
            "OAI-PMH answers with garbage once",
            &[Rule::on(Oai, Fault::GarbageAt(2000)).times(1)],
        ),
        away("OAI-PMH is cut off once", &[Rule::on(Oai, Fault::CutAt(3000)).after(1).times(1)]),
        away(
            "an empty page of the query API",
            &[
                Rule::on(Oai, down()),
                Rule::on(Query, Fault::Cap(20)),
                Rule::on(Query, Fault::Empty).after(1).times(1),
            ],
        )
        .either()
        .mornings(&["2026-02-16"]),
        away(
            "short pages of the query API",
            &[Rule::on(Oai, down()), Rule::on(Query, Fault::Few(9))],
        )
        .either()
        .mornings(&["2026-02-16"]),
        away(
            "drifting totals of the query API",
            &[Rule::on(Oai, down()), Rule::on(Query, Fault::Drift(11))],
        )
        .either()
        .mornings(&["2026-02-16"]),
        away(
            "the query API as in 2017",
            &[Rule::on(Oai, down()), Rule::on(Query, Fault::OldDialect)],
        )
        .either()
        .mornings(&["2026-02-16"]),
    ]);
}

#[test]
fn arxiv_is_asked_politely() {
    play_all(vec![
        case("the pace holds").pace(0.12).mornings(&["2026-02-03", "2026-02-05"]),
        case("asked twice, little is fetched twice")
            .mornings(&["2026-02-03", "2026-02-04"])
            .run("2026-02-04 09:05")
            .at_most(2)
            .check(nothing_is_rewritten),
        case("an unknown category is named, the rest is read")
            .readers(&[
                ("ada", &["cs.LG"], &["new", "cross"]),
                ("bea", &["cs.LG", "cs.ZZ"], &["new", "cross"]),
            ])
            .run("2026-02-03 09:00")
            .says(&["cs.zz"])
            .either()
            .run("2026-02-04 09:00")
            .either()
            .check(|played| {
                let shown = played.desk.delivered("ada").len();
                if shown > 0 { Ok(()) } else { Err("ada reads nothing".into()) }
            }),
        case("an unknown category that comes first silences no service")
            .readers(&[("ada", &["cs.AA", "cs.LG"], &["new", "cross"])])
            .run("2026-02-03 09:00")
            .says(&["cs.aa"])
            .either()
            .mornings(&["2026-02-06"])
            .either()
            .check(|played| {
                let asked = |way: &str| played.requests().any(|r| r.target.contains(way));
                let ways = ["/rss/cs.LG", "/list/cs.LG/new", "/list/cs.LG/recent"];
                match ways.into_iter().find(|way| !asked(way)) {
                    None => Ok(()),
                    Some(way) => Err(format!("{way} is not asked for")),
                }
            }),
        case("OAI-PMH is not asked for what it does not have yet")
            .mornings(&["2026-02-03"])
            .bad("2026-02-03 20:30", &[Rule::on(New, down()), Rule::on(Recent, down())])
            .either()
            .mornings(&["2026-02-04"])
            .check(|played| match played.requests().find(|request| request.endpoint == Oai) {
                None => Ok(()),
                Some(request) => Err(format!("asks for {}", request.target)),
            }),
        case("a long Retry-After is not slept through")
            .mornings(&["2026-02-03"])
            .bad("2026-02-04 09:00", &[Rule::everywhere(Fault::Status(503, Some("86400")))])
            .fails()
            .mornings(&["2026-02-05"])
            .late(),
    ]);
}

fn nothing_is_rewritten(played: &Played) -> Result<(), String> {
    match played.runs.last().map(|run| run.digests.as_slice()) {
        Some([]) => Ok(()),
        Some(more) => Err(format!("the last run rewrote {} digests", more.len())),
        None => Err("there were no runs".into()),
    }
}

/// After a 429 that asks for a second, a second passes.
fn waits_a_second(played: &Played) -> Result<(), String> {
    waits(played, 429, |request| request.answered)
}

/// HTTP dates have whole seconds, so of two a little more than one may be left, counted from the time at which
/// the server read its clock.
fn retries_after_date(played: &Played) -> Result<(), String> {
    waits(played, 503, |request| request.received)
}

fn waits(played: &Played, status: u16, from: fn(&Request) -> Instant) -> Result<(), String> {
    let mut found = false;
    for run in &played.runs {
        for pair in run.requests.windows(2).filter(|pair| pair[0].status == status) {
            found = true;
            let waited = pair[1].received - from(&pair[0]);
            if waited < Duration::from_millis(999) {
                return Err(format!("waited {waited:?} after {status}"));
            }
        }
    }
    if found { Ok(()) } else { Err(format!("nothing was asked after {status}")) }
}

#[test]
fn two_at_once_keep_one_pace() {
    let world = Arc::new(World::new(&Plan::new("2026-02-02", "2026-02-13")));
    let server = Server::start(world.clone());
    let mut desk = ArxivDesk::new();
    desk.pace = 0.15;
    desk.profile("ada", &["cs.LG", "cs.CV"], &["new", "cross"]);
    let now = eastern("2026-02-04 09:00");
    server.set(now, &[]);
    let start = || {
        let mut command = desk.command(&server, now, &["daily"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let both = [start(), start()].map(|child| child.wait_with_output().unwrap());
    let log = server.log();
    for pair in log.windows(2) {
        let gap = (pair[1].received - pair[0].answered).as_secs_f64();
        assert!(gap >= desk.pace - MILLISECOND, "{gap:.3} s before {}", pair[1].target);
    }
    assert!(log.iter().all(|request| request.beside == 0), "two requests at once");
    let mut done = 0;
    for output in &both {
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => done += 1,
            Some(2) => assert!(said.contains("in use"), "{said}"),
            code => panic!("{code:?}: {said}"),
        }
    }
    assert!(done >= 1);
    let delivered = desk.delivered("ada");
    let ids: BTreeSet<&String> = delivered.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), delivered.len());
    let day: Date = "2026-02-04".parse().unwrap();
    let truth = world.truth(&["cs.LG", "cs.CV"], &["new", "cross"], day, day, &|_, _| false);
    assert!(truth.must.keys().all(|id| ids.contains(id)));
}

/// The body of an answer of the server, without the program.
fn get(server: &Server, base: usize, path: &str) -> String {
    use std::io::{Read, Write};
    let url = format!("{}{path}", server.bases()[base].1);
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The texts between two marks.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split(close).next()).collect()
}

#[test]
fn the_double_of_arxiv_serves_its_world() {
    let world = Arc::new(World::new(&Plan::new("2026-02-02", "2026-02-13")));
    let server = Server::start(world.clone());
    let date: Date = "2026-02-05".parse().unwrap();
    let wanted = ["cs.LG".to_owned()];
    let listed = world.listed(world.batch(date).unwrap(), &wanted);
    let id = |place: usize| world.papers[place].id.as_str();
    let expected: Vec<(&str, &str)> =
        listed.iter().map(|l| (id(l.paper), l.kind.as_str())).collect();
    // Before midnight the listing has the day and the feed has not; OAI-PMH is later than the listing.
    server.set(eastern("2026-02-04 20:00"), &[]);
    let page = get(&server, 1, "/list/cs.LG/new");
    assert!(page.contains("listings for Thursday, 5 February 2026<"), "{page}");
    let ids = between(&page, "title=\"Abstract\" id=\"", "\"");
    assert_eq!(ids, expected.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    let harvest = "/oai?verb=ListRecords&metadataPrefix=arXivRaw&set=cs:cs:LG&from=2026-02-05";
    assert!(get(&server, 3, harvest).contains("noRecordsMatch"));
    // The program's own reader of feeds agrees with the world.
    server.set(eastern("2026-02-05 00:00"), &[]);
    let feed = get(&server, 0, "/rss/cs.LG");
    let batch = paperlark::source::parse("feed", feed.as_bytes()).unwrap();
    assert_eq!(batch.date, Some(date));
    let mut read: Vec<(&str, &str)> =
        batch.items.iter().map(|item| (item.paper.id.as_str(), item.kind.as_str())).collect();
    let mut fed: Vec<(&str, &str)> = listed
        .iter()
        .filter(|l| l.kind < Kind::Replace || l.version < 6)
        .map(|l| (id(l.paper), l.kind.as_str()))
        .collect();
    read.sort_unstable();
    fed.sort_unstable();
    assert_eq!(read, fed);
    // Small pages add up to the same.
    let mut paged = Vec::new();
    server.set(eastern("2026-02-05 00:00"), &[Rule::on(New, Fault::Cap(5))]);
    for skip in (0..expected.len() + 5).step_by(5) {
        let page = get(&server, 1, &format!("/list/cs.LG/new?skip={skip}&show=2000"));
        let ids = between(&page, "title=\"Abstract\" id=\"", "\"");
        assert_eq!(ids.is_empty(), page.contains("<p>No updates today.</p>"), "{page}");
        paged.extend(ids.into_iter().map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(paged, expected.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    // OAI-PMH has every change of the day, edits too, whatever the size of its pages.
    server.set_oai_page(3);
    let mut harvested = BTreeSet::new();
    let mut page = get(&server, 3, harvest);
    loop {
        harvested.extend(between(&page, "<id>", "</id>").into_iter().map(str::to_owned));
        let token = between(&page, "<resumptionToken", "</resumptionToken>");
        let Some((_, token)) = token.first().and_then(|t| t.split_once('>')) else { break };
        let token = token.replace('%', "%25");
        page = get(&server, 3, &format!("/oai?verb=ListRecords&resumptionToken={token}"));
    }
    let batch = world.batch(date).unwrap();
    let changed = batch.events.iter().filter(|event| {
        let standing = world.papers[event.paper].on(date).unwrap();
        standing.categories.iter().any(|c| c == "cs.LG")
    });
    let changed: BTreeSet<String> = changed.map(|event| id(event.paper).to_owned()).collect();
    assert_eq!(harvested, changed);
    // The query API knows the same papers by category and day of submission.
    let search = "/query?search_query=%28cat:cs.LG+OR+cat:cs.CV%29+ANDNOT+cat:math.OC+AND+\
        submittedDate:%5B202602030000+TO+202602032359%5D&max_results=100";
    let answer = get(&server, 2, search);
    let found: BTreeSet<&str> = between(&answer, "<id>http://arxiv.org/abs/", "</id>")
        .into_iter()
        .filter_map(|id| Some(id.rsplit_once('v')?.0))
        .collect();
    let submitted = world.papers.iter().filter(|paper| {
        paper.on(date).is_some_and(|standing| {
            let has = |name: &str| standing.categories.iter().any(|c| c == name);
            standing.versions[0].to_string().starts_with("2026-02-03")
                && (has("cs.LG") || has("cs.CV"))
                && !has("math.OC")
        })
    });
    let submitted: BTreeSet<&str> = submitted.map(|paper| paper.id.as_str()).collect();
    assert!(!submitted.is_empty());
    assert_eq!(found, submitted);
}
