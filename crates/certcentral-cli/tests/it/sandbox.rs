//! `certcentral sandbox`: a stand-in that other programs can use, this one first of all.
#![cfg(unix)]

use crate::program::{Desk, Program, Running, certcentral};

/// One at work.
struct Stand {
    running: Running,
    url: String,
    key: String,
}

impl Stand {
    fn with(&self, arguments: &[&str]) -> Program {
        let program = certcentral(arguments).env("CERTCENTRAL_BASE_URL", &self.url);
        program.env("CERTCENTRAL_API_KEY", &self.key)
    }

    /// Interrupts it after one order.
    async fn ends(self) {
        self.running.signal("INT").await;
        let ran = self.running.end().await.exits(0);
        assert!(ran.stderr.contains("orders placed: 1"), "{ran:?}");
    }
}

/// Starts one, and reads where it is and which key it takes.
async fn start(arguments: &[&str]) -> Stand {
    let mut running = certcentral(["sandbox"]).args(arguments).spawn();
    let mut url = None;
    let key = loop {
        let line = running.prints().await;
        if let Some(given) = line.trim().strip_prefix("export CERTCENTRAL_BASE_URL=") {
            url = Some(given.to_owned());
        }
        if let Some(given) = line.trim().strip_prefix("export CERTCENTRAL_API_KEY=") {
            break given.to_owned();
        }
    };
    Stand { running, url: url.unwrap(), key }
}

#[tokio::test]
async fn what_it_prints_is_all_that_is_needed() {
    let sandbox = start(&[]).await;
    let desk = Desk::new();
    let placed =
        sandbox.with(&["order", "--format", "json"]).arg(desk.order()).run().await.exits(0).json();
    let id = placed["order_id"].to_string();
    let ran = sandbox.with(&["status", &id]).run().await.exits(0);
    assert!(ran.stdout.starts_with(&format!("order {id}: ")), "{ran:?}");
    sandbox.with(&["status", "999"]).run().await.exits(3);
    sandbox
        .with(&["order", "--no-journal"])
        .env("CERTCENTRAL_API_KEY", "wrong")
        .arg(desk.order())
        .run()
        .await
        .exits(3);
    sandbox.ends().await;
}

#[tokio::test]
async fn orders_are_issued_when_told_to_and_others_were_there_before() {
    let sandbox = start(&["--issue-after", "0", "--fill", "30"]).await;
    let desk = Desk::new();
    let placed =
        sandbox.with(&["order", "--format", "json"]).arg(desk.order()).run().await.exits(0).json();
    let id = placed["order_id"].as_u64().unwrap();
    for id in [id, id - 1] {
        let ran =
            sandbox.with(&["status", "--format", "json", &id.to_string()]).run().await.exits(0);
        assert_eq!(ran.json()["status"], "issued", "{id}");
    }
    sandbox.ends().await;
}

#[tokio::test]
async fn an_order_whose_answer_is_lost_is_found_in_its_lists() {
    let sandbox =
        start(&["--fault", "close-before-answer:placed=1", "--seed", "7", "--api-key", "my-key"])
            .await;
    assert_eq!(sandbox.key, "my-key");
    let desk = Desk::new();
    sandbox.with(&["order"]).arg(desk.order()).run().await.exits(5);
    sandbox.with(&["order"]).arg(desk.order()).run().await.exits(2);
    let ran = sandbox.with(&["find", "--format", "json"]).arg(desk.order()).run().await.exits(0);
    assert_eq!(ran.json()["verdict"], "found");
}

#[tokio::test]
async fn an_order_that_never_got_there_is_not_found() {
    let sandbox = start(&["--fault", "close-before-answer:unplaced=1"]).await;
    let desk = Desk::new();
    sandbox.with(&["order"]).arg(desk.order()).run().await.exits(5);
    let ran = sandbox.with(&["find", "--format", "json"]).arg(desk.order()).run().await.exits(6);
    assert_eq!(ran.json()["verdict"], "too_early");
    let settled =
        sandbox.with(&["find", "--settle", "0", "--format", "json"]).arg(desk.order()).run().await;
    assert_eq!(settled.exits(6).json()["verdict"], "not_found");
}

#[tokio::test]
async fn wrong_arguments_are_explained() {
    for (arguments, says) in [
        (vec!["--listen", "0.0.0.0:0"], "loopback only"),
        (vec!["--listen", "192.0.2.1:80"], "loopback only"),
        (vec!["--listen", "8080"], "127.0.0.1:8080"),
        (vec!["--fault", "hang"], "KIND=PROBABILITY"),
        (vec!["--fault", "hang=2"], "from 0 to 1"),
        (vec!["--fault", "sneeze=0.5"], "the kinds are"),
        (vec!["--fault", "hang=0.6", "--fault", "drip=0.6"], "more than 1"),
        (vec!["--seed", "x"], "--seed"),
        (vec!["--api-key", "two words"], "API key"),
    ] {
        let ran = certcentral(["sandbox"]).args(&arguments).run().await.exits(2);
        assert!(ran.stderr.contains(says), "{arguments:?}: {ran:?}");
        assert_eq!(ran.stdout, "");
    }
    let first = start(&[]).await;
    let taken = first.url.trim_start_matches("http://").trim_end_matches("/services/v2").to_owned();
    certcentral(["sandbox", "--listen", &taken]).refuses("choose another port").await;
}
