//! Characters that cannot be seen, and what a text may hold.

/// Controls: all of C0 but tab and line breaks, DEL, and C1. The inside of a class of a pattern.
macro_rules! controls {
    () => {
        "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f"
    };
}

/// What prints nothing beside controls and ASCII blanks. The inside of a class of a pattern, for
/// characters of the basic plane: the engines differ beyond it.
macro_rules! unseen {
    () => {
        "\\u00ad\\u061c\\u115f\\u1160\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u2069\
         \\u2800\\u3000\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb"
    };
}

pub(crate) use unseen;

/// A text with something to see and without controls.
pub(crate) const VISIBLE_PATTERN: &str = concat!(
    "^[^",
    controls!(),
    "]*[^\\u0000-\\u0020\\u007f-\\u00a0",
    unseen!(),
    "][^",
    controls!(),
    "]*$"
);

/// A text with something to see.
pub(crate) const NOT_BLANK_PATTERN: &str =
    concat!("[^\\u0000-\\u0020\\u007f-\\u00a0", unseen!(), "]");

/// A text without controls; it may be empty.
pub(crate) const NO_CONTROL_PATTERN: &str = concat!("^[^", controls!(), "]*$");

/// A space, a tab or a line break.
pub(crate) const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

pub(crate) fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\r' | '\n')
}

/// As [`unseen`].
pub(crate) const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{1680}'
            | '\u{180e}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{2069}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// Whether there is nothing to see in a text.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\0'..=' ' | '\u{7f}'..='\u{a0}') || is_unseen(c))
}

/// Whether a character inside a text cannot be told from a blank, or not be seen at all. More than
/// [`unseen`]: no pattern says it.
pub(crate) const fn is_invisible(c: char) -> bool {
    is_unseen(c)
        || matches!(
            c,
            '\u{a0}'
                | '\u{34f}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{206a}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// The name of a character that cannot be shown: `U+200B`.
pub(crate) fn name(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}
