//! The examples, as programs: each is run against the sandbox, and what it prints is looked at.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use certcentral_sandbox::{Fault, Sandbox};

/// An example that was built with these tests; `cargo test --test it` alone does not build them.
fn program(name: &str) -> Command {
    let mut path: PathBuf = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--features", "blocking", "--example", name])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(built.success(), "{name} is built");
    }
    let mut command = Command::new(path);
    command.env_remove("CERTCENTRAL_API_KEY").env_remove("CERTCENTRAL_BASE_URL");
    command
}

fn order_file(name: &str) -> String {
    format!("{}/../../docs/examples/{name}.json", env!("CARGO_MANIFEST_DIR"))
}

/// Runs an example against a sandbox, without blocking that.
async fn run(name: &'static str, sandbox: &Sandbox, arguments: &[String]) -> Output {
    let mut command = program(name);
    command
        .args(arguments)
        .env("CERTCENTRAL_API_KEY", sandbox.api_key())
        .env("CERTCENTRAL_BASE_URL", sandbox.url());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn printed(output: &Output) -> String {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[tokio::test]
async fn orders_are_placed() {
    for name in ["build_an_order", "pay_by_card", "known_professional"] {
        let sandbox = Sandbox::start().await.unwrap();
        let output = printed(&run(name, &sandbox, &[]).await);
        assert!(output.contains("placed"), "{name}: {output}");
        assert!(!output.contains("4111") && !output.contains("Fenna"), "{name}: {output}");
        assert_eq!(sandbox.books().order_count(), 1, "{name}");
    }
}

#[tokio::test]
async fn the_blocking_client_places_an_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let output = run("without_async", &sandbox, &[order_file("new-professional")]).await;
    let output = printed(&output);
    assert!(output.contains("placed: order") && output.contains("status: Some"), "{output}");
    assert_eq!(sandbox.books().order_count(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_looked_up() {
    let sandbox = Sandbox::start().await.unwrap();
    let order = [order_file("new-professional")];
    assert!(printed(&run("every_outcome", &sandbox, &order).await).contains("placed: order"));

    sandbox.fail_next_order("close-before-answer:placed".parse::<Fault>().unwrap());
    let output = printed(&run("every_outcome", &sandbox, &order).await);
    assert!(output.contains("it is unknown"), "{output}");
    assert!(output.contains("it was placed: order "), "{output}");
    assert_eq!(sandbox.books().order_count(), 2);
}

#[tokio::test]
async fn a_faulty_file_ends_main_with_a_list_of_faults() {
    let sandbox = Sandbox::start().await.unwrap();
    let output = run("every_outcome", &sandbox, &[order_file("faulty")]).await;
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.lines().count() >= 16, "a fault a line: {said}");
    assert!(said.contains("/certificate/signature_hash") && !said.contains("Violation"), "{said}");
    assert_eq!(sandbox.books().order_count(), 0);
}

#[tokio::test]
async fn a_service_is_tested_with_the_sandbox() {
    let output = tokio::task::spawn_blocking(|| program("test_your_service").output().unwrap());
    assert!(printed(&output.await.unwrap()).contains("one order in the books"));
}

#[test]
fn a_message_is_passed_on_unchanged() {
    let order = std::fs::read(order_file("card-payment")).unwrap();
    let output = program("message_consumer")
        .stdin(std::fs::File::open(order_file("card-payment")).unwrap())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("orders-with-card") && !said.contains("4111"), "{said}");
    let passed_on: serde_json::Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(passed_on, serde_json::from_slice::<serde_json::Value>(&order).unwrap());
}

#[tokio::test]
async fn a_web_form_answers_with_problem_details() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut server = program("web_form")
        .env("CERTCENTRAL_API_KEY", sandbox.api_key())
        .env("CERTCENTRAL_BASE_URL", sandbox.url())
        .env("LISTEN", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let stdout = server.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let url = line.trim().to_owned();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let post = async |file: &str| {
        let body = std::fs::read(order_file(file)).unwrap();
        let answer = http.post(&url).body(body).send().await.unwrap();
        let kind = answer.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
        let status = answer.status().as_u16();
        let body: serde_json::Value =
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        (status, kind, body)
    };

    let (status, kind, body) = post("faulty").await;
    assert_eq!((status, kind.as_str()), (422, "application/problem+json"));
    assert!(body["violations"].as_array().unwrap().len() >= 16, "{body}");
    assert!(!body.to_string().contains("4111"), "{body}");

    let (status, _, body) = post("new-professional").await;
    assert_eq!(status, 201, "{body}");
    assert!(body["order_id"].is_number());

    sandbox.fail_next_order("close-before-answer:placed".parse::<Fault>().unwrap());
    let (status, _, body) = post("new-professional").await;
    assert_eq!(status, 202, "{body}");
    assert_eq!(sandbox.books().order_count(), 2);
    server.kill().unwrap();
    server.wait().unwrap();
}
