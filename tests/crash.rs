//! The program is killed two hundred times, and nothing of it shows in the end.
//!
//! Some days are read without disturbance. Then the same days are read again, several times over, each run
//! being killed at a random moment until it is left in peace once; digests, deliveries and ledger must be
//! those of the quiet reader.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Stdio,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use crate::common::mock::{
    ArxivDesk, seed,
    server::Server,
    world::{Plan, World, eastern},
};

/// Mornings with one gap, a weekend and a Saturday, so that there are days to make up for.
const DAYS: [&str; 8] = [
    "2026-02-03",
    "2026-02-04",
    "2026-02-06",
    "2026-02-07",
    "2026-02-10",
    "2026-02-11",
    "2026-02-12",
    "2026-02-13",
];
const ROUNDS: usize = 5;
const KILLS_A_DAY: usize = 5;

fn desk() -> ArxivDesk {
    let desk = ArxivDesk::new();
    desk.profile("ada", &["cs.LG", "cs.CV"], &["new", "cross"]);
    desk.profile("bea", &["stat.ML", "cs.LG"], &["new", "cross", "replace", "replace-cross"]);
    desk
}

fn moment(day: &str) -> Timestamp {
    eastern(&format!("{day} 09:00"))
}

/// All that must be the same: every file of the digests, and what the ledger counts.
fn state(desk: &ArxivDesk, server: &Server, now: Timestamp) -> BTreeMap<String, String> {
    let mut state = BTreeMap::new();
    let mut folders = vec![desk.desk.path("data/digests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // What a kill leaves beside a file, half written, is nobody's digest.
            if path.extension().is_some_and(|end| end == "tmp") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| !line.starts_with("> Updated:"));
            let name = path.strip_prefix(desk.desk.path("data")).unwrap().display().to_string();
            state.insert(name, lines.collect::<Vec<_>>().join("\n"));
        }
    }
    for name in ["ada", "bea"] {
        let mut delivered = desk.delivered(name);
        delivered.sort();
        for (id, day) in delivered {
            state.insert(format!("{name} {id}"), day.to_string());
        }
    }
    let output = desk.run(server, now, &["stats", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let stats: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    flatten("stats", &stats, &mut state);
    state
}

/// The leaves of a JSON value by their path; the room that they take may differ.
fn flatten(path: &str, value: &serde_json::Value, state: &mut BTreeMap<String, String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                flatten(&format!("{path}.{name}"), value, state);
            }
        }
        serde_json::Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                flatten(&format!("{path}.{place}"), item, state);
            }
        }
        _ if path == "stats.disk" => {}
        leaf => _ = state.insert(path.to_owned(), leaf.to_string()),
    }
}

/// The first line in which two texts differ.
fn difference(name: &str, expected: Option<&String>, found: Option<&String>) -> String {
    let mut lines = [expected, found].map(|text| text.map_or("", |text| text.as_str()).lines());
    loop {
        let [expected, found] = lines.each_mut().map(Iterator::next);
        if expected != found || expected.is_none() {
            return format!("{name}: {expected:?} became {found:?}");
        }
    }
}

/// A run that is killed after so many seconds; the time it took if it was done before.
fn disturbed(desk: &ArxivDesk, server: &Server, day: &str, seconds: f64) -> Option<f64> {
    let mut command = desk.command(server, moment(day), &["daily"]);
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while start.elapsed().as_secs_f64() < seconds {
        if child.try_wait().unwrap().is_some() {
            return Some(start.elapsed().as_secs_f64());
        }
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

#[test]
fn a_killed_run_leaves_nothing_that_the_next_one_does_not_mend() {
    let world = Arc::new(World::new(&Plan::new("2026-02-02", "2026-02-20")));
    let server = Server::start(world);
    let quiet = desk();
    let mut durations = Vec::new();
    for day in DAYS {
        let start = Instant::now();
        server.set(moment(day), &[]);
        let output = quiet.run(&server, moment(day), &["daily"]);
        assert!(output.status.success(), "{day}: {}", String::from_utf8_lossy(&output.stderr));
        durations.push(start.elapsed());
    }
    let end = moment(DAYS[DAYS.len() - 1]);
    let expected = state(&quiet, &server, end);
    let papers = expected.keys().filter(|key| key.starts_with("ada ")).count();
    assert!(papers > 50, "only {papers} papers were delivered");

    let seed = seed(20_260_203);
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut kills = 0;
    for round in 0..ROUNDS {
        let desk = desk();
        for (day, duration) in DAYS.iter().zip(&durations) {
            server.set(moment(day), &[]);
            // A run that is over before its time says how short runs have become; it does not count.
            let mut span = duration.as_secs_f64();
            let mut left = KILLS_A_DAY;
            for _ in 0..4 * KILLS_A_DAY {
                match disturbed(&desk, &server, day, span * rng.f64()) {
                    Some(took) => span = took,
                    None => left -= 1,
                }
                if left == 0 {
                    break;
                }
            }
            kills += KILLS_A_DAY - left;
            let output = desk.run(&server, moment(day), &["daily"]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "round {round}, {day}, seed {seed}: {said}");
        }
        let found = state(&desk, &server, end);
        let keys: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
        let changed: Vec<String> = keys
            .into_iter()
            .filter(|key| expected.get(*key) != found.get(*key))
            .map(|key| difference(key, expected.get(key), found.get(key)))
            .collect();
        assert!(changed.is_empty(), "round {round}, seed {seed}:\n{}", changed.join("\n"));
    }
    println!("{kills} kills over {:?} a run", durations.iter().sum::<Duration>() / 8);
    assert!(kills >= ROUNDS * DAYS.len() * KILLS_A_DAY * 9 / 10, "only {kills} kills");
}
