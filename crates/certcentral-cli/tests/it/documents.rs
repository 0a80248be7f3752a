//! The reports that the documents show are those that the program prints.

use std::process::Command;

/// What `certcentral check` prints about a file, from the workspace's root.
fn report(file: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_certcentral"))
        .args(["check", file])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The block of a document that follows the command.
fn shown<'a>(document: &'a str, file: &str) -> &'a str {
    let begin = format!("```text\n$ certcentral check {file}\n");
    let (_, rest) = document.split_once(&begin).expect("the document shows the command");
    rest.split_once("```").expect("the block ends").0
}

#[test]
fn the_readme_and_the_page_of_faults_show_true_reports() {
    let file = "docs/examples/six-faults.json";
    assert_eq!(shown(include_str!("../../../../README.md"), file), report(file), "in README.md");
    let file = "docs/examples/faulty.json";
    let page = include_str!("../../../../docs/faults.md");
    assert_eq!(shown(page, file), report(file), "in docs/faults.md");
}
