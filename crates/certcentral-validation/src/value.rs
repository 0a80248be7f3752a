//! What the rules see of an order, whether it comes from the model or from a JSON text.

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

/// The values of an order's members, one for each [`Row`](crate::Row) of its catalogue.
///
/// It lives on the stack: reading an order into it allocates nothing.
#[allow(missing_debug_implementations, reason = "a value may be a card number")]
pub struct Values<'a>([Value<'a>; Values::CAPACITY]);

impl<'a> Values<'a> {
    /// The number of rows that a catalogue may have.
    pub const CAPACITY: usize = 48;

    /// No member is there.
    #[must_use]
    pub const fn new() -> Self {
        Self([Value::Absent; Self::CAPACITY])
    }

    /// The value of the member that this row of the catalogue is about.
    #[inline]
    #[must_use]
    pub const fn get(&self, row: usize) -> Value<'a> {
        self.0[row]
    }

    /// Says what the value of this row's member is.
    #[inline]
    pub const fn set(&mut self, row: usize, value: Value<'a>) {
        self.0[row] = value;
    }

    /// Says the value of a text that may be absent.
    #[inline]
    pub const fn set_text(&mut self, row: usize, text: Option<&'a str>) {
        if let Some(text) = text {
            self.0[row] = Value::Text(text);
        }
    }
}

impl Default for Values<'_> {
    fn default() -> Self {
        Self::new()
    }
}
