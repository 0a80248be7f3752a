//! Whatever comes in, nothing panics, and what must hold holds.

use std::path::Path;

use certcentral_transport::ApiKey;
use proptest::prelude::*;

use crate::fuzzing::{answer, base_url, error_response, retry_after};

/// What of the fuzzer's finds is kept.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/fuzz/corpus");
    let files = std::fs::read_dir(folder.join(target)).expect("the corpus is in the tree");
    files.map(|file| std::fs::read(file.expect("a file").path()).expect("readable")).collect()
}

type Check = fn(&[u8]);

#[test]
fn the_checks_hold_for_the_corpus() {
    let targets: [(&str, Check); 4] = [
        ("answer", answer),
        ("error_response", error_response),
        ("retry_after", retry_after),
        ("base_url", base_url),
    ];
    for (target, check) in targets {
        let corpus = corpus(target);
        assert!(!corpus.is_empty(), "{target}");
        corpus.iter().for_each(|bytes| check(bytes));
    }
}

/// Pieces put together at random, now and then with anything between them.
fn pieces(known: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<_> = known.split('|').collect();
    let piece = prop_oneof![
        9 => prop::sample::select(known).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

const BODY: &str = concat!(
    r#"{|}|[|]|,|:|"|null|true|1|0|-1|4711|"4711"|1e3|{"id":|"id":4711|"certificate_id":|"x"|"#,
    r#""requests":[|"status":"pending"|"errors":[|"errors":{|"error":|"code":|"message":|"#,
    r#""description":|378282246310005|378282|7391|\u0033|&#51;|%33|T3STK3Y-9f8e|<html>|\ud800"#,
);
const HEAD: &str = "200|201|201 cut|201 long|204|302|400|429|500|503|503 cut|\nRetry-After: 5|\
 \nRetry-After: |\nDate: Sun, 06 Nov 1994 08:49:37 GMT|\n";
const WAIT: &str = "0|1|99999999| |-|.|Sun, |06|Nov|1994|08:49:37|:| GMT|\n|\
 Sun, 06 Nov 1994 08:49:37 GMT|Sunday, 06-Nov-94 08:49:37 GMT|Sun Nov  6 08:49:37 1994";
const URL: &str = "https://|http://|HTTP:|/|//|\\|@|:|:443|:80|.|..|?|#|%2f|localhost|127.0.0.1|\
 127.1|0x7f.1|2130706433|[::1]|[::ffff:127.0.0.1]|[|]|certcentral.digicert.eu|example.com|\
 /services/v2|/services|/v2|\u{FF11}|\u{3002}|xn--|\u{AD}| ";

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn the_checks_hold_for_answers(head in pieces(HEAD), body in pieces(BODY)) {
        answer(&[&head[..], b"\n\n", &body].concat());
    }

    #[test]
    fn the_checks_hold_for_error_responses(body in pieces(BODY)) {
        error_response(&body);
    }

    #[test]
    fn the_checks_hold_for_waits(value in pieces(WAIT)) {
        retry_after(&value);
    }

    #[test]
    fn the_checks_hold_for_base_urls(text in pieces(URL)) {
        base_url(&text);
    }

    #[test]
    fn the_checks_hold_for_any_bytes(bytes: Vec<u8>) {
        answer(&bytes);
        error_response(&bytes);
        retry_after(&bytes);
        base_url(&bytes);
    }

    #[test]
    fn the_checks_hold_for_base_urls_that_are_nearly_right(
        scheme in "(http|https|HTTP|ftp)",
        host in "(localhost|127\\.[0-9]{1,3}\\.0\\.1|\\[::1\\]|[a-z0-9.]{1,20}|0x[0-9a-f]{8}|[0-9]{1,10})",
        port in "(:[0-9]{1,5})?",
        path in "(/|/services/v2|/services/v2/|/services|/x|)",
    ) {
        base_url(format!("{scheme}://{host}{port}{path}").as_bytes());
    }

    #[test]
    fn no_text_makes_a_key_panic(text in any::<String>()) {
        if let Ok(key) = ApiKey::new(text.clone()) {
            prop_assert_eq!(key.expose(), text.trim());
        }
    }
}
