//! What must hold for any bytes that are read as an order. `xtask/fuzz` includes this file for
//! libFuzzer.

use certcentral_model::pkio_professional::Order;
use certcentral_validation::{Date, Position, Report, Validated, Violation};
use certcentral_validation::{check, check_json, read_json};
use serde_json::Value;

const TODAY: Date = Date::constant(2026, 6, 9);

/// Checks and reads the bytes as an order in every way there is. Panics if the ways disagree.
pub(crate) fn order(bytes: &[u8]) {
    let (report, order) = read_json::<Order>(bytes, TODAY);
    assert_eq!(report, check_json::<Order>(bytes, TODAY));
    for violation in &report {
        is_within(violation, bytes);
    }

    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    assert!(order == serde_json::from_slice::<Order>(text).ok(), "serde reads the same: {report}");
    let is_structural = report.into_iter().any(|violation| violation.is_structural());
    assert_eq!(order.is_none(), is_structural, "{report}");
    if let Some(order) = order {
        the_order_is_judged_alike(order, &report);
    }
    holds_no_card_number(&report, text);
}

/// The rules report the same for the order as for its text, also after it was written and read again.
fn the_order_is_judged_alike(order: Order, report: &Report) {
    assert_eq!(found(&check(&order, TODAY)), found(report));

    let sent = serde_json::to_vec(&order).expect("an order can be written");
    let (again, read) = read_json::<Order>(&sent, TODAY);
    assert!(read.as_ref() == Some(&order), "what is sent is what was read");
    assert_eq!(found(&again), found(report));

    match Validated::check(order, TODAY) {
        Ok(validated) => {
            assert!(report.is_valid());
            assert_eq!(found(validated.warnings()), found(report));
        }
        Err(_) => assert!(!report.is_valid()),
    }
}

fn found(report: &Report) -> Vec<(&str, &str, &str)> {
    report.into_iter().map(|it| (it.path(), it.code(), it.message())).collect()
}

/// The position is within the text, and is what a plain count gives.
fn is_within(violation: &Violation, bytes: &[u8]) {
    let mark = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let span = violation.span().expect("a text was read");
    assert!(mark <= span.start && span.start <= span.end && span.end <= bytes.len());
    let before = &bytes[mark..span.start];
    let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let counted = Position {
        line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(),
        column: 1 + String::from_utf8_lossy(line).chars().count(),
    };
    assert_eq!(violation.position(), Some(counted));
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(text.get(span).is_some(), "the span is on character boundaries");
    }
}

/// A report shows no six digits in a row of the card number in the text; in what is quoted from the
/// text also not with something between them.
fn holds_no_card_number(report: &Report, text: &[u8]) {
    let Ok(order) = serde_json::from_slice::<Value>(text) else { return };
    let number = match order.pointer("/credit_card/number") {
        Some(Value::String(number)) => number.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return,
    };
    let number = digits(&number);
    let shows = |shown: &str| {
        let runs: Vec<_> = (6..=number.len()).map(|end| &number[end - 6..end]).collect();
        runs.iter().any(|run| shown.contains(run))
    };
    let json = serde_json::to_string(report).expect("a report can be written");
    let shown = format!("{report} {report:?} {report:#?} {json}");
    assert!(!shows(&shown), "{shown}");
    for violation in report {
        let path = violation.path().replace("~1", "/").replace("~0", "~");
        assert!(!shows(&digits(&path)), "{violation}");
        for quoted in violation.message().split('`').skip(1).step_by(2) {
            assert!(!shows(&digits(quoted)), "{violation}");
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::order;
    use crate::orders::full;

    #[test]
    fn holds_for_the_corpus() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/fuzz/corpus/order");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
        assert!(!files.is_empty());
        for file in files {
            order(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2000, failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn holds_for_any_bytes(bytes: Vec<u8>) {
            order(&bytes);
        }

        /// Pieces of an order, cut out, doubled, put elsewhere and overwritten.
        #[test]
        fn holds_for_orders_taken_apart(
            is_pretty: bool,
            cuts in prop::collection::vec((any::<usize>(), any::<usize>(), 0..60_usize), 0..6),
            has_mark: bool,
            between in prop::sample::select(vec![
                "", ",", "{", "}", "[", "]", "\"", "\n", "\r\n", "null", "0", "-0", "1e9", "\\ud800",
                "\\u0034", "\"unknown\":1,", "4111111111111111", "\u{e9}", "\u{1f600}", "\u{1}",
            ]),
        ) {
            let full = full();
            let mut text = if is_pretty { format!("{full:#}") } else { full.to_string() }.into_bytes();
            for (from, to, length) in cuts {
                let from = from % (text.len() + 1);
                let piece = text[from..text.len().min(from + length)].to_vec();
                let to = to % (text.len() + 1);
                let end = text.len().min(to + length / 2);
                text.splice(to..end, [between.as_bytes(), &piece].concat());
            }
            if has_mark {
                text.splice(..0, *b"\xEF\xBB\xBF");
            }
            order(&text);
        }
    }
}
