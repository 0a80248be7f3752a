//! What is remarkable about a text, found in one look at its bytes. Most texts are unremarkable, and
//! most rules need not look at these.

/// A set of traits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traits(u16);

impl Traits {
    pub(crate) const NONE: Self = Self(0);
    /// Every text has it.
    pub(crate) const ANY: Self = Self(1);
    /// The text is empty, or its first or last character is a blank.
    pub(crate) const BLANK_END: Self = Self(1 << 1);
    /// A control character, a tab, a line break, or a character beyond ASCII.
    pub(crate) const UNUSUAL: Self = Self(1 << 2);
    /// A character with which escapes are written.
    pub(crate) const ESCAPE: Self = Self(1 << 3);
    /// No letter of ASCII.
    pub(crate) const NO_LETTER: Self = Self(1 << 4);
    /// As many digits as a card number has.
    pub(crate) const MANY_DIGITS: Self = Self(1 << 5);

    /// A space or a dot, after which another word comes.
    pub(crate) const SEVERAL_WORDS: Self = Self(1 << 6);
    /// More bytes than [`LONG`](Self::LONG).
    pub(crate) const MANY_BYTES: Self = Self(1 << 7);

    const LETTER: Self = Self(1 << 8);
    const DIGIT: Self = Self(1 << 9);

    /// A text of more bytes is a long one.
    pub(crate) const LONG: usize = 64;

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The traits of a text.
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut found =
            bytes.iter().fold(Self::ANY, |found, byte| found.or(OF_BYTE[*byte as usize]));
        if bytes.first().is_none_or(|first| *first <= b' ') || bytes.last() <= Some(&b' ') {
            found = found.or(Self::BLANK_END);
        }
        if bytes.len() > Self::LONG {
            found = found.or(Self::MANY_BYTES);
        }
        if !found.meets(Self::LETTER) {
            found = found.or(Self::NO_LETTER);
        }
        if found.meets(Self::DIGIT)
            && bytes.len() >= 13
            && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= 13
        {
            found = found.or(Self::MANY_DIGITS);
        }
        found
    }
}

static OF_BYTE: [Traits; 256] = {
    let mut traits = [Traits::NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        traits[byte] = match byte as u8 {
            b'0'..=b'9' => Traits::DIGIT,
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
