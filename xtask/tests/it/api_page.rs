//! docs/api.md names the endpoints that are described, the methods that exist, and no others.

use std::collections::BTreeSet;
use std::path::Path;

use crate::contracts::document;

const PAGE: &str = include_str!("../../../docs/api.md");

/// The words in backticks of each cell, row by row of the table of endpoints.
fn rows() -> Vec<Vec<Vec<String>>> {
    let table = PAGE.split("## Endpoints").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let words = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    rows.map(|row| row.trim_matches('|').split('|').map(words).collect()).collect()
}

#[test]
fn the_table_has_every_endpoint_of_the_description() {
    let openapi = document("docs/openapi.json");
    let described: BTreeSet<String> = openapi["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let listed: Vec<String> = rows().into_iter().map(|row| row[0][0].clone()).collect();
    assert_eq!(BTreeSet::from_iter(listed.clone()), described);
    assert_eq!(listed.len(), described.len(), "an endpoint has two rows");
}

/// The Rust sources in a folder and those below it.
fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![std::fs::read_to_string(&path).unwrap()],
        })
        .collect()
}

/// The methods of the facade's client, and of the transport's below it, that send something: those
/// that are async, and the lists.
fn methods() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut source = sources(&crates.join("certcentral-transport/src"));
    source.push(include_str!("../../../crates/certcentral/src/client.rs").to_owned());
    let mut methods = BTreeSet::new();
    for item in source.iter().flat_map(|text| syn::parse_file(text).unwrap().items) {
        let syn::Item::Impl(block) = item else { continue };
        let syn::Type::Path(of) = &*block.self_ty else { continue };
        if block.trait_.is_some() || !of.path.is_ident("Client") {
            continue;
        }
        for member in block.items {
            let syn::ImplItem::Fn(function) = member else { continue };
            let name = function.sig.ident.to_string();
            let is_public = matches!(function.vis, syn::Visibility::Public(_));
            // `turn` waits, and sends nothing.
            if is_public
                && name != "turn"
                && (function.sig.asyncness.is_some() || name.starts_with("list_"))
            {
                methods.insert(name);
            }
        }
    }
    methods
}

#[test]
fn the_table_has_every_method_that_sends_something() {
    let listed: BTreeSet<String> = rows().into_iter().flat_map(|row| row[2].clone()).collect();
    assert_eq!(listed, methods());
}

#[test]
fn the_page_names_every_filter_of_the_order_list() {
    let openapi = document("docs/openapi.json").to_string();
    let filters: BTreeSet<&str> =
        openapi.split("\"filters[").skip(1).map(|it| it.split(']').next().unwrap()).collect();
    let section = PAGE.split("## Filters").nth(1).unwrap().split("\n## ").next().unwrap();
    for filter in &filters {
        assert!(section.contains(&format!("`{filter}`")), "{filter}");
    }
    assert!(filters.len() > 10);
}
