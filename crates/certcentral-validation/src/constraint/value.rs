//! The value of one member as the rules see it, whether it comes from the model or from a JSON text.

/// The value of one member.
///
/// There is no `Debug`: a value may be a card number.
#[allow(missing_debug_implementations, reason = "a value may be a card number")]
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Value<'a> {
    /// The member is not there.
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number that the model can hold.
    Integer(u64),
    /// A whole number that the model cannot hold: negative, or too large.
    BeyondInteger,
    /// A string.
    Text(&'a str),
    /// An object. Its members are values of their own.
    Object,
    /// A value of another type than the page has. What reads the order reports it; no rule looks
    /// at it.
    Mistyped,
}

impl Value<'_> {
    /// Whether the member is not there. `null` is there.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the member has a value. `null` is none.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        !matches!(self, Self::Absent | Self::Null)
    }

    /// Whether the value is this string.
    #[must_use]
    pub fn is_text(&self, text: &str) -> bool {
        matches!(self, Self::Text(value) if *value == text)
    }
}
