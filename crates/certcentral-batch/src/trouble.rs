//! When a run stops by itself: where every further order would end like the last ones.

use std::fmt;

use certcentral::Outcome;
use certcentral::transport::NotSentReason;

/// After how many orders in a row that ended for a reason that is not their own.
const ENOUGH: u32 = 10;

/// Why a run stopped by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Halt {
    /// The key, or the URL, is refused: so would be all that follows.
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// No order can be sent from here.
    CannotSend(NotSentReason),
    /// Several orders in a row ended for a reason that is not their own.
    NothingPlaced {
        /// How many.
        orders: u32,
    },
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { status: 300..=399 | 404 | 405 | 410 } => {
                f.write_str("the server does not take orders at this URL: check the base URL")
            }
            Self::Refused { .. } => {
                f.write_str("the server refuses the API key: check the key and its permissions")
            }
            Self::CannotSend(reason) => write!(f, "{reason}"),
            Self::NothingPlaced { orders } => write!(
                f,
                "the last {orders} orders were neither placed nor refused for a reason of their own: \
                 the server or the network is in trouble"
            ),
        }
    }
}

/// Watches how orders end.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    in_a_row: u32,
    has_begun: bool,
    halt: Option<Halt>,
}

impl Trouble {
    pub(super) fn note(&mut self, outcome: &Outcome) {
        self.has_begun = true;
        let halt = match outcome {
            Outcome::Placed(_) => None,
            Outcome::Rejected(rejected) => match rejected.status {
                status @ (300..=399 | 401 | 403 | 404 | 405 | 410) => {
                    Some(Halt::Refused { status })
                }
                429 | 503 => self.once_more(),
                _ => None,
            },
            Outcome::NotSent(not_sent) => match not_sent.reason {
                NotSentReason::Stopped | NotSentReason::Cancelled => return,
                reason @ (NotSentReason::NameNotResolved
                | NotSentReason::Tls
                | NotSentReason::Proxy
                | NotSentReason::ProxySetting { .. }
                | NotSentReason::NoRuntime
                | NotSentReason::ClientSetup) => Some(Halt::CannotSend(reason)),
                _ => self.once_more(),
            },
            Outcome::Unknown(_) => self.once_more(),
        };
        match halt {
            Some(_) => self.halt = self.halt.or(halt),
            None if is_about_itself(outcome) => self.in_a_row = 0,
            None => {}
        }
    }

    /// Whether an order has ended, so that it is known how the server answers.
    pub(super) const fn has_begun(&self) -> bool {
        self.has_begun
    }

    pub(super) const fn halt(&self) -> Option<Halt> {
        self.halt
    }

    fn once_more(&mut self) -> Option<Halt> {
        self.in_a_row += 1;
        (self.in_a_row >= ENOUGH).then_some(Halt::NothingPlaced { orders: self.in_a_row })
    }
}

/// Whether an order ended for a reason of its own.
fn is_about_itself(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Placed(_) => true,
        Outcome::Rejected(rejected) => !rejected.is_temporary(),
        Outcome::NotSent(_) | Outcome::Unknown(_) => false,
    }
}
