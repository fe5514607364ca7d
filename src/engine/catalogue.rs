//! The whole library as a place to look things up: papers like given ones, and papers about something.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use jiff::Timestamp;
use ndarray::{Array1, ArrayView1};
use serde::Serialize;

use super::{known_documents, profiles::item};
use crate::{
    embed::{Embedder, Models, text_of},
    error::{Error, Result},
    message,
    message::Message,
    paper::{Paper, PaperId},
    profile::written_paper,
    rank::{Document, Documents, Likeness, similar, terms},
    reader::{SENTENCE, is_sentence},
    row::Row,
    shelf,
    source::{self, Client},
    store::{Filter, Library, Query},
    text::single_spaced,
    vector,
    vectors::{Exact, RowSet, VectorIndex},
};

/// Candidates that embeddings name, for an example or the mean of several.
const NEAREST: usize = 500;
/// Of many examples so many, spread evenly, name candidates themselves, and no more than these together.
const EXAMPLES: usize = 64;
const ALL_NEAREST: usize = 4_000;
/// Candidates that shared words name.
const SHARING: usize = 300;
/// Papers of the library that say how words and embeddings are spread.
const SAMPLE: usize = 1_000;
/// Terms of the examples that candidates are looked up by.
const TERMS: usize = 20;
/// Reciprocal rank fusion adds 1 / (60 + rank) (Cormack, Clarke & Buettcher 2009).
const FUSION: f32 = 60.0;
/// A paper with a lower cosine to what was asked for has nothing to do with it.
const FAR: f32 = 0.3;

/// A library open for reading, beside any writer, with the vectors of one model.
pub struct Catalogue {
    library: Library,
    embedder: Box<dyn Embedder>,
    index: Exact,
}

/// What to look for: papers and texts.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Examples {
    /// Papers, in the library or not; each once.
    pub papers: Vec<Paper>,
    /// What could not be used, and why.
    pub unusable: Vec<Message>,
}

/// A paper that was found.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// The paper.
    pub paper: Paper,
    /// Cosine of its embedding and that of the nearest example or of what was searched for, -1 to 1.
    pub similarity: f32,
    /// Terms that it shares with the examples, or whether it has the words that were searched for.
    pub terms: Vec<String>,
}

impl Catalogue {
    /// Opens the library in `dir` as it is now, with the model `name`.
    ///
    /// # Errors
    /// As [`Library::open_read_only`], [`Models::open`] and [`Exact::open`].
    pub fn open(dir: &Path, models: &Models, name: &str) -> Result<Self> {
        let embedder = models.open(name)?;
        let library = Library::open_read_only(dir)?;
        let id = embedder.model();
        let index = Exact::open(dir, &id.to_string(), id.dim)?;
        Ok(Catalogue { library, embedder, index })
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// What is wrong with the index, as far as it was met: blocks, without which answers are right and slower,
    /// and damaged vectors, whose papers can only be found by their words.
    pub fn damaged(&self) -> Vec<Message> {
        let mut damaged = self.index.damaged().to_vec();
        if self.index.unreadable() > 0 {
            let what = message!("damaged vectors were met, whose papers may be missing");
            damaged.push(what);
        }
        damaged
    }

    /// How many papers of the library were never embedded, so that only their words can be found.
    ///
    /// # Errors
    /// As [`Library::len`].
    pub fn not_embedded(&self) -> Result<usize> {
        Ok(self.library.len()?.saturating_sub(self.index.len()))
    }

    /// The rows of the papers that pass the filter.
    ///
    /// # Errors
    /// As [`Library::rows_of`].
    pub fn listed(&self, filter: &Filter) -> Result<RowSet> {
        listed(&self.library, filter)
    }

    /// The papers that digests of a profile show, and those that its reader marked.
    ///
    /// # Errors
    /// As [`Library::shown`].
    pub fn seen(&self, profile: &str) -> Result<RowSet> {
        let shown = self.library.shown(profile)?.into_iter().map(|(_, row)| row);
        let marked = self.library.feedback(profile, Timestamp::MAX)?.marks.into_keys();
        Ok(shown.chain(marked).collect())
    }

    /// Finds the examples that sources name: ids, URLs and DOIs of papers, titles of the library, files
    /// (BibTeX and whatever else [`shelf::parse`] reads, or a text). What is none of these is a text itself.
    /// `client` is asked for what the library does not hold.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be read; [`Error::Fetch`]; [`Error::Invalid`] if a source is an id that
    /// nobody knows; [`Error::Library`].
    pub fn examples(&self, sources: &[String], client: Option<&Client>) -> Result<Examples> {
        let mut examples = Examples::default();
        for source in sources {
            let source = source.trim();
            let is_file = source == "-" || Path::new(source).is_file();
            let id = source.parse::<PaperId>().ok();
            let known = id.as_ref().map(|id| self.library.paper(id)).transpose()?.flatten();
            let items = if let Some(paper) = known {
                examples.add(paper);
                continue;
            } else if is_file {
                let (origin, bytes) = source::load(Path::new(source))?;
                match shelf::parse(&origin, &bytes) {
                    Ok(shelf) => {
                        let broken = shelf.broken.iter().map(shelf::Broken::message);
                        examples.unusable.extend(broken);
                        shelf.items
                    }
                    // No library of papers, so it is a text, whose first line may be its title.
                    Err(_) => {
                        examples.add(of_text(&String::from_utf8_lossy(&bytes)));
                        continue;
                    }
                }
            } else if let Some(id) = id {
                vec![item(source, id)]
            } else {
                examples.add(self.titled(source)?.unwrap_or_else(|| of_text(source)));
                continue;
            };
            let titles: Vec<Option<String>> = items.iter().map(|item| item.title.clone()).collect();
            let completed = shelf::complete(items, client, &|id| self.library.paper(id))?;
            let found = completed.papers.len();
            examples.unusable.extend(completed.odd().map(shelf::Broken::message));
            completed.papers.into_iter().for_each(|(_, paper)| examples.add(paper));
            if !is_file && found == 0 {
                let cure = match client {
                    Some(_) => message!("arXiv does not know it either"),
                    None => message!("it was not asked for at arXiv"),
                };
                return Err(Error::Invalid(message!(
                    "the library holds no paper {source}, and {cure}; give its title or a text file",
                    source,
                    cure
                )));
            }
            // A title says something, even without the abstract.
            if found == 0 {
                titles.into_iter().flatten().for_each(|title| examples.add(of_text(&title)));
            }
        }
        Ok(examples)
    }

    /// The paper of the library that has this title, letter case and punctuation aside.
    fn titled(&self, title: &str) -> Result<Option<Paper>> {
        let plain = |text: &str| -> String {
            let kept = text.chars().filter(|c| c.is_alphanumeric());
            kept.flat_map(char::to_lowercase).collect()
        };
        let phrase = format!("\"{}\"", title.replace('"', " "));
        let Ok(query) = Query::parse(&phrase) else { return Ok(None) };
        let found = self.library.matching(&query, None, SHARING)?;
        let rows: Vec<Row> = found.into_iter().map(|(row, _)| row).collect();
        let papers = self.library.papers(&rows)?;
        Ok(papers.into_iter().find(|paper| plain(&paper.title) == plain(title)))
    }

    /// The `n` papers among those of `among` that are most like the examples and least like what is
    /// `unwanted`, best first; neither of these are among them. See [`similar`].
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no example; [`Error::Library`]; as [`Embedder::embed`].
    pub fn similar(
        &self,
        examples: &Examples,
        unwanted: &Examples,
        n: usize,
        among: &RowSet,
    ) -> Result<Vec<Found>> {
        if examples.papers.is_empty() {
            return Err(Error::Invalid(message!(
                "there is nothing to compare with; name a paper, a file or a text"
            )));
        }
        let mut among = among.clone();
        for paper in examples.papers.iter().chain(&unwanted.papers) {
            if let Some(row) = self.library.row(&paper.id)? {
                among.remove(row);
            }
        }
        let wanted = self.embed(&examples.papers)?;
        let unwanted = self.embed(&unwanted.papers)?;
        // One example is its own mean.
        let mean = (wanted.len() > 1).then(|| vector::unit_mean(&wanted.vectors));
        let each = wanted.vectors.rows().into_iter().step_by(wanted.len().div_ceil(EXAMPLES));
        let each: Vec<Array1<f32>> = each.map(|row| row.to_owned()).collect();
        let share = (ALL_NEAREST / each.len()).min(NEAREST).max(2 * n);
        let mut rows: HashSet<Row> = HashSet::new();
        for (query, depth) in each
            .iter()
            .map(|each| (each, share))
            .chain(mean.as_ref().map(|m| (m, NEAREST.max(2 * n))))
        {
            rows.extend(self.nearest(query, depth, &among)?);
        }
        let telling = telling_terms(wanted.texts());
        let sharing = self.library.sharing(&telling, Some(&among), SHARING.max(n))?;
        rows.extend(sharing.into_iter().map(|(row, _)| row));
        let mut rows: Vec<Row> = rows.into_iter().collect();
        rows.sort_unstable();
        let (papers, candidates) = self.documents(&rows)?;
        let (_, stream) = self.documents(&self.sample()?)?;
        let likeness = similar(&wanted, &unwanted, &candidates, &stream);
        Ok(best(papers, likeness, n))
    }

    /// The `n` papers among those of `among` that a text is about, best first: those that have all of its
    /// words and those whose embeddings are nearest to its own, by reciprocal rank fusion. A phrase in
    /// quotation marks must be there, and a word after a minus must not.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no word in the text; [`Error::Library`]; as [`Embedder::embed`].
    pub fn search(&self, text: &str, n: usize, among: &RowSet) -> Result<Vec<Found>> {
        let query = Query::parse(text)?;
        let depth = NEAREST.max(2 * n);
        let matching = self.library.matching(&query, Some(among), usize::MAX)?;
        let matching: Vec<Row> = matching.into_iter().map(|(row, _)| row).collect();
        let asked = of_text(&self.known_words(&query.text())?);
        let is_read = !asked.title.is_empty() && self.embedder.reads(&text_of(&asked));
        let asked = self.embed(if is_read { std::slice::from_ref(&asked) } else { &[] })?;
        let near = match asked.vectors.rows().into_iter().next() {
            // Words of a script that the model does not read can be found all the same.
            None => Vec::new(),
            // What must be there or must not, an embedding cannot tell.
            Some(vector) if query.is_strict() => {
                self.nearest(&vector.to_owned(), depth, &matching.iter().copied().collect())?
            }
            Some(vector) => self.near(&vector.to_owned(), depth, among, FAR)?,
        };
        let mut scores: HashMap<Row, f32> = HashMap::new();
        for list in [&matching, &near] {
            for (rank, row) in (1..).zip(list.iter().take(depth)) {
                *scores.entry(*row).or_default() += (FUSION + rank as f32).recip();
            }
        }
        let mut rows: Vec<(f32, Row)> =
            scores.into_iter().map(|(row, score)| (score, row)).collect();
        rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let rows: Vec<Row> = rows.into_iter().take(n).map(|(_, row)| row).collect();
        let (papers, documents) = self.documents(&rows)?;
        let words: Vec<String> = terms(&query.text()).collect();
        let similarity = |of: ArrayView1<f32>| {
            asked.vectors.rows().into_iter().next().map_or(0.0, |asked| asked.dot(&of))
        };
        let found = papers.into_iter().zip(documents.texts()).zip(documents.vectors.rows());
        let found = found.map(|((paper, text), vector)| {
            let its: HashSet<String> = terms(text).collect();
            let terms = words.iter().filter(|word| its.contains(*word)).cloned().collect();
            Found { paper, similarity: similarity(vector), terms }
        });
        Ok(found.collect())
    }

    fn nearest(&self, query: &Array1<f32>, n: usize, among: &RowSet) -> Result<Vec<Row>> {
        self.near(query, n, among, f32::NEG_INFINITY)
    }

    /// The nearest rows whose cosine is more than `floor`.
    fn near(&self, query: &Array1<f32>, n: usize, among: &RowSet, floor: f32) -> Result<Vec<Row>> {
        let query = query.as_slice().expect("owned arrays are contiguous");
        let near = self.index.nearest(query, n, among).into_iter();
        Ok(near.filter(|near| near.cosine > floor).map(|near| near.row).collect())
    }

    /// A text without the words that no paper of the library has: the model makes something of the pieces of any
    /// word, so that `qwzx` would be near quantum computing.
    fn known_words(&self, text: &str) -> Result<String> {
        let mut known = Vec::new();
        for word in text.split_whitespace() {
            let mut its = terms(word).peekable();
            let mut is_known = its.peek().is_none();
            for term in its {
                is_known |= !self.library.sharing(&[term], None, 1)?.is_empty();
            }
            if is_known {
                known.push(word);
            }
        }
        // What is left may be nothing but "the" and "of".
        let says = known.iter().any(|word| terms(word).next().is_some());
        Ok(if says { known.join(" ") } else { String::new() })
    }

    /// Papers spread evenly over the library, whatever was asked for.
    fn sample(&self) -> Result<Vec<Row>> {
        let all = listed(&self.library, &Filter::default())?;
        Ok(all.iter().step_by(all.len().div_ceil(SAMPLE).max(1)).collect())
    }

    /// Papers with text and vector; what has no vector of its present text is embedded, and not stored.
    fn documents(&self, rows: &[Row]) -> Result<(Vec<Paper>, Documents)> {
        let papers = self.library.papers(rows)?;
        let dim = self.embedder.model().dim;
        let known = |row, text_hash| self.index.vector(row, text_hash);
        let (mut documents, missing) = known_documents(rows, &papers, dim, known);
        let unknown: Vec<String> =
            missing.iter().map(|at| documents.papers[*at].text.clone()).collect();
        let embedded = self.embedder.embed(&unknown, &|_, _| Ok(()))?;
        for (at, vector) in missing.into_iter().zip(embedded.rows()) {
            documents.vectors.row_mut(at).assign(&vector);
        }
        Ok((papers, documents))
    }

    fn embed(&self, papers: &[Paper]) -> Result<Documents> {
        let papers: Vec<Document> = papers.iter().map(Document::from).collect();
        if let Some(paper) = papers.iter().find(|paper| !self.embedder.reads(&paper.text)) {
            return Err(Error::Invalid(message!(
                "the model {model} cannot read \"{text}\"; write English, or use another model",
                model = &self.embedder.model().name,
                text = paper.text.chars().take(60).collect::<String>()
            )));
        }
        Documents::embed(&*self.embedder, papers)
    }
}

impl Examples {
    /// The first lines of those that are texts, not papers.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = self.papers.iter().filter(|paper| is_sentence(&paper.id));
        texts.map(|paper| paper.title.as_str())
    }

    fn add(&mut self, paper: Paper) {
        if self.papers.iter().all(|known| known.id != paper.id) {
            self.papers.push(paper);
        }
    }
}

/// The rows of a library's papers that pass the filter; sentences and seeds that readers wrote are none.
pub(super) fn listed(library: &Library, filter: &Filter) -> Result<RowSet> {
    if *filter != Filter::default() {
        return Ok(library.rows_of(filter)?.into_iter().collect());
    }
    let mut all = RowSet::all(library.last_row()?.0.saturating_add(1));
    // Rows count from 1.
    for row in library.unlisted()?.into_iter().chain([Row(0)]) {
        all.remove(row);
    }
    Ok(all)
}

/// A text as a paper: a first line of its own is the title.
fn of_text(text: &str) -> Paper {
    let text = text.trim();
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    written_paper(SENTENCE, single_spaced(title), single_spaced(rest))
}

/// The terms that most of the texts have, the longest first among equals: names of methods are long.
fn telling_terms<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for text in texts {
        let terms: HashSet<String> = terms(text).collect();
        terms.into_iter().for_each(|term| *counts.entry(term).or_default() += 1);
    }
    let mut terms: Vec<(String, usize)> = counts.into_iter().collect();
    terms
        .sort_unstable_by(|a, b| b.1.cmp(&a.1).then(b.0.len().cmp(&a.0.len())).then(a.0.cmp(&b.0)));
    terms.truncate(TERMS);
    terms.into_iter().map(|(term, _)| term).collect()
}

fn best(papers: Vec<Paper>, likeness: Vec<Likeness>, n: usize) -> Vec<Found> {
    let mut found: Vec<(Likeness, Paper)> = likeness.into_iter().zip(papers).collect();
    found.sort_by(|a, b| b.0.score.total_cmp(&a.0.score).then_with(|| a.1.id.cmp(&b.1.id)));
    let found = found.into_iter().take(n);
    found
        .map(|(likeness, paper)| Found {
            paper,
            similarity: likeness.cosine,
            terms: likeness.terms,
        })
        .collect()
}
