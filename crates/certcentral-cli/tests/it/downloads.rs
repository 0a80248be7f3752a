//! `certcentral download`: the certificate, and nothing that was there before is lost.

use std::fs;

use certcentral_sandbox::Sandbox;
use certcentral_sandbox::scripted::{Answer, Script, ScriptedServer};

use crate::program::{Desk, at, certcentral, placed};

#[tokio::test]
async fn a_certificate_is_written_to_a_new_file_or_to_standard_output() {
    let sandbox = Sandbox::start().await.unwrap();
    let desk = Desk::new();
    let id = placed(&sandbox).await["order_id"].to_string();
    let file = desk.path("certificate.pem");
    let to_file = || at(&sandbox, &["download", &id, "--out-file"]).arg(&file);

    let ran = to_file().run().await.exits(3);
    assert!(ran.sentence().contains("404"), "{ran:?}");
    assert!(!file.exists());

    assert!(sandbox.issue(id.parse().unwrap()));
    let ran = to_file().run().await.exits(0);
    assert!(ran.stdout.starts_with("downloaded: "), "{ran:?}");
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.starts_with("-----BEGIN CERTIFICATE-----"), "{written}");
    let ran = at(&sandbox, &["download", &id]).run().await.exits(0);
    assert_eq!((ran.stdout, ran.stderr.as_str()), (written.clone(), ""));

    let requests = sandbox.books().request_count();
    fs::write(&file, "mine").unwrap();
    to_file().refuses("not overwritten").await;
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(sandbox.books().request_count(), requests);

    let other = desk.path("other.pem");
    let json = at(&sandbox, &["download", &id, "--format", "json", "--out-file"]).arg(&other);
    let json = json.run().await.exits(0).json();
    assert_eq!(json["bytes"], written.len());
    assert_eq!(json["file"], other.to_str().unwrap());
    let nowhere = desk.path("no-folder/certificate.pem");
    at(&sandbox, &["download", &id, "--out-file"]).arg(nowhere).refuses("cannot be written").await;
}

#[tokio::test]
async fn an_answer_that_is_not_a_certificate_is_not_written() {
    for (answer, code) in [
        (Answer::html(200, "<h1>Log in</h1>"), 4),
        (Answer::json(200, "{}"), 4),
        (Answer::json(200, ""), 4),
        (Answer::json(403, "{}"), 3),
    ] {
        let script = Script::new().read_request().respond_with(answer).repeat();
        let server = ScriptedServer::start([script]).await.unwrap();
        let desk = Desk::new();
        let file = desk.path("certificate.pem");
        let download = certcentral(["download", "7", "--format", "json", "--out-file"]);
        let ran = download.arg(&file).at(server.url()).run().await.exits(code);
        assert!(ran.json()["error"].is_string(), "{ran:?}");
        assert!(!file.exists());
    }
}
