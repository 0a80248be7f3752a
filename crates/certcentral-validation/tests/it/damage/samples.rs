//! Values on both sides of each constraint's boundary, for tests. Nothing here says on which side a
//! value is.

use certcentral_validation::Date;
use certcentral_validation::catalogue::Constraint;
use serde_json::{Value, json};

/// Values on both sides of what a constraint allows, on this day.
pub(crate) fn around(constraint: &Constraint, today: Date) -> Vec<Value> {
    let texts: Vec<String> = match constraint {
        Constraint::NotBlank => texts(&[
            "\u{a0}",
            "\u{2003}",
            " \n ",
            "\u{200b}",
            "\u{feff}",
            "\u{7f}",
            "\0",
            "\u{a1}",
            "\u{200b}x",
        ]),
        Constraint::NoControl => texts(&[
            "x\0", "x\u{8}", "x\ty", "x\ny", "x\u{b}", "x\u{c}y", "x\u{e}", "x\u{1f}y", "x\u{7f}",
            "x\u{80}", "x\u{9f}", "x\u{a0}y",
        ]),
        Constraint::NoInvisible => {
            texts(&["x\u{200b}y", "x\u{202e}y", "x\u{a0}y", "x\u{e0041}", "x\u{2010}y"])
        }
        Constraint::OneLine => texts(&["x\ny", "x\r\ny", "x\ry", "x y"]),
        Constraint::NoTab => texts(&["x\ty", "\tx", "x y"]),
        Constraint::NoLeftover => texts(&[
            "{{name}}",
            "{{name}}@example.com",
            "x ${y}",
            "undefined",
            "NaN",
            "[object Object]",
            "Null",
        ]),
        Constraint::NoPostBox => texts(&["Postbus 1", "P.O. Box 1", "Postbusstraat 1"]),
        Constraint::NoInitial => texts(&["F. de Wit", "F.A. de Wit", "v. Dijk", "St. John"]),
        Constraint::EnoughDigits | Constraint::NoTrunkZero => {
            texts(&["+31 20 555 01", "+31 020 555 0100", "+31 (0)20 555 0100", "+3120", "+999"])
        }
        Constraint::ShortLabels => ["a", "é"]
            .iter()
            .flat_map(|letter| [32, 63, 64].map(|count| format!("f@{}.nl", letter.repeat(count))))
            .collect(),
        Constraint::HasLetter => texts(&["-", "123", "é", "李"]),
        Constraint::WellDecoded => texts(&["RenÃ©", "x\u{fffd}", "O&#39;Neil", "SÃO", "A & B;"]),
        Constraint::NoCardNumber => texts(&[
            "4111111111111111",
            "4111 1111 1111 1111",
            "4111111111111112",
            "4111111111111111@example.com",
        ]),
        Constraint::TelephoneDigits => texts(&["+123456789012345", "+1234567890123456"]),
        Constraint::Trimmed => vec![" x".into(), "x ".into(), "\tx".into(), "x\n".into()],
        Constraint::MaxLength(max) => {
            let max = usize::try_from(*max).unwrap_or(usize::MAX);
            vec!["x".repeat(max), "x".repeat(max + 1), "é".repeat(max), "é".repeat(max + 1)]
        }
        Constraint::OneOf(values) => values
            .iter()
            .flat_map(|value| {
                let first = value.chars().next().map(String::from).unwrap_or_default();
                [
                    (*value).to_owned(),
                    value.to_lowercase(),
                    value.to_uppercase(),
                    format!("{value} "),
                    format!("{value}\n"),
                    value.replacen(&first, "", 1),
                ]
            })
            .collect(),
        Constraint::Digits { min, max } => vec![
            "9".repeat(*max),
            "1".repeat(min - 1),
            "1".repeat(*min),
            "1".repeat(*max),
            "1".repeat(max + 1),
            "1".repeat(*max) + "\n",
            "1".repeat(min - 1) + "x",
            "1".repeat(min - 1) + " 1",
            "٣".repeat(*min),
            "0".repeat(*min),
        ],
        Constraint::Month => {
            texts(&["00", "01", "09", "10", "12", "13", "1", "1\n", "012", "JAN", "0٣", "20", "99"])
        }
        Constraint::CheckDigit => {
            texts(&["4111111111111111", "4111111111111112", "378282246310005", "000000000000"])
        }
        Constraint::TwoLetters | Constraint::AssignedCountry => texts(&[
            "NL",
            "nl",
            "Nl",
            "N",
            "NLD",
            "N1",
            "NL\n",
            "ÑL",
            "ZZ",
            "UK",
            "XK",
            " NL",
            "Nederland",
        ]),
        Constraint::Email => emails(),
        Constraint::Telephone => texts(&[
            "+31-0-72 568 7878",
            "+31(0)20 254 7999",
            "+18018308989",
            "+1-555-555-5555",
            "+1",
            "+",
            "+-",
            "+ ",
            "31 20 555 0100",
            "0031 20 555 0100",
            "+31 20 555 010x",
            "+31 20 555 0100 ext. 5",
            "+31 20 555 0100 #5",
            "+31 20\n555 0100",
            "+31 20 555 0100 ",
            "+31 20 555 0100\n",
            " +31 20 555 0100",
            "++31",
            "+٣١",
            "+31\t20",
            "+31\u{7f}",
            "\u{ff0b}31",
            "+1~/:{",
            "+31 + 20",
            "+31\u{2011}20",
            "+31\u{200b}20",
            "+31\u{a0}20",
        ]),
        Constraint::NoTitle => texts(&[
            "Dr. Fenna",
            "dr Fenna",
            "Fenna",
            "Mr. F.",
            "Drs. Fenna",
            "Ing",
            "Prof. dr. F.",
        ]),
        Constraint::CustomDate | Constraint::RealDate => texts(&[
            "09 JUN 2027",
            "09 jun 2027",
            "09 Jun 2027",
            "9 JUN 2027",
            "00 JUN 2027",
            "31 JUN 2027",
            "32 JAN 2027",
            "29 FEB 2027",
            "28 FEB 2027",
            "09 JUNE 2027",
            "09 MEI 2027",
            "09-JUN-2027",
            "2027-06-09",
            "09 JUN 27",
            "09 JUN 2027\n",
            "09  JUN 2027",
            "0٩ JUN 2027",
            "09 ſEP 2027",
            "31 DEC 0000",
            "31 DEC 9999",
        ]),
        Constraint::DaysFromToday { first, last } => {
            [*first - 1, *first, *first + 1, 0, *last - 1, *last, *last + 1]
                .map(|days| on_day(days, today))
                .to_vec()
        }
        Constraint::Range { min, max } => {
            return vec![
                json!(min.wrapping_sub(1)),
                json!(min),
                json!(max),
                json!(max.saturating_add(1)),
                json!(min.to_string()),
                json!(u64::from(u32::MAX) + 1),
            ];
        }
        // What `Is` asks of a boolean is among the values of other types.
        _ => Vec::new(),
    };
    texts.into_iter().map(Value::from).collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn emails() -> Vec<String> {
    let mut emails: Vec<String> = [
        "fenna@example.com",
        "f@e.nl",
        "fenna.de.wit+order@sub.example.com",
        "f'w@example.com",
        "fenna@example",
        "fenna",
        "@example.com",
        "fenna@",
        "fenna@@example.com",
        "fenna@example.com ",
        " fenna@example.com",
        "fenna@example.com\n",
        "fenna @example.com",
        ".fenna@example.com",
        "fenna.@example.com",
        "fen..na@example.com",
        "fenna@.example.com",
        "fenna@example.com.",
        "fenna@example..com",
        "fenna@-example.com",
        "fenna@example-.com",
        "fenna@ex--ample.com",
        "fenna@exa_mple.com",
        "fenna@[192.0.2.1]",
        "\"fenna\"@example.com",
        "Fenna <fenna@example.com>",
        "fenna@example.com,bram@example.com",
        "fénna@exämple.com",
        "fenna@example.c\u{a0}m",
        "fen\u{85}na@example.com",
        "fen\u{0}na@example.com",
        "fen\u{200b}na@example.com",
        "fenna@exam\u{ad}ple.com",
        "fenna@example.com\u{feff}",
        "fenna\u{fe0f}@example.com",
        "renÃ©e@example.com",
        "fenna\\@example.com",
    ]
    .map(str::to_owned)
    .to_vec();
    // The longest that fits, and one more; in letters of one byte and of two.
    for letter in ["a", "é"] {
        for length in [254, 255] {
            emails.push(format!("{}@example.com", letter.repeat(length - "@example.com".len())));
        }
    }
    emails
}

/// The day so many days after today, as the page writes it.
fn on_day(days: i64, today: Date) -> String {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let mut date = today;
    for _ in 0..days.abs() {
        let step = if days < 0 { date.yesterday() } else { date.tomorrow() };
        date = step.unwrap_or(date);
    }
    let month = usize::try_from(date.month()).map_or("???", |month| MONTHS[month - 1]);
    format!("{:02} {month} {:04}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::{Date, on_day};

    #[test]
    fn days_are_written_as_the_page_does() {
        let today = Date::constant(2026, 11, 23);
        assert_eq!(on_day(0, today), "23 NOV 2026");
        assert_eq!(on_day(-1, today), "22 NOV 2026");
        assert_eq!(on_day(397, today), "25 DEC 2027");
    }
}
