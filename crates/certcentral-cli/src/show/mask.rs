//! What of an order's text may be shown.

use std::ops::Range;

use certcentral::pkio_professional::Order;
use certcentral::validation::secret_spans;

/// The parts of a text that are masked when a line of it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Masks {
    /// The text is JSON; these byte ranges are masked, in ascending order.
    Parts(Vec<Range<usize>>),
    /// The text is not JSON, so members cannot be told apart: every digit is masked.
    Digits,
}

impl Masks {
    /// Finds the parts to mask in a text that should be an order.
    pub(crate) fn of(text: &str) -> Self {
        secret_spans::<Order>(text.as_bytes()).map_or(Self::Digits, Self::Parts)
    }
}

/// The JSON of an order with `"[redacted]"` in the place of what is masked.
pub(crate) fn redacted(json: &str) -> String {
    let Masks::Parts(parts) = Masks::of(json) else { return "\"[redacted]\"".into() };
    let mut redacted = json.to_owned();
    for part in parts.into_iter().rev() {
        redacted.replace_range(part, "\"[redacted]\"");
    }
    redacted
}
