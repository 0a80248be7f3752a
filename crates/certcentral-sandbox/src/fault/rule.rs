//! A fault, and how often it strikes which requests.

use std::fmt;
use std::str::FromStr;

use super::kind::{Effect, FaultKind, InvalidFault, Reason};

/// A kind of fault, and whether an order that it strikes is placed, where that is open.
///
/// As text it is `hang`, `hang:placed` or `hang:unplaced`. Without a choice a kind whose
/// [effect](FaultKind::effect) is open places about half of the orders.
///
/// ```
/// use certcentral_sandbox::{Fault, FaultKind};
///
/// let fault: Fault = "close-before-answer:placed".parse()?;
/// assert_eq!(fault.kind(), FaultKind::CloseBeforeAnswer);
/// // An answer of 429 means that nothing was processed, so it cannot place an order.
/// assert!("rate-limited-60:placed".parse::<Fault>().is_err());
/// # Ok::<(), certcentral_sandbox::InvalidFault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    kind: FaultKind,
    placing: Option<Placing>,
}

/// Whether an order that a fault strikes is placed despite the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placing {
    /// It is placed, if it breaks no rule.
    Placed,
    /// It is not placed.
    Unplaced,
}

impl Fault {
    /// Returns a fault of this kind. Whether its orders are placed follows from the kind.
    #[must_use]
    pub const fn new(kind: FaultKind) -> Self {
        Self { kind, placing: None }
    }

    /// Returns a fault of this kind that places its orders, or does not.
    ///
    /// # Errors
    ///
    /// Fails if the kind determines the opposite.
    pub fn with_placing(kind: FaultKind, placing: Placing) -> Result<Self, InvalidFault> {
        match (kind.effect(), placing) {
            (Effect::Unplaced, Placing::Placed) | (Effect::Placed, Placing::Unplaced) => {
                Err(InvalidFault(Reason::Placing(kind)))
            }
            _ => Ok(Self { kind, placing: Some(placing) }),
        }
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(self) -> FaultKind {
        self.kind
    }

    /// Returns whether its orders are placed, if that is determined.
    #[must_use]
    pub const fn placing(self) -> Option<Placing> {
        match (self.placing, self.kind.effect()) {
            (Some(placing), _) => Some(placing),
            (None, Effect::Placed) => Some(Placing::Placed),
            (None, Effect::Unplaced) => Some(Placing::Unplaced),
            (None, Effect::Open) => None,
        }
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match self.placing {
            None => Ok(()),
            Some(Placing::Placed) => f.write_str(":placed"),
            Some(Placing::Unplaced) => f.write_str(":unplaced"),
        }
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        match text.split_once(':') {
            None => text.parse().map(Self::new),
            Some((kind, "placed")) => Self::with_placing(kind.parse()?, Placing::Placed),
            Some((kind, "unplaced")) => Self::with_placing(kind.parse()?, Placing::Unplaced),
            Some(_) => Err(InvalidFault(Reason::Choice)),
        }
    }
}

/// A fault and how often it strikes, as the program takes it: `KIND=PROBABILITY`, with `lookup:`
/// before it for faults of look-ups and `change:` for faults of changes.
///
/// ```
/// use certcentral_sandbox::FaultRule;
///
/// let orders: FaultRule = "hang=0.05".parse()?;
/// let unplaced: FaultRule = "hang:unplaced=0.05".parse()?;
/// let lookups: FaultRule = "lookup:status-500=0.5".parse()?;
/// assert_eq!(lookups.to_string(), "lookup:status-500=0.5");
/// assert!("hang=2".parse::<FaultRule>().is_err());
/// # Ok::<(), certcentral_sandbox::InvalidFault>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultRule {
    target: Target,
    fault: Fault,
    probability: f64,
}

/// What a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A `POST` of an order.
    Orders,
    /// A `GET`.
    Lookups,
    /// A `PUT` or `POST` that changes an order that was placed.
    Changes,
}

impl FaultRule {
    /// Strikes orders with this probability.
    ///
    /// # Errors
    ///
    /// Fails if the probability is not between 0 and 1.
    pub fn of_orders(fault: impl Into<Fault>, probability: f64) -> Result<Self, InvalidFault> {
        Self::new(Target::Orders, fault.into(), probability)
    }

    /// Strikes look-ups (`GET`) with this probability.
    ///
    /// # Errors
    ///
    /// Fails if the probability is not between 0 and 1, or the fault only makes sense for the answer
    /// to an order.
    pub fn of_lookups(fault: impl Into<Fault>, probability: f64) -> Result<Self, InvalidFault> {
        Self::new(Target::Lookups, fault.into(), probability)
    }

    /// Strikes changes to orders that were placed with this probability.
    ///
    /// # Errors
    ///
    /// As [`of_lookups`](Self::of_lookups).
    pub fn of_changes(fault: impl Into<Fault>, probability: f64) -> Result<Self, InvalidFault> {
        Self::new(Target::Changes, fault.into(), probability)
    }

    fn new(target: Target, fault: Fault, probability: f64) -> Result<Self, InvalidFault> {
        if !(0.0..=1.0).contains(&probability) {
            return Err(InvalidFault(Reason::Probability));
        }
        check_target(target, fault)?;
        Ok(Self { target, fault, probability })
    }

    pub(crate) fn target(self) -> Target {
        self.target
    }

    pub(crate) fn fault(self) -> Fault {
        self.fault
    }

    pub(crate) fn probability(self) -> f64 {
        self.probability
    }
}

pub(crate) fn check_target(target: Target, fault: Fault) -> Result<(), InvalidFault> {
    if target != Target::Orders && !fault.kind().strikes_lookups() {
        return Err(InvalidFault(Reason::NotForLookups(fault.kind())));
    }
    Ok(())
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.target {
            Target::Orders => "",
            Target::Lookups => "lookup:",
            Target::Changes => "change:",
        })?;
        write!(f, "{}={}", self.fault, self.probability)
    }
}

impl FromStr for FaultRule {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let (fault, probability) = text.split_once('=').ok_or(InvalidFault(Reason::Rule))?;
        let probability =
            probability.trim().parse().map_err(|_| InvalidFault(Reason::Probability))?;
        let fault = fault.trim();
        let (target, fault) = match fault.split_once(':') {
            Some(("lookup", fault)) => (Target::Lookups, fault),
            Some(("change", fault)) => (Target::Changes, fault),
            _ => (Target::Orders, fault),
        };
        Self::new(target, fault.parse()?, probability)
    }
}
