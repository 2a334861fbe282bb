//! Numbers that are drawn by lot, the same ones from the same seed.

#![allow(dead_code, reason = "each test uses a part of it")]

/// Steele, Lea and Flood's SplitMix64.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Takes the seed that `RECTO_SEED` names, else one that is made of the time; it is told where a test fails.
    pub fn told() -> Self {
        let seed = std::env::var("RECTO_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            u64::from(since.subsec_nanos())
        });
        println!("RECTO_SEED={seed}");
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
