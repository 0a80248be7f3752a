//! What is remarkable about a text, found in one look at its bytes. Most texts are unremarkable, and
//! most rules need not look at these.

/// A set of traits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traits(u16);

impl Traits {
    const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self(u16::MAX);
    /// Every text has it.
    pub(crate) const ANY: Self = Self(1);
    /// There is nothing in the text.
    pub(crate) const EMPTY: Self = Self(1 << 1);
    /// The first or the last character is a blank.
    pub(crate) const BLANK_END: Self = Self(1 << 2);
    /// A control character, a tab, a line break, or a character beyond ASCII.
    pub(crate) const UNUSUAL: Self = Self(1 << 3);
    /// A character with which escapes are written.
    pub(crate) const ESCAPE: Self = Self(1 << 4);
    /// A space or a dot, after which another word comes.
    pub(crate) const SEVERAL_WORDS: Self = Self(1 << 5);
    /// No letter of ASCII.
    pub(crate) const NO_LETTER: Self = Self(1 << 6);
    /// As many digits as a card number has.
    pub(crate) const MANY_DIGITS: Self = Self(1 << 7);
    /// More bytes than [`LONG`](Self::LONG).
    pub(crate) const MANY_BYTES: Self = Self(1 << 8);

    const LETTER: Self = Self(1 << 9);

    /// A text of more bytes is a long one.
    pub(crate) const LONG: usize = 64;

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn when(self, holds: bool) -> Self {
        if holds { self } else { Self::NONE }
    }

    /// The traits that a text has.
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (&[first, ..], &[.., last]) = (bytes, bytes) else {
            return Self::ANY.or(Self::EMPTY).or(Self::NO_LETTER);
        };
        let found =
            bytes.iter().fold(Self::ANY, |found, &byte| found.or(OF_BYTE[usize::from(byte)]));
        found
            .or(Self::BLANK_END.when(first <= b' ' || last <= b' '))
            .or(Self::NO_LETTER.when(!found.meets(Self::LETTER)))
            .or(Self::MANY_DIGITS.when(
                bytes.iter().filter(|byte| byte.is_ascii_digit()).nth(FEWEST_DIGITS - 1).is_some(),
            ))
            .or(Self::MANY_BYTES.when(bytes.len() > Self::LONG))
    }
}

/// The fewest digits of a card number.
const FEWEST_DIGITS: usize = 13;

static OF_BYTE: [Traits; 256] = {
    let mut traits = [Traits::NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        traits[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' => Traits::LETTER,
            b'&' | b'\\' | b'=' | b'%' => Traits::ESCAPE,
            b' ' | b'.' => Traits::SEVERAL_WORDS,
            b' '..=b'~' => Traits::NONE,
            _ => Traits::UNUSUAL,
        };
        byte += 1;
    }
    traits
};
