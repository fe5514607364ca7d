//! One reader, as of a time: the profile's file, what was said since, mutes and saved weights in one value.
//!
//! [`Reader::new`] folds them together, [`Reader::knows`] is the one place that says what a reader knows
//! already, and [`Reader::taste`] is what the ranker learns from. [`Act`] and [`Feedback`] are the log of what a
//! reader says. Nothing here reads a file, a store or a clock: `engine` looks up what the library holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use crate::{
    error::{Error, Result},
    message,
    message::Message,
    paper::{Paper, PaperId},
    profile::{Notice, Profile, written_paper},
    rank::{Like, Weights},
    row::Row,
};

mod marks;
mod mute;
mod taste;
mod weights;

pub use marks::{Act, Event, Feedback, Mark, Said};
pub use mute::{Field, Mute};
pub use taste::TasteRows;
pub(crate) use weights::read_weights;
pub use weights::weights;

/// Weight of the sentence that describes an interest, beside 1 for a paper.
pub const SENTENCE_WEIGHT: f32 = 0.5;

/// Source, in a [`PaperId`], of sentences that are kept as papers.
pub(crate) const SENTENCE: &str = "text";

/// A sentence as a paper, so that its vector is kept like any other's.
pub(crate) fn sentence(text: &str) -> Paper {
    written_paper(SENTENCE, text.to_owned(), String::new())
}

/// Whether a paper of the library is a sentence.
pub(crate) fn is_sentence(id: &PaperId) -> bool {
    id.as_str().split(':').next() == Some(SENTENCE)
}

/// What a library holds of the papers and sentences that a profile and its reader name.
#[derive(Debug)]
pub struct Held {
    /// Rows of seeds and sentences. What is absent does not count.
    pub rows: HashMap<PaperId, Row>,
    /// What the reader added as seeds, in the order of the rows.
    pub added: Vec<(Row, Paper)>,
    /// Those of them that the model cannot read, with what the reader should know of each.
    pub unreadable: BTreeMap<Row, Message>,
    /// Days and papers of the digests that the profile got.
    pub shown: Vec<(Date, Row)>,
    /// The last day whose digests have been read.
    pub until: Date,
}

/// What one reader wants and knows.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The profile's file.
    pub profile: Profile,
    /// Papers and sentences that are liked, and what each stands for: first those of the file, then added
    /// seeds, then likes without an interest.
    pub likes: Vec<(Row, Like)>,
    /// Things to avoid, then disliked papers.
    pub dislikes: Vec<Row>,
    /// Papers that the reader chose or answered for.
    known: BTreeMap<Row, Known>,
    /// Days of the digests that show a paper, ascending.
    shown: BTreeMap<Row, Vec<Date>>,
    /// The last day whose digests have been read.
    until: Date,
    /// What was said since the file was written, mutes included.
    pub said: Feedback,
    /// How much each piece of evidence counts.
    pub weights: Weights,
    /// How many likes the file alone gives.
    pub seeds: usize,
}

/// Why a reader knows a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It is a seed.
    Seed,
    /// It was a seed, and was taken out.
    Removed,
    /// It is marked.
    Marked(Mark),
    /// The digest of that day shows it.
    Shown(Date),
}

impl Reader {
    /// Joins what `profile` states with what its reader `said`; `held` is what the library has of it. What does
    /// not count is named in a notice each.
    ///
    /// # Errors
    /// As [`weights()`].
    pub fn new(profile: &Profile, said: Feedback, held: &Held) -> Result<(Reader, Vec<Notice>)> {
        let mut notices = Vec::new();
        let mut likes = stated_likes(profile, held, &mut notices);
        let seeds = likes.len();
        likes.retain(|(row, _)| !said.removed.contains_key(row) && !said.seeds.contains_key(row));
        likes.extend(added_likes(profile, &said, held, &mut notices));
        let mut known: BTreeMap<Row, Known> =
            said.marks.iter().map(|(row, said)| (*row, Known::Marked(said.what))).collect();
        known.extend(said.removed.keys().map(|row| (*row, Known::Removed)));
        known.extend(likes.iter().map(|(row, _)| (*row, Known::Seed)));
        let avoid =
            profile.avoid.iter().filter_map(|avoid| held.rows.get(&sentence(&avoid.text).id));
        let mut dislikes: Vec<Row> = avoid.copied().collect();
        for (row, mark) in &said.marks {
            if mark.what == Mark::Dislike {
                // A dislike is newer than the seed, and overrules it.
                likes.retain(|(liked, _)| liked != row);
                dislikes.push(*row);
            } else if !likes.iter().any(|(liked, _)| liked == row) {
                likes.push((*row, Like { interest: None, weight: 1.0 }));
            }
        }
        let mut shown: BTreeMap<Row, Vec<Date>> = BTreeMap::new();
        held.shown.iter().for_each(|(day, row)| shown.entry(*row).or_default().push(*day));
        shown.values_mut().for_each(|days| days.sort_unstable());
        let weights = weights(&profile.id, &said)?;
        let profile = profile.clone();
        let until = held.until;
        let reader = Reader { profile, likes, dislikes, known, shown, until, said, weights, seeds };
        Ok((reader, notices))
    }

    /// Why the reader knows a paper already when the digest of `date` is made; `None` for one that is in
    /// question. What that day's own digest shows stays so, whatever was said of it.
    pub fn knows(&self, row: Row, date: Date) -> Option<Known> {
        if self.shown.get(&row).is_some_and(|days| days.contains(&date)) {
            return None;
        }
        self.chose(row).or_else(|| self.shown_on(row).last().copied().map(Known::Shown))
    }

    /// Why a reader knows a paper who has seen no digest: by their own choice and answers.
    pub fn chose(&self, row: Row) -> Option<Known> {
        self.known.get(&row).copied()
    }

    /// Days of the digests that show the paper, ascending.
    pub fn shown_on(&self, row: Row) -> &[Date] {
        self.shown.get(&row).map_or(&[], Vec::as_slice)
    }

    /// All papers that the reader chose, answered for, or got in a digest.
    pub fn all_known(&self) -> BTreeSet<Row> {
        self.known.keys().chain(self.shown.keys()).copied().collect()
    }

    /// This reader with the knowledge of `other`: what was in question for one is in question for both.
    pub fn knowing_what(self, other: &Reader) -> Reader {
        Reader { known: other.known.clone(), shown: other.shown.clone(), ..self }
    }

    /// This reader before any digest: what they know is what they chose and answered for.
    pub fn without_digests(&self) -> Reader {
        Reader { shown: BTreeMap::new(), ..self.clone() }
    }

    /// That there is a like or a mark to rank by; the error names the first notice as the likely cause.
    ///
    /// # Errors
    /// [`Error::Profile`] if there is none.
    pub fn can_rank(&self, notices: &[Notice]) -> Result<()> {
        if !self.likes.is_empty() || !self.said.marks.is_empty() {
            return Ok(());
        }
        let first = notices.first();
        Err(Error::Profile {
            path: self.profile.path.clone(),
            line: first.map_or(1, |notice| notice.line),
            reason: match first {
                Some(notice) => message!(
                    "there is nothing to rank by; give an interest a seed or a description ({cause})",
                    cause = &notice.text
                ),
                None => message!(
                    "there is nothing to rank by; give an interest a seed or a description"
                ),
            },
        })
    }
}

/// The likes that a profile's file states: seeds given by id, then those that are written out and the
/// sentences that describe interests.
fn stated_likes(profile: &Profile, held: &Held, notices: &mut Vec<Notice>) -> Vec<(Row, Like)> {
    let (mut likes, mut written) = (Vec::new(), Vec::new());
    for (k, interest) in profile.interests.iter().enumerate() {
        let like = |weight| Like { interest: Some(k), weight };
        for seed in &interest.seeds {
            match (held.rows.get(&seed.id), &seed.paper) {
                (Some(row), Some(_)) => written.push((*row, like(1.0))),
                (Some(row), None) => likes.push((*row, like(1.0))),
                // Whoever looked it up has said that the model cannot read it.
                (None, Some(_)) => {}
                (None, None) => notices.push(Notice {
                    path: profile.path.clone(),
                    line: seed.line,
                    text: missing_seed(&seed.id),
                }),
            }
        }
        let description = interest.description.as_ref();
        let row = description.and_then(|text| held.rows.get(&sentence(&text.text).id));
        written.extend(row.map(|row| (*row, like(SENTENCE_WEIGHT))));
    }
    likes.extend(written);
    likes
}

/// Likes that the reader added, to the interests of those names.
fn added_likes(
    profile: &Profile,
    said: &Feedback,
    held: &Held,
    notices: &mut Vec<Notice>,
) -> Vec<(Row, Like)> {
    let notice = |text| Notice { path: profile.path.clone(), line: 1, text };
    let mut lost: BTreeSet<&str> = BTreeSet::new();
    let mut likes = Vec::new();
    for (row, paper) in &held.added {
        if let Some(text) = held.unreadable.get(row) {
            notices.push(notice(text.clone()));
            continue;
        }
        let wanted = said.seeds.get(row).and_then(|said| said.what.as_deref());
        let interest =
            wanted.and_then(|name| profile.interests.iter().position(|i| i.name == name));
        lost.extend(wanted.filter(|_| interest.is_none()));
        let weight = if is_sentence(&paper.id) { SENTENCE_WEIGHT } else { 1.0 };
        likes.push((*row, Like { interest, weight }));
    }
    for name in lost {
        notices.push(notice(message!("there is no interest '{interest}' any more, to which papers were added; they count as likes \
             without an interest", interest = name)));
    }
    likes
}

fn missing_seed(id: &PaperId) -> Message {
    if id.is_arxiv() {
        message!(
            "seed {id} is not in the library and could not be fetched, so it does not count; check the \
             id, run again online, or write it out with title and abstract",
            id
        )
    } else {
        message!("seed {id} is not an arXiv paper; write it out with title and abstract", id)
    }
}
