//! How a reader's list is cut and mixed, as their profile says.

/// How a list is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// At most so many papers, exploration included; at least 1.
    pub top: usize,
    /// Nothing below this score, 0-10, but for exploration.
    pub min_score: f32,
    /// The list ends as soon as no more than so many papers that the reader would like are expected
    /// beyond it, but not before its first paper.
    pub max_missed: Option<f32>,
    /// Whether near duplicates share a place.
    pub fold: bool,
    /// 0-1: how much being unlike the papers above counts beside the score; 0 is the plain ranking.
    pub diversity: f32,
    /// So many places each interest gets that has papers for them, as far as the list has room for all
    /// interests alike; 0 is none.
    pub quota: usize,
    /// So many of the places, fewer than `top`, are for papers below the cut, where the profile is unsure.
    pub explore: usize,
}

impl Rules {
    /// The ranking itself: the `top` best from `min_score` on.
    pub fn plain(top: usize, min_score: f32) -> Self {
        Rules {
            top,
            min_score,
            max_missed: None,
            fold: false,
            diversity: 0.0,
            quota: 0,
            explore: 0,
        }
    }
}

/// Those of a profile that names none; `paperlark eval variety` says what diversity and quota cost.
impl Default for Rules {
    fn default() -> Self {
        Rules { fold: true, diversity: 0.1, quota: 1, ..Rules::plain(30, 3.0) }
    }
}
