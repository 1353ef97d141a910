//! What is known about a division plan.

use super::Engine;

/// What the objective loses when one pair is flipped and the rest is made the best of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Margin {
    /// The loss, not negative; 0 where an equally good plan has the pair flipped.
    Loss(f64),
    /// The loss is at least this: time or work was up before it was known.
    AtLeast(f64),
    /// The constraints leave no plan that has the pair flipped.
    Forced,
}

impl Margin {
    /// The loss, where it is known and finite.
    pub fn loss(self) -> Option<f64> {
        match self {
            Self::Loss(loss) => Some(loss),
            Self::AtLeast(_) | Self::Forced => None,
        }
    }
}

/// A plan that differs from the best.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Value less friction.
    pub objective: f64,
    /// Whether each pair is in the plan, region by region.
    pub assigned: Vec<bool>,
}

/// The region that wanted an industry most of those that do not have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunnerUp {
    /// Row of the region.
    pub region: usize,
    /// What the objective loses when the region is given the industry and the rest is made the best of.
    pub loss: f64,
}

/// The best division, or the best that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct DivisionPlan {
    /// Value less friction.
    pub objective: f64,
    /// No plan has a greater objective; the objective itself where it is proven to be the best.
    pub bound: f64,
    /// Whether no plan has a greater objective than this one. Not proven means that time or work was up.
    pub proven: bool,
    /// Sum of the values of the pairs in the plan, times importance.
    pub value_part: f64,
    /// Friction that is taken off.
    pub friction_part: f64,
    /// Whether each pair is in the plan, region by region.
    pub assigned: Vec<bool>,
    /// Margin of each pair, region by region; empty where they were not asked for.
    pub margins: Vec<Margin>,
    /// Further plans, the best first; fewer than asked for where there are no more.
    pub alternatives: Vec<Alternative>,
    /// Whether no better plan is missing among the further ones.
    pub alternatives_proven: bool,
    /// Which engine found it; [`Engine::Own`] where it is a transportation problem, unless another one was named.
    pub engine: Engine,
    pub(super) n_industries: usize,
}

impl DivisionPlan {
    /// Whether the region is to focus on the industry.
    pub fn is_assigned(&self, region: usize, industry: usize) -> bool {
        self.assigned[region * self.n_industries + industry]
    }

    /// Margin of a pair, where margins were asked for.
    pub fn margin(&self, region: usize, industry: usize) -> Option<Margin> {
        self.margins.get(region * self.n_industries + industry).copied()
    }

    /// By how much the objective may be below that of the best plan.
    pub fn gap(&self) -> f64 {
        (self.bound - self.objective).max(0.0)
    }

    /// Who else wanted an industry: of the regions that do not have it, the one whose having it loses least; of equal
    /// losses, the first. Nothing where no such loss is known.
    pub fn runner_up(&self, industry: usize) -> Option<RunnerUp> {
        let n_regions = self.assigned.len() / self.n_industries;
        let without = (0..n_regions).filter(|&region| !self.is_assigned(region, industry));
        let losses = without.filter_map(|region| {
            let loss = self.margin(region, industry)?.loss()?;
            Some(RunnerUp { region, loss })
        });
        losses.min_by(|a, b| a.loss.total_cmp(&b.loss))
    }

    /// Industries that the region is to focus on, in order.
    pub fn focuses(&self, region: usize) -> Vec<usize> {
        (0..self.n_industries).filter(|&industry| self.is_assigned(region, industry)).collect()
    }

    /// Regions that the industry is given to, in order.
    pub fn homes(&self, industry: usize) -> Vec<usize> {
        let n_regions = self.assigned.len() / self.n_industries;
        (0..n_regions).filter(|&region| self.is_assigned(region, industry)).collect()
    }
}
