//! Mistakes at a terminal: one clear sentence, and never a panic.

use std::fs;
use std::path::Path;

use crate::program::{Desk, KEY, certcentral, example};

#[tokio::test]
async fn files_that_cannot_be_read() {
    let desk = Desk::new();
    fs::create_dir(desk.path("folder")).unwrap();
    let huge = desk.path("huge.json");
    fs::File::create(&huge).unwrap().set_len(100 * 1024 * 1024).unwrap();
    for (file, says) in [
        (desk.path("ordre.json"), "does not exist"),
        (desk.path("folder"), "is a directory"),
        (huge, "is larger than 1 MiB"),
        (desk.path("order.json/inside"), "is below something that is not a directory"),
    ] {
        for command in ["check", "order"] {
            let ran = certcentral([command]).arg(&file).run().await.exits(2);
            let sentence = ran.sentence();
            assert!(sentence.contains(says) && sentence.contains("error: "), "{sentence}");
            assert!(sentence.contains(file.file_name().unwrap().to_str().unwrap()), "{sentence}");
        }
        certcentral(["order", "--sandbox"]).arg(&file).refuses(says).await;
    }
}

#[tokio::test]
async fn the_command_line() {
    for (arguments, says) in [
        (vec!["chekc"], "unrecognized subcommand"),
        (vec!["check"], "required"),
        (vec!["check", "--formatt", "json", "x"], "unexpected argument"),
        (vec!["check", "--format", "xml", "x"], "human, json"),
        (vec!["check", "--today", "tomorrow", "x"], "2026-01-31"),
        (vec!["check", "--today", "2026-02-30", "x"], "2026-01-31"),
        (vec!["order"], "required"),
        (vec!["order", "a", "b"], "unexpected argument"),
        (vec!["order", "--timeout", "soon", "x"], "a number of seconds"),
        (vec!["order", "--timeout", "0", "x"], "longer than 0 seconds"),
        (vec!["order", "--timeout", "-5", "x"], "'-5'"),
        (vec!["order", "--timeout", "NaN", "x"], "a number of seconds"),
        (vec!["order", "--timeout", "1e300", "x"], "a number of seconds"),
        (
            vec!["order", "--sandbox", "--base-url", "http://127.0.0.1:1", "x"],
            "cannot be used with",
        ),
        (vec!["order", "--journal", "r", "--no-journal", "x"], "cannot be used with"),
        (vec!["sandbox", "--fault", "hang"], "'--fault <KIND=PROBABILITY>'"),
        (vec!["check", "--format", "a-format-that-nobody-knows-of", "x"], "'--format <FORMAT>'"),
        (vec!["status", "12a"], "a whole number"),
        (vec!["status", "0"], "a whole number"),
        (vec!["schema", "orders"], "order-request"),
        (vec!["new", "--existing", "0"], "'--existing <ID>'"),
        (vec!["new", "--existing", "9223372036854775808"], "a whole number"),
        (vec!["new", "--csv", "--card"], "cannot be used with"),
        (vec!["explain", "profesional_titel"], "did you mean professional_title?"),
        (vec!["explain", "ship_info.contry"], "did you mean ship_info.country?"),
        (vec!["explain", "xyzzy"], "certcentral explain lists them"),
        (vec!["completions"], "required"),
        (vec!["completions", "tcsh"], "bash"),
        (vec!["man", "ordr"], "the commands are"),
    ] {
        let ran = certcentral(&arguments).run().await.exits(2);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[tokio::test]
async fn help_and_version() {
    let version = certcentral(["--version"]).run().await.exits(0);
    assert_eq!(version.stdout.trim(), concat!("certcentral ", env!("CARGO_PKG_VERSION")));
    let commands = "new explain check order find batch results history preflight status list requests \
                    watch approve reject cancel revoke note download schema sandbox completions man";
    for command in commands.split_whitespace() {
        let help = certcentral([command, "--help"]).run().await.exits(0);
        assert!(help.stdout.contains("Usage: certcentral"), "{}", help.stdout);
        assert_eq!(help.stderr, "");
    }
    let order = certcentral(["order", "--help"]).run().await.stdout;
    let order = order.split_whitespace().collect::<Vec<_>>().join(" ");
    for code in ["0 placed", "1 the order is invalid", "3 rejected", "4 not sent", "5 unknown"] {
        assert!(order.contains(code), "{order}");
    }
    // Without anything to do, the help is a complaint.
    assert!(certcentral::<&str>([]).run().await.exits(2).stderr.contains("Usage"));
}

#[tokio::test]
async fn a_key_on_the_command_line_is_refused_and_not_repeated() {
    for arguments in [
        vec!["order", "--api-key", KEY, "x"],
        vec!["order", "x", &format!("--api-key={KEY}")],
        vec!["find", "--apikey", KEY, "x"],
        vec!["status", "--key", KEY, "1"],
        vec!["order", KEY, "x"],
        vec!["order", KEY],
        vec!["check", "4111111111111111"],
        vec!["check", "--format", "json", KEY],
        vec!["check", "--format", "json", "4111111111111111"],
        vec!["find", KEY],
        vec!["explain", KEY],
        vec!["explain", "4111111111111111"],
        vec!["man", KEY],
        vec!["new", "--existing", "4111111111111111x"],
        vec![
            "order",
            "--api-key-file",
            KEY,
            "--no-journal",
            example("card-payment.json").to_str().unwrap(),
        ],
        vec!["order", "--format", KEY, "x"],
        vec![KEY],
        vec!["status", "4111111111111111x"],
        vec!["order", "x", "4111111111111111"],
        vec!["check", "--4111111111111111", "x"],
        vec!["check", &format!("--{KEY}"), "x"],
        vec!["order", "--timeout", "4111111111111111x", "x"],
    ] {
        let ran = certcentral(&arguments).run().await.exits(2);
        assert!(!ran.all().contains(KEY) && !ran.all().contains("4111111111"), "{ran:#?}");
    }
    let ran = certcentral(["order", "--api-key", KEY, "x"]).run().await;
    assert!(ran.sentence().contains("CERTCENTRAL_API_KEY"));
    assert!(ran.sentence().contains("--api-key-file"));
}

#[tokio::test]
async fn urls() {
    let order = example("card-payment.json");
    for (url, says) in [
        ("certcentral.digicert.eu", "https://"),
        ("http://certcentral.digicert.eu", "plain http"),
        ("https://certcentral.digicert.eu/services/v1", "path"),
        ("https://clerk:hunter2@example.com", "user name or password"),
        ("http://127.0.0.1.example.com:80", "plain http"),
        ("http://[::ffff:127.0.0.1]", "loopback"),
        ("", "empty"),
    ] {
        let ran = certcentral(["order", "--no-journal", "--base-url", url]).arg(&order).run().await;
        let ran = ran.exits(2);
        let sentence = ran.sentence();
        assert!(
            sentence.starts_with("error: --base-url: ") && sentence.contains(says),
            "{sentence}"
        );
        assert!(!sentence.contains("hunter2"));

        let ran = certcentral(["order", "--no-journal"])
            .env("CERTCENTRAL_BASE_URL", url)
            .arg(&order)
            .run()
            .await
            .exits(2);
        let sentence = ran.sentence();
        assert!(
            sentence.contains("CERTCENTRAL_BASE_URL: ") && sentence.contains(says),
            "{sentence}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn without_a_place_for_the_journal_nothing_is_sent() {
    let order = example("card-payment.json");
    for (variable, value) in [("XDG_STATE_HOME", "relative"), ("XDG_STATE_HOME", "")] {
        certcentral(["order", "--base-url", "http://127.0.0.1:9"])
            .arg(&order)
            .env("CERTCENTRAL_API_KEY", KEY)
            .env(variable, value)
            .env("HOME", "")
            .refuses("name a file with --journal")
            .await;
    }
}

#[tokio::test]
async fn schemas_are_printed_as_they_are_kept() {
    for document in ["order-request", "order-response", "error-response"] {
        let ran = certcentral(["schema", document]).run().await.exits(0);
        let kept =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{document}.schema.json"));
        assert_eq!(ran.stdout.trim(), fs::read_to_string(kept).unwrap().trim());
        serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap();
    }
    let unnamed = certcentral(["schema"]).run().await.exits(0);
    let request = certcentral(["schema", "order-request"]).run().await;
    assert_eq!(unnamed.stdout, request.stdout);
}

#[tokio::test]
async fn an_unknown_log_level_is_reported() {
    let ran = certcentral(["schema"]).env("CERTCENTRAL_LOG", "a=b=c").run().await.exits(0);
    assert!(ran.stderr.contains("CERTCENTRAL_LOG"));
}
