//! Whatever comes in, nothing panics, and what must hold holds.

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::{Answer, Script};
use certcentral_transport::{ApiKey, BaseUrl, Outcome};
use proptest::prelude::*;

use crate::caller::order_at;

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

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
            Outcome::Unknown(_) => prop_assert!(!(300..500).contains(&status)),
        }
    }
}
