//! How much each piece of evidence counts for a reader: as usual, or as `profile tune` saved it.

use super::Feedback;
use crate::{
    error::{Error, Result},
    message,
    message::Message,
    rank::Weights,
};

/// No weight is larger.
const MOST: f32 = 1e6;

/// The ranker's weights for `profile`: those that its reader tuned, else the usual.
///
/// # Errors
/// [`Error::Invalid`] if they cannot be read.
pub fn weights(profile: &str, said: &Feedback) -> Result<Weights> {
    let Some(said) = &said.weights else { return Ok(Weights::default()) };
    read_weights(&said.what).map_err(|reason| {
        Error::Invalid(message!(
            "the tuned settings of {profile} cannot be read ({reason})",
            profile,
            reason
        ))
    })
}

/// Reads weights as `profile tune` writes them; what is wrong with them otherwise.
pub(crate) fn read_weights(text: &str) -> std::result::Result<Weights, Message> {
    let weights: Weights =
        serde_json::from_str(text).map_err(|e| message!("{cause}", cause = e))?;
    let Weights {
        interests,
        words,
        contrast,
        topics,
        dislike,
        pooling,
        whitening,
        emphasis,
        trend,
    } = weights;
    let all = [interests, words, contrast, topics, dislike, pooling, whitening, emphasis, trend];
    match all.iter().all(|value| (0.0..=MOST).contains(value)) {
        true => Ok(weights),
        false => Err(message!("they are not all from 0 to {most}", most = MOST.to_string())),
    }
}
