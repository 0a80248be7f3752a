//! Card number, cvv and API key show up nowhere, whatever a server echoes and however it writes
//! them: not in what `Debug` and `Display` print, not in the texts that outcomes keep, not in the
//! log of any crate at its lowest level.

use std::fmt::{Debug, Display};

use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer};
use certcentral_transport::{ApiKey, Client, OrderQuery, Outcome, Pacing, RetryPolicy};

use crate::caller::{in_child, order, serve};
use crate::card::card;
use crate::times::without_times;

/// A test number whose digits do not happen to be in a time or a port.
const NUMBER: &str = "378282246310005";
const CVV: &str = "8264";
const KEY: &str = "Zq7XwRkM-vT9bNpLs-2GhJ";

/// The secrets of a card in every shape that an echo may have.
fn card_shapes() -> Vec<String> {
    let mut shapes = shapes(NUMBER);
    shapes.extend([CVV.to_owned(), format!("cvv={CVV}"), format!("\"{CVV}\"")]);
    shapes
}

fn shapes(secret: &str) -> Vec<String> {
    let every = |n: usize, separator: &str| {
        let chars: Vec<char> = secret.chars().collect();
        let parts: Vec<String> = chars.chunks(n).map(|part| part.iter().collect()).collect();
        parts.join(separator)
    };
    let written = |write: fn(char) -> String| secret.chars().map(write).collect::<String>();
    vec![
        secret.to_owned(),
        format!("{secret}{secret}"),
        secret.to_lowercase(),
        every(4, " "),
        every(4, "-"),
        every(1, "."),
        every(3, "\n"),
        secret[..9].to_owned(),
        secret[secret.len() - 9..].to_owned(),
        written(|c| format!("\\u{:04x}", c as u32)),
        written(|c| format!("&#{};", c as u32)),
        written(|c| format!("%{:02X}", c as u32)),
    ]
}

/// All answers that echo a shape.
fn echoes(shape: &str) -> Vec<Script> {
    let json = shape.replace('"', "\\\"").replace('\n', "\\n");
    let header = shape.replace('\n', " ");
    let read = Script::new().read_request();
    let error =
        format!(r#"{{"errors":[{{"code":"invalid_value:{json}","message":"no {json}"}}]}}"#);
    let status = format!(r#"{{"id":1,"x":"{json}","requests":[{{"id":2,"status":"{json}"}}]}}"#);
    // A cut in the middle of the echo, and an echo that is cut by the length that is kept.
    let cut = format!("HTTP/1.1 201 Created\r\nContent-Length: 9999\r\n\r\n{{\"x\":\"{json}");
    let at_the_edge = format!("{}{shape}", "x".repeat(4090));
    // A few digits may well be an id; the whole number is not.
    let id = if shape.len() >= 12 { &json } else { "none" };
    vec![
        read.clone().respond(400, error.clone()),
        read.clone().respond(400, format!(r#"{{"error":"{json}"}}"#)),
        read.clone().respond_with(Answer::html(400, format!("<p>{shape}</p>"))),
        read.clone().respond(429, error.clone()),
        read.clone().respond(500, error),
        read.clone().respond(502, shape),
        read.clone().respond(502, at_the_edge),
        read.clone().respond(201, format!(r#"{{"echo":"{json}"}}"#)),
        read.clone().respond(201, format!(r#"{{"id":"{id}"}}"#)),
        read.clone().respond(201, status),
        read.clone().write(cut).close(),
        read.clone().write(format!("HTTP/1.1 201 {header}\r\n\r\n")).close(),
        read.clone().write(format!("{header}\r\n\r\n")).close(),
        read.clone().respond_with(
            Answer::new(307).header("Location", format!("http://127.0.0.1:1/{header}")),
        ),
        read.clone().respond_with(
            Answer::json(503, "{}")
                .header("Retry-After", &header)
                .header("Date", &header)
                .header("X-Echo", &header)
                .header("Set-Cookie", &header),
        ),
    ]
}

fn show(what: &(impl Debug + Display)) {
    println!("{what:?}\n{what:#?}\n{what}");
}

/// Goes through all echoes and prints all that can be printed, the log included.
#[tokio::test]
#[ignore = "started by the test below"]
async fn child() {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        // Digits of the time would now and then be six of a secret.
        .without_time()
        .with_writer(std::io::stdout)
        .init();
    let order = order().payment(card(NUMBER, CVV));
    let client = |server: &ScriptedServer| {
        Client::builder(ApiKey::new(KEY).unwrap())
            .base_url(server.url().parse().unwrap())
            .retry(RetryPolicy::never())
            .pacing(Pacing::unlimited())
            .observer(|event| println!("{event:?}"))
            .build()
    };

    for shape in card_shapes().into_iter().chain(shapes(KEY)) {
        for script in echoes(&shape) {
            let server = serve([script]).await;
            let client = client(&server);
            println!("{client:?}");
            let outcome = client.place_unchecked(&order).await;
            show(&outcome);
            match &outcome {
                Outcome::Placed(placed) => {
                    for request in &placed.response.requests {
                        let status = request.status.as_ref().map(|status| status.as_str());
                        println!("status {status:?}");
                    }
                    println!("{}", serde_json::to_string(&placed.response).unwrap());
                }
                Outcome::Rejected(rejected) => {
                    for error in &rejected.errors {
                        println!("{} {}", error.code, error.message);
                    }
                    println!("{}", rejected.answer.as_ref().map_or("", |text| text.as_str()));
                }
                Outcome::Unknown(unknown) => {
                    println!("{}", unknown.answer.as_ref().map_or("", |text| text.as_str()));
                }
                Outcome::NotSent(_) => panic!("it was sent"),
            }
            if let Err(not_placed) = outcome.into_result() {
                show(&not_placed);
            }
        }
    }
    // Look-ups send the key only.
    for shape in shapes(KEY) {
        for script in echoes(&shape) {
            let server = serve([script]).await;
            let client = client(&server);
            let id = certcentral_model::OrderId::new(1).unwrap();
            match client.get_order(id).await {
                Ok(order) => println!("{}", serde_json::to_string(&order).unwrap()),
                Err(error) => {
                    show(&error);
                    println!("{}", error.answer().map_or("", |answer| answer.as_str()));
                }
            }
            if let Some(Err(error)) = client.list_orders(OrderQuery::new()).next().await {
                show(&error);
            }
        }
    }
}

#[tokio::test]
async fn no_secret_is_shown_or_logged_whatever_a_server_echoes() {
    let printed = in_child("leak::child", &[]).await;
    for target in ["certcentral_transport", "hyper_util"] {
        assert!(printed.contains(target), "the log of {target} is missing");
    }
    let lower = printed.to_lowercase();
    for (number, line) in lower.lines().map(without_times).enumerate() {
        let plain: String = line.chars().filter(char::is_ascii_alphanumeric).collect();
        for secret in [NUMBER.to_owned(), KEY.to_lowercase().replace('-', "")] {
            for start in 0..=secret.len() - 6 {
                let run = &secret[start..start + 6];
                assert!(!plain.contains(run), "line {number} has {run} in it: {line}");
            }
        }
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        assert!(!words.any(|word| word == CVV), "line {number} has the cvv in it");
        for name in ["fenna", "voorbeeldgracht"] {
            assert!(!line.contains(name), "line {number} has personal data in it");
        }
    }
    // The shapes that one must decode to see.
    for written in ["\\u0033\\u0037\\u0038", "&#51;&#55;&#56;", "%33%37%38"] {
        assert!(!lower.contains(&written.to_lowercase()), "{written}");
    }
}

#[test]
fn only_times_are_taken_out_of_a_line() {
    let line =
        "ended { id: 411111s, at: some(2026-11-25t21:45:09.859378282z), elapsed: 1.411111ms }";
    assert_eq!(without_times(line), "ended { id: 411111s, at: some(, elapsed: }");
    assert_eq!(without_times("card 4111 1111 ms 411111.5s"), "card 4111 1111 ms 411111.5s");
}
