//! Lines that fit a terminal of 80 columns.

/// The widest line.
const WIDTH: usize = 79;

/// Breaks a text into lines between words. The first begins with `first`, all others with blanks as
/// wide as `indent`.
pub(crate) fn wrap(first: &str, indent: usize, text: &str) -> String {
    let mut lines = first.to_owned();
    let mut width = first.chars().count();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !is_empty && width + 1 + length > WIDTH {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            width = indent;
            is_empty = true;
        }
        if !is_empty {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
        is_empty = false;
    }
    lines
}

/// Breaks a text into lines that begin after an indent. The first line is begun there.
pub(crate) fn wrap_after(indent: usize, text: &str) -> String {
    wrap(&" ".repeat(indent), indent, text).split_off(indent)
}

/// A number as people read it: `12,345`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of something: `1 order`, `12 orders`.
pub(crate) fn count(number_of: u64, what: &str) -> String {
    format!("{} {what}{}", number(number_of), if number_of == 1 { "" } else { "s" })
}

/// A time as people say it: `3 min 5 s`.
pub(crate) fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let text = "word ".repeat(60);
        let wrapped = wrap("  a: ", 4, &text);
        assert!(wrapped.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(wrapped.lines().skip(1).all(|line| line.starts_with("    word")));
        assert_eq!(wrapped.split_whitespace().count(), 61);
        assert_eq!(wrap("", 2, "short"), "short");
    }

    #[test]
    fn numbers_and_times_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1234567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([5, 65, 3660].map(duration), ["5 s", "1 min 5 s", "1 h 1 min"]);
        assert_eq!((count(1, "order"), count(2, "order")), ("1 order".into(), "2 orders".into()));
    }
}
