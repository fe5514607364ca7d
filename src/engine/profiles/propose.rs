//! A new profile: its interests, found by grouping the papers that its reader names.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use ndarray::{Array1, Array2, Axis};
use serde::Serialize;

use super::Gathered;
use crate::{
    embed::text_of,
    engine::{Engine, ProgressFn},
    error::Result,
    paper::{Paper, PaperId},
    profile::{Draft, DraftInterest, Language, Style, cluster},
    rank::{Like, STREAM, Weights, rank, terms},
    reader::{SENTENCE_WEIGHT, TasteRows},
    row::Row,
    text::one_line,
    vector,
};

/// A term of which fewer papers than one in so many speak names no interest.
const NAME_SHARE: usize = 4;
/// Terms in the name of an interest.
const NAME_TERMS: usize = 3;
/// Two neighbouring words say more than one of them, so that fewer papers may share them.
const PAIR: f32 = 1.5;
/// Recent papers that are shown with each interest.
const NEAREST: usize = 3;
/// A sentence belongs to a group if its cosine to the group's centre is at least this part of the mean
/// cosine of the group's own papers.
const SENTENCE_REACH: f32 = 0.7;

/// A profile that could be.
#[derive(Debug, Clone, Serialize)]
pub struct Proposal {
    /// arXiv categories: those asked for, else the primary ones of at least a tenth of the papers.
    pub categories: Vec<String>,
    /// The interests, the largest first, sentences without papers last.
    pub interests: Vec<Proposed>,
    /// First and last day of the recent papers, if the library holds any.
    pub recent: Option<(Date, Date)>,
}

/// One of its interests.
#[derive(Debug, Clone, Serialize)]
pub struct Proposed {
    /// The terms that tell it from the others.
    pub name: String,
    /// The sentence that belongs to it.
    pub description: Option<String>,
    /// The papers that stand for it.
    pub seeds: Vec<Paper>,
    /// The recent papers that it would bring up first.
    pub nearest: Vec<Near>,
}

/// A recent paper that an interest brings up.
#[derive(Debug, Clone, Serialize)]
pub struct Near {
    /// Its identifier.
    pub id: PaperId,
    /// Its title.
    pub title: String,
    /// Score, 0-10, with the proposed profile.
    pub score: f32,
}

impl Proposal {
    /// The text of the profile's file.
    pub fn to_toml(&self, name: &str, language: Language) -> String {
        let interests = self.interests.iter().map(|interest| DraftInterest {
            name: &interest.name,
            description: interest.description.as_deref(),
            seeds: interest.seeds.iter().collect(),
        });
        Draft {
            name,
            categories: &self.categories,
            interests: interests.collect(),
            avoid: &[],
            language,
            style: Style::Briefing,
            top: None,
        }
        .to_toml()
    }
}

impl Engine {
    /// Groups what was gathered into interests, at most [`MAX_CLUSTERS`](crate::profile::MAX_CLUSTERS) of
    /// papers or as many as are `wanted`, names them, and looks up which of the last [`LATE`](crate::day::LATE)
    /// days' papers they would bring up. Nothing is recorded.
    ///
    /// # Errors
    /// As [`Engine::documents`].
    pub fn propose(
        &mut self,
        gathered: &Gathered,
        categories: &[String],
        wanted: Option<usize>,
        today: Date,
        progress: ProgressFn,
    ) -> Result<Proposal> {
        let mut papers = gathered.papers.clone();
        // The groups do not depend on the order of the sources.
        papers.sort_by(|a, b| a.1.id.cmp(&b.1.id));
        let categories = match categories {
            [] => usual_categories(&papers),
            given => given.to_vec(),
        };
        let newest = self.newest_day(&categories, today)?;
        let stream = match newest {
            Some(newest) => self.library.recent(newest, &categories, STREAM)?,
            None => Vec::new(),
        };
        let stream = self.documents(&stream, progress)?;
        let rows: Vec<Row> = papers.iter().map(|(row, _)| *row).collect();
        let seeds = self.documents(&rows, progress)?;
        let rows: Vec<Row> = gathered.sentences.iter().map(|(row, _)| *row).collect();
        let sentences = self.documents(&rows, progress)?;

        // What all papers have in common tells no two apart.
        let middle = if stream.is_empty() { &seeds.vectors } else { &stream.vectors };
        let middle = vector::shrunken_mean(middle);
        let vectors = centred(&seeds.vectors, &middle);
        let groups = cluster(&vectors, wanted);
        let count = groups.iter().max().map_or(0, |last| last + 1);
        let mut interests: Vec<(Vec<usize>, Option<usize>)> = (0..count)
            .map(|group| ((0..papers.len()).filter(|at| groups[*at] == group).collect(), None))
            .collect();
        interests.sort_by_key(|(places, _)| (std::cmp::Reverse(places.len()), places[0]));
        let sentence_vectors = centred(&sentences.vectors, &middle);
        for at in 0..gathered.sentences.len() {
            let vector = sentence_vectors.row(at);
            let readable = self.embedder().reads(&sentences.papers[at].text);
            let near = interests
                .iter()
                .enumerate()
                .filter(|(_, (places, taken))| readable && taken.is_none() && !places.is_empty())
                .map(|(k, (places, _))| {
                    let centre = vector::unit_mean(&vectors.select(Axis(0), places));
                    let own: f32 = places.iter().map(|at| vectors.row(*at).dot(&centre)).sum();
                    (k, vector.dot(&centre) / (own / places.len() as f32).max(f32::MIN_POSITIVE))
                })
                .reduce(|best, next| if next.1 > best.1 { next } else { best });
            match near.filter(|(_, reach)| *reach >= SENTENCE_REACH) {
                Some((k, _)) => interests[k].1 = Some(at),
                None => interests.push((Vec::new(), Some(at))),
            }
        }

        let mut names = BTreeSet::new();
        let elsewhere: Vec<&str> = stream.texts().collect();
        let mut proposed: Vec<Proposed> = interests
            .iter()
            .map(|(places, sentence)| {
                let description = sentence.map(|at| gathered.sentences[at].1.clone());
                let own: Vec<&str> =
                    places.iter().map(|at| seeds.papers[*at].text.as_str()).collect();
                let rest = (0..papers.len()).filter(|at| !places.contains(at));
                let rest =
                    rest.map(|at| seeds.papers[at].text.as_str()).chain(elsewhere.iter().copied());
                let name = match telling_terms(&own, rest) {
                    terms if terms.is_empty() => headline(description.as_deref(), places, &papers),
                    terms => capitalised(&terms.join(", ")),
                };
                Proposed {
                    name: distinct(&mut names, name),
                    description,
                    seeds: places.iter().map(|at| papers[*at].1.clone()).collect(),
                    nearest: Vec::new(),
                }
            })
            .collect();

        // What the model cannot read would be noise.
        let read = |at: &usize| self.embedder().reads(&sentences.papers[*at].text);
        let learned = TasteRows {
            interests: interests.len(),
            likes: interests
                .iter()
                .enumerate()
                .flat_map(|(k, (places, sentence))| {
                    let like = move |weight| Like { interest: Some(k), weight };
                    let papers = places.iter().map(move |_| like(1.0));
                    papers.chain(sentence.filter(read).map(|_| like(SENTENCE_WEIGHT)))
                })
                .collect(),
            liked: interests
                .iter()
                .flat_map(|(places, sentence)| {
                    let papers = places.iter().map(|at| papers[*at].0);
                    papers.chain(sentence.filter(read).map(|at| gathered.sentences[at].0))
                })
                .collect(),
            newest: Vec::new(),
            disliked: Vec::new(),
            skipped: Vec::new(),
            weights: Weights::default(),
        };
        let recent = match newest {
            Some(newest) => {
                let from = self.nearest(&mut proposed, &learned, &categories, newest, progress)?;
                Some((from, newest))
            }
            None => None,
        };
        Ok(Proposal { categories, interests: proposed, recent })
    }

    /// Finds the recent papers that each interest would bring up; the first of their days.
    fn nearest(
        &mut self,
        proposed: &mut [Proposed],
        learned: &TasteRows,
        categories: &[String],
        newest: Date,
        progress: ProgressFn,
    ) -> Result<Date> {
        let own: HashSet<Row> = learned.liked.iter().copied().collect();
        let days = self.recent_days(newest)?;
        let mut seen = HashSet::new();
        let mut rows: Vec<Row> = Vec::new();
        for day in &days {
            rows.extend(self.news(*day, categories)?.into_iter().filter(|row| seen.insert(*row)));
        }
        rows.retain(|row| !own.contains(row));
        if rows.is_empty() {
            return Ok(newest);
        }
        let candidates = self.documents(&rows, progress)?;
        let background = self.background(newest, categories, &rows, progress)?;
        let background = background.expect("a stream with candidates has papers");
        let taste = learned.taste(|rows| self.documents(rows, progress))?;
        let ranking = rank(&candidates, &background, &taste);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| {
            ranking[*b].standing.total_cmp(&ranking[*a].standing).then(rows[*a].cmp(&rows[*b]))
        });
        for at in order {
            let Some(k) = ranking[at].interest else { continue };
            if proposed[k].nearest.len() < NEAREST {
                let Paper { id, title, .. } = self.library.papers(&rows[at..=at])?.remove(0);
                proposed[k].nearest.push(Near { id, title, score: ranking[at].score });
            }
        }
        Ok(days.first().copied().unwrap_or(newest))
    }
}

/// The primary categories of at least a tenth of the papers, the most frequent first.
fn usual_categories(papers: &[(Row, Paper)]) -> Vec<String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for primary in papers.iter().filter_map(|(_, paper)| paper.categories.first()) {
        *counts.entry(primary).or_default() += 1;
    }
    let least = counts.values().sum::<usize>().div_ceil(10);
    let mut usual: Vec<(&String, usize)> =
        counts.into_iter().filter(|(_, count)| *count >= least).collect();
    usual.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    usual.into_iter().map(|(name, _)| name.clone()).collect()
}

fn centred(vectors: &Array2<f32>, middle: &Array1<f32>) -> Array2<f32> {
    if vectors.nrows() == 0 {
        return Array2::zeros((0, middle.len()));
    }
    let mut centred = vectors - middle;
    centred.rows_mut().into_iter().for_each(vector::normalise);
    centred
}

/// Words of addresses, of formulas and of every abstract's last sentence, which name no interest.
const NAMELESS: [&str; 24] = [
    "https",
    "http",
    "www",
    "com",
    "org",
    "net",
    "io",
    "html",
    "github",
    "gitlab",
    "huggingface",
    "url",
    "doi",
    "code",
    "available",
    "publicly",
    "al",
    "mathcal",
    "mathbb",
    "mathrm",
    "mathbf",
    "textbf",
    "textit",
    "emph",
];

/// The terms, of one word or two neighbours, that most of `own` have and few of `rest`, best first, by
/// TF-IDF; none without texts.
fn telling_terms<'a>(own: &[&str], rest: impl Iterator<Item = &'a str>) -> Vec<String> {
    let of = |text: &str| -> BTreeSet<String> {
        let words: Vec<String> = terms(text).collect();
        let named: Vec<&[String]> = words.split(|word| NAMELESS.contains(&word.as_str())).collect();
        let pairs = named.iter().flat_map(|run| run.windows(2)).map(|pair| pair.join(" "));
        pairs.chain(named.iter().flat_map(|run| run.iter().cloned())).collect()
    };
    let mut within: BTreeMap<String, usize> = BTreeMap::new();
    own.iter().flat_map(|text| of(text)).for_each(|term| *within.entry(term).or_default() += 1);
    // What only one of several papers says is its own affair, and a name is for many.
    let least = own.len().div_ceil(NAME_SHARE).max(own.len().min(2));
    within.retain(|_, count| *count >= least);
    let mut without: BTreeMap<&str, usize> = BTreeMap::new();
    let mut n_rest = 0;
    for text in rest {
        n_rest += 1;
        for term in of(text) {
            if let Some((term, _)) = within.get_key_value(&term) {
                *without.entry(term).or_default() += 1;
            }
        }
    }
    let mut scored: Vec<(f32, &String)> = within
        .iter()
        .map(|(term, count)| {
            let share = *count as f32 / own.len() as f32;
            let outside = without.get(term.as_str()).copied().unwrap_or(0);
            let idf = ((n_rest + own.len() + 1) as f32 / (outside + count + 1) as f32).ln();
            let pair = if term.contains(' ') { PAIR } else { 1.0 };
            (pair * share * idf, term)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let mut chosen: Vec<String> = Vec::new();
    for (_, term) in scored {
        // A word and a pair with it say the same.
        let mut words = term.split(' ');
        if words.all(|word| chosen.iter().all(|known| !known.split(' ').any(|k| k == word))) {
            chosen.push(term.clone());
        }
        if chosen.len() == NAME_TERMS {
            break;
        }
    }
    chosen
}

/// A name for what has no telling terms.
fn headline(description: Option<&str>, places: &[usize], papers: &[(Row, Paper)]) -> String {
    let text = match (description, places.first()) {
        (Some(text), _) => one_line(text),
        (None, Some(at)) => one_line(&text_of(&papers[*at].1)),
        (None, None) => String::new(),
    };
    let mut name = String::new();
    for word in text.trim_end_matches('.').split(' ') {
        if name.chars().count() + word.chars().count() > 50 && !name.is_empty() {
            break;
        }
        name = format!("{name} {word}").trim().chars().take(50).collect();
    }
    capitalised(name.trim_end_matches([',', ';', ':', '.']))
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `name`, or with a number if it is taken or empty.
fn distinct(taken: &mut BTreeSet<String>, name: String) -> String {
    let name = if name.is_empty() { "Interest".to_owned() } else { name };
    let free = (2..).map(|n| format!("{name} {n}"));
    let name = std::iter::once(name.clone()).chain(free).find(|name| !taken.contains(name));
    let name = name.expect("there are more numbers than names");
    taken.insert(name.clone());
    name
}
