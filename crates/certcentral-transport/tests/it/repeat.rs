//! Nothing on the way may send an order again or elsewhere: neither an HTTP/2 server that asks for it
//! nor a proxy of the environment. Each case runs in a process of its own, with its own environment.

use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use certcentral_model::OrderId;
use certcentral_sandbox::scripted::{Script, ScriptedServer, Tls};
use certcentral_transport::Outcome;
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::caller::{KEY, builder, card_order, in_child, placed, result, serve};

/// Orders at `CHILD_URL` and prints the outcome.
#[tokio::test]
#[ignore = "started by the tests below"]
async fn child() {
    let connect = std::env::var("CHILD_CONNECT_MS").map_or(30_000, |text| text.parse().unwrap());
    let mut builder = builder(&std::env::var("CHILD_URL").unwrap())
        .connect_timeout(Duration::from_millis(connect));
    if let Ok(proxy) = std::env::var("CHILD_PROXY") {
        builder = builder.proxy(&proxy).unwrap();
    }
    if let Ok(path) = std::env::var("CHILD_ROOTS") {
        builder = builder.root_certificates(&std::fs::read(path).unwrap()).unwrap();
    }
    let client = builder.build();
    if std::env::var("CHILD_SHOWS").is_ok() {
        let look_up = client.get_order(OrderId::new(1).unwrap()).await.unwrap_err();
        println!("{client:?}\n{look_up}\n{}", client.place_unchecked(&card_order()).await);
        return;
    }
    let outcome = client.place_unchecked(&card_order()).await;
    let reason = match &outcome {
        Outcome::NotSent(not_sent) => not_sent.reason.as_str(),
        Outcome::Unknown(unknown) => unknown.reason.as_str(),
        _ => "-",
    };
    println!("\nresult: {} {reason} {}", outcome.kind(), outcome.attempts());
}

/// Orders at a URL within an environment: outcome, reason, attempts.
async fn order_in(url: &str, variables: &[(&str, &str)]) -> String {
    let mut all = vec![("CHILD_URL", url)];
    all.extend_from_slice(variables);
    result(&in_child("repeat::child", &all).await).to_owned()
}

/// Orders likewise, and trusts the certificate.
async fn order_trusting(tls: &Tls, url: &str, variables: &[(&str, &str)]) -> String {
    let trusted = pem(tls);
    let roots = ("SSL_CERT_FILE", trusted.path().to_str().unwrap());
    order_in(url, &[variables, &[roots]].concat()).await
}

/// A certificate that no server has, for where only some have to be trusted.
fn unused() -> Tls {
    Tls::self_signed([]).unwrap()
}

fn pem(tls: &Tls) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(tls.certificate_pem().as_bytes()).unwrap();
    file
}

/// Orders over TLS at a server that is trusted.
async fn order_over_tls(protocols: &[&str], script: Script) -> (String, ScriptedServer) {
    let tls = Tls::self_signed(protocols.iter().copied()).unwrap();
    let server = ScriptedServer::start_tls(&tls, [script]).await.unwrap();
    (order_trusting(&tls, &server.url(), &[]).await, server)
}

#[tokio::test]
async fn over_tls_an_order_is_placed() {
    let (result, server) = order_over_tls(&["h2", "http/1.1"], placed()).await;
    assert_eq!((&*result, server.posts()), ("placed - 1", 1));
    assert_eq!(server.requests()[0].method(), "POST", "the request line is that of HTTP/1.1");
}

#[tokio::test]
async fn a_server_that_prefers_http2_gets_http1_and_one_post() {
    for script in [Script::new().read_request().close(), Script::new().read_request().reset()] {
        let (result, server) = order_over_tls(&["h2", "http/1.1"], script).await;
        assert_eq!((&*result, server.posts()), ("unknown connection_lost 1", 1));
        assert_eq!(server.requests()[0].method(), "POST");
    }
}

#[tokio::test]
async fn a_server_that_speaks_http2_alone_gets_nothing() {
    let script = Script::new().read_request().close();
    let (result, server) = order_over_tls(&["h2"], script).await;
    assert_eq!((&*result, server.posts(), server.heads()), ("not_sent tls 1", 0, 0));
}

#[tokio::test]
async fn an_untrusted_certificate() {
    let tls = Tls::self_signed([]).unwrap();
    let server = ScriptedServer::start_tls(&tls, [Script::new().read_request()]).await.unwrap();
    let result = order_trusting(&unused(), &server.url(), &[]).await;
    assert_eq!((&*result, server.heads()), ("not_sent tls 1", 0));
}

#[tokio::test]
async fn no_tls_where_there_should_be() {
    for (script, result) in [
        (Script::new().write("HTTP/1.1 400 Bad Request\r\n\r\n"), "not_sent tls 1"),
        (Script::new().read_bytes(1).reset(), "not_sent not_connected 4"),
        (Script::new().read_bytes(1).close(), "not_sent not_connected 4"),
    ] {
        let server = serve([script]).await;
        let url = server.url().replace("http://", "https://");
        assert_eq!(order_trusting(&unused(), &url, &[]).await, result);
        assert_eq!(server.posts(), 0);
    }
}

#[tokio::test]
async fn tls_that_takes_too_long() {
    let server = serve([Script::new().hang()]).await;
    let url = server.url().replace("http://", "https://");
    // However slow this machine is, it does not connect.
    let result = order_trusting(&unused(), &url, &[("CHILD_CONNECT_MS", "100")]).await;
    assert_eq!(result, "not_sent connect_timeout 4");
    assert_eq!(server.posts(), 0);
}

#[tokio::test]
async fn a_machine_without_certificates_can_do_without_tls_only() {
    let nothing = NamedTempFile::new().unwrap();
    let variables = [("SSL_CERT_FILE", nothing.path().to_str().unwrap())];
    let server = serve([placed()]).await;
    assert_eq!(order_in(&server.url(), &variables).await, "placed - 1");
    let url = server.url().replace("http://", "https://");
    assert_eq!(order_in(&url, &variables).await, "not_sent client_setup 0");
}

#[tokio::test]
async fn a_name_that_does_not_resolve() {
    let result = order_trusting(&unused(), "https://certcentral.invalid", &[]).await;
    // Without any network the name service does not even say no.
    assert!(
        ["not_sent name_not_resolved 1", "not_sent name_service_busy 4"].contains(&&*result),
        "{result}"
    );
}

#[tokio::test]
async fn no_proxy_of_the_environment_sees_an_order_to_this_machine() {
    let proxy = serve([Script::new().read_request().respond(201, r#"{"id":666}"#)]).await;
    let origin = proxy.origin();
    let variables: Vec<_> =
        ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
            .map(|name| (name, &*origin))
            .into();
    let server = serve([placed()]).await;
    for url in [server.url(), server.url().replace("127.0.0.1", "localhost")] {
        assert_eq!(order_in(&url, &variables).await, "placed - 1");
    }
    assert_eq!((server.posts(), proxy.connections()), (2, 0));
}

#[tokio::test]
async fn a_proxy_for_https_is_a_tunnel_and_sees_no_key() {
    let no_tls = Script::new()
        .read_request()
        .write("HTTP/1.1 200 OK\r\n\r\n")
        .read_bytes(1)
        .write("HTTP/1.1 400 Bad Request\r\n\r\n")
        .read_to_end();
    let refuse = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
    for (script, result) in [
        (Script::new().read_request().write(refuse), "not_sent proxy 1"),
        (Script::new().read_request().respond(502, ""), "not_sent proxy 1"),
        // The tunnel is open, and what is at its end does not speak TLS.
        (no_tls, "not_sent tls 1"),
    ] {
        let proxy = serve([script]).await;
        let variables = [("https_proxy", &*proxy.origin())];
        let url = "https://certcentral.example.com";
        assert_eq!(order_trusting(&unused(), url, &variables).await, result);
        let requests = proxy.requests();
        let [connect] = &*requests else { panic!("one CONNECT, not {requests:?}") };
        assert_eq!(
            (connect.method(), connect.target()),
            ("CONNECT", "certcentral.example.com:443")
        );
        let sent: Vec<u8> = connect.headers().flat_map(|(_, value)| value.to_vec()).collect();
        assert!(!String::from_utf8_lossy(&sent).contains(KEY));
        assert!(connect.header("x-dc-devkey").is_none());
    }
}

/// A proxy that opens a tunnel to an address, wherever it is asked to go, and returns what it was asked.
async fn tunnel_to(server: SocketAddr) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(client.read_u8().await.unwrap());
        }
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        let mut server = TcpStream::connect(server).await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut server).await;
        asked
    });
    (address, proxy)
}

#[tokio::test]
async fn an_order_goes_through_a_proxy() {
    let tls = Tls::self_signed([]).unwrap();
    let server = ScriptedServer::start_tls(&tls, [placed()]).await.unwrap();
    let (address, proxy) = tunnel_to(server.address()).await;
    let variables = [("https_proxy", &*format!("http://someone:secret@{address}"))];
    let url = "https://certcentral.example.com/services/v2";
    let result = order_trusting(&tls, url, &variables).await;
    assert_eq!((&*result, server.posts()), ("placed - 1", 1));
    assert_eq!(server.requests()[0].header("host"), Some("certcentral.example.com"));

    let asked = String::from_utf8(proxy.await.unwrap()).unwrap();
    assert!(asked.starts_with("CONNECT certcentral.example.com:443 HTTP/1.1\r\n"), "{asked}");
    // "someone:secret"
    let password = "proxy-authorization: basic c29tzw9uztpzzwnyzxq=";
    assert!(asked.to_lowercase().contains(password), "{asked}");
    assert!(!asked.contains(KEY), "{asked}");
}

#[tokio::test]
async fn a_proxy_that_an_order_cannot_go_through() {
    let tls = Tls::self_signed([]).unwrap();
    let order_by = async |proxy: &str| {
        let url = "https://certcentral.example.com";
        order_trusting(&tls, url, &[("https_proxy", proxy)]).await
    };
    // One that is spoken to over TLS, and refuses.
    let refuse = "HTTP/1.1 403 Forbidden\r\n\r\n";
    let script = Script::new().read_request().write(refuse);
    let proxy = ScriptedServer::start_tls(&tls, [script]).await.unwrap();
    assert_eq!(order_by(&proxy.origin()).await, "not_sent proxy 1");
    assert_eq!(proxy.requests()[0].method(), "CONNECT");
    // One whose language is not spoken here.
    let proxy = serve([Script::new().hang()]).await;
    let socks = proxy.origin().replace("http://", "socks5://");
    assert_eq!(order_by(&socks).await, "not_sent proxy_setting 0");
    assert_eq!(proxy.connections(), 0);
    // One that is not there.
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(order_by(&format!("http://{nobody}")).await, "not_sent not_connected 4");
}

#[tokio::test]
async fn a_proxy_setting_that_cannot_be_understood_is_an_error_and_no_direct_connection() {
    let tls = Tls::self_signed([]).unwrap();
    let server = ScriptedServer::start_tls(&tls, [placed()]).await.unwrap();
    // Not a loopback name, and yet this machine: what goes out directly arrives.
    let url = server.url().replace("127.0.0.1", "localhost.example.com");
    let values = [
        "htp://proxy:8080",
        "http:/proxy:8080",
        "http://proxy:port",
        "http://user:s3cret@",
        "socks5://user:s3cret@proxy:1080",
        "http://proxy/s3cret.pac",
        "s3cret proxy",
    ];
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        for value in values {
            let result = order_trusting(&tls, &url, &[(variable, value)]).await;
            assert_eq!(result, "not_sent proxy_setting 0", "{value}");
        }
    }
    let all = [
        ("CHILD_URL", &*url),
        ("CHILD_SHOWS", "1"),
        ("all_proxy", "socks5://user:s3cret@proxy:1080"),
    ];
    let printed = in_child("repeat::child", &all).await;
    assert_eq!(printed.matches("all_proxy").count(), 2, "{printed}");
    assert!(!printed.contains("s3cret"), "{printed}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_proxy_that_is_empty_or_for_others_is_not_used() {
    for variables in [
        &[("HTTPS_PROXY", ""), ("all_proxy", "")][..],
        &[("http_proxy", "socks5://proxy:1080")],
        &[("HTTPS_PROXY", "http://127.0.0.1:9"), ("no_proxy", ".invalid")],
    ] {
        let result = order_trusting(&unused(), "https://certcentral.invalid", variables).await;
        assert!(result.starts_with("not_sent name_"), "{result}");
    }
}

#[tokio::test]
async fn a_proxy_and_roots_that_are_set_are_used_whatever_the_environment_says() {
    let tls = Tls::self_signed([]).unwrap();
    let roots = pem(&tls);
    let server = ScriptedServer::start_tls(&tls, [placed()]).await.unwrap();
    let (address, proxy) = tunnel_to(server.address()).await;
    let variables = [
        ("CHILD_PROXY", &*format!("http://someone:secret@{address}")),
        ("CHILD_ROOTS", roots.path().to_str().unwrap()),
        ("HTTPS_PROXY", "socks5://proxy:1080"),
        ("NO_PROXY", "*"),
    ];
    let result = order_trusting(&unused(), "https://certcentral.example.com", &variables).await;
    assert_eq!((&*result, server.posts()), ("placed - 1", 1));
    let asked = String::from_utf8(proxy.await.unwrap()).unwrap();
    assert!(asked.starts_with("CONNECT certcentral.example.com:443 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("c29tZW9uZTpzZWNyZXQ="), "{asked}");
}

#[test]
fn roots_that_are_not_certificates_are_refused() {
    let good = Tls::self_signed([]).unwrap().certificate_pem().to_owned();
    let damaged: String = good.lines().enumerate().fold(String::new(), |text, (number, line)| {
        let line = if number == 2 { line.to_lowercase() } else { line.to_owned() };
        text + &line + "\n"
    });
    let empty = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n";
    for pem in ["", "no certificate", empty, &damaged] {
        assert!(builder("https://localhost").root_certificates(pem.as_bytes()).is_err(), "{pem}");
    }
    let several = format!("# two of them\n{good}\n{good}");
    assert!(builder("https://localhost").root_certificates(several.as_bytes()).is_ok());
}
