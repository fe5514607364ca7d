//! Turns text into unit vectors.
//!
//! [`Embedder`] is the trait; [`Lark`] the static table that is compiled in and needs no
//! installation, [`Transformer`] an ONNX model on fastembed. [`Models`] knows which models exist,
//! which are installed in a data folder, and opens one by name. [`distill`] fits a lark to a teacher.
//!
//! Every vector belongs to a [`ModelId`], which covers the text recipe, so vectors of different
//! models or recipes never meet.

use std::fmt;

use ndarray::{Array2, ArrayView2};

use crate::{error::Result, paper::Paper};

#[cfg(feature = "lab")]
pub mod distill;
mod fastembed;
mod graph;
mod hub;
mod lark;
mod precision;
mod registry;
mod wordpiece;

pub use fastembed::Transformer;
pub use hub::HubOptions;
pub use lark::Lark;
pub use precision::Precision;
pub use registry::{DEFAULT_MODEL, ModelInfo, Models, Quality};

/// Names a model so exactly that equal ids mean interchangeable vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelId {
    /// Name as a person types it, such as `lark` or `all-minilm-l6-v2`.
    pub name: String,
    /// Fingerprint of the weights and of everything else that changes the vectors.
    pub revision: String,
    /// Length of the vectors.
    pub dim: usize,
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}-{RECIPE}", self.name, self.revision, self.dim)
    }
}

impl ModelId {
    /// Whether `id`, a model id in full, is of the model `name`, whatever its revision.
    pub fn is_of(id: &str, name: &str) -> bool {
        id.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
    }
}

/// The way a paper becomes the text that is embedded; part of every model id.
const RECIPE: &str = "r1";

/// The text of a paper that is embedded: `title. abstract`.
pub fn text_of(paper: &Paper) -> String {
    if paper.abstract_text.is_empty() {
        paper.title.clone()
    } else {
        format!("{}. {}", paper.title, paper.abstract_text)
    }
}

/// Called from several threads, in no order, with the place of a text and the vectors of it and of the
/// texts that follow it.
pub type FinishedFn<'a> = &'a (dyn Fn(usize, ArrayView2<f32>) -> Result<()> + Sync);

/// A model that turns texts into vectors of unit length.
pub trait Embedder: Send + Sync {
    /// The model's identity.
    fn model(&self) -> &ModelId;

    /// Whether the model was trained on the language of `text`.
    fn reads(&self, text: &str) -> bool;

    /// One unit vector per text, as rows in the order of `texts`; a text without a single known
    /// token becomes the zero vector. `finished` hears of every vector as soon as it is there.
    ///
    /// The vector of a text does not depend on the other texts, their order, or the number of
    /// threads.
    ///
    /// # Errors
    /// [`Error::Model`](crate::Error::Model) if the model fails to run; the first error of `finished`,
    /// after which no further text is begun.
    fn embed(&self, texts: &[String], finished: FinishedFn) -> Result<Array2<f32>>;
}

impl<T: Embedder + ?Sized> Embedder for &T {
    fn model(&self) -> &ModelId {
        (**self).model()
    }

    fn reads(&self, text: &str) -> bool {
        (**self).reads(text)
    }

    fn embed(&self, texts: &[String], finished: FinishedFn) -> Result<Array2<f32>> {
        (**self).embed(texts, finished)
    }
}

/// Whether most letters of `text` belong to a script that English models know.
///
/// English word-piece vocabularies hold single CJK, Arabic or Cyrillic characters without meaning;
/// text in those scripts embeds as noise. Greek counts as readable: it is math in English papers.
fn reads_english(text: &str) -> bool {
    let (mut known, mut letters) = (0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        // Latin with its extensions, and Greek.
        known += usize::from(matches!(c as u32, 0..=0x03FF | 0x1E00..=0x1FFF));
    }
    known > 0 && known * 10 >= letters * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_models_read_latin_script_only() {
        for (text, readable) in [
            ("Shapley values", true),
            ("L'apprentissage profond à Besançon", true),
            ("The β-function of $\\phi^4$", true),
            ("深度学习可解释性", false),
            ("深度学习可解释性 Shapley", false),
            ("Глубокое обучение", false),
            ("An English sentence that mentions 注意力 once", true),
            ("12 + 30 = 42", false),
            ("", false),
        ] {
            assert_eq!(reads_english(text), readable, "{text}");
        }
    }
}
