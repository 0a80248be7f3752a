//! An answer without end must not fill the memory.

use certcentral_sandbox::scripted::Script;

use crate::caller::{builder, card_order, in_child, peak, respond, result, serve};

#[tokio::test]
#[ignore = "started by the test below"]
async fn child() {
    let client = builder(&std::env::var("CHILD_URL").unwrap()).build();
    let _ = client.get_order(certcentral_model::OrderId::new(1).unwrap()).await;
    let before = peak();
    let outcome = client.place_unchecked(&card_order()).await;
    println!("\nresult: {} {}", outcome.kind(), peak() - before);
}

#[tokio::test]
async fn an_endless_answer_takes_less_than_32_mib() {
    let endless = Script::new()
        .read_request()
        .write("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
        .write_endlessly(format!("10000\r\n{}\r\n", "x".repeat(65_536)));
    // The first request warms the client up, so that only the answer is measured.
    let server = serve([respond(404, "{}"), endless]).await;
    let printed = in_child("memory::child", &[("CHILD_URL", &server.url())]).await;
    let (outcome, grown) = result(&printed).split_once(' ').unwrap();
    assert_eq!(outcome, "unknown");
    let grown: u64 = grown.parse().unwrap();
    assert!(grown < 32 * 1024, "{grown} KiB");
}
