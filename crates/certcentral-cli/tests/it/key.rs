//! The API key: where it may come from, and what is said when it is not right.

use crate::program::{Desk, KEY, certcentral, placing, serving};

#[tokio::test]
async fn what_is_not_a_key_is_refused_with_a_sentence() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("folder")).unwrap();
    for (name, content) in [
        ("empty", b"".to_vec()),
        ("blank", b" \r\n".to_vec()),
        ("binary", vec![0xff, 0xfe, 0, 1]),
        ("zeros", vec![0; 32]),
        ("large", b"k".repeat(5000)),
        ("long", b"k".repeat(2000)),
        ("lines", b"one\ntwo\n".to_vec()),
        ("words", b"one two\n".to_vec()),
        ("quoted", b"\"0123456789\"\n".to_vec()),
        ("assigned", b"CERTCENTRAL_API_KEY=0123456789\n".to_vec()),
        ("braces", b"{{0123456789}}\n".to_vec()),
    ] {
        desk.write(name, content);
    }
    for (name, says) in [
        ("folder", "is a directory"),
        ("empty", "is empty"),
        ("blank", "is empty"),
        ("binary", "is not a text file"),
        ("zeros", "character"),
        ("large", "is larger than 4 KiB"),
        ("long", "longer"),
        ("lines", "has several lines"),
        ("words", "blank"),
        ("quoted", "quotes"),
        ("assigned", "equals sign"),
        ("braces", "placeholder"),
        ("none", "there is no file with this name"),
    ] {
        let ran = certcentral(["order", "--no-journal", "--api-key-file"])
            .arg(desk.path(name))
            .arg(desk.order())
            .run()
            .await
            .exits(2);
        let sentence = ran.sentence();
        assert!(sentence.starts_with("error: --api-key-file: "), "{sentence}");
        assert!(sentence.contains(says), "{name}: {sentence}");
        assert!(!sentence.contains("0123456789"), "{sentence}");
    }
}

#[tokio::test]
async fn a_missing_or_empty_key_is_refused() {
    let desk = Desk::new();
    certcentral(["order"]).arg(desk.order()).refuses("CERTCENTRAL_API_KEY").await;
    for key in ["", "  ", "two words", "'quoted'", "KEY=key", "${KEY}"] {
        let ran = certcentral(["order"]).env("CERTCENTRAL_API_KEY", key).arg(desk.order()).run();
        let ran = ran.await.exits(2);
        assert!(ran.sentence().starts_with("error: CERTCENTRAL_API_KEY: "), "{ran:?}");
    }
    assert_eq!(desk.names(), ["order.json"]);
}

#[tokio::test]
async fn a_key_file_is_read_as_editors_save_it_and_wins_over_the_environment() {
    let desk = Desk::new();
    let script = placing(1);
    let server = serving([script]).await;
    for content in [KEY.to_owned(), format!("\u{feff}{KEY}\r\n"), format!("\n{KEY}\n\n")] {
        let key = desk.write("key", content);
        certcentral(["order", "--no-journal", "--base-url", &server.url(), "--api-key-file"])
            .arg(key)
            .arg(desk.order())
            .env("CERTCENTRAL_API_KEY", "another-key")
            .run()
            .await
            .exits(0);
    }
    for request in server.requests() {
        assert_eq!(request.header("X-DC-DEVKEY"), Some(KEY));
    }
    assert_eq!(server.posts(), 3);
}

#[tokio::test]
#[cfg(unix)]
async fn a_key_file_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new();
    let script = placing(1);
    let server = serving([script]).await;
    let key = desk.write("key", KEY);
    for (mode, warns) in [(0o600, false), (0o640, true), (0o604, true), (0o400, false)] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let ran = certcentral(["order", "--no-journal", "--base-url", &server.url()])
            .arg("--api-key-file")
            .arg(&key)
            .arg(desk.order())
            .run()
            .await
            .exits(0);
        assert_eq!(ran.stderr.contains("chmod 600"), warns, "{mode:o}: {ran:?}");
    }
}
