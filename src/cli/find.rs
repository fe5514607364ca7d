//! What `similar` and `search` have in common: which papers, which model, and how they are shown.

use anyhow::Result;
use jiff::civil::Date;
use paperlark::{
    PaperId,
    engine::{Catalogue, Found},
    message,
    store::Filter,
    tex,
    text::{for_terminal, one_line},
    vectors::RowSet,
};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::{Nothing, Setup, known_categories, open, screen::Screen};

/// Which papers may be found.
#[derive(Debug, clap::Args)]
pub struct Wanted {
    /// So many papers
    #[arg(short, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    n: u16,

    /// Submitted on this day or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,

    /// Submitted on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,

    /// In this category (cs.LG) or archive (cs); again for several
    #[arg(long, value_name = "CATEGORY")]
    category: Vec<String>,

    /// By this author; an initial stands for every name that it begins
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,

    /// Only papers that no digest of --profile has shown and that are not marked
    #[arg(long, requires = "profile", conflicts_with = "seen")]
    unseen: bool,

    /// Only papers that a digest of --profile has shown or that are marked
    #[arg(long, requires = "profile")]
    seen: bool,

    /// Of five times as many papers, show those that suit this profile best, in the order of its taste
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Embedding model, or a table file [default: the one chosen with `paperlark model use`]
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
}

/// What comes to a profile's choice, more is found than shown.
const CHOICE: usize = 5;

impl Wanted {
    /// Opens the library for reading; says what is wrong with its index.
    pub fn open(&self, setup: &Setup) -> Result<Catalogue> {
        let models = setup.models();
        let name = self.model.clone().unwrap_or_else(|| models.current());
        let catalogue = Catalogue::open(&setup.data_dir, &models, &name)?;
        let absent = catalogue.not_embedded()?;
        if absent > 0 {
            setup.ui.note(&message!(
                "{n} papers are not embedded by {model} yet and can only be found by their words; run `paperlark index`",
                n = absent,
                model = name
            ));
        }
        Ok(catalogue)
    }

    /// The rows of the papers that may be found.
    pub fn rows(&self, catalogue: &Catalogue) -> Result<RowSet> {
        known_categories(&self.category)?;
        let mut rows = catalogue.listed(&Filter {
            since: self.since,
            until: self.until,
            categories: self.category.clone(),
            authors: self.author.clone(),
        })?;
        if let Some(profile) = self.profile.as_ref().filter(|_| self.seen || self.unseen) {
            let known = catalogue.seen(profile.trim_end_matches(".toml"))?;
            if self.unseen {
                known.iter().for_each(|row| {
                    rows.remove(row);
                });
            } else {
                rows = known.iter().filter(|row| rows.contains(*row)).collect();
            }
        }
        Ok(rows)
    }

    /// How many to look for.
    pub fn depth(&self) -> usize {
        usize::from(self.n) * if self.profile.is_some() { CHOICE } else { 1 }
    }

    /// Prints what was found, in the order of the profile's taste if one is asked for. `catalogue` is closed
    /// before, since the ranking of a profile takes the library for itself.
    pub fn show(&self, setup: &Setup, catalogue: Catalogue, found: Vec<Found>) -> Result<()> {
        catalogue.damaged().iter().for_each(|what| setup.ui.note(what));
        drop(catalogue);
        let n = usize::from(self.n);
        let scored = match &self.profile {
            None => found.into_iter().take(n).map(|found| (found, None)).collect(),
            Some(name) => self.by_taste(setup, name, found)?,
        };
        let nothing = scored.is_empty();
        if setup.json {
            let lines = scored.iter().map(|(found, score)| {
                let mut line = json!(found);
                if let Some(score) = score {
                    line["score"] = json!(score);
                }
                line
            });
            setup.print_json(&lines.collect::<Vec<_>>())?;
        }
        for (at, (found, score)) in scored.iter().enumerate().filter(|_| !setup.json) {
            setup.print_styled(lines(setup, at + 1, found, *score))?;
        }
        if nothing {
            setup.ui.note(&message!("nothing was found"));
            return Err(Nothing.into());
        }
        Ok(())
    }

    fn by_taste(
        &self,
        setup: &Setup,
        name: &str,
        found: Vec<Found>,
    ) -> Result<Vec<(Found, Option<f32>)>> {
        let model = super::ModelArgs { model: self.model.clone(), precision: None };
        let (mut engine, profile) = open::open(setup, name, &model)?;
        let ids: Vec<PaperId> = found.iter().map(|found| found.paper.id.clone()).collect();
        let bar = setup.ui.bar(&message!("embedding papers"));
        let order = engine.by_taste(&profile, &ids, &|done, total| bar.set(done, total))?;
        let mut found: Vec<Option<Found>> = found.into_iter().map(Some).collect();
        let place = |id: &PaperId| ids.iter().position(|other| other == id);
        let ordered = order
            .into_iter()
            .filter_map(|(id, score)| Some((found[place(&id)?].take()?, Some(score))));
        Ok(ordered.take(usize::from(self.n)).collect())
    }
}

/// A paper that was found, in two or three lines.
fn lines(setup: &Setup, place: usize, found: &Found, score: Option<f32>) -> String {
    const AUTHORS: usize = 3;
    let paper = &found.paper;
    let mut about: Vec<String> = paper.authors.iter().take(AUTHORS).cloned().collect();
    if paper.authors.len() > AUTHORS {
        about.push("et al.".into());
    }
    let mut facts = vec![about.join(", ")];
    facts.extend(paper.submitted.map(|date| date.to_string()));
    facts.extend(paper.categories.first().cloned());
    facts.retain(|fact| !fact.is_empty());
    let similarity = format!("{:.2}", found.similarity);
    let score = score.map(|score| format!("{score:.1}"));
    let terms = Some(found.terms.join(", ")).filter(|terms| !terms.is_empty());
    let why = match (score, terms) {
        (None, None) => message!("similarity {similarity}", similarity),
        (Some(score), None) => {
            message!("similarity {similarity}; score {score}", similarity, score)
        }
        (None, Some(terms)) => {
            message!("similarity {similarity}; shared: {terms}", similarity, terms)
        }
        (Some(score), Some(terms)) => message!(
            "similarity {similarity}; score {score}; shared: {terms}",
            similarity,
            score,
            terms
        ),
    };
    let title = one_line(&tex::to_display(&paper.title));
    let url = paper.id.abs_url();
    let head = format!("{place:>3}. {}  ", paper.id);
    let title = Screen::new().titled(head.width(), &title, url.as_deref(), "");
    let mut text = format!("{head}{title}\n");
    if !facts.is_empty() {
        text += &format!("     {}\n", for_terminal(&facts.join(" · ")));
    }
    text + &format!("     {}", setup.ui.words(&why))
}
