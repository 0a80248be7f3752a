//! Placing an order: attempts, one at a time, until one decides.

pub(crate) mod attempt;
pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod classify;
pub(crate) mod gate;
pub(crate) mod in_flight;
pub(crate) mod observer;
pub(crate) mod outcome;
pub(crate) mod reason;
pub(crate) mod request;

use certcentral_model::ProductOrder;

use crate::client::Client;
use crate::order::call::Call;
use crate::order::outcome::Outcome;

impl Client {
    /// Places an order, and returns what became of it.
    ///
    /// This spends money. Nothing is checked here: send what `certcentral-validation` has checked.
    /// An order that may exist is never sent a second time; see [`Outcome`] for what to do.
    ///
    /// # If the future is dropped
    ///
    /// Before the order leaves, nothing leaves. Once it has left, the attempt runs to its end on a
    /// task of its own, and its outcome reaches the log and the observer
    /// ([`with_observer`](Self::with_observer)). It is not retried then.
    pub async fn place_unchecked<P>(&self, order: &P) -> Outcome
    where
        P: ProductOrder + Sync,
    {
        Call::new(self, order).place().await
    }
}
