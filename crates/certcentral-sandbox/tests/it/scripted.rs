//! The scripted server does what its script says, and counts what it read.

use std::time::Duration;

use certcentral_sandbox::scripted::{Answer, Cue, Script, ScriptedServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::http::{End, exchange, hear, request};

const POST: &[u8] =
    b"POST /a?b HTTP/1.1\r\nHost: x\r\nX-Key:  secret \r\nContent-Length: 4\r\n\r\nbody";

async fn connect(server: &ScriptedServer) -> TcpStream {
    TcpStream::connect(server.address()).await.unwrap()
}

#[tokio::test]
async fn a_request_is_read_whole_kept_and_answered() {
    let script = Script::new().read_request().respond(201, r#"{"id":1}"#);
    let server = ScriptedServer::start([script]).await.unwrap();
    let heard = exchange(server.address(), POST).await;

    assert_eq!(
        heard.text(),
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: 8\r\n\r\n{\"id\":1}"
    );
    assert_eq!(heard.end, End::Closed);
    let requests = server.requests();
    let request = &requests[0];
    assert_eq!(
        (request.method(), request.target(), request.body()),
        ("POST", "/a?b", &b"body"[..])
    );
    assert_eq!(request.header("x-key"), Some("secret"));
    assert_eq!(request.headers().count(), 3);
    assert_eq!(request.connection(), 0);
    assert_eq!((server.connections(), server.heads(), server.posts()), (1, 1, 1));
    assert_eq!(server.bytes_read(), POST.len() as u64);
    assert_eq!(server.bytes_written(), heard.bytes.len() as u64);
}

#[tokio::test]
async fn a_post_counts_only_when_its_last_byte_is_there() {
    let script = Script::new().read_request().respond(201, "{}");
    let server = ScriptedServer::start([script]).await.unwrap();
    let mut stream = connect(&server).await;
    let (most, last) = POST.split_at(POST.len() - 1);
    stream.write_all(most).await.unwrap();
    server.wait_for_heads(1).await;
    assert_eq!((server.heads(), server.posts()), (1, 0));
    stream.write_all(last).await.unwrap();
    server.wait_for_posts(1).await;
    assert_eq!(server.requests()[0].body(), b"body");
}

#[tokio::test]
async fn other_methods_are_kept_and_do_not_count_as_posts() {
    let script = Script::new().read_request().respond(200, "{}");
    let server = ScriptedServer::start([script]).await.unwrap();
    exchange(server.address(), &request("GET", "/", &[], "")).await;
    exchange(server.address(), &request("CONNECT", "example.com:443", &[], "")).await;
    let methods: Vec<_> = server.requests().iter().map(|it| it.method().to_owned()).collect();
    assert_eq!(methods, ["GET", "CONNECT"]);
    assert_eq!((server.heads(), server.posts()), (2, 0));
}

#[tokio::test]
async fn each_connection_plays_its_script_and_the_last_plays_on() {
    let answer = |status| Script::new().read_request().respond(status, "{}");
    let server = ScriptedServer::start([answer(429), answer(503), answer(201)]).await.unwrap();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(exchange(server.address(), POST).await.answer().status);
    }
    assert_eq!(statuses, [429, 503, 201, 201]);
    assert_eq!((server.connections(), server.posts()), (4, 4));
}

#[tokio::test]
async fn a_script_that_repeats_keeps_the_connection() {
    let script = Script::new().read_request().respond(201, "{}").repeat();
    let server = ScriptedServer::start([script]).await.unwrap();
    let mut stream = connect(&server).await;
    // Both at once: what was read beyond the first is not lost.
    stream.write_all(&[POST, POST].concat()).await.unwrap();
    server.wait_for_posts(2).await;
    stream.shutdown().await.unwrap();
    let heard = hear(&mut stream).await;
    assert_eq!(heard.text().matches("HTTP/1.1 201").count(), 2);
    assert!(!heard.text().contains("Connection: close"));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn without_scripts_a_connection_is_closed() {
    let server = ScriptedServer::start([]).await.unwrap();
    let heard = hear(&mut connect(&server).await).await;
    assert_eq!((heard.bytes.len(), heard.end), (0, End::Closed));
}

#[tokio::test]
async fn reset_is_a_reset_and_close_is_not() {
    let read = || Script::new().read_request();
    let server = ScriptedServer::start([read().reset(), read().close()]).await.unwrap();
    assert_eq!(exchange(server.address(), POST).await.end, End::Reset);
    assert_eq!(exchange(server.address(), POST).await.end, End::Closed);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn a_head_can_be_answered_before_the_body_is_there() {
    let script = Script::new().read_head().respond(413, "{}").read_request().respond(201, "{}");
    let server = ScriptedServer::start([script]).await.unwrap();
    let mut stream = connect(&server).await;
    stream.write_all(&POST[..POST.len() - 4]).await.unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
    assert_eq!((server.heads(), server.posts()), (1, 0));
    stream.write_all(b"body").await.unwrap();
    server.wait_for_posts(1).await;
    assert_eq!(server.heads(), 1);
}

#[tokio::test]
async fn some_bytes_can_be_read_and_others_written() {
    let script = Script::new().read_bytes(4).write(b"\x00\xff");
    let server = ScriptedServer::start([script]).await.unwrap();
    let heard = exchange(server.address(), b"POST").await;
    assert_eq!((heard.bytes.as_slice(), heard.end), (&b"\x00\xff"[..], End::Closed));
    assert_eq!((server.bytes_read(), server.heads()), (4, 0));
}

#[tokio::test]
async fn an_early_answer_survives_when_the_rest_is_read_to_its_end() {
    let script = Script::new().read_head().respond(400, "{}").read_to_end();
    let server = ScriptedServer::start([script]).await.unwrap();
    let mut stream = connect(&server).await;
    stream.write_all(POST).await.unwrap();
    stream.shutdown().await.unwrap();
    let heard = hear(&mut stream).await;
    assert_eq!((heard.answer().status, heard.end), (400, End::Closed));
    assert_eq!(server.bytes_read(), POST.len() as u64);
}

#[tokio::test(start_paused = true)]
async fn bytes_can_come_at_intervals() {
    let second = Duration::from_secs(1);
    let server = ScriptedServer::start([Script::new().write_slowly("abc", second)]).await.unwrap();
    let start = Instant::now();
    assert_eq!(hear(&mut connect(&server).await).await.bytes, b"abc");
    assert!(start.elapsed() >= 3 * second);
}

#[tokio::test]
async fn bytes_can_come_on_cue() {
    let cue = Cue::new();
    let server = ScriptedServer::start([Script::new().write_slowly("abc", &cue)]).await.unwrap();
    let mut stream = connect(&server).await;
    for expected in *b"abc" {
        cue.give();
        assert_eq!(stream.read_u8().await.unwrap(), expected);
    }
    assert_eq!(server.bytes_written(), 3);
}

#[tokio::test]
async fn an_answer_can_wait_for_its_cue() {
    let cue = Cue::new();
    let script = Script::new().read_request().wait_for(&cue).respond(201, "{}");
    let server = ScriptedServer::start([script]).await.unwrap();
    let mut stream = connect(&server).await;
    stream.write_all(POST).await.unwrap();
    server.wait_for_posts(1).await;
    assert_eq!(server.bytes_written(), 0);
    cue.give();
    assert_eq!(hear(&mut stream).await.answer().status, 201);
}

#[tokio::test]
async fn writing_without_end_ends_with_the_peer() {
    let script = Script::new().write_endlessly("xyz");
    let server = ScriptedServer::start([script]).await.unwrap();
    let mut stream = connect(&server).await;
    let mut read = vec![0; 300_000];
    stream.read_exact(&mut read).await.unwrap();
    drop(stream);
    server.wait_for_ends(1).await;
    assert!(server.bytes_written() >= 300_000);
}

#[tokio::test]
async fn a_hanging_connection_ends_with_the_server() {
    let script = Script::new().read_request().hang();
    let server = ScriptedServer::start([script]).await.unwrap();
    let mut stream = connect(&server).await;
    stream.write_all(POST).await.unwrap();
    server.wait_for_posts(1).await;
    drop(server);
    assert_eq!(hear(&mut stream).await.bytes, b"");
}

#[tokio::test]
async fn an_answer_can_echo_the_request() {
    let script = Script::new().read_request().respond_by(|request| {
        Answer::html(400, String::from_utf8_lossy(request.body()))
            .header("X-Echo", request.header("x-key").unwrap_or_default())
    });
    let server = ScriptedServer::start([script]).await.unwrap();
    let answer = exchange(server.address(), POST).await.answer();
    assert_eq!((answer.status, answer.body.as_slice()), (400, &b"body"[..]));
    assert_eq!(answer.header("x-echo"), Some("secret"));
}

#[test]
fn answers_have_what_was_asked_for_and_a_length() {
    let text = |answer: &Answer| String::from_utf8(answer.to_bytes()).unwrap();
    assert_eq!(text(&Answer::new(204)), "HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(
        text(&Answer::new(200).http_1_0().body("ok")),
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"
    );
    assert_eq!(
        text(&Answer::new(200).header("content-length", "9").body("ok")),
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"
    );
    assert_eq!(
        text(&Answer::new(799).header("Transfer-Encoding", "chunked").body("0\r\n\r\n")),
        "HTTP/1.1 799 Unnamed\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    );
}

#[tokio::test]
async fn debug_shows_no_header_value_and_no_body() {
    let script = Script::new().read_request().respond(201, "{}");
    let server = ScriptedServer::start([script]).await.unwrap();
    exchange(server.address(), POST).await;
    let answer = Answer::json(400, "secret").header("X-Key", "secret");
    let script = Script::new().write("secret").respond_with(answer.clone());
    let shown = format!("{server:?} {:?} {answer:?} {script:?}", server.requests());
    assert!(!shown.contains("secret") && !shown.contains("\"body\""), "{shown}");
    assert!(shown.contains("X-Key"), "{shown}");
}
