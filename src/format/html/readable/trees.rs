//! Trees: the fitted model, which makes of a leaf's features how likely it is of the article.

use std::sync::LazyLock;

use super::weights::TREES;

/// A tree of questions; the answers add up.
#[derive(Debug)]
pub struct Tree {
    /// Which feature, what it is compared with, and where to go on if it is at most that and if it is more: to a
    /// question, or, below zero, to an answer (-1 is the first).
    pub questions: &'static [(u16, f32, i16, i16)],
    pub answers: &'static [f32],
}

/// A question as it is asked of all trees at once: what is more than the bound rules out the answers on the other side.
///
/// Nothing is skipped and nothing branches, so that leaves can be asked side by side; the first answer that is left
/// is the tree's (Lucchese and others, QuickScorer, 2015).
#[derive(Debug)]
struct Question {
    feature: usize,
    bound: f32,
    /// The answers that are left if the value is more, as bits.
    left: u32,
}

/// A tree's questions, and its answers from the least side to the most.
#[derive(Debug, Default)]
struct Asked {
    questions: Vec<Question>,
    answers: Vec<f32>,
}

static ASKED: LazyLock<Vec<Asked>> = LazyLock::new(|| TREES.iter().map(Asked::of).collect());

impl Asked {
    fn of(tree: &Tree) -> Self {
        let mut asked = Self::default();
        // What is still to be visited: a place in the tree, or the end of the lesser side of a question.
        let mut waiting = vec![Visit::Place(0)];
        while let Some(visit) = waiting.pop() {
            match visit {
                Visit::Place(place) => match usize::try_from(place) {
                    Ok(question) => {
                        // No tree has more answers than bits, nor a question twice.
                        let Some(&(feature, bound, less, more)) = tree.questions.get(question) else { continue };
                        if asked.questions.len() > tree.questions.len() {
                            break;
                        }
                        let idx = asked.questions.len();
                        asked.questions.push(Question { feature: usize::from(feature), bound, left: u32::MAX });
                        waiting.extend([
                            Visit::Place(more),
                            Visit::LesserSide { question: idx, first: asked.answers.len() },
                            Visit::Place(less),
                        ]);
                    }
                    Err(_) => {
                        let answer = usize::try_from(-1 - i32::from(place)).unwrap_or(usize::MAX);
                        asked.answers.push(tree.answers.get(answer).copied().unwrap_or_default());
                    }
                },
                Visit::LesserSide { question, first } => {
                    let below =
                        |n: usize| 1_u32.checked_shl(u32::try_from(n).unwrap_or(32)).map_or(u32::MAX, |bit| bit - 1);
                    if let Some(question) = asked.questions.get_mut(question) {
                        question.left = !(below(asked.answers.len()) & !below(first));
                    }
                }
            }
        }
        asked
    }

    /// Returns the answers for leaves side by side, of whose features each column holds one.
    fn answers(&self, columns: &[[f32; LANES]]) -> [f32; LANES] {
        let mut left = [u32::MAX; LANES];
        for question in &self.questions {
            let column = columns.get(question.feature).unwrap_or(&[0.0; LANES]);
            for (left, value) in left.iter_mut().zip(column) {
                *left &= if *value <= question.bound { u32::MAX } else { question.left };
            }
        }
        left.map(|left| self.answers.get(left.trailing_zeros() as usize).copied().unwrap_or_default())
    }
}

enum Visit {
    Place(i16),
    LesserSide { question: usize, first: usize },
}

/// How many leaves are asked at once: as many values as a vector register holds, or two.
const LANES: usize = 8;

/// Finds how likely leaves belong to the article, several at a time.
#[derive(Debug, Default)]
pub struct Judge {
    /// The features of the leaves that wait.
    columns: Vec<[f32; LANES]>,
    n_waiting: usize,
    likely: Vec<f32>,
}

impl Judge {
    /// Takes the next leaf's features.
    pub fn take(&mut self, features: &[f32]) {
        self.columns.resize(self.columns.len().max(features.len()), [0.0; LANES]);
        for (column, value) in self.columns.iter_mut().zip(features) {
            if let Some(entry) = column.get_mut(self.n_waiting) {
                *entry = *value;
            }
        }
        self.n_waiting += 1;
        if self.n_waiting == LANES {
            self.judge();
        }
    }

    /// Returns how likely each leaf belongs to the article, from 0 to 1.
    pub fn finish(mut self) -> Vec<f32> {
        self.judge();
        self.likely
    }

    fn judge(&mut self) {
        let mut sums = [0.0_f32; LANES];
        for asked in &*ASKED {
            for (sum, answer) in sums.iter_mut().zip(asked.answers(&self.columns)) {
                *sum += answer;
            }
        }
        self.likely.extend(sums.iter().take(self.n_waiting).map(|sum| 1.0 / (1.0 + (-sum).exp())));
        self.n_waiting = 0;
    }
}

/// Returns how likely a leaf with these features belongs to the article, from 0 to 1.
pub fn likelihood(features: &[f32]) -> f32 {
    let mut judge = Judge::default();
    judge.take(features);
    judge.finish().first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    /// Walks down a tree.
    fn walked(tree: &Tree, features: &[f32]) -> f32 {
        let mut at = 0_i16;
        while let Ok(question) = usize::try_from(at) {
            let (feature, bound, less, more) = tree.questions[question];
            at = if features[usize::from(feature)] <= bound { less } else { more };
        }
        tree.answers[usize::try_from(-1 - i32::from(at)).unwrap()]
    }

    #[test]
    fn trees_answer_as_if_walked_down() {
        let n_features = 1 + TREES.iter().flat_map(|tree| tree.questions).map(|question| question.0).max().unwrap();
        for seed in 0..50_u32 {
            // Values on either side of bounds, and on them.
            let features: Vec<f32> = (0..u32::from(n_features))
                .map(|feature| {
                    let bounds = TREES.iter().flat_map(|tree| tree.questions);
                    let bounds: Vec<f32> = bounds.filter(|one| u32::from(one.0) == feature).map(|one| one.1).collect();
                    let dice = seed.wrapping_mul(2_654_435_761).wrapping_add(feature.wrapping_mul(40_503)) >> 7;
                    let bound = bounds.get(dice as usize % bounds.len().max(1)).copied().unwrap_or_default();
                    bound + [-0.5, 0.0, 0.5][(dice >> 9) as usize % 3]
                })
                .collect();
            let columns: Vec<[f32; LANES]> = features.iter().map(|value| [*value; LANES]).collect();
            for (tree, asked) in TREES.iter().zip(&*ASKED) {
                assert!(tree.answers.len() <= 32);
                assert_eq!(asked.answers(&columns).map(f32::to_bits), [walked(tree, &features).to_bits(); LANES]);
            }
            let sum: f32 = TREES.iter().map(|tree| walked(tree, &features)).sum();
            let mut judge = Judge::default();
            (0..LANES + 3).for_each(|_| judge.take(&features));
            let likely = judge.finish();
            assert_eq!(likely.len(), LANES + 3);
            assert!(likely.iter().all(|one| (one - 1.0 / (1.0 + (-sum).exp())).abs() < 1e-6));
        }
    }
}
