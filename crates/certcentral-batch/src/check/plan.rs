//! What a run will do, before it is done.

use certcentral::model::PaymentMethod;

use crate::journal::Summary;

/// What a run will send, and how it is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// How many orders will be sent.
    pub to_send: u64,
    /// Of these, how many are charged to the balance of the account.
    pub balance: u64,
    /// To the default credit card of the account.
    pub profile: u64,
    /// To a credit card that is in the file.
    pub card: u64,
    /// How many orders of the file are in which state before.
    pub before: Summary,
}

impl Plan {
    pub(super) fn add(&mut self, method: &PaymentMethod) {
        match method {
            PaymentMethod::Profile => self.profile += 1,
            PaymentMethod::Card => self.card += 1,
            _ => self.balance += 1,
        }
    }
}
