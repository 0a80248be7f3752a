//! The scripted server behind TLS.

use std::sync::Arc;

use certcentral_sandbox::scripted::{Script, ScriptedServer, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

async fn connect(
    server: &ScriptedServer,
    trusted: Option<&str>,
    protocols: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = trusted {
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|it| it.as_bytes().to_vec()).collect();
    let tcp = TcpStream::connect(server.address()).await?;
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, tcp).await
}

fn script() -> Script {
    Script::new().read_request().respond(201, "{}")
}

#[tokio::test]
async fn plays_behind_tls_for_a_client_that_trusts_it() {
    let tls = Tls::self_signed(["h2", "http/1.1"]).unwrap();
    let server = ScriptedServer::start_tls(&tls, [script()]).await.unwrap();
    assert!(server.url().starts_with("https://127.0.0.1:"));

    let pem = Some(tls.certificate_pem());
    let mut stream = connect(&server, pem, &["http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    stream.write_all(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 201"), "{text}");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn offers_what_it_is_told_to() {
    let tls = Tls::self_signed(["h2", "http/1.1"]).unwrap();
    let server = ScriptedServer::start_tls(&tls, [script()]).await.unwrap();
    let stream = connect(&server, Some(tls.certificate_pem()), &["http/1.1", "h2"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn a_client_that_does_not_trust_it_sends_nothing() {
    let tls = Tls::self_signed([]).unwrap();
    let server = ScriptedServer::start_tls(&tls, [script()]).await.unwrap();
    assert!(connect(&server, None, &[]).await.is_err());
    server.wait_for_ends(1).await;
    assert_eq!((server.connections(), server.heads(), server.bytes_read()), (1, 0, 0));
}

#[test]
fn debug_shows_no_key() {
    let tls = Tls::self_signed(["h2"]).unwrap();
    let shown = format!("{tls:?}");
    assert!(shown.contains("h2") && !shown.contains("BEGIN"), "{shown}");
}
