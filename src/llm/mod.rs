//! Notes by a language model on the best papers of a digest.
//!
//! A [`Scribe`] asks a chat endpoint for a summary and a reason, a paper at a time, four at once. It sees id,
//! title and abstract, nothing of the reader; it chooses nothing and scores nothing. Every answer is checked
//! against the abstract; one that fails twice is dropped, and the digest keeps its own words. Notes depend on
//! the paper and the prompt alone, so the library keeps them for every reader.

use std::{path::PathBuf, sync::mpsc, thread, time::Duration};

use serde_json::{Value, json};

mod chat;
mod check;
mod fault;
mod prompt;
mod queue;

use crate::{
    digest::{Note, Usage},
    error::Result,
    hash,
    paper::Paper,
    profile::Language,
};
use chat::Chat;
pub use check::Defect;
pub use fault::Fault;
pub use prompt::{Prompt, estimated_tokens};
use queue::Queue;

/// Requests at the same time.
const AT_ONCE: usize = 4;
/// What an answer takes in one language, in tokens, for estimates: the longest summary and reason, and the
/// form around them.
const WRITTEN: u64 = 260;

/// A chat endpoint, and what it may be used for.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Address, with or without `/chat/completions`.
    pub base_url: String,
    /// Secret that stands for the account; endpoints on the own machine need none.
    pub key: Option<String>,
    /// Name of the model.
    pub model: String,
    /// Patience with one answer.
    pub timeout: Duration,
    /// First pause before a request is sent again; each is twice the one before.
    pub pause: Duration,
    /// Papers of a digest that get notes, from the top.
    pub top_n: usize,
    /// Tokens of all requests of a day (UTC), read and written.
    pub max_tokens_per_day: u64,
    /// Price of a million tokens, read and written.
    pub price: Option<Price>,
    /// A file of instructions in place of our own.
    pub prompt: Option<PathBuf>,
}

/// What a million tokens cost, in whatever currency.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Tokens read.
    pub prompt: f64,
    /// Tokens written.
    pub completion: f64,
}

impl Price {
    /// What this use costs.
    pub fn of(&self, usage: &Usage) -> f64 {
        (usage.prompt as f64 * self.prompt + usage.completion as f64 * self.completion) / 1e6
    }
}

impl Default for Endpoint {
    fn default() -> Self {
        Endpoint {
            base_url: "https://api.openai.com/v1".into(),
            key: None,
            model: String::new(),
            timeout: Duration::from_secs(60),
            pause: Duration::from_secs(1),
            top_n: 10,
            max_tokens_per_day: 20_000,
            price: None,
            prompt: None,
        }
    }
}

/// Writes notes through an endpoint.
#[derive(Debug)]
pub struct Scribe {
    endpoint: Endpoint,
    chat: Chat,
    prompt: Prompt,
}

/// What one paper's notes came to.
#[derive(Debug)]
pub struct Written {
    /// Place of the paper among those asked for.
    pub at: usize,
    /// The notes that are good, in the order of the languages asked for.
    pub notes: Vec<Note>,
    /// Why there is not one in each language.
    pub fault: Option<Fault>,
    /// What they cost; also if they failed.
    pub usage: Usage,
}

/// A paper, and the languages that it lacks notes in.
pub type Wanted<'a> = (&'a Paper, &'a [Language]);

impl Scribe {
    /// Prepares requests to an endpoint; nothing is sent yet.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] if the address or the key cannot be, else as [`Prompt::read`].
    pub fn new(endpoint: Endpoint) -> Result<Self> {
        let prompt = match &endpoint.prompt {
            Some(path) => Prompt::read(path)?,
            None => Prompt::default(),
        };
        Ok(Scribe { chat: Chat::new(&endpoint)?, endpoint, prompt })
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Stands for everything that a note on `paper` in `language` is made from.
    pub fn fingerprint(&self, paper: &Paper, language: Language) -> u64 {
        let Endpoint { model, .. } = &self.endpoint;
        hash::text(&format!(
            "{model}\n{}\n{}",
            self.prompt.system(&[language]),
            prompt::user(paper)
        ))
    }

    /// About what notes on this paper cost.
    pub fn estimate(&self, (paper, languages): Wanted) -> Usage {
        let messages = Value::from(self.messages(paper, languages)).to_string();
        Usage {
            prompt: estimated_tokens(&messages),
            completion: WRITTEN * languages.len() as u64,
            cached: 0,
        }
    }

    fn messages(&self, paper: &Paper, languages: &[Language]) -> Vec<Value> {
        vec![
            json!({ "role": "system", "content": self.prompt.system(languages) }),
            json!({ "role": "user", "content": prompt::user(paper) }),
        ]
    }

    /// Asks for notes on `wanted`, in order, and gives `done` each as it comes, until that says
    /// `false`. `left` is how many tokens may be
    /// spent; what does not fit any more is not asked for. After a fault that lasts nothing more is asked for,
    /// and the papers that are left have that fault.
    pub fn write(&self, wanted: &[Wanted], left: u64, mut done: impl FnMut(Written) -> bool) {
        let queue = Queue::new(wanted.len(), left, self.endpoint.max_tokens_per_day);
        let (send, receive) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..AT_ONCE.min(wanted.len()) {
                let (send, queue) = (send.clone(), &queue);
                scope.spawn(move || {
                    while let Some(turn) = queue.next(|at| self.most(wanted[at])) {
                        let written = match turn.fault {
                            Some(fault) => Written {
                                at: turn.at,
                                notes: Vec::new(),
                                fault: Some(fault),
                                usage: Usage::default(),
                            },
                            None => self.one(turn.at, wanted[turn.at]),
                        };
                        queue.finish(turn.reserved, &written);
                        if send.send(written).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            for written in receive {
                if !done(written) {
                    queue.close();
                }
            }
        });
    }

    /// About the most that one paper's notes can cost: when they are asked for twice.
    fn most(&self, wanted: Wanted) -> u64 {
        let Usage { prompt, completion, .. } = self.estimate(wanted);
        2 * prompt + 3 * self.chat.most_written().max(completion)
    }

    /// Asks for one paper's notes, and once more with the defect named.
    fn one(&self, at: usize, (paper, languages): Wanted) -> Written {
        let mut messages = self.messages(paper, languages);
        let mut written = Written { at, notes: Vec::new(), fault: None, usage: Usage::default() };
        let mut again = false;
        loop {
            let (answer, spent) = self.chat.ask(&messages);
            written.usage += spent;
            let answer = match answer {
                Ok(answer) => answer,
                Err(fault) => {
                    written.fault = Some(fault);
                    return written;
                }
            };
            let (notes, defect) = check::notes(&answer, paper, languages);
            // Of two answers the one with more good notes.
            if notes.len() >= written.notes.len() {
                written.notes = notes;
            }
            let Some(defect) = defect else { return written };
            if again {
                written.fault =
                    (written.notes.len() < languages.len()).then_some(Fault::Defect(defect));
                return written;
            }
            again = true;
            let order = format!("That answer cannot be used: {defect}. Write it again.");
            messages.push(json!({ "role": "assistant", "content": answer }));
            messages.push(json!({ "role": "user", "content": order }));
        }
    }
}

/// Faults as they are reported: one of each kind.
pub fn distinct(faults: impl IntoIterator<Item = Fault>) -> Vec<Fault> {
    let mut kinds: Vec<Fault> = Vec::new();
    for fault in faults {
        if !kinds.iter().any(|kind| kind.is_like(&fault)) {
            kinds.push(fault);
        }
    }
    kinds
}
