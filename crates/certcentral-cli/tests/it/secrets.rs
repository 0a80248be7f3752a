//! Card number, cvv and API key are in nothing that the program prints or writes, at any log level,
//! also where the server sends them back.

use std::fs;

use certcentral_sandbox::scripted::{Answer, Script};

use crate::program::{KEY, certcentral, desk_and_server};
use crate::times::without_times;

#[tokio::test]
async fn an_echo_is_scrubbed_everywhere() {
    let echo = |status: u16| {
        Script::new().read_request().respond_by(move |request| {
            let card = "4111-1111-1111-1111 / 123";
            let body = String::from_utf8_lossy(request.body()).into_owned();
            Answer::json(
                status,
                serde_json::json!({
                    "errors": [{
                        "code": format!("invalid_value|{KEY}"),
                        "message": format!("{card} {KEY} {body}"),
                    }],
                })
                .to_string(),
            )
            .header("X-Echo", KEY)
            .header("X-Card", "4111111111111111")
        })
    };
    for (status, code) in [(400, 3), (500, 5), (201, 5)] {
        for format in ["human", "json"] {
            let (desk, server) = desk_and_server([echo(status)]).await;
            let ran = certcentral(["order", "--format", format])
                .at(server.url())
                .env("CERTCENTRAL_LOG", "trace")
                .arg(desk.order())
                .run()
                .await
                .exits(code);
            assert!(ran.stderr.contains("TRACE") || ran.stderr.contains("DEBUG"), "{ran:?}");
            let mut seen = ran.all();
            for name in desk.names().into_iter().filter(|name| name != "order.json") {
                seen.push_str(&fs::read_to_string(desk.path(&name)).unwrap());
            }
            let journal = fs::read(desk.path("state/certcentral/journal.db")).unwrap();
            seen.push_str(&String::from_utf8_lossy(&journal));
            let timeless: String = seen.lines().map(|line| without_times(line) + "\n").collect();
            let digits: String = timeless.chars().filter(|c| !" -".contains(*c)).collect();
            assert!(!digits.contains("411111"), "{seen}");
            assert!(!seen.contains("/ 123") && !seen.contains("\"123\""), "{seen}");
            assert!(!seen.contains(KEY) && !seen.contains(&KEY[..20]), "{seen}");
            assert_eq!(server.posts(), 1);
        }
    }
}
