//! Which request a fault strikes: those that were asked for first, then by chance.

use std::collections::VecDeque;

use fastrand::Rng;

use super::rule::{Fault, FaultRule, Placing, Target};

/// Chance is seeded: the same requests in the same order get the same faults.
#[derive(Debug)]
pub(crate) struct Plan {
    rng: Rng,
    rules: Vec<FaultRule>,
    next: VecDeque<(Target, Fault)>,
}

impl Plan {
    pub(crate) fn new(rules: Vec<FaultRule>, seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), rules, next: VecDeque::new() }
    }

    /// Lets a fault strike the next request that none was set for yet.
    pub(crate) fn set_next(&mut self, target: Target, fault: Fault) {
        self.next.push_back((target, fault));
    }

    /// What strikes the request that comes in now, and whether its order is placed.
    pub(crate) fn draw(&mut self, target: Target) -> Option<(Fault, Placing)> {
        let set = self.next.iter().position(|(next, _)| *next == target);
        let fault = match set.and_then(|index| self.next.remove(index)) {
            Some((_, fault)) => fault,
            None => self.by_chance(target)?,
        };
        let placing = fault
            .placing()
            .unwrap_or_else(|| if self.rng.bool() { Placing::Placed } else { Placing::Unplaced });
        Some((fault, placing))
    }

    fn by_chance(&mut self, target: Target) -> Option<Fault> {
        if self.rules.is_empty() {
            return None;
        }
        let mut rest = self.rng.f64();
        for rule in self.rules.iter().filter(|rule| rule.target() == target) {
            if rest < rule.probability() {
                return Some(rule.fault());
            }
            rest -= rule.probability();
        }
        None
    }
}
