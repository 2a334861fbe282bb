//! The trail: where jumps began, across articles, and back and forward along it.

use crate::article::Locator;
use crate::document::Offset;

/// How many places are kept.
const LENGTH: usize = 200;

/// A place in an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub locator: Locator,
    pub offset: Offset,
}

/// Places that jumps left, the latest last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trail {
    back: Vec<Spot>,
    forward: Vec<Spot>,
}

impl Trail {
    /// Notes that a jump is about to leave `spot`.
    pub fn leave(&mut self, spot: Spot) {
        self.forward.clear();
        push(&mut self.back, spot);
    }

    /// Returns the place to go back to from `here`.
    pub fn back(&mut self, here: Spot) -> Option<Spot> {
        step(&mut self.back, &mut self.forward, here)
    }

    /// Returns the place to go forward to from `here`.
    pub fn forward(&mut self, here: Spot) -> Option<Spot> {
        step(&mut self.forward, &mut self.back, here)
    }

    /// Returns where the last jump in the article of `locator` began.
    pub fn last_in(&self, locator: &Locator) -> Option<Offset> {
        self.back.iter().rfind(|spot| spot.locator == *locator).map(|spot| spot.offset)
    }

    /// Moves the places in the article of `locator` to where its text stands now.
    pub fn moved(&mut self, locator: &Locator, map: impl Fn(Offset) -> Offset) {
        let spots = self.back.iter_mut().chain(&mut self.forward);
        spots.filter(|spot| spot.locator == *locator).for_each(|spot| spot.offset = map(spot.offset));
    }
}

fn step(from: &mut Vec<Spot>, to: &mut Vec<Spot>, here: Spot) -> Option<Spot> {
    while let Some(spot) = from.pop() {
        if spot != here {
            push(to, here);
            return Some(spot);
        }
    }
    None
}

fn push(spots: &mut Vec<Spot>, spot: Spot) {
    if spots.last() != Some(&spot) {
        spots.push(spot);
    }
    if spots.len() > LENGTH {
        spots.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_back_and_forward() {
        let spot = |offset| Spot { locator: Locator::Stdin, offset: Offset(offset) };
        let mut trail = Trail::default();
        trail.leave(spot(1));
        trail.leave(spot(2));
        assert_eq!(trail.back(spot(3)), Some(spot(2)));
        assert_eq!(trail.back(spot(2)), Some(spot(1)));
        assert_eq!(trail.back(spot(1)), None);
        assert_eq!(trail.forward(spot(1)), Some(spot(2)));
        assert_eq!(trail.forward(spot(2)), Some(spot(3)));
        trail.leave(spot(9));
        assert_eq!(trail.forward(spot(4)), None);
    }
}
