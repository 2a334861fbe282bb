//! Trees: the fitted model, which makes of a leaf's features how likely it is of the article.

use super::weights::TREES;

/// A tree of questions; the answers add up.
#[derive(Debug)]
pub struct Tree {
    /// Which feature, what it is compared with, and where to go on if it is at most that and if it is more: to a
    /// question, or, below zero, to an answer (-1 is the first).
    pub questions: &'static [(u16, f32, i16, i16)],
    pub answers: &'static [f32],
}

impl Tree {
    fn answer(&self, features: &[f32]) -> f32 {
        let mut at = 0_i16;
        // A tree is no deeper than it has questions.
        for _ in 0..=self.questions.len() {
            let Ok(question) = usize::try_from(at) else { break };
            let Some(&(feature, bound, less, more)) = self.questions.get(question) else { break };
            let value = features.get(usize::from(feature)).copied().unwrap_or_default();
            at = if value <= bound { less } else { more };
        }
        self.answers.get(usize::try_from(-1 - i32::from(at)).unwrap_or(usize::MAX)).copied().unwrap_or_default()
    }
}

/// Returns how likely a leaf with these features belongs to the article, from 0 to 1.
pub fn likelihood(features: &[f32]) -> f32 {
    let sum: f32 = TREES.iter().map(|tree| tree.answer(features)).sum::<f32>();
    1.0 / (1.0 + (-sum).exp())
}
