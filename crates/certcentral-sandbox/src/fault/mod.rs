//! What goes wrong between a client and the sandbox, on purpose.

mod kind;
mod plan;
mod rule;
mod strike;

pub use self::kind::{Effect, FaultKind, InvalidFault};
pub(crate) use self::plan::Plan;
pub use self::rule::{Fault, FaultRule, Placing};
pub(crate) use self::rule::{Target, check_target};
pub(crate) use self::strike::{Strike, Surroundings, strike};
