//! What `certcentral check` costs from start to end: `cargo bench -p certcentral-cli --bench start`.
//!
//! Whole processes, timed in turn with `--version`, which does nothing but parse its arguments.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench may stop at a fault")]

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_certcentral");
const ORDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/card-payment.json");
const FILES: usize = 10_000;

fn run(arguments: &[&str]) -> Duration {
    let start = Instant::now();
    let status = Command::new(PROGRAM).args(arguments).stdout(Stdio::null()).status().unwrap();
    assert!(status.success());
    start.elapsed()
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Peak memory in MiB, as GNU time tells it.
fn peak(arguments: &[String]) -> Option<f64> {
    let output = Command::new("/usr/bin/time")
        .args(["--format", "%M", PROGRAM])
        .args(arguments)
        .stdout(Stdio::null())
        .output()
        .ok()?;
    let kilobytes: f64 = String::from_utf8(output.stderr).ok()?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn row(name: &str, figure: Option<f64>) {
    match figure {
        Some(figure) => println!("{name:<56} {figure:>10.2}"),
        None => println!("{name:<56}    SKIPPED: there is no /usr/bin/time"),
    }
}

fn main() {
    let ratios = (0..100)
        .map(|_| (run(&["check", ORDER]).as_secs_f64(), run(&["--version"]).as_secs_f64()))
        .map(|(check, version)| check / version)
        .collect();
    row("check of one file / --version, start to end", Some(median(ratios)));
    row("check of one file, peak memory in MiB", peak(&["check".into(), ORDER.into()]));

    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("start-bench");
    std::fs::create_dir_all(&folder).unwrap();
    let text = std::fs::read(ORDER).unwrap();
    let mut arguments = vec!["check".to_owned()];
    for number in 0..FILES {
        let path = folder.join(format!("{number}.json"));
        std::fs::write(&path, &text).unwrap();
        arguments.push(path.to_str().unwrap().to_owned());
    }
    let arguments_as_text: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // The program has one thread, so what passes is what one core does.
    let times = (0..9).map(|_| run(&arguments_as_text).as_secs_f64()).collect();
    row("files a second, 10,000 files", Some(FILES as f64 / median(times)));
    row("check of 10,000 files, peak memory in MiB", peak(&arguments));
    std::fs::remove_dir_all(&folder).unwrap();
}
