//! Look-ups: what is read of them, what is retried, and that lists end. How pages are counted is tried
//! in `src/lookup/pages.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use certcentral_model::{OrderId, OrderStatus};
use certcentral_sandbox::scripted::{Answer, ReceivedRequest, Script, ScriptedServer};
use certcentral_transport::{LookupError, OrderQuery, RequestQuery};

use crate::caller::{at_once, builder, client, number, respond, serve};

fn id(number: u64) -> OrderId {
    OrderId::new(number).unwrap()
}

#[tokio::test]
async fn an_order_is_looked_up() {
    let body = r#"{"id":"7","status":"brand_new","price":"free","certificate":{"id":8},"x":1}"#;
    let server = serve([respond(200, body)]).await;
    let order = client(&server).get_order(id(7)).await.unwrap();
    assert_eq!(order.id, id(7));
    assert_eq!(order.status.as_ref().map(OrderStatus::as_str), Some("brand_new"));
    assert_eq!(order.price, None);
    assert_eq!(server.requests()[0].target(), "/services/v2/order/certificate/7");
    assert_eq!(server.requests()[0].method(), "GET");
}

/// The error of a look-up at a server that always plays this, and how many requests it took.
async fn fails(script: Script) -> (LookupError, usize) {
    let server = serve([script]).await;
    let error = client(&server).get_order(id(7)).await.unwrap_err();
    (error, server.connections())
}

#[tokio::test]
async fn refusals_are_not_retried() {
    for status in [400, 401, 403, 404, 302] {
        let body = r#"{"errors":[{"code":"not_found|order","message":"x"}]}"#;
        let (error, requests) = fails(respond(status, body)).await;
        assert_eq!((error.status(), requests), (Some(status), 1));
        assert_eq!(error.errors()[0].code.as_str(), "not_found|order");
        assert_eq!(error.is_not_found(), status == 404);
        assert!(!error.is_temporary());
    }
}

#[tokio::test]
async fn temporary_failures_are_retried() {
    for script in [
        respond(429, "{}"),
        respond(500, ""),
        respond(502, "<html>"),
        respond(503, ""),
        respond(504, ""),
        Script::new().read_request().close(),
        Script::new().read_request().write("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"),
        Script::new().read_request().write("garbage\r\n\r\n"),
        Script::new(),
    ] {
        let (error, requests) = fails(script.clone()).await;
        assert!(error.is_temporary(), "{error}");
        assert_eq!(requests, 4, "{error}");

        let server = serve([script, respond(200, r#"{"id":7}"#)]).await;
        assert_eq!(client(&server).get_order(id(7)).await.unwrap().id, id(7));
    }
}

#[tokio::test]
async fn an_answer_that_is_something_else_is_an_error() {
    for body in ["<html>Welcome</html>", "", "{}", r#"{"id":0}"#, "[]"] {
        let (error, requests) = fails(respond(200, body)).await;
        assert_eq!(requests, 1);
        assert!(!error.is_temporary());
        assert_eq!(error.answer().map_or("", |answer| answer.as_str()), body);
        assert!(error.to_string().starts_with("the look-up failed: "), "{error}");
    }
}

#[tokio::test]
async fn a_list_that_is_too_long_is_not_read() {
    let endless = Script::new()
        .read_request()
        .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        .write_endlessly(format!("10000\r\n{}\r\n", " ".repeat(65_536)));
    let server = serve([endless]).await;
    let error = client(&server).list_orders(OrderQuery::new()).next().await.unwrap().unwrap_err();
    assert!(!error.is_temporary());
    server.wait_for_ends(1).await;
    assert!(server.bytes_written() < 64 << 20);
}

#[test]
fn without_a_runtime_it_is_an_error() {
    let client = builder("http://127.0.0.1:9").build();
    let error = at_once(client.get_order(id(7))).unwrap_err();
    assert!(error.to_string().contains("tokio"));
}

/// A server of lists: what it answers depends on limit and offset.
async fn lists(page: impl Fn(u64, u64) -> String + Send + Sync + 'static) -> ScriptedServer {
    let answer = move |request: &ReceivedRequest| {
        Answer::json(200, page(number(request, "limit"), number(request, "offset")))
    };
    serve([Script::new().read_request().respond_by(answer).repeat()]).await
}

fn page(ids: impl Iterator<Item = u64>, total: Option<u64>) -> String {
    let orders: Vec<_> = ids.map(|id| serde_json::json!({ "id": id })).collect();
    match total {
        Some(total) => serde_json::json!({"orders": orders, "page": {"total": total}}).to_string(),
        None => serde_json::json!({"orders": orders}).to_string(),
    }
}

/// All ids of the order list, in order.
async fn all(server: &ScriptedServer) -> Result<Vec<u64>, LookupError> {
    let mut list = client(server).list_orders(OrderQuery::new());
    let mut ids = Vec::new();
    while let Some(order) = list.next().await {
        ids.push(order?.id.get());
    }
    assert!(list.next().await.is_none(), "the end is the end");
    Ok(ids)
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    for total in [Some(250), None] {
        let server =
            lists(move |limit, offset| page((offset + 1..=250).take(limit as usize), total)).await;
        assert_eq!(all(&server).await.unwrap(), (1..=250).collect::<Vec<_>>());
        assert_eq!(server.heads(), 3);
    }
}

#[tokio::test]
async fn a_server_with_smaller_pages_than_asked_for_is_read_whole() {
    let server = lists(|_, offset| page((offset + 1..=25).take(10), Some(25))).await;
    assert_eq!(all(&server).await.unwrap(), (1..=25).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_total_that_is_wrong_neither_cuts_the_list_nor_goes_on_for_ever() {
    for total in [0, 1, 1_000_000] {
        let server =
            lists(move |limit, offset| page((offset + 1..=250).take(limit as usize), Some(total)))
                .await;
        assert_eq!(all(&server).await.unwrap().len(), 250, "{total}");
    }
}

#[tokio::test]
async fn a_list_that_moves_while_it_is_read_gives_each_entry_once() {
    // With every page that is read a new order is made, and all others move on by one.
    let made = Arc::new(AtomicUsize::new(0));
    let server = lists(move |limit, offset| {
        let made = made.fetch_add(1, Ordering::SeqCst) as u64;
        let newest_first = (1..=250 + made).rev();
        page(newest_first.skip(offset as usize).take(limit as usize), Some(250 + made))
    })
    .await;
    assert_eq!(all(&server).await.unwrap(), (1..=250).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn an_error_ends_a_list() {
    let server = lists(|limit, offset| match offset {
        0 => page((1..=250).take(limit as usize), None),
        _ => r#"{"nothing":[]}"#.to_owned(),
    })
    .await;
    let mut list = client(&server).list_orders(OrderQuery::new());
    for _ in 0..100 {
        list.next().await.unwrap().unwrap();
    }
    assert!(list.next().await.unwrap().is_err());
    assert!(list.next().await.is_none());
}

#[tokio::test]
async fn entries_that_cannot_be_read_are_counted() {
    let server = lists(|_, offset| match offset {
        0 => r#"{"orders":[{"id":1},{"id":"x"},7,{"id":2}],"page":{"total":4}}"#.to_owned(),
        _ => page(0..0, Some(4)),
    })
    .await;
    let mut list = client(&server).list_orders(OrderQuery::new());
    let mut read = 0;
    while let Some(order) = list.next().await {
        order.unwrap();
        read += 1;
    }
    assert_eq!((read, list.unreadable(), list.total()), (2, 2, Some(4)));
}

#[tokio::test]
async fn the_request_list() {
    let server = lists(|_, _| {
        r#"{"requests":[{"id":1,"status":"odd","order":{"id":7}},{"id":2}],"page":{"total":2}}"#
            .to_owned()
    })
    .await;
    let mut list = client(&server).list_requests(RequestQuery::new());
    let first = list.next().await.unwrap().unwrap();
    assert_eq!(first.order.unwrap().id, id(7));
    assert_eq!(list.next().await.unwrap().unwrap().order, None);
    assert!(list.next().await.is_none());
    assert!(server.requests()[0].target().starts_with("/services/v2/request?"));
}

#[tokio::test]
async fn a_list_is_a_stream() {
    async fn count<S: futures_core::Stream>(stream: S) -> usize {
        let mut stream = std::pin::pin!(stream);
        let mut entries = 0;
        while std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await.is_some() {
            entries += 1;
        }
        entries
    }
    let server = lists(|_, _| page(1..=3, Some(3))).await;
    assert_eq!(count(client(&server).list_orders(OrderQuery::new())).await, 3);
}
