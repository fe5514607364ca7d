//! What a reader's day is made of, read from the library: the reader, the announcements, texts and vectors.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    slice,
};

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{Engine, ProgressFn};
use crate::{
    calendar,
    day::{self, Day, Follows, LATE, Listed, Sifted},
    digest::{Nearest, Why},
    embed::text_of,
    error::{Error, Result},
    message,
    message::Message,
    paper::{Paper, PaperId},
    profile::{Notice, Profile},
    rank::{Background, Document, Documents, Likelihood, OLDER, Ranked, STREAM, Taste},
    reader::{Feedback, Held, Reader, TasteRows, sentence},
    row::{Line, Row},
};

/// What a day is made of beside its reader and its announcements.
pub(super) struct Inputs {
    /// What the ranker learns from, as rows.
    pub rows: TasteRows,
    /// The same with texts and vectors.
    pub taste: Taste,
    /// Texts and vectors of the candidates.
    pub candidates: Documents,
    /// The stream that they come from.
    pub background: Background,
}

impl Engine {
    /// The reader of `profile` as of a time ([`Timestamp::MAX`] for all that was said), and what they should
    /// know of their profile. Seeds that are written out and sentences become papers of the library, so that
    /// their vectors are kept like any other's. Seeds that the library lacks and text that the model cannot
    /// read are left out, with a notice each.
    pub(super) fn reader(
        &mut self,
        profile: &Profile,
        as_of: Timestamp,
    ) -> Result<(Reader, Vec<Notice>)> {
        let said = self.library.feedback(&profile.id, as_of)?;
        self.reader_who(profile, said, as_of)
    }

    /// The same of a reader who said this, of which not all need be in the library's log.
    pub(super) fn reader_who(
        &mut self,
        profile: &Profile,
        said: Feedback,
        as_of: Timestamp,
    ) -> Result<(Reader, Vec<Notice>)> {
        let mut notices = profile.unreadable(self.embedder());
        let held = self.held(profile, &said, as_of)?;
        let (reader, more) = Reader::new(profile, said, &held)?;
        notices.extend(more);
        Ok((reader, notices))
    }

    /// Looks up what a profile and its reader name.
    fn held(&mut self, profile: &Profile, said: &Feedback, as_of: Timestamp) -> Result<Held> {
        let reads = |text: &str| self.embedder.reads(text);
        let seeds = profile.interests.iter().flat_map(|interest| &interest.seeds);
        let ids: Vec<PaperId> =
            seeds.filter(|seed| seed.paper.is_none()).map(|seed| seed.id.clone()).collect();
        let mut written: Vec<Paper> = Vec::new();
        for interest in &profile.interests {
            let seeds = interest.seeds.iter().filter_map(|seed| seed.paper.as_ref());
            written.extend(seeds.filter(|paper| reads(&text_of(paper))).cloned());
            let text = interest.description.as_ref().filter(|text| reads(&text.text));
            written.extend(text.map(|text| sentence(&text.text)));
        }
        let avoid = profile.avoid.iter().filter(|avoid| reads(&avoid.text));
        written.extend(avoid.map(|avoid| sentence(&avoid.text)));
        let added: Vec<Row> = said.seeds.keys().copied().collect();
        let added: Vec<(Row, Paper)> =
            added.iter().copied().zip(self.library.papers(&added)?).collect();
        let unreadable = |(row, paper): &(Row, Paper)| {
            let text = message!(
                "the model {model} cannot read the added seed \"{title}\", so it does not count",
                model = &self.embedder.model().name,
                title = &paper.title
            );
            (!reads(&text_of(paper))).then_some((*row, text))
        };
        let unreadable: BTreeMap<Row, Message> = added.iter().filter_map(unreadable).collect();
        let found = self.library.rows(&ids)?;
        let mut rows: HashMap<PaperId, Row> =
            ids.into_iter().zip(found).filter_map(|(id, row)| Some((id, row?))).collect();
        let stored = self.library.add_papers(&written)?;
        self.papers.forget_rows(&stored);
        rows.extend(written.into_iter().map(|paper| paper.id).zip(stored));
        let shown = self.library.shown(&profile.id)?;
        let until = if as_of < Timestamp::MAX { calendar::today(as_of) } else { Date::MAX };
        Ok(Held { rows, added, unreadable, shown, until })
    }

    /// Those of a day's `lines` that are in the categories of `profile`; only those that it is `owed`, if that
    /// matters.
    pub(super) fn listed(
        &self,
        profile: &Profile,
        mut lines: Vec<Line>,
        owed: Option<&Follows>,
    ) -> Result<Vec<Listed>> {
        // Only for a line without category need the paper be read to tell.
        lines.retain(|line| {
            let named = slice::from_ref(&line.category);
            line.category.is_empty() || day::is_listed(named, line.date, &profile.categories, owed)
        });
        let rows: Vec<Row> = lines.iter().map(|line| line.row).collect();
        let papers = self.papers(&rows)?;
        Ok(day::listed(lines.into_iter().zip(papers), &profile.categories, owed))
    }

    /// What `reader` has to be told on the day `date`: the papers announced on it, and those of the days before
    /// that became known after their digest was made.
    pub(super) fn sift(&self, reader: &Reader, date: Date, again: bool) -> Result<Sifted> {
        let profile = &reader.profile;
        let follows = self.library.follows(&profile.id)?;
        let from = date.saturating_sub(LATE.days());
        let (mut listed, mut announced) = (Vec::new(), 0);
        for day in from.series(1.day()).take_while(|day| *day <= date) {
            let lines = self.library.announced_on(day)?;
            announced = lines.len();
            // Of other days only what the reader is owed, and did not get.
            let owed = if day == date { None } else { Some(&follows[..]) };
            listed.extend(self.listed(profile, lines, owed)?);
        }
        let mut told = HashMap::new();
        for Listed { line, .. } in &listed {
            told.insert(line.row, self.library.considered(&profile.id, line.row)?);
        }
        Ok(Sifted::new(reader, date, listed, &told, again, announced))
    }

    /// Texts and vectors for a ranking of what is in question, before the stream `background`, which is made
    /// if absent; `None` if the stream has no paper.
    pub(super) fn inputs(
        &mut self,
        reader: &Reader,
        sifted: &Sifted,
        background: Option<Background>,
        progress: ProgressFn,
    ) -> Result<Option<Inputs>> {
        let rows = sifted.rows();
        let candidates = self.documents(&rows, progress)?;
        let categories = &reader.profile.categories;
        let background = match background {
            Some(background) => Some(background),
            None => self.background(sifted.date, categories, &rows, progress)?,
        };
        let Some(background) = background else { return Ok(None) };
        let rows = reader.taste(sifted.date, &rows.into_iter().collect());
        let taste = rows.taste(|rows| self.documents(rows, progress))?;
        Ok(Some(Inputs { rows, taste, candidates, background }))
    }

    /// The day of `reader`, with what it is made of.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the library knows no paper of the reader's stream; else as [`Engine::documents`].
    pub(super) fn day(
        &mut self,
        reader: &Reader,
        sifted: Sifted,
        progress: ProgressFn,
    ) -> Result<(Day, Inputs)> {
        let Some(inputs) = self.inputs(reader, &sifted, None, progress)? else {
            return Err(Error::Invalid(message!(
                "the library knows no paper announced in the categories of {profile} up to {date}; fetch some",
                profile = &reader.profile.id,
                date = sifted.date
            )));
        };
        let Inputs { taste, candidates, background, .. } = &inputs;
        let likelihood = self.likelihood(&reader.profile)?;
        let day = Day::new(reader, sifted, candidates, background, taste, likelihood);
        Ok((day, inputs))
    }

    /// The stream of these categories up to a day, with `first` as its newest part; `None` if there is no
    /// paper.
    pub(super) fn background(
        &mut self,
        date: Date,
        categories: &[String],
        first: &[Row],
        progress: ProgressFn,
    ) -> Result<Option<Background>> {
        let own: HashSet<Row> = first.iter().copied().collect();
        let recent = self.library.recent(date, categories, STREAM + OLDER)?;
        let mut stream = first.to_vec();
        stream.extend(recent.into_iter().filter(|row| !own.contains(row)));
        let mut older = stream.split_off(stream.len().min(STREAM.max(first.len())));
        older.truncate(OLDER);
        if stream.is_empty() {
            return Ok(None);
        }
        let older = self.words(&older)?;
        Ok(Some(Background::new(self.documents(&stream, progress)?).with_older(older)))
    }

    /// Words of the papers in these rows.
    pub(super) fn words(&self, rows: &[Row]) -> Result<Vec<Document>> {
        let papers = self.papers(rows)?;
        Ok(rows.iter().zip(&papers).map(|(row, paper)| Document::new(*row, paper)).collect())
    }

    /// p(like) by the reader's own marks, if there are enough.
    pub(super) fn likelihood(&self, profile: &Profile) -> Result<Option<Likelihood>> {
        Ok(Likelihood::fit(&self.answers(profile)?))
    }

    /// The reason of a ranked paper, as facts.
    pub(super) fn why(&self, profile: &Profile, rows: &TasteRows, ranked: &Ranked) -> Result<Why> {
        let nearest = match ranked.nearest {
            Some((like, similarity)) => {
                let paper = self.papers(&rows.liked[like..=like])?.remove(0);
                let is_paper = rows.likes[like].weight >= 1.0;
                let (id, title) = (paper.id.to_string(), paper.title.clone());
                Some(Nearest { id, title, similarity, is_paper })
            }
            None => None,
        };
        let interest = ranked.interest.map(|k| profile.interests[k].name.clone());
        Ok(Why { interest, nearest, terms: ranked.terms.clone() })
    }
}
