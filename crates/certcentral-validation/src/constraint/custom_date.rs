//! The custom expiration date: `dd MMM YYYY` with an English month, as in `09 JUN 2021`.

use jiff::civil::Date;

const MONTHS: [&[u8; 3]; 12] = [
    b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT", b"NOV", b"DEC",
];

pub(crate) const CUSTOM_DATE_PATTERN: &str = concat!(
    "^(?:0[1-9]|[12][0-9]|3[01]) ",
    "(?:[Jj][Aa][Nn]|[Ff][Ee][Bb]|[Mm][Aa][Rr]|[Aa][Pp][Rr]|[Mm][Aa][Yy]|[Jj][Uu][Nn]",
    "|[Jj][Uu][Ll]|[Aa][Uu][Gg]|[Ss][Ee][Pp]|[Oo][Cc][Tt]|[Nn][Oo][Vv]|[Dd][Ee][Cc]) ",
    "[0-9]{4}$",
);

pub(crate) fn is_custom_date(text: &str) -> bool {
    parts(text).is_some()
}

/// The day that the text names, if the calendar has it.
pub(crate) fn real_date(text: &str) -> Option<Date> {
    let (year, month, day) = parts(text)?;
    Date::new(year, month, day).ok()
}

/// The days from today to a date; negative for one that is past.
pub(crate) fn days_until(date: Date, today: Date) -> i64 {
    date.duration_since(today).as_hours() / 24
}

fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let &[d1, d2, b' ', m1, m2, m3, b' ', y1, y2, y3, y4] = text.as_bytes() else { return None };
    let month = [m1, m2, m3];
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(&month))?;
    let day = 10 * digit(d1)? + digit(d2)?;
    let year = [y1, y2, y3, y4]
        .into_iter()
        .try_fold(0_i16, |year, byte| Some(10 * year + i16::from(digit(byte)?)))?;
    (1..=31).contains(&day).then_some((year, month as i8 + 1, day))
}

fn digit(byte: u8) -> Option<i8> {
    byte.is_ascii_digit().then(|| (byte - b'0') as i8)
}
