//! What the README shows is what the program prints.

use std::process::Command;

#[test]
fn the_report_of_the_faulty_example() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let output = Command::new(env!("CARGO_BIN_EXE_certcentral"))
        .args(["check", "docs/examples/faulty.json"])
        .current_dir(root)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report = String::from_utf8(output.stdout).unwrap();
    let readme = std::fs::read_to_string(format!("{root}/README.md")).unwrap();
    // As git may check it out on Windows.
    let readme = readme.replace("\r\n", "\n");
    assert!(
        readme.contains(&format!("```text\n{report}```\n")),
        "put this into README.md, as the report of the faulty example:\n{report}"
    );
}
