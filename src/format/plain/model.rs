//! The model: two linear scores. The first look takes a line with its neighbours; the second takes it again, with what
//! the first look made of all other candidates. Features are in `features` and `outline`, weights in `weights`.

use super::features::LineFeatures;
use super::weights;

/// The weights of both looks, in the order of the features.
#[derive(Debug, Clone)]
pub struct Model {
    pub first_bias: f32,
    pub first: Vec<f32>,
    pub second_bias: f32,
    pub second: Vec<f32>,
    pub outline: Vec<f32>,
    /// The least confidence of a heading.
    pub threshold: f32,
}

impl Default for Model {
    /// Returns the fitted model.
    fn default() -> Self {
        Self {
            first_bias: weights::FIRST_BIAS,
            first: weights::LINE.iter().map(|(_, first, _)| *first).collect(),
            second_bias: weights::SECOND_BIAS,
            second: weights::LINE.iter().map(|(.., second)| *second).collect(),
            outline: weights::OUTLINE.iter().map(|(_, weight)| *weight).collect(),
            threshold: weights::THRESHOLD,
        }
    }
}

impl Model {
    /// Returns the first look's logarithm of the odds that a line is a heading.
    pub fn first_look(&self, features: &LineFeatures) -> f32 {
        self.first_bias + sum(&self.first, features)
    }

    /// Returns what a line's own features add to the second look.
    pub fn second_look_of_line(&self, features: &LineFeatures) -> f32 {
        sum(&self.second, features)
    }

    /// Returns the second look's logarithm of the odds, of which the line's own part is `line`.
    pub fn second_look(&self, line: f32, features: &[f32]) -> f32 {
        let outline: f32 = self.outline.iter().zip(features).map(|(weight, value)| weight * value).sum();
        self.second_bias + line + outline
    }
}

fn sum(weights: &[f32], features: &LineFeatures) -> f32 {
    features.iter().map(|(feature, value)| weights.get(*feature as usize).map_or(0.0, |weight| weight * value)).sum()
}

/// Returns the probability of a logarithm of odds.
pub fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Returns the logarithm of the odds of a probability, kept from the ends.
pub fn log_odds(probability: f32) -> f32 {
    let probability = probability.clamp(1e-4, 1.0 - 1e-4);
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::plain::features::LineFeature;
    use crate::format::plain::outline::OutlineFeature;

    #[test]
    fn the_table_has_each_feature_in_its_place() {
        assert!(weights::LINE.iter().map(|(name, ..)| *name).eq(LineFeature::NAMES.iter().copied()));
        assert!(weights::OUTLINE.iter().map(|(name, _)| *name).eq(OutlineFeature::names()));
    }
}
