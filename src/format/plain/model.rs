//! The model: two linear scores. The first look takes a line with its neighbours; the second takes what the first made of
//! it and of all other candidates. Features are in `features` and `outline`, weights in `weights`.
//!
//! To let the second look see the line's own features again was tried, and was worse on articles that it was not fitted
//! to.

use super::features::{LineFeature, LineFeatures};
use super::weights;

/// The weights of both looks, in the order of the features.
#[derive(Debug, Clone)]
pub struct Model {
    pub line_bias: f32,
    pub line: Vec<f32>,
    pub outline_bias: f32,
    pub outline: Vec<f32>,
    /// The least confidence of a heading.
    pub threshold: f32,
}

impl Default for Model {
    /// Returns the fitted model.
    fn default() -> Self {
        Self {
            line_bias: weights::LINE_BIAS,
            line: weights::LINE.iter().map(|(_, weight)| *weight).collect(),
            outline_bias: weights::OUTLINE_BIAS,
            outline: weights::OUTLINE.iter().map(|(_, weight)| *weight).collect(),
            threshold: weights::THRESHOLD,
        }
    }
}

impl Model {
    /// Returns the first look's logarithm of the odds that a line is a heading.
    pub fn first_look(&self, features: &LineFeatures) -> f32 {
        let weight = |feature: LineFeature| self.line.get(feature as usize).copied().unwrap_or(0.0);
        self.line_bias + features.iter().map(|(feature, value)| weight(*feature) * value).sum::<f32>()
    }

    /// Returns the second look's.
    pub fn second_look(&self, features: &[f32]) -> f32 {
        self.outline_bias + self.outline.iter().zip(features).map(|(weight, value)| weight * value).sum::<f32>()
    }
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
    use crate::format::plain::outline::OutlineFeature;

    #[test]
    fn the_table_has_each_feature_in_its_place() {
        assert!(weights::LINE.iter().map(|(name, _)| *name).eq(LineFeature::NAMES.iter().copied()));
        assert!(weights::OUTLINE.iter().map(|(name, _)| *name).eq(OutlineFeature::names()));
    }
}
