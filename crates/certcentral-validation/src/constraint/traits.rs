//! What is remarkable about a text, found in one look at its bytes. Most texts are unremarkable, and
//! most rules need not look at these.

/// A set of traits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traits(u16);

impl Traits {
    pub(crate) const NONE: Self = Self(0);
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
    /// A character with which placeholders begin.
    pub(crate) const PLACEHOLDER: Self = Self(1 << 5);
    /// A space or a dot, after which another word comes.
    pub(crate) const SEVERAL_WORDS: Self = Self(1 << 6);
    /// No letter of ASCII.
    pub(crate) const NO_LETTER: Self = Self(1 << 7);
    /// A run of as many digits as a card number has, with or without single characters between.
    pub(crate) const DIGIT_RUN: Self = Self(1 << 8);
    /// More bytes than [`LONG`](Self::LONG).
    pub(crate) const MANY_BYTES: Self = Self(1 << 9);

    const LETTER: Self = Self(1 << 10);
    const DIGIT: Self = Self(1 << 11);

    /// What a value in one of our own forms never has.
    pub(crate) const FORMLESS: Self =
        Self::EMPTY.or(Self::BLANK_END).or(Self::UNUSUAL).or(Self::ESCAPE).or(Self::PLACEHOLDER);

    /// A text of more bytes is a long one.
    pub(crate) const LONG: usize = 64;

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a text has one of these traits.
    // Inlined, so that the compiler leaves out the traits that a row does not ask for.
    #[inline(always)]
    pub(crate) fn are_in(self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let (&[first, ..], &[.., last]) = (bytes, bytes) else {
            return self.meets(Self::EMPTY.or(Self::NO_LETTER).or(Self::ANY));
        };
        let of_byte = |byte: u8| OF_BYTE[usize::from(byte)];
        let of_four =
            |&[a, b, c, d]: &[u8; 4]| of_byte(a).or(of_byte(b)).or(of_byte(c)).or(of_byte(d));
        // By four, of which the last may overlap: half as many instructions as one by one.
        let (fours, _) = bytes.as_chunks();
        let found = match bytes.last_chunk() {
            Some(last) => fours.iter().fold(of_four(last), |found, four| found.or(of_four(four))),
            None => bytes.iter().fold(Self::NONE, |found, &byte| found.or(of_byte(byte))),
        };
        self.meets(found.or(Self::ANY))
            || (self.meets(Self::BLANK_END) && (first <= b' ' || last <= b' '))
            || (self.meets(Self::NO_LETTER) && !found.meets(Self::LETTER))
            || (self.meets(Self::DIGIT_RUN)
                && found.meets(Self::DIGIT)
                && may_hold_digit_run(bytes))
            || (self.meets(Self::MANY_BYTES) && bytes.len() > Self::LONG)
    }
}

/// The fewest digits of a card number.
const DIGIT_RUN: usize = 13;

/// Whether a text may hold a run of so many digits with at most one other character between two of
/// them. A look at every twelfth byte and the one before it cannot miss such a run.
fn may_hold_digit_run(bytes: &[u8]) -> bool {
    let is_digit = |at: usize| bytes[at].is_ascii_digit();
    bytes.len() >= DIGIT_RUN
        && (is_digit(0)
            || (DIGIT_RUN - 1..bytes.len())
                .step_by(DIGIT_RUN - 1)
                .any(|at| is_digit(at) || is_digit(at - 1)))
        && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= DIGIT_RUN
}

static OF_BYTE: [Traits; 256] = {
    let mut traits = [Traits::NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        traits[byte] = match byte as u8 {
            b'A'..=b'Z' | b'a'..=b'z' => Traits::LETTER,
            b'0'..=b'9' => Traits::DIGIT,
            b'&' | b'\\' | b'=' | b'%' => Traits::ESCAPE,
            b' ' | b'.' => Traits::SEVERAL_WORDS,
            b'<' => Traits::PLACEHOLDER,
            b' '..=b'~' => Traits::NONE,
            _ => Traits::UNUSUAL,
        };
        byte += 1;
    }
    traits
};
