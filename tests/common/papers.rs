//! Papers of our own writing, as a feed of JSON lines has them.

use std::ops::Range;

use serde_json::{Value, json};

/// A paper of cs.LG.
pub fn paper(id: &str, title: &str, text: &str) -> Value {
    json!({
        "id": id, "title": title, "abstract": text, "authors": ["Ada Lark"], "categories": ["cs.LG"],
    })
}

/// The same with another value for one key.
pub fn with(mut paper: Value, key: &str, value: impl Into<Value>) -> Value {
    paper[key] = value.into();
    paper
}

/// A file with a paper in each line.
pub fn lines(papers: &[Value]) -> String {
    papers.iter().map(|paper| format!("{paper}\n")).collect()
}

/// Id of the paper of this number.
pub fn id(number: usize) -> String {
    format!("2606.{number:05}")
}

/// What papers are about, each in words of its own.
#[derive(Debug, Clone, Copy)]
pub enum Topic {
    Attribution,
    Robots,
    Galaxies,
    Bandits,
}

pub use Topic::{Attribution, Bandits, Galaxies, Robots};

impl Topic {
    /// Paper `number`, which is about this.
    pub fn paper(self, number: usize) -> Value {
        const WHAT: [&str; 6] = ["images", "graphs", "speech", "proteins", "weather", "games"];
        let what = WHAT[number / 2 % WHAT.len()];
        let (title, text) = match self {
            Attribution => (
                format!("Shapley attribution for {what}"),
                format!(
                    "We attribute what a network says of {what} to its inputs by Shapley values."
                ),
            ),
            Robots => (
                format!("Warehouse robots and {what}"),
                format!("A fleet of {number} robots carries {what} through a warehouse."),
            ),
            Galaxies => (
                format!("Dwarf galaxies and {what}"),
                format!("Star formation in {number} dwarf galaxies, seen through {what}."),
            ),
            Bandits => (
                format!("Bandits and {what}"),
                format!("Bounds on the regret of bandits that choose among {number} {what}."),
            ),
        };
        let paper = paper(&id(number), &format!("{title}, part {number}"), &text);
        // Papers by others do not fold.
        with(paper, "authors", json!([format!("Author {number}")]))
    }
}

/// Papers announced on a day. Paper n is about the topic at place n, counted round and round.
pub fn day(date: &str, numbers: Range<usize>, topics: &[Topic]) -> Vec<Value> {
    let paper = |n: usize| with(topics[n % topics.len()].paper(n), "announced", date);
    numbers.map(paper).collect()
}

/// What papers of [`of_field`] are about, with the words of each.
pub const FIELDS: [(&str, [&str; 6]); 4] = [
    ("larks", ["lark", "song", "dawn", "syllable", "meadow", "nestling"]),
    ("stars", ["star", "dwarf", "galaxy", "gas", "redshift", "spectrograph"]),
    ("games", ["shapley", "coalition", "payoff", "player", "axiom", "bargaining"]),
    ("polymers", ["polymer", "viscosity", "chain", "solvent", "entanglement", "rheology"]),
];
const CATEGORIES: [&str; 4] = ["q-bio.NC", "astro-ph.GA", "cs.GT", "cond-mat.soft"];

/// Paper `n`, of field `n % 4`; every tenth is of 2024, the others of 2026.
pub fn of_field(n: usize) -> Value {
    let (field, words) = FIELDS[n % 4];
    let word = |k: usize| words[(n / 4 + k) % words.len()];
    let year = if n.is_multiple_of(10) { 2024 } else { 2026 };
    json!({
        "id": format!("2602.{:05}", n + 1),
        "title": format!("On the {} and the {} of {field}, part {n}", word(0), word(1)),
        "authors": [format!("{} Wren", ["Ada", "Bela", "Chidi"][n % 3]), "Dora Owl"],
        "abstract": format!(
            "We study the {} of {field} by its {} and compare the {} with the {}.",
            word(2), word(3), word(4), word(5)
        ),
        "categories": [CATEGORIES[n % 4]],
        "submitted": format!("{year}-02-{:02}", n % 28 + 1),
    })
}
