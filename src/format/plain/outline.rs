//! Takes the outline as a whole: the second look at each candidate, among all the others.
//!
//! Headings of one text are kin. A line that is numbered, capitalised or framed as other likely headings are is likelier
//! one itself, and one whose kin are none is none. All sums are over groups, so the time grows with the text only.

use super::candidates::{Candidate, Candidates, KINSHIPS, N_KINSHIPS, NO_GROUP, SAME_NUMBERING, SAME_TEXT};
use super::features::features;
use super::model::{log_odds, probability};
use super::style::{Style, levels};
use crate::document::BlockId;

features! {
    /// A feature of a line among all candidates of the text, beside those of its kinships.
    OutlineFeature {
        FirstLook => "first look",
        MeanOfOthers => "mean of the others",
        Density => "headings for each block",
        Number => "how many headings",
        ShareOfCandidates => "candidates for each block",
        OthersNumbered => "others are numbered, this is not",
        BlockBefore => "the block before is one",
        BlockAfter => "the block after is one",
        WayFromLast => "text since the last heading",
        WayToNext => "text to the next heading",
        NoTextToNext => "no text to the next heading",
        LittleTextToNext => "little text to the next heading",
        Nearby => "mean of the candidates nearby",
        TextMetBefore => "the same text came before",
    }
}

/// The features that each kinship gives.
const OF_KIN: [&str; 3] = ["likelier than others", "how many", "none"];

impl OutlineFeature {
    /// Returns the names of all features of the second look, in order: those above, then three for each kinship.
    pub fn names() -> impl Iterator<Item = String> {
        let of_kin =
            KINSHIPS.iter().flat_map(|kinship| OF_KIN.iter().map(move |of_kin| format!("same {kinship}: {of_kin}")));
        Self::NAMES.iter().map(ToString::to_string).chain(of_kin)
    }
}

const N_OWN: usize = OutlineFeature::NAMES.len();
pub const N_OUTLINE_FEATURES: usize = N_OWN + N_KINSHIPS * OF_KIN.len();

/// How sure a heading is that its own signs mark as one.
const MARKED_CONFIDENCE: f32 = 0.98;

/// A heading that was decided on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heading {
    pub block: BlockId,
    pub level: u8,
    pub confidence: f32,
}

/// Decides which of the candidates are headings, in reading order.
pub fn decide(candidates: &Candidates) -> Vec<Heading> {
    let mut chosen: Vec<(BlockId, Style, f32)> = Vec::new();
    let model = candidates.model();
    second_look(candidates, |candidate, features| {
        let confidence = match features {
            None => MARKED_CONFIDENCE,
            Some(features) => probability(model.second_look(features)),
        };
        if confidence >= model.threshold {
            chosen.push((candidate.block, candidate.style, confidence));
        }
    });
    chosen.sort_by_key(|(block, ..)| block.0);
    let styles: Vec<Style> = chosen.iter().map(|(_, style, _)| *style).collect();
    let levels = levels(&styles);
    let headings = chosen.into_iter().zip(levels);
    headings.map(|((block, _, confidence), level)| Heading { block, level, confidence }).collect()
}

/// What the first look said of a group of candidates.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    sum: f32,
    n: f32,
    is_met: bool,
}

/// Reads the features of each candidate among the others; a marked heading has none.
pub fn second_look(candidates: &Candidates, mut look: impl FnMut(&Candidate, Option<&[f32; N_OUTLINE_FEATURES]>)) {
    let likelihoods: Vec<f32> = candidates.judged.iter().map(|candidate| probability(candidate.first)).collect();
    let mut groups = vec![Group::default(); candidates.n_groups as usize];
    let mut all = Group::default();
    for (candidate, &likelihood) in candidates.judged.iter().zip(&likelihoods) {
        if candidate.first.is_infinite() {
            continue;
        }
        all.sum += likelihood;
        all.n += 1.0;
        for group in candidate.groups.iter().filter(|group| **group != NO_GROUP) {
            if let Some(group) = groups.get_mut(*group as usize) {
                group.sum += likelihood;
                group.n += 1.0;
            }
        }
    }
    let outline = Outline::new(candidates, likelihoods, all);
    for (idx, candidate) in candidates.judged.iter().enumerate() {
        if candidate.first.is_infinite() {
            look(candidate, None);
            continue;
        }
        let mut features = [0.0; N_OUTLINE_FEATURES];
        outline.own(idx, candidate, &mut features);
        outline.of_kin(idx, candidate, &groups, &mut features);
        if let Some(group) = candidate.groups.get(SAME_TEXT).and_then(|group| groups.get_mut(*group as usize)) {
            if let Some(met) = features.get_mut(OutlineFeature::TextMetBefore as usize) {
                *met = f32::from(u8::from(group.is_met));
            }
            group.is_met = true;
        }
        let group = candidate.groups.get(SAME_NUMBERING).and_then(|group| groups.get(*group as usize));
        if let Some(group) = group
            && matches!(candidate.style, Style::Plain | Style::Capitals)
            && all.sum > 1.0
            && let Some(numbered) = features.get_mut(OutlineFeature::OthersNumbered as usize)
        {
            *numbered = (1.0 - group.sum / all.sum).max(0.0);
        }
        look(candidate, Some(&features));
    }
}

/// The text as the first look leaves it.
struct Outline<'a> {
    candidates: &'a Candidates,
    likelihoods: Vec<f32>,
    all: Group,
    /// For each candidate, where the last likely heading before it ends and where the next one starts, in characters.
    last_end: Vec<u32>,
    next_start: Vec<u32>,
}

/// From here on the first look's word is taken for measuring sections.
const LIKELY: f32 = 0.4;
/// A section of less is little text, in characters.
const LITTLE_TEXT: f32 = 150.0;
/// Candidates on each side that are nearby.
const NEARBY: usize = 4;

impl<'a> Outline<'a> {
    fn new(candidates: &'a Candidates, likelihoods: Vec<f32>, all: Group) -> Self {
        let judged = &candidates.judged;
        let mut last_end = Vec::with_capacity(judged.len());
        let mut end = 0;
        for (candidate, likelihood) in judged.iter().zip(&likelihoods) {
            last_end.push(end);
            if *likelihood > LIKELY {
                end = candidate.n_chars_before.saturating_add(candidate.n_chars);
            }
        }
        let mut next_start = vec![0; judged.len()];
        let mut start = candidates.n_chars;
        for ((candidate, likelihood), next) in judged.iter().zip(&likelihoods).zip(&mut next_start).rev() {
            *next = start;
            if *likelihood > LIKELY {
                start = candidate.n_chars_before;
            }
        }
        Self { candidates, likelihoods, all, last_end, next_start }
    }

    fn likelihood(&self, idx: Option<usize>) -> f32 {
        idx.and_then(|idx| self.likelihoods.get(idx)).copied().unwrap_or(0.0)
    }

    /// Returns the mean likelihood of all candidates but one, leaning a little to a quarter.
    fn mean_of_others(&self, own: f32) -> f32 {
        (self.all.sum - own + 0.25).max(1e-4) / self.all.n.max(1.0)
    }

    fn own(&self, idx: usize, candidate: &Candidate, features: &mut [f32; N_OUTLINE_FEATURES]) {
        use OutlineFeature as F;
        let own = self.likelihood(Some(idx));
        let mut set = |feature: F, value: f32| {
            if let Some(slot) = features.get_mut(feature as usize) {
                *slot = value;
            }
        };
        let n_blocks = self.candidates.n_blocks.max(1) as f32;
        set(F::FirstLook, log_odds(own));
        set(F::MeanOfOthers, log_odds(self.mean_of_others(own)));
        set(F::Density, (self.all.sum - own) / n_blocks);
        set(F::Number, (self.all.sum - own).max(0.0).ln_1p());
        set(F::ShareOfCandidates, self.all.n / n_blocks);
        let judged = &self.candidates.judged;
        let beside = |other: Option<usize>, ordinal: Option<u32>| {
            let is_beside = other.and_then(|idx| judged.get(idx)).is_some_and(|other| Some(other.ordinal) == ordinal);
            if is_beside { self.likelihood(other) } else { 0.0 }
        };
        let before = beside(idx.checked_sub(1), candidate.ordinal.checked_sub(1));
        let after = beside(Some(idx + 1), candidate.ordinal.checked_add(1));
        set(F::BlockBefore, before);
        set(F::BlockAfter, after);
        let since = candidate.n_chars_before.saturating_sub(self.last_end.get(idx).copied().unwrap_or(0)) as f32;
        let end = candidate.n_chars_before.saturating_add(candidate.n_chars);
        let to_next = self.next_start.get(idx).copied().unwrap_or(0).saturating_sub(end) as f32;
        set(F::WayFromLast, since.ln_1p().min(9.0));
        set(F::WayToNext, to_next.ln_1p().min(9.0));
        set(F::NoTextToNext, f32::from(u8::from(to_next < 1.0)));
        set(F::LittleTextToNext, f32::from(u8::from(to_next < LITTLE_TEXT)));
        let nearby = self.likelihoods.get(idx.saturating_sub(NEARBY)..self.likelihoods.len().min(idx + NEARBY + 1));
        let nearby = nearby.unwrap_or_default();
        set(F::Nearby, (nearby.iter().sum::<f32>() - own) / (nearby.len().max(2) - 1) as f32);
    }

    fn of_kin(&self, idx: usize, candidate: &Candidate, groups: &[Group], features: &mut [f32; N_OUTLINE_FEATURES]) {
        let own = self.likelihood(Some(idx));
        let mean = self.mean_of_others(own);
        let mean_log_odds = log_odds(mean);
        let slots = features.get_mut(N_OWN..).unwrap_or_default().chunks_mut(OF_KIN.len());
        for (group, slots) in candidate.groups.iter().zip(slots) {
            let Some(group) = groups.get(*group as usize) else { continue };
            let [likelier, number, none] = slots else { continue };
            let n_kin = group.n - 1.0;
            if n_kin < 0.5 {
                *none = 1.0;
                continue;
            }
            let sum = (group.sum - own).max(0.0);
            *likelier = log_odds((sum + mean) / (n_kin + 1.0)) - mean_log_odds;
            *number = n_kin.ln_1p();
        }
    }
}
