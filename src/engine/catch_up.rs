//! The back catalogue: what a reader would have liked of all that the library holds.

use std::{
    collections::{BTreeSet, HashSet},
    path::PathBuf,
};

use jiff::{Timestamp, ToSpan, civil::Date};
use ndarray::{Array1, Axis};

use super::{Engine, Outcome, ProgressFn, catalogue::listed};
use crate::{
    calendar,
    day::{Day, Listed, Sifted},
    digest::{Digest, Empty},
    error::Result,
    file,
    paper::{Kind, Paper, PaperId},
    profile::{Notice, Profile},
    rank::{Background, OLDER, Ranked, STREAM, rank},
    reader::TasteRows,
    row::{Line, Row},
    store::Filter,
    vector,
    vectors::{self, RowSet},
};

/// Neighbours that the index is asked for, of the middle of each interest and of each like.
const OF_INTEREST: usize = 2_000;
const OF_LIKE: usize = 300;
/// Likes of an interest that are asked for themselves, spread evenly over all.
const LIKES: usize = 64;
/// Papers that are ranked together, like those of a day: so few that they leave the sample its say.
const CHUNK: usize = 2_000;
/// So many of the best, or so many times as many as are shown, are what a list is chosen from.
const LIST: usize = 500;
const LIST_PER_PLACE: usize = 5;
/// Days that a new reader catches up on.
const CATCH_UP_DAYS: i32 = 365;

/// Which papers to rank, and how.
#[derive(Debug, Clone, Default)]
pub struct BackOptions {
    /// Submitted on this day or later.
    pub since: Option<Date>,
    /// The same, or earlier.
    pub until: Option<Date>,
    /// How many are wanted; as many as the profile's digests show, if nothing else is said.
    pub n: Option<usize>,
    /// Rank every paper, not only those that the index finds near the likes.
    pub exhaustive: bool,
    /// The present.
    pub now: Timestamp,
}

impl Engine {
    /// The papers of the library that suit `profile` best, as a digest that is not recorded: of its
    /// categories and of the time asked for, without what the reader knows already or has muted. The index
    /// names candidates near the likes; those are ranked as a day's papers are, against a sample of all.
    ///
    /// # Errors
    /// [`Error::Profile`](crate::Error::Profile) if the profile has nothing to rank by; else as [`Engine::documents`].
    pub fn rank_back(
        &mut self,
        profile: &Profile,
        options: &BackOptions,
        progress: ProgressFn,
    ) -> Result<(Digest, Vec<Notice>)> {
        let (mut reader, notices) = self.reader(profile, Timestamp::MAX)?;
        reader.can_rank(&notices)?;
        reader.profile.rules.top = options.n.unwrap_or(reader.profile.rules.top);
        let categories = profile.categories.clone();
        let BackOptions { since, until, .. } = *options;
        let mut among =
            listed(&self.library, &Filter { since, until, categories, authors: Vec::new() })?;
        let read = among.len();
        let sample = self.sample(&among, progress)?;
        let known = reader.all_known();
        let seen_before = known.into_iter().filter(|row| among.remove(*row)).count();

        let today = calendar::today(options.now);
        let learned = reader.taste(today, &HashSet::new());
        let rows = match options.exhaustive {
            true => among.iter().collect(),
            false => self.near(&learned, &among, progress)?,
        };
        let mut entries = Vec::new();
        if let Some(background) = sample {
            let taste = learned.taste(|rows| self.documents(rows, progress))?;
            // All papers may be more than there is memory: only the best are kept.
            let keep = LIST.max(LIST_PER_PLACE * reader.profile.rules.top);
            let mut best: Vec<(Row, Ranked)> = Vec::new();
            for chunk in rows.chunks(CHUNK) {
                let papers = self.library.papers(chunk)?;
                let chunk: Vec<Row> = std::iter::zip(chunk, papers)
                    .filter(|(_, paper)| reader.said.muted(paper).is_none())
                    .map(|(row, _)| *row)
                    .collect();
                let documents = self.documents(&chunk, progress)?;
                best.extend(chunk.into_iter().zip(rank(&documents, &background, &taste)));
                best.sort_by(|a, b| b.1.standing.total_cmp(&a.1.standing).then(a.0.cmp(&b.0)));
                best.truncate(keep);
            }
            let (rows, ranked): (Vec<Row>, Vec<Ranked>) = best.into_iter().unzip();
            let documents = self.documents(&rows, progress)?;
            let listed = std::iter::zip(&rows, self.papers(&rows)?)
                .map(|(row, paper)| Listed { line: line(*row, &paper, today), paper })
                .collect();
            let sifted = Sifted::of_candidates(today, listed);
            let likelihood = self.likelihood(profile)?;
            let day = Day::of_ranked(&reader, sifted, &documents, ranked, &taste, likelihood);
            entries = self.entries(&day, &reader, &learned)?;
        }
        let digest = Digest {
            read,
            seen_before,
            empty: entries.is_empty().then_some(Empty::Quiet),
            entries,
            ..self.blank(profile, today, options.now)
        };
        Ok((digest, notices))
    }

    /// Writes the best of the last year for `profile` to `digests/catch-up/PROFILE.md`. Nothing is recorded.
    ///
    /// # Errors
    /// As [`Engine::rank_back`]; [`Error::Io`](crate::Error::Io).
    pub fn catch_up(
        &mut self,
        profile: &Profile,
        now: Timestamp,
        progress: ProgressFn,
    ) -> Result<Outcome> {
        let since = calendar::today(now).saturating_sub(CATCH_UP_DAYS.days());
        let options = BackOptions { since: Some(since), now, ..BackOptions::default() };
        let (digest, notices) = self.rank_back(profile, &options, progress)?;
        let folder: PathBuf = self.dir.join("digests").join("catch-up");
        let path = folder.join(format!("{}.md", profile.id));
        let written = file::write_atomic(&path, digest.render().as_bytes())?;
        Ok(Outcome { digest, path, written, kept: None, notices })
    }

    /// Puts papers in the order of a profile's taste, best first.
    ///
    /// # Errors
    /// As [`Engine::rank_back`].
    pub fn by_taste(
        &mut self,
        profile: &Profile,
        ids: &[PaperId],
        progress: ProgressFn,
    ) -> Result<Vec<(PaperId, f32)>> {
        let (reader, notices) = self.reader(profile, Timestamp::MAX)?;
        reader.can_rank(&notices)?;
        let rows: Vec<Row> = self.library.rows(ids)?.into_iter().flatten().collect();
        let all = listed(&self.library, &Filter::default())?;
        let Some(background) = self.sample(&all, progress)? else { return Ok(Vec::new()) };
        let learned = reader.taste(Date::MAX, &rows.iter().copied().collect());
        let documents = self.documents(&rows, progress)?;
        let taste = learned.taste(|rows| self.documents(rows, progress))?;
        let ranked = rank(&documents, &background, &taste);
        let papers = self.library.papers(&rows)?;
        let mut ids: Vec<(PaperId, f32, f32)> = std::iter::zip(papers, ranked)
            .map(|(paper, ranked)| (paper.id, ranked.standing, ranked.score))
            .collect();
        ids.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Ok(ids.into_iter().map(|(id, _, score)| (id, score)).collect())
    }

    /// A stream that papers of `among`, spread evenly over all, stand for.
    fn sample(&mut self, among: &RowSet, progress: ProgressFn) -> Result<Option<Background>> {
        let spread = |n: usize| among.len().div_ceil(n).max(1);
        let stream: Vec<Row> = among.iter().step_by(spread(STREAM)).collect();
        if stream.is_empty() {
            return Ok(None);
        }
        let in_stream: HashSet<Row> = stream.iter().copied().collect();
        let older = among.iter().step_by(spread(STREAM + OLDER));
        let older: Vec<Row> = older.filter(|row| !in_stream.contains(row)).take(OLDER).collect();
        let older = self.words(&older)?;
        Ok(Some(Background::new(self.documents(&stream, progress)?).with_older(older).closed()))
    }

    /// The rows of `among` whose vectors are near those of the likes, ascending.
    fn near(
        &mut self,
        learned: &TasteRows,
        among: &RowSet,
        progress: ProgressFn,
    ) -> Result<Vec<Row>> {
        let vectors = self.documents(&learned.liked, progress)?.vectors;
        let id = self.embedder().model();
        let index = vectors::open_index(&self.dir, &id.to_string(), id.dim)?;
        let interests = (0..learned.interests).map(Some).chain([None]);
        let mut queries: Vec<(Array1<f32>, usize)> = Vec::new();
        for interest in interests {
            let own: Vec<usize> = (0..learned.likes.len())
                .filter(|at| learned.likes[*at].interest == interest)
                .collect();
            if own.is_empty() {
                continue;
            }
            let own = vectors.select(Axis(0), &own);
            queries.push((vector::unit_mean(&own), OF_INTEREST));
            let some = own.rows().into_iter().step_by(own.nrows().div_ceil(LIKES));
            queries.extend(some.map(|like| (like.to_owned(), OF_LIKE)));
        }
        let mut rows: BTreeSet<Row> = BTreeSet::new();
        for (done, (query, n)) in queries.iter().enumerate() {
            let query = query.as_slice().expect("owned arrays are contiguous");
            rows.extend(index.nearest(query, *n, among).into_iter().map(|near| near.row));
            progress(done + 1, queries.len());
        }
        Ok(rows.into_iter().collect())
    }
}

/// An announcement to stand for a paper that need not have had one here.
fn line(row: Row, paper: &Paper, today: Date) -> Line {
    let date = paper.submitted.unwrap_or(today);
    Line { row, date, category: String::new(), kind: Kind::New, stated: false }
}
