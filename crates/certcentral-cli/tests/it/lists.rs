//! `certcentral list` and `requests`: which rows there are, in three formats, and what is said of a
//! list that breaks off.

use std::collections::BTreeSet;

use certcentral_sandbox::scripted::{Script, ScriptedServer};
use certcentral_sandbox::{Approval, Sandbox};
use jiff::ToSpan;
use serde_json::{Value, json};

use crate::program::{Ran, at, certcentral};

/// A server with one page of orders.
async fn listing(orders: Value, total: usize) -> ScriptedServer {
    let page = json!({"orders": orders, "page": {"total": total, "limit": 0, "offset": 0}});
    let empty = json!({"orders": [], "page": {"total": total, "limit": 0, "offset": 0}});
    let first = Script::new().read_request().respond(200, page.to_string());
    let rest = Script::new().read_request().respond(200, empty.to_string()).repeat();
    ScriptedServer::start([first, rest]).await.unwrap()
}

fn ids(ran: &Ran) -> Vec<u64> {
    ran.json_lines().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_renewal_list_over_many_pages_is_right_by_the_books() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.fill(3_000);
    let last = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date() + 60.days();
    let ends = |order: &certcentral_sandbox::PlacedOrder| {
        order.valid_till().is_some_and(|day| day <= last)
    };
    let orders = sandbox.books().orders();
    let expected: BTreeSet<u64> =
        orders.iter().filter(|order| ends(order)).map(|order| order.id().get()).collect();
    assert!(expected.len() > 1_000 && expected.len() < 2_000, "{}", expected.len());

    let ran = at(&sandbox, &["list", "--expiring", "60", "--format", "json"]).run().await.exits(0);
    let listed = ids(&ran);
    assert_eq!(listed.len(), expected.len());
    assert_eq!(BTreeSet::from_iter(listed), expected);
    assert_eq!(ran.stderr, "");
}

#[tokio::test]
async fn the_days_are_looked_at_again_where_the_server_ignores_its_filters() {
    let day = |days: i64| (jiff::Zoned::now().date() + days.days()).to_string();
    let orders = json!([
        {"id": 1, "certificate": {"valid_till": day(-1)}},
        {"id": 2, "certificate": {"valid_till": day(30)}},
        {"id": 3, "certificate": {"valid_till": day(33)}},
        {"id": 4, "certificate": {}},
        {"id": 5},
        {"id": 6, "certificate": {"valid_till": "soon"}},
        {"id": 7, "certificate": {"valid_till": "0001-01-01"}}
    ]);
    let server = listing(orders, 7).await;
    let list = certcentral(["list", "--expiring", "31", "--format", "json"]).at(server.url());
    assert_eq!(ids(&list.run().await.exits(0)), [1, 2, 4, 5, 6, 7]);
    let target = server.requests()[0].target().to_owned();
    for part in ["issued", "pkio_qualified_organisation_person_prof", "valid_till"] {
        assert!(target.contains(part), "{target}");
    }

    let orders = json!([
        {"id": 1, "date_created": "2026-01-31T00:00:00+00:00"},
        {"id": 2, "date_created": "2026-01-30T23:59:59+00:00"},
        {"id": 3, "date_created": "2026-01-31"},
        {"id": 4},
        {"id": 5, "date_created": "2026-02-01T00:30:00+02:00"}
    ]);
    let server = listing(orders, 5).await;
    let list = certcentral(["list", "--since", "2026-01-31", "--format", "json"]).at(server.url());
    assert_eq!(ids(&list.run().await.exits(0)), [1, 3, 4, 5]);
}

#[tokio::test]
async fn a_table_for_people() {
    let sandbox = Sandbox::builder().approval(Approval::Submitted).start().await.unwrap();
    sandbox.fill(11);
    let ran = at(&sandbox, &["list"]).run().await.exits(0);
    assert_eq!(ran.stdout.lines().count(), 12, "{ran:?}");
    assert!(ran.stdout.starts_with("order "), "{ran:?}");
    assert!(ran.stdout.contains("Invented Person 10"), "{ran:?}");
    let ran = at(&sandbox, &["list", "--status", "pending", "--format", "json"]).run().await;
    assert_eq!(ran.exits(0).json_lines().len(), 2);
    let ran = at(&sandbox, &["requests"]).run().await.exits(0);
    assert!(ran.stdout.starts_with("request ") && ran.stdout.contains("new_request"), "{ran:?}");
    let ran = at(&sandbox, &["requests", "--status", "pending", "--format", "json"]).run().await;
    assert!(ran.exits(0).json_lines().iter().all(|row| row["status"] == "pending"));
}

#[tokio::test]
async fn a_sheet_has_no_formula_and_a_mark_on_request() {
    let names = ["=1+1", "+31", "-x", "@x", "\t=1", "\r=1", "O'Brien, \"Z\"", "a\nb\u{1b}[2J"];
    let orders: Vec<Value> = (1_u64..)
        .zip(names)
        .map(|(id, name)| {
            json!({
                "id": id,
                "status": name,
                "certificate": {"common_name": name, "days_remaining": -3}
            })
        })
        .collect();
    let server = listing(json!(orders), names.len()).await;
    let list = certcentral(["list", "--format", "csv", "--bom"]).at(server.url());
    let ran = list.run().await.exits(0);
    let text = ran.stdout.strip_prefix('\u{feff}').expect("a byte order mark");
    assert!(!text.contains('\u{1b}'), "{text:?}");
    let mut sheet = csv::Reader::from_reader(text.as_bytes());
    let head = sheet.headers().unwrap().clone();
    assert_eq!(&head[0], "order_id");
    let column = |name: &str| head.iter().position(|head| head == name).unwrap();
    let cells: Vec<_> = sheet.records().map(Result::unwrap).collect();
    let names: Vec<&str> = cells.iter().map(|row| &row[column("common_name")]).collect();
    let expected = [
        "'=1+1",
        "'+31",
        "'-x",
        "'@x",
        "'\u{fffd}=1",
        "'\u{fffd}=1",
        "O'Brien, \"Z\"",
        "a\u{fffd}b\u{fffd}[2J",
    ];
    assert_eq!(names, expected);
    assert_eq!(&cells[0][column("status")], "'=1+1");
    assert_eq!(&cells[0][column("days_remaining")], "-3");

    let server = listing(json!(orders), names.len()).await;
    let ran = certcentral(["list", "--format", "csv"]).at(server.url()).run().await.exits(0);
    assert!(ran.stdout.starts_with("order_id,"), "{ran:?}");
    for format in ["human", "json"] {
        let ran = certcentral(["list", "--format", format, "--bom"]).at(server.url()).run().await;
        assert!(ran.exits(2).sentence().contains("--format csv"));
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_says_so_last() {
    let first = json!({"orders": [{"id": 1}, {"id": 2}], "page": {"total": 4}}).to_string();
    let refusal = r#"{"errors":[{"code":"access_denied","message":"no"}]}"#;
    for (status, answer, code) in [(403, refusal, 3), (200, "<html>", 4)] {
        let script = || {
            [
                Script::new().read_request().respond(200, first.as_str()),
                Script::new().read_request().respond(status, answer).repeat(),
            ]
        };
        let server = ScriptedServer::start(script()).await.unwrap();
        let list = certcentral(["list", "--format", "json"]).at(server.url());
        let ran = list.run().await.exits(code);
        let rows = ran.json_lines();
        assert_eq!(rows.len(), 3, "{ran:?}");
        assert!(rows[2]["error"].is_string(), "{ran:?}");
        assert!(ran.stderr.starts_with("error: "), "{ran:?}");
        for format in ["human", "csv"] {
            let server = ScriptedServer::start(script()).await.unwrap();
            let list = certcentral(["list", "--format", format]).at(server.url());
            let ran = list.run().await.exits(code);
            assert_eq!(ran.stdout.lines().count(), 3, "{ran:?}");
            assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
        }
    }
}

#[tokio::test]
async fn a_list_with_fewer_rows_than_it_counts_is_not_whole() {
    for (orders, total) in [(json!([{"id": 1}]), 3), (json!([{"id": 1}, {"id": "x"}]), 2)] {
        let server = listing(orders, total).await;
        let ran = certcentral(["list", "--format", "json"]).at(server.url()).run().await.exits(4);
        let rows = ran.json_lines();
        assert_eq!(rows[0]["id"], 1);
        assert_eq!(rows[1]["reason"], "incomplete", "{ran:?}");
        assert!(ran.stderr.contains("not whole"), "{ran:?}");
    }
    // Nothing at all, as some answers have it.
    let server =
        ScriptedServer::start([Script::new().read_request().respond(200, "{}")]).await.unwrap();
    let ran = certcentral(["list", "--format", "json"]).at(server.url()).run().await.exits(0);
    assert_eq!(ran.all(), "");
}

#[tokio::test]
async fn the_code_of_a_token_is_never_printed() {
    let order = json!({"id": 7, "status": "issued", "hardware_init_code": "INIT-CODE-7",
        "cs_provisioning_method": "ship_token"});
    for format in ["human", "json", "csv"] {
        let server = listing(json!([order]), 1).await;
        let ran = certcentral(["list", "--format", format]).at(server.url()).run().await.exits(0);
        assert!(!ran.all().contains("INIT-CODE") && ran.stdout.contains('7'), "{ran:?}");
    }
    for format in ["human", "json"] {
        let script = Script::new().read_request().respond(200, order.to_string());
        let server = ScriptedServer::start([script]).await.unwrap();
        let status = certcentral(["status", "--format", format, "7"]).at(server.url());
        let ran = status.run().await.exits(0);
        assert!(!ran.all().contains("INIT-CODE") && ran.stdout.contains("issued"), "{ran:?}");
    }
}

#[tokio::test]
async fn what_a_server_says_does_not_steer_the_terminal() {
    let name = "\u{1b}]0;title\u{7}\u{202e}Anna\nforged row";
    let order = json!({"id": 7, "status": name, "certificate": {"common_name": name},
        "notes": [{"id": 1, "text": name}]});
    let requests = json!({"requests": [{"id": 7, "type": name, "order": {"id": 1,
        "certificate": {"common_name": name}}}], "page": {"total": 1}});
    for (arguments, answer) in [
        (vec!["list"], json!({"orders": [order], "page": {"total": 1}})),
        (vec!["requests"], requests),
        (vec!["status", "7"], order.clone()),
    ] {
        for format in ["human", "json"] {
            let script = Script::new().read_request().respond(200, answer.to_string());
            let server = ScriptedServer::start([script]).await.unwrap();
            let program = certcentral(&arguments).args(["--format", format]).at(server.url());
            let ran = program.run().await.exits(0);
            for hidden in ['\u{1b}', '\u{7}', '\u{202e}'] {
                assert!(!ran.all().contains(hidden), "{ran:?}");
            }
            assert!(!ran.stdout.lines().any(|line| line.starts_with("forged")), "{ran:?}");
        }
    }
}
