//! The values of an order's members, by the rows of its catalogue.

use crate::constraint::value::Value;

/// The values of an order's members, one for each row of its catalogue.
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
    pub(crate) const fn set(&mut self, row: usize, value: Value<'a>) {
        self.0[row] = value;
    }

    /// Says the value of a text that may be absent.
    #[inline]
    pub(crate) const fn set_text(&mut self, row: usize, text: Option<&'a str>) {
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
