//! Whatever comes in, nothing panics, and what must hold holds.

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::{Answer, Script};
use certcentral_transport::{ApiKey, BaseUrl, Outcome, read_answer};
use proptest::prelude::*;

use crate::caller::{KEY, card_order, order_at};

proptest! {
    #[test]
    fn no_text_makes_a_base_url_panic(text in any::<String>()) {
        let _ = text.parse::<BaseUrl>();
    }

    #[test]
    fn a_base_url_that_is_taken_is_https_or_loopback(
        scheme in "(http|https|HTTP|ftp)",
        host in "(localhost|127\\.[0-9]{1,3}\\.0\\.1|\\[::1\\]|[a-z0-9.]{1,20}|0x[0-9a-f]{8}|[0-9]{1,10})",
        port in "(:[0-9]{1,5})?",
        path in "(/|/services/v2|/services/v2/|/services|/x|)",
    ) {
        let text = format!("{scheme}://{host}{port}{path}");
        if let Ok(base) = text.parse::<BaseUrl>() {
            prop_assert!(base.as_str().starts_with("https://") || base.is_loopback(), "{text}");
            prop_assert!(base.as_str().ends_with("/services/v2"));
            prop_assert_eq!(base.as_str().matches("/services/v2").count(), 1);
            // Read again, it is the same.
            prop_assert_eq!(base.as_str().parse::<BaseUrl>().unwrap(), base);
        }
    }

    #[test]
    fn no_text_makes_a_key_panic(text in any::<String>()) {
        if let Ok(key) = ApiKey::new(text.clone()) {
            prop_assert_eq!(key.expose(), text.trim());
        }
    }
}

fn answer_of(status: u16, body: Vec<u8>, retry_after: Option<String>) -> Script {
    let mut answer = Answer::new(status).body(body);
    if let Some(value) = retry_after {
        answer = answer.header("Retry-After", value);
    }
    Script::new().read_request().respond_with(answer)
}

/// JSON that is nearly an answer or an error.
fn near_json() -> impl Strategy<Value = String> {
    let id = prop_oneof![
        Just("0"),
        Just("null"),
        Just("-1"),
        Just("12"),
        Just("\"12\""),
        Just("\"x\""),
        Just("1e3"),
        Just("{}"),
        Just("[1]"),
        Just("true"),
        Just("18446744073709551616"),
    ];
    let rest = prop_oneof![
        Just(""),
        Just(",\"requests\":[]"),
        Just(",\"requests\":null"),
        Just(",\"id\":3"),
        Just(",\"errors\":[{}]"),
        Just(",\"errors\":[{\"code\":1}]"),
        Just(",\"errors\":\"x\""),
        Just(",\"error\":{\"message\":[]}"),
        Just("}"),
        Just(","),
    ];
    (id, rest, 0_usize..60).prop_map(|(id, rest, cut)| {
        let whole = format!("{{\"id\":{id}{rest}}}");
        whole.chars().take(cut).collect()
    })
}

/// An answer as it may come: a status of a class that matters, a body that is nearly right.
fn answers() -> impl Strategy<Value = (u16, Vec<u8>, Option<String>)> {
    let status = prop_oneof![200_u16..210, 300_u16..310, 400_u16..430, 500_u16..505, 100_u16..1000];
    let body = prop_oneof![any::<Vec<u8>>(), near_json().prop_map(String::into_bytes)];
    let retry_after = proptest::option::of(prop_oneof![
        "[0-9]{1,30}",
        "[ -~]{0,40}",
        "(Mon|Sun), [0-9]{2} (Jan|Nov) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT",
    ]);
    (status, body, retry_after)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    /// Answers, errors and `Retry-After` through the same code as over the wire.
    #[test]
    fn no_answer_makes_the_reader_panic_or_say_too_much(
        (status, body, retry_after) in answers(),
    ) {
        let mut builder = http::Response::builder().status(status);
        if let Some(value) = &retry_after {
            builder = builder.header("Retry-After", value);
        }
        let answer = builder.body(body).unwrap();
        let key = ApiKey::new(KEY).unwrap();
        let outcome = read_answer(&card_order(), &key, &answer);
        let shown = format!("{outcome} {outcome:?}");
        prop_assert!(!shown.contains("411111"));
        match outcome {
            Outcome::Placed(_) => prop_assert!((200..300).contains(&status)),
            Outcome::Rejected(rejected) => {
                prop_assert!((300..500).contains(&status) || status == 503);
                prop_assert!(rejected.retry_after.is_none_or(|wait| wait.as_secs() <= 86_400));
            }
            Outcome::NotSent(_) => prop_assert!(false, "it was sent"),
            Outcome::Unknown(_) => {
                prop_assert!(!(300..500).contains(&status) || ON_THE_WAY.contains(&status));
            }
        }
    }
}

/// Statuses that say something of an order only with DigiCert's own errors.
const ON_THE_WAY: [u16; 4] = [408, 421, 425, 499];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The whole way from the bytes of an answer to the outcome.
    #[test]
    fn no_answer_makes_an_order_panic_or_be_placed_without_an_id(
        status in prop_oneof![200_u16..210, 300_u16..310, 400_u16..430, 500_u16..505],
        body in prop_oneof![
            any::<Vec<u8>>(),
            near_json().prop_map(String::into_bytes),
        ],
        retry_after in proptest::option::of("[ -~]{0,12}"),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let script = answer_of(status, body.clone(), retry_after);
        // Refusals that are tried again would wait as long as the server asks.
        prop_assume!(status != 429 && status != 503);
        let (outcome, server) = runtime.block_on(order_at(script));
        prop_assert_eq!(server.posts(), 1);
        match outcome {
            Outcome::Placed(placed) => {
                prop_assert!((200..300).contains(&status));
                let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
                let id = &value["id"];
                let id = id.as_u64().or_else(|| id.as_str()?.parse().ok());
                prop_assert_eq!(Some(placed.order_id()), id.and_then(|id| OrderId::new(id).ok()));
            }
            Outcome::Rejected(rejected) => {
                prop_assert!((300..500).contains(&rejected.status));
            }
            Outcome::NotSent(not_sent) => prop_assert!(false, "{not_sent}"),
            Outcome::Unknown(_) => {
                prop_assert!(!(300..500).contains(&status) || ON_THE_WAY.contains(&status));
            }
        }
    }
}
