//! When one client must stop sending, and the turn that it may have been given.

use std::sync::{Arc, Mutex, PoisonError};

use crate::order::reason::NotSentReason;
use crate::settings::deadline::Deadline;
use crate::settings::pacing::Slot;
use crate::settings::stop::StopSwitch;

/// What limits the calls of one client, and of no other that shares its connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    pub(crate) stop: StopSwitch,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) turn: Option<Arc<Mutex<Option<Turn>>>>,
}

impl Limits {
    pub(crate) fn with_turn(&self, turn: Turn) -> Self {
        Self { turn: Some(Arc::new(Mutex::new(Some(turn)))), ..self.clone() }
    }

    /// The turn that was waited for before, if it was not used yet.
    pub(crate) fn take_turn(&self) -> Option<Option<Slot>> {
        let turn = self.turn.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(turn.0)
    }

    /// Why nothing may be sent any more, if so.
    pub(crate) fn reason_to_end(&self) -> Option<NotSentReason> {
        if self.stop.is_stopped() {
            Some(NotSentReason::Stopped)
        } else if self.deadline.is_some_and(|deadline| deadline.has_passed()) {
            Some(NotSentReason::DeadlinePassed)
        } else {
            None
        }
    }

    /// Why a wait ended without success.
    pub(crate) fn reason(&self) -> NotSentReason {
        self.reason_to_end().unwrap_or(NotSentReason::DeadlinePassed)
    }
}

/// The right to send one request: [`Client::turn`](crate::Client::turn). Dropped unused, it is free for
/// another request at once.
#[derive(Debug)]
#[must_use]
pub struct Turn(pub(crate) Option<Slot>);
