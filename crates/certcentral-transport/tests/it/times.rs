//! Times in a log, among whose digits those of a secret come up by chance. The program's tests include
//! this file.

/// A line without its times, in whose fractions six digits of a secret may come up by chance.
pub(crate) fn without_times(line: &str) -> String {
    let is_time = |word: &str| {
        let is_length = |unit| {
            let number = word.strip_suffix(unit).and_then(|number| number.parse().ok());
            number.is_some_and(|number: f64| number < 100_000.0)
        };
        word.to_uppercase().parse::<jiff::Timestamp>().is_ok()
            || ["ms", "µs", "ns", "s"].into_iter().any(is_length)
    };
    let words = line.split_inclusive(|c: char| c.is_whitespace() || "(),".contains(c));
    words.filter(|word| !is_time(word.trim_end_matches([' ', '(', ')', ',']))).collect()
}
