//! The pages for newcomers name files that exist.

use std::fs;

#[test]
fn every_file_that_the_pages_name_exists() {
    let root = xtask::workspace::root();
    let mut named = 0;
    for page in ["CONTRIBUTING.md", "docs/api.md", "docs/architecture.md", "docs/contracts.md"] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        // What is between single backticks on one line.
        for path in text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)) {
            let is_path = ["crates/", "xtask/", "docs/"].iter().any(|it| path.starts_with(it));
            if is_path && !path.contains([' ', '*', '<']) {
                assert!(root.join(path).exists(), "{page} names {path}");
                named += 1;
            }
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") && !link.starts_with('#') {
                let folder = root.join(page);
                let target = folder.parent().unwrap().join(link.split('#').next().unwrap());
                assert!(target.exists(), "{page} links to {link}");
                named += 1;
            }
        }
    }
    assert!(named > 40, "{named}");
}
